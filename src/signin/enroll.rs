//! Register an authenticator app, and make the recovery codes that stand in for it when it is lost.

use std::time::Duration;

use data_encoding::BASE32_NOPAD;

use super::advance::{SigninError, Visit};
use super::factors::{OwnerTx, Standing, context_of, standing};
use super::methods::may_add;
use super::notices::{self, Change};
use super::second_factor::{passed, recovery_hash, seal_secret};
use super::totp;
use crate::app::App;
use crate::clock::{Random, random_bytes};
use crate::keys::Purpose;
use crate::model::{AuditEvent, Factors, SecondFactorMethod, SecondFactorOwner, SessionRecord, Totp};
use crate::short_term::{Key, Kind};

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
/// How long the page with new recovery codes can be looked at again.
const SHOWN_FOR: Duration = Duration::from_secs(10 * 60);

/// An authenticator app that may be registered.
pub struct Offer {
    /// The secret in groups, to be typed where no QR code can be read.
    pub secret: String,
    /// What the QR code holds.
    pub uri: String,
}

/// How registering went.
pub enum Enrolled {
    /// Registered, and shown in this session: the new value of its cookie.
    Done(String),
    /// The code does not fit the secret.
    Wrong,
}

/// What the page shows: the same secret as long as nothing changes, so that a reload does not spoil what was scanned.
pub async fn offer(app: &App, session: &SessionRecord) -> Result<Offer, SigninError> {
    let standing = standing(app, session).await?;
    if !may_add(app, session, &standing) {
        return Err(SigninError::OutOfStep);
    }
    let secret = pending_secret(app, session, &standing);
    let label = session.mail.as_ref().or(session.verified_address.as_ref()).map(ToString::to_string);
    let label = label.unwrap_or_else(|| session.display_name.clone());
    Ok(Offer { secret: totp::spelled(&secret), uri: totp::key_uri(&secret, &app.settings.brand, &label) })
}

/// Registers the app whose first code was typed. Whoever has a second factor shows it before another is added (attack rows
/// T016, T143).
pub async fn confirm(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    typed: &str,
    languages: &[String],
) -> Result<Enrolled, SigninError> {
    let known = standing(app, session).await?;
    if !may_add(app, session, &known) {
        return Err(SigninError::OutOfStep);
    }
    let secret = pending_secret(app, session, &known);
    let now = app.clock.now();
    let typed: String = typed.chars().filter(|character| !matches!(character, ' ' | '-' | '\u{a0}')).collect();
    let Some(step) = totp::matching_step(&secret, &typed, now, 0) else { return Ok(Enrolled::Wrong) };
    let mut tx = OwnerTx::of_session(app, known.owner, session).await?;
    let mut factors = tx.factors().await?;
    let shown = session.second_factor.is_some();
    // Another tab was quicker, or somebody else was: the dispatcher decides anew.
    if factors.totp.is_some() || factors.changes != known.factors.changes || (factors.is_registered() && !shown) {
        return Err(SigninError::OutOfStep);
    }
    factors.totp =
        Some(Totp { sealed: seal_secret(&app.keys, known.owner, &secret), last_step: step, created_at: now });
    let codes = fill_recovery_codes(app, known.owner, &mut factors);
    tx.keep(&factors).await?;
    let event = AuditEvent::success("User registered security info").with("method", "softwareOath");
    tx.audit(now, event).await?;
    notices::queue(app, &visit.tenant, &mut tx, languages, Change::FactorAdded).await?;
    tx.commit().await?;
    app.mail_queued.notify_one();
    remember_codes(app, session, &codes).await?;
    Ok(Enrolled::Done(passed(app, visit, session, SecondFactorMethod::Totp).await?))
}

/// Makes recovery codes if none are left; returns them as they are shown, once.
pub(super) fn fill_recovery_codes(app: &App, owner: SecondFactorOwner, factors: &mut Factors) -> Vec<String> {
    if !factors.recovery_codes.is_empty() {
        return Vec::new();
    }
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(app.random.as_ref())).collect();
    factors.recovery_codes = codes.iter().map(|code| recovery_hash(&app.keys, owner, &code.replace('-', ""))).collect();
    codes
}

/// Fifty random bits as ten letters and digits in two groups.
fn recovery_code(random: &dyn Random) -> String {
    let text = BASE32_NOPAD.encode(&random_bytes::<8>(random)).to_ascii_lowercase();
    let (one, other) = (text.get(..5).unwrap_or_default(), text.get(5..10).unwrap_or_default());
    format!("{one}-{other}")
}

/// Keeps new codes, sealed, for the page that shows them after the form was answered.
pub(super) async fn remember_codes(app: &App, session: &SessionRecord, codes: &[String]) -> Result<(), SigninError> {
    if codes.is_empty() {
        return Ok(());
    }
    let key = shown_key(session);
    let sealed = app.keys.seal(Purpose::SecondFactor, &key.flat(), codes.join(" ").as_bytes());
    Ok(app.short_term.put(&key, sealed.as_bytes(), SHOWN_FOR).await?)
}

/// The codes that were just made in this session.
pub async fn codes_to_show(app: &App, session: &SessionRecord) -> Result<Vec<String>, SigninError> {
    let key = shown_key(session);
    let sealed = app.short_term.get(&key).await?.and_then(|bytes| String::from_utf8(bytes).ok());
    let plain = sealed.and_then(|sealed| app.keys.open_sealed(Purpose::SecondFactor, &key.flat(), &sealed));
    let text = plain.and_then(|plain| String::from_utf8(plain).ok()).unwrap_or_default();
    Ok(text.split_whitespace().map(ToOwned::to_owned).collect())
}

fn shown_key(session: &SessionRecord) -> Key {
    Key::of(session.tenant, Kind::OneTimeLink, format!("recovery-codes:{}", session.id.0.as_hyphenated()))
}

/// Derived rather than kept: a page that is only looked at changes nothing. The session's random id makes it nobody else's,
/// and the number of changes makes it another one after each of them.
fn pending_secret(app: &App, session: &SessionRecord, standing: &Standing) -> Vec<u8> {
    let (owner, changes) = (context_of(standing.owner), standing.factors.changes.to_be_bytes());
    let parts: [&[u8]; 4] = [b"totp-offer", owner.as_bytes(), session.id.0.as_bytes(), &changes];
    let mut secret = app.keys.keyed_hash(Purpose::SecondFactor, &parts).to_vec();
    secret.truncate(totp::SECRET_LENGTH);
    secret
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::TestRandom;

    #[test]
    fn recovery_codes_are_ten_different_easy_to_type_texts() {
        let random = TestRandom::new();
        let codes: std::collections::BTreeSet<String> = (0..200).map(|_| recovery_code(random.as_ref())).collect();
        assert_eq!(codes.len(), 200);
        for code in &codes {
            let (one, other) = code.split_once('-').unwrap();
            assert_eq!((one.len(), other.len()), (5, 5));
            assert!(
                code.bytes().all(|byte| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte) || byte == b'-')
            );
        }
    }
}
