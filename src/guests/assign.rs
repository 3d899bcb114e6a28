//! Give apps, groups and app roles to a guest, and take them away.

use serde::{Deserialize, Serialize};

use super::GuestContext;
use super::invite::Inviter;
use super::inviters::{owned_apps, rights_of};
use super::manage::{ManageError, is_admin};
use super::wish::has_role;
use crate::app::App;
use crate::model::{AppId, AppRole, AuditEvent, GroupId, User, UserId};
use crate::storage::{StoreResult, Tx};

/// What a guest is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Apps to open.
    pub apps: Vec<AppId>,
    /// Groups to be a member of.
    pub groups: Vec<GroupId>,
    /// App roles; each assigns its app as well.
    pub roles: Vec<AppRole>,
}

impl Given {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.apps.is_empty() && self.groups.is_empty() && self.roles.is_empty()
    }

    /// Adds everything to an audit line.
    pub(super) fn named_in(&self, event: AuditEvent) -> AuditEvent {
        let event = self.apps.iter().fold(event, |event, app| event.with("app", app));
        let event = self.groups.iter().fold(event, |event, group| event.with("group", group));
        self.roles.iter().fold(event, |event, role| event.with("role", format!("{}:{}", role.app, role.role)))
    }
}

/// Gives everything, in the transaction of a verb. What was given before stays.
pub(super) async fn give(tx: &mut dyn Tx, user: UserId, given: &Given) -> StoreResult<()> {
    for app in &given.apps {
        tx.assign_app(user, *app).await?;
    }
    for role in &given.roles {
        tx.assign_app(user, role.app).await?;
        tx.give_role(user, role).await?;
    }
    for group in &given.groups {
        tx.join_group(user, *group).await?;
    }
    Ok(())
}

/// Gives apps, groups and roles to a user of the tenant: a guest, or a member.
pub async fn assign(
    context: GuestContext<'_>,
    inviter: &Inviter,
    user: UserId,
    given: &Given,
) -> Result<User, ManageError> {
    let by_itself = matches!(inviter, Inviter::Application { .. });
    let rights = rights_of(&context, inviter).await?;
    // An application that may assign is bound by no policy on inviting.
    if rights.is_none() && !by_itself {
        return Err(ManageError::NotAllowed);
    }
    check_exists(&context, given)?;
    if rights.is_some_and(|rights| !rights.may_give(&given.apps, &given.groups, &given.roles)) {
        return Err(ManageError::NotAllowed);
    }
    let mut tx = context.store.begin(context.tenant.id).await?;
    let user = tx.user(user).await?.ok_or(ManageError::NoGuest)?;
    give(tx.as_mut(), user.id, given).await?;
    let event = given.named_in(AuditEvent::success("Add app role assignment grant to user").on(user.id));
    tx.audit(context.clock.now(), &actor(event, inviter)).await?;
    tx.commit().await?;
    Ok(user)
}

/// Takes apps, groups and roles away. The sessions of the user end with it, so that no app goes on believing the old
/// facts: call [`unassign_and_end_sessions`] where an [`App`] is at hand.
pub async fn unassign(
    context: GuestContext<'_>,
    inviter: &Inviter,
    user: UserId,
    given: &Given,
) -> Result<User, ManageError> {
    let owned = match inviter {
        Inviter::Operator { .. } | Inviter::Application { .. } => None,
        Inviter::User(named) => {
            let mut view = context.store.read(context.tenant.id).await?;
            let user = view.user(named.id).await?.filter(|user| user.account_enabled).ok_or(ManageError::NotAllowed)?;
            // Whoever owns an app says who uses it, even under a policy by which nobody invites.
            if is_admin(&user) { None } else { Some(owned_apps(view.as_mut(), context.tenant, &user).await?) }
        }
    };
    let theirs = |owned: &Vec<AppId>| {
        given.groups.is_empty()
            && given.apps.iter().chain(given.roles.iter().map(|role| &role.app)).all(|app| owned.contains(app))
    };
    if !owned.as_ref().is_none_or(theirs) {
        return Err(ManageError::NotAllowed);
    }
    let now = context.clock.now();
    let mut tx = context.store.begin(context.tenant.id).await?;
    let user = tx.user(user).await?.ok_or(ManageError::NoGuest)?;
    let mut taken = false;
    for role in &given.roles {
        taken |= tx.take_role(user.id, role).await?;
    }
    for app in &given.apps {
        taken |= tx.unassign_app(user.id, *app).await?;
    }
    for group in &given.groups {
        taken |= tx.leave_group(user.id, *group).await?;
    }
    if !taken {
        return Err(ManageError::NotGiven);
    }
    tx.bump_epoch(Some(user.id), now).await?;
    let event = given.named_in(AuditEvent::success("Remove app role assignment from user").on(user.id));
    tx.audit(now, &actor(event, inviter)).await?;
    tx.commit().await?;
    Ok(user)
}

/// Takes apps, groups and roles away, and ends the user's sessions here and now.
pub async fn unassign_and_end_sessions(
    app: &App,
    context: GuestContext<'_>,
    inviter: &Inviter,
    user: UserId,
    given: &Given,
) -> Result<User, ManageError> {
    let user = unassign(context, inviter, user, given).await?;
    app.sessions.end_user(context.tenant.id, user.id, app.clock.now()).await.map_err(super::GuestsError::from)?;
    Ok(user)
}

fn check_exists(context: &GuestContext<'_>, given: &Given) -> Result<(), ManageError> {
    let apps = given.apps.iter().all(|app| context.snapshot.service_principal(context.tenant, *app).is_some());
    let groups = given.groups.iter().all(|group| context.tenant.groups.iter().any(|known| known.id == *group));
    let roles = given.roles.iter().all(|role| has_role(context.tenant, role));
    if apps && groups && roles { Ok(()) } else { Err(ManageError::Unknown) }
}

pub(super) fn actor(event: AuditEvent, inviter: &Inviter) -> AuditEvent {
    match inviter {
        Inviter::User(user) => event.by(user.id),
        Inviter::Operator { .. } => event,
        Inviter::Application { app } => event.with("application", app),
    }
}
