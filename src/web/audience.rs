//! Page or machine: who waits for an answer (decision 10).

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};

/// Who waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A person who opens a page.
    Page,
    /// A person who sends a form.
    Form,
    /// A page inside a frame, where a sign-in must not be shown.
    Frame,
    /// A gRPC client, which reads `grpc-status` and no HTTP status.
    Grpc,
    /// Any other program.
    Machine,
}

/// Tells people from machines. Browsers say it in `Sec-Fetch-*`; without these the `Accept` field decides.
pub fn audience(method: &Method, headers: &HeaderMap) -> Audience {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text(CONTENT_TYPE.as_str()).is_some_and(|value| value.starts_with("application/grpc")) {
        return Audience::Grpc;
    }
    let reads = method == Method::GET || method == Method::HEAD;
    let navigates = match (text("sec-fetch-mode"), text("sec-fetch-dest")) {
        (Some("navigate"), Some("document")) => true,
        (Some("navigate"), Some("iframe" | "frame" | "embed" | "object" | "fencedframe")) => return Audience::Frame,
        (None, None) => text("x-requested-with").is_none() && accepts_page(headers, reads),
        _ => false,
    };
    match (navigates, reads) {
        (false, _) => Audience::Machine,
        (true, true) => Audience::Page,
        (true, false) => Audience::Form,
    }
}

/// A GET may say `*/*` and still be a person with a plain tool; a POST has to ask for a page.
fn accepts_page(headers: &HeaderMap, reads: bool) -> bool {
    let wants = |line: &HeaderValue| {
        let text = line.to_str().unwrap_or_default().to_ascii_lowercase();
        text.split(',')
            .map(|range| range.split(';').next().unwrap_or_default().trim().to_owned())
            .any(|range| matches!(range.as_str(), "text/html" | "application/xhtml+xml") || (reads && range == "*/*"))
    };
    headers.get_all(ACCEPT).iter().any(wants)
}
