//! Leave an organization: the guest's own decision, whatever the organization did to the account.

use super::delete::into_bin;
use super::life::{LifeError, end_sessions};
use crate::app::App;
use crate::model::{AuditEvent, Tenant, UserId, UserType, VerifiedAddress};

/// Leaves, as whoever is signed in. Blocked guests leave by their mailbox, see [`leave_by_mailbox`].
pub async fn leave(app: &App, tenant: &Tenant, id: UserId) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let user = super::life::guest(tx.as_mut(), id).await?;
    into_bin(app, tx.as_mut(), tenant.id, user, now).await?;
    let event = AuditEvent::success("Delete external user").by(id).on(id).with("reason", "left the organization");
    tx.audit(now, &event).await?;
    tx.commit().await?;
    end_sessions(app, tenant.id, id, now).await
}

/// The guest who was invited under a mailbox that was just proved: blocked or not, and whatever became of the way to sign
/// in. The proof lets the guest go, and lets nobody in.
pub async fn guest_of_mailbox(
    app: &App,
    tenant: &Tenant,
    mailbox: &VerifiedAddress,
) -> Result<Option<UserId>, LifeError> {
    let mut read = app.store.read(tenant.id).await?;
    let found = read.guest_invited_as(mailbox.address()).await?;
    Ok(found.filter(|user| user.user_type == UserType::Guest).map(|user| user.id))
}

/// Leaves by proof of the invited mailbox alone. `false` if no guest is invited under it.
pub async fn leave_by_mailbox(app: &App, tenant: &Tenant, mailbox: &VerifiedAddress) -> Result<bool, LifeError> {
    let Some(id) = guest_of_mailbox(app, tenant, mailbox).await? else { return Ok(false) };
    leave(app, tenant, id).await?;
    Ok(true)
}
