//! Match a proved identity with a guest of the tenant, and open the session: the only place where a sign-in succeeds.

use std::sync::Arc;

use super::advance::{SigninError, Visit};
use super::factors::standing_of;
use super::journey::{Journey, Stranger};
use super::may_bind::{Claim, Opened, Rules, may_be_bound};
use super::own_provider::{is_members, member_of};
use super::relink::relink;
use super::{facts, home_logout, notices, proofs};
use crate::app::App;
use crate::clock::random_guid;
use crate::guests::change_sign_in;
use crate::guests::personal_data::{PersonalData, Sealer};
use crate::guests::usage::month_of;
use crate::model::{
    AuditEvent, EmailAddress, Identity, Invitation, MailId, Method, SecondFactorMethod, SecondFactorProof, SessionId,
    SessionRecord, TenantId, Timestamp, User, UserType,
};
use crate::session::Session;
use crate::storage::{Read, Tx};

/// How a sign-in ended.
pub enum Finished {
    /// A guest or member of this tenant is signed in.
    SignedIn {
        /// The new session.
        record: Arc<SessionRecord>,
        /// Value for the session cookie of this host.
        cookie: String,
    },
    /// Proved, but nobody here; the journey remembers who it was.
    Stranger,
}

/// Finishes a sign-in: bound identity first, then the pending guest whose address was proved.
pub async fn finish(
    app: &App,
    visit: &Visit,
    journey: &mut Journey,
    invitation: Option<&Invitation>,
    stranger: Stranger,
) -> Result<Finished, SigninError> {
    // A password is checked for seconds when many wait: whoever got a new one meanwhile ended this proof.
    if !proofs::still_counts(app, &stranger.identity, stranger.signed_in_at).await? {
        return Ok(Finished::Stranger);
    }
    let mut read = app.store.read(visit.tenant.id).await?;
    let mailbox = journey.proved_mailbox(app.clock.now()).cloned();
    let now = app.clock.now();
    let mut user = guest_of(app, read.as_mut(), visit, mailbox.as_ref(), invitation, &stranger, now).await?;
    drop(read);
    let changing = journey.changes_sign_in(now);
    if user.is_none() && !changing {
        user = member_of(app, visit, &stranger).await?;
    }
    if let (None, false, Some(mailbox)) = (&user, changing, fresh_mailbox(&stranger, mailbox.as_ref())) {
        user = relink(app, visit, mailbox, invitation, &stranger).await?;
    }
    let opened = match user {
        Some(user) => {
            let verified = stranger.verified.clone().or(mailbox);
            open_session(app, visit, &user, stranger.clone(), verified, None).await?
        }
        None => None,
    };
    match opened {
        Some((record, cookie)) => {
            visit.forget(app).await?;
            *journey = Journey::begin(app.clock.now());
            Ok(Finished::SignedIn { record, cookie })
        }
        None => {
            // Whoever changes the way to sign in is asked first whether this is the new one.
            if !changing {
                let mut tx = app.store.begin(visit.tenant.id).await?;
                let event = AuditEvent::failure("User sign-in")
                    .with("reason", "no guest")
                    .with("method", stranger.identity.method.amr_of(stranger.by_passkey));
                tx.audit(app.clock.now(), &event).await?;
                tx.commit().await?;
            }
            journey.stranger = Some(stranger);
            journey.switching = false;
            journey.code = None;
            visit.keep(app, journey).await?;
            Ok(Finished::Stranger)
        }
    }
}

/// The guest was shown who signed in, and said yes: from now on this is how the guest signs in. Signed in at once.
pub async fn finish_change(app: &App, visit: &Visit, journey: &mut Journey) -> Result<Finished, SigninError> {
    let (Some(permit), Some(stranger)) = (journey.change.clone(), journey.stranger.clone()) else {
        return Err(SigninError::OutOfStep);
    };
    let Some(user) = change_sign_in::change(app, visit, &permit, &stranger).await? else {
        return Err(SigninError::OutOfStep);
    };
    let verified = stranger.verified.clone();
    match open_session(app, visit, &user, stranger, verified, None).await? {
        Some((record, cookie)) => {
            visit.forget(app).await?;
            *journey = Journey::begin(app.clock.now());
            Ok(Finished::SignedIn { record, cookie })
        }
        None => Ok(Finished::Stranger),
    }
}

