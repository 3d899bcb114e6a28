//! Vestibule: a multi-tenant OIDC identity broker and identity-aware reverse proxy that lets guests in.

pub mod clock;
pub mod config;
pub mod keys;
pub mod model;
pub mod oidc_client;
pub mod outbound;
pub mod short_term;
pub mod snapshot;
pub mod storage;
pub mod urls;
