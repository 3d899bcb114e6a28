//! Record a sign-in that was refused: in ids and reasons alone, since nobody is known yet.

use super::advance::{SigninError, Visit};
use crate::app::App;
use crate::model::AuditEvent;

/// Writes the audit line of a refused sign-in. Known and unknown addresses cost the same.
pub async fn refused(app: &App, visit: &Visit, method: &str, reason: &str) -> Result<(), SigninError> {
    let mut tx = app.store.begin(visit.tenant.id).await?;
    let event = AuditEvent::failure("User sign-in").with("method", method).with("reason", reason);
    tx.audit(app.clock.now(), &event).await?;
    tx.commit().await?;
    Ok(())
}
