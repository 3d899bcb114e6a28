//! Block a guest and let the guest in again (Graph `accountEnabled`).

use super::bar;
use super::life::{By, LifeError, end_sessions, guest};
use crate::app::App;
use crate::model::{AuditEvent, Tenant, User, UserId};

/// Blocks: no sign-in, and whatever is open ends. Blocking a blocked guest is no change.
pub async fn block(app: &App, tenant: &Tenant, by: By, id: UserId) -> Result<User, LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = guest(tx.as_mut(), id).await?;
    if user.account_enabled {
        user.account_enabled = false;
        tx.update_user(&user).await?;
        tx.bump_epoch(Some(id), now).await?;
        tx.audit(now, &by.sign(AuditEvent::success("Disable account").on(id))).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    end_sessions(app, tenant.id, id, now).await?;
    Ok(user)
}

/// Lets a blocked guest sign in again. An end of access that has passed stays passed: it is moved by `expire`.
pub async fn unblock(app: &App, tenant: &Tenant, by: By, id: UserId) -> Result<User, LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = guest(tx.as_mut(), id).await?;
    if user.has_ended(now) {
        return Err(LifeError::Ended);
    }
    if !user.account_enabled {
        user.account_enabled = true;
        tx.update_user(&user).await?;
        // Also what was remembered of the guest while the object lay in the bin, or of an earlier one.
        tx.unbar(&bar::hashes_of(app.keys.as_ref(), tenant.id, &user)).await?;
        tx.audit(now, &by.sign(AuditEvent::success("Enable account").on(id))).await?;
        tx.commit().await?;
    }
    Ok(user)
}
