//! Sends what webhooks wait for: signed, each receiver in a lane of its own, again and again until it is taken or too late.

mod patience;
mod sign;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Method, StatusCode};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, Random, random_bytes};
use crate::model::{AuditEvent, TenantId, Webhook, WebhookName};
use crate::observe::Counters;
use crate::outbound::{FetchError, FetchRequest, FetchResponse, Fetcher};
use crate::snapshot::Snapshot;
use crate::storage::{Delivery, DueDelivery, InstanceTask, Store, StoreResult, WebhookCounts};

pub use sign::signatures;

/// How often to look for messages where there are webhooks, and where there are none.
const LOOK: Duration = Duration::from_secs(1);
const LOOK_FOR_WEBHOOKS: Duration = Duration::from_secs(5);
/// How often to tidy up.
const TIDY: Duration = Duration::from_secs(3600);
const FIRST_TIDY: Duration = Duration::from_secs(60);
/// How long lists know what was delivered, and what was given up.
const KEEP_DELIVERED: Duration = Duration::from_secs(7 * 24 * 3600);
const KEEP_GIVEN_UP: Duration = Duration::from_secs(30 * 24 * 3600);
/// Time to connect, and time for everything.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const WITHIN: Duration = Duration::from_secs(10);
/// Receivers that are spoken to at once; sign-ins need the way out as well.
const AT_ONCE: usize = 256;
/// How many messages of one receiver one look brings.
const BATCH: u32 = 32;
/// What is under way may finish for so long when the server stops; what does not is sent again later.
const LAST_MOMENT: Duration = Duration::from_secs(3);
/// How much of an answer a test shows, in bytes.
const SHOWN: usize = 500;

/// The sender of one process.
pub struct Webhooks {
    store: Arc<dyn Store>,
    fetcher: Arc<Fetcher>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    counters: Counters,
    places: Semaphore,
    /// Receivers that have a lane at the moment.
    busy: Mutex<HashSet<Receiver>>,
}

type Receiver = (TenantId, WebhookName);

/// What a receiver answered to a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The beginning of the body, as far as it is text.
    pub text: String,
}

/// How one try ended.
enum Outcome {
    Taken,
    Gone,
    NotTaken { reason: String, wish: Option<Duration> },
}

impl Webhooks {
    /// Connects the directory with the way out.
    pub fn new(
        store: Arc<dyn Store>,
        fetcher: Arc<Fetcher>,
        snapshot: Arc<ArcSwap<Snapshot>>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        counters: Counters,
    ) -> Self {
        let (places, busy) = (Semaphore::new(AT_ONCE), Mutex::default());
        Self { store, fetcher, snapshot, clock, random, counters, places, busy }
    }

