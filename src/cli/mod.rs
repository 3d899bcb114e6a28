//! The command line: parses, calls a verb, prints.

pub mod guest;
pub mod invite;
pub mod member;
#[cfg(test)]
mod printing_tests;
mod table;
