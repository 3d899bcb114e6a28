//! What each grant type brings to the pipeline, and nothing else.

pub(super) mod authorization_code;
pub(super) mod client_credentials;
pub(super) mod device_code;
pub(super) mod refresh_token;
