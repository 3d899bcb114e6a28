//! Whom a tenant closed out, remembered by keyed hash after the guest is gone.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::Timestamp;

/// Part of [`super::Read`].
#[async_trait]
pub trait ReadBarred: Send {
    /// Whether one of these keyed hashes is barred in this tenant.
    async fn is_barred(&mut self, hashes: &[String]) -> StoreResult<bool>;
}

/// Part of [`super::Tx`].
#[async_trait]
pub trait WriteBarred: Send {
    /// Bars keyed hashes; again is no change.
    async fn bar(&mut self, hashes: &[String], at: Timestamp) -> StoreResult<()>;
    /// Lifts a bar; `false` if none of them was barred.
    async fn unbar(&mut self, hashes: &[String]) -> StoreResult<bool>;
}
