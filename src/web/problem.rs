//! Every refusal and fault, once: what it is called, what a person reads, and what to do next.

use std::sync::OnceLock;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::i18n::{Language, TEXTS};

/// What can stand between a request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Message framing, target or fields that no two programs need read alike.
    BadRequest,
    /// A header field that clients must not send.
    HeaderRefused,
    /// A path that could be read in two ways.
    PathRefused,
    /// Request target too long.
    TargetTooLong,
    /// Too many header fields.
    TooManyFields,
    /// TRACE or CONNECT.
    MethodNotAllowed,
    /// An expectation that nobody meets.
    ExpectationFailed,
    /// A host that nothing answers on, or another one than the TLS session is for.
    Misdirected,
    /// A URL without a tenant.
    CommonUrl,
    /// Unknown, disabled and refused tenants look alike.
    UnknownTenant,
    /// Two tenants in one URL.
    TenantsDisagree,
    /// A form came without a session; nothing was sent to the app.
    NotSent,
    /// A machine has to get a session first.
    SignInRequired,
    /// A machine's user has something left to agree to.
    AgreementRequired,
    /// A machine's user has to show a second factor first.
    SecondFactorRequired,
    /// A frame cannot show a sign-in.
    OpenOutsideFrame,
    /// Signed in, and not assigned to this app.
    NotAssigned,
    /// A WebSocket or form from a page of somebody else.
    ForeignOrigin,
    /// The sign-in could not be completed on this host.
    SignInFailed,
    /// A reserved address that does not exist.
    NotFound,
    /// The app refused the connection or broke off.
    AppDown,
    /// The app did not answer in time.
    AppSlow,
    /// The request passed here too often.
    Loop,
    /// The operator closed the app for a while.
    Maintenance,
    /// Something that we need did not answer.
    Unavailable,
    /// Signed in on the admin host, and no administrator of the tenant.
    NoAdministrator,
    /// More than the app takes at once.
    BodyTooLarge,
    /// A body that came slower than anybody's connection is.
    BodyTooSlow,
    /// A kept form that is not there (any more), or not for this browser.
    FormGone,
    /// The browser keeps no cookies here, so that no sign-in can last.
    CookiesBlocked,
    /// The browser goes round between app and sign-in.
    SignInLoop,
}

struct Entry {
    status: StatusCode,
    code: &'static str,
    /// The middle of the keys of its words.
    words: &'static str,
}

impl Entry {
    fn title(&self, language: &Language) -> String {
        self.say_for("problem", "title", language)
    }

    fn what(&self, language: &Language) -> String {
        self.say_for("problem", "what", language)
    }

    fn next(&self, language: &Language) -> String {
        self.say_for("problem", "next", language)
    }

    fn say_for(&self, beginning: &str, end: &str, language: &Language) -> String {
        language.say(&format!("{beginning}-{}-{end}", self.words))
    }
}

impl Problem {
    /// Status of the answer.
    pub fn status(self) -> StatusCode {
        self.entry().status
    }

