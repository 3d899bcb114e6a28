//! The directory in memory.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::OwnedMutexGuard;

use crate::model::*;
use crate::storage::*;

/// A mail as it lies in the outbox.
#[derive(Clone, Debug)]
pub(crate) struct QueuedMail {
    pub(crate) id: MailId,
    pub(crate) mail: OutgoingMail,
    pub(crate) queued_at: Timestamp,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) tries: u32,
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) error: Option<String>,
    pub(crate) bounced_at: Option<Timestamp>,
}

impl QueuedMail {
    fn known(&self) -> OutboxMail {
        let (state, at) = match (self.due_at, self.bounced_at, self.sent_at) {
            (Some(at), _, _) => (MailState::Waiting, Some(at)),
            (None, Some(at), _) => (MailState::Bounced, Some(at)),
            (None, None, Some(at)) => (MailState::Sent, Some(at)),
            (None, None, None) => (MailState::GivenUp, None),
        };
        OutboxMail {
            id: self.id,
            tenant: self.mail.tenant,
            invitation: self.mail.invitation.clone(),
            state,
            queued_at: self.queued_at,
            at,
            tries: self.tries,
            last_error: self.error.clone(),
        }
    }
}

/// Everything the directory double holds.
#[derive(Clone, Default)]
pub(crate) struct Content {
    pub(crate) users: Vec<(TenantId, User)>,
    pub(crate) invitations: Vec<(TenantId, Invitation)>,
    pub(crate) assignments: Vec<(TenantId, UserId, AppId)>,
    pub(crate) passwords: HashMap<UserId, String>,
    pub(crate) mails: Vec<QueuedMail>,
    pub(crate) audit: Vec<(Option<TenantId>, AuditEvent)>,
    pub(crate) acceptances: Vec<(TenantId, Acceptance)>,
    pub(crate) reviews: Vec<(TenantId, Review)>,
    pub(crate) epochs: Vec<Epoch>,
    pub(crate) accounts: Vec<PersonalAccount>,
    pub(crate) factors: HashMap<SecondFactorOwner, Factors>,
    pub(crate) life: super::store_life::Life,
    /// Keyed hash of the address, and what it does not take.
    pub(crate) blocks: Vec<(String, MailBlock)>,
    pub(crate) history: Vec<(TenantId, UserId, InvitationChange)>,
    pub(crate) roles: Vec<(TenantId, UserId, AppRole)>,
    pub(crate) memberships: Vec<(TenantId, UserId, GroupId)>,
    pub(crate) owners: Vec<(TenantId, UserId, AppId)>,
    pub(crate) contacts: Vec<(TenantId, Contact)>,
    pub(crate) proofs: Vec<DomainProof>,
    pub(crate) claims: Vec<(TenantId, DomainClaim)>,
    pub(crate) versions: Vec<(TenantId, AgreementVersion)>,
    pub(crate) evidence: Vec<(TenantId, String, Evidence)>,
    pub(crate) client_consents: Vec<(TenantId, ClientConsent)>,
    pub(crate) proofs_since: HashMap<AccountId, Timestamp>,
    pub(crate) passkeys_since: HashMap<AccountId, Timestamp>,
    pub(crate) barred: HashSet<(TenantId, UserId, String)>,
}

/// The directory in memory: one writer at a time, nothing kept without commit.
#[derive(Clone, Default)]
pub(crate) struct MemoryStore {
    content: Arc<Mutex<Content>>,
    writer: Arc<tokio::sync::Mutex<()>>,
    fail_commits: Arc<AtomicBool>,
}

impl MemoryStore {
    pub(crate) fn content(&self) -> Content {
        self.content.lock().unwrap().clone()
    }

    pub(crate) fn edit(&self, change: impl FnOnce(&mut Content)) {
        change(&mut self.content.lock().unwrap());
    }

