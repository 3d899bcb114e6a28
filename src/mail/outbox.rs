//! Sends what the verbs queued: picks due mails, hands them over, remembers; survives a crash with one duplicate at most.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::{MailError, Mailer, bounce};
use crate::clock::Clock;
use crate::model::{AuditEvent, EmailAddress, MailId, OutgoingMail, TenantId, Timestamp};
use crate::storage::{DueMail, InstanceTask, OutboxMail, Store, StoreResult};

/// First pause after a failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// A mail is given up when it could not be sent for so long.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);
/// The same for mails that carry a passcode, which nobody waits for any longer.
const SHORT_PATIENCE: Duration = Duration::from_secs(10 * 60);
/// How many mails one step picks.
const BATCH: u32 = 32;
/// How often to look even if nobody woke us: for mails whose pause is over.
const LOOK: Duration = Duration::from_secs(5);

/// Domain of mails that are queued only so that nobody can tell an address with a guest from one without (decision 4).
/// Nothing is ever delivered to `.invalid` (RFC 6761 §6.4).
const NOWHERE: &str = "nobody@vestibule.invalid";

/// Whom a mail goes to that must not reach anybody; the outbox takes it and drops it.
pub fn nobody() -> Option<EmailAddress> {
    NOWHERE.parse().ok()
}

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Handed over.
    pub sent: u32,
    /// Failed, tried again later.
    pub postponed: u32,
    /// Failed for good or outlived.
    pub given_up: u32,
    /// Refused for good by the recipient's side.
    pub bounced: u32,
    /// Addressed to nobody.
    pub dropped: u32,
    /// The relay could not be used; the rest of the batch was left for the next step.
    pub unreachable: bool,
    /// The batch was full, so more may be due.
    pub more: bool,
}

/// The outbox of one process.
pub struct Outbox {
    store: Arc<dyn Store>,
    mailer: Arc<dyn Mailer>,
    clock: Arc<dyn Clock>,
    wake: Arc<Notify>,
    /// Whether the relay could not be reached at the last try.
    unreachable: AtomicBool,
}

impl Outbox {
    /// Connects the directory with a way out.
    pub fn new(store: Arc<dyn Store>, mailer: Arc<dyn Mailer>, clock: Arc<dyn Clock>) -> Self {
        Self { store, mailer, clock, wake: Arc::new(Notify::new()), unreachable: AtomicBool::new(false) }
    }

    /// To be notified (`notify_one`) after a commit that queued a mail.
    pub fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Whether mail cannot leave at the moment: the relay did not answer when it was last tried. Pages that would wait for
    /// a mail then say so.
    pub fn is_stuck(&self) -> bool {
        self.unreachable.load(Ordering::Relaxed)
    }

    /// Sends until `shutdown` resolves; the mail in hand is finished first.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        tokio::pin!(shutdown);
        loop {
            let pause = match self.send_due().await {
                Ok(step) if step.unreachable => FIRST_PAUSE,
                Ok(step) if step.more => Duration::ZERO,
                Ok(_) => LOOK,
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read or written");
                    FIRST_PAUSE
                }
            };
            // A relay that just failed is not asked again because somebody queues one more mail.
            let patient = pause == FIRST_PAUSE;
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = self.wake.notified(), if !patient => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Sends what is due now. One after the other, each remembered before the next one leaves, so that a crash repeats
    /// one mail at most.
    pub async fn send_due(&self) -> StoreResult<Sent> {
        let mut due = self.store.begin_instance(InstanceTask::Outbox).await?.due_mails(self.clock.now(), BATCH).await?;
        let mut step = Sent { more: due.len() >= BATCH as usize, ..Sent::default() };
        // Somebody sits before the screen and waits for a passcode.
        due.sort_by_key(|row| !row.mail.short_lived);
        for row in due {
            if step.unreachable {
                break;
            }
            self.send_one(&row, &mut step).await?;
        }
        Ok(step)
    }

    async fn send_one(&self, row: &DueMail, step: &mut Sent) -> StoreResult<()> {
        if row.mail.to.domain().as_str().ends_with(".invalid") {
            step.dropped += 1;
            return self.remember(row, Fate::Out).await;
        }
        if self.clock.now() >= end(row) {
            step.given_up += 1;
            return self.give_up(row, "it was too late").await;
        }
        match self.mailer.send(&row.mail, row.id).await {
            Ok(()) => {
                self.unreachable.store(false, Ordering::Relaxed);
                step.sent += 1;
                self.remember(row, Fate::Out).await
            }
            Err(error) => self.failed(row, &error, step).await,
        }
    }

