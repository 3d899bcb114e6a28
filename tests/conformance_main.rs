//! Runs the conformance suites on their own.

mod conformance;
