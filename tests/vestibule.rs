//! The one integration-test binary: stories, attacks and conformance suites.

mod actors;
mod stories;