    /// As if the process were killed between sending and remembering.
    pub(crate) fn fail_commits(&self, fail: bool) {
        self.fail_commits.store(fail, Ordering::SeqCst);
    }

    fn failed() -> StoreError {
        StoreError::Failed("the test said so".into())
    }
}

pub(super) struct MemoryTx {
    tenant: Option<TenantId>,
    pub(super) content: Content,
    store: MemoryStore,
    _writer: Option<OwnedMutexGuard<()>>,
}

impl MemoryTx {
    pub(super) fn mine(&self) -> TenantId {
        self.tenant.unwrap()
    }

    pub(super) fn find_user(&self, test: impl Fn(&User) -> bool) -> Option<User> {
        self.content
            .users
            .iter()
            .find(|(tenant, user)| *tenant == self.mine() && user.deleted_at.is_none() && test(user))
            .map(|(_, user)| user.clone())
    }

    fn finish(self) -> StoreResult<()> {
        if self.store.fail_commits.load(Ordering::SeqCst) {
            return Err(MemoryStore::failed());
        }
        *self.store.content.lock().unwrap() = self.content;
        Ok(())
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn read(&self, tenant: TenantId) -> StoreResult<Box<dyn Read>> {
        Ok(Box::new(MemoryTx { tenant: Some(tenant), content: self.content(), store: self.clone(), _writer: None }))
    }

    async fn begin(&self, tenant: TenantId) -> StoreResult<Box<dyn Tx>> {
        let writer = Arc::clone(&self.writer).lock_owned().await;
        Ok(Box::new(MemoryTx {
            tenant: Some(tenant),
            content: self.content(),
            store: self.clone(),
            _writer: Some(writer),
        }))
    }

    async fn begin_instance(&self, _: InstanceTask) -> StoreResult<Box<dyn InstanceTx>> {
        let writer = Arc::clone(&self.writer).lock_owned().await;
        Ok(Box::new(MemoryTx { tenant: None, content: self.content(), store: self.clone(), _writer: Some(writer) }))
    }

    async fn ping(&self) -> StoreResult<()> {
        Ok(())
    }

    async fn forget_log(&self) -> StoreResult<bool> {
        Ok(true)
    }
}

#[async_trait]
impl Read for MemoryTx {
    async fn user(&mut self, id: UserId) -> StoreResult<Option<User>> {
        Ok(self.find_user(|user| user.id == id))
    }

    async fn user_by_identity(&mut self, issuer: &str, subject: &str) -> StoreResult<Option<User>> {
        Ok(self.find_user(|user| {
            user.identity.as_ref().is_some_and(|identity| identity.issuer == issuer && identity.subject == subject)
        }))
    }

    async fn unbound_guest(&mut self, invited: &EmailAddress) -> StoreResult<Option<User>> {
        Ok(self.find_user(|user| {
            user.invited_address.as_ref() == Some(invited) && user.identity.is_none() && user.is_pending()
        }))
    }

    async fn guest_invited_as(&mut self, address: &EmailAddress) -> StoreResult<Option<User>> {
        Ok(self.find_user(|user| user.invited_address.as_ref() == Some(address)))
    }

    async fn bound_guests_with_mail(&mut self, mail: &EmailAddress) -> StoreResult<Vec<User>> {
        let mine = self.mine();
        let found = self.content.users.iter().filter(|(tenant, user)| {
            *tenant == mine
                && user.user_type == UserType::Guest
                && user.identity.is_some()
                && user.deleted_at.is_none()
                && user.mail.as_ref() == Some(mail)
        });
        Ok(found.map(|(_, user)| user.clone()).collect())
    }

    async fn member(&mut self, mail: &EmailAddress) -> StoreResult<Option<User>> {
        Ok(self.find_user(|user| user.user_type == UserType::Member && user.mail.as_ref() == Some(mail)))
    }

