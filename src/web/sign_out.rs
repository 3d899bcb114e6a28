//! Leaving: the question how far, and the page after it.

use askama::Template;

use crate::web::render::Page;

use super::chrome::{Chrome, Form};

/// Asks how far to sign out. Posts `scope` = `tenant`, `everywhere` or `home`.
#[derive(Template)]
#[template(path = "sign_out_confirm.html")]
pub struct SignOutConfirm {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// The home organization, if one can sign out there too.
    pub home: Option<String>,
    /// Whether a change of how a guest signs in is under way, which signing out gives up.
    pub changing: bool,
    /// The page to go back to instead.
    pub stay_url: Option<String>,
}

/// The guest is signed out.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    /// Around the page, without `signed_in`.
    pub chrome: Chrome,
    /// Where to sign in again.
    pub again_url: Option<String>,
}

impl Page for SignOutConfirm {}
impl Page for SignedOut {}
