//! WebSockets over HTTP/2 (RFC 8441) to an app that speaks HTTP/1.1.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::ext::Protocol;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use vestibule::config::Limits;

use crate::plane::tls::{self, Secure, Sender};
use crate::plane::world::*;

const OWN: (&str, &str) = ("origin", "https://wiki.contoso.localhost:8443");
const VERSION: (&str, &str) = ("sec-websocket-version", "13");

fn connect(path: &str, protocol: &'static str, fields: &[(&str, &str)]) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(Method::CONNECT).uri(format!("https://{WIKI}:8443{path}"));
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Full::default()).unwrap();
    request.extensions_mut().insert(Protocol::from_static(protocol));
    request
}

/// A connection whose client has read that we know the extension.
async fn ready(secure: &Secure, cookie: &str) -> Sender<Full<Bytes>> {
    let mut sender = tls::h2::<Full<Bytes>>(secure, WIKI).await;
    let request = Request::get(format!("https://{WIKI}:8443/x")).header("cookie", cookie);
    assert_eq!(sender.send_request(request.body(Full::default()).unwrap()).await.unwrap().status(), 200);
    sender
}

async fn opened(sender: &mut Sender<Full<Bytes>>, cookie: &str) -> TokioIo<Upgraded> {
    let response: Response<Incoming> =
        sender.send_request(connect("/ws", "websocket", &[OWN, VERSION, ("cookie", cookie)])).await.unwrap();
    assert_eq!(response.status(), 200);
    for name in ["sec-websocket-accept", "upgrade", "connection", "content-length"] {
        assert!(!response.headers().contains_key(name), "{name}");
    }
    TokioIo::new(hyper::upgrade::on(response).await.unwrap())
}

fn masked(text: &[u8]) -> Vec<u8> {
    let mask = [1, 2, 3, 4];
    let mut frame = vec![0x81, 0x80 | text.len() as u8];
    frame.extend(mask);
    frame.extend(text.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]));
    frame
}

#[test]
fn a_websocket_over_http2_echoes_and_ends_with_its_session() {
    let secure = tls::made(|tls| World::with(Limits::default(), Some(tls)));
    let world = &secure.world;
    let (session, cookie) = world.signed_in(1, WIKI);
    let (_, other) = world.signed_in(1, WIKI);
    let handle = world.runtime.handle().clone();
    let mut sender = handle.block_on(ready(&secure, &cookie));
    let mut sockets: Vec<_> = (0..20).map(|_| handle.block_on(opened(&mut sender, &cookie))).collect();
    let mut kept = handle.block_on(opened(&mut sender, &other));
    handle.block_on(async {
        for socket in &mut sockets {
            for text in [&b"hello"[..], b"", b"again"] {
                socket.write_all(&masked(text)).await.unwrap();
                let mut frame = vec![0; 2 + text.len()];
                socket.read_exact(&mut frame).await.unwrap();
                assert_eq!(frame[2..], *text);
            }
        }
    });
    let seen = world.ledger.last();
    assert_eq!(seen.request_line(), "GET /ws HTTP/1.1");
    assert!(seen.values("cookie").is_empty() && seen.value("x-forwarded-email").is_some());
    assert_eq!((seen.value("upgrade"), seen.value("sec-websocket-version")), (Some("websocket"), Some("13")));
    // D10: all of them hear 1008, and the neighbour on the same connection goes on.
    let begun = Instant::now();
    world.end(&session);
    handle.block_on(async {
        for socket in &mut sockets {
            let mut rest = Vec::new();
            let _ = socket.read_to_end(&mut rest).await;
            assert_eq!(rest, [0x88, 0x02, 0x03, 0xf0]);
        }
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        kept.write_all(&masked(b"still")).await.unwrap();
        let mut frame = vec![0; 7];
        kept.read_exact(&mut frame).await.unwrap();
        assert_eq!(&frame[2..], b"still");
    });
}

#[test]
fn f4_no_other_connect_gets_anywhere() {
    let secure = tls::made(|tls| World::with(Limits::default(), Some(tls)));
    let (_, cookie) = secure.world.signed_in(1, WIKI);
    let handle = secure.world.runtime.handle().clone();
    let mut sender = handle.block_on(ready(&secure, &cookie));
    let count = secure.world.ledger.count();
    let signed = ("cookie", cookie.as_str());
    for (name, request, expected) in [
        ("another protocol", connect("/ws", "connect-udp", &[OWN, VERSION, signed]), 405),
        ("upper case", connect("/ws", "WebSocket", &[OWN, VERSION, signed]), 405),
        ("nobody signed in", connect("/ws", "websocket", &[OWN, VERSION]), 401),
        ("no origin", connect("/ws", "websocket", &[VERSION, signed]), 403),
        ("another origin", connect("/ws", "websocket", &[("origin", "https://evil.example"), VERSION, signed]), 403),
        ("a stated identity", connect("/ws", "websocket", &[OWN, VERSION, signed, ("x-forwarded-user", "a")]), 400),
        ("a reserved address", connect("/.vestibule/me", "websocket", &[OWN, VERSION, signed]), 502),
    ] {
        let answer = handle.block_on(sender.send_request(request));
        assert_eq!(answer.map(|answer| answer.status().as_u16()).ok(), Some(expected), "{name}");
    }
    assert_eq!(secure.world.ledger.count(), count);
    // No proper handshake, an app that says no, and one that agrees without proof: never a tunnel.
    for (name, request) in [
        ("no version", connect("/x", "websocket", &[OWN, signed])),
        ("another version", connect("/x", "websocket", &[OWN, ("sec-websocket-version", "8"), signed])),
        ("refused", connect("/ws-refused", "websocket", &[OWN, VERSION, signed])),
        ("no proof", connect("/switch", "websocket", &[OWN, VERSION, signed])),
    ] {
        let answer = handle.block_on(sender.send_request(request)).unwrap();
        assert_eq!(answer.status(), 502, "{name}");
    }
}

/// A tunnel is no idle connection, however long nobody asks for anything else.
#[test]
fn k1_an_open_tunnel_keeps_its_connection_and_a_closed_one_does_not() {
    let limits = Limits { keep_alive: Duration::from_secs(1), ..Limits::default() };
    let secure = tls::made(|tls| World::with(limits, Some(tls)));
    let (_, cookie) = secure.world.signed_in(1, WIKI);
    let handle = secure.world.runtime.handle().clone();
    let mut sender = handle.block_on(ready(&secure, &cookie));
    let mut socket = handle.block_on(opened(&mut sender, &cookie));
    std::thread::sleep(Duration::from_secs(4));
    handle.block_on(async {
        socket.write_all(&masked(b"hello")).await.unwrap();
        let mut frame = vec![0; 7];
        socket.read_exact(&mut frame).await.unwrap();
    });
    drop(socket);
    let begun = Instant::now();
    while !sender.is_closed() && begun.elapsed() < Duration::from_secs(15) {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(sender.is_closed(), "the idle connection stays");
}
