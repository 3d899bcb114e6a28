//! The detour through the broker as an app's host sees it, the reserved addresses, and hosts of ours.

use crate::plane::world::*;
use vestibule::session::CodeGrant;

pub fn cookie_of(response: &str, name: &str) -> Option<String> {
    let lines = response.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    lines
        .filter_map(|line| line.split(';').next())
        .find(|pair| pair.starts_with(&format!("{name}=")))
        .map(str::to_owned)
}

pub fn query(location: &str, name: &str) -> String {
    let url: url::Url = location.parse().unwrap();
    url.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned()
}

pub fn page(world: &World, host: &str, target: &str, cookies: &str) -> String {
    world.ask(&format!("GET {target} HTTP/1.1\r\nHost: {host}:8443\r\nAccept: text/html\r\nCookie: {cookies}\r\n\r\n"))
}

/// What the broker does once the guest signed in: a code for the session.
pub fn code(world: &World, session: &vestibule::session::Session, location: &str) -> String {
    let grant = CodeGrant {
        tenant: session.record().tenant,
        session: session.record().id,
        app: query(location, "client_id").parse().unwrap(),
        redirect_uri: query(location, "redirect_uri"),
        code_challenge: query(location, "code_challenge"),
    };
    world.runtime.block_on(world.sessions.issue_code(grant)).unwrap()
}

#[test]
fn the_detour_comes_back_to_the_very_page() {
    let world = World::new();
    let (session, _) = world.signed_in(1, BROKER);
    let away = page(&world, WIKI, "/page?x=1&y=a%20b", "none=1");
    let location = field(&away, "location").unwrap().to_owned();
    let login = cookie_of(&away, "__Host-vestibule-login").unwrap();
    let callback = |code: &str, state: &str, cookies: &str| {
        page(&world, WIKI, &format!("/.vestibule/callback?code={code}&state={state}"), cookies)
    };
    let state = query(&location, "state");
    let back = callback(&code(&world, &session, &location), &state, &login);
    assert_eq!(field(&back, "location"), Some("https://wiki.contoso.localhost:8443/page?x=1&y=a%20b"));
    let cookie = cookie_of(&back, "__Host-vestibule").unwrap();
    assert_eq!(status(&page(&world, WIKI, "/page", &cookie)), 200);
    // The callback again: straight on. Without the binding cookie: the detour again, then a page that says so.
    let again = callback("used", &state, &format!("{cookie}; {login}"));
    assert_eq!(field(&again, "location"), Some("https://wiki.contoso.localhost:8443/page?x=1&y=a%20b"));
    let mut target = format!("/.vestibule/callback?code={}&state={state}", code(&world, &session, &location));
    for _ in 0..2 {
        let retry = page(&world, WIKI, &target, "");
        assert_eq!(status(&retry), 303);
        let location = field(&retry, "location").unwrap();
        target = format!("/.vestibule/callback?code=x&state={}", query(location, "state"));
    }
    let failed = page(&world, WIKI, &target, "");
    assert!(status(&failed) == 400 && failed.contains("Start again"), "{failed}");
    // A state of another host, a changed one, and none.
    for state in [&state[1..], "", "AAAA"] {
        assert_eq!(status(&callback("x", state, &login)), 400);
    }
    let elsewhere = page(&world, DESK, &format!("/.vestibule/callback?code=x&state={state}"), &login);
    assert_eq!(status(&elsewhere), 400);
}

