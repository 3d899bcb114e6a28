//! Fabrikam's front page and its sign-out (OpenID Connect RP-Initiated Logout 1.0).

use std::sync::Arc;

use axum::extract::{RawForm, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use super::authorize::signed_in;
use super::{Fabrikam, SESSION_COOKIE, back_channel, pages};
use crate::demo::provider::{self, Parameters, see_other, with_parameters};

pub(super) async fn home(State(fabrikam): State<Arc<Fabrikam>>, headers: HeaderMap) -> Response {
    pages::home(signed_in(&fabrikam, &headers).map(|signed_in| signed_in.person))
}

pub(super) async fn by_query(
    State(fabrikam): State<Arc<Fabrikam>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let parameters = Parameters::parse(&query.unwrap_or_default());
    match hinted_client(&fabrikam, &headers, &parameters) {
        Some(client) => end(&fabrikam, &headers, &parameters, Some(&client)),
        // §2: without a hint anybody's link could sign people out, so the person is asked.
        None if signed_in(&fabrikam, &headers).is_some() => pages::ask_sign_out(),
        None => pages::signed_out(),
    }
}

pub(super) async fn by_form(
    State(fabrikam): State<Arc<Fabrikam>>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Response {
    let parameters = Parameters::parse(&String::from_utf8_lossy(&form));
    let client = hinted_client(&fabrikam, &headers, &parameters);
    // The cookie is SameSite=Lax, so a form of another site arrives here signed out.
    end(&fabrikam, &headers, &parameters, client.as_deref())
}

/// The client whose ID token of the person who is signed in here came along; it may be expired.
fn hinted_client(fabrikam: &Fabrikam, headers: &HeaderMap, parameters: &Parameters) -> Option<String> {
    let key = DecodingKey::from_jwk(&fabrikam.jwk).ok()?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_issuer(&[&fabrikam.issuer]);
    let claims = jsonwebtoken::decode::<Value>(parameters.find("id_token_hint")?, &key, &validation).ok()?.claims;
    let client = claims.get("aud")?.as_str()?;
    let same_client = parameters.find("client_id").is_none_or(|id| id == client);
    let same_person = signed_in(fabrikam, headers)
        .is_none_or(|signed_in| claims.get("sub").and_then(Value::as_str) == Some(signed_in.person.subject));
    (same_client && same_person).then(|| client.to_owned())
}

fn end(fabrikam: &Fabrikam, headers: &HeaderMap, parameters: &Parameters, client: Option<&str>) -> Response {
    if let Some(cookie) = provider::cookie(headers, SESSION_COOKIE) {
        let ended = fabrikam.remember(|memory| memory.sessions.take(cookie, fabrikam.ambient.now()));
        if let Some(ended) = ended {
            back_channel::tell(fabrikam, &ended);
        }
    }
    let registered = client.and_then(|id| fabrikam.client(id)).and_then(|client| {
        let wanted = parameters.find("post_logout_redirect_uri")?;
        client.post_logout_redirect_uris.iter().find(|uri| *uri == wanted)
    });
    let mut response = match registered {
        Some(uri) => see_other(&with_parameters(uri, &[("state", parameters.find("state"))])),
        None => pages::signed_out(),
    };
    provider::drop_cookie(&mut response, SESSION_COOKIE);
    response
}
