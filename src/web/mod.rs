//! The doors' kit: what every page and answer of ours shares. Imports no verbs, no storage.

pub mod answer;
pub mod arrived;
pub mod assets;
pub mod audience;
pub mod browser_name;
pub mod chrome;
pub mod client_answer;
pub mod code_flow;
pub mod csrf;
pub mod csv;
pub mod form;
pub mod headers;
mod inflow;
pub mod interstitial;
pub mod language;
pub mod notice;
pub mod problem;
pub mod render;
pub mod request;
mod request_id;
pub mod sign_out;
pub mod site;
pub mod theme;
pub mod upload;

pub use inflow::Inflow;
pub use request_id::{ClientInfo, RequestId, RequestIds};
