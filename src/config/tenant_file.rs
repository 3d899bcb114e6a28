//! A tenant's file → [`Tenant`] and the applications it owns.

use std::collections::BTreeMap;
use std::path::Path;

use url::Url;

use super::application_file::{self, GUID_HINT, guid};
use super::connection_file::{self, ConnectionSecrets};
use super::section::{Placed, Section};
use super::{files, policies, terms, values, webhook_file};
use crate::model::{
    Agreement, AgreementId, AppId, Branding, Connection, Contact, ContactId, Domain, EmailAddress, Group, GroupId,
    ManagedBy, Permission, PolicyKey, Preset, Privacy, ServicePrincipal, ServicePrincipalId, Tenant, TenantId,
    TenantPartner, TermsExpiration, TermsFrequency,
};

const LOGO_BYTES: u64 = 256 * 1024;

/// A tenant as its file declares it.
#[derive(Clone, Debug)]
pub struct TenantFile {
    /// The tenant; its connections carry no secrets.
    pub tenant: Tenant,
    /// Members that the file wants to exist.
    pub members: Vec<DeclaredMember>,
    /// Connections that have no secret by design.
    pub public_connections: Vec<crate::model::ConnectionName>,
    /// Where each object stands.
    places: BTreeMap<(&'static str, String), String>,
}

impl TenantFile {
    /// The policies that the file itself names, of those that may be set by API otherwise (decision 6).
    pub fn named_policies(&self) -> impl Iterator<Item = PolicyKey> {
        PolicyKey::ALL.into_iter().filter(|key| self.places.contains_key(&("policy", key.as_str().to_owned())))
    }

    /// Where an object stands, `contoso.toml:12`.
    pub fn place_of(&self, kind: &str, id: &str) -> String {
        let found = self.places.iter().find(|((known, name), _)| *known == kind && name == id);
        match (found, &self.tenant.managed_by) {
            (Some((_, place)), _) => place.clone(),
            (None, ManagedBy::File { place }) => place.clone(),
            (None, ManagedBy::Directory) => String::new(),
        }
    }
}

/// A member whom the tenant's file wants to exist. No file holds a password: `vestibule member add` gives a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredMember {
    /// An address in one of the tenant's domains.
    pub address: EmailAddress,
    /// What others see.
    pub display_name: String,
    /// Whether the member administers the tenant.
    pub admin: bool,
}

/// What reading a tenant's file yields, besides faults.
pub(super) struct Read {
    pub tenant: TenantFile,
    pub applications: application_file::Declared,
    /// What the tenant uses, for checks across files.
    pub uses: Vec<Use>,
}

/// One use of an application.
pub(super) struct Use {
    pub app: Placed<AppId>,
    pub homepage: Option<Placed<Url>>,
}

