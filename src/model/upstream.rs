//! Where an application listens, and how requests are carried there.

use std::fmt;
use std::net::IpAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Most targets of one application.
pub const MOST_TARGETS: usize = 16;

/// How requests reach an application. Cheap to clone; equal ones that share their memory are compared by it.
#[derive(Clone)]
pub struct Upstream(Arc<Settled>);

/// Settings, and what follows from them.
struct Settled {
    forwarding: Forwarding,
    simple: bool,
}

impl Upstream {
    /// Settles on these settings.
    pub fn new(forwarding: Forwarding) -> Self {
        let simple = forwarding.is_simple();
        Self(Arc::new(Settled { forwarding, simple }))
    }

    /// One target that is an address and speaks HTTP/1.1 in the clear, or a Unix socket, with nothing to keep count of: most
    /// applications. They need no state besides their connections.
    pub fn is_simple(&self) -> bool {
        self.0.simple
    }
}

impl Deref for Upstream {
    type Target = Forwarding;

    fn deref(&self) -> &Forwarding {
        &self.0.forwarding
    }
}

impl PartialEq for Upstream {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.forwarding == other.0.forwarding
    }
}

impl Eq for Upstream {}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.forwarding.fmt(f)
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, target) in self.targets.iter().enumerate() {
            write!(f, "{}{target}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// One target and defaults for everything else.
impl FromStr for Upstream {
    type Err = TargetFault;

    fn from_str(text: &str) -> Result<Self, TargetFault> {
        Ok(Self::new(Forwarding::to(text.parse()?)))
    }
}

/// Everything that an operator says about the way to an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarding {
    /// Where it listens: 1 to [`MOST_TARGETS`], all of one application.
    pub targets: Vec<Target>,
    /// Which of them takes the next request.
    #[serde(default)]
    pub balancing: Balancing,
    /// Time to connect, TLS included; the instance's limit unless set.
    #[serde(default)]
    pub connect: Option<Duration>,
    /// Time until the first byte of an answer; the instance's limit unless set.
    #[serde(default)]
    pub first_byte: Option<Duration>,
    /// How long an answer may pause. Without it an event stream may be silent for ever.
    #[serde(default)]
    pub idle: Option<Duration>,
    /// TLS of `https` targets.
    #[serde(default)]
    pub tls: UpstreamTls,
    /// Whether `https` targets may choose HTTP/2 (ALPN).
    #[serde(default)]
    pub http2: bool,
    /// What the application reads as its host.
    #[serde(default)]
    pub host: HostChoice,
    /// What is put before every path, e.g. `/wiki`: begins with a slash and does not end with one.
    #[serde(default)]
    pub add_prefix: Option<String>,
    /// Asking targets whether they are well.
    #[serde(default)]
    pub health: Option<HealthCheck>,
    /// What is concluded from requests that failed.
    #[serde(default)]
    pub failures: Failures,
    /// The application is closed for now.
    #[serde(default)]
    pub maintenance: Option<Maintenance>,
}

impl Forwarding {
    /// One target and defaults for everything else.
    pub fn to(target: Target) -> Self {
        Self {
            targets: vec![target],
            balancing: Balancing::default(),
            connect: None,
            first_byte: None,
            idle: None,
            tls: UpstreamTls::default(),
            http2: true,
            host: HostChoice::default(),
            add_prefix: None,
            health: None,
            failures: Failures::default(),
            maintenance: None,
        }
    }

    /// Whether nothing besides targets is set.
    pub fn is_default(&self) -> bool {
        match self.targets.first() {
            Some(first) => Self { targets: vec![first.clone()], ..self.clone() } == Self::to(first.clone()),
            None => true,
        }
    }

    fn is_simple(&self) -> bool {
        let alone = match self.targets.as_slice() {
            [Target::Http(address)] => !address.has_name(),
            [Target::Unix(_)] => true,
            _ => false,
        };
        alone && self.health.is_none()
    }
}

/// Where one process of an application listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Target {
    /// HTTP/1.1 in the clear.
    Http(Address),
    /// HTTP/1.1 or HTTP/2 over TLS.
    Https(Address),
    /// HTTP/2 in the clear, by prior knowledge (RFC 9113 §3.3).
    H2c(Address),
    /// HTTP/1.1 over the socket at this path.
    Unix(PathBuf),
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// A name in lower case, or an address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Address {
    /// The address itself, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether the name has to be looked up. `localhost` has not (RFC 6761 §6.3).
    pub fn has_name(&self) -> bool {
        self.ip().is_none() && self.host != "localhost" && !self.host.ends_with(".localhost")
    }
}

