//! Attacks from the catalogue, played against real parts. Each has a control that succeeds where the defence is missing.

mod client_keys;
mod federation;
mod federation_costs;
mod federation_protocol;
mod federation_stage;
mod id_tokens;
mod logout_tokens;
mod presets;
mod rp_modules;
