//! What of HTTP an app asks for beyond the default: addresses that need no sign-in, scripts of other sites, trailers, smaller
//! bodies.

use std::fmt;
use std::str::FromStr;

use http::Method;
use serde::{Deserialize, Serialize};

/// What an app allows beyond the default. The default allows nothing, and costs a request one look at each flag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traffic {
    /// Addresses that anybody may reach, without a session and without an identity.
    pub public: Vec<PublicRoute>,
    /// What becomes of CORS preflights, which carry no cookie by design.
    pub preflight: Preflight,
    /// Origins whose scripts may call the app with the guest's session: their preflights are answered here.
    pub cors_origins: Vec<String>,
    /// Whether a form that comes without a session is kept while its sender signs in.
    pub keep_forms: bool,
    /// Whether trailer fields pass, screened as header fields are; otherwise only gRPC's answers have them.
    pub trailers: bool,
    /// Largest request body in bytes; `None` sets no limit.
    pub max_body: Option<u64>,
}

impl Traffic {
    /// Whether any request without a session may get further than to us.
    pub fn has_open_doors(&self) -> bool {
        !self.public.is_empty() || self.preflight == Preflight::Forward || !self.cors_origins.is_empty()
    }

    /// Whether anybody may send `method` to `path`, which is canonical and stands below the tenant.
    pub fn is_public(&self, method: &Method, path: &str) -> bool {
        self.public.iter().any(|route| route.matches(method, path))
    }
}

/// What becomes of a CORS preflight of an origin that is not listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preflight {
    /// It is refused like any request without a session.
    #[default]
    Refuse,
    /// The app answers it, without an identity.
    Forward,
}

/// One address, or all below one, that needs no session: `/robots.txt`, `/assets/*`, `POST /hooks/build`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicRoute {
    methods: Vec<Method>,
    /// Ends in a slash if `below`.
    path: String,
    /// Whether everything below counts, rather than the one address.
    below: bool,
}

/// Why a text is no public route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicRouteFault {
    /// No path, or one that does not begin at the root.
    #[error("has no path that begins with a slash")]
    NoPath,
    /// Something that could be spelled in a second way.
    #[error("has a path that could be spelled in a second way")]
    NotPlain,
    /// A star elsewhere than as the last segment.
    #[error("has a `*` elsewhere than as its last segment")]
    Star,
    /// It would open the whole app, or what is reserved.
    #[error("would open all of the app, or what is reserved for sign-in")]
    TooWide,
    /// A method that is none of the usual ones.
    #[error("has a method that is none of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")]
    Method,
}

/// Methods that a route may name.
const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

impl PublicRoute {
    /// Whether it covers this request. Compared octet by octet: a spelling that is not the written one needs a session.
    pub fn matches(&self, method: &Method, path: &str) -> bool {
        let covered = if self.below { path.starts_with(&self.path) } else { path == self.path };
        covered && self.methods.contains(method)
    }
}

impl FromStr for PublicRoute {
    type Err = PublicRouteFault;

    fn from_str(text: &str) -> Result<Self, PublicRouteFault> {
        let mut words: Vec<&str> = text.split(' ').collect();
        let path = words.pop().filter(|path| path.starts_with('/')).ok_or(PublicRouteFault::NoPath)?;
        let mut methods = Vec::new();
        for word in &words {
            let method = METHODS.iter().find(|method| method.as_str() == *word).ok_or(PublicRouteFault::Method)?;
            methods.push(method.clone());
        }
        if methods.is_empty() {
            methods.push(Method::GET);
        }
        // Whoever may read an address may ask for its head (RFC 9110 §9.3.2).
        if methods.contains(&Method::GET) && !methods.contains(&Method::HEAD) {
            methods.push(Method::HEAD);
        }
        let (path, below) = match path.strip_suffix('*') {
            Some(path) if path.ends_with('/') => (path, true),
            Some(_) => return Err(PublicRouteFault::Star),
            None => (path, false),
        };
        if path.contains('*') {
            return Err(PublicRouteFault::Star);
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()+,=:@/".contains(&byte);
        let dots = |segment: &str| !segment.is_empty() && segment.bytes().all(|byte| byte == b'.');
        if !path.bytes().all(plain) || path.contains("//") || path.split('/').any(dots) {
            return Err(PublicRouteFault::NotPlain);
        }
        if (below && path == "/") || path.to_ascii_lowercase().starts_with("/.vestibule") {
            return Err(PublicRouteFault::TooWide);
        }
        Ok(Self { methods, path: path.to_owned(), below })
    }
}

impl fmt::Display for PublicRoute {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for method in &self.methods {
            write!(to, "{method} ")?;
        }
        write!(to, "{}{}", self.path, if self.below { "*" } else { "" })
    }
}

