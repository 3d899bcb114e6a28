//! Sessions against a store that lives in memory.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;

use super::*;
use crate::clock::SystemRandom;
use crate::model::{Identity, Method, UserType};
use crate::short_term::{Portion, ShortTermError};

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

#[derive(Default)]
struct Memory {
    values: Mutex<HashMap<String, (Vec<u8>, Timestamp)>>,
    gets: AtomicU64,
    down: AtomicBool,
    /// While set, a read has its value and does not return.
    gate: Mutex<Option<()>>,
    /// While set, no set holds everything.
    crowded: AtomicBool,
    /// Who looks through everything now, and how many did at once.
    searching: AtomicU64,
    most_searching: AtomicU64,
    clock: Option<Arc<TestClock>>,
}

impl Memory {
    fn now(&self) -> Timestamp {
        self.clock.as_ref().unwrap().now()
    }

    fn up(&self) -> ShortTermResult<()> {
        let down = self.down.load(Ordering::Relaxed);
        if down { Err(ShortTermError("down".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl ShortTerm for Memory {
    async fn put(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        self.up()?;
        self.values.lock().unwrap().insert(key.flat(), (value.to_vec(), self.now().plus(lifetime)));
        Ok(())
    }
    async fn put_new(&self, _: &Key, _: &[u8], _: Duration) -> ShortTermResult<bool> {
        unreachable!("sessions do not use it")
    }
    async fn get(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        self.up()?;
        self.gets.fetch_add(1, Ordering::Relaxed);
        let value = {
            let values = self.values.lock().unwrap();
            values.get(&key.flat()).filter(|(_, end)| *end > self.now()).map(|(value, _)| value.clone())
        };
        while key.kind == Kind::Handle && self.gate.lock().unwrap().is_some() {
            tokio::task::yield_now().await;
        }
        Ok(value)
    }
    async fn take(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        self.up()?;
        let taken = self.values.lock().unwrap().remove(&key.flat());
        Ok(taken.filter(|(_, end)| *end > self.now()).map(|(value, _)| value))
    }
    async fn remove(&self, key: &Key) -> ShortTermResult<()> {
        self.up()?;
        self.values.lock().unwrap().remove(&key.flat());
        Ok(())
    }
    async fn touch(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        self.up()?;
        let end = self.now().plus(lifetime);
        if let Some(kept) = self.values.lock().unwrap().get_mut(&key.flat()) {
            *kept = (value.to_vec(), end);
        }
        Ok(())
    }
    async fn count(&self, key: &Key, window: Duration) -> ShortTermResult<u64> {
        self.up()?;
        let (now, mut values) = (self.now(), self.values.lock().unwrap());
        let counter = values.entry(key.flat()).or_insert_with(|| (vec![0; 8], now.plus(window)));
        if counter.1 <= now {
            *counter = (vec![0; 8], now.plus(window));
        }
        let count = u64::from_be_bytes(counter.0[..].try_into().unwrap()) + 1;
        counter.0 = count.to_be_bytes().to_vec();
        Ok(count)
    }
    async fn enlist(&self, key: &Key, name: &str, lifetime: Duration) -> ShortTermResult<()> {
        self.up()?;
        let mut names = self.listed(key).await?;
        names.retain(|known| known != name);
        names.push(name.to_owned());
        let end = self.now().plus(lifetime);
        self.values.lock().unwrap().insert(key.flat(), (names.join("\n").into_bytes(), end));
        Ok(())
    }
    async fn delist(&self, key: &Key, name: &str) -> ShortTermResult<()> {
        self.up()?;
        let mut names = self.listed(key).await?;
        names.retain(|known| known != name);
        if let Some(kept) = self.values.lock().unwrap().get_mut(&key.flat()) {
            kept.0 = names.join("\n").into_bytes();
        }
        Ok(())
    }
    async fn listed(&self, key: &Key) -> ShortTermResult<Vec<String>> {
        self.up()?;
        let values = self.values.lock().unwrap();
        let text = values.get(&key.flat()).map(|(value, _)| String::from_utf8(value.clone()).unwrap());
        Ok(text.unwrap_or_default().lines().map(str::to_owned).collect())
    }
    async fn lacks(&self, _: &Key) -> ShortTermResult<bool> {
        self.up()?;
        Ok(self.crowded.load(Ordering::Relaxed))
    }
    async fn keys(&self, kind: Kind, _: Option<&str>) -> ShortTermResult<Portion> {
        self.up()?;
        let at_once = self.searching.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_searching.fetch_max(at_once, Ordering::Relaxed);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        self.searching.fetch_sub(1, Ordering::Relaxed);
        let keys = self.values.lock().unwrap().keys().filter_map(|flat| Key::read(kind, flat)).collect();
        Ok(Portion { keys, next: None })
    }
    async fn ping(&self) -> ShortTermResult<()> {
        self.up()
    }
}

/// Says for which place it sealed, and opens nothing that was sealed for another.
struct TestSeal;

impl RecordSeal for TestSeal {
    fn seal(&self, place: &Key, plain: &[u8]) -> Vec<u8> {
        [sha256(place.flat().as_bytes()).as_slice(), plain].concat()
    }
    fn open(&self, place: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
        sealed.strip_prefix(sha256(place.flat().as_bytes()).as_slice()).map(<[u8]>::to_vec)
    }
}

struct World {
    clock: Arc<TestClock>,
    memory: Arc<Memory>,
    sessions: Arc<Sessions>,
}

const HOST: &str = "wiki.contoso.example";
const START: i64 = 1_800_000_000;

impl World {
    fn new() -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(START * 1_000_000)));
        let memory = Arc::new(Memory { clock: Some(Arc::clone(&clock)), ..Memory::default() });
        Self { sessions: Self::node(&clock, &memory), clock, memory }
    }

    /// Another process on the same store; also what a restart gives.
    fn node(clock: &Arc<TestClock>, memory: &Arc<Memory>) -> Arc<Sessions> {
        let (short_term, clock) = (Arc::clone(memory), Arc::clone(clock));
        Sessions::new(short_term, Arc::new(TestSeal), clock, Arc::new(SystemRandom))
    }

    fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    fn record(&self, tenant: u128) -> SessionRecord {
        let now = self.clock.now();
        SessionRecord {
            id: SessionId(crate::clock::random_guid(&SystemRandom)),
            tenant: tenant_id(tenant),
            user: UserId::new(uuid::Uuid::from_u128(7)),
            user_type: UserType::Guest,
            identity: Identity { issuer: "i".into(), subject: "s".into(), method: Method::OneTimePasscode },
            verified_address: None,
            display_name: "Guest".into(),
            mail: None,
            groups: vec![],
            assigned_apps: vec![],
            app_roles: vec![],
            reviewed: false,
            acceptances: vec![],
            accepted: false,
            signed_in_at: now,
            absolute_end: now.plus(Duration::from_secs(24 * 3600)),
            idle_seconds: 3600,
            browser: None,
            agent: None,
            last_used_at: now,
            second_factor: None,
            two_steps_wanted: false,
            authenticated_at: Some(now),
            by_passkey: false,
            claimed_address: None,
            home: None,
        }
    }

    async fn signed_in(&self, tenant: u128) -> (Arc<Session>, String) {
        let session = self.sessions.start(self.record(tenant)).await.unwrap();
        let cookie = self.sessions.attach(HOST, None, &session, false).await.unwrap();
        (session, cookie)
    }

    async fn lives(&self, cookie: &str, tenant: u128) -> bool {
        let handle = self.sessions.lookup(HOST, cookie).await.unwrap();
        handle.is_some_and(|handle| handle.session(tenant_id(tenant)).is_some_and(|it| it.is_live(self.clock.now())))
    }
}

fn tenant_id(number: u128) -> TenantId {
    TenantId::new(uuid::Uuid::from_u128(number))
}

#[tokio::test]
async fn d1_each_change_of_privilege_gives_a_new_cookie_and_kills_the_old_one() {
    let world = World::new();
    let (_, first) = world.signed_in(1).await;
    let second = world.sessions.start(world.record(2)).await.unwrap();
    let cookie = world.sessions.attach(HOST, Some(&first), &second, false).await.unwrap();
    assert_ne!(first, cookie);
    assert!(!world.lives(&first, 1).await, "the old value still works");
    assert!(world.lives(&cookie, 1).await && world.lives(&cookie, 2).await, "the other tenant's session moved along");
    // A value that an attacker made up, or a dead one, never becomes a handle.
    let planted = "A".repeat(43);
    let third = world.sessions.start(world.record(3)).await.unwrap();
    let cookie = world.sessions.attach(HOST, Some(&planted), &third, false).await.unwrap();
    assert!(world.sessions.lookup(HOST, &planted).await.unwrap().is_none());
    let late = world.sessions.attach(HOST, Some(&first), &third, false).await.unwrap();
    assert!(!world.lives(&late, 1).await && !world.lives(&late, 2).await, "a dead value led to its successor");
    assert!(world.lives(&cookie, 3).await);
}

#[tokio::test]
async fn a_cookie_is_worth_nothing_on_another_host_and_a_session_nothing_for_another_tenant() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1).await;
    assert!(world.sessions.lookup("desk.apps.example", &cookie).await.unwrap().is_none());
    assert!(!world.lives(&cookie, 2).await);
    assert!(world.sessions.find(tenant_id(2), session.record().id).await.unwrap().is_none());
}

