//! A client's request body that has to keep coming (attack row K1).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

/// How long a body may make us wait before its speed is looked at, and how often from then on.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// A body is slower than anybody's connection.
#[derive(Debug, thiserror::Error)]
#[error("the request body comes too slowly")]
struct TooSlow;

/// A request body. Its time counts only while we wait for it: a slow reader behind us is not the client's fault.
pub struct Inflow {
    incoming: Incoming,
    waiting: Option<Pin<Box<Sleep>>>,
    arrived: u64,
    slowest: u64,
    too_slow: bool,
}

impl Inflow {
    /// Watches `incoming`, of which so many bytes a second must come while we wait.
    pub fn new(incoming: Incoming, slowest: u64) -> Self {
        Self { incoming, waiting: None, arrived: 0, slowest, too_slow: false }
    }

    /// Whether it was given up for its slowness.
    pub fn is_too_slow(&self) -> bool {
        self.too_slow
    }
}

impl Body for Inflow {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(cx) {
            if let Some(Ok(frame)) = &frame {
                self.arrived += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let mut waiting = match self.waiting.take() {
            Some(waiting) => waiting,
            None => Box::pin(tokio::time::sleep(LOOK_EVERY)),
        };
        while waiting.as_mut().poll(cx).is_ready() {
            if self.arrived < self.slowest * LOOK_EVERY.as_secs() {
                self.too_slow = true;
                return Poll::Ready(Some(Err(TooSlow.into())));
            }
            self.arrived = 0;
            waiting.as_mut().reset(Instant::now() + LOOK_EVERY);
        }
        self.waiting = Some(waiting);
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
