//! Bodies on their way through: streamed, never collected, and cut when their session ends.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::pool::Lease;
use super::trailers;
use super::watch::Watch;
use crate::web::Inflow;
use crate::web::problem::Problem;

/// What can break a body.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The body of an answer.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every body is a download; a box would be an allocation a request"
)]
pub enum Body {
    /// A page or message of ours.
    Whole(Option<Bytes>),
    /// From an app.
    Download(Download),
    /// From the control runtime.
    Control(axum::body::Body),
}

impl Body {
    /// An empty body.
    pub fn empty() -> Self {
        Self::Whole(None)
    }

    /// What an answer of an app may go on by.
    pub(crate) fn watch(&self) -> Option<&Watch> {
        match self {
            Self::Download(download) => Some(&download.watch),
            Self::Whole(_) | Self::Control(_) => None,
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Download(download) => Pin::new(download).poll_frame(cx),
            Self::Control(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Download(download) => download.is_end_stream(),
            Self::Control(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Download(download) => download.incoming.size_hint(),
            Self::Control(body) => body.size_hint(),
        }
    }
}

/// Why a stream was cut.
#[derive(Debug, thiserror::Error)]
#[error("the session ended")]
struct SessionEnded;

/// Why another was.
#[derive(Debug, thiserror::Error)]
#[error("the app paused for too long")]
struct PausedTooLong;

/// An app's answer. When it ended cleanly the connection goes back to the pool, otherwise it is closed.
pub struct Download {
    incoming: Incoming,
    lease: Option<Lease>,
    watch: Watch,
    /// Made when the app makes us wait for the first time: short answers never need it.
    ending: Option<Pin<Box<dyn Future<Output = ()>>>>,
    /// Runs out when the app pauses for longer than it may; made like `ending`, for apps that have such a limit.
    pause: Option<Pin<Box<Sleep>>>,
}

impl Download {
    pub(super) fn new(incoming: Incoming, lease: Lease, watch: Watch) -> Self {
        Self { incoming, lease: Some(lease), watch, ending: None, pause: None }
    }

    /// Whether the app has paused for too long. `true` ends the answer.
    fn paused_too_long(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(limit) = self.lease.as_ref().and_then(|lease| lease.pause) else { return false };
        let pause = self.pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        pause.as_mut().poll(cx).is_ready()
    }

    /// Goes on watching.
    fn poll_ending(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut ending = match self.ending.take() {
            Some(ending) => ending,
            None => Box::pin(self.watch.clone().ended()),
        };
        let ended = ending.as_mut().poll(cx);
        self.ending = Some(ending);
        ended
    }

    /// Whether an answer that has not paused must end. What watches it also asks others from time to time, and so is kept
    /// going.
    #[cold]
    fn is_judged_over(&mut self, cx: &mut Context<'_>) -> bool {
        !self.watch.may_go_on() || self.poll_ending(cx).is_ready()
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }
}

impl HttpBody for Download {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            // Not only when it pauses: an app that never does would be judged never.
            if self.watch.has_ended() || (self.watch.is_due() && self.is_judged_over(cx)) {
                self.lease = None;
                return Poll::Ready(Some(Err(SessionEnded.into())));
            }
            match Pin::new(&mut self.incoming).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) if frame.is_data() => {
                    if self.ending.is_some() {
                        self.watch.touch();
                        self.pause = None;
                    }
                    return Poll::Ready(Some(Ok(frame)));
                }
                // Dropped unless the app asked for them (RFC 9110 §6.5.1).
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(mut last) = frame.into_trailers()
                        && self.watch.carries_trailers()
                    {
                        trailers::screen(&mut last);
                        return Poll::Ready(Some(Ok(Frame::trailers(last))));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    self.lease = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
                Poll::Ready(None) => {
                    if let Some(lease) = self.lease.take() {
                        lease.give_back();
                    }
                    return Poll::Ready(None);
                }
                Poll::Pending => {
                    let ended = self.poll_ending(cx);
                    if self.paused_too_long(cx) {
                        self.lease = None;
                        return Poll::Ready(Some(Err(PausedTooLong.into())));
                    }
                    ready!(ended);
                    self.lease = None;
                    return Poll::Ready(Some(Err(SessionEnded.into())));
                }
            }
        }
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        // hyper stops polling when the announced length has arrived.
        if self.incoming.is_end_stream()
            && let Some(lease) = self.lease.take()
        {
            lease.give_back();
        }
    }
}

/// Why a request body was cut.
#[derive(Debug, thiserror::Error)]
#[error("the request body was refused: {0:?}")]
struct Refused(Problem);

