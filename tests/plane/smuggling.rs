//! Framing tricks (attack rows F1, F2, G4): what the ledger sees is exactly what we decided to forward.

use std::time::Duration;

use crate::plane::world::*;

/// Every request that a trick may legitimately make carries this path; a smuggled one carries `/smuggled`.
fn tricks(host: &str, cookie: &str) -> Vec<(&'static str, String)> {
    let inner = format!("GET /smuggled HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
    let length = inner.len();
    let post = |fields: &str, body: &str| {
        format!("POST /p HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n{fields}\r\n{body}")
    };
    let get = |fields: &str| format!("GET /p HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n{fields}\r\n");
    let chunked = format!("0\r\n\r\n{inner}");
    vec![
        ("CL.TE", post(&format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", length + 5), &chunked)),
        ("TE.CL", post(&format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n", length + 5), &chunked)),
        ("CL.0 in a GET", get(&format!("Content-Length: {length}\r\n")) + &inner),
        ("two lengths", post(&format!("Content-Length: 0\r\nContent-Length: {length}\r\n"), &inner)),
        ("two lengths, other order", post(&format!("Content-Length: {length}\r\nContent-Length: 0\r\n"), &inner)),
        ("length list", post(&format!("Content-Length: 0, {length}\r\n"), &inner)),
        ("signed length", post(&format!("Content-Length: +{length}\r\n"), &inner)),
        ("negative length", post("Content-Length: -1\r\n", &inner)),
        ("hex length", post("Content-Length: 0x10\r\n", &inner)),
        ("huge length", post("Content-Length: 18446744073709551616\r\n", &inner)),
        ("empty length", post("Content-Length: \r\n", &inner)),
        ("spaced length", post("Content-Length: 1 0\r\n", &inner)),
        ("TE list", post("Transfer-Encoding: gzip, chunked\r\n", &chunked)),
        ("TE twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", &chunked)),
        ("TE identity", post("Transfer-Encoding: identity\r\n", &chunked)),
        ("TE unknown", post("Transfer-Encoding: xchunked\r\n", &chunked)),
        ("TE quoted", post("Transfer-Encoding: \"chunked\"\r\n", &chunked)),
        ("TE with tab", post("Transfer-Encoding:\tchunked\r\n", &chunked)),
        ("TE with vertical tab", post("Transfer-Encoding: \u{b}chunked\r\n", &chunked)),
        ("TE space before colon", post("Transfer-Encoding : chunked\r\n", &chunked)),
        ("TE folded", post("Transfer-Encoding:\r\n chunked\r\n", &chunked)),
        ("TE alias", post("Transfer_Encoding: chunked\r\n", &chunked)),
        ("CL alias", post(&format!("Content_Length: {length}\r\n"), &inner)),
        ("CL folded", post(&format!("Content-Length:\r\n {length}\r\n"), &inner)),
        (
            "TE in HTTP/1.0",
            post("Transfer-Encoding: chunked\r\n", &chunked).replace("HTTP/1.1\r\nHost", "HTTP/1.0\r\nHost"),
        ),
        ("obs-fold", get("X-A: 1\r\n X-Forwarded-User: attacker\r\n")),
        ("obs-fold with tab", get("X-A: 1\r\n\tX-Forwarded-User: attacker\r\n")),
        ("space before colon", get("X-Forwarded-User : attacker\r\n")),
        ("leading space", format!("GET /p HTTP/1.1\r\n Host: {host}\r\nCookie: {cookie}\r\n\r\n")),
        ("NUL in value", get("X-A: a\0b\r\n")),
        ("CR in value", get("X-A: a\rX-Forwarded-User: attacker\r\n")),
        ("bare CR line end", get("X-A: a\r\rX-Forwarded-User: attacker\r\n")),
        ("empty name", get(": a\r\n")),
        ("8-bit name", get("X-\u{e9}: a\r\n")),
        ("no colon", get("nonsense\r\n")),
        ("HTTP/0.9", "GET /p\r\n".to_owned() + &inner),
        ("HTTP/1.10", get("").replace("HTTP/1.1", "HTTP/1.10")),
        ("HTTP/2.0", get("").replace("HTTP/1.1", "HTTP/2.0")),
        ("lower-case version", get("").replace("HTTP/1.1", "http/1.1")),
        ("two spaces", get("").replace("GET /p", "GET  /p")),
        ("tab in line", get("").replace("GET /p", "GET\t/p")),
        ("lower-case method", get("").replace("GET", "get")),
        ("odd method", get("").replace("GET", "GET\u{b}")),
        ("raw bytes in target", get("").replace("/p", "/p\u{1}")),
        ("PRI", format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{inner}")),
        ("chunk size with space", post("Transfer-Encoding: chunked\r\n", &format!("5 \r\nhello\r\n0\r\n\r\n{inner}"))),
        ("chunk size signed", post("Transfer-Encoding: chunked\r\n", &format!("+5\r\nhello\r\n0\r\n\r\n{inner}"))),
        ("chunk size 0x", post("Transfer-Encoding: chunked\r\n", &format!("0x5\r\nhello\r\n0\r\n\r\n{inner}"))),
        (
            "chunk size overflow",
            post("Transfer-Encoding: chunked\r\n", &format!("10000000000000005\r\nhello\r\n0\r\n\r\n{inner}")),
        ),
        ("chunk too long", post("Transfer-Encoding: chunked\r\n", &format!("3\r\nhello\r\n0\r\n\r\n{inner}"))),
        ("chunk without CRLF", post("Transfer-Encoding: chunked\r\n", &format!("5\r\nhello0\r\n\r\n{inner}"))),
        ("chunk with bare LF", post("Transfer-Encoding: chunked\r\n", &format!("5\nhello\n0\n\n{inner}"))),
        (
            "chunk extension with CR",
            post("Transfer-Encoding: chunked\r\n", &format!("5;a=\rb\r\nhello\r\n0\r\n\r\n{inner}")),
        ),
        (
            "chunk extension with LF",
            post("Transfer-Encoding: chunked\r\n", &format!("5;a=\nxx\r\nhello\r\n0\r\n\r\n{inner}")),
        ),
        ("missing last CRLF", post("Transfer-Encoding: chunked\r\n", &format!("5\r\nhello\r\n0\r\n{inner}"))),
        (
            "trailer as header",
            post("Transfer-Encoding: chunked\r\n", "0\r\nX-Forwarded-User: attacker\r\nContent-Length: 9\r\n\r\n"),
        ),
        ("no host", format!("GET /p HTTP/1.1\r\nCookie: {cookie}\r\n\r\n")),
        ("two hosts", get(&format!("Host: {host}\r\n"))),
        ("absolute form elsewhere", get("").replace("/p", "http://desk.apps.localhost/p")),
        ("star", get("").replace("GET /p", "GET *")),
    ]
}

#[test]
fn f1_and_f2_the_ledger_sees_only_what_was_decided() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let tricks = tricks(WIKI, &cookie);
    assert!(tricks.len() >= 55);
    let mut ids = std::collections::HashSet::new();
    let mut judged = 0;
    for (name, raw) in &tricks {
        let mut client = world.connect();
        client.send(raw.as_bytes());
        client.stream.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
        client.rest();
        let seen = world.ledger.exchanges().split_off(judged);
        judged += seen.len();
        for exchange in &seen {
            assert!(
                exchange.values("content-length").len() + exchange.values("transfer-encoding").len() <= 1,
                "{name}"
            );
            // One decision of ours, one request: each carries one id, and no id comes twice (INV3). A request that was
            // smuggled past us would carry none.
            let id = exchange.value("x-request-id").expect("an id of ours").to_owned();
            assert!(ids.insert(id), "{name}: {exchange:#?}");
            assert!(exchange.trailers.is_empty(), "{name}");
            let users = exchange.values("x-forwarded-user");
            assert_eq!(users, ["00000000-0000-0000-0000-000000000007"], "{name}");
            assert_eq!(exchange.value("host"), Some("wiki.contoso.localhost:8443"), "{name}");
        }
        let closed_for_doubt = ["CL.TE", "TE.CL"].contains(name);
        let smuggled = seen.iter().any(|exchange| exchange.head.contains("/smuggled"));
        assert!(!(closed_for_doubt && smuggled), "{name}: the connection went on after doubtful framing");
    }
    assert!(world.ledger.faults().iter().all(|fault| fault.contains("ended early")), "{:?}", world.ledger.faults());
    assert!(world.get("/after", &cookie, "").contains("GET /after"));
}

/// Negative control: through a relay that copies bytes, the same tricks put requests before the app that nobody judged.
#[test]
fn f1_a_copying_relay_is_fooled_by_the_same_tricks() {
    let ledger = crate::ledger::Ledger::start();
    let (mut smuggled, mut doubtful) = (0, 0);
    for (_, raw) in tricks(WIKI, "a=1") {
        let (seen, faults) = (ledger.count(), ledger.faults().len());
        let mut relay = Client::connect(ledger.address);
        relay.send(raw.as_bytes());
        relay.stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        relay.rest();
        drop(relay);
        std::thread::sleep(Duration::from_millis(5));
        smuggled += usize::from(ledger.exchanges().iter().skip(seen).any(|it| it.head.contains("/smuggled")));
        doubtful += usize::from(ledger.faults().len() > faults);
    }
    assert!(smuggled >= 3 && doubtful >= 15, "{smuggled} {doubtful}");
}

#[test]
fn f1_most_tricks_are_refused_outright() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    for (name, raw) in tricks(WIKI, &cookie) {
        // These are lawful, or are read in one way only.
        let lawful = [
            "CL.TE",
            "TE.CL",
            "CL.0 in a GET",
            "TE with tab",
            "missing last CRLF",
            "trailer as header",
            "chunk size with space",
            "chunk too long",
            "chunk without CRLF",
            "chunk with bare LF",
            "chunk size signed",
            "chunk size 0x",
            "chunk size overflow",
            "chunk extension with CR",
            "chunk extension with LF",
        ];
        if lawful.contains(&name) {
            continue;
        }
        let before = world.ledger.count();
        let mut client = world.connect();
        client.send(raw.as_bytes());
        client.stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let answer = String::from_utf8_lossy(&client.rest()).into_owned();
        assert!(!answer.starts_with("HTTP/1.1 2"), "{name}: {answer}");
        assert_eq!(world.ledger.count(), before, "{name}: {:#?}", world.ledger.exchanges().split_off(before));
    }
}

#[test]
fn g4_limits_and_forbidden_methods() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let long = format!("/{}", "a".repeat(9 * 1024));
    assert_eq!(status(&world.get(&long, &cookie, "")), 414);
    let fields: String = (0..120).map(|number| format!("X-{number}: 1\r\n")).collect();
    assert_eq!(status(&world.get("/", &cookie, &fields)), 431);
    let wide = format!("X-A: {}\r\n", "a".repeat(70 * 1024));
    assert_eq!(status(&world.get("/", &cookie, &wide)), 431);
    for method in ["TRACE", "CONNECT"] {
        let target = if method == "CONNECT" { "wiki.contoso.localhost:443" } else { "/" };
        let answer = world.ask(&format!("{method} {target} HTTP/1.1\r\nHost: {WIKI}:443\r\nCookie: {cookie}\r\n\r\n"));
        assert_eq!(status(&answer), 405, "{method}");
    }
    assert_eq!(world.ledger.count(), 0);
    for (path, expected) in
        [("/a/../b", 400), ("/a%2f..%2fb", 400), ("/a\\b", 400), ("/a%00", 400), ("/a%2Fb;c//d", 200)]
    {
        assert_eq!(status(&world.get(path, &cookie, "")), expected, "{path}");
    }
    assert_eq!(world.ledger.last().request_line(), "GET /a%2Fb;c//d HTTP/1.1");
}
