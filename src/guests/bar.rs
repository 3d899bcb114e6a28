//! Whom an administrator closed out stays out: the block is remembered after the guest has left or was erased, as keyed
//! hashes of the addresses and the identity, and lifted by an administrator alone.

use data_encoding::HEXLOWER;

use super::life::{By, LifeError};
use super::mail_block::BlockKeys;
use crate::app::App;
use crate::model::{AuditEvent, EmailAddress, Identity, InvitationState, Tenant, TenantId, Timestamp, User};
use crate::storage::{Read, StoreError, Tx};

/// Remembers a guest who goes, if an administrator closed the account. Call it before anything of the guest is changed. One
/// whose access the clock ended, and one whose invitation was revoked, are welcome again (decision 24).
pub(super) async fn remember(
    tx: &mut dyn Tx,
    keys: &dyn BlockKeys,
    tenant: TenantId,
    user: &User,
    now: Timestamp,
) -> Result<(), StoreError> {
    if user.account_enabled {
        return Ok(());
    }
    if let Some(end) = user.expires_at
        && tx.end_noted(user.id, end, super::sweep::ENDED).await?
    {
        return Ok(());
    }
    let invitation = tx.invitation_of(user.id).await?;
    if user.is_pending() && invitation.is_some_and(|invitation| invitation.state == InvitationState::Revoked) {
        return Ok(());
    }
    tx.bar(user.id, &hashes_of(keys, tenant, user), now).await
}

/// Whether an administrator closed out whoever has one of these addresses, or this identity.
pub async fn is_barred<'a, R: Read + ?Sized>(
    read: &mut R,
    keys: &dyn BlockKeys,
    tenant: TenantId,
    addresses: impl Iterator<Item = &'a EmailAddress>,
    identity: Option<&Identity>,
) -> Result<bool, StoreError> {
    let mut hashes: Vec<String> = addresses.map(|address| of_address(keys, tenant, address)).collect();
    hashes.extend(identity.map(|identity| of_identity(keys, tenant, identity)));
    read.is_barred(&hashes).await
}

/// Lifts the block of a guest who is one no more; `false` if nobody under this address was closed out. What else was known of
/// the same person is lifted with it.
pub async fn lift(app: &App, tenant: &Tenant, by: By, address: &EmailAddress) -> Result<bool, LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let lifted = tx.unbar(&[of_address(app.keys.as_ref(), tenant.id, address)]).await?;
    for user in &lifted {
        let event =
            AuditEvent::success("Enable account").on(*user).with("reason", "the block of a former guest was lifted");
        tx.audit(now, &by.sign(event)).await?;
    }
    tx.commit().await?;
    Ok(!lifted.is_empty())
}

/// Everything by which a guest would be known again.
pub(super) fn hashes_of(keys: &dyn BlockKeys, tenant: TenantId, user: &User) -> Vec<String> {
    let addresses = user.invited_address.iter().chain(&user.mail).chain(&user.other_mails);
    let mut hashes: Vec<String> = addresses.map(|address| of_address(keys, tenant, address)).collect();
    hashes.extend(user.identity.iter().filter(|one| !one.is_erased()).map(|one| of_identity(keys, tenant, one)));
    hashes.sort();
    hashes.dedup();
    hashes
}

fn of_address(keys: &dyn BlockKeys, tenant: TenantId, address: &EmailAddress) -> String {
    HEXLOWER.encode(&keys.bar(&[tenant.uuid().as_bytes(), b"address", address.as_str().as_bytes()]))
}

fn of_identity(keys: &dyn BlockKeys, tenant: TenantId, identity: &Identity) -> String {
    let id = tenant.uuid();
    let parts = [&id.as_bytes()[..], b"identity", identity.issuer.as_bytes(), identity.subject.as_bytes()];
    HEXLOWER.encode(&keys.bar(&parts))
}
