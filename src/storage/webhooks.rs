//! Messages on their way to webhooks: queued by the audit line of which they tell, kept until somebody took them.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::{TenantId, Timestamp, WebhookName};

/// A message that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDelivery {
    /// Its id; the same at every receiver and every try.
    pub id: String,
    /// What is sent.
    pub body: String,
    /// From when on nobody tries any more.
    pub ends_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
}

/// Where a message stands at one receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryState {
    /// It is tried at its time.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// Nobody took it for too long, or the receiver is gone.
    GivenUp,
}

/// A message at one receiver, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Whose receiver.
    pub webhook: WebhookName,
    /// The message.
    pub id: String,
    /// Its type, as it was when it was queued.
    pub event: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it is tried next, was delivered or was given up.
    pub at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// How much waits for a webhook, and what became of the rest that is still known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookCounts {
    /// Which.
    pub webhook: WebhookName,
    /// Messages that wait.
    pub waiting: u64,
    /// Messages that were delivered.
    pub delivered: u64,
    /// Messages that were given up.
    pub given_up: u64,
    /// When one was delivered last.
    pub last_delivered_at: Option<Timestamp>,
}

/// Part of [`super::Read`].
#[async_trait]
pub trait ReadWebhooks: Send {
    /// Messages that are due at `now` for one webhook, in the order of the audit chain.
    async fn due_deliveries(
        &mut self,
        webhook: &WebhookName,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<DueDelivery>>;
    /// Messages of one webhook or of all, newest first; those that wait or were given up, unless `all`.
    async fn deliveries(&mut self, webhook: Option<&WebhookName>, all: bool, limit: u32) -> StoreResult<Vec<Delivery>>;
    /// Counts of every webhook that has messages, by name.
    async fn webhook_counts(&mut self) -> StoreResult<Vec<WebhookCounts>>;
    /// Webhooks that answered 410 Gone, with the address that did and when.
    async fn gone_webhooks(&mut self) -> StoreResult<Vec<(WebhookName, String, Timestamp)>>;
}

/// Part of [`super::Tx`]. Messages are queued by [`super::Tx::audit`], for the tenant's own webhooks alone.
#[async_trait]
pub trait WriteWebhooks: Send {
    /// The receiver took the message.
    async fn delivered(&mut self, webhook: &WebhookName, id: &str, at: Timestamp) -> StoreResult<()>;
    /// The message was not taken; it is tried again at `next`, or given up.
    async fn not_delivered(
        &mut self,
        webhook: &WebhookName,
        id: &str,
        error: &str,
        next: Option<Timestamp>,
        at: Timestamp,
    ) -> StoreResult<()>;
    /// The receiver at `url` is gone: what waits for it is given up, and nothing is queued for that address any more. Returns
    /// how many messages that were.
    async fn webhook_is_gone(&mut self, webhook: &WebhookName, url: &str, at: Timestamp) -> StoreResult<u64>;
    /// Makes messages of a webhook due at once: those that wait or were given up, or the one that is named, wherever it
    /// stands. A receiver that was gone counts as there again. Returns how many messages that are.
    async fn retry_deliveries(&mut self, webhook: &WebhookName, id: Option<&str>, now: Timestamp) -> StoreResult<u64>;
}

/// Part of [`super::InstanceTx`].
#[async_trait]
pub trait InstanceWebhooks: Send {
    /// Webhooks for which something is due at `now`.
    async fn due_webhooks(&mut self, now: Timestamp) -> StoreResult<Vec<(TenantId, WebhookName)>>;
    /// Gives up what nobody tries any more, because its webhook is no more; forgets what was delivered before
    /// `delivered_before` and given up before `given_up_before`. Returns how many messages were given up.
    async fn tidy_deliveries(
        &mut self,
        now: Timestamp,
        delivered_before: Timestamp,
        given_up_before: Timestamp,
    ) -> StoreResult<u64>;
}
