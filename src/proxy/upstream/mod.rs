//! The way to an app: which of its targets, over what, and what its answers must not say of it.

pub mod checks;
mod connect;
mod rewrite;
mod socket;
mod way;

pub(super) use connect::{ConnectFault, Laid, Wire};
pub(super) use rewrite::{Back, rewrite};
pub(super) use socket::Look;
pub(super) use way::{Pending, Turn, Way};
