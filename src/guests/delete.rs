//! Put a guest into the bin for 30 days, and take the guest out again.

use std::time::Duration;

use super::bar;
use super::life::{By, LifeError, end_sessions, guest};
use crate::app::App;
use crate::clock::random_bytes;
use crate::model::{AuditEvent, Invitation, InvitationId, InvitationState, Tenant, TenantId, Timestamp, User, UserId};
use crate::storage::Tx;

/// How long the bin keeps a guest, as in the original.
pub const BIN: Duration = Duration::from_secs(30 * 24 * 3600);

/// Deletes a guest softly: the access ends, the address is free again, and everything can be restored for 30 days.
pub async fn delete(app: &App, tenant: &Tenant, by: By, id: UserId) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let user = guest(tx.as_mut(), id).await?;
    into_bin(app, tx.as_mut(), tenant.id, user, now).await?;
    tx.audit(now, &by.sign(AuditEvent::success("Delete external user").on(id))).await?;
    tx.commit().await?;
    end_sessions(app, tenant.id, id, now).await
}

/// Moves a guest into the bin within a verb's transaction. An open invitation is revoked with it (decision 24), or it would
/// hold the address.
pub(super) async fn into_bin(
    app: &App,
    tx: &mut dyn Tx,
    tenant: TenantId,
    mut user: User,
    now: Timestamp,
) -> Result<(), LifeError> {
    bar::remember(tx, app.keys.as_ref(), tenant, &user, now).await?;
    if let Some(mut open) = tx.invitation_of(user.id).await?.filter(|invitation| invitation.state.is_open()) {
        open.state = InvitationState::Revoked;
        open.changed_at = now;
        open.changed_by = None;
        tx.update_invitation(&open).await?;
    }
    user.deleted_at = Some(now);
    tx.update_user(&user).await?;
    tx.bump_epoch(Some(user.id), now).await?;
    Ok(())
}

/// Takes a guest out of the bin with identity, assignments and answers as they were. A guest who had not redeemed gets a
/// new invitation, since the old one was revoked.
pub async fn restore(app: &App, tenant: &Tenant, by: By, id: UserId) -> Result<User, LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = tx.deleted_user(id).await?.ok_or(LifeError::NotDeleted)?;
    if let Some(address) = &user.invited_address
        && tx.guest_invited_as(address).await?.is_some()
    {
        return Err(LifeError::AddressTaken(address.clone()));
    }
    if let Some(identity) = &user.identity
        && tx.user_by_identity(&identity.issuer, &identity.subject).await?.is_some()
    {
        return Err(LifeError::IdentityTaken);
    }
    user.deleted_at = None;
    tx.update_user(&user).await?;
    if user.is_pending()
        && let Some(before) = tx.invitation_of(id).await?.filter(|before| before.state == InvitationState::Revoked)
    {
        tx.insert_invitation(&again(app, tenant, before, by, now)).await?;
    }
    tx.audit(now, &by.sign(AuditEvent::success("Restore user").on(id))).await?;
    tx.commit().await?;
    Ok(user)
}

/// The invitation of before under a new locator: what was revoked leads nowhere for ever.
fn again(app: &App, tenant: &Tenant, before: Invitation, by: By, now: Timestamp) -> Invitation {
    let link_life = before.link_life.or(tenant.policies.invitation_lifetime);
    Invitation {
        id: InvitationId::from_random(random_bytes(app.random.as_ref())),
        state: InvitationState::Pending,
        created_at: now,
        expires_at: link_life.map(|span| now.plus(span)),
        link_life,
        redeemed_at: None,
        changed_at: now,
        changed_by: match by {
            By::User(user) => Some(user),
            By::Operator | By::Application(_) | By::Clock => None,
        },
        ..before
    }
}
