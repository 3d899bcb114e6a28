//! The way to the app and back, judged by the ledger.

use std::time::{Duration, Instant};

use crate::plane::world::*;

#[test]
fn a_signed_in_request_arrives_with_who_it_is_and_without_our_cookies() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let response = world.get("/page?x=1&y=%2e", &format!("a=1; {cookie}; b=\"2\""), "X-Custom: kept\r\n");
    assert_eq!(status(&response), 200, "{response}");
    let seen = world.ledger.last();
    assert_eq!(seen.request_line(), "GET /page?x=1&y=%2e HTTP/1.1");
    assert_eq!(seen.value("host"), Some("wiki.contoso.localhost:8443"));
    assert_eq!(seen.value("cookie"), Some("a=1; b=\"2\""));
    assert_eq!(seen.value("x-forwarded-user"), Some("00000000-0000-0000-0000-000000000007"));
    assert_eq!(seen.value("x-forwarded-email"), Some("guest@fabrikam.example"));
    assert_eq!(seen.value("x-forwarded-groups"), Some("Partners"));
    assert_eq!(seen.value("x-vestibule-tenant"), Some(tenant_id(1).to_string().as_str()));
    assert_eq!(seen.value("x-forwarded-for"), Some("127.0.0.1"));
    assert_eq!(seen.value("x-forwarded-proto"), Some("https"));
    assert_eq!(seen.value("x-custom"), Some("kept"));
    assert_eq!(seen.value("via"), Some("1.1 vestibule"));
    assert!(seen.value("vestibule-assertion").is_some());
    assert_eq!(field(&response, "cache-control"), Some("private"));
    assert_eq!(field(&response, "strict-transport-security"), Some("max-age=60"));
}

#[test]
fn without_a_session_nothing_arrives() {
    let world = World::new();
    let page = world.ask(&format!("GET /p?q=1 HTTP/1.1\r\nHost: {WIKI}\r\nAccept: text/html\r\n\r\n"));
    assert_eq!(status(&page), 303);
    let location = field(&page, "location").unwrap();
    assert!(
        location.starts_with(&format!(
            "https://vestibule.localhost:8443/{}/oauth2/v2.0/authorize?client_id=",
            tenant_id(1)
        ))
    );
    assert!(field(&page, "set-cookie").unwrap().starts_with("__Host-vestibule-login="));
    let machine = world.ask(&format!("GET / HTTP/1.1\r\nHost: {WIKI}\r\nAccept: application/json\r\n\r\n"));
    assert_eq!(status(&machine), 401);
    assert!(machine.contains("\"login_url\":\"https://wiki.contoso.localhost:8443/\""), "{machine}");
    let form =
        world.ask(&format!("POST / HTTP/1.1\r\nHost: {WIKI}\r\nAccept: text/html\r\nContent-Length: 3\r\n\r\na=b"));
    assert!(status(&form) == 401 && form.contains("nothing was sent"));
    // Another tenant's session, another host's cookie, and an ended session are none.
    let (_, northwind) = world.signed_in(2, WIKI);
    assert_eq!(status(&world.get("/", &northwind, "")), 401);
    let (_, desk) = world.signed_in(1, DESK);
    assert_eq!(status(&world.get("/", &desk, "")), 401);
    let (session, cookie) = world.signed_in(1, WIKI);
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    world.end(&session);
    assert_eq!(status(&world.get("/", &cookie, "")), 401);
    assert_eq!(world.ledger.count(), 1);
}

