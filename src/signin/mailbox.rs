//! Prove a mailbox in a journey: send the code, take the code, and go on by what it was for.

use super::advance::{Scene, SigninError, Visit};
use super::email_code::{CodeCheck, CodeContext, CodeError, CodeLetter, CodePurpose, CodeSlot, check_code, send_code};
use super::finish::{Finished, finish};
use super::journey::{Chosen, Reset, Stranger};
use super::refused::refused;
use super::relink::lost_guest;
use crate::app::App;
use crate::guests::change_sign_in;
use crate::i18n::Language;
use crate::keys::Purpose;
use crate::model::{EmailAddress, Identity, Method, VerifiedAddress};
use crate::storage::{InstanceTask, StoreError};

/// Issuer of identities that are nothing but a mailbox, as in the original.
pub const MAIL_ISSUER: &str = "mail";

/// How a typed code was taken.
pub enum Proved {
    /// Right, and somebody is signed in: the new session cookie.
    SignedIn(String),
    /// Right; the journey goes on.
    GoOn,
    /// Wrong.
    Wrong,
    /// No code is waited for any more; ask for a new one.
    Over,
}

impl From<CodeError> for SigninError {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::Store(error) => Self::Store(error),
            CodeError::ShortTerm(error) => Self::ShortTerm(error),
            CodeError::Text(error) => Self::Store(StoreError::Failed(Box::new(error))),
        }
    }
}

/// Sends a code for `purpose`, and remembers that one is waited for. Whether a mail really leaves depends on whether
/// somebody here could use it; nothing that the browser sees does (decision 4).
pub async fn send(
    app: &App,
    visit: &Visit,
    scene: &mut Scene,
    purpose: CodePurpose,
    language: &Language,
) -> Result<(), SigninError> {
    let Some(address) = scene.mailbox(purpose) else { return Err(SigninError::OutOfStep) };
    if purpose == CodePurpose::SignIn && !scene.ways.passcode {
        return Err(SigninError::OutOfStep);
    }
    let permit = scene.journey.permit(app.clock.now());
    let deliver = match (&scene.invitation, purpose) {
        (_, CodePurpose::ResetPassword) => has_account(app, &address).await?,
        (Some(_), _) => true,
        // The new way to sign in may be any mailbox of the guest.
        (None, _) => match permit {
            Some(permit) => {
                change_sign_in::count_code(app, visit, permit, &address).await?;
                true
            }
            None => could_use_code(app, visit, &address, purpose).await?,
        },
    };
    let app_name = visit.ticket.app().and_then(|id| visit.snapshot.app_name(id)).map(str::to_owned);
    let letter = CodeLetter {
        deliver,
        app: app_name.as_deref(),
        languages: &[language.tag().to_owned(), visit.tenant.language.clone()],
        browser: Some(visit.asker()),
    };
    let hash = |parts: &[&[u8]]| app.keys.keyed_hash(Purpose::Passcode, parts);
    send_code(context(app, visit, &hash), slot(app, visit, &address, purpose), letter).await?;
    // The same for every address: it depends on the relay alone.
    if app.outbox.is_stuck() {
        return Err(SigninError::MailStuck);
    }
    scene.journey.code = Some(purpose);
    if purpose == CodePurpose::SignIn {
        scene.journey.chosen = Some(Chosen::Code);
    }
    visit.keep(app, &scene.journey).await?;
    // Last, so that sending competes with no answer: how long it takes must not tell whether there is anybody.
    app.mail_queued.notify_one();
    Ok(())
}

/// Takes a typed code.
pub async fn prove(
    app: &App,
    visit: &Visit,
    scene: &mut Scene,
    purpose: CodePurpose,
    typed: &str,
) -> Result<Proved, SigninError> {
    let Some(address) = scene.mailbox(purpose) else { return Err(SigninError::OutOfStep) };
    let hash = |parts: &[&[u8]]| app.keys.keyed_hash(Purpose::Passcode, parts);
    let verified = match check_code(context(app, visit, &hash), slot(app, visit, &address, purpose), typed).await? {
        CodeCheck::Proved(verified) => verified,
        CodeCheck::Wrong { .. } => {
            refused(app, visit, purpose.as_str(), "wrong code").await?;
            return Ok(Proved::Wrong);
        }
        CodeCheck::Gone => {
            refused(app, visit, purpose.as_str(), "code over").await?;
            return Ok(Proved::Over);
        }
    };
    scene.journey.code = None;
    match purpose {
        CodePurpose::SignIn => {
            let stranger = by_mailbox(&verified);
            finished(finish(app, visit, &mut scene.journey, scene.invitation.as_ref(), stranger).await?)
        }
        CodePurpose::CreateAccount => {
            scene.journey.mailbox = Some(verified);
            visit.keep(app, &scene.journey).await?;
            Ok(Proved::GoOn)
        }
        CodePurpose::ResetPassword => {
            scene.journey.reset = Some(Reset::Proved(verified));
            visit.keep(app, &scene.journey).await?;
            Ok(Proved::GoOn)
        }
        // Proofs of pages of their own, see `check_proof`.
        CodePurpose::Leave | CodePurpose::ChangeSignIn => Err(SigninError::OutOfStep),
        // No step of a journey.
        CodePurpose::Blocks => Err(SigninError::OutOfStep),
        // The alias: who signed in before is bound, now that the invited mailbox is theirs as well.
        CodePurpose::Redeem => {
            let Some(stranger) = scene.journey.stranger.clone() else { return Err(SigninError::OutOfStep) };
            scene.journey.mailbox = Some(verified);
            finished(finish(app, visit, &mut scene.journey, scene.invitation.as_ref(), stranger).await?)
        }
    }
}

