//! Tokens for OIDC clients: who may have which, and what they say. One pipeline for every grant: client → scopes → grant →
//! may this guest still get in? → tokens.

pub mod access_token;
pub mod api_caller;
pub mod back_channel;
pub mod claims;
pub mod client;
mod client_assertion;
pub mod client_consent;
pub mod code;
pub mod device;
mod fault;
pub mod gate;
pub mod grant;
mod grants;
pub mod id_token;
pub mod introspect;
pub mod logout;
pub mod pairwise;
pub mod pipeline;
pub mod pushed;
mod refresh;
pub mod revoke;
pub mod scope;
mod shelf;
pub mod userinfo;

pub use client::{Client, Presented};
pub use fault::{Refusal, TokenError};
pub use pipeline::{Ask, TokenAnswer, answer};
