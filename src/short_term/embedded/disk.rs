//! The file behind the memory: one thread writes it, and one commit serves all who wait.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use tokio::sync::{mpsc, oneshot};

use super::failed;
use super::memory::{KINDS, Memory};
use crate::clock::Clock;
use crate::model::Timestamp;
use crate::short_term::{Kind, ShortTermResult};

/// Callers beyond this are refused instead of lined up (INV10).
const LONGEST_QUEUE: usize = 65_536;

/// So many callers share a commit at most.
const LARGEST_BATCH: usize = 1024;

/// The form of the file; another number is refused.
const FORM: i64 = 1;

/// One change of the file.
pub(super) enum Change {
    /// A new value; if it cannot be written, memory forgets it.
    Keep { name: Arc<str>, kind: Kind, value: Vec<u8>, ends_at: Timestamp, version: u64 },
    /// A newer value; if it cannot be written, memory keeps it and writes it later.
    Refresh { name: Arc<str>, kind: Kind, value: Vec<u8>, ends_at: Timestamp, version: u64 },
    /// No value any more.
    Remove { name: Arc<str> },
}

enum Request {
    Write { changes: Vec<Change>, answer: Answer },
    Flush { answer: Answer },
    Sweep { answer: Answer },
    Ping { answer: Answer },
}

type Answer = oneshot::Sender<ShortTermResult<()>>;

/// The way to the file.
pub(super) struct Disk {
    requests: mpsc::Sender<Request>,
}

impl Disk {
    /// Opens the file, fills the memory from it, and starts the thread that writes it.
    pub(super) async fn open(
        path: &Path,
        memory: Arc<Memory>,
        clock: Arc<dyn Clock>,
        flush_every: Duration,
    ) -> ShortTermResult<Self> {
        keep_private(path).map_err(failed)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(Duration::from_secs(5))
            .journal_mode(SqliteJournalMode::Wal)
            // In WAL mode this survives the end of the process; only a power cut can take the last commits.
            .synchronous(SqliteSynchronous::Normal)
            // Codes and sessions that ended must not linger in free pages.
            .pragma("secure_delete", "ON")
            .thread_name(|id| format!("short-term-sql-{id}"))
            .disable_statement_logging();
        let mut connection = options.connect().await?;
        prepare(&mut connection).await?;
        fill(&mut connection, &memory, clock.now()).await?;
        let (requests, incoming) = mpsc::channel(LONGEST_QUEUE);
        let thread = Thread { options, connection, broken: false, incoming, memory, clock, undone: HashSet::new() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
        std::thread::Builder::new()
            .name("short-term".to_owned())
            .spawn(move || runtime.block_on(thread.run(flush_every)))
            .map_err(failed)?;
        Ok(Self { requests })
    }

    /// Takes a place in the queue, before memory is changed: a change of memory must not fail to be queued.
    pub(super) fn reserve(&self) -> ShortTermResult<Place<'_>> {
        self.requests.try_reserve().map(Place).map_err(failed)
    }

    pub(super) async fn flush(&self) -> ShortTermResult<()> {
        self.ask(|answer| Request::Flush { answer }).await
    }

    pub(super) async fn sweep(&self) -> ShortTermResult<()> {
        self.ask(|answer| Request::Sweep { answer }).await
    }

    pub(super) async fn ping(&self) -> ShortTermResult<()> {
        self.ask(|answer| Request::Ping { answer }).await
    }

    async fn ask(&self, request: impl FnOnce(Answer) -> Request) -> ShortTermResult<()> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).await.map_err(|_| failed(THREAD_GONE))?;
        Written(answered).wait().await
    }
}

const THREAD_GONE: &str = "the thread that writes short-term state has stopped";

/// A place in the queue.
pub(super) struct Place<'a>(mpsc::Permit<'a, Request>);

impl Place<'_> {
    /// Queues changes; the order of calls is the order in the file.
    pub(super) fn send(self, changes: Vec<Change>) -> Written {
        let (answer, answered) = oneshot::channel();
        self.0.send(Request::Write { changes, answer });
        Written(answered)
    }
}

