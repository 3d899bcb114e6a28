//! `[[connections]]` of a tenant file → [`Connection`], with its secret kept apart.

use std::collections::BTreeMap;
use std::path::Path;

use url::Url;
use uuid::Uuid;

use super::preset::{self, Defaults};
use super::section::{Placed, Section};
use super::{files, values};
use crate::model::{
    AppId, Connection, ConnectionKind, ConnectionName, Domain, MICROSOFT_CONSUMERS, MfaTrust, Preset, Secret,
    SecretDigest, SigningSecret, TENANT_PLACEHOLDER, TenantId, WebhookName,
};

/// Secrets from files and environment: ours at identity providers, hashed those of our own clients, and those that webhooks
/// are signed with. They stay
/// in memory: the store never sees them.
#[derive(Clone, Debug, Default)]
pub struct ConnectionSecrets {
    ours: BTreeMap<(TenantId, ConnectionName), Secret>,
    clients: BTreeMap<(AppId, String), SecretDigest>,
    webhooks: BTreeMap<(TenantId, WebhookName), Vec<SigningSecret>>,
}

impl ConnectionSecrets {
    /// The secret of one connection. Without one, a connection that needs one is off.
    pub fn of(&self, tenant: TenantId, connection: &ConnectionName) -> Option<&Secret> {
        self.ours.get(&(tenant, connection.clone()))
    }

    /// Sets the secret of one connection.
    pub fn insert(&mut self, tenant: TenantId, connection: ConnectionName, secret: Secret) {
        self.ours.insert((tenant, connection), secret);
    }

    /// What messages of one webhook are signed with, the newest first. Without any, it is off.
    pub fn of_webhook(&self, tenant: TenantId, webhook: &WebhookName) -> Option<&Vec<SigningSecret>> {
        self.webhooks.get(&(tenant, webhook.clone())).filter(|secrets| !secrets.is_empty())
    }

    /// Sets the secrets of one webhook.
    pub fn insert_webhook(&mut self, tenant: TenantId, webhook: WebhookName, secrets: Vec<SigningSecret>) {
        self.webhooks.insert((tenant, webhook), secrets);
    }

    /// What a secret of one of our clients is compared with, by its name.
    pub fn of_client(&self, app: AppId, name: &str) -> Option<SecretDigest> {
        self.clients.get(&(app, name.to_owned())).copied()
    }

    /// Sets a secret of one of our clients; only its hash is kept.
    pub fn insert_client(&mut self, app: AppId, name: &str, secret: &Secret) {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.expose().as_bytes());
        let mut hash = [0; 32];
        hash.iter_mut().zip(digest.as_ref()).for_each(|(byte, from)| *byte = *from);
        self.clients.insert((app, name.to_owned()), SecretDigest(hash));
    }
}

/// A connection as its file declares it.
pub(super) struct Declared {
    /// Without its secret.
    pub connection: Placed<Connection>,
    /// The secret, if it is set.
    pub secret: Option<Secret>,
    /// The provider gave us none.
    pub public_client: bool,
}

