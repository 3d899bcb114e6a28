//! Attacks from the catalogue, played against real parts. Each has a control that succeeds where the defence is missing.

mod federation;
mod id_tokens;
