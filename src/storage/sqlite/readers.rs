//! A few read-only connections. Each question borrows one for a single statement and sees what was committed last, so
//! that a verb which thinks for long holds nothing.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::connection::{Access, Held};
use super::failed;
use crate::storage::{StoreError, StoreResult};

/// More readers than this wait for each other; SQLite readers are bound by processors, not by the disk.
const READERS: usize = 4;

/// The readers.
#[derive(Clone)]
pub(super) struct Readers {
    options: Arc<SqliteConnectOptions>,
    slots: Arc<[Arc<Mutex<Slot>>]>,
    permits: Arc<Semaphore>,
}

struct Slot {
    connection: SqliteConnection,
    /// Something went wrong on it; it is replaced before it is used again.
    broken: bool,
}

impl Readers {
    /// Opens the readers.
    pub(super) async fn open(options: SqliteConnectOptions) -> StoreResult<Self> {
        let mut slots = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            slots.push(Arc::new(Mutex::new(Slot { connection: options.connect().await?, broken: false })));
        }
        Ok(Self { options: Arc::new(options), permits: Arc::new(Semaphore::new(slots.len())), slots: Arc::from(slots) })
    }

    /// Whether the file can be read.
    pub(super) async fn ping(&self) -> StoreResult<()> {
        let mut reader = self.borrow().await?;
        let answer = sqlx::query("SELECT COUNT(*) FROM keys").execute(&mut *reader).await;
        reader.settle(answer.map(drop).map_err(StoreError::from))
    }

    async fn borrow(&self) -> StoreResult<Reader> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(failed)?;
        let mut slot = loop {
            // A permit means that a slot is free, but it may move under the search.
            match self.slots.iter().find_map(|slot| Arc::clone(slot).try_lock_owned().ok()) {
                Some(slot) => break slot,
                None => tokio::task::yield_now().await,
            }
        };
        if slot.broken {
            slot.connection = self.options.connect().await?;
            slot.broken = false;
        }
        Ok(Reader { slot, _permit: permit })
    }
}

impl Access for Readers {
    type Held<'a> = Reader;

    async fn hold(&mut self) -> StoreResult<Reader> {
        self.borrow().await
    }
}

/// One borrowed reader. Fields are dropped in this order: the slot is free before the permit says so.
pub(super) struct Reader {
    slot: OwnedMutexGuard<Slot>,
    _permit: OwnedSemaphorePermit,
}

impl Held for Reader {
    fn settle<T>(mut self, outcome: StoreResult<T>) -> StoreResult<T> {
        self.slot.broken = outcome.is_err();
        outcome
    }
}

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.slot.connection
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.slot.connection
    }
}
