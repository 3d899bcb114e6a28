//! Loading everything: the operator's file, shared applications, tenants; then the checks across files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::application_file;
use super::connection_file::ConnectionSecrets;
use super::environment::Environment;
use super::fault::{Fault, Place};
use super::operator_file;
use super::raw::{self, RawTable};
use super::section::{Placed, Reader, Section};
use super::settings::Settings;
use super::tenant_file::{self, TenantFile, Use};
use crate::model::{AppId, Application, Mode, Registration, Target, TenantId, Upstream};

/// Largest configuration file.
const FILE_BYTES: u64 = 4 * 1024 * 1024;

/// The configuration as meant: complete and free of faults.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the operator decides.
    pub settings: Settings,
    /// Applications: the operator's shared ones and those of tenants.
    pub applications: Vec<Application>,
    /// Clients of the OIDC provider; their secrets stand apart.
    pub registrations: Vec<Registration>,
    /// Tenants.
    pub tenants: Vec<TenantFile>,
    /// Client secrets: ours at identity providers, and those of our own clients.
    pub secrets: ConnectionSecrets,
    /// What works and is odd; `check` prints it.
    pub notices: Vec<Fault>,
}

/// Loads the configuration at `path` with the environment laid over it, or tells every fault at once.
pub fn load(path: &Path, environment: &Environment) -> Result<Loaded, Vec<Fault>> {
    let reader = Reader::new(environment);
    let found = read_all(&reader, path);
    let (faults, notices) = reader.finish();
    match found {
        Some(loaded) if faults.is_empty() => Ok(Loaded { notices, ..loaded }),
        _ => Err(faults),
    }
}

/// An application with the place of its host, for the checks across files.
type Apps = Vec<Placed<Application>>;
/// A client of the OIDC provider with the place of its id.
type Clients = Vec<Placed<Registration>>;
/// A tenant with its uses of applications.
type Tenants = Vec<(TenantFile, Vec<Use>)>;

pub(super) fn read_all(reader: &Reader<'_>, path: &Path) -> Option<Loaded> {
    let operator = operator_file::read(&open(reader, path, None), path);
    let mut secrets = ConnectionSecrets::default();
    let (mut applications, mut registrations): (Apps, Clients) = (Vec::new(), Vec::new());
    // The file for shared applications is optional unless somebody asked for it.
    let asked = operator.applications_file.place.line > 0 || operator.applications_file.value.exists();
    if asked {
        let file = &operator.applications_file.value;
        let declared = application_file::read(&open(reader, file, None), None, file, &mut secrets);
        applications.extend(declared.applications);
        registrations.extend(declared.registrations);
    }
    let mut tenants: Tenants = Vec::new();
    for file in tenant_files(reader, &operator.tenants_dir) {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let root = open(reader, &file, Some(name));
        if let Some(read) = tenant_file::read(&root, &file, &mut secrets) {
            applications.extend(read.applications.applications);
            registrations.extend(read.applications.registrations);
            tenants.push((read.tenant, read.uses));
        }
    }
    if tenants.is_empty() {
        let hint = "put a file for each tenant there; contoso.toml shows every key";
        reader.notice(&operator.tenants_dir.place, "there is no tenant", hint);
    }
    check_uses(reader, &applications, &registrations, &tenants);
    let settings = operator.settings?;
    check_upstreams(reader, &settings, &applications);
    let applications = applications.into_iter().map(|application| application.value).collect();
    let registrations = registrations.into_iter().map(|registration| registration.value).collect();
    let tenants = tenants.into_iter().map(|(tenant, _)| tenant).collect();
    Some(Loaded { settings, applications, registrations, tenants, secrets, notices: Vec::new() })
}

/// Opens a file as a section; one that cannot be read is a fault and reads as empty.
fn open<'r>(reader: &'r Reader<'r>, path: &Path, tenant: Option<String>) -> Section<'r> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let table = match read_text(path) {
        Ok(text) => {
            let (table, faults) = raw::parse(&text, &name);
            reader.extend(faults);
            table
        }
        Err(problem) => {
            let place = Place::whole(&name);
            let hint = format!("looked for {}; --config names another file", path.display());
            reader.fault(&place, problem, hint);
            RawTable::empty(place)
        }
    };
    Section::root(reader, table, tenant)
}

