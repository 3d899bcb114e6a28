//! Streams that never pause: they are judged as often as those that do, by what was changed and by time (attack row D10).

use std::io::Read;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use vestibule::config::Limits;
use vestibule::model::{Mode, Tenant, Traffic, Upstream};
use vestibule::snapshot::Snapshot;

use crate::plane::tls::{self, Secure};
use crate::plane::upstream_kit::*;
use crate::plane::world::*;

fn public() -> Traffic {
    Traffic { public: vec!["/flood".parse().unwrap()], ..Traffic::default() }
}

/// What the wiki is reached over. Over HTTP/2 there is always more at hand when a client takes slowly; over HTTP/1.1 each piece is
/// fetched, which is a pause that nobody notices.
const SCHEMES: [&str; 2] = ["h2c", "http"];

/// The wiki of Contoso behind `scheme`, as somebody leaves it.
fn wiki((scheme, address): (&str, SocketAddr), traffic: &Traffic, change: impl FnOnce(&mut Tenant)) -> Snapshot {
    let mut contoso = tenant(1, &["contoso.example", "contoso.localhost"], &[1]);
    change(&mut contoso);
    let mut wiki = app(1, WIKI, Mode::Host, address, traffic);
    wiki.upstream = Upstream::new(forwarding(&[format!("{scheme}://{address}")]));
    Snapshot::build([contoso], [wiki]).unwrap()
}

/// A client that takes what comes a little more slowly than the app sends it, so that there is always more.
struct Taker(Client);

impl Taker {
    fn begin(world: &World, cookie: &str) -> Self {
        let mut client = world.connect();
        client.send(format!("GET /flood HTTP/1.1\r\nHost: {WIKI}\r\n{cookie}\r\n").as_bytes());
        assert_eq!(status(&client.head().unwrap()), 200);
        Self(client)
    }