/// Reads one `[[connections]]`.
pub(super) fn read(section: &Section<'_>, file: &Path) -> Option<Declared> {
    let reader = section.reader;
    let name = section.required("name", str::parse::<ConnectionName>, "it becomes part of the redirect URI");
    let display_name = section.parsed("display_name", values::name, "what guests read on the button");
    let enabled = section.boolean("enabled", true);
    let preset_hint = "google, github, microsoft or microsoft-consumers; leave it out for any other provider";
    let preset = section.parsed("preset", values::one_of(&preset::WORDS), preset_hint).map(|preset| preset.value);
    let defaults = preset::defaults(preset);
    let words = [("oidc", ConnectionKind::Oidc), ("oauth2", ConnectionKind::OAuth2)];
    let kind_hint = "oidc for OpenID Connect; oauth2 for a provider without ID token";
    let kind_place = section.place_of("kind");
    let kind = section.parsed("kind", values::one_of(&words), kind_hint);
    let kind = kind.map_or(defaults.kind, |kind| kind.value);
    if preset.is_some() && kind != defaults.kind {
        reader.fault(&kind_place, "the preset speaks another protocol", "remove `kind`: the preset knows it");
    }
    let issuer = issuer_of(section, kind, &defaults);
    let tenant_ids = tenant_ids(section, preset, &defaults);
    let client_id = section.required("client_id", values::name, "the provider gives it when you register the app");
    let public_place = section.place_of("public_client");
    let public_client = section.boolean("public_client", false);
    let secret = files::secret(section, "client_secret", "client_secret_file", file);
    if public_client && secret.is_some() {
        reader.fault(&public_place, "a public client has no secret", "remove the secret, or public_client");
    }
    let domains = section.list("domains", str::parse::<Domain>, "domains that the provider answers for");
    let listed = domains.is_some();
    let domain_place = domains.as_ref().and_then(|domains| domains.first()).map(|domain| domain.place.clone());
    let domains: Vec<Domain> = match domains {
        Some(domains) => domains.into_iter().map(|domain| domain.value).collect(),
        None => defaults.domains.iter().filter_map(|domain| domain.parse().ok()).collect(),
    };
    let verified = section.boolean("verified", false);
    // A preset whose domains the file names is found by them; else it is a button.
    let social = section.boolean("social", defaults.social.unwrap_or(!listed || domains.is_empty()));
    let scopes = section.list("scopes", scope, "scopes as the provider names them");
    let endpoint = |key, known: Option<&str>| {
        let declared = section.parsed(key, values::https_url, "an https address of the provider");
        declared.or_else(|| Some(Placed { value: known?.parse().ok()?, place: section.place.clone() }))
    };
    let authorization_endpoint = endpoint("authorization_endpoint", defaults.authorization_endpoint);
    let token_endpoint = endpoint("token_endpoint", defaults.token_endpoint);
    let userinfo_endpoint = endpoint("userinfo_endpoint", defaults.userinfo_endpoint);
    let emails_endpoint = endpoint("emails_endpoint", defaults.emails_endpoint);
    let subject_field = section.parsed("subject_field", member_name, "the member of user info that never changes");
    let endpoints = [
        ("authorization_endpoint", &authorization_endpoint),
        ("token_endpoint", &token_endpoint),
        ("userinfo_endpoint", &userinfo_endpoint),
    ];

    let mfa_amr = section.list("mfa_amr", claim_value, "values of the claim amr, as the provider sends them");
    let mfa_acr = section.list("mfa_acr", claim_value, "values of the claim acr, as the provider sends them");
    let (mfa_amr, mfa_acr) = (mfa_amr.unwrap_or_default(), mfa_acr.unwrap_or_default());

    match kind {
        ConnectionKind::Oidc => {
            for (key, endpoint) in endpoints.iter().chain(&[("emails_endpoint", &emails_endpoint)]) {
                if let Some(endpoint) = endpoint {
                    let hint = "remove it: discovery names the endpoints";
                    reader.fault(&endpoint.place, format!("`{key}` belongs to kind = \"oauth2\""), hint);
                }
            }
            if let Some(field) = &subject_field {
                let hint = "remove it: the ID token names the person by `sub`";
                reader.fault(&field.place, "`subject_field` belongs to kind = \"oauth2\"", hint);
            }
            if domains.is_empty() && !social {
                let hint = "list the domains of its users, or set social = true to show a button to everybody";
                reader.fault(&section.place, "no guest would ever find this connection", hint);
            }
        }
        ConnectionKind::OAuth2 => {
            for (key, endpoint) in &endpoints {
                if endpoint.is_none() {
                    let hint = "there is no discovery in OAuth 2.0: name all three endpoints";
                    reader.fault(&section.place, format!("`{key}` is missing"), hint);
                }
            }
            if let Some(place) = &domain_place {
                // Attack row A1: without an ID token nothing says who vouches for the address.
                let hint = "remove the domains and set social = true; guests prove their mailbox by a code";
                reader.fault(place, "an OAuth 2.0 provider has the last word on no address", hint);
            }
            if !social {
                let hint = "set social = true: guests find it as a button";
                reader.fault(&section.place, "no guest would ever find this connection", hint);
            }
            if let Some(value) = mfa_amr.first().or(mfa_acr.first()) {
                // Attack row A17: only a signed ID token says how somebody signed in.
                let hint = "remove it; this organization asks for the second factor itself";
                reader.fault(&value.place, "an OAuth 2.0 provider cannot vouch for a second factor", hint);
            }
        }
    }
    let scopes = match scopes {
        Some(scopes) => scopes.into_iter().map(|scope| scope.value).collect(),
        None if kind == defaults.kind => defaults.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        None => Vec::new(),
    };
    if kind == ConnectionKind::Oidc && !scopes.iter().any(|scope: &String| scope == "openid") {
        let hint = "add openid (OpenID Connect Core 1.0 §3.1.2.1)";
        reader.fault(&section.place, "the scopes lack `openid`", hint);
    }
    let name = name?;
    if enabled && secret.is_none() && !public_client {
        let hint = format!("set client_secret_file in [[connections]] `{}`, or the variable {}", name.value, {
            section.variable("client_secret")
        });
        reader.notice(&name.place, format!("the connection `{}` has no secret and is off", name.value), hint);
    }
    let known_name = defaults.display_name.map(str::to_owned);
    let url = |endpoint: Option<Placed<Url>>| endpoint.map(|endpoint| endpoint.value);
    let connection = Connection {
        display_name: display_name.map(|name| name.value).or(known_name).unwrap_or_else(|| name.value.to_string()),
        name: name.value,
        kind,
        preset,
        enabled,
        issuer: one_tenant(issuer?, &tenant_ids),
        tenant_ids,
        client_id: client_id?.value,
        client_secret: Secret::default(),
        scopes,
        domains,
        verified,
        proved: Vec::new(),
        social,
        authorization_endpoint: url(authorization_endpoint),
        token_endpoint: url(token_endpoint),
        userinfo_endpoint: url(userinfo_endpoint),
        mfa_trust: MfaTrust {
            amr: mfa_amr.into_iter().map(|value| value.value).collect(),
            acr: mfa_acr.into_iter().map(|value| value.value).collect(),
        },
        emails_endpoint: url(emails_endpoint),
        subject_field: subject_field.map_or(defaults.subject_field.map(str::to_owned), |field| Some(field.value)),
    };
    // The same place and wording for each domain whose owner has still to say so.
    for domain in connection.domains.iter().filter(|domain| enabled && connection.needs_record(domain)) {
        let hint = format!(
            "add the DNS record `{domain}. TXT {}` there, or set verified = true if you know that the owner of the \
             domain uses this provider",
            connection.record()
        );
        let message = format!("{domain} does not say yet that its people sign in at {}", connection.issuer);
        reader.notice(domain_place.as_ref().unwrap_or(&section.place), message, hint);
    }
    let secret = secret.map(|secret| secret.value);
    Some(Declared { connection: Placed { value: connection, place: name.place }, secret, public_client })
}

