//! What providers publish, kept for a while: fetched once for many, refreshed rarely, never kept for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::HeaderMap;
use http::header::{CACHE_CONTROL, DATE};

use super::FederationError;
use crate::clock::Clock;
use crate::model::Timestamp;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
/// Bounds of what `Cache-Control` may ask for, and what counts without it.
const SHORTEST: Duration = Duration::from_secs(5 * 60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);
const USUAL: Duration = HOUR;
/// How long an outdated value still serves while the provider is down.
const STALE_IF_ERROR: Duration = HOUR;
/// After a failed fetch nobody else tries for this long: a provider that hangs must not make everybody hang.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// Fetches that an unknown key id forces are at least this far apart (attack row A12).
const BETWEEN_FORCED: Duration = MINUTE;

/// Values by name, the least recently used ones dropped when there are too many.
pub(super) struct Cache<T> {
    clock: Arc<dyn Clock>,
    capacity: usize,
    slots: Mutex<Slots<T>>,
}

struct Slots<T> {
    uses: u64,
    by_name: HashMap<String, (u64, Arc<Slot<T>>)>,
}

/// One value and the gate through which it is refreshed.
struct Slot<T> {
    kept: ArcSwapOption<Kept<T>>,
    gate: tokio::sync::Mutex<Gate>,
}

#[derive(Default)]
struct Gate {
    failed: Option<(Timestamp, FederationError)>,
    forced: Option<Timestamp>,
}

struct Kept<T> {
    value: Arc<T>,
    fresh_until: Timestamp,
}

/// A value as it was fetched, how long it stays fresh, and what time it was by the clock there.
pub(super) struct Fetched<T> {
    pub(super) value: T,
    pub(super) lifetime: Duration,
    pub(super) date: Option<Timestamp>,
}

impl<T> Cache<T> {
    pub(super) fn new(clock: Arc<dyn Clock>, capacity: usize) -> Self {
        Self { clock, capacity, slots: Mutex::new(Slots { uses: 0, by_name: HashMap::new() }) }
    }

    /// The value of `name`, fetched when there is none or it is outdated. Of many callers one fetches and all wait for
    /// it.
    pub(super) async fn get<F>(&self, name: &str, fetch: F) -> Result<Arc<T>, FederationError>
    where
        F: Future<Output = Result<Fetched<T>, FederationError>>,
    {
        let slot = self.slot(name);
        if let Some(value) = slot.fresh_at(self.clock.now()) {
            return Ok(value);
        }
        let mut gate = slot.gate.lock().await;
        let now = self.clock.now();
        if let Some(value) = slot.fresh_at(now) {
            return Ok(value);
        }
        let failed = match &gate.failed {
            Some((at, error)) if now.since(*at) < AFTER_FAILURE => error.clone(),
            _ => match fetch.await {
                Ok(fetched) => {
                    gate.failed = None;
                    return Ok(slot.keep(fetched, self.clock.now()));
                }
                Err(error) => {
                    gate.failed = Some((self.clock.now(), error.clone()));
                    error
                }
            },
        };
        // Only silence is bridged. A provider that answers nonsense has changed its mind, and the old answer is void.
        let stale = matches!(failed, FederationError::Down(_)).then(|| slot.stale_at(now)).flatten();
        stale.ok_or(failed)
    }

    /// A value of `name` newer than `seen`, if one may be fetched now; otherwise whatever there is.
    pub(super) async fn newer<F>(&self, name: &str, seen: &Arc<T>, fetch: F) -> Result<Arc<T>, FederationError>
    where
        F: Future<Output = Result<Fetched<T>, FederationError>>,
    {
        let slot = self.slot(name);
        let mut gate = slot.gate.lock().await;
        if let Some(kept) = slot.kept.load_full().filter(|kept| !Arc::ptr_eq(&kept.value, seen)) {
            return Ok(Arc::clone(&kept.value));
        }
        let now = self.clock.now();
        if gate.forced.is_some_and(|at| now.since(at) < BETWEEN_FORCED) {
            return Ok(Arc::clone(seen));
        }
        // Before the fetch: a caller that hangs up half-way must not buy another one.
        gate.forced = Some(now);
        Ok(slot.keep(fetch.await?, self.clock.now()))
    }

