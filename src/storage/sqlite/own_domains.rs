//! Claims of domains, and objects that the directory itself manages.

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

use super::connection::{Access, ask};
use super::objects::of_tenant as objects_of;
use super::read::View;
use super::rows::{column, json, parsed, time};
use super::writer::Lease;
use crate::model::{Domain, ManagedBy, TenantId, Timestamp};
use crate::storage::{DomainClaim, ReadOwnDomains, StoreError, StoreResult, StoredObject, WriteOwnDomains};

#[async_trait]
impl<A: Access + 'static> ReadOwnDomains for View<A> {
    async fn domain_claims(&mut self) -> StoreResult<Vec<DomainClaim>> {
        ask!(self.access, claims, self.tenant)
    }

    async fn manages_object(&mut self, kind: &str, id: &str) -> StoreResult<bool> {
        ask!(self.access, manages, self.tenant, kind, id)
    }

    async fn own_objects(&mut self) -> StoreResult<Vec<StoredObject>> {
        ask!(self.access, objects_of, self.tenant)
    }
}

#[async_trait]
impl WriteOwnDomains for View<Lease> {
    async fn claim_domain(&mut self, claim: &DomainClaim) -> StoreResult<()> {
        ask!(self.access, insert, self.tenant, claim)
    }

    async fn drop_claim(&mut self, domain: &Domain) -> StoreResult<bool> {
        ask!(self.access, delete, self.tenant, domain)
    }

    async fn put_object(&mut self, kind: &str, id: &str, body: &serde_json::Value, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, put, self.tenant, kind, id, body, at)
    }

    async fn end_object(&mut self, kind: &str, id: &str, at: Timestamp) -> StoreResult<bool> {
        ask!(self.access, end, self.tenant, kind, id, at)
    }
}

async fn claims(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<DomainClaim>> {
    let query = sqlx::query("SELECT domain, record, claimed_at FROM domain_claims WHERE tenant = ? ORDER BY domain");
    let rows = query.bind(tenant.to_string()).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(DomainClaim {
                domain: parsed(row, "domain")?,
                record: column(row, "record")?,
                claimed_at: time(row, "claimed_at")?,
            })
        })
        .collect()
}

async fn manages(db: &mut SqliteConnection, tenant: TenantId, kind: &str, id: &str) -> StoreResult<bool> {
    let query = sqlx::query(
        "SELECT 1 FROM objects WHERE tenant = ? AND kind = ? AND id = ? AND NOT managed_by_file AND enabled",
    );
    Ok(query.bind(tenant.to_string()).bind(kind).bind(id).fetch_optional(db).await?.is_some())
}

async fn insert(db: &mut SqliteConnection, tenant: TenantId, claim: &DomainClaim) -> StoreResult<()> {
    sqlx::query("INSERT INTO domain_claims (tenant, domain, record, claimed_at) VALUES (?, ?, ?, ?)")
        .bind(tenant.to_string())
        .bind(claim.domain.as_str())
        .bind(&claim.record)
        .bind(claim.claimed_at.micros())
        .execute(db)
        .await?;
    Ok(())
}

async fn delete(db: &mut SqliteConnection, tenant: TenantId, domain: &Domain) -> StoreResult<bool> {
    let query = sqlx::query("DELETE FROM domain_claims WHERE tenant = ? AND domain = ?");
    let done = query.bind(tenant.to_string()).bind(domain.as_str()).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// What a file managed once and names no longer may come back as the directory's own; what a file manages may not.
async fn put(
    db: &mut SqliteConnection,
    tenant: TenantId,
    kind: &str,
    id: &str,
    body: &serde_json::Value,
    at: Timestamp,
) -> StoreResult<()> {
    let done = sqlx::query(
        "INSERT INTO objects (tenant, kind, id, body, managed_by, managed_by_file, enabled, changed_at) \
         VALUES (?, ?, ?, ?, ?, FALSE, TRUE, ?) ON CONFLICT (tenant, kind, id) DO UPDATE SET body = excluded.body, \
         managed_by = excluded.managed_by, managed_by_file = FALSE, enabled = TRUE, changed_at = excluded.changed_at \
         WHERE NOT (objects.managed_by_file AND objects.enabled)",
    )
    .bind(tenant.to_string())
    .bind(kind)
    .bind(id)
    .bind(json(body)?)
    .bind(json(&ManagedBy::Directory)?)
    .bind(at.micros())
    .execute(db)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

async fn end(db: &mut SqliteConnection, tenant: TenantId, kind: &str, id: &str, at: Timestamp) -> StoreResult<bool> {
    let query = sqlx::query(
        "UPDATE objects SET enabled = FALSE, changed_at = ? \
         WHERE tenant = ? AND kind = ? AND id = ? AND NOT managed_by_file AND enabled",
    );
    let done = query.bind(at.micros()).bind(tenant.to_string()).bind(kind).bind(id).execute(db).await?;
    Ok(done.rows_affected() == 1)
}
