//! What the admin API remembers about requests: how many came lately, and what was answered to one that may be repeated.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::keys::{Purpose, sha256_hex};
use crate::model::TenantId;
use crate::short_term::{Key, Kind, ShortTermResult};

/// How long an answer is given again.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long a request may be under way; after a crash it may be repeated from then on.
const UNDER_WAY: Duration = Duration::from_secs(60);
/// How long a repetition waits for the first one.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(25);

/// A limit on requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Its name, which stands for one counter.
    pub name: &'static str,
    /// So many …
    pub most: u64,
    /// … in so long.
    pub window: Duration,
}

/// Counts a request of `who` against a limit. `Some` tells how long to wait at most.
pub async fn too_many(app: &App, tenant: TenantId, who: &str, pace: Pace) -> ShortTermResult<Option<Duration>> {
    // A name for each window, so that a stream of refused requests does not keep the limit alive.
    let seconds = i64::try_from(pace.window.as_secs()).unwrap_or(i64::MAX).max(1);
    let now = app.clock.now().seconds();
    let window = now.div_euclid(seconds);
    let key = Key::of(tenant, Kind::Limit, format!("api:{}:{window}:{}", pace.name, sha256_hex(who.as_bytes())));
    if app.short_term.count(&key, pace.window).await? <= pace.most {
        return Ok(None);
    }
    let left = (window + 1).saturating_mul(seconds).saturating_sub(now);
    Ok(Some(Duration::from_secs(u64::try_from(left).unwrap_or(1).max(1))))
}

/// A request that may be repeated, by the key that its client chose.
#[derive(Clone, Copy, Debug)]
pub struct Repeatable<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The caller, in one spelling: keys of two callers never meet.
    pub caller: &'a str,
    /// The client's key.
    pub key: &'a str,
    /// The request, in one spelling.
    pub request: &'a str,
}

/// What is known about a request that may be a repetition.
#[derive(Debug, PartialEq, Eq)]
pub enum Repetition {
    /// It came first; say how it ended with [`keep`] or [`forget`].
    First,
    /// It was answered so.
    Answered(Vec<u8>),
    /// The key belongs to another request.
    AnotherRequest,
    /// The first one is still under way.
    UnderWay,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    request: String,
    /// Sealed: answers hold personal data.
    answer: Option<String>,
}

/// Begins a request that may be a repetition. Of any number of simultaneous ones exactly one comes first; the others wait
/// a while for its answer.
pub async fn begin(app: &App, asked: Repeatable<'_>) -> ShortTermResult<Repetition> {
    let key = key_of(asked);
    let hash = sha256_hex(asked.request.as_bytes());
    let fresh = serde_json::to_vec(&Kept { request: hash.clone(), answer: None }).unwrap_or_default();
    let mut waited = Duration::ZERO;
    loop {
        if app.short_term.put_new(&key, &fresh, UNDER_WAY).await? {
            return Ok(Repetition::First);
        }
        let known = app.short_term.get(&key).await?;
        let known = known.and_then(|value| serde_json::from_slice::<Kept>(&value).ok());
        match known {
            Some(kept) if kept.request != hash => return Ok(Repetition::AnotherRequest),
            Some(Kept { answer: Some(sealed), .. }) => {
                let answer = app.keys.open_sealed(Purpose::ApiAnswer, &key.flat(), &sealed);
                return Ok(answer.map_or(Repetition::UnderWay, Repetition::Answered));
            }
            _ if waited >= PATIENCE => return Ok(Repetition::UnderWay),
            _ => {
                tokio::time::sleep(LOOK).await;
                waited += LOOK;
            }
        }
    }
}

/// Keeps the answer of the first one for its repetitions.
pub async fn keep(app: &App, asked: Repeatable<'_>, answer: &[u8]) -> ShortTermResult<()> {
    let key = key_of(asked);
    let sealed = app.keys.seal(Purpose::ApiAnswer, &key.flat(), answer);
    let kept = Kept { request: sha256_hex(asked.request.as_bytes()), answer: Some(sealed) };
    app.short_term.put(&key, &serde_json::to_vec(&kept).unwrap_or_default(), KEPT).await
}

/// The first one did nothing: the next one comes first.
pub async fn forget(app: &App, asked: Repeatable<'_>) -> ShortTermResult<()> {
    app.short_term.remove(&key_of(asked)).await
}

fn key_of(asked: Repeatable<'_>) -> Key {
    // Neither part can hold a NUL: a caller is of our making, and a key is checked where it is read.
    let name = sha256_hex(format!("{}\0{}", asked.caller, asked.key).as_bytes());
    Key::of(asked.tenant, Kind::ApiAnswer, name)
}
