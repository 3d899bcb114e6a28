//! Federation under attack: the real client against a provider that lies.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

mod lying_idp;

mod attacks {
    mod federation;
    mod federation_costs;
    mod federation_protocol;
    mod federation_stage;
    mod id_tokens;
}