#[tokio::test]
async fn twenty_tabs_attach_at_once_and_each_gets_a_cookie_that_works() {
    let world = World::new();
    let (session, old) = world.signed_in(1).await;
    for before in [None, Some(old.as_str())] {
        let tabs = (0..20).map(|_| world.sessions.attach(HOST, before, &session, false));
        for cookie in futures_util::future::join_all(tabs).await {
            assert!(world.lives(&cookie.unwrap(), 1).await);
        }
    }
}

#[tokio::test]
async fn d8_idle_and_absolute_limits_are_exact() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1).await;
    world.pass(59 * 60);
    assert!(world.lives(&cookie, 1).await);
    session.touch(world.clock.now());
    world.sessions.flush().await;
    world.pass(59 * 60);
    assert!(world.lives(&cookie, 1).await);
    world.pass(2 * 60);
    assert!(!world.lives(&cookie, 1).await, "61 minutes idle");
    session.touch(world.clock.now());
    assert!(!world.lives(&cookie, 1).await, "a late touch revived it");

    let (session, cookie) = world.signed_in(1).await;
    for _ in 0..24 * 2 {
        assert!(world.lives(&cookie, 1).await);
        world.pass(30 * 60);
        session.touch(world.clock.now());
        world.sessions.flush().await;
    }
    world.pass(1);
    assert!(!world.lives(&cookie, 1).await, "24 hours and a second");
}

