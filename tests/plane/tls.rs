//! TLS, HTTP/2, and clients that stall.

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use vestibule::config::Limits;
use vestibule::server::tls::{Certificates, server_config};

use crate::plane::world::*;

pub struct Secure {
    pub world: World,
    client: Arc<ClientConfig>,
    _folder: tempfile::TempDir,
}

fn secure() -> Secure {
    made(|tls| World::with(Limits::default(), Some(tls)))
}

pub fn made(world: impl FnOnce(Arc<rustls::ServerConfig>) -> World) -> Secure {
    let folder = tempfile::tempdir().unwrap();
    let mut roots = RootCertStore::empty();
    for host in [WIKI, DESK, BROKER] {
        let made = rcgen::generate_simple_self_signed(vec![host.to_owned()]).unwrap();
        std::fs::create_dir(folder.path().join(host)).unwrap();
        std::fs::write(folder.path().join(host).join("fullchain.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.path().join(host).join("privkey.pem"), made.signing_key.serialize_pem()).unwrap();
        roots.add(made.cert.der().clone()).unwrap();
    }
    let certificates = Certificates::load(folder.path(), BROKER).unwrap();
    let world = world(server_config(certificates).unwrap());
    let mut client = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = vec![b"h2".to_vec()];
    Secure { world, client: Arc::new(client), _folder: folder }
}

pub type Sender<B> = hyper::client::conn::http2::SendRequest<B>;

pub async fn h2<B>(secure: &Secure, sni: &'static str) -> Sender<B>
where
    B: hyper::body::Body + Unpin + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    h2_with_window(secure, sni, None).await
}

/// With this many bytes that each answer may send before its client asks for more.
pub async fn h2_with_window<B>(secure: &Secure, sni: &'static str, window: Option<u32>) -> Sender<B>
where
    B: hyper::body::Body + Unpin + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let stream = TcpStream::connect(secure.world.address).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::clone(&secure.client));
    let stream = connector.connect(ServerName::try_from(sni).unwrap(), stream).await.unwrap();
    let (sender, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(window)
        .handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    sender
}

#[test]
fn http2_arrives_as_clean_http1_and_another_host_on_the_connection_is_421() {
    let secure = secure();
    let (_, cookie) = secure.world.signed_in(1, WIKI);
    secure.world.runtime.block_on(async {
        let mut sender = h2(&secure, WIKI).await;
        let ask = |host: &str, fields: &[(&str, &str)]| {
            let mut request =
                Request::get(format!("https://{host}:8443/h2?x=1")).body(Full::<Bytes>::default()).unwrap();
            for (name, value) in fields {
                request.headers_mut().append(
                    http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                );
            }
            request
        };
        let response =
            sender.send_request(ask(WIKI, &[("cookie", "a=1"), ("cookie", &cookie), ("cookie", "b=2")])).await.unwrap();
        assert_eq!(response.status(), 200);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(body.starts_with(b"GET /h2?x=1 HTTP/1.1"));
        let seen = secure.world.ledger.last();
        assert_eq!(seen.value("cookie"), Some("a=1; b=2"));
        assert_eq!(seen.value("host"), Some("wiki.contoso.localhost:8443"));
        for name in ["x-forwarded-user", "x_forwarded_user", "x.forwarded.user", "vestibule-assertion"] {
            let response = sender.send_request(ask(WIKI, &[("cookie", &cookie), (name, "attacker")])).await.unwrap();
            assert_eq!(response.status(), 400, "{name}");
        }
        assert_eq!(sender.send_request(ask(DESK, &[("cookie", &cookie)])).await.unwrap().status(), 421);
        let response = sender.send_request(ask(WIKI, &[("host", DESK), ("cookie", &cookie)])).await.unwrap();
        assert_eq!(response.status(), 400);
        assert_eq!(secure.world.ledger.count(), 1);
    });
}

#[test]
fn e1_trailers_of_a_request_never_become_fields() {
    let secure = secure();
    let (_, cookie) = secure.world.signed_in(1, WIKI);
    secure.world.runtime.block_on(async {
        let mut sender = h2(&secure, WIKI).await;
        let mut trailers = HeaderMap::new();
        trailers.insert("x-forwarded-user", HeaderValue::from_static("attacker"));
        let frames: Vec<Result<Frame<Bytes>, std::convert::Infallible>> =
            vec![Ok(Frame::data(Bytes::from_static(b"body"))), Ok(Frame::trailers(trailers))];
        let body = StreamBody::new(futures_util::stream::iter(frames));
        let request = Request::post(format!("https://{WIKI}:8443/up"))
            .header("cookie", cookie.as_str())
            .header("trailer", "x-forwarded-user")
            .body(body)
            .unwrap();
        assert_eq!(sender.send_request(request).await.unwrap().status(), 200);
    });
    let seen = secure.world.ledger.last();
    assert_eq!((seen.body.as_slice(), seen.values("x-forwarded-user").len()), (&b"body"[..], 1));
    assert!(secure.world.ledger.faults().is_empty());
}

#[test]
fn a_drain_says_goaway_and_finishes_open_streams() {
    let mut secure = secure();
    let (_, cookie) = secure.world.signed_in(1, WIKI);
    let handle = secure.world.runtime.handle().clone();
    let mut sender = handle.block_on(h2::<Full<Bytes>>(&secure, WIKI));
    let request = Request::get(format!("https://{WIKI}:8443/held"))
        .header("cookie", cookie.as_str())
        .body(Full::default())
        .unwrap();
    let pending = handle.spawn(sender.send_request(request));
    assert!(secure.world.ledger.wait_until(|seen| !seen.is_empty()));
    let ledger = secure.world.ledger.clone();
    let stopping = secure.world.stopping.clone();
    stopping.cancel();
    std::thread::sleep(Duration::from_millis(200));
    ledger.release();
    let response = handle.block_on(pending).unwrap().unwrap();
    assert_eq!(response.status(), 200);
    assert!(handle.block_on(sender.ready()).is_err(), "the connection takes new requests");
    drop(response);
    secure.world.stop();
}

#[test]
fn k1_slow_heads_silent_clients_and_slow_handshakes_are_closed() {
    let limits = Limits {
        request_head: Duration::from_secs(1),
        keep_alive: Duration::from_secs(2),
        connections_per_address: 4,
        ..Limits::default()
    };
    let world = World::with(limits, None);
    let begun = Instant::now();
    let mut slow = world.connect();
    let feeder = slow.stream.try_clone().unwrap();
    std::thread::spawn(move || {
        let mut feeder = feeder;
        for byte in format!("GET / HTTP/1.1\r\nHost: {WIKI}\r\nX-Slow: {}", "a".repeat(200)).bytes() {
            if std::io::Write::write_all(&mut feeder, &[byte]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    assert!(slow.rest().is_empty());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let mut silent = world.connect();
    assert!(silent.rest().is_empty());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    // Keep-alive works for a client that asks in time, and caps count.
    let mut kept: Vec<Client> = (0..4).map(|_| world.connect()).collect();
    for client in &mut kept {
        client.send(format!("GET / HTTP/1.1\r\nHost: {WIKI}\r\n\r\n").as_bytes());
        assert_eq!(status(&client.response().unwrap()), 401);
    }
    let mut fifth = world.connect();
    assert_eq!(fifth.stream.read(&mut [0]).unwrap_or(0), 0);
}

/// D10: an answer that its client does not take ends with its session all the same, and lets go of the app.
#[test]
fn d10_an_answer_that_nobody_takes_ends_with_its_session() {
    const PATH: &str = "/big/60000000";
    for window in [Some(0), Some(1), Some(65_535), None] {
        let secure = window.map(|window| (window, secure()));
        let plain = secure.is_none().then(World::new);
        let world = plain.as_ref().or(secure.as_ref().map(|(_, secure)| &secure.world)).unwrap();
        let (session, cookie) = world.signed_in(1, WIKI);
        let (other, _) = world.signed_in(1, WIKI);
        // Neither reads what is sent.
        let (mut clear, mut multiplexed) = (None, None);
        match &secure {
            None => {
                let mut client = world.connect();
                client.send(format!("GET {PATH} HTTP/1.1\r\nHost: {WIKI}:8443\r\nCookie: {cookie}\r\n\r\n").as_bytes());
                clear = Some(client);
            }
            Some((window, secure)) => {
                multiplexed = Some(world.runtime.block_on(async {
                    let mut sender = h2_with_window::<Full<Bytes>>(secure, WIKI, Some(*window)).await;
                    let request = Request::get(format!("https://{WIKI}:8443{PATH}")).header("cookie", cookie.as_str());
                    let response = sender.send_request(request.body(Full::default()).unwrap()).await.unwrap();
                    assert_eq!(response.status(), 200);
                    (sender, response)
                }));
            }
        }
        assert!(world.ledger.wait_until(|seen| !seen.is_empty()));
        // The control: somebody else's session ends, and this one goes on.
        world.end(&other);
        std::thread::sleep(Duration::from_millis(2500));
        assert!(world.ledger.exchanges().iter().all(|exchange| !exchange.answered), "window {window:?}: cut too early");
        let begun = Instant::now();
        world.end(&session);
        let let_go = world.ledger.wait_until(|seen| seen.iter().all(|exchange| exchange.answered));
        println!("D10 window {window:?}: the app is let go after {} ms", begun.elapsed().as_millis());
        assert!(let_go && begun.elapsed() < Duration::from_secs(5), "window {window:?}: {:?}", begun.elapsed());
        drop((clear, multiplexed));
    }
}

/// Clear text is for proxies that the operator trusts, whatever they say; from them the client's address counts.
#[test]
fn e3_the_clear_listener_answers_trusted_proxies_alone() {
    for trusted in [false, true] {
        let world = World::behind_proxy(trusted);
        let (_, cookie) = world.signed_in(1, WIKI);
        let answer = world.get("/clear", &cookie, "X-Forwarded-For: 192.0.2.7\r\n");
        if trusted {
            assert_eq!(status(&answer), 200, "{answer}");
            assert_eq!(world.ledger.last().value("x-real-ip"), Some("192.0.2.7"));
        } else {
            assert!(answer.is_empty() && world.ledger.count() == 0, "{answer}");
        }
    }
}

/// K2: behind a trusted proxy many people share a connection; one of them who takes nothing and signs out cuts nobody else.
#[test]
fn k2_a_stuck_answer_of_one_guest_cuts_no_other_behind_a_trusted_proxy() {
    for trusted in [true, false] {
        let secure = if trusted { made(World::trusting) } else { secure() };
        let world = &secure.world;
        let (session, cookie) = world.signed_in(1, WIKI);
        let (_, other) = world.signed_in(1, WIKI);
        let handle = world.runtime.handle().clone();
        let ask = |path: &str, cookie: &str| {
            let request = Request::get(format!("https://{WIKI}:8443{path}")).header("cookie", cookie);
            request.body(Full::<Bytes>::default()).unwrap()
        };
        let mut sender = handle.block_on(h2_with_window::<Full<Bytes>>(&secure, WIKI, Some(1)));
        let stuck = handle.block_on(sender.send_request(ask("/big/60000000", &cookie))).unwrap();
        let held = handle.spawn(sender.send_request(ask("/held", &other)));
        assert!(world.ledger.wait_until(|seen| seen.len() == 2));
        world.end(&session);
        std::thread::sleep(Duration::from_millis(3500));
        world.ledger.release();
        let answered = handle.block_on(held).unwrap();
        // The control: where nobody vouches that the connection is shared, it is one client's, and ends with the session.
        assert_eq!(answered.is_ok_and(|answer| answer.status() == 200), trusted, "trusted {trusted}");
        drop(stuck);
    }
}

/// Over TLS a client may say good-bye and still listen; while its app is silent, nobody knows for long. Whoever ends TCP is gone.
#[test]
fn a_good_bye_of_tls_ends_no_answer_and_the_end_of_tcp_does() {
    let with = |seconds| {
        let limits = Limits { half_close: Duration::from_secs(seconds), ..Limits::default() };
        made(|tls| World::with(limits, Some(tls)))
    };
    let asks = |secure: &Secure, path: &str| {
        let (_, cookie) = secure.world.signed_in(1, WIKI);
        let mut config = ClientConfig::clone(&secure.client);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let before = secure.world.ledger.count();
        let socket = std::net::TcpStream::connect(secure.world.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
        let session = rustls::ClientConnection::new(Arc::new(config), ServerName::try_from(WIKI).unwrap()).unwrap();
        let mut client = rustls::StreamOwned::new(session, socket);
        write!(client, "GET {path} HTTP/1.1\r\nHost: {WIKI}:8443\r\nCookie: {cookie}\r\n\r\n").unwrap();
        assert!(secure.world.ledger.wait_until(|seen| seen.len() > before));
        client
    };
    let says_goodbye = |client: &mut rustls::StreamOwned<rustls::ClientConnection, std::net::TcpStream>| {
        client.conn.send_close_notify();
        client.conn.write_tls(&mut client.sock).unwrap();
    };
    let all_answered = |secure: &Secure| secure.world.ledger.wait_until(|seen| seen.iter().all(|it| it.answered));
    let counted =
        |secure: &Secure| secure.world.front.plane.meter.text().contains("connections_slow_total{reason=\"left\"} 1");

    let secure = with(1);
    let mut client = asks(&secure, "/held");
    says_goodbye(&mut client);
    std::thread::sleep(Duration::from_millis(500));
    secure.world.ledger.release();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(status(&answer) == 200 && answer.ends_with("held"), "{answer}");
    let mut client = asks(&secure, "/abandoned");
    says_goodbye(&mut client);
    assert!(all_answered(&secure) && counted(&secure));

    // With all the time there is: it says good-bye, and ends TCP later.
    let secure = with(60);
    let mut client = asks(&secure, "/abandoned");
    says_goodbye(&mut client);
    std::thread::sleep(Duration::from_millis(500));
    assert!(!secure.world.ledger.last().answered);
    drop(client);
    assert!(all_answered(&secure) && !counted(&secure));
    // The end of TCP without a good-bye may be anybody's doing, and is believed all the same.
    let client = asks(&secure, "/abandoned");
    client.sock.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(all_answered(&secure) && !counted(&secure));
}
