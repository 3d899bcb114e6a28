//! `[[connections]]` of a tenant file → [`Connection`], with its secret kept apart.

use std::collections::BTreeMap;
use std::path::Path;

use url::Url;

use super::section::{Placed, Section};
use super::{files, values};
use crate::model::{Connection, ConnectionKind, ConnectionName, Domain, Secret, TenantId};

/// Client secrets from files and environment. They stay in memory: the store never sees them.
#[derive(Clone, Debug, Default)]
pub struct ConnectionSecrets(BTreeMap<(TenantId, ConnectionName), Secret>);

impl ConnectionSecrets {
    /// The secret of one connection. Without one, a connection that needs one is off.
    pub fn of(&self, tenant: TenantId, connection: &ConnectionName) -> Option<&Secret> {
        self.0.get(&(tenant, connection.clone()))
    }

    /// Sets the secret of one connection.
    pub fn insert(&mut self, tenant: TenantId, connection: ConnectionName, secret: Secret) {
        self.0.insert((tenant, connection), secret);
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
    let words = [("oidc", ConnectionKind::Oidc), ("oauth2", ConnectionKind::OAuth2)];
    let kind_hint = "oidc for OpenID Connect; oauth2 for a provider without ID token";
    let kind = section.parsed("kind", values::one_of(&words), kind_hint);
    let kind = kind.map_or(ConnectionKind::Oidc, |kind| kind.value);
    let issuer_hint = "the `issuer` of the provider's discovery document, byte for byte";
    let issuer = section.required("issuer", issuer, issuer_hint);
    let client_id = section.required("client_id", values::name, "the provider gives it when you register the app");
    let public_place = section.place_of("public_client");
    let public_client = section.boolean("public_client", false);
    let secret = files::secret(section, "client_secret", "client_secret_file", file);
    if public_client && secret.is_some() {
        reader.fault(&public_place, "a public client has no secret", "remove the secret, or public_client");
    }
    let domains = section.list("domains", str::parse::<Domain>, "domains that the provider answers for");
    let domains = domains.unwrap_or_default();
    let social = section.boolean("social", false);
    let scopes = section.list("scopes", scope, "scopes as the provider names them");
    let endpoint = |key| section.parsed(key, values::https_url, "an https address of the provider");
    let authorization_endpoint = endpoint("authorization_endpoint");
    let token_endpoint = endpoint("token_endpoint");
    let userinfo_endpoint = endpoint("userinfo_endpoint");
    let endpoints = [
        ("authorization_endpoint", &authorization_endpoint),
        ("token_endpoint", &token_endpoint),
        ("userinfo_endpoint", &userinfo_endpoint),
    ];

    match kind {
        ConnectionKind::Oidc => {
            for (key, endpoint) in &endpoints {
                if let Some(endpoint) = endpoint {
                    let hint = "remove it: discovery names the endpoints";
                    reader.fault(&endpoint.place, format!("`{key}` belongs to kind = \"oauth2\""), hint);
                }
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
            if let Some(domain) = domains.first() {
                // Attack row A1: without an ID token nothing says who vouches for the address.
                let hint = "remove the domains and set social = true; guests prove their mailbox by a code";
                reader.fault(&domain.place, "an OAuth 2.0 provider has the last word on no address", hint);
            }
        }
    }
    let scopes = match scopes {
        Some(scopes) => scopes.into_iter().map(|scope| scope.value).collect(),
        None if kind == ConnectionKind::Oidc => ["openid", "profile", "email"].map(str::to_owned).to_vec(),
        None => Vec::new(),
    };
    if kind == ConnectionKind::Oidc && !scopes.iter().any(|scope| scope == "openid") {
        let hint = "add openid (OpenID Connect Core 1.0 §3.1.2.1)";
        reader.fault(&section.place, "the scopes lack `openid`", hint);
    }
    let name = name?;
    if secret.is_none() && !public_client {
        let hint = format!("set client_secret_file in [[connections]] `{}`, or the variable {}", name.value, {
            section.variable("client_secret")
        });
        reader.notice(&name.place, format!("the connection `{}` has no secret and is off", name.value), hint);
    }
    let url = |endpoint: Option<Placed<Url>>| endpoint.map(|endpoint| endpoint.value);
    let connection = Connection {
        display_name: display_name.map_or_else(|| name.value.to_string(), |name| name.value),
        name: name.value,
        kind,
        issuer: issuer?.value,
        client_id: client_id?.value,
        client_secret: Secret::default(),
        scopes,
        domains: domains.into_iter().map(|domain| domain.value).collect(),
        social,
        authorization_endpoint: url(authorization_endpoint),
        token_endpoint: url(token_endpoint),
        userinfo_endpoint: url(userinfo_endpoint),
    };
    let secret = secret.map(|secret| secret.value);
    Some(Declared { connection: Placed { value: connection, place: name.place }, secret, public_client })
}

/// An issuer is compared byte for byte (OpenID Connect Discovery 1.0 §4.3), so it is kept as typed.
fn issuer(text: &str) -> Result<String, String> {
    let url = values::https_url(text)?;
    // RFC 8414 §2: no query or fragment components.
    if url.query().is_some() { Err(format!("`{text}` has a query")) } else { Ok(text.to_owned()) }
}

/// RFC 6749 §3.3.
fn scope(text: &str) -> Result<String, String> {
    let shaped = !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    if shaped { Ok(text.to_owned()) } else { Err(format!("`{text}` is no scope")) }
}
