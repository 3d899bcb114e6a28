//! DNS records of domains: which were seen, for which connection and issuer.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::rows::{column, parsed, time};
use crate::model::TenantId;
use crate::storage::{DomainProof, StoreResult};

/// Every proof of every tenant, for the snapshot.
pub(super) async fn all(db: &mut SqliteConnection) -> StoreResult<Vec<DomainProof>> {
    let query = sqlx::query("SELECT tenant, connection, domain, issuer, seen, checked_at FROM domain_proofs");
    query.fetch_all(db).await?.iter().map(proof).collect()
}

pub(super) async fn keep(db: &mut SqliteConnection, tenant: TenantId, proof: &DomainProof) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO domain_proofs (tenant, connection, domain, issuer, seen, checked_at) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, connection, domain) DO UPDATE SET issuer = excluded.issuer, seen = excluded.seen, \
         checked_at = excluded.checked_at",
    )
    .bind(tenant.to_string())
    .bind(proof.connection.as_str())
    .bind(proof.domain.as_str())
    .bind(&proof.issuer)
    .bind(proof.seen)
    .bind(proof.checked_at.micros())
    .execute(db)
    .await?;
    Ok(())
}

fn proof(row: &SqliteRow) -> StoreResult<DomainProof> {
    Ok(DomainProof {
        tenant: parsed(row, "tenant")?,
        connection: parsed(row, "connection")?,
        domain: parsed(row, "domain")?,
        issuer: column(row, "issuer")?,
        seen: column(row, "seen")?,
        checked_at: time(row, "checked_at")?,
    })
}