#[tokio::test]
async fn d9_the_end_is_seen_here_at_once_and_elsewhere_within_five_seconds() {
    let world = World::new();
    let elsewhere = World::node(&world.clock, &world.memory);
    let (session, cookie) = world.signed_in(1).await;
    let there = elsewhere.lookup(HOST, &cookie).await.unwrap().unwrap();
    let stream = world.sessions.register_stream(&session);
    let watcher = tokio::spawn(async move { stream.ended().await });
    tokio::task::yield_now().await;
    let id = session.record().id;
    world.sessions.end(tenant_id(1), id).await.unwrap();
    assert!(!world.lives(&cookie, 1).await);
    tokio::time::timeout(Duration::from_millis(200), watcher).await.expect("the stream was told").unwrap();
    assert!(there.session(tenant_id(1)).unwrap().is_live(world.clock.now()));
    world.pass(5);
    let there = elsewhere.lookup(HOST, &cookie).await.unwrap();
    assert!(there.is_none_or(|handle| handle.session(tenant_id(1)).is_none()));
}

#[tokio::test]
async fn a_restart_signs_nobody_out_and_keeps_the_last_use() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1).await;
    world.pass(50 * 60);
    session.touch(world.clock.now());
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    Arc::clone(&world.sessions).run_flusher(shutdown).await;
    let world = World { sessions: World::node(&world.clock, &world.memory), ..world };
    world.pass(50 * 60);
    assert!(world.lives(&cookie, 1).await);
}

