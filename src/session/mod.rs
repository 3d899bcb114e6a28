//! Browser handle ↔ session: looked up in memory, touched in batches, ended everywhere at once.
//!
//! A browser holds a *handle* per host (a 256-bit random cookie value, kept as SHA-256); a handle names up to eight
//! sessions, each of another tenant. Sessions are shared as `Arc`, so that ending one is a single atomic store that
//! every handle, every request and every open stream sees.
//!
//! What is in memory is trusted for less than five seconds (decision 31, INV8); after that the short-term store must
//! confirm it, and if the store does not answer, the answer is no.
//!
//! Twenty tabs that come back from the broker at once each call [`Sessions::attach`]. Each gets a handle of its own
//! that works, and the browser keeps the last `Set-Cookie`. Only one of them can take over the sessions of the old
//! handle, because the old value dies with the first (attack row D1); if the browser then keeps another one, requests
//! for the *other* tenants of that host detour once more and come back without a question, since the broker's own
//! session is untouched. A dead value is never followed to its successor: whoever planted it would inherit the session.

mod beat;
mod cookie;
mod endings;
mod entry;
mod epochs;
mod index;
mod kept_form;
mod of_home;
mod of_identity;
mod of_user;
pub mod permit;
mod seal;
mod shards;
mod stream;
#[cfg(test)]
mod tests;

use prometheus_client::metrics::counter::Counter;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

pub use cookie::{
    DEVICE_COOKIE, LANGUAGE_COOKIE, LOGIN_COOKIE, SESSION_COOKIE, device_cookie, expired, is_ours, is_token,
    language_cookie, login_cookie, read_cookie, read_sealed_cookie, session_cookie,
};
pub use entry::{CachedFields, Handle, Session};
pub use kept_form::KeptForm;
pub use of_home::{AtHome, EndedAtHome};
pub use seal::RecordSeal;
pub use stream::StreamGuard;

use crate::clock::{Clock, Random};
use crate::keys::{sha256, token};
use crate::model::{AppId, SessionId, SessionRecord, TenantId, Timestamp, UserId};
use crate::short_term::{Key, Kind, ShortTerm, ShortTermResult};
use crate::storage::Epoch;

use beat::Beat;
use entry::StoredHandle;
use epochs::Epochs;
use seal::Sealed;
use shards::Shards;

/// Most sessions that one handle names; the oldest one is dropped first.
const SESSIONS_PER_HANDLE: usize = 8;
/// How long an authorization code lives.
const CODE_LIFETIME: Duration = Duration::from_secs(60);
/// Longer than any session may live.
const BROWSER_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// Ends the key of a session's last use.
const USED: &str = "/used";
/// How often touches are written and dead entries swept.
const FLUSH_EVERY: Duration = Duration::from_secs(30);
/// How often streams that never pause are judged anew, if nothing says that they should be at once.
const BEAT_EVERY: Duration = Duration::from_secs(1);

/// What a browser shows at the callback of a host that asked for a code.
#[derive(Clone, Debug)]
pub struct Redemption {
    /// Canonical host that gets the handle.
    pub host: String,
    /// Its `client_id`.
    pub app: AppId,
    /// Its redirect URI.
    pub redirect_uri: String,
    /// The code.
    pub code: String,
    /// The binding cookie, which is the verifier behind the challenge.
    pub binding: String,
    /// The tenant that the browser left for.
    pub tenant: TenantId,
    /// The handle that the browser has there, if any.
    pub old_cookie: Option<String>,
    /// Whether to pin the tenant.
    pub pin: bool,
}

/// What an authorization code stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeGrant {
    /// The tenant that was signed in to.
    pub tenant: TenantId,
    /// The session that the code hands over.
    pub session: SessionId,
    /// The client.
    pub app: AppId,
    /// The exact redirect URI of the request.
    pub redirect_uri: String,
    /// PKCE challenge, method S256 (RFC 7636 §4.2).
    pub code_challenge: String,
}

/// A session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ending {
    /// Its tenant.
    pub tenant: TenantId,
    /// Which.
    pub session: SessionId,
}

