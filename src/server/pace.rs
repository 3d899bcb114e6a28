//! Clients that stall: each connection notes what it waits for, and one look a second closes those that wait too long
//! (attack row K1). No timer is set for a request, so that keeping pace costs a busy connection next to nothing. An answer that
//! its client does not take is never asked for its next piece, and cannot learn that its session ended; the look sees that too
//! (attack row D10). And it ends what is done for clients that seem to have left.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::AbortHandle;

use super::leaving::{End, Outlook, Socket};
use crate::proxy::{Body, BodyError, Watch};

/// Seconds that a connection may spend in each state.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a head to its end.
    pub head: u32,
    /// Between requests.
    pub idle: u32,
    /// In which the client takes nothing of what we write.
    pub write: u32,
    /// In which one stream stands still because its client takes nothing (attack row K2).
    pub stream: u32,
    /// In which there is nothing to write to a client that ended its side.
    pub half_close: u32,
}

/// Why a connection was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slow {
    /// A head took too long.
    Head,
    /// Nothing was asked for too long.
    Idle,
    /// The client took nothing.
    Write,
    /// A stream stood still, or its session ended while it did.
    Stream,
    /// The client ended its side, and its answer was too slow to show whether it still listens.
    Left,
}

impl Limits {
    /// From settings; at least a second each.
    pub fn new(settings: &crate::config::Limits) -> Self {
        let seconds = |span: Duration| u32::try_from(span.as_secs()).unwrap_or(u32::MAX).max(1);
        Self {
            head: seconds(settings.request_head),
            idle: seconds(settings.keep_alive),
            write: seconds(settings.write_stall),
            stream: seconds(settings.stream_stall),
            half_close: seconds(settings.half_close),
        }
    }
}

/// The connections of one thread.
#[derive(Default)]
pub struct Watchman {
    connections: RefCell<Vec<(Arc<Pace>, AbortHandle)>>,
    /// Seconds since the thread began, starting at one: zero means "not".
    seconds: Arc<AtomicU32>,
}

/// What one connection waits for. Read and written by its own thread alone; atomic because hyper wants to be free to
/// move a connection.
pub struct Pace {
    now: Arc<AtomicU32>,
    /// Requests being answered.
    active: AtomicU32,
    /// Since when there is none.
    idle_since: AtomicU32,
    /// Since when a head is incomplete.
    head_since: AtomicU32,
    /// Since when the client takes nothing.
    blocked_since: AtomicU32,
    /// When something was last written to a client that ended its side, or when it did so.
    left_since: AtomicU32,
    /// Answers of apps that may be held up by their client.
    held_up: Mutex<Vec<Arc<HeldUp>>>,
    multiplexed: bool,
    /// Whether streams of several people may share the connection: then one that stands still is no reason to end it.
    shared: bool,
}

/// An answer of an app that its client has yet to take.
struct HeldUp {
    watch: Watch,
    /// Since when the client owes a look; zero while the app is the one that makes us wait.
    since: AtomicU32,
}

impl HeldUp {
    /// Whether the client stands still, and its session is over or its time.
    fn is_stuck(&self, now: u32, limit: u32) -> bool {
        let since = self.since.load(Ordering::Relaxed);
        // In the second in which it began it may just be on its way.
        since != 0 && now > since && (now - since > limit || !self.watch.may_go_on())
    }
}

impl Watchman {
    /// Starts to watch a connection; `trusted` is one of a proxy that the operator trusts, which speaks for many.
    pub fn pace(&self, multiplexed: bool, trusted: bool) -> Arc<Pace> {
        let now = self.seconds.load(Ordering::Relaxed).max(1);
        Arc::new(Pace {
            now: Arc::clone(&self.seconds),
            active: AtomicU32::new(0),
            idle_since: AtomicU32::new(now),
            head_since: AtomicU32::new(0),
            blocked_since: AtomicU32::new(0),
            left_since: AtomicU32::new(0),
            held_up: Mutex::default(),
            multiplexed,
            shared: multiplexed && trusted,
        })
    }

    /// Closes the connection by `task` once it is too slow.
    pub fn guard(&self, pace: Arc<Pace>, task: AbortHandle) {
        self.connections.borrow_mut().push((pace, task));
    }