#[test]
fn connections_to_the_app_are_reused_but_never_across_tenants() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = world.connect();
    for number in 0..20 {
        client.send(format!("GET /{number} HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
        assert_eq!(status(&client.response().unwrap()), 200);
    }
    assert_eq!((world.ledger.count(), world.ledger.connections()), (20, 1));
    assert!(world.ledger.exchanges().iter().all(|exchange| exchange.connection == 1));
    for path in ["/big/200000", "/status/204", "/status/304", "/drip"] {
        world.ledger.release();
        assert!(status(&world.get(path, &cookie, "")) > 0, "{path}");
    }
    assert_eq!(world.ledger.connections(), 1, "each of them ended cleanly");
    let (_, contoso) = world.signed_in(1, DESK);
    let (_, northwind) = world.signed_in(2, DESK);
    for (tenant, cookie) in [("contoso.example", contoso), ("northwind.example", northwind)] {
        let raw = format!("GET /{tenant}/x HTTP/1.1\r\nHost: {DESK}\r\nCookie: {cookie}\r\n\r\n");
        assert_eq!(status(&world.ask(&raw)), 200);
        assert_eq!(world.ledger.last().request_line(), "GET /x HTTP/1.1");
        assert_eq!(world.ledger.last().value("x-forwarded-prefix"), Some(format!("/{tenant}").as_str()));
    }
    assert_eq!(world.ledger.connections(), 3);
}

#[test]
fn an_answer_streams_down_before_it_is_complete() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = world.connect();
    client.send(format!("GET /drip HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
    assert!(client.until("first"), "the first piece waits for the second");
    world.ledger.release();
    assert!(client.until("second"));
}

#[test]
fn a_body_streams_up_before_it_is_complete_and_is_framed_anew() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = world.connect();
    let head = format!(
        "POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Forwarded-User\r\n\r\n"
    );
    client.send(head.as_bytes());
    client.send(b"5;ext=1\r\nhello\r\n");
    assert!(world.ledger.wait_until(|seen| seen.last().is_some_and(|it| it.body == b"hello")), "not streamed");
    client.send(b"6\r\n world\r\n0\r\nX-Forwarded-User: attacker\r\n\r\n");
    assert_eq!(status(&client.response().unwrap()), 200);
    let seen = world.ledger.last();
    assert!(seen.complete && seen.body == b"hello world");
    assert_eq!(seen.values("x-forwarded-user").len(), 1);
    client.send(
        format!("POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nContent-Length: 4\r\n\r\nfour").as_bytes(),
    );
    client.response().unwrap();
    assert_eq!(world.ledger.last().value("content-length"), Some("4"));
    client.send(format!("GET /odd HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").as_bytes());
    client.response().unwrap();
    assert_eq!(world.ledger.last().body, b"abc");
    assert!(world.ledger.faults().is_empty(), "{:?}", world.ledger.faults());
}

#[test]
fn e9_100_continue_is_answered_here() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = world.connect();
    let head = format!(
        "POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    );
    client.send(head.as_bytes());
    assert!(client.head().unwrap().starts_with("HTTP/1.1 100"));
    client.send(b"body");
    assert_eq!(status(&client.response().unwrap()), 200);
    assert!(world.ledger.last().values("expect").is_empty());
    let count = world.ledger.count();
    for expect in ["y 100-continue", "100-continue, x", "200-ok"] {
        let raw = format!(
            "POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nExpect: {expect}\r\nContent-Length: 4\r\n\r\nbody"
        );
        assert_eq!(status(&world.ask(&raw)), 417, "{expect}");
    }
    assert_eq!(world.ledger.count(), count);
}

#[test]
fn e2_hop_by_hop_fields_stay_and_ours_cannot_be_nominated_away() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let extra = "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nProxy-Connection: x\r\n";
    assert_eq!(status(&world.get("/", &cookie, extra)), 200);
    let seen = world.ledger.last();
    for name in ["connection", "x-hop", "keep-alive", "te", "upgrade", "http2-settings", "proxy-connection"] {
        assert!(seen.values(name).is_empty(), "{name}");
    }
    for name in [
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "Authorization",
        "Cookie",
        "Host",
        "X-Forwarded-For",
        "Vestibule-Assertion",
    ] {
        let response = world.get("/", &cookie, &format!("Connection: close, {name}\r\n"));
        assert_eq!(status(&response), 400, "{name}");
    }
    assert_eq!(world.ledger.count(), 1);
}

#[test]
fn e1_client_copies_are_refused_on_every_branch() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    for name in [
        "X-Forwarded-User",
        "x_forwarded_user",
        "X.Forwarded.User",
        "Remote-User",
        "Vestibule-Assertion",
        "X-Auth-Request-Email",
    ] {
        for path in ["/", "/ws", "/.vestibule/me", "/.vestibule/auth"] {
            let response = world.get(path, &cookie, &format!("{name}: attacker\r\n"));
            assert_eq!(status(&response), 400, "{name} {path}");
        }
    }
    assert_eq!(world.ledger.count(), 0);
}

#[test]
fn e7_an_app_cannot_speak_for_us() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let response = world.get("/cookies", &cookie, "");
    let cookies: Vec<&str> = response.lines().filter(|line| line.to_lowercase().starts_with("set-cookie")).collect();
    assert_eq!(cookies, ["set-cookie: ok=1"], "{response}");
    for name in ["alt-svc", "clear-site-data", "x-gone", "keep-alive"] {
        assert_eq!(field(&response, name), None, "{name}");
    }
    assert_eq!(field(&response, "strict-transport-security"), Some("max-age=60"));
}

#[test]
fn interim_answers_are_dropped_and_a_flood_of_them_is_a_fault() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let response = world.get("/interim/3", &cookie, "");
    assert!(status(&response) == 200 && response.ends_with("final"));
    assert_eq!(status(&world.get("/interim/9", &cookie, "")), 502);
}

