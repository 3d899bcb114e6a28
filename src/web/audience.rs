//! Page or machine: who waits for an answer (decision 10).

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

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
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(CONTENT_TYPE).is_some_and(|value| value.starts_with("application/grpc")) {
        return Audience::Grpc;
    }
    let reads = method == Method::GET || method == Method::HEAD;
    let navigates = match (text(SEC_FETCH_MODE), text(SEC_FETCH_DEST)) {
        (Some("navigate"), Some("document")) => true,
        (Some("navigate"), Some("iframe" | "frame" | "embed" | "object" | "fencedframe")) => return Audience::Frame,
        (None, None) => text(X_REQUESTED_WITH).is_none() && accepts_page(headers, reads),
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
        let pages = ["text/html", "application/xhtml+xml"];
        line.to_str().unwrap_or_default().split(',').any(|range| {
            let range = range.split(';').next().unwrap_or_default().trim();
            pages.iter().any(|page| range.eq_ignore_ascii_case(page)) || (reads && range == "*/*")
        })
    };
    headers.get_all(ACCEPT).iter().any(wants)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(method: Method, fields: &[(&'static str, &'static str)]) -> Audience {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        audience(&method, &headers)
    }

    #[test]
    fn decision_10_row_by_row() {
        let page = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        let frame = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
        let fetch = [("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty"), ("accept", "text/html")];
        assert_eq!(who(Method::GET, &page), Audience::Page);
        assert_eq!(who(Method::HEAD, &page), Audience::Page);
        assert_eq!(who(Method::POST, &page), Audience::Form);
        assert_eq!(who(Method::GET, &frame), Audience::Frame);
        assert_eq!(who(Method::GET, &fetch), Audience::Machine);
        assert_eq!(who(Method::GET, &[("accept", "*/*")]), Audience::Page, "curl");
        assert_eq!(who(Method::GET, &[("accept", "text/html,application/xhtml+xml;q=0.9")]), Audience::Page);
        assert_eq!(who(Method::GET, &[("accept", "application/json")]), Audience::Machine);
        assert_eq!(who(Method::GET, &[]), Audience::Machine);
        assert_eq!(who(Method::GET, &[("accept", "*/*"), ("x-requested-with", "XMLHttpRequest")]), Audience::Machine);
        assert_eq!(who(Method::POST, &[("accept", "text/html")]), Audience::Form);
        assert_eq!(who(Method::POST, &[("accept", "*/*")]), Audience::Machine);
        assert_eq!(who(Method::OPTIONS, &[("accept", "*/*")]), Audience::Machine);
        assert_eq!(who(Method::POST, &[("content-type", "application/grpc+proto")]), Audience::Grpc);
        assert_eq!(
            who(Method::GET, &[("sec-fetch-mode", "websocket"), ("sec-fetch-dest", "websocket")]),
            Audience::Machine
        );
    }
}
