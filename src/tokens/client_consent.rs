//! What guests let other people's applications know: remembered per client and exact redirect URI, and taken back on the
//! account page (decision 17).

use crate::app::App;
use crate::model::{AppId, AuditEvent, ClientConsent, ClientRequest, TenantId, Timestamp, UserId};
use crate::storage::StoreResult;

/// Whether a request asks for nothing that was not agreed to for this client and this exact redirect URI; only what was
/// agreed to at or after `since` counts.
pub async fn covers(
    app: &App,
    tenant: TenantId,
    user: UserId,
    request: &ClientRequest,
    since: Option<Timestamp>,
) -> StoreResult<bool> {
    let consents = app.store.read(tenant).await?.client_consents(user).await?;
    Ok(consents.iter().any(|consent| {
        consent.app == request.app
            && consent.redirect_uri == request.redirect_uri
            && consent.covers(&request.scopes)
            && since.is_none_or(|since| consent.recorded_at >= since)
    }))
}

/// Whether a client may go on knowing what it was told: somewhere the guest agreed to all of it, and did not take it back.
pub async fn knows(app: &App, tenant: TenantId, user: UserId, client: AppId, scopes: &[String]) -> StoreResult<bool> {
    let consents = app.store.read(tenant).await?.client_consents(user).await?;
    Ok(consents.iter().any(|consent| consent.app == client && consent.covers(scopes)))
}

/// What a user let clients know.
pub async fn of_user(app: &App, tenant: TenantId, user: UserId) -> StoreResult<Vec<ClientConsent>> {
    app.store.read(tenant).await?.client_consents(user).await
}

/// The guest agrees to what a client asks for.
pub async fn record(app: &App, tenant: TenantId, user: UserId, request: &ClientRequest) -> StoreResult<()> {
    let mut tx = app.store.begin(tenant).await?;
    let now = app.clock.now();
    let consent = ClientConsent {
        user,
        app: request.app,
        redirect_uri: request.redirect_uri.clone(),
        scopes: request.scopes.clone(),
        recorded_at: now,
    };
    tx.keep_client_consent(&consent).await?;
    let event = AuditEvent::success("Consent to application").by(user).on(user).with("app", request.app);
    tx.audit(now, &event.with("scopes", request.scopes.join(" "))).await?;
    tx.commit().await
}

/// The guest takes it back: the client's tokens are worth nothing from the next time on that anybody asks.
pub async fn withdraw(app: &App, tenant: TenantId, user: UserId, client: AppId) -> StoreResult<bool> {
    let mut tx = app.store.begin(tenant).await?;
    if tx.withdraw_client_consents(user, Some(client)).await? == 0 {
        return Ok(false);
    }
    let event = AuditEvent::success("Revoke consent").by(user).on(user).with("app", client);
    tx.audit(app.clock.now(), &event).await?;
    tx.commit().await?;
    Ok(true)
}
