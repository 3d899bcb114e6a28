//! An answer of ours: a page with its cookies, or the same in JSON for whoever is no person.

use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};

use super::RequestId;
use super::audience::{Audience, audience};
use super::chrome::Chrome;
use super::notice::{Notice, NoticePage};
use super::render;
use crate::session::{SESSION_COOKIE, expired, session_cookie};

/// An answer of ours.
pub type Answer = Response<String>;

/// What is the matter: a page for people, JSON for machines, with the id to quote for both.
pub fn notice(chrome: Chrome, notice: Notice, method: &Method, headers: &HeaderMap, id: RequestId) -> Answer {
    let code = notice.code();
    let mut answer = render::page(&NoticePage { chrome, notice });
    if audience(method, headers) == Audience::Machine {
        let message = "This address is for people. Open it in a browser to read what to do next.";
        let id = id.to_string();
        let body = serde_json::json!({ "error": { "code": code, "message": message, "request_id": id } });
        *answer.body_mut() = body.to_string();
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    answer.headers_mut().insert(HeaderName::from_static("x-request-id"), id.value());
    answer
}

/// Adds a cookie to an answer.
pub fn set_cookie<B>(answer: &mut Response<B>, cookie: &str) {
    if let Ok(value) = HeaderValue::try_from(cookie) {
        answer.headers_mut().append(SET_COOKIE, value);
    }
}

/// Adds the new session cookie to an answer, if the step made one.
pub fn with_session(mut answer: Answer, cookie: Option<&str>) -> Answer {
    if let Some(cookie) = cookie {
        set_cookie(&mut answer, &session_cookie(cookie));
    }
    answer
}

/// Takes the session cookie away.
pub fn without_session(mut answer: Answer) -> Answer {
    set_cookie(&mut answer, &expired(SESSION_COOKIE));
    answer
}

/// An error with its causes, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
