//! A view becomes an answer: status, headers, HTML.

use askama::Template;
use http::header::{self, HeaderValue};
use http::{Response, StatusCode};

use super::headers;

/// A view that can be sent: a template that knows its status and its script.
pub trait Page: Template {
    /// The status of the answer.
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }

    /// Where a form of the page leads that is none of ours, if it has one.
    fn sends_to(&self) -> Option<String> {
        None
    }

    /// The inline script that the template contains, byte for byte, if any.
    fn script(&self) -> Option<&'static str> {
        None
    }
}

/// Renders `page` with all headers of a page.
pub fn page(page: &impl Page) -> Response<String> {
    match page.render() {
        Ok(html) => html_response(page.status(), html, page.script(), page.sends_to().as_deref()),
        Err(error) => {
            // Templates format strings into a string, so this does not happen unless a formatter of ours fails.
            tracing::error!(%error, "a page could not be rendered");
            html_response(StatusCode::INTERNAL_SERVER_ERROR, String::new(), None, None)
        }
    }
}

fn html_response(status: StatusCode, html: String, script: Option<&str>, sends_to: Option<&str>) -> Response<String> {
    let mut response = Response::new(html);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers::for_page(response.headers_mut(), script);
    if let Some(origin) = sends_to {
        headers::may_send_to(response.headers_mut(), origin);
    }
    response
}
