//! The one writer: a fair queue for `BEGIN IMMEDIATE`, and group commit, so that many verbs share one sync of the disk.
//!
//! A thread of its own owns the queue, so nobody's cancelled future can leave the writer stuck. Verbs run one after the
//! other, each inside a savepoint of a shared transaction. A verb that commits releases its savepoint and waits; when
//! nobody else waits, or the group is large or old enough, the thread commits for all and tells them. A verb that is
//! dropped is rolled back to its savepoint and harms no other.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot};
use tokio::time::Instant;

use super::connection::{Access, Held};
use super::failed;
use crate::storage::{StoreError, StoreResult};

/// More verbs than this may not wait at once; the next is refused (INV10).
const LONGEST_QUEUE: usize = 4096;

/// Whoever waited this long for the writer is refused instead: a verb holds it that forgot to end.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A verb that holds the writer longer than this does work inside its transaction that belongs before it.
const LONG_HOLD: Duration = Duration::from_secs(1);

/// When a group commits although others still wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupLimits {
    pub(super) verbs: usize,
    pub(super) age: Duration,
}

impl Default for GroupLimits {
    fn default() -> Self {
        Self { verbs: 64, age: Duration::from_millis(5) }
    }
}

/// The way to the writer.
pub(super) struct Writer {
    requests: mpsc::Sender<Request>,
}

impl Writer {
    /// Starts the writer's thread on an open connection; `options` open another one if that breaks.
    pub(super) fn start(
        options: SqliteConnectOptions,
        connection: SqliteConnection,
        limits: GroupLimits,
    ) -> std::io::Result<Self> {
        let (requests, incoming) = mpsc::channel(LONGEST_QUEUE);
        let (home, verdicts) = mpsc::unbounded_channel();
        let connection = Arc::new(Mutex::new(connection));
        let thread =
            Thread { options, connection, broken: false, incoming, waiting: VecDeque::new(), home, verdicts, limits };
        // A runtime of its own: the callers' runtimes come and go, and their clocks may be paused in tests.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        std::thread::Builder::new()
            .name("directory-writer".to_owned())
            .spawn(move || runtime.block_on(thread.run()))?;
        Ok(Self { requests })
    }

    /// Waits for a turn, in order of asking.
    pub(super) async fn lease(&self) -> StoreResult<Lease> {
        let (reply, lease) = oneshot::channel();
        self.requests.try_send(Request { reply, since: Instant::now() }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => failed("too many transactions wait for the writer"),
            mpsc::error::TrySendError::Closed(_) => failed(WRITER_GONE),
        })?;
        lease.await.map_err(|_| failed(WRITER_GONE))?
    }

    /// Whether the writer's thread lives.
    pub(super) fn ping(&self) -> StoreResult<()> {
        if self.requests.is_closed() { Err(failed(WRITER_GONE)) } else { Ok(()) }
    }
}

const WRITER_GONE: &str = "the writer of the directory has stopped";

struct Request {
    reply: oneshot::Sender<StoreResult<Lease>>,
    since: Instant,
}

/// How a verb ended.
enum Verdict {
    Commit(oneshot::Sender<StoreResult<()>>),
    RollBack,
}

/// A verb's turn on the writer. Dropping it rolls the verb back.
pub(super) struct Lease {
    connection: OwnedMutexGuard<SqliteConnection>,
    verdict: Option<Verdict>,
    home: mpsc::UnboundedSender<Verdict>,
    /// A statement was begun and not settled, or failed in a way that may have ended the transaction.
    unknown: bool,
}

impl Lease {
    /// Ends the turn; returns when the group that it belongs to is durable.
    pub(super) async fn commit(mut self) -> StoreResult<()> {
        self.refuse_unknown()?;
        let (acknowledge, acknowledged) = oneshot::channel();
        self.verdict = Some(Verdict::Commit(acknowledge));
        drop(self);
        acknowledged.await.map_err(|_| failed(WRITER_GONE))?
    }

    /// After some failures (disk full, I/O) SQLite has rolled back the whole transaction, and whatever came next would
    /// be written outside of any; after a cancelled statement nobody knows whether it ran.
    fn refuse_unknown(&self) -> StoreResult<()> {
        if self.unknown {
            return Err(failed("an earlier statement of this transaction failed or was abandoned; it only rolls back"));
        }
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let verdict = self.verdict.take().unwrap_or(Verdict::RollBack);
        // The guard is dropped after this, so the thread waits a moment for the connection. If the thread is gone, the
        // connection goes with the guard, and SQLite rolls back.
        self.home.send(verdict).ok();
    }
}

impl Access for Lease {
    type Held<'a> = Question<'a>;

    async fn hold(&mut self) -> StoreResult<Question<'_>> {
        self.refuse_unknown()?;
        self.unknown = true;
        Ok(Question(self))
    }
}

/// One question of the verb that holds the writer.
pub(super) struct Question<'a>(&'a mut Lease);

impl Held for Question<'_> {
    fn settle<T>(self, outcome: StoreResult<T>) -> StoreResult<T> {
        // A unique constraint undoes its statement alone; the transaction goes on.
        self.0.unknown = matches!(outcome, Err(StoreError::Failed(_)));
        outcome
    }
}

