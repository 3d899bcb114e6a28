//! The JSON bodies of configuration objects, and the way to and from the nouns that need no other object.

use std::time::Duration;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::ConnectionSecrets;
use crate::model::{
    Agreement, AllowInvitesFrom, AppId, Application, Connection, ConnectionKind, ConnectionName, Domain, EmailAddress,
    FallbackIdentityProvider, Forwarding, GroupId, HeaderPreset, MfaPolicy, MfaTrust, Mode, Policies, Preset,
    PrimaryIdentityProvider, Secret, Target, Tenant, TenantId, TenantPartner, TermsExpiration, Timestamp, Traffic,
    WebhookEvent, WebhookName,
};

/// A tenant without what belongs to it.
#[derive(Serialize, Deserialize)]
pub(super) struct TenantBody {
    pub display_name: String,
    pub enabled: bool,
    pub language: String,
    pub accent: Option<String>,
    pub logo: Option<String>,
    pub privacy_statement: Option<Url>,
    pub privacy_contact: Option<EmailAddress>,
    #[serde(default)]
    pub partners: Vec<TenantPartner>,
    pub technical_contact: Option<EmailAddress>,
    pub policies: PoliciesBody,
}

/// Durations are milliseconds.
#[derive(Serialize, Deserialize)]
pub(super) struct PoliciesBody {
    pub allow_invites_from: AllowInvitesFrom,
    pub allowed_domains: Vec<Domain>,
    pub blocked_domains: Vec<Domain>,
    pub primary_identity_provider_precedence_order: Vec<PrimaryIdentityProvider>,
    pub fallback_identity_provider: FallbackIdentityProvider,
    pub email_one_time_passcode: bool,
    pub personal_accounts: bool,
    pub strict_addresses: bool,
    #[serde(default)]
    pub relink_guests: bool,
    pub session_idle: u64,
    pub session_absolute: u64,
    pub passcode_lifetime: u64,
    pub invitation_lifetime: Option<u64>,
    #[serde(default)]
    pub mfa: MfaPolicy,
    #[serde(default)]
    pub guest_lifetime: Option<u64>,
    #[serde(default)]
    pub max_guests: Option<u64>,
    #[serde(default)]
    pub allowed_redirects: Vec<Url>,
    #[serde(default = "demanded")]
    pub admin_mfa: bool,
}

/// An object that was kept before there was such a policy demands what the default demands.
fn demanded() -> bool {
    true
}

