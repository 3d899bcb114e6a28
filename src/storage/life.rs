//! What the directory keeps about change and end: resets, reminders, erasure, reviews of access, and who was active.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::{
    AccessReview, AccessReviewId, AccessReviewItem, AuditLine, Invitation, TenantId, Timestamp, User, UserId,
};

/// Reading what is kept about change and end; part of [`super::Read`].
#[async_trait]
pub trait ReadLife: Send {
    /// When the redemption of a user was reset last.
    async fn last_reset(&mut self, user: UserId) -> StoreResult<Option<Timestamp>>;
    /// When the redemption of each user was reset last; users whose redemption never was are not among them.
    async fn last_resets(&mut self) -> StoreResult<Vec<(UserId, Timestamp)>>;
    /// The sealed key under which personal data of a user is sealed in audit lines; `None` once it is destroyed.
    async fn person_key(&mut self, user: UserId) -> StoreResult<Option<String>>;
    /// What began at or before this has ended, for the user or for the whole tenant; `None` if nothing was ever ended.
    async fn ended_at(&mut self, user: UserId) -> StoreResult<Option<Timestamp>>;
    /// Every invitation of a user, oldest first.
    async fn invitations_of(&mut self, user: UserId) -> StoreResult<Vec<Invitation>>;
    /// Audit lines in which a user acts or is acted on, oldest first.
    async fn audit_about(&mut self, user: UserId) -> StoreResult<Vec<AuditLine>>;
    /// Months (`2026-11`) in which a user signed in, oldest first.
    async fn active_months(&mut self, user: UserId) -> StoreResult<Vec<String>>;
    /// How many guests signed in, by month, oldest first.
    async fn active_guests(&mut self) -> StoreResult<Vec<(String, u64)>>;
    /// How many guests there are, the bin not counted.
    async fn guest_count(&mut self) -> StoreResult<u64>;
    /// Whether something was done already about the end of a user's access at `ends_at`, see [`WriteLife::note_end`].
    async fn end_noted(&mut self, user: UserId, ends_at: Timestamp, days: i64) -> StoreResult<bool>;
    /// A review of access.
    async fn access_review(&mut self, id: AccessReviewId) -> StoreResult<Option<AccessReview>>;
    /// Reviews of access, newest first.
    async fn access_reviews(&mut self, limit: u32) -> StoreResult<Vec<AccessReview>>;
    /// One guest in a review of access.
    async fn access_review_item(&mut self, id: AccessReviewId, user: UserId) -> StoreResult<Option<AccessReviewItem>>;
    /// The guests in a review of access.
    async fn access_review_items(&mut self, id: AccessReviewId) -> StoreResult<Vec<AccessReviewItem>>;
}

/// Changing what is kept about change and end; part of [`super::Tx`].
#[async_trait]
pub trait WriteLife: Send {
    /// Takes the bound identity off a user.
    async fn unbind_identity(&mut self, user: UserId) -> StoreResult<()>;
    /// Remembers that a redemption was reset.
    async fn note_reset(&mut self, user: UserId, at: Timestamp) -> StoreResult<()>;
    /// Keeps the sealed key of a user who has none.
    async fn keep_person_key(&mut self, user: UserId, sealed: &str, at: Timestamp) -> StoreResult<()>;
    /// Counts a user as active in a month.
    async fn note_active(&mut self, user: UserId, month: &str) -> StoreResult<()>;
    /// Remembers what was done about an end of access: `days` before it a reminder was sent, 0 the access ended, −1 there
    /// was none any more.
    async fn note_end(&mut self, user: UserId, ends_at: Timestamp, days: i64, at: Timestamp) -> StoreResult<()>;
    /// Ends every session that a member began elsewhere, as a guest of another tenant who signs in as `issuer`, this tenant, has
    /// it; returns whose. A tenant vouches for its members in every other one, and so it is the one that takes this back: the
    /// single thing of its transactions that reaches further than the tenant itself.
    async fn end_member_abroad(
        &mut self,
        issuer: &str,
        member: UserId,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>>;
    /// Makes a husk of a user: invitations and waiting mails lose their content, and the key of the person and every factor that
    /// was registered are destroyed.
    /// The row and its id remain for what refers to them. Answers have [`super::Tx::forget_person`].
    async fn make_husk(&mut self, user: &User, at: Timestamp) -> StoreResult<()>;
    /// Remembers a person who was forgotten, by hash; again is no change.
    async fn bury(&mut self, hash: &str, at: Timestamp) -> StoreResult<()>;
    /// Adds a review of access with its guests.
    async fn insert_access_review(&mut self, review: &AccessReview, items: &[AccessReviewItem]) -> StoreResult<()>;
    /// Writes when a review of access was done.
    async fn update_access_review(&mut self, review: &AccessReview) -> StoreResult<()>;
    /// Writes what was decided and done about one guest.
    async fn update_access_review_item(&mut self, id: AccessReviewId, item: &AccessReviewItem) -> StoreResult<()>;
}

/// The few questions about change and end that cross tenants; part of [`super::InstanceTx`].
#[async_trait]
pub trait InstanceLife: Send {
    /// Guests whose access ends before `at` and about whose end nothing was done `days` before it.
    async fn ending_guests(&mut self, at: Timestamp, days: i64, limit: u32) -> StoreResult<Vec<(TenantId, UserId)>>;
    /// Users who lie in the bin since before `at`.
    async fn bin_since(&mut self, at: Timestamp, limit: u32) -> StoreResult<Vec<(TenantId, UserId)>>;
    /// Open reviews of access whose end lies at or before `at`.
    async fn ended_access_reviews(&mut self, at: Timestamp) -> StoreResult<Vec<(TenantId, AccessReviewId)>>;
    /// Hashes of everybody who was forgotten.
    async fn tombstones(&mut self) -> StoreResult<Vec<String>>;
    /// Every user of every tenant who is no husk, the bin included: only to find those whom a restore brought back.
    async fn everybody(&mut self) -> StoreResult<Vec<(TenantId, UserId)>>;
    /// How many guests signed in in a month, by tenant.
    async fn active_guests_by_tenant(&mut self, month: &str) -> StoreResult<Vec<(TenantId, u64)>>;
}
