//! A mail that came back: its invitation says so, in the list of guests and in the audit log.

use crate::clock::Clock;
use crate::model::{AuditEvent, InvitationEvent, InvitationId, TenantId};
use crate::storage::{Store, StoreResult};

/// Moves a pending invitation to *bounced*. Its link stays good: the mail may be sent again, or the link passed on. Doing it
/// again is no change.
pub(super) async fn mark(
    store: &dyn Store,
    clock: &dyn Clock,
    tenant: TenantId,
    invitation: &InvitationId,
) -> StoreResult<()> {
    let now = clock.now();
    let mut tx = store.begin(tenant).await?;
    let Some(mut invitation) = tx.invitation(invitation).await? else { return Ok(()) };
    if invitation.happen(InvitationEvent::Bounce, None, now).is_err() {
        return Ok(());
    }
    tx.update_invitation(&invitation).await?;
    let event = AuditEvent::failure("Email not delivered").on(invitation.user).with("invitation", &invitation.id);
    tx.audit(now, &event).await?;
    tx.commit().await
}
