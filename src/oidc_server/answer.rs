//! Answers for programs: JSON, never stored, and refusals in the words of the specifications.

use http::header::{self, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;

use super::asked::Asked;
use crate::tokens::{Refusal, TokenError};
use crate::web::answer::chain;
use crate::web::notice::{Notice, NoticePage};
use crate::web::render;

/// An answer of ours.
pub type Answer = Response<String>;

/// JSON that nobody may store (RFC 6749 §5.1).
pub fn json_of(status: StatusCode, body: &impl Serialize) -> Answer {
    // Plain structs of strings and numbers always become JSON.
    let mut answer = Response::new(serde_json::to_string(body).unwrap_or_default());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for_programs(headers);
    answer
}

/// JSON that may be kept for so many seconds.
pub fn kept_json(body: &impl Serialize, cache_control: &'static str) -> Answer {
    let mut answer = json_of(StatusCode::OK, body);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    answer.headers_mut().remove(header::PRAGMA);
    answer
}

/// The headers of an answer that no browser shows as a page.
fn for_programs(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, nothing);
}

/// A refusal with this status.
pub fn refused(status: StatusCode, refusal: Refusal) -> Answer {
    json_of(status, &json!({ "error": refusal.code, "error_description": refusal.description }))
}

/// A refusal of a request that brought a browser here, before it is proved which client sent it (RFC 9700 §4.11.2): people read
/// what to do next, programs the words of the specifications.
pub fn refused_here(asked: &Asked, refusal: Refusal) -> Answer {
    if !asked.by_person() {
        return refused(StatusCode::BAD_REQUEST, refusal);
    }
    let fault = format!("{}: {}", refusal.code, refusal.description);
    render::page(&NoticePage { chrome: asked.chrome(), notice: Notice::WrongRequest { fault } })
}

/// A refusal of the token endpoint and its like (RFC 6749 §5.2). `by_header` says that the client spoke in the
/// `Authorization` header, and is answered in kind.
pub fn failed(asked: &Asked, error: &TokenError, by_header: bool) -> Answer {
    match error {
        TokenError::Refused(refusal) if refusal.code == "invalid_client" => {
            let mut answer = refused(StatusCode::UNAUTHORIZED, *refusal);
            if by_header {
                let challenge = HeaderValue::from_static("Basic realm=\"token\", charset=\"UTF-8\"");
                answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            answer
        }
        TokenError::Refused(refusal) => refused(StatusCode::BAD_REQUEST, *refusal),
        TokenError::Limited => {
            let words = "Too many failures from this network. Try again in a minute.";
            let refusal = Refusal::new("temporarily_unavailable", words);
            let mut answer = refused(StatusCode::TOO_MANY_REQUESTS, refusal);
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            answer
        }
        TokenError::Store(_) | TokenError::ShortTerm(_) | TokenError::Keys(_) => broken(asked, error),
    }
}

/// Something of ours failed. The cause is logged with the request id and never shown.
pub fn broken(asked: &Asked, error: &dyn std::error::Error) -> Answer {
    tracing::error!(request.id = %asked.client.request_id, error = %chain(error), "a client could not be answered");
    let refusal = Refusal::new("temporarily_unavailable", "Something here does not answer. Try again in a moment.");
    refused(StatusCode::SERVICE_UNAVAILABLE, refusal)
}

/// The answer of every endpoint for a tenant that is unknown, disabled or missing.
pub fn no_such_tenant() -> Answer {
    let words = "This address names no organization. Put the organization's id or verified domain into the path: \
                 /{organization}/v2.0/.well-known/openid-configuration";
    refused(StatusCode::NOT_FOUND, Refusal::new("invalid_tenant", words))
}

/// A method that the endpoint does not know.
pub async fn wrong_method() -> Answer {
    let refusal =
        Refusal::new("invalid_request", "This endpoint does not know that method; see the discovery document.");
    refused(StatusCode::METHOD_NOT_ALLOWED, refusal)
}
