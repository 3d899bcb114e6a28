//! Short-lived shared state: sessions, journeys, codes and counters. Embedded for one node, Redis for many.

mod counted;
pub mod embedded;
#[cfg(feature = "redis")]
pub mod redis;

use std::time::Duration;

use async_trait::async_trait;

pub use counted::Counted;

use crate::model::TenantId;

/// The short-term store did not answer or refused; callers answer "no" (INV8).
#[derive(Debug, thiserror::Error)]
#[error("the short-term store could not be used: {0}")]
pub struct ShortTermError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Result of a short-term operation.
pub type ShortTermResult<T> = Result<T, ShortTermError>;

/// What a key holds; part of the key, so that two kinds never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A session record.
    Session,
    /// A browser's handle on one host.
    Handle,
    /// A journey.
    Journey,
    /// A transaction towards an identity provider.
    Federation,
    /// A one-time passcode.
    Passcode,
    /// An authorization code.
    Code,
    /// What an OIDC client was granted, and its refresh tokens.
    Grant,
    /// A one-time link of the command line.
    OneTimeLink,
    /// A counter of a limit.
    Limit,
    /// A set of names, such as the sessions of one user.
    Index,
    /// A file that an administrator uploaded, sealed, and the mark that it is being worked on.
    Upload,
    /// An answer of the admin API, for a request that is repeated.
    ApiAnswer,
    /// A form that somebody sent before signing in.
    KeptForm,
}

impl Kind {
    /// The kind as it stands in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Handle => "handle",
            Self::Journey => "journey",
            Self::Federation => "federation",
            Self::Passcode => "passcode",
            Self::Code => "code",
            Self::Grant => "grant",
            Self::OneTimeLink => "link",
            Self::Limit => "limit",
            Self::Index => "index",
            Self::Upload => "upload",
            Self::ApiAnswer => "api-answer",
            Self::KeptForm => "kept-form",
        }
    }
}

/// Where a value lies: tenant first, always (INV6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The tenant; `None` for what belongs to the instance (a host's handle serves several tenants).
    pub tenant: Option<TenantId>,
    /// What it holds.
    pub kind: Kind,
    /// Its name; secrets are hashed before they come here.
    pub id: String,
}

impl Key {
    /// A key of one tenant.
    pub fn of(tenant: TenantId, kind: Kind, id: impl Into<String>) -> Self {
        Self { tenant: Some(tenant), kind, id: id.into() }
    }

    /// A key of the instance.
    pub fn instance(kind: Kind, id: impl Into<String>) -> Self {
        Self { tenant: None, kind, id: id.into() }
    }

    /// The key as one text, for stores that have flat keys: `v1:{tenant or -}:{kind}:{id}`.
    pub fn flat(&self) -> String {
        match self.tenant {
            Some(tenant) => format!("v1:{tenant}:{}:{}", self.kind.as_str(), self.id),
            None => format!("v1:-:{}:{}", self.kind.as_str(), self.id),
        }
    }

    /// The key of this kind that [`Key::flat`] wrote.
    pub fn read(kind: Kind, flat: &str) -> Option<Self> {
        let (tenant, rest) = flat.strip_prefix("v1:")?.split_once(':')?;
        let id = rest.strip_prefix(kind.as_str())?.strip_prefix(':')?.to_owned();
        let tenant = if tenant == "-" { None } else { Some(tenant.parse().ok()?) };
        Some(Self { tenant, kind, id })
    }
}

/// Most names in one set; beyond, those that would end first are dropped (INV10), and the set remembers that it lacks some.
pub const NAMES_PER_SET: usize = 1_000;

/// Some of the keys of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portion {
    /// Those whose values have not expired.
    pub keys: Vec<Key>,
    /// Where the next portion begins; `None` after the last one.
    pub next: Option<String>,
}

/// Short-lived state. `put`, `take`, `remove`, `enlist` and `delist` are written through before they return; only `touch` may be batched,
/// up to 60 seconds (decision 20). An expired value is never returned.
#[async_trait]
pub trait ShortTerm: Send + Sync + 'static {
    /// Keeps `value` for `lifetime`, replacing what was there.
    async fn put(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()>;
    /// Keeps `value` only if nothing is there; `false` if something was.
    async fn put_new(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<bool>;
    /// Reads a value.
    async fn get(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>>;
    /// Reads and removes a value: of any number of simultaneous callers exactly one gets it.
    async fn take(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>>;
    /// Removes a value.
    async fn remove(&self, key: &Key) -> ShortTermResult<()>;
    /// Replaces a value and its lifetime, without the promise of surviving a crash of the last 60 seconds. Does nothing
    /// if the value is gone: a touch must never revive what was ended.
    async fn touch(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()>;
    /// Adds one to a counter that starts at zero and ends `window` after its first count; returns the new count.
    async fn count(&self, key: &Key, window: Duration) -> ShortTermResult<u64>;
    /// Adds a name, which is not empty, to a set; it ends after `lifetime`, whatever becomes of the others. Adding it again moves
    /// its end. Of any number of simultaneous callers none undoes what another one adds.
    async fn enlist(&self, key: &Key, name: &str, lifetime: Duration) -> ShortTermResult<()>;
    /// Takes a name off a set.
    async fn delist(&self, key: &Key, name: &str) -> ShortTermResult<()>;
    /// The names of a set that have not ended, by name.
    async fn listed(&self, key: &Key) -> ShortTermResult<Vec<String>>;
    /// Whether a set lacks names that were dropped for want of room and would not have ended yet. Asked after
    /// [`ShortTerm::listed`]: what was dropped between the two was listed.
    async fn lacks(&self, key: &Key) -> ShortTermResult<bool>;
    /// Keys of one kind in all tenants, a portion at a time, from where the last portion says. None whose value is there
    /// throughout is missed; some may come twice. Slow, so for what an index cannot answer.
    async fn keys(&self, kind: Kind, from: Option<&str>) -> ShortTermResult<Portion>;
    /// Whether it answers, for `/readyz`.
    async fn ping(&self) -> ShortTermResult<()>;
}
