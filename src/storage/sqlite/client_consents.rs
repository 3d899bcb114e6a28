//! What guests let other people's applications know.

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::connection::{Access, ask};
use super::read::View;
use super::rows::{column, from_json, json, parsed, time};
use super::writer::Lease;
use crate::model::{AppId, ClientConsent, TenantId, UserId};
use crate::storage::{ReadClientConsents, StoreResult, WriteClientConsents};

#[async_trait]
impl<A: Access + 'static> ReadClientConsents for View<A> {
    async fn client_consents(&mut self, user: UserId) -> StoreResult<Vec<ClientConsent>> {
        ask!(self.access, of_user, self.tenant, user)
    }
}

#[async_trait]
impl WriteClientConsents for View<Lease> {
    async fn keep_client_consent(&mut self, consent: &ClientConsent) -> StoreResult<()> {
        ask!(self.access, keep, self.tenant, consent)
    }

    async fn withdraw_client_consents(&mut self, user: UserId, app: Option<AppId>) -> StoreResult<u64> {
        ask!(self.access, withdraw, self.tenant, user, app)
    }
}

async fn of_user(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<ClientConsent>> {
    let query = sqlx::query(
        "SELECT user, app, redirect_uri, scopes, recorded_at FROM client_consents WHERE tenant = ? AND user = ? \
         ORDER BY app, redirect_uri",
    );
    query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?.iter().map(consent).collect()
}

async fn keep(db: &mut SqliteConnection, tenant: TenantId, consent: &ClientConsent) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO client_consents (tenant, user, app, redirect_uri, scopes, recorded_at) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, user, app, redirect_uri) DO UPDATE SET scopes = excluded.scopes, \
         recorded_at = excluded.recorded_at",
    )
    .bind(tenant.to_string())
    .bind(consent.user.to_string())
    .bind(consent.app.to_string())
    .bind(&consent.redirect_uri)
    .bind(json(&consent.scopes)?)
    .bind(consent.recorded_at.micros())
    .execute(db)
    .await?;
    Ok(())
}

async fn withdraw(db: &mut SqliteConnection, tenant: TenantId, user: UserId, app: Option<AppId>) -> StoreResult<u64> {
    let query = sqlx::query("DELETE FROM client_consents WHERE tenant = ?1 AND user = ?2 AND (?3 IS NULL OR app = ?3)");
    let query = query.bind(tenant.to_string()).bind(user.to_string()).bind(app.map(|app| app.to_string()));
    Ok(query.execute(db).await?.rows_affected())
}

fn consent(row: &SqliteRow) -> StoreResult<ClientConsent> {
    Ok(ClientConsent {
        user: parsed(row, "user")?,
        app: parsed(row, "app")?,
        redirect_uri: column(row, "redirect_uri")?,
        scopes: from_json(row, "scopes")?,
        recorded_at: time(row, "recorded_at")?,
    })
}
