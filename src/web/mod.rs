//! The doors' kit: what every page and answer of ours shares. Imports no verbs, no storage.

pub mod audience;
pub mod browser_name;
pub mod csrf;
pub mod form;
pub mod headers;
mod inflow;
pub mod interstitial;
pub mod language;
pub mod problem;
pub mod render;
mod request_id;

pub use inflow::Inflow;
pub use request_id::{ClientInfo, RequestId, RequestIds};
