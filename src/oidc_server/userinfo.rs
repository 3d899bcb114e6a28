//! The userinfo endpoint (OpenID Connect Core 1.0 §5.3), for bearers of access tokens (RFC 6750).

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::answer::{Answer, failed, json_of, refused};
use super::asked::Asked;
use super::cors::readable;
use super::parameters::Parameters;
use crate::tokens::{Refusal, userinfo as verb};

/// `GET /{tenant}/openid/userinfo`. A token in the query is none: it would stand in logs (RFC 9700 §4.3.2).
pub async fn by_header(asked: Asked) -> Answer {
    let token = bearer(&asked.headers);
    answer(&asked, token).await
}

/// `POST /{tenant}/openid/userinfo`, with the token in the header or in the form, not in both (RFC 6750 §2).
pub async fn by_form(asked: Asked, body: Body) -> Answer {
    let in_header = bearer(&asked.headers);
    let in_form = match asked.headers.contains_key(CONTENT_TYPE) {
        true => match Parameters::of_body(&asked.headers, body).await {
            Ok(parameters) => parameters.owned("access_token"),
            Err(refusal) => return readable(&asked, refused(StatusCode::BAD_REQUEST, refusal)),
        },
        false => None,
    };
    if in_header.is_some() && in_form.is_some() {
        let refusal = Refusal::new("invalid_request", "Send the token once.");
        return readable(&asked, refused(StatusCode::BAD_REQUEST, refusal));
    }
    answer(&asked, in_header.or(in_form)).await
}

async fn answer(asked: &Asked, token: Option<String>) -> Answer {
    let Some(token) = token else {
        // RFC 6750 §3.1: without a token there is nothing to say about one.
        let mut answer = refused(StatusCode::UNAUTHORIZED, Refusal::new("invalid_token", "Send an access token."));
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return readable(asked, answer);
    };
    let answer = match verb::userinfo(&asked.app, &asked.snapshot, &asked.tenant, &token).await {
        Ok(Some(claims)) => json_of(StatusCode::OK, &claims),
        Ok(None) => {
            let words = "This token is worth nothing here, or not any more.";
            let mut answer = refused(StatusCode::UNAUTHORIZED, Refusal::new("invalid_token", words));
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            answer
        }
        Err(error) => failed(asked, &error, false),
    };
    readable(asked, answer)
}

/// The one token of the `Authorization` header.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
