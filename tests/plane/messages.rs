//! The corners of HTTP messages: forms of the target, answers without a body, old clients, half-closed and broken-off connections.

use std::time::{Duration, Instant};

use vestibule::config::Limits;

use crate::plane::world::*;

fn ask(world: &World, raw: &str) -> String {
    let mut client = world.connect();
    client.send(raw.as_bytes());
    client.stream.set_read_timeout(Some(Duration::from_millis(800))).unwrap();
    String::from_utf8_lossy(&client.rest()).into_owned()
}

#[test]
fn targets_in_absolute_form_are_the_same_and_a_star_names_nothing_of_an_app() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let absolute =
        ask(&world, &format!("GET http://{WIKI}/p?x=1 HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n"));
    assert_eq!(status(&absolute), 200);
    assert_eq!(world.ledger.last().request_line(), "GET /p?x=1 HTTP/1.1");
    for raw in [
        format!("GET * HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n"),
        format!("GET http://desk.apps.localhost/p HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n"),
    ] {
        assert_eq!(status(&ask(&world, &raw)), 400, "{raw}");
    }
    assert_eq!(world.ledger.count(), 1);
    // Of the server as a whole, whoever asks: the app has no part in it.
    let before = world.ledger.exchanges().len();
    for who in [format!("Cookie: {cookie}\r\n"), String::new()] {
        let answer = ask(&world, &format!("OPTIONS * HTTP/1.1\r\nHost: {WIKI}\r\n{who}\r\n"));
        assert_eq!(status(&answer), 204, "{answer}");
        assert!(field(&answer, "allow").is_some_and(|methods| methods.contains("OPTIONS")), "{answer}");
    }
    assert_eq!(status(&ask(&world, "OPTIONS * HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n")), 421);
    assert_eq!(world.ledger.exchanges().len(), before);
}

#[test]
fn e9_max_forwards_is_counted_down_and_the_last_stop_answers() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let options =
        |extra: &str| ask(&world, &format!("OPTIONS /p HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n{extra}\r\n"));
    assert_eq!(status(&options("Max-Forwards: 5\r\n")), 200);
    assert_eq!(world.ledger.last().value("max-forwards"), Some("4"));
    let stopped = options("Max-Forwards: 0\r\n");
    assert_eq!(status(&stopped), 204);
    assert!(field(&stopped, "allow").is_some_and(|allowed| allowed.contains("PATCH")));
    assert_eq!(world.ledger.count(), 1);
    // Nobody learns that without a session.
    assert_eq!(status(&ask(&world, &format!("OPTIONS /p HTTP/1.1\r\nHost: {WIKI}\r\nMax-Forwards: 0\r\n\r\n"))), 401);
}

#[test]
fn f5_a_body_where_none_may_be_never_becomes_the_next_answer() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    for (method, code) in [("GET", 204), ("GET", 304), ("HEAD", 200), ("HEAD", 404)] {
        for _ in 0..5 {
            let mut client = world.connect();
            client.send(
                format!("{method} /bodied/{code} HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes(),
            );
            let head = client.head().unwrap();
            assert_eq!(status(&head), code, "{method}");
            assert!(world.ledger.wait_until(|seen| seen.last().is_some_and(|it| it.answered)));
            // On the same connection of ours, and on another.
            client.send(format!("GET /next HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
            let next = client.response().unwrap_or_default();
            assert!(next.starts_with("HTTP/1.1 200") && next.contains("GET /next"), "{method} {code}: {next}");
            assert!(!next.contains("POISON") && !world.get("/next", &cookie, "").contains("POISON"));
        }
    }
}

#[test]
fn a_client_of_http_1_0_gets_what_it_can_read() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let old = |path: &str| ask(&world, &format!("GET {path} HTTP/1.0\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n"));
    let answer = old("/chunks");
    assert!(answer.starts_with("HTTP/1.0 200") && answer.ends_with("\r\n\r\nhello"), "{answer}");
    assert_eq!(field(&answer, "transfer-encoding"), None);
    let plain = old("/plain");
    assert!(status(&plain) == 200 && world.ledger.last().request_line() == "GET /plain HTTP/1.1", "{plain}");
    // Without Host nobody knows whom it is for.
    assert_eq!(status(&ask(&world, "GET / HTTP/1.0\r\n\r\n")), 400);
}

#[test]
fn f6_pipelined_requests_are_answered_in_turn_each_by_its_own_decision() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (_, northwind) = world.signed_in(2, WIKI);
    let one = |path: &str, cookie: &str| format!("GET {path} HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n");
    let mut client = world.connect();
    client.send([one("/1", &cookie), one("/2", &northwind), one("/3", &cookie)].concat().as_bytes());
    let answers: Vec<String> = (0..3).map(|_| client.response().unwrap()).collect();
    assert_eq!(answers.iter().map(|answer| status(answer)).collect::<Vec<_>>(), [200, 401, 200]);
    assert!(answers[0].contains("GET /1") && answers[2].contains("GET /3"));
    assert_eq!(world.ledger.count(), 2);
}

