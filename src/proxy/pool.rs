//! Connections to apps, kept alive: one pool per thread, one compartment per tenant and app, so that nothing an app
//! says to one tenant's guest can ever reach another's (attack row F5).

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::rc::{Rc, Weak as RcWeak};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::body::Upload;
use super::outfit::Outfits;
use super::upstream::{ConnectFault, Laid, Look, Pending, Turn, Wire};
use crate::model::{AppId, TenantId, Upstream};

/// Apps close idle connections when they like, many after five seconds; a connection that is not reused by then is
/// cheaper to open anew than to lose a request on.
const IDLE: Duration = Duration::from_secs(4);
/// The same in beats of a thread: after one fewer, so that the time is never longer.
const IDLE_BEATS: u32 = (IDLE.as_millis() / LOOK.as_millis()) as u32;
/// The same for HTTP/2, which says goodbye before it closes.
const IDLE_SHARED: Duration = Duration::from_secs(60);
/// Most idle connections per compartment, target and thread: as many as a few busy HTTP/2 clients have requests in flight, for
/// what does not fit is opened anew a moment later. They are closed after [`IDLE`].
const MOST_IDLE: usize = 512;
/// Most connections that requests share, per compartment and thread.
const MOST_SHARED: usize = 8;
/// Most requests that share one: servers take a hundred or more, as RFC 9113 §6.5.2 asks of them.
const MOST_STREAMS: u32 = 100;
/// How long a new connection waits for what its app says of that; no request goes out on it meanwhile.
const TOLD_WITHIN: Duration = Duration::from_millis(250);
/// Until then: a number that nobody says.
const UNTOLD: usize = 97;
/// What an app may send of one answer before its client has taken any of it.
const STREAM_WINDOW: u32 = 128 * 1024;
/// Who waits for an app for so long looks up: an answer that comes sooner needs no watching. One beat for all requests of a
/// thread, because a timer for each would cost more than most of what is done for it.
const LOOK: Duration = Duration::from_millis(500);
/// Largest response head.
const HEAD: usize = 64 * 1024;

/// Whose connections.
pub(super) type Compartment = (TenantId, AppId);

/// Connections of one thread that can take a request.
#[derive(Default)]
pub struct Pool {
    compartments: RefCell<HashMap<Compartment, Kept, foldhash::fast::RandomState>>,
    /// Wakes whoever waits for an app, every [`LOOK`].
    looks: Notify,
    /// How often that was.
    beats: Cell<u32>,
    /// What guests tell apps alike from one request to the next.
    pub(super) outfits: Outfits,
    /// Of apps with several targets, whose turn it is.
    turns: RefCell<HashMap<AppId, Rc<Turn>, foldhash::fast::RandomState>>,
}

#[derive(Default)]
struct Kept {
    idle: Vec<Idle>,
    shared: Vec<Shared>,
    /// By target: held by whoever makes a connection that others will share.
    opening: Vec<(usize, Arc<Semaphore>)>,
}

struct Idle {
    connection: One,
    /// The beat in which it was given back.
    since: u32,
}

/// Where a connection leads. Another place by the same name is another place.
struct Place {
    upstream: Upstream,
    target: usize,
    generation: u64,
}

impl Place {
    fn is(&self, upstream: &Upstream, target: usize, generation: u64) -> bool {
        self.target == target && self.generation == generation && self.upstream == *upstream
    }
}

/// A connection to an app.
pub(super) enum Connection {
    /// HTTP/1.1.
    One(One),
    /// HTTP/2.
    Many(Many),
}

/// A connection that can send one request at a time.
pub(super) struct One {
    pub(super) sender: http1::SendRequest<Upload>,
    look: Look,
    place: Place,
}

/// One request's part of a connection that others share.
pub(super) struct Many {
    pub(super) sender: http2::SendRequest<Upload>,
    shared: Rc<Sharing>,
}

struct Sharing {
    place: Place,
    streams: Cell<u32>,
    /// As many as the app takes (RFC 9113 §6.5.2), at most [`MOST_STREAMS`].
    most: Cell<u32>,
    used: Cell<Instant>,
}

struct Shared {
    sender: http2::SendRequest<Upload>,
    shared: Rc<Sharing>,
}

impl Many {
    fn new(sender: http2::SendRequest<Upload>, shared: Rc<Sharing>) -> Self {
        shared.streams.set(shared.streams.get().saturating_add(1));
        Self { sender, shared }
    }
}

impl Drop for Many {
    fn drop(&mut self) {
        self.shared.streams.set(self.shared.streams.get().saturating_sub(1));
        self.shared.used.set(Instant::now());
    }
}

