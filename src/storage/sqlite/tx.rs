//! Changing one tenant, on the writer.

use async_trait::async_trait;

use super::connection::ask;
use super::read::View;
use super::writer::Lease;
use super::{agreements, audit, domain_proofs, factors, invitations, keys, outbox, users, versions};
use crate::model::{
    Acceptance, AgreementVersion, AppId, AuditEvent, Factors, Identity, Invitation, MailId, OutgoingMail, Review,
    Timestamp, User, UserId,
};
use crate::storage::{DomainProof, StoreResult, Tx};

#[async_trait]
impl Tx for View<Lease> {
    async fn insert_user(&mut self, user: &User) -> StoreResult<()> {
        ask!(self.access, users::insert, self.tenant, user)
    }

    async fn update_user(&mut self, user: &User) -> StoreResult<()> {
        ask!(self.access, users::update, self.tenant, user)
    }

    async fn note_sign_in(&mut self, user: UserId, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, users::note_sign_in, self.tenant, user, at)
    }

    async fn bind_identity(&mut self, user: UserId, identity: &Identity) -> StoreResult<bool> {
        ask!(self.access, users::bind_identity, self.tenant, user, identity)
    }

    async fn relink_identity(&mut self, user: UserId, old: &Identity, new: &Identity) -> StoreResult<bool> {
        ask!(self.access, users::relink_identity, self.tenant, user, old, new)
    }

    async fn keep_domain_proof(&mut self, proof: &DomainProof) -> StoreResult<()> {
        ask!(self.access, domain_proofs::keep, self.tenant, proof)
    }

    async fn set_password(&mut self, user: UserId, hash: &str) -> StoreResult<()> {
        ask!(self.access, users::set_password, self.tenant, user, hash)
    }

    async fn suspend_passkeys(&mut self, user: UserId, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, users::suspend_passkeys, self.tenant, user, at)
    }

    async fn insert_invitation(&mut self, invitation: &Invitation) -> StoreResult<()> {
        ask!(self.access, invitations::insert, self.tenant, invitation)
    }

    async fn update_invitation(&mut self, invitation: &Invitation) -> StoreResult<()> {
        ask!(self.access, invitations::update, self.tenant, invitation)
    }

    async fn insert_review(&mut self, review: &Review) -> StoreResult<()> {
        ask!(self.access, agreements::insert_review, self.tenant, review)
    }

    async fn insert_acceptance(&mut self, acceptance: &Acceptance) -> StoreResult<()> {
        ask!(self.access, agreements::insert_acceptance, self.tenant, acceptance)
    }

    async fn keep_evidence(&mut self, hash: &str, media_type: &str, content: &[u8]) -> StoreResult<()> {
        ask!(self.access, agreements::keep_evidence, self.tenant, hash, media_type, content)
    }

    async fn insert_agreement_version(&mut self, version: &AgreementVersion) -> StoreResult<()> {
        ask!(self.access, versions::insert, self.tenant, version)
    }

    async fn forget_person(&mut self, user: UserId) -> StoreResult<()> {
        ask!(self.access, agreements::forget_person, self.tenant, user)
    }

    async fn assign_app(&mut self, user: UserId, app: AppId) -> StoreResult<()> {
        ask!(self.access, users::assign_app, self.tenant, user, app)
    }

    async fn queue_mail(&mut self, id: MailId, mail: &OutgoingMail, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, outbox::queue_for_tenant, self.tenant, id, mail, at)
    }

    async fn bump_epoch(&mut self, user: Option<UserId>, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, keys::bump_epoch, self.tenant, user, at)
    }

    async fn keep_factors(&mut self, user: UserId, factors: &Factors) -> StoreResult<()> {
        ask!(self.access, factors::keep_of_user, self.tenant, user, factors)
    }

    async fn audit(&mut self, at: Timestamp, event: &AuditEvent) -> StoreResult<()> {
        ask!(self.access, audit::append, Some(self.tenant), at, event)
    }

    async fn commit(self: Box<Self>) -> StoreResult<()> {
        self.access.commit().await
    }
}
