//! A short-term store that counts how often it is asked.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Key, Kind, Portion, ShortTerm, ShortTermResult};
use crate::observe::Counters;

/// Counts, and passes everything on.
pub struct Counted {
    inner: Arc<dyn ShortTerm>,
    counters: Counters,
}

impl Counted {
    /// Counts what is asked of `inner`.
    pub fn new(inner: Arc<dyn ShortTerm>, counters: Counters) -> Self {
        Self { inner, counters }
    }

    fn note(&self, key: &Key) {
        self.counters.short_term(key.kind.as_str());
    }
}

#[async_trait]
impl ShortTerm for Counted {
    async fn put(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        self.note(key);
        self.inner.put(key, value, lifetime).await
    }

    async fn put_new(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<bool> {
        self.note(key);
        self.inner.put_new(key, value, lifetime).await
    }

    async fn get(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        self.note(key);
        self.inner.get(key).await
    }

    async fn take(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        self.note(key);
        self.inner.take(key).await
    }

    async fn remove(&self, key: &Key) -> ShortTermResult<()> {
        self.note(key);
        self.inner.remove(key).await
    }

    /// Not counted: it is no question of a request's, but batched behind many of them.
    async fn touch(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        self.inner.touch(key, value, lifetime).await
    }

    async fn count(&self, key: &Key, window: Duration) -> ShortTermResult<u64> {
        self.note(key);
        self.inner.count(key, window).await
    }

    async fn enlist(&self, key: &Key, name: &str, lifetime: Duration) -> ShortTermResult<()> {
        self.note(key);
        self.inner.enlist(key, name, lifetime).await
    }

    async fn delist(&self, key: &Key, name: &str) -> ShortTermResult<()> {
        self.note(key);
        self.inner.delist(key, name).await
    }

    async fn listed(&self, key: &Key) -> ShortTermResult<Vec<String>> {
        self.note(key);
        self.inner.listed(key).await
    }

    async fn lacks(&self, key: &Key) -> ShortTermResult<bool> {
        self.note(key);
        self.inner.lacks(key).await
    }

    async fn keys(&self, kind: Kind, from: Option<&str>) -> ShortTermResult<Portion> {
        self.counters.short_term(kind.as_str());
        self.inner.keys(kind, from).await
    }

    async fn ping(&self) -> ShortTermResult<()> {
        self.inner.ping().await
    }
}
