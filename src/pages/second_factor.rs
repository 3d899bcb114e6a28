//! The pages of the second step, and of a new password: show a factor, register one, keep the recovery codes.

use askama::Template;
use http::StatusCode;

use super::account::views::SignInFirst;
use super::answers::{Next, Refused, wrong};
use super::chrome::{Chrome, Form};
use super::field_error::FieldError;
use super::journey::Remark;
use super::passkey::{PasskeyForm, split};
use super::qr;
use super::sign_in::{journey_page, passkey_page};
use super::visit::{Answer, Here, with_session};
use crate::signin::enroll::{self, Enrolled, Offer};
use crate::signin::reset::{self, NewPassword as Outcome};
use crate::signin::second_factor::{Shown, show_code};
use crate::signin::{Scene, SigninError, Visit, limits, passkeys};
use crate::urls::methods_path;
use crate::web::assets::{FRAGMENT_SCRIPT, PASSKEY_SCRIPT};
use crate::web::form::Form as Fields;
use crate::web::interstitial::see_other;
use crate::web::render::{self, Page};

/// Asks for the second factor. Posts `code`.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactor {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Where *Use another account* posts to.
    pub switch_action: String,
    /// Whether there is an authenticator app.
    pub app: bool,
    /// What is wrong with the code, in words.
    pub error: Option<String>,
    /// A passkey instead.
    pub passkey: Option<PasskeyForm>,
}

/// Registers an authenticator app. Posts `code`.
#[derive(Template)]
#[template(path = "enroll_second_factor.html")]
pub struct EnrollSecondFactor {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Whether the organization demands it, rather than the person wanting it.
    pub demanded: bool,
    /// The QR code as a `data:` address.
    pub qr: Option<String>,
    /// The secret in groups.
    pub secret: String,
    /// What is wrong with the code, in words.
    pub error: Option<String>,
    /// A passkey instead.
    pub passkey: Option<PasskeyForm>,
}

/// Shows new recovery codes.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodes {
    /// Around the page.
    pub chrome: Chrome,
    /// The codes; none if they were shown too long ago.
    pub codes: Vec<String>,
    /// Where it goes on.
    pub continue_url: String,
}

/// Chooses a new password for a personal account. Posts `password`.
#[derive(Template)]
#[template(path = "new_password.html")]
pub struct NewPassword {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// The address of the account.
    pub address: String,
    /// What is wrong, in words.
    pub error: Option<String>,
}

passkey_page!(SecondFactor, EnrollSecondFactor);

journey_page! {
    NewPassword => StatusCode::OK,
}

impl Page for RecoveryCodes {}

impl EnrollSecondFactor {
    /// The page for an offer.
    pub fn new(chrome: Chrome, form: Form, demanded: bool, offer: Offer, error: Option<String>) -> Self {
        Self { chrome, form, demanded, qr: qr::data_address(&offer.uri), secret: offer.secret, error, passkey: None }
    }
}

/// Shows the page on which a factor is registered because the organization demands one.
pub async fn enrolling(here: &Here, visit: &Visit, scene: &Scene, remark: Remark) -> Answer {
    let Some(session) = &scene.session else { return here.failed(visit, &SigninError::OutOfStep) };
    let chrome = here.chrome_of(visit, scene);
    let (about_passkey, error) = split(&remark, &chrome.language);
    let offer = match enroll::offer(&here.app, session).await {
        Ok(offer) => offer,
        // Signed in a while ago: what is registered now would guard everything from now on.
        Err(SigninError::OutOfStep) => {
            return render::page(&SignInFirst {
                lead: "sign-in-first-lead",
                form: here.form(visit, scene, "again"),
                stay_url: here.app.urls.panel(visit.tenant.id),
                chrome,
            });
        }
        Err(error) => return here.failed(visit, &error),
    };
    let passkey = match passkeys::offer(&here.app, visit, session).await {
        Ok(ceremony) => ceremony,
        Err(error) => return here.failed(visit, &error),
    };
    let passkey = passkey.map(|it| PasskeyForm::create(here.form(visit, scene, "passkey"), it, about_passkey));
    let form = here.form(visit, scene, "enroll");
    render::page(&EnrollSecondFactor { passkey, ..EnrollSecondFactor::new(chrome, form, true, offer, error) })
}

/// Asks for a factor that is registered.
pub async fn showing(here: &Here, visit: &Visit, scene: &Scene, remark: Remark) -> Answer {
    let Some(session) = &scene.session else { return here.failed(visit, &SigninError::OutOfStep) };
    let chrome = here.chrome_of(visit, scene);
    let (about_passkey, error) = split(&remark, &chrome.language);
    let asked = match passkeys::ask_owner(&here.app, visit, session).await {
        Ok(asked) => asked,
        Err(error) => return here.failed(visit, &error),
    };
    let form = |action: &str| here.form(visit, scene, action);
    render::page(&SecondFactor {
        form: form("second-factor"),
        switch_action: form("switch").action,
        app: asked.app,
        error,
        passkey: asked.passkey.map(|it| PasskeyForm::get(form("passkey"), it, about_passkey)),
        chrome,
    })
}

/// A code of the authenticator app, or a recovery code.
pub(super) async fn show(here: &Here, visit: &Visit, scene: Scene, fields: &Fields) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let Some(session) = &scene.session else { return Err(Refused::Step(SigninError::OutOfStep)) };
    match show_code(&here.app, visit, session, fields.text("code")).await? {
        Shown::Passed(cookie) => Ok(Next::SignedIn { cookie, address: None }),
        Shown::Wrong => Ok(wrong(FieldError::SecondFactorWrong, "")),
    }
}

/// The first code of a new authenticator app; then the recovery codes are shown.
pub(super) async fn enroll(here: &Here, visit: &Visit, scene: Scene, fields: &Fields) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let Some(session) = &scene.session else { return Err(Refused::Step(SigninError::OutOfStep)) };
    let languages = [here.language(Some(&visit.tenant)).tag().to_owned()];
    match enroll::confirm(&here.app, visit, session, fields.text("code"), &languages).await? {
        Enrolled::Done(cookie) => Ok(to_recovery_codes(here, visit, &cookie)),
        Enrolled::Wrong => Ok(wrong(FieldError::EnrollWrong, "")),
    }
}

/// Shows the recovery codes that were just made, then goes on to where the tab wanted to go.
pub(super) fn to_recovery_codes(here: &Here, visit: &Visit, cookie: &str) -> Next {
    let ticket = visit.ticket.seal(&here.app.keys, visit.tenant.id);
    let url = format!("{}/recovery-codes?t={ticket}", methods_path(visit.tenant.id));
    Next::Page(Box::new(with_session(see_other(&url), Some(cookie))))
}

/// A new password, once the mailbox is proved.
pub(super) async fn new_password(
    here: &Here,
    visit: &Visit,
    mut scene: Scene,
    fields: &Fields,
) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let address = scene.address();
    let languages = [here.language(Some(&visit.tenant)).tag().to_owned()];
    match reset::set_password(&here.app, visit, &mut scene, fields.text("password"), &languages).await? {
        Outcome::SignedIn(cookie) => Ok(Next::SignedIn { cookie, address }),
        Outcome::Stranger => Ok(Next::On),
        Outcome::Fault(fault) => Ok(wrong(FieldError::from(fault), "")),
    }
}
