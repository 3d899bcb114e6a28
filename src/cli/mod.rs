//! The command line.

pub mod check;
pub mod dev_authority;
pub mod keys;