/// The mailbox that was proved by a code in this journey: beside the sign-in, or as the sign-in itself. What a provider
/// says, or an account once proved, is not fresh.
fn fresh_mailbox<'a>(stranger: &'a Stranger, mailbox: Option<&'a EmailAddress>) -> Option<&'a EmailAddress> {
    let signed_in = stranger.verified.as_ref().filter(|_| stranger.identity.method == Method::OneTimePasscode);
    signed_in.or(mailbox)
}

/// Signs a member in whose password was just checked against `hash`, or, where there is none, whose passkey was.
pub async fn finish_member(
    app: &App,
    visit: &Visit,
    member: &User,
    hash: Option<&str>,
    second_factor: Option<SecondFactorMethod>,
) -> Result<Finished, SigninError> {
    let identity = Identity {
        issuer: app.urls.issuer(visit.tenant.id),
        subject: member.id.to_string(),
        method: Method::MemberPassword,
    };
    let stranger = Stranger {
        identity,
        verified: member.mail.clone(),
        claimed: member.mail.clone(),
        label: member.mail.as_ref().map(ToString::to_string).unwrap_or_default(),
        name: Some(member.display_name.clone()),
        signed_in_at: app.clock.now(),
        second_factor,
        authenticated_at: None,
        by_passkey: hash.is_none(),
        home: None,
    };
    let Some((record, cookie)) = open_session(app, visit, member, stranger, member.mail.clone(), hash).await? else {
        return Ok(Finished::Stranger);
    };
    visit.forget(app).await?;
    Ok(Finished::SignedIn { record, cookie })
}

/// A member of `home` who is signed in there in this very browser: the home organization of a guest here.
pub fn member_abroad(app: &App, visit: &Visit, home: TenantId) -> Option<Stranger> {
    let session = visit.handle.as_ref()?.session(home)?;
    let record = session.record();
    let mail = record.mail.clone()?;
    let tenant = visit.snapshot.tenant(home)?;
    // Half a sign-in at home is none here: the password alone must not open other doors.
    let whole = !record.lacks_second_factor(tenant, false);
    let vouched = whole && record.user_type == UserType::Member && tenant.owns(mail.domain());
    (vouched && session.is_live(app.clock.now())).then(|| Stranger {
        identity: Identity {
            issuer: app.urls.issuer(home),
            subject: record.user.to_string(),
            method: Method::Tenant { tenant: home },
        },
        label: mail.to_string(),
        claimed: Some(mail.clone()),
        verified: Some(mail),
        name: Some(record.display_name.clone()),
        signed_in_at: record.signed_in_at,
        // This tenant asks for a second factor itself: that of the home organization is its own affair.
        second_factor: None,
        authenticated_at: record.authenticated_at,
        by_passkey: record.by_passkey,
        // Whoever signs out at the provider behind it signs out here as well.
        home: record.home.as_ref().and_then(|session| session.abroad(home, &record.identity)),
    })
}

/// Whose sign-in this is. The identity alone finds a bound guest (INV4); an address that was proved in this journey
/// finds a guest whom nobody has redeemed yet, and never anybody else.
pub(super) async fn guest_of(
    app: &App,
    read: &mut dyn Read,
    visit: &Visit,
    mailbox: Option<&EmailAddress>,
    invitation: Option<&Invitation>,
    stranger: &Stranger,
    now: Timestamp,
) -> Result<Option<User>, SigninError> {
    let identity = &stranger.identity;
    if let Some(bound) = read.user_by_identity(&identity.issuer, &identity.subject).await? {
        let open = bound.account_enabled && !bound.has_ended(now);
        let welcome = match bound.user_type {
            UserType::Guest => true,
            // As long as the provider is the organization's own for the member's domain.
            UserType::Member => {
                bound.mail.as_ref().is_some_and(|mail| is_members(Rules::of(app, visit), identity, mail))
            }
        };
        return Ok((open && welcome).then_some(bound));
    }
    let claim = Claim::of(stranger, mailbox);
    if let Some(address) = &stranger.verified {
        let by_mail_link = invitation.is_some_and(|invitation| invitation.address == *address);
        if let Some(user) = redeemable(app, read, visit, address, by_mail_link, invitation, claim, now).await? {
            return Ok(Some(user));
        }
    }
    // The provider vouches for no address, and the mailbox was proved beside the sign-in. Another address than that of
    // the sign-in is an alias: bound on the mail link of the invited address alone.
    let Some(mailbox) = mailbox else { return Ok(None) };
    let alias = stranger.claimed.as_ref() != Some(mailbox);
    match invitation {
        Some(opened) if *mailbox == opened.address => {
            let user = redeemable(app, read, visit, mailbox, true, invitation, claim, now).await?;
            Ok(user.filter(|user| user.id == opened.user))
        }
        None if !alias => redeemable(app, read, visit, mailbox, false, None, claim, now).await,
        _ => Ok(None),
    }
}

