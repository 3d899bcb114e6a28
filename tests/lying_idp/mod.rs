//! `HX`: a real OpenID provider on loopback over TLS that is honest until it is told to lie, in any byte it sends.

pub mod keys;

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tokio_rustls::TlsAcceptor;
use url::Url;
use vestibule::clock::{Clock, SystemClock, SystemRandom, random_bytes};

pub use keys::{Signer, compact, half_hash};

/// Changes a JSON value on its way out.
pub type Twist = Arc<dyn Fn(&mut Value) + Send + Sync>;
/// Makes the whole ID token out of header and claims.
pub type Forge = Arc<dyn Fn(&Value, &Value) -> String + Send + Sync>;
/// Changes the parameters of the answer to the browser.
pub type Bend = Arc<dyn Fn(&mut Vec<(String, String)>) + Send + Sync>;

/// Everything that it may lie about; the default is the truth.
#[derive(Clone, Default)]
pub struct Lies {
    /// The discovery document.
    pub discovery: Option<Twist>,
    /// The key set.
    pub jwks: Option<Twist>,
    /// The header of ID tokens, before they are signed.
    pub header: Option<Twist>,
    /// The claims of ID tokens, before they are signed.
    pub claims: Option<Twist>,
    /// The whole ID token, instead of signing.
    pub token: Option<Forge>,
    /// The answer of the token endpoint.
    pub token_answer: Option<Twist>,
    /// User info.
    pub user_info: Option<Twist>,
    /// The answer to the browser.
    pub callback: Option<Bend>,
    /// Who signs.
    pub signer: Signer,
    /// Whole answers by path.
    pub raw: HashMap<String, Raw>,
    /// Sent with discovery and key set.
    pub cache_control: Option<String>,
    /// No `client_secret_basic`.
    pub post_only: bool,
    /// The browser comes back with this error instead of a code.
    pub error: Option<String>,
}

/// A whole answer.
#[derive(Clone, Default)]
pub struct Raw {
    /// The status; 200 if unset.
    pub status: Option<StatusCode>,
    /// Header fields.
    pub headers: Vec<(&'static str, String)>,
    /// This text so many times.
    pub body: (Bytes, usize),
    /// A pause before each repetition.
    pub pause: Duration,
}

/// A request that it heard.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The path.
    pub path: String,
    /// The form.
    pub form: HashMap<String, String>,
    /// The header fields.
    pub headers: HeaderMap,
}

/// The provider.
pub struct LyingIdp {
    /// Its issuer.
    pub issuer: String,
    host: String,
    port: u16,
    folder: tempfile::TempDir,
    inner: Arc<Inner>,
}

struct Inner {
    issuer: String,
    lies: Mutex<Lies>,
    person: Mutex<Value>,
    client: (String, String),
    ledger: Mutex<Vec<Heard>>,
    codes: Mutex<HashMap<String, HashMap<String, String>>>,
    id_tokens: Mutex<Vec<String>>,
}

