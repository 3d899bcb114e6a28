//! Register a passkey among the sign-in methods, where a second factor is demanded, or with a new personal account.

use data_encoding::BASE64URL_NOPAD;

use super::ceremony::{Ceremony, What, begin, take};
use super::{Party, verifier};
use crate::app::App;
use crate::clock::{random_bytes, random_guid};
use crate::model::{
    AccountId, AuditEvent, EmailAddress, Factors, PersonalAccount, SecondFactorMethod, SecondFactorOwner,
    SessionRecord, StoredPasskey, Timestamp,
};
use crate::signin::advance::{Scene, SigninError, Visit};
use crate::signin::enroll::{fill_recovery_codes, remember_codes};
use crate::signin::factors::{OwnerTx, Standing, standing};
use crate::signin::finish::{Finished, finish};
use crate::signin::journey::Stranger;
use crate::signin::methods;
use crate::signin::notices::{self, Change};
use crate::signin::personal::proved;
use crate::signin::second_factor::passed;
use crate::storage::{InstanceTask, StoreError};

/// Most passkeys of one owner.
const MOST: usize = 10;
/// Longest name of a passkey, in characters.
const LONGEST_NAME: usize = 60;

/// How registering went.
pub enum Registered {
    /// Registered, and shown in this session: the new value of its cookie, and whether there are recovery codes to show.
    Done {
        /// The value.
        cookie: String,
        /// Whether recovery codes were made.
        codes: bool,
    },
    /// The answer fits nothing, the credential is somebody's already, or the page was open for too long.
    Wrong,
}

/// How making an account with a passkey went.
pub enum Made {
    /// Made, and signed in with it.
    SignedIn {
        /// The new session cookie.
        cookie: String,
        /// Whether recovery codes were made.
        codes: bool,
    },
    /// Made, and nobody here any more; or the address has an account already.
    Exists,
    /// The name is empty or no name.
    Name,
    /// The answer fits nothing, or the page was open for too long.
    Wrong,
}

/// Whether one more may be registered in this session.
fn may_add(app: &App, session: &SessionRecord, known: &Standing) -> bool {
    methods::may_add(app, session, known) && known.factors.passkeys.len() < MOST
}

/// Offers to register one more for whoever is signed in; `None` to those who may not now.
pub async fn offer(app: &App, visit: &Visit, session: &SessionRecord) -> Result<Option<Ceremony>, SigninError> {
    let known = standing(app, session).await?;
    if !may_add(app, session, &known) {
        return Ok(None);
    }
    let label = session.verified_address.as_ref().or(session.mail.as_ref()).map(ToString::to_string);
    let label = label.unwrap_or_else(|| session.display_name.clone());
    let names = (label.as_str(), session.display_name.as_str());
    Ok(begin_offer(app, visit, (What::Register, Some(session)), names, &known.factors))
}

/// Offers to make a personal account for `address` with a passkey instead of a password.
pub fn offer_account(app: &App, visit: &Visit, address: &EmailAddress) -> Option<Ceremony> {
    let names = (address.as_str(), address.as_str());
    begin_offer(app, visit, (What::CreateAccount, None), names, &Factors::default())
}

fn begin_offer(
    app: &App,
    visit: &Visit,
    what: (What, Option<&SessionRecord>),
    names: (&str, &str),
    known: &Factors,
) -> Option<Ceremony> {
    let ids: Vec<&str> = known.passkeys.iter().map(|passkey| passkey.id.as_str()).collect();
    // An authenticator keeps one passkey for each handle, so that all of one owner have the same.
    let kept = known.passkeys.iter().map(|passkey| &passkey.user_handle).find(|handle| !handle.is_empty());
    let kept = kept.and_then(|handle| BASE64URL_NOPAD.decode(handle.as_bytes()).ok());
    let handle = kept.unwrap_or_else(|| random_bytes::<32>(app.random.as_ref()).to_vec());
    let offered = verifier::offer(&Party::of(app), &handle, names, &ids)?;
    Some(begin(app, visit, what, offered, &BASE64URL_NOPAD.encode(&handle)))
}

