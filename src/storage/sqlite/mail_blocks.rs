//! Which mailboxes take no invitation mails, and of whom.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::rows::{owner, owner_of, time};
use crate::model::{TenantId, Timestamp};
use crate::storage::{MailBlock, StoreResult};

pub(super) async fn is_blocked(db: &mut SqliteConnection, tenant: TenantId, address_hash: &str) -> StoreResult<bool> {
    let query = sqlx::query("SELECT 1 FROM mail_blocks WHERE address_hash = ? AND tenant IN (?, ?) LIMIT 1");
    let query = query.bind(address_hash).bind(tenant.to_string()).bind(owner(None));
    Ok(query.fetch_optional(db).await?.is_some())
}

pub(super) async fn of_address(db: &mut SqliteConnection, address_hash: &str) -> StoreResult<Vec<MailBlock>> {
    let query =
        sqlx::query("SELECT tenant, blocked_at FROM mail_blocks WHERE address_hash = ? ORDER BY blocked_at, tenant");
    query.bind(address_hash).fetch_all(db).await?.iter().map(block).collect()
}

pub(super) async fn insert(
    db: &mut SqliteConnection,
    address_hash: &str,
    tenant: Option<TenantId>,
    at: Timestamp,
) -> StoreResult<bool> {
    let query = sqlx::query(
        "INSERT INTO mail_blocks (tenant, address_hash, blocked_at) VALUES (?, ?, ?) \
         ON CONFLICT (address_hash, tenant) DO NOTHING",
    );
    let done = query.bind(owner(tenant)).bind(address_hash).bind(at.micros()).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn remove(
    db: &mut SqliteConnection,
    address_hash: &str,
    tenant: Option<TenantId>,
) -> StoreResult<bool> {
    let query = sqlx::query("DELETE FROM mail_blocks WHERE address_hash = ? AND tenant = ?");
    let done = query.bind(address_hash).bind(owner(tenant)).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

fn block(row: &SqliteRow) -> StoreResult<MailBlock> {
    Ok(MailBlock { tenant: owner_of(row)?, blocked_at: time(row, "blocked_at")? })
}
