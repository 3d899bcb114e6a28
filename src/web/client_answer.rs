//! An answer to an OIDC client on its way through the browser: by a redirect, by a page that goes on, or as a form.

use askama::Template;
use http::Response;

use super::chrome::Chrome;
use super::interstitial::{Destination, see_other};
use super::render::{self, Page};
use crate::model::{ClientAnswer, ResponseMode};

/// Sends the form as soon as it is there; without JavaScript the person presses the button.
pub const SUBMIT_SCRIPT: &str = include_str!("assets/submit.js");

/// A page that goes on by itself, without JavaScript: the browser came here through a form, and a redirect from a form must not
/// leave our host (decision 12).
#[derive(Template)]
#[template(path = "go_on.html")]
pub struct GoOn {
    /// Around the page.
    pub chrome: Chrome,
    /// Where to.
    pub destination: Destination,
}

impl Page for GoOn {}

/// The answer as a form that leads to the client (OAuth 2.0 Form Post Response Mode).
#[derive(Template)]
#[template(path = "form_post.html")]
pub struct FormPost {
    /// Around the page.
    pub chrome: Chrome,
    /// The client's redirect URI.
    pub destination: Destination,
    /// What is sent.
    pub fields: Vec<(&'static str, String)>,
}

impl Page for FormPost {
    fn script(&self) -> Option<&'static str> {
        Some(SUBMIT_SCRIPT)
    }

    fn sends_to(&self) -> Option<String> {
        Some(self.destination.origin())
    }
}

/// Sends the answer on. `after_form` says that the browser is still in a form's redirect chain.
pub fn send(answer: &ClientAnswer, chrome: Chrome, after_form: bool) -> Response<String> {
    // It was checked when the client was registered, and a client is matched by what it registered.
    let Some(destination) = Destination::of_client(&answer.url()) else { return see_other("/") };
    match answer.mode {
        ResponseMode::FormPost => {
            // Its policy lets forms lead to the client alone, so that one to sign out would not work here.
            let chrome = Chrome { signed_in: None, ..chrome };
            render::page(&FormPost { chrome, destination, fields: answer.fields.clone() })
        }
        ResponseMode::Query | ResponseMode::Fragment if after_form => render::page(&GoOn { chrome, destination }),
        ResponseMode::Query | ResponseMode::Fragment => see_other(destination.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b12_what_no_client_can_have_registered_leads_nowhere() {
        for bad in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x", "file:///x", "x"] {
            assert!(Destination::of_client(bad).is_none(), "{bad}");
        }
        let native = Destination::of_client("com.example.app:/cb?code=a").unwrap();
        assert_eq!(native.as_str(), "com.example.app:/cb?code=a");
    }
}
