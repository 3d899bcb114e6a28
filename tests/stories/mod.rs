//! What people do with Vestibule, told from end to end over real sockets.

mod access_panel;
mod admin;
mod bad_input;
mod consent;
mod crashes;
mod crashes_in_flight;
mod credentials;
pub mod federated_guest;
mod guest_life;
mod guest_life_end;
mod invitation_races;
mod invitations;
mod mail_blocks;
mod members;
mod outsider;
mod passcode;
mod personal_account;
mod realms;
mod relink;
mod signed_in_request;
mod tenant_context;
mod terms;
mod two_tenants;