    /// Takes for so long, or until nothing more comes. Says how long that was, and what came last.
    fn take(&mut self, longest: Duration) -> (Duration, Vec<u8>) {
        let begun = Instant::now();
        let (mut piece, mut last) = (vec![0; 16 * 1024], Vec::new());
        while begun.elapsed() < longest {
            match self.0.stream.read(&mut piece) {
                Ok(read @ 1..) => last = piece[read.saturating_sub(5)..read].to_vec(),
                _ => break,
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        (begun.elapsed(), last)
    }
}

const PATIENCE: Duration = Duration::from_secs(5);

/// One second is promised; five are waited for.
fn is_cut(what: &str, taker: &mut Taker) {
    let (took, last) = taker.take(PATIENCE * 2);
    println!("{what}: cut after {took:?}");
    assert!(took < PATIENCE, "{what}: {took:?}");
    assert!(last != b"0\r\n\r\n", "{what}: a cut stream must not look complete");
}

#[test]
fn d10_a_public_stream_that_never_pauses_ends_with_what_let_it_in() {
    type Change = fn((&str, SocketAddr)) -> Snapshot;
    let changes: [(&str, Change); 4] = [
        ("the address is public no more", |at| wiki(at, &Traffic::default(), |_| {})),
        ("the tenant is disabled", |at| wiki(at, &public(), |contoso| contoso.enabled = false)),
        ("the tenant uses the app no more", |at| wiki(at, &public(), |it| it.service_principals.clear())),
        ("there is no such app", |_| {
            Snapshot::build([tenant(1, &["contoso.example", "contoso.localhost"], &[])], []).unwrap()
        }),
    ];
    let world = World::new();
    let kit = Kit::new("app");
    let address = kit.clear(&world);
    for scheme in SCHEMES {
        for (what, change) in changes {
            world.follows(wiki((scheme, address), &public(), |_| {}));
            let mut taker = Taker::begin(&world, "");
            let (took, _) = taker.take(Duration::from_millis(1_500));
            assert!(took >= Duration::from_millis(1_500), "{scheme}, {what}: it goes on while it may");
            world.follows(change((scheme, address)));
            is_cut(&format!("{scheme}, {what}"), &mut taker);
        }
    }
}

#[test]
fn d10_a_guests_stream_that_never_pauses_ends_with_what_let_it_in() {
    let world = World::new();
    let kit = Kit::new("app");
    let address = kit.clear(&world);
    for scheme in SCHEMES {
        let (session, cookie) = world.signed_in(1, WIKI);
        let cookie = format!("Cookie: {cookie}\r\n");
        world.follows(wiki((scheme, address), &Traffic::default(), |_| {}));
        let mut taker = Taker::begin(&world, &cookie);
        let (took, _) = taker.take(Duration::from_millis(1_500));
        assert!(took >= Duration::from_millis(1_500), "{scheme}: it goes on while it may");
        // A change that is none for this stream.
        world.follows(wiki((scheme, address), &public(), |_| {}));
        let (took, _) = taker.take(Duration::from_millis(1_500));
        assert!(took >= Duration::from_millis(1_500), "{scheme}: it still may");
        world.follows(wiki((scheme, address), &Traffic::default(), |contoso| contoso.service_principals.clear()));
        is_cut(&format!("{scheme}, the tenant uses the app no more"), &mut taker);

        world.follows(wiki((scheme, address), &Traffic::default(), |_| {}));
        let mut taker = Taker::begin(&world, &cookie);
        taker.take(Duration::from_millis(1_500));
        world.end(&session);
        is_cut(&format!("{scheme}, the session was ended"), &mut taker);
    }
}

#[test]
fn d8_d10_a_stream_that_never_pauses_ends_when_the_session_is_too_old() {
    let world = World::new();
    let kit = Kit::new("app");
    let address = kit.clear(&world);
    for scheme in SCHEMES {
        world.follows(wiki((scheme, address), &Traffic::default(), |_| {}));
        let (_, cookie) = world.signed_in_for(1, WIKI, Duration::from_secs(3));
        let mut taker = Taker::begin(&world, &format!("Cookie: {cookie}\r\n"));
        let (took, _) = taker.take(Duration::from_millis(1_500));
        assert!(took >= Duration::from_millis(1_500), "{scheme}: it goes on while it may");
        is_cut(&format!("{scheme}, by time alone"), &mut taker);
    }
}

/// Takes for so long, a piece at a time, or until it ends. Says how long that was, and whether it looked complete.
async fn takes(body: &mut Incoming, longest: Duration) -> (Duration, bool) {
    let begun = Instant::now();
    while begun.elapsed() < longest {
        match body.frame().await {
            Some(Ok(_)) => tokio::time::sleep(Duration::from_millis(2)).await,
            ended => return (begun.elapsed(), ended.is_none()),
        }
    }
    (begun.elapsed(), false)
}

async fn floods(secure: &Secure, cookie: &str) -> Incoming {
    let mut sender = tls::h2_with_window::<Full<Bytes>>(secure, WIKI, Some(64 * 1024)).await;
    let request = Request::get(format!("https://{WIKI}:8443/flood")).header("cookie", cookie);
    let answer = sender.send_request(request.body(Full::default()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.into_body()
}

/// Over HTTP/2 on both sides: whoever takes slowly is sent a piece whenever there is room for one, and the app's next is always
/// there.
#[test]
fn d10_a_stream_over_http2_that_never_pauses_ends_with_what_let_it_in() {
    let secure = tls::made(|tls| World::with(Limits::default(), Some(tls)));
    let (world, kit) = (&secure.world, Kit::new("app"));
    let at = ("h2c", kit.clear(world));
    let handle = world.runtime.handle().clone();
    type Change = fn(&World, (&str, SocketAddr));
    let changes: [(&str, bool, Change); 4] = [
        ("the address is public no more", false, |world, at| world.follows(wiki(at, &Traffic::default(), |_| {}))),
        ("the tenant is disabled", false, |world, at| {
            world.follows(wiki(at, &public(), |contoso| contoso.enabled = false));
        }),
        ("the tenant uses the app no more", true, |world, at| {
            world.follows(wiki(at, &Traffic::default(), |contoso| contoso.service_principals.clear()));
        }),
        ("the session is too old", true, |_, _| {}),
    ];
    for (what, signed_in, change) in changes {
        let traffic = if signed_in { Traffic::default() } else { public() };
        world.follows(wiki(at, &traffic, |_| {}));
        let by_time = what == "the session is too old";
        let lasts = Duration::from_secs(if by_time { 3 } else { 3600 });
        let cookie = if signed_in { world.signed_in_for(1, WIKI, lasts).1 } else { "a=1".to_owned() };
        let mut body = handle.block_on(floods(&secure, &cookie));
        let (took, _) = handle.block_on(takes(&mut body, Duration::from_millis(1_500)));
        assert!(took >= Duration::from_millis(1_500), "{what}: it goes on while it may");
        change(world, at);
        let (took, complete) = handle.block_on(takes(&mut body, PATIENCE * 2));
        println!("HTTP/2, {what}: cut after {took:?}");
        assert!(took < PATIENCE && !complete, "{what}: {took:?}");
    }
}
