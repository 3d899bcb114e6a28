//! The demo's own parts: its certificate authority, home organization, social provider, mailbox, sample apps and guests.

pub mod ambient;
pub mod apps;
pub mod authority;
pub mod fabrikam;
pub mod look;
pub mod mailbox;
pub mod provider;
pub mod sociable;
