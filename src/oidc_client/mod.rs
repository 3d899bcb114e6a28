//! Federation: sending guests to the identity provider of their organization, and believing exactly as much as it proves.

mod cache;
mod claims;
mod client;
mod client_keys;
mod departure;
mod discovery;
mod error;
mod id_token;
mod inspection;
#[cfg(test)]
mod jose_tests;
mod key_set;
mod logout_token;
mod plain;
pub mod strict_json;
mod token_request;
mod transaction;
mod vouching;

use async_trait::async_trait;
use serde_json::{Map, Value};
use url::Url;

pub use claims::{Asserted, AssertedEmail};
pub use client::OidcClient;
pub use client_keys::{ClientKeySets, check_client_keys};
pub use error::FederationError;
pub use inspection::Inspection;
pub use logout_token::HomeLogout;
pub use transaction::{CallbackParameters, Transaction};

use crate::model::{Connection, EmailAddress};

/// Identity providers of other organizations.
#[async_trait]
pub trait Federation: Send + Sync + 'static {
    /// Starts a sign-in: where to send the browser, and what to remember meanwhile. `redirect_uri` is the one of this
    /// tenant and connection, and no other.
    async fn begin(
        &self,
        connection: &Connection,
        redirect_uri: &str,
        hint: LoginHint,
    ) -> Result<Begin, FederationError>;

    /// Ends a sign-in. The caller has taken `transaction` out of its store, so that it ends once, and has made sure that
    /// this browser began it.
    async fn finish(
        &self,
        connection: &Connection,
        transaction: &Transaction,
        callback: &CallbackParameters,
    ) -> Result<Asserted, FederationError>;

    /// Like [`Federation::finish`], and shows all that the provider said: for `vestibule idp test` alone.
    async fn trial(
        &self,
        connection: &Connection,
        transaction: &Transaction,
        callback: &CallbackParameters,
    ) -> Result<Trial, FederationError>;

    /// Where a browser signs out at the provider and comes back to `back`; `None` if it offers that to nobody. `redirect_uri`
    /// is the one of this tenant and connection.
    async fn sign_out_url(
        &self,
        connection: &Connection,
        redirect_uri: &str,
        id_token: Option<&str>,
        back: &str,
    ) -> Result<Option<Url>, FederationError>;

    /// Judges what a provider says about a sign-out there, by the same keys and rules as its ID tokens. `redirect_uri` is
    /// the one of this tenant and connection. That it is heard once is up to the caller.
    async fn signed_out(
        &self,
        connection: &Connection,
        redirect_uri: &str,
        logout_token: &str,
    ) -> Result<HomeLogout, FederationError>;

    /// Fetches discovery and keys of a provider, past all caches.
    async fn inspect(&self, connection: &Connection) -> Result<Inspection, FederationError>;
}

/// What we tell the provider about the person that comes.
#[derive(Clone, Debug, Default)]
pub struct LoginHint {
    /// The address that was typed or invited. The provider learns it, so give it only to one that is bound to its
    /// domain.
    pub address: Option<EmailAddress>,
    /// Whether the person wants another account.
    pub prompt: Prompt,
    /// BCP 47 tags, the preferred one first.
    pub languages: Vec<String>,
}

/// What the provider should ask (OpenID Connect Core 1.0 §3.1.2.1, `prompt`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing in particular.
    #[default]
    AsTheProviderLikes,
    /// Which account.
    SelectAccount,
    /// To sign in again.
    Login,
    /// To make an account first (Initiating User Registration via OpenID Connect 1.0).
    Create,
}

/// A sign-in that has begun.
pub struct Begin {
    /// Where the browser goes; ends in `#`, so that no fragment of ours gets there.
    pub authorization_url: Url,
    /// What to keep, sealed, until it comes back.
    pub transaction: Transaction,
}

/// The URL carries state, nonce and perhaps an address, so it is not shown.
impl std::fmt::Debug for Begin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Begin({:?})", self.transaction)
    }
}

/// A sign-in with everything that was said in it.
pub struct Trial {
    /// What counts.
    pub asserted: Asserted,
    /// All claims of the ID token, or of user info for plain OAuth 2.0.
    pub claims: Map<String, Value>,
    /// All of user info, if it was asked in addition.
    pub user_info: Option<Map<String, Value>>,
}
