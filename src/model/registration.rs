//! An application as a client of the OIDC provider: who it is, where answers may go, and how it proves itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::{AppId, ManagedBy, TenantId, Timestamp};

/// An algorithm that tokens are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// RSA with SHA-256: what every client library knows (RFC 7518 §3.3).
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256: small and fast (RFC 7518 §3.4).
    #[serde(rename = "ES256")]
    Es256,
}

impl SigningAlgorithm {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// Its name in JOSE headers and metadata.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// Where a client runs, and so what it can keep secret (RFC 6749 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// On a server, with a secret or a key.
    Web,
    /// In a browser, as a single page; it keeps no secret.
    Spa,
    /// On a person's device; it keeps no secret (RFC 8252).
    Native,
}

/// A secret as it is compared: SHA-256, which is never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretDigest(pub [u8; 32]);

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One of a client's secrets; several may count at once, so that one can be replaced without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecret {
    /// What its owner calls it; no secret.
    pub name: String,
    /// From then on it counts no more.
    pub expires_at: Option<Timestamp>,
    /// What it is compared with; `None` while its value is not known, and then it counts for nothing. The directory never
    /// holds it.
    #[serde(skip)]
    pub digest: Option<SecretDigest>,
}

/// The public keys that a client signs its assertions with (`private_key_jwt`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKeys {
    /// A JWK Set as the registration holds it.
    Inline(String),
    /// Where the client publishes it.
    At(Url),
}

/// How an application speaks OpenID Connect with us. An application may stand behind the proxy besides, or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The application: its `client_id`.
    #[serde(skip, default = "nobody")]
    pub app: AppId,
    /// Name shown to guests.
    pub display_name: String,
    /// One sentence shown to guests; may be empty.
    #[serde(default)]
    pub description: String,
    /// The tenant that owns it; an operator's shared application has none.
    #[serde(skip)]
    pub home_tenant: Option<TenantId>,
    /// Where it runs.
    pub kind: ClientKind,
    /// Where codes may go; compared byte for byte, save the port of a native client's loopback address.
    pub redirect_uris: Vec<String>,
    /// Where browsers may go after signing out; compared byte for byte.
    pub post_logout_redirect_uris: Vec<String>,
    /// Whom to tell that a session ended (OpenID Connect Back-Channel Logout 1.0).
    pub backchannel_logout_uri: Option<Url>,
    /// Where people begin (Graph `web.homePageUrl`): makes a tile on the access panel. An application behind the proxy begins
    /// on its own host.
    #[serde(default)]
    pub home_page_url: Option<Url>,
    /// Its secrets.
    pub secrets: Vec<ClientSecret>,
    /// Its keys.
    pub keys: Option<ClientKeys>,
    /// How its ID tokens are signed.
    pub id_token_alg: SigningAlgorithm,
    /// Whether a code challenge is demanded (RFC 7636); always so of clients without a secret.
    pub pkce_required: bool,
    /// Somebody else's application: each guest is asked before it learns anything.
    pub third_party: bool,
    /// Who may change it.
    #[serde(skip, default = "by_directory")]
    pub managed_by: ManagedBy,
}

fn nobody() -> AppId {
    AppId::new(uuid::Uuid::nil())
}

fn by_directory() -> ManagedBy {
    ManagedBy::Directory
}

impl Registration {
    /// Whether it proves itself with a secret or a key (RFC 6749 §2.1, "confidential").
    pub fn is_confidential(&self) -> bool {
        self.kind == ClientKind::Web
    }

    /// Whether answers may go to `uri`: exactly one of the registered ones. A native client on a loopback address listens
    /// on whatever port is free (RFC 8252 §7.3).
    pub fn may_return_to(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered == uri
                || self.kind == ClientKind::Native
                    && without_loopback_port(registered).is_some_and(|bare| Some(bare) == without_loopback_port(uri))
        })
    }

    /// Whether a browser may go to `uri` after signing out.
    pub fn may_sign_out_to(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|registered| registered == uri)
    }

    /// The origins of its pages, if it runs in browsers (decision 32).
    pub fn origins(&self) -> impl Iterator<Item = String> {
        let uris = self.redirect_uris.iter().filter(|_| self.kind == ClientKind::Spa);
        uris.filter_map(|uri| Url::parse(uri).ok()).map(|uri| uri.origin().ascii_serialization())
    }
}

/// An `http` loopback address split around its port; `None` for any other.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = ["127.0.0.1", "[::1]", "localhost"].into_iter().find(|host| {
        let port = authority.strip_prefix(host).map(|port| port.strip_prefix(':').unwrap_or(port));
        let whole = authority == *host;
        whole || port.is_some_and(|port| port.parse::<u16>().is_ok() && authority.len() == host.len() + 1 + port.len())
    })?;
    // A user name or another host would stand before the path, and neither begins like this.
    Some((host, path))
}

