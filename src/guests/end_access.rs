//! Give a guest's access an end, move it, or take it away.

use super::life::{By, LifeError, guest};
use crate::app::App;
use crate::model::{AuditEvent, Tenant, Timestamp, User, UserId};

/// Sets when the access ends; `None` means never. A guest whose access the clock has ended comes in again once the end is
/// moved; one whom an administrator blocked stays blocked.
pub async fn end_access(
    app: &App,
    tenant: &Tenant,
    by: By,
    id: UserId,
    ends_at: Option<Timestamp>,
) -> Result<User, LifeError> {
    let now = app.clock.now();
    if ends_at.is_some_and(|end| end <= now) {
        return Err(LifeError::PastEnd);
    }
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = guest(tx.as_mut(), id).await?;
    if let Some(before) = user.expires_at
        && tx.end_noted(id, before, super::sweep::ENDED).await?
    {
        user.account_enabled = true;
    }
    user.expires_at = ends_at;
    tx.update_user(&user).await?;
    let event = AuditEvent::success("Update user").on(id);
    let event = event.with("expires", ends_at.map_or_else(|| "never".to_owned(), |end| end.to_string()));
    tx.audit(now, &by.sign(event)).await?;
    tx.commit().await?;
    Ok(user)
}
