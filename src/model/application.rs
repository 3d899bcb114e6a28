//! Applications, and their use by a tenant (service principal).

use serde::{Deserialize, Serialize};
use url::Url;

use super::{AppId, EmailAddress, GroupId, ManagedBy, ServicePrincipalId, TenantId, Traffic, Upstream};

/// How an app's URLs carry the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The host lies inside a verified domain of the tenant.
    Host,
    /// The first path segment is the tenant; `strip` removes it before forwarding.
    Path {
        /// Whether the app sees the path without the tenant segment.
        strip: bool,
    },
    /// `?tenantid=` pins the tenant to the session and is then removed by a redirect.
    Query,
}

/// Which family of identity headers an app reads (decision 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderPreset {
    /// `X-Forwarded-User`, `-Email`, `-Groups`, `-Preferred-Username` and the `X-Auth-Request-*` family.
    OAuth2Proxy,
    /// `Remote-User`, `Remote-Email`, `Remote-Groups`, `Remote-Name`.
    Authelia,
    /// `X-Pomerium-Claim-*`.
    Pomerium,
}

/// An application behind the proxy, declared once; each tenant uses it through a [`ServicePrincipal`].
#[derive(Clone, Debug)]
pub struct Application {
    /// Its id (Graph `application.appId`).
    pub id: AppId,
    /// Name shown to guests, e.g. `Wiki`.
    pub display_name: String,
    /// One sentence shown on its tile in the access panel; may be empty.
    pub description: String,
    /// Its picture on the tile: PNG or WebP. Without one the tile has letters.
    pub icon: Option<Vec<u8>>,
    /// The tenant that owns it; an operator's shared app has none.
    pub home_tenant: Option<TenantId>,
    /// The host it answers on, canonical, without port.
    pub host: String,
    /// How its URLs carry the tenant.
    pub mode: Mode,
    /// Where requests go, and how.
    pub upstream: Upstream,
    /// Which identity headers it reads.
    pub headers: HeaderPreset,
    /// Whether header names outside `[A-Za-z0-9-]` pass (decision 15); default no.
    pub allow_odd_header_names: bool,
    /// What of HTTP it allows beyond the default.
    pub traffic: Traffic,
    /// Who may change it.
    pub managed_by: ManagedBy,
}

/// The use of an application by one tenant (Graph `servicePrincipal`).
#[derive(Clone, Debug)]
pub struct ServicePrincipal {
    /// Its own id.
    pub id: ServicePrincipalId,
    /// The application.
    pub app: AppId,
    /// The tenant that uses it.
    pub tenant: TenantId,
    /// Whether only assigned users get in (Graph `appRoleAssignmentRequired`); default true.
    pub assignment_required: bool,
    /// Where to start, if not at the app's root.
    pub homepage: Option<Url>,
    /// Whether nobody gets in without a second factor, whatever the tenant's policy says.
    pub require_mfa: bool,
    /// Who looks after the app in this tenant (Graph `owners`), by address; the directory knows more.
    pub owners: Vec<EmailAddress>,
    /// What users can be within the app here (Graph `appRoles`), as the app reads them.
    pub roles: Vec<String>,
    /// Groups whose members are assigned.
    pub groups: Vec<GroupId>,
    /// Application permissions: what the application itself may do here, without any user (Graph `appRoleAssignments`).
    pub permissions: Vec<String>,
}

/// What one user is within one app (Graph `appRoleAssignment`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AppRole {
    /// The app.
    pub app: AppId,
    /// The role, as the app reads it.
    pub role: String,
}
