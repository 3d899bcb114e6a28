//! What needs no session: public addresses and CORS preflights, judged by what the app got to see.

use std::time::{Duration, Instant};

use vestibule::model::{Preflight, Traffic};

use crate::plane::world::*;

fn public(routes: &[&str]) -> Traffic {
    Traffic { public: routes.iter().map(|route| route.parse().unwrap()).collect(), ..Traffic::default() }
}

fn doors() -> Traffic {
    public(&["/robots.txt", "/public/*", "POST /hooks/build", "OPTIONS /api/*"])
}

fn ask(world: &World, method: &str, host: &str, target: &str, extra: &str) -> String {
    let mut client = world.connect();
    client.send(format!("{method} {target} HTTP/1.1\r\nHost: {host}:8443\r\n{extra}\r\n").as_bytes());
    // The answer to a HEAD has no body, whatever length it states.
    if method == "HEAD" { client.head() } else { client.response() }.unwrap_or_default()
}

/// Whatever stands for somebody.
const IDENTITY: [&str; 8] = [
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-groups",
    "x-auth-request-user",
    "x-auth-request-email",
    "x-vestibule-tenant",
    "vestibule-assertion",
    "remote-user",
];

#[test]
fn e5_public_addresses_need_no_session_and_tell_nobody_who_it_is() {
    let world = World::allowing(doors(), None);
    let (_, cookie) = world.signed_in(1, WIKI);
    for cookies in [String::new(), "Cookie: a=1\r\n".into(), format!("Cookie: a=1; {cookie}; b=2\r\n")] {
        for (method, target) in [
            ("GET", "/robots.txt"),
            ("HEAD", "/robots.txt"),
            ("GET", "/public/"),
            ("GET", "/public/a/b.css?x=/private"),
        ] {
            let answer = ask(&world, method, WIKI, target, &cookies);
            assert_eq!(status(&answer), 200, "{method} {target}: {answer}");
            assert_eq!(field(&answer, "cache-control"), None, "it is the same for everybody");
            let seen = world.ledger.last();
            assert_eq!(seen.request_line(), format!("{method} {target} HTTP/1.1"));
            assert!(IDENTITY.iter().all(|name| seen.values(name).is_empty()), "{seen:?}");
            assert!(seen.values("cookie").iter().all(|value| !value.contains("vestibule")), "{seen:?}");
            assert_eq!(seen.value("x-forwarded-for"), Some("127.0.0.1"));
            assert_eq!(seen.value("host"), Some("wiki.contoso.localhost:8443"));
        }
    }
    let hook = ask(&world, "POST", WIKI, "/hooks/build", "Content-Length: 2\r\nAuthorization: Bearer x\r\n\r\nhi");
    assert_eq!(status(&hook), 200);
    let seen = world.ledger.last();
    assert!(seen.body == b"hi" && seen.value("authorization") == Some("Bearer x"));
    // The rest is as closed as ever, and open to who is signed in.
    assert_eq!(status(&ask(&world, "GET", WIKI, "/", "")), 401);
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    assert!(world.ledger.last().value("x-forwarded-user").is_some());
    let text = world.front.plane.meter.text();
    assert!(text.contains("vestibule_proxy_requests_total{outcome=\"open\"} 13"), "{text}");
}

