//! Objects of the configuration, personal accounts, keys and epochs: what the instance itself keeps.

use std::collections::HashSet;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::failed;
use super::rows::{column, from_json, json, owner, owner_of, parsed, parsed_if_any, time};
use crate::model::{AccountId, EmailAddress, ManagedBy, PersonalAccount, TenantId, Timestamp, UserId};
use crate::storage::{Epoch, FileChanges, StoreError, StoreResult, StoredKey, StoredObject};

macro_rules! select_objects {
    ($rest:literal) => {
        sqlx::query(concat!("SELECT tenant, kind, id, body, managed_by, enabled FROM objects ", $rest))
    };
}

pub(super) async fn enabled(db: &mut SqliteConnection) -> StoreResult<Vec<StoredObject>> {
    let rows = select_objects!("WHERE enabled ORDER BY tenant, kind, id").fetch_all(db).await?;
    rows.iter().map(object).collect()
}

/// Replaces what files manage. What vanished is disabled first, so that a domain can move from one file to another.
pub(super) async fn load_files(
    db: &mut SqliteConnection,
    objects: &[StoredObject],
    at: Timestamp,
) -> StoreResult<FileChanges> {
    let mut named = HashSet::new();
    for object in objects {
        if object.managed_by == ManagedBy::Directory {
            return Err(failed("an object of the directory was loaded as if a file had named it"));
        }
        if !named.insert((object.tenant, object.kind.as_str(), object.id.as_str())) {
            return Err(StoreError::Conflict);
        }
    }
    // A conflict halfway must not leave half of the files in a transaction that its caller might commit.
    sqlx::query("SAVEPOINT files").execute(&mut *db).await?;
    let outcome = replace_files(db, objects, &named, at).await;
    if outcome.is_err() {
        sqlx::query("ROLLBACK TO files").execute(&mut *db).await?;
    }
    sqlx::query("RELEASE files").execute(db).await?;
    outcome
}

type ObjectName<'a> = (Option<TenantId>, &'a str, &'a str);

async fn replace_files(
    db: &mut SqliteConnection,
    objects: &[StoredObject],
    named: &HashSet<ObjectName<'_>>,
    at: Timestamp,
) -> StoreResult<FileChanges> {
    let mut changes = FileChanges::default();
    let rows = select_objects!("WHERE managed_by_file AND enabled").fetch_all(&mut *db).await?;
    for known in rows.iter().map(object) {
        let known = known?;
        if !named.contains(&(known.tenant, known.kind.as_str(), known.id.as_str())) {
            disable(db, &known, at).await?;
            changes.disabled += 1;
        }
    }
    for object in objects {
        match by_key(db, object).await? {
            None => {
                insert(db, object, at).await?;
                changes.added += 1;
            }
            Some(known) if known.managed_by == ManagedBy::Directory => return Err(StoreError::Conflict),
            Some(known) if known == *object => {}
            Some(known) => {
                update(db, object, at).await?;
                // A line that merely moved within its file is no change of the object.
                changes.changed += u32::from(known.body != object.body || known.enabled != object.enabled);
            }
        }
    }
    Ok(changes)
}

async fn by_key(db: &mut SqliteConnection, object: &StoredObject) -> StoreResult<Option<StoredObject>> {
    let query = select_objects!("WHERE tenant = ? AND kind = ? AND id = ?");
    let query = query.bind(owner(object.tenant)).bind(&object.kind).bind(&object.id);
    query.fetch_optional(db).await?.as_ref().map(self::object).transpose()
}

async fn insert(db: &mut SqliteConnection, object: &StoredObject, at: Timestamp) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO objects (body, managed_by, managed_by_file, enabled, changed_at, tenant, kind, id) \
         VALUES (?, ?, TRUE, ?, ?, ?, ?, ?)",
    )
    .bind(json(&object.body)?)
    .bind(json(&object.managed_by)?)
    .bind(object.enabled)
    .bind(at.micros())
    .bind(owner(object.tenant))
    .bind(&object.kind)
    .bind(&object.id)
    .execute(db)
    .await?;
    Ok(())
}

