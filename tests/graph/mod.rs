//! Programs that call the admin API.

mod api;
mod batch;
mod clients;
mod configuration;
mod invitations;
mod matrix;
mod settings;
mod users;
