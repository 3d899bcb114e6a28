//! Scripts of other sites (CORS, Fetch standard §3.2): preflights carry no cookie by design, so that each app says what becomes of
//! them.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use super::{Body, reserved};
use crate::model::Application;

/// How long a browser may remember our answer, in seconds.
const REMEMBERED: &str = "600";

/// Whether a request is a preflight and nothing else; that it has no body is looked at by whoever asks.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    let wanted = only(headers, &ACCESS_CONTROL_REQUEST_METHOD);
    method == Method::OPTIONS
        && only(headers, &ORIGIN).is_some()
        && wanted.is_some_and(|wanted| Method::from_bytes(wanted.as_bytes()).is_ok())
}

/// Whether scripts of the request's origin may call the app with the guest's session.
pub(super) fn is_listed(app: &Application, headers: &HeaderMap) -> bool {
    only(headers, &ORIGIN).is_some_and(|origin| app.traffic.cors_origins.iter().any(|known| origin == known.as_str()))
}

/// The listed origin whose script asks; what is reserved is for the app's own pages.
pub(super) fn asking(app: &Application, parts: &Parts) -> Option<HeaderValue> {
    if app.traffic.cors_origins.is_empty() || reserved::is_reserved(parts.uri.path()) {
        return None;
    }
    is_listed(app, &parts.headers).then(|| parts.headers.get(ORIGIN).cloned()).flatten()
}

/// Our answer to a preflight of a listed origin; [`state`] adds whom it is for.
pub(super) fn answer(headers: &HeaderMap) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let allowed = answer.headers_mut();
    if let Some(method) = only(headers, &ACCESS_CONTROL_REQUEST_METHOD) {
        allowed.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
    }
    if let Some(fields) = only(headers, &ACCESS_CONTROL_REQUEST_HEADERS).filter(|fields| are_names(fields)) {
        allowed.insert(ACCESS_CONTROL_ALLOW_HEADERS, fields.clone());
    }
    allowed.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBERED));
    allowed.append(VARY, HeaderValue::from_static("Access-Control-Request-Method, Access-Control-Request-Headers"));
    answer
}

/// Says that scripts of `origin` may read the answer, unless the app has said who may.
pub(super) fn state(headers: &mut HeaderMap, origin: &HeaderValue) {
    if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    headers.append(VARY, HeaderValue::from_static("Origin"));
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

fn are_names(fields: &HeaderValue) -> bool {
    let is_name = |name: &[u8]| HeaderName::from_bytes(name.trim_ascii()).is_ok();
    fields.as_bytes().split(|byte| *byte == b',').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn e5_only_an_exact_preflight_is_one() {
        let origin = ("origin", "https://portal.example");
        let method = ("access-control-request-method", "PUT");
        assert!(is_preflight(&Method::OPTIONS, &headers(&[origin, method])));
        for (asked, fields) in [
            (Method::GET, &[origin, method][..]),
            (Method::POST, &[origin, method]),
            (Method::OPTIONS, &[origin]),
            (Method::OPTIONS, &[method]),
            (Method::OPTIONS, &[]),
            (Method::OPTIONS, &[origin, origin, method]),
            (Method::OPTIONS, &[origin, method, method]),
            (Method::OPTIONS, &[origin, ("access-control-request-method", "")]),
            (Method::OPTIONS, &[origin, ("access-control-request-method", "PUT x")]),
        ] {
            assert!(!is_preflight(&asked, &headers(fields)), "{asked} {fields:?}");
        }
    }

    #[test]
    fn an_answer_repeats_names_alone() {
        let asked = |fields: &'static str| {
            let asked =
                headers(&[("access-control-request-method", "PUT"), ("access-control-request-headers", fields)]);
            answer(&asked).headers().contains_key(ACCESS_CONTROL_ALLOW_HEADERS)
        };
        assert!(asked("x-a, content-type"));
        assert!(!asked("x a") && !asked("x-a,,y") && !asked("<script>"));
    }
}
