//! A form that comes without a session, kept over the sign-in, judged by what the app got to see.

use std::time::Duration;

use vestibule::model::{Application, Forwarding, Maintenance, Mode, Tenant, Traffic, Upstream};
use vestibule::snapshot::Snapshot;

use crate::plane::journey::{code, cookie_of, page, query};
use crate::plane::world::*;

const OWN: &str = "Origin: https://wiki.contoso.localhost:8443\r\nSec-Fetch-Site: same-origin\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const BODY: &str = "title=Hello+%3Cworld%3E&password=hunter2&empty=";

fn traffic() -> Traffic {
    Traffic { keep_forms: true, ..Traffic::default() }
}

fn keeping() -> World {
    World::allowing(traffic(), None)
}

fn post(world: &World, host: &str, target: &str, cookies: &str, fields: &str, body: &str) -> String {
    world.ask(&format!(
        "POST {target} HTTP/1.1\r\nHost: {host}:8443\r\nCookie: {cookies}\r\nAccept: text/html\r\n\
         Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n{fields}Content-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

/// A form was sent, and its sender signed in: where the question stands, and the cookies.
fn signed_in_again(world: &World, target: &str) -> (String, String) {
    let (session, _) = world.signed_in(1, BROKER);
    let away = post(world, WIKI, target, "", &format!("{OWN}{FORM}"), BODY);
    assert_eq!(status(&away), 303, "{away}");
    let location = field(&away, "location").unwrap().to_owned();
    let login = cookie_of(&away, "__Host-vestibule-login").unwrap();
    let callback =
        format!("/.vestibule/callback?code={}&state={}", code(world, &session, &location), query(&location, "state"));
    let back = page(world, WIKI, &callback, &login);
    let asked =
        field(&back, "location").unwrap().strip_prefix("https://wiki.contoso.localhost:8443").unwrap().to_owned();
    assert!(asked.starts_with("/.vestibule/form?f="), "{asked}");
    (asked, format!("{login}; {}", cookie_of(&back, "__Host-vestibule").unwrap()))
}

/// The address and the token of the page's one button.
fn button(asked: &str) -> (String, String) {
    let between = |before: &str| asked.split(before).nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let action = between("action=\"");
    let action = action.strip_prefix("https://wiki.contoso.localhost:8443").unwrap().to_owned();
    (action, between("name=\"token\" value=\""))
}

#[test]
fn a_form_is_kept_shown_and_sent_exactly_once() {
    let world = keeping();
    let (asked, cookies) = signed_in_again(&world, "/save?x=1&y=%2e");
    assert_eq!(world.ledger.count(), 0);
    for _ in 0..2 {
        let shown = page(&world, WIKI, &asked, &cookies);
        assert_eq!(status(&shown), 200);
        for said in
            ["Send what you entered?", "App 1", "wiki.contoso.localhost/save", "Hello &lt;world&gt;", "Send it now"]
        {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        assert!(!shown.contains("hunter2") && field(&shown, "cache-control") == Some("no-store"));
        assert!(shown.contains("form-action 'self'"));
    }
    let (action, token) = button(&page(&world, WIKI, &asked, &cookies));
    assert!(action.starts_with("/save?x=1&y=%2e&vestibule-form="), "{action}");
    let press = || {
        post(
            &world,
            WIKI,
            &action,
            &cookies,
            &format!(
                "Origin: null\r\nSec-Fetch-Site: same-origin\r\nReferer: https://wiki.contoso.localhost:8443{asked}\r\n{FORM}"
            ),
            &format!("token={token}"),
        )
    };
    assert_eq!(status(&press()), 200);
    let seen = world.ledger.last();
    assert_eq!(seen.request_line(), "POST /save?x=1&y=%2e HTTP/1.1");
    assert_eq!(String::from_utf8(seen.body.clone()).unwrap(), BODY);
    assert_eq!(seen.value("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen.value("content-length"), Some(BODY.len().to_string().as_str()));
    assert_eq!(seen.value("x-forwarded-email"), Some("guest@fabrikam.example"));
    assert_eq!(seen.value("origin"), Some("https://wiki.contoso.localhost:8443"));
    assert!(seen.values("referer").is_empty() && seen.values("cookie").is_empty());
    // A second press, and the page once more.
    assert_eq!(status(&press()), 410);
    let gone = page(&world, WIKI, &asked, &cookies);
    assert!(status(&gone) == 410 && gone.contains("nothing to send"), "{gone}");
    assert_eq!(world.ledger.count(), 1);
}

#[test]
fn d4_the_button_never_leads_to_another_host() {
    let world = keeping();
    let (asked, cookies) = signed_in_again(&world, "//evil.example/save");
    let shown = page(&world, WIKI, &asked, &cookies);
    assert!(
        shown.contains("action=\"https://wiki.contoso.localhost:8443//evil.example/save?vestibule-form="),
        "{shown}"
    );
}

#[test]
fn d4_no_other_site_browser_session_or_app_gets_at_a_kept_form() {
    let world = keeping();
    let (asked, cookies) = signed_in_again(&world, "/save");
    let (action, token) = button(&page(&world, WIKI, &asked, &cookies));
    let (_, stranger) = world.signed_in(1, WIKI);
    let other_login = format!("__Host-vestibule-login={}", "A".repeat(43));
    // The page: only the browser that sent the form. A stranger's own form must not be shown to somebody else either.
    for wrong in [stranger.clone(), format!("{stranger}; {other_login}"), other_login.clone()] {
        assert_eq!(status(&page(&world, WIKI, &asked, &wrong)), 410, "{wrong}");
    }
    let (_, desk) = world.signed_in(1, DESK);
    let login = cookies.split("; ").next().unwrap();
    assert_eq!(status(&page(&world, DESK, &asked, &format!("{desk}; {login}"))), 410);
    for ticket in ["", "x", "f=", "f=A.B", "f=00000000-0000-0000-0000-000000000001.short"] {
        assert_eq!(status(&page(&world, WIKI, &format!("/.vestibule/form?{ticket}"), &cookies)), 410, "{ticket}");
    }
    // The same browser whose session ended is led to sign in.
    assert_eq!(status(&page(&world, WIKI, &asked, login)), 303);
    // The press.
    let body = format!("token={token}");
    let (own, foreign) = (OWN.to_owned(), format!("{stranger}; {login}"));
    for (name, fields, cookies, body, expected) in [
        ("another site", "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n", &cookies, &body, 403),
        (
            "a neighbour",
            "Origin: https://wiki.contoso.localhost:8443\r\nSec-Fetch-Site: same-site\r\n",
            &cookies,
            &body,
            403,
        ),
        ("nobody says", "", &cookies, &body, 403),
        ("null", "Origin: null\r\n", &cookies, &body, 403),
        ("no token", &own, &cookies, &String::new(), 403),
        ("a changed token", &own, &cookies, &format!("token={}", &token[1..]), 403),
        ("another session", &own, &foreign, &body, 403),
        ("no session", &own, &login.to_owned(), &body, 401),
    ] {
        let refused = post(&world, WIKI, &action, cookies, &format!("{fields}{FORM}"), body);
        assert_eq!(status(&refused), expected, "{name}: {refused}");
    }
    let read = world.ask(&format!("GET {action} HTTP/1.1\r\nHost: {WIKI}:8443\r\nCookie: {cookies}\r\n\r\n"));
    assert_eq!(status(&read), 200, "a GET presses nothing and is the app's");
    assert!(world.ledger.exchanges().iter().all(|it| !it.head.starts_with("POST")));
    // Nothing of all that used it up.
    assert_eq!(status(&post(&world, WIKI, &action, &cookies, &format!("{OWN}{FORM}"), &body)), 200);
    assert_eq!(world.ledger.last().request_line(), "POST /save HTTP/1.1");
}

#[test]
fn only_a_plain_form_of_the_apps_own_page_is_kept_and_only_where_the_app_wants_it() {
    let world = keeping();
    let refused = |fields: &str, body: &str| {
        let answer = post(&world, WIKI, "/save", "", fields, body);
        assert!(status(&answer) == 401 && answer.contains("nothing was sent"), "{fields}: {answer}");
    };
    let large = format!("a={}", "x".repeat(70 * 1024));
    refused(&format!("{OWN}{FORM}"), &large);
    refused(&format!("{OWN}Content-Type: multipart/form-data; boundary=x\r\n"), BODY);
    refused(&format!("{OWN}Content-Type: text/plain\r\n"), BODY);
    refused(OWN, BODY);
    refused(FORM, BODY);
    refused(&format!("Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n{FORM}"), BODY);
    refused(&format!("Origin: null\r\n{FORM}"), BODY);
    refused(&format!("{OWN}{FORM}"), "a=\u{e9}");
    let script = world.ask(&format!("POST /save HTTP/1.1\r\nHost: {WIKI}:8443\r\n{OWN}{FORM}Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nContent-Length: 3\r\n\r\na=b"));
    assert!(status(&script) == 401 && script.contains("login_url"));
    let put = post(&world, WIKI, "/save", "", &format!("{OWN}{FORM}"), "a=b").replace("POST", "PUT");
    assert_eq!(status(&put), 303);
    // K4: twenty of one network in an hour.
    let kept =
        (0..40).filter(|_| status(&post(&world, WIKI, "/save", "", &format!("{OWN}{FORM}"), BODY)) == 303).count();
    assert_eq!(kept, 19);
    world.allows(&Traffic::default());
    let off = post(&world, WIKI, "/save", "", &format!("{OWN}{FORM}"), BODY);
    assert!(status(&off) == 401 && off.contains("nothing was sent"));
    assert_eq!(world.ledger.count(), 0);
}

#[test]
fn d4_who_may_not_pass_uses_no_kept_form_up() {
    let world = keeping();
    let (asked, cookies) = signed_in_again(&world, "/save");
    let (action, token) = button(&page(&world, WIKI, &asked, &cookies));
    let press = || post(&world, WIKI, &action, &cookies, &format!("{OWN}{FORM}"), &format!("token={token}"));
    type Change = fn(&mut Tenant, &mut Application);
    let changes: [(&str, Change, u16); 4] = [
        ("a second factor is wanted", |contoso, _| contoso.service_principals[0].require_mfa = true, 401),
        ("the tenant uses the app no more", |contoso, _| contoso.service_principals.clear(), 401),
        ("the tenant is disabled", |contoso, _| contoso.enabled = false, 404),
        (
            "the app is closed",
            |_, wiki| {
                let mut forwarding = Forwarding::to("http://127.0.0.1:1".parse().unwrap());
                let (text, retry_after) = (String::new(), Duration::from_secs(60));
                forwarding.maintenance = Some(Maintenance { text, retry_after });
                wiki.upstream = Upstream::new(forwarding);
            },
            503,
        ),
    ];
    for (what, change, expected) in changes {
        let mut contoso = tenant(1, &["contoso.example", "contoso.localhost"], &[1]);
        let mut wiki = app(1, WIKI, Mode::Host, world.ledger.address, &traffic());
        change(&mut contoso, &mut wiki);
        world.follows(Snapshot::build([contoso], [wiki]).unwrap());
        for _ in 0..2 {
            let answer = press();
            assert_eq!(status(&answer), expected, "{what}: {answer}");
        }
    }
    assert_eq!(world.ledger.count(), 0);
    // Once nothing stands against it, the same press sends the form, and sends it once.
    world.allows(&traffic());
    assert_eq!((status(&press()), status(&press())), (200, 410));
    assert_eq!(world.ledger.count(), 1);
    assert_eq!(world.ledger.last().request_line(), "POST /save HTTP/1.1");
}