#[test]
fn twenty_parallel_first_requests_all_arrive() {
    let world = World::new();
    let (session, _) = world.signed_in(1, BROKER);
    // Twenty tabs leave before any has a cookie; the browser keeps the last login cookie and the last session cookie.
    let away: Vec<String> = (0..20).map(|tab| page(&world, WIKI, &format!("/tab/{tab}"), "")).collect();
    let mut login = away.iter().rev().find_map(|it| cookie_of(it, "__Host-vestibule-login")).unwrap();
    let mut cookie = String::new();
    let mut arrived = 0;
    for (tab, away) in away.iter().enumerate() {
        let mut location = field(away, "location").unwrap().to_owned();
        for _ in 0..3 {
            let target = format!(
                "/.vestibule/callback?code={}&state={}",
                code(&world, &session, &location),
                query(&location, "state")
            );
            let back = page(&world, WIKI, &target, &format!("{cookie}; {login}"));
            login = cookie_of(&back, "__Host-vestibule-login").unwrap_or(login);
            cookie = cookie_of(&back, "__Host-vestibule").unwrap_or(cookie);
            location = field(&back, "location").unwrap().to_owned();
            if location.ends_with(&format!("/tab/{tab}")) {
                arrived += 1;
                break;
            }
        }
    }
    assert_eq!(arrived, 20);
    assert_eq!(status(&page(&world, WIKI, "/", &cookie)), 200);
}

#[test]
fn query_mode_pins_and_common_urls_are_refused() {
    let world = World::new();
    assert!(page(&world, BOARD, "/", "").contains("does not say which organization"));
    assert_eq!(status(&page(&world, BOARD, "/", "")), 400);
    assert_eq!(status(&page(&world, DESK, "/", "")), 400);
    assert_eq!(status(&page(&world, DESK, "/unknown.example/", "")), 404);
    let (session, _) = world.signed_in(1, BROKER);
    let away = page(&world, BOARD, "/list?tenantId=contoso.example&a=1", "");
    let location = field(&away, "location").unwrap().to_owned();
    let login = cookie_of(&away, "__Host-vestibule-login").unwrap();
    let target =
        format!("/.vestibule/callback?code={}&state={}", code(&world, &session, &location), query(&location, "state"));
    let back = page(&world, BOARD, &target, &login);
    assert_eq!(field(&back, "location"), Some("https://board.apps.localhost:8443/list?a=1"));
    let cookie = cookie_of(&back, "__Host-vestibule").unwrap();
    assert_eq!(status(&page(&world, BOARD, "/list?a=1", &cookie)), 200);
    assert_eq!(world.ledger.last().request_line(), "GET /list?a=1 HTTP/1.1");
    let same = page(&world, BOARD, "/x?tenantid=contoso.example", &cookie);
    assert_eq!(field(&same, "location"), Some("https://board.apps.localhost:8443/x"));
    let other = page(&world, BOARD, "/x?tenantid=northwind.example", &cookie);
    assert!(field(&other, "location").unwrap().contains(&tenant_id(2).to_string()));
    assert_eq!(status(&page(&world, BOARD, "/?tenantid=contoso.example&tenantid=northwind.example", &cookie)), 400);
}

#[test]
fn reserved_addresses_answer_and_never_reach_the_app() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let me = page(&world, WIKI, "/.vestibule/me", &cookie);
    assert!(status(&me) == 200 && me.contains("guest@fabrikam.example"), "{me}");
    assert_eq!(status(&page(&world, WIKI, "/.vestibule/me", "")), 401);
    assert_eq!(status(&page(&world, WIKI, "/.vestibule/auth", &cookie)), 202);
    assert_eq!(status(&page(&world, WIKI, "/.vestibule/auth", "")), 401);
    assert!(page(&world, DESK, "/.vestibule/jwks.json", "").contains(&tenant_id(2).to_string()));
    for target in ["/.vestibule/x", "/.vestibule", "/%2evestibule/me", "//.vestibule/me", "/.VESTIBULE/me"] {
        assert_eq!(status(&page(&world, WIKI, target, &cookie)), 404, "{target}");
    }
    let (_, desk) = world.signed_in(1, DESK);
    assert_eq!(status(&page(&world, DESK, "/contoso.example/.vestibule/me", &desk)), 404);
    assert_eq!(world.ledger.count(), 0);
}

