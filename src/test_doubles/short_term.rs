//! The short-term store in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use super::TestClock;
use crate::clock::Clock;
use crate::model::Timestamp;
use crate::short_term::{Key, Kind, Portion, ShortTerm, ShortTermResult};

/// The short-term store in memory.
pub(crate) struct MemoryShortTerm {
    clock: Arc<TestClock>,
    values: Mutex<BTreeMap<String, (Vec<u8>, Timestamp)>>,
}

impl MemoryShortTerm {
    pub(crate) fn new(clock: Arc<TestClock>) -> Arc<Self> {
        Arc::new(Self { clock, values: Mutex::default() })
    }

    /// All keys, to see what they give away.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.values.lock().unwrap().keys().cloned().collect()
    }

    /// All values, likewise.
    pub(crate) fn values(&self) -> Vec<Vec<u8>> {
        self.values.lock().unwrap().values().map(|(value, _)| value.clone()).collect()
    }

    fn live(&self, key: &Key) -> Option<(Vec<u8>, Timestamp)> {
        let now = self.clock.now();
        self.values.lock().unwrap().get(&key.flat()).filter(|(_, end)| *end > now).cloned()
    }
}

#[async_trait]
impl ShortTerm for MemoryShortTerm {
    async fn put(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        let end = self.clock.now().plus(lifetime);
        self.values.lock().unwrap().insert(key.flat(), (value.to_vec(), end));
        Ok(())
    }

    async fn put_new(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<bool> {
        let free = self.live(key).is_none();
        if free {
            self.put(key, value, lifetime).await?;
        }
        Ok(free)
    }

    async fn get(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        Ok(self.live(key).map(|(value, _)| value))
    }

    async fn take(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        let found = self.live(key).map(|(value, _)| value);
        self.values.lock().unwrap().remove(&key.flat());
        Ok(found)
    }

    async fn remove(&self, key: &Key) -> ShortTermResult<()> {
        self.values.lock().unwrap().remove(&key.flat());
        Ok(())
    }

    async fn touch(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        if self.live(key).is_some() {
            self.put(key, value, lifetime).await?;
        }
        Ok(())
    }

    async fn count(&self, key: &Key, window: Duration) -> ShortTermResult<u64> {
        let (count, end) = match self.live(key) {
            Some((value, end)) => (String::from_utf8(value).unwrap().parse::<u64>().unwrap() + 1, end),
            None => (1, self.clock.now().plus(window)),
        };
        self.values.lock().unwrap().insert(key.flat(), (count.to_string().into_bytes(), end));
        Ok(count)
    }

    async fn enlist(&self, key: &Key, name: &str, lifetime: Duration) -> ShortTermResult<()> {
        let mut names = self.listed(key).await?;
        names.retain(|known| known != name);
        names.push(name.to_owned());
        names.sort_unstable();
        self.put(key, names.join("\n").as_bytes(), lifetime).await
    }

    async fn delist(&self, key: &Key, name: &str) -> ShortTermResult<()> {
        let mut names = self.listed(key).await?;
        names.retain(|known| known != name);
        self.put(key, names.join("\n").as_bytes(), Duration::from_secs(86_400)).await
    }

    async fn listed(&self, key: &Key) -> ShortTermResult<Vec<String>> {
        let text = self.live(key).map(|(value, _)| String::from_utf8(value).unwrap()).unwrap_or_default();
        Ok(text.lines().map(str::to_owned).collect())
    }

    async fn lacks(&self, _: &Key) -> ShortTermResult<bool> {
        Ok(false)
    }

    async fn keys(&self, kind: Kind, _: Option<&str>) -> ShortTermResult<Portion> {
        let now = self.clock.now();
        let values = self.values.lock().unwrap();
        let live = values.iter().filter(|(_, (_, end))| *end > now);
        Ok(Portion { keys: live.filter_map(|(name, _)| Key::read(kind, name)).collect(), next: None })
    }

    async fn ping(&self) -> ShortTermResult<()> {
        Ok(())
    }
}