/// As in a URL: an IPv6 address in brackets.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl Target {
    /// Whether a WebSocket can go there: over HTTP/1.1, which this target does not speak if it is HTTP/2 by prior knowledge.
    pub fn carries_websockets(&self) -> bool {
        !matches!(self, Self::H2c(_))
    }

    /// Host and port, of all but sockets.
    pub fn address(&self) -> Option<&Address> {
        match self {
            Self::Http(address) | Self::Https(address) | Self::H2c(address) => Some(address),
            Self::Unix(_) => None,
        }
    }

    /// `host[:port]` as a browser that stood beside the application would write it.
    pub fn authority(&self) -> String {
        let plain = if matches!(self, Self::Https(_)) { 443 } else { 80 };
        match self.address() {
            None => "localhost".to_owned(),
            Some(address) if address.port != plain => address.to_string(),
            Some(address) if address.host.contains(':') => format!("[{}]", address.host),
            Some(address) => address.host.clone(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(address) => write!(f, "http://{address}"),
            Self::Https(address) => write!(f, "https://{address}"),
            Self::H2c(address) => write!(f, "h2c://{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

/// Why a text is no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not of the form http://host:port, https://host:port, h2c://host:port or unix:/path")]
pub struct TargetFault(String);

impl TryFrom<String> for Target {
    type Error = TargetFault;

    fn try_from(text: String) -> Result<Self, TargetFault> {
        text.parse()
    }
}

impl FromStr for Target {
    type Err = TargetFault;

    fn from_str(text: &str) -> Result<Self, TargetFault> {
        let fault = || TargetFault(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:") {
            // Longer ones do not fit into a socket's address.
            let whole = path.starts_with('/') && path.len() <= 107 && !path.contains('\0') && !path.ends_with('/');
            return if whole { Ok(Self::Unix(path.into())) } else { Err(fault()) };
        }
        let (scheme, rest) = text.split_once("://").ok_or_else(fault)?;
        // `http://host/` and `http://host` are one place; a path is `add_prefix`.
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let default = if scheme == "https" { 443 } else { 80 };
        let address = address(rest, default).ok_or_else(fault)?;
        match scheme {
            "http" => Ok(Self::Http(address)),
            "https" => Ok(Self::Https(address)),
            "h2c" => Ok(Self::H2c(address)),
            _ => Err(fault()),
        }
    }
}

/// `host`, `host:port` or `[v6]:port`.
fn address(text: &str, default: u16) -> Option<Address> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, port.strip_prefix(':').or(port.is_empty().then_some("")))
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port).filter(|port| !port.is_empty())),
            None => (text, Some("")),
        },
    };
    let port = match port? {
        "" => default,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok().filter(|port| *port != 0)?,
        _ => return None,
    };
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let named = !host.is_empty() && host.len() <= 253 && !host.starts_with(['.', '-']);
    if !text.starts_with('[') && (!named || !host.bytes().all(known)) {
        return None;
    }
    Some(Address { host: host.to_ascii_lowercase(), port })
}

/// Which target takes the next request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Balancing {
    /// One after the other.
    #[default]
    RoundRobin,
    /// The one with the fewest requests under way.
    LeastPending,
}

/// TLS towards an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamTls {
    /// PEM file with the authorities that its certificate may come from; Mozilla's without one.
    pub ca_file: Option<PathBuf>,
    /// The name in its certificate, if that is not the host of the target. It is also sent (SNI).
    pub server_name: Option<String>,
    /// PEM file with our certificate and those between it and its authority.
    pub certificate_file: Option<PathBuf>,
    /// PEM file with its key.
    pub key_file: Option<PathBuf>,
    /// Whoever answers is believed. Anybody between us and the application can then read and change everything.
    #[serde(default)]
    pub dangerously_skip_tls_verification: bool,
}