/// The issuer: a preset knows its own, and plain OAuth 2.0 has none that anybody compares.
fn issuer_of(section: &Section<'_>, kind: ConnectionKind, defaults: &Defaults) -> Option<String> {
    let hint = "the `issuer` of the provider's discovery document, byte for byte";
    match (defaults.issuer, kind) {
        (Some(known), _) => {
            let declared = section.parsed("issuer", issuer, hint);
            Some(declared.map_or_else(|| known.to_owned(), |issuer| issuer.value))
        }
        (None, ConnectionKind::Oidc) => section.required("issuer", issuer, hint).map(|issuer| issuer.value),
        (None, ConnectionKind::OAuth2) => {
            Some(section.parsed("issuer", issuer, hint).map(|issuer| issuer.value).unwrap_or_default())
        }
    }
}

/// The Microsoft tenants whose people may come (attack row A11): named one by one, or everybody in the world could.
fn tenant_ids(section: &Section<'_>, preset: Option<Preset>, defaults: &Defaults) -> Vec<Uuid> {
    let place = section.place_of("tenant_ids");
    let guid = |text: &str| text.parse::<Uuid>().map_err(|_| format!("`{text}` is no GUID"));
    let hint = "the ids (`tid`) of the Entra tenants whose people may come";
    let listed = section.list("tenant_ids", guid, hint);
    let listed: Option<Vec<Uuid>> = listed.map(|listed| listed.into_iter().map(|id| id.value).collect());
    match (preset, listed) {
        (Some(Preset::Microsoft), Some(listed)) if listed.contains(&MICROSOFT_CONSUMERS) => {
            let hint = "consumer accounts have a preset of their own: microsoft-consumers";
            section.reader.fault(&place, "consumer accounts belong to no organization", hint);
            listed
        }
        (Some(Preset::Microsoft), Some(listed)) if !listed.is_empty() => listed,
        (Some(Preset::Microsoft), _) => {
            section.reader.fault(&section.place, "`tenant_ids` is missing", hint);
            Vec::new()
        }
        (_, Some(_)) => {
            let hint = "remove it, or use preset = \"microsoft\"";
            section.reader.fault(&place, "only work accounts of Microsoft have tenant ids", hint);
            Vec::new()
        }
        (_, None) => defaults.tenant_ids.to_vec(),
    }
}

/// With one tenant the issuer is that tenant's, and nothing is left to be filled in.
fn one_tenant(issuer: String, tenant_ids: &[Uuid]) -> String {
    match tenant_ids {
        [only] => issuer.replace(TENANT_PLACEHOLDER, &only.to_string()),
        _ => issuer,
    }
}

/// A plain member name: it goes into no query and no path, but strange ones are slips.
fn member_name(text: &str) -> Result<String, String> {
    let shaped =
        (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if shaped { Ok(text.to_owned()) } else { Err(format!("`{text}` is no name of a member")) }
}

/// An issuer is compared byte for byte (OpenID Connect Discovery 1.0 §4.3), so it is kept as typed.
fn issuer(text: &str) -> Result<String, String> {
    let url = values::https_url(text)?;
    // RFC 8414 §2: no query or fragment components.
    if url.query().is_some() { Err(format!("`{text}` has a query")) } else { Ok(text.to_owned()) }
}

/// A value of `amr` or `acr` is compared byte for byte, so that white space around it would never match.
fn claim_value(text: &str) -> Result<String, String> {
    let shaped = !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control);
    if shaped { Ok(text.to_owned()) } else { Err(format!("`{text}` is no value of a claim")) }
}

/// RFC 6749 §3.3.
fn scope(text: &str) -> Result<String, String> {
    let shaped = !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    if shaped { Ok(text.to_owned()) } else { Err(format!("`{text}` is no scope")) }
}