    async fn users(&mut self, filter: UserFilter) -> StoreResult<Vec<User>> {
        let mine = self.mine();
        let mut users: Vec<User> = self
            .content
            .users
            .iter()
            .filter(|(tenant, user)| *tenant == mine && user.deleted_at.is_none())
            .filter(|(_, user)| filter.user_type.is_none_or(|kind| kind == user.user_type))
            .map(|(_, user)| user.clone())
            .collect();
        users.sort_by(|one, other| one.display_name.cmp(&other.display_name));
        users.truncate(filter.limit as usize);
        Ok(users)
    }

    async fn password_hash(&mut self, user: UserId) -> StoreResult<Option<String>> {
        Ok(self.content.passwords.get(&user).cloned())
    }

    async fn deleted_user(&mut self, id: UserId) -> StoreResult<Option<User>> {
        Ok(self.deleted_users(u32::MAX).await?.into_iter().find(|user| user.id == id))
    }

    async fn deleted_users(&mut self, limit: u32) -> StoreResult<Vec<User>> {
        let mine = self.mine();
        let purged = &self.content.life.purged;
        let bin = self.content.users.iter().filter(|(tenant, user)| {
            *tenant == mine && user.deleted_at.is_some() && !purged.contains(&(mine, user.id))
        });
        let mut bin: Vec<User> = bin.map(|(_, user)| user.clone()).collect();
        bin.sort_by_key(|user| user.deleted_at);
        bin.truncate(limit as usize);
        Ok(bin)
    }

    async fn invitation(&mut self, id: &InvitationId) -> StoreResult<Option<Invitation>> {
        let mine = self.mine();
        let mut all = self.content.invitations.iter();
        Ok(all.find(|(tenant, row)| *tenant == mine && row.id == *id).map(|(_, row)| row.clone()))
    }

    async fn invitation_of(&mut self, user: UserId) -> StoreResult<Option<Invitation>> {
        let mine = self.mine();
        let mut own: Vec<&Invitation> = self
            .content
            .invitations
            .iter()
            .filter(|(tenant, row)| *tenant == mine && row.user == user)
            .map(|(_, row)| row)
            .collect();
        own.sort_by_key(|row| (row.state.is_open(), row.created_at));
        Ok(own.last().map(|row| (*row).clone()))
    }

    async fn acceptances(&mut self, user: UserId) -> StoreResult<Vec<Acceptance>> {
        let mine = self.mine();
        let own = self.content.acceptances.iter().filter(|(tenant, row)| *tenant == mine && row.user == user);
        Ok(own.map(|(_, row)| row.clone()).collect())
    }

    async fn review(&mut self, user: UserId) -> StoreResult<Option<Review>> {
        let mine = self.mine();
        let mut own = self.content.reviews.iter().filter(|(tenant, row)| *tenant == mine && row.user == user);
        Ok(own.next_back().map(|(_, row)| row.clone()))
    }

    async fn assigned_apps(&mut self, user: UserId) -> StoreResult<Vec<AppId>> {
        let mine = self.mine();
        let own = self.content.assignments.iter().filter(|(tenant, whose, _)| *tenant == mine && *whose == user);
        Ok(own.map(|(_, _, app)| *app).collect())
    }

    async fn audit_lines(&mut self, _: i64, _: u32) -> StoreResult<Vec<AuditLine>> {
        Ok(Vec::new())
    }

    async fn evidence(&mut self, hash: &str) -> StoreResult<Option<Evidence>> {
        let mine = self.mine();
        let mut own = self.content.evidence.iter();
        Ok(own.find(|(tenant, known, _)| *tenant == mine && known == hash).map(|(_, _, evidence)| evidence.clone()))
    }

    async fn agreement_versions(&mut self) -> StoreResult<Vec<AgreementVersion>> {
        let mine = self.mine();
        let own = self.content.versions.iter().filter(|(tenant, _)| *tenant == mine);
        Ok(own.map(|(_, version)| version.clone()).collect())
    }

