//! An invitation's mail came back for good: the inviter sees it in lists, and inviting again opens the invitation anew.

use super::GuestsError;
use crate::model::{AuditEvent, InvitationEvent, InvitationId, TenantId, Timestamp};
use crate::storage::Store;

/// Records that the mail of an invitation could not be delivered. `false` if that says nothing about it any more: the
/// guest has answered, the link is over, or there is no such invitation.
pub async fn bounced(
    store: &dyn Store,
    tenant: TenantId,
    invitation: &InvitationId,
    at: Timestamp,
) -> Result<bool, GuestsError> {
    let mut tx = store.begin(tenant).await?;
    let Some(mut invitation) = tx.invitation(invitation).await? else { return Ok(false) };
    if invitation.happen(InvitationEvent::Bounce, None, at).is_err() {
        return Ok(false);
    }
    tx.update_invitation(&invitation).await?;
    let event = AuditEvent::failure("Email not sent").on(invitation.user).with("invitation", &invitation.id);
    tx.audit(at, &event.with("reason", "bounced")).await?;
    tx.commit().await?;
    Ok(true)
}
