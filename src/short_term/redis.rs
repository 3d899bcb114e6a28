//! Short-term state of many nodes: one Redis (or Valkey), which makes each operation atomic for all of them.
//!
//! Whatever goes wrong or takes longer than two seconds is an error, and callers answer "no" (INV8). How much survives a
//! crash of Redis is Redis's configuration: `appendfsync always` for a directory-like promise (DF8). Values are kept as
//! given; callers that fear readers or swappers of the store seal them (attack L7).

use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, Cmd, FromRedisValue, RedisError, RedisResult, Script, cmd};
use async_trait::async_trait;

use super::{Key, Kind, NAMES_PER_SET, Portion, ShortTerm, ShortTermError, ShortTermResult};

/// No answer within this is a "no".
const LONGEST_ANSWER: Duration = Duration::from_secs(2);

/// Counts, and gives a new counter its end in the same step; also one that lost its end, or it would count for ever.
const COUNT: &str = "local count = redis.call('INCR', KEYS[1]) \
    if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end \
    return count";

/// Adds a name with its end as score, drops what has ended and what is too much, and lets the set end with its last name.
/// The empty name says when the last one ends of those that were dropped as too much.
/// The time is Redis's own, so that nodes whose clocks differ agree.
const ENLIST: &str = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) \
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now) \
    redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1]) \
    local lost = redis.call('ZSCORE', KEYS[1], '') redis.call('ZREM', KEYS[1], '') \
    local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[3]) \
    if surplus > 0 then \
      local last = redis.call('ZRANGE', KEYS[1], surplus - 1, surplus - 1, 'WITHSCORES')[2] \
      if not lost or tonumber(last) > tonumber(lost) then lost = last end \
      redis.call('ZREMRANGEBYRANK', KEYS[1], 0, surplus - 1) end \
    if lost then redis.call('ZADD', KEYS[1], string.format('%.0f', lost), '') end \
    local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES') \
    redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last[2])) return 1";

/// The names that have not ended.
const LISTED: &str = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) \
    return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')";

/// Whether the empty name has not ended.
const LACKS: &str = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) \
    local lost = redis.call('ZSCORE', KEYS[1], '') return lost and tonumber(lost) > now and 1 or 0";

/// How many keys Redis looks at for one portion.
const KEYS_PER_PORTION: usize = 1_000;

/// Short-term state in Redis.
pub struct Redis {
    connection: ConnectionManager,
    count: Script,
    enlist: Script,
    listed: Script,
    lacks: Script,
}

impl Redis {
    /// Connects to `redis://…`, `rediss://…` or `redis+unix://…`. Lost connections come back by themselves.
    pub async fn connect(url: &str) -> ShortTermResult<Redis> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(LONGEST_ANSWER))
            .set_response_timeout(Some(LONGEST_ANSWER))
            .set_max_delay(Duration::from_millis(500))
            .set_number_of_retries(3);
        let connecting = async { ConnectionManager::new_with_config(Client::open(url)?, config).await };
        Ok(Self {
            connection: in_time(connecting).await?,
            count: Script::new(COUNT),
            enlist: Script::new(ENLIST),
            listed: Script::new(LISTED),
            lacks: Script::new(LACKS),
        })
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> ShortTermResult<T> {
        let mut connection = self.connection.clone();
        in_time(command.query_async(&mut connection)).await
    }
}

#[async_trait]
impl ShortTerm for Redis {
    async fn put(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        self.ask(cmd("SET").arg(key.flat()).arg(value).arg("PX").arg(milliseconds(lifetime))).await
    }

    async fn put_new(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<bool> {
        let kept: Option<String> =
            self.ask(cmd("SET").arg(key.flat()).arg(value).arg("NX").arg("PX").arg(milliseconds(lifetime))).await?;
        Ok(kept.is_some())
    }

    async fn get(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        self.ask(cmd("GET").arg(key.flat())).await
    }

    async fn take(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        self.ask(cmd("GETDEL").arg(key.flat())).await
    }

    async fn remove(&self, key: &Key) -> ShortTermResult<()> {
        self.ask(cmd("DEL").arg(key.flat())).await
    }

    async fn touch(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        // XX: only what is there, so that what was ended is not revived. Redis then answers nil, which is no error.
        let _: Option<String> =
            self.ask(cmd("SET").arg(key.flat()).arg(value).arg("XX").arg("PX").arg(milliseconds(lifetime))).await?;
        Ok(())
    }

    async fn count(&self, key: &Key, window: Duration) -> ShortTermResult<u64> {
        let mut connection = self.connection.clone();
        let mut invocation = self.count.prepare_invoke();
        invocation.key(key.flat()).arg(milliseconds(window));
        in_time(invocation.invoke_async(&mut connection)).await
    }

    async fn enlist(&self, key: &Key, name: &str, lifetime: Duration) -> ShortTermResult<()> {
        let mut connection = self.connection.clone();
        let mut invocation = self.enlist.prepare_invoke();
        invocation.key(key.flat()).arg(name).arg(milliseconds(lifetime)).arg(NAMES_PER_SET);
        in_time::<u8>(invocation.invoke_async(&mut connection)).await.map(drop)
    }

    async fn delist(&self, key: &Key, name: &str) -> ShortTermResult<()> {
        self.ask(cmd("ZREM").arg(key.flat()).arg(name)).await
    }

    async fn listed(&self, key: &Key) -> ShortTermResult<Vec<String>> {
        let mut connection = self.connection.clone();
        let mut invocation = self.listed.prepare_invoke();
        invocation.key(key.flat());
        let mut names: Vec<String> = in_time(invocation.invoke_async(&mut connection)).await?;
        names.retain(|name| !name.is_empty());
        names.sort_unstable();
        Ok(names)
    }

    async fn lacks(&self, key: &Key) -> ShortTermResult<bool> {
        let mut connection = self.connection.clone();
        let mut invocation = self.lacks.prepare_invoke();
        invocation.key(key.flat());
        Ok(in_time::<u8>(invocation.invoke_async(&mut connection)).await? != 0)
    }

    async fn keys(&self, kind: Kind, from: Option<&str>) -> ShortTermResult<Portion> {
        let mut scan = cmd("SCAN");
        scan.arg(from.unwrap_or("0")).arg("MATCH").arg(format!("v1:*:{}:*", kind.as_str()));
        scan.arg("COUNT").arg(KEYS_PER_PORTION);
        let (next, names): (String, Vec<String>) = self.ask(&scan).await?;
        let keys = names.iter().filter_map(|name| Key::read(kind, name)).collect();
        Ok(Portion { keys, next: Some(next).filter(|next| next != "0") })
    }

    async fn ping(&self) -> ShortTermResult<()> {
        self.ask::<String>(&cmd("PING")).await.map(drop)
    }
}

/// Redis refuses an end of zero milliseconds; one millisecond is as gone.
fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX).clamp(1, LONGEST_LIFETIME)
}

/// Ten years: Redis refuses ends beyond its own time.
const LONGEST_LIFETIME: u64 = 315_360_000_000;

/// The manager's own limits hold for one attempt each; this one holds for all of them together, reconnecting included.
async fn in_time<T>(answer: impl Future<Output = RedisResult<T>>) -> ShortTermResult<T> {
    match tokio::time::timeout(LONGEST_ANSWER, answer).await {
        Ok(answer) => Ok(answer?),
        Err(elapsed) => Err(ShortTermError(Box::new(elapsed))),
    }
}

impl From<RedisError> for ShortTermError {
    fn from(error: RedisError) -> Self {
        ShortTermError(Box::new(error))
    }
}