#[tokio::test]
async fn epochs_end_sessions_in_memory_and_in_the_store() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1).await;
    let user = session.record().user;
    let restarted = World::node(&world.clock, &world.memory);
    restarted.load_epochs(vec![Epoch { tenant: tenant_id(1), user: Some(user), ended_at: world.clock.now() }]);
    assert!(restarted.lookup(HOST, &cookie).await.unwrap().is_none());
    world.sessions.end_user(tenant_id(1), user, world.clock.now()).await.unwrap();
    assert!(!world.lives(&cookie, 1).await);
    world.pass(1);
    let (_, cookie) = world.signed_in(1).await;
    assert!(world.lives(&cookie, 1).await, "a later sign-in counts");
    world.sessions.end_tenant(tenant_id(1), world.clock.now()).await.unwrap();
    assert!(!world.lives(&cookie, 1).await);
}

#[tokio::test]
async fn d11_a_store_that_is_down_is_a_no_after_five_seconds() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1).await;
    world.memory.down.store(true, Ordering::Relaxed);
    assert!(world.sessions.cached(HOST, &cookie, world.clock.now()).is_some());
    world.pass(5);
    assert!(world.sessions.cached(HOST, &cookie, world.clock.now()).is_none());
    assert!(world.sessions.lookup(HOST, &cookie).await.is_err());
    let mut byte = 7_u8;
    world.memory.down.store(false, Ordering::Relaxed);
    for length in 0..200 {
        let junk: String = (0..length)
            .map(|_| {
                byte = byte.wrapping_mul(37).wrapping_add(11);
                char::from(byte % 94 + 33)
            })
            .collect();
        assert!(world.sessions.lookup(HOST, &junk).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_busy_browser_asks_the_store_about_once_a_second_at_most() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1).await;
    let before = world.memory.gets.load(Ordering::Relaxed);
    for _ in 0..10_000 {
        assert!(world.sessions.cached(HOST, &cookie, world.clock.now()).is_some());
    }
    assert_eq!(world.memory.gets.load(Ordering::Relaxed), before);
}

#[tokio::test]
async fn new_facts_reach_every_handle_and_void_cached_fields() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1).await;
    let now = world.clock.now();
    let app = AppId::new(uuid::Uuid::from_u128(5));
    let fields = |record| Arc::new(CachedFields { record, fields: vec![], renew_at: now, expires_at: now });
    session.cache_fields(app, fields(Arc::clone(&session.record())));
    assert!(session.cached_fields(app).is_some());
    let mut record = SessionRecord::clone(&session.record());
    record.reviewed = true;
    world.sessions.replace(record.clone()).await.unwrap();
    assert!(
        world
            .sessions
            .cached(HOST, &cookie, world.clock.now())
            .unwrap()
            .session(tenant_id(1))
            .unwrap()
            .record()
            .reviewed
    );
    assert!(session.cached_fields(app).is_none());
    world.sessions.end(tenant_id(1), record.id).await.unwrap();
    world.sessions.replace(record).await.unwrap();
    assert!(!world.lives(&cookie, 1).await, "new facts revived an ended session");
}

