//! What administrators see, on a host of its own: thin pages over the same verbs that command line and API use.

mod actions;
mod choices;
mod desk;
mod explain;
mod guests;
mod here;
mod import;
pub mod import_views;
mod invite;
mod router;
mod sign_in;
mod sign_out;
pub mod views;
mod words;

pub use router::router;
