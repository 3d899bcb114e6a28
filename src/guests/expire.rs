//! Write down which invitations' links ended. Nothing waits for it: an ended link opens nothing from the second it ends.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::GuestsError;
use super::invite::note_end;
use crate::app::App;
use crate::model::{AuditEvent, TenantId, Timestamp};
use crate::storage::Store;

/// How often it is looked for ended links.
const INTERVAL: Duration = Duration::from_secs(60);
/// Most links of one transaction, so that nobody waits long behind it.
const AT_ONCE: u32 = 200;

/// Records the ended links of one tenant; how many there were.
pub async fn record_ended(store: &dyn Store, tenant: TenantId, now: Timestamp) -> Result<usize, GuestsError> {
    let mut recorded = 0;
    loop {
        // Looked for by a reader first: usually there is none, and the writer is left alone.
        if store.read(tenant).await?.ended_invitations(now, 1).await?.is_empty() {
            return Ok(recorded);
        }
        let mut tx = store.begin(tenant).await?;
        let ended = tx.ended_invitations(now, AT_ONCE).await?;
        for mut invitation in ended.iter().cloned() {
            note_end(tx.as_mut(), &mut invitation, now).await?;
            let event = AuditEvent::success("Invitation expired").on(invitation.user);
            tx.audit(now, &event.with("invitation", &invitation.id)).await?;
        }
        tx.commit().await?;
        recorded += ended.len();
    }
}

/// Looks for ended links of every tenant until told to stop.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let mut look = tokio::time::interval(INTERVAL);
    loop {
        tokio::select! {
            _ = look.tick() => {}
            () = stop.cancelled() => return,
        }
        let tenants: Vec<TenantId> = app.snapshot.load().tenants().map(|tenant| tenant.id).collect();
        for tenant in tenants {
            if let Err(error) = record_ended(app.store.as_ref(), tenant, app.clock.now()).await {
                tracing::warn!(tenant.id = %tenant, error = %error, "ended invitations could not be recorded");
            }
        }
    }
}
