//! Tokens that our own clients signed: checked with the keys that they registered, by the strict reading of ID tokens.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::FederationError;
use super::cache::Cache;
use super::discovery::fetch_keys;
use super::id_token::Unverified;
use super::key_set::KeySet;
use crate::clock::Clock;
use crate::model::ClientKeys;
use crate::outbound::Fetcher;

/// Clients whose published keys are kept.
const CLIENTS: usize = 1024;

/// The keys of our clients.
pub struct ClientKeySets {
    fetcher: Arc<Fetcher>,
    published: Cache<KeySet>,
}

impl ClientKeySets {
    /// Keys that are fetched through `fetcher` and nothing else.
    pub fn new(fetcher: Arc<Fetcher>, clock: Arc<dyn Clock>) -> Self {
        Self { fetcher, published: Cache::new(clock, CLIENTS) }
    }

    /// The claims of a token that one of `keys` signed. Nothing in them is checked. `owner` names the client: what one
    /// client's traffic does to its keys changes nothing for another.
    pub async fn verify(
        &self,
        keys: &ClientKeys,
        owner: &str,
        token: &str,
    ) -> Result<Map<String, Value>, FederationError> {
        let token = Unverified::parse(token).map_err(FederationError::lied)?;
        match keys {
            ClientKeys::Inline(text) => {
                let keys = KeySet::parse(text.as_bytes()).map_err(FederationError::lied)?;
                token.signed_claims(&keys).map_err(FederationError::lied)
            }
            ClientKeys::At(url) => {
                let name = format!("{owner}\n{url}");
                let mut keys = self.published.get(&name, fetch_keys(&self.fetcher, url)).await?;
                if !token.is_known_to(&keys) {
                    keys = self.published.newer(&name, &keys, fetch_keys(&self.fetcher, url)).await?;
                }
                token.signed_claims(&keys).map_err(FederationError::lied)
            }
        }
    }
}
