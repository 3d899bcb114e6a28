//! Configuration objects as the store keeps them: one JSON body for each tenant, domain, connection, application,
//! service principal, agreement, contact and group. No body holds a secret.

use std::time::Duration;

use data_encoding::BASE64;
use http::Uri;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;

use crate::config::{ConnectionSecrets, Loaded, TenantFile};
use crate::model::{
    Agreement, AgreementFile, AllowInvitesFrom, AppId, Application, Branding, Connection, ConnectionKind,
    ConnectionName, Contact, Document, Domain, EmailAddress, FallbackIdentityProvider, Group, HeaderPreset, ManagedBy,
    Mode, Policies, PrimaryIdentityProvider, Privacy, Secret, ServicePrincipal, Tenant, TenantId,
};
use crate::storage::StoredObject;

/// A stored object that this version cannot read.
#[derive(Debug, thiserror::Error)]
#[error("the stored {kind} {id} cannot be read: {source}")]
pub struct UnreadableObject {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Why.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// A tenant without what belongs to it.
#[derive(Serialize, Deserialize)]
struct TenantBody {
    display_name: String,
    enabled: bool,
    language: String,
    accent: Option<String>,
    logo: Option<String>,
    privacy_statement: Option<Url>,
    privacy_contact: Option<EmailAddress>,
    policies: PoliciesBody,
}

/// Durations are milliseconds.
#[derive(Serialize, Deserialize)]
struct PoliciesBody {
    allow_invites_from: AllowInvitesFrom,
    allowed_domains: Vec<Domain>,
    blocked_domains: Vec<Domain>,
    primary_identity_provider_precedence_order: Vec<PrimaryIdentityProvider>,
    fallback_identity_provider: FallbackIdentityProvider,
    email_one_time_passcode: bool,
    personal_accounts: bool,
    strict_addresses: bool,
    session_idle: u64,
    session_absolute: u64,
    passcode_lifetime: u64,
    invitation_lifetime: Option<u64>,
}

/// Something of a tenant, and its position among its like: the first domain is the primary one, agreements are shown in
/// turn.
#[derive(Serialize, Deserialize)]
struct Positioned<T> {
    position: u32,
    #[serde(flatten)]
    body: T,
}

#[derive(Serialize, Deserialize)]
struct DomainBody {
    domain: Domain,
}

#[derive(Serialize, Deserialize)]
struct ConnectionBody {
    name: ConnectionName,
    display_name: String,
    kind: ConnectionWord,
    issuer: String,
    client_id: String,
    /// A connection that is no public client is off until its secret is known.
    public_client: bool,
    scopes: Vec<String>,
    domains: Vec<Domain>,
    social: bool,
    authorization_endpoint: Option<Url>,
    token_endpoint: Option<Url>,
    userinfo_endpoint: Option<Url>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ConnectionWord {
    Oidc,
    Oauth2,
}

#[derive(Serialize, Deserialize)]
struct ApplicationBody {
    display_name: String,
    description: String,
    host: String,
    mode: ModeBody,
    upstream: String,
    headers: HeadersWord,
    allow_odd_header_names: bool,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ModeBody {
    Host,
    Path { strip: bool },
    Query,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum HeadersWord {
    #[serde(rename = "oauth2-proxy")]
    OAuth2Proxy,
    Authelia,
    Pomerium,
}

#[derive(Serialize, Deserialize)]
struct ServicePrincipalBody {
    app: AppId,
    assignment_required: bool,
    homepage: Option<Url>,
}

#[derive(Serialize, Deserialize)]
struct AgreementBody {
    display_name: String,
    viewing_required: bool,
    reaccept_after: Option<u64>,
    files: Vec<AgreementFileBody>,
}

#[derive(Serialize, Deserialize)]
struct AgreementFileBody {
    language: String,
    title: String,
    version: String,
    document: DocumentBody,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DocumentBody {
    Html(String),
    Pdf(String),
}

#[derive(Serialize, Deserialize)]
struct ContactBody {
    display_name: String,
    address: EmailAddress,
}

#[derive(Serialize, Deserialize)]
struct GroupBody {
    display_name: String,
    members: Vec<EmailAddress>,
}

/// A member whom a file wants to exist; kept so that one who vanishes from the file is noticed.
#[derive(Serialize, Deserialize)]
pub(super) struct MemberBody {
    pub display_name: String,
    pub admin: bool,
}

/// Everything that the files declare, as the store keeps it.
pub fn to_objects(loaded: &Loaded) -> Result<Vec<StoredObject>, UnreadableObject> {
    let mut objects = Vec::new();
    for application in &loaded.applications {
        objects.push(object(
            application.home_tenant,
            "application",
            application.id.to_string(),
            &application_body(application),
            application.managed_by.clone(),
        )?);
    }
    for file in &loaded.tenants {
        objects.extend(tenant_objects(file)?);
    }
    Ok(objects)
}

fn tenant_objects(file: &TenantFile) -> Result<Vec<StoredObject>, UnreadableObject> {
    let tenant = &file.tenant;
    let mut objects = Vec::new();
    let mut add = |kind: &str, id: String, body: serde_json::Result<serde_json::Value>| {
        let managed_by = ManagedBy::File { place: file.place_of(kind, &id) };
        objects.push(finished(Some(tenant.id), kind, id, body, managed_by)?);
        Ok::<_, UnreadableObject>(())
    };
    add("tenant", tenant.id.to_string(), serde_json::to_value(tenant_body(tenant)))?;
    for (position, domain) in positions(&tenant.domains) {
        let body = Positioned { position, body: DomainBody { domain: domain.clone() } };
        add("domain", domain.to_string(), serde_json::to_value(body))?;
    }
    for (position, connection) in positions(&tenant.connections) {
        let public_client = file.public_connections.contains(&connection.name);
        let body = Positioned { position, body: connection_body(connection, public_client) };
        add("connection", connection.name.to_string(), serde_json::to_value(body))?;
    }
    for (position, principal) in positions(&tenant.service_principals) {
        let body = ServicePrincipalBody {
            app: principal.app,
            assignment_required: principal.assignment_required,
            homepage: principal.homepage.clone(),
        };
        add("service_principal", principal.id.to_string(), serde_json::to_value(Positioned { position, body }))?;
    }
    for (position, agreement) in positions(&tenant.agreements) {
        let body = Positioned { position, body: agreement_body(agreement) };
        add("agreement", agreement.id.to_string(), serde_json::to_value(body))?;
    }
    for (position, contact) in positions(&tenant.contacts) {
        let body = ContactBody { display_name: contact.display_name.clone(), address: contact.address.clone() };
        add("contact", contact.id.to_string(), serde_json::to_value(Positioned { position, body }))?;
    }
    for (position, group) in positions(&tenant.groups) {
        let body = GroupBody { display_name: group.display_name.clone(), members: group.members.clone() };
        add("group", group.id.to_string(), serde_json::to_value(Positioned { position, body }))?;
    }
    for member in &file.members {
        let body = MemberBody { display_name: member.display_name.clone(), admin: member.admin };
        add("member", member.address.to_string(), serde_json::to_value(body))?;
    }
    Ok(objects)
}

fn positions<T>(items: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (0..).zip(items)
}

fn object(
    tenant: Option<TenantId>,
    kind: &str,
    id: String,
    body: &impl Serialize,
    managed_by: ManagedBy,
) -> Result<StoredObject, UnreadableObject> {
    finished(tenant, kind, id, serde_json::to_value(body), managed_by)
}

fn finished(
    tenant: Option<TenantId>,
    kind: &str,
    id: String,
    body: serde_json::Result<serde_json::Value>,
    managed_by: ManagedBy,
) -> Result<StoredObject, UnreadableObject> {
    let kind = kind.to_owned();
    match body {
        Ok(body) => Ok(StoredObject { tenant, kind, id, body, managed_by, enabled: true }),
        Err(error) => Err(UnreadableObject { kind, id, source: error.into() }),
    }
}

/// Tenants and applications out of the store's objects. A connection without the secret that it needs is left out: it is
/// off. Objects of a tenant that is gone are left out too.
pub(super) fn from_objects(
    objects: &[StoredObject],
    secrets: &ConnectionSecrets,
) -> Result<(Vec<Tenant>, Vec<Application>), UnreadableObject> {
    let enabled: Vec<&StoredObject> = objects.iter().filter(|object| object.enabled).collect();
    let mut applications = Vec::new();
    for object in enabled.iter().filter(|object| object.kind == "application") {
        applications.push(application(object)?);
    }
    let mut tenants = Vec::new();
    for object in enabled.iter().filter(|object| object.kind == "tenant") {
        let Some(id) = object.tenant else { continue };
        let own: Vec<&StoredObject> = enabled.iter().copied().filter(|other| other.tenant == Some(id)).collect();
        tenants.push(tenant(id, object, &own, secrets)?);
    }
    Ok((tenants, applications))
}

fn tenant(
    id: TenantId,
    object: &StoredObject,
    own: &[&StoredObject],
    secrets: &ConnectionSecrets,
) -> Result<Tenant, UnreadableObject> {
    let body: TenantBody = body(object)?;
    let logo = body.logo.as_deref().map(|logo| BASE64.decode(logo.as_bytes())).transpose();
    let logo = logo.map_err(|error| unreadable(object, error))?;
    let connections = of_kind::<ConnectionBody>(own, "connection")?.into_iter();
    let connections = connections.filter_map(|(_, body)| connection(id, body, secrets)).collect();
    let mut agreements = Vec::new();
    for (object, body) in of_kind::<AgreementBody>(own, "agreement")? {
        agreements.push(agreement(object, body)?);
    }
    let mut service_principals = Vec::new();
    for (object, body) in of_kind::<ServicePrincipalBody>(own, "service_principal")? {
        service_principals.push(ServicePrincipal {
            id: parsed(object)?,
            app: body.app,
            tenant: id,
            assignment_required: body.assignment_required,
            homepage: body.homepage,
        });
    }
    let mut contacts = Vec::new();
    for (object, body) in of_kind::<ContactBody>(own, "contact")? {
        contacts.push(Contact { id: parsed(object)?, display_name: body.display_name, address: body.address });
    }
    let mut groups = Vec::new();
    for (object, body) in of_kind::<GroupBody>(own, "group")? {
        groups.push(Group { id: parsed(object)?, display_name: body.display_name, members: body.members });
    }
    Ok(Tenant {
        id,
        display_name: body.display_name,
        enabled: body.enabled,
        domains: of_kind::<DomainBody>(own, "domain")?.into_iter().map(|(_, body)| body.domain).collect(),
        language: body.language,
        policies: policies(body.policies),
        branding: Branding { accent: body.accent, logo },
        privacy: Privacy { statement_url: body.privacy_statement, contact: body.privacy_contact },
        connections,
        agreements,
        service_principals,
        contacts,
        groups,
        managed_by: object.managed_by.clone(),
    })
}

/// Bodies of one kind in their order.
fn of_kind<'a, T: DeserializeOwned>(
    own: &[&'a StoredObject],
    kind: &str,
) -> Result<Vec<(&'a StoredObject, T)>, UnreadableObject> {
    let mut found = Vec::new();
    for object in own.iter().filter(|object| object.kind == kind) {
        let positioned: Positioned<T> = body(object)?;
        found.push((positioned.position, *object, positioned.body));
    }
    // Objects of the directory may share a position with a file's; the id keeps the order the same every time.
    found.sort_by(|one, other| (one.0, &one.1.id).cmp(&(other.0, &other.1.id)));
    Ok(found.into_iter().map(|(_, object, body)| (object, body)).collect())
}

pub(super) fn body<T: DeserializeOwned>(object: &StoredObject) -> Result<T, UnreadableObject> {
    T::deserialize(&object.body).map_err(|error| unreadable(object, error))
}

fn parsed<T: std::str::FromStr>(object: &StoredObject) -> Result<T, UnreadableObject>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    object.id.parse().map_err(|error| unreadable(object, error))
}

fn unreadable(object: &StoredObject, error: impl std::error::Error + Send + Sync + 'static) -> UnreadableObject {
    UnreadableObject { kind: object.kind.clone(), id: object.id.clone(), source: Box::new(error) }
}

fn tenant_body(tenant: &Tenant) -> TenantBody {
    let policies = &tenant.policies;
    TenantBody {
        display_name: tenant.display_name.clone(),
        enabled: tenant.enabled,
        language: tenant.language.clone(),
        accent: tenant.branding.accent.clone(),
        logo: tenant.branding.logo.as_ref().map(|logo| BASE64.encode(logo)),
        privacy_statement: tenant.privacy.statement_url.clone(),
        privacy_contact: tenant.privacy.contact.clone(),
        policies: PoliciesBody {
            allow_invites_from: policies.allow_invites_from,
            allowed_domains: policies.allowed_domains.clone(),
            blocked_domains: policies.blocked_domains.clone(),
            primary_identity_provider_precedence_order: policies.primary_identity_provider_precedence_order.clone(),
            fallback_identity_provider: policies.fallback_identity_provider,
            email_one_time_passcode: policies.email_one_time_passcode,
            personal_accounts: policies.personal_accounts,
            strict_addresses: policies.strict_addresses,
            session_idle: millis(policies.session_idle),
            session_absolute: millis(policies.session_absolute),
            passcode_lifetime: millis(policies.passcode_lifetime),
            invitation_lifetime: policies.invitation_lifetime.map(millis),
        },
    }
}

fn policies(body: PoliciesBody) -> Policies {
    Policies {
        allow_invites_from: body.allow_invites_from,
        allowed_domains: body.allowed_domains,
        blocked_domains: body.blocked_domains,
        primary_identity_provider_precedence_order: body.primary_identity_provider_precedence_order,
        fallback_identity_provider: body.fallback_identity_provider,
        email_one_time_passcode: body.email_one_time_passcode,
        personal_accounts: body.personal_accounts,
        strict_addresses: body.strict_addresses,
        session_idle: Duration::from_millis(body.session_idle),
        session_absolute: Duration::from_millis(body.session_absolute),
        passcode_lifetime: Duration::from_millis(body.passcode_lifetime),
        invitation_lifetime: body.invitation_lifetime.map(Duration::from_millis),
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn connection_body(connection: &Connection, public_client: bool) -> ConnectionBody {
    ConnectionBody {
        name: connection.name.clone(),
        display_name: connection.display_name.clone(),
        kind: match connection.kind {
            ConnectionKind::Oidc => ConnectionWord::Oidc,
            ConnectionKind::OAuth2 => ConnectionWord::Oauth2,
        },
        issuer: connection.issuer.clone(),
        client_id: connection.client_id.clone(),
        public_client,
        scopes: connection.scopes.clone(),
        domains: connection.domains.clone(),
        social: connection.social,
        authorization_endpoint: connection.authorization_endpoint.clone(),
        token_endpoint: connection.token_endpoint.clone(),
        userinfo_endpoint: connection.userinfo_endpoint.clone(),
    }
}

fn connection(tenant: TenantId, body: ConnectionBody, secrets: &ConnectionSecrets) -> Option<Connection> {
    let client_secret = match (body.public_client, secrets.of(tenant, &body.name)) {
        (true, _) => Secret::default(),
        (false, Some(secret)) => secret.clone(),
        (false, None) => return None,
    };
    Some(Connection {
        name: body.name,
        display_name: body.display_name,
        kind: match body.kind {
            ConnectionWord::Oidc => ConnectionKind::Oidc,
            ConnectionWord::Oauth2 => ConnectionKind::OAuth2,
        },
        issuer: body.issuer,
        client_id: body.client_id,
        client_secret,
        scopes: body.scopes,
        domains: body.domains,
        social: body.social,
        authorization_endpoint: body.authorization_endpoint,
        token_endpoint: body.token_endpoint,
        userinfo_endpoint: body.userinfo_endpoint,
    })
}

fn application_body(application: &Application) -> ApplicationBody {
    ApplicationBody {
        display_name: application.display_name.clone(),
        description: application.description.clone(),
        host: application.host.clone(),
        mode: match application.mode {
            Mode::Host => ModeBody::Host,
            Mode::Path { strip } => ModeBody::Path { strip },
            Mode::Query => ModeBody::Query,
        },
        upstream: application.upstream.to_string(),
        headers: match application.headers {
            HeaderPreset::OAuth2Proxy => HeadersWord::OAuth2Proxy,
            HeaderPreset::Authelia => HeadersWord::Authelia,
            HeaderPreset::Pomerium => HeadersWord::Pomerium,
        },
        allow_odd_header_names: application.allow_odd_header_names,
    }
}

fn application(object: &StoredObject) -> Result<Application, UnreadableObject> {
    let body: ApplicationBody = body(object)?;
    Ok(Application {
        id: parsed(object)?,
        display_name: body.display_name,
        description: body.description,
        home_tenant: object.tenant,
        host: body.host,
        mode: match body.mode {
            ModeBody::Host => Mode::Host,
            ModeBody::Path { strip } => Mode::Path { strip },
            ModeBody::Query => Mode::Query,
        },
        upstream: body.upstream.parse::<Uri>().map_err(|error| unreadable(object, error))?,
        headers: match body.headers {
            HeadersWord::OAuth2Proxy => HeaderPreset::OAuth2Proxy,
            HeadersWord::Authelia => HeaderPreset::Authelia,
            HeadersWord::Pomerium => HeaderPreset::Pomerium,
        },
        allow_odd_header_names: body.allow_odd_header_names,
        managed_by: object.managed_by.clone(),
    })
}

fn agreement_body(agreement: &Agreement) -> AgreementBody {
    let files = agreement.files.iter().map(|file| AgreementFileBody {
        language: file.language.clone(),
        title: file.title.clone(),
        version: file.version.clone(),
        document: match &file.document {
            Document::Html(html) => DocumentBody::Html(html.clone()),
            Document::Pdf(pdf) => DocumentBody::Pdf(BASE64.encode(pdf)),
        },
    });
    AgreementBody {
        display_name: agreement.display_name.clone(),
        viewing_required: agreement.viewing_required,
        reaccept_after: agreement.reaccept_after.map(millis),
        files: files.collect(),
    }
}

fn agreement(object: &StoredObject, body: AgreementBody) -> Result<Agreement, UnreadableObject> {
    let mut files = Vec::new();
    for file in body.files {
        let document = match file.document {
            DocumentBody::Html(html) => Document::Html(html),
            DocumentBody::Pdf(pdf) => {
                Document::Pdf(BASE64.decode(pdf.as_bytes()).map_err(|error| unreadable(object, error))?)
            }
        };
        files.push(AgreementFile { language: file.language, title: file.title, version: file.version, document });
    }
    Ok(Agreement {
        id: parsed(object)?,
        display_name: body.display_name,
        viewing_required: body.viewing_required,
        reaccept_after: body.reaccept_after.map(Duration::from_millis),
        files,
    })
}