/// Changes on their way to the file.
pub(super) struct Written(oneshot::Receiver<ShortTermResult<()>>);

impl Written {
    pub(super) async fn wait(self) -> ShortTermResult<()> {
        self.0.await.map_err(|_| failed(THREAD_GONE))?
    }
}

/// Makes the file readable for its owner alone, before SQLite does; its `-wal` and `-shm` inherit that.
fn keep_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

async fn prepare(connection: &mut SqliteConnection) -> ShortTermResult<()> {
    let form: i64 = sqlx::query("PRAGMA user_version").fetch_one(&mut *connection).await?.try_get(0)?;
    if form != 0 && form != FORM {
        return Err(failed("the file of short-term state was made by another version; it may be removed"));
    }
    for statement in [
        "CREATE TABLE IF NOT EXISTS entries (name TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, value BLOB NOT NULL, \
         ends_at BIGINT NOT NULL) WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS entries_end ON entries (ends_at)",
        "PRAGMA user_version = 1",
    ] {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn fill(connection: &mut SqliteConnection, memory: &Memory, now: Timestamp) -> ShortTermResult<()> {
    for kind in KINDS {
        let query = sqlx::query("SELECT name, value, ends_at FROM entries WHERE kind = ? AND ends_at > ?");
        let rows = query.bind(kind.as_str()).bind(now.micros()).fetch_all(&mut *connection).await?;
        let mut shelf = memory.shelf(kind);
        for row in rows {
            let name: String = row.try_get("name")?;
            shelf.set(name.into(), row.try_get("value")?, Timestamp::from_micros(row.try_get("ends_at")?));
        }
    }
    Ok(())
}

/// The thread that writes.
struct Thread {
    options: SqliteConnectOptions,
    connection: SqliteConnection,
    broken: bool,
    incoming: mpsc::Receiver<Request>,
    memory: Arc<Memory>,
    clock: Arc<dyn Clock>,
    /// Names whose last change could not be written. Memory has none of them, so the file must lose them too, before
    /// anything else is written: a restart must not bring back what was taken or ended.
    undone: HashSet<Arc<str>>,
}

impl Thread {
    async fn run(mut self, flush_every: Duration) {
        let mut tick = tokio::time::interval(flush_every);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                request = self.incoming.recv() => match request {
                    Some(request) => self.serve(request).await,
                    None => break,
                },
                _ = tick.tick() => {
                    // It says in the log what went wrong, and comes again.
                    self.sweep().await.ok();
                }
            }
        }
        self.flush().await.ok();
    }

    /// Serves `first` and all who wait behind it.
    async fn serve(&mut self, first: Request) {
        let mut next = Some(first);
        let mut batch = Batch::default();
        while let Some(request) = next {
            match request {
                Request::Write { changes, answer } => {
                    batch.changes.extend(changes);
                    batch.answers.push(answer);
                }
                other => {
                    // Not a write: what came before it is written first.
                    self.write(std::mem::take(&mut batch)).await;
                    match other {
                        Request::Flush { answer } => answer.send(self.flush().await).ok(),
                        Request::Sweep { answer } => answer.send(self.sweep().await).ok(),
                        Request::Ping { answer } => answer.send(self.apply(&[]).await).ok(),
                        Request::Write { .. } => None,
                    };
                }
            }
            next = if batch.answers.len() < LARGEST_BATCH { self.incoming.try_recv().ok() } else { None };
        }
        self.write(batch).await;
    }

    async fn write(&mut self, batch: Batch) {
        if batch.answers.is_empty() {
            return;
        }
        let outcome = self.apply(&batch.changes).await;
        if let Err(error) = &outcome {
            tracing::error!(%error, callers = batch.answers.len(), "short-term state was not written; callers were told");
            self.take_back(batch.changes);
        }
        let reason = outcome.err().map(|error| error.to_string());
        for answer in batch.answers {
            answer.send(reason.as_deref().map_or(Ok(()), |reason| Err(failed(reason)))).ok();
        }
    }

    /// Brings memory in line with a file that was not written.
    fn take_back(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Keep { name, kind, version, .. } => {
                    self.memory.shelf(kind).forget(&name, version);
                    self.undone.insert(name);
                }
                Change::Refresh { name, kind, version, .. } => self.memory.shelf(kind).write_later(name, version),
                Change::Remove { name } => drop(self.undone.insert(name)),
            }
        }
    }

    /// Writes touched entries.
    async fn flush(&mut self) -> ShortTermResult<()> {
        for kind in KINDS {
            loop {
                // A removal that comes after this is queued behind it, so the file cannot revive anything.
                let changes = self.touched(kind);
                if changes.is_empty() {
                    break;
                }
                if let Err(error) = self.apply(&changes).await {
                    tracing::error!(%error, "touched entries were not written; they are tried again");
                    self.take_back(changes);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn touched(&self, kind: Kind) -> Vec<Change> {
        let mut shelf = self.memory.shelf(kind);
        let touched = shelf.take_touched(LARGEST_BATCH).into_iter();
        let changes = touched.map(|(name, entry)| Change::Refresh {
            name,
            kind,
            value: entry.value.clone(),
            ends_at: entry.ends_at,
            version: entry.version(),
        });
        changes.collect()
    }

    /// Drops what has expired. Flushes first: a touch may have moved an end that the file does not know yet.
    async fn sweep(&mut self) -> ShortTermResult<()> {
        self.flush().await?;
        let now = self.clock.now();
        for kind in KINDS {
            // In portions, so that nobody waits long for the lock.
            while self.memory.shelf(kind).drop_expired(now, LARGEST_BATCH) {}
        }
        self.reconnect().await?;
        let swept = sqlx::query("DELETE FROM entries WHERE ends_at <= ?").bind(now.micros());
        if let Err(error) = swept.execute(&mut self.connection).await {
            tracing::error!(%error, "expired short-term state was not removed; it is tried again");
            self.broken = true;
            return Err(error.into());
        }
        Ok(())
    }

    async fn reconnect(&mut self) -> ShortTermResult<()> {
        if self.broken {
            self.connection = self.options.connect().await?;
            self.broken = false;
        }
        Ok(())
    }

    /// Writes what is overdue and then `changes`, in one transaction.
    async fn apply(&mut self, changes: &[Change]) -> ShortTermResult<()> {
        self.reconnect().await?;
        let outcome = transact(&mut self.connection, &self.undone, changes).await;
        match outcome {
            Ok(()) => self.undone.clear(),
            Err(_) => {
                // Or the file would stay locked until the next attempt.
                sqlx::query("ROLLBACK").execute(&mut self.connection).await.ok();
                self.broken = true;
            }
        }
        Ok(outcome?)
    }
}

#[derive(Default)]
struct Batch {
    changes: Vec<Change>,
    answers: Vec<Answer>,
}

async fn transact(
    connection: &mut SqliteConnection,
    undone: &HashSet<Arc<str>>,
    changes: &[Change],
) -> sqlx::Result<()> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    for name in undone {
        remove(connection, name).await?;
    }
    for change in changes {
        match change {
            Change::Remove { name } => remove(connection, name).await?,
            Change::Keep { name, kind, value, ends_at, .. } | Change::Refresh { name, kind, value, ends_at, .. } => {
                sqlx::query(
                    "INSERT INTO entries (name, kind, value, ends_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) \
                     DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at",
                )
                .bind(&**name)
                .bind(kind.as_str())
                .bind(value.as_slice())
                .bind(ends_at.micros())
                .execute(&mut *connection)
                .await?;
            }
        }
    }
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(())
}

async fn remove(connection: &mut SqliteConnection, name: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM entries WHERE name = ?").bind(name).execute(&mut *connection).await?;
    Ok(())
}