    async fn all_acceptances(&mut self) -> StoreResult<Vec<Acceptance>> {
        let mine = self.mine();
        let own = self.content.acceptances.iter().filter(|(tenant, _)| *tenant == mine);
        let mut all: Vec<Acceptance> = own.map(|(_, row)| row.clone()).collect();
        all.sort_by_key(|row| row.user);
        Ok(all)
    }

    async fn reviews(&mut self, user: UserId) -> StoreResult<Vec<Review>> {
        let mine = self.mine();
        let own = self.content.reviews.iter().filter(|(tenant, row)| *tenant == mine && row.user == user);
        Ok(own.map(|(_, row)| row.clone()).collect())
    }

    async fn user_of_passkey(&mut self, id: &str) -> StoreResult<Option<UserId>> {
        let mine = self.mine();
        Ok(self.content.factors.iter().find_map(|(owner, factors)| match owner {
            SecondFactorOwner::User(tenant, user) if *tenant == mine && has_passkey(factors, id) => Some(*user),
            _ => None,
        }))
    }

    async fn factors(&mut self, user: UserId) -> StoreResult<Factors> {
        let owner = SecondFactorOwner::User(self.mine(), user);
        Ok(self.content.factors.get(&owner).cloned().unwrap_or_default())
    }

    async fn mails_blocked(&mut self, address_hash: &str) -> StoreResult<bool> {
        let mine = self.mine();
        let mut blocks = self.content.blocks.iter();
        Ok(blocks.any(|(hash, block)| hash == address_hash && block.tenant.is_none_or(|tenant| tenant == mine)))
    }

    async fn mail_of(&mut self, invitation: &InvitationId) -> StoreResult<Option<OutboxMail>> {
        let mails = self.content.mails.iter().filter(|row| row.mail.invitation.as_ref() == Some(invitation));
        Ok(mails.max_by_key(|row| row.queued_at).map(QueuedMail::known))
    }
}

#[async_trait]
impl Tx for MemoryTx {
    async fn insert_user(&mut self, user: &User) -> StoreResult<()> {
        let taken = self.find_user(|other| {
            other.user_principal_name.eq_ignore_ascii_case(&user.user_principal_name)
                || (user.invited_address.is_some() && other.invited_address == user.invited_address)
                || (user.user_type == UserType::Member
                    && other.user_type == UserType::Member
                    && other.mail == user.mail)
        });
        if taken.is_some() {
            return Err(StoreError::Conflict);
        }
        self.content.users.push((self.mine(), user.clone()));
        Ok(())
    }

    async fn update_user(&mut self, user: &User) -> StoreResult<()> {
        let mine = self.mine();
        for (tenant, row) in &mut self.content.users {
            if *tenant == mine && row.id == user.id {
                *row = User { identity: row.identity.clone(), ..user.clone() };
            }
        }
        Ok(())
    }

    async fn note_sign_in(&mut self, user: UserId, at: Timestamp) -> StoreResult<()> {
        let mine = self.mine();
        for (tenant, row) in &mut self.content.users {
            if *tenant == mine && row.id == user {
                row.last_sign_in_at = Some(at);
            }
        }
        Ok(())
    }

    async fn bind_identity(&mut self, user: UserId, identity: &Identity) -> StoreResult<bool> {
        if self.user_by_identity(&identity.issuer, &identity.subject).await?.is_some() {
            return Ok(false);
        }
        let mine = self.mine();
        let row = self.content.users.iter_mut().find(|(tenant, row)| *tenant == mine && row.id == user);
        Ok(row.is_some_and(|(_, row)| row.identity.is_none() && row.identity.replace(identity.clone()).is_none()))
    }

    async fn relink_identity(&mut self, user: UserId, old: &Identity, new: &Identity) -> StoreResult<bool> {
        let mine = self.mine();
        let row = self.content.users.iter_mut().find(|(tenant, row)| *tenant == mine && row.id == user);
        match row.map(|(_, row)| &mut row.identity) {
            Some(bound) if bound.as_ref() == Some(old) => *bound = None,
            _ => return Ok(false),
        }
        self.bind_identity(user, new).await
    }

