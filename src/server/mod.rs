//! Sockets to requests: listen → TLS → HTTP → front desk, and how all of it stops.

pub mod authority;
pub mod drain;
pub mod front;
pub mod health;
mod leaving;
pub mod listen;
mod pace;
mod passed_in;
pub mod plane;
pub mod redirect;
mod start;
pub mod tls;

pub use start::{ExtraHosts, Server, StartError};
