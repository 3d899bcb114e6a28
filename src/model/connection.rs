//! A connection: one identity provider as configured in one tenant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Domain, Secret};

/// The name of a connection within its tenant, as it stands in the redirect URI: `a-z 0-9 -`, at most 32 characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConnectionName(String);

impl ConnectionName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ConnectionName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let shaped = (1..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err("a connection's name has 1 to 32 characters out of a-z, 0-9 and -")
        }
    }
}

impl TryFrom<String> for ConnectionName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl From<ConnectionName> for String {
    fn from(name: ConnectionName) -> String {
        name.0
    }
}

impl fmt::Display for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What protocol a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionKind {
    /// OpenID Connect with discovery.
    Oidc,
    /// Plain OAuth 2.0 without ID token: never authoritative for an address.
    OAuth2,
}

/// One identity provider as configured in one tenant.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its name within the tenant; part of the redirect URI.
    pub name: ConnectionName,
    /// What guests read on the button and admins in lists, e.g. `Fabrikam`.
    pub display_name: String,
    /// The protocol.
    pub kind: ConnectionKind,
    /// OIDC: the issuer, compared byte for byte with discovery and tokens (OpenID Connect Discovery 1.0 §4.3).
    pub issuer: String,
    /// The client id that the provider gave us.
    pub client_id: String,
    /// The client secret; empty for a public client.
    pub client_secret: Secret,
    /// Scopes to ask for, `openid` included.
    pub scopes: Vec<String>,
    /// The domains for whose addresses this provider has the last word. An `email` claim of any other domain is a
    /// mere hint (attack row A1).
    pub domains: Vec<Domain>,
    /// Whether it is offered as a button to everybody (a social provider) rather than found by the domain typed.
    pub social: bool,
    /// OAuth 2.0 only: the authorization endpoint.
    pub authorization_endpoint: Option<Url>,
    /// OAuth 2.0 only: the token endpoint.
    pub token_endpoint: Option<Url>,
    /// OAuth 2.0 only: where to ask who signed in.
    pub userinfo_endpoint: Option<Url>,
}

impl Connection {
    /// Whether this provider has the last word on addresses of `domain`.
    pub fn is_authoritative_for(&self, domain: &Domain) -> bool {
        self.kind == ConnectionKind::Oidc && self.domains.contains(domain)
    }
}
