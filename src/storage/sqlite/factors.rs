//! Second factors of one owner: read whole, written whole, so that a verb decides on all of them at once.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::rows::{column, from_json, json, owner, parsed, time, time_if_any};
use crate::model::{AccountId, Factors, StoredPasskey, TenantId, UserId};
use crate::storage::StoreResult;

pub(super) async fn of_user(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Factors> {
    read(db, &owner(Some(tenant)), &user.to_string()).await
}

pub(super) async fn of_account(db: &mut SqliteConnection, account: AccountId) -> StoreResult<Factors> {
    read(db, &owner(None), &account.to_string()).await
}

pub(super) async fn keep_of_user(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    factors: &Factors,
) -> StoreResult<()> {
    write(db, &owner(Some(tenant)), &user.to_string(), factors).await
}

pub(super) async fn keep_of_account(
    db: &mut SqliteConnection,
    account: AccountId,
    factors: &Factors,
) -> StoreResult<()> {
    write(db, &owner(None), &account.to_string(), factors).await
}

pub(super) async fn user_of_passkey(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: &str,
) -> StoreResult<Option<UserId>> {
    let row = owner_of_passkey(db, &owner(Some(tenant)), id).await?;
    row.as_ref().map(|row| parsed(row, "owner")).transpose()
}

pub(super) async fn account_of_passkey(db: &mut SqliteConnection, id: &str) -> StoreResult<Option<AccountId>> {
    let row = owner_of_passkey(db, &owner(None), id).await?;
    row.as_ref().map(|row| parsed(row, "owner")).transpose()
}

async fn owner_of_passkey(db: &mut SqliteConnection, tenant: &str, id: &str) -> StoreResult<Option<SqliteRow>> {
    let query = sqlx::query("SELECT owner FROM passkeys WHERE tenant = ? AND id = ?");
    Ok(query.bind(tenant).bind(id).fetch_optional(db).await?)
}

async fn read(db: &mut SqliteConnection, tenant: &str, owner: &str) -> StoreResult<Factors> {
    let query =
        sqlx::query("SELECT totp, recovery_codes, apart, changes FROM second_factors WHERE tenant = ? AND owner = ?");
    let row = query.bind(tenant).bind(owner).fetch_optional(&mut *db).await?;
    let mut factors = match &row {
        Some(row) => Factors {
            totp: from_json(row, "totp")?,
            recovery_codes: from_json(row, "recovery_codes")?,
            apart: column(row, "apart")?,
            changes: u64::try_from(column::<i64>(row, "changes")?).unwrap_or_default(),
            passkeys: Vec::new(),
        },
        None => Factors::default(),
    };
    let query = sqlx::query(
        "SELECT id, user_handle, name, credential, created_at, last_used_at FROM passkeys WHERE tenant = ? AND owner = ? \
         ORDER BY created_at, id",
    );
    let rows = query.bind(tenant).bind(owner).fetch_all(db).await?;
    factors.passkeys = rows.iter().map(passkey).collect::<StoreResult<_>>()?;
    Ok(factors)
}

async fn write(db: &mut SqliteConnection, tenant: &str, owner: &str, factors: &Factors) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO second_factors (tenant, owner, totp, recovery_codes, apart, changes) VALUES (?, ?, ?, ?, ?, 1) \
         ON CONFLICT (tenant, owner) DO UPDATE SET totp = excluded.totp, recovery_codes = excluded.recovery_codes, \
         apart = excluded.apart, changes = changes + 1",
    )
    .bind(tenant)
    .bind(owner)
    .bind(json(&factors.totp)?)
    .bind(json(&factors.recovery_codes)?)
    .bind(factors.apart)
    .execute(&mut *db)
    .await?;
    let query = sqlx::query("DELETE FROM passkeys WHERE tenant = ? AND owner = ?");
    query.bind(tenant).bind(owner).execute(&mut *db).await?;
    for passkey in &factors.passkeys {
        sqlx::query(
            "INSERT INTO passkeys (tenant, owner, id, user_handle, name, credential, created_at, last_used_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(tenant)
        .bind(owner)
        .bind(&passkey.id)
        .bind(&passkey.user_handle)
        .bind(&passkey.name)
        .bind(json(&passkey.credential)?)
        .bind(passkey.created_at.micros())
        .bind(passkey.last_used_at.map(crate::model::Timestamp::micros))
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

fn passkey(row: &SqliteRow) -> StoreResult<StoredPasskey> {
    Ok(StoredPasskey {
        id: column(row, "id")?,
        user_handle: column(row, "user_handle")?,
        name: column(row, "name")?,
        credential: from_json(row, "credential")?,
        created_at: time(row, "created_at")?,
        last_used_at: time_if_any(row, "last_used_at")?,
    })
}
