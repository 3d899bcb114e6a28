//! Whom a tenant closed out, remembered by keyed hash after the guest is gone.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::{Timestamp, UserId};

/// Part of [`super::Read`].
#[async_trait]
pub trait ReadBarred: Send {
    /// Whether one of these keyed hashes is barred in this tenant.
    async fn is_barred(&mut self, hashes: &[String]) -> StoreResult<bool>;
}

/// Part of [`super::Tx`].
#[async_trait]
pub trait WriteBarred: Send {
    /// Bars keyed hashes, all of one former guest; again is no change.
    async fn bar(&mut self, user: UserId, hashes: &[String], at: Timestamp) -> StoreResult<()>;
    /// Lifts every bar of the former guests to whom one of these hashes belongs; returns who that was.
    async fn unbar(&mut self, hashes: &[String]) -> StoreResult<Vec<UserId>>;
}
