//! Every limit against slow and greedy clients is wired: with a small one the connection ends, and it is counted.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use vestibule::config::Limits;

use crate::plane::tls;
use crate::plane::world::*;

fn second() -> Duration {
    Duration::from_secs(1)
}

fn counted(world: &World, line: &str) -> bool {
    world.front.plane.meter.text().contains(line)
}

#[test]
fn k1_a_body_that_drips_is_408_and_the_app_never_takes_it_for_whole() {
    let slow = |rate: u64| {
        let world = World::with(Limits { body_rate: rate, ..Limits::default() }, None);
        let (_, cookie) = world.signed_in(1, WIKI);
        let mut client = world.connect();
        client.stream.set_read_timeout(Some(Duration::from_secs(13))).unwrap();
        client.send(
            format!("POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nContent-Length: 100000\r\n\r\nhello")
                .as_bytes(),
        );
        let begun = Instant::now();
        let answer = client.response().unwrap_or_default();
        assert!(world.ledger.exchanges().iter().all(|it| !it.complete));
        (status(&answer), begun.elapsed())
    };
    let watched = std::thread::spawn(move || slow(256));
    let unwatched = std::thread::spawn(move || slow(0));
    let (code, took) = watched.join().unwrap();
    assert!(code == 408 && took > Duration::from_secs(9) && took < Duration::from_secs(12), "{code} {took:?}");
    assert_eq!(unwatched.join().unwrap().0, 0, "the control waits");
}

#[test]
fn k1_a_client_that_takes_nothing_is_closed() {
    let world = World::with(Limits { write_stall: second(), ..Limits::default() }, None);
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut client = world.connect();
    client.send(format!("GET /big/60000000 HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
    assert!(world.ledger.wait_until(|seen| seen.last().is_some_and(|it| it.answered)));
    assert!(counted(&world, "vestibule_connections_slow_total{reason=\"write\"} 1"));
}

#[test]
fn k1_idle_connections_and_slow_heads_are_counted() {
    let world = World::with(Limits { keep_alive: second(), request_head: second(), ..Limits::default() }, None);
    let (mut silent, mut slow) = (world.connect(), world.connect());
    slow.send(b"GET / HTTP/1.1\r\nHost: ");
    assert!(silent.rest().is_empty());
    slow.rest();
    for reason in ["idle", "head"] {
        assert!(counted(&world, &format!("vestibule_connections_slow_total{{reason=\"{reason}\"}} 1")), "{reason}");
    }
}

#[test]
fn k2_a_stream_that_nobody_takes_ends_its_connection() {
    for (limit, ends) in [(1, true), (300, false)] {
        let limits = Limits { stream_stall: Duration::from_secs(limit), ..Limits::default() };
        let secure = tls::made(|tls| World::with(limits, Some(tls)));
        let (_, cookie) = secure.world.signed_in(1, WIKI);
        let kept = secure.world.runtime.block_on(async {
            let mut sender = tls::h2_with_window::<Full<Bytes>>(&secure, WIKI, Some(1)).await;
            let request = Request::get(format!("https://{WIKI}:8443/big/60000000")).header("cookie", cookie.as_str());
            let response = sender.send_request(request.body(Full::default()).unwrap()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(3_500)).await;
            (sender, response)
        });
        let line = "vestibule_connections_slow_total{reason=\"stream\"} 1";
        assert_eq!(counted(&secure.world, line), ends, "{limit} s");
        drop(kept);
    }
}

#[test]
fn k2_streams_and_header_lists_of_http2_are_held_to_their_limits() {
    let limits = Limits { streams: 2, stream_header_bytes: 4 * 1024, ..Limits::default() };
    let secure = tls::made(|tls| World::with(limits, Some(tls)));
    let (_, cookie) = secure.world.signed_in(1, WIKI);
    secure.world.runtime.block_on(async {
        let mut sender = tls::h2::<Full<Bytes>>(&secure, WIKI).await;
        let ask = |path: &str, bytes: usize| {
            let request = Request::get(format!("https://{WIKI}:8443{path}")).header("cookie", cookie.as_str());
            request.header("x-wide", "a".repeat(bytes)).body(Full::default()).unwrap()
        };
        assert_eq!(sender.send_request(ask("/x", 1_000)).await.unwrap().status(), 200);
        let wide = sender.send_request(ask("/x", 6_000)).await;
        assert!(wide.is_err() || wide.is_ok_and(|answer| answer.status() == 431));
        let mut sender = tls::h2::<Full<Bytes>>(&secure, WIKI).await;
        // The client has read our settings once it has an answer.
        assert_eq!(sender.send_request(ask("/x", 10)).await.unwrap().status(), 200);
        let before = secure.world.ledger.count();
        let held: Vec<_> = (0..4).map(|_| tokio::spawn(sender.send_request(ask("/held", 10)))).collect();
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(secure.world.ledger.count() - before, 2, "two at a time");
        for held in held {
            secure.world.ledger.release();
            assert_eq!(held.await.unwrap().unwrap().status(), 200);
        }
    });
}

#[test]
fn k6_no_connection_is_taken_once_descriptors_are_scarce() {
    let world = World::with(Limits { descriptors: 4, ..Limits::default() }, None);
    let (_, cookie) = world.signed_in(1, WIKI);
    assert!(world.get("/", &cookie, "").is_empty());
    assert!(counted(&world, "vestibule_connections_shed_total 1"));
    let control = World::with(Limits { descriptors: 1_000_000, ..Limits::default() }, None);
    let (_, cookie) = control.signed_in(1, WIKI);
    assert_eq!(status(&control.get("/", &cookie, "")), 200);
}
