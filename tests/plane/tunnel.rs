//! WebSockets through the plane.

use std::time::{Duration, Instant};

use crate::plane::upstream_kit::*;
use crate::plane::world::*;

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
const ORIGIN: &str = "Origin: https://wiki.contoso.localhost:8443\r\n";

fn opened(world: &World, cookie: &str) -> Client {
    let mut client = world.connect();
    let head = format!(
        "GET /ws HTTP/1.1\r\nHost: {WIKI}:8443\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{ORIGIN}{KEY}\r\n"
    );
    client.send(head.as_bytes());
    let answer = client.head().unwrap();
    assert_eq!(status(&answer), 101, "{answer}");
    assert_eq!(field(&answer, "sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    client
}

fn masked(text: &[u8]) -> Vec<u8> {
    let mask = [1, 2, 3, 4];
    let mut frame = vec![0x81, 0x80 | text.len() as u8];
    frame.extend(mask);
    frame.extend(text.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]));
    frame
}

#[test]
fn a_websocket_echoes_and_the_app_never_sees_our_cookie() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = opened(&world, &cookie);
    for text in [&b"hello"[..], b"", b"again"] {
        client.send(&masked(text));
        assert_eq!(client.exactly(2 + text.len()).unwrap()[2..], *text);
    }
    let seen = world.ledger.last();
    assert!(seen.values("cookie").is_empty() && seen.value("x-forwarded-email").is_some());
    assert_eq!(seen.value("upgrade"), Some("websocket"));
}

#[test]
fn d10_only_the_apps_own_origin_opens_one() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let ask = |origin: &str, cookie: &str| {
        let head = format!(
            "GET /ws HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{origin}{KEY}\r\n"
        );
        status(&world.ask(&head))
    };
    for origin in
        ["", "Origin: null\r\n", "Origin: https://evil.example\r\n", "Origin: http://wiki.contoso.localhost:8443\r\n"]
    {
        assert_eq!(ask(origin, &cookie), 403, "{origin}");
    }
    assert_eq!(ask(ORIGIN, "none=1"), 401);
    assert_eq!(world.ledger.count(), 0);
}

#[test]
fn d10_a_hundred_tunnels_hear_1008_within_a_second_of_the_end() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1, WIKI);
    let mut clients: Vec<Client> = (0..100).map(|_| opened(&world, &cookie)).collect();
    let begun = Instant::now();
    world.end(&session);
    for client in &mut clients {
        assert_eq!(client.rest(), [0x88, 0x02, 0x03, 0xf0]);
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[test]
fn f4_nothing_but_a_websocket_becomes_a_tunnel() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let second = format!("GET /second HTTP/1.1\r\nHost: {WIKI}\r\n\r\n");
    for upgrade in ["foo", "h2c", "websocket, foo", "tls/1.0", "WebSocket/13"] {
        let before = world.ledger.count();
        let mut client = world.connect();
        let head = format!(
            "GET /ws HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: {upgrade}\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n{ORIGIN}\r\n{second}"
        );
        client.send(head.as_bytes());
        assert_ne!(status(&client.head().unwrap_or_default()), 101, "{upgrade}");
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(world.ledger.count(), before + 1, "{upgrade}");
        assert!(world.ledger.last().values("upgrade").is_empty());
    }
    // The app says no: what follows is not carried raw.
    let mut client = world.connect();
    let head = format!(
        "GET /ws-refused HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{ORIGIN}{KEY}\r\n"
    );
    client.send(head.as_bytes());
    assert!(client.response().unwrap().ends_with("no socket here"));
    let before = world.ledger.count();
    client.send(second.as_bytes());
    assert_eq!(status(&client.response().unwrap_or_default()), 401);
    // The app agrees without proof that it understood.
    let mut client = world.connect();
    client.send(head.replace("/ws-refused", "/switch").as_bytes());
    assert_eq!(status(&client.response().unwrap_or_default()), 502);
    assert_eq!(world.ledger.count(), before + 1);
    assert!(world.ledger.faults().is_empty(), "{:?}", world.ledger.faults());
}

#[test]
fn k1_tunnels_count_as_connections() {
    let limits = vestibule::config::Limits { connections_per_address: 2, ..Default::default() };
    let world = World::with(limits, None);
    let (_, cookie) = world.signed_in(1, WIKI);
    let _open = [opened(&world, &cookie), opened(&world, &cookie)];
    std::thread::sleep(Duration::from_millis(50));
    assert!(world.connect().rest().is_empty());
    drop(_open);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
}

#[test]
fn f4_no_connection_is_made_that_could_not_carry_a_websocket() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (one, two) = (Kit::new("one"), Kit::new("two"));
    let (h2c, other) = (format!("h2c://{}", one.clear(&world)), format!("h2c://{}", two.clear(&world)));
    for targets in [vec![h2c.clone()], vec![h2c.clone(), other.clone()]] {
        serve(&world, forwarding(&targets));
        for _ in 0..3 {
            let head = format!(
                "GET /ws HTTP/1.1\r\nHost: {WIKI}:8443\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{ORIGIN}{KEY}\r\n"
            );
            assert_eq!(status(&world.ask(&head)), 502, "{targets:?}");
        }
        assert_eq!((one.connections(), two.connections()), (0, 0), "{targets:?}");
    }
    // One target of several is enough, and it takes all of them; everything else goes wherever it went.
    serve(&world, forwarding(&[h2c, format!("http://{}", world.ledger.address), other]));
    let mut open: Vec<Client> = (0..6).map(|_| opened(&world, &cookie)).collect();
    for client in &mut open {
        client.send(&masked(b"hello"));
        assert_eq!(client.exactly(7).unwrap()[2..], *b"hello");
    }
    assert_eq!((one.connections(), two.connections()), (0, 0));
    for number in 0..6 {
        assert_eq!(status(&world.get(&format!("/{number}"), &cookie, "")), 200);
    }
    assert!(!one.requests().is_empty() && !two.requests().is_empty());
}
