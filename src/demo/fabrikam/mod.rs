//! Fabrikam, the demo's home organization: a real OpenID Connect provider with people of its own.

mod authorize;
mod back_channel;
mod pages;
mod sign_out;
mod token;

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Value, json};

use self::authorize::Request;
use super::ambient::Ambient;
use super::https::Https;
use super::provider::{self, Client, Shelf};

/// Somebody who works at Fabrikam; the password is `demo`.
pub struct Person {
    /// Address, and the name to sign in with.
    pub address: &'static str,
    /// What they are called.
    pub name: &'static str,
    /// `sub`: never changes, says nothing.
    pub subject: &'static str,
}

/// Everybody at Fabrikam.
pub const PEOPLE: [Person; 4] = [
    Person { address: "guest@fabrikam.example", name: "Gwen Guest", subject: "fb-5b1f2c70e9d84a31" },
    Person { address: "direct@fabrikam.example", name: "Dirk Direct", subject: "fb-a07d3e94b6c2415f" },
    Person { address: "colleague@fabrikam.example", name: "Cora Colleague", subject: "fb-3fd0968a1be74c25" },
    Person { address: "worker@fabrikam.example", name: "Wim Worker", subject: "fb-e84c61d7205f4b9a" },
];

/// The password of everybody at Fabrikam.
pub const PASSWORD: &str = "demo";

/// Names this browser, so that a sign-in page answers only to the browser that it was made for.
const BROWSER_COOKIE: &str = "__Host-fabrikam-browser";
/// The session; a new value at each sign-in.
const SESSION_COOKIE: &str = "__Host-fabrikam";

const FLOW_SECONDS: i64 = 15 * 60;
const CODE_SECONDS: i64 = 60;
const TOKEN_SECONDS: i64 = 60 * 60;
const SESSION_SECONDS: i64 = 8 * 60 * 60;

/// The provider.
pub struct Fabrikam {
    issuer: String,
    clients: Vec<Client>,
    key: EncodingKey,
    jwk: Jwk,
    ambient: Ambient,
    tells: Option<Https>,
    state: Mutex<Memory>,
}

/// All that it remembers.
#[derive(Default)]
struct Memory {
    flows: Shelf<Flow>,
    sessions: Shelf<SignedIn>,
    codes: Shelf<Code>,
    tokens: Shelf<AccessToken>,
    /// By session: the clients that somebody signed in to in it.
    clients: Shelf<Vec<String>>,
}

/// A sign-in page that is open in one browser.
struct Flow {
    browser: String,
    request: Request,
}

/// Who is signed in, since when.
#[derive(Clone)]
struct SignedIn {
    person: &'static Person,
    at: i64,
    session_id: String,
}

/// What an authorization code stands for.
struct Code {
    request: Request,
    signed_in: SignedIn,
    /// The token it was redeemed for: a second redemption ends that (RFC 6749 §4.1.2).
    spent: Option<String>,
}

/// What an access token opens.
struct AccessToken {
    person: &'static Person,
    scope: Vec<String>,
}

impl Fabrikam {
    /// A provider whose issuer is `issuer` (an origin), for these clients, which it reaches by `tells`.
    pub fn new(
        issuer: &str,
        clients: Vec<Client>,
        tells: Option<Https>,
        ambient: Ambient,
    ) -> anyhow::Result<Arc<Self>> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).context("make a key")?;
        let document = pair.to_pkcs8v1().context("write a key")?;
        let key = EncodingKey::from_ec_der(document.as_ref());
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256)?;
        jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let state = Mutex::new(Memory::default());
        let issuer = issuer.trim_end_matches('/').to_owned();
        Ok(Arc::new(Self { issuer, clients, key, jwk, ambient, tells, state }))
    }

    /// Everything that the host answers.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/", get(sign_out::home))
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize::by_query).post(authorize::by_form))
            .route("/sign-in", get(authorize::page).post(authorize::answer))
            .route("/token", post(token::redeem))
            .route("/userinfo", get(token::userinfo).post(token::userinfo))
            .route("/sign-out", get(sign_out::by_query).post(sign_out::by_form))
            .fallback(|| async { pages::problem(StatusCode::NOT_FOUND, "There is no such page at Fabrikam.") })
            .with_state(Arc::clone(self))
    }

    /// Runs a piece of code on the memory; nothing is awaited meanwhile.
    fn remember<T>(&self, change: impl FnOnce(&mut Memory) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn sign(&self, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
        self.sign_as("JWT", claims)
    }

    fn sign_as(&self, typ: &str, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid.clone_from(&self.jwk.common.key_id);
        jsonwebtoken::encode(&header, claims, &self.key)
    }

    fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }
}

/// OpenID Connect Discovery 1.0 §3.
async fn discovery(State(fabrikam): State<Arc<Fabrikam>>) -> Response {
    let issuer = &fabrikam.issuer;
    public(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/sign-out"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "sid", "at_hash",
            "email", "email_verified", "name", "preferred_username"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "claims_parameter_supported": false,
    }))
}

async fn keys(State(fabrikam): State<Arc<Fabrikam>>) -> Response {
    public(&json!({ "keys": [fabrikam.jwk] }))
}

/// A document that anybody may read and keep for a while.
fn public(value: &Value) -> Response {
    let mut response = provider::json(StatusCode::OK, value);
    let headers = response.headers_mut();
    headers.insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("public, max-age=300"));
    response
}

#[cfg(test)]
mod tests;
