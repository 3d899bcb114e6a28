//! The doors' kit: what every page and answer of ours shares.

mod inflow;
pub mod problem;
mod request_id;

pub use inflow::Inflow;
pub use request_id::{ClientInfo, RequestId, RequestIds};
