//! Phase 3: a request that may not pass. People are led to the broker, machines are told (decision 10).

use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use super::permit::Detour;
use crate::i18n::Language;
pub use crate::web::audience::{Audience, audience};
use crate::web::language;
use crate::web::problem::{self, Link, Problem};

/// Who reads an answer of ours, and in which language.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// A person or a machine.
    pub audience: Audience,
    /// The `Accept-Language` of the request, looked at only when there is something to read.
    pub accepts: Option<&'a HeaderValue>,
}

impl<'a> Reader<'a> {
    /// The reader of the answer to a request.
    pub fn of(method: &Method, headers: &'a HeaderMap) -> Self {
        Self { audience: audience(method, headers), accepts: headers.get(ACCEPT_LANGUAGE) }
    }

    fn language(self) -> Language {
        language::of_browser(self.accepts)
    }
}

/// The answer to a refused request. `login` is where a person signs in; for machines it is the page to open.
pub fn answer(detour: Detour, reader: Reader<'_>, login: &str, request_id: &str) -> Response<Bytes> {
    let audience = reader.audience;
    let problem = match (detour, audience) {
        (Detour::NoSuchTenant, _) => Problem::UnknownTenant,
        (Detour::NotAssigned, _) => Problem::NotAssigned,
        (_, Audience::Form) => Problem::NotSent,
        (_, Audience::Frame) => Problem::OpenOutsideFrame,
        (Detour::SignIn, _) => Problem::SignInRequired,
        (Detour::SecondFactor, _) => Problem::SecondFactorRequired,
        (Detour::Agree, _) => Problem::AgreementRequired,
    };
    // A page without assignment goes to the broker too: it reads the assignments afresh, and says so if there is none.
    let leads_on = matches!(detour, Detour::SignIn | Detour::SecondFactor | Detour::Agree)
        || (detour == Detour::NotAssigned && audience == Audience::Page);
    match audience {
        Audience::Page if leads_on => redirect(login),
        Audience::Page | Audience::Form | Audience::Frame => {
            let language = reader.language();
            let link = leads_on.then(|| Link { label: language.say("problem-sign-in"), href: login });
            problem::page(problem, &language, request_id, link, audience == Audience::Frame)
        }
        Audience::Grpc => grpc(detour),
        Audience::Machine if leads_on => problem::json(problem, request_id, &[("login_url", login)]),
        Audience::Machine => problem::json(problem, request_id, &[]),
    }
}

/// A problem that no sign-in solves, in the form the audience reads.
pub fn refuse(problem: Problem, reader: Reader<'_>, request_id: &str) -> Response<Bytes> {
    refuse_with(problem, None, reader, request_id)
}

/// The same, with what the operator says to it.
pub fn refuse_with(problem: Problem, note: Option<&str>, reader: Reader<'_>, request_id: &str) -> Response<Bytes> {
    match reader.audience {
        Audience::Page | Audience::Form | Audience::Frame => {
            let framed = reader.audience == Audience::Frame;
            match note.filter(|note| !note.is_empty()) {
                Some(note) => problem::page_with_note(problem, note, &reader.language(), request_id, framed),
                None => problem::page(problem, &reader.language(), request_id, None, framed),
            }
        }
        Audience::Grpc | Audience::Machine => problem::json(problem, request_id, &[]),
    }
}

/// The methods that something here may have.
pub const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Our own answer to an `OPTIONS` that goes no further: to the server as a whole (RFC 9110 §9.3.7), or by its `Max-Forwards`
/// (§7.6.2).
pub fn methods() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(METHODS));
    response
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
        Detour::SecondFactor => ("16", "second factor required"),
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

    fn reader(audience: Audience) -> Reader<'static> {
        Reader { audience, accepts: None }
    }

    #[test]
    fn each_audience_gets_an_answer_it_can_read_and_none_is_a_success_of_the_app() {
        let login = "https://login.example/authorize?x=1";
        for detour in [Detour::SignIn, Detour::SecondFactor, Detour::Agree, Detour::NotAssigned, Detour::NoSuchTenant] {
            for audience in [Audience::Page, Audience::Form, Audience::Frame, Audience::Machine] {
                let response = answer(detour, reader(audience), login, "id");
                assert!(!response.status().is_success(), "{detour:?} {audience:?}");
            }
            let response = answer(detour, reader(Audience::Grpc), login, "id");
            assert_eq!(response.status(), 200);
            assert_ne!(response.headers()["grpc-status"], "0");
        }
        let response = answer(Detour::SignIn, reader(Audience::Page), login, "id");
        assert_eq!((response.status(), response.headers()[LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, login));
        let response = answer(Detour::SignIn, reader(Audience::Form), login, "id");
        assert_eq!(response.status(), 401);
        assert!(std::str::from_utf8(response.body()).unwrap().contains("nothing was sent"));
        let response = answer(Detour::SignIn, reader(Audience::Frame), login, "id");
        assert!(std::str::from_utf8(response.body()).unwrap().contains("target=\"_top\""));
        let response = answer(Detour::SignIn, reader(Audience::Machine), login, "id");
        let value: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!((response.status().as_u16(), value["login_url"].as_str()), (401, Some(login)));
    }

    #[test]
    fn people_read_what_is_wrong_in_the_language_of_their_browser() {
        let accepts = HeaderValue::from_static("nl-BE, en;q=0.5");
        let page = |audience| {
            let reader = Reader { audience, accepts: Some(&accepts) };
            refuse(Problem::CommonUrl, reader, "id").into_body()
        };
        let text = |body: &Bytes| String::from_utf8(body.to_vec()).unwrap();
        assert!(text(&page(Audience::Page)).contains("<html lang=\"nl\">"));
        assert!(text(&page(Audience::Machine)).contains("commonUrl"));
        assert!(!text(&page(Audience::Machine)).contains("organisatie"), "machines read English");
    }
}