#[test]
fn an_app_that_is_down_slow_or_broken_gets_a_page_of_ours() {
    let limits = vestibule::config::Limits { upstream_first_byte: Duration::from_secs(1), ..Default::default() };
    let world = World::with(limits, None);
    let (_, cookie) = world.signed_in(1, DEAD);
    let begun = Instant::now();
    let down = world.ask(&format!("GET / HTTP/1.1\r\nHost: {DEAD}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n"));
    assert!(status(&down) == 502 && down.contains("The app does not answer") && down.contains("Request id"));
    let (_, cookie) = world.signed_in(1, WIKI);
    assert_eq!(status(&world.get("/hang", &cookie, "")), 504);
    assert_eq!(status(&world.get("/close", &cookie, "")), 502);
    assert_eq!(status(&world.get("/switch", &cookie, "")), 502);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn e9_a_route_to_ourselves_ends() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, LOOP);
    // The cookie does not travel, so that the second visit is an anonymous one: no loop can begin with a session.
    let raw = format!("GET / HTTP/1.1\r\nHost: {LOOP}\r\nCookie: {cookie}\r\n");
    assert_eq!(status(&world.ask(&format!("{raw}\r\n"))), 400, "our own identity headers, sent by us to us");
    let again = world.ask(&format!("{raw}Via: 1.1 vestibule, 1.1 vestibule\r\n\r\n"));
    assert_eq!(status(&again), 508);
}

#[test]
fn f5_a_second_answer_never_reaches_the_next_guest() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    for path in ["/double", "/later"] {
        for _ in 0..10 {
            let first = world.get(path, &cookie, "");
            assert!(first.ends_with("first"), "{first}");
            // Once the second answer is out it must be seen as what it is, before the next request or as it comes.
            assert!(world.ledger.wait_until(|seen| seen.last().is_some_and(|it| it.answered)));
            let next = world.get("/next", &cookie, "");
            assert!(!next.contains("POISON") && next.contains("GET /next"), "{path}: {next}");
        }
    }
    // A body shorter than announced must not be completed with the next answer.
    let short = world.get("/short", &cookie, "");
    assert!(!short.contains("GET"));
    assert!(world.get("/next", &cookie, "").contains("GET /next"));
}

#[test]
fn f6_an_early_answer_closes_what_was_not_read() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = world.connect();
    let smuggled = format!("GET /smuggled HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n");
    client.send(
        format!("POST /early HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nContent-Length: 1000000\r\n\r\n")
            .as_bytes(),
    );
    assert_eq!(status(&client.response().unwrap()), 413);
    client.send(smuggled.as_bytes());
    std::thread::sleep(Duration::from_millis(200));
    assert!(world.ledger.exchanges().iter().all(|it| !it.head.contains("/smuggled")));
    assert!(world.get("/next", &cookie, "").contains("GET /next"));
}

#[test]
fn d10_streams_end_with_the_session() {
    let world = World::new();
    for path in ["/events", "/quiet", "/hang"] {
        let (session, cookie) = world.signed_in(1, WIKI);
        let mut client = world.connect();
        client.send(format!("GET {path} HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
        if path == "/hang" {
            std::thread::sleep(Duration::from_millis(700));
        } else {
            assert!(client.until(if path == "/events" { "tick" } else { "hello" }));
        }
        let begun = Instant::now();
        world.end(&session);
        if path == "/hang" {
            assert_eq!(status(&client.response().unwrap()), 401);
        }
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        let rest = client.rest();
        assert!(begun.elapsed() < Duration::from_secs(1), "{path}: {:?}", begun.elapsed());
        assert!(!rest.ends_with(b"0\r\n\r\n"), "{path}: a cut stream must not look complete");
    }
}

#[test]
fn a_drain_finishes_what_runs_and_takes_nothing_new() {
    let mut world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = world.connect();
    client.send(format!("GET /held HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
    assert!(world.ledger.wait_until(|seen| !seen.is_empty()));
    let (ledger, address) = (world.ledger.clone(), world.address);
    let stopper = std::thread::spawn(move || world.stop());
    std::thread::sleep(Duration::from_millis(200));
    assert!(std::net::TcpStream::connect(address).is_err(), "still accepting");
    ledger.release();
    let response = client.response().unwrap();
    assert!(response.ends_with("held") && field(&response, "connection") == Some("close"), "{response}");
    stopper.join().unwrap();
}

#[test]
fn a_long_upload_is_not_the_apps_slowness() {
    let limits = vestibule::config::Limits { upstream_first_byte: Duration::from_secs(1), ..Default::default() };
    let world = World::with(limits, None);
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = world.connect();
    let head = format!("POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nContent-Length: 5\r\n\r\n");
    client.send(head.as_bytes());
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(500));
        client.send(b"x");
    }
    assert_eq!(status(&client.response().unwrap()), 200);
    assert_eq!(world.ledger.last().body, b"xxxxx");
}
