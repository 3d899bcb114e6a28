//! The internal code flow: how a host of ours that is not the broker gets a handle of its own (decision 8). Apps' hosts and
//! the admin host are first-party clients of the one authorization endpoint, and this is their half of it.

use std::time::Duration;

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::csrf::Seal;
use crate::clock::{Random, random_bytes};
use crate::model::{AppId, TenantId, Timestamp};
use crate::session::{LOGIN_COOKIE, Redemption, SESSION_COOKIE, login_cookie, read_cookie};
use crate::urls::{APP_CALLBACK, Urls};

/// Longest place to come back to; a longer one becomes the host's root (decision 9).
const LONGEST: usize = 2 * 1024;
/// Longest sealed `state`; the broker takes no longer one.
const LONGEST_SEALED: usize = 4096;
/// How old a `state` may be: longer than any journey lives.
const OLDEST: Duration = Duration::from_secs(2 * 3600);
/// How often a failed return starts over by itself: first visits in parallel tabs overwrite each other's cookie.
const TRIES: u8 = 2;

/// A host that signs people in at the broker.
pub struct Client<'a> {
    /// Its `client_id`.
    pub id: AppId,
    /// Canonical host. What is sealed for it opens on no other.
    pub host: &'a str,
    /// Its origin, without a trailing slash.
    pub origin: String,
    /// Seals `state`.
    pub seal: &'a dyn Seal,
    /// Addresses of the broker.
    pub urls: &'a Urls,
    /// Randomness.
    pub random: &'a dyn Random,
}

/// What travels sealed through the browser while its guest is at the broker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Path and query on this host to come back to.
    pub to: String,
    /// The tenant to sign in to.
    pub tenant: TenantId,
    /// When the browser left.
    pub at: Timestamp,
    /// How often it left before.
    pub tries: u8,
    /// Whether the tenant is pinned on return (decision 11).
    #[serde(default)]
    pub pin: bool,
}

/// How to leave for the broker.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Where to.
    pub url: String,
    /// `Set-Cookie` that binds this browser, if it has none yet.
    pub cookie: Option<String>,
    /// The value that binds this browser, new or not.
    pub binding: String,
}

/// What came back from the broker.
#[derive(Clone, Debug)]
pub struct Return {
    /// The code, if one came.
    pub code: Option<String>,
    /// What was sealed at departure; `None` if it does not open here.
    pub state: Option<State>,
}

/// A parameter came twice, so somebody tampered with the answer (RFC 6749 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tampered;

impl State {
    /// A first departure to `tenant`, to come back to `to`.
    pub fn new(tenant: TenantId, to: &str, now: Timestamp) -> Self {
        Self { to: to.to_owned(), tenant, at: now, tries: 0, pin: false }
    }

    /// The same once more, unless it was tried often enough.
    pub fn again(&self, now: Timestamp) -> Option<Self> {
        (self.tries < TRIES).then(|| Self { at: now, tries: self.tries + 1, ..self.clone() })
    }

    /// Whether it is too old to count.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.since(self.at) > OLDEST
    }
}