    /// Name for machines.
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    fn entry(self) -> Entry {
        let (status, code, words) = match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, "badRequest", "bad-request"),
            Self::NoAdministrator => (StatusCode::FORBIDDEN, "noAdministrator", "no-administrator"),
            Self::HeaderRefused => (StatusCode::BAD_REQUEST, "headerRefused", "header-refused"),
            Self::PathRefused => (StatusCode::BAD_REQUEST, "pathRefused", "path-refused"),
            Self::TargetTooLong => (StatusCode::URI_TOO_LONG, "targetTooLong", "target-too-long"),
            Self::TooManyFields => (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headersTooLarge", "too-many-fields"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", "method-not-allowed"),
            Self::ExpectationFailed => (StatusCode::EXPECTATION_FAILED, "expectationFailed", "expectation-failed"),
            Self::Misdirected => (StatusCode::MISDIRECTED_REQUEST, "misdirected", "misdirected"),
            Self::CommonUrl => (StatusCode::BAD_REQUEST, "commonUrl", "common-url"),
            Self::UnknownTenant => (StatusCode::NOT_FOUND, "unknownTenant", "unknown-tenant"),
            Self::TenantsDisagree => (StatusCode::BAD_REQUEST, "tenantsDisagree", "tenants-disagree"),
            Self::NotSent => (StatusCode::UNAUTHORIZED, "notSent", "not-sent"),
            Self::SignInRequired => (StatusCode::UNAUTHORIZED, "signInRequired", "sign-in-required"),
            Self::AgreementRequired => (StatusCode::FORBIDDEN, "agreementRequired", "agreement-required"),
            Self::SecondFactorRequired => (StatusCode::UNAUTHORIZED, "secondFactorRequired", "second-factor-required"),
            Self::OpenOutsideFrame => (StatusCode::UNAUTHORIZED, "openOutsideFrame", "open-outside-frame"),
            Self::NotAssigned => (StatusCode::FORBIDDEN, "notAssigned", "not-assigned"),
            Self::ForeignOrigin => (StatusCode::FORBIDDEN, "foreignOrigin", "foreign-origin"),
            Self::SignInFailed => (StatusCode::BAD_REQUEST, "signInFailed", "sign-in-failed"),
            Self::NotFound => (StatusCode::NOT_FOUND, "notFound", "not-found"),
            Self::AppDown => (StatusCode::BAD_GATEWAY, "appDown", "app-down"),
            Self::AppSlow => (StatusCode::GATEWAY_TIMEOUT, "appSlow", "app-slow"),
            Self::Loop => (StatusCode::LOOP_DETECTED, "loop", "loop"),
            Self::Maintenance => (StatusCode::SERVICE_UNAVAILABLE, "maintenance", "maintenance"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "unavailable"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "bodyTooLarge", "body-too-large"),
            Self::BodyTooSlow => (StatusCode::REQUEST_TIMEOUT, "bodyTooSlow", "body-too-slow"),
            Self::FormGone => (StatusCode::GONE, "formGone", "form-gone"),
            Self::CookiesBlocked => (StatusCode::BAD_REQUEST, "cookiesBlocked", "cookies-blocked"),
            Self::SignInLoop => (StatusCode::LOOP_DETECTED, "signInLoop", "sign-in-loop"),
        };
        Entry { status, code, words }
    }
}

/// A link on a problem page.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: &'a str,
}

/// The page for people, in the language that the browser asked for ([`super::language`]). `framed` pages may stand in a
/// frame of their own host, and their links leave it.
pub fn page(
    problem: Problem,
    language: &Language,
    request_id: &str,
    link: Option<Link<'_>>,
    framed: bool,
) -> Response<Bytes> {
    let target = if framed { " target=\"_top\"" } else { "" };
    let link = link.map_or_else(String::new, |link| {
        format!("<p><a class=\"button\" href=\"{}\"{target}>{}</a></p>", escape(link.href), escape(&link.label))
    });
    page_of(problem, &link, language, request_id, framed)
}

/// The same page with what the operator says to it, line by line as it was typed.
pub fn page_with_note(
    problem: Problem,
    note: &str,
    language: &Language,
    request_id: &str,
    framed: bool,
) -> Response<Bytes> {
    let lines: Vec<String> = note.lines().map(escape).collect();
    page_of(problem, &format!("<p>{}</p>", lines.join("<br>")), language, request_id, framed)
}

fn page_of(problem: Problem, besides: &str, language: &Language, request_id: &str, framed: bool) -> Response<Bytes> {
    let entry = problem.entry();
    let main = format!(
        "<h1>{}</h1><p>{}</p><p>{}</p>{besides}<p class=\"id\">{} <code>{}</code></p>",
        escape(&entry.title(language)),
        escape(&entry.what(language)),
        escape(&entry.next(language)),
        escape(&language.say("problem-request-id")),
        escape(request_id)
    );
    let mut response = document(entry.status, language, &entry.title(language), &main, framed);
    quote(&mut response, request_id);
    response
}

/// The id to quote, for tools that do not read the body.
fn quote(response: &mut Response<Bytes>, request_id: &str) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// The answer for machines, in English; `extra` goes beside the error, e.g. `login_url`.
pub fn json(problem: Problem, request_id: &str, extra: &[(&str, &str)]) -> Response<Bytes> {
    let entry = problem.entry();
    let mut value = serde_json::json!({
        "error": { "code": entry.code, "message": entry.title(TEXTS.english()), "request_id": request_id }
    });
    if let Some(object) = value.as_object_mut() {
        object.extend(extra.iter().map(|(name, text)| ((*name).to_owned(), serde_json::Value::from(*text))));
    }
    let mut response = Response::new(Bytes::from(value.to_string()));
    *response.status_mut() = entry.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    quote(&mut response, request_id);
    response
}