#[tokio::test]
async fn a_ninth_session_pushes_out_the_oldest_and_pins_stay() {
    let world = World::new();
    let (_, mut cookie) = world.signed_in(1).await;
    for tenant in 2..=9 {
        let session = world.sessions.start(world.record(tenant)).await.unwrap();
        cookie = world.sessions.attach(HOST, Some(&cookie), &session, tenant == 5).await.unwrap();
    }
    let handle = world.sessions.lookup(HOST, &cookie).await.unwrap().unwrap();
    assert_eq!(handle.sessions().count(), 8);
    assert!(handle.session(tenant_id(1)).is_none() && handle.session(tenant_id(9)).is_some());
    assert_eq!(handle.pinned(), Some(tenant_id(5)));
    world.sessions.pin(HOST, &cookie, tenant_id(6)).await.unwrap();
    assert_eq!(world.sessions.cached(HOST, &cookie, world.clock.now()).unwrap().pinned(), Some(tenant_id(6)));
    world.sessions.end_handle(HOST, &cookie).await.unwrap();
    assert!(world.sessions.lookup(HOST, &cookie).await.unwrap().is_none());
    assert!(handle.sessions().all(|(_, session)| session.is_ended()));
}

#[tokio::test]
async fn a_code_is_good_once_for_its_app_address_and_verifier() {
    let world = World::new();
    let (session, _) = world.signed_in(1).await;
    let app = AppId::new(uuid::Uuid::from_u128(5));
    let grant = CodeGrant {
        tenant: tenant_id(1),
        session: session.record().id,
        app,
        redirect_uri: "https://wiki.contoso.example/.vestibule/callback".into(),
        code_challenge: data_encoding::BASE64URL_NOPAD.encode(&sha256(b"verifier")),
    };
    let uri = grant.redirect_uri.clone();
    let other = AppId::new(uuid::Uuid::from_u128(6));
    for (app, uri, verifier) in [(other, uri.as_str(), "verifier"), (app, "https://x/", "verifier"), (app, &uri, "no")]
    {
        let code = world.sessions.issue_code(grant.clone()).await.unwrap();
        assert!(world.sessions.redeem_code(&code, app, uri, verifier).await.unwrap().is_none());
    }
    let code = world.sessions.issue_code(grant.clone()).await.unwrap();
    assert!(world.sessions.redeem_code(&code, app, &uri, "verifier").await.unwrap().is_some());
    assert!(world.sessions.redeem_code(&code, app, &uri, "verifier").await.unwrap().is_none(), "a code works twice");
    let code = world.sessions.issue_code(grant).await.unwrap();
    world.pass(61);
    assert!(world.sessions.redeem_code(&code, app, &uri, "verifier").await.unwrap().is_none(), "a code works for ever");
}

#[tokio::test]
async fn a_slow_read_never_puts_back_what_was_changed_meanwhile() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1).await;
    let second = world.sessions.start(world.record(2)).await.unwrap();
    world.pass(5);
    // The read stops in the store, while the handle moves on to a new value.
    *world.memory.gate.lock().unwrap() = Some(());
    let (sessions, old) = (Arc::clone(&world.sessions), cookie.clone());
    let read = tokio::spawn(async move { sessions.lookup(HOST, &old).await });
    tokio::task::yield_now().await;
    world.sessions.attach(HOST, Some(&cookie), &second, false).await.unwrap();
    *world.memory.gate.lock().unwrap() = None;
    read.await.unwrap().unwrap();
    assert!(!world.lives(&cookie, 1).await, "the old value came back to life");
    // The same with facts: a read that began before they changed.
    let mut record = SessionRecord::clone(&session.record());
    record.assigned_apps = vec![AppId::new(uuid::Uuid::from_u128(5))];
    let stale = serde_json::to_vec(&*session.record().clone()).unwrap();
    let before = session.record().clone();
    world.sessions.replace(record).await.unwrap();
    session.confirm(serde_json::from_slice(&stale).unwrap(), Some(&before), world.clock.now());
    assert_eq!(session.record().assigned_apps.len(), 1, "older facts replaced newer ones");
}

#[tokio::test]
async fn a_touch_of_one_node_does_not_undo_facts_of_another() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1).await;
    let elsewhere = World::node(&world.clock, &world.memory);
    let mut record = SessionRecord::clone(&session.record());
    record.reviewed = true;
    elsewhere.replace(record).await.unwrap();
    world.pass(30);
    session.touch(world.clock.now());
    world.sessions.flush().await;
    let handle = elsewhere.lookup(HOST, &cookie).await.unwrap().unwrap();
    assert!(handle.session(tenant_id(1)).unwrap().record().reviewed);
}

