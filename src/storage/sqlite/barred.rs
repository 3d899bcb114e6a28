//! Keyed hashes of whom a tenant closed out.

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

use super::connection::{Access, ask};
use super::read::View;
use super::writer::Lease;
use crate::model::{TenantId, Timestamp};
use crate::storage::{ReadBarred, StoreResult, WriteBarred};

#[async_trait]
impl<A: Access + 'static> ReadBarred for View<A> {
    async fn is_barred(&mut self, hashes: &[String]) -> StoreResult<bool> {
        ask!(self.access, is_barred, self.tenant, hashes)
    }
}

#[async_trait]
impl WriteBarred for View<Lease> {
    async fn bar(&mut self, hashes: &[String], at: Timestamp) -> StoreResult<()> {
        ask!(self.access, bar, self.tenant, hashes, at)
    }

    async fn unbar(&mut self, hashes: &[String]) -> StoreResult<bool> {
        ask!(self.access, unbar, self.tenant, hashes)
    }
}

async fn is_barred(db: &mut SqliteConnection, tenant: TenantId, hashes: &[String]) -> StoreResult<bool> {
    for hash in hashes {
        let query = sqlx::query("SELECT 1 FROM barred WHERE tenant = ? AND hash = ?");
        if query.bind(tenant.to_string()).bind(hash).fetch_optional(&mut *db).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn bar(db: &mut SqliteConnection, tenant: TenantId, hashes: &[String], at: Timestamp) -> StoreResult<()> {
    for hash in hashes {
        let query = sqlx::query("INSERT INTO barred (tenant, hash, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
        query.bind(tenant.to_string()).bind(hash).bind(at.micros()).execute(&mut *db).await?;
    }
    Ok(())
}

async fn unbar(db: &mut SqliteConnection, tenant: TenantId, hashes: &[String]) -> StoreResult<bool> {
    let mut lifted = false;
    for hash in hashes {
        let query = sqlx::query("DELETE FROM barred WHERE tenant = ? AND hash = ?");
        lifted |= query.bind(tenant.to_string()).bind(hash).execute(&mut *db).await?.rows_affected() > 0;
    }
    Ok(lifted)
}