/// The pending guest invited under `address`, if every rule lets this identity be bound. A guest without `mail` (the
/// address collided with another object) is found by the mail link alone.
#[expect(clippy::too_many_arguments, reason = "one question, asked of two addresses")]
async fn redeemable(
    app: &App,
    read: &mut dyn Read,
    visit: &Visit,
    address: &EmailAddress,
    by_mail_link: bool,
    invitation: Option<&Invitation>,
    claim: Claim<'_>,
    now: Timestamp,
) -> Result<Option<User>, SigninError> {
    let Some(user) = read.unbound_guest(address).await? else { return Ok(None) };
    let reachable = by_mail_link || user.mail.is_some();
    let may = may_be_bound(read, Rules::of(app, visit), &user, Opened::Link(invitation), claim, now).await?;
    Ok((reachable && may).then_some(user))
}

/// The user who was found, as the directory has it now; `None` if anything that the sign-in was judged by has changed since.
/// A password is checked for seconds when many wait, and a transaction may wait for another: whoever was blocked, removed,
/// bound to somebody else or given a new password meanwhile must not come in on what was true before.
async fn still_the_same(
    tx: &mut dyn Tx,
    found: &User,
    hash: Option<&str>,
    now: Timestamp,
) -> Result<Option<User>, SigninError> {
    let Some(user) = tx.user(found.id).await? else { return Ok(None) };
    let same_password = match hash {
        Some(_) => tx.password_hash(found.id).await?.as_deref() == hash,
        None => true,
    };
    let welcome = user.account_enabled && !user.has_ended(now) && user.user_type == found.user_type;
    Ok(Some(user).filter(|user| welcome && same_password && user.identity == found.identity))
}

/// An application asked the same person to sign in anew: the session goes on, or its other applications would sign them out.
fn is_renewed(visit: &Visit, known: &Session, user: &User, identity: &Identity, now: Timestamp) -> bool {
    let record = known.record();
    visit.ticket.fresh.is_some() && known.is_live(now) && record.user == user.id && record.identity == *identity
}

