//! Personal accounts beyond their rows: since when a proof of one counts, and their end.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::{AccountId, TenantId, Timestamp, UserId};

/// Part of [`super::InstanceTx`].
#[async_trait]
pub trait InstanceAccounts: Send {
    /// What was proved with a personal account counts only if it was proved after this; `None` if there is no such account,
    /// so that no proof of it counts.
    async fn account_proofs_since(&mut self, id: AccountId) -> StoreResult<Option<Timestamp>>;
    /// Nothing that was proved with the account at or before `at` counts any more.
    async fn end_account_proofs(&mut self, id: AccountId, at: Timestamp) -> StoreResult<()>;
    /// A passkey of the account signs in by itself only if it was registered after this; `None` if there is no such account.
    async fn account_passkeys_since(&mut self, id: AccountId) -> StoreResult<Option<Timestamp>>;
    /// No passkey that was registered at or before `at` signs in by itself any more.
    async fn suspend_account_passkeys(&mut self, id: AccountId, at: Timestamp) -> StoreResult<()>;
    /// Erases an account with its password and its factors. Guests who were bound to it, as a subject of `issuer`, keep their
    /// object with an identity that nobody has ([`crate::model::Identity::is_erased`]), and their sessions end; returns who.
    /// `tombstone` is remembered, so that no restore brings the account back.
    async fn erase_account(
        &mut self,
        id: AccountId,
        issuer: &str,
        tombstone: &str,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>>;
    /// Every account: only to find those whom a restore brought back.
    async fn account_ids(&mut self) -> StoreResult<Vec<AccountId>>;
}
