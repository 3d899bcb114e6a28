//! How somebody gets in: one journey, one dispatcher, and the ways to prove who it is.

pub mod abroad;
pub mod account_erase;
pub mod administrator;
pub mod advance;
pub mod arrive;
pub mod client;
pub mod device;
pub mod email_code;
#[cfg(test)]
mod email_code_tests;
pub mod end;
pub mod enroll;
pub mod explain;
#[cfg(test)]
mod explain_tests;
mod explain_words;
pub mod factors;
pub mod facts;
pub mod federated;
pub mod finish;
pub mod front_door;
pub mod home_logout;
pub mod home_realm;
pub mod home_sign_out;
pub mod journey;
pub mod limits;
pub mod mailbox;
pub mod mailbox_owner;
pub mod may_bind;
pub mod member;
pub mod methods;
pub mod notices;
mod own_provider;
pub mod passkeys;
pub mod password;
pub mod personal;
pub mod proofs;
pub mod refused;
pub mod relink;
pub mod reset;
pub mod second_factor;
pub mod ticket;
pub mod totp;
pub mod trial;

pub use administrator::Missing;
pub use advance::{Scene, SigninError, Visit, advance};
pub use arrive::Arrival;
pub use device::Device;
pub use journey::{Journey, Step, next_step};
pub use ticket::{Destination, Freshness, Ticket};
