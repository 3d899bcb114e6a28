//! Bodies on their way through: streamed, never collected, and cut when their session ends.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::pool::Lease;
use super::watch::Watch;
use crate::web::Inflow;

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

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }
}

impl HttpBody for Download {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            if self.watch.has_ended() {
                self.lease = None;
                return Poll::Ready(Some(Err(SessionEnded.into())));
            }
            match Pin::new(&mut self.incoming).poll_frame(cx) {
                // Trailers are dropped (RFC 9110 §6.5.1): nothing that came after the head may look like one.
                Poll::Ready(Some(Ok(frame))) if frame.is_data() => {
                    if self.ending.is_some() {
                        self.watch.touch();
                        self.pause = None;
                    }
                    return Poll::Ready(Some(Ok(frame)));
                }
                Poll::Ready(Some(Ok(_))) => {}
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
                    let mut ending = match self.ending.take() {
                        Some(ending) => ending,
                        None => Box::pin(self.watch.clone().ended()),
                    };
                    let ended = ending.as_mut().poll(cx);
                    self.ending = Some(ending);
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

/// A client's request body on its way to an app. Trailers are dropped, so that none can pose as a header field
/// (attack row E1).
pub struct Upload {
    incoming: Inflow,
    watch: Watch,
    progress: Progress,
}

/// When the last piece of a request went out.
#[derive(Clone)]
pub(super) struct Progress(Rc<Cell<Instant>>);

impl Default for Progress {
    fn default() -> Self {
        Self(Rc::new(Cell::new(Instant::now())))
    }
}

impl Progress {
    pub(super) fn last(&self) -> Instant {
        self.0.get()
    }
}

impl Upload {
    pub(super) fn new(incoming: Incoming, watch: Watch, progress: Progress) -> Self {
        Self { incoming: Inflow::new(incoming), watch, progress }
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            if self.watch.has_ended() {
                return Poll::Ready(Some(Err(SessionEnded.into())));
            }
            match ready!(Pin::new(&mut self.incoming).poll_frame(cx)) {
                Some(Ok(frame)) if frame.is_data() => {
                    self.progress.0.set(Instant::now());
                    return Poll::Ready(Some(Ok(frame)));
                }
                Some(Ok(_)) => {}
                other => return Poll::Ready(other),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
