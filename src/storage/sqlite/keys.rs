//! Sealed keys, and the epochs that end sessions.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::rows::{column, owner, owner_of, parsed, parsed_if_any, time};
use crate::model::{TenantId, Timestamp, UserId};
use crate::storage::{Epoch, StoreResult, StoredKey};

pub(super) async fn keys(db: &mut SqliteConnection) -> StoreResult<Vec<StoredKey>> {
    let query = sqlx::query("SELECT tenant, id, purpose, sealed, created_at FROM keys ORDER BY created_at, tenant, id");
    query.fetch_all(db).await?.iter().map(key).collect()
}

pub(super) async fn insert_key(db: &mut SqliteConnection, key: &StoredKey) -> StoreResult<()> {
    sqlx::query("INSERT INTO keys (tenant, id, purpose, sealed, created_at) VALUES (?, ?, ?, ?, ?)")
        .bind(owner(key.tenant))
        .bind(&key.id)
        .bind(&key.purpose)
        .bind(key.sealed.as_slice())
        .bind(key.created_at.micros())
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn delete_key(db: &mut SqliteConnection, tenant: Option<TenantId>, id: &str) -> StoreResult<()> {
    sqlx::query("DELETE FROM keys WHERE tenant = ? AND id = ?").bind(owner(tenant)).bind(id).execute(db).await?;
    Ok(())
}

fn key(row: &SqliteRow) -> StoreResult<StoredKey> {
    Ok(StoredKey {
        tenant: owner_of(row)?,
        id: column(row, "id")?,
        purpose: column(row, "purpose")?,
        sealed: column(row, "sealed")?,
        created_at: time(row, "created_at")?,
    })
}

/// An epoch only ever moves forward: an older end must not bring sessions back to life.
pub(super) async fn bump_epoch(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: Option<UserId>,
    at: Timestamp,
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO epochs (tenant, user, ended_at) VALUES (?, ?, ?) \
         ON CONFLICT (tenant, user) DO UPDATE SET ended_at = MAX(ended_at, excluded.ended_at)",
    )
    .bind(tenant.to_string())
    .bind(user.map(|user| user.to_string()).unwrap_or_default())
    .bind(at.micros())
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the sessions of one identity in every tenant where it is bound.
pub(super) async fn bump_epochs_of(
    db: &mut SqliteConnection,
    issuer: &str,
    subject: &str,
    at: Timestamp,
) -> StoreResult<Vec<(TenantId, UserId)>> {
    let query = sqlx::query("SELECT tenant, id FROM users WHERE issuer = ? AND subject = ? ORDER BY tenant");
    let rows = query.bind(issuer).bind(subject).fetch_all(&mut *db).await?;
    let mut bound = Vec::with_capacity(rows.len());
    for row in &rows {
        let (tenant, user) = (parsed(row, "tenant")?, parsed(row, "id")?);
        bump_epoch(db, tenant, Some(user), at).await?;
        bound.push((tenant, user));
    }
    Ok(bound)
}

pub(super) async fn epochs(db: &mut SqliteConnection, since: Timestamp) -> StoreResult<Vec<Epoch>> {
    let query = sqlx::query(
        "SELECT tenant, NULLIF(user, '') AS user, ended_at FROM epochs WHERE ended_at > ? ORDER BY tenant, user",
    );
    query.bind(since.micros()).fetch_all(db).await?.iter().map(epoch).collect()
}

fn epoch(row: &SqliteRow) -> StoreResult<Epoch> {
    Ok(Epoch { tenant: parsed(row, "tenant")?, user: parsed_if_any(row, "user")?, ended_at: time(row, "ended_at")? })
}
