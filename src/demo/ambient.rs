//! Time and randomness of the demo's parts, handed in by whoever starts them.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;

/// Tells the time in seconds since 1970.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;
/// Fills a slice with unpredictable bytes.
pub type Fill = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What the demo's parts take from their surroundings.
#[derive(Clone)]
pub struct Ambient {
    now: Now,
    fill: Fill,
}

impl Ambient {
    /// From a clock and a source of random bytes.
    pub fn new(now: Now, fill: Fill) -> Self {
        Self { now, fill }
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        (self.now)()
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes);
        bytes
    }

    /// 256 random bits as 43 characters.
    pub fn token(&self) -> String {
        BASE64URL_NOPAD.encode(&self.bytes::<32>())
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A clock that tests can move, and real randomness.

    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// 2026-11-20 12:00 UTC, where the tests' clock starts.
    pub const START: i64 = 1_795_176_000;

    /// The ambient and the hand of its clock.
    pub fn ambient() -> (Ambient, Arc<AtomicI64>) {
        let hand = Arc::new(AtomicI64::new(START));
        let clock = Arc::clone(&hand);
        let fill: Fill = Arc::new(|bytes| aws_lc_rs::rand::fill(bytes).expect("random bytes"));
        (Ambient::new(Arc::new(move || clock.load(Ordering::SeqCst)), fill), hand)
    }
}
