//! Every form in which an app can name a place of its own, and every trick to name another tenant's.

use super::*;
use crate::model::Forwarding;

const ORIGIN: &str = "https://desk.apps.localhost:8443";

fn upstream(target: &str, host: HostChoice, add_prefix: Option<&str>) -> Upstream {
    let mut forwarding = Forwarding::to(target.parse().unwrap());
    forwarding.host = host;
    forwarding.add_prefix = add_prefix.map(str::to_owned);
    Upstream::new(forwarding)
}

fn changed(name: &str, value: &str, stripped: Option<&str>, upstream: &Upstream) -> String {
    let name: http::HeaderName = name.parse().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(&name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    let seen = format!("{}/a/b?q", upstream.add_prefix.as_deref().unwrap_or_default());
    rewrite(&mut headers, &Back { origin: ORIGIN, stripped, within: None, pinned: false, seen: &seen, upstream });
    headers[&name].to_str().unwrap().to_owned()
}

#[test]
fn e7_a_stripped_prefix_comes_back() {
    let simple = upstream("http://10.0.0.7:9000", HostChoice::Preserve, None);
    let location = |value: &str| changed("location", value, Some("/contoso.example"), &simple);
    for (said, meant) in [
        ("/", "/contoso.example/"),
        ("/x?y=1#z", "/contoso.example/x?y=1#z"),
        ("c", "/contoso.example/a/c"),
        ("?p=2", "/contoso.example/a/b?p=2"),
        ("../../../c", "/contoso.example/c"),
        ("", "/contoso.example/a/b?q"),
        ("https://desk.apps.localhost:8443/x", "/contoso.example/x"),
        ("HTTPS://DESK.apps.localhost:8443", "/contoso.example/"),
        ("http://10.0.0.7:9000/x", "/contoso.example/x"),
        ("//10.0.0.7:9000/x", "//10.0.0.7:9000/x"),
        // Apps that know of the prefix say it themselves.
        ("/contoso.example/x", "/contoso.example/x"),
        ("/contoso.example", "/contoso.example"),
        ("https://desk.apps.localhost:8443/contoso.example/x", "/contoso.example/x"),
    ] {
        let meant = if meant.starts_with("//") { meant.to_owned() } else { format!("{ORIGIN}{meant}") };
        assert_eq!(location(said), meant, "{said}");
        assert_eq!(changed("content-location", said, Some("/contoso.example"), &simple), meant, "{said}");
    }
}

#[test]
fn e7_no_spelling_leads_to_another_tenants_prefix() {
    let simple = upstream("http://10.0.0.7:9000", HostChoice::Preserve, None);
    let within = Url::parse(ORIGIN).unwrap().join("/contoso.example/a/b").unwrap();
    for said in [
        "/northwind.example/x",
        "/../northwind.example/x",
        "/contoso.example/../northwind.example/x",
        "/contoso.example/%2e%2e/northwind.example/x",
        "/contoso.example/.%2E/northwind.example/x",
        "/contoso.example\\..\\northwind.example/x",
        "\\northwind.example/x",
        "/contoso.example.evil/x",
        "/contoso.exampleX",
        "../../northwind.example/x",
        "..\\..\\northwind.example/x",
        "/\t../northwind.example/x",
        "https://desk.apps.localhost:8443/northwind.example/x",
        "https:/northwind.example/x",
        "https:northwind.example/x",
        "http://10.0.0.7:9000/../northwind.example/x",
        "http://10.0.0.7:9000\\northwind.example/x",
        "//desk.apps.localhost:8443/northwind.example/x",
        "/\\desk.apps.localhost:8443/northwind.example/x",
        "///northwind.example/x",
        "/.//northwind.example/x",
        " /northwind.example/x",
    ] {
        for name in ["location", "content-location"] {
            let Ok(value) = HeaderValue::from_str(said) else { continue };
            let written = changed(name, value.to_str().unwrap(), Some("/contoso.example"), &simple);
            // Nowhere at all, and left as the app said it.
            let Ok(read) = within.join(&written) else {
                assert_eq!(written, said);
                continue;
            };
            // A browser ends at the own tenant, or at somebody else's host because the app said so itself.
            let away = written == said && read.origin() != within.origin();
            assert!(away || read.path().starts_with("/contoso.example/"), "{said:?} became {written:?}");
        }
        let refreshed = changed("refresh", &format!("0; url={said}"), Some("/contoso.example"), &simple);
        if let Some(written) = refreshed.strip_prefix("0; url=") {
            let Ok(read) = within.join(written) else { continue };
            let away = read.origin() != within.origin();
            assert!(away || read.path().starts_with("/contoso.example/"), "{said:?} became {refreshed:?}");
        }
    }
    // The control: without rewriting most of these do lead there.
    assert_eq!(within.join("/contoso.example/%2e%2e/northwind.example/x").unwrap().path(), "/northwind.example/x");
}

#[test]
fn e7_other_places_stay_as_they_are() {
    let simple = upstream("http://10.0.0.7:9000", HostChoice::Preserve, None);
    for stripped in [None, Some("/contoso.example")] {
        for said in [
            "https://elsewhere.example/x",
            "http://10.0.0.7:9001/x",
            "https://10.0.0.7:9000/x",
            "http://10.0.0.70:9000/x",
            "http://u@10.0.0.7:9000/x",
            "https://u:p@desk.apps.localhost:8443/x",
            "https://desk.apps.localhost/x",
            "https://desk.apps.localhost.evil:8443/x",
            "javascript:alert(1)",
            "mailto:a@b.example",
            "https://[::1",
        ] {
            assert_eq!(changed("location", said, stripped, &simple), said);
        }
    }
    for said in ["/x", "x", "../x", "?x", "https://desk.apps.localhost:8443/northwind.example/x"] {
        assert_eq!(changed("location", said, None, &simple), said, "nothing was taken off, nothing is put before");
    }
}

#[test]
fn e7_the_upstreams_own_origin_becomes_the_public_one() {
    let public = |path: &str| format!("{ORIGIN}{path}");
    let simple = upstream("http://10.0.0.7:80", HostChoice::Preserve, None);
    assert_eq!(changed("location", "http://10.0.0.7/x?y#z", None, &simple), public("/x?y#z"));
    let secure = upstream("https://wiki.internal", HostChoice::Upstream, None);
    assert_eq!(changed("location", "https://wiki.internal/x", None, &secure), public("/x"));
    assert_eq!(changed("location", "http://wiki.internal/x", None, &secure), "http://wiki.internal/x");
    let literal = upstream("http://10.0.0.7:80", HostChoice::Literal("wiki.internal:8080".into()), None);
    assert_eq!(changed("location", "http://wiki.internal:8080/x", None, &literal), public("/x"));
    assert_eq!(changed("location", "http://wiki.internal/x", None, &literal), "http://wiki.internal/x");
    let six = upstream("http://[::1]:9000", HostChoice::Preserve, None);
    assert_eq!(changed("location", "http://[::1]:9000/x", None, &six), public("/x"));
    let unix = upstream("unix:/run/x", HostChoice::Upstream, None);
    assert_eq!(changed("location", "http://localhost/x", None, &unix), public("/x"));
    assert_eq!(changed("refresh", "5;URL='http://10.0.0.7/x'", None, &simple), format!("5; url={}", public("/x")));
    for other in ["5", "5; x=/y", "x", "5; url", ""] {
        assert_eq!(changed("refresh", other, Some("/contoso.example"), &simple), other);
    }
}

#[test]
fn an_added_prefix_is_taken_off_again() {
    let wiki = upstream("http://10.0.0.7:80", HostChoice::Preserve, Some("/wiki"));
    for (said, path) in
        [("/wiki/x", "/x"), ("/wiki", "/"), ("c", "/a/c"), ("http://10.0.0.7/wiki/x", "/x"), ("/other", "/other")]
    {
        assert_eq!(changed("location", said, None, &wiki), format!("{ORIGIN}{path}"), "{said}");
        let tenant = format!("{ORIGIN}/contoso.example{path}");
        assert_eq!(changed("location", said, Some("/contoso.example"), &wiki), tenant, "{said}");
    }
    assert_eq!(changed("set-cookie", "a=1; Path=/wiki", None, &wiki), "a=1; Path=/");
    assert_eq!(changed("set-cookie", "a=1; Path=/wikis", None, &wiki), "a=1; Path=/wikis");
}

#[test]
fn e7_a_cookies_path_gets_the_prefix_back() {
    let simple = upstream("http://10.0.0.7:9000", HostChoice::Preserve, None);
    let cookie = |text: &str| changed("set-cookie", text, Some("/contoso.example"), &simple);
    for (said, meant) in [
        ("a=1; Path=/", "a=1; Path=/contoso.example/"),
        ("a=1;path=/x ;Secure", "a=1;path=/contoso.example/x;Secure"),
        ("a=1; PATH = /x; HttpOnly", "a=1; PATH =/contoso.example/x; HttpOnly"),
        ("a=1; Path=/northwind.example", "a=1; Path=/contoso.example/northwind.example"),
        ("a=1; Path=/contoso.example/x", "a=1; Path=/contoso.example/x"),
        (
            "a=1; Path=/; Path=/northwind.example",
            "a=1; Path=/contoso.example/; Path=/contoso.example/northwind.example",
        ),
        // What follows means the folder of the page, as browsers see it.
        ("a=1", "a=1"),
        ("a=1; Path", "a=1; Path"),
        ("a=1; Path=x", "a=1; Path=x"),
        ("a=/; Secure", "a=/; Secure"),
        // By their names these are the whole host's; with another path browsers would refuse them.
        ("__Host-a=1; Path=/; Secure", "__Host-a=1; Path=/; Secure"),
        ("__HOST-a=1; Path=/; Secure", "__HOST-a=1; Path=/; Secure"),
    ] {
        assert_eq!(cookie(said), meant);
        assert_eq!(changed("set-cookie", said, None, &simple), said, "the control: nothing was taken off");
    }
}

#[test]
fn e7_where_the_app_says_the_tenant_itself_nothing_is_made_reachable() {
    let simple = upstream("http://10.0.0.7:9000", HostChoice::Preserve, None);
    let written = |value: &str, within: Option<&str>, pinned: bool| {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_str(value).unwrap());
        let back =
            Back { origin: ORIGIN, stripped: None, within, pinned, seen: "/contoso.example/a", upstream: &simple };
        rewrite(&mut headers, &back);
        headers[LOCATION].to_str().unwrap().to_owned()
    };
    let contoso = Some("/contoso.example");
    assert_eq!(
        written("http://10.0.0.7:9000/contoso.example/x", contoso, false),
        format!("{ORIGIN}/contoso.example/x")
    );
    for path in [
        "/northwind.example/x",
        "/contoso.example/../northwind.example/x",
        "/contoso.example/%2e%2E/northwind.example/x",
        "/contoso.example\\..\\northwind.example/x",
        "/contoso.examples/x",
        "/",
        "",
    ] {
        let said = format!("http://10.0.0.7:9000{path}");
        assert_eq!(written(&said, contoso, false), said);
        assert!(
            written(&said, None, false).starts_with(ORIGIN),
            "the control: where there is one tenant {path} is its"
        );
    }
    for query in ["tenantid=northwind.example", "a=1&TenantId=x", "%74enantid=x", " tenantid=x", "tenantid"] {
        let said = format!("http://10.0.0.7:9000/x?{query}");
        assert_eq!(written(&said, None, true), said);
    }
    assert_eq!(written("http://10.0.0.7:9000/x?tenant=y", None, true), format!("{ORIGIN}/x?tenant=y"));
}