impl TryFrom<String> for PublicRoute {
    type Error = PublicRouteFault;

    fn try_from(text: String) -> Result<Self, PublicRouteFault> {
        text.parse()
    }
}

impl From<PublicRoute> for String {
    fn from(route: PublicRoute) -> Self {
        route.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e5_a_route_is_one_address_or_a_whole_segment_with_the_methods_that_it_names() {
        let route = |text: &str| text.parse::<PublicRoute>().unwrap();
        let (one, below, hook) = (route("/robots.txt"), route("/assets/*"), route("POST /hooks/build"));
        assert!(one.matches(&Method::GET, "/robots.txt") && one.matches(&Method::HEAD, "/robots.txt"));
        assert!(below.matches(&Method::GET, "/assets/") && below.matches(&Method::GET, "/assets/a/b.css"));
        assert!(hook.matches(&Method::POST, "/hooks/build"));
        for (route, method, path) in [
            (&one, Method::POST, "/robots.txt"),
            (&one, Method::GET, "/robots.txt/"),
            (&one, Method::GET, "/robots.txtx"),
            (&one, Method::GET, "/ROBOTS.TXT"),
            (&one, Method::GET, "/a/robots.txt"),
            (&below, Method::GET, "/assets"),
            (&below, Method::GET, "/assetsx/a"),
            (&below, Method::GET, "/Assets/a"),
            (&below, Method::GET, "/%61ssets/a"),
            (&below, Method::OPTIONS, "/assets/a"),
            (&hook, Method::GET, "/hooks/build"),
            (&hook, Method::HEAD, "/hooks/build"),
        ] {
            assert!(!route.matches(&method, path), "{route} {method} {path}");
        }
    }

    #[test]
    fn e5_what_could_be_spelled_twice_or_opens_everything_is_no_route() {
        use PublicRouteFault::{Method as OddMethod, NoPath, NotPlain, Star, TooWide};
        for (text, fault) in [
            ("", NoPath),
            ("assets/*", NoPath),
            ("https://x.example/", NoPath),
            ("/a ", NoPath),
            ("/a%2fb", NotPlain),
            ("/a;b", NotPlain),
            ("/a?b", NotPlain),
            ("/a#b", NotPlain),
            ("/a\\b", NotPlain),
            ("//a", NotPlain),
            ("/a/../b", NotPlain),
            ("/a/./b", NotPlain),
            ("/caf\u{e9}", NotPlain),
            ("/a*", Star),
            ("/*/a", Star),
            ("/a/**", Star),
            ("/*", TooWide),
            ("/.vestibule/*", TooWide),
            ("/.Vestibule/me", TooWide),
            ("get /a", OddMethod),
            ("TRACE /a", OddMethod),
            ("GET,POST /a", OddMethod),
            ("GET  /a", OddMethod),
        ] {
            assert_eq!(text.parse::<PublicRoute>(), Err(fault), "{text}");
        }
        for text in ["GET HEAD /", "GET HEAD /assets/*", "POST PUT /x"] {
            assert_eq!(text.parse::<PublicRoute>().unwrap().to_string(), text);
        }
    }
}