#[test]
fn d4_and_d9_signing_out_asks_first_and_then_ends_everything_it_names() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1, WIKI);
    let asked = page(&world, WIKI, "/.vestibule/sign-out", &cookie);
    assert!(asked.contains("Sign out of Tenant 1") && asked.contains("Sign out everywhere"));
    let token = asked.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let post = |origin: &str, token: &str, cookie: &str, scope: &str| {
        let form = format!("token={token}&scope={scope}");
        world.ask(&format!("POST /.vestibule/sign-out HTTP/1.1\r\nHost: {WIKI}:8443\r\n{origin}Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}", form.len()))
    };
    let own = "Origin: https://wiki.contoso.localhost:8443\r\n";
    let (_, other) = world.signed_in(1, WIKI);
    for (origin, token, cookie) in [
        ("Sec-Fetch-Site: cross-site\r\n", token.as_str(), cookie.as_str()),
        ("Origin: null\r\n", &token, &cookie),
        ("Origin: null\r\nSec-Fetch-Site: same-site\r\n", &token, &cookie),
        ("Origin: https://evil.example\r\n", &token, &cookie),
        (&format!("{own}Sec-Fetch-Site: cross-site\r\n"), &token, &cookie),
        (own, "", &cookie),
        (own, &token[1..], &cookie),
        (own, &token, &other),
    ] {
        assert_eq!(status(&post(origin, token, cookie, "everywhere")), 403, "{origin} {token}");
    }
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    // What Chromium sends from a page that names no referrer.
    let browser = "Origin: null\r\nSec-Fetch-Site: same-origin\r\n";
    let done = post(browser, &token, &cookie, &tenant_id(1).to_string());
    assert_eq!(status(&done), 303);
    assert!(done.contains("__Host-vestibule=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"), "{done}");
    assert!(session.is_ended());
    assert_eq!(status(&world.get("/", &cookie, "")), 401);
    assert!(page(&world, WIKI, "/.vestibule/sign-out", &cookie).contains("You are signed out"));
}

#[test]
fn our_own_hosts_are_served_on_the_control_runtime_and_unknown_ones_by_nobody() {
    let world = World::new();
    let answer = world.ask(&format!("POST /x HTTP/1.1\r\nHost: {BROKER}:8443\r\nContent-Length: 5\r\n\r\nhello"));
    assert!(status(&answer) == 200 && answer.ends_with("broker /x from 127.0.0.1 5"), "{answer}");
    let unknown = world.ask("GET / HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\n\r\n");
    assert!(status(&unknown) == 421 && unknown.contains("Request id"));
    assert!(world.front.knows(WIKI) && world.front.knows(BROKER) && !world.front.knows("evil.example"));
}

#[test]
fn d11_malformed_cookies_and_credentials_are_never_a_yes() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let value = cookie.split_once('=').unwrap().1;
    let mut client = world.connect();
    for number in 0..300_usize {
        let changed: String = value
            .chars()
            .enumerate()
            .map(|(at, it)| if at == number % 43 { if it == 'A' { 'B' } else { 'A' } } else { it })
            .collect();
        let forms = [
            format!("__Host-vestibule={changed}"),
            format!("__Host-vestibule={}", &value[..number % 43]),
            format!("__Host-vestibule={value}{}", "x".repeat(number + 1)),
            format!("{cookie}; {cookie}"),
            format!("__host-vestibule={value}"),
        ];
        client.send(
            format!(
                "GET / HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {}\r\nAuthorization: Bearer {number}\r\n\r\n",
                forms[number % 5]
            )
            .as_bytes(),
        );
        assert_eq!(status(&client.response().unwrap()), 401, "{number}");
    }
    assert_eq!(world.ledger.count(), 0);
}

