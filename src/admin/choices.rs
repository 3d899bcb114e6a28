//! Apps, groups, app roles and ways to sign in as a form offers them and as it sends them back.

use super::desk::Desk;
use super::views::Choice;
use crate::guests::assign::Given;
use crate::model::{AppId, AppRole, GroupId, RouteOverride};
use crate::signin::home_realm::ways;
use crate::web::form::Form;

/// What can be ticked.
pub struct Offered {
    /// Apps.
    pub apps: Vec<Choice>,
    /// Roles in apps.
    pub roles: Vec<Choice>,
    /// Groups.
    pub groups: Vec<Choice>,
}

/// Everything this tenant has, ticked as it was sent.
pub fn offered(desk: &Desk, fields: &Form) -> Offered {
    let choice = |(name, label): (String, String)| Choice { chosen: fields.has(&name), value: name, label };
    Offered {
        apps: apps(desk).map(|(id, name)| choice((app_field(id), name))).collect(),
        roles: roles(desk).map(|(role, name)| choice((role_field(&role), name))).collect(),
        groups: groups(desk).map(|(id, name)| choice((group_field(id), name))).collect(),
    }
}

/// What was ticked. Only what this tenant has can be: a field that names something else says nothing.
pub fn chosen(desk: &Desk, fields: &Form) -> Given {
    Given {
        apps: apps(desk).map(|(id, _)| id).filter(|id| fields.has(&app_field(*id))).collect(),
        groups: groups(desk).map(|(id, _)| id).filter(|id| fields.has(&group_field(*id))).collect(),
        roles: roles(desk).map(|(role, _)| role).filter(|role| fields.has(&role_field(role))).collect(),
    }
}

/// The names of all ticks, for a form that carries them along.
pub fn fields(desk: &Desk) -> impl Iterator<Item = String> {
    let apps = apps(desk).map(|(id, _)| app_field(id));
    let groups = groups(desk).map(|(id, _)| group_field(id));
    apps.chain(groups).chain(roles(desk).map(|(role, _)| role_field(&role)))
}

/// Names of what is given, as people read them: apps, roles, groups.
pub fn names(desk: &Desk, given: &Given) -> [Vec<String>; 3] {
    [
        apps(desk).filter(|(id, _)| given.apps.contains(id)).map(|(_, name)| name).collect(),
        roles(desk).filter(|(role, _)| given.roles.contains(role)).map(|(_, name)| name).collect(),
        groups(desk).filter(|(id, _)| given.groups.contains(id)).map(|(_, name)| name).collect(),
    ]
}

/// The ways to sign in that can be chosen for one guest: those that are on, with what they are called in the form.
pub fn routes(desk: &Desk) -> Vec<(String, RouteOverride, String)> {
    let chrome = desk.chrome();
    let ways = ways(&desk.tenant);
    let connections = desk.tenant.connections.iter().map(|connection| {
        let name = connection.name.clone();
        (format!("connection:{name}"), RouteOverride::Connection { name }, connection.display_name.clone())
    });
    let passcode = ("passcode".to_owned(), RouteOverride::Passcode, chrome.say("invite-route-passcode"));
    let account = ("personal-account".to_owned(), RouteOverride::PersonalAccount, chrome.say("invite-route-account"));
    let mut found: Vec<_> = connections.collect();
    found.extend(ways.passcode.then_some(passcode));
    found.extend(ways.personal_account.then_some(account));
    found
}

fn app_field(id: AppId) -> String {
    format!("app:{id}")
}

fn group_field(id: GroupId) -> String {
    format!("group:{id}")
}

fn role_field(role: &AppRole) -> String {
    format!("role:{}:{}", role.app, role.role)
}

fn apps(desk: &Desk) -> impl Iterator<Item = (AppId, String)> {
    let used = desk.tenant.service_principals.iter();
    used.filter_map(|used| Some((used.app, desk.snapshot.app_name(used.app)?.to_owned())))
}

fn groups(desk: &Desk) -> impl Iterator<Item = (GroupId, String)> {
    desk.tenant.groups.iter().map(|group| (group.id, group.display_name.clone()))
}

fn roles(desk: &Desk) -> impl Iterator<Item = (AppRole, String)> {
    desk.tenant.service_principals.iter().flat_map(|principal| {
        let app = desk.snapshot.app_name(principal.app).unwrap_or_default().to_owned();
        principal
            .roles
            .iter()
            .map(move |role| (AppRole { app: principal.app, role: role.clone() }, format!("{app}: {role}")))
    })
}