/// A connection in use, and where it belongs afterwards.
pub(super) struct Lease {
    connection: Connection,
    compartment: Compartment,
    pool: RcWeak<Pool>,
    /// How long the answer may pause.
    pub(super) pause: Option<Duration>,
    _pending: Option<Pending>,
}

impl Lease {
    pub(super) fn new(
        pool: &Rc<Pool>,
        compartment: Compartment,
        connection: Connection,
        pending: Option<Pending>,
        pause: Option<Duration>,
    ) -> Self {
        Self { connection, compartment, pool: Rc::downgrade(pool), pause, _pending: pending }
    }

    /// Returns the connection for reuse. Call it only when the response ended cleanly; if the request is still being
    /// sent (the app answered early) the connection is closed instead. What is shared was never taken.
    pub(super) fn give_back(self) {
        let Connection::One(connection) = self.connection else { return };
        let Some(pool) = self.pool.upgrade().filter(|_| connection.sender.is_ready()) else { return };
        let mut compartments = pool.compartments.borrow_mut();
        let idle = &mut compartments.entry(self.compartment).or_default().idle;
        if idle.len() < MOST_IDLE {
            idle.push(Idle { connection, since: pool.beats.get() });
        }
    }
}

impl Pool {
    /// A connection that can take a request to this target at once. On an HTTP/1.1 connection the app has said nothing since
    /// its last answer: a second answer that nobody asked for would otherwise become the next guest's (attack row F5).
    pub(super) fn take(
        &self,
        compartment: &Compartment,
        upstream: &Upstream,
        target: usize,
        generation: u64,
    ) -> Option<Connection> {
        let mut compartments = self.compartments.borrow_mut();
        let kept = compartments.get_mut(compartment)?;
        while let Some(at) = kept.idle.iter().rposition(|idle| idle.connection.place.target == target) {
            let Idle { connection, since } = kept.idle.swap_remove(at);
            let usable = self.is_young(since)
                && connection.place.is(upstream, target, generation)
                && connection.sender.is_ready()
                && connection.look.is_silent();
            if usable {
                return Some(Connection::One(connection));
            }
        }
        let usable = |it: &&Shared| {
            it.shared.place.is(upstream, target, generation)
                && it.sender.is_ready()
                && it.shared.streams.get() < it.shared.most.get()
        };
        let found = kept.shared.iter().find(usable)?;
        Some(Connection::Many(Many::new(found.sender.clone(), Rc::clone(&found.shared))))
    }

    /// Lets others share a connection, if it can be shared.
    pub(super) fn share(&self, compartment: &Compartment, connection: &Connection) {
        let Connection::Many(many) = connection else { return };
        let mut compartments = self.compartments.borrow_mut();
        let shared = &mut compartments.entry(*compartment).or_default().shared;
        shared.retain(|it| !it.sender.is_closed());
        if shared.len() < MOST_SHARED {
            shared.push(Shared { sender: many.sender.clone(), shared: Rc::clone(&many.shared) });
        }
    }

    /// Held while a connection to a target is made that others will share.
    pub(super) fn one_at_a_time(&self, compartment: &Compartment, target: usize) -> Arc<Semaphore> {
        let mut compartments = self.compartments.borrow_mut();
        let opening = &mut compartments.entry(*compartment).or_default().opening;
        if let Some((_, known)) = opening.iter().find(|(of, _)| *of == target) {
            return Arc::clone(known);
        }
        let made = Arc::new(Semaphore::new(1));
        opening.push((target, Arc::clone(&made)));
        made
    }

    /// Whose turn it is among the targets of an app.
    pub(super) fn turn(&self, app: AppId, targets: usize) -> Rc<Turn> {
        let mut turns = self.turns.borrow_mut();
        if let Some(turn) = turns.get(&app).filter(|turn| turn.targets() == targets) {
            return Rc::clone(turn);
        }
        let turn = Rc::new(Turn::new(targets));
        turns.insert(app, Rc::clone(&turn));
        turn
    }

    fn is_young(&self, since: u32) -> bool {
        self.beats.get().wrapping_sub(since) < IDLE_BEATS
    }

    /// Resolves at the next beat, which may be at once and is at most [`LOOK`] away.
    pub(super) async fn next_look(&self) {
        self.looks.notified().await;
    }

