//! Show a second factor: a code of an authenticator app or a recovery code, once, before anything that demands it.

use std::sync::Arc;

use subtle::ConstantTimeEq;

use super::advance::{SigninError, Visit};
use super::factors::{OwnerTx, context_of, standing};
use super::limits::{second_factor_attempt, second_factor_right};
use super::refused::refused;
use super::totp::matching_step;
use crate::app::App;
use crate::keys::{Keys, Purpose};
use crate::model::{
    AuditEvent, Factors, SecondFactorMethod, SecondFactorOwner, SecondFactorProof, SessionRecord, Tenant, Timestamp,
    UserType,
};

/// How a typed code was taken.
pub enum Shown {
    /// Right: the new value of the session cookie.
    Passed(String),
    /// Wrong, used before, or of somebody who has none.
    Wrong,
}

/// Whether nothing is missing for the pages of `tenant`: for administrators also what `admin_mfa` demands, where `admin` says
/// that the admin pages are meant.
pub fn satisfied(tenant: &Tenant, session: &SessionRecord, admin: bool) -> bool {
    let demanded = admin && tenant.policies.admin_mfa && session.user_type == UserType::Member;
    session.tenant == tenant.id && !session.lacks_second_factor(tenant, demanded)
}

/// Takes a code of the authenticator app or a recovery code. Both are looked for whatever was typed, so that the time it
/// takes says nothing about what is registered.
pub async fn show_code(app: &App, visit: &Visit, session: &SessionRecord, typed: &str) -> Result<Shown, SigninError> {
    let owner = standing(app, session).await?.owner;
    second_factor_attempt(app, owner).await?;
    let now = app.clock.now();
    // Read and written in one transaction: of any number of simultaneous tries with one code, one is right.
    let mut tx = OwnerTx::begin(app, owner).await?;
    let mut factors = tx.factors().await?;
    let method = use_code(&app.keys, owner, &mut factors, typed, now);
    let Some(method) = method else {
        drop(tx);
        refused(app, visit, "otp", "wrong second factor").await?;
        return Ok(Shown::Wrong);
    };
    tx.keep(&factors).await?;
    let event = AuditEvent::success("Second factor shown").with("method", method.amr());
    tx.audit(now, event.with("recovery", method == SecondFactorMethod::RecoveryCode)).await?;
    tx.commit().await?;
    second_factor_right(app, owner).await?;
    Ok(Shown::Passed(passed(app, visit, session, method).await?))
}

/// The session goes on with the second factor shown, under a new cookie value: whoever knew the old one knew a session that
/// could do less (attack row D1).
pub async fn passed(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    by: SecondFactorMethod,
) -> Result<String, SigninError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(visit.tenant.id).await?;
    let event = AuditEvent::success("User sign-in").by(session.user).on(session.user);
    tx.audit(now, &event.with("step", "second factor").with("method", by.amr())).await?;
    tx.commit().await?;
    let mut facts = session.clone();
    facts.second_factor = Some(SecondFactorProof { at: now, by });
    facts.two_steps_wanted = standing(app, session).await?.wants_two_steps();
    app.sessions.replace(facts).await?;
    let live = app.sessions.find(session.tenant, session.id).await?.ok_or(SigninError::OutOfStep)?;
    Ok(app.sessions.attach(&visit.host, visit.cookie.as_deref(), &Arc::clone(&live), false).await?)
}

/// Uses up the code that was typed, if it is one of `factors`.
fn use_code(
    keys: &Keys,
    owner: SecondFactorOwner,
    factors: &mut Factors,
    typed: &str,
    now: Timestamp,
) -> Option<SecondFactorMethod> {
    // People type the groups in which they read codes.
    let typed: String =
        typed.chars().filter(|character| !matches!(character, ' ' | '-' | '\u{a0}')).take(MOST_TYPED).collect();
    let secret = factors.totp.as_ref().and_then(|totp| open_secret(keys, owner, &totp.sealed));
    let known = secret.is_some();
    let last = factors.totp.as_ref().map_or(0, |totp| totp.last_step);
    let step = matching_step(&secret.unwrap_or_else(|| vec![0; super::totp::SECRET_LENGTH]), &typed, now, last);
    let hash = recovery_hash(keys, owner, &typed);
    let mut found = None;
    for (at, code) in factors.recovery_codes.iter().enumerate() {
        if bool::from(code.as_bytes().ct_eq(hash.as_bytes())) {
            found = Some(at);
        }
    }
    if let (Some(totp), Some(step), true) = (&mut factors.totp, step, known) {
        totp.last_step = step;
        return Some(SecondFactorMethod::Totp);
    }
    // Recovery codes stand in for a factor that is registered; left over without one, they open nothing.
    let at = found.filter(|_| factors.is_registered())?;
    factors.recovery_codes.remove(at);
    Some(SecondFactorMethod::RecoveryCode)
}

/// More characters than any code has.
const MOST_TYPED: usize = 32;

/// The keyed hash under which a recovery code is kept; typed in any case.
pub(super) fn recovery_hash(keys: &Keys, owner: SecondFactorOwner, code: &str) -> String {
    let (owner, code) = (context_of(owner), code.to_ascii_lowercase());
    let parts: [&[u8]; 3] = [b"recovery", owner.as_bytes(), code.as_bytes()];
    data_encoding::HEXLOWER.encode(&keys.keyed_hash(Purpose::SecondFactor, &parts))
}

/// Seals the secret of an authenticator app for its owner.
pub(super) fn seal_secret(keys: &Keys, owner: SecondFactorOwner, secret: &[u8]) -> String {
    keys.seal(Purpose::SecondFactor, &format!("totp:{}", context_of(owner)), secret)
}

fn open_secret(keys: &Keys, owner: SecondFactorOwner, sealed: &str) -> Option<Vec<u8>> {
    keys.open_sealed(Purpose::SecondFactor, &format!("totp:{}", context_of(owner)), sealed)
}
