//! What memory holds: a session shared by everybody who uses it, and the handles that name sessions.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, Guard};
use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::model::{AppId, SessionId, SessionRecord, TenantId, Timestamp};

/// How long memory counts without the store (INV8: under five seconds).
const FRESH: Duration = Duration::from_millis(4_000);
/// From this age on, memory is confirmed in the background.
const AGEING: Duration = Duration::from_millis(1_200);
/// Uses closer together than this are one use: a busy browser must not make threads fight for a cache line.
const TOUCH_GRAIN: i64 = 1_000_000;
/// Last use is written when it moved by this much.
const SAVE_GRAIN: i64 = 10_000_000;
/// Most apps whose header fields a session remembers.
const APPS_PER_SESSION: usize = 16;

/// One browser signed in to one tenant; shared by every handle, request and stream of it.
pub struct Session {
    record: ArcSwap<SessionRecord>,
    last_used: AtomicI64,
    last_saved: AtomicI64,
    confirmed: AtomicI64,
    ended: AtomicBool,
    pub(super) ending: Notify,
    fields: Mutex<Vec<(AppId, Arc<CachedFields>)>>,
}

/// Header fields that tell one app who this session is: computed once, good until `renew_at`.
pub struct CachedFields {
    /// The record they were made from; another one makes them worthless.
    pub record: Arc<SessionRecord>,
    /// The fields.
    pub fields: Vec<(HeaderName, HeaderValue)>,
    /// From here on new ones should be made aside.
    pub renew_at: Timestamp,
    /// From here on they must not be used.
    pub expires_at: Timestamp,
}

impl Session {
    pub(crate) fn new(record: SessionRecord, now: Timestamp) -> Self {
        let used = record.last_used_at.micros();
        Self {
            record: ArcSwap::from_pointee(record),
            last_used: AtomicI64::new(used),
            last_saved: AtomicI64::new(used),
            confirmed: AtomicI64::new(now.micros()),
            ended: AtomicBool::new(false),
            ending: Notify::new(),
            fields: Mutex::new(Vec::new()),
        }
    }

    /// The facts as of now.
    pub fn record(&self) -> Guard<Arc<SessionRecord>> {
        self.record.load()
    }

    /// Not ended, not idle for too long, not past its absolute end.
    pub fn is_live(&self, now: Timestamp) -> bool {
        let record = self.record.load();
        let used = Timestamp::from_micros(self.last_used.load(Ordering::Relaxed));
        !self.is_ended() && now < record.absolute_end && now.since(used) < Duration::from_secs(record.idle_seconds)
    }

    /// Whether somebody ended it; true for ever then.
    pub fn is_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// The last use that memory knows of.
    pub fn last_used(&self) -> Timestamp {
        Timestamp::from_micros(self.last_used.load(Ordering::Relaxed))
    }

    /// Counts a use, which moves the idle limit. A session that is over stays over.
    pub fn touch(&self, now: Timestamp) {
        if now.micros().saturating_sub(self.last_used.load(Ordering::Relaxed)) >= TOUCH_GRAIN && self.is_live(now) {
            self.last_used.fetch_max(now.micros(), Ordering::Relaxed);
        }
    }

