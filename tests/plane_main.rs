//! The data plane over loopback sockets, judged by a raw upstream.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "plane/forward.rs"]
mod forward;
#[path = "plane/journey.rs"]
mod journey;
#[path = "ledger/mod.rs"]
mod ledger;
#[path = "plane/smuggling.rs"]
mod smuggling;
#[path = "plane/tls.rs"]
mod tls;
#[path = "plane/tunnel.rs"]
mod tunnel;
#[path = "plane/world.rs"]
mod world;