async fn update(db: &mut SqliteConnection, object: &StoredObject, at: Timestamp) -> StoreResult<()> {
    sqlx::query(
        "UPDATE objects SET body = ?, managed_by = ?, enabled = ?, changed_at = ? \
         WHERE tenant = ? AND kind = ? AND id = ?",
    )
    .bind(json(&object.body)?)
    .bind(json(&object.managed_by)?)
    .bind(object.enabled)
    .bind(at.micros())
    .bind(owner(object.tenant))
    .bind(&object.kind)
    .bind(&object.id)
    .execute(db)
    .await?;
    Ok(())
}

async fn disable(db: &mut SqliteConnection, object: &StoredObject, at: Timestamp) -> StoreResult<()> {
    sqlx::query("UPDATE objects SET enabled = FALSE, changed_at = ? WHERE tenant = ? AND kind = ? AND id = ?")
        .bind(at.micros())
        .bind(owner(object.tenant))
        .bind(&object.kind)
        .bind(&object.id)
        .execute(db)
        .await?;
    Ok(())
}

fn object(row: &SqliteRow) -> StoreResult<StoredObject> {
    Ok(StoredObject {
        tenant: owner_of(row)?,
        kind: column(row, "kind")?,
        id: column(row, "id")?,
        body: from_json(row, "body")?,
        managed_by: from_json(row, "managed_by")?,
        enabled: column(row, "enabled")?,
    })
}

macro_rules! select_accounts {
    ($rest:literal) => {
        sqlx::query(concat!("SELECT id, address, display_name, password_hash, created_at FROM accounts ", $rest))
    };
}

pub(super) async fn account_by_address(
    db: &mut SqliteConnection,
    address: &EmailAddress,
) -> StoreResult<Option<PersonalAccount>> {
    let row = select_accounts!("WHERE address = ?").bind(address.as_str()).fetch_optional(db).await?;
    row.as_ref().map(account_of).transpose()
}

pub(super) async fn account(db: &mut SqliteConnection, id: AccountId) -> StoreResult<Option<PersonalAccount>> {
    let row = select_accounts!("WHERE id = ?").bind(id.to_string()).fetch_optional(db).await?;
    row.as_ref().map(account_of).transpose()
}

pub(super) async fn insert_account(db: &mut SqliteConnection, account: &PersonalAccount) -> StoreResult<()> {
    sqlx::query("INSERT INTO accounts (id, address, display_name, password_hash, created_at) VALUES (?, ?, ?, ?, ?)")
        .bind(account.id.to_string())
        .bind(account.address.as_str())
        .bind(&account.display_name)
        .bind(&account.password_hash)
        .bind(account.created_at.micros())
        .execute(db)
        .await?;
    Ok(())
}

fn account_of(row: &SqliteRow) -> StoreResult<PersonalAccount> {
    Ok(PersonalAccount {
        id: parsed(row, "id")?,
        address: parsed(row, "address")?,
        display_name: column(row, "display_name")?,
        password_hash: column(row, "password_hash")?,
        created_at: time(row, "created_at")?,
    })
}

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

pub(super) async fn epochs(db: &mut SqliteConnection, since: Timestamp) -> StoreResult<Vec<Epoch>> {
    let query = sqlx::query(
        "SELECT tenant, NULLIF(user, '') AS user, ended_at FROM epochs WHERE ended_at > ? ORDER BY tenant, user",
    );
    query.bind(since.micros()).fetch_all(db).await?.iter().map(epoch).collect()
}

fn epoch(row: &SqliteRow) -> StoreResult<Epoch> {
    Ok(Epoch { tenant: parsed(row, "tenant")?, user: parsed_if_any(row, "user")?, ended_at: time(row, "ended_at")? })
}
