//! Who may open an app, for whoever owns it: *Manage my app*.

use serde::Serialize;

use super::inviters::owned_apps;
use super::{GuestContext, GuestsError};
use crate::model::{AppId, User, UserId, UserType};

/// Most people of one list.
const MOST: u32 = 10_000;

/// Somebody who is assigned to an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppPerson {
    /// Who.
    pub id: UserId,
    /// Name.
    pub display_name: String,
    /// The mail, or the address that was invited.
    pub address: String,
    /// Guest or member.
    pub guest: bool,
    /// Whether the person still has to redeem the invitation.
    pub pending: bool,
    /// Whether an administrator blocked the person.
    pub blocked: bool,
}

/// An owner at work: read afresh, with what they own. [`owner`] alone makes one.
#[derive(Clone, Debug)]
pub struct Owner {
    user: User,
    app: AppId,
}

impl Owner {
    /// Who.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Of which app.
    pub fn app(&self) -> AppId {
        self.app
    }
}

/// The apps of this tenant that `user` owns.
pub async fn apps_of(context: &GuestContext<'_>, user: UserId) -> Result<Vec<AppId>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    match view.user(user).await?.filter(|user| user.account_enabled) {
        Some(user) => Ok(owned_apps(view.as_mut(), context.tenant, &user).await?),
        None => Ok(Vec::new()),
    }
}

/// The owner of `app`, if `user` is one. Everybody else is told nothing, not even whether there is such an app.
pub async fn owner(context: &GuestContext<'_>, user: UserId, app: AppId) -> Result<Option<Owner>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let Some(user) = view.user(user).await?.filter(|user| user.account_enabled) else { return Ok(None) };
    let owns = owned_apps(view.as_mut(), context.tenant, &user).await?.contains(&app);
    Ok(owns.then_some(Owner { user, app }))
}

/// Whether an address lies at the owner's app: an owner sends guests nowhere else. What else an address must be,
/// [`super::invite::invite`] checks.
pub fn lands_in(context: &GuestContext<'_>, owner: &Owner, address: &str) -> bool {
    let url = url::Url::parse(address).ok();
    let host = url.as_ref().and_then(url::Url::host_str);
    host.and_then(|host| context.snapshot.app_by_host(host)).is_some_and(|app| app.id == owner.app)
}

/// Everybody who is assigned to the owner's app, by name.
pub async fn people(context: &GuestContext<'_>, owner: &Owner) -> Result<Vec<AppPerson>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let users = view.users_of_app(owner.app, MOST).await?;
    Ok(users.into_iter().map(person).collect())
}

fn person(user: User) -> AppPerson {
    let address = user.mail.as_ref().or(user.invited_address.as_ref()).map(ToString::to_string).unwrap_or_default();
    AppPerson {
        id: user.id,
        address,
        guest: user.user_type == UserType::Guest,
        pending: user.is_pending(),
        blocked: !user.account_enabled,
        display_name: user.display_name,
    }
}