/// Registers the passkey that answered, under `name`.
pub async fn register(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    (state, answer, name): (&str, &str, &str),
    languages: &[String],
) -> Result<Registered, SigninError> {
    let known = standing(app, session).await?;
    if !may_add(app, session, &known) {
        return Err(SigninError::OutOfStep);
    }
    let Some(remembered) = take(app, visit, (What::Register, Some(session)), state).await? else {
        return Ok(Registered::Wrong);
    };
    let Some((id, credential)) = verifier::accept(&Party::of(app), answer, &remembered.verifier) else {
        return Ok(Registered::Wrong);
    };
    let now = app.clock.now();
    let mut tx = OwnerTx::of_session(app, known.owner, session).await?;
    let mut factors = tx.factors().await?;
    // Another tab was quicker, or somebody else was.
    if factors.changes != known.factors.changes {
        return Err(SigninError::OutOfStep);
    }
    let name = if name.trim().is_empty() { visit.agent.as_deref().unwrap_or_default() } else { name };
    factors.passkeys.push(passkey(id, remembered.handle, name, credential, now));
    let codes = fill_recovery_codes(app, known.owner, &mut factors);
    match tx.keep(&factors).await {
        Ok(()) => {}
        // Somebody else's credential (WebAuthn §7.1 step 26).
        Err(StoreError::Conflict) => return Ok(Registered::Wrong),
        Err(error) => return Err(error.into()),
    }
    tx.audit(now, AuditEvent::success("User registered security info").with("method", "fido2")).await?;
    notices::queue(app, &visit.tenant, &mut tx, languages, Change::PasskeyAdded).await?;
    tx.commit().await?;
    app.mail_queued.notify_one();
    remember_codes(app, session, &codes).await?;
    let cookie = passed(app, visit, session, SecondFactorMethod::Passkey).await?;
    Ok(Registered::Done { cookie, codes: !codes.is_empty() })
}

/// Makes an account with a passkey for the mailbox that was proved in this journey, and signs in with it. The dispatcher
/// offers this step to holders of a mail link alone.
pub async fn create_account(
    app: &App,
    visit: &Visit,
    scene: &mut Scene,
    (state, answer, name): (&str, &str, &str),
) -> Result<Made, SigninError> {
    let Some(mailbox) = scene.journey.mailbox.clone() else { return Err(SigninError::OutOfStep) };
    let named = (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if !named {
        return Ok(Made::Name);
    }
    let Some(remembered) = take(app, visit, (What::CreateAccount, None), state).await? else { return Ok(Made::Wrong) };
    let Some((id, credential)) = verifier::accept(&Party::of(app), answer, &remembered.verifier) else {
        return Ok(Made::Wrong);
    };
    let now = app.clock.now();
    let account = PersonalAccount {
        id: AccountId::new(random_guid(app.random.as_ref())),
        address: mailbox.address().clone(),
        display_name: name.to_owned(),
        password_hash: None,
        created_at: now,
    };
    let label = visit.agent.as_deref().unwrap_or_default();
    let mut factors =
        Factors { passkeys: vec![passkey(id, remembered.handle, label, credential, now)], ..Factors::default() };
    // Losing the passkey must not mean losing the way in, wherever a second factor is demanded one day.
    let codes = fill_recovery_codes(app, SecondFactorOwner::Account(account.id), &mut factors);
    match insert(app, &account, &factors).await {
        Ok(()) => {}
        Err(StoreError::Conflict) => return Ok(Made::Exists),
        Err(error) => return Err(error.into()),
    }
    let second_factor = Some(SecondFactorMethod::Passkey);
    let stranger = Stranger { second_factor, by_passkey: true, ..proved(app, &account) };
    match finish(app, visit, &mut scene.journey, scene.invitation.as_ref(), stranger).await? {
        Finished::SignedIn { record, cookie } => {
            remember_codes(app, &record, &codes).await?;
            Ok(Made::SignedIn { cookie, codes: !codes.is_empty() })
        }
        Finished::Stranger => Ok(Made::Exists),
    }
}

/// The account, its passkey and its audit line in one transaction. [`StoreError::Conflict`] if the address has an account, or
/// the credential an owner.
async fn insert(app: &App, account: &PersonalAccount, factors: &Factors) -> Result<(), StoreError> {
    let mut tx = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    tx.insert_account(account).await?;
    tx.keep_account_factors(account.id, factors).await?;
    let event = AuditEvent::success("Create personal account").with("account", account.id).with("method", "fido2");
    tx.audit(account.created_at, &event).await?;
    tx.commit().await
}

fn passkey(
    id: String,
    user_handle: String,
    name: &str,
    credential: serde_json::Value,
    created_at: Timestamp,
) -> StoredPasskey {
    let name = name.trim().chars().filter(|character| !character.is_control()).take(LONGEST_NAME).collect();
    StoredPasskey { id, user_handle, name, credential, created_at, last_used_at: None }
}
