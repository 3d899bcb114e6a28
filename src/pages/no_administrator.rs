//! Signed in, on the way to the admin pages, and not let in: who is signed in, what is missing, and how to switch.

use askama::Template;
use http::StatusCode;

use super::chrome::{Chrome, Form};
use crate::web::assets::FRAGMENT_SCRIPT;
use crate::web::render::Page;

/// The page for whoever does not administer this tenant.
#[derive(Template)]
#[template(path = "no_administrator.html")]
pub struct NoAdministrator {
    /// Around the page; `signed_in` says who.
    pub chrome: Chrome,
    /// The form that switches.
    pub form: Form,
    /// Who is signed in.
    pub address: String,
    /// Whether only a second factor is missing.
    pub second_factor: bool,
    /// The access panel.
    pub panel_url: String,
}

impl Page for NoAdministrator {
    fn status(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }

    fn script(&self) -> Option<&'static str> {
        Some(FRAGMENT_SCRIPT)
    }
}