impl Deref for Question<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0.connection
    }
}

impl DerefMut for Question<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0.connection
    }
}

/// The thread that owns the queue.
struct Thread {
    options: SqliteConnectOptions,
    connection: Arc<Mutex<SqliteConnection>>,
    broken: bool,
    incoming: mpsc::Receiver<Request>,
    waiting: VecDeque<Request>,
    home: mpsc::UnboundedSender<Verdict>,
    verdicts: mpsc::UnboundedReceiver<Verdict>,
    limits: GroupLimits,
}

impl Thread {
    async fn run(mut self) {
        while let Some(request) = self.next_or_wait().await {
            if request.reply.is_closed() {
                continue;
            }
            if let Err(error) = self.begin().await {
                request.reply.send(Err(error.into())).ok();
                continue;
            }
            self.group(request).await;
        }
    }

    async fn begin(&mut self) -> sqlx::Result<()> {
        let mut connection = self.connection.lock().await;
        if self.broken {
            *connection = self.options.connect().await?;
            self.broken = false;
        }
        let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await;
        self.broken = begun.is_err();
        begun.map(drop)
    }

    /// Runs verbs until the group is complete, commits, and tells everyone.
    async fn group(&mut self, first: Request) {
        let began = Instant::now();
        let mut committed = Vec::new();
        let mut next = Some(first);
        let mut outcome = Ok(());
        while let Some(request) = next {
            outcome = self.turn(request, &mut committed).await;
            let complete = committed.len() >= self.limits.verbs || began.elapsed() >= self.limits.age;
            next = if outcome.is_err() || complete { None } else { self.next_if_any() };
        }
        let outcome = match outcome {
            Ok(()) if committed.is_empty() => self.execute("ROLLBACK").await,
            Ok(()) => self.execute("COMMIT").await,
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome {
            // Whatever state it is in, a rollback cannot make it worse; the next group gets a fresh connection.
            self.execute("ROLLBACK").await.ok();
            self.broken = true;
            tracing::error!(%error, verbs = committed.len(), "a group of transactions was lost; each caller was told");
        }
        let reason = outcome.err().map(|error| error.to_string());
        for acknowledge in committed {
            acknowledge.send(reason.as_deref().map_or(Ok(()), |reason| Err(failed(reason)))).ok();
        }
    }

    /// One verb: savepoint, hand over, take back. An error means that the whole group is lost.
    async fn turn(
        &mut self,
        request: Request,
        committed: &mut Vec<oneshot::Sender<StoreResult<()>>>,
    ) -> sqlx::Result<()> {
        if request.reply.is_closed() {
            return Ok(());
        }
        let mut connection = Arc::clone(&self.connection).lock_owned().await;
        sqlx::query("SAVEPOINT verb").execute(&mut *connection).await?;
        let lease = Lease { connection, verdict: None, home: self.home.clone(), unknown: false };
        // If the caller has gone, the lease comes back in the error, is dropped, and reports a rollback.
        request.reply.send(Ok(lease)).ok();
        match self.verdict().await {
            Verdict::Commit(acknowledge) => {
                committed.push(acknowledge);
                self.execute("RELEASE verb").await
            }
            Verdict::RollBack => {
                self.execute("ROLLBACK TO verb").await?;
                self.execute("RELEASE verb").await
            }
        }
    }

    async fn execute(&self, statement: &'static str) -> sqlx::Result<()> {
        sqlx::query(statement).execute(&mut *self.connection.lock().await).await.map(drop)
    }

    /// Waits for the verb that holds the writer, and meanwhile lines up those who ask for it.
    async fn verdict(&mut self) -> Verdict {
        let began = Instant::now();
        let mut tick = tokio::time::interval_at(began + LONG_HOLD, LONG_HOLD);
        let mut warned = false;
        loop {
            let room = self.waiting.len() < LONGEST_QUEUE;
            tokio::select! {
                biased;
                Some(verdict) = self.verdicts.recv() => return verdict,
                Some(request) = self.incoming.recv(), if room => self.waiting.push_back(request),
                _ = tick.tick() => {
                    if !warned {
                        tracing::warn!("a transaction holds the writer of the directory for long");
                        warned = true;
                    }
                    self.refuse_the_tired(began);
                }
            }
        }
    }

    /// Refuses those who waited too long behind the verb that has held the writer since `began`.
    fn refuse_the_tired(&mut self, began: Instant) {
        if began.elapsed() < LONGEST_WAIT {
            return;
        }
        while self.waiting.front().is_some_and(|request| request.since.elapsed() >= LONGEST_WAIT) {
            if let Some(request) = self.waiting.pop_front() {
                request.reply.send(Err(failed("the writer of the directory is held for too long"))).ok();
            }
        }
    }

    fn next_if_any(&mut self) -> Option<Request> {
        self.waiting.pop_front().or_else(|| self.incoming.try_recv().ok())
    }

    async fn next_or_wait(&mut self) -> Option<Request> {
        match self.waiting.pop_front() {
            Some(request) => Some(request),
            None => self.incoming.recv().await,
        }
    }
}

#[cfg(test)]
mod tests;
