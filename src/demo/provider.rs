//! What the two sample identity providers share: registered clients, parameters given once, values that expire, PKCE.

use std::collections::{HashMap, VecDeque};

use axum::response::{IntoResponse as _, Response};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use subtle::ConstantTimeEq as _;
use url::Url;

/// An application that may send people here to sign in.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_secret`.
    pub secret: String,
    /// Where codes may be sent; compared byte for byte (RFC 9700 §4.1.3).
    pub redirect_uris: Vec<String>,
    /// Where a browser may be sent after sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it hears of a sign-out here (OpenID Connect Back-Channel Logout 1.0 §2.2).
    pub backchannel_logout_uri: Option<String>,
}

/// Parameters of a query or a form.
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The value of a parameter; an empty one counts as absent (RFC 6749 §3.1).
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is there more than once, which RFC 6749 §3.1 forbids.
    pub fn repeated(&self) -> bool {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| matches!(pair, [first, second] if first == second))
    }
}

/// Up to a thousand values that expire; the oldest go first when there are too many.
pub struct Shelf<V> {
    values: HashMap<String, (i64, V)>,
    order: VecDeque<String>,
}

const SHELF_LIMIT: usize = 1_000;

impl<V> Default for Shelf<V> {
    fn default() -> Self {
        Self { values: HashMap::new(), order: VecDeque::new() }
    }
}

impl<V> Shelf<V> {
    /// Puts a value there until `expires`.
    pub fn put(&mut self, key: String, value: V, expires: i64) {
        if self.values.insert(key.clone(), (expires, value)).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > SHELF_LIMIT {
            if let Some(oldest) = self.order.pop_front() {
                self.values.remove(&oldest);
            }
        }
    }

    /// Looks at a value.
    pub fn find(&self, key: &str, now: i64) -> Option<&V> {
        self.values.get(key).filter(|(expires, _)| *expires > now).map(|(_, value)| value)
    }

    /// Changes a value.
    pub fn find_mut(&mut self, key: &str, now: i64) -> Option<&mut V> {
        self.values.get_mut(key).filter(|(expires, _)| *expires > now).map(|(_, value)| value)
    }

    /// Takes a value away.
    pub fn take(&mut self, key: &str, now: i64) -> Option<V> {
        let (expires, value) = self.values.remove(key)?;
        self.order.retain(|other| other != key);
        (expires > now).then_some(value)
    }
}

/// Which client asks at the token endpoint: HTTP basic or form fields, never both (RFC 6749 §2.3).
pub fn authenticate<'a>(clients: &'a [Client], headers: &HeaderMap, form: &Parameters) -> Option<&'a Client> {
    let (id, secret) = match headers.get(header::AUTHORIZATION) {
        Some(value) if form.find("client_secret").is_none() => basic(value.to_str().ok()?)?,
        Some(_) => return None,
        None => (form.find("client_id")?.to_owned(), form.find("client_secret")?.to_owned()),
    };
    let client = clients.iter().find(|client| client.id == id)?;
    bool::from(client.secret.as_bytes().ct_eq(secret.as_bytes())).then_some(client)
}

/// RFC 6749 §2.3.1: id and secret are form-encoded before they are put into the basic scheme.
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |text: &str| -> Option<String> {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}

/// The bearer token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// RFC 7636 §4.6 with S256, the only method accepted here.
pub fn proves(verifier: &str, challenge: &str) -> bool {
    let length = (43..=128).contains(&verifier.len());
    length && bool::from(sha256_base64url(verifier).as_bytes().ct_eq(challenge.as_bytes()))
}

/// SHA-256 as base64url without padding.
pub fn sha256_base64url(text: &str) -> String {
    BASE64URL_NOPAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref())
}

/// The value of one cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

