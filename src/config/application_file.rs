//! `[[applications]]`, as the operator and tenants declare them → [`Application`] behind the proxy, [`Registration`] with
//! the OIDC provider, or both.

use std::path::Path;

use super::connection_file::ConnectionSecrets;
use super::section::{Placed, Section};
use super::{files, oidc_file, traffic_file, upstream_file, values};
use crate::model::{AppId, Application, HeaderPreset, ManagedBy, Mode, Registration, TenantId};

/// Largest icon of an application.
const ICON_BYTES: u64 = 64 * 1024;

/// How an app's URLs carry the tenant, as typed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ModeWord {
    Host,
    Path,
    Query,
}

pub(super) const GUID_HINT: &str = "write a GUID in lower case with hyphens; `uuidgen` makes one";

/// What a file declares: applications behind the proxy, and clients of the OIDC provider. An application may be both.
#[derive(Default)]
pub(super) struct Declared {
    pub applications: Vec<Placed<Application>>,
    pub registrations: Vec<Placed<Registration>>,
}

/// Reads every `[[applications]]` of a file.
pub(super) fn read(
    root: &Section<'_>,
    home_tenant: Option<TenantId>,
    file: &Path,
    secrets: &mut ConnectionSecrets,
) -> Declared {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut declared = Declared::default();
    for section in root.sections("applications", "name") {
        let id = section.required("id", guid::<AppId>, GUID_HINT);
        let name = section.required("name", values::name, "what guests read on its tile, e.g. Wiki");
        let description = section.text("description").map(|text| text.value).unwrap_or_default();
        if let Some(id) = id.as_ref().filter(|id| id.value == AppId::ADMIN) {
            section.reader.fault(&id.place, "this id belongs to the admin pages", GUID_HINT);
        }
        if let Some(id) = &id {
            section.reader.claim("app id", id.value, &id.place, "every application has an id of its own");
        }
        // Without an address of its own it is a client of the OIDC provider and nothing else.
        let proxied =
            !section.has("oidc") || ["host", "mode", "upstream", "upstreams"].iter().any(|key| section.has(key));
        let called = name.as_ref().map(|name| name.value.as_str());
        let registration = oidc_file::read(&section, (&id, called), home_tenant, file, secrets);
        declared.registrations.extend(registration.map(|mut registration| {
            registration.value.description.clone_from(&description);
            registration
        }));
        if proxied {
            declared.applications.extend(application(&section, (id, name, description), home_tenant, folder));
        }
    }
    declared
}

fn application(
    section: &Section<'_>,
    (id, name, description): (Option<Placed<AppId>>, Option<Placed<String>>, String),
    home_tenant: Option<TenantId>,
    folder: &Path,
) -> Option<Placed<Application>> {
    let icon = files::picture(section, "icon", folder, ICON_BYTES);
    let host = section.required("host", values::host_name, "a host name without scheme and port");
    let words = [("host", ModeWord::Host), ("path", ModeWord::Path), ("query", ModeWord::Query)];
    let hint = "host: the host lies in a domain of the tenant; path: /{tenant}/…; query: ?tenantid={tenant}";
    let mode = section.required("mode", values::one_of(&words), hint);
    let strip_place = section.place_of("strip_prefix");
    let strip_set = section.has("strip_prefix");
    let strip = section.boolean("strip_prefix", false);
    let upstream = upstream_file::read(section, folder);
    let words = [
        ("oauth2-proxy", HeaderPreset::OAuth2Proxy),
        ("authelia", HeaderPreset::Authelia),
        ("pomerium", HeaderPreset::Pomerium),
    ];
    let hint = "the family of identity headers that the app reads";
    let headers = section.parsed("headers", values::one_of(&words), hint);
    let allow_odd_header_names = section.boolean("allow_odd_header_names", false);
    let traffic = traffic_file::read(section);

    if let Some(host) = &host {
        section.reader.claim("host", &host.value, &host.place, "each host serves one thing");
    }
    let mode = match mode?.value {
        ModeWord::Host => Mode::Host,
        ModeWord::Path => Mode::Path { strip },
        ModeWord::Query => Mode::Query,
    };
    if strip_set && !matches!(mode, Mode::Path { .. }) {
        section.reader.fault(&strip_place, "`strip_prefix` means nothing here", r#"it belongs to mode = "path""#);
    }
    let place = host.as_ref()?.place.clone();
    let application = Application {
        id: id?.value,
        display_name: name?.value,
        description,
        icon,
        home_tenant,
        host: host?.value,
        mode,
        upstream: upstream?,
        headers: headers.map_or(HeaderPreset::OAuth2Proxy, |headers| headers.value),
        allow_odd_header_names,
        traffic,
        managed_by: ManagedBy::File { place: section.place.short() },
    };
    Some(Placed { value: application, place })
}

/// A GUID in its one spelling: files are where people copy ids from.
pub(super) fn guid<T: std::str::FromStr + std::fmt::Display>(text: &str) -> Result<T, String> {
    match text.parse::<T>() {
        Ok(id) if id.to_string() == text => Ok(id),
        _ => Err(format!("`{text}` is no GUID in lower case with hyphens")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_has_one_spelling_in_files() {
        assert!(guid::<AppId>("c0a70500-0000-4000-8000-0000000000b1").is_ok());
        assert!(guid::<AppId>("C0A70500-0000-4000-8000-0000000000b1").is_err());
    }
}
