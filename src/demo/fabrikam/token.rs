//! Fabrikam's token and userinfo endpoints.

use std::sync::Arc;

use axum::extract::{RawForm, State};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::authorize::Request;
use super::{AccessToken, CODE_SECONDS, Fabrikam, Person, SignedIn, TOKEN_SECONDS};
use crate::demo::provider::{self, Parameters};

pub(super) async fn redeem(
    State(fabrikam): State<Arc<Fabrikam>>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Response {
    let form = Parameters::parse(&String::from_utf8_lossy(&form));
    if form.repeated() {
        return provider::error(StatusCode::BAD_REQUEST, "invalid_request", "a parameter is there twice");
    }
    let Some(client) = provider::authenticate(&fabrikam.clients, &headers, &form) else {
        return provider::error(StatusCode::UNAUTHORIZED, "invalid_client", "unknown client or wrong secret");
    };
    if form.find("grant_type") != Some("authorization_code") {
        return provider::error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "only authorization_code");
    }
    match spend(&fabrikam, &client.id, &form) {
        Some((request, signed_in, access_token)) => answer(&fabrikam, &request, &signed_in, &access_token),
        None => {
            provider::error(StatusCode::BAD_REQUEST, "invalid_grant", "the code is unknown, used, expired or not yours")
        }
    }
}

/// Turns a code into an access token, once.
fn spend(fabrikam: &Fabrikam, client: &str, form: &Parameters) -> Option<(Request, SignedIn, String)> {
    let code = form.find("code")?;
    let now = fabrikam.ambient.now();
    let access_token = fabrikam.ambient.token();
    fabrikam.remember(|memory| {
        let found = memory.codes.find_mut(code, now)?;
        if let Some(first) = found.spent.clone() {
            memory.tokens.take(&first, now); // RFC 6749 §4.1.2: used twice, so what it gave is no longer trusted
            return None;
        }
        let request = &found.request;
        let proved = form.find("code_verifier").is_some_and(|verifier| provider::proves(verifier, &request.challenge));
        if request.client != client || form.find("redirect_uri") != Some(&request.redirect_uri) || !proved {
            return None;
        }
        found.spent = Some(access_token.clone());
        let (request, signed_in) = (found.request.clone(), found.signed_in.clone());
        let token = AccessToken { person: signed_in.person, scope: request.scope.clone() };
        memory.tokens.put(access_token.clone(), token, now + TOKEN_SECONDS);
        Some((request, signed_in, access_token))
    })
}

fn answer(fabrikam: &Fabrikam, request: &Request, signed_in: &SignedIn, access_token: &str) -> Response {
    let now = fabrikam.ambient.now();
    let mut claims = about(signed_in.person, &request.scope);
    let own = json!({
        "iss": fabrikam.issuer,
        "aud": request.client,
        "iat": now,
        "exp": now + CODE_SECONDS * 10,
        "auth_time": signed_in.at,
        "amr": ["pwd"],
        "sid": signed_in.session_id,
        "at_hash": half_hash(access_token),
    });
    if let Value::Object(own) = own {
        claims.extend(own);
    }
    if let Some(nonce) = &request.nonce {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    match fabrikam.sign(&claims) {
        Ok(id_token) => provider::json(
            StatusCode::OK,
            &json!({
                "access_token": access_token,
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "scope": request.scope.join(" "),
                "id_token": id_token,
            }),
        ),
        Err(_) => provider::error(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the token could not be signed"),
    }
}

pub(super) async fn userinfo(State(fabrikam): State<Arc<Fabrikam>>, headers: HeaderMap) -> Response {
    let now = fabrikam.ambient.now();
    let claims = provider::bearer(&headers).and_then(|token| {
        fabrikam.remember(|memory| memory.tokens.find(token, now).map(|token| about(token.person, &token.scope)))
    });
    match claims {
        Some(claims) => provider::json(StatusCode::OK, &Value::Object(claims)),
        None => provider::error(StatusCode::UNAUTHORIZED, "invalid_token", "the access token is unknown or expired"),
    }
}

/// What Fabrikam says about a person, as far as the scope goes (OpenID Connect Core §5.4).
fn about(person: &Person, scope: &[String]) -> Map<String, Value> {
    let asked = |name: &str| scope.iter().any(|scope| scope == name);
    let mut claims = Map::new();
    claims.insert("sub".to_owned(), json!(person.subject));
    if asked("email") {
        claims.insert("email".to_owned(), json!(person.address));
        claims.insert("email_verified".to_owned(), json!(true));
    }
    if asked("profile") {
        claims.insert("name".to_owned(), json!(person.name));
        claims.insert("preferred_username".to_owned(), json!(person.address));
    }
    claims
}

/// `at_hash`: the left half of the hash (OpenID Connect Core §3.1.3.6).
fn half_hash(token: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    let (half, _) = digest.as_ref().split_at(16);
    BASE64URL_NOPAD.encode(half)
}
