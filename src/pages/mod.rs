//! What guests see: one view for each page, the templates they fill, and the files those need.

pub mod assets;
pub mod chrome;
pub mod consent;
pub mod field_error;
pub mod notice;
pub mod panel;
pub mod sign_in;
pub mod sign_out;
pub mod theme;

#[cfg(test)]
mod samples;