fn read_text(path: &Path) -> Result<String, String> {
    let metadata = std::fs::metadata(path).map_err(|error| format!("cannot read the file: {error}"))?;
    if metadata.len() > FILE_BYTES {
        return Err(format!("the file is larger than {FILE_BYTES} bytes"));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("cannot read the file: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "the file is not UTF-8".to_owned())
}

/// Every `*.toml` of the folder, by name.
fn tenant_files(reader: &Reader<'_>, folder: &Placed<PathBuf>) -> Vec<PathBuf> {
    let entries = match std::fs::read_dir(&folder.value) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("cannot read the folder {}: {error}", folder.display());
            reader.fault(&folder.place, message, "set tenants_dir to the folder of tenant files, which may be empty");
            return Vec::new();
        }
    };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    files.sort();
    files
}

/// Which tenant may use which application, and whether its address can name the tenant.
fn check_uses(reader: &Reader<'_>, applications: &Apps, clients: &Clients, tenants: &Tenants) {
    let by_id: BTreeMap<AppId, &Placed<Application>> = applications.iter().map(|app| (app.id, app)).collect();
    let mut used: BTreeMap<AppId, Vec<TenantId>> = BTreeMap::new();
    for (file, uses) in tenants {
        let tenant = &file.tenant;
        for Use { app: place, homepage } in uses {
            let client = clients.iter().find(|client| client.app == place.value);
            if let Some(client) = client.filter(|_| !by_id.contains_key(&place.value)) {
                used.entry(client.app).or_default().push(tenant.id);
                if client.home_tenant.is_some_and(|home| home != tenant.id) {
                    reader.fault(&place.place, belongs_elsewhere(&client.display_name), SHARED_HINT);
                }
                continue;
            }
            let Some(app) = by_id.get(&place.value) else {
                if reader.is_claimed("app id", place.value) {
                    continue;
                }
                let hint = "declare it in this file, or among the operator's shared applications";
                reader.fault(&place.place, format!("there is no application {}", place.value), hint);
                continue;
            };
            if let Some(homepage) = homepage.as_ref().filter(|homepage| homepage.host_str() != Some(&app.host)) {
                let hint = format!("a homepage is a page of the app: https://{}/…", app.host);
                reader.fault(&homepage.place, format!("`{}` does not lie on `{}`", homepage.value, app.host), hint);
            }
            used.entry(app.id).or_default().push(tenant.id);
            if app.home_tenant.is_some_and(|home| home != tenant.id) {
                reader.fault(&place.place, belongs_elsewhere(&app.display_name), SHARED_HINT);
            } else if app.mode == Mode::Host && !is_inside(&app.host, tenant) {
                let message = format!("`{}` lies in no domain of {}", app.host, tenant.display_name);
                let hint = r#"add the domain to the tenant's, or use mode = "path" or "query""#;
                reader.fault(&place.place, message, hint);
            }
        }
    }
    let alone = clients.iter().filter(|client| !by_id.contains_key(&client.app));
    for client in alone.filter(|client| !used.contains_key(&client.app)) {
        let hint = format!("add [[service_principals]] with app = \"{}\" to a tenant's file", client.app);
        reader.notice(&client.place, format!("no tenant uses `{}`", client.display_name), hint);
    }
    for app in applications {
        let users = used.get(&app.id).map(Vec::as_slice).unwrap_or_default();
        if users.is_empty() {
            let hint = format!("add [[service_principals]] with app = \"{}\" to a tenant's file", app.id);
            reader.notice(&app.place, format!("no tenant uses `{}`", app.display_name), hint);
        }
        if app.mode == Mode::Host {
            continue;
        }
        for (file, _) in tenants.iter().filter(|(file, _)| is_inside(&app.host, &file.tenant)) {
            let message = format!("`{}` lies in a domain of {}", app.host, file.tenant.display_name);
            let hint = r#"its addresses still name the tenant in path or query; mode = "host" would need neither"#;
            reader.notice(&app.place, message, hint);
        }
    }
}

