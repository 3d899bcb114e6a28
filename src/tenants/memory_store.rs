//! A small directory in memory for the tests of this folder: objects, members and audit lines, nothing else.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::model::{
    Acceptance, AccountId, AgreementVersion, AppId, AuditEvent, AuditLine, EmailAddress, Evidence, Factors, Identity,
    Invitation, InvitationId, MailId, ManagedBy, OutgoingMail, PersonalAccount, Review, TenantId, Timestamp, User,
    UserId, UserType,
};
use crate::storage::{
    DomainProof, DueMail, Epoch, FileChanges, GuestQuery, InstanceTask, InstanceTx, MailBlock, OutboxMail, Read,
    ReadGuestPages, ReadWaiting, Store, StoreError, StoreResult, StoredKey, StoredObject, Tx, UserFilter,
};

#[derive(Clone, Default)]
pub(super) struct State {
    pub objects: Vec<StoredObject>,
    pub users: Vec<(TenantId, User)>,
    pub audit: Vec<(Option<TenantId>, AuditEvent)>,
    pub epochs: Vec<(TenantId, Option<UserId>)>,
    pub versions: Vec<(TenantId, AgreementVersion)>,
    pub evidence: Vec<(TenantId, String, Evidence)>,
}

#[derive(Clone, Default)]
pub(super) struct MemoryStore(pub Arc<Mutex<State>>);

impl MemoryStore {
    pub fn state(&self) -> State {
        self.0.lock().unwrap().clone()
    }
}

pub(super) struct View {
    store: MemoryStore,
    tenant: TenantId,
    state: State,
}

pub(super) struct Instance {
    store: MemoryStore,
    state: State,
}

pub(super) fn unused<T>() -> StoreResult<T> {
    Err(StoreError::Failed("the double keeps objects and members only".into()))
}

#[async_trait]
impl Store for MemoryStore {
    async fn read(&self, tenant: TenantId) -> StoreResult<Box<dyn Read>> {
        Ok(Box::new(View { store: self.clone(), tenant, state: self.state() }))
    }
    async fn begin(&self, tenant: TenantId) -> StoreResult<Box<dyn Tx>> {
        Ok(Box::new(View { store: self.clone(), tenant, state: self.state() }))
    }
    async fn begin_instance(&self, _: InstanceTask) -> StoreResult<Box<dyn InstanceTx>> {
        Ok(Box::new(Instance { store: self.clone(), state: self.state() }))
    }
    async fn ping(&self) -> StoreResult<()> {
        Ok(())
    }
    async fn forget_log(&self) -> StoreResult<bool> {
        Ok(true)
    }
}

