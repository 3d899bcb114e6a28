//! The id that a person can quote, and who asked.

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::HeaderValue;

use crate::clock::{Random, random_bytes};

/// Names one request in logs, on error pages and towards apps. Unique, not secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestId(u128);

impl RequestId {
    /// The id as a header value.
    pub fn value(self) -> HeaderValue {
        let mut text = [0; 32];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0.to_be_bytes()) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        HeaderValue::from_maybe_shared(Bytes::copy_from_slice(&text))
            .unwrap_or_else(|_| HeaderValue::from_static("unknown"))
    }
}

/// A hexadecimal digit, in lower case.
fn digit(value: u8) -> u8 {
    value + if value < 10 { b'0' } else { b'a' - 10 }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Numbers requests without asking the system for random bytes each time.
#[derive(Debug)]
pub struct RequestIds {
    start: u64,
    count: AtomicU64,
}

impl RequestIds {
    /// Starts at a random point, so that two processes do not meet.
    pub fn new(random: &dyn Random) -> Self {
        let start = u64::from_le_bytes(random_bytes(random));
        Self { start, count: AtomicU64::new(u64::from(u32::from_le_bytes(random_bytes(random)))) }
    }

    /// The next id.
    pub fn next(&self) -> RequestId {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        RequestId(u128::from(self.start) << 64 | u128::from(count))
    }
}

/// Who asked; goes with every request to the control runtime as an extension.
#[derive(Clone, Copy, Debug)]
pub struct ClientInfo {
    /// Address of the client, behind trusted proxies.
    pub address: IpAddr,
    /// Id to quote.
    pub request_id: RequestId,
}
