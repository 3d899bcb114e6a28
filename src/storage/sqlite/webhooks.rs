//! Messages on their way to webhooks, in the directory.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::connection::{Access, ask};
use super::failed;
use super::instance::InstanceView;
use super::read::View;
use super::rows::{column, parsed, time, time_if_any};
use super::users::one_row;
use super::writer::Lease;
use crate::model::{AuditLine, TenantId, Timestamp, WebhookMessage, WebhookName};
use crate::storage::{
    Delivery, DeliveryState, DueDelivery, InstanceWebhooks, ReadWebhooks, StoreResult, WebhookCounts, WriteWebhooks,
};

/// How long a message is tried.
const PATIENCE: Duration = Duration::from_secs(3 * 24 * 3600);

#[async_trait]
impl<A: Access + 'static> ReadWebhooks for View<A> {
    async fn due_deliveries(
        &mut self,
        webhook: &WebhookName,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<DueDelivery>> {
        ask!(self.access, due, self.tenant, webhook, now, limit)
    }

    async fn deliveries(&mut self, webhook: Option<&WebhookName>, all: bool, limit: u32) -> StoreResult<Vec<Delivery>> {
        ask!(self.access, list, self.tenant, webhook, all, limit)
    }

    async fn webhook_counts(&mut self) -> StoreResult<Vec<WebhookCounts>> {
        ask!(self.access, counts, self.tenant)
    }

    async fn gone_webhooks(&mut self) -> StoreResult<Vec<(WebhookName, String, Timestamp)>> {
        ask!(self.access, gone, self.tenant)
    }
}

#[async_trait]
impl WriteWebhooks for View<Lease> {
    async fn delivered(&mut self, webhook: &WebhookName, id: &str, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, delivered, self.tenant, webhook, id, at)
    }

    async fn not_delivered(
        &mut self,
        webhook: &WebhookName,
        id: &str,
        error: &str,
        next: Option<Timestamp>,
        at: Timestamp,
    ) -> StoreResult<()> {
        ask!(self.access, not_delivered, self.tenant, webhook, id, error, next, at)
    }

    async fn webhook_is_gone(&mut self, webhook: &WebhookName, url: &str, at: Timestamp) -> StoreResult<u64> {
        ask!(self.access, is_gone, self.tenant, webhook, url, at)
    }

    async fn retry_deliveries(&mut self, webhook: &WebhookName, id: Option<&str>, now: Timestamp) -> StoreResult<u64> {
        ask!(self.access, retry, self.tenant, webhook, id, now)
    }
}

#[async_trait]
impl InstanceWebhooks for InstanceView {
    async fn due_webhooks(&mut self, now: Timestamp) -> StoreResult<Vec<(TenantId, WebhookName)>> {
        ask!(self.access, due_webhooks, now)
    }

    async fn tidy_deliveries(
        &mut self,
        now: Timestamp,
        delivered_before: Timestamp,
        given_up_before: Timestamp,
    ) -> StoreResult<u64> {
        ask!(self.access, tidy, now, delivered_before, given_up_before)
    }
}

/// Queues the message that tells of `line` for every webhook of its tenant that wants to hear of it, if it is about a guest:
/// members have lines of the same kinds. A husk still is one.
pub(super) async fn queue(db: &mut SqliteConnection, line: &AuditLine) -> StoreResult<()> {
    let (Some(tenant), Some(message)) = (line.tenant, WebhookMessage::of(line)) else { return Ok(()) };
    let query = sqlx::query(
        "INSERT INTO webhook_deliveries (tenant, webhook, id, line, event, body, queued_at, ends_at, due_at, tries) \
         SELECT objects.tenant, objects.id, ?2, ?3, ?4, ?5, ?6, ?7, ?6, 0 FROM objects \
         WHERE objects.tenant = ?1 AND objects.kind = 'webhook' AND objects.enabled \
         AND EXISTS (SELECT 1 FROM json_each(objects.body, '$.events') WHERE value = ?4) \
         AND EXISTS (SELECT 1 FROM users WHERE tenant = ?1 AND users.id = ?8 AND user_type = 'Guest') \
         AND NOT EXISTS (SELECT 1 FROM gone_webhooks AS gone WHERE gone.tenant = ?1 AND gone.webhook = objects.id \
         AND gone.url = json_extract(objects.body, '$.url'))",
    );
    query
        .bind(tenant.to_string())
        .bind(message.id)
        .bind(line.sequence)
        .bind(message.event.as_str())
        .bind(message.body)
        .bind(line.at.micros())
        .bind(line.at.plus(PATIENCE).micros())
        .bind(message.guest.to_string())
        .execute(db)
        .await?;
    Ok(())
}

