//! What the directory keeps about guests and other people's applications.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::{AppId, ClientConsent, UserId};

/// Reading it; part of [`super::Read`].
#[async_trait]
pub trait ReadClientConsents: Send {
    /// What a user let clients know: by client and redirect URI.
    async fn client_consents(&mut self, user: UserId) -> StoreResult<Vec<ClientConsent>>;
}

/// Changing it; part of [`super::Tx`].
#[async_trait]
pub trait WriteClientConsents: Send {
    /// Remembers a consent, in place of an earlier one for the same client and redirect URI.
    async fn keep_client_consent(&mut self, consent: &ClientConsent) -> StoreResult<()>;
    /// Forgets what a user let one client know, or every one; how many consents that were.
    async fn withdraw_client_consents(&mut self, user: UserId, app: Option<AppId>) -> StoreResult<u64>;
}
