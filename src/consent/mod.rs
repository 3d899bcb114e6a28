//! What a guest agrees to, and the proof of it.

pub mod by_policy;
pub mod early;
pub mod evidence;
pub mod needed;
mod outstanding;
pub mod publish;
pub mod read;
pub mod record;
pub mod report;
pub mod signed;
pub mod standing;
pub mod view;
#[cfg(test)]
mod walks;