const SHARED_HINT: &str = "only the operator's applications are shared; move it to the operator's applications file";

fn belongs_elsewhere(name: &str) -> String {
    format!("`{name}` belongs to another tenant")
}

fn is_inside(host: &str, tenant: &crate::model::Tenant) -> bool {
    let host = host.parse::<crate::model::Domain>();
    host.is_ok_and(|host| tenant.domains.iter().any(|domain| host.is_within(domain)))
}

/// An app that stands behind our own listener would send every request round in a circle.
fn check_upstreams(reader: &Reader<'_>, settings: &Settings, applications: &Apps) {
    let listen = &settings.listen;
    for app in applications {
        for address in app.upstream.targets.iter().filter_map(Target::address) {
            let Some(ip) = address.ip() else { continue };
            let socket = std::net::SocketAddr::new(ip, address.port);
            if listen.all().any(|ours| *ours == socket) {
                let message = format!("the upstream {socket} of `{}` is a listener of ours", app.display_name);
                reader.fault(&app.place, message, "name the address where the app itself listens");
            }
        }
    }
}

impl Loaded {
    /// Moves `https` addresses on `*.localhost` from one port to another: the demo serves the shipped files at the
    /// port it was given. Nothing outside `*.localhost` moves, so that no real address is ever rewritten.
    pub fn rebase(&mut self, from: u16, to: u16) {
        let moved = |url: &mut url::Url| {
            let local = url.host_str().is_some_and(|host| host.ends_with(".localhost"));
            if local && url.scheme() == "https" && url.port_or_known_default() == Some(from) {
                // Fails only for URLs without host, which were just excluded.
                let _ = url.set_port(Some(to));
            }
        };
        moved(&mut self.settings.public_url);
        moved(&mut self.settings.admin_url);
        for registration in &mut self.registrations {
            let uris = registration.redirect_uris.iter_mut().chain(&mut registration.post_logout_redirect_uris);
            for uri in uris {
                // Compared byte for byte, so that only what changes is written anew.
                if let Ok(mut url) = url::Url::parse(uri) {
                    let before = url.clone();
                    moved(&mut url);
                    if url != before {
                        *uri = url.to_string();
                    }
                }
            }
            registration.backchannel_logout_uri.iter_mut().for_each(moved);
            registration.home_page_url.iter_mut().for_each(moved);
        }
        for tenant in self.tenants.iter_mut().map(|file| &mut file.tenant) {
            tenant.privacy.statement_url.iter_mut().for_each(moved);
            tenant.service_principals.iter_mut().filter_map(|principal| principal.homepage.as_mut()).for_each(moved);
            for connection in &mut tenant.connections {
                if let Ok(mut issuer) = url::Url::parse(&connection.issuer) {
                    let before = issuer.clone();
                    moved(&mut issuer);
                    // An issuer is compared byte for byte: without a slash it stays without one.
                    if issuer != before {
                        let text = issuer.to_string();
                        let bare = !connection.issuer.ends_with('/');
                        let text = if bare { text.trim_end_matches('/').to_owned() } else { text };
                        connection.issuer = text;
                    }
                }
                let endpoints = [
                    &mut connection.authorization_endpoint,
                    &mut connection.token_endpoint,
                    &mut connection.userinfo_endpoint,
                    &mut connection.emails_endpoint,
                ];
                endpoints.into_iter().flatten().for_each(moved);
            }
        }
    }

    /// Lets an application be served from another address, as the demo does with its samples.
    pub fn set_upstream(&mut self, app: AppId, upstream: &Upstream) {
        for application in self.applications.iter_mut().filter(|application| application.id == app) {
            application.upstream = upstream.clone();
        }
    }

    /// Every host that we serve: broker, admin, apps. Canonical, without ports.
    pub fn hosts(&self) -> Vec<String> {
        let own = [self.settings.broker_host().to_owned(), self.settings.admin_host().to_owned()];
        own.into_iter().chain(self.applications.iter().map(|application| application.host.clone())).collect()
    }
}
