//! Passkeys (WebAuthn): instead of a password, and as a second factor. They belong to the broker host and are asked for there
//! alone.

mod ceremony;
mod register;
mod sign_in;
#[cfg(test)]
mod tests;
#[cfg_attr(not(feature = "passkeys"), path = "passkeys/off.rs")]
mod verifier;

use serde_json::Value;
use url::Url;

pub use ceremony::Ceremony;
pub use register::{Made, Registered, create_account, offer, offer_account, register};
pub use sign_in::{Entered, ask_anybody, ask_owner, show, sign_in};

use crate::app::App;

/// The relying party: the broker host, at exactly the origin of its pages (WebAuthn §5.1.3, attack row T154).
struct Party<'a> {
    host: &'a str,
    origin: &'a Url,
    brand: &'a str,
}

impl<'a> Party<'a> {
    fn of(app: &'a App) -> Self {
        Self { host: app.settings.broker_host(), origin: &app.settings.public_url, brand: &app.settings.brand }
    }
}

/// What an answer says about itself. Proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Claim {
    /// The credential's id.
    id: String,
    /// Whose it is, as the authenticator was told once.
    user_handle: Option<String>,
}

/// What an answer proved.
#[derive(Debug)]
struct Checked {
    /// The credential as it is to be kept from now on.
    credential: Value,
    /// Whether the person unlocked the authenticator: only then it is two factors at once.
    user_verified: bool,
}

/// Why an answer proved nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Another challenge, origin, host or key, or the authenticator was not unlocked.
    Wrong,
    /// The signature counter did not move: somebody may have a copy of the authenticator (WebAuthn §6.1.1).
    Copied,
}

impl Fault {
    /// The reason as it stands in audit lines.
    fn reason(self) -> &'static str {
        match self {
            Self::Wrong => "wrong passkey",
            Self::Copied => "passkey counter did not move",
        }
    }
}