    fn slot(&self, name: &str) -> Arc<Slot<T>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.uses += 1;
        let use_number = slots.uses;
        if let Some((last, slot)) = slots.by_name.get_mut(name) {
            *last = use_number;
            return Arc::clone(slot);
        }
        if slots.by_name.len() >= self.capacity {
            let oldest = slots.by_name.iter().min_by_key(|(_, (last, _))| *last).map(|(name, _)| name.clone());
            if let Some(oldest) = oldest {
                slots.by_name.remove(&oldest);
            }
        }
        let slot = Arc::new(Slot { kept: ArcSwapOption::empty(), gate: tokio::sync::Mutex::default() });
        slots.by_name.insert(name.to_owned(), (use_number, Arc::clone(&slot)));
        slot
    }
}

impl<T> Slot<T> {
    fn fresh_at(&self, now: Timestamp) -> Option<Arc<T>> {
        self.kept.load().as_ref().filter(|kept| now < kept.fresh_until).map(|kept| Arc::clone(&kept.value))
    }

    fn stale_at(&self, now: Timestamp) -> Option<Arc<T>> {
        let kept = self.kept.load();
        kept.as_ref().filter(|kept| now < kept.fresh_until.plus(STALE_IF_ERROR)).map(|kept| Arc::clone(&kept.value))
    }

    fn keep(&self, fetched: Fetched<T>, now: Timestamp) -> Arc<T> {
        let value = Arc::new(fetched.value);
        let fresh_until = now.plus(fetched.lifetime.clamp(SHORTEST, LONGEST));
        self.kept.store(Some(Arc::new(Kept { value: Arc::clone(&value), fresh_until })));
        value
    }
}

/// How long an answer may be kept, by its `Cache-Control` (RFC 9111 §5.2.2).
pub(super) fn lifetime(headers: &HeaderMap) -> Duration {
    let directives = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut lifetime = USUAL;
    for directive in directives.flat_map(|value| value.split(',')) {
        let directive = directive.trim().to_ascii_lowercase();
        if directive == "no-store" || directive == "no-cache" {
            return SHORTEST;
        }
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            lifetime = seconds.trim_matches('"').parse().map_or(SHORTEST, Duration::from_secs);
        }
    }
    lifetime.clamp(SHORTEST, LONGEST)
}

