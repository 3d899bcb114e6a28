//! The directory: everything that must never be lost, behind one trait with one transaction per verb.

mod accounts;
mod audit_chain;
mod barred;
mod client_consents;
mod counted;
mod directory_pages;
mod guest_objects;
mod guest_pages;
mod life;
mod own_domains;
pub mod sqlite;
mod tombstones;
mod webhooks;

use async_trait::async_trait;

pub use accounts::InstanceAccounts;
pub use audit_chain::{AuditFault, AuditFaultKind, ChainCheck, verify_chain};
pub use barred::{ReadBarred, WriteBarred};
pub use client_consents::{ReadClientConsents, WriteClientConsents};
pub use counted::Counted;
pub use directory_pages::{
    AcceptanceQuery, AuditQuery, InvitationQuery, ReadDirectoryPages, TextPart, TimeOrder, UserMark, UserOrder,
    UserQuery, UserTest, UserText, UserTime, Within,
};
pub use guest_objects::{ReadGuestObjects, Standing, WriteGuestObjects};
pub use guest_pages::{GuestQuery, GuestSource, GuestState, ReadGuestPages, ReadWaiting};
pub use life::{InstanceLife, ReadLife, WriteLife};
pub use own_domains::{DomainClaim, ReadOwnDomains, WriteOwnDomains};
pub use tombstones::{Tombstones, TombstonesError};
pub use webhooks::{
    Delivery, DeliveryState, DueDelivery, InstanceWebhooks, ReadWebhooks, WebhookCounts, WriteWebhooks,
};

use crate::model::{
    Acceptance, AccountId, AgreementVersion, AppId, AuditEvent, AuditLine, ConnectionName, Domain, EmailAddress,
    Evidence, Factors, Identity, Invitation, InvitationId, MailId, ManagedBy, OutgoingMail, PersonalAccount, Review,
    TenantId, Timestamp, User, UserId, UserType,
};

/// Something went wrong below: the disk, the database, a row that makes no sense. Callers only pass it on.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The same key exists already (a unique constraint), which some verbs turn into a reason of theirs.
    #[error("an object with this key exists already")]
    Conflict,
    /// Anything else.
    #[error("the directory could not be used: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Result of a directory operation.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why somebody may open a transaction that belongs to no single tenant (decision 21). The map test lists the callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceTask {
    /// Building the snapshot, loading configuration files.
    Snapshot,
    /// Sending mail.
    Outbox,
    /// Personal accounts.
    PersonalAccounts,
    /// The organizations of one proved identity.
    MyOrganizations,
    /// Keys of the instance and of tenants.
    Keys,
    /// Epochs, read at start.
    Epochs,
    /// Verifying the instance's audit chain.
    Audit,
    /// What time brings about: ends, reminders, purges, erasures that a restore undid.
    Sweeps,
    /// Mailboxes that take no invitation mails.
    MailBlocks,
    /// Sending what webhooks wait for.
    Webhooks,
}

/// The directory.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Opens a read-only view of one tenant.
    async fn read(&self, tenant: TenantId) -> StoreResult<Box<dyn Read>>;
    /// Opens a transaction for one tenant. Nothing is kept unless [`Tx::commit`] returns `Ok`; dropping rolls back.
    async fn begin(&self, tenant: TenantId) -> StoreResult<Box<dyn Tx>>;
    /// Opens a transaction for one of a few tasks that cross tenants.
    async fn begin_instance(&self, task: InstanceTask) -> StoreResult<Box<dyn InstanceTx>>;
    /// Whether the directory answers, for `/readyz`.
    async fn ping(&self) -> StoreResult<()>;
    /// Leaves nothing in the log beside the directory that a commit has overwritten: call it after an erasure. `false` if
    /// somebody reads what was before, so that it has to be tried again.
    async fn forget_log(&self) -> StoreResult<bool>;
}

/// What to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserFilter {
    /// Guests, members, or both.
    pub user_type: Option<UserType>,
    /// At most so many.
    pub limit: u32,
}

