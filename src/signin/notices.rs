//! Tell people by mail what changed about their ways to sign in, so that a change which was not theirs does not stay unseen.

use super::advance::{SigninError, Visit};
use super::factors::OwnerTx;
use crate::app::App;
use crate::i18n::Language;
use crate::mail::notice;
use crate::model::{EmailAddress, Method, OutgoingMail, SessionRecord, Tenant, User};
use crate::storage::StoreError;
use crate::urls::methods_path;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The password was changed.
    PasswordChanged,
    /// The password was set anew by proof of the mailbox.
    PasswordReset,
    /// A second factor was registered.
    FactorAdded,
    /// A second factor was removed.
    FactorRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// New recovery codes were made.
    RecoveryCodes,
    /// A guest signs in another way from now on.
    SignIn,
    /// An administrator or sponsor removed the second factor.
    FactorReset,
}

/// Writes the mail about a change.
pub fn about(
    app: &App,
    tenant: &Tenant,
    to: &EmailAddress,
    languages: &[String],
    change: Change,
) -> Result<OutgoingMail, SigninError> {
    let words = words(app, tenant, languages);
    let tenant_name = [("tenant", tenant.display_name.as_str())];
    let what = match change {
        Change::PasswordChanged => words.say("change-password"),
        Change::PasswordReset => words.say("change-password-reset"),
        Change::FactorAdded => words.say("change-added"),
        Change::FactorRemoved => words.say("change-removed"),
        Change::PasskeyAdded => words.say("change-passkey-added"),
        Change::PasskeyRemoved => words.say("change-passkey-removed"),
        Change::RecoveryCodes => words.say("change-recovery"),
        Change::SignIn => words.say_with("change-sign-in-way", &tenant_name),
        Change::FactorReset => words.say_with("change-reset", &tenant_name),
    };
    write(app, tenant, to, &words, &notice::METHOD_CHANGED, ("method", &what))
}

fn words(app: &App, tenant: &Tenant, languages: &[String]) -> Language {
    let wanted: Vec<String> = languages.iter().cloned().chain([tenant.language.clone()]).collect();
    app.texts.language(&wanted)
}

fn write(
    app: &App,
    tenant: &Tenant,
    to: &EmailAddress,
    words: &Language,
    wording: &notice::Wording,
    fact: (&str, &str),
) -> Result<OutgoingMail, SigninError> {
    let origin = app.urls.origin();
    let (time, url) = (app.clock.now().to_string(), format!("{origin}{}", methods_path(tenant.id)));
    let mail = notice::Notice {
        brand: &app.settings.brand,
        host: origin.split_once("://").map_or(origin, |(_, host)| host),
        tenant: Some(tenant),
        to,
        wording,
        variables: &[("time", &time), ("address", to.as_str()), fact],
        url: Some(&url),
    };
    notice::notice(words, &mail).map_err(|error| SigninError::Store(StoreError::Failed(Box::new(error))))
}

/// Queues the mail about a change in the transaction that makes it.
pub(super) async fn queue(
    app: &App,
    tenant: &Tenant,
    tx: &mut OwnerTx,
    languages: &[String],
    change: Change,
) -> Result<(), SigninError> {
    if let Some(to) = tx.address().await? {
        let mail = about(app, tenant, &to, languages, change)?;
        tx.queue_mail(app, &mail, app.clock.now()).await?;
    }
    Ok(())
}

/// The mail about a sign-in from a browser in which nobody proved this address before. Only passwords and passkeys of this
/// instance are worth one: a code by mail is a notice by itself, and a home organization watches its own sign-ins. Whoever
/// signs in for the first time knows.
pub(super) fn new_device(
    app: &App,
    visit: &Visit,
    user: &User,
    session: &SessionRecord,
) -> Result<Option<OutgoingMail>, SigninError> {
    let ours = matches!(session.identity.method, Method::PersonalAccount | Method::MemberPassword);
    let address = session.verified_address.as_ref().filter(|_| ours && user.last_sign_in_at.is_some());
    match address {
        Some(address) if visit.known_device(app, address).is_none() => {
            let languages: Vec<String> = user.preferred_language.iter().cloned().collect();
            let words = words(app, &visit.tenant, &languages);
            let browser = visit.asker().say(&words);
            write(app, &visit.tenant, address, &words, &notice::NEW_DEVICE, ("browser", &browser)).map(Some)
        }
        _ => Ok(None),
    }
}