async fn due(
    db: &mut SqliteConnection,
    tenant: TenantId,
    webhook: &WebhookName,
    now: Timestamp,
    limit: u32,
) -> StoreResult<Vec<DueDelivery>> {
    let query = sqlx::query(
        "SELECT id, body, ends_at, tries FROM webhook_deliveries \
         WHERE tenant = ? AND webhook = ? AND due_at <= ? ORDER BY line LIMIT ?",
    );
    let query = query.bind(tenant.to_string()).bind(webhook.as_str()).bind(now.micros()).bind(limit);
    let row = |row: &SqliteRow| {
        Ok(DueDelivery {
            id: column(row, "id")?,
            body: column(row, "body")?,
            ends_at: time(row, "ends_at")?,
            tries: column(row, "tries")?,
        })
    };
    query.fetch_all(db).await?.iter().map(row).collect()
}

async fn list(
    db: &mut SqliteConnection,
    tenant: TenantId,
    webhook: Option<&WebhookName>,
    all: bool,
    limit: u32,
) -> StoreResult<Vec<Delivery>> {
    let query = sqlx::query(
        "SELECT webhook, id, event, queued_at, due_at, delivered_at, given_up_at, tries, last_error \
         FROM webhook_deliveries WHERE tenant = ?1 AND (?2 IS NULL OR webhook = ?2) AND (?3 OR delivered_at IS NULL) \
         ORDER BY line DESC, webhook LIMIT ?4",
    );
    let query = query.bind(tenant.to_string()).bind(webhook.map(WebhookName::as_str)).bind(all).bind(limit);
    query.fetch_all(db).await?.iter().map(delivery).collect()
}

fn delivery(row: &SqliteRow) -> StoreResult<Delivery> {
    let times = (time_if_any(row, "due_at")?, time_if_any(row, "delivered_at")?);
    let (state, at) = match times {
        (Some(at), _) => (DeliveryState::Waiting, at),
        (None, Some(at)) => (DeliveryState::Delivered, at),
        (None, None) => (DeliveryState::GivenUp, time(row, "given_up_at")?),
    };
    Ok(Delivery {
        webhook: parsed(row, "webhook")?,
        id: column(row, "id")?,
        event: column(row, "event")?,
        state,
        queued_at: time(row, "queued_at")?,
        at,
        tries: column(row, "tries")?,
        last_error: column(row, "last_error")?,
    })
}

