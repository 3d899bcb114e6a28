//! Vestibule: a multi-tenant OIDC identity broker and identity-aware reverse proxy that lets guests in.

pub mod clock;
pub mod config;
pub mod consent;
pub mod i18n;
pub mod model;
pub mod pages;
pub mod short_term;
pub mod snapshot;
pub mod storage;
pub mod urls;
pub mod web;