/// Reading one tenant. Every method sees that tenant's rows alone.
#[async_trait]
pub trait Read:
    ReadLife
    + ReadGuestObjects
    + ReadGuestPages
    + ReadBarred
    + ReadClientConsents
    + ReadDirectoryPages
    + ReadOwnDomains
    + ReadWebhooks
    + Send
{
    /// The user with this id. Like every look-up here, it does not see the bin.
    async fn user(&mut self, id: UserId) -> StoreResult<Option<User>>;
    /// The user to whom exactly this identity is bound; issuer and subject byte for byte (INV4).
    async fn user_by_identity(&mut self, issuer: &str, subject: &str) -> StoreResult<Option<User>>;
    /// The *pending, unbound, enabled-or-not* guest who was invited under `address`. Never finds a bound user: e-mail
    /// selects no existing identity.
    async fn unbound_guest(&mut self, invited: &EmailAddress) -> StoreResult<Option<User>>;
    /// Any guest who was invited under `address`, bound or not: for inviting and for lists, never for signing in.
    async fn guest_invited_as(&mut self, address: &EmailAddress) -> StoreResult<Option<User>>;
    /// Bound guests whose own mail is `mail`: for re-linking alone, once that mailbox was proved and only if the way they
    /// signed in is gone.
    async fn bound_guests_with_mail(&mut self, mail: &EmailAddress) -> StoreResult<Vec<User>>;
    /// The member with this address.
    async fn member(&mut self, mail: &EmailAddress) -> StoreResult<Option<User>>;
    /// Users by display name.
    async fn users(&mut self, filter: UserFilter) -> StoreResult<Vec<User>>;
    /// The user with this id, if it lies in the bin.
    async fn deleted_user(&mut self, id: UserId) -> StoreResult<Option<User>>;
    /// The bin, oldest first.
    async fn deleted_users(&mut self, limit: u32) -> StoreResult<Vec<User>>;
    /// Argon2id hash of a member's own password.
    async fn password_hash(&mut self, user: UserId) -> StoreResult<Option<String>>;
    /// A passkey of the member signs in by itself only if it was registered after this; `None` if there is no such user.
    async fn passkeys_since(&mut self, user: UserId) -> StoreResult<Option<Timestamp>>;
    /// An invitation by its locator.
    async fn invitation(&mut self, id: &InvitationId) -> StoreResult<Option<Invitation>>;
    /// The invitation of a guest that is open, or else the newest one.
    async fn invitation_of(&mut self, user: UserId) -> StoreResult<Option<Invitation>>;
    /// All answers of a user to terms of use, oldest first.
    async fn acceptances(&mut self, user: UserId) -> StoreResult<Vec<Acceptance>>;
    /// The newest answer of a user to *Review permissions*.
    async fn review(&mut self, user: UserId) -> StoreResult<Option<Review>>;
    /// Apps to which the user is assigned directly.
    async fn assigned_apps(&mut self, user: UserId) -> StoreResult<Vec<AppId>>;
    /// The audit chain of this tenant from `after` (exclusive), oldest first.
    async fn audit_lines(&mut self, after: i64, limit: u32) -> StoreResult<Vec<AuditLine>>;
    /// The second factors of a guest or member; empty if there are none.
    async fn factors(&mut self, user: UserId) -> StoreResult<Factors>;
    /// The guest or member of this tenant whose passkey has this id.
    async fn user_of_passkey(&mut self, id: &str) -> StoreResult<Option<UserId>>;
    /// The evidence stored under this hash (decision 23).
    async fn evidence(&mut self, hash: &str) -> StoreResult<Option<Evidence>>;
    /// Whether the owner of the mailbox with this keyed hash takes no invitation mails of this tenant, or of anybody.
    async fn mails_blocked(&mut self, address_hash: &str) -> StoreResult<bool>;
    /// What became of the newest mail that brought this invitation.
    async fn mail_of(&mut self, invitation: &InvitationId) -> StoreResult<Option<OutboxMail>>;
    /// Every version of every agreement: by agreement and language, then oldest first.
    async fn agreement_versions(&mut self) -> StoreResult<Vec<AgreementVersion>>;
    /// All answers of everybody to terms of use: by user, then oldest first. For reports.
    async fn all_acceptances(&mut self) -> StoreResult<Vec<Acceptance>>;
    /// All answers of a user to *Review permissions*, oldest first.
    async fn reviews(&mut self, user: UserId) -> StoreResult<Vec<Review>>;
}

