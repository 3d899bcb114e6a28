//! Every mode, with every way to name no tenant, a wrong one, or two.

use super::*;
use crate::proxy::samples::{board, desk, snapshot, tenant_id, wiki};

fn show(app: &Application, url: &str, pinned: Option<TenantId>) -> String {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url, None),
    };
    match route(&snapshot(), app, path, query, pinned, true) {
        Ok(Route::App(to)) => format!("{} {}", to.tenant.display_name, to.target),
        Ok(Route::Pin { tenant, destination }) => format!("pin {} {destination}", tenant.display_name),
        Ok(Route::AddSlash(to)) => format!("slash {to}"),
        Err(refusal) => format!("{refusal:?}"),
    }
}

#[test]
fn host_mode_takes_the_tenant_of_the_domain_and_forwards_byte_for_byte() {
    let wiki = wiki();
    for target in
        ["/", "/page?x=1", "/a%2Fb;c//d?e=%2e", "/?tenantid=contoso.example", "/?tenantid=whatever", "/?a&&b=?"]
    {
        assert_eq!(show(&wiki, target, None), format!("Tenant 1 {target}"));
    }
    assert_eq!(show(&wiki, "/?tenantid=northwind.example", None), "TenantsDisagree");
    assert_eq!(show(&wiki, &format!("/?TenantID={}", tenant_id(2)), None), "TenantsDisagree");
    assert_eq!(show(&wiki, "/a/../b", None), "Path(Ambiguous)");
}

#[test]
fn path_mode_takes_the_first_segment_and_nothing_else() {
    let (strip, keep) = (desk(true), desk(false));
    let contoso = tenant_id(1);
    assert_eq!(show(&strip, "/contoso.example/a?b=1", None), "Tenant 1 /a?b=1");
    assert_eq!(show(&keep, "/contoso.example/a?b=1", None), "Tenant 1 /contoso.example/a?b=1");
    assert_eq!(show(&strip, &format!("/{contoso}/"), None), "Tenant 1 /");
    assert_eq!(show(&strip, "/NorthWind.example/x", None), "Tenant 2 /x");
    assert_eq!(show(&strip, "/northwind.example?x=1", None), "slash /northwind.example/?x=1");
    for common in
        ["/", "/?tenantid=contoso.example", "/common/x", "/consumers/", "/organizations", "/page", "/.well-known/x"]
    {
        assert_eq!(show(&strip, common, Some(contoso)), "CommonUrl", "a pin counts in query mode alone: {common}");
    }
    for unknown in [
        "/fabrikam.example/",
        "/tailspin.example/",
        "/blocked.example/",
        "/a.contoso.example/",
        &format!("/{}/", tenant_id(9)),
    ] {
        assert_eq!(show(&strip, unknown, None), "UnknownTenant", "{unknown}");
    }
    assert_eq!(show(&strip, "/contoso.example/?tenantid=northwind.example", None), "TenantsDisagree");
    for doubtful in [
        "//contoso.example/",
        "/contoso.example//a",
        "/contoso.example;x/",
        "/contoso.example%2fa",
        "/%63ontoso.example/a%2f",
    ] {
        assert_eq!(show(&strip, doubtful, None), "Path(AmbiguousForRule)", "{doubtful}");
    }
    assert_eq!(show(&strip, "/%63ontoso.example/a", None), "CommonUrl");
    assert_eq!(show(&strip, "/northwind.example/../contoso.example/", None), "Path(Ambiguous)");
}

#[test]
fn query_mode_pins_and_removes_every_spelling_of_the_parameter() {
    let board = board();
    let contoso = Some(tenant_id(1));
    assert_eq!(show(&board, "/", None), "CommonUrl");
    assert_eq!(show(&board, "/a?x=1", contoso), "Tenant 1 /a?x=1");
    assert_eq!(show(&board, "/a?x=1&tenantid=northwind.example&y=2", contoso), "pin Tenant 2 /a?x=1&y=2");
    for name in ["tenantid", "tenantId", "TENANTID", "%74enantid", "tenant%49d"] {
        assert_eq!(show(&board, &format!("/?{name}=contoso.example"), None), "pin Tenant 1 /");
    }
    assert_eq!(show(&board, "/?tenantid=contoso%2Eexample", None), "pin Tenant 1 /");
    assert_eq!(show(&board, "/?tenantid=contoso.example&tenantid=contoso.localhost", None), "pin Tenant 1 /");
    assert_eq!(show(&board, "/?tenantid=contoso.example&TenantId=northwind.example", None), "TenantsDisagree");
    assert_eq!(show(&board, "/?tenantid=contoso.example&tenantid=nobody.example", None), "TenantsDisagree");
    for unknown in ["", "x", "fabrikam.example", "blocked.example", "tailspin.example", "contoso.example%00"] {
        assert_eq!(show(&board, &format!("/?tenantid={unknown}"), contoso), "UnknownTenant", "{unknown:?}");
    }
    assert_eq!(show(&board, "/", Some(tenant_id(4))), "CommonUrl", "a pinned tenant that was disabled");
}

#[test]
fn a_body_is_never_lost_to_a_redirect() {
    let posted = route(&snapshot(), &board(), "/save", Some("tenantid=contoso.example&a=1"), None, false);
    assert!(matches!(posted, Ok(Route::App(to)) if to.target == "/save?a=1"));
}

#[test]
fn e5_queries_and_fragments_never_choose_what_the_path_says() {
    let keep = desk(false);
    for url in ["/?/contoso.example/", "/x?a=/contoso.example/", "/%23/contoso.example/", "/x%3f/contoso.example"] {
        assert_eq!(show(&keep, url, None), "CommonUrl", "{url}");
    }
}
