//! The doors' kit: turns views into answers, reads forms, and keeps other sites out of both.

pub mod client;
pub mod csrf;
pub mod form;
pub mod headers;
pub mod interstitial;
pub mod language;
pub mod render;