    /// Looks once a second, for ever, and tells what it ended.
    pub async fn watch(self: Rc<Self>, limits: Limits, ended: impl Fn(Slow), also: impl Fn()) {
        self.seconds.fetch_add(1, Ordering::Relaxed);
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.seconds.fetch_add(1, Ordering::Relaxed) + 1;
            self.connections.borrow_mut().retain(|(pace, task)| {
                if let Some(slow) = pace.slowness(now, limits).filter(|_| !task.is_finished()) {
                    ended(slow);
                    task.abort();
                    return false;
                }
                !task.is_finished()
            });
            also();
        }
    }
}

impl Pace {
    fn slowness(&self, now: u32, limits: Limits) -> Option<Slow> {
        let longer = |since: &AtomicU32, limit: u32| {
            let since = since.load(Ordering::Relaxed);
            since != 0 && now.saturating_sub(since) > limit
        };
        if longer(&self.blocked_since, limits.write) {
            return Some(Slow::Write);
        }
        if longer(&self.head_since, limits.head) {
            return Some(Slow::Head);
        }
        let active = self.active.load(Ordering::Relaxed) != 0;
        if !active && longer(&self.idle_since, limits.idle) {
            return Some(Slow::Idle);
        }
        // Whoever has not taken what was written may still be there, and has the limit for that.
        let blocked = self.blocked_since.load(Ordering::Relaxed) != 0;
        if active && !blocked && longer(&self.left_since, limits.half_close) {
            return Some(Slow::Left);
        }
        self.held_up().iter().any(|answer| answer.is_stuck(now, limits.stream)).then_some(Slow::Stream)
    }

