//! Short-term state of one node: memory in front of an SQLite file.
//!
//! Reads never leave memory. What must survive (`put`, `take`, `remove`, `count`) changes memory first and is in the file
//! before the call returns; changes of many callers share one commit. The file is written without a sync for each
//! commit: it survives the end of the process (`kill -9`), and after a power cut it is whole but may lack its last
//! moments. Values are kept as given; callers that fear readers or swappers of the file seal them (attack L7).

mod disk;
mod memory;
mod names;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use self::disk::{Change, Disk};
use self::memory::{Entry, Memory, Place, Shelf};
use self::names::Names;
use super::{Key, Kind, Portion, ShortTerm, ShortTermError, ShortTermResult};
use crate::clock::Clock;
use crate::model::Timestamp;

/// At most so many entries of one kind; above, the one that would expire first is dropped (INV10).
const ENTRIES_PER_KIND: usize = 1_000_000;

/// So many keys are read under one lock.
const KEYS_PER_PORTION: usize = 1_000;

/// How often touched entries reach the file; decision 20 allows 60 seconds for the whole way from the request.
const FLUSH_EVERY: Duration = Duration::from_secs(5);

/// Short-term state, embedded.
pub struct Embedded {
    memory: Arc<Memory>,
    disk: Disk,
    clock: Arc<dyn Clock>,
    entries_per_kind: usize,
}

impl Embedded {
    /// Opens the file, makes it if there is none, and takes everything unexpired into memory.
    pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> ShortTermResult<Embedded> {
        Self::open_with_cap(path, clock, ENTRIES_PER_KIND).await
    }

    /// As [`Embedded::open`], with another cap on the entries of each kind.
    pub async fn open_with_cap(
        path: &Path,
        clock: Arc<dyn Clock>,
        entries_per_kind: usize,
    ) -> ShortTermResult<Embedded> {
        let memory = Arc::new(Memory::default());
        let disk = Disk::open(path, Arc::clone(&memory), Arc::clone(&clock), FLUSH_EVERY).await?;
        Ok(Self { memory, disk, clock, entries_per_kind: entries_per_kind.max(1) })
    }

    /// Writes touched entries to the file now: at the end of a drain, so that a restart signs nobody out.
    pub async fn flush(&self) -> ShortTermResult<()> {
        self.disk.flush().await
    }

    /// Drops what has expired; otherwise done every few seconds.
    pub async fn sweep(&self) -> ShortTermResult<()> {
        self.disk.sweep().await
    }

    /// How many entries are held, expired ones included until the next sweep.
    pub fn entries(&self) -> usize {
        self.memory.entries()
    }

    /// Puts `value` where `key` says, making room first. Call it with the shelf locked and queue what it returns before
    /// unlocking, so that the file sees changes in the order of memory.
    fn place(&self, shelf: &mut Shelf, key: &Key, value: Vec<u8>, ends_at: Timestamp, keep: Keep) -> Vec<Change> {
        let name: Arc<str> = key.flat().into();
        let mut changes = Vec::with_capacity(1);
        while !shelf.has(&name) && shelf.len() >= self.entries_per_kind {
            match shelf.drop_soonest() {
                Some(evicted) => changes.push(Change::Remove { name: evicted }),
                None => break,
            }
        }
        let version = shelf.set(Arc::clone(&name), value.clone(), ends_at);
        let kind = key.kind;
        changes.push(match keep {
            Keep::OrForget => Change::Keep { name, kind, value, ends_at, version },
            Keep::OrRetry => Change::Refresh { name, kind, value, ends_at, version },
        });
        changes
    }
}

impl Embedded {
    /// Changes a set under its shelf's lock, so that nobody changes it at the same time.
    async fn change_names(&self, key: &Key, change: impl FnOnce(&mut Names) + Send) -> ShortTermResult<()> {
        let now = self.clock.now();
        let written = {
            let place = self.disk.reserve()?;
            let mut shelf = self.memory.shelf(key.kind);
            let mut names = match shelf.live(&key.flat(), now) {
                Some(entry) => Names::read(&entry.value)?,
                None => Names::default(),
            };
            change(&mut names);
            match names.end() {
                Some(end) => place.send(self.place(&mut shelf, key, names.write()?, end, Keep::OrRetry)),
                None => {
                    let name = shelf.remove(&key.flat()).map_or_else(|| key.flat().into(), |(name, _)| name);
                    place.send(vec![Change::Remove { name }])
                }
            }
        };
        written.wait().await
    }
}

/// What becomes of an entry in memory that the file refused.
#[derive(Clone, Copy)]
enum Keep {
    /// It is forgotten: the caller was told that it does not exist.
    OrForget,
    /// It stays and is written later: forgetting a counter would reset a limit.
    OrRetry,
}

#[async_trait]
impl ShortTerm for Embedded {
    async fn put(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        let ends_at = self.clock.now().plus(lifetime);
        let written = {
            let place = self.disk.reserve()?;
            let mut shelf = self.memory.shelf(key.kind);
            place.send(self.place(&mut shelf, key, value.to_vec(), ends_at, Keep::OrForget))
        };
        written.wait().await
    }

