//! A number that says whether open streams have to be judged anew: for those that never pause, and so never wait for news.

use std::sync::atomic::{AtomicU32, Ordering};

/// The number, in cache lines of its own: every frame of every stream reads it, and it changes once a second.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Beat(AtomicU32);

impl Beat {
    /// Time to judge. What was written before is seen by whoever reads the new number.
    pub(super) fn next(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    pub(super) fn now(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }
}