    async fn keep_domain_proof(&mut self, proof: &DomainProof) -> StoreResult<()> {
        let same = |known: &DomainProof| {
            known.tenant == proof.tenant && known.connection == proof.connection && known.domain == proof.domain
        };
        self.content.proofs.retain(|known| !same(known));
        self.content.proofs.push(proof.clone());
        Ok(())
    }

    async fn set_password(&mut self, user: UserId, hash: &str) -> StoreResult<()> {
        self.content.passwords.insert(user, hash.to_owned());
        Ok(())
    }

    async fn insert_invitation(&mut self, invitation: &Invitation) -> StoreResult<()> {
        let mine = self.mine();
        let pending = self
            .content
            .invitations
            .iter()
            .any(|(tenant, row)| *tenant == mine && row.address == invitation.address && row.state.is_open());
        if pending {
            return Err(StoreError::Conflict);
        }
        self.remember(None, invitation);
        self.content.invitations.push((mine, invitation.clone()));
        Ok(())
    }

    async fn update_invitation(&mut self, invitation: &Invitation) -> StoreResult<()> {
        let mine = self.mine();
        let before = self.invitation(&invitation.id).await?;
        let revoked = |row: &Invitation| row.state == InvitationState::Revoked;
        if before.as_ref().is_some_and(revoked) && !revoked(invitation) {
            return Err(StoreError::Failed("a revoked invitation is never opened again".into()));
        }
        self.remember(before.as_ref(), invitation);
        for (tenant, row) in &mut self.content.invitations {
            if *tenant == mine && row.id == invitation.id {
                *row = invitation.clone();
            }
        }
        Ok(())
    }

    async fn insert_review(&mut self, review: &Review) -> StoreResult<()> {
        self.content.reviews.push((self.mine(), review.clone()));
        Ok(())
    }

    async fn insert_acceptance(&mut self, acceptance: &Acceptance) -> StoreResult<()> {
        self.content.acceptances.push((self.mine(), acceptance.clone()));
        Ok(())
    }

    async fn keep_evidence(&mut self, hash: &str, media_type: &str, content: &[u8]) -> StoreResult<()> {
        let evidence = Evidence { media_type: media_type.to_owned(), content: content.to_vec() };
        self.content.evidence.push((self.mine(), hash.to_owned(), evidence));
        Ok(())
    }

    async fn insert_agreement_version(&mut self, version: &AgreementVersion) -> StoreResult<()> {
        self.content.versions.push((self.mine(), version.clone()));
        Ok(())
    }

    async fn forget_person(&mut self, user: UserId) -> StoreResult<()> {
        let mine = self.mine();
        for (tenant, row) in &mut self.content.acceptances {
            row.circumstances = row.circumstances.take().filter(|_| *tenant != mine || row.user != user);
        }
        for (tenant, row) in &mut self.content.reviews {
            row.circumstances = row.circumstances.take().filter(|_| *tenant != mine || row.user != user);
        }
        Ok(())
    }

    async fn assign_app(&mut self, user: UserId, app: AppId) -> StoreResult<()> {
        let row = (self.mine(), user, app);
        if !self.content.assignments.contains(&row) {
            self.content.assignments.push(row);
        }
        Ok(())
    }

    async fn queue_mail(&mut self, id: MailId, mail: &OutgoingMail, at: Timestamp) -> StoreResult<()> {
        self.content.mails.push(QueuedMail {
            id,
            mail: mail.clone(),
            queued_at: at,
            due_at: Some(at),
            tries: 0,
            sent_at: None,
            error: None,
            bounced_at: None,
        });
        Ok(())
    }

    async fn bump_epoch(&mut self, user: Option<UserId>, at: Timestamp) -> StoreResult<()> {
        self.content.epochs.push(Epoch { tenant: self.mine(), user, ended_at: at });
        Ok(())
    }

