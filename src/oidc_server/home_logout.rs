//! Where home organizations tell us that somebody signed out there (OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8): the one
//! endpoint of this door at which we are the client.

use axum::body::Body;
use axum::extract::Path;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use serde_json::json;

use super::answer::{Answer, broken, json_of, refused};
use super::asked::Asked;
use super::parameters::Parameters;
use crate::model::ConnectionName;
use crate::signin::home_logout::{HomeLogoutError, hear};
use crate::tokens::Refusal;

const NO_TOKEN: Refusal = Refusal::new("invalid_request", "logout_token is missing.");
const NO_CONNECTION: Refusal = Refusal::new(
    "invalid_request",
    "This address names no connection. `vestibule idp test` prints the one to register.",
);
const LIMITED: Refusal =
    Refusal::new("temporarily_unavailable", "Too many logout tokens were refused. Try again in a minute.");
const SEARCHED: Refusal = Refusal::new(
    "temporarily_unavailable",
    "Too many tokens of this connection made us look through all sessions. Send this one again in a minute.",
);
const UNDER_WAY: Refusal =
    Refusal::new("temporarily_unavailable", "This token is being followed. Send it again if no other answer came.");
const UNREACHABLE: Refusal =
    Refusal::new("temporarily_unavailable", "The keys of the provider cannot be fetched. Send the token again later.");

/// `POST /{tenant}/federation/{connection}/backchannel-logout`.
pub async fn logged_out(asked: Asked, Path((_, connection)): Path<(String, String)>, body: Body) -> Answer {
    let connection = connection.parse::<ConnectionName>().ok().and_then(|name| asked.tenant.connection(&name));
    let Some(connection) = connection else { return refused(StatusCode::NOT_FOUND, NO_CONNECTION) };
    let token = match logout_token(&asked.headers, body).await {
        Ok(token) => token,
        Err(refusal) => return refused(StatusCode::BAD_REQUEST, refusal),
    };
    match hear(&asked.app, &asked.tenant, connection, &asked.network(), &token).await {
        Ok(ended) => {
            tracing::info!(tenant.id = %asked.tenant.id, connection.name = %connection.name, sessions.ended = ended,
                "a home organization said that somebody signed out there");
            nothing_more()
        }
        // Whoever floods us does not fill the log as well; and what failed here is logged where it is answered.
        Err(
            error @ (HomeLogoutError::Limited
            | HomeLogoutError::Searched
            | HomeLogoutError::UnderWay
            | HomeLogoutError::ShortTerm(_)
            | HomeLogoutError::Store(_)),
        ) => failed(&asked, &error),
        Err(error) => {
            tracing::warn!(tenant.id = %asked.tenant.id, connection.name = %connection.name, %error,
                "a logout token of a home organization was not followed");
            failed(&asked, &error)
        }
    }
}

async fn logout_token(headers: &HeaderMap, body: Body) -> Result<String, Refusal> {
    Parameters::of_body(headers, body).await?.owned("logout_token").ok_or(NO_TOKEN)
}

/// §2.8: 200, and no word on whether anybody was signed in.
fn nothing_more() -> Answer {
    let mut answer = Response::new(String::new());
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// §2.8: 400 for what is invalid. What only comes at a bad moment is another matter, for the provider may try again.
fn failed(asked: &Asked, error: &HomeLogoutError) -> Answer {
    let later = |status: StatusCode, refusal: Refusal, seconds: &'static str| {
        let mut answer = refused(status, refusal);
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        answer
    };
    match error {
        HomeLogoutError::Refused(_) | HomeLogoutError::Repeated => {
            let body = json!({ "error": "invalid_request", "error_description": error.to_string() });
            json_of(StatusCode::BAD_REQUEST, &body)
        }
        HomeLogoutError::Limited => later(StatusCode::TOO_MANY_REQUESTS, LIMITED, "60"),
        HomeLogoutError::Searched => later(StatusCode::TOO_MANY_REQUESTS, SEARCHED, "60"),
        HomeLogoutError::UnderWay => later(StatusCode::SERVICE_UNAVAILABLE, UNDER_WAY, "15"),
        HomeLogoutError::Unreachable(_) => later(StatusCode::SERVICE_UNAVAILABLE, UNREACHABLE, "10"),
        HomeLogoutError::ShortTerm(_) | HomeLogoutError::Store(_) => broken(asked, error),
    }
}
