//! Phase 3: a request that may not pass. People are led to the broker, machines are told (decision 10).

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::permit::Detour;
pub use crate::web::audience::{Audience, audience};
use crate::web::problem::{self, Link, Problem};

/// The answer to a refused request. `login` is where a person signs in; for machines it is the page to open.
pub fn answer(detour: Detour, audience: Audience, login: &str, request_id: &str) -> Response<Bytes> {
    let problem = match (detour, audience) {
        (Detour::NoSuchTenant, _) => Problem::UnknownTenant,
        (Detour::NotAssigned, _) => Problem::NotAssigned,
        (_, Audience::Form) => Problem::NotSent,
        (_, Audience::Frame) => Problem::OpenOutsideFrame,
        (Detour::SignIn, _) => Problem::SignInRequired,
        (Detour::Agree, _) => Problem::AgreementRequired,
    };
    // A page without assignment goes to the broker too: it reads the assignments afresh, and says so if there is none.
    let leads_on = matches!(detour, Detour::SignIn | Detour::Agree)
        || (detour == Detour::NotAssigned && audience == Audience::Page);
    let link = leads_on.then_some(Link { label: problem::words("problem-sign-in"), href: login });
    match audience {
        Audience::Page if leads_on => redirect(login),
        Audience::Page | Audience::Form => problem::page(problem, request_id, link, false),
        Audience::Frame => problem::page(problem, request_id, link, true),
        Audience::Grpc => grpc(detour),
        Audience::Machine if leads_on => problem::json(problem, request_id, &[("login_url", login)]),
        Audience::Machine => problem::json(problem, request_id, &[]),
    }
}

/// A problem that no sign-in solves, in the form the audience reads.
pub fn refuse(problem: Problem, audience: Audience, request_id: &str) -> Response<Bytes> {
    match audience {
        Audience::Page | Audience::Form => problem::page(problem, request_id, None, false),
        Audience::Frame => problem::page(problem, request_id, None, true),
        Audience::Grpc | Audience::Machine => problem::json(problem, request_id, &[]),
    }
}

/// 303 and nothing else, so that no method or body is ever repeated elsewhere.
pub fn redirect(location: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_str(location).unwrap_or_else(|_| HeaderValue::from_static("/")));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// gRPC over HTTP/2 Protocol, "Trailers-Only": 16 is UNAUTHENTICATED, 7 is PERMISSION_DENIED.
fn grpc(detour: Detour) -> Response<Bytes> {
    let (status, message) = match detour {
        Detour::SignIn => ("16", "sign-in required"),
        Detour::Agree => ("7", "agreement required"),
        Detour::NotAssigned | Detour::NoSuchTenant => ("7", "no access"),
    };
    let mut response = Response::new(Bytes::new());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(HeaderName::from_static("grpc-status"), HeaderValue::from_static(status));
    headers.insert(HeaderName::from_static("grpc-message"), HeaderValue::from_static(message));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_audience_gets_an_answer_it_can_read_and_none_is_a_success_of_the_app() {
        let login = "https://login.example/authorize?x=1";
        for detour in [Detour::SignIn, Detour::Agree, Detour::NotAssigned, Detour::NoSuchTenant] {
            for audience in [Audience::Page, Audience::Form, Audience::Frame, Audience::Machine] {
                let response = answer(detour, audience, login, "id");
                assert!(!response.status().is_success(), "{detour:?} {audience:?}");
            }
            let response = answer(detour, Audience::Grpc, login, "id");
            assert_eq!(response.status(), 200);
            assert_ne!(response.headers()["grpc-status"], "0");
        }
        let response = answer(Detour::SignIn, Audience::Page, login, "id");
        assert_eq!((response.status(), response.headers()[LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, login));
        let response = answer(Detour::SignIn, Audience::Form, login, "id");
        assert_eq!(response.status(), 401);
        assert!(std::str::from_utf8(response.body()).unwrap().contains("nothing was sent"));
        let response = answer(Detour::SignIn, Audience::Frame, login, "id");
        assert!(std::str::from_utf8(response.body()).unwrap().contains("target=\"_top\""));
        let response = answer(Detour::SignIn, Audience::Machine, login, "id");
        let value: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!((response.status().as_u16(), value["login_url"].as_str()), (401, Some(login)));
    }
}
