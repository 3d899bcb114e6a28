//! Reading one tenant, from a reader or inside a transaction.

use async_trait::async_trait;

use super::connection::{Access, ask};
use super::{agreements, audit, factors, invitations, mail_blocks, outbox, users, versions};
use crate::model::{
    Acceptance, AgreementVersion, AppId, AuditLine, EmailAddress, Evidence, Factors, Invitation, InvitationId, Review,
    TenantId, Timestamp, User, UserId,
};
use crate::storage::{OutboxMail, Read, StoreResult, UserFilter};

/// One tenant, seen through a reader or through the writer. There is no way to ask without the tenant (attack C2).
pub(super) struct View<A> {
    pub(super) access: A,
    pub(super) tenant: TenantId,
}

#[async_trait]
impl<A: Access + 'static> Read for View<A> {
    async fn user(&mut self, id: UserId) -> StoreResult<Option<User>> {
        ask!(self.access, users::by_id, self.tenant, id)
    }

    async fn user_by_identity(&mut self, issuer: &str, subject: &str) -> StoreResult<Option<User>> {
        ask!(self.access, users::by_identity, self.tenant, issuer, subject)
    }

    async fn unbound_guest(&mut self, invited: &EmailAddress) -> StoreResult<Option<User>> {
        ask!(self.access, users::unbound_guest, self.tenant, invited)
    }

    async fn guest_invited_as(&mut self, address: &EmailAddress) -> StoreResult<Option<User>> {
        ask!(self.access, users::invited_as, self.tenant, address)
    }

    async fn bound_guests_with_mail(&mut self, mail: &EmailAddress) -> StoreResult<Vec<User>> {
        ask!(self.access, users::bound_with_mail, self.tenant, mail)
    }

    async fn member(&mut self, mail: &EmailAddress) -> StoreResult<Option<User>> {
        ask!(self.access, users::member, self.tenant, mail)
    }

    async fn users(&mut self, filter: UserFilter) -> StoreResult<Vec<User>> {
        ask!(self.access, users::list, self.tenant, filter)
    }

    async fn deleted_user(&mut self, id: UserId) -> StoreResult<Option<User>> {
        ask!(self.access, users::deleted, self.tenant, id)
    }

    async fn deleted_users(&mut self, limit: u32) -> StoreResult<Vec<User>> {
        ask!(self.access, users::all_deleted, self.tenant, limit)
    }

    async fn password_hash(&mut self, user: UserId) -> StoreResult<Option<String>> {
        ask!(self.access, users::password_hash, self.tenant, user)
    }

    async fn passkeys_since(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        ask!(self.access, users::passkeys_since, self.tenant, user)
    }

    async fn invitation(&mut self, id: &InvitationId) -> StoreResult<Option<Invitation>> {
        ask!(self.access, invitations::by_id, self.tenant, id)
    }

    async fn invitation_of(&mut self, user: UserId) -> StoreResult<Option<Invitation>> {
        ask!(self.access, invitations::of_user, self.tenant, user)
    }

    async fn acceptances(&mut self, user: UserId) -> StoreResult<Vec<Acceptance>> {
        ask!(self.access, agreements::acceptances, self.tenant, user)
    }

    async fn review(&mut self, user: UserId) -> StoreResult<Option<Review>> {
        ask!(self.access, agreements::newest_review, self.tenant, user)
    }

    async fn assigned_apps(&mut self, user: UserId) -> StoreResult<Vec<AppId>> {
        ask!(self.access, users::assigned_apps, self.tenant, user)
    }

    async fn audit_lines(&mut self, after: i64, limit: u32) -> StoreResult<Vec<AuditLine>> {
        ask!(self.access, audit::lines, Some(self.tenant), after, limit)
    }

    async fn evidence(&mut self, hash: &str) -> StoreResult<Option<Evidence>> {
        ask!(self.access, agreements::evidence, self.tenant, hash)
    }

    async fn factors(&mut self, user: UserId) -> StoreResult<Factors> {
        ask!(self.access, factors::of_user, self.tenant, user)
    }

    async fn user_of_passkey(&mut self, id: &str) -> StoreResult<Option<UserId>> {
        ask!(self.access, factors::user_of_passkey, self.tenant, id)
    }

    async fn mails_blocked(&mut self, address_hash: &str) -> StoreResult<bool> {
        ask!(self.access, mail_blocks::is_blocked, self.tenant, address_hash)
    }

    async fn mail_of(&mut self, invitation: &InvitationId) -> StoreResult<Option<OutboxMail>> {
        ask!(self.access, outbox::of_invitation, self.tenant, invitation)
    }

    async fn agreement_versions(&mut self) -> StoreResult<Vec<AgreementVersion>> {
        ask!(self.access, versions::of_tenant, self.tenant)
    }

    async fn all_acceptances(&mut self) -> StoreResult<Vec<Acceptance>> {
        ask!(self.access, agreements::all_acceptances, self.tenant)
    }

    async fn reviews(&mut self, user: UserId) -> StoreResult<Vec<Review>> {
        ask!(self.access, agreements::reviews, self.tenant, user)
    }
}
