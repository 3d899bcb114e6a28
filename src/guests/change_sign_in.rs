//! Change how a guest signs in: the identity of before is let go and the new one bound in one transaction, by a guest who
//! has just signed in the old way, proved the own mailbox besides, and said yes to the new one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::life::end_sessions;
use super::personal_data::{PersonalData, Sealer};
use crate::app::App;
use crate::clock::random_guid;
use crate::keys::{sha256_hex, token};
use crate::model::{
    AuditEvent, EmailAddress, Identity, MailId, SessionRecord, Timestamp, User, UserId, UserType, VerifiedAddress,
};
use crate::short_term::{Key, Kind};
use crate::signin::journey::{Journey, Stranger};
use crate::signin::may_bind::{Claim, Opened, Rules, may_be_bound};
use crate::signin::notices::{self, Change};
use crate::signin::{Destination, SigninError, Ticket, Visit, methods};
use crate::storage::{Read, StoreError};

/// How recent the sign-in with the old identity must be.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// How long the guest has to sign in the new way.
const PERMIT: Duration = Duration::from_secs(15 * 60);

/// How many addresses one permit may have codes sent to, and how many codes one guest may have sent so in a day: whoever holds a
/// session of a guest is no mailer of ours.
const ADDRESSES: usize = 3;
const CODES_PER_DAY: u64 = 10;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

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
    // Another way in is no way around the factor that guards this one.
    methods::ready(app, session).await?;
    let permit = Permit {
        user: session.user,
        identity: session.identity.clone(),
        label: session.display_name.clone(),
        mailbox: mailbox.address().clone(),
        given_at: now,
    };
    let mut tx = app.store.begin(session.tenant).await?;
    let event = AuditEvent::success("User started security info registration").by(session.user).on(session.user);
    tx.audit(now, &event.with("changed", "sign-in")).await?;
    tx.commit().await?;
    app.sessions.end(session.tenant, session.id).await?;
    visit.forget(app).await?;
    app.short_term.put(&under_way_key(visit), b"1", PERMIT).await?;
    visit.ticket = Ticket::to(Destination::ChangeSignIn { id: token(app.random.as_ref()) });
    let journey = Journey { change: Some(permit), switching: true, ..Journey::begin(now) };
    visit.keep(app, &journey).await
}

/// Whether a change is under way in this browser, so that signing out has something to end.
pub async fn is_under_way(app: &App, visit: &Visit) -> Result<bool, SigninError> {
    Ok(app.short_term.get(&under_way_key(visit)).await?.is_some())
}

/// Ends the change that is under way in this browser: its permit is worth nothing from now on, whoever has the cookie.
pub async fn forget(app: &App, visit: &Visit) -> Result<(), SigninError> {
    Ok(app.short_term.remove(&under_way_key(visit)).await?)
}

fn under_way_key(visit: &Visit) -> Key {
    Key::of(visit.tenant.id, Kind::OneTimeLink, format!("change-sign-in:{}", visit.browser_hash()))
}

/// Counts a code to `address` that a permit has sent.
pub async fn count_code(app: &App, visit: &Visit, permit: &Permit, address: &EmailAddress) -> Result<(), SigninError> {
    let of = |kind, id: String| Key::of(visit.tenant.id, kind, id);
    let addresses = of(Kind::Index, format!("change-sign-in:{}:{}", permit.user, permit.given_at.micros()));
    let name = sha256_hex(address.as_str().as_bytes());
    // Listed before it is looked at, so that of many at once none is overlooked.
    app.short_term.enlist(&addresses, &name, PERMIT).await?;
    if app.short_term.listed(&addresses).await?.len() > ADDRESSES {
        app.short_term.delist(&addresses, &name).await?;
        return Err(SigninError::Limited);
    }
    let codes = of(Kind::Limit, format!("change-sign-in:{}", permit.user));
    if app.short_term.count(&codes, DAY).await? > CODES_PER_DAY { Err(SigninError::Limited) } else { Ok(()) }
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
    let under_way = is_under_way(app, visit).await?;
    let mut read = app.store.read(visit.tenant.id).await?;
    Ok(Some(under_way && welcome(app, read.as_mut(), visit, permit, stranger, now).await?.is_some()))
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
    // What ended the guest's sessions ended what one of them allowed.
    if read.ended_at(user.id).await?.is_some_and(|ended| ended >= permit.given_at) {
        return Ok(None);
    }
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
    if !is_under_way(app, visit).await? {
        return Ok(None);
    }
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
    // To the mailbox of before: whoever took it over does not write to its owner.
    let languages: Vec<String> = user.preferred_language.iter().cloned().collect();
    let mail = notices::about(app, tenant, &permit.mailbox, &languages, Change::SignIn)?;
    tx.queue_mail(MailId(random_guid(app.random.as_ref())), &mail, now).await?;
    tx.commit().await?;
    app.mail_queued.notify_one();
    forget(app, visit).await?;
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