/// Targets that somebody would take for public, and that are not.
fn tricks() -> Vec<String> {
    let mut tricks: Vec<String> = Vec::new();
    for private in ["/private", "/", "/robots", "/hooks"] {
        for after in
            ["?/public/", "?/robots.txt", "?x=/public/../robots.txt", "#/public/", "%23/public/", "%3F/public/"]
        {
            tricks.push(format!("{private}{after}"));
        }
    }
    for dots in ["..", ".", "%2e%2e", ".%2e", "%2E.", "%252e%252e", "..;", "..;x=1", "%2e%2e;"] {
        tricks.extend([
            format!("/public/{dots}/private"),
            format!("/public/{dots}%2fprivate"),
            format!("/public/{dots}%5cprivate"),
            format!("/public/{dots}\\private"),
            format!("/robots.txt/{dots}/private"),
            format!("/private/{dots}/public/"),
        ]);
    }
    let spelled = [
        "//public/a",
        "/public//a",
        "/public",
        "/PUBLIC/a",
        "/Public/a",
        "/%70ublic/a",
        "/publi%63/a",
        "/public%2fa",
        "/public%2Fa",
        "/public;x/a",
        "/public/a;x=1",
        "/;/public/a",
        "/.//public/a",
        "/public%00/a",
        "/public/%00",
        "/public%20/a",
        "/public./a",
        "/publica",
        "/publicx/a",
        "/public%5ca",
        "/public\\a",
        "/%2fpublic/a",
        "/x/public/a",
        "/robots.txt/",
        "/robots.txt.",
        "/robots.txt%20",
        "/robots.txt%00",
        "/robots.txt;x",
        "/ROBOTS.TXT",
        "/robots%2etxt",
        "/robots.txt/x",
        "/robots.txt%3f",
        "/robots.txt%2f",
        "/%2e/robots.txt",
        "/./robots.txt",
        "/private/robots.txt",
        "/private/.css",
        "/private.json",
        "/public%c0%af",
        "/public/%c0%af",
        "/public/%u002e%u002e/private",
        "/public/%252e%252e/private",
        "/public/a%252fb",
        "/public/%25%32%65",
        "/\u{ff0f}public/a",
    ];
    tricks.extend(spelled.map(str::to_owned));
    tricks
}

#[test]
fn e5_g1_g2_nothing_that_looks_public_is() {
    let world = World::allowing(doors(), None);
    let (mut first, mut looked) = (0, 0);
    for target in tricks() {
        let answer = ask(&world, "GET", WIKI, &target, "");
        assert!([400, 401].contains(&status(&answer)), "{target}: {answer}");
        // What careless gateways do: look at the raw target, or look for the prefix anywhere in it.
        first += usize::from(target.starts_with("/public/") || target.starts_with("/robots.txt"));
        looked += usize::from(target.contains("/public/") || target.contains("/robots.txt"));
    }
    assert_eq!(world.ledger.count(), 0, "{:?}", world.ledger.exchanges());
    // Negative control: both would have let most of them through.
    assert!(first > 40 && looked > 80, "{first} {looked}");
    for (method, target) in [
        ("POST", "/robots.txt"),
        ("DELETE", "/public/a"),
        ("OPTIONS", "/public/a"),
        ("GET", "/hooks/build"),
        ("HEAD", "/hooks/build"),
        ("PUT", "/hooks/build"),
        ("GET", "/api/x"),
        ("PATCH", "/public/"),
    ] {
        assert_eq!(status(&ask(&world, method, WIKI, target, "")), 401, "{method} {target}");
    }
    let overridden =
        ask(&world, "GET", WIKI, "/public/a", "X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /private\r\n");
    assert_eq!(status(&overridden), 200);
    let seen = world.ledger.last();
    assert!(seen.values("x-http-method-override").is_empty() && seen.values("x-original-url").is_empty());
    assert_eq!(world.ledger.count(), 1);
}

#[test]
fn e1_an_identity_is_refused_at_public_addresses_too() {
    let world = World::allowing(doors(), None);
    for name in ["X-Forwarded-User", "x_forwarded_user", "Remote-User", "Vestibule-Assertion", "X-Auth-Request-Email"] {
        let answer = ask(&world, "GET", WIKI, "/public/a", &format!("{name}: attacker\r\n"));
        assert_eq!(status(&answer), 400, "{name}");
    }
    for (target, extra) in [("/public/a", "Connection: close, X-Forwarded-For\r\n"), ("/.vestibule/me", "")] {
        assert_ne!(status(&ask(&world, "GET", WIKI, target, extra)), 200, "{target}");
    }
    assert_eq!(world.ledger.count(), 0);
}

