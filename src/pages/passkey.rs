//! Passkeys on pages: a form that only a browser with the script shows, and what its answer does.

use super::answers::{Next, Refused, wrong};
use super::chrome::Form;
use super::field_error::FieldError;
use super::journey::{Remark, ask_address};
use super::second_factor::to_recovery_codes;
use super::visit::Here;
use crate::i18n::Language;
use crate::signin::passkeys::{self, Ceremony, Entered, Made, Registered};
use crate::signin::second_factor::Shown;
use crate::signin::{Scene, SigninError, Step, Visit, limits};
use crate::web::form::Form as Fields;

/// A form that asks the browser for a passkey. It stays hidden until the script has found that the browser knows how. Posts
/// `state` and `credential`.
#[derive(Clone, Debug)]
pub struct PasskeyForm {
    /// The form.
    pub form: Form,
    /// What the browser is asked.
    pub ceremony: Ceremony,
    /// Whether a new one is made.
    pub creates: bool,
    /// Whether the browser offers it by itself beside the address field.
    pub conditional: bool,
    /// Whether the name in the field `name` of the page is sent along.
    pub named: bool,
    /// What went wrong, in words.
    pub error: Option<String>,
}

impl PasskeyForm {
    /// Asks for one that exists.
    pub fn get(form: Form, ceremony: Ceremony, error: Option<String>) -> Self {
        Self { form, ceremony, creates: false, conditional: false, named: false, error }
    }

    /// Makes a new one.
    pub fn create(form: Form, ceremony: Ceremony, error: Option<String>) -> Self {
        Self { creates: true, ..Self::get(form, ceremony, error) }
    }
}

/// What a remark says about a passkey, and what it says about the fields of the page.
pub(super) fn split(remark: &Remark, language: &Language) -> (Option<String>, Option<String>) {
    let words = remark.error.map(|error| error.say(language));
    if remark.error.is_some_and(FieldError::is_about_passkeys) { (words, None) } else { (None, words) }
}

/// The form that signs in with whichever passkey the browser has, where anybody here could have one.
pub(super) fn of_anybody(here: &Here, visit: &Visit, scene: &Scene, error: Option<String>) -> Option<PasskeyForm> {
    let ceremony = passkeys::ask_anybody(&here.app, visit, scene)?;
    Some(PasskeyForm::get(here.form(visit, scene, "passkey"), ceremony, error))
}

/// Signs in with one. Whatever was typed or proved for somebody else in this journey goes, unless the page offered the ways of
/// that very person.
pub(super) async fn sign_in(here: &Here, visit: &Visit, mut scene: Scene, fields: &Fields) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let at_the_ways =
        matches!(scene.step, Step::AskAddress | Step::Choose | Step::PersonalPassword | Step::MemberPassword);
    if !at_the_ways {
        scene.journey.switch();
    }
    let (state, credential) = (fields.text("state"), fields.text("credential"));
    let error = match passkeys::sign_in(&here.app, visit, &mut scene, state, credential).await? {
        Entered::SignedIn { cookie, address } => return Ok(Next::SignedIn { cookie, address }),
        Entered::Stranger => return Ok(Next::On),
        Entered::Wrong => FieldError::PasskeyWrong,
        Entered::Over => FieldError::PasskeyOver,
    };
    if at_the_ways {
        return Ok(wrong(error, ""));
    }
    // The page that asks for another address, whatever the step is: it stays where it was pressed.
    let remark = Remark { error: Some(error), ..Remark::default() };
    Ok(Next::Page(Box::new(ask_address(here, visit, &scene, remark))))
}

/// Shows one as the second factor.
pub(super) async fn show(here: &Here, visit: &Visit, scene: Scene, fields: &Fields) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let Some(session) = &scene.session else { return Err(Refused::Step(SigninError::OutOfStep)) };
    match passkeys::show(&here.app, visit, session, fields.text("state"), fields.text("credential")).await? {
        Shown::Passed(cookie) => Ok(Next::SignedIn { cookie, address: None }),
        Shown::Wrong => Ok(wrong(FieldError::PasskeyWrong, "")),
    }
}

/// Registers one because the organization demands a second factor.
pub(super) async fn enroll(here: &Here, visit: &Visit, scene: Scene, fields: &Fields) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let Some(session) = &scene.session else { return Err(Refused::Step(SigninError::OutOfStep)) };
    let languages = [here.language(Some(&visit.tenant)).tag().to_owned()];
    let answer = (fields.text("state"), fields.text("credential"), "");
    match passkeys::register(&here.app, visit, session, answer, &languages).await? {
        Registered::Done { cookie, .. } => Ok(to_recovery_codes(here, visit, &cookie)),
        Registered::Wrong => Ok(wrong(FieldError::PasskeyNotAdded, "")),
    }
}

/// Makes a personal account with one.
pub(super) async fn create_account(
    here: &Here,
    visit: &Visit,
    mut scene: Scene,
    fields: &Fields,
) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let name = fields.trimmed("name").to_owned();
    let address = scene.address();
    let answer = (fields.text("state"), fields.text("credential"), name.as_str());
    match passkeys::create_account(&here.app, visit, &mut scene, answer).await? {
        Made::SignedIn { cookie, codes: true } => Ok(to_recovery_codes(here, visit, &cookie)),
        Made::SignedIn { cookie, codes: false } => Ok(Next::SignedIn { cookie, address }),
        Made::Exists => Ok(Next::On),
        Made::Name if name.is_empty() => Ok(wrong(FieldError::NameEmpty, &name)),
        Made::Name => Ok(wrong(FieldError::NameTooLong, &name)),
        Made::Wrong => Ok(wrong(FieldError::PasskeyNotAdded, &name)),
    }
}