/// L7: whoever can write to the store can swap two sessions, handles or codes; each is then worth nothing.
#[tokio::test]
async fn l7_values_that_were_swapped_in_the_store_open_nothing() {
    for kind in ["session", "handle"] {
        let world = World::new();
        let (mine, cookie) = world.signed_in(1).await;
        let (other, other_cookie) = world.signed_in(1).await;
        {
            let mut values = world.memory.values.lock().unwrap();
            let names: Vec<String> = match kind {
                "session" => [&mine, &other].iter().map(|s| session_key(tenant_id(1), s.record().id).flat()).collect(),
                _ => [&cookie, &other_cookie].iter().map(|c| handle_key(&handle_hash(HOST, c)).flat()).collect(),
            };
            let first = values.get(&names[0]).cloned().unwrap();
            let second = values.insert(names[1].clone(), first).unwrap();
            values.insert(names[0].clone(), second);
        }
        // Another node, which has nothing in memory.
        let node = World::node(&world.clock, &world.memory);
        for cookie in [&cookie, &other_cookie] {
            let handle = node.lookup(HOST, cookie).await.unwrap();
            assert!(handle.is_none_or(|handle| handle.session(tenant_id(1)).is_none()), "{kind}");
        }
    }
    // The control: untouched, both are known there.
    let world = World::new();
    let (_, cookie) = world.signed_in(1).await;
    let node = World::node(&world.clock, &world.memory);
    assert!(node.lookup(HOST, &cookie).await.unwrap().unwrap().session(tenant_id(1)).is_some(), "control");
}

