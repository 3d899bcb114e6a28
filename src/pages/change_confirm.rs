//! Asks a guest who signed in another way whether this is how they sign in from now on.

use askama::Template;

use super::chrome::{Chrome, Form};
use crate::guests::change_sign_in::Permit;
use crate::model::Method;
use crate::pages::visit::{Answer, Here};
use crate::signin::journey::Stranger;
use crate::signin::{Scene, Visit};
use crate::web::assets::FRAGMENT_SCRIPT;
use crate::web::render::{self, Page};

/// The question, or why this account cannot be it.
#[derive(Template)]
#[template(path = "change_confirm.html")]
pub struct ChangeConfirm {
    /// Around the page; `signed_in` says who.
    pub chrome: Chrome,
    /// The form that says yes; posts `identity`.
    pub form: Form,
    /// Where *Choose another account* posts to.
    pub switch_action: String,
    /// The guest.
    pub guest: String,
    /// Who signed in, as the provider names them.
    pub account: String,
    /// Where.
    pub provider: String,
    /// Which identity is shown; `None` if it cannot be the guest's.
    pub mark: Option<String>,
    /// The way back to how it was.
    pub stay_url: String,
}

impl Page for ChangeConfirm {
    fn script(&self) -> Option<&'static str> {
        Some(FRAGMENT_SCRIPT)
    }
}

/// Shows it.
pub fn show(
    here: &Here,
    visit: &Visit,
    scene: &Scene,
    permit: &Permit,
    stranger: &Stranger,
    mark: Option<String>,
) -> Answer {
    let chrome = here.chrome_of(visit, scene);
    render::page(&ChangeConfirm {
        form: here.form(visit, scene, "confirm-change"),
        switch_action: here.form(visit, scene, "switch").action,
        guest: permit.label.clone(),
        account: stranger.label.clone(),
        provider: match &stranger.identity.method {
            Method::Connection { name } => {
                visit.tenant.connection(name).map_or_else(|| name.to_string(), |one| one.display_name.clone())
            }
            Method::Tenant { tenant } => {
                visit.snapshot.tenant(*tenant).map_or_else(|| tenant.to_string(), |one| one.display_name.clone())
            }
            Method::OneTimePasscode => chrome.say("change-confirm-code"),
            Method::PersonalAccount | Method::MemberPassword => chrome.say("change-confirm-password"),
        },
        mark,
        stay_url: format!("/{}/account", visit.tenant.id),
        chrome,
    })
}