/// All sessions that this process knows, in front of the short-term store.
pub struct Sessions {
    short_term: Sealed,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    handles: Shards<[u8; 32], Arc<Handle>>,
    sessions: Shards<[u8; 16], Arc<Session>>,
    epochs: Epochs,
    lookups: Counter,
    judgement: Notify,
    beat: Beat,
    /// Held while all sessions are looked through.
    looking: tokio::sync::Mutex<()>,
    endings: UnboundedSender<Ending>,
    /// Until somebody takes it who tells others.
    ended: Mutex<Option<UnboundedReceiver<Ending>>>,
}

impl Sessions {
    /// Sessions in front of `short_term`, where everything lies sealed (attack row L7).
    pub fn new(
        short_term: Arc<dyn ShortTerm>,
        seal: Arc<dyn RecordSeal>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Arc<Self> {
        let (endings, ended) = unbounded_channel();
        Arc::new(Self {
            looking: tokio::sync::Mutex::default(),
            endings,
            ended: Mutex::new(Some(ended)),
            short_term: Sealed::new(short_term, seal),
            clock,
            random,
            handles: Shards::new(),
            sessions: Shards::new(),
            epochs: Epochs::default(),
            lookups: Counter::default(),
            judgement: Notify::new(),
            beat: Beat::default(),
        })
    }

    /// How often memory was asked for a handle; a clone counts the same.
    pub fn lookups(&self) -> Counter {
        self.lookups.clone()
    }

    /// Takes over epochs from the directory; sessions that signed in at or before their epoch are dead.
    pub fn load_epochs(&self, epochs: Vec<Epoch>) {
        self.epochs.add(epochs);
        // Written before this sweep and checked after each insertion, so that no session slips between the two.
        self.sessions.each(|session| {
            if self.epochs.ended(&session.record()) {
                session.end();
            }
        });
    }

    /// Begins a session; it survives a crash once this returns.
    pub async fn start(&self, record: SessionRecord) -> ShortTermResult<Arc<Session>> {
        let now = self.clock.now();
        self.write(&record, now).await?;
        let lifetime = record.absolute_end.since(now);
        self.short_term.put(&used_key(record.tenant, record.id), &record.last_used_at, lifetime).await?;
        self.remember_user(&record, lifetime).await?;
        self.remember_identity(&record, lifetime).await?;
        self.remember_home(&record, lifetime).await?;
        if let Some(browser) = &record.browser {
            self.remember_browser(browser, record.tenant, record.id).await?;
        }
        Ok(self.keep(record, None, now))
    }

    /// New facts for a session that goes on; the next request sees them. A session that has ended stays ended.
    pub async fn replace(&self, record: SessionRecord) -> ShortTermResult<()> {
        let now = self.clock.now();
        let Some(session) = self.find(record.tenant, record.id).await? else { return Ok(()) };
        if !session.is_live(now) {
            return Ok(());
        }
        self.write(&record, now).await?;
        let before = session.record().clone();
        if before.home != record.home {
            // The person signed in anew at home, perhaps in another session there.
            self.forget_home(&before).await?;
            self.remember_home(&record, record.absolute_end.since(now)).await?;
        }
        session.renew(record, now);
        if session.is_ended() {
            // It was ended while we wrote: what we wrote must not outlive that.
            let record = session.record();
            self.short_term.remove(&session_key(record.tenant, record.id)).await?;
        }
        Ok(())
    }

    /// The session with this id, if it is alive.
    pub async fn find(&self, tenant: TenantId, id: SessionId) -> ShortTermResult<Option<Arc<Session>>> {
        let now = self.clock.now();
        if let Some(session) = self.sessions.read(id.0.as_bytes())
            && session.record().tenant == tenant
            && (session.is_ended() || session.is_fresh(now))
        {
            return Ok(session.is_live(now).then_some(session));
        }
        let known = self.sessions.read(id.0.as_bytes()).map(|session| session.record().clone());
        let Some(mut record) = self.short_term.get::<SessionRecord>(&session_key(tenant, id)).await? else {
            // Asked for in another tenant it is not there, which says nothing about it.
            if known.is_some_and(|record| record.tenant == tenant)
                && let Some(session) = self.sessions.remove(id.0.as_bytes())
            {
                session.end();
            }
            return Ok(None);
        };
        if record.tenant != tenant || record.id != id {
            return Ok(None);
        }
        if let Some(used) = self.short_term.get::<Timestamp>(&used_key(tenant, id)).await? {
            record.last_used_at = record.last_used_at.max(used);
        }
        let session = self.keep(record, known.as_ref(), now);
        Ok(session.is_live(now).then_some(session))
    }

    /// The handle behind a cookie value as memory knows it: the one lookup of a signed-in request. `None` says nothing
    /// but that [`Sessions::lookup`] has to be asked.
    pub fn cached(&self, host: &str, cookie: &str, now: Timestamp) -> Option<Arc<Handle>> {
        self.in_memory(host, cookie, now).filter(|handle| !handle.is_void())
    }

    fn in_memory(&self, host: &str, cookie: &str, now: Timestamp) -> Option<Arc<Handle>> {
        self.lookups.inc();
        let handle = self.handles.read(&handle_hash(host, cookie))?;
        handle.is_fresh(now).then_some(handle)
    }

    /// The handle behind a cookie value, confirmed by the store if memory is older than a few seconds.
    pub async fn lookup(&self, host: &str, cookie: &str) -> ShortTermResult<Option<Arc<Handle>>> {
        let handle = match self.in_memory(host, cookie, self.clock.now()) {
            Some(handle) => Some(handle),
            None => self.load(host, cookie).await?,
        };
        Ok(handle.filter(|handle| !handle.is_void()))
    }

    /// Reads the handle and its sessions anew although memory still counts: ahead of time, so that busy browsers never
    /// wait, and where another node has probably just changed something.
    pub async fn refresh(&self, host: &str, cookie: &str) -> ShortTermResult<Option<Arc<Handle>>> {
        self.load(host, cookie).await
    }

    async fn load(&self, host: &str, cookie: &str) -> ShortTermResult<Option<Arc<Handle>>> {
        if !is_token(cookie) {
            return Ok(None);
        }
        let now = self.clock.now();
        let hash = handle_hash(host, cookie);
        let known = self.handles.read(&hash);
        let Some(stored) = self.short_term.get::<StoredHandle>(&handle_key(&hash)).await? else {
            self.handles.remove(&hash);
            return Ok(None);
        };
        let mut sessions = Vec::with_capacity(stored.sessions.len());
        for (tenant, id) in stored.sessions {
            if let Some(session) = self.sessions.read(id.0.as_bytes()) {
                session.distrust();
            }
            if let Some(session) = self.find(tenant, id).await? {
                sessions.push((tenant, session));
            }
        }
        let handle = Arc::new(Handle::new(sessions, stored.pinned, now));
        // Whoever changed the handle while we read knows better; what we read may be from before.
        Ok(Some(self.handles.entry(hash, |current| match (current, &known) {
            (Some(current), Some(known)) if !Arc::ptr_eq(current, known) => Arc::clone(current),
            (Some(current), None) => Arc::clone(current),
            _ => handle,
        })))
    }

    /// Hangs `session` on this browser's handle for `host` and returns the *new* cookie value; the old one is dead
    /// (attack row D1), and the other live sessions of the old handle move along.
    pub async fn attach(
        &self,
        host: &str,
        old_cookie: Option<&str>,
        session: &Arc<Session>,
        pin: bool,
    ) -> ShortTermResult<String> {
        let now = self.clock.now();
        let tenant = session.record().tenant;
        let mut sessions = Vec::new();
        let mut pinned = None;
        if let Some(old) = old_cookie.filter(|old| is_token(old)) {
            let hash = handle_hash(host, old);
            // `take` gives the old handle to exactly one of many tabs.
            let taken = self.short_term.take::<StoredHandle>(&handle_key(&hash)).await?;
            if let Some(stored) = taken {
                // An empty handle rather than none, so that a read that began earlier cannot put the old one back.
                self.handles.write(hash, Arc::new(Handle::new(Vec::new(), None, now)));
                pinned = stored.pinned;
                for (other, id) in stored.sessions {
                    let Some(found) = self.find(other, id).await? else { continue };
                    if other != tenant {
                        sessions.push((other, found));
                    } else if id != session.record().id {
                        // Displaced, so ended: nobody could sign out of it any more.
                        self.end(other, id).await?;
                    }
                }
            }
        }
        sessions.push((tenant, Arc::clone(session)));
        let surplus = sessions.len().saturating_sub(SESSIONS_PER_HANDLE);
        for (other, dropped) in sessions.drain(..surplus).collect::<Vec<_>>() {
            let id = dropped.record().id;
            self.end(other, id).await?;
        }
        if pin {
            pinned = Some(tenant);
        }
        let cookie = token(self.random.as_ref());
        self.write_handle(host, &cookie, Handle::new(sessions, pinned, now)).await?;
        Ok(cookie)
    }

    /// Pins a tenant to this browser's handle; does nothing without a handle.
    pub async fn pin(&self, host: &str, cookie: &str, tenant: TenantId) -> ShortTermResult<()> {
        let Some(handle) = self.lookup(host, cookie).await? else { return Ok(()) };
        let sessions = handle.sessions().map(|(tenant, session)| (*tenant, Arc::clone(session))).collect();
        self.write_handle(host, cookie, Handle::new(sessions, Some(tenant), self.clock.now())).await
    }

    /// Ends a session: every handle, request and stream that uses it sees it at once; other nodes when they next ask.
    pub async fn end(&self, tenant: TenantId, id: SessionId) -> ShortTermResult<()> {
        let known = self.sessions.read(id.0.as_bytes()).filter(|session| session.record().tenant == tenant);
        if let Some(session) = known {
            session.end();
        }
        // Noted first: whoever must hear of it hears of it even if we stop in the middle.
        let ending = Ending { tenant, session: id };
        self.note_ending(ending).await?;
        let record = self.short_term.take::<SessionRecord>(&session_key(tenant, id)).await?;
        self.short_term.remove(&used_key(tenant, id)).await?;
        // Nobody listens in a process that serves nothing; the next one that does finds the note.
        let _ = self.endings.send(ending);
        // What is over takes no place on lists that have room for a thousand.
        if let Some(record) = record {
            self.forget_begun(tenant, record.user, id).await?;
            self.forget_identity(&record).await?;
            self.forget_home(&record).await?;
        }
        Ok(())
    }

    /// Ends every session of a user that began at or before `at`. The directory holds the same epoch.
    pub async fn end_user(&self, tenant: TenantId, user: UserId, at: Timestamp) -> ShortTermResult<()> {
        self.end_before(Epoch { tenant, user: Some(user), ended_at: at }).await?;
        self.forget_ended(tenant, user).await
    }

    /// Ends every session of a tenant that began at or before `at`. The directory holds the same epoch.
    pub async fn end_tenant(&self, tenant: TenantId, at: Timestamp) -> ShortTermResult<()> {
        self.end_before(Epoch { tenant, user: None, ended_at: at }).await
    }

    async fn end_before(&self, epoch: Epoch) -> ShortTermResult<()> {
        self.load_epochs(vec![epoch]);
        let mut dead = Vec::new();
        self.sessions.each(|session| {
            let record = session.record();
            if record.tenant == epoch.tenant && session.is_ended() {
                dead.push(record.id);
            }
        });
        for id in dead {
            self.end(epoch.tenant, id).await?;
        }
        Ok(())
    }

    /// Ends all sessions of this browser's handle on `host`, and the handle: "sign out everywhere".
    pub async fn end_handle(&self, host: &str, cookie: &str) -> ShortTermResult<()> {
        let Some(handle) = self.lookup(host, cookie).await? else { return Ok(()) };
        for (tenant, session) in handle.sessions() {
            let record = session.record().clone();
            self.end(*tenant, record.id).await?;
            if let Some(browser) = &record.browser {
                self.end_browser(browser).await?;
            }
        }
        let hash = handle_hash(host, cookie);
        self.handles.write(hash, Arc::new(Handle::new(Vec::new(), None, self.clock.now())));
        self.short_term.remove(&handle_key(&hash)).await
    }

    /// Ends every session that began in one browser, on whatever host it is used.
    pub async fn end_browser(&self, browser: &str) -> ShortTermResult<()> {
        let begun =
            self.short_term.take::<Vec<(TenantId, SessionId)>>(&browser_key(browser)).await?.unwrap_or_default();
        for (tenant, id) in begun {
            self.end(tenant, id).await?;
        }
        Ok(())
    }

    /// Remembers that a session began in a browser. The newest sixteen count; older ones have ended or been displaced.
    async fn remember_browser(&self, browser: &str, tenant: TenantId, id: SessionId) -> ShortTermResult<()> {
        let key = browser_key(browser);
        let mut begun = self.short_term.get::<Vec<(TenantId, SessionId)>>(&key).await?.unwrap_or_default();
        begun.push((tenant, id));
        let surplus = begun.len().saturating_sub(16);
        begun.drain(..surplus);
        self.short_term.put(&key, &begun, BROWSER_LIFETIME).await
    }

    /// Makes a code that hands a session to an app's host; good for 60 seconds, once.
    pub async fn issue_code(&self, grant: CodeGrant) -> ShortTermResult<String> {
        let code = token(self.random.as_ref());
        self.short_term.put(&code_key(&code), &grant, CODE_LIFETIME).await?;
        Ok(code)
    }

    /// Redeems a code: same app, same redirect URI, and the verifier behind the challenge (RFC 7636 §4.6). Every try
    /// uses the code up, so that a guess cannot be repeated.
    pub async fn redeem_code(
        &self,
        code: &str,
        app: AppId,
        redirect_uri: &str,
        verifier: &str,
    ) -> ShortTermResult<Option<Arc<Session>>> {
        let Some(grant) = self.short_term.take::<CodeGrant>(&code_key(code)).await? else { return Ok(None) };
        let challenge = data_encoding::BASE64URL_NOPAD.encode(&sha256(verifier.as_bytes()));
        let proved = subtle::ConstantTimeEq::ct_eq(challenge.as_bytes(), grant.code_challenge.as_bytes());
        if grant.app != app || grant.redirect_uri != redirect_uri || !bool::from(proved) {
            return Ok(None);
        }
        self.find(grant.tenant, grant.session).await
    }

    /// Gives a host its own handle for a code: the new value of its session cookie, or `None` if the code is worth
    /// nothing here.
    pub async fn redeem(&self, shown: Redemption) -> ShortTermResult<Option<String>> {
        let Redemption { host, app, redirect_uri, code, binding, tenant, old_cookie, pin } = shown;
        let session = self.redeem_code(&code, app, &redirect_uri, &binding).await?;
        match session.filter(|session| session.record().tenant == tenant) {
            Some(session) => self.attach(&host, old_cookie.as_deref(), &session, pin).await.map(Some),
            None => Ok(None),
        }
    }

    /// Writes what was touched since the last time.
    pub async fn flush(&self) {
        let mut touched = Vec::new();
        self.sessions.each(|session| touched.extend(session.unsaved().map(|used| (Arc::clone(session), used))));
        for (session, used) in touched {
            let record = session.record().clone();
            let lifetime = record.absolute_end.since(self.clock.now());
            // A key of its own: writing the record here could undo facts that another node has just changed.
            match self.short_term.touch(&used_key(record.tenant, record.id), &used, lifetime).await {
                Ok(()) => session.saved(used),
                Err(error) => {
                    tracing::warn!(error = %error, "the last use of sessions could not be saved; it is tried again");
                    return;
                }
            }
        }
    }

    /// Flushes and sweeps until `shutdown`, and flushes once more then, so that a restart signs nobody out. Streams that never
    /// pause are judged by its beat.
    pub async fn run_flusher(self: Arc<Self>, shutdown: CancellationToken) {
        tokio::select! {
            () = self.flush_until(shutdown) => {}
            // Beside it: a store that is slow must not delay judgement.
            () = self.beat_on() => {}
        }
    }

    async fn flush_until(&self, shutdown: CancellationToken) {
        loop {
            let stop = tokio::select! {
                () = shutdown.cancelled() => true,
                () = tokio::time::sleep(FLUSH_EVERY) => false,
            };
            self.flush().await;
            if stop {
                return;
            }
            self.sweep();
        }
    }

    async fn beat_on(&self) {
        loop {
            tokio::time::sleep(BEAT_EVERY).await;
            self.beat.next();
        }
    }

    /// Forgets what is over; the store forgets by itself.
    fn sweep(&self) {
        let now = self.clock.now();
        self.sessions.retain(|session| session.is_live(now));
        self.handles
            .retain(|handle| !handle.is_stale(now) && handle.sessions().any(|(_, session)| session.is_live(now)));
    }

    /// Makes every open stream ask anew whether it may go on: the rules have just changed.
    pub fn judge_again(&self) {
        self.beat.next();
        self.judgement.notify_waiters();
    }

    /// Another number after each [`Sessions::judge_again`], and after each second in which [`Sessions::run_flusher`] runs: a
    /// stream that finds the number of before was judged just now. One atomic load.
    pub fn beat(&self) -> u32 {
        self.beat.now()
    }

    /// Resolves at the next [`Sessions::judge_again`].
    pub async fn judged_again(&self) {
        self.judgement.notified().await;
    }

    /// Watches a session on behalf of an open stream.
    pub fn register_stream(&self, session: &Arc<Session>) -> StreamGuard {
        StreamGuard::new(Arc::clone(session), Arc::clone(&self.clock))
    }

    /// Puts a record into memory, or merges it into what is there, so that everybody shares one `Arc`. `before` is what
    /// memory held when the record was read.
    fn keep(&self, record: SessionRecord, before: Option<&Arc<SessionRecord>>, now: Timestamp) -> Arc<Session> {
        let session = self.sessions.entry(*record.id.0.as_bytes(), |known| match known {
            Some(session) => {
                session.confirm(record, before, now);
                Arc::clone(session)
            }
            None => Arc::new(Session::new(record, now)),
        });
        if self.epochs.ended(&session.record()) {
            session.end();
        }
        session
    }

    async fn write(&self, record: &SessionRecord, now: Timestamp) -> ShortTermResult<()> {
        self.short_term.put(&session_key(record.tenant, record.id), record, record.absolute_end.since(now)).await
    }

    async fn write_handle(&self, host: &str, cookie: &str, handle: Handle) -> ShortTermResult<()> {
        let now = self.clock.now();
        let end = handle.sessions().map(|(_, session)| session.record().absolute_end).max().unwrap_or(now);
        let hash = handle_hash(host, cookie);
        self.short_term.put(&handle_key(&hash), &handle.stored(), end.since(now)).await?;
        self.handles.write(hash, Arc::new(handle));
        Ok(())
    }
}

fn session_key(tenant: TenantId, id: SessionId) -> Key {
    Key::of(tenant, Kind::Session, id.0.as_hyphenated().to_string())
}

/// The last use lies beside the record, so that moving it never writes facts.
fn used_key(tenant: TenantId, id: SessionId) -> Key {
    Key::of(tenant, Kind::Session, format!("{}{USED}", id.0.as_hyphenated()))
}

/// A host's handle serves several tenants, so that it belongs to the instance.
fn browser_key(browser: &str) -> Key {
    Key::instance(Kind::Handle, format!("browser:{browser}"))
}

fn handle_key(hash: &[u8; 32]) -> Key {
    Key::instance(Kind::Handle, data_encoding::HEXLOWER.encode(hash))
}

/// Codes are found before their tenant is known; the grant inside names it.
fn code_key(code: &str) -> Key {
    Key::instance(Kind::Code, data_encoding::HEXLOWER.encode(&sha256(code.as_bytes())))
}

/// The host is part of the hash, so that a cookie value is worth nothing on another host.
fn handle_hash(host: &str, cookie: &str) -> [u8; 32] {
    let mut text = [0; 128];
    let (host, cookie) = (host.as_bytes(), cookie.as_bytes());
    // At once where it fits, which costs half of feeding three pieces.
    if let Some((to, rest)) = text.split_at_mut_checked(host.len())
        && let Some((zero, rest)) = rest.split_first_mut()
        && let Some(end) = rest.get_mut(..cookie.len())
    {
        to.copy_from_slice(host);
        *zero = 0;
        end.copy_from_slice(cookie);
        let length = host.len() + 1 + cookie.len();
        return digest(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.get(..length).unwrap_or_default()));
    }
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(host);
    context.update(&[0]);
    context.update(cookie);
    digest(context.finish())
}

fn digest(digest: aws_lc_rs::digest::Digest) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}
