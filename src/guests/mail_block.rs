//! The owner of a mailbox blocks invitation mails, of one tenant or of everybody, and takes them again.

use super::{GuestContext, GuestsError, host_of};
use crate::keys::{Keys, Purpose};
use crate::mail::notice::{BLOCKED, BLOCKED_ALL, Notice, notice};
use crate::mail::texts::Say;
use crate::model::{AuditEvent, EmailAddress, Invitation, TenantId, Timestamp, User};
use crate::storage::{InstanceTask, StoreError, Tx};

/// What blocking needs of the keys: the right to block travels sealed in a mail, and the list holds hashed addresses.
pub trait BlockKeys: Send + Sync {
    /// Seals `plain` for the mails of one tenant.
    fn seal(&self, context: &str, plain: &[u8]) -> String;
    /// Opens what was sealed for the mails of the same tenant.
    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>>;
    /// The name of a mailbox in the list.
    fn hash(&self, address: &[u8]) -> [u8; 32];
    /// The name of an address or identity among those whom an organization closed out.
    fn bar(&self, parts: &[&[u8]]) -> [u8; 32];
}

impl BlockKeys for Keys {
    fn seal(&self, context: &str, plain: &[u8]) -> String {
        Self::seal(self, Purpose::MailBlock, context, plain)
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        self.open_sealed(Purpose::MailBlock, context, sealed)
    }

    fn hash(&self, address: &[u8]) -> [u8; 32] {
        self.keyed_hash(Purpose::MailBlock, &[address])
    }

    fn bar(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.keyed_hash(Purpose::Bar, parts)
    }
}

/// Whose mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those of the tenant that the context is about.
    Tenant,
    /// Those of every tenant here, also of one that comes later.
    Everybody,
}

/// Something that a mailbox does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Of whom; `None` of everybody.
    pub tenant: Option<TenantId>,
    /// Its name, if it is still here.
    pub name: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// The right to block mails of this tenant to `address`, as it stands in a mail to that address. It names nobody else, and
/// works for nothing else.
pub fn right(context: &GuestContext<'_>, address: &EmailAddress) -> String {
    context.keys.seal(&context.tenant.id.to_string(), address.as_str().as_bytes())
}

/// Whose mailbox a right is about, if it was given for this tenant.
pub fn address_of_right(context: &GuestContext<'_>, right: &str) -> Option<EmailAddress> {
    let plain = context.keys.open(&context.tenant.id.to_string(), right)?;
    std::str::from_utf8(&plain).ok()?.parse().ok()
}

/// The name of a mailbox in the list of blocks.
pub(super) fn hash(context: &GuestContext<'_>, address: &EmailAddress) -> String {
    data_encoding::HEXLOWER.encode(&context.keys.hash(address.as_str().as_bytes()))
}

/// Whether the guest takes no invitation mails, so that none may be queued; the audit log says so, as the original does.
pub(super) async fn holds_back(
    context: &GuestContext<'_>,
    tx: &mut dyn Tx,
    user: &User,
    invitation: &Invitation,
) -> Result<bool, StoreError> {
    let blocked = tx.mails_blocked(&hash(context, &invitation.address)).await?;
    if blocked {
        let event = AuditEvent::failure("Email not sent, user unsubscribed").on(user.id);
        tx.audit(context.clock.now(), &event.with("invitation", &invitation.id)).await?;
    }
    Ok(blocked)
}

/// The reader of a copy, unless that mailbox takes no invitation mails.
pub(super) async fn copy_to<'a>(
    context: &GuestContext<'_>,
    tx: &mut dyn Tx,
    cc: Option<&'a EmailAddress>,
) -> Result<Option<&'a EmailAddress>, StoreError> {
    match cc {
        Some(cc) if !tx.mails_blocked(&hash(context, cc)).await? => Ok(Some(cc)),
        _ => Ok(None),
    }
}

/// Blocks mails to `address`; `false` if they were blocked already. With `confirm` a last mail tells the owner, in these
/// words: a robot that presses every button of a page must not go unnoticed (attack row B3).
pub async fn block(
    context: GuestContext<'_>,
    address: &EmailAddress,
    reach: Reach,
    confirm: Option<&dyn Say>,
) -> Result<bool, GuestsError> {
    let now = context.clock.now();
    let tenant = (reach == Reach::Tenant).then_some(context.tenant.id);
    let mut tx = context.store.begin_instance(InstanceTask::MailBlocks).await?;
    if !tx.block_mails(&hash(&context, address), tenant, now).await? {
        return Ok(false);
    }
    tx.audit(now, &event("Email unsubscribed", tenant)).await?;
    if let Some(words) = confirm {
        let url = context.urls.blocks(context.tenant.id);
        let mail = notice(
            words,
            &Notice {
                brand: context.brand,
                host: host_of(context.urls.origin()),
                tenant: Some(context.tenant),
                to: address,
                wording: if tenant.is_some() { &BLOCKED } else { &BLOCKED_ALL },
                variables: &[("address", address.as_str())],
                url: Some(&url),
            },
        )?;
        tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Takes the mails of `tenant` (`None`: of everybody) again; `false` if they were not blocked. Only the proved owner of the
/// mailbox may ask for it.
pub async fn allow(
    context: GuestContext<'_>,
    address: &EmailAddress,
    tenant: Option<TenantId>,
) -> Result<bool, GuestsError> {
    let mut tx = context.store.begin_instance(InstanceTask::MailBlocks).await?;
    if !tx.allow_mails(&hash(&context, address), tenant).await? {
        return Ok(false);
    }
    tx.audit(context.clock.now(), &event("Email subscribed", tenant)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Everything that `address` does not take.
pub async fn blocks(context: GuestContext<'_>, address: &EmailAddress) -> Result<Vec<Blocked>, GuestsError> {
    let mut tx = context.store.begin_instance(InstanceTask::MailBlocks).await?;
    let found = tx.mail_blocks(&hash(&context, address)).await?;
    let name = |id| context.snapshot.tenant(id).map(|tenant| tenant.display_name.clone());
    Ok(found
        .into_iter()
        .map(|block| Blocked { tenant: block.tenant, name: block.tenant.and_then(name), since: block.blocked_at })
        .collect())
}

/// Whether somebody here writes, or wrote, to `address`: whoever is nobody here gets no code, and cannot tell (decision 4).
pub async fn is_known(context: GuestContext<'_>, address: &EmailAddress) -> Result<bool, GuestsError> {
    let blocked = !blocks(context, address).await?.is_empty();
    let mut view = context.store.read(context.tenant.id).await?;
    let guest = view.guest_invited_as(address).await?.is_some();
    Ok(blocked || guest)
}

/// Activities as the original names them.
fn event(activity: &'static str, tenant: Option<TenantId>) -> AuditEvent {
    let event = AuditEvent::success(activity);
    match tenant {
        Some(tenant) => event.with("tenant", tenant),
        None => event.with("reach", "everybody"),
    }
}
