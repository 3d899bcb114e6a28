//! Where an invitation may lead: the tenant's own apps and its access panel, and nowhere else (attack row B12).

use url::{Host, Url};

use crate::model::{Application, Mode, Tenant};
use crate::snapshot::Snapshot;
use crate::urls::Urls;

/// Longest redirect URL.
const LONGEST: usize = 2048;

/// Why a redirect URL is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// Not an absolute `https` URL without credentials and odd characters.
    #[error("the redirect URL must be a complete https:// address without user name, spaces or backslashes")]
    Shape,
    /// Somewhere else.
    #[error("the redirect URL must lead to an app of this tenant, to its access panel, or where its policy allows")]
    Elsewhere,
}

/// Checks a redirect URL and returns it as it must be stored and used: parsed by the WHATWG rules, as browsers do, and
/// written anew, so that what was checked is what is followed. To be called when an invitation is made *and* when its
/// link is used, since apps come and go.
pub fn check_redirect(tenant: &Tenant, snapshot: &Snapshot, urls: &Urls, typed: &str) -> Result<String, RedirectError> {
    let odd = |character: char| character.is_control() || character.is_whitespace() || character == '\\';
    // The scheme in full: browsers read `https:evil` and `//evil` in ways of their own.
    let absolute = typed.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    if typed.len() > LONGEST || !absolute || typed.chars().any(odd) {
        return Err(RedirectError::Shape);
    }
    let url = Url::parse(typed).map_err(|_| RedirectError::Shape)?;
    let authority = typed.get(8..).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let credentials = authority.contains('@') || !url.username().is_empty() || url.password().is_some();
    if url.scheme() != "https" || credentials {
        return Err(RedirectError::Shape);
    }
    if !has_tricks(url.path()) && tenant.policies.allowed_redirects.iter().any(|allowed| lies_in(allowed, &url)) {
        return Ok(url.into());
    }
    let broker = Url::parse(urls.origin()).map_err(|_| RedirectError::Elsewhere)?;
    let own_port = url.port_or_known_default() == broker.port_or_known_default();
    let Some(Host::Domain(host)) = url.host() else { return Err(RedirectError::Elsewhere) };
    let allowed = own_port
        && !has_tricks(url.path())
        && (url.origin() == broker.origin() && is_panel(tenant, url.path())
            || snapshot.app_by_host(host).is_some_and(|app| leads_into(tenant, snapshot, app, &url)));
    if allowed { Ok(url.into()) } else { Err(RedirectError::Elsewhere) }
}

/// Whether `url` lies in the folder that the tenant allowed: same origin, and a path that begins with it.
fn lies_in(allowed: &Url, url: &Url) -> bool {
    let folder = allowed.path();
    url.origin() == allowed.origin() && folder.ends_with('/') && url.path().starts_with(folder)
}

/// Escapes that some server behind us could read as a separator or a dot segment, and so as another path.
fn has_tricks(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["%2f", "%5c", "%2e", "%00", "%25", ";", "//"].iter().any(|trick| path.contains(trick))
}

fn is_panel(tenant: &Tenant, path: &str) -> bool {
    let mut segments = path.trim_start_matches('/').trim_end_matches('/').split('/');
    let named = segments.next().is_some_and(|segment| names(tenant, segment));
    named && matches!((segments.next(), segments.next()), (None | Some("myapps"), None))
}

fn leads_into(tenant: &Tenant, snapshot: &Snapshot, app: &Application, url: &Url) -> bool {
    let path = url.path();
    if snapshot.service_principal(tenant, app.id).is_none() || path.starts_with("/.vestibule") {
        return false;
    }
    match app.mode {
        Mode::Host => snapshot.tenant_by_host(&app.host).is_some_and(|owner| owner.id == tenant.id),
        Mode::Path { .. } => {
            path.trim_start_matches('/').split('/').next().is_some_and(|segment| names(tenant, segment))
        }
        Mode::Query => {
            let mut named = url.query_pairs().filter(|(name, _)| name.eq_ignore_ascii_case("tenantid")).peekable();
            // Without it the link would be a common URL, which is refused on arrival.
            named.peek().is_some() && named.all(|(_, value)| names(tenant, &value))
        }
    }
}

