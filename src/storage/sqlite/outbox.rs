//! The outbox: mails wait here until they are out, and then only the fact remains.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::failed;
use super::rows::{column, from_json, json, nonsense, owner, time};
use super::users::one_row;
use crate::model::{MailId, OutgoingMail, TenantId, Timestamp};
use crate::storage::{DueMail, StoreResult};

/// Queues a mail of one tenant's verb; it may speak for that tenant or for the instance, never for another tenant (INV6).
pub(super) async fn queue_for_tenant(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: MailId,
    mail: &OutgoingMail,
    at: Timestamp,
) -> StoreResult<()> {
    if mail.tenant.is_some_and(|speaks_for| speaks_for != tenant) {
        return Err(failed("a transaction of one tenant was to queue a mail of another"));
    }
    queue(db, id, mail, at).await
}

pub(super) async fn queue(
    db: &mut SqliteConnection,
    id: MailId,
    mail: &OutgoingMail,
    at: Timestamp,
) -> StoreResult<()> {
    sqlx::query("INSERT INTO outbox (id, tenant, mail, queued_at, due_at, tries) VALUES (?1, ?2, ?3, ?4, ?4, 0)")
        .bind(id.0.to_string())
        .bind(owner(mail.tenant))
        .bind(json(mail)?)
        .bind(at.micros())
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn due(db: &mut SqliteConnection, now: Timestamp, limit: u32) -> StoreResult<Vec<DueMail>> {
    let query =
        sqlx::query("SELECT id, mail, queued_at, tries FROM outbox WHERE due_at <= ? ORDER BY queued_at, id LIMIT ?");
    query.bind(now.micros()).bind(limit).fetch_all(db).await?.iter().map(due_mail).collect()
}

pub(super) async fn sent(db: &mut SqliteConnection, id: MailId, at: Timestamp) -> StoreResult<()> {
    let query = sqlx::query(
        "UPDATE outbox SET mail = NULL, due_at = NULL, sent_at = ?, tries = tries + 1, last_error = NULL WHERE id = ?",
    );
    one_row(query.bind(at.micros()).bind(id.0.to_string()).execute(db).await?.rows_affected())
}

/// A mail that is given up is wiped too: a passcode or a link must not lie about.
pub(super) async fn failed_to_send(
    db: &mut SqliteConnection,
    id: MailId,
    error: &str,
    next: Option<Timestamp>,
) -> StoreResult<()> {
    let query = sqlx::query(
        "UPDATE outbox SET mail = CASE WHEN ?1 IS NULL THEN NULL ELSE mail END, due_at = ?1, tries = tries + 1, \
         last_error = ?2 WHERE id = ?3 AND mail IS NOT NULL",
    );
    let query = query.bind(next.map(|at| at.micros())).bind(error).bind(id.0.to_string());
    one_row(query.execute(db).await?.rows_affected())
}

pub(super) async fn waiting(db: &mut SqliteConnection) -> StoreResult<u64> {
    let row = sqlx::query("SELECT COUNT(*) AS mails FROM outbox WHERE due_at IS NOT NULL").fetch_one(db).await?;
    u64::try_from(column::<i64>(&row, "mails")?).map_err(failed)
}

fn due_mail(row: &SqliteRow) -> StoreResult<DueMail> {
    let id = uuid::Uuid::try_parse(column(row, "id")?).map_err(|_| nonsense("id"))?;
    Ok(DueMail {
        id: MailId(id),
        mail: from_json(row, "mail")?,
        queued_at: time(row, "queued_at")?,
        tries: column(row, "tries")?,
    })
}
