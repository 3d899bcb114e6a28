//! A guest whose way to sign in was switched off takes another one, after proving the guest's own mailbox: the old
//! identity is unbound and the new one bound in one transaction.

use super::advance::{SigninError, Visit};
use super::home_realm::identity_is_gone;
use super::journey::Stranger;
use super::may_bind::{Claim, Opened, Rules, may_be_bound};
use crate::app::App;
use crate::model::{AuditEvent, EmailAddress, Invitation, InvitationState, Method, User, UserId};
use crate::storage::Read;

/// The guest with this mailbox who cannot get in any more, if the tenant lets such guests take another way. Only the
/// guest's own mail counts, no alias and nothing that was invited once; whoever can still sign in is never found.
pub(super) async fn lost_guest(
    read: &mut dyn Read,
    visit: &Visit,
    mailbox: &EmailAddress,
) -> Result<Option<User>, SigninError> {
    let tenant = &visit.tenant;
    if !tenant.policies.relink_guests || !tenant.allows_domain(mailbox.domain()) {
        return Ok(None);
    }
    let mut found = read.bound_guests_with_mail(mailbox).await?;
    let lost =
        |user: &User| user.identity.as_ref().is_some_and(|bound| identity_is_gone(tenant, &visit.snapshot, bound));
    // Two guests with one mailbox: nobody can tell whose it is, so an administrator has to.
    let user = found.pop().filter(|user| found.is_empty() && user.account_enabled && lost(user));
    // Asked for nobody as well, so that the time tells nobody who is here (attack row B10).
    let id = user.as_ref().map_or(UserId::new(uuid::Uuid::nil()), |user| user.id);
    let invitation = read.invitation_of(id).await?;
    Ok(user.filter(|_| invitation.is_none_or(|invitation| invitation.state != InvitationState::Revoked)))
}

/// Binds whoever signed in instead of the identity that is gone. `mailbox` was proved by a code in this very browser, a
/// moment ago. On a mail link it must be the guest of that invitation. `None` changes nothing.
pub(super) async fn relink(
    app: &App,
    visit: &Visit,
    mailbox: &EmailAddress,
    invitation: Option<&Invitation>,
    stranger: &Stranger,
) -> Result<Option<User>, SigninError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(visit.tenant.id).await?;
    let Some(mut user) = lost_guest(tx.as_mut(), visit, mailbox).await? else { return Ok(None) };
    let other = invitation.is_some_and(|invitation| invitation.user != user.id);
    let (opened, claim) = (Opened::Link(invitation), Claim::of(stranger, Some(mailbox)));
    let may = !other && may_be_bound(tx.as_mut(), Rules::of(app, visit), &user, opened, claim, now).await?;
    let (true, Some(old)) = (may, user.identity.clone()) else { return Ok(None) };
    if !tx.relink_identity(user.id, &old, &stranger.identity).await? {
        // Somebody else has this identity here; dropping the transaction leaves both as they were.
        return Ok(None);
    }
    tx.bump_epoch(Some(user.id), now).await?;
    let event = AuditEvent::success("Re-link external user").by(user.id).on(user.id);
    let event = event.with("from", described(&old.method)).with("to", described(&stranger.identity.method));
    tx.audit(now, &event.with("because", "the sign-in method was switched off")).await?;
    tx.commit().await?;
    app.sessions.end_user(visit.tenant.id, user.id, now).await?;
    user.identity = Some(stranger.identity.clone());
    Ok(Some(user))
}

/// A method in ids and fixed words, for the audit log.
fn described(method: &Method) -> String {
    match method {
        Method::Connection { name } => format!("connection {name}"),
        Method::Tenant { tenant } => format!("tenant {tenant}"),
        Method::PersonalAccount => "personal account".to_owned(),
        Method::OneTimePasscode => "one-time passcode".to_owned(),
        Method::MemberPassword => "password".to_owned(),
    }
}