    async fn keep_factors(&mut self, user: UserId, factors: &Factors) -> StoreResult<()> {
        let factors = Factors { changes: factors.changes + 1, ..factors.clone() };
        self.content.factors.insert(SecondFactorOwner::User(self.mine(), user), factors);
        Ok(())
    }

    async fn audit(&mut self, _: Timestamp, event: &AuditEvent) -> StoreResult<()> {
        self.content.audit.push((self.tenant, event.clone()));
        Ok(())
    }

    async fn commit(self: Box<Self>) -> StoreResult<()> {
        self.finish()
    }
}

#[async_trait]
impl InstanceTx for MemoryTx {
    async fn objects(&mut self) -> StoreResult<Vec<StoredObject>> {
        Ok(Vec::new())
    }

    async fn agreement_versions(&mut self) -> StoreResult<Vec<(TenantId, AgreementVersion)>> {
        Ok(self.content.versions.clone())
    }

    async fn agreement_documents(&mut self) -> StoreResult<Vec<(TenantId, String, Evidence)>> {
        Ok(self.content.evidence.clone())
    }

    async fn load_files(&mut self, _: &[StoredObject], _: Timestamp) -> StoreResult<FileChanges> {
        Ok(FileChanges::default())
    }

    async fn domain_proofs(&mut self) -> StoreResult<Vec<DomainProof>> {
        Ok(self.content.proofs.clone())
    }

    async fn due_mails(&mut self, now: Timestamp, limit: u32) -> StoreResult<Vec<DueMail>> {
        let due = self.content.mails.iter().filter(|row| row.due_at.is_some_and(|at| at <= now));
        Ok(due
            .take(limit as usize)
            .map(|row| DueMail { id: row.id, mail: row.mail.clone(), queued_at: row.queued_at, tries: row.tries })
            .collect())
    }

    async fn queue_mail(&mut self, id: MailId, mail: &OutgoingMail, at: Timestamp) -> StoreResult<()> {
        Tx::queue_mail(self, id, mail, at).await
    }

    async fn mail_sent(&mut self, id: MailId, at: Timestamp) -> StoreResult<()> {
        for row in self.content.mails.iter_mut().filter(|row| row.id == id) {
            (row.sent_at, row.due_at) = (Some(at), None);
        }
        Ok(())
    }

    async fn mail_failed(&mut self, id: MailId, error: &str, next: Option<Timestamp>) -> StoreResult<()> {
        for row in self.content.mails.iter_mut().filter(|row| row.id == id) {
            (row.error, row.due_at) = (Some(error.to_owned()), next);
            row.tries += 1;
        }
        Ok(())
    }

    async fn waiting_mails(&mut self) -> StoreResult<u64> {
        Ok(self.content.mails.iter().filter(|row| row.due_at.is_some()).count() as u64)
    }

    async fn mail_bounced(&mut self, id: MailId, error: &str, at: Timestamp) -> StoreResult<Option<OutboxMail>> {
        let Some(row) = self.content.mails.iter_mut().find(|row| row.id == id) else { return Ok(None) };
        let known = row.known();
        (row.error, row.due_at, row.bounced_at) = (Some(error.to_owned()), None, Some(at));
        Ok(Some(known))
    }

    async fn outbox(&mut self, all: bool, limit: u32) -> StoreResult<Vec<OutboxMail>> {
        let mut mails: Vec<OutboxMail> = self.content.mails.iter().map(QueuedMail::known).collect();
        mails.retain(|mail| all || mail.state != MailState::Sent);
        mails.sort_by_key(|mail| std::cmp::Reverse(mail.queued_at));
        mails.truncate(limit as usize);
        Ok(mails)
    }

    async fn retry_mails(&mut self, id: Option<MailId>, at: Timestamp) -> StoreResult<u64> {
        let mut count = 0;
        for row in self.content.mails.iter_mut().filter(|row| id.is_none_or(|id| row.id == id)) {
            if let Some(due) = row.due_at {
                row.due_at = Some(due.min(at));
                count += 1;
            }
        }
        Ok(count)
    }

