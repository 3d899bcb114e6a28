//! The identity-aware proxy: route → permit → (detour) → identity → forward.

pub mod assertion;
mod cookies;
mod hop;
pub mod identity;
pub mod path;
pub mod permit;
pub mod route;
#[cfg(test)]
mod samples;
pub mod seams;