/// A cookie of this host alone, for this browser session.
pub fn set_cookie(response: &mut Response, name: &str, value: &str) {
    if let Ok(line) = HeaderValue::from_str(&format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax")) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// Removes such a cookie.
pub fn drop_cookie(response: &mut Response, name: &str) {
    let line = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    if let Ok(line) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// 303, so that a POST is followed by a GET.
pub fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (
            StatusCode::SEE_OTHER,
            [(header::LOCATION, to), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        )
            .into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The redirect URI with answer parameters added to its query (RFC 6749 §4.1.2).
pub fn with_parameters(uri: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let Ok(mut url) = Url::parse(uri) else { return uri.to_owned() };
    let mut query = url.query_pairs_mut();
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    drop(query);
    url.into()
}

/// JSON that must not be kept anywhere (RFC 6749 §5.1).
pub fn json(status: StatusCode, value: &serde_json::Value) -> Response {
    let mut response = (status, axum::Json(value)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An OAuth error as JSON (RFC 6749 §5.2).
pub fn error(status: StatusCode, code: &str, description: &str) -> Response {
    let mut response = json(status, &serde_json::json!({"error": code, "error_description": description}));
    if status == StatusCode::UNAUTHORIZED {
        let scheme = if code == "invalid_token" { "Bearer error=\"invalid_token\"" } else { "Basic realm=\"token\"" };
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
    }
    response
}

#[cfg(test)]
pub(crate) mod testing {
    //! A browser in a few lines: a cookie jar in front of a router.

    use axum::Router;
    use axum::body::Body;
    use http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    pub struct Answer {
        pub status: StatusCode,
        pub headers: HeaderMap,
        pub body: String,
    }

    impl Answer {
        pub fn location(&self) -> Url {
            let text = self.headers[header::LOCATION].to_str().unwrap();
            Url::parse("https://here.localhost").unwrap().join(text).unwrap()
        }

        pub fn json(&self) -> serde_json::Value {
            serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
        }

        /// The value of a hidden form field.
        pub fn hidden(&self, name: &str) -> String {
            let mark = format!("name=\"{name}\" value=\"");
            let rest = self.body.split_once(&mark).unwrap_or_else(|| panic!("no field {name} in {}", self.body)).1;
            rest.split_once('"').unwrap().0.to_owned()
        }
    }

    pub async fn send(router: &Router, request: Request<Body>) -> Answer {
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub struct Browser {
        pub router: Router,
        pub cookies: HashMap<String, String>,
    }

    impl Browser {
        pub fn new(router: &Router) -> Self {
            Self { router: router.clone(), cookies: HashMap::new() }
        }

        pub async fn get(&mut self, target: &str) -> Answer {
            self.ask(Request::get(target), Body::empty()).await
        }

        pub async fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Answer {
            let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let request = Request::post(target).header("content-type", "application/x-www-form-urlencoded");
            self.ask(request, Body::from(form)).await
        }

        async fn ask(&mut self, mut request: http::request::Builder, body: Body) -> Answer {
            for (name, value) in &self.cookies {
                request = request.header("cookie", format!("{name}={value}"));
            }
            let answer = send(&self.router, request.body(body).unwrap()).await;
            for line in answer.headers.get_all(header::SET_COOKIE) {
                let line = line.to_str().unwrap();
                assert!(line.contains("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{line}");
                let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
                if line.contains("Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            answer
        }
    }

    pub fn query(url: &Url) -> HashMap<String, String> {
        url.query_pairs().into_owned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_forgets_the_oldest_and_the_expired() {
        let mut shelf = Shelf::default();
        for number in 0..SHELF_LIMIT + 5 {
            shelf.put(number.to_string(), number, 100);
        }
        assert_eq!(shelf.find("4", 0), None);
        assert_eq!(shelf.find("5", 0), Some(&5));
        assert_eq!(shelf.find("5", 100), None);
        assert_eq!(shelf.take("6", 0), Some(6));
        assert_eq!(shelf.take("6", 0), None);
    }

    #[test]
    fn clients_prove_themselves_one_way_at_a_time() {
        let clients = [Client {
            id: "vest:ibule".into(),
            secret: "s e+c%r".into(),
            redirect_uris: vec![],
            post_logout_redirect_uris: vec![],
            backchannel_logout_uri: None,
        }];
        let form = Parameters::parse("client_id=vest%3Aibule&client_secret=s+e%2Bc%25r");
        assert!(authenticate(&clients, &HeaderMap::new(), &form).is_some());
        let wrong = Parameters::parse("client_id=vest%3Aibule&client_secret=s+e");
        assert!(authenticate(&clients, &HeaderMap::new(), &wrong).is_none());
        let mut headers = HeaderMap::new();
        let encoded = BASE64.encode(b"vest%3Aibule:s+e%2Bc%25r");
        headers.insert(header::AUTHORIZATION, format!("Basic {encoded}").parse().unwrap());
        assert!(authenticate(&clients, &headers, &Parameters::parse("")).is_some());
        assert!(authenticate(&clients, &headers, &form).is_none(), "two ways at once");
    }

    #[test]
    fn pkce_is_the_example_of_the_rfc() {
        // RFC 7636 appendix B
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(proves("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge));
        assert!(!proves("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", challenge));
        assert!(!proves("short", &sha256_base64url("short")));
    }
}
