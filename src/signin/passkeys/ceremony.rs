//! What a page with a passkey ceremony must be told again: sealed for one browser, good for five minutes, and taken once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::clock::random_guid;
use crate::keys::Purpose;
use crate::model::{SessionRecord, Timestamp};
use crate::short_term::{Key, Kind};
use crate::signin::advance::{SigninError, Visit};

/// How long a page with a ceremony may be looked at before it is used.
pub(super) const CEREMONY_ENDS: Duration = Duration::from_secs(5 * 60);

/// What a page needs to ask the browser for a passkey.
#[derive(Clone, Debug)]
pub struct Ceremony {
    /// The options for `navigator.credentials`, as JSON.
    pub options: String,
    /// What comes back with the answer, sealed.
    pub state: String,
}

/// What a ceremony is for. An answer to one is nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Sign in with any passkey.
    SignIn,
    /// Show one of whoever is signed in.
    Show,
    /// Register one more.
    Register,
    /// Make an account with one.
    CreateAccount,
}

/// What a ceremony remembers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// Names the ceremony; it is taken once.
    id: String,
    ends: Timestamp,
    /// The user handle that was offered with a new passkey.
    pub(super) handle: String,
    /// What the verifier must know.
    pub(super) verifier: Value,
}

/// Begins one. Nothing is kept: a page that is only looked at costs no row, however often robots look at it.
pub(super) fn begin(
    app: &App,
    visit: &Visit,
    (what, session): (What, Option<&SessionRecord>),
    (options, verifier): (Value, Value),
    handle: &str,
) -> Ceremony {
    let id = random_guid(app.random.as_ref()).simple().to_string();
    let ends = app.clock.now().plus(CEREMONY_ENDS);
    let remembered = Remembered { id, ends, handle: handle.to_owned(), verifier };
    let plain = serde_json::to_vec(&remembered).unwrap_or_default();
    let state = app.keys.seal(Purpose::Passkey, &context(visit, what, session), &plain);
    Ceremony { options: options.to_string(), state }
}

/// What a ceremony remembers, once and whether the answer is right or not: the same answer a second time is a replay. `None`
/// if it is over, used, or another's.
pub(super) async fn take(
    app: &App,
    visit: &Visit,
    (what, session): (What, Option<&SessionRecord>),
    state: &str,
) -> Result<Option<Remembered>, SigninError> {
    let plain = app.keys.open_sealed(Purpose::Passkey, &context(visit, what, session), state);
    let remembered = plain.and_then(|plain| serde_json::from_slice::<Remembered>(&plain).ok());
    let Some(remembered) = remembered.filter(|remembered| app.clock.now() < remembered.ends) else { return Ok(None) };
    // By its own name and not by what was sent: one sealed text may be spelled in two ways.
    let used = Key::of(visit.tenant.id, Kind::OneTimeLink, format!("passkey:{}", remembered.id));
    let first = app.short_term.put_new(&used, b"1", CEREMONY_ENDS).await?;
    Ok(first.then_some(remembered))
}

/// Bound to the tenant, the browser, what the tab is about, the session if there is one, and the purpose.
fn context(visit: &Visit, what: What, session: Option<&SessionRecord>) -> String {
    let about = match session {
        Some(session) => session.id.0.simple().to_string(),
        None => visit.ticket.subject(),
    };
    format!("{what:?}:{}:{}:{about}", visit.tenant.id, visit.browser_hash())
}
