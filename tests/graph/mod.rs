//! Programs that call the admin API.

mod api;
mod configuration;
mod invitations;
mod matrix;
mod users;