/// Something of a tenant, and its position among its like: the first domain is the primary one, agreements are shown in
/// turn.
#[derive(Serialize, Deserialize)]
pub(super) struct Positioned<T> {
    pub position: u32,
    #[serde(flatten)]
    pub body: T,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DomainBody {
    pub domain: Domain,
}

/// A webhook without its secrets. The directory looks into `events` and `url` when it queues messages.
#[derive(Serialize, Deserialize)]
pub(super) struct WebhookBody {
    pub name: WebhookName,
    pub url: Url,
    pub events: Vec<WebhookEvent>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ConnectionBody {
    pub name: ConnectionName,
    pub display_name: String,
    pub kind: ConnectionWord,
    #[serde(default)]
    pub preset: Option<Preset>,
    #[serde(default = "on")]
    pub enabled: bool,
    pub issuer: String,
    #[serde(default)]
    pub tenant_ids: Vec<uuid::Uuid>,
    pub client_id: String,
    /// A connection that is no public client is off until its secret is known.
    pub public_client: bool,
    pub scopes: Vec<String>,
    pub domains: Vec<Domain>,
    #[serde(default)]
    pub verified: bool,
    pub social: bool,
    pub authorization_endpoint: Option<Url>,
    pub token_endpoint: Option<Url>,
    pub userinfo_endpoint: Option<Url>,
    #[serde(default)]
    pub mfa_trust: MfaTrust,
    #[serde(default)]
    pub emails_endpoint: Option<Url>,
    #[serde(default)]
    pub subject_field: Option<String>,
}

/// What was stored before connections could be switched off was on.
fn on() -> bool {
    true
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConnectionWord {
    Oidc,
    Oauth2,
}

/// What an application does not allow is not kept, so that one from before there was anything to allow reads the same.
fn is_default(traffic: &Traffic) -> bool {
    *traffic == Traffic::default()
}

#[derive(Serialize, Deserialize)]
pub(super) struct ApplicationBody {
    pub display_name: String,
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    pub host: String,
    pub mode: ModeBody,
    /// The first target.
    pub upstream: String,
    /// The others, and how they are spoken with, where that is not as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarding: Option<Forwarding>,
    pub headers: HeadersWord,
    pub allow_odd_header_names: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub traffic: Traffic,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ModeBody {
    Host,
    Path { strip: bool },
    Query,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum HeadersWord {
    #[serde(rename = "oauth2-proxy")]
    OAuth2Proxy,
    Authelia,
    Pomerium,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ServicePrincipalBody {
    pub app: AppId,
    pub assignment_required: bool,
    pub homepage: Option<Url>,
    #[serde(default)]
    pub require_mfa: bool,
    #[serde(default)]
    pub owners: Vec<EmailAddress>,
    #[serde(default)]
    pub roles: Vec<String>,
    #[serde(default)]
    pub groups: Vec<GroupId>,
    #[serde(default)]
    pub permissions: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct AgreementBody {
    pub display_name: String,
    #[serde(default)]
    pub apps: Vec<AppId>,
    pub viewing_required: bool,
    #[serde(default)]
    pub expiration: Option<TermsExpiration>,
    pub reaccept_after: Option<u64>,
    pub files: Vec<AgreementFileBody>,
}

/// What a file says about one language. The text itself is kept as a version, which may have superseded this one.
#[derive(Serialize, Deserialize)]
pub(super) struct AgreementFileBody {
    pub language: String,
    pub title: String,
    pub version: String,
    #[serde(default = "asks_again")]
    pub major: bool,
    #[serde(default)]
    pub transition: Option<Timestamp>,
}

fn asks_again() -> bool {
    true
}

#[derive(Serialize, Deserialize)]
pub(super) struct ContactBody {
    pub display_name: String,
    pub address: EmailAddress,
}

#[derive(Serialize, Deserialize)]
pub(super) struct GroupBody {
    pub display_name: String,
    pub members: Vec<EmailAddress>,
}

/// A member whom a file wants to exist; kept so that one who vanishes from the file is noticed.
#[derive(Serialize, Deserialize)]
pub(super) struct MemberBody {
    pub display_name: String,
    pub admin: bool,
}

pub(super) fn tenant_body(tenant: &Tenant) -> TenantBody {
    let policies = &tenant.policies;
    TenantBody {
        display_name: tenant.display_name.clone(),
        enabled: tenant.enabled,
        language: tenant.language.clone(),
        accent: tenant.branding.accent.clone(),
        logo: tenant.branding.logo.as_ref().map(|logo| BASE64.encode(logo)),
        privacy_statement: tenant.privacy.statement_url.clone(),
        privacy_contact: tenant.privacy.contact.clone(),
        partners: tenant.partners.clone(),
        technical_contact: tenant.privacy.technical_contact.clone(),
        policies: PoliciesBody {
            allow_invites_from: policies.allow_invites_from,
            allowed_domains: policies.allowed_domains.clone(),
            blocked_domains: policies.blocked_domains.clone(),
            primary_identity_provider_precedence_order: policies.primary_identity_provider_precedence_order.clone(),
            fallback_identity_provider: policies.fallback_identity_provider,
            email_one_time_passcode: policies.email_one_time_passcode,
            personal_accounts: policies.personal_accounts,
            strict_addresses: policies.strict_addresses,
            relink_guests: policies.relink_guests,
            session_idle: millis(policies.session_idle),
            session_absolute: millis(policies.session_absolute),
            passcode_lifetime: millis(policies.passcode_lifetime),
            invitation_lifetime: policies.invitation_lifetime.map(millis),
            mfa: policies.mfa,
            guest_lifetime: policies.guest_lifetime.map(millis),
            max_guests: policies.max_guests,
            allowed_redirects: policies.allowed_redirects.clone(),
            admin_mfa: policies.admin_mfa,
        },
    }
}

pub(super) fn policies(body: PoliciesBody) -> Policies {
    Policies {
        allow_invites_from: body.allow_invites_from,
        allowed_domains: body.allowed_domains,
        blocked_domains: body.blocked_domains,
        primary_identity_provider_precedence_order: body.primary_identity_provider_precedence_order,
        fallback_identity_provider: body.fallback_identity_provider,
        email_one_time_passcode: body.email_one_time_passcode,
        personal_accounts: body.personal_accounts,
        strict_addresses: body.strict_addresses,
        relink_guests: body.relink_guests,
        session_idle: Duration::from_millis(body.session_idle),
        session_absolute: Duration::from_millis(body.session_absolute),
        passcode_lifetime: Duration::from_millis(body.passcode_lifetime),
        invitation_lifetime: body.invitation_lifetime.map(Duration::from_millis),
        mfa: body.mfa,
        guest_lifetime: body.guest_lifetime.map(Duration::from_millis),
        max_guests: body.max_guests,
        allowed_redirects: body.allowed_redirects,
        admin_mfa: body.admin_mfa,
    }
}

pub(super) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn connection_body(connection: &Connection, public_client: bool) -> ConnectionBody {
    ConnectionBody {
        name: connection.name.clone(),
        display_name: connection.display_name.clone(),
        kind: match connection.kind {
            ConnectionKind::Oidc => ConnectionWord::Oidc,
            ConnectionKind::OAuth2 => ConnectionWord::Oauth2,
        },
        preset: connection.preset,
        enabled: connection.enabled,
        issuer: connection.issuer.clone(),
        tenant_ids: connection.tenant_ids.clone(),
        client_id: connection.client_id.clone(),
        public_client,
        scopes: connection.scopes.clone(),
        domains: connection.domains.clone(),
        verified: connection.verified,
        social: connection.social,
        authorization_endpoint: connection.authorization_endpoint.clone(),
        token_endpoint: connection.token_endpoint.clone(),
        userinfo_endpoint: connection.userinfo_endpoint.clone(),
        mfa_trust: connection.mfa_trust.clone(),
        emails_endpoint: connection.emails_endpoint.clone(),
        subject_field: connection.subject_field.clone(),
    }
}

/// Whether a stored connection works.
pub(super) enum Switched {
    /// It does.
    On(Box<Connection>),
    /// It would, if its secret were known.
    Waiting(ConnectionName),
    /// Its file switched it off.
    Off,
}

/// The connection, with the domains whose DNS record was seen.
pub(super) fn connection(
    tenant: TenantId,
    body: ConnectionBody,
    secrets: &ConnectionSecrets,
    seen: &[Domain],
) -> Switched {
    if !body.enabled {
        return Switched::Off;
    }
    let client_secret = match (body.public_client, secrets.of(tenant, &body.name)) {
        (true, _) => Secret::default(),
        (false, Some(secret)) => secret.clone(),
        (false, None) => return Switched::Waiting(body.name),
    };
    let mut connection = Connection {
        name: body.name,
        display_name: body.display_name,
        kind: match body.kind {
            ConnectionWord::Oidc => ConnectionKind::Oidc,
            ConnectionWord::Oauth2 => ConnectionKind::OAuth2,
        },
        preset: body.preset,
        enabled: true,
        issuer: body.issuer,
        tenant_ids: body.tenant_ids,
        client_id: body.client_id,
        client_secret,
        scopes: body.scopes,
        domains: body.domains,
        verified: body.verified,
        proved: Vec::new(),
        social: body.social,
        authorization_endpoint: body.authorization_endpoint,
        token_endpoint: body.token_endpoint,
        userinfo_endpoint: body.userinfo_endpoint,
        mfa_trust: body.mfa_trust,
        emails_endpoint: body.emails_endpoint,
        subject_field: body.subject_field,
    };
    connection.prove(seen);
    Switched::On(Box::new(connection))
}

pub(super) fn application_body(application: &Application) -> ApplicationBody {
    ApplicationBody {
        display_name: application.display_name.clone(),
        description: application.description.clone(),
        icon: application.icon.as_ref().map(|icon| BASE64.encode(icon)),
        host: application.host.clone(),
        mode: match application.mode {
            Mode::Host => ModeBody::Host,
            Mode::Path { strip } => ModeBody::Path { strip },
            Mode::Query => ModeBody::Query,
        },
        upstream: application.upstream.targets.first().map(Target::to_string).unwrap_or_default(),
        forwarding: (application.upstream.targets.len() > 1 || !application.upstream.is_default())
            .then(|| (*application.upstream).clone()),
        headers: match application.headers {
            HeaderPreset::OAuth2Proxy => HeadersWord::OAuth2Proxy,
            HeaderPreset::Authelia => HeadersWord::Authelia,
            HeaderPreset::Pomerium => HeadersWord::Pomerium,
        },
        allow_odd_header_names: application.allow_odd_header_names,
        traffic: application.traffic.clone(),
    }
}

pub(super) fn agreement_body(agreement: &Agreement) -> AgreementBody {
    let files = agreement.files.iter().map(|file| AgreementFileBody {
        language: file.language.clone(),
        title: file.title.clone(),
        version: file.version.clone(),
        major: file.major,
        transition: file.transition,
    });
    AgreementBody {
        display_name: agreement.display_name.clone(),
        apps: agreement.apps.clone(),
        viewing_required: agreement.viewing_required,
        expiration: agreement.expiration,
        reaccept_after: agreement.reaccept_after.map(millis),
        files: files.collect(),
    }
}
