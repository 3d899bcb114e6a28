//! Everything that sessions keep in the short-term store is sealed for the place where it lies (attack row L7).

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::keys::{Keys, Purpose};
use crate::short_term::{Key, ShortTerm, ShortTermError, ShortTermResult};

/// Seals a value for one place, and opens what was sealed for exactly this place.
pub trait RecordSeal: Send + Sync {
    /// Unreadable, unchangeable, and worthless under any other key.
    fn seal(&self, place: &Key, plain: &[u8]) -> Vec<u8>;
    /// What [`RecordSeal::seal`] was given for the same place; anything else is `None`.
    fn open(&self, place: &Key, sealed: &[u8]) -> Option<Vec<u8>>;
}

impl RecordSeal for Keys {
    fn seal(&self, place: &Key, plain: &[u8]) -> Vec<u8> {
        Keys::seal(self, Purpose::Row, &place.flat(), plain).into_bytes()
    }

    fn open(&self, place: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
        self.open_sealed(Purpose::Row, &place.flat(), std::str::from_utf8(sealed).ok()?)
    }
}

/// The short-term store with a seal in front of it.
pub(super) struct Sealed {
    store: Arc<dyn ShortTerm>,
    seal: Arc<dyn RecordSeal>,
}

impl Sealed {
    pub(super) fn new(store: Arc<dyn ShortTerm>, seal: Arc<dyn RecordSeal>) -> Self {
        Self { store, seal }
    }

    pub(super) async fn put<T: Serialize>(&self, key: &Key, value: &T, lifetime: Duration) -> ShortTermResult<()> {
        self.store.put(key, &self.sealed(key, value)?, lifetime).await
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, key: &Key) -> ShortTermResult<Option<T>> {
        Ok(self.store.get(key).await?.and_then(|bytes| self.opened(key, &bytes)))
    }

    pub(super) async fn take<T: DeserializeOwned>(&self, key: &Key) -> ShortTermResult<Option<T>> {
        Ok(self.store.take(key).await?.and_then(|bytes| self.opened(key, &bytes)))
    }

    pub(super) async fn touch<T: Serialize>(&self, key: &Key, value: &T, lifetime: Duration) -> ShortTermResult<()> {
        self.store.touch(key, &self.sealed(key, value)?, lifetime).await
    }

    pub(super) async fn remove(&self, key: &Key) -> ShortTermResult<()> {
        self.store.remove(key).await
    }

    /// The store itself, for sets of ids, which are no secrets.
    pub(super) fn sets(&self) -> &dyn ShortTerm {
        self.store.as_ref()
    }

    fn sealed<T: Serialize>(&self, key: &Key, value: &T) -> ShortTermResult<Vec<u8>> {
        let plain = serde_json::to_vec(value).map_err(|error| ShortTermError(Box::new(error)))?;
        Ok(self.seal.seal(key, &plain))
    }

    /// A value that does not open here was put here by somebody else: it counts as none, and the operator is told.
    fn opened<T: DeserializeOwned>(&self, key: &Key, sealed: &[u8]) -> Option<T> {
        let value = self.seal.open(key, sealed).and_then(|plain| serde_json::from_slice(&plain).ok());
        if value.is_none() {
            tracing::error!(
                value.kind = key.kind.as_str(),
                "a value in the short-term store was not sealed for its place and counts as none: \
                 somebody changed the store, or it belongs to another installation"
            );
        }
        value
    }
}
