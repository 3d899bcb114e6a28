//! Consent: what a guest must have agreed to before anything is forwarded.

pub mod render;
