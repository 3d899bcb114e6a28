//! The object of a guest who is invited for the first time, and what mends it when they are invited again.

use super::GuestContext;
use super::invite::Invite;
use super::invite_error::InviteError;
use super::obstacle::obstacle;
use crate::clock::random_guid;
use crate::model::{CreationType, EmailAddress, ExternalUserState, Timestamp, User, UserId, UserType};
use crate::storage::{StoreError, Tx};

/// Whether one more guest may be invited; those who are there already are not asked.
pub(super) async fn check_room(context: &GuestContext<'_>, tx: &mut dyn Tx) -> Result<(), InviteError> {
    match context.tenant.policies.max_guests {
        Some(most) if tx.guest_count().await? >= most => Err(InviteError::Full(most)),
        _ => Ok(()),
    }
}

/// The guest as the original makes them. From the second `attempt` on the principal name has a number.
pub(super) async fn new_guest(
    context: &GuestContext<'_>,
    invite: &Invite,
    tx: &mut dyn Tx,
    attempt: u32,
    now: Timestamp,
) -> Result<User, StoreError> {
    // As in the original: a guest whose address another object of the directory holds gets no `mail`.
    let taken = obstacle(tx, context.tenant, &invite.address, None).await?.is_some();
    let primary = context.tenant.primary_domain().unwrap_or_else(|| invite.address.domain());
    Ok(User {
        id: UserId::new(random_guid(context.random)),
        user_principal_name: principal_name(&User::guest_principal_name(&invite.address, primary), attempt),
        display_name: invite.display_name.clone().unwrap_or_else(|| invite.address.to_string()),
        user_type: UserType::Guest,
        creation_type: Some(CreationType::Invitation),
        external_user_state: Some(ExternalUserState::PendingAcceptance),
        external_user_state_changed_at: Some(now),
        mail: (!taken).then(|| invite.address.clone()),
        invited_address: Some(invite.address.clone()),
        other_mails: if taken { vec![invite.address.clone()] } else { Vec::new() },
        identity: None,
        account_enabled: true,
        preferred_language: invite.language.clone(),
        admin: false,
        guest_inviter: false,
        sponsors: Vec::new(),
        expires_at: None,
        deleted_at: None,
        created_at: now,
        last_sign_in_at: None,
    })
}

/// Once the contact is gone, inviting again mends the guest; the original wants five steps for that.
pub(super) async fn regain_mail(
    context: &GuestContext<'_>,
    tx: &mut dyn Tx,
    user: &mut User,
    address: &EmailAddress,
) -> Result<(), StoreError> {
    if user.mail.is_none() && obstacle(tx, context.tenant, address, Some(user.id)).await?.is_none() {
        user.mail = Some(address.clone());
        user.other_mails.retain(|other| other != address);
    }
    Ok(())
}

/// From the second attempt on with a number before `#EXT#`.
fn principal_name(name: &str, attempt: u32) -> String {
    match name.split_once("#EXT#") {
        Some((left, right)) if attempt > 1 => format!("{left}_{attempt}#EXT#{right}"),
        _ => name.to_owned(),
    }
}