/// What an application reads as its host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostChoice {
    /// The host that browsers use.
    #[default]
    Preserve,
    /// That of the target.
    Upstream,
    /// This one.
    Literal(String),
}

/// Asking a target whether it is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// Path and perhaps a query; 200 to 399 is a yes.
    pub path: String,
    /// Time between two questions.
    pub interval: Duration,
    /// Time for an answer.
    pub timeout: Duration,
    /// So many in a row bring a target back.
    pub healthy: u32,
    /// So many failures in a row take it out.
    pub unhealthy: u32,
}

/// What is concluded from connections that could not be made, and from requests that a target did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// So many connections in a row take it out, and requests of so many people, two at least; zero: none ever does.
    pub count: u32,
    /// For so long.
    pub out_for: Duration,
}

impl Default for Failures {
    fn default() -> Self {
        Self { count: 3, out_for: Duration::from_secs(10) }
    }
}

/// An application that is closed for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// What the operator adds; may be empty.
    pub text: String,
    /// When to come again (RFC 9110 §10.2.3).
    pub retry_after: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_one_meaning() {
        for (text, shown) in [
            ("http://127.0.0.1:9001", "http://127.0.0.1:9001"),
            ("http://App.example", "http://app.example:80"),
            ("https://app.example/", "https://app.example:443"),
            ("https://[::1]:9001/", "https://[::1]:9001"),
            ("http://[::1]", "http://[::1]:80"),
            ("h2c://grpc.internal:50051", "h2c://grpc.internal:50051"),
            ("unix:/run/wiki.sock", "unix:/run/wiki.sock"),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(target.to_string(), shown);
            assert_eq!(shown.parse::<Target>().unwrap(), target, "what is stored is read again");
        }
        for wrong in [
            "127.0.0.1:9001",
            "ftp://a:1",
            "http://a:1/x",
            "http://a:1/?x",
            "http://a:1//",
            "http://u@a:1",
            "http://:1",
            "http://a:",
            "http://a:0",
            "http://a:65536",
            "http://a:+1",
            "http://a b",
            "http://[::1",
            "http://[::1]x",
            "http://[a]:1",
            "http://::1:80",
            "HTTP://a:1",
            "/",
            "unix:run/wiki.sock",
            "unix://run/",
            "unix:",
            "",
        ] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn simple_is_what_needs_no_state() {
        for simple in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "http://a.localhost", "unix:/x"] {
            assert!(simple.parse::<Upstream>().unwrap().is_simple(), "{simple}");
        }
        for other in ["http://app.example", "https://127.0.0.1:1", "h2c://127.0.0.1:1"] {
            assert!(!other.parse::<Upstream>().unwrap().is_simple(), "{other}");
        }
        let one: Target = "http://127.0.0.1:1".parse().unwrap();
        let mut two = Forwarding::to(one.clone());
        assert!(two.is_default());
        two.targets.push(one);
        assert!(two.is_default() && !Upstream::new(two.clone()).is_simple());
        two.idle = Some(Duration::from_secs(1));
        assert!(!two.is_default());
    }

    #[test]
    fn an_authority_is_what_a_browser_would_write() {
        let authority = |text: &str| text.parse::<Target>().unwrap().authority();
        assert_eq!(authority("https://a:443"), "a");
        assert_eq!(authority("https://a:80"), "a:80");
        assert_eq!(authority("http://[::1]:80"), "[::1]");
        assert_eq!(authority("unix:/run/x"), "localhost");
    }

    #[test]
    fn what_is_stored_comes_back() {
        let mut forwarding = Forwarding::to("https://a".parse().unwrap());
        forwarding.host = HostChoice::Literal("b".into());
        forwarding.maintenance = Some(Maintenance { text: "x".into(), retry_after: Duration::from_secs(60) });
        let text = serde_json::to_string(&forwarding).unwrap();
        assert_eq!(serde_json::from_str::<Forwarding>(&text).unwrap(), forwarding);
    }
}