    /// Beats for as long as the thread lives.
    pub async fn beat(self: Rc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.beats.set(self.beats.get().wrapping_add(1));
            self.looks.notify_waiters();
        }
    }

    /// Closes and forgets what has been idle for too long.
    pub fn sweep(&self) {
        self.outfits.sweep();
        self.compartments.borrow_mut().retain(|_, kept| {
            kept.idle.retain(|idle| self.is_young(idle.since) && !idle.connection.sender.is_closed());
            kept.shared.retain(|it| {
                let unused = it.shared.streams.get() == 0 && it.shared.used.get().elapsed() >= IDLE_SHARED;
                !unused && !it.sender.is_closed()
            });
            // Who waits or connects holds it too.
            kept.opening.retain(|(_, opening)| Arc::strong_count(opening) > 1);
            !kept.opening.is_empty() || !kept.idle.is_empty() || !kept.shared.is_empty()
        });
    }
}

impl Connection {
    /// Begins HTTP on a wire. With `upgrades` the connection may become a tunnel and is never pooled.
    pub(super) async fn open(
        laid: Laid,
        upstream: &Upstream,
        target: usize,
        upgrades: bool,
    ) -> Result<Self, ConnectFault> {
        let Laid { wire, look, http2, generation } = laid;
        let place = Place { upstream: upstream.clone(), target, generation };
        match wire {
            Wire::Clear(socket) if http2 => many(socket, place).await,
            Wire::Clear(socket) => one(socket, look, place, upgrades).await,
            Wire::Tls(stream) if http2 => many(stream, place).await,
            Wire::Tls(stream) => one(stream, look, place, upgrades).await,
        }
    }
}

async fn one<T>(io: T, look: Look, place: Place, upgrades: bool) -> Result<Connection, ConnectFault>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // At most 100 fields, as hyper has it: any other number costs an allocation for each answer.
    let handshake = http1::Builder::new().max_header_size(HEAD).handshake(TokioIo::new(io)).await;
    let (sender, connection) = handshake.map_err(ConnectFault::Protocol)?;
    // The task ends with the connection; what went wrong on it is told to whoever waits for the answer.
    if upgrades {
        tokio::task::spawn_local(async move { drop(connection.with_upgrades().await) });
    } else {
        tokio::task::spawn_local(async move { drop(connection.await) });
    }
    Ok(Connection::One(One { sender, look, place }))
}

async fn many<T>(io: T, place: Place) -> Result<Connection, ConnectFault>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // An app is held to what clients are held to (attack row K2).
    let mut builder = http2::Builder::new(OnThisThread);
    builder
        .timer(TokioTimer::new())
        .initial_stream_window_size(STREAM_WINDOW)
        // Room for all streams at once: answers that their clients do not take must never use up what others need.
        .initial_connection_window_size(STREAM_WINDOW * (MOST_STREAMS + 1))
        .max_header_list_size(64 * 1024)
        .header_table_size(4 * 1024)
        .max_concurrent_reset_streams(128)
        .max_local_error_reset_streams(128)
        .max_send_buf_size(256 * 1024)
        .initial_max_send_streams(UNTOLD)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    let (sender, connection) = builder.handshake(TokioIo::new(io)).await.map_err(ConnectFault::Protocol)?;
    let mut connection = Box::pin(connection);
    // What an app takes it says first of all. Requests beyond it would be refused, or wait for others to end.
    let told = poll_fn(|cx| match connection.as_mut().poll(cx) {
        Poll::Pending if connection.current_max_send_streams() == UNTOLD => Poll::Pending,
        ended_or_told => Poll::Ready(ended_or_told.is_ready()),
    });
    let ended = tokio::time::timeout(TOLD_WITHIN, told).await.unwrap_or(false);
    let most = |connection: &http2::Connection<_, _, _>| {
        u32::try_from(connection.current_max_send_streams()).map_or(MOST_STREAMS, |most| most.min(MOST_STREAMS))
    };
    let (streams, most_now) = (Cell::new(0), Cell::new(most(&connection)));
    let shared = Rc::new(Sharing { place, streams, most: most_now, used: Cell::new(Instant::now()) });
    let known = Rc::downgrade(&shared);
    if !ended {
        tokio::task::spawn_local(poll_fn(move |cx| {
            let polled = connection.as_mut().poll(cx).map(drop);
            if let Some(shared) = known.upgrade() {
                shared.most.set(most(&connection));
            }
            polled
        }));
    }
    Ok(Connection::Many(Many::new(sender, shared)))
}

/// Runs what hyper spawns on the thread of the connection.
#[derive(Clone, Copy)]
pub struct OnThisThread;

impl<F: Future + 'static> hyper::rt::Executor<F> for OnThisThread {
    fn execute(&self, task: F) {
        tokio::task::spawn_local(async move { drop(task.await) });
    }
}