/// A self-contained page: no script, no request to anywhere, one style that is allowed by its hash.
pub fn document(status: StatusCode, language: &Language, title: &str, main: &str, framed: bool) -> Response<Bytes> {
    let body = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><title>{}\
         </title><style>{STYLE}</style></head><body><main>{main}</main></body></html>",
        language.tag(),
        escape(title)
    );
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let frame = HeaderValue::from_static(if framed { "SAMEORIGIN" } else { "DENY" });
    headers.insert(X_FRAME_OPTIONS, frame);
    headers.insert(CONTENT_SECURITY_POLICY, policy(framed));
    response
}

/// The tokens of the pages' style sheet, repeated: this page must stand on an app's host, where nothing of ours is served.
const STYLE: &str = "*{box-sizing:border-box}\
body{margin:0;font:1rem/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;color:#14201e;background:#e2e8e4}\
main{max-width:34rem;margin:12vh auto 2rem;padding:2rem;background:#fff;border-radius:1rem;box-shadow:0 1px 2px rgb(20 32 30/6%),0 12px 32px -12px rgb(20 32 30/18%)}\
h1{margin:0 0 1rem;font-size:1.625rem;line-height:1.25}p{margin:0 0 1rem}.id{margin:1.5rem 0 0;font-size:.875rem;color:#4b5955}\
code{font:inherit;font-family:ui-monospace,monospace;overflow-wrap:anywhere}\
.button,button{display:inline-block;min-height:2.75rem;padding:.6rem 1.5rem;border:0;border-radius:.5rem;background:#0f5f5c;color:#fff;font:inherit;font-weight:600;text-decoration:none;cursor:pointer}\
.plain{background:none;color:#14201e;border:1px solid #74817c}:focus-visible{outline:3px solid #1450d2;outline-offset:2px}\
@media (max-width:40rem){main{margin:1rem;padding:1.5rem}}\
@media (prefers-color-scheme:dark){body{color:#e9efec;background:#0a0f0e}main{background:#19221f;box-shadow:none}.id{color:#a8b6b1}.button,button{background:#74d1c5;color:#14201e}.plain{background:none;color:#e9efec;border-color:#7d8c87}:focus-visible{outline-color:#9dbcff}}";

fn policy(framed: bool) -> HeaderValue {
    static POLICIES: OnceLock<[HeaderValue; 2]> = OnceLock::new();
    let [alone, within] = POLICIES.get_or_init(|| {
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
        let hash = data_encoding::BASE64.encode(hash.as_ref());
        ["'none'", "'self'"].map(|ancestors| {
            let policy = format!(
                "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
            );
            HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
        })
    });
    if framed { within.clone() } else { alone.clone() }
}

/// Escapes a text for HTML, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
pub(crate) mod samples;

#[cfg(test)]
mod tests {
    use super::samples::ALL;
    use super::*;

    #[test]
    fn a_page_says_what_next_shows_the_id_and_runs_nothing() {
        let link = Link { label: "Start <again>".to_owned(), href: "https://x.example/?a=1&b=\"2\"" };
        let response = page(Problem::SignInFailed, TEXTS.english(), "0123abcd", Some(link), false);
        let body = String::from_utf8(response.body().to_vec()).unwrap();
        assert!(body.contains("0123abcd") && body.contains("Start &lt;again&gt;") && !body.contains("<script"));
        assert!(body.contains("href=\"https://x.example/?a=1&amp;b=&quot;2&quot;\""));
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-") && policy.ends_with("frame-ancestors 'none'")
        );
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }

    #[test]
    fn every_problem_has_its_words() {
        for problem in ALL {
            let entry = problem.entry();
            for language in TEXTS.languages() {
                for text in [entry.title(language), entry.what(language), entry.next(language)] {
                    assert!(!text.contains('⟦') && text.len() > 10, "{problem:?} in {language:?}: {text}");
                }
                let body = page(problem, language, "0123abcd", None, false).into_body();
                let start = format!("<!doctype html><html lang=\"{}\">", language.tag());
                assert!(body.starts_with(start.as_bytes()), "{problem:?}");
            }
        }
    }

    #[test]
    fn machines_read_a_code_and_the_same_id() {
        let response = json(Problem::AppDown, "0123abcd", &[("login_url", "https://x.example/")]);
        let value: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(response.status(), 502);
        assert_eq!(value["error"]["code"], "appDown");
        assert_eq!(value["error"]["request_id"], "0123abcd");
        assert_eq!(value["login_url"], "https://x.example/");
    }
}
