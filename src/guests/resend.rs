//! "Send it to me again": the same answer and the same work for every address; only the mailbox learns more.

use std::time::Duration;

use super::invite::note_end;
use super::invite_limits::MAILS_PER_ADDRESS;
use super::{GuestContext, GuestsError, mail_block, to_nobody};
use crate::clock::random_bytes;
use crate::model::{
    AuditEvent, EmailAddress, Invitation, InvitationEvent, InvitationId, InvitationState, Timestamp, User, UserId,
    UserType,
};
use crate::short_term::{Key, Kind};

/// Pressing again within this time sends nothing.
const PAUSE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Sends the invitation of `address` again, if there is one. The caller cannot tell, and shall not.
pub async fn resend(context: GuestContext<'_>, address: &EmailAddress) -> Result<(), GuestsError> {
    let pause = Key::of(context.tenant.id, Kind::Limit, format!("resend:{}", super::digest(address.as_str())));
    // Limits go by the address typed, whether or not it is known here.
    if !context.short_term.put_new(&pause, b"1", PAUSE).await? {
        return Ok(());
    }
    let queued = queue(&context, address).await;
    if queued.is_err() {
        // Nothing was sent, so pressing again must work at once.
        context.short_term.remove(&pause).await?;
    }
    queued
}

async fn queue(context: &GuestContext<'_>, address: &EmailAddress) -> Result<(), GuestsError> {
    // A bucket of its own: strangers who press the button must not use up the inviter's mails.
    let resent = Key::of(context.tenant.id, Kind::Limit, format!("resent:{}", super::digest(address.as_str())));
    if context.short_term.count(&resent, DAY).await? > MAILS_PER_ADDRESS {
        return Ok(());
    }
    let now = context.clock.now();
    let mut tx = context.store.begin(context.tenant.id).await?;
    let known = tx.guest_invited_as(address).await?;
    // Asked for in any case: an address without a guest costs the same look-ups.
    let user = known.unwrap_or_else(|| stranger(address, now));
    let found = tx.invitation_of(user.id).await?;
    let apps = tx.assigned_apps(user.id).await?;
    let blocked = tx.mails_blocked(&mail_block::hash(context, address)).await?;
    let open = found.filter(|invitation| {
        !blocked
            && invitation.state != InvitationState::Revoked
            && user.account_enabled
            && context.tenant.allows_domain(address.domain())
    });
    let real = open.is_some();
    let mut invitation = open.unwrap_or_else(|| decoy(context, address, user.id, now));
    if real && !invitation.link_works(now) {
        // An expiry ends only the link; the mailbox may have a new one, which lives as long as the first (product.md,
        // redeem URL).
        note_end(tx.as_mut(), &mut invitation, now).await?;
        // Whoever pressed the button is not known yet.
        if invitation.happen(InvitationEvent::Renew, None, now).is_ok() {
            tx.update_invitation(&invitation).await?;
        }
    }
    let words = context.language_for(&invitation, &user);
    let mail = context.invitation_mail(words.as_ref(), &invitation, &apps, None, None)?;
    if real {
        let event = AuditEvent::success("Resend invitation").on(user.id).with("invitation", &invitation.id);
        tx.audit(now, &event).await?;
        tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    } else if let Some(mail) = to_nobody(mail) {
        // The same work as for somebody who waits, audit line included.
        let reason = if blocked { "the mailbox takes no invitation mails" } else { "nobody waits under this address" };
        let event = AuditEvent::failure("Resend invitation").with("reason", reason);
        tx.audit(now, &event).await?;
        tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn stranger(address: &EmailAddress, now: Timestamp) -> User {
    User {
        id: UserId::new(uuid::Uuid::nil()),
        user_principal_name: String::new(),
        display_name: address.to_string(),
        user_type: UserType::Guest,
        creation_type: None,
        external_user_state: None,
        external_user_state_changed_at: None,
        mail: None,
        invited_address: None,
        other_mails: Vec::new(),
        identity: None,
        account_enabled: false,
        preferred_language: None,
        admin: false,
        guest_inviter: false,
        sponsors: Vec::new(),
        expires_at: None,
        deleted_at: None,
        created_at: now,
        last_sign_in_at: None,
    }
}

fn decoy(context: &GuestContext<'_>, address: &EmailAddress, user: UserId, now: Timestamp) -> Invitation {
    Invitation {
        id: InvitationId::from_random(random_bytes(context.random)),
        user,
        address: address.clone(),
        redirect_url: None,
        language: None,
        message: None,
        inviter: context.tenant.display_name.clone(),
        state: InvitationState::Pending,
        created_at: now,
        expires_at: None,
        redeemed_at: None,
        cc: None,
        invited_by: None,
        route: None,
        changed_at: now,
        changed_by: None,
        link_life: None,
    }
}
