//! Answers that say no, in the envelope of Microsoft Graph: a code, words, and the id to quote.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use crate::model::Timestamp;
use crate::web::RequestId;

/// Longest `client-request-id` that is given back.
const LONGEST_CLIENT_ID: usize = 64;

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphError {
    /// Status of the answer.
    pub status: StatusCode,
    /// The original's code, e.g. `Request_ResourceNotFound`.
    pub code: &'static str,
    /// For whoever writes the client.
    pub message: String,
    /// The field of the body or the query option that is at fault.
    pub target: Option<String>,
    /// When it may work.
    pub retry_after: Option<Duration>,
    /// Methods that the address has.
    pub allow: Option<String>,
}

impl GraphError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), target: None, retry_after: None, allow: None }
    }

    /// No access token, or none that counts here.
    pub fn unauthenticated(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
    }

    /// A token without the right to this.
    pub fn denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", message)
    }

    /// Nothing here, or nothing of this tenant: the same words for both (attack row C1).
    pub fn not_found() -> Self {
        let message = "The resource does not exist, or one of the objects that it refers to is not there.";
        Self::new(StatusCode::NOT_FOUND, "Request_ResourceNotFound", message)
    }

    /// The request makes no sense.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    /// A field of the body or a query option makes no sense.
    pub fn field(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { target: Some(name.into()), ..Self::bad(message) }
    }

    /// A query that makes sense and is not supported.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    /// There are as many as there may be.
    pub fn quota(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Directory_QuotaExceeded", message)
    }

    /// Something stands against it.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "Request_Conflict", message)
    }

    /// A file manages the object (decision 6).
    pub fn managed_by_file(what: &str, place: &str) -> Self {
        Self::conflict(format!(
            "{what} is managed by the configuration file {place} and read-only here. Change it there; the server reads it \
             within half a minute, or at once on SIGHUP."
        ))
    }

    /// Another request of the batch, which this one comes after, was not done.
    pub fn failed_dependency(id: &str) -> Self {
        let message = format!("The request {id}, which this one depends on, was not done.");
        Self::new(StatusCode::FAILED_DEPENDENCY, "Request_FailedDependency", message)
    }

    /// The address has other methods.
    pub fn wrong_method(allow: String) -> Self {
        let message = format!("This address has the methods {allow}.");
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "Request_MethodNotAllowed", message) }
    }

    /// The body is no JSON by its content type.
    pub fn media_type() -> Self {
        let message = "Send the body as application/json.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Request_UnsupportedMediaType", message)
    }

    /// The body is too long.
    pub fn too_large(limit: usize) -> Self {
        let message = format!("The body may have {limit} bytes at most.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Request_EntityTooLarge", message)
    }

    /// Too often.
    pub fn too_many(retry_after: Duration) -> Self {
        let message = "Too many requests. Wait as long as Retry-After says, then try again.";
        Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", message) }
    }

    /// Something of ours failed. The cause is logged where it is known, and never shown.
    pub fn broken() -> Self {
        let message = "The service could not do this now. Quote the request-id if it goes on.";
        Self {
            retry_after: Some(Duration::from_secs(5)),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "serviceNotAvailable", message)
        }
    }

    /// The envelope.
    pub fn body(&self, ids: &RequestIdsOf, now: Timestamp) -> Value {
        let date = now.to_string();
        let mut inner = json!({
            "date": date.trim_end_matches('Z'),
            "request-id": ids.request,
            "client-request-id": ids.client,
        });
        if let (Some(inner), Some(seconds)) = (inner.as_object_mut(), self.retry_after) {
            inner.insert("retry-after".to_owned(), json!(whole_seconds(seconds)));
        }
        let mut error = json!({ "code": self.code, "message": self.message, "innerError": inner });
        if let (Some(error), Some(target)) = (error.as_object_mut(), &self.target) {
            error.insert("target".to_owned(), json!(target));
        }
        json!({ "error": error })
    }

    /// The answer.
    pub fn answer(&self, ids: &RequestIdsOf, now: Timestamp) -> Response<Bytes> {
        let mut answer = Response::new(Bytes::from(self.body(ids, now).to_string()));
        *answer.status_mut() = self.status;
        let headers = answer.headers_mut();
        ids.put(headers);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 6750 §3: an error is named only where a token was shown.
            let shown = if self.message.contains("empty") { "Bearer" } else { "Bearer error=\"invalid_token\"" };
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(shown));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        if let Some(allow) = self.allow.as_ref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            headers.insert(ALLOW, allow);
        }
        answer
    }
}

