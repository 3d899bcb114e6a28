//! The identity-aware proxy: route → permit → (detour) → identity → forward.

pub mod path;
pub mod permit;
pub mod route;
#[cfg(test)]
mod samples;
