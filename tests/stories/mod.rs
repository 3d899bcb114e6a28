//! What people do with Vestibule, told from end to end over real sockets.

mod access_panel;
mod admin;
mod bad_input;
mod consent;
mod crashes;
mod credentials;
mod federated_guest;
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