fn finished(finished: Finished) -> Result<Proved, SigninError> {
    Ok(match finished {
        Finished::SignedIn { cookie, .. } => Proved::SignedIn(cookie),
        Finished::Stranger => Proved::GoOn,
    })
}

/// A mailbox as an identity: issuer `mail`, and the address itself as subject.
fn by_mailbox(verified: &VerifiedAddress) -> Stranger {
    let address = verified.address().clone();
    Stranger {
        identity: Identity {
            issuer: MAIL_ISSUER.to_owned(),
            subject: address.to_string(),
            method: Method::OneTimePasscode,
        },
        label: address.to_string(),
        claimed: Some(address.clone()),
        verified: Some(address),
        name: None,
        signed_in_at: verified.at(),
        // A code by mail is never called a second factor.
        second_factor: None,
        authenticated_at: None,
        by_passkey: false,
        home: None,
    }
}

/// Whether a code to `address` could help anybody here: a guest bound to this mailbox who signs in with it, one who waits
/// for it, or one whose own way is gone.
async fn could_use_code(
    app: &App,
    visit: &Visit,
    address: &EmailAddress,
    purpose: CodePurpose,
) -> Result<bool, SigninError> {
    let mut read = app.store.read(visit.tenant.id).await?;
    let bound = read.user_by_identity(MAIL_ISSUER, address.as_str()).await?;
    let pending = read.unbound_guest(address).await?;
    let lost = lost_guest(read.as_mut(), visit, address).await?;
    Ok(bound.is_some_and(|user| user.account_enabled && purpose == CodePurpose::SignIn)
        || pending.is_some_and(|user| user.account_enabled && user.mail.is_some())
        || lost.is_some())
}

/// Sends a code that proves a mailbox and signs nobody in, whatever the tenant thinks of passcodes as a way to sign in.
/// `deliver` says whether anybody is to get it; everything that the browser sees is the same without (decision 4).
pub async fn send_proof(
    app: &App,
    visit: &Visit,
    address: &EmailAddress,
    purpose: CodePurpose,
    language: &Language,
    deliver: bool,
) -> Result<(), SigninError> {
    let languages = [language.tag().to_owned(), visit.tenant.language.clone()];
    let letter = CodeLetter { deliver, app: None, languages: &languages, browser: Some(visit.asker()) };
    let hash = |parts: &[&[u8]]| app.keys.keyed_hash(Purpose::Passcode, parts);
    send_code(context(app, visit, &hash), slot(app, visit, address, purpose), letter).await?;
    if app.outbox.is_stuck() {
        return Err(SigninError::MailStuck);
    }
    app.mail_queued.notify_one();
    Ok(())
}

/// Takes the code of [`send_proof`].
pub async fn check_proof(
    app: &App,
    visit: &Visit,
    address: &EmailAddress,
    purpose: CodePurpose,
    typed: &str,
) -> Result<CodeCheck, SigninError> {
    let hash = |parts: &[&[u8]]| app.keys.keyed_hash(Purpose::Passcode, parts);
    let checked = check_code(context(app, visit, &hash), slot(app, visit, address, purpose), typed).await?;
    if !matches!(checked, CodeCheck::Proved(_)) {
        refused(app, visit, purpose.as_str(), "wrong code").await?;
    }
    Ok(checked)
}

/// Whether a new password could be set for anybody.
async fn has_account(app: &App, address: &EmailAddress) -> Result<bool, SigninError> {
    let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    Ok(accounts.account_by_address(address).await?.is_some())
}

pub(super) fn slot<'a>(app: &App, visit: &'a Visit, address: &'a EmailAddress, purpose: CodePurpose) -> CodeSlot<'a> {
    CodeSlot { address, binding: &visit.browser, purpose, known_device: visit.known_device(app, address) }
}

pub(super) fn context<'a>(
    app: &'a App,
    visit: &'a Visit,
    keyed_hash: &'a (dyn Fn(&[&[u8]]) -> [u8; 32] + Send + Sync),
) -> CodeContext<'a> {
    CodeContext {
        store: app.store.as_ref(),
        short_term: app.short_term.as_ref(),
        tenant: &visit.tenant,
        urls: &app.urls,
        brand: &app.settings.brand,
        words: app.texts.as_ref(),
        limits: &app.settings.limits,
        keyed_hash,
        clock: app.clock.as_ref(),
        random: app.random.as_ref(),
    }
}
