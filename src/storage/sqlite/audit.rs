//! The audit chains of the tenants and of the instance.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::rows::{column, from_json, owner, owner_of, time};
use super::{failed, webhooks};
use crate::model::{AuditEvent, AuditLine, TenantId, Timestamp, UserId};
use crate::storage::{StoreResult, audit_chain};

/// Appends to the chain of `tenant`, or of the instance, within the transaction of the verb (decision 22), and
/// queues what the tenant's webhooks hear of it.
pub(super) async fn append(
    db: &mut SqliteConnection,
    tenant: Option<TenantId>,
    at: Timestamp,
    event: &AuditEvent,
) -> StoreResult<()> {
    let query = sqlx::query("SELECT sequence, hash FROM audit_lines WHERE tenant = ? ORDER BY sequence DESC LIMIT 1");
    let row = query.bind(owner(tenant)).fetch_optional(&mut *db).await?;
    let last = match row {
        Some(row) => Some((column(&row, "sequence")?, column(&row, "hash")?)),
        None => None,
    };
    let line =
        audit_chain::next_line(last, tenant, at, event).ok_or_else(|| failed("an audit line could not be made"))?;
    sqlx::query("INSERT INTO audit_lines (tenant, sequence, at, event, previous, hash) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(owner(tenant))
        .bind(line.sequence)
        .bind(line.at.micros())
        .bind(audit_chain::canonical(&line.event).map_err(failed)?)
        .bind(&line.previous)
        .bind(&line.hash)
        .execute(&mut *db)
        .await?;
    webhooks::queue(db, &line).await
}

pub(super) async fn lines(
    db: &mut SqliteConnection,
    tenant: Option<TenantId>,
    after: i64,
    limit: u32,
) -> StoreResult<Vec<AuditLine>> {
    let query = sqlx::query(
        "SELECT tenant, sequence, at, event, previous, hash FROM audit_lines \
         WHERE tenant = ? AND sequence > ? ORDER BY sequence LIMIT ?",
    );
    let rows = query.bind(owner(tenant)).bind(after).bind(limit).fetch_all(db).await?;
    rows.iter().map(audit_line).collect()
}

/// Lines in which `user` acts or is acted on; both are found by an index.
pub(super) async fn about(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<AuditLine>> {
    let query = sqlx::query(
        "SELECT tenant, sequence, at, event, previous, hash FROM audit_lines \
         WHERE tenant = ?1 AND json_extract(event, '$.target') = ?2 \
         UNION SELECT tenant, sequence, at, event, previous, hash FROM audit_lines \
         WHERE tenant = ?1 AND json_extract(event, '$.actor') = ?2 ORDER BY sequence",
    );
    let rows = query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?;
    rows.iter().map(audit_line).collect()
}

pub(super) fn audit_line(row: &SqliteRow) -> StoreResult<AuditLine> {
    Ok(AuditLine {
        sequence: column(row, "sequence")?,
        tenant: owner_of(row)?,
        at: time(row, "at")?,
        event: from_json(row, "event")?,
        previous: column(row, "previous")?,
        hash: column(row, "hash")?,
    })
}