    fn held_up(&self) -> std::sync::MutexGuard<'_, Vec<Arc<HeldUp>>> {
        self.held_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn received(&self) {
        // HTTP/2 has frames that are no requests; there the idle limit alone counts.
        let waiting = !self.multiplexed && self.active.load(Ordering::Relaxed) == 0;
        if waiting && self.head_since.load(Ordering::Relaxed) == 0 {
            self.head_since.store(self.now.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// A head is complete; what is returned ends with the answer.
    pub fn begin(self: &Arc<Self>) -> Busy {
        self.head_since.store(0, Ordering::Relaxed);
        self.active.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }
}

/// A request that is being answered.
pub struct Busy(Arc<Pace>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.idle_since.store(self.0.now.load(Ordering::Relaxed), Ordering::Relaxed);
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of an answer; the request counts as active until it is gone.
pub struct Answer {
    body: Body,
    busy: Busy,
    held_up: Option<Arc<HeldUp>>,
}

impl Answer {
    /// Couples them.
    pub fn new(body: Body, busy: Busy) -> Self {
        let mut answer = Self { body, busy, held_up: None };
        // HTTP/2 asks for the first piece only when its client has room for it.
        if answer.busy.0.multiplexed && !answer.body.is_end_stream() {
            answer.waits_for_client();
        }
        answer
    }

    /// The client has a piece, or may have the first, and there is more to come.
    fn waits_for_client(&mut self) {
        let pace = &self.busy.0;
        if pace.shared {
            return;
        }
        let now = pace.now.load(Ordering::Relaxed).max(1);
        match (&self.held_up, self.body.watch()) {
            (Some(held_up), _) => held_up.since.store(now, Ordering::Relaxed),
            (None, Some(watch)) => {
                let held_up = Arc::new(HeldUp { watch: watch.clone(), since: AtomicU32::new(now) });
                pace.held_up().push(Arc::clone(&held_up));
                self.held_up = Some(held_up);
            }
            (None, None) => {}
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(gone) = self.held_up.take() {
            let mut all = self.busy.0.held_up();
            if let Some(at) = all.iter().position(|each| Arc::ptr_eq(each, &gone)) {
                all.swap_remove(at);
            }
        }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(_))) if !self.body.is_end_stream() => self.waits_for_client(),
            Poll::Ready(_) => {}
            Poll::Pending => {
                if let Some(held_up) = &self.held_up {
                    held_up.since.store(0, Ordering::Relaxed);
                }
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A client's connection that notes when bytes come, when none are taken, and when the client ends its side. `held` lives as
/// long as the socket does, also when the connection becomes a tunnel.
pub struct Paced<T, H> {
    inner: T,
    pace: Arc<Pace>,
    outlook: Outlook,
    /// Whether a client that ended its side has an answer at all.
    half_close: bool,
    _held: H,
}

impl<T: Socket, H> Paced<T, H> {
    /// Watches `inner`; without `half_close` a client that ends its side before it has its answer is gone.
    pub fn new(inner: T, pace: Arc<Pace>, half_close: bool, held: H) -> Self {
        Self { inner, pace, outlook: Outlook::default(), half_close, _held: held }
    }

    fn wrote<R>(&self, result: Poll<R>) -> Poll<R> {
        match &result {
            Poll::Ready(_) if self.pace.blocked_since.load(Ordering::Relaxed) == 0 => {}
            Poll::Ready(_) => self.pace.blocked_since.store(0, Ordering::Relaxed),
            Poll::Pending if self.pace.blocked_since.load(Ordering::Relaxed) != 0 => {}
            Poll::Pending => self.pace.blocked_since.store(self.pace.now.load(Ordering::Relaxed), Ordering::Relaxed),
        }
        result
    }

    /// As [`Self::wrote`]; and an answer that goes on gives a client that ended its side time.
    fn wrote_bytes(&self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if self.outlook.has_ended() && matches!(result, Poll::Ready(Ok(_))) {
            self.still_there();
        }
        self.wrote(result)
    }

    fn still_there(&self) {
        self.pace.left_since.store(self.pace.now.load(Ordering::Relaxed).max(1), Ordering::Relaxed);
    }

    /// While a request is answered hyper reads nothing, so that the end of the client's side is ours to see. On HTTP/2 it is
    /// the end of the connection, which hyper sees.
    fn looks(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.pace.multiplexed || self.pace.active.load(Ordering::Relaxed) == 0 {
            return Ok(());
        }
        let Some(end) = self.outlook.sees_end(&mut self.inner, cx)? else { return Ok(()) };
        if !self.half_close || (end == End::HungUp && !T::MAY_LISTEN_ON) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        self.still_there();
        Ok(())
    }
}

impl<T: Socket, H: Unpin> AsyncRead for Paced<T, H> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        this.outlook.gives_back(buffer);
        let given_back = buffer.filled().len() > before;
        let result = match Pin::new(&mut this.inner).poll_read(cx, buffer) {
            Poll::Pending if given_back => Poll::Ready(Ok(())),
            result => result,
        };
        if result.is_ready() {
            this.pace.received();
        }
        result
    }
}

impl<T: Socket, H: Unpin> AsyncWrite for Paced<T, H> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.wrote_bytes(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.wrote_bytes(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Err(broken) = self.looks(cx) {
            return Poll::Ready(Err(broken));
        }
        let result = Pin::new(&mut self.inner).poll_flush(cx);
        self.wrote(result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k1_each_state_has_its_limit() {
        let watchman = Watchman::default();
        let limits = Limits::new(&crate::config::Limits::default());
        let at = |seconds: u32| watchman.seconds.store(seconds, Ordering::Relaxed);
        at(100);
        let slow = |pace: &Pace, now: u32| pace.slowness(now, limits);
        let pace = watchman.pace(false, false);
        assert_eq!((slow(&pace, 160), slow(&pace, 161)), (None, Some(Slow::Idle)));
        pace.received();
        at(105);
        pace.received();
        assert_eq!((slow(&pace, 110), slow(&pace, 111)), (None, Some(Slow::Head)), "byte by byte");
        let busy = pace.begin();
        assert_eq!(slow(&pace, 10_000), None, "an answer may take its time");
        pace.blocked_since.store(105, Ordering::Relaxed);
        assert_eq!((slow(&pace, 135), slow(&pace, 136)), (None, Some(Slow::Write)));
        pace.blocked_since.store(0, Ordering::Relaxed);
        at(200);
        drop(busy);
        assert_eq!((slow(&pace, 260), slow(&pace, 261)), (None, Some(Slow::Idle)), "again");
        let busy = pace.begin();
        pace.left_since.store(200, Ordering::Relaxed);
        assert_eq!((slow(&pace, 202), slow(&pace, 203)), (None, Some(Slow::Left)), "gone, or nearly");
        pace.blocked_since.store(201, Ordering::Relaxed);
        assert_eq!(slow(&pace, 203), None, "it may take what was written");
        pace.blocked_since.store(0, Ordering::Relaxed);
        drop(busy);
        assert_eq!(slow(&pace, 210), None, "it has its answer");
        let pace = watchman.pace(true, false);
        pace.received();
        assert_eq!((slow(&pace, 250), slow(&pace, 261)), (None, Some(Slow::Idle)), "HTTP/2 frames are no heads");
    }
}
