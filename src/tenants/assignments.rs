//! Which groups a user is in and which apps that opens: by the directory, and by what the tenant's files say.

use crate::model::{AppId, Group, Tenant, User, UserId};
use crate::storage::{Read, StoreResult};

/// The groups of a user: those joined in the directory, and those whose file names one of the user's addresses.
pub async fn groups_of<'a>(read: &mut dyn Read, tenant: &'a Tenant, user: &User) -> StoreResult<Vec<&'a Group>> {
    let joined = read.group_memberships(user.id).await?;
    let addresses = || user.mail.iter().chain(&user.invited_address).chain(&user.other_mails);
    let groups = tenant.groups.iter();
    Ok(groups
        .filter(|group| joined.contains(&group.id) || addresses().any(|address| group.members.contains(address)))
        .collect())
}

/// The apps assigned to a user directly or through one of `groups`.
pub async fn apps_of(read: &mut dyn Read, tenant: &Tenant, user: UserId, groups: &[&Group]) -> StoreResult<Vec<AppId>> {
    let mut apps = read.assigned_apps(user).await?;
    // An app may be assigned to a group instead of each of its members.
    for principal in &tenant.service_principals {
        let by_group = groups.iter().any(|group| principal.groups.contains(&group.id));
        if by_group && !apps.contains(&principal.app) {
            apps.push(principal.app);
        }
    }
    Ok(apps)
}
