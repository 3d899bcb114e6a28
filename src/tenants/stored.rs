//! Configuration objects as the store keeps them: one JSON body for each tenant, domain, connection, application,
//! service principal, agreement, contact, group and webhook. No body holds a secret.

use std::time::Duration;

use data_encoding::BASE64;
use serde::{Serialize, de::DeserializeOwned};

use crate::config::{ConnectionSecrets, Loaded, TenantFile};
use crate::model::{
    Agreement, Application, Branding, Contact, Domain, Group, HeaderPreset, ManagedBy, Mode, Preset, Privacy,
    Registration, ServicePrincipal, Tenant, TenantId, Upstream, Webhook,
};
use crate::storage::{DomainProof, StoredObject};

use super::bodies::{
    AgreementBody, ApplicationBody, ConnectionBody, ContactBody, DomainBody, GroupBody, HeadersWord, MemberBody,
    ModeBody, Positioned, ServicePrincipalBody, Switched, TenantBody, WebhookBody, agreement_body, application_body,
    connection, connection_body, tenant_body,
};

use super::agreement_texts::AgreementTexts;
use super::{client_keys, set_policies};

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

/// Kind of the objects that say how an application is a client of the OIDC provider; their id is the application's.
pub(super) const REGISTRATION: &str = "registration";

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
    for registration in &loaded.registrations {
        objects.push(object(
            registration.home_tenant,
            REGISTRATION,
            registration.app.to_string(),
            registration,
            registration.managed_by.clone(),
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
    // What the file itself names, one by one; what it leaves out may be set by API.
    let named = serde_json::to_value(tenant_body(tenant).policies);
    for key in file.named_policies() {
        let value = named.as_ref().ok().and_then(|policies| policies.get(key.as_str())).cloned();
        add(set_policies::NAMED, key.as_str().to_owned(), Ok(value.unwrap_or_default()))?;
    }
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
            require_mfa: principal.require_mfa,
            owners: principal.owners.clone(),
            roles: principal.roles.clone(),
            groups: principal.groups.clone(),
            permissions: principal.permissions.clone(),
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
    for (position, webhook) in positions(&tenant.webhooks) {
        let (name, url, events) = (webhook.name.clone(), webhook.url.clone(), webhook.events.clone());
        let body = Positioned { position, body: WebhookBody { name, url, events } };
        add("webhook", webhook.name.to_string(), serde_json::to_value(body))?;
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

/// Clients of the OIDC provider out of the store's objects. A secret whose value is not known counts for nothing.
pub(super) fn registrations(
    objects: &[StoredObject],
    secrets: &ConnectionSecrets,
) -> Result<Vec<Registration>, UnreadableObject> {
    let mut found = Vec::new();
    for object in objects.iter().filter(|object| object.enabled && object.kind == REGISTRATION) {
        let mut registration = Registration {
            app: parsed(object)?,
            home_tenant: object.tenant,
            managed_by: object.managed_by.clone(),
            ..body(object)?
        };
        client_keys::fill_in(&mut registration, objects)?;
        for secret in &mut registration.secrets {
            secret.digest = secrets.of_client(registration.app, &secret.name);
        }
        found.push(registration);
    }
    Ok(found)
}

/// Tenants and applications out of the store's objects. A connection without the secret that it needs is left out: it is
/// off. Objects of a tenant that is gone are left out too.
pub(super) fn from_objects(
    objects: &[StoredObject],
    secrets: &ConnectionSecrets,
    texts: &AgreementTexts,
    proofs: &[DomainProof],
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
        tenants.push(tenant(id, object, &own, secrets, texts, proofs)?);
    }
    Ok((tenants, applications))
}

fn tenant(
    id: TenantId,
    object: &StoredObject,
    own: &[&StoredObject],
    secrets: &ConnectionSecrets,
    texts: &AgreementTexts,
    proofs: &[DomainProof],
) -> Result<Tenant, UnreadableObject> {
    let body: TenantBody = body(object)?;
    let logo = body.logo.as_deref().map(|logo| BASE64.decode(logo.as_bytes())).transpose();
    let logo = logo.map_err(|error| unreadable(object, error))?;
    let (mut connections, mut waiting_connections) = (Vec::new(), Vec::new());
    for (_, body) in of_kind::<ConnectionBody>(own, "connection")? {
        // A record names the issuer, so one that was seen for another issuer proves nothing for this one.
        let seen = proofs.iter().filter(|proof| {
            proof.tenant == id && proof.connection == body.name && proof.issuer == body.issuer && proof.seen
        });
        let seen: Vec<Domain> = seen.map(|proof| proof.domain.clone()).collect();
        match connection(id, body, secrets, &seen) {
            Switched::On(connection) => connections.push(*connection),
            Switched::Waiting(name) => waiting_connections.push(name),
            Switched::Off => {}
        }
    }
    let mut agreements = Vec::new();
    for (object, body) in of_kind::<AgreementBody>(own, "agreement")? {
        agreements.push(agreement(id, object, body, texts)?);
    }
    let mut service_principals = Vec::new();
    for (object, body) in of_kind::<ServicePrincipalBody>(own, "service_principal")? {
        service_principals.push(ServicePrincipal {
            id: parsed(object)?,
            app: body.app,
            tenant: id,
            assignment_required: body.assignment_required,
            homepage: body.homepage,
            require_mfa: body.require_mfa,
            owners: body.owners,
            roles: body.roles,
            groups: body.groups,
            permissions: body.permissions,
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
    let webhooks = of_kind::<WebhookBody>(own, "webhook")?.into_iter().filter_map(|(_, body)| {
        // Nothing leaves unsigned.
        let secrets = secrets.of_webhook(id, &body.name)?.clone();
        Some(Webhook { name: body.name, url: body.url, events: body.events, secrets })
    });
    Ok(Tenant {
        id,
        display_name: body.display_name,
        enabled: body.enabled,
        domains: of_kind::<DomainBody>(own, "domain")?.into_iter().map(|(_, body)| body.domain).collect(),
        language: body.language,
        policies: set_policies::in_force(id, body.policies, (object, own))?,
        branding: Branding { accent: body.accent, logo },
        privacy: Privacy {
            statement_url: body.privacy_statement,
            contact: body.privacy_contact,
            technical_contact: body.technical_contact,
        },
        connections,
        waiting_connections,
        partners: body.partners,
        agreements,
        service_principals,
        contacts,
        groups,
        webhooks: webhooks.collect(),
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

/// Whether one of the tenant's connections is for Microsoft's consumer accounts.
pub(super) fn has_consumers(own: &[&StoredObject]) -> Result<bool, UnreadableObject> {
    let connections = of_kind::<ConnectionBody>(own, "connection")?;
    Ok(connections.iter().any(|(_, connection)| connection.preset == Some(Preset::MicrosoftConsumers)))
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

pub(super) fn unreadable(
    object: &StoredObject,
    error: impl std::error::Error + Send + Sync + 'static,
) -> UnreadableObject {
    UnreadableObject { kind: object.kind.clone(), id: object.id.clone(), source: Box::new(error) }
}

fn application(object: &StoredObject) -> Result<Application, UnreadableObject> {
    let body: ApplicationBody = body(object)?;
    let icon = body.icon.as_deref().map(|icon| BASE64.decode(icon.as_bytes())).transpose();
    Ok(Application {
        id: parsed(object)?,
        display_name: body.display_name,
        description: body.description,
        icon: icon.map_err(|error| unreadable(object, error))?,
        home_tenant: object.tenant,
        host: body.host,
        mode: match body.mode {
            ModeBody::Host => Mode::Host,
            ModeBody::Path { strip } => Mode::Path { strip },
            ModeBody::Query => Mode::Query,
        },
        upstream: match body.forwarding {
            Some(forwarding) => Upstream::new(forwarding),
            None => body.upstream.parse().map_err(|error| unreadable(object, error))?,
        },
        headers: match body.headers {
            HeadersWord::OAuth2Proxy => HeaderPreset::OAuth2Proxy,
            HeadersWord::Authelia => HeaderPreset::Authelia,
            HeadersWord::Pomerium => HeaderPreset::Pomerium,
        },
        allow_odd_header_names: body.allow_odd_header_names,
        traffic: body.traffic,
        managed_by: object.managed_by.clone(),
    })
}

fn agreement(
    tenant: TenantId,
    object: &StoredObject,
    body: AgreementBody,
    texts: &AgreementTexts,
) -> Result<Agreement, UnreadableObject> {
    let id = parsed(object)?;
    Ok(Agreement {
        id,
        display_name: body.display_name,
        apps: body.apps,
        viewing_required: body.viewing_required,
        expiration: body.expiration,
        reaccept_after: body.reaccept_after.map(Duration::from_millis),
        files: texts.files(tenant, id, &body.files),
    })
}
