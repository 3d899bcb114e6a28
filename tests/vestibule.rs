//! The one integration-test binary: stories, attacks and conformance suites.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test may fail loudly"
)]

mod actors;
mod attacks;
mod conformance;
mod docs;
mod graph;
mod ledger;
mod lying_idp;
mod plane;
mod stories;