    /// Sends until `stop`; what is under way then gets a moment to finish.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut lanes = JoinSet::new();
        let mut tidy = tokio::time::interval_at(tokio::time::Instant::now() + FIRST_TIDY, TIDY);
        tidy.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let wanted = self.snapshot.load().tenants().any(|tenant| !tenant.webhooks.is_empty());
            if wanted && let Err(error) = self.open_lanes(&mut lanes, &stop).await {
                tracing::error!(%error, "the messages for webhooks could not be read");
            }
            while lanes.try_join_next().is_some() {}
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                _ = tidy.tick() => {
                    if let Err(error) = self.tidy().await {
                        tracing::error!(%error, "the messages for webhooks could not be tidied up");
                    }
                }
                () = tokio::time::sleep(if wanted { LOOK } else { LOOK_FOR_WEBHOOKS }) => {}
            }
        }
        let all_done = async { while lanes.join_next().await.is_some() {} };
        // Whoever is not done is dropped with the set; the message is due again at the next start.
        let _ = tokio::time::timeout(LAST_MOMENT, all_done).await;
    }

    /// Sends everything that is due now, and returns when each receiver took it or failed once.
    pub async fn send_due(self: &Arc<Self>) -> StoreResult<()> {
        let mut lanes = JoinSet::new();
        self.open_lanes(&mut lanes, &CancellationToken::new()).await?;
        while lanes.join_next().await.is_some() {}
        Ok(())
    }

    /// One lane for each receiver for which something is due and that has none: a slow one holds up nobody else.
    async fn open_lanes(self: &Arc<Self>, lanes: &mut JoinSet<()>, stop: &CancellationToken) -> StoreResult<()> {
        let due = self.store.begin_instance(InstanceTask::Webhooks).await?.due_webhooks(self.clock.now()).await?;
        for receiver in due {
            // One that the files do not name at the moment may come back; until then its messages wait.
            if self.webhook(&receiver).is_none() {
                continue;
            }
            let Some(lane) = Lane::open(self, receiver) else { continue };
            let stop = stop.clone();
            lanes.spawn(async move { lane.run(&stop).await });
        }
        Ok(())
    }

    fn webhook(&self, (tenant, name): &Receiver) -> Option<Webhook> {
        self.snapshot.load().tenant(*tenant)?.webhook(name).cloned()
    }

    /// Forgets what nobody asks for any more.
    pub async fn tidy(&self) -> StoreResult<()> {
        let now = self.clock.now();
        let ago = |span: Duration| crate::model::Timestamp::from_micros(now.micros() - micros(span));
        let mut tx = self.store.begin_instance(InstanceTask::Webhooks).await?;
        let given_up = tx.tidy_deliveries(now, ago(KEEP_DELIVERED), ago(KEEP_GIVEN_UP)).await?;
        tx.commit().await?;
        if given_up > 0 {
            tracing::warn!(messages = given_up, "messages for webhooks that are no more were given up");
        }
        Ok(())
    }

    async fn post(&self, webhook: &Webhook, id: &str, body: &str, show: usize) -> Result<FetchResponse, FetchError> {
        let timestamp = self.clock.now().seconds();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(HeaderName::from_static("webhook-timestamp"), HeaderValue::from(timestamp));
        let texts =
            [("webhook-id", id.to_owned()), ("webhook-signature", signatures(&webhook.secrets, id, timestamp, body))];
        for (name, value) in texts {
            // Ids are hexadecimal and signatures base64, so that both are values of fields.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        let request = FetchRequest {
            method: Method::POST,
            url: webhook.url.clone(),
            headers,
            body: Bytes::copy_from_slice(body.as_bytes()),
            max_bytes: show,
            ignore_rest: true,
            connect_within: CONNECT_WITHIN,
            within: WITHIN,
        };
        self.fetcher.send(request).await
    }

    async fn attempt(&self, webhook: &Webhook, message: &DueDelivery) -> Outcome {
        match self.post(webhook, &message.id, &message.body, 0).await {
            Ok(answer) if answer.status.is_success() => Outcome::Taken,
            Ok(answer) if answer.status == StatusCode::GONE => Outcome::Gone,
            Ok(answer) => {
                let redirected = if answer.status.is_redirection() { "; redirects are not followed" } else { "" };
                let reason = format!("the receiver answered {}{redirected}", answer.status);
                Outcome::NotTaken { reason, wish: wish(&answer.headers) }
            }
            Err(error) => Outcome::NotTaken { reason: error.to_string(), wish: None },
        }
    }

    /// Writes down how a try ended. `true` if the next message may follow at once.
    async fn remember(&self, receiver: &Receiver, webhook: &Webhook, message: &DueDelivery) -> StoreResult<bool> {
        let (tenant, name) = receiver;
        let outcome = self.attempt(webhook, message).await;
        let now = self.clock.now();
        let mut tx = self.store.begin(*tenant).await?;
        let event = |reason: &str| {
            AuditEvent::failure("Send webhook")
                .with("webhook", name)
                .with("message", &message.id)
                .with("reason", reason)
        };
        let taken = match outcome {
            Outcome::Taken => {
                tx.delivered(name, &message.id, now).await?;
                self.counters.webhook("delivered");
                true
            }
            Outcome::Gone => {
                let reason = "the receiver is gone (410)";
                tx.not_delivered(name, &message.id, reason, None, now).await?;
                let given_up = tx.webhook_is_gone(name, webhook.url.as_str(), now).await?;
                tx.audit(now, &event(reason)).await?;
                self.counters.webhook("given_up");
                tracing::warn!(tenant.id = %tenant, webhook = %name, messages = given_up + 1,
                    "a webhook answered 410 Gone; nothing is sent there any more");
                false
            }
            Outcome::NotTaken { reason, wish } => {
                let next = now.plus(patience::pause(message.tries, wish, self.random.as_ref()));
                let next = Some(next).filter(|next| *next < message.ends_at);
                tx.not_delivered(name, &message.id, &reason, next, now).await?;
                match next {
                    Some(next) => {
                        self.counters.webhook("failed");
                        tracing::warn!(tenant.id = %tenant, webhook = %name, message.id = %message.id,
                            message.tries = message.tries + 1, %next, reason, "a webhook did not take a message, which waits");
                    }
                    None => {
                        tx.audit(now, &event(&reason)).await?;
                        self.counters.webhook("given_up");
                        tracing::warn!(tenant.id = %tenant, webhook = %name, message.id = %message.id, reason,
                            "a message for a webhook is given up");
                    }
                }
                false
            }
        };
        tx.commit().await?;
        Ok(taken)
    }

    /// Sends a signed message of type `webhook.test` that is not queued and not repeated, and tells what came back.
    pub async fn test(&self, tenant: TenantId, webhook: &Webhook) -> Result<Answer, FetchError> {
        let id = format!("msg_{}", data_encoding::HEXLOWER.encode(&random_bytes::<16>(self.random.as_ref())));
        let data = serde_json::json!({ "tenantId": tenant });
        let body = serde_json::json!({
            "type": "webhook.test", "timestamp": self.clock.now().to_string(), "data": data,
        });
        let answer = self.post(webhook, &id, &body.to_string(), SHOWN).await?;
        let text = String::from_utf8_lossy(&answer.body);
        let text = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect::<String>();
        Ok(Answer { status: answer.status, text: text.trim().to_owned() })
    }

    /// Messages of a tenant, newest first: those that wait or were given up, or `all`.
    pub async fn list(
        &self,
        tenant: TenantId,
        webhook: Option<&WebhookName>,
        all: bool,
        limit: u32,
    ) -> StoreResult<Vec<Delivery>> {
        self.store.read(tenant).await?.deliveries(webhook, all, limit).await
    }

    /// How much waits for each webhook of a tenant, and which answered that they are gone, at their present address or an
    /// earlier one.
    pub async fn counts(&self, tenant: TenantId) -> StoreResult<(Vec<WebhookCounts>, Vec<(WebhookName, String)>)> {
        let mut read = self.store.read(tenant).await?;
        let counts = read.webhook_counts().await?;
        let gone = read.gone_webhooks().await?.into_iter().map(|(name, url, _)| (name, url)).collect();
        Ok((counts, gone))
    }

    /// Tries messages now that wait or were given up, or the one with this id, wherever it stands; how many those are.
    pub async fn retry(&self, tenant: TenantId, webhook: &WebhookName, id: Option<&str>) -> StoreResult<u64> {
        let mut tx = self.store.begin(tenant).await?;
        let count = tx.retry_deliveries(webhook, id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(count)
    }
}