    /// The header fields for `app`, if they were made from the present facts.
    pub fn cached_fields(&self, app: AppId) -> Option<Arc<CachedFields>> {
        let fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, cached) = fields.iter().find(|(id, _)| *id == app)?;
        Arc::ptr_eq(&cached.record, &self.record.load()).then(|| Arc::clone(cached))
    }

    /// Remembers the header fields for `app`.
    pub fn cache_fields(&self, app: AppId, cached: Arc<CachedFields>) {
        let mut fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        fields.retain(|(id, _)| *id != app);
        if fields.len() >= APPS_PER_SESSION {
            fields.remove(0);
        }
        fields.push((app, cached));
    }

    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.ending.notify_waiters();
    }

    /// Takes over facts that were just written.
    pub(super) fn renew(&self, record: SessionRecord, now: Timestamp) {
        self.last_used.fetch_max(record.last_used_at.micros(), Ordering::Relaxed);
        self.confirmed.fetch_max(now.micros(), Ordering::Relaxed);
        self.record.store(Arc::new(record));
    }

    /// Takes over facts as the store has them, unless memory changed since `before`: then what was read is older.
    pub(super) fn confirm(&self, record: SessionRecord, before: Option<&Arc<SessionRecord>>, now: Timestamp) {
        self.last_used.fetch_max(record.last_used_at.micros(), Ordering::Relaxed);
        self.confirmed.fetch_max(now.micros(), Ordering::Relaxed);
        if let Some(before) = before
            && !same_facts(before, &record)
        {
            self.record.compare_and_swap(before, Arc::new(record));
        }
    }

    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(Timestamp::from_micros(self.confirmed.load(Ordering::Relaxed))) < FRESH
    }

    /// Makes the next [`super::Sessions::find`] ask the store.
    pub(super) fn distrust(&self) {
        self.confirmed.store(i64::MIN, Ordering::Relaxed);
    }

    /// The last use, if the store does not know it yet.
    pub(super) fn unsaved(&self) -> Option<Timestamp> {
        let used = self.last_used.load(Ordering::Relaxed);
        let late = used.saturating_sub(self.last_saved.load(Ordering::Relaxed)) >= SAVE_GRAIN;
        (late && !self.is_ended()).then_some(Timestamp::from_micros(used))
    }

    pub(super) fn saved(&self, used: Timestamp) {
        self.last_saved.fetch_max(used.micros(), Ordering::Relaxed);
    }
}

/// Equal but for the last use, which changes all the time and must not throw away signed assertions.
fn same_facts(one: &SessionRecord, other: &SessionRecord) -> bool {
    if one.last_used_at == other.last_used_at {
        return one == other;
    }
    let mut aligned = other.clone();
    aligned.last_used_at = one.last_used_at;
    *one == aligned
}

/// What one host's cookie stands for: sessions of different tenants, and the tenant that was pinned last.
pub struct Handle {
    sessions: Vec<(TenantId, Arc<Session>)>,
    pinned: Option<TenantId>,
    read_at: Timestamp,
    refreshing: AtomicBool,
}

/// A handle as the store keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredHandle {
    pub(super) sessions: Vec<(TenantId, SessionId)>,
    pub(super) pinned: Option<TenantId>,
}

impl Handle {
    pub(super) fn new(sessions: Vec<(TenantId, Arc<Session>)>, pinned: Option<TenantId>, read_at: Timestamp) -> Self {
        Self { sessions, pinned, read_at, refreshing: AtomicBool::new(false) }
    }

    /// The session for `tenant`; whether it is alive is asked of the session.
    pub fn session(&self, tenant: TenantId) -> Option<&Arc<Session>> {
        self.sessions.iter().find(|(id, _)| *id == tenant).map(|(_, session)| session)
    }

    /// The tenant pinned by `?tenantid=`.
    pub fn pinned(&self) -> Option<TenantId> {
        self.pinned
    }

    /// All sessions, oldest first.
    pub fn sessions(&self) -> impl Iterator<Item = &(TenantId, Arc<Session>)> {
        self.sessions.iter()
    }

    /// Stands for nothing any more. A pinned tenant without a session is something: its guest signs in again.
    pub(super) fn is_void(&self) -> bool {
        self.sessions.is_empty() && self.pinned.is_none()
    }

    /// Whether it is time to confirm it in the background; true once for each handle.
    pub fn should_refresh(&self, now: Timestamp) -> bool {
        now.since(self.read_at) >= AGEING && !self.refreshing.swap(true, Ordering::Relaxed)
    }

    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(self.read_at) < FRESH
    }

    /// Unused for so long that memory need not hold it.
    pub(super) fn is_stale(&self, now: Timestamp) -> bool {
        now.since(self.read_at) >= FRESH.saturating_mul(20)
    }

    pub(super) fn stored(&self) -> StoredHandle {
        let sessions = self.sessions.iter().map(|(tenant, session)| (*tenant, session.record().id)).collect();
        StoredHandle { sessions, pinned: self.pinned }
    }
}
