//! What a session is: one browser, one tenant, one user.

use serde::{Deserialize, Serialize};

use super::{
    Acceptance, AppId, AppRole, EmailAddress, Identity, SecondFactorProof, Tenant, TenantId, Timestamp, UserId,
    UserType,
};

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
    /// The second factor that was shown in this session, if one was.
    #[serde(default)]
    pub second_factor: Option<SecondFactorProof>,
    /// Whether the person asked for two steps at every sign-in, whatever the tenant wants.
    #[serde(default)]
    pub two_steps_wanted: bool,
    /// When a person last showed a secret for this session: the sign-in, as far back as the home organization says.
    /// Whoever changes credentials must have done so a moment ago.
    #[serde(default)]
    pub authenticated_at: Option<Timestamp>,
    /// Whether a passkey of ours stood in for the password.
    #[serde(default)]
    pub by_passkey: bool,
}

impl SessionRecord {
    /// Whether a second factor is still to be shown before anything of `tenant` is; `app_demands` says whether the app
    /// at the end of the way does.
    pub fn lacks_second_factor(&self, tenant: &Tenant, app_demands: bool) -> bool {
        let demanded = app_demands || self.two_steps_wanted || tenant.policies.mfa.demands(self.user_type);
        demanded && self.second_factor.is_none()
    }

    /// Authentication method references of this session (RFC 8176): how the sign-in happened, and `mfa` only where a
    /// second factor was shown. A code by mail is never one.
    pub fn amr(&self) -> Vec<&'static str> {
        let mut methods = vec![self.identity.method.amr_of(self.by_passkey)];
        if let Some(proof) = &self.second_factor {
            if !methods.contains(&proof.by.amr()) {
                methods.push(proof.by.amr());
            }
            methods.push("mfa");
        }
        methods
    }
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
