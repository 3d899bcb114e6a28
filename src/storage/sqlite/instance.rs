//! The few tasks that cross tenants, on the writer (decision 21).

use async_trait::async_trait;

use super::connection::ask;
use super::writer::Lease;
use super::{accounts, audit, domain_proofs, factors, keys, mail_blocks, objects, outbox, users, versions};
use crate::model::{
    AccountId, AgreementVersion, AuditEvent, AuditLine, EmailAddress, Evidence, Factors, MailId, OutgoingMail,
    PersonalAccount, TenantId, Timestamp, UserId,
};
use crate::storage::{
    DomainProof, DueMail, Epoch, FileChanges, InstanceTx, MailBlock, OutboxMail, StoreResult, StoredKey, StoredObject,
};

/// The instance, seen through the writer.
pub(super) struct InstanceView {
    pub(super) access: Lease,
}

#[async_trait]
impl InstanceTx for InstanceView {
    async fn objects(&mut self) -> StoreResult<Vec<StoredObject>> {
        ask!(self.access, objects::enabled)
    }

    async fn agreement_versions(&mut self) -> StoreResult<Vec<(TenantId, AgreementVersion)>> {
        ask!(self.access, versions::all)
    }

    async fn agreement_documents(&mut self) -> StoreResult<Vec<(TenantId, String, Evidence)>> {
        ask!(self.access, versions::documents)
    }

    async fn load_files(&mut self, objects: &[StoredObject], at: Timestamp) -> StoreResult<FileChanges> {
        ask!(self.access, objects::load_files, objects, at)
    }

    async fn domain_proofs(&mut self) -> StoreResult<Vec<DomainProof>> {
        ask!(self.access, domain_proofs::all)
    }

    async fn due_mails(&mut self, now: Timestamp, limit: u32) -> StoreResult<Vec<DueMail>> {
        ask!(self.access, outbox::due, now, limit)
    }

    async fn queue_mail(&mut self, id: MailId, mail: &OutgoingMail, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, outbox::queue, id, mail, at)
    }

    async fn mail_sent(&mut self, id: MailId, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, outbox::sent, id, at)
    }

    async fn mail_failed(&mut self, id: MailId, error: &str, next: Option<Timestamp>) -> StoreResult<()> {
        ask!(self.access, outbox::failed_to_send, id, error, next)
    }

    async fn waiting_mails(&mut self) -> StoreResult<u64> {
        ask!(self.access, outbox::waiting)
    }

    async fn mail_bounced(&mut self, id: MailId, error: &str, at: Timestamp) -> StoreResult<Option<OutboxMail>> {
        ask!(self.access, outbox::bounced, id, error, at)
    }

    async fn outbox(&mut self, all: bool, limit: u32) -> StoreResult<Vec<OutboxMail>> {
        ask!(self.access, outbox::list, all, limit)
    }

    async fn retry_mails(&mut self, id: Option<MailId>, at: Timestamp) -> StoreResult<u64> {
        ask!(self.access, outbox::retry, id, at)
    }

    async fn mail_blocks(&mut self, address_hash: &str) -> StoreResult<Vec<MailBlock>> {
        ask!(self.access, mail_blocks::of_address, address_hash)
    }

    async fn block_mails(&mut self, address_hash: &str, tenant: Option<TenantId>, at: Timestamp) -> StoreResult<bool> {
        ask!(self.access, mail_blocks::insert, address_hash, tenant, at)
    }

    async fn allow_mails(&mut self, address_hash: &str, tenant: Option<TenantId>) -> StoreResult<bool> {
        ask!(self.access, mail_blocks::remove, address_hash, tenant)
    }

    async fn account_by_address(&mut self, address: &EmailAddress) -> StoreResult<Option<PersonalAccount>> {
        ask!(self.access, accounts::account_by_address, address)
    }

    async fn account(&mut self, id: AccountId) -> StoreResult<Option<PersonalAccount>> {
        ask!(self.access, accounts::account, id)
    }

    async fn insert_account(&mut self, account: &PersonalAccount) -> StoreResult<()> {
        ask!(self.access, accounts::insert_account, account)
    }

    async fn set_account_password(&mut self, id: AccountId, hash: &str) -> StoreResult<()> {
        ask!(self.access, accounts::set_password, id, hash)
    }

    async fn account_factors(&mut self, id: AccountId) -> StoreResult<Factors> {
        ask!(self.access, factors::of_account, id)
    }

    async fn account_of_passkey(&mut self, id: &str) -> StoreResult<Option<AccountId>> {
        ask!(self.access, factors::account_of_passkey, id)
    }

    async fn keep_account_factors(&mut self, id: AccountId, factors: &Factors) -> StoreResult<()> {
        ask!(self.access, factors::keep_of_account, id, factors)
    }

    async fn bump_epochs_of(
        &mut self,
        issuer: &str,
        subject: &str,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        ask!(self.access, keys::bump_epochs_of, issuer, subject, at)
    }

    async fn tenants_of(&mut self, issuer: &str, subject: &str) -> StoreResult<Vec<TenantId>> {
        ask!(self.access, users::tenants_of, issuer, subject)
    }

    async fn keys(&mut self) -> StoreResult<Vec<StoredKey>> {
        ask!(self.access, keys::keys)
    }

    async fn insert_key(&mut self, key: &StoredKey) -> StoreResult<()> {
        ask!(self.access, keys::insert_key, key)
    }

    async fn delete_key(&mut self, tenant: Option<TenantId>, id: &str) -> StoreResult<()> {
        ask!(self.access, keys::delete_key, tenant, id)
    }

    async fn epochs(&mut self, since: Timestamp) -> StoreResult<Vec<Epoch>> {
        ask!(self.access, keys::epochs, since)
    }

    async fn audit(&mut self, at: Timestamp, event: &AuditEvent) -> StoreResult<()> {
        ask!(self.access, audit::append, None, at, event)
    }

    async fn audit_lines(&mut self, after: i64, limit: u32) -> StoreResult<Vec<AuditLine>> {
        ask!(self.access, audit::lines, None, after, limit)
    }

    async fn commit(self: Box<Self>) -> StoreResult<()> {
        self.access.commit().await
    }
}
