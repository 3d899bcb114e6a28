//! Erase a guest for good: personal data goes, the proof of what was agreed stays under an id that names nobody, the chain stays whole.

use super::life::{By, LifeError, end_sessions, guest};
use crate::app::App;
use crate::keys::sha256_hex;
use crate::model::{AuditEvent, Tenant, TenantId, Timestamp, User, UserId};
use crate::storage::Tx;

/// Erases a guest of the organization at once: the wish of the guest, or of an administrator.
pub async fn erase(app: &App, tenant: &Tenant, by: By, id: UserId) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let user = guest(tx.as_mut(), id).await?;
    forget(tx.as_mut(), tenant.id, by, &user, now).await?;
    tx.commit().await?;
    app.tombstones.add(&tombstone(tenant.id, id), now).map_err(super::GuestsError::from)?;
    end_sessions(app, tenant.id, id, now).await
}

/// Erases a guest who lies in the bin: after 30 days, or sooner where an administrator asks for it. There is no way back.
pub async fn purge(app: &App, tenant: TenantId, by: By, id: UserId) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant).await?;
    let user = tx.deleted_user(id).await?.ok_or(LifeError::NotDeleted)?;
    forget(tx.as_mut(), tenant, by, &user, now).await?;
    tx.commit().await?;
    app.tombstones.add(&tombstone(tenant, id), now).map_err(super::GuestsError::from)?;
    Ok(())
}

async fn forget(tx: &mut dyn Tx, tenant: TenantId, by: By, user: &User, now: Timestamp) -> Result<(), LifeError> {
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

/// At start: everybody who was erased after the backup was made from which this directory was restored, is erased again
/// (attack row L6). Returns how many that were. What the directory knows and the file does not is added to the file.
pub async fn erase_again(app: &App) -> Result<usize, LifeError> {
    let kept = app.tombstones.read().map_err(super::GuestsError::from)?;
    let mut instance = app.store.begin_instance(crate::storage::InstanceTask::Sweeps).await?;
    let known = instance.tombstones().await?;
    let back: Vec<(TenantId, UserId)> = if kept.iter().all(|hash| known.contains(hash)) {
        Vec::new()
    } else {
        instance
            .everybody()
            .await?
            .into_iter()
            .filter(|(tenant, user)| kept.contains(&tombstone(*tenant, *user)))
            .collect()
    };
    drop(instance);
    let now = app.clock.now();
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
            forget(tx.as_mut(), *tenant, By::Clock, &user, now).await?;
            tx.commit().await?;
        }
    }
    Ok(back.len())
}