async fn counts(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<WebhookCounts>> {
    let query = sqlx::query(
        "SELECT webhook, COUNT(due_at) AS waiting, COUNT(delivered_at) AS delivered, COUNT(given_up_at) AS given_up, \
         MAX(delivered_at) AS last FROM webhook_deliveries WHERE tenant = ? GROUP BY webhook ORDER BY webhook",
    );
    let count = |row: &SqliteRow, name: &str| u64::try_from(column::<i64>(row, name)?).map_err(failed);
    let row = |row: &SqliteRow| {
        Ok(WebhookCounts {
            webhook: parsed(row, "webhook")?,
            waiting: count(row, "waiting")?,
            delivered: count(row, "delivered")?,
            given_up: count(row, "given_up")?,
            last_delivered_at: time_if_any(row, "last")?,
        })
    };
    query.bind(tenant.to_string()).fetch_all(db).await?.iter().map(row).collect()
}

async fn gone(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<(WebhookName, String, Timestamp)>> {
    let query = sqlx::query("SELECT webhook, url, at FROM gone_webhooks WHERE tenant = ? ORDER BY webhook");
    let row = |row: &SqliteRow| Ok((parsed(row, "webhook")?, column(row, "url")?, time(row, "at")?));
    query.bind(tenant.to_string()).fetch_all(db).await?.iter().map(row).collect()
}

async fn delivered(
    db: &mut SqliteConnection,
    tenant: TenantId,
    webhook: &WebhookName,
    id: &str,
    at: Timestamp,
) -> StoreResult<()> {
    let query = sqlx::query(
        "UPDATE webhook_deliveries SET due_at = NULL, given_up_at = NULL, delivered_at = ?4, tries = tries + 1, \
         last_error = NULL WHERE tenant = ?1 AND webhook = ?2 AND id = ?3",
    );
    let query = query.bind(tenant.to_string()).bind(webhook.as_str()).bind(id).bind(at.micros());
    one_row(query.execute(db).await?.rows_affected())
}

async fn not_delivered(
    db: &mut SqliteConnection,
    tenant: TenantId,
    webhook: &WebhookName,
    id: &str,
    error: &str,
    next: Option<Timestamp>,
    at: Timestamp,
) -> StoreResult<()> {
    let query = sqlx::query(
        "UPDATE webhook_deliveries SET due_at = ?4, delivered_at = NULL, tries = tries + 1, last_error = ?6, \
         given_up_at = CASE WHEN ?4 IS NULL THEN ?5 END WHERE tenant = ?1 AND webhook = ?2 AND id = ?3",
    );
    let query = query.bind(tenant.to_string()).bind(webhook.as_str()).bind(id);
    let query = query.bind(next.map(|next| next.micros())).bind(at.micros()).bind(error);
    one_row(query.execute(db).await?.rows_affected())
}

async fn is_gone(
    db: &mut SqliteConnection,
    tenant: TenantId,
    webhook: &WebhookName,
    url: &str,
    at: Timestamp,
) -> StoreResult<u64> {
    let query = sqlx::query(
        "INSERT INTO gone_webhooks (tenant, webhook, url, at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT DO UPDATE SET url = ?3, at = ?4",
    );
    let query = query.bind(tenant.to_string()).bind(webhook.as_str()).bind(url).bind(at.micros());
    query.execute(&mut *db).await?;
    let query = sqlx::query(
        "UPDATE webhook_deliveries SET due_at = NULL, given_up_at = ?3, last_error = 'the receiver is gone (410)' \
         WHERE tenant = ?1 AND webhook = ?2 AND due_at IS NOT NULL",
    );
    let query = query.bind(tenant.to_string()).bind(webhook.as_str()).bind(at.micros());
    Ok(query.execute(db).await?.rows_affected())
}

async fn retry(
    db: &mut SqliteConnection,
    tenant: TenantId,
    webhook: &WebhookName,
    id: Option<&str>,
    now: Timestamp,
) -> StoreResult<u64> {
    let query = sqlx::query("DELETE FROM gone_webhooks WHERE tenant = ? AND webhook = ?");
    query.bind(tenant.to_string()).bind(webhook.as_str()).execute(&mut *db).await?;
    // What waits keeps its patience; what was over gets a new one.
    let query = sqlx::query(
        "UPDATE webhook_deliveries SET due_at = min(COALESCE(due_at, ?4), ?4), \
         ends_at = CASE WHEN due_at IS NULL THEN ?5 ELSE ends_at END, \
         tries = CASE WHEN due_at IS NULL THEN 0 ELSE tries END, delivered_at = NULL, given_up_at = NULL \
         WHERE tenant = ?1 AND webhook = ?2 AND CASE WHEN ?3 IS NULL THEN delivered_at IS NULL ELSE id = ?3 END",
    );
    let query = query.bind(tenant.to_string()).bind(webhook.as_str()).bind(id);
    let query = query.bind(now.micros()).bind(now.plus(PATIENCE).micros());
    Ok(query.execute(db).await?.rows_affected())
}

async fn due_webhooks(db: &mut SqliteConnection, now: Timestamp) -> StoreResult<Vec<(TenantId, WebhookName)>> {
    let query = sqlx::query("SELECT DISTINCT tenant, webhook FROM webhook_deliveries WHERE due_at <= ?");
    let row = |row: &SqliteRow| Ok((parsed(row, "tenant")?, parsed(row, "webhook")?));
    query.bind(now.micros()).fetch_all(db).await?.iter().map(row).collect()
}

async fn tidy(
    db: &mut SqliteConnection,
    now: Timestamp,
    delivered_before: Timestamp,
    given_up_before: Timestamp,
) -> StoreResult<u64> {
    let query = sqlx::query("DELETE FROM webhook_deliveries WHERE delivered_at < ? OR given_up_at < ?");
    query.bind(delivered_before.micros()).bind(given_up_before.micros()).execute(&mut *db).await?;
    let query = sqlx::query(
        "UPDATE webhook_deliveries SET due_at = NULL, given_up_at = ?1, \
         last_error = COALESCE(last_error, 'there is no such webhook any more') WHERE due_at IS NOT NULL AND ends_at <= ?1",
    );
    Ok(query.bind(now.micros()).execute(db).await?.rows_affected())
}
