//! Who may invite whom, and what they may give: the policy `allowInvitesFrom`, guest inviters, owners of apps.

use super::GuestContext;
use super::invite::Inviter;
use crate::model::{
    AllowInvitesFrom, AppId, AppRole, Domain, EmailAddress, ExternalUserState, GroupId, Tenant, User, UserType,
};
use crate::storage::{Read, StoreResult};

/// Whom somebody may invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Whoever the tenant's domain lists let in.
    Anybody,
    /// Colleagues alone: addresses of this domain.
    Colleagues(Domain),
}

/// What somebody may give with an invitation, or to a guest who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gifts {
    /// Every app, group and role: operator and administrators.
    Everything,
    /// These apps. Roles only in apps that they own, groups never: an inviter gives no more than what is theirs.
    Apps {
        /// Apps that they own or use.
        usable: Vec<AppId>,
        /// Apps that they own.
        owned: Vec<AppId>,
    },
}

/// What one person may do about invitations in one tenant. To have a value of it is to be allowed to invite somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteRights {
    /// Whom.
    pub whom: Whom,
    /// What they may give.
    pub gifts: Gifts,
    /// Whether an invitation must be about an app of their own: they invite as its owner, not by the policy.
    pub as_owner_only: bool,
}

impl InviteRights {
    /// Whether an invitation of this person may go to `address`.
    pub fn reaches(&self, address: &EmailAddress) -> bool {
        match &self.whom {
            Whom::Anybody => true,
            Whom::Colleagues(domain) => address.domain() == domain,
        }
    }

    /// Whether this person may give all of this.
    pub fn may_give(&self, apps: &[AppId], groups: &[GroupId], roles: &[AppRole]) -> bool {
        let Gifts::Apps { usable, owned } = &self.gifts else { return true };
        groups.is_empty()
            && apps.iter().all(|app| usable.contains(app))
            && roles.iter().all(|role| owned.contains(&role.app))
            && (!self.as_owner_only || apps.iter().any(|app| owned.contains(app)))
    }

    /// Whether this person may send again or revoke an invitation: of their own, of a guest of theirs, or any as
    /// administrator.
    pub fn manages_everybody(&self) -> bool {
        self.gifts == Gifts::Everything
    }
}

/// The rights of `inviter`, read afresh: what a caller knows of a user may be old. `None` means that they may invite
/// nobody. Pages show an invite form only to somebody who has rights, and [`super::invite::invite`] asks again.
pub async fn rights_of(context: &GuestContext<'_>, inviter: &Inviter) -> StoreResult<Option<InviteRights>> {
    let everything = InviteRights { whom: Whom::Anybody, gifts: Gifts::Everything, as_owner_only: false };
    let named = match inviter {
        Inviter::User(named) => named,
        Inviter::Operator { .. } => return Ok(Some(everything)),
        Inviter::Application { .. } => {
            return Ok(lets_applications_invite(context.tenant.policies.allow_invites_from).then_some(everything));
        }
    };
    let mut view = context.store.read(context.tenant.id).await?;
    let Some(user) = view.user(named.id).await? else { return Ok(None) };
    let owned = owned_apps(view.as_mut(), context.tenant, &user).await?;
    let used = view.assigned_apps(user.id).await?;
    Ok(rights(context.tenant, &user, &owned, &used))
}

/// As in the original, applications by themselves invite nobody where inviting is off or kept to people with a role.
fn lets_applications_invite(policy: AllowInvitesFrom) -> bool {
    match policy {
        AllowInvitesFrom::None | AllowInvitesFrom::AdminsAndGuestInviters => false,
        AllowInvitesFrom::AdminsGuestInvitersAndAllMembers | AllowInvitesFrom::Everyone => true,
    }
}

/// Apps of the tenant that `user` owns, by its file or by the directory.
pub async fn owned_apps(view: &mut dyn Read, tenant: &Tenant, user: &User) -> StoreResult<Vec<AppId>> {
    let kept = view.owned_apps(user.id).await?;
    let named = |owners: &[EmailAddress]| user.mail.as_ref().is_some_and(|mail| owners.contains(mail));
    Ok(tenant
        .service_principals
        .iter()
        .filter(|principal| named(&principal.owners) || kept.contains(&principal.app))
        .map(|principal| principal.app)
        .collect())
}