/// The way to one receiver; there is one at a time for each.
struct Lane {
    sender: Arc<Webhooks>,
    receiver: Receiver,
}

impl Lane {
    fn open(sender: &Arc<Webhooks>, receiver: Receiver) -> Option<Self> {
        let mut busy = sender.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(receiver.clone()).then(|| Self { sender: Arc::clone(sender), receiver })
    }

    /// One message after the other until none is due or one was not taken: who fails is left alone until the next look.
    async fn run(&self, stop: &CancellationToken) {
        // Nobody closes the semaphore, so that there is always a place.
        let _place = self.sender.places.acquire().await;
        let outcome = async {
            loop {
                let (tenant, name) = &self.receiver;
                let now = self.sender.clock.now();
                let due = self.sender.store.read(*tenant).await?.due_deliveries(name, now, BATCH).await?;
                if due.is_empty() {
                    return StoreResult::Ok(());
                }
                for message in due {
                    // Asked anew each time: a secret may be replaced meanwhile, an address changed, a tenant switched off.
                    let webhook = self.sender.webhook(&self.receiver).filter(|_| !stop.is_cancelled());
                    let Some(webhook) = webhook else { return Ok(()) };
                    if !self.sender.remember(&self.receiver, &webhook, &message).await? {
                        return Ok(());
                    }
                }
            }
        };
        if let Err(error) = outcome.await {
            tracing::error!(%error, webhook = %self.receiver.1, "how a message for a webhook fared could not be written down");
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let mut busy = self.sender.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.receiver);
    }
}

/// What the receiver asks for; only seconds, as nobody sends dates.
fn wish(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
