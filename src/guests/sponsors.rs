//! Say who answers for a guest (Graph `sponsors`), five people at most.

use super::life::{By, LifeError, guest};
use super::{GuestContext, GuestsError};
use crate::app::App;
use crate::model::{AuditEvent, Tenant, User, UserId};

/// The sponsors of a guest who are still there.
pub async fn sponsors(context: GuestContext<'_>, id: UserId) -> Result<Option<Vec<User>>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let Some(user) = view.user(id).await? else { return Ok(None) };
    let mut found = Vec::with_capacity(user.sponsors.len());
    for sponsor in user.sponsors {
        found.extend(view.user(sponsor).await?);
    }
    Ok(Some(found))
}

/// Adds a sponsor: a member, or a guest who accepted. Adding one again is no change.
pub async fn add(app: &App, tenant: &Tenant, by: By, id: UserId, sponsor: UserId) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = guest(tx.as_mut(), id).await?;
    let known = tx.user(sponsor).await?.filter(|one| one.account_enabled && !one.is_pending() && one.id != id);
    let sponsor = known.ok_or(LifeError::NoSuchSponsor)?.id;
    if user.sponsors.contains(&sponsor) {
        return Ok(());
    }
    if user.sponsors.len() >= User::MOST_SPONSORS {
        return Err(LifeError::TooManySponsors);
    }
    user.sponsors.push(sponsor);
    tx.update_user(&user).await?;
    tx.audit(now, &by.sign(AuditEvent::success("Add sponsor to user").on(id).with("sponsor", sponsor))).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a sponsor away.
pub async fn remove(app: &App, tenant: &Tenant, by: By, id: UserId, sponsor: UserId) -> Result<(), LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = guest(tx.as_mut(), id).await?;
    if !user.sponsors.contains(&sponsor) {
        return Err(LifeError::NoSuchSponsor);
    }
    user.sponsors.retain(|known| *known != sponsor);
    tx.update_user(&user).await?;
    tx.audit(now, &by.sign(AuditEvent::success("Remove sponsor from user").on(id).with("sponsor", sponsor))).await?;
    tx.commit().await?;
    Ok(())
}
