//! End sessions of a user from a list of them: one, or all, with the line in the audit that says so.

use super::life::{By, LifeError};
use crate::app::App;
use crate::model::{AuditEvent, SessionId, Tenant, UserId};
use crate::signin::proofs;

/// Ends one; `false` if the user has no such session.
pub async fn one(app: &App, tenant: &Tenant, by: By, user: UserId, id: SessionId) -> Result<bool, LifeError> {
    if app.sessions.find(tenant.id, id).await?.is_none_or(|session| session.record().user != user) {
        return Ok(false);
    }
    let mut tx = app.store.begin(tenant.id).await?;
    let event = AuditEvent::success("User sign-out").on(user).with("session", id.0.as_hyphenated());
    tx.audit(app.clock.now(), &by.sign(event)).await?;
    tx.commit().await?;
    Ok(app.sessions.end_one_of(tenant.id, user, id).await?)
}

/// Ends all, and whatever else began with what the user proved until now; returns how many were open here.
pub async fn all(app: &App, tenant: &Tenant, by: By, user: UserId) -> Result<usize, LifeError> {
    let open = app.sessions.of_user(tenant.id, user).await?.len();
    let mut tx = app.store.begin(tenant.id).await?;
    let now = app.clock.now();
    let ended = proofs::end_member(tx.as_mut(), &app.urls, tenant.id, user, now).await?;
    // As the original names it.
    let event = AuditEvent::success("Update StsRefreshTokenValidFrom Timestamp").on(user).with("sessions", open);
    tx.audit(now, &by.sign(event)).await?;
    tx.commit().await?;
    proofs::end_member_sessions(app, (tenant.id, user), &ended, now).await?;
    Ok(open)
}