/// Reads every key of a tenant's file. `None` if what names the tenant is missing or wrong.
pub(super) fn read(root: &Section<'_>, file: &Path, secrets: &mut ConnectionSecrets) -> Option<Read> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let reader = root.reader;
    let mut places = BTreeMap::new();
    let id = root.required("id", guid::<TenantId>, GUID_HINT);
    let name = root.required("name", values::name, "the organization's name as guests know it");
    let enabled = root.boolean("enabled", true);
    let domain_hint = "write the domains of this organization; their being listed here is the operator's word that \
                       they are verified";
    let faults_before = reader.fault_count();
    if !root.has("domains") {
        reader.fault(&root.place, "`domains` is missing", domain_hint);
    }
    let domains_place = root.place_of("domains");
    let domains = root.list("domains", domain, domain_hint);
    if domains.as_ref().is_some_and(Vec::is_empty) {
        reader.fault(&domains_place, "`domains` lists none", domain_hint);
    }
    let domains_are_whole = reader.fault_count() == faults_before;
    let domains = domains.unwrap_or_default();
    for domain in &domains {
        reader.claim("domain", &domain.value, &domain.place, "a domain is verified by one tenant alone");
        places.insert(("domain", domain.value.to_string()), domain.place.short());
    }
    let domain_names: Vec<Domain> = domains.into_iter().map(|domain| domain.value).collect();
    let language = root.parsed("language", values::language, "a language tag, e.g. en");
    if let Some(id) = &id {
        if id.value.uuid().is_nil() {
            reader.fault(&id.place, "the GUID of zeros names nothing", GUID_HINT);
        }
        reader.claim("tenant id", id.value, &id.place, "every tenant has an id of its own");
    }

    let branding = branding(&root.section("branding"), folder);
    let privacy_section = root.section("privacy");
    let url_hint = "an https address with your privacy statement";
    let statement = privacy_section.parsed("statement_url", values::https_url, url_hint);
    let contact = privacy_section.parsed("contact", str::parse::<EmailAddress>, "whom guests may write to");
    let technical_hint = "whom guests may write to when something does not work";
    let technical = privacy_section.parsed("technical_contact", str::parse::<EmailAddress>, technical_hint);
    let privacy = Privacy {
        statement_url: statement.map(|url| url.value),
        contact: contact.map(|contact| contact.value),
        technical_contact: technical.map(|contact| contact.value),
    };

    let tenant_id = id.as_ref().map(|id| id.value);
    let applications = application_file::read(root, tenant_id, file, secrets);
    let (mut connections, mut public_connections) = (Vec::new(), Vec::new());
    let mut routed: BTreeMap<Domain, String> = BTreeMap::new();
    for section in root.sections("connections", "name") {
        let Some(declared) = connection_file::read(&section, file) else { continue };
        let connection = declared.connection;
        let scope = format!("{} in {}", connection.name, root.place.file);
        reader.claim("connection", scope, &connection.place, "a name stands once in a tenant");
        // One that is off may name what its successor has taken over.
        for domain in connection.domains.iter().filter(|_| connection.enabled) {
            if let Some(other) = routed.insert(domain.clone(), connection.name.to_string()) {
                let message = format!("`{domain}` is already routed to the connection `{other}`");
                reader.fault(&connection.place, message, "a domain leads to one identity provider");
            }
        }
        if let (Some(tenant), Some(secret)) = (tenant_id, declared.secret) {
            secrets.insert(tenant, connection.name.clone(), secret);
        }
        if declared.public_client {
            public_connections.push(connection.name.clone());
        }
        places.insert(("connection", connection.name.to_string()), section.place.short());
        connections.push(connection.value);
    }
    let consumers = |connection: &Connection| connection.preset == Some(Preset::MicrosoftConsumers);
    let section = root.section("policies");
    for key in PolicyKey::ALL.into_iter().filter(|key| section.has(key.as_str())) {
        places.insert(("policy", key.as_str().to_owned()), section.place_of(key.as_str()).short());
    }
    let policies = policies::read(&section, connections.iter().any(consumers));
    let partners = partners(root, tenant_id);

    let agreements = root.sections("agreements", "name").into_iter();
    let agreements = agreements.filter_map(|section| agreement(&section, folder));
    let agreements: Vec<Placed<Agreement>> = agreements.collect();
    let contacts: Vec<_> = root.sections("contacts", "address").iter().filter_map(contact_object).collect();
    let groups: Vec<_> = root.sections("groups", "name").iter().filter_map(group).collect();
    let (mut service_principals, mut uses) = (Vec::new(), Vec::new());
    for section in root.sections("service_principals", "app") {
        let Some((of, mut principal, of_groups)) = service_principal(&section, tenant_id) else { continue };
        for name in of_groups {
            match groups.iter().find(|group| group.display_name == name.value) {
                Some(group) => principal.groups.push(group.id),
                None => {
                    let message = format!("there is no group `{}` in this file", name.value);
                    reader.fault(&name.place, message, "add it as [[groups]], or correct the name");
                }
            }
        }
        let scope = format!("{} in {}", of.app.value, root.place.file);
        reader.claim("service principal of", scope, &of.app.place, "a tenant uses an application once");
        places.insert(("service_principal", principal.id.to_string()), section.place.short());
        service_principals.push(principal);
        uses.push(of);
    }
    // An app that the tenant does not use would never ask, and nobody would notice.
    for (app, agreement) in agreements.iter().flat_map(|it| it.apps.iter().map(move |app| (app, it))) {
        if !uses.iter().any(|of| of.app.value == *app) {
            let message = format!("the agreement is for the application {app}, which this tenant does not use");
            let hint = "list the ids of applications that stand in [[service_principals]], or none for all";
            reader.fault(&agreement.place, message, hint);
        }
    }
    let mut webhooks = Vec::new();
    for webhook_file::Declared { webhook, short } in webhook_file::read(root, file) {
        if let Some(tenant) = tenant_id {
            secrets.insert_webhook(tenant, webhook.name.clone(), webhook.secrets.clone());
        }
        places.insert(("webhook", webhook.name.to_string()), short);
        webhooks.push(webhook.value);
    }
    let mut members = Vec::new();
    for section in root.sections("members", "address") {
        members.extend(member(&section, &root.place.file));
    }
    // A domain that is spelled wrong would make strangers of all its members.
    for member in members.iter().filter(|member| domains_are_whole && !domain_names.contains(member.address.domain())) {
        let message = format!("`{}` is no domain of this tenant", member.address.domain());
        let hint = "members have addresses in the tenant's own domains; invite everybody else as a guest";
        reader.fault(&member.place, message, hint);
    }
    places.extend(agreements.iter().map(|object| (("agreement", object.id.to_string()), object.place.short())));
    places.extend(contacts.iter().map(|object| (("contact", object.id.to_string()), object.place.short())));
    places.extend(groups.iter().map(|object| (("group", object.id.to_string()), object.place.short())));
    places.extend(members.iter().map(|object| (("member", object.address.to_string()), object.place.short())));

    let id = id?;
    let tenant = Tenant {
        id: id.value,
        display_name: name?.value,
        enabled,
        domains: domain_names,
        language: language.map_or("en".to_owned(), |language| language.value),
        policies,
        branding,
        privacy,
        connections,
        waiting_connections: Vec::new(),
        partners: partners.into_iter().map(|partner| partner.value).collect(),
        agreements: agreements.into_iter().map(|object| object.value).collect(),
        service_principals,
        contacts: contacts.into_iter().map(|object| object.value).collect(),
        groups: groups.into_iter().map(|object| object.value).collect(),
        webhooks,
        managed_by: ManagedBy::File { place: id.place.short() },
    };
    let members = members.into_iter().map(|member| member.value).collect();
    Some(Read { tenant: TenantFile { tenant, members, public_connections, places }, applications, uses })
}

