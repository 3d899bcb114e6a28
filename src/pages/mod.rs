//! What guests see: one view for each page, the templates they fill, and the files those need.

pub mod accepted;
pub mod account;
mod answers;
pub mod block_pages;
mod blocks;
pub mod change_confirm;
pub mod client_consent;
pub mod coming;
pub mod consent;
pub mod device;
mod doors;
pub mod field_error;
mod journey;
pub mod manage_app;
pub mod methods;
pub mod no_administrator;
pub mod panel;
pub mod passkey;
mod qr;
mod router;
pub mod second_factor;
mod session_end;
mod set_password;
pub mod sign_in;
mod terms;
pub mod visit;

pub use router::router;

// The part of the look that every host of ours shares.
pub use crate::web::{assets, chrome, notice, sign_out, theme};

#[cfg(test)]
mod samples;