#[async_trait]
impl InstanceTx for Instance {
    async fn objects(&mut self) -> StoreResult<Vec<StoredObject>> {
        Ok(self.state.objects.iter().filter(|object| object.enabled).cloned().collect())
    }
    async fn load_files(&mut self, objects: &[StoredObject], _: Timestamp) -> StoreResult<FileChanges> {
        let same = |one: &StoredObject, other: &StoredObject| {
            (one.tenant, &one.kind, &one.id) == (other.tenant, &other.kind, &other.id)
        };
        let mut changes = FileChanges::default();
        for object in objects {
            match self.state.objects.iter_mut().find(|kept| same(kept, object)) {
                Some(kept) if kept.managed_by == ManagedBy::Directory => return Err(StoreError::Conflict),
                Some(kept) => {
                    changes.changed += u32::from(kept.body != object.body || !kept.enabled);
                    *kept = object.clone();
                }
                None => {
                    changes.added += 1;
                    self.state.objects.push(object.clone());
                }
            }
        }
        for kept in &mut self.state.objects {
            let vanished = kept.managed_by != ManagedBy::Directory && !objects.iter().any(|object| same(object, kept));
            if vanished && kept.enabled {
                kept.enabled = false;
                changes.disabled += 1;
            }
        }
        Ok(changes)
    }
    async fn audit(&mut self, _: Timestamp, event: &AuditEvent) -> StoreResult<()> {
        self.state.audit.push((None, event.clone()));
        Ok(())
    }
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        *self.store.0.lock().unwrap() = self.state;
        Ok(())
    }
    async fn domain_proofs(&mut self) -> StoreResult<Vec<DomainProof>> {
        Ok(Vec::new())
    }
    async fn agreement_versions(&mut self) -> StoreResult<Vec<(TenantId, AgreementVersion)>> {
        Ok(self.state.versions.clone())
    }
    async fn agreement_documents(&mut self) -> StoreResult<Vec<(TenantId, String, Evidence)>> {
        Ok(self.state.evidence.clone())
    }
    async fn due_mails(&mut self, _: Timestamp, _: u32) -> StoreResult<Vec<DueMail>> {
        unused()
    }
    async fn queue_mail(&mut self, _: MailId, _: &OutgoingMail, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn mail_sent(&mut self, _: MailId, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn mail_failed(&mut self, _: MailId, _: &str, _: Option<Timestamp>) -> StoreResult<()> {
        unused()
    }
    async fn waiting_mails(&mut self) -> StoreResult<u64> {
        unused()
    }
    async fn mail_bounced(&mut self, _: MailId, _: &str, _: Timestamp) -> StoreResult<Option<OutboxMail>> {
        unused()
    }
    async fn outbox(&mut self, _: bool, _: u32) -> StoreResult<Vec<OutboxMail>> {
        unused()
    }
    async fn retry_mails(&mut self, _: Option<MailId>, _: Timestamp) -> StoreResult<u64> {
        unused()
    }
    async fn mail_blocks(&mut self, _: &str) -> StoreResult<Vec<MailBlock>> {
        unused()
    }
    async fn block_mails(&mut self, _: &str, _: Option<TenantId>, _: Timestamp) -> StoreResult<bool> {
        unused()
    }
    async fn allow_mails(&mut self, _: &str, _: Option<TenantId>) -> StoreResult<bool> {
        unused()
    }
    async fn account_by_address(&mut self, _: &EmailAddress) -> StoreResult<Option<PersonalAccount>> {
        unused()
    }
    async fn account(&mut self, _: AccountId) -> StoreResult<Option<PersonalAccount>> {
        unused()
    }
    async fn insert_account(&mut self, _: &PersonalAccount) -> StoreResult<()> {
        unused()
    }
    async fn set_account_password(&mut self, _: AccountId, _: &str) -> StoreResult<()> {
        unused()
    }
    async fn account_factors(&mut self, _: AccountId) -> StoreResult<Factors> {
        unused()
    }
    async fn account_of_passkey(&mut self, _: &str) -> StoreResult<Option<AccountId>> {
        unused()
    }
    async fn keep_account_factors(&mut self, _: AccountId, _: &Factors) -> StoreResult<()> {
        unused()
    }
    async fn bump_epochs_of(&mut self, _: &str, _: &str, _: Timestamp) -> StoreResult<Vec<(TenantId, UserId)>> {
        unused()
    }
    async fn tenants_of(&mut self, _: &str, _: &str) -> StoreResult<Vec<TenantId>> {
        unused()
    }
    async fn keys(&mut self) -> StoreResult<Vec<StoredKey>> {
        unused()
    }
    async fn insert_key(&mut self, _: &StoredKey) -> StoreResult<()> {
        unused()
    }
    async fn delete_key(&mut self, _: Option<TenantId>, _: &str) -> StoreResult<()> {
        unused()
    }
    async fn epochs(&mut self, _: Timestamp) -> StoreResult<Vec<Epoch>> {
        unused()
    }
    async fn audit_lines(&mut self, _: i64, _: u32) -> StoreResult<Vec<AuditLine>> {
        unused()
    }
}

#[async_trait]
impl Read for View {
    async fn user(&mut self, id: UserId) -> StoreResult<Option<User>> {
        let own = self.state.users.iter().filter(|(tenant, _)| *tenant == self.tenant);
        Ok(own.map(|(_, user)| user).find(|user| user.id == id).cloned())
    }
    async fn member(&mut self, mail: &EmailAddress) -> StoreResult<Option<User>> {
        let own = self.state.users.iter().filter(|(tenant, _)| *tenant == self.tenant).map(|(_, user)| user);
        let mut members = own.filter(|user| user.user_type == UserType::Member);
        Ok(members.find(|user| user.mail.as_ref() == Some(mail)).cloned())
    }
    async fn user_by_identity(&mut self, _: &str, _: &str) -> StoreResult<Option<User>> {
        unused()
    }
    async fn unbound_guest(&mut self, _: &EmailAddress) -> StoreResult<Option<User>> {
        unused()
    }
    async fn guest_invited_as(&mut self, _: &EmailAddress) -> StoreResult<Option<User>> {
        unused()
    }
    async fn bound_guests_with_mail(&mut self, _: &EmailAddress) -> StoreResult<Vec<User>> {
        unused()
    }
    async fn users(&mut self, _: UserFilter) -> StoreResult<Vec<User>> {
        unused()
    }
    async fn deleted_user(&mut self, _: UserId) -> StoreResult<Option<User>> {
        unused()
    }
    async fn deleted_users(&mut self, _: u32) -> StoreResult<Vec<User>> {
        unused()
    }
    async fn password_hash(&mut self, _: UserId) -> StoreResult<Option<String>> {
        unused()
    }
    async fn invitation(&mut self, _: &InvitationId) -> StoreResult<Option<Invitation>> {
        unused()
    }
    async fn invitation_of(&mut self, _: UserId) -> StoreResult<Option<Invitation>> {
        unused()
    }
    async fn acceptances(&mut self, _: UserId) -> StoreResult<Vec<Acceptance>> {
        unused()
    }
    async fn review(&mut self, _: UserId) -> StoreResult<Option<Review>> {
        unused()
    }
    async fn assigned_apps(&mut self, _: UserId) -> StoreResult<Vec<AppId>> {
        unused()
    }
    async fn audit_lines(&mut self, _: i64, _: u32) -> StoreResult<Vec<AuditLine>> {
        unused()
    }
    async fn evidence(&mut self, _: &str) -> StoreResult<Option<Evidence>> {
        unused()
    }
    async fn agreement_versions(&mut self) -> StoreResult<Vec<AgreementVersion>> {
        let own = self.state.versions.iter().filter(|(tenant, _)| *tenant == self.tenant);
        Ok(own.map(|(_, version)| version.clone()).collect())
    }
    async fn all_acceptances(&mut self) -> StoreResult<Vec<Acceptance>> {
        unused()
    }
    async fn reviews(&mut self, _: UserId) -> StoreResult<Vec<Review>> {
        unused()
    }
    async fn user_of_passkey(&mut self, _: &str) -> StoreResult<Option<UserId>> {
        unused()
    }
    async fn factors(&mut self, _: UserId) -> StoreResult<Factors> {
        unused()
    }
    async fn mails_blocked(&mut self, _: &str) -> StoreResult<bool> {
        unused()
    }
    async fn mail_of(&mut self, _: &InvitationId) -> StoreResult<Option<OutboxMail>> {
        unused()
    }
}

#[async_trait]
impl Tx for View {
    async fn insert_user(&mut self, user: &User) -> StoreResult<()> {
        self.state.users.push((self.tenant, user.clone()));
        Ok(())
    }
    async fn update_user(&mut self, user: &User) -> StoreResult<()> {
        let own = self.state.users.iter_mut().filter(|(tenant, _)| *tenant == self.tenant).map(|(_, user)| user);
        own.filter(|kept| kept.id == user.id).for_each(|kept| *kept = user.clone());
        Ok(())
    }
    async fn bump_epoch(&mut self, user: Option<UserId>, _: Timestamp) -> StoreResult<()> {
        self.state.epochs.push((self.tenant, user));
        Ok(())
    }
    async fn audit(&mut self, _: Timestamp, event: &AuditEvent) -> StoreResult<()> {
        self.state.audit.push((Some(self.tenant), event.clone()));
        Ok(())
    }
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        *self.store.0.lock().unwrap() = self.state;
        Ok(())
    }
    async fn note_sign_in(&mut self, _: UserId, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn bind_identity(&mut self, _: UserId, _: &Identity) -> StoreResult<bool> {
        unused()
    }
    async fn relink_identity(&mut self, _: UserId, _: &Identity, _: &Identity) -> StoreResult<bool> {
        unused()
    }
    async fn keep_domain_proof(&mut self, _: &DomainProof) -> StoreResult<()> {
        unused()
    }
    async fn set_password(&mut self, _: UserId, _: &str) -> StoreResult<()> {
        unused()
    }
    async fn insert_invitation(&mut self, _: &Invitation) -> StoreResult<()> {
        unused()
    }
    async fn update_invitation(&mut self, _: &Invitation) -> StoreResult<()> {
        unused()
    }
    async fn insert_review(&mut self, _: &Review) -> StoreResult<()> {
        unused()
    }
    async fn insert_acceptance(&mut self, _: &Acceptance) -> StoreResult<()> {
        unused()
    }
    async fn keep_evidence(&mut self, hash: &str, media_type: &str, content: &[u8]) -> StoreResult<()> {
        let evidence = Evidence { media_type: media_type.to_owned(), content: content.to_vec() };
        self.state.evidence.push((self.tenant, hash.to_owned(), evidence));
        Ok(())
    }
    async fn insert_agreement_version(&mut self, version: &AgreementVersion) -> StoreResult<()> {
        self.state.versions.push((self.tenant, version.clone()));
        Ok(())
    }
    async fn forget_person(&mut self, _: UserId) -> StoreResult<()> {
        unused()
    }
    async fn assign_app(&mut self, _: UserId, _: AppId) -> StoreResult<()> {
        unused()
    }
    async fn queue_mail(&mut self, _: MailId, _: &OutgoingMail, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn keep_factors(&mut self, _: UserId, _: &Factors) -> StoreResult<()> {
        unused()
    }
}

#[async_trait]
impl ReadGuestPages for View {
    async fn guest_page(&mut self, _: &GuestQuery) -> StoreResult<Vec<User>> {
        unused()
    }
    async fn users_of_app(&mut self, _: AppId, _: u32) -> StoreResult<Vec<User>> {
        unused()
    }
}

#[async_trait]
impl ReadWaiting for Instance {
    async fn tenants_inviting(&mut self, _: &EmailAddress) -> StoreResult<Vec<TenantId>> {
        unused()
    }
}
