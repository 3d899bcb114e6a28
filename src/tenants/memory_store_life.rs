//! The part of the small directory that its tests never ask: change and end.

use async_trait::async_trait;

use super::memory_store::{Instance, View, unused};
use crate::model::{
    AccessReview, AccessReviewId, AccessReviewItem, AccountId, AuditLine, Invitation, TenantId, Timestamp, User, UserId,
};
use crate::storage::{InstanceAccounts, InstanceLife, ReadBarred, ReadLife, StoreResult, WriteBarred, WriteLife};

#[async_trait]
impl ReadLife for View {
    async fn last_reset(&mut self, _: UserId) -> StoreResult<Option<Timestamp>> {
        unused()
    }
    async fn last_resets(&mut self) -> StoreResult<Vec<(UserId, Timestamp)>> {
        unused()
    }
    async fn person_key(&mut self, _: UserId) -> StoreResult<Option<String>> {
        unused()
    }
    async fn ended_at(&mut self, _: UserId) -> StoreResult<Option<Timestamp>> {
        unused()
    }
    async fn invitations_of(&mut self, _: UserId) -> StoreResult<Vec<Invitation>> {
        unused()
    }
    async fn audit_about(&mut self, _: UserId) -> StoreResult<Vec<AuditLine>> {
        unused()
    }
    async fn active_months(&mut self, _: UserId) -> StoreResult<Vec<String>> {
        unused()
    }
    async fn active_guests(&mut self) -> StoreResult<Vec<(String, u64)>> {
        unused()
    }
    async fn guest_count(&mut self) -> StoreResult<u64> {
        unused()
    }
    async fn end_noted(&mut self, _: UserId, _: Timestamp, _: i64) -> StoreResult<bool> {
        unused()
    }
    async fn access_review(&mut self, _: AccessReviewId) -> StoreResult<Option<AccessReview>> {
        unused()
    }
    async fn access_reviews(&mut self, _: u32) -> StoreResult<Vec<AccessReview>> {
        unused()
    }
    async fn access_review_item(&mut self, _: AccessReviewId, _: UserId) -> StoreResult<Option<AccessReviewItem>> {
        unused()
    }
    async fn access_review_items(&mut self, _: AccessReviewId) -> StoreResult<Vec<AccessReviewItem>> {
        unused()
    }
}

#[async_trait]
impl WriteLife for View {
    async fn unbind_identity(&mut self, _: UserId) -> StoreResult<()> {
        unused()
    }
    async fn note_reset(&mut self, _: UserId, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn keep_person_key(&mut self, _: UserId, _: &str, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn note_active(&mut self, _: UserId, _: &str) -> StoreResult<()> {
        unused()
    }
    async fn note_end(&mut self, _: UserId, _: Timestamp, _: i64, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn end_member_abroad(&mut self, _: &str, _: UserId, _: Timestamp) -> StoreResult<Vec<(TenantId, UserId)>> {
        unused()
    }
    async fn make_husk(&mut self, _: &User, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn bury(&mut self, _: &str, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn insert_access_review(&mut self, _: &AccessReview, _: &[AccessReviewItem]) -> StoreResult<()> {
        unused()
    }
    async fn update_access_review(&mut self, _: &AccessReview) -> StoreResult<()> {
        unused()
    }
    async fn update_access_review_item(&mut self, _: AccessReviewId, _: &AccessReviewItem) -> StoreResult<()> {
        unused()
    }
}

#[async_trait]
impl InstanceLife for Instance {
    async fn ending_guests(&mut self, _: Timestamp, _: i64, _: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
        unused()
    }
    async fn bin_since(&mut self, _: Timestamp, _: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
        unused()
    }
    async fn ended_access_reviews(&mut self, _: Timestamp) -> StoreResult<Vec<(TenantId, AccessReviewId)>> {
        unused()
    }
    async fn tombstones(&mut self) -> StoreResult<Vec<String>> {
        unused()
    }
    async fn everybody(&mut self) -> StoreResult<Vec<(TenantId, UserId)>> {
        unused()
    }
    async fn active_guests_by_tenant(&mut self, _: &str) -> StoreResult<Vec<(TenantId, u64)>> {
        unused()
    }
}

#[async_trait]
impl InstanceAccounts for Instance {
    async fn account_proofs_since(&mut self, _: AccountId) -> StoreResult<Option<Timestamp>> {
        unused()
    }
    async fn end_account_proofs(&mut self, _: AccountId, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn account_passkeys_since(&mut self, _: AccountId) -> StoreResult<Option<Timestamp>> {
        unused()
    }
    async fn suspend_account_passkeys(&mut self, _: AccountId, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn erase_account(
        &mut self,
        _: AccountId,
        _: &str,
        _: &str,
        _: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        unused()
    }
    async fn account_ids(&mut self) -> StoreResult<Vec<AccountId>> {
        unused()
    }
}

#[async_trait]
impl ReadBarred for View {
    async fn is_barred(&mut self, _: &[String]) -> StoreResult<bool> {
        unused()
    }
}

#[async_trait]
impl WriteBarred for View {
    async fn bar(&mut self, _: UserId, _: &[String], _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn unbar(&mut self, _: &[String]) -> StoreResult<Vec<UserId>> {
        unused()
    }
}
