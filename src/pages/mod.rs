//! What guests see: one view for each page, the templates they fill, and the files those need.

mod answers;
pub mod assets;
pub mod chrome;
pub mod consent;
mod doors;
pub mod field_error;
mod journey;
pub mod notice;
pub mod panel;
mod router;
mod session_end;
mod set_password;
pub mod sign_in;
pub mod sign_out;
pub mod theme;
pub mod visit;

pub use router::router;

#[cfg(test)]
mod samples;