fn with_half_close(seconds: u64) -> World {
    World::with(Limits { half_close: Duration::from_secs(seconds), ..Limits::default() }, None)
}

fn counts_as_left(world: &World) -> bool {
    world.front.plane.meter.text().contains("vestibule_connections_slow_total{reason=\"left\"} 1")
}

#[test]
fn a_client_that_ends_its_side_has_its_answer() {
    let world = with_half_close(1);
    let (_, cookie) = world.signed_in(1, WIKI);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n");
    let says_all = |raw: &str| {
        let mut client = world.connect();
        client.send(raw.as_bytes());
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        client
    };
    let answer = String::from_utf8(says_all(&get("/at-once")).rest()).unwrap();
    assert!(status(&answer) == 200 && answer.contains("GET /at-once"), "{answer}");
    // What follows, and a body.
    let post = format!(
        "POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nContent-Length: 5\r\n\r\nhello{}",
        get("/then")
    );
    let answers = String::from_utf8(says_all(&post).rest()).unwrap();
    assert!(answers.matches("HTTP/1.1 200").count() == 2 && answers.contains("GET /then"), "{answers}");
    let seen = world.ledger.exchanges();
    assert!(seen.iter().any(|it| it.complete && it.body == b"hello"));
    // A moment later, in a pause of the app.
    let mut client = says_all(&get("/held"));
    assert!(world.ledger.wait_until(|all| all.len() > seen.len()));
    std::thread::sleep(Duration::from_millis(500));
    world.ledger.release();
    assert!(client.response().is_some_and(|answer| answer.ends_with("held")));
    // For as long as the app goes on, and no longer than the client is there.
    let mut client = says_all(&get("/events"));
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(4) {
        assert!(client.until("tick"), "cut after {:?}", begun.elapsed());
        client.forget();
    }
    drop(client);
    assert!(world.ledger.wait_until(|all| all.iter().all(|it| it.answered)), "the app writes to nobody");
    assert!(!counts_as_left(&world));
}

#[test]
fn an_app_learns_that_its_client_left() {
    let abandoned = |seconds: u64, leaves: fn(Client) -> Option<Client>| {
        let world = with_half_close(seconds);
        let (_, cookie) = world.signed_in(1, WIKI);
        let mut client = world.connect();
        client.send(format!("GET /abandoned HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
        assert!(world.ledger.wait_until(|seen| !seen.is_empty()));
        std::thread::sleep(Duration::from_millis(100));
        assert!(!world.ledger.last().answered, "the control: the client is there");
        let begun = Instant::now();
        let kept = leaves(client);
        let learned = world.ledger.wait_until(|seen| seen.iter().all(|it| it.answered));
        drop(kept);
        (learned.then(|| begun.elapsed()), counts_as_left(&world))
    };
    let ends: fn(Client) -> Option<Client> = |client| {
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        Some(client)
    };
    // Without unread bytes, a socket that is closed ends its side like one that is not.
    let closes: fn(Client) -> Option<Client> = |client| {
        drop(client);
        None
    };
    let breaks: fn(Client) -> Option<Client> = |client| {
        socket2::SockRef::from(&client.stream).set_linger(Some(Duration::ZERO)).unwrap();
        None
    };
    for leaves in [ends, closes] {
        let (took, left) = abandoned(1, leaves);
        println!("a client that ended its side was given up after {took:?}; promised: 2 s");
        assert!(took.is_some() && left, "{took:?} {left}");
    }
    let (took, left) = abandoned(60, ends);
    assert!(took.is_none() && !left, "the control: with a longer limit the app has its time: {took:?} {left}");
    for (seconds, leaves) in [(0, ends), (60, breaks)] {
        let (took, left) = abandoned(seconds, leaves);
        println!("a client that was gone for sure was given up after {took:?}");
        assert!(took.is_some() && !left, "{took:?} {left}");
    }
}

#[test]
fn a_broken_off_request_or_answer_is_seen_on_the_other_side() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    // The client goes while the app still speaks.
    let mut client = world.connect();
    client.send(format!("GET /events HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
    assert!(client.until("tick"));
    drop(client);
    assert!(world.ledger.wait_until(|seen| seen.last().is_some_and(|it| it.answered)), "the app writes to nobody");
    // The client goes in the middle of its body.
    let mut client = world.connect();
    client.send(
        format!("POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nContent-Length: 100\r\n\r\nhalf").as_bytes(),
    );
    assert!(world.ledger.wait_until(|seen| seen.last().is_some_and(|it| it.body == b"half")));
    drop(client);
    std::thread::sleep(Duration::from_millis(300));
    assert!(!world.ledger.last().complete && world.ledger.faults().iter().any(|fault| fault.contains("ended early")));
    // The app breaks off: the client must not take what it has for whole.
    let cut = ask(&world, &format!("GET /short HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n"));
    assert!(field(&cut, "content-length") == Some("100") && cut.ends_with("short"), "{cut}");
}