/// Why a URI cannot be registered as a place to return to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriFault {
    /// Not an absolute URI.
    #[error("is no absolute URI")]
    Shape,
    /// `http` outside loopback, or a scheme that this kind of client cannot have.
    #[error("must begin with https:// (http only for localhost, 127.0.0.1 and [::1])")]
    Scheme,
    /// A fragment (RFC 6749 §3.1.2).
    #[error("has a fragment")]
    Fragment,
    /// A user name, white space or a wildcard.
    #[error("has a user name, white space or a wildcard")]
    Tricks,
}

/// Checks a URI that is to be registered (attack row J1). It is kept and compared as typed.
pub fn check_redirect_uri(kind: ClientKind, text: &str) -> Result<(), RedirectUriFault> {
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '*' || letter == '\\') {
        return Err(RedirectUriFault::Tricks);
    }
    let uri = Url::parse(text).map_err(|_| RedirectUriFault::Shape)?;
    if text.contains('#') {
        return Err(RedirectUriFault::Fragment);
    }
    if !uri.username().is_empty() || uri.password().is_some() {
        return Err(RedirectUriFault::Tricks);
    }
    let loopback = match uri.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match uri.scheme() {
        "https" if uri.host().is_some() => Ok(()),
        "http" if loopback => Ok(()),
        // RFC 8252 §7.1: a private-use scheme is a domain name in reverse, so it has a dot.
        scheme if kind == ClientKind::Native && scheme.contains('.') => Ok(()),
        _ => Err(RedirectUriFault::Scheme),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(kind: ClientKind, uris: &[&str]) -> Registration {
        Registration {
            app: nobody(),
            display_name: "Portal".to_owned(),
            description: String::new(),
            home_tenant: None,
            kind,
            redirect_uris: uris.iter().map(|uri| (*uri).to_owned()).collect(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            home_page_url: None,
            secrets: Vec::new(),
            keys: None,
            id_token_alg: SigningAlgorithm::Rs256,
            pkce_required: true,
            third_party: false,
            managed_by: ManagedBy::Directory,
        }
    }

    #[test]
    fn j1_only_the_exact_redirect_uri_is_taken() {
        let portal = client(ClientKind::Web, &["https://portal.example/cb"]);
        assert!(portal.may_return_to("https://portal.example/cb"));
        for uri in [
            "",
            "https://portal.example/cb/",
            "https://portal.example/cb?x=1",
            "https://portal.example/cb#x",
            "https://PORTAL.example/cb",
            "http://portal.example/cb",
            "https://portal.example:443/cb",
            "https://portal.example/x/../cb",
            "https://portal.example/%63b",
            "https://portal.example/cb/../../evil",
            "https://evil.example/cb",
            "https://portal.example@evil.example/cb",
            "https://portal.example.evil.example/cb",
            "https://portal.example\\@evil.example/cb",
            "//evil.example",
            "javascript:alert(1)",
        ] {
            assert!(!portal.may_return_to(uri), "{uri}");
        }
        // The control: comparing by prefix, as is often done, lets some of them through.
        assert!("https://portal.example/cb/../../evil".starts_with("https://portal.example/cb"));
    }

    #[test]
    fn j1_the_port_is_free_for_native_clients_on_loopback_alone() {
        let uris = ["http://127.0.0.1/cb", "http://localhost:1/", "https://desk.example/cb"];
        let native = client(ClientKind::Native, &uris);
        for good in ["http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", "http://localhost:8080/", "http://localhost/"]
        {
            assert!(native.may_return_to(good), "{good}");
        }
        for bad in [
            "http://127.0.0.1:49152/other",
            "http://127.0.0.1:49152/cb?x=1",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost.evil.example:1/",
            "http://localhost:8080",
            "http://[::1]:1/cb",
            "https://127.0.0.1:1/cb",
            "https://desk.example:444/cb",
        ] {
            assert!(!native.may_return_to(bad), "{bad}");
        }
        assert!(!client(ClientKind::Web, &uris).may_return_to("http://127.0.0.1:49152/cb"));
    }

    #[test]
    fn j1_what_cannot_be_registered() {
        for good in ["https://a.example/cb?x=1", "http://localhost:9004/cb", "http://127.0.0.1/", "http://[::1]:1/"] {
            assert_eq!(check_redirect_uri(ClientKind::Web, good), Ok(()), "{good}");
        }
        assert_eq!(check_redirect_uri(ClientKind::Native, "com.example.app:/cb"), Ok(()));
        for bad in [
            "",
            "/cb",
            "https://",
            "http://a.example/cb",
            "http://localhost.evil.example/",
            "https://a.example/cb#",
            "https://a.example/cb#x",
            "https://u@a.example/cb",
            "https://*.a.example/cb",
            "https://a.example/c b",
            "https://a.example\\@evil.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "myapp:/cb",
            "com.example.app:/cb",
        ] {
            assert!(check_redirect_uri(ClientKind::Web, bad).is_err(), "{bad}");
        }
        assert!(check_redirect_uri(ClientKind::Native, "javascript:alert(1)").is_err());
    }
}
