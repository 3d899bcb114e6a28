//! Give a member or a guest the role *Guest Inviter*, or make them an owner of an app, and take it back.

use super::assign::actor;
use super::invite::Inviter;
use super::manage::{ManageError, is_admin};
use super::{GuestContext, GuestsError};
use crate::model::{AppId, AuditEvent, EmailAddress, User};
use crate::storage::{Read, Tx};

/// Gives or takes the role *Guest Inviter*. A guest who holds it brings colleagues (the partner's own administrator).
pub async fn set_guest_inviter(
    context: GuestContext<'_>,
    by: &Inviter,
    address: &EmailAddress,
    holds: bool,
) -> Result<User, ManageError> {
    let mut tx = context.store.begin(context.tenant.id).await?;
    allowed(tx.as_mut(), by).await?;
    let mut user = person(tx.as_mut(), address).await?.ok_or(ManageError::NoGuest)?;
    user.guest_inviter = holds;
    tx.update_user(&user).await?;
    let activity = if holds { "Add member to role" } else { "Remove member from role" };
    let event = AuditEvent::success(activity).on(user.id).with("role", "Guest Inviter");
    tx.audit(context.clock.now(), &actor(event, by)).await?;
    tx.commit().await?;
    Ok(user)
}

/// Makes somebody an owner of an app of the tenant, or ends that. Owners named by the tenant's file stay.
pub async fn set_owner(
    context: GuestContext<'_>,
    by: &Inviter,
    address: &EmailAddress,
    app: AppId,
    owns: bool,
) -> Result<User, ManageError> {
    if context.snapshot.service_principal(context.tenant, app).is_none() {
        return Err(ManageError::Unknown);
    }
    let mut tx = context.store.begin(context.tenant.id).await?;
    allowed(tx.as_mut(), by).await?;
    let user = person(tx.as_mut(), address).await?.ok_or(ManageError::NoGuest)?;
    if !tx.own_app(user.id, app, owns).await? && !owns {
        return Err(ManageError::NotGiven);
    }
    let activity = if owns { "Add owner to service principal" } else { "Remove owner from service principal" };
    tx.audit(context.clock.now(), &actor(AuditEvent::success(activity).on(user.id).with("app", app), by)).await?;
    tx.commit().await?;
    Ok(user)
}

/// Roles are given by the operator and by administrators.
async fn allowed(tx: &mut dyn Tx, by: &Inviter) -> Result<(), ManageError> {
    match by {
        Inviter::Operator { .. } => Ok(()),
        Inviter::Application { .. } => Err(ManageError::NotAllowed),
        Inviter::User(named) => {
            let fresh = tx.user(named.id).await?;
            if fresh.is_some_and(|user| is_admin(&user)) { Ok(()) } else { Err(ManageError::NotAllowed) }
        }
    }
}

/// Somebody of the tenant by address, member or guest: for the command line, which acts in their name.
pub async fn named(context: &GuestContext<'_>, address: &EmailAddress) -> Result<Option<User>, GuestsError> {
    person(context.store.read(context.tenant.id).await?.as_mut(), address).await
}

/// The member with this address, or the guest who was invited under it.
pub async fn person(view: &mut (impl Read + ?Sized), address: &EmailAddress) -> Result<Option<User>, GuestsError> {
    match view.member(address).await? {
        Some(member) => Ok(Some(member)),
        None => Ok(view.guest_invited_as(address).await?),
    }
}
