//! A connection: one identity provider as configured in one tenant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use super::{Domain, MfaTrust, Secret};

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

/// A well-known provider whose endpoints, scopes and rules of belief come with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Google: gmail addresses, or a Workspace that says so by `hd`.
    Google,
    /// GitHub: plain OAuth 2.0, never authoritative for an address.
    #[serde(rename = "github")]
    GitHub,
    /// Microsoft Entra work accounts of named tenants (`tid`).
    Microsoft,
    /// Microsoft consumer accounts, where the guest may also make one.
    MicrosoftConsumers,
}

impl Preset {
    /// Whether its tokens name a tenant (`tid`) and an object (`oid`), which together are the identity.
    pub fn is_microsoft(self) -> bool {
        matches!(self, Self::Microsoft | Self::MicrosoftConsumers)
    }
}

/// The Microsoft tenant in which all consumer accounts live.
pub const MICROSOFT_CONSUMERS: Uuid = uuid::uuid!("9188040d-6c67-4c5b-b112-36a304b66dad");

/// Stands in the issuer of a Microsoft connection for the tenant of whoever signs in, as in the original's metadata.
pub const TENANT_PLACEHOLDER: &str = "{tenantid}";

/// The domains that Google itself gives addresses in.
pub const GOOGLE_DOMAINS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// One identity provider as configured in one tenant.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its name within the tenant; part of the redirect URI.
    pub name: ConnectionName,
    /// What guests read on the button and admins in lists, e.g. `Fabrikam`.
    pub display_name: String,
    /// The protocol.
    pub kind: ConnectionKind,
    /// The well-known provider it is, if one.
    pub preset: Option<Preset>,
    /// Whether it is switched on. The snapshot holds only connections that are.
    pub enabled: bool,
    /// OIDC: the issuer, compared byte for byte with discovery and tokens (OpenID Connect Discovery 1.0 §4.3). With
    /// several `tenant_ids` it holds [`TENANT_PLACEHOLDER`].
    pub issuer: String,
    /// Microsoft: the tenants whose people may come, and nobody else's (attack row A11).
    pub tenant_ids: Vec<Uuid>,
    /// The client id that the provider gave us.
    pub client_id: String,
    /// The client secret; empty for a public client.
    pub client_secret: Secret,
    /// Scopes to ask for, `openid` included.
    pub scopes: Vec<String>,
    /// The domains for whose addresses this provider shall have the last word. An `email` claim of any other domain is a
    /// mere hint (attack row A1).
    pub domains: Vec<Domain>,
    /// The operator's word that the owners of all those domains use this provider.
    pub verified: bool,
    /// Those of `domains` that are proved: by that word, by the issuer's own host, by the rules of a preset, or by a DNS
    /// record. Only they lead here, and only for them does the provider have the last word.
    pub proved: Vec<Domain>,
    /// Whether it is offered as a button to everybody (a social provider) rather than found by the domain typed.
    pub social: bool,
    /// OAuth 2.0 only: the authorization endpoint.
    pub authorization_endpoint: Option<Url>,
    /// OAuth 2.0 only: the token endpoint.
    pub token_endpoint: Option<Url>,
    /// OAuth 2.0 only: where to ask who signed in.
    pub userinfo_endpoint: Option<Url>,
    /// Which claims of its ID tokens count as a second factor; none unless configured.
    pub mfa_trust: MfaTrust,
    /// OAuth 2.0 only: where to ask for addresses that user info leaves out. They are hints like all others.
    pub emails_endpoint: Option<Url>,
    /// OAuth 2.0 only: the member of user info that names the person for ever; `None` takes `sub`, else `id`.
    pub subject_field: Option<String>,
}

impl Connection {
    /// Whether this provider has the last word on addresses of `domain`.
    pub fn is_authoritative_for(&self, domain: &Domain) -> bool {
        self.kind == ConnectionKind::Oidc && self.domains.contains(domain) && self.proved.contains(domain)
    }

    /// Whether only a DNS record of `domain` can tell that its owner uses this provider: nothing else vouches for it,
    /// and the issuer's host lies outside the domain (entra-b2b §5.3).
    pub fn needs_record(&self, domain: &Domain) -> bool {
        self.kind == ConnectionKind::Oidc && self.preset.is_none() && !self.verified && !self.lives_in(domain)
    }

    /// The TXT record by which the owner of a domain names this provider, as in the original.
    pub fn record(&self) -> String {
        format!("DirectFedAuthUrl={}", self.issuer)
    }

    /// Keeps as proved what needs no record, and those of `seen` whose record was seen.
    pub fn prove(&mut self, seen: &[Domain]) {
        let proved = self.domains.iter().filter(|domain| !self.needs_record(domain) || seen.contains(domain));
        self.proved = proved.cloned().collect();
    }

    /// Whether the issuer's host is `domain` or lies under it.
    fn lives_in(&self, domain: &Domain) -> bool {
        let url = Url::parse(&self.issuer).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::{connection, domain};

    #[test]
    fn a_domain_is_proved_by_the_host_the_operator_a_preset_or_a_record_and_by_nothing_else() {
        let rows = [
            // issuer, operator's word, record seen → proved
            ("https://login.fabrikam.example", false, false, true),
            ("https://fabrikam.example/adfs", false, false, true),
            ("https://evilfabrikam.example", false, false, false),
            ("https://fabrikam.example.evil.example", false, false, false),
            ("https://idp.example/fabrikam.example", false, false, false),
            ("https://fabrikam.example@evil.example", false, false, false),
            ("https://idp.example", true, false, true),
            ("https://idp.example", false, true, true),
        ];
        for (issuer, word, seen, proved) in rows {
            let mut tried = connection("fabrikam", &["fabrikam.example"], false);
            issuer.clone_into(&mut tried.issuer);
            tried.verified = word;
            let record = [domain("fabrikam.example")];
            tried.prove(if seen { &record } else { &[] });
            assert_eq!(tried.is_authoritative_for(&domain("fabrikam.example")), proved, "{issuer}");
            // A record proves what the file names, and nothing besides.
            tried.prove(&[domain("other.example")]);
            assert!(!tried.is_authoritative_for(&domain("other.example")));
        }
        let mut plain = connection("plain", &["plain.example"], false);
        plain.kind = ConnectionKind::OAuth2;
        plain.prove(&[domain("plain.example")]);
        assert!(!plain.is_authoritative_for(&domain("plain.example")), "plain OAuth 2.0 vouches for nobody");
    }
}