/// The table. `owned` and `used` are apps of the tenant.
fn rights(tenant: &Tenant, user: &User, owned: &[AppId], used: &[AppId]) -> Option<InviteRights> {
    let member = user.user_type == UserType::Member;
    // A guest who has not yet agreed to anything is nobody's host.
    let here = member || user.external_user_state == Some(ExternalUserState::Accepted);
    let policy = tenant.policies.allow_invites_from;
    if !user.account_enabled || user.deleted_at.is_some() || !here || policy == AllowInvitesFrom::None {
        return None;
    }
    if member && user.admin {
        return Some(InviteRights { whom: Whom::Anybody, gifts: Gifts::Everything, as_owner_only: false });
    }
    let by_policy = match policy {
        AllowInvitesFrom::None => false,
        AllowInvitesFrom::AdminsAndGuestInviters => user.guest_inviter,
        AllowInvitesFrom::AdminsGuestInvitersAndAllMembers => user.guest_inviter || member,
        AllowInvitesFrom::Everyone => true,
    };
    if !by_policy && owned.is_empty() {
        return None;
    }
    // The partner's own administrator brings colleagues, and nobody else, unless everybody may invite anybody.
    let whom = match &user.mail {
        Some(mail) if !member && policy != AllowInvitesFrom::Everyone => Whom::Colleagues(mail.domain().clone()),
        None if !member => return None,
        _ => Whom::Anybody,
    };
    let mut usable = if by_policy { used.to_vec() } else { Vec::new() };
    usable.extend(owned.iter().filter(|app| !used.contains(app) || !by_policy));
    Some(InviteRights { whom, gifts: Gifts::Apps { usable, owned: owned.to_vec() }, as_owner_only: !by_policy })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::{BOARD, DESK, WIKI, address, contoso, domain, member};

    use AllowInvitesFrom::{AdminsAndGuestInviters, AdminsGuestInvitersAndAllMembers, Everyone, None as Nobody};

    fn under(policy: AllowInvitesFrom) -> Tenant {
        let mut tenant = contoso();
        tenant.policies.allow_invites_from = policy;
        tenant
    }

    fn guest() -> User {
        User {
            user_type: UserType::Guest,
            external_user_state: Some(ExternalUserState::Accepted),
            mail: Some(address("partner@fabrikam.example")),
            ..member()
        }
    }

    #[test]
    fn the_policy_decides() {
        let admin = User { admin: true, ..member() };
        let inviter = User { guest_inviter: true, ..member() };
        let partner = User { guest_inviter: true, ..guest() };
        // admin, guest inviter, member, guest inviter among the guests, guest
        for (policy, allowed) in [
            (Nobody, [false; 5]),
            (AdminsAndGuestInviters, [true, true, false, true, false]),
            (AdminsGuestInvitersAndAllMembers, [true, true, true, true, false]),
            (Everyone, [true; 5]),
        ] {
            for (user, allowed) in [&admin, &inviter, &member(), &partner, &guest()].into_iter().zip(allowed) {
                assert_eq!(rights(&under(policy), user, &[], &[]).is_some(), allowed, "{policy:?} {user:?}");
            }
        }
    }

    #[test]
    fn nobody_invites_who_is_closed_deleted_or_pending() {
        let everyone = under(Everyone);
        let admin = User { admin: true, ..member() };
        let closed = User { account_enabled: false, ..admin.clone() };
        let deleted = User { deleted_at: Some(crate::model::Timestamp::from_seconds(1)), ..admin.clone() };
        let pending = User { external_user_state: Some(ExternalUserState::PendingAcceptance), ..guest() };
        // A guest cannot be an administrator, whatever the row says.
        let odd = User { admin: true, ..pending.clone() };
        for user in [closed, deleted, pending, odd] {
            assert_eq!(rights(&everyone, &user, &[WIKI], &[WIKI]), None, "{user:?}");
        }
        assert!(rights(&everyone, &admin, &[], &[]).is_some(), "the control");
    }

    #[test]
    fn the_partners_administrator_brings_colleagues_alone() {
        let partner = User { guest_inviter: true, ..guest() };
        let found = rights(&under(AdminsAndGuestInviters), &partner, &[], &[WIKI]).unwrap();
        assert_eq!(found.whom, Whom::Colleagues(domain("fabrikam.example")));
        assert!(found.reaches(&address("colleague@fabrikam.example")));
        for other in ["x@mail.example", "x@eu.fabrikam.example", "x@notfabrikam.example"] {
            assert!(!found.reaches(&address(other)), "{other}");
        }
        let nameless = User { mail: None, ..partner.clone() };
        assert_eq!(rights(&under(AdminsAndGuestInviters), &nameless, &[], &[WIKI]), None);
        assert_eq!(rights(&under(Everyone), &partner, &[], &[WIKI]).unwrap().whom, Whom::Anybody);
    }

    #[test]
    fn an_inviter_gives_no_more_than_what_is_theirs() {
        let group = [GroupId::new(uuid::Uuid::from_u128(1))];
        let role = |app| AppRole { app, role: "Editor".to_owned() };
        let found = rights(&under(Everyone), &member(), &[DESK], &[WIKI]).unwrap();
        assert!(found.may_give(&[], &[], &[]) && found.may_give(&[WIKI, DESK], &[], &[role(DESK)]));
        assert!(!found.may_give(&[BOARD], &[], &[]), "an app that they do not use");
        assert!(!found.may_give(&[WIKI], &[], &[role(WIKI)]), "a role in an app that they only use");
        assert!(!found.may_give(&[WIKI], &group, &[]), "a group");
        let admin = User { admin: true, ..member() };
        let found = rights(&under(Everyone), &admin, &[], &[]).unwrap();
        assert!(found.may_give(&[BOARD], &group, &[role(BOARD)]));
    }

    #[test]
    fn owners_invite_to_their_apps_whatever_the_policy_unless_it_is_none() {
        let found = rights(&under(AdminsAndGuestInviters), &member(), &[WIKI], &[WIKI, DESK]).unwrap();
        assert!(found.as_owner_only && found.may_give(&[WIKI], &[], &[]));
        assert!(!found.may_give(&[], &[], &[]), "not without an app of theirs");
        assert!(!found.may_give(&[WIKI, DESK], &[], &[]), "not to an app that they only use");
        assert_eq!(rights(&under(Nobody), &member(), &[WIKI], &[WIKI]), None);
    }
}
