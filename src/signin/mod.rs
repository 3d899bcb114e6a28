//! Signing in: one pure dispatcher and the ways to prove who somebody is.

pub mod email_code;
#[cfg(test)]
mod email_code_tests;
pub mod home_realm;
pub mod password;