fn whole_seconds(span: Duration) -> u64 {
    span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0)).max(1)
}

/// The ids of one request: ours, and the client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestIdsOf {
    /// Ours, shaped as a GUID.
    pub request: String,
    /// The client's `client-request-id`, or ours where it sent none that could be given back.
    pub client: String,
}

impl RequestIdsOf {
    /// Reads the ids of a request.
    pub fn of(id: RequestId, headers: &HeaderMap) -> Self {
        let request = uuid::Uuid::try_parse(&id.to_string()).map(|id| id.as_hyphenated().to_string());
        let request = request.unwrap_or_else(|_| id.to_string());
        Self::named(request, headers)
    }

    /// The ids of a part of a batch: ours is that of the whole.
    pub fn of_part(&self, headers: &HeaderMap) -> Self {
        Self::named(self.request.clone(), headers)
    }

    fn named(request: String, headers: &HeaderMap) -> Self {
        let mut sent = headers.get_all("client-request-id").iter();
        let client = match (sent.next().and_then(|value| value.to_str().ok()), sent.next()) {
            (Some(one), None) if is_plain(one) => one.to_owned(),
            _ => request.clone(),
        };
        Self { request, client }
    }

    /// Writes them, and what every answer says about itself.
    pub fn put(&self, headers: &mut HeaderMap) {
        for (name, id) in [("request-id", &self.request), ("client-request-id", &self.client)] {
            if let Ok(value) = HeaderValue::from_str(id) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    }
}

/// Whatever a GUID or a trace id is made of.
fn is_plain(id: &str) -> bool {
    (1..=LONGEST_CLIENT_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::TestRandom;
    use crate::web::RequestIds;

    fn ids(client: Option<&str>) -> RequestIdsOf {
        let mut headers = HeaderMap::new();
        if let Some(client) = client {
            headers.insert("client-request-id", HeaderValue::from_str(client).unwrap());
        }
        RequestIdsOf::of(RequestIds::new(TestRandom::new().as_ref()).next(), &headers)
    }

    #[test]
    fn the_envelope_is_the_originals() {
        let ids = ids(Some("7dc0f2f3-3c5a-4b5b-9d9c-6c5a9a0b2f11"));
        let error = GraphError::field("invitedUserEmailAddress", "No address.");
        let body = error.body(&ids, Timestamp::from_seconds(1_700_000_000));
        assert_eq!(body["error"]["code"], "Request_BadRequest");
        assert_eq!(body["error"]["target"], "invitedUserEmailAddress");
        assert_eq!(body["error"]["innerError"]["date"], "2023-11-14T22:13:20");
        assert_eq!(body["error"]["innerError"]["client-request-id"], "7dc0f2f3-3c5a-4b5b-9d9c-6c5a9a0b2f11");
        assert_eq!(body["error"]["innerError"]["request-id"].as_str().unwrap().len(), 36);
        let answer = GraphError::too_many(Duration::from_millis(1_200)).answer(&ids, Timestamp::from_seconds(0));
        assert_eq!((answer.status().as_u16(), &answer.headers()[RETRY_AFTER]), (429, &HeaderValue::from(2)));
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
    }

    #[test]
    fn an_id_of_the_client_is_given_back_only_if_it_is_one() {
        assert_eq!(ids(Some("abc-1")).client, "abc-1");
        for odd in ["a b", "<script>", "a\"b", &"x".repeat(65)] {
            let ids = ids(Some(odd));
            assert_eq!(ids.client, ids.request, "{odd}");
        }
        assert_eq!(ids(None).client, ids(None).request);
    }
}
