//! Tenants: loaded from files into the store, built into the snapshot, and found by the text in a URL.

mod agreement_texts;
pub mod api_requests;
pub mod assignments;
mod bodies;
pub mod client_keys;
mod difference;
pub mod domain_records;
mod load;
pub mod own_domains;
mod resolve;
pub mod set_policies;
pub mod signing_keys;
mod snapshot;
mod stored;

pub use agreement_texts::publish_event;
pub use difference::{Change, Difference, LosesGuests, difference, difference_to_store, guests_affected};
pub use load::load_files;
pub use resolve::resolve;
pub use snapshot::{SnapshotError, build_snapshot, rebuild};
pub use stored::{UnreadableObject, to_objects};

#[cfg(test)]
mod load_tests;
#[cfg(test)]
mod memory_store;
#[cfg(test)]
mod memory_store_life;
#[cfg(test)]
mod unused_directory_pages;
#[cfg(test)]
mod unused_guest_objects;
#[cfg(test)]
mod unused_webhooks;