    async fn mail_blocks(&mut self, address_hash: &str) -> StoreResult<Vec<MailBlock>> {
        let own = self.content.blocks.iter().filter(|(hash, _)| hash == address_hash);
        Ok(own.map(|(_, block)| *block).collect())
    }

    async fn block_mails(&mut self, address_hash: &str, tenant: Option<TenantId>, at: Timestamp) -> StoreResult<bool> {
        if self.mail_blocks(address_hash).await?.iter().any(|block| block.tenant == tenant) {
            return Ok(false);
        }
        self.content.blocks.push((address_hash.to_owned(), MailBlock { tenant, blocked_at: at }));
        Ok(true)
    }

    async fn allow_mails(&mut self, address_hash: &str, tenant: Option<TenantId>) -> StoreResult<bool> {
        let before = self.content.blocks.len();
        self.content.blocks.retain(|(hash, block)| hash != address_hash || block.tenant != tenant);
        Ok(self.content.blocks.len() < before)
    }

    async fn account_by_address(&mut self, address: &EmailAddress) -> StoreResult<Option<PersonalAccount>> {
        Ok(self.content.accounts.iter().find(|account| account.address == *address).cloned())
    }

    async fn account(&mut self, id: AccountId) -> StoreResult<Option<PersonalAccount>> {
        Ok(self.content.accounts.iter().find(|account| account.id == id).cloned())
    }

    async fn insert_account(&mut self, account: &PersonalAccount) -> StoreResult<()> {
        if self.account_by_address(&account.address).await?.is_some() {
            return Err(StoreError::Conflict);
        }
        self.content.accounts.push(account.clone());
        Ok(())
    }

    async fn set_account_password(&mut self, id: AccountId, hash: &str) -> StoreResult<()> {
        for account in self.content.accounts.iter_mut().filter(|account| account.id == id) {
            account.password_hash = Some(hash.to_owned());
        }
        Ok(())
    }

    async fn account_of_passkey(&mut self, id: &str) -> StoreResult<Option<AccountId>> {
        Ok(self.content.factors.iter().find_map(|(owner, factors)| match owner {
            SecondFactorOwner::Account(account) if has_passkey(factors, id) => Some(*account),
            _ => None,
        }))
    }

    async fn account_factors(&mut self, id: AccountId) -> StoreResult<Factors> {
        Ok(self.content.factors.get(&SecondFactorOwner::Account(id)).cloned().unwrap_or_default())
    }

    async fn keep_account_factors(&mut self, id: AccountId, factors: &Factors) -> StoreResult<()> {
        let factors = Factors { changes: factors.changes + 1, ..factors.clone() };
        self.content.factors.insert(SecondFactorOwner::Account(id), factors);
        Ok(())
    }

    async fn bump_epochs_of(
        &mut self,
        issuer: &str,
        subject: &str,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        let bound: Vec<(TenantId, UserId)> = self
            .content
            .users
            .iter()
            .filter(|(_, user)| {
                user.identity.as_ref().is_some_and(|bound| bound.issuer == issuer && bound.subject == subject)
            })
            .map(|(tenant, user)| (*tenant, user.id))
            .collect();
        for (tenant, user) in &bound {
            self.content.epochs.push(Epoch { tenant: *tenant, user: Some(*user), ended_at: at });
        }
        Ok(bound)
    }

    async fn tenants_of(&mut self, _: &str, _: &str) -> StoreResult<Vec<TenantId>> {
        Ok(Vec::new())
    }

    async fn keys(&mut self) -> StoreResult<Vec<StoredKey>> {
        Ok(Vec::new())
    }

    async fn insert_key(&mut self, _: &StoredKey) -> StoreResult<()> {
        Err(MemoryStore::failed())
    }

