//! Every refusal and fault, once: what it is called, what a person reads, and what to do next.

use std::sync::OnceLock;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response, StatusCode};

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
    /// Something that we need did not answer.
    Unavailable,
    /// The admin host, whose pages come with a later version.
    AdminComing,
}

struct Entry {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    body: &'static str,
    next: &'static str,
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
        let (status, code, title, body, next) = match self {
            Self::BadRequest => (
                StatusCode::BAD_REQUEST,
                "badRequest",
                "This request cannot be understood",
                "The request does not follow the rules of HTTP, so it was not passed on.",
                "Open the address again in your browser. If a program sent the request, have its maker look at it.",
            ),
            Self::AdminComing => (
                StatusCode::OK,
                "notYetHere",
                "The pages for administrators come with a later version",
                "Until then, guests, members and identity providers are looked after on the command line.",
                "Run: vestibule --help",
            ),
            Self::HeaderRefused => (
                StatusCode::BAD_REQUEST,
                "headerRefused",
                "This request was refused",
                "It carries a header field that only this gateway may set.",
                "If you use a browser extension or a tool that adds header fields, switch it off and try again.",
            ),
            Self::PathRefused => (
                StatusCode::BAD_REQUEST,
                "pathRefused",
                "This address was refused",
                "The address can be read in more than one way, so it was not passed on.",
                "Check the address, or start from the first page of the app.",
            ),
            Self::TargetTooLong => (
                StatusCode::URI_TOO_LONG,
                "targetTooLong",
                "This address is too long",
                "The address is longer than this gateway passes on.",
                "Start from the first page of the app.",
            ),
            Self::TooManyFields => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "headersTooLarge",
                "This request is too large",
                "The request carries more header fields than this gateway passes on.",
                "Delete the cookies of this site and try again.",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "methodNotAllowed",
                "This method is not allowed",
                "TRACE and CONNECT are not passed on.",
                "Open the address in your browser.",
            ),
            Self::ExpectationFailed => (
                StatusCode::EXPECTATION_FAILED,
                "expectationFailed",
                "This expectation cannot be met",
                "The request expects something that this gateway does not do.",
                "Send the request without the Expect field.",
            ),
            Self::Misdirected => (
                StatusCode::MISDIRECTED_REQUEST,
                "misdirected",
                "Nothing answers at this address",
                "This gateway does not serve the host in the address, or your browser reused a connection to another host.",
                "Check the address for typing mistakes, or reload the page.",
            ),
            Self::CommonUrl => (
                StatusCode::BAD_REQUEST,
                "commonUrl",
                "This link does not say which organization invited you",
                "The app serves several organizations, and this address names none of them.",
                "Use the link from your invitation mail, or ask the person who invited you for a link with the name of the \
                 organization in it.",
            ),
            Self::UnknownTenant => (
                StatusCode::NOT_FOUND,
                "unknownTenant",
                "There is no such organization here",
                "The organization in this address is not known, or does not offer this app.",
                "Check the address, or ask the person who invited you for a new link.",
            ),
            Self::TenantsDisagree => (
                StatusCode::BAD_REQUEST,
                "tenantsDisagree",
                "This link names two organizations",
                "Two parts of the address name different organizations, so it is not clear which one is meant.",
                "Use the link from your invitation mail, or ask for a new one.",
            ),
            Self::NotSent => (
                StatusCode::UNAUTHORIZED,
                "notSent",
                "You are not signed in, and nothing was sent",
                "Your session has ended. What you entered was not passed on to the app.",
                "Go back, copy what you entered, then sign in and send it again.",
            ),
            Self::SignInRequired => (
                StatusCode::UNAUTHORIZED,
                "signInRequired",
                "You need to sign in",
                "This address is for signed-in guests.",
                "Sign in, then try again.",
            ),
            Self::AgreementRequired => (
                StatusCode::FORBIDDEN,
                "agreementRequired",
                "Something is left to agree to",
                "Before you go on, the organization asks you to agree to something.",
                "Open the app in your browser; you will see what it is.",
            ),
            Self::OpenOutsideFrame => (
                StatusCode::UNAUTHORIZED,
                "openOutsideFrame",
                "You need to sign in",
                "A sign-in cannot be shown inside another page.",
                "Open the app on its own; you can sign in there.",
            ),
            Self::NotAssigned => (
                StatusCode::FORBIDDEN,
                "notAssigned",
                "You do not have access to this app",
                "You are signed in, but this app was not shared with you.",
                "Ask the person who invited you to give you access to this app.",
            ),
            Self::ForeignOrigin => (
                StatusCode::FORBIDDEN,
                "foreignOrigin",
                "This request came from another site",
                "Only the app's own pages may do this.",
                "Start from the first page of the app.",
            ),
            Self::SignInFailed => (
                StatusCode::BAD_REQUEST,
                "signInFailed",
                "The sign-in could not be completed here",
                "The answer to your sign-in is too old, was used already, or belongs to another browser window.",
                "Start again; if you are still signed in, you will not be asked anything.",
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "notFound",
                "There is no such page",
                "Nothing is at this address.",
                "Start from the first page of the app.",
            ),
            Self::AppDown => (
                StatusCode::BAD_GATEWAY,
                "appDown",
                "The app does not answer",
                "You are signed in, but the app behind this gateway could not be reached.",
                "Try again in a few minutes. If it lasts, tell the person who invited you.",
            ),
            Self::AppSlow => (
                StatusCode::GATEWAY_TIMEOUT,
                "appSlow",
                "The app takes too long",
                "You are signed in, but the app behind this gateway did not answer in time.",
                "Try again in a few minutes. If it lasts, tell the person who invited you.",
            ),
            Self::Loop => (
                StatusCode::LOOP_DETECTED,
                "loop",
                "This request goes round in circles",
                "The app's address leads back to this gateway.",
                "Tell the operator of this gateway.",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "This does not work at the moment",
                "A part of this gateway does not answer.",
                "Try again in a minute.",
            ),
        };
        Entry { status, code, title, body, next }
    }
}

