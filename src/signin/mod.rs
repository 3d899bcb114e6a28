//! Signing in: one pure dispatcher and the ways to prove who somebody is.

pub mod email_code;
pub mod home_realm;
pub mod password;