/// When an answer was made, by the clock of whoever made it (RFC 9110 §6.6.1).
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = jiff::fmt::rfc2822::parse(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some(Timestamp::from_seconds(date.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct HandClock(AtomicI64);

    impl Clock for HandClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(1_700_000_000 + self.0.load(Ordering::SeqCst))
        }
    }

    struct Provider {
        clock: Arc<HandClock>,
        cache: Cache<usize>,
        fetches: AtomicUsize,
    }

    impl Provider {
        fn new(capacity: usize) -> Self {
            let clock = Arc::new(HandClock::default());
            let cache = Cache::new(Arc::clone(&clock) as Arc<dyn Clock>, capacity);
            Self { clock, cache, fetches: AtomicUsize::new(0) }
        }

        async fn answer(&self) -> Result<Fetched<usize>, FederationError> {
            tokio::task::yield_now().await;
            let value = self.fetches.fetch_add(1, Ordering::SeqCst);
            Ok(Fetched { value, lifetime: HOUR, date: None })
        }

        async fn silence(&self) -> Result<Fetched<usize>, FederationError> {
            self.fetches.fetch_add(1, Ordering::SeqCst);
            Err(FederationError::Down("silence".to_owned()))
        }

        fn later(&self, seconds: i64) {
            self.clock.0.fetch_add(seconds, Ordering::SeqCst);
        }

        fn fetches(&self) -> usize {
            self.fetches.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn a12_many_callers_share_one_fetch() {
        let provider = Arc::new(Provider::new(8));
        let callers = (0..500).map(|_| {
            let provider = Arc::clone(&provider);
            tokio::spawn(async move { provider.cache.get("a", provider.answer()).await.unwrap() })
        });
        for caller in callers.collect::<Vec<_>>() {
            assert_eq!(*caller.await.unwrap(), 0);
        }
        assert_eq!(provider.fetches(), 1);
        provider.later(3_601);
        assert_eq!(*provider.cache.get("a", provider.answer()).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a12_unknown_key_ids_force_at_most_one_fetch_a_minute() {
        let provider = Provider::new(8);
        let mut seen = provider.cache.get("a", provider.answer()).await.unwrap();
        for _ in 0..10_000 {
            seen = provider.cache.newer("a", &seen, provider.answer()).await.unwrap();
        }
        assert_eq!(provider.fetches(), 2);
        provider.later(59);
        provider.cache.newer("a", &seen, provider.answer()).await.unwrap();
        assert_eq!(provider.fetches(), 2);
        provider.later(1);
        provider.cache.newer("a", &seen, provider.answer()).await.unwrap();
        assert_eq!(provider.fetches(), 3);
        let other = provider.cache.get("b", provider.answer()).await.unwrap();
        provider.cache.newer("b", &other, provider.answer()).await.unwrap();
        assert_eq!(provider.fetches(), 5, "another connection has a limit of its own");
    }

    #[tokio::test]
    async fn a12_an_outdated_value_bridges_an_hour_of_silence_and_not_more() {
        let provider = Provider::new(8);
        provider.cache.get("a", provider.answer()).await.unwrap();
        provider.later(3_600 + 3_599);
        assert_eq!(*provider.cache.get("a", provider.silence()).await.unwrap(), 0);
        provider.later(1);
        assert!(matches!(provider.cache.get("a", provider.silence()).await, Err(FederationError::Down(_))));
    }

    #[tokio::test]
    async fn nonsense_is_not_bridged() {
        let provider = Provider::new(8);
        provider.cache.get("a", provider.answer()).await.unwrap();
        provider.later(3_601);
        let nonsense = async { Err(FederationError::lied("nonsense")) };
        assert!(matches!(provider.cache.get("a", nonsense).await, Err(FederationError::Lied(_))));
    }

    #[tokio::test]
    async fn a_silent_provider_is_not_asked_by_everybody() {
        let provider = Provider::new(8);
        for _ in 0..50 {
            assert!(provider.cache.get("a", provider.silence()).await.is_err());
        }
        assert_eq!(provider.fetches(), 1);
        provider.later(10);
        assert_eq!(*provider.cache.get("a", provider.answer()).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn the_cache_is_bounded() {
        let provider = Provider::new(3);
        for name in 0..100 {
            provider.cache.get(&name.to_string(), provider.answer()).await.unwrap();
        }
        assert_eq!(provider.cache.slots.lock().unwrap().by_name.len(), 3);
        assert_eq!(*provider.cache.get("99", provider.answer()).await.unwrap(), 99);
    }

    #[test]
    fn lifetimes_stay_within_their_bounds() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, value.parse().unwrap());
            lifetime(&headers).as_secs()
        };
        assert_eq!(of("max-age=1"), 300);
        assert_eq!(of("public, max-age=7200"), 7200);
        assert_eq!(of("max-age=99999999"), 86_400);
        assert_eq!(of("max-age=-1"), 300);
        assert_eq!(of("No-Store, max-age=7200"), 300);
        assert_eq!(of("private"), 3600);
        assert_eq!(lifetime(&HeaderMap::new()).as_secs(), 3600);
    }

    #[test]
    fn the_date_of_an_answer_is_read_or_not() {
        let of = |value: &'static str| date(&HeaderMap::from_iter([(DATE, value.parse().unwrap())]));
        assert_eq!(of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Timestamp::from_seconds(784_111_777)));
        assert_eq!((of("yesterday"), date(&HeaderMap::new())), (None, None));
    }
}
