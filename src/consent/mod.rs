//! What a guest agrees to, and the proof of it.

pub mod needed;
pub mod record;
pub mod view;
