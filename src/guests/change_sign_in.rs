//! Change how a guest signs in: the identity of before is let go and the new one bound in one transaction, by a guest who
//! has just signed in the old way, proved the own mailbox besides, and said yes to the new one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::life::end_sessions;
use super::personal_data::{PersonalData, Sealer};
use crate::app::App;
use crate::keys::{sha256_hex, token};
use crate::model::{
    AuditEvent, EmailAddress, Identity, SessionRecord, Timestamp, User, UserId, UserType, VerifiedAddress,
};
use crate::signin::journey::{Journey, Stranger};
use crate::signin::may_bind::{Claim, Opened, Rules, may_be_bound};
use crate::signin::{Destination, SigninError, Ticket, Visit};
use crate::storage::{Read, StoreError};

/// How recent the sign-in with the old identity must be.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// How long the guest has to sign in the new way.
const PERMIT: Duration = Duration::from_secs(15 * 60);

/// What one journey may do: bind another identity to this guest in place of that one, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permit {
    /// The guest.
    pub user: UserId,
    /// How the guest signed in, and signs in until the change is done.
    pub identity: Identity,
    /// The guest as a page may name them to themselves.
    pub label: String,
    /// The mailbox that was proved for it.
    mailbox: EmailAddress,
    /// When it was given.
    pub given_at: Timestamp,
}

impl Permit {
    /// Whether it still counts.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now.since(self.given_at) < PERMIT
    }
}

/// Whether the secret behind a session was shown recently enough to change how its guest signs in. A provider may have
/// remembered somebody who sat here long ago, so the age of the session says nothing (attack row A17).
pub fn is_fresh(session: &SessionRecord, now: Timestamp) -> bool {
    session.authenticated_at.is_some_and(|at| now.since(at) < FRESH)
}

/// The mailbox that a guest must prove: the own mail, else the one that was invited.
pub async fn mailbox_of(app: &App, session: &SessionRecord) -> Result<Option<EmailAddress>, StoreError> {
    let user = app.store.read(session.tenant).await?.user(session.user).await?;
    let user = user.filter(|user| user.user_type == UserType::Guest && user.identity.is_some());
    Ok(user.and_then(|user| user.mail.or(user.invited_address)))
}

/// Allows one journey of this browser, which begins here, to sign in another way within the next minutes, and ends the
/// session. `visit` goes on in that journey. Nothing is changed yet: whoever does not go on signs in as before.
pub async fn allow(
    app: &App,
    visit: &mut Visit,
    session: &SessionRecord,
    mailbox: &VerifiedAddress,
) -> Result<(), SigninError> {
    let now = app.clock.now();
    let own = mailbox_of(app, session).await?;
    let whole = session.tenant == visit.tenant.id && !session.lacks_second_factor(&visit.tenant, false);
    if !whole || !is_fresh(session, now) || own.as_ref() != Some(mailbox.address()) {
        return Err(SigninError::OutOfStep);
    }
    let permit = Permit {
        user: session.user,
        identity: session.identity.clone(),
        label: session.display_name.clone(),
        mailbox: mailbox.address().clone(),
        given_at: now,
    };
    app.sessions.end(session.tenant, session.id).await?;
    visit.forget(app).await?;
    visit.ticket = Ticket::to(Destination::ChangeSignIn { id: token(app.random.as_ref()) });
    let journey = Journey { change: Some(permit), switching: true, ..Journey::begin(now) };
    visit.keep(app, &journey).await
}

/// Whether whoever signed in may become the new way; `None` if nothing is to be changed in this journey.
pub async fn judge(
    app: &App,
    visit: &Visit,
    journey: &Journey,
    stranger: &Stranger,
    now: Timestamp,
) -> Result<Option<bool>, SigninError> {
    let Some(permit) = journey.change.as_ref().filter(|permit| permit.is_live(now)) else { return Ok(None) };
    let mut read = app.store.read(visit.tenant.id).await?;
    Ok(Some(welcome(app, read.as_mut(), visit, permit, stranger, now).await?.is_some()))
}

/// The guest of a permit, if nothing changed meanwhile and the identity may be bound: by the rules of redemption, for an
/// identity that nobody here has.
async fn welcome<R: Read + ?Sized>(
    app: &App,
    read: &mut R,
    visit: &Visit,
    permit: &Permit,
    stranger: &Stranger,
    now: Timestamp,
) -> Result<Option<User>, StoreError> {
    let Some(user) = read.user(permit.user).await? else { return Ok(None) };
    let unchanged = user
        .identity
        .as_ref()
        .is_some_and(|bound| bound.issuer == permit.identity.issuer && bound.subject == permit.identity.subject);
    let new = &stranger.identity;
    let free = read.user_by_identity(&new.issuer, &new.subject).await?.is_none();
    let claim = Claim::of(stranger, Some(&permit.mailbox));
    let may = unchanged && free && may_be_bound(read, Rules::of(app, visit), &user, Opened::Before, claim, now).await?;
    Ok(may.then_some(user))
}

/// What the confirmation page shows and its form brings back: of two identities that signed in one after the other, the one
/// that was shown is bound (attack row B2).
pub fn mark_of(identity: &Identity) -> String {
    sha256_hex(format!("{}\n{}", identity.issuer, identity.subject).as_bytes())
}

/// Binds the identity that signed in and was confirmed. `None` if the permit is over, or the new way is none that the
/// organization would take.
pub async fn change(
    app: &App,
    visit: &Visit,
    permit: &Permit,
    stranger: &Stranger,
) -> Result<Option<User>, SigninError> {
    let tenant = &visit.tenant;
    let mut tx = app.store.begin(tenant.id).await?;
    // Of two answers that come at once, the second one finds another identity than the one it may replace.
    let now = app.clock.now();
    if !permit.is_live(now) {
        return Ok(None);
    }
    let Some(mut user) = welcome(app, tx.as_mut(), visit, permit, stranger, now).await? else { return Ok(None) };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::session_record;

    /// A17: neither a new session nor a reload makes an old proof fresh.
    #[test]
    fn a17_only_a_secret_that_was_shown_in_the_last_ten_minutes_is_fresh() {
        let at = Timestamp::from_seconds;
        let session = |signed_in_at, authenticated_at| SessionRecord {
            signed_in_at: at(signed_in_at),
            authenticated_at,
            ..session_record()
        };
        for (now, fresh) in [(1_000, true), (1_599, true), (1_600, false), (90_000, false)] {
            assert_eq!(is_fresh(&session(1_000, Some(at(1_000))), at(now)), fresh, "{now}");
        }
        // Signed in a second ago with what a provider remembered from the morning; and by a record that does not say.
        let remembered = session(90_000, Some(at(1_000)));
        assert!(!is_fresh(&remembered, at(90_001)) && !is_fresh(&session(90_000, None), at(90_001)));
        let naive = |session: &SessionRecord, now: Timestamp| now.since(session.signed_in_at) < FRESH;
        assert!(naive(&remembered, at(90_001)), "the control");
    }
}
