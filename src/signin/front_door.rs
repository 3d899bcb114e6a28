//! Where a link leads before anybody signs in: which host, which tenant, which app. Apps' links are read by the very function
//! that routes their requests.

use std::sync::Arc;

use url::Url;

use super::ticket::Destination;
use crate::config::Settings;
use crate::model::{AppId, InvitationId, Mode, Tenant, TenantId};
use crate::snapshot::Snapshot;
use crate::snapshot::route::{Route, RouteRefusal, TENANT_PARAMETER, route};
use crate::tenants::resolve;
use crate::urls::Urls;

/// A link that leads somewhere.
#[derive(Clone, Debug)]
pub struct Door {
    /// The tenant that it names.
    pub tenant: Arc<Tenant>,
    /// How it names it.
    pub by: NamedBy,
    /// What lies behind it.
    pub destination: Destination,
}

/// How a link names its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// By the host.
    Host,
    /// By the path.
    Path,
    /// By `?tenantid=`.
    Query,
    /// Not at all; the browser's session pinned it.
    Pin,
}

/// Why a link leads nowhere, whoever opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorFault {
    /// No complete `https://` address.
    Shape,
    /// Nothing of ours answers on this host and port.
    Host,
    /// It names no tenant.
    CommonUrl,
    /// It names a tenant that does not exist, is disabled, or does not use this app.
    UnknownTenant,
    /// It names two tenants.
    TenantsDisagree,
    /// A path that could be read in two ways.
    Path,
    /// One of our own hosts, and no page that anybody is sent to.
    Page,
    /// A link into another tenant than the one that asks.
    AnotherTenant,
}

impl Door {
    /// The app at the end of the way, if it is one.
    pub fn app(&self) -> Option<AppId> {
        match &self.destination {
            Destination::App { app, .. } | Destination::AppHome { app } if *app != AppId::ADMIN => Some(*app),
            _ => None,
        }
    }

    /// Whether the admin pages lie behind it.
    pub fn is_admin(&self) -> bool {
        matches!(&self.destination, Destination::App { app, .. } if *app == AppId::ADMIN)
    }
}

/// Reads a link as the front desk would. `pinned` is the tenant that the browser's session has pinned, for links of apps
/// in `query` mode.
pub fn read_door(
    settings: &Settings,
    urls: &Urls,
    snapshot: &Snapshot,
    link: &str,
    pinned: Option<TenantId>,
) -> Result<Door, DoorFault> {
    let url = Url::parse(link).map_err(|_| DoorFault::Shape)?;
    let host = url.host_str().filter(|_| url.scheme() == "https").ok_or(DoorFault::Shape)?;
    let ours = Url::parse(urls.origin()).ok().and_then(|ours| ours.port_or_known_default());
    if url.port_or_known_default() != ours {
        return Err(DoorFault::Host);
    }
    if host == settings.broker_host() {
        return broker(snapshot, &url);
    }
    if host == settings.admin_host() {
        let first = segments(&url).next().unwrap_or_default();
        let tenant = tenant_of(snapshot, first)?;
        return Ok(Door { tenant, by: NamedBy::Path, destination: to(AppId::ADMIN) });
    }
    let app = snapshot.app_by_host(host).ok_or(DoorFault::Host)?;
    // What the browser would send: a fragment stays at home.
    let routed = route(snapshot, app, url.path(), url.query(), pinned, true).map_err(|refusal| match refusal {
        RouteRefusal::CommonUrl => DoorFault::CommonUrl,
        RouteRefusal::UnknownTenant => DoorFault::UnknownTenant,
        RouteRefusal::TenantsDisagree => DoorFault::TenantsDisagree,
        RouteRefusal::Path(_) => DoorFault::Path,
    })?;
    let (tenant, by) = match (routed, &app.mode) {
        (Route::Pin { tenant, .. }, _) => (tenant, NamedBy::Query),
        (Route::App(destination), Mode::Host) => (destination.tenant, NamedBy::Host),
        (Route::App(destination), Mode::Path { .. }) => (destination.tenant, NamedBy::Path),
        (Route::App(destination), Mode::Query) => (destination.tenant, NamedBy::Pin),
        // The tenant without a slash behind it; the browser comes back with one.
        (Route::AddSlash(again), _) => {
            let mut url = url.clone();
            let (path, query) =
                again.split_once('?').map_or((again.as_str(), None), |(path, query)| (path, Some(query)));
            url.set_path(path);
            url.set_query(query);
            return read_door(settings, urls, snapshot, url.as_str(), pinned);
        }
    };
    Ok(Door { tenant, by, destination: to(app.id) })
}

/// The doors of the broker host, as its pages mount them.
fn broker(snapshot: &Snapshot, url: &Url) -> Result<Door, DoorFault> {
    let path: Vec<&str> = segments(url).filter(|segment| !segment.is_empty()).collect();
    let by_query = || {
        let mut named = url.query_pairs().filter(|(name, _)| name.eq_ignore_ascii_case(TENANT_PARAMETER));
        match (named.next(), named.next()) {
            (Some((_, value)), None) => tenant_of(snapshot, &value),
            _ => Err(DoorFault::CommonUrl),
        }
    };
    let direct = |app: &str| {
        let tenant = by_query()?;
        let app = app.parse::<AppId>().ok().filter(|app| snapshot.service_principal(&tenant, *app).is_some());
        let app = app.ok_or(DoorFault::UnknownTenant)?;
        Ok(Door { tenant, by: NamedBy::Query, destination: Destination::AppHome { app } })
    };
    match path.as_slice() {
        [] => Ok(Door { tenant: by_query()?, by: NamedBy::Query, destination: Destination::Panel }),
        ["api", "signin", app] | ["signin", _, app] => direct(app),
        [tenant] | [tenant, "myapps"] => {
            Ok(Door { tenant: tenant_of(snapshot, tenant)?, by: NamedBy::Path, destination: Destination::Panel })
        }
        [tenant, "redeem", invitation] => {
            let id = InvitationId::parse(invitation).ok_or(DoorFault::Page)?;
            let destination = Destination::Invitation { id };
            Ok(Door { tenant: tenant_of(snapshot, tenant)?, by: NamedBy::Path, destination })
        }
        _ => Err(DoorFault::Page),
    }
}

fn segments(url: &Url) -> std::str::Split<'_, char> {
    url.path().trim_start_matches('/').split('/')
}

fn tenant_of(snapshot: &Snapshot, text: &str) -> Result<Arc<Tenant>, DoorFault> {
    match resolve(snapshot, text) {
        Some(tenant) => Ok(Arc::clone(tenant)),
        None if text.is_empty() || ["common", "organizations", "consumers"].contains(&text) => {
            Err(DoorFault::CommonUrl)
        }
        None => Err(DoorFault::UnknownTenant),
    }
}

/// A visit that comes from a host of ours: only the app matters here, since nobody is sent back.
fn to(app: AppId) -> Destination {
    Destination::App { app, redirect_uri: String::new(), state: String::new(), code_challenge: String::new() }
}
