//! What a session is: one browser, one tenant, one user.

use serde::{Deserialize, Serialize};

use super::{Acceptance, AppId, AppRole, EmailAddress, Identity, TenantId, Timestamp, UserId, UserType};

/// Names a session record; random, and never sent to a browser (browsers hold handles).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub uuid::Uuid);

/// One record per browser × tenant × user (decision 8). It carries every fact that the permit needs, so that a
/// signed-in request asks nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// The resource tenant it is good for, and no other.
    pub tenant: TenantId,
    /// The guest or member.
    pub user: UserId,
    /// Guest or member.
    pub user_type: UserType,
    /// Who signed in.
    pub identity: Identity,
    /// An address that was proved with this sign-in; needed to bind a pending guest.
    pub verified_address: Option<EmailAddress>,
    /// Display name for pages and `Remote-Name`.
    pub display_name: String,
    /// Mail for pages and `*-Email`; a guest without one has none.
    pub mail: Option<EmailAddress>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// App roles; an app is told its own alone.
    #[serde(default)]
    pub app_roles: Vec<AppRole>,
    /// Apps this user is assigned to in this tenant.
    pub assigned_apps: Vec<AppId>,
    /// Whether *Review permissions* is done (always true for members).
    pub reviewed: bool,
    /// Acceptances that counted when the facts were read.
    pub acceptances: Vec<Acceptance>,
    /// Whether every agreement of all apps was accepted and the state moved to `Accepted` (always true for members).
    pub accepted: bool,
    /// When the sign-in happened (claim `auth_time`).
    pub signed_in_at: Timestamp,
    /// Hard end.
    pub absolute_end: Timestamp,
    /// Idle limit in seconds.
    pub idle_seconds: u64,
    /// The browser at the broker, hashed: "everywhere" means every session that began in it. `None` in tests alone.
    #[serde(default)]
    pub browser: Option<String>,
    /// The browser as its owner knows it, e.g. `Firefox on Linux`; shown in the list of sessions and nowhere else.
    #[serde(default)]
    pub agent: Option<String>,
    /// Last use known to the store; the live value is kept in memory.
    pub last_used_at: Timestamp,
}

impl SessionRecord {
    /// What `app` is told of the user's place: groups of the tenant, and roles in this very app (decision 14). A role in
    /// one app is none in another.
    pub fn groups_for(&self, app: AppId) -> Vec<String> {
        let roles = self.app_roles.iter().filter(|role| role.app == app).map(|role| &role.role);
        let mut names: Vec<String> = self.groups.iter().chain(roles).cloned().collect();
        names.dedup();
        names
    }
}