/// Changing one tenant: one transaction per verb, carrying its audit line and its mail.
#[async_trait]
pub trait Tx:
    Read + WriteLife + WriteGuestObjects + WriteBarred + WriteClientConsents + WriteOwnDomains + WriteWebhooks
{
    /// Adds a user. [`StoreError::Conflict`] if the principal name, invited address or member address is taken.
    async fn insert_user(&mut self, user: &User) -> StoreResult<()>;
    /// Writes every field of an existing user except its identity.
    async fn update_user(&mut self, user: &User) -> StoreResult<()>;
    /// Notes a completed sign-in, and nothing else of the user.
    async fn note_sign_in(&mut self, user: UserId, at: Timestamp) -> StoreResult<()>;
    /// Binds an identity to an unbound user, atomically: `false` if the user is bound already or the identity is bound
    /// to anybody in this tenant (INV5).
    async fn bind_identity(&mut self, user: UserId, identity: &Identity) -> StoreResult<bool>;
    /// Takes the identity `old` from a user and binds `new` instead. `false` if the user is not bound to `old`, or `new`
    /// is bound to anybody in this tenant; the transaction must then be dropped, for the user may be unbound in it.
    async fn relink_identity(&mut self, user: UserId, old: &Identity, new: &Identity) -> StoreResult<bool>;
    /// Remembers whether the DNS record of a domain was seen, in place of what was known.
    async fn keep_domain_proof(&mut self, proof: &DomainProof) -> StoreResult<()>;
    /// Sets the password hash of a member.
    async fn set_password(&mut self, user: UserId, hash: &str) -> StoreResult<()>;
    /// No passkey of the user that was registered at or before `at` signs in by itself any more.
    async fn suspend_passkeys(&mut self, user: UserId, at: Timestamp) -> StoreResult<()>;
    /// Adds an invitation. [`StoreError::Conflict`] if an open one exists for the address.
    async fn insert_invitation(&mut self, invitation: &Invitation) -> StoreResult<()>;
    /// Writes every field of an existing invitation.
    async fn update_invitation(&mut self, invitation: &Invitation) -> StoreResult<()>;
    /// Records an answer to *Review permissions*. Append-only.
    async fn insert_review(&mut self, review: &Review) -> StoreResult<()>;
    /// Records an answer to terms of use. Append-only.
    async fn insert_acceptance(&mut self, acceptance: &Acceptance) -> StoreResult<()>;
    /// Keeps what was shown, by its hash; storing it again is no change.
    async fn keep_evidence(&mut self, hash: &str, media_type: &str, content: &[u8]) -> StoreResult<()>;
    /// Adds a version of an agreement; immutable from then on. Its content must be kept as
    /// evidence already, and its number must follow the last one.
    async fn insert_agreement_version(&mut self, version: &AgreementVersion) -> StoreResult<()>;
    /// Erases who gave the answers of `user`, and from where. The answers stay: object id, hash, time (GDPR Art. 17).
    async fn forget_person(&mut self, user: UserId) -> StoreResult<()>;
    /// Assigns a user to an app; assigning again is no change.
    async fn assign_app(&mut self, user: UserId, app: AppId) -> StoreResult<()>;
    /// Puts a mail into the outbox; it is sent after the commit and survives a crash.
    async fn queue_mail(&mut self, id: MailId, mail: &OutgoingMail, at: Timestamp) -> StoreResult<()>;
    /// Ends every session of `user` (or of the whole tenant) that began at or before `at` (decision 20).
    async fn bump_epoch(&mut self, user: Option<UserId>, at: Timestamp) -> StoreResult<()>;
    /// Replaces the second factors of a guest or member. [`StoreError::Conflict`] if a passkey is somebody else's.
    async fn keep_factors(&mut self, user: UserId, factors: &Factors) -> StoreResult<()>;
    /// Appends to this tenant's audit chain, and queues the message that tells the tenant's webhooks of it.
    async fn audit(&mut self, at: Timestamp, event: &AuditEvent) -> StoreResult<()>;
    /// Makes everything durable. Returns only when it survives a power cut.
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}

