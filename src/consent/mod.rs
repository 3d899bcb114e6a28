//! What a guest agrees to, and the proof of it.

pub mod by_policy;
pub mod evidence;
pub mod needed;
pub mod publish;
pub mod read;
pub mod record;
pub mod report;
pub mod signed;
pub mod view;
#[cfg(test)]
mod walks;
