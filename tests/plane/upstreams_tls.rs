//! TLS towards apps: whom we believe, who we are, and that nothing of it weakens what holds in the clear.

use vestibule::model::{Forwarding, UpstreamTls};

use crate::plane::upstream_kit::*;
use crate::plane::world::*;

fn trusting(address: std::net::SocketAddr, authority: &Authority) -> Forwarding {
    let mut forwarding = forwarding(&[format!("https://localhost:{}", address.port())]);
    forwarding.tls = UpstreamTls { ca_file: authority.file("ca.pem"), ..UpstreamTls::default() };
    forwarding
}

#[test]
fn an_app_is_believed_by_its_authority_and_its_name() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (ours, other) = (Authority::new(), Authority::new());
    let kit = Kit::new("secure");
    let address = kit.tls(&world, ours.server("localhost", false, &["http/1.1"]));
    serve(&world, trusting(address, &ours));
    for _ in 0..5 {
        let answer = world.get("/x", &cookie, "");
        assert!(answer.contains("secure GET /x HTTP/1.1 host=wiki.contoso.localhost:8443"), "{answer}");
    }
    assert_eq!((kit.requests().len(), kit.connections()), (5, 1));
    // Another authority, another name, the public authorities: each of them is nobody we know.
    let misnamed = Kit::new("misnamed");
    let elsewhere = misnamed.tls(&world, ours.server("wiki.internal", false, &[]));
    let mut public = trusting(address, &ours);
    public.tls.ca_file = None;
    let mut renamed = trusting(address, &ours);
    renamed.tls.server_name = Some("wiki.internal".into());
    for wrong in [trusting(address, &other), trusting(elsewhere, &ours), public.clone(), renamed] {
        serve(&world, wrong.clone());
        assert_eq!(status(&world.get("/", &cookie, "")), 502, "{wrong:?}");
    }
    assert_eq!((kit.requests().len(), misnamed.requests().len()), (5, 0), "nothing was said to them");
    // The controls: the right name makes the second one right, and whoever asks for it is careless.
    let mut named = trusting(elsewhere, &ours);
    named.tls.server_name = Some("wiki.internal".into());
    serve(&world, named);
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    public.tls.dangerously_skip_tls_verification = true;
    serve(&world, public);
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
}

#[test]
fn an_app_that_asks_who_we_are_is_told() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (ours, other) = (Authority::new(), Authority::new());
    let kit = Kit::new("asking");
    let address = kit.tls(&world, ours.server("localhost", true, &[]));
    serve(&world, trusting(address, &ours));
    assert_eq!(status(&world.get("/", &cookie, "")), 502, "without a certificate");
    let certified = |by: &Authority| {
        by.client();
        let mut forwarding = trusting(address, &ours);
        (forwarding.tls.certificate_file, forwarding.tls.key_file) = (by.file("client.pem"), by.file("client.key"));
        forwarding
    };
    serve(&world, certified(&other));
    assert_eq!(status(&world.get("/", &cookie, "")), 502, "with somebody else's");
    assert!(kit.requests().is_empty());
    serve(&world, certified(&ours));
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    let before = kit.connections();
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    assert_eq!(kit.connections(), before);
    // A new certificate at a reload: what was agreed with the old one is not used again.
    serve(&world, certified(&ours));
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    assert_eq!(kit.connections(), before + 1);
    // The control: the same files again change nothing.
    let mut same = trusting(address, &ours);
    (same.tls.certificate_file, same.tls.key_file) = (ours.file("client.pem"), ours.file("client.key"));
    serve(&world, same);
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    assert_eq!(kit.connections(), before + 1);
}

#[test]
fn an_app_may_choose_http2_where_the_operator_lets_it() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let authority = Authority::new();
    let kit = Kit::new("modern");
    let address = kit.tls(&world, authority.server("localhost", false, &["h2", "http/1.1"]));
    serve(&world, trusting(address, &authority));
    for _ in 0..3 {
        let answer = world.get("/x", &cookie, "");
        assert!(answer.contains("modern GET /x HTTP/2.0 host=wiki.contoso.localhost:8443"), "{answer}");
    }
    assert_eq!(kit.connections(), 1);
    let mut old = trusting(address, &authority);
    old.http2 = false;
    serve(&world, old);
    assert!(world.get("/x", &cookie, "").contains("modern GET /x HTTP/1.1"));
    // Two tenants never share a connection.
    serve(&world, trusting(address, &authority));
    let before = kit.connections();
    for (tenant, name) in [(1, "contoso.example"), (2, "northwind.example"), (1, "contoso.example")] {
        let (_, cookie) = world.signed_in(tenant, DESK);
        let raw = format!("GET /{name}/x HTTP/1.1\r\nHost: {DESK}\r\nCookie: {cookie}\r\n\r\n");
        assert_eq!(status(&world.ask(&raw)), 200);
    }
    assert_eq!(kit.connections(), before + 2);
}

#[test]
fn f5_an_answer_that_nobody_asked_for_reaches_nobody_over_tls_either() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let authority = Authority::new();
    let address = tls_front(&world, authority.server("localhost", false, &[]), world.ledger.address);
    serve(&world, trusting(address, &authority));
    for path in ["/double", "/later", "/short"].repeat(5) {
        world.get(path, &cookie, "");
        std::thread::sleep(std::time::Duration::from_millis(60));
        let answer = world.get("/fine", &cookie, "");
        assert!(status(&answer) == 200 && answer.contains("GET /fine"), "after {path}: {answer}");
        assert!(!answer.contains("POISON"), "after {path}: {answer}");
    }
    // The control: where an answer ends cleanly its connection is used again.
    let before = world.ledger.connections();
    for _ in 0..5 {
        world.get("/fine", &cookie, "");
    }
    assert!(world.ledger.connections() <= before + 1);
}

#[test]
fn a_websocket_goes_over_tls_by_http1_whatever_else_is_spoken() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let authority = Authority::new();
    let address = tls_front(&world, authority.server("localhost", false, &["h2", "http/1.1"]), world.ledger.address);
    serve(&world, trusting(address, &authority));
    let mut client = world.connect();
    client.send(
        format!(
            "GET /ws HTTP/1.1\r\nHost: {WIKI}:8443\r\nOrigin: https://{WIKI}:8443\r\nCookie: {cookie}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        .as_bytes(),
    );
    let head = client.head().unwrap();
    assert_eq!(status(&head), 101, "{head}");
    client.send(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
    assert_eq!(client.exactly(4).unwrap(), [0x81, 2, b'h', b'i']);
}