/// A configuration object as a file declared it, with everything the snapshot needs, kept as JSON under its kind and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredObject {
    /// `None` for objects of the operator (shared applications).
    pub tenant: Option<TenantId>,
    /// `tenant`, `domain`, `connection`, `application`, `service_principal`, `agreement`, `contact`, `group`, `webhook`, …
    pub kind: String,
    /// Unique within tenant and kind.
    pub id: String,
    /// The object.
    pub body: serde_json::Value,
    /// Who may change it, and where it stands.
    pub managed_by: ManagedBy,
    /// A disabled object stays for history and answers like none.
    pub enabled: bool,
}

/// What loading the files changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileChanges {
    /// Objects that are new.
    pub added: u32,
    /// Objects whose body changed.
    pub changed: u32,
    /// Objects that vanished from the files and were disabled.
    pub disabled: u32,
}

/// A mail that is due.
#[derive(Clone, Debug)]
pub struct DueMail {
    /// Its row.
    pub id: MailId,
    /// The mail.
    pub mail: OutgoingMail,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MailState {
    /// It is tried at its time.
    Waiting,
    /// Somebody else took it over.
    Sent,
    /// It came back, or the recipient's server refused it.
    Bounced,
    /// It could not be sent for too long.
    GivenUp,
}

/// A mail as it is known after its content is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxMail {
    /// Its row.
    pub id: MailId,
    /// For whom it speaks.
    pub tenant: Option<TenantId>,
    /// The invitation that it brings.
    pub invitation: Option<InvitationId>,
    /// Where it stands.
    pub state: MailState,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it is tried next, was sent or came back; `None` if it was given up.
    pub at: Option<Timestamp>,
    /// How often it was tried.
    pub tries: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
}

impl OutboxMail {
    /// Where it stands, in words.
    pub fn sentence(&self) -> String {
        let word = match self.state {
            MailState::Waiting => "waiting, next try",
            MailState::Sent => "sent",
            MailState::Bounced => "bounced",
            MailState::GivenUp => "given up",
        };
        self.at.map_or_else(|| word.to_owned(), |at| format!("{word} {at}"))
    }
}

/// Invitation mails that the owner of a mailbox does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailBlock {
    /// Of whom; `None` of everybody.
    pub tenant: Option<TenantId>,
    /// Since when.
    pub blocked_at: Timestamp,
}

/// When sessions of a tenant or user ended last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// The tenant.
    pub tenant: TenantId,
    /// The user; `None` for the whole tenant.
    pub user: Option<UserId>,
    /// Sessions that began at or before this are over.
    pub ended_at: Timestamp,
}

/// A key of the instance, sealed under the root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id; of signing keys the RFC 7638 thumbprint.
    pub id: String,
    /// Whose it is.
    pub tenant: Option<TenantId>,
    /// `signing-es256`, `sealing`, `pepper`, …
    pub purpose: String,
    /// The sealed key.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whether the DNS record was seen by which a domain names the provider of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainProof {
    /// Whose connection.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ConnectionName,
    /// The domain.
    pub domain: Domain,
    /// The issuer that the record names.
    pub issuer: String,
    /// Whether it was there.
    pub seen: bool,
    /// When somebody looked last and got an answer.
    pub checked_at: Timestamp,
}

