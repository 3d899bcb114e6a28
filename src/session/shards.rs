//! A map in 64 parts, each behind a lock of its own that is never held across an await.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::{PoisonError, RwLock};

const SHARDS: usize = 64;

/// Keys are SHA-256 values or random GUIDs: already uniform, so that hashing them again buys nothing.
#[derive(Default)]
pub(super) struct Uniform(u64);

impl Hasher for Uniform {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.0 = self.0.rotate_left(7) ^ u64::from_le_bytes(word);
        }
    }

    fn write_usize(&mut self, _length: usize) {}
}

type Shard<K, V> = RwLock<HashMap<K, V, BuildHasherDefault<Uniform>>>;

pub(super) struct Shards<K, V>(Vec<Shard<K, V>>);

impl<K: AsRef<[u8]> + Hash + Eq, V: Clone> Shards<K, V> {
    pub(super) fn new() -> Self {
        Self((0..SHARDS).map(|_| Shard::default()).collect())
    }

    #[expect(clippy::indexing_slicing, reason = "the remainder is smaller than the number of shards")]
    fn shard(&self, key: &K) -> &Shard<K, V> {
        let last = key.as_ref().last().copied().unwrap_or_default();
        &self.0[usize::from(last) % SHARDS]
    }

    pub(super) fn read(&self, key: &K) -> Option<V> {
        self.shard(key).read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(super) fn write(&self, key: K, value: V) {
        self.shard(&key).write().unwrap_or_else(PoisonError::into_inner).insert(key, value);
    }

    pub(super) fn remove(&self, key: &K) -> Option<V> {
        self.shard(key).write().unwrap_or_else(PoisonError::into_inner).remove(key)
    }

    /// Looks and inserts under one lock.
    pub(super) fn entry(&self, key: K, decide: impl FnOnce(Option<&V>) -> V) -> V {
        let mut shard = self.shard(&key).write().unwrap_or_else(PoisonError::into_inner);
        let value = decide(shard.get(&key));
        shard.insert(key, value.clone());
        value
    }

    pub(super) fn each(&self, mut visit: impl FnMut(&V)) {
        for shard in &self.0 {
            shard.read().unwrap_or_else(PoisonError::into_inner).values().for_each(&mut visit);
        }
    }

    pub(super) fn retain(&self, mut keep: impl FnMut(&V) -> bool) {
        for shard in &self.0 {
            shard.write().unwrap_or_else(PoisonError::into_inner).retain(|_, value| keep(value));
        }
    }
}