#[tokio::test]
async fn a_user_sees_all_own_sessions_and_ends_each() {
    let world = World::new();
    let (first, first_cookie) = world.signed_in(1).await;
    world.pass(10);
    let (second, second_cookie) = world.signed_in(1).await;
    let (elsewhere, _) = world.signed_in(2).await;
    let user = first.record().user;
    let other_user = UserId::new(uuid::Uuid::from_u128(8));
    // Also on a node that has none of them in memory.
    for sessions in [&world.sessions, &World::node(&world.clock, &world.memory)] {
        let listed = sessions.of_user(tenant_id(1), user).await.unwrap();
        let ids: Vec<SessionId> = listed.iter().map(|session| session.record().id).collect();
        assert_eq!(ids, [second.record().id, first.record().id], "the one used last comes first");
    }
    let sessions = &world.sessions;
    assert!(!sessions.end_one_of(tenant_id(1), other_user, first.record().id).await.unwrap(), "somebody else's");
    assert!(!sessions.end_one_of(tenant_id(2), user, first.record().id).await.unwrap(), "another tenant's");
    assert!(first.is_live(world.clock.now()), "neither ended it");
    assert!(sessions.end_one_of(tenant_id(1), user, first.record().id).await.unwrap());
    assert!(sessions.lookup(HOST, &first_cookie).await.unwrap().is_none_or(|handle| {
        handle.session(tenant_id(1)).is_none_or(|session| !session.is_live(world.clock.now()))
    }));
    assert!(sessions.lookup(HOST, &second_cookie).await.unwrap().unwrap().session(tenant_id(1)).is_some());
    assert!(elsewhere.is_live(world.clock.now()));
    assert_eq!(sessions.of_user(tenant_id(1), user).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_end_of_a_user_empties_the_store_on_every_node() {
    let world = World::new();
    let (session, _) = world.signed_in(1).await;
    let user = session.record().user;
    // The node that ends has never seen the session.
    let node = World::node(&world.clock, &world.memory);
    node.end_user(tenant_id(1), user, world.clock.now()).await.unwrap();
    let key = session_key(tenant_id(1), session.record().id).flat();
    assert!(!world.memory.values.lock().unwrap().contains_key(&key));
    assert!(node.of_user(tenant_id(1), user).await.unwrap().is_empty());
}

#[tokio::test]
async fn k_all_sessions_are_looked_through_one_search_at_a_time() {
    use crate::model::{ConnectionName, HomeSession};
    let world = World::new();
    let connection: ConnectionName = "fabrikam".parse().unwrap();
    let mut there = Vec::new();
    for number in 0..10 {
        let mut account = world.record(1);
        account.identity.method = Method::PersonalAccount;
        account.identity.subject = format!("account {number}");
        let mut federated = world.record(2);
        federated.identity.method = Method::Connection { name: connection.clone() };
        federated.home = Some(HomeSession { subject: format!("person {number}"), sid: None, through: None });
        there.push((world.sessions.start(account).await.unwrap(), world.sessions.start(federated).await.unwrap()));
    }
    // A list that lost what stood on it.
    let lists: Vec<String> = world.memory.values.lock().unwrap().keys().cloned().collect();
    for list in lists.iter().filter(|flat| flat.contains(":index:")) {
        world.memory.values.lock().unwrap().get_mut(list).unwrap().0.clear();
    }
    world.memory.crowded.store(true, Ordering::Relaxed);
    let searches = there.iter().enumerate().map(|(number, (account, federated))| {
        let (world, connection) = (&world, &connection);
        async move {
            let (issuer, subject) = (&account.record().identity.issuer, &account.record().identity.subject);
            world.sessions.end_identity(issuer, subject, world.clock.now()).await.unwrap();
            let subject = format!("person {number}");
            let from =
                AtHome { tenant: tenant_id(2), connection, issuer: "i", subject: Some(subject.as_str()), sid: None };
            let ended = world.sessions.end_at_home(from, async { Ok(true) }).await.unwrap();
            assert_eq!(ended.ended.len(), 1, "{number}");
            assert!(account.is_ended() && federated.is_ended(), "{number}");
        }
    });
    futures_util::future::join_all(searches).await;
    assert_eq!(world.memory.most_searching.load(Ordering::Relaxed), 1);
    // The control: this store would have told of two at once.
    futures_util::future::join_all((0..10).map(|_| world.memory.keys(Kind::Session, None))).await;
    assert_eq!(world.memory.most_searching.load(Ordering::Relaxed), 10);
}

#[tokio::test]
async fn k4_forms_are_kept_up_to_a_limit_for_the_network_the_tenant_and_the_whole_instance() {
    // Each network, tenant and instance counts for itself; the smallest of the three decides.
    let form = KeptForm {
        app: AppId::ADMIN,
        to: "/".into(),
        content_type: "application/x-www-form-urlencoded".into(),
        body: "a=b".into(),
        browser: String::new(),
    };
    let kept = async |world: &World, tries: u64, place: &dyn Fn(u64) -> (TenantId, String)| {
        let mut kept = 0;
        for number in 0..tries {
            let (tenant, network) = place(number);
            let id = token(&SystemRandom);
            let is_kept = world.sessions.keep_form(tenant, &id, &form, &network).await.unwrap();
            assert_eq!(world.sessions.kept_form(tenant, &id).await.unwrap().is_some(), is_kept);
            kept += u64::from(is_kept);
        }
        kept
    };
    let anybody = |number: u64| (tenant_id(1 + u128::from(number % 7)), format!("192.0.{}.0/24", number % 211));
    assert_eq!(kept(&World::new(), 40, &|number| (tenant_id(1 + u128::from(number % 7)), "a".into())).await, 20);
    assert_eq!(kept(&World::new(), 600, &|number| (tenant_id(1), format!("n{number}"))).await, 500);
    let world = World::new();
    assert_eq!(kept(&world, 2_200, &anybody).await, 2_000, "of seven tenants, each within its own limit");
    // An hour later there is room again.
    world.pass(3_601);
    assert!(kept(&world, 1, &anybody).await == 1);
}