async fn open_session(
    app: &App,
    visit: &Visit,
    found: &User,
    stranger: Stranger,
    verified: Option<EmailAddress>,
    hash: Option<&str>,
) -> Result<Option<(Arc<SessionRecord>, String)>, SigninError> {
    let tenant = &visit.tenant;
    let stranger_at = stranger.signed_in_at;
    // Before the transaction: there is one writer, and a personal account's factors lie with the instance.
    let factors = standing_of(app, tenant.id, (found.id, found.user_type), &stranger.identity).await?;
    let mut tx = app.store.begin(tenant.id).await?;
    // Only now, when nobody else can write: what ends this user's access afterwards has a later time than this sign-in.
    let now = app.clock.now();
    let Some(user) = still_the_same(tx.as_mut(), found, hash, now).await? else { return Ok(None) };
    let user = &user;
    let known = visit.handle.as_ref().and_then(|handle| handle.session(tenant.id));
    let renewed = known.filter(|known| is_renewed(visit, known, user, &stranger.identity, now)).cloned();
    if let Some(known) = known.filter(|_| renewed.is_none()) {
        // Somebody is signed in here already; whoever it was, that session ends before the next one begins.
        app.sessions.end(tenant.id, known.record().id).await?;
    }
    // A member abroad signed in at home a while ago: the session counts from then, not anew from here.
    let signed_in_at = stranger.signed_in_at.min(now);
    let new_id = || SessionId(random_guid(app.random.as_ref()));
    let id = renewed.as_ref().map_or_else(new_id, |known| known.record().id);
    let second_factor = stranger.second_factor.filter(|by| factors.counts(*by, &stranger.identity));
    let begun = SessionRecord::begin(id, tenant, user, stranger.identity, now);
    let mut record = SessionRecord {
        verified_address: verified,
        claimed_address: stranger.claimed,
        absolute_end: begun.absolute_end.min(signed_in_at.plus(tenant.policies.session_absolute)),
        browser: Some(visit.browser_hash()),
        agent: visit.agent.clone(),
        second_factor: second_factor.map(|by| SecondFactorProof { at: now, by }),
        two_steps_wanted: factors.wants_two_steps(),
        authenticated_at: Some(stranger.authenticated_at.unwrap_or(signed_in_at).min(now)),
        by_passkey: stranger.by_passkey,
        home: stranger.home,
        ..begun
    };
    facts::fill(tx.as_mut(), tenant, user, &mut record, now).await?;
    tx.note_sign_in(user.id, now).await?;
    if user.user_type == UserType::Guest {
        tx.note_active(user.id, &month_of(now)).await?;
    }
    let event = AuditEvent::success("User sign-in").by(user.id).on(user.id);
    let event = event.with("method", record.amr().join(" "));
    if let Some(mail) = notices::new_device(app, visit, user, &record)? {
        tx.queue_mail(MailId(random_guid(app.random.as_ref())), &mail, now).await?;
        app.mail_queued.notify_one();
    }
    let data = PersonalData { address: record.verified_address.clone(), network: Some(visit.network.clone()) };
    let event = Sealer::of(app).seal(tx.as_mut(), tenant.id, event, &data).await?;
    tx.audit(now, &event).await?;
    tx.commit().await?;
    let session = match renewed {
        Some(known) => {
            app.sessions.replace(record).await?;
            known
        }
        None => app.sessions.start(record).await?,
    };
    // What ended the proof before the session was listed did not end the session.
    let begun = session.record();
    let at_home =
        home_logout::still_counts(app, (begun.tenant, &begun.identity), begun.home.as_ref(), stranger_at).await?;
    if !at_home || !proofs::still_counts(app, &begun.identity, stranger_at).await? {
        app.sessions.end(tenant.id, begun.id).await?;
        return Ok(None);
    }
    let cookie = app.sessions.attach(&visit.host, visit.cookie.as_deref(), &session, false).await?;
    let record = session.record().clone();
    Ok(Some((record, cookie)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Store as _;
    use crate::test_doubles::{Bench, contoso, member};

    #[tokio::test]
    async fn a8_nobody_comes_in_on_what_was_true_before() {
        let bench = Bench::of(contoso());
        let now = Timestamp::from_seconds(1_700_000_000);
        let found = member();
        let other = Identity { issuer: "mail".into(), subject: "x".into(), method: Method::OneTimePasscode };
        type Change = Box<dyn Fn(&mut User)>;
        let changes: Vec<(&str, Change, bool)> = vec![
            ("nothing", Box::new(|_| {}), true),
            ("a name", Box::new(|user| user.display_name = "Mia".into()), true),
            ("a role", Box::new(|user| user.guest_inviter = true), true),
            ("blocked", Box::new(|user| user.account_enabled = false), false),
            ("in the bin", Box::new(move |user| user.deleted_at = Some(now)), false),
            ("ended", Box::new(move |user| user.expires_at = Some(now)), false),
            ("bound to somebody else", Box::new(move |user| user.identity = Some(other.clone())), false),
        ];
        for (what, change, welcome) in changes {
            let mut current = found.clone();
            change(&mut current);
            bench.store.edit(|content| content.users = vec![(bench.tenant.id, current.clone())]);
            let mut tx = bench.store.begin(bench.tenant.id).await.unwrap();
            let judged = still_the_same(tx.as_mut(), &found, None, now).await.unwrap();
            assert_eq!(judged, welcome.then_some(current), "{what}");
        }
        bench.store.edit(|content| content.users = vec![(bench.tenant.id, found.clone())]);
        for (kept, checked, welcome) in [("old", "old", true), ("new", "old", false)] {
            bench.store.edit(|content| drop(content.passwords.insert(found.id, kept.to_owned())));
            let mut tx = bench.store.begin(bench.tenant.id).await.unwrap();
            let judged = still_the_same(tx.as_mut(), &found, Some(checked), now).await.unwrap();
            assert_eq!(judged.is_some(), welcome, "{kept} {checked}");
        }
    }
}
