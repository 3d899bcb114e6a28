//! Since when a proof of a personal account counts, and the end of an account.

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

use super::connection::ask;
use super::instance::InstanceView;
use super::keys::bump_epoch;
use super::life::bury;
use super::rows::{json, owner, parsed, time};
use super::users::one_row;
use crate::model::{AccountId, Identity, Method, TenantId, Timestamp, UserId};
use crate::storage::{InstanceAccounts, StoreResult};

#[async_trait]
impl InstanceAccounts for InstanceView {
    async fn account_proofs_since(&mut self, id: AccountId) -> StoreResult<Option<Timestamp>> {
        ask!(self.access, proofs_since, id)
    }

    async fn end_account_proofs(&mut self, id: AccountId, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, end_proofs, id, at)
    }

    async fn account_passkeys_since(&mut self, id: AccountId) -> StoreResult<Option<Timestamp>> {
        ask!(self.access, passkeys_since, id)
    }

    async fn suspend_account_passkeys(&mut self, id: AccountId, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, suspend_passkeys, id, at)
    }

    async fn erase_account(
        &mut self,
        id: AccountId,
        issuer: &str,
        tombstone: &str,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        ask!(self.access, erase, id, issuer, tombstone, at)
    }

    async fn account_ids(&mut self) -> StoreResult<Vec<AccountId>> {
        ask!(self.access, ids)
    }
}

async fn proofs_since(db: &mut SqliteConnection, id: AccountId) -> StoreResult<Option<Timestamp>> {
    let query = sqlx::query("SELECT proofs_since FROM accounts WHERE id = ?");
    let row = query.bind(id.to_string()).fetch_optional(db).await?;
    row.map(|row| time(&row, "proofs_since")).transpose()
}

async fn end_proofs(db: &mut SqliteConnection, id: AccountId, at: Timestamp) -> StoreResult<()> {
    let query = sqlx::query("UPDATE accounts SET proofs_since = MAX(proofs_since, ?) WHERE id = ?");
    one_row(query.bind(at.micros()).bind(id.to_string()).execute(db).await?.rows_affected())
}

async fn passkeys_since(db: &mut SqliteConnection, id: AccountId) -> StoreResult<Option<Timestamp>> {
    let query = sqlx::query("SELECT passkeys_since FROM accounts WHERE id = ?");
    let row = query.bind(id.to_string()).fetch_optional(db).await?;
    row.map(|row| time(&row, "passkeys_since")).transpose()
}

async fn suspend_passkeys(db: &mut SqliteConnection, id: AccountId, at: Timestamp) -> StoreResult<()> {
    let query = sqlx::query("UPDATE accounts SET passkeys_since = MAX(passkeys_since, ?) WHERE id = ?");
    one_row(query.bind(at.micros()).bind(id.to_string()).execute(db).await?.rows_affected())
}

async fn erase(
    db: &mut SqliteConnection,
    id: AccountId,
    issuer: &str,
    tombstone: &str,
    at: Timestamp,
) -> StoreResult<Vec<(TenantId, UserId)>> {
    let text = id.to_string();
    let query = sqlx::query("SELECT tenant, id FROM users WHERE issuer = ? AND subject = ? ORDER BY tenant, id");
    let rows = query.bind(issuer).bind(&text).fetch_all(&mut *db).await?;
    let mut bound: Vec<(TenantId, UserId)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let (tenant, user) = (parsed(row, "tenant")?, parsed(row, "id")?);
        bump_epoch(db, tenant, Some(user), at).await?;
        // Let go and bound anew, as the rule of `users_bound_once` wants it. The method says how the guest came in.
        let method = json(&Method::PersonalAccount)?;
        let erased = (issuer.to_owned(), Identity::erased_subject(user), method);
        for values in [None, Some(erased)] {
            let (issuer, subject, method) = values.map_or((None, None, None), |(a, b, c)| (Some(a), Some(b), Some(c)));
            let query = sqlx::query("UPDATE users SET issuer = ?, subject = ?, method = ? WHERE tenant = ? AND id = ?");
            let query = query.bind(issuer).bind(subject).bind(method).bind(tenant.to_string()).bind(user.to_string());
            one_row(query.execute(&mut *db).await?.rows_affected())?;
        }
        bound.push((tenant, user));
    }
    for statement in [
        "DELETE FROM passkeys WHERE tenant = ?1 AND owner = ?2",
        "DELETE FROM second_factors WHERE tenant = ?1 AND owner = ?2",
        "DELETE FROM accounts WHERE id = ?2 AND ?1 = ''",
    ] {
        sqlx::query(statement).bind(owner(None)).bind(&text).execute(&mut *db).await?;
    }
    bury(db, tombstone, at).await?;
    Ok(bound)
}

async fn ids(db: &mut SqliteConnection) -> StoreResult<Vec<AccountId>> {
    sqlx::query("SELECT id FROM accounts ORDER BY id")
        .fetch_all(db)
        .await?
        .iter()
        .map(|row| parsed(row, "id"))
        .collect()
}