/// A transaction for a task that crosses tenants.
#[async_trait]
pub trait InstanceTx: InstanceLife + InstanceAccounts + InstanceWebhooks + ReadWaiting + Send {
    /// Every enabled object, files' and others'.
    async fn objects(&mut self) -> StoreResult<Vec<StoredObject>>;
    /// Every version of every agreement of every tenant: by tenant, agreement and language, then oldest first.
    async fn agreement_versions(&mut self) -> StoreResult<Vec<(TenantId, AgreementVersion)>>;
    /// The content of the last version of each agreement and language, by its hash.
    async fn agreement_documents(&mut self) -> StoreResult<Vec<(TenantId, String, Evidence)>>;
    /// Replaces everything that files manage: adds, changes, and disables what vanished. Objects of the directory stay
    /// as they are; a file that names one of them is a [`StoreError::Conflict`].
    async fn load_files(&mut self, objects: &[StoredObject], at: Timestamp) -> StoreResult<FileChanges>;
    /// What is known about the DNS records of all domains.
    async fn domain_proofs(&mut self) -> StoreResult<Vec<DomainProof>>;
    /// Mails that are due at `now`, oldest first.
    async fn due_mails(&mut self, now: Timestamp, limit: u32) -> StoreResult<Vec<DueMail>>;
    /// Puts a mail into the outbox that belongs to no tenant's verb.
    async fn queue_mail(&mut self, id: MailId, mail: &OutgoingMail, at: Timestamp) -> StoreResult<()>;
    /// The mail is out; its content is wiped, its row stays for lists.
    async fn mail_sent(&mut self, id: MailId, at: Timestamp) -> StoreResult<()>;
    /// The mail failed; it is tried again at `next`, or given up.
    async fn mail_failed(&mut self, id: MailId, error: &str, next: Option<Timestamp>) -> StoreResult<()>;
    /// How many mails wait.
    async fn waiting_mails(&mut self) -> StoreResult<u64>;
    /// The mail came back, or its recipient's server refused it for good; its content is wiped. `None` if there is no such
    /// mail, else what was known of it.
    async fn mail_bounced(&mut self, id: MailId, error: &str, at: Timestamp) -> StoreResult<Option<OutboxMail>>;
    /// Mails, newest first; only those that wait or failed unless `all`.
    async fn outbox(&mut self, all: bool, limit: u32) -> StoreResult<Vec<OutboxMail>>;
    /// Makes a waiting mail due at once, or every one; the number of those that wait.
    async fn retry_mails(&mut self, id: Option<MailId>, at: Timestamp) -> StoreResult<u64>;
    /// What the mailbox with this keyed hash does not take, oldest first.
    async fn mail_blocks(&mut self, address_hash: &str) -> StoreResult<Vec<MailBlock>>;
    /// Blocks invitation mails of a tenant (`None`: of everybody) to the mailbox; `false` if they were blocked.
    async fn block_mails(&mut self, address_hash: &str, tenant: Option<TenantId>, at: Timestamp) -> StoreResult<bool>;
    /// Takes them again; `false` if they were not blocked.
    async fn allow_mails(&mut self, address_hash: &str, tenant: Option<TenantId>) -> StoreResult<bool>;
    /// The personal account that owns `address`.
    async fn account_by_address(&mut self, address: &EmailAddress) -> StoreResult<Option<PersonalAccount>>;
    /// A personal account.
    async fn account(&mut self, id: AccountId) -> StoreResult<Option<PersonalAccount>>;
    /// Adds a personal account. [`StoreError::Conflict`] if the address has one.
    async fn insert_account(&mut self, account: &PersonalAccount) -> StoreResult<()>;
    /// Sets the password hash of a personal account.
    async fn set_account_password(&mut self, id: AccountId, hash: &str) -> StoreResult<()>;
    /// The second factors of a personal account; empty if there are none.
    async fn account_factors(&mut self, id: AccountId) -> StoreResult<Factors>;
    /// The personal account whose passkey has this id.
    async fn account_of_passkey(&mut self, id: &str) -> StoreResult<Option<AccountId>>;
    /// Replaces the second factors of a personal account. [`StoreError::Conflict`] if a passkey is somebody else's.
    async fn keep_account_factors(&mut self, id: AccountId, factors: &Factors) -> StoreResult<()>;
    /// Ends every session that began at or before `at`, in every tenant where this identity is bound; returns whose.
    async fn bump_epochs_of(
        &mut self,
        issuer: &str,
        subject: &str,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>>;
    /// Tenants where this identity is bound.
    async fn tenants_of(&mut self, issuer: &str, subject: &str) -> StoreResult<Vec<TenantId>>;
    /// All keys.
    async fn keys(&mut self) -> StoreResult<Vec<StoredKey>>;
    /// Adds a key.
    async fn insert_key(&mut self, key: &StoredKey) -> StoreResult<()>;
    /// Destroys a key.
    async fn delete_key(&mut self, tenant: Option<TenantId>, id: &str) -> StoreResult<()>;
    /// All epochs that can still matter: those after `since`.
    async fn epochs(&mut self, since: Timestamp) -> StoreResult<Vec<Epoch>>;
    /// Appends to the instance's audit chain.
    async fn audit(&mut self, at: Timestamp, event: &AuditEvent) -> StoreResult<()>;
    /// The instance's audit chain from `after` (exclusive), oldest first.
    async fn audit_lines(&mut self, after: i64, limit: u32) -> StoreResult<Vec<AuditLine>>;
    /// Makes everything durable.
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}
