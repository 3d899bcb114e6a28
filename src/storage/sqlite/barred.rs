//! Keyed hashes of whom a tenant closed out.

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

use super::connection::{Access, ask};
use super::read::View;
use super::rows::parsed;
use super::writer::Lease;
use crate::model::{TenantId, Timestamp, UserId};
use crate::storage::{ReadBarred, StoreResult, WriteBarred};

#[async_trait]
impl<A: Access + 'static> ReadBarred for View<A> {
    async fn is_barred(&mut self, hashes: &[String]) -> StoreResult<bool> {
        ask!(self.access, is_barred, self.tenant, hashes)
    }
}

#[async_trait]
impl WriteBarred for View<Lease> {
    async fn bar(&mut self, user: UserId, hashes: &[String], at: Timestamp) -> StoreResult<()> {
        ask!(self.access, bar, self.tenant, user, hashes, at)
    }

    async fn unbar(&mut self, hashes: &[String]) -> StoreResult<Vec<UserId>> {
        ask!(self.access, unbar, self.tenant, hashes)
    }
}

async fn is_barred(db: &mut SqliteConnection, tenant: TenantId, hashes: &[String]) -> StoreResult<bool> {
    for hash in hashes {
        let query = sqlx::query("SELECT 1 FROM barred WHERE tenant = ? AND hash = ? LIMIT 1");
        if query.bind(tenant.to_string()).bind(hash).fetch_optional(&mut *db).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn bar(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    hashes: &[String],
    at: Timestamp,
) -> StoreResult<()> {
    for hash in hashes {
        let query =
            sqlx::query("INSERT INTO barred (tenant, hash, user, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
        let query = query.bind(tenant.to_string()).bind(hash).bind(user.to_string()).bind(at.micros());
        query.execute(&mut *db).await?;
    }
    Ok(())
}

async fn unbar(db: &mut SqliteConnection, tenant: TenantId, hashes: &[String]) -> StoreResult<Vec<UserId>> {
    let mut lifted = Vec::new();
    for hash in hashes {
        let query = sqlx::query("SELECT user FROM barred WHERE tenant = ? AND hash = ?");
        for row in query.bind(tenant.to_string()).bind(hash).fetch_all(&mut *db).await? {
            let user: UserId = parsed(&row, "user")?;
            let query = sqlx::query("DELETE FROM barred WHERE tenant = ? AND user = ?");
            query.bind(tenant.to_string()).bind(user.to_string()).execute(&mut *db).await?;
            lifted.push(user);
        }
    }
    Ok(lifted)
}
