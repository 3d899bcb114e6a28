//! Which pages of other origins may read our answers: those of single-page clients, and no cookies ever (decision 32).

use http::header::{self, HeaderMap, HeaderValue};
use http::{Response, StatusCode};

use super::answer::Answer;
use super::asked::Asked;

/// `OPTIONS`: what a page of a registered origin may send (Fetch standard, "CORS-preflight fetch").
pub async fn preflight(asked: Asked) -> Answer {
    let mut answer = Response::new(String::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if allow(&asked, headers) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type, x-client-sku, x-client-ver"),
        );
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    answer
}

/// The same answer, readable for pages of the tenant's single-page clients.
pub fn readable(asked: &Asked, mut answer: Answer) -> Answer {
    allow(asked, answer.headers_mut());
    answer
}

fn allow(asked: &Asked, headers: &mut HeaderMap) -> bool {
    // Whoever keeps the answer must not give it to another origin.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = asked.headers.get(header::ORIGIN) else { return false };
    let Ok(text) = origin.to_str() else { return false };
    let mut clients = asked.snapshot.registrations_of(&asked.tenant);
    let known = clients.any(|client| client.origins().any(|known| known == text));
    if known {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("www-authenticate"));
    }
    known
}
