//! Vestibule: a multi-tenant OIDC identity broker and identity-aware reverse proxy that lets guests in.
//!
//! The map, in reading order. Imports point downwards only; `tests/map.rs` holds the table.
//!
//! - **Doors** — bytes in, bytes out: [`cli`], [`server`], [`proxy`], [`pages`], [`oidc_server`],
//!   [`graph_api`], and their kit [`web`].
//! - **Verbs** — what the product does, without HTTP and SQL: [`signin`], [`tenants`], [`guests`], [`consent`],
//!   [`tokens`].
//! - **Bench** — [`app`]: every shelf, built from settings; [`session`]: cookie ↔ session.
//! - **Shelves** — keep and send: [`storage`], [`short_term`], [`snapshot`], [`keys`], [`mail`], [`webhooks`],
//!   [`oidc_client`], [`outbound`].
//! - **Ground** — [`model`], [`config`], [`i18n`], [`observe`], [`urls`], [`clock`].
//!
//! `demo` holds the demo's own parts; only `cli::demo` imports it.

pub mod admin;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod consent;
pub mod demo;
pub mod graph_api;
pub mod guests;
pub mod i18n;
pub mod keys;
pub mod mail;
pub mod model;
pub mod observe;
pub mod oidc_client;
pub mod oidc_server;
pub mod outbound;
pub mod pages;
pub mod proxy;
pub mod server;
pub mod session;
pub mod short_term;
pub mod signin;
pub mod snapshot;
pub mod storage;
pub mod tenants;
#[cfg(test)]
mod test_doubles;
pub mod tokens;
pub mod urls;
pub mod web;
pub mod webhooks;
