//! Phase 1: which tenant does this URL of an app belong to, and what does the app get to see of it?

use std::borrow::Cow;
use std::sync::Arc;

use super::path::{CanonicalPath, PathFault};
use crate::model::{Application, Domain, Mode, Tenant, TenantId};
use crate::snapshot::Snapshot;

/// Name of the parameter that carries the tenant in `query` mode; compared without regard to case.
pub const TENANT_PARAMETER: &str = "tenantid";

/// Where a request goes.
#[derive(Debug)]
pub enum Route {
    /// To the app, for this tenant.
    App(Destination),
    /// `query` mode: pin the tenant, then come back without the parameter.
    Pin {
        /// The tenant to pin.
        tenant: Arc<Tenant>,
        /// What the app will see.
        destination: String,
    },
    /// `path` mode without a slash after the tenant: relative links of the app would lose it.
    AddSlash(String),
}

/// A request with its tenant known.
#[derive(Debug)]
pub struct Destination {
    /// The tenant, which is enabled and uses the app.
    pub tenant: Arc<Tenant>,
    /// Path and query for the app.
    pub target: String,
    /// What `strip` took off the front, for `X-Forwarded-Prefix`.
    pub stripped: Option<String>,
}

/// Why a URL leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteRefusal {
    /// No tenant in it.
    CommonUrl,
    /// A tenant that does not exist, is disabled, or does not use this app: these look alike.
    UnknownTenant,
    /// Two tenants that disagree.
    TenantsDisagree,
    /// Not one path but several.
    Path(PathFault),
}

/// Finds the tenant of a request for `app`: by host, by path, or by query, as the app is configured (decisions 1 and
/// 11). `pinned` is what the browser's handle pinned and counts in `query` mode alone. `safe` methods may be redirected.
pub fn route(
    snapshot: &Snapshot,
    app: &Application,
    path: &str,
    query: Option<&str>,
    pinned: Option<TenantId>,
    safe: bool,
) -> Result<Route, RouteRefusal> {
    // An app behind a prefix of its own must not be led out of it.
    let by_path = matches!(app.mode, Mode::Path { .. }) || app.upstream.add_prefix.is_some();
    let path = CanonicalPath::check(path, by_path).map_err(RouteRefusal::Path)?.as_str();
    let named = tenants_in_query(snapshot, query);
    match &app.mode {
        Mode::Host => {
            let tenant = snapshot.tenant_by_host(&app.host).ok_or(RouteRefusal::UnknownTenant)?;
            let tenant = agreeing(using(snapshot, tenant, app)?, &named)?;
            Ok(Route::App(Destination { tenant, target: join(path, query), stripped: None }))
        }
        Mode::Path { strip } => {
            let (segment, rest) = first_segment(path);
            if segment.is_empty() {
                return Err(RouteRefusal::CommonUrl);
            }
            let tenant = match named_tenant(snapshot, segment) {
                Named::Tenant(tenant) => tenant,
                Named::Nobody => return Err(RouteRefusal::UnknownTenant),
                Named::NotATenant => return Err(RouteRefusal::CommonUrl),
            };
            let tenant = agreeing(using(snapshot, tenant, app)?, &named)?;
            if rest.is_empty() && safe {
                return Ok(Route::AddSlash(join(&format!("{path}/"), query)));
            }
            let kept = if rest.is_empty() { "/" } else { rest };
            Ok(Route::App(if *strip {
                Destination { tenant, target: join(kept, query), stripped: Some(format!("/{segment}")) }
            } else {
                Destination { tenant, target: join(path, query), stripped: None }
            }))
        }
        Mode::Query if named.is_empty() => {
            let tenant = pinned.and_then(|id| snapshot.tenant(id)).ok_or(RouteRefusal::CommonUrl)?;
            let tenant = using(snapshot, tenant, app)?;
            Ok(Route::App(Destination { tenant, target: join(path, query), stripped: None }))
        }
        Mode::Query => {
            let first = named.first().ok_or(RouteRefusal::CommonUrl)?;
            let Named::Tenant(tenant) = first else { return Err(RouteRefusal::UnknownTenant) };
            if named.iter().any(|other| !matches!(other, Named::Tenant(other) if other.id == tenant.id)) {
                return Err(RouteRefusal::TenantsDisagree);
            }
            let tenant = using(snapshot, tenant, app)?;
            let target = join(path, without_tenant(query).as_deref());
            Ok(if safe {
                Route::Pin { tenant, destination: target }
            } else {
                // A redirect would lose the body: the tenant counts for this request alone.
                Route::App(Destination { tenant, target, stripped: None })
            })
        }
    }
}

enum Named<'a> {
    Tenant(&'a Arc<Tenant>),
    /// Shaped like a tenant, but none that answers.
    Nobody,
    /// Not shaped like a tenant at all.
    NotATenant,
}

fn named_tenant<'a>(snapshot: &'a Snapshot, text: &str) -> Named<'a> {
    let found = match (text.parse::<TenantId>(), text.parse::<Domain>()) {
        (Ok(id), _) => snapshot.tenant(id),
        (_, Ok(domain)) => snapshot.tenant_by_domain(&domain),
        _ => return Named::NotATenant,
    };
    found.map_or(Named::Nobody, Named::Tenant)
}

fn tenants_in_query<'a>(snapshot: &'a Snapshot, query: Option<&str>) -> Vec<Named<'a>> {
    let Some(query) = query.filter(|query| query.len() >= TENANT_PARAMETER.len()) else { return Vec::new() };
    query
        .split('&')
        .filter(|pair| names_tenant(pair))
        .map(|pair| named_tenant(snapshot, &unescape(pair.split_once('=').map_or("", |(_, value)| value))))
        .collect()
}

/// Whether a query names a tenant, in any spelling that an app might decode to it.
pub fn names_a_tenant(query: &str) -> bool {
    query.split('&').any(names_tenant)
}

/// Whether a pair of the query is the tenant parameter in any spelling that an app might decode to it.
fn names_tenant(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    name.len() >= TENANT_PARAMETER.len() && unescape(name).trim().eq_ignore_ascii_case(TENANT_PARAMETER)
}

fn unescape(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

fn without_tenant(query: Option<&str>) -> Option<String> {
    let kept: Vec<&str> = query?.split('&').filter(|pair| !names_tenant(pair)).collect();
    (!kept.is_empty()).then(|| kept.join("&"))
}

/// A tenant that does not use the app looks like one that does not exist.
fn using(snapshot: &Snapshot, tenant: &Arc<Tenant>, app: &Application) -> Result<Arc<Tenant>, RouteRefusal> {
    snapshot.service_principal(tenant, app.id).map(|_| Arc::clone(tenant)).ok_or(RouteRefusal::UnknownTenant)
}

/// Where the query does not decide, it still must not contradict.
fn agreeing(tenant: Arc<Tenant>, named: &[Named<'_>]) -> Result<Arc<Tenant>, RouteRefusal> {
    let contradicts = |other: &Named<'_>| matches!(other, Named::Tenant(other) if other.id != tenant.id);
    if named.iter().any(contradicts) { Err(RouteRefusal::TenantsDisagree) } else { Ok(tenant) }
}

fn first_segment(path: &str) -> (&str, &str) {
    let bare = path.strip_prefix('/').unwrap_or(path);
    match bare.find('/') {
        Some(at) => bare.split_at(at),
        None => (bare, ""),
    }
}

fn join(path: &str, query: Option<&str>) -> String {
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests;
