//! A directory, a short-term store, a clock, random bytes and words in memory, for the unit tests of verbs and shelves.

mod block_keys;
mod broken_jws;
mod client_consents;
mod directory_pages;
mod federation;
mod guest_objects;
mod own_domains;
mod samples;
mod short_term;
mod store;
mod store_life;
mod webhooks;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use block_keys::TestBlockKeys;
pub(crate) use broken_jws::Signer;
pub(crate) use directory_pages::passes;
pub(crate) use federation::TestFederation;
pub(crate) use samples::*;
pub(crate) use short_term::MemoryShortTerm;
pub(crate) use store::{Content, MemoryStore};
pub(crate) use words::TestWords;

use crate::clock::{Clock, Random};
use crate::model::Timestamp;

/// A clock that stands still until told otherwise.
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn at(seconds: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(seconds * 1_000_000)))
    }

    pub(crate) fn advance(&self, span: Duration) {
        self.0.fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that never repeat and are the same in each run (SplitMix64).
pub(crate) struct TestRandom(AtomicU64);

impl TestRandom {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(1)))
    }
}

impl Random for TestRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut mixed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}