/// A domain in the one spelling that files use; people compare files with their eyes.
fn domain(text: &str) -> Result<Domain, String> {
    let domain: Domain = text.parse().map_err(|_| format!("`{text}` is no domain name"))?;
    if domain.as_str() == text { Ok(domain) } else { Err(format!("`{text}` must be written `{domain}`")) }
}

/// Agreements with other tenants of this instance; each is told once.
fn partners(root: &Section<'_>, own: Option<TenantId>) -> Vec<Placed<TenantPartner>> {
    let mut partners: Vec<Placed<TenantPartner>> = Vec::new();
    for section in root.sections("partners", "tenant") {
        let tenant = section.required("tenant", guid::<TenantId>, "the id of another tenant of this instance");
        let automatic_redemption_inbound = section.boolean("automatic_redemption_inbound", false);
        let automatic_redemption_outbound = section.boolean("automatic_redemption_outbound", false);
        let Some(tenant) = tenant else { continue };
        if own == Some(tenant.value) {
            root.reader.fault(&tenant.place, "a tenant is no partner of itself", "name another tenant");
        }
        if partners.iter().any(|known| known.tenant == tenant.value) {
            root.reader.fault(&tenant.place, "this partner stands here twice", "one [[partners]] for each tenant");
        }
        let value = TenantPartner { tenant: tenant.value, automatic_redemption_inbound, automatic_redemption_outbound };
        partners.push(Placed { value, place: tenant.place });
    }
    partners
}

