//! Erase a guest for good: personal data goes, the proof of what was agreed stays under an id that names nobody, the chain stays whole.

use super::bar;
use super::life::{By, LifeError, end_sessions, guest};
use crate::app::App;
use crate::keys::sha256_hex;
use crate::model::{AccountId, AuditEvent, Identity, SessionRecord, Tenant, TenantId, Timestamp, User, UserId};
use crate::storage::{InstanceTask, Tx};

/// Erases a guest of the organization at once: the wish of the guest, or of an administrator.
pub async fn erase(app: &App, tenant: &Tenant, by: By, id: UserId) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let user = guest(tx.as_mut(), id).await?;
    gone(app, tx, tenant.id, by, &user, now).await
}

/// Erases the guest who is signed in: the wish counts only by the very identity that is bound. A guest who proved no more than
/// the mailbox leaves, and is erased when the 30 days are over.
pub async fn erase_own(app: &App, tenant: &Tenant, session: &SessionRecord) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let user = guest(tx.as_mut(), session.user).await?;
    let same = |bound: &Identity| bound.issuer == session.identity.issuer && bound.subject == session.identity.subject;
    if !user.identity.as_ref().is_some_and(same) {
        return Err(LifeError::NotBound);
    }
    gone(app, tx, tenant.id, By::User(user.id), &user, now).await
}

async fn gone(
    app: &App,
    mut tx: Box<dyn Tx>,
    tenant: TenantId,
    by: By,
    user: &User,
    now: Timestamp,
) -> Result<(), LifeError> {
    forget(app, tx.as_mut(), tenant, by, user, now).await?;
    tx.commit().await?;
    app.tombstones.add(&tombstone(tenant, user.id), now).map_err(super::GuestsError::from)?;
    end_sessions(app, tenant, user.id, now).await?;
    forget_log(app).await;
    Ok(())
}

/// After an erasure: the log beside the directory still holds what the commit wiped. Somebody may be reading it at the moment,
/// so it is tried a few times; what is left then goes with the log's next end, and at the latest when the process stops.
pub async fn forget_log(app: &App) {
    for _ in 0..3 {
        match app.store.forget_log().await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "the log of the directory could not be emptied after an erasure");
                return;
            }
        }
    }
    tracing::warn!("the log of the directory is read, and was not emptied after an erasure");
}

/// Erases a guest who lies in the bin: after 30 days, or sooner where an administrator asks for it. There is no way back.
pub async fn purge(app: &App, tenant: TenantId, by: By, id: UserId) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant).await?;
    let user = tx.deleted_user(id).await?.ok_or(LifeError::NotDeleted)?;
    gone(app, tx, tenant, by, &user, now).await
}

async fn forget(
    app: &App,
    tx: &mut dyn Tx,
    tenant: TenantId,
    by: By,
    user: &User,
    now: Timestamp,
) -> Result<(), LifeError> {
    // A block outlives the guest, as keyed hashes that lead back to nobody.
    bar::remember(tx, app.keys.as_ref(), tenant, user, now).await?;
    tx.make_husk(user, now).await?;
    // What was agreed stays, under the id that now names nobody.
    tx.forget_person(user.id).await?;
    tx.bury(&tombstone(tenant, user.id), now).await?;
    tx.bump_epoch(Some(user.id), now).await?;
    tx.audit(now, &by.sign(AuditEvent::success("Hard Delete user").on(user.id))).await?;
    Ok(())
}

/// How the erased are remembered: a hash of random ids, which leads back to nobody.
pub(super) fn tombstone(tenant: TenantId, user: UserId) -> String {
    sha256_hex(format!("{tenant}/{user}").as_bytes())
}

/// The same of a personal account.
pub fn account_tombstone(account: AccountId) -> String {
    sha256_hex(format!("account/{account}").as_bytes())
}

/// At start: everybody who was erased after the backup was made from which this directory was restored, is erased again
/// (attack row L6). Returns how many that were. What the directory knows and the file does not is added to the file.
pub async fn erase_again(app: &App) -> Result<usize, LifeError> {
    let kept = app.tombstones.read().map_err(super::GuestsError::from)?;
    let mut instance = app.store.begin_instance(InstanceTask::Sweeps).await?;
    let known = instance.tombstones().await?;
    let (mut back, mut accounts): (Vec<(TenantId, UserId)>, Vec<AccountId>) = Default::default();
    if !kept.iter().all(|hash| known.contains(hash)) {
        back = instance.everybody().await?;
        back.retain(|(tenant, user)| kept.contains(&tombstone(*tenant, *user)));
        accounts = instance.account_ids().await?;
        accounts.retain(|account| kept.contains(&account_tombstone(*account)));
    }
    drop(instance);
    let now = app.clock.now();
    for account in &accounts {
        let mut tx = app.store.begin_instance(InstanceTask::Sweeps).await?;
        tx.erase_account(*account, &app.urls.personal_issuer(), &account_tombstone(*account), now).await?;
        tx.commit().await?;
    }
    for hash in known.iter().filter(|hash| !kept.contains(*hash)) {
        app.tombstones.add(hash, now).map_err(super::GuestsError::from)?;
    }
    for (tenant, id) in &back {
        let mut tx = app.store.begin(*tenant).await?;
        let user = match tx.user(*id).await? {
            Some(user) => Some(user),
            None => tx.deleted_user(*id).await?,
        };
        if let Some(user) = user {
            forget(app, tx.as_mut(), *tenant, By::Clock, &user, now).await?;
            tx.commit().await?;
        }
    }
    Ok(back.len() + accounts.len())
}