impl Client<'_> {
    /// The one redirect URI of this host.
    pub fn redirect_uri(&self) -> String {
        format!("{}{APP_CALLBACK}", self.origin)
    }

    /// Sends a person to the broker, and remembers in the URL alone where to come back to.
    pub fn depart(&self, state: State, headers: &HeaderMap) -> Departure {
        let to = if state.to.len() <= LONGEST && state.to.starts_with('/') { state.to } else { "/".to_owned() };
        let state = State { to, ..state };
        let seal = |state: &State| self.seal.seal(self.host, &serde_json::to_vec(state).unwrap_or_default());
        let mut sealed = seal(&state);
        if sealed.len() > LONGEST_SEALED {
            // Escapes in JSON can double what was short enough; then the root is where the person lands.
            sealed = seal(&State { to: "/".to_owned(), ..state.clone() });
        }
        // An existing binding is kept, so that parallel tabs share it.
        let known = read_cookie(headers, LOGIN_COOKIE).map(str::to_owned);
        let fresh = known.is_none();
        let binding = known.unwrap_or_else(|| data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<32>(self.random)));
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, binding.as_bytes());
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.id.to_string())
            .append_pair("response_type", "code")
            .append_pair("scope", "openid")
            .append_pair("redirect_uri", &self.redirect_uri())
            .append_pair("state", &sealed)
            .append_pair("code_challenge", &data_encoding::BASE64URL_NOPAD.encode(hash.as_ref()))
            .append_pair("code_challenge_method", "S256")
            .finish();
        Departure {
            url: format!("{}?{query}", self.urls.authorize(state.tenant)),
            cookie: fresh.then(|| login_cookie(&binding)),
            binding,
        }
    }

    /// Reads the query of the callback.
    pub fn read(&self, query: &str) -> Result<Return, Tampered> {
        let (mut code, mut sealed) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match name.as_ref() {
                "code" => &mut code,
                "state" => &mut sealed,
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(Tampered);
            }
        }
        let state = sealed.and_then(|sealed| self.seal.open(self.host, &sealed));
        Ok(Return { code, state: state.and_then(|plain| serde_json::from_slice(&plain).ok()) })
    }

    /// What this browser shows for its code; `None` if the code or the binding is missing.
    pub fn redemption(&self, code: Option<String>, state: &State, headers: &HeaderMap) -> Option<Redemption> {
        Some(Redemption {
            host: self.host.to_owned(),
            app: self.id,
            redirect_uri: self.redirect_uri(),
            code: code?,
            binding: read_cookie(headers, LOGIN_COOKIE)?.to_owned(),
            tenant: state.tenant,
            old_cookie: read_cookie(headers, SESSION_COOKIE).map(str::to_owned),
            pin: state.pin,
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::COOKIE;

    use super::*;
    use crate::clock::{Clock as _, SystemClock, SystemRandom};

    /// Seals by writing the context in front: enough to see what opens where.
    struct Plain;

    impl Seal for Plain {
        fn seal(&self, context: &str, plain: &[u8]) -> String {
            data_encoding::BASE64URL_NOPAD.encode(&[context.as_bytes(), b"\0", plain].concat())
        }

        fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
            let plain = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
            plain.strip_prefix([context.as_bytes(), b"\0"].concat().as_slice()).map(<[u8]>::to_vec)
        }
    }

    fn tenant() -> TenantId {
        TenantId::new(uuid::Uuid::from_u128(1))
    }

    fn with_client<T>(host: &str, test: impl FnOnce(&Client<'_>) -> T) -> T {
        let urls = Urls::new(&"https://login.example".parse().unwrap());
        test(&Client {
            id: AppId::new(uuid::Uuid::from_u128(7)),
            host,
            origin: format!("https://{host}"),
            seal: &Plain,
            urls: &urls,
            random: &SystemRandom,
        })
    }

    fn sealed_state(url: &str) -> String {
        let url: url::Url = url.parse().unwrap();
        url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
    }

    #[test]
    fn a_browser_comes_back_to_where_it_was_and_keeps_its_binding() {
        with_client("admin.example", |client| {
            let state = State::new(tenant(), "/guests?q=a", SystemClock.now());
            let first = client.depart(state.clone(), &HeaderMap::new());
            assert!(first.url.starts_with("https://login.example/00000000-0000-0000-0000-000000000001/oauth2/"));
            let returned = client.read(&format!("state={}&code=c", sealed_state(&first.url))).unwrap();
            assert_eq!(returned.state.unwrap().to, "/guests?q=a");
            let cookie = first.cookie.unwrap();
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(cookie.split(';').next().unwrap()).unwrap());
            assert!(client.depart(state.clone(), &headers).cookie.is_none());
            assert!(client.redemption(Some("c".into()), &state, &headers).is_some());
            assert!(client.redemption(Some("c".into()), &state, &HeaderMap::new()).is_none(), "no binding, no handle");
            assert!(client.redemption(None, &state, &headers).is_none());
        });
    }

    #[test]
    fn c1_what_was_sealed_for_one_host_opens_on_no_other() {
        let url = with_client("wiki.example", |client| {
            client.depart(State::new(tenant(), "/", SystemClock.now()), &HeaderMap::new()).url
        });
        let query = format!("state={}&code=c", sealed_state(&url));
        with_client("admin.example", |client| assert!(client.read(&query).unwrap().state.is_none()));
        with_client("wiki.example", |client| assert!(client.read(&query).unwrap().state.is_some()));
    }

    #[test]
    fn a_parameter_twice_and_a_place_elsewhere_are_refused() {
        with_client("admin.example", |client| {
            for query in ["code=a&code=b", "state=a&%73tate=b", "code=a&state=x&code=a"] {
                assert_eq!(client.read(query).unwrap_err(), Tampered, "{query}");
            }
            for to in ["https://evil.example/", "evil", "", &format!("/{}", "a".repeat(LONGEST))] {
                let left = client.depart(State::new(tenant(), to, SystemClock.now()), &HeaderMap::new());
                let back = client.read(&format!("state={}", sealed_state(&left.url))).unwrap();
                assert_eq!(back.state.unwrap().to, "/", "{to}");
            }
        });
    }

    #[test]
    fn starting_over_ends_by_itself() {
        let now = SystemClock.now();
        let state = State::new(tenant(), "/", now);
        let again = state.again(now).and_then(|state| state.again(now));
        assert!(again.is_some_and(|state| state.again(now).is_none()));
        assert!(state.is_over(now.plus(OLDEST + Duration::from_secs(1))) && !state.is_over(now));
    }
}