#[test]
fn e5_public_addresses_stand_below_a_tenant() {
    let world = World::allowing(doors(), None);
    assert_eq!(status(&ask(&world, "GET", DESK, "/contoso.example/public/a", "")), 200);
    assert_eq!(world.ledger.last().request_line(), "GET /public/a HTTP/1.1");
    assert_eq!(world.ledger.last().value("x-forwarded-prefix"), Some("/contoso.example"));
    assert_eq!(status(&ask(&world, "GET", BOARD, "/public/a?tenantid=northwind.example&x=1", "")), 200);
    assert_eq!(world.ledger.last().request_line(), "GET /public/a?x=1 HTTP/1.1");
    for (host, target, expected) in [
        (DESK, "/public/a", 400),
        (DESK, "/unknown.example/public/a", 404),
        (DESK, "/contoso.example/private", 401),
        (DESK, "/public/contoso.example/private", 400),
        (DESK, "/contoso.example/contoso.example/public/a", 401),
        (DESK, "/contoso.example//public/a", 400),
        (DESK, "/contoso.example/public/a?tenantid=northwind.example", 400),
        (BOARD, "/public/a", 400),
        (BOARD, "/public/a?tenantid=unknown.example", 404),
        (BOARD, "/public/a?tenantid=contoso.example&tenantid=northwind.example", 400),
    ] {
        assert_eq!(status(&ask(&world, "GET", host, target, "")), expected, "{host} {target}");
    }
    assert_eq!(world.ledger.count(), 2);
}

#[test]
fn f4_a_public_address_never_becomes_a_tunnel() {
    let world = World::allowing(public(&["/ws"]), None);
    let (_, cookie) = world.signed_in(1, WIKI);
    for cookie in ["", &format!("Cookie: {cookie}\r\n")] {
        let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://wiki.contoso.localhost:8443\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
        let mut client = world.connect();
        client.send(format!("GET /ws HTTP/1.1\r\nHost: {WIKI}\r\n{cookie}{upgrade}\r\n").as_bytes());
        client.stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        assert_ne!(status(&client.head().unwrap_or_default()), 101);
        assert!(world.ledger.last().values("upgrade").is_empty());
    }
}

#[test]
fn d10_a_public_stream_ends_when_its_address_is_closed() {
    let world = World::allowing(public(&["/quiet", "/events"]), None);
    for target in ["/quiet", "/events"] {
        world.allows(&public(&["/quiet", "/events"]));
        let mut client = world.connect();
        client.send(format!("GET {target} HTTP/1.1\r\nHost: {WIKI}\r\n\r\n").as_bytes());
        assert!(client.until(if target == "/events" { "tick" } else { "hello" }));
        std::thread::sleep(Duration::from_millis(1_200));
        let begun = Instant::now();
        world.allows(&Traffic::default());
        let rest = client.rest();
        assert!(begun.elapsed() < Duration::from_secs(3), "{target}: {:?}", begun.elapsed());
        assert!(!rest.ends_with(b"0\r\n\r\n"), "{target}: a cut stream must not look complete");
    }
}

const PREFLIGHT: &str = "Origin: https://portal.example\r\nAccess-Control-Request-Method: PUT\r\n\
                         Access-Control-Request-Headers: content-type, x-a\r\n";

#[test]
fn e4_a_preflight_gets_no_further_than_the_app_allows() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let refused = ask(&world, "OPTIONS", WIKI, "/api/x", PREFLIGHT);
    assert_eq!(status(&refused), 401, "the default");
    assert_eq!(field(&refused, "access-control-allow-origin"), None);
    assert_eq!(status(&ask(&world, "OPTIONS", WIKI, "/x", &format!("{PREFLIGHT}Cookie: {cookie}\r\n"))), 200);
    assert_eq!(world.ledger.count(), 1);
    // The app answers: what is exactly a preflight, and nothing else.
    world.allows(&Traffic { preflight: Preflight::Forward, ..Traffic::default() });
    for target in ["/api/x", "/a%2Fb"] {
        assert_eq!(status(&ask(&world, "OPTIONS", WIKI, target, &format!("{PREFLIGHT}Cookie: {cookie}\r\n"))), 200);
        let seen = world.ledger.last();
        assert!(
            IDENTITY.iter().all(|name| seen.values(name).is_empty()) && seen.values("cookie").is_empty(),
            "{seen:?}"
        );
    }
    let count = world.ledger.count();
    let origin = "Origin: https://portal.example\r\n";
    for (method, extra) in [
        ("OPTIONS", String::new()),
        ("OPTIONS", origin.to_owned()),
        ("OPTIONS", "Access-Control-Request-Method: PUT\r\n".to_owned()),
        ("OPTIONS", format!("{PREFLIGHT}Content-Length: 2\r\n\r\nhi")),
        ("OPTIONS", format!("{PREFLIGHT}{origin}")),
        ("GET", PREFLIGHT.to_owned()),
        ("PUT", PREFLIGHT.to_owned()),
    ] {
        assert_eq!(status(&ask(&world, method, WIKI, "/api/x", &extra)), 401, "{method} {extra}");
    }
    assert_eq!(world.ledger.count(), count);
    // For some addresses alone.
    world.allows(&doors());
    assert_eq!(status(&ask(&world, "OPTIONS", WIKI, "/api/x", PREFLIGHT)), 200);
    assert_eq!(status(&ask(&world, "OPTIONS", WIKI, "/x", PREFLIGHT)), 401);
}