    async fn put_new(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<bool> {
        let now = self.clock.now();
        let written = {
            let place = self.disk.reserve()?;
            let mut shelf = self.memory.shelf(key.kind);
            if shelf.live(&key.flat(), now).is_some() {
                return Ok(false);
            }
            place.send(self.place(&mut shelf, key, value.to_vec(), now.plus(lifetime), Keep::OrForget))
        };
        written.wait().await.map(|()| true)
    }

    async fn get(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        let now = self.clock.now();
        Ok(self.memory.shelf(key.kind).live(&key.flat(), now).map(|entry| entry.value.clone()))
    }

    async fn take(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        let now = self.clock.now();
        let (value, written) = {
            let place = self.disk.reserve()?;
            let mut shelf = self.memory.shelf(key.kind);
            let Some((name, Entry { value, ends_at, .. })) = shelf.remove(&key.flat()) else { return Ok(None) };
            ((ends_at > now).then_some(value), place.send(vec![Change::Remove { name }]))
        };
        // Nobody gets the value before it is gone for good, or a crash would let it be taken twice.
        written.wait().await.map(|()| value)
    }

    async fn remove(&self, key: &Key) -> ShortTermResult<()> {
        let written = {
            let place = self.disk.reserve()?;
            let mut shelf = self.memory.shelf(key.kind);
            // Also if memory has nothing: another caller's removal may still be on its way to the file.
            let name = shelf.remove(&key.flat()).map_or_else(|| key.flat().into(), |(name, _)| name);
            place.send(vec![Change::Remove { name }])
        };
        written.wait().await
    }

    async fn touch(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        let now = self.clock.now();
        let mut shelf = self.memory.shelf(key.kind);
        if shelf.live(&key.flat(), now).is_some() {
            shelf.touch(&key.flat(), value.to_vec(), now.plus(lifetime));
        }
        Ok(())
    }

    async fn count(&self, key: &Key, window: Duration) -> ShortTermResult<u64> {
        let now = self.clock.now();
        let (count, written) = {
            let place = self.disk.reserve()?;
            let mut shelf = self.memory.shelf(key.kind);
            let (before, ends_at) = match shelf.live(&key.flat(), now) {
                Some(entry) => (number(&entry.value)?, entry.ends_at),
                None => (0, now.plus(window)),
            };
            let count = before.saturating_add(1);
            // In decimal, as Redis keeps it.
            let value = count.to_string().into_bytes();
            (count, place.send(self.place(&mut shelf, key, value, ends_at, Keep::OrRetry)))
        };
        written.wait().await.map(|()| count)
    }

    async fn enlist(&self, key: &Key, name: &str, lifetime: Duration) -> ShortTermResult<()> {
        let now = self.clock.now();
        self.change_names(key, |names| {
            names.drop_ended(now);
            names.add(name, now.plus(lifetime));
        })
        .await
    }

    async fn delist(&self, key: &Key, name: &str) -> ShortTermResult<()> {
        self.change_names(key, |names| names.remove(name)).await
    }

    async fn listed(&self, key: &Key) -> ShortTermResult<Vec<String>> {
        let now = self.clock.now();
        match self.memory.shelf(key.kind).live(&key.flat(), now) {
            Some(entry) => Ok(Names::read(&entry.value)?.live(now)),
            None => Ok(Vec::new()),
        }
    }

    async fn lacks(&self, key: &Key) -> ShortTermResult<bool> {
        let now = self.clock.now();
        match self.memory.shelf(key.kind).live(&key.flat(), now) {
            Some(entry) => Ok(Names::read(&entry.value)?.lacks(now)),
            None => Ok(false),
        }
    }

    async fn keys(&self, kind: Kind, from: Option<&str>) -> ShortTermResult<Portion> {
        let from = match from {
            // What has expired comes first in this order, and no name is empty.
            None => (self.clock.now().plus(Duration::from_micros(1)), Arc::from("")),
            Some(place) => read_place(place).ok_or_else(|| failed("keys are asked for from where none end"))?,
        };
        let (names, next) = self.memory.shelf(kind).names_after(&from, KEYS_PER_PORTION);
        Ok(Portion {
            keys: names.iter().filter_map(|name| Key::read(kind, name)).collect(),
            next: next.map(|(end, name)| format!("{}:{name}", end.micros())),
        })
    }

    async fn ping(&self) -> ShortTermResult<()> {
        self.disk.ping().await
    }
}

/// A place in the order of ends, as [`ShortTerm::keys`] hands it out.
fn read_place(text: &str) -> Option<Place> {
    let (end, name) = text.split_once(':')?;
    Some((Timestamp::from_micros(end.parse().ok()?), name.into()))
}

fn number(value: &[u8]) -> ShortTermResult<u64> {
    let text = std::str::from_utf8(value).ok();
    text.and_then(|text| text.parse().ok()).ok_or_else(|| failed("what was to be counted is no counter"))
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ShortTermError {
    ShortTermError(error.into())
}

impl From<sqlx::Error> for ShortTermError {
    fn from(error: sqlx::Error) -> Self {
        failed(error)
    }
}