/// A link on a problem page.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// What it says.
    pub label: &'a str,
    /// Where it leads.
    pub href: &'a str,
}

/// The page for people. `framed` pages may stand in a frame of their own host, and their links leave it.
pub fn page(problem: Problem, request_id: &str, link: Option<Link<'_>>, framed: bool) -> Response<Bytes> {
    let entry = problem.entry();
    let target = if framed { " target=\"_top\"" } else { "" };
    let link = link.map_or_else(String::new, |link| {
        format!("<p><a class=\"button\" href=\"{}\"{target}>{}</a></p>", escape(link.href), escape(link.label))
    });
    let main = format!(
        "<h1>{}</h1><p>{}</p><p>{}</p>{link}<p class=\"id\">Request id <code>{}</code></p>",
        escape(entry.title),
        escape(entry.body),
        escape(entry.next),
        escape(request_id)
    );
    let mut response = document(entry.status, entry.title, &main, framed);
    quote(&mut response, request_id);
    response
}

/// The id to quote, for tools that do not read the body.
fn quote(response: &mut Response<Bytes>, request_id: &str) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// The answer for machines; `extra` goes beside the error, e.g. `login_url`.
pub fn json(problem: Problem, request_id: &str, extra: &[(&str, &str)]) -> Response<Bytes> {
    let entry = problem.entry();
    let mut value = serde_json::json!({
        "error": { "code": entry.code, "message": entry.title, "request_id": request_id }
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
pub fn document(status: StatusCode, title: &str, main: &str, framed: bool) -> Response<Bytes> {
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><title>{}\
         </title><style>{STYLE}</style></head><body><main>{main}</main></body></html>",
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
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_next_shows_the_id_and_runs_nothing() {
        let link = Link { label: "Start <again>", href: "https://x.example/?a=1&b=\"2\"" };
        let response = page(Problem::SignInFailed, "0123abcd", Some(link), false);
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
    fn machines_read_a_code_and_the_same_id() {
        let response = json(Problem::AppDown, "0123abcd", &[("login_url", "https://x.example/")]);
        let value: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(response.status(), 502);
        assert_eq!(value["error"]["code"], "appDown");
        assert_eq!(value["error"]["request_id"], "0123abcd");
        assert_eq!(value["login_url"], "https://x.example/");
    }
}