/// Whether a path segment is this tenant, by GUID or verified domain.
fn names(tenant: &Tenant, segment: &str) -> bool {
    segment.eq_ignore_ascii_case(&tenant.id.to_string())
        || tenant.domains.iter().any(|domain| domain.as_str().eq_ignore_ascii_case(segment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::{CONTOSO, contoso, northwind, snapshot};

    fn check(typed: &str) -> Result<String, RedirectError> {
        let urls = Urls::new(&"https://vestibule.localhost:8443".parse().unwrap());
        check_redirect(&contoso(), &snapshot(), &urls, typed)
    }

    #[test]
    fn apps_and_the_panel_are_allowed_and_written_anew() {
        for (typed, stored) in [
            ("https://wiki.contoso.localhost:8443/page?x=1#y", "https://wiki.contoso.localhost:8443/page?x=1#y"),
            ("HTTPS://WIKI.contoso.localhost:8443", "https://wiki.contoso.localhost:8443/"),
            ("https://wiki.contoso.localhost:8443/a/../b", "https://wiki.contoso.localhost:8443/b"),
            ("https://desk.apps.localhost:8443/contoso.example/", "https://desk.apps.localhost:8443/contoso.example/"),
            (
                "https://board.apps.localhost:8443/x?tenantid=contoso.example",
                "https://board.apps.localhost:8443/x?tenantid=contoso.example",
            ),
            ("https://vestibule.localhost:8443/contoso.example", "https://vestibule.localhost:8443/contoso.example"),
        ] {
            assert_eq!(check(typed).as_deref(), Ok(stored), "{typed}");
        }
        let panel = format!("https://vestibule.localhost:8443/{CONTOSO}/myapps");
        assert_eq!(check(&panel), Ok(panel));
    }

    const ATTACKS: &[&str] = &[
        "",
        "/",
        "/page",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:\\\\evil.example",
        "https://evil.example",
        "https://evil.example/https://wiki.contoso.localhost:8443/",
        "https://wiki.contoso.localhost:8443@evil.example/",
        "https://wiki.contoso.localhost:8443@@evil.example/",
        "https://@wiki.contoso.localhost:8443/",
        "https://user@wiki.contoso.localhost:8443/",
        "https://user:pass@wiki.contoso.localhost:8443/",
        "https://wiki.contoso.localhost:8443\\@evil.example/",
        "https://wiki.contoso.localhost:8443\\.evil.example/",
        "https://wiki.contoso.localhost:8443.evil.example/",
        "https://wiki.contoso.localhost.evil.example:8443/",
        "https://evilwiki.contoso.localhost:8443/",
        "https://wiki.contoso.localhost/",
        "https://wiki.contoso.localhost:443/",
        "https://wiki.contoso.localhost:84430/",
        "http://wiki.contoso.localhost:8443/",
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "ht\ttps://wiki.contoso.localhost:8443/",
        " https://wiki.contoso.localhost:8443/",
        "https://wiki.contoso.localhost:8443/ ",
        "https://wiki.contoso.localhost:8443/\r\nSet-Cookie: x=y",
        "https://wiki.contoso.localhost:8443/%2f%5cevil.example",
        "https://wiki.contoso.localhost:8443//evil.example",
        "https://wiki.contoso.localhost:8443/..;/admin",
        "https://wiki.contoso.localhost:8443/.vestibule/sign-out",
        "https://desk.apps.localhost:8443/",
        "https://desk.apps.localhost:8443/northwind.example/",
        "https://desk.apps.localhost:8443/contoso.example/../northwind.example/",
        "https://desk.apps.localhost:8443/contoso.example/%2e%2e/northwind.example/",
        "https://desk.apps.localhost:8443/contoso.example/%252e%252e/northwind.example/",
        "https://board.apps.localhost:8443/",
        "https://board.apps.localhost:8443/?tenantid=northwind.example",
        "https://board.apps.localhost:8443/?tenantid=contoso.example&tenantId=northwind.example",
        "https://vestibule.localhost:8443/",
        "https://vestibule.localhost:8443/contoso.example/sign-out",
        "https://vestibule.localhost:8443/northwind.example/myapps",
        "https://localhost/",
        "https://127.0.0.1:8443/",
        "https://[::1]:8443/",
        "https://2130706433:8443/",
        "https://wiki.contoso.localhost%2eevil.example:8443/",
        "https://wiki.contoso.localhost%00.evil.example:8443/",
        "https://evil.example#@wiki.contoso.localhost:8443/",
        "https://evil.example?@wiki.contoso.localhost:8443/",
        "https://evil。example/",
    ];

    #[test]
    fn b12_no_spelling_leads_elsewhere() {
        for attack in ATTACKS {
            assert!(check(attack).is_err(), "{attack:?} was accepted");
        }
        assert!(check(&format!("https://wiki.contoso.localhost:8443/{}", "a".repeat(2048))).is_err());
    }

    #[test]
    fn b12_what_the_policy_allows_is_a_folder_of_one_origin() {
        let mut tenant = contoso();
        tenant.policies.allowed_redirects = vec!["https://intranet.contoso.example/guests/".parse().unwrap()];
        let urls = Urls::new(&"https://vestibule.localhost:8443".parse().unwrap());
        let check = |typed: &str| check_redirect(&tenant, &snapshot(), &urls, typed);
        for good in ["https://intranet.contoso.example/guests/", "https://intranet.contoso.example/guests/a?b=c#d"] {
            assert_eq!(check(good).as_deref(), Ok(good));
        }
        for attack in [
            "https://intranet.contoso.example/",
            "https://intranet.contoso.example/guests",
            "https://intranet.contoso.example/guestsevil/",
            "https://intranet.contoso.example/guests/../admin",
            "https://intranet.contoso.example/guests/%2e%2e/admin",
            "https://intranet.contoso.example/guests/..%2fadmin",
            "https://intranet.contoso.example/guests/..;/admin",
            "https://intranet.contoso.example:444/guests/",
            "http://intranet.contoso.example/guests/",
            "https://intranet.contoso.example.evil.example/guests/",
            "https://intranet.contoso.example@evil.example/guests/",
            "https://user@intranet.contoso.example/guests/",
            "https://evil.example/guests/",
            "//intranet.contoso.example/guests/",
        ] {
            assert!(check(attack).is_err(), "{attack}");
        }
        for attack in ATTACKS {
            assert!(check(attack).is_err(), "{attack:?} was accepted beside the policy");
        }
        assert!(check_redirect(&northwind(), &snapshot(), &urls, "https://intranet.contoso.example/guests/").is_err());
    }

    #[test]
    fn b12_control_a_prefix_check_lets_some_through() {
        let naive = |typed: &str| typed.starts_with("https://wiki.contoso.localhost:8443");
        assert!(ATTACKS.iter().filter(|attack| naive(attack)).count() > 5);
    }

    #[test]
    fn another_tenants_app_is_elsewhere() {
        let urls = Urls::new(&"https://vestibule.localhost:8443".parse().unwrap());
        let typed = "https://wiki.contoso.localhost:8443/";
        assert_eq!(check_redirect(&northwind(), &snapshot(), &urls, typed), Err(RedirectError::Elsewhere));
    }
}
