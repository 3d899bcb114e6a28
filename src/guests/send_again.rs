//! Send an invitation again, as its inviter: the same link with its whole life before it. Guests have [`super::resend`].

use std::time::Duration;

use super::GuestContext;
use super::GuestsError;
use super::assign::actor;
use super::invite::{Inviter, by, note_end};
use super::invite_limits::may_mail_to;
use super::mail_block;
use super::manage::{ManageError, managed};
use crate::model::{AuditEvent, Invitation, InvitationEvent, User, UserId};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What was sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentAgain {
    /// The guest.
    pub user: User,
    /// The invitation, under the same link as before.
    pub invitation: Invitation,
}

/// Sends the invitation of `guest` again. An ended, declined or bounced one waits for the guest anew.
pub async fn send_again(context: GuestContext<'_>, inviter: &Inviter, guest: UserId) -> Result<SentAgain, ManageError> {
    let now = context.clock.now();
    let mut view = context.store.read(context.tenant.id).await?;
    let (_, invitation) = managed(view.as_mut(), inviter, guest).await?;
    invitation.state.after(InvitationEvent::Renew)?;
    // Counted for somebody who may send alone, and before the writer is taken: the counter may be on another machine.
    if !may_mail_to(&context, &invitation.address).await? {
        return Err(ManageError::TooMany { retry_after: DAY });
    }
    let may_copy = match &invitation.cc {
        Some(cc) => may_mail_to(&context, cc).await?,
        None => false,
    };
    let mut tx = context.store.begin(context.tenant.id).await?;
    let (user, mut invitation) = managed(tx.as_mut(), inviter, guest).await?;
    note_end(tx.as_mut(), &mut invitation, now).await?;
    invitation.happen(InvitationEvent::Renew, by(inviter), now)?;
    if !user.account_enabled {
        return Err(ManageError::Blocked);
    }
    if !context.tenant.allows_domain(invitation.address.domain()) {
        return Err(ManageError::DomainBlocked(invitation.address.domain().clone()));
    }
    if mail_block::holds_back(&context, tx.as_mut(), &user, &invitation).await? {
        tx.commit().await?;
        return Err(ManageError::MailBlocked);
    }
    tx.update_invitation(&invitation).await?;
    let apps = tx.assigned_apps(user.id).await?;
    let inviter_address = match inviter {
        Inviter::User(user) => user.mail.as_ref(),
        Inviter::Operator { .. } | Inviter::Application { .. } => None,
    };
    let words = context.language_for(&invitation, &user);
    let wanted = invitation.cc.as_ref().filter(|_| may_copy);
    let cc = mail_block::copy_to(&context, tx.as_mut(), wanted).await?;
    let mail =
        context.invitation_mail(words.as_ref(), &invitation, &apps, cc, inviter_address).map_err(GuestsError::from)?;
    let event = AuditEvent::success("Resend invitation").on(user.id).with("invitation", &invitation.id);
    tx.audit(now, &actor(event, inviter)).await?;
    tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    tx.commit().await?;
    Ok(SentAgain { user, invitation })
}