#[test]
fn scripts_of_listed_origins_are_answered_here_and_read_the_refusal() {
    let listed = Traffic { cors_origins: vec!["https://portal.example".into()], ..Traffic::default() };
    let world = World::allowing(listed, None);
    let (_, cookie) = world.signed_in(1, WIKI);
    let answer = ask(&world, "OPTIONS", WIKI, "/api/x", PREFLIGHT);
    assert_eq!(status(&answer), 204);
    for (name, value) in [
        ("access-control-allow-origin", "https://portal.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", "content-type, x-a"),
        ("access-control-max-age", "600"),
    ] {
        assert_eq!(field(&answer, name), Some(value), "{name}");
    }
    assert_eq!(world.ledger.count(), 0);
    let origin = "Origin: https://portal.example\r\n";
    let refused = ask(&world, "GET", WIKI, "/api/x", &format!("{origin}Sec-Fetch-Mode: cors\r\n"));
    assert!(status(&refused) == 401 && refused.contains("login_url"));
    assert_eq!(field(&refused, "access-control-allow-origin"), Some("https://portal.example"));
    let signed = world.get("/api/x", &cookie, origin);
    assert_eq!(status(&signed), 200);
    assert_eq!(field(&signed, "access-control-allow-origin"), Some("https://portal.example"));
    assert!(signed.contains("vary: Origin") || signed.contains("Vary: Origin"), "{signed}");
    // What the app says stays.
    let own = world.get("/cors", &cookie, origin);
    assert_eq!(field(&own, "access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(field(&own, "access-control-allow-credentials"), None);
    // Others, and what is reserved, are as before.
    for other in ["https://evil.example", "null", "https://portal.example.evil", "http://portal.example", "*"] {
        let preflight = PREFLIGHT.replace("https://portal.example", other);
        let refused = ask(&world, "OPTIONS", WIKI, "/api/x", &preflight);
        assert_eq!((status(&refused), field(&refused, "access-control-allow-origin")), (401, None), "{other}");
        let signed = world.get("/api/x", &cookie, &format!("Origin: {other}\r\n"));
        assert_eq!(field(&signed, "access-control-allow-origin"), None, "{other}");
    }
    let me = world.get("/.vestibule/me", &cookie, origin);
    assert_eq!((status(&me), field(&me, "access-control-allow-origin")), (200, None));
}

#[test]
fn a_body_that_is_larger_than_the_app_takes_is_413() {
    let world = World::allowing(Traffic { max_body: Some(8), ..Traffic::default() }, None);
    let (_, cookie) = world.signed_in(1, WIKI);
    let post = |framing: &str, body: &str| {
        let answer = ask(&world, "POST", WIKI, "/up", &format!("Cookie: {cookie}\r\n{framing}\r\n\r\n{body}"));
        status(&answer)
    };
    assert_eq!(post("Content-Length: 8", "12345678"), 200);
    assert_eq!(post("Transfer-Encoding: chunked", "4\r\n1234\r\n4\r\n5678\r\n0\r\n\r\n"), 200);
    let count = world.ledger.count();
    assert_eq!(post("Content-Length: 9", "123456789"), 413);
    assert_eq!(world.ledger.count(), count, "what is announced as too large never begins");
    assert_eq!(post("Transfer-Encoding: chunked", "4\r\n1234\r\n5\r\n56789\r\n0\r\n\r\n"), 413);
    assert!(world.ledger.exchanges().iter().skip(count).all(|it| !it.complete && it.body.len() <= 8));
    assert_eq!(status(&world.get("/next", &cookie, "")), 200);
}