    async fn delete_key(&mut self, _: Option<TenantId>, _: &str) -> StoreResult<()> {
        Err(MemoryStore::failed())
    }

    async fn epochs(&mut self, _: Timestamp) -> StoreResult<Vec<Epoch>> {
        Ok(self.content.epochs.clone())
    }

    async fn audit(&mut self, at: Timestamp, event: &AuditEvent) -> StoreResult<()> {
        Tx::audit(self, at, event).await
    }

    async fn audit_lines(&mut self, _: i64, _: u32) -> StoreResult<Vec<AuditLine>> {
        Ok(Vec::new())
    }

    async fn commit(self: Box<Self>) -> StoreResult<()> {
        self.finish()
    }
}

#[async_trait]
impl ReadGuestPages for MemoryTx {
    async fn guest_page(&mut self, query: &GuestQuery) -> StoreResult<Vec<User>> {
        let mine = self.mine();
        let wanted = query.search.as_deref().unwrap_or_default().to_ascii_lowercase();
        let mut users: Vec<User> = self
            .content
            .users
            .iter()
            .filter(|(tenant, user)| *tenant == mine && user.user_type == UserType::Guest)
            .map(|(_, user)| user.clone())
            .filter(|user| match query.state {
                Some(GuestState::Deleted) => user.deleted_at.is_some(),
                _ if user.deleted_at.is_some() => false,
                None => true,
                Some(GuestState::Pending) => user.is_pending() && user.account_enabled,
                Some(GuestState::Accepted) => !user.is_pending() && user.account_enabled,
                Some(GuestState::Blocked) => !user.account_enabled,
            })
            .filter(|user| {
                let method = user.identity.as_ref().filter(|_| !user.is_pending()).map(|identity| &identity.method);
                match (&query.source, method) {
                    (None, _) | (Some(GuestSource::Invited), None) => true,
                    (Some(GuestSource::Connection(wanted)), Some(Method::Connection { name })) => wanted == name,
                    (Some(GuestSource::Tenant), Some(Method::Tenant { .. })) => true,
                    (Some(GuestSource::PersonalAccount), Some(method)) => *method == Method::PersonalAccount,
                    (Some(GuestSource::OneTimePasscode), Some(method)) => *method == Method::OneTimePasscode,
                    (Some(_), _) => false,
                }
            })
            .filter(|user| {
                let addresses = user.mail.iter().chain(&user.invited_address).map(ToString::to_string);
                addresses.chain([user.display_name.clone()]).any(|text| text.to_ascii_lowercase().contains(&wanted))
            })
            .collect();
        users.sort_by_key(|user| (user.display_name.clone(), user.id));
        if let Some(after) = query.after {
            let at = users.iter().position(|user| user.id == after).map_or(users.len(), |at| at + 1);
            users.drain(..at);
        }
        users.truncate(query.limit as usize);
        Ok(users)
    }

    async fn users_of_app(&mut self, app: AppId, limit: u32) -> StoreResult<Vec<User>> {
        let mine = self.mine();
        let assigned = |user: &User| self.content.assignments.contains(&(mine, user.id, app));
        let users = self.content.users.iter().filter(|(tenant, user)| *tenant == mine && assigned(user));
        Ok(users.map(|(_, user)| user.clone()).take(limit as usize).collect())
    }
}

#[async_trait]
impl ReadWaiting for MemoryTx {
    async fn tenants_inviting(&mut self, address: &EmailAddress) -> StoreResult<Vec<TenantId>> {
        let waits = |user: &User| {
            user.invited_address.as_ref() == Some(address) && user.identity.is_none() && user.account_enabled
        };
        Ok(self.content.users.iter().filter(|(_, user)| waits(user)).map(|(tenant, _)| *tenant).collect())
    }
}

fn has_passkey(factors: &Factors, id: &str) -> bool {
    factors.passkeys.iter().any(|passkey| passkey.id == id)
}