/// A client's request body on its way to an app. Trailers are dropped unless the app asked for them, so that none can pose as a
/// header field (attack row E1).
pub struct Upload {
    source: Source,
    watch: Watch,
    progress: Progress,
    rules: UploadRules,
}

/// The body of a request.
pub(super) enum Payload {
    /// As the client sends it.
    Client(Incoming),
    /// A form that was kept while its sender signed in.
    Kept(Bytes),
}

impl Payload {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Client(incoming) => incoming.is_end_stream(),
            Self::Kept(bytes) => bytes.is_empty(),
        }
    }

    /// How many bytes are announced, or are certain to come.
    pub(super) fn announced(&self) -> u64 {
        match self {
            Self::Client(incoming) => incoming.size_hint().lower(),
            Self::Kept(bytes) => bytes.len() as u64,
        }
    }
}

enum Source {
    Client(Inflow),
    Kept(Option<Bytes>),
}

/// What an app allows of a body.
#[derive(Clone, Copy)]
pub(super) struct UploadRules {
    /// How many bytes may still come.
    pub(super) most: Option<u64>,
    /// Whether trailers pass.
    pub(super) trailers: bool,
    /// Slowest speed, in bytes a second.
    pub(super) slowest: u64,
}

/// How a request body fares.
#[derive(Clone)]
pub(super) struct Progress(Rc<Faring>);

struct Faring {
    /// When the last piece went out; nothing before anybody asks.
    last: Cell<Option<Instant>>,
    /// Why no more does.
    cut: Cell<Option<Problem>>,
}

impl Default for Progress {
    fn default() -> Self {
        Self(Rc::new(Faring { last: Cell::new(None), cut: Cell::new(None) }))
    }
}

impl Progress {
    /// When the last piece went out, or when this was first asked.
    pub(super) fn last(&self) -> Instant {
        let last = self.0.last.get().unwrap_or_else(Instant::now);
        self.0.last.set(Some(last));
        last
    }

    /// Why we cut the body, if we did: then that is what the client is told.
    pub(super) fn cut(&self) -> Option<Problem> {
        self.0.cut.get()
    }
}

impl Upload {
    pub(super) fn new(payload: Payload, watch: Watch, progress: Progress, rules: UploadRules) -> Self {
        let source = match payload {
            Payload::Client(incoming) => Source::Client(Inflow::new(incoming, rules.slowest)),
            Payload::Kept(bytes) => Source::Kept(Some(bytes).filter(|bytes| !bytes.is_empty())),
        };
        Self { source, watch, progress, rules }
    }

    fn refused(&self, problem: Problem) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.progress.0.cut.set(Some(problem));
        Poll::Ready(Some(Err(Refused(problem).into())))
    }

    /// Whether so many more bytes may come.
    fn may_take(&mut self, bytes: usize) -> bool {
        let Some(most) = &mut self.rules.most else { return true };
        match most.checked_sub(bytes as u64) {
            Some(left) => {
                *most = left;
                true
            }
            None => false,
        }
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            let is_due = self.watch.is_due();
            if self.watch.has_ended() || (is_due && !self.watch.may_go_on()) {
                self.progress.0.cut.set(Some(Problem::SignInRequired));
                return Poll::Ready(Some(Err(SessionEnded.into())));
            }
            let incoming = match &mut self.source {
                Source::Client(incoming) => incoming,
                Source::Kept(bytes) => return Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            };
            match ready!(Pin::new(&mut *incoming).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if self.may_take(data.len()) => {
                        self.progress.0.last.set(Some(Instant::now()));
                        if is_due {
                            self.watch.touch();
                        }
                        return Poll::Ready(Some(Ok(Frame::data(data))));
                    }
                    Ok(_) => return self.refused(Problem::BodyTooLarge),
                    Err(frame) => {
                        if let Ok(mut last) = frame.into_trailers()
                            && self.rules.trailers
                        {
                            if trailers::screen_request(&mut last).is_err() {
                                return self.refused(Problem::HeaderRefused);
                            }
                            return Poll::Ready(Some(Ok(Frame::trailers(last))));
                        }
                    }
                },
                Some(Err(error)) => {
                    // Whatever it was, the app is not to blame: neither is it told of as broken, nor spared from now on.
                    let slow = incoming.is_too_slow();
                    self.progress.0.cut.set(Some(if slow { Problem::BodyTooSlow } else { Problem::BadRequest }));
                    return Poll::Ready(Some(Err(error)));
                }
                None => return Poll::Ready(None),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Client(incoming) => incoming.is_end_stream(),
            Source::Kept(bytes) => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Client(incoming) => incoming.size_hint(),
            Source::Kept(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
        }
    }
}
