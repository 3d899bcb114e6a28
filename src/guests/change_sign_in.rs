//! Change how a guest signs in: the identity of before is let go and the new one bound in one transaction, by a guest who
//! has just signed in the old way and proved the own mailbox besides.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::life::end_sessions;
use super::personal_data::{PersonalData, Sealer};
use crate::app::App;
use crate::keys::Purpose;
use crate::model::{
    AuditEvent, EmailAddress, Identity, Method, SessionRecord, Timestamp, User, UserId, UserType, VerifiedAddress,
};
use crate::short_term::{Key, Kind};
use crate::signin::home_realm::by_domain;
use crate::signin::journey::Stranger;
use crate::signin::{SigninError, Visit};
use crate::storage::StoreError;

/// How recent the sign-in with the old identity must be.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// How long the guest has to sign in the new way.
const PERMIT: Duration = Duration::from_secs(15 * 60);

/// What this browser may do: bind another identity to this guest in place of that one, once.
#[derive(Serialize, Deserialize)]
struct Permit {
    user: UserId,
    identity: Identity,
}

/// Whether the sign-in behind a session is recent enough to change how its guest signs in.
pub fn is_fresh(session: &SessionRecord, now: Timestamp) -> bool {
    now.since(session.signed_in_at) < FRESH
}

/// The mailbox that a guest must prove: the own mail, else the one that was invited.
pub async fn mailbox_of(app: &App, session: &SessionRecord) -> Result<Option<EmailAddress>, StoreError> {
    let user = app.store.read(session.tenant).await?.user(session.user).await?;
    let user = user.filter(|user| user.user_type == UserType::Guest && user.identity.is_some());
    Ok(user.and_then(|user| user.mail.or(user.invited_address)))
}

/// Allows this browser to sign in another way within the next minutes, and ends the session. Nothing is changed yet:
/// whoever does not go on signs in as before.
pub async fn allow(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    mailbox: &VerifiedAddress,
) -> Result<(), SigninError> {
    let now = app.clock.now();
    let own = mailbox_of(app, session).await?;
    let whole = session.tenant == visit.tenant.id && !session.lacks_second_factor(&visit.tenant, false);
    if !whole || !is_fresh(session, now) || own.as_ref() != Some(mailbox.address()) {
        return Err(SigninError::OutOfStep);
    }
    let permit = Permit { user: session.user, identity: session.identity.clone() };
    let key = permit_key(visit);
    let plain = serde_json::to_vec(&permit).unwrap_or_default();
    let sealed = app.keys.seal(Purpose::Row, &key.flat(), &plain);
    app.short_term.put(&key, sealed.as_bytes(), PERMIT).await?;
    app.sessions.end(session.tenant, session.id).await?;
    visit.forget(app).await?;
    let mut journey = visit.journey(app).await?;
    journey.switch();
    visit.keep(app, &journey).await
}

/// Whether somebody in this browser is about to sign in another way.
pub async fn waits(app: &App, visit: &Visit) -> Result<bool, SigninError> {
    let key = permit_key(visit);
    let kept = app.short_term.get(&key).await?;
    Ok(kept.is_some_and(|sealed| open(app, &key, &sealed).is_some()))
}

/// Binds the identity that has just signed in, if this browser may do that. `None` if nobody here asked for it, or if the
/// new way is none that the organization would take.
pub async fn change(app: &App, visit: &Visit, stranger: &Stranger) -> Result<Option<User>, SigninError> {
    let key = permit_key(visit);
    let Some(sealed) = app.short_term.get(&key).await? else { return Ok(None) };
    let Some(permit) = open(app, &key, &sealed) else { return Ok(None) };
    let tenant = &visit.tenant;
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let Some(mut user) = tx.user(permit.user).await? else { return Ok(None) };
    let unchanged = user
        .identity
        .as_ref()
        .is_some_and(|bound| bound.issuer == permit.identity.issuer && bound.subject == permit.identity.subject);
    if !unchanged || !user.account_enabled || user.has_ended(now) || !is_acceptable(visit, &user, stranger) {
        return Ok(None);
    }
    // Of two tabs that come back at once, one takes the permit.
    if app.short_term.take(&key).await?.is_none() {
        return Ok(None);
    }
    tx.unbind_identity(user.id).await?;
    if !tx.bind_identity(user.id, &stranger.identity).await? {
        return Ok(None);
    }
    user.identity = Some(stranger.identity.clone());
    if let Some(proved) = &stranger.verified
        && user.invited_address.as_ref() != Some(proved)
        && !user.other_mails.contains(proved)
    {
        user.other_mails.push(proved.clone());
        tx.update_user(&user).await?;
    }
    tx.bump_epoch(Some(user.id), now).await?;
    let event = AuditEvent::success("Update user").by(user.id).on(user.id).with("changed", "sign-in");
    let event = event.with("method", stranger.identity.method.amr_of(stranger.by_passkey));
    let data = PersonalData { address: stranger.verified.clone(), network: Some(visit.network.clone()) };
    let event = Sealer::of(app).seal(tx.as_mut(), tenant.id, event, &data).await?;
    tx.audit(now, &event).await?;
    tx.commit().await?;
    match end_sessions(app, tenant.id, user.id, now).await {
        Ok(()) => Ok(Some(user)),
        Err(error) => Err(SigninError::Store(StoreError::Failed(Box::new(error)))),
    }
}

/// The rules of redemption hold for the new way as well: no code instead of the home organization that a domain demands,
/// no alias where the organization takes none, no domain that it blocks.
fn is_acceptable(visit: &Visit, user: &User, stranger: &Stranger) -> bool {
    let Some(address) = &stranger.verified else { return !visit.tenant.policies.strict_addresses };
    let by_code = stranger.identity.method == Method::OneTimePasscode;
    let round_home = by_code && by_domain(&visit.tenant, &visit.snapshot, address.domain()).is_some();
    let alias = user.invited_address.as_ref() != Some(address);
    let strict = visit.tenant.policies.strict_addresses && alias;
    !round_home && !strict && visit.tenant.allows_domain(address.domain()) && !visit.tenant.owns(address.domain())
}

fn open(app: &App, key: &Key, sealed: &[u8]) -> Option<Permit> {
    let sealed = std::str::from_utf8(sealed).ok()?;
    serde_json::from_slice(&app.keys.open_sealed(Purpose::Row, &key.flat(), sealed)?).ok()
}

fn permit_key(visit: &Visit) -> Key {
    Key::of(visit.tenant.id, Kind::Journey, format!("{}:change-sign-in", visit.browser_hash()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::session_record;

    #[test]
    fn only_a_sign_in_of_the_last_ten_minutes_is_fresh() {
        let session = SessionRecord { signed_in_at: Timestamp::from_seconds(1_000), ..session_record() };
        for (now, fresh) in [(1_000, true), (1_599, true), (1_600, false), (90_000, false)] {
            assert_eq!(is_fresh(&session, Timestamp::from_seconds(now)), fresh, "{now}");
        }
    }
}
