//! Revoke an invitation: its link and its pending guest end, whichever door they stand at (decision 24).

use super::assign::actor;
use super::invite::{Inviter, by};
use super::manage::{ManageError, managed};
use super::{GuestContext, GuestsError};
use crate::app::App;
use crate::model::{AuditEvent, Invitation, InvitationEvent, User, UserId};

/// Who is not expected any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The guest, whose account is off.
    pub user: User,
    /// The invitation, which nothing opens again.
    pub invitation: Invitation,
}

/// Revokes the open invitation of `guest`. A guest who accepted is not revoked but blocked or removed. Whoever is
/// halfway through the documents has a session: call [`revoke_and_end_sessions`] where an [`App`] is at hand.
pub async fn revoke(context: GuestContext<'_>, inviter: &Inviter, guest: UserId) -> Result<Revoked, ManageError> {
    let now = context.clock.now();
    let mut tx = context.store.begin(context.tenant.id).await?;
    let (mut user, mut invitation) = managed(tx.as_mut(), inviter, guest).await?;
    invitation.happen(InvitationEvent::Revoke, by(inviter), now)?;
    user.account_enabled = false;
    tx.update_invitation(&invitation).await?;
    tx.update_user(&user).await?;
    tx.bump_epoch(Some(user.id), now).await?;
    let event = AuditEvent::success("Revoke invitation").on(user.id).with("invitation", &invitation.id);
    tx.audit(now, &actor(event, inviter)).await?;
    tx.commit().await?;
    Ok(Revoked { user, invitation })
}

/// Revokes, and ends every session of the guest here and now.
pub async fn revoke_and_end_sessions(
    app: &App,
    context: GuestContext<'_>,
    inviter: &Inviter,
    guest: UserId,
) -> Result<Revoked, ManageError> {
    let revoked = revoke(context, inviter, guest).await?;
    app.sessions.end_user(context.tenant.id, guest, app.clock.now()).await.map_err(GuestsError::from)?;
    Ok(revoked)
}