fn branding(section: &Section<'_>, folder: &Path) -> Branding {
    let accent_hint = "choose a darker colour: buttons carry white text, which needs 4.5:1 (WCAG 2.2, 1.4.3)";
    let accent = section.parsed("accent", values::accent, accent_hint);
    let logo = files::picture(section, "logo", folder, LOGO_BYTES);
    Branding { accent: accent.map(|accent| accent.value), logo }
}

fn agreement(section: &Section<'_>, folder: &Path) -> Option<Placed<Agreement>> {
    let id = claimed_id::<AgreementId>(section);
    let name = section.required("name", values::name, "its name for admins and in the audit log");
    let viewing_required = section.boolean("viewing_required", false);
    let never = values::optional_duration("never");
    let reaccept = section.parsed("reaccept_after", never, r#"write a duration, or "never""#);
    let apps = section.list("apps", guid::<AppId>, "ids of applications, or none for all").unwrap_or_default();
    let calendar = section.section("expiration");
    // By what stands there: a value that is wrong has its own fault.
    let whole = calendar.has("start") == calendar.has("frequency");
    let start = calendar.parsed("start", values::date, "the day of the first expiry, e.g. 2027-01-01");
    let frequencies =
        [TermsFrequency::Annually, TermsFrequency::Biannually, TermsFrequency::Quarterly, TermsFrequency::Monthly];
    let frequencies = frequencies.map(|frequency| (frequency.as_str(), frequency));
    let frequency = calendar.parsed("frequency", values::one_of(&frequencies), "how often acceptances expire");
    if !whole {
        let hint = "set both start and frequency, or none of them";
        section.reader.fault(&calendar.place, "`expiration` is incomplete", hint);
    }
    let sections = section.sections("files", "language");
    if sections.is_empty() {
        let hint = "add [[agreements.files]] with language and path";
        section.reader.fault(&section.place, "the agreement has no file", hint);
    }
    let mut agreement_files = Vec::new();
    for file_section in sections {
        let Some(file) = terms::read(&file_section, folder) else { continue };
        if agreement_files.iter().any(|other: &crate::model::AgreementFile| other.language == file.language) {
            let message = format!("there is another file for `{}`", file.language);
            section.reader.fault(&file.place, message, "one file for each language");
        }
        agreement_files.push(file.value);
    }
    let agreement = Agreement {
        id: id?,
        display_name: name?.value,
        apps: apps.into_iter().map(|app| app.value).collect(),
        viewing_required,
        expiration: start
            .zip(frequency)
            .map(|(start, frequency)| TermsExpiration { start: start.value, frequency: frequency.value }),
        reaccept_after: reaccept.and_then(|reaccept| reaccept.value),
        files: agreement_files,
    };
    Some(Placed { value: agreement, place: section.place.clone() })
}

fn service_principal(
    section: &Section<'_>,
    tenant: Option<TenantId>,
) -> Option<(Use, ServicePrincipal, Vec<Placed<String>>)> {
    let app = section.required("app", guid::<AppId>, "the id of an application");
    let id = section.parsed("id", guid::<ServicePrincipalId>, GUID_HINT);
    let assignment_required = section.boolean("assignment_required", true);
    let homepage = section.parsed("homepage", values::https_url, "an https address of the app");
    let require_mfa = section.boolean("require_mfa", false);
    let permission_hint = "what the application may do by itself, e.g. User.Invite.All";
    let permissions = section.list("permissions", permission, permission_hint).unwrap_or_default();
    let owner_hint = "addresses of members and guests who look after this app";
    let owners = section.list("owners", str::parse::<EmailAddress>, owner_hint).unwrap_or_default();
    let role_hint = "names that the app reads: visible, without spaces, commas and colons";
    let roles = section.list("roles", role_name, role_hint).unwrap_or_default();
    let of_groups = section.list("groups", group_name, "names of [[groups]] of this file").unwrap_or_default();
    let (app, tenant) = (app?, tenant?);
    let id = id.map_or_else(|| derived_id(tenant, app.value), |id| id.value);
    section.reader.claim("service principal id", id, &section.place, "every service principal has an id of its own");
    let start = homepage.as_ref().map(|homepage| homepage.value.clone());
    let principal = ServicePrincipal {
        id,
        app: app.value,
        tenant,
        assignment_required,
        homepage: start,
        owners: owners.into_iter().map(|owner| owner.value).collect(),
        roles: roles.into_iter().map(|role| role.value).collect(),
        groups: Vec::new(),
        require_mfa,
        permissions: permissions.into_iter().map(|permission| permission.value).collect(),
    };
    Some((Use { app, homepage }, principal, of_groups))
}

/// A tenant uses an application once, so the pair names the service principal for ever (RFC 9562 §5.8).
fn derived_id(tenant: TenantId, app: AppId) -> ServicePrincipalId {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(b"vestibule service principal");
    context.update(tenant.uuid().as_bytes());
    context.update(app.uuid().as_bytes());
    let digest = context.finish();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.as_ref()).for_each(|(byte, from)| *byte = *from);
    ServicePrincipalId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn contact_object(section: &Section<'_>) -> Option<Placed<Contact>> {
    let id = claimed_id::<ContactId>(section);
    let name = section.required("name", values::name, "the contact's name");
    let address = section.required("address", str::parse::<EmailAddress>, "the address that it occupies");
    let contact = Contact { id: id?, display_name: name?.value, address: address?.value };
    Some(Placed { value: contact, place: section.place.clone() })
}

fn group(section: &Section<'_>) -> Option<Placed<Group>> {
    let id = claimed_id::<GroupId>(section);
    let name = section.required("name", group_name, "apps read it in a comma-separated header");
    let members = section.list("members", str::parse::<EmailAddress>, "addresses of guests and members");
    let members = members.unwrap_or_default().into_iter().map(|member| member.value).collect();
    Some(Placed { value: Group { id: id?, display_name: name?.value, members }, place: section.place.clone() })
}

/// A comma would make two groups out of one in `X-Forwarded-Groups`.
fn group_name(text: &str) -> Result<String, String> {
    let name = values::name(text)?;
    if name.contains(',') { Err("a group's name has no comma".to_owned()) } else { Ok(name) }
}

/// Apps read roles from the same comma-separated header, and the command line writes `app:role`.
fn role_name(text: &str) -> Result<String, String> {
    let name = group_name(text)?;
    let odd = |character: char| character.is_whitespace() || character == ':';
    if name.contains(odd) { Err("a role's name has no space and no colon".to_owned()) } else { Ok(name) }
}

/// One of the permissions of the admin API, by the original's name.
fn permission(text: &str) -> Result<String, String> {
    match text.parse::<Permission>() {
        Ok(permission) => Ok(permission.to_string()),
        Err(()) => Err(format!("`{text}` is no permission of the admin API; docs/graph-api.md lists them")),
    }
}

fn member(section: &Section<'_>, file: &str) -> Option<Placed<DeclaredMember>> {
    let address = section.required("address", str::parse::<EmailAddress>, "an address in a domain of this tenant");
    let name = section.required("name", values::name, "what others see");
    let admin = section.boolean("admin", false);
    let address = address?;
    // Compared without case here alone: two members whose names differ by case would be one mailbox almost anywhere.
    let folded = format!("{} in {file}", address.as_str().to_lowercase());
    section.reader.claim("member", folded, &address.place, "a member stands once");
    let member = DeclaredMember { address: address.value, display_name: name?.value, admin };
    Some(Placed { value: member, place: address.place })
}

/// The `id` of an object, unique among all files.
fn claimed_id<T: std::str::FromStr + std::fmt::Display>(section: &Section<'_>) -> Option<T> {
    let id = section.required("id", guid::<T>, GUID_HINT)?;
    section.reader.claim("object id", &id.value, &id.place, "every object has an id of its own");
    Some(id.value)
}
