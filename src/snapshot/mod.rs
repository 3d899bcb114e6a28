//! What requests decide by: tenants, apps and routes, immutable, rebuilt aside and swapped when whole.

pub mod path;
pub mod route;
pub mod upstreams;

use std::sync::Arc;

use crate::model::{AppId, Application, Domain, Registration, ServicePrincipal, Tenant, TenantId};
use upstreams::Running;

/// Looked up for each request by ids and hosts that the configuration holds; clients choose what is looked up and never what is
/// kept, so that the hash need not resist them.
type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// One consistent view of the configuration. Cheap to share, never changed.
#[derive(Default, Debug)]
pub struct Snapshot {
    tenants: HashMap<TenantId, Arc<Tenant>>,
    domains: HashMap<Domain, TenantId>,
    apps: HashMap<AppId, Arc<Application>>,
    hosts: HashMap<String, Arc<Application>>,
    registrations: HashMap<AppId, Arc<Registration>>,
    /// Of apps in `host` mode, so that a request need not search the domains.
    host_tenants: HashMap<String, TenantId>,
    /// Where in its tenant's list a service principal stands.
    principals: HashMap<(TenantId, AppId), usize>,
    /// Of applications whose targets have state.
    upstreams: HashMap<AppId, Arc<Running>>,
}

/// Two objects that cannot stand together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotFault {
    /// Verified domains are unique.
    #[error("the domain {0} is claimed by two tenants")]
    DomainTwice(Domain),
    /// A host belongs to one app.
    #[error("the host {0} is claimed by two apps")]
    HostTwice(String),
}

impl Snapshot {
    /// Builds the view. Disabled tenants are left out, so that they answer exactly like unknown ones.
    pub fn build(
        tenants: impl IntoIterator<Item = Tenant>,
        apps: impl IntoIterator<Item = Application>,
    ) -> Result<Self, SnapshotFault> {
        let mut snapshot = Self::default();
        for app in apps {
            let app = Arc::new(app);
            if snapshot.hosts.insert(app.host.clone(), Arc::clone(&app)).is_some() {
                return Err(SnapshotFault::HostTwice(app.host.clone()));
            }
            if !app.upstream.is_simple() {
                snapshot.upstreams.insert(app.id, Arc::new(Running::start(app.id, &app.upstream)));
            }
            snapshot.apps.insert(app.id, app);
        }
        for tenant in tenants.into_iter().filter(|tenant| tenant.enabled) {
            for domain in &tenant.domains {
                if snapshot.domains.insert(domain.clone(), tenant.id).is_some() {
                    return Err(SnapshotFault::DomainTwice(domain.clone()));
                }
            }
            for (at, principal) in tenant.service_principals.iter().enumerate() {
                snapshot.principals.entry((tenant.id, principal.app)).or_insert(at);
            }
            snapshot.tenants.insert(tenant.id, Arc::new(tenant));
        }
        let app_hosts =
            snapshot.hosts.keys().filter_map(|host| Some((host.clone(), snapshot.tenant_by_host(host)?.id)));
        snapshot.host_tenants = app_hosts.collect();
        Ok(snapshot)
    }

    /// The same view, with the clients of the OIDC provider.
    pub fn with_registrations(mut self, registrations: impl IntoIterator<Item = Registration>) -> Self {
        let registrations = registrations.into_iter().map(|registration| (registration.app, Arc::new(registration)));
        self.registrations = registrations.collect();
        self
    }

    /// Goes on with what `old` knew about targets whose settings have not changed.
    pub fn inherit(&mut self, old: &Self) {
        for (app, running) in &mut self.upstreams {
            if let Some(before) = old.upstreams.get(app).filter(|before| running.is_same(before)) {
                *running = Arc::clone(before);
            }
        }
    }

    /// What is known about the targets of an application, if they have state.
    pub fn upstream(&self, app: AppId) -> Option<&Arc<Running>> {
        self.upstreams.get(&app)
    }

    /// All applications whose targets have state.
    pub fn upstreams(&self) -> impl Iterator<Item = &Arc<Running>> {
        self.upstreams.values()
    }

    /// An enabled tenant.
    pub fn tenant(&self, id: TenantId) -> Option<&Arc<Tenant>> {
        self.tenants.get(&id)
    }

    /// The enabled tenant that verified exactly this domain.
    pub fn tenant_by_domain(&self, domain: &Domain) -> Option<&Arc<Tenant>> {
        self.domains.get(domain).and_then(|id| self.tenants.get(id))
    }

    /// The enabled tenant in whose verified domain this canonical host lies, the longest domain first.
    pub fn tenant_by_host(&self, host: &str) -> Option<&Arc<Tenant>> {
        if let Some(tenant) = self.host_tenants.get(host) {
            return self.tenants.get(tenant);
        }
        let mut rest = host;
        loop {
            if let Some(tenant) = rest.parse::<Domain>().ok().and_then(|domain| self.tenant_by_domain(&domain)) {
                return Some(tenant);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// An application by id.
    pub fn app(&self, id: AppId) -> Option<&Arc<Application>> {
        self.apps.get(&id)
    }

    /// The client of the OIDC provider with this id, if `tenant` uses it: an application of another tenant is as unknown as
    /// one that does not exist.
    pub fn registration(&self, tenant: &Tenant, id: AppId) -> Option<&Arc<Registration>> {
        self.service_principal(tenant, id)?;
        self.registrations.get(&id)
    }

    /// All clients of the OIDC provider that `tenant` uses.
    pub fn registrations_of<'a>(&'a self, tenant: &'a Tenant) -> impl Iterator<Item = &'a Arc<Registration>> {
        tenant.service_principals.iter().filter_map(|principal| self.registrations.get(&principal.app))
    }

    /// What people call an application, behind the proxy or not.
    pub fn app_name(&self, id: AppId) -> Option<&str> {
        let proxied = self.apps.get(&id).map(|app| app.display_name.as_str());
        proxied.or_else(|| self.registrations.get(&id).map(|registration| registration.display_name.as_str()))
    }

    /// The application that answers on this canonical host.
    pub fn app_by_host(&self, host: &str) -> Option<&Arc<Application>> {
        self.hosts.get(host)
    }

    /// How `tenant` uses `app`, if it does.
    pub fn service_principal<'a>(&self, tenant: &'a Tenant, app: AppId) -> Option<&'a ServicePrincipal> {
        let at = *self.principals.get(&(tenant.id, app))?;
        // `tenant` may be of an older view, in which the list was another one.
        let found = tenant.service_principals.get(at).filter(|principal| principal.app == app);
        found.or_else(|| tenant.service_principals.iter().find(|principal| principal.app == app))
    }

    /// All enabled tenants.
    pub fn tenants(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.tenants.values()
    }

    /// All applications.
    pub fn apps(&self) -> impl Iterator<Item = &Arc<Application>> {
        self.apps.values()
    }
}