    async fn failed(&self, row: &DueMail, error: &MailError, step: &mut Sent) -> StoreResult<()> {
        step.unreachable = error.unreachable;
        self.unreachable.store(error.unreachable, Ordering::Relaxed);
        if error.refused {
            step.bounced += 1;
            return self.bounce(row, &error.reason).await;
        }
        let next = self.clock.now().plus(pause(row.tries));
        if error.permanent || next >= end(row) {
            step.given_up += 1;
            return self.give_up(row, &error.reason).await;
        }
        step.postponed += 1;
        tracing::warn!(mail.id = %row.id.0, mail.tries = row.tries + 1, reason = %error, "a mail could not be sent and waits");
        self.remember(row, Fate::Waits { reason: &error.reason, next }).await
    }

    /// The invitation first: if the process dies in between, the mail is tried once more and refused once more.
    async fn bounce(&self, row: &DueMail, reason: &str) -> StoreResult<()> {
        tracing::warn!(mail.id = %row.id.0, reason, "a mail was refused for good");
        if let (Some(tenant), Some(invitation)) = (row.mail.tenant, &row.mail.invitation) {
            bounce::mark(self.store.as_ref(), self.clock.as_ref(), tenant, invitation).await?;
        }
        self.remember(row, Fate::Bounced { reason }).await
    }

    /// A mail came back after it was sent, as a mail server wrote to the sender's address. `None` if there is no such mail.
    pub async fn came_back(&self, id: MailId, reason: &str) -> StoreResult<Option<OutboxMail>> {
        let now = self.clock.now();
        let mut tx = self.store.begin_instance(InstanceTask::Outbox).await?;
        let Some(mail) = tx.mail_bounced(id, reason, now).await? else { return Ok(None) };
        tx.audit(now, &event(id, mail.tenant, reason)).await?;
        tx.commit().await?;
        if let (Some(tenant), Some(invitation)) = (mail.tenant, &mail.invitation) {
            bounce::mark(self.store.as_ref(), self.clock.as_ref(), tenant, invitation).await?;
        }
        Ok(Some(mail))
    }

    /// Mails, newest first: those that wait or failed, or `all`.
    pub async fn list(&self, all: bool, limit: u32) -> StoreResult<Vec<OutboxMail>> {
        self.store.begin_instance(InstanceTask::Outbox).await?.outbox(all, limit).await
    }

    /// Tries a waiting mail, or every one, at once instead of at its time; how many that are.
    pub async fn retry(&self, id: Option<MailId>) -> StoreResult<u64> {
        let mut tx = self.store.begin_instance(InstanceTask::Outbox).await?;
        let count = tx.retry_mails(id, self.clock.now()).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(count)
    }

    async fn give_up(&self, row: &DueMail, reason: &str) -> StoreResult<()> {
        tracing::warn!(mail.id = %row.id.0, reason, "a mail is given up");
        self.remember(row, Fate::GivenUp { reason }).await
    }

    async fn remember(&self, row: &DueMail, fate: Fate<'_>) -> StoreResult<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin_instance(InstanceTask::Outbox).await?;
        match fate {
            Fate::Out => tx.mail_sent(row.id, now).await?,
            Fate::Waits { reason, next } => tx.mail_failed(row.id, reason, Some(next)).await?,
            Fate::GivenUp { reason } => {
                tx.mail_failed(row.id, reason, None).await?;
                tx.audit(now, &event(row.id, row.mail.tenant, reason)).await?;
            }
            Fate::Bounced { reason } => {
                tx.mail_bounced(row.id, reason, now).await?;
                tx.audit(now, &event(row.id, row.mail.tenant, reason)).await?;
            }
        }
        tx.commit().await
    }
}

/// What became of one mail.
enum Fate<'a> {
    Out,
    Waits { reason: &'a str, next: Timestamp },
    GivenUp { reason: &'a str },
    Bounced { reason: &'a str },
}

fn event(id: MailId, tenant: Option<TenantId>, reason: &str) -> AuditEvent {
    let event = AuditEvent::failure("Send mail").with("mail", id.0).with("reason", reason);
    tenant.into_iter().fold(event, |event, tenant| event.with("tenant", tenant))
}

/// When there is no point in sending any more.
fn end(row: &DueMail) -> Timestamp {
    row.queued_at.plus(patience(&row.mail))
}

fn patience(mail: &OutgoingMail) -> Duration {
    if mail.short_lived { SHORT_PATIENCE } else { PATIENCE }
}

/// 10 s, 20 s, 40 s … one hour.
fn pause(tries: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(tries.min(16))).min(LONGEST_PAUSE)
}