impl LyingIdp {
    /// Starts a provider at `https://{host}:{port}`; `host` lies below `localhost`. It knows one client.
    pub async fn start(host: &str, client_id: &str, client_secret: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let acceptor = certificate(host, &folder.path().join("ca.pem"));
        let issuer = format!("https://{host}:{port}");
        let inner = Arc::new(Inner {
            issuer: issuer.clone(),
            lies: Mutex::default(),
            person: Mutex::new(json!({
                "sub": "1001", "name": "Ada Guest", "email": "ada@fabrikam.example", "email_verified": true
            })),
            client: (client_id.to_owned(), client_secret.to_owned()),
            ledger: Mutex::default(),
            codes: Mutex::default(),
            id_tokens: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, router) = (acceptor.clone(), router.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
                });
            }
        });
        Self { issuer, host: host.to_owned(), port, folder, inner }
    }

    /// Host and port, for `egress.allow`.
    pub fn host_port(&self) -> (String, u16) {
        (self.host.clone(), self.port)
    }

    /// Its certificate authority, for `egress.extra_roots`.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Tells it how to lie from now on.
    pub fn lie(&self, how: impl FnOnce(&mut Lies)) {
        how(&mut self.inner.lies.lock().unwrap());
    }

    /// Makes it honest again.
    pub fn be_honest(&self) {
        *self.inner.lies.lock().unwrap() = Lies::default();
    }

    /// Who signs in from now on: the claims about that person.
    pub fn person(&self, claims: Value) {
        *self.inner.person.lock().unwrap() = claims;
    }

    /// What it heard at `path`.
    pub fn heard(&self, path: &str) -> Vec<Heard> {
        self.inner.ledger.lock().unwrap().iter().filter(|heard| heard.path == path).cloned().collect()
    }

    /// The ID token that it gave out last.
    pub fn last_id_token(&self) -> String {
        self.inner.id_tokens.lock().unwrap().last().cloned().unwrap_or_default()
    }

    /// What it would say of a sign-out of its person in the session `s-1` (OpenID Connect Back-Channel Logout 1.0 §2.4).
    pub fn logout_claims(&self) -> Value {
        let now = SystemClock.now().seconds();
        json!({
            "iss": self.issuer,
            "aud": self.inner.client.0,
            "iat": now,
            "exp": now + 120,
            "jti": BASE64URL_NOPAD.encode(&random_bytes::<16>(&SystemRandom)),
            "sub": self.inner.person.lock().unwrap()["sub"],
            "sid": "s-1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        })
    }

    /// The keys as it publishes them now.
    pub fn published_keys(&self) -> Value {
        self.inner.jwks()
    }

    /// Plays the browser and the person: opens the authorization URL, signs in, and returns where the browser is sent.
    pub fn authorize(&self, url: &Url) -> Url {
        assert!(url.as_str().starts_with(&self.issuer), "the browser was sent to {url}");
        self.inner.authorize(url.query().unwrap_or_default()).unwrap()
    }
}

impl Inner {
    fn twisted(twist: Option<&Twist>, mut value: Value) -> Value {
        if let Some(twist) = twist {
            twist(&mut value);
        }
        value
    }

    fn lies(&self) -> Lies {
        self.lies.lock().unwrap().clone()
    }

    fn discovery(&self) -> Value {
        let issuer = &self.issuer;
        let lies = self.lies();
        let methods = if lies.post_only { json!(["client_secret_post"]) } else { json!(["client_secret_basic"]) };
        Self::twisted(
            lies.discovery.as_ref(),
            json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "userinfo_endpoint": format!("{issuer}/userinfo"),
                "jwks_uri": format!("{issuer}/jwks"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
                "token_endpoint_auth_methods_supported": methods,
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": true,
            }),
        )
    }

    fn jwks(&self) -> Value {
        Self::twisted(self.lies().jwks.as_ref(), json!({ "keys": keys::public() }))
    }

    fn authorize(&self, query: &str) -> Option<Url> {
        let asked: HashMap<String, String> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let proper = asked.get("client_id") == Some(&self.client.0)
            && asked.get("response_type").map(String::as_str) == Some("code")
            && asked.get("code_challenge_method").map(String::as_str) == Some("S256");
        let mut back = Url::parse(asked.get("redirect_uri")?).ok().filter(|_| proper)?;
        let mut parameters = vec![("iss".to_owned(), self.issuer.clone())];
        parameters.extend(asked.get("state").map(|state| ("state".to_owned(), state.clone())));
        let lies = self.lies();
        if let Some(error) = lies.error {
            parameters.push(("error".to_owned(), error));
        } else {
            let code = BASE64URL_NOPAD.encode(&random_bytes::<16>(&SystemRandom));
            parameters.push(("code".to_owned(), code.clone()));
            self.codes.lock().unwrap().insert(code, asked);
        }
        if let Some(bend) = lies.callback {
            bend(&mut parameters);
        }
        back.query_pairs_mut().extend_pairs(parameters);
        Some(back)
    }

    /// An honest token endpoint, strict about everything: client, redirect URI, PKCE, and each code once.
    fn token(&self, heard: &Heard) -> (StatusCode, Value) {
        let refuse = |error: &str| (StatusCode::BAD_REQUEST, json!({ "error": error }));
        let form = |name: &str| heard.form.get(name).cloned().unwrap_or_default();
        let lies = self.lies();
        let basic = heard.headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
        let presented = match basic {
            Some(pair) => {
                let pair = String::from_utf8(BASE64.decode(pair.as_bytes()).unwrap_or_default()).unwrap_or_default();
                let (id, secret) = pair.split_once(':').unwrap_or_default();
                let plain = |text: &str| {
                    let pair = format!("x={text}");
                    let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
                    decoded.map(|(_, value)| value.into_owned()).unwrap_or_default()
                };
                (plain(id), plain(secret))
            }
            None => (form("client_id"), form("client_secret")),
        };
        if presented != self.client || (basic.is_some() && lies.post_only) {
            return refuse("invalid_client");
        }
        let Some(asked) = self.codes.lock().unwrap().remove(&form("code")) else { return refuse("invalid_grant") };
        let challenge = BASE64URL_NOPAD.encode(&keys::sha256(form("code_verifier").as_bytes()));
        if asked.get("code_challenge") != Some(&challenge) || asked.get("redirect_uri") != Some(&form("redirect_uri")) {
            return refuse("invalid_grant");
        }
        let access_token = BASE64URL_NOPAD.encode(&random_bytes::<16>(&SystemRandom));
        let id_token = self.id_token(&lies, asked.get("nonce"), &access_token, &form("code"));
        self.id_tokens.lock().unwrap().push(id_token.clone());
        let answer = json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token
        });
        (StatusCode::OK, Self::twisted(lies.token_answer.as_ref(), answer))
    }

    fn id_token(&self, lies: &Lies, nonce: Option<&String>, access_token: &str, code: &str) -> String {
        let now = SystemClock.now().seconds();
        let mut claims = self.person.lock().unwrap().clone();
        for (name, value) in [
            ("iss", json!(self.issuer)),
            ("aud", json!(self.client.0)),
            ("iat", json!(now)),
            ("exp", json!(now + 300)),
            ("nonce", json!(nonce)),
            ("at_hash", json!(half_hash(lies.signer, access_token))),
            ("c_hash", json!(half_hash(lies.signer, code))),
        ] {
            claims[name] = value;
        }
        let header = json!({ "alg": lies.signer.algorithm(), "kid": lies.signer.kid(), "typ": "JWT" });
        let header = Self::twisted(lies.header.as_ref(), header);
        let claims = Self::twisted(lies.claims.as_ref(), claims);
        match &lies.token {
            Some(forge) => forge(&header, &claims),
            None => compact(lies.signer, &header.to_string(), &claims.to_string()),
        }
    }

    fn user_info(&self) -> Value {
        Self::twisted(self.lies().user_info.as_ref(), self.person.lock().unwrap().clone())
    }
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Result<Response, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    let heard = Heard { path: head.uri.path().to_owned(), form, headers: head.headers };
    inner.ledger.lock().unwrap().push(heard.clone());
    let lies = inner.lies();
    if let Some(raw) = lies.raw.get(&heard.path) {
        return Ok(raw_answer(raw));
    }
    let (status, value) = match heard.path.as_str() {
        // Also below a path, as Microsoft has it.
        path if path.ends_with("/.well-known/openid-configuration") => (StatusCode::OK, inner.discovery()),
        "/jwks" => (StatusCode::OK, inner.jwks()),
        "/authorize" => {
            let back = inner.authorize(head.uri.query().unwrap_or_default());
            let (status, place) =
                back.map_or((StatusCode::BAD_REQUEST, String::new()), |back| (StatusCode::SEE_OTHER, back.into()));
            return Ok(Response::builder().status(status).header("location", place).body(Body::empty()).unwrap());
        }
        "/token" => inner.token(&heard),
        "/userinfo" => (StatusCode::OK, inner.user_info()),
        _ => (StatusCode::NOT_FOUND, json!({})),
    };
    let mut response = Response::builder().status(status).header("content-type", "application/json");
    if let Some(cache_control) = lies.cache_control {
        response = response.header("cache-control", cache_control);
    }
    Ok(response.body(Body::from(value.to_string())).unwrap())
}

fn raw_answer(raw: &Raw) -> Response {
    let mut response = Response::builder().status(raw.status.unwrap_or(StatusCode::OK));
    for (name, value) in &raw.headers {
        response = response.header(*name, value);
    }
    let ((piece, times), pause) = (raw.body.clone(), raw.pause);
    let pieces = futures_util::stream::unfold(0, move |sent| {
        let piece = piece.clone();
        async move {
            tokio::time::sleep(pause).await;
            (sent < times).then_some((Ok::<_, Infallible>(piece), sent + 1))
        }
    });
    response.body(Body::from_stream(pieces)).unwrap()
}

/// A certificate authority of its own, written to `ca_file`, and a certificate for `host`.
fn certificate(host: &str, ca_file: &Path) -> TlsAcceptor {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    ca.distinguished_name.push(rcgen::DnType::CommonName, format!("authority of {host}"));
    std::fs::write(ca_file, ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::new(vec![host.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key.serialize_der().try_into().unwrap())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
