//! Look people of a tenant up, one by one and page by page: for programs that read the directory.

use super::{GuestContext, GuestsError};
use crate::model::{AppId, ExternalUserState, Invitation, InvitationId, User, UserId, UserType};

pub use crate::storage::{
    InvitationQuery, TextPart, TimeOrder, UserMark, UserOrder, UserQuery, UserTest, UserText, UserTime, Within,
};

/// A user of the tenant, the bin not looked at.
pub async fn user(context: GuestContext<'_>, id: UserId) -> Result<Option<User>, GuestsError> {
    Ok(context.store.read(context.tenant.id).await?.user(id).await?)
}

/// A user in the bin.
pub async fn deleted_user(context: GuestContext<'_>, id: UserId) -> Result<Option<User>, GuestsError> {
    Ok(context.store.read(context.tenant.id).await?.deleted_user(id).await?)
}

/// Somebody who may act now: not blocked, not deleted, the access not ended; a guest only after redemption.
pub async fn acting_user(context: GuestContext<'_>, id: UserId) -> Result<Option<User>, GuestsError> {
    let found = user(context, id).await?;
    let now = context.clock.now();
    Ok(found.filter(|user| {
        let here = user.user_type == UserType::Member || user.external_user_state == Some(ExternalUserState::Accepted);
        user.account_enabled && !user.has_ended(now) && here
    }))
}

/// Users, one page of them.
pub async fn page(context: GuestContext<'_>, query: &UserQuery) -> Result<Vec<User>, GuestsError> {
    Ok(context.store.read(context.tenant.id).await?.user_page(query).await?)
}

/// Users with their roles in an app, one page of them.
pub async fn page_with_roles(
    context: GuestContext<'_>,
    query: &UserQuery,
    app: AppId,
) -> Result<Vec<(User, Vec<String>)>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let mut found = Vec::new();
    for user in view.user_page(query).await? {
        let roles = view.app_roles(user.id).await?.into_iter().filter(|role| role.app == app).map(|role| role.role);
        found.push((user, roles.collect()));
    }
    Ok(found)
}

/// How many users pass a filter.
pub async fn count(context: GuestContext<'_>, query: &UserQuery) -> Result<u64, GuestsError> {
    Ok(context.store.read(context.tenant.id).await?.user_count(query).await?)
}

/// An invitation by its id, with its guest; `None` once the guest is gone.
pub async fn invitation(
    context: GuestContext<'_>,
    id: &InvitationId,
) -> Result<Option<(Invitation, User)>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let Some(invitation) = view.invitation(id).await? else { return Ok(None) };
    let user = view.user(invitation.user).await?;
    Ok(user.map(|user| (invitation, user)))
}

/// Invitations with their guests, the newest first. Those of guests who are gone are left out, so that a page may have
/// fewer rows than there are; `next` tells whether there is another one.
pub async fn invitations(
    context: GuestContext<'_>,
    query: &InvitationQuery,
) -> Result<(Vec<(Invitation, User)>, Option<Invitation>), GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let more = InvitationQuery { limit: query.limit.saturating_add(1), ..query.clone() };
    let mut rows = view.invitation_page(&more).await?;
    let full = rows.len() > query.limit as usize;
    rows.truncate(query.limit as usize);
    let next = rows.last().filter(|_| full).cloned();
    let mut found = Vec::with_capacity(rows.len());
    for invitation in rows {
        if let Some(user) = view.user(invitation.user).await? {
            found.push((invitation, user));
        }
    }
    Ok((found, next))
}
