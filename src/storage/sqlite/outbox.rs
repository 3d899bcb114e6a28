//! The outbox: mails wait here until they are out, and then only the fact remains.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::failed;
use super::rows::{column, from_json, json, nonsense, owner, owner_of, time, time_if_any};
use super::users::one_row;
use crate::model::{InvitationId, MailId, OutgoingMail, TenantId, Timestamp};
use crate::storage::{DueMail, MailState, OutboxMail, StoreResult};

macro_rules! select_mails {
    ($rest:literal) => {
        sqlx::query(concat!(
            "SELECT id, tenant, invitation, queued_at, due_at, sent_at, bounced_at, tries, last_error FROM outbox ",
            $rest
        ))
    };
}

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
    let query = "INSERT INTO outbox (id, tenant, mail, queued_at, due_at, tries, invitation) \
                 VALUES (?1, ?2, ?3, ?4, ?4, 0, ?5)";
    sqlx::query(query)
        .bind(id.0.to_string())
        .bind(owner(mail.tenant))
        .bind(json(mail)?)
        .bind(at.micros())
        .bind(mail.invitation.as_ref().map(InvitationId::as_str))
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

/// A mail comes back when its content is long gone, so that its row alone is marked.
pub(super) async fn bounced(
    db: &mut SqliteConnection,
    id: MailId,
    error: &str,
    at: Timestamp,
) -> StoreResult<Option<OutboxMail>> {
    let found = select_mails!("WHERE id = ?").bind(id.0.to_string()).fetch_optional(&mut *db).await?;
    let Some(found) = found.as_ref().map(outbox_mail).transpose()? else { return Ok(None) };
    let query = sqlx::query(
        "UPDATE outbox SET mail = NULL, due_at = NULL, bounced_at = ?1, last_error = ?2, \
         tries = tries + (mail IS NOT NULL) WHERE id = ?3",
    );
    query.bind(at.micros()).bind(error).bind(id.0.to_string()).execute(db).await?;
    Ok(Some(found))
}

pub(super) async fn list(db: &mut SqliteConnection, all: bool, limit: u32) -> StoreResult<Vec<OutboxMail>> {
    let query =
        select_mails!("WHERE ?1 OR sent_at IS NULL OR bounced_at IS NOT NULL ORDER BY queued_at DESC, id LIMIT ?2");
    query.bind(all).bind(limit).fetch_all(db).await?.iter().map(outbox_mail).collect()
}

pub(super) async fn retry(db: &mut SqliteConnection, id: Option<MailId>, at: Timestamp) -> StoreResult<u64> {
    let query =
        sqlx::query("UPDATE outbox SET due_at = min(due_at, ?1) WHERE due_at IS NOT NULL AND (?2 IS NULL OR id = ?2)");
    let query = query.bind(at.micros()).bind(id.map(|id| id.0.to_string()));
    Ok(query.execute(db).await?.rows_affected())
}

pub(super) async fn of_invitation(
    db: &mut SqliteConnection,
    tenant: TenantId,
    invitation: &InvitationId,
) -> StoreResult<Option<OutboxMail>> {
    let query = select_mails!("WHERE tenant = ? AND invitation = ? ORDER BY queued_at DESC, id LIMIT 1");
    let query = query.bind(tenant.to_string()).bind(invitation.as_str());
    query.fetch_optional(db).await?.as_ref().map(outbox_mail).transpose()
}

fn outbox_mail(row: &SqliteRow) -> StoreResult<OutboxMail> {
    let invitation: Option<&str> = column(row, "invitation")?;
    let (due, sent, bounced) =
        (time_if_any(row, "due_at")?, time_if_any(row, "sent_at")?, time_if_any(row, "bounced_at")?);
    let (state, at) = match (due, bounced, sent) {
        (Some(at), _, _) => (MailState::Waiting, Some(at)),
        (None, Some(at), _) => (MailState::Bounced, Some(at)),
        (None, None, Some(at)) => (MailState::Sent, Some(at)),
        (None, None, None) => (MailState::GivenUp, None),
    };
    Ok(OutboxMail {
        id: mail_id(row)?,
        tenant: owner_of(row)?,
        invitation: invitation.map(|id| InvitationId::parse(id).ok_or_else(|| nonsense("invitation"))).transpose()?,
        state,
        queued_at: time(row, "queued_at")?,
        at,
        tries: column(row, "tries")?,
        last_error: column(row, "last_error")?,
    })
}

fn mail_id(row: &SqliteRow) -> StoreResult<MailId> {
    uuid::Uuid::try_parse(column(row, "id")?).map(MailId).map_err(|_| nonsense("id"))
}

fn due_mail(row: &SqliteRow) -> StoreResult<DueMail> {
    Ok(DueMail {
        id: mail_id(row)?,
        mail: from_json(row, "mail")?,
        queued_at: time(row, "queued_at")?,
        tries: column(row, "tries")?,
    })
}