/// One round: to the app without a session, to the broker, back with a code.
fn round(world: &World, session: &vestibule::session::Session, to: &str, cookies: &str) -> String {
    let away = page(world, WIKI, to, cookies);
    let location = field(&away, "location").unwrap().to_owned();
    let target =
        format!("/.vestibule/callback?code={}&state={}", code(world, session, &location), query(&location, "state"));
    page(world, WIKI, &target, cookies)
}

#[test]
fn a_browser_that_goes_round_reads_why() {
    let world = World::new();
    let (session, _) = world.signed_in(1, BROKER);
    // It keeps the first cookie and loses the one that stands for the session.
    let login = cookie_of(&page(&world, WIKI, "/x", ""), "__Host-vestibule-login").unwrap();
    for _ in 0..3 {
        assert_eq!(status(&round(&world, &session, "/x", &login)), 303);
    }
    let stopped = round(&world, &session, "/x", &login);
    assert!(status(&stopped) == 508 && stopped.contains("round in circles"), "{stopped}");
    assert!(stopped.contains("Start again") && cookie_of(&stopped, "__Host-vestibule").is_none());
    // Another place is another matter.
    assert_eq!(status(&round(&world, &session, "/y", &login)), 303);
    // Twenty tabs that left together for one place are no loop.
    let away: Vec<String> = (0..20).map(|_| page(&world, WIKI, "/same", &login)).collect();
    for away in &away {
        let location = field(away, "location").unwrap().to_owned();
        let target = format!(
            "/.vestibule/callback?code={}&state={}",
            code(&world, &session, &location),
            query(&location, "state")
        );
        let back = page(&world, WIKI, &target, &login);
        assert_eq!(field(&back, "location"), Some("https://wiki.contoso.localhost:8443/same"));
    }
}

#[test]
fn a_session_that_is_good_for_nothing_here_ends_the_round_too() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1, WIKI);
    let mut record = vestibule::model::SessionRecord::clone(&session.record());
    record.reviewed = false;
    world.runtime.block_on(world.sessions.replace(record)).unwrap();
    let login = cookie_of(&page(&world, WIKI, "/x", ""), "__Host-vestibule-login").unwrap();
    let cookies = format!("{cookie}; {login}");
    for _ in 0..3 {
        assert_eq!(status(&round(&world, &session, "/x", &cookies)), 303);
    }
    assert_eq!(status(&round(&world, &session, "/x", &cookies)), 508);
    // The control: with a session that is good, coming back however often leads on.
    let (session, cookie) = world.signed_in(1, WIKI);
    let away = page(&world, WIKI, "/z", &login);
    let state = query(field(&away, "location").unwrap(), "state");
    for _ in 0..8 {
        let back =
            page(&world, WIKI, &format!("/.vestibule/callback?code=used&state={state}"), &format!("{cookie}; {login}"));
        assert_eq!(field(&back, "location"), Some("https://wiki.contoso.localhost:8443/z"));
    }
    drop(session);
}

#[test]
fn a_browser_without_cookies_reads_that_it_has_none() {
    let world = World::new();
    let (session, _) = world.signed_in(1, BROKER);
    let mut away = page(&world, WIKI, "/x", "");
    for _ in 0..3 {
        let location = field(&away, "location").unwrap().to_owned();
        let target = format!(
            "/.vestibule/callback?code={}&state={}",
            code(&world, &session, &location),
            query(&location, "state")
        );
        away = page(&world, WIKI, &target, "");
    }
    assert!(status(&away) == 400 && away.contains("keeps no cookies"), "{away}");
    // With somebody else's cookie it is another matter, and another page.
    let other = format!("__Host-vestibule-login={}", "A".repeat(43));
    let mut away = page(&world, WIKI, "/x", &other);
    for _ in 0..3 {
        let state = query(field(&away, "location").unwrap(), "state");
        away = page(&world, WIKI, &format!("/.vestibule/callback?code=x&state={state}"), &other);
    }
    assert!(status(&away) == 400 && away.contains("could not be completed"), "{away}");
}
