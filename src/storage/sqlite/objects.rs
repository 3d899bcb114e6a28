//! Objects of the configuration, as files declare them.

use std::collections::HashSet;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::failed;
use super::rows::{column, from_json, json, owner, owner_of};
use crate::model::{ManagedBy, TenantId, Timestamp};
use crate::storage::{FileChanges, StoreError, StoreResult, StoredObject};

macro_rules! select_objects {
    ($rest:literal) => {
        sqlx::query(concat!("SELECT tenant, kind, id, body, managed_by, enabled FROM objects ", $rest))
    };
}

pub(super) async fn enabled(db: &mut SqliteConnection) -> StoreResult<Vec<StoredObject>> {
    let rows = select_objects!("WHERE enabled ORDER BY tenant, kind, id").fetch_all(db).await?;
    rows.iter().map(object).collect()
}

pub(super) async fn of_tenant(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<StoredObject>> {
    let query = select_objects!("WHERE tenant = ? AND enabled ORDER BY kind, id");
    let rows = query.bind(tenant.to_string()).fetch_all(db).await?;
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
