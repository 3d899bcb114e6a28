//! Which target gets a request, what becomes of those that fail, and what an app's answers say of its addresses.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use vestibule::config::Limits;
use vestibule::model::{Balancing, Failures, HealthCheck, HostChoice, Maintenance, Mode, Traffic, Upstream};
use vestibule::proxy::upstream::checks;
use vestibule::snapshot::Snapshot;

use crate::plane::tls;
use crate::plane::upstream_kit::*;
use crate::plane::world::*;

fn send(world: &World, method: &str, path: &str, cookie: &str, body: &str) -> String {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    world.ask(&format!("{method} {path} HTTP/1.1\r\nHost: {WIKI}:8443\r\nCookie: {cookie}\r\n{length}\r\n{body}"))
}

fn two(world: &World) -> (Kit, Kit, Vec<String>) {
    let (one, two) = (Kit::new("one"), Kit::new("two"));
    let targets = vec![format!("http://{}", one.clear(world)), format!("http://{}", two.clear(world))];
    (one, two, targets)
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn targets_take_turns_and_the_least_busy_is_next() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (one, two, targets) = two(&world);
    serve(&world, forwarding(&targets));
    for number in 0..10 {
        assert_eq!(status(&world.get(&format!("/{number}"), &cookie, "")), 200);
    }
    assert_eq!((one.requests().len(), two.requests().len()), (5, 5));
    assert_eq!((one.connections(), two.connections()), (1, 1), "each target has its own idle connections");
    let mut least = forwarding(&targets);
    least.balancing = Balancing::LeastPending;
    serve(&world, least);
    // One of the two is busy with an answer that goes on.
    let mut held = world.connect();
    held.send(format!("GET /pause HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
    assert!(held.until("piece"));
    let busy_before = (one.requests().len(), two.requests().len());
    for number in 0..6 {
        assert_eq!(status(&world.get(&format!("/{number}"), &cookie, "")), 200);
    }
    let gained = (one.requests().len() - busy_before.0, two.requests().len() - busy_before.1);
    assert!(gained == (0, 6) || gained == (6, 0), "{gained:?}");
}

#[test]
fn with_a_dead_target_no_request_is_lost_and_none_arrives_twice() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let live = Kit::new("live");
    let mut forwarding = forwarding(&[format!("http://{}", dead()), format!("http://{}", live.clear(&world))]);
    forwarding.failures = Failures { count: 3, out_for: Duration::from_millis(300) };
    serve(&world, forwarding);
    let mut sent = Vec::new();
    for number in 0..30 {
        let (method, body) = if number % 2 == 0 { ("GET", "") } else { ("POST", "a=b") };
        let answer = send(&world, method, &format!("/{number}"), &cookie, body);
        assert_eq!(status(&answer), 200, "{answer}");
        sent.push(format!("{method} /{number}"));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(live.requests(), sent, "each of them once, and in order");
    // The control: without the other target it is the guest who learns of it.
    serve(
        &world,
        crate::plane::upstream_kit::forwarding(&[format!("http://{}", dead()), format!("http://{}", dead())]),
    );
    assert_eq!(status(&send(&world, "GET", "/", &cookie, "")), 502);
}

#[test]
fn f5_what_was_written_is_never_sent_again() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (one, two, targets) = two(&world);
    serve(&world, forwarding(&targets));
    for (method, body) in [("POST", "a=b"), ("GET", ""), ("PUT", "x"), ("DELETE", "")] {
        let before = one.requests().len() + two.requests().len();
        assert_eq!(status(&send(&world, method, "/broken", &cookie, body)), 502, "{method}");
        assert_eq!(one.requests().len() + two.requests().len(), before + 1, "{method}");
    }
}

#[test]
fn nobody_takes_a_target_out_by_half_a_request() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (one, two, targets) = two(&world);
    let mut strict = forwarding(&targets);
    strict.failures = Failures { count: 1, out_for: Duration::from_secs(60) };
    serve(&world, strict);
    let well = |at: usize| world.front.plane.snapshot.load().upstream(app_id(1)).unwrap().is_well(at);
    for body in ["zzz\r\n", "5\r\nhelloXX", "5\r\nhel", "-1\r\n\r\n"] {
        for _ in 0..2 {
            let mut client = world.connect();
            let head = format!(
                "POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\r\n{body}"
            );
            client.send(head.as_bytes());
            client.stream.shutdown(std::net::Shutdown::Write).unwrap();
            client.rest();
        }
        assert!(well(0) && well(1), "{body:?}");
    }
    // Whoever waits for the answer learns that it was the request.
    for body in ["zzz\r\n", "5\r\nhelloXX", "-1\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n"] {
        let mut client = world.connect();
        client.send(
            format!(
                "POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\r\n{body}"
            )
            .as_bytes(),
        );
        assert_eq!(status(&String::from_utf8_lossy(&client.rest())), 400, "{body:?}");
        assert!(well(0) && well(1), "{body:?}");
    }
    // The control: what the app itself breaks off for more than one guest is its own fault.
    for person in 1..=4 {
        std::thread::sleep(Duration::from_millis(120));
        assert_eq!(status(&world.get("/broken", &world.signed_in_as(person, WIKI), "")), 502);
    }
    assert!(!well(0) && !well(1));
    drop((one, two));
}

#[test]
fn c5_no_guest_alone_takes_a_target_out() {
    let world = World::new();
    let (one, two, targets) = two(&world);
    let mut doubtful = forwarding(&targets);
    doubtful.failures = Failures { count: 3, out_for: Duration::from_secs(60) };
    doubtful.first_byte = Some(Duration::from_millis(150));
    serve(&world, doubtful.clone());
    let well = |at: usize| world.front.plane.snapshot.load().upstream(app_id(1)).unwrap().is_well(at);
    // The same person in four browsers, breaking the app off and making it hang, again and again.
    for round in 0..4 {
        let cookie = world.signed_in_as(1, WIKI);
        for (path, expected) in [("/broken", 502), ("/slow?3000", 504)] {
            for _ in 0..2 {
                assert_eq!(status(&world.get(path, &cookie, "")), expected, "{round}");
            }
        }
        assert!(well(0) && well(1), "{round}");
    }
    let somebody_else_is_answered = || {
        for _ in 0..2 {
            assert_eq!(status(&world.get("/", &world.signed_in_as(9, WIKI), "")), 200);
        }
    };
    somebody_else_is_answered();
    // Nor do two, while somebody else is answered in between.
    for round in 0..2 {
        for person in [2, 3] {
            let cookie = world.signed_in_as(person, WIKI);
            for path in ["/broken", "/slow?3000"] {
                world.get(path, &cookie, "");
                world.get(path, &cookie, "");
            }
        }
        somebody_else_is_answered();
        assert!(well(0) && well(1), "{round}");
    }
    // The control: three people in a row, at each target.
    for person in 4..=6 {
        let cookie = world.signed_in_as(person, WIKI);
        for _ in 0..2 {
            assert_eq!(status(&world.get("/slow?3000", &cookie, "")), 504);
        }
    }
    assert!(!well(0) && !well(1));
    // And a target that takes no connection is out by whoever tries it, for that is nobody's doing.
    doubtful.targets = vec![format!("http://{}", dead()).parse().unwrap(), targets[1].parse().unwrap()];
    serve(&world, doubtful);
    let cookie = world.signed_in_as(1, WIKI);
    for _ in 0..6 {
        assert_eq!(status(&world.get("/", &cookie, "")), 200);
    }
    assert!(!well(0) && well(1));
    drop((one, two));
}

#[test]
fn c5_strangers_take_no_target_out_however_many_they_are() {
    let world = World::new();
    let (one, two, targets) = two(&world);
    let mut strict = forwarding(&targets);
    strict.failures = Failures { count: 1, out_for: Duration::from_secs(60) };
    let traffic = Traffic { public: vec!["/broken".parse().unwrap()], ..Traffic::default() };
    let mut wiki = app(1, WIKI, Mode::Host, world.ledger.address, &traffic);
    wiki.upstream = Upstream::new(strict);
    let contoso = tenant(1, &["contoso.example", "contoso.localhost"], &[1]);
    world.follows(Snapshot::build([contoso], [wiki]).unwrap());
    for _ in 0..20 {
        assert_eq!(status(&world.ask(&format!("GET /broken HTTP/1.1\r\nHost: {WIKI}\r\n\r\n"))), 502);
        std::thread::sleep(Duration::from_millis(20));
    }
    let snapshot = world.front.plane.snapshot.load();
    assert!(snapshot.upstream(app_id(1)).unwrap().is_well(0) && snapshot.upstream(app_id(1)).unwrap().is_well(1));
    drop((one, two));
}

#[test]
fn a_target_that_fails_its_health_checks_is_out_until_it_is_well() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (one, two, targets) = two(&world);
    let mut checked = forwarding(&targets);
    checked.health = Some(HealthCheck {
        path: "/healthz".into(),
        interval: Duration::from_millis(50),
        timeout: Duration::from_millis(500),
        healthy: 2,
        unhealthy: 2,
    });
    serve(&world, checked);
    world.runtime.spawn(checks::run(Arc::clone(&world.front.plane), world.stopping.clone()));
    let of_four = |world: &World| {
        let before = (one.requests().len(), two.requests().len());
        for _ in 0..4 {
            assert_eq!(status(&world.get("/", &cookie, "")), 200);
        }
        (one.requests().len() - before.0, two.requests().len() - before.1)
    };
    assert_eq!(of_four(&world), (2, 2));
    *one.well.lock().unwrap() = StatusCode::SERVICE_UNAVAILABLE;
    wait_until("it goes out", || of_four(&world) == (0, 4));
    wait_until("and shows it", || {
        let text = world.front.plane.meter.text();
        text.lines().any(|line| line.contains("upstream_up") && line.contains(&targets[0]) && line.ends_with(" 0"))
    });
    // A redirect is an answer of something that works.
    *one.well.lock().unwrap() = StatusCode::FOUND;
    wait_until("it comes back", || of_four(&world) == (2, 2));
    // With all of them out they are tried all the same.
    *one.well.lock().unwrap() = StatusCode::INTERNAL_SERVER_ERROR;
    *two.well.lock().unwrap() = StatusCode::INTERNAL_SERVER_ERROR;
    wait_until("both go out", || {
        let snapshot = world.front.plane.snapshot.load();
        let running = snapshot.upstream(app_id(1)).unwrap();
        !running.is_well(0) && !running.is_well(1)
    });
    assert_eq!(of_four(&world), (2, 2));
}

#[test]
fn a_name_that_moves_is_followed() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (old, new) = (Kit::new("old"), Kit::new("new"));
    let address = old.clear(&world);
    new.listen_at(&world, &format!("127.0.0.2:{}", address.port()));
    let name =
        |ip: &str| world.names.0.lock().unwrap().insert("app.internal".into(), vec![ip.parse::<IpAddr>().unwrap()]);
    serve(&world, forwarding(&[format!("http://app.internal:{}", address.port())]));
    assert_eq!(status(&world.get("/", &cookie, "")), 502, "nobody knows the name");
    name("127.0.0.1");
    wait_until("it is asked again", || world.get("/", &cookie, "").contains("old GET /"));
    name("127.0.0.2");
    assert!(world.get("/", &cookie, "").contains("old GET /"), "until it is looked up again");
    let look_again = || world.front.plane.snapshot.load().upstream(app_id(1)).unwrap().targets[0].look_again();
    look_again();
    wait_until("it is followed", || world.get("/", &cookie, "").contains("new GET /"));
    // A name server that is gone changes nothing.
    world.names.0.lock().unwrap().clear();
    look_again();
    for _ in 0..5 {
        assert!(world.get("/", &cookie, "").contains("new GET /"));
    }
    // Of several addresses those that are dead are passed over.
    let both = vec!["127.0.0.3".parse().unwrap(), "127.0.0.2".parse().unwrap()];
    world.names.0.lock().unwrap().insert("app.internal".into(), both);
    look_again();
    wait_until("one answers", || world.get("/", &cookie, "Connection: close\r\n").contains("new GET /"));
}

#[test]
fn k_a_name_is_looked_up_once_for_all_who_wait_and_not_at_once_again_when_nobody_knows_it() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let kit = Kit::new("app");
    let port = kit.clear(&world).port();
    let asked = || world.names.1.load(std::sync::atomic::Ordering::SeqCst);
    *world.names.2.lock().unwrap() = Duration::from_millis(400);
    let at_once = |expected: u16| {
        let mut clients: Vec<Client> = (0..20).map(|_| world.connect()).collect();
        for client in &mut clients {
            client.send(format!("GET / HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
        }
        for client in &mut clients {
            assert_eq!(status(&client.response().unwrap()), expected);
        }
    };
    serve(&world, forwarding(&[format!("http://unknown.internal:{port}")]));
    at_once(502);
    assert_eq!(asked(), 1, "nobody knows it: one asked for all");
    at_once(502);
    assert_eq!(asked(), 1, "and nobody again at once");
    let name = |host: &str| {
        world.names.0.lock().unwrap().insert(host.to_owned(), vec!["127.0.0.1".parse::<IpAddr>().unwrap()])
    };
    name("unknown.internal");
    wait_until("a moment later it is asked again", || status(&world.get("/", &cookie, "")) == 200);
    assert_eq!(asked(), 2);
    // One that is known: all wait for the one answer.
    name("known.internal");
    serve(&world, forwarding(&[format!("http://known.internal:{port}")]));
    at_once(200);
    at_once(200);
    assert_eq!(asked(), 3);
    // Nobody waits for longer than they may, and who has gone leaves the question to those who come.
    *world.names.2.lock().unwrap() = Duration::from_millis(1_500);
    name("slow.internal");
    let mut hasty = forwarding(&[format!("http://slow.internal:{port}")]);
    hasty.connect = Some(Duration::from_millis(200));
    serve(&world, hasty);
    for _ in 0..4 {
        assert_eq!(status(&world.get("/", &cookie, "")), 504);
    }
    assert_eq!(asked(), 4, "it is still under way");
    wait_until("what was asked by those who have gone is learned", || status(&world.get("/", &cookie, "")) == 200);
    assert_eq!(asked(), 4);
}

#[test]
fn an_app_may_be_slow_or_pause_only_as_long_as_it_may() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let kit = Kit::new("app");
    let mut impatient = forwarding(&[format!("http://{}", kit.clear(&world))]);
    impatient.first_byte = Some(Duration::from_millis(700));
    impatient.idle = Some(Duration::from_millis(400));
    serve(&world, impatient.clone());
    assert_eq!(status(&world.get("/slow?100", &cookie, "")), 200);
    let began = Instant::now();
    assert_eq!(status(&world.get("/slow?5000", &cookie, "")), 504);
    assert!(began.elapsed() < Duration::from_secs(3));
    // It drips for longer than it may pause, and never pauses for that long.
    let drip = world.get("/drip", &cookie, "");
    assert_eq!(drip.matches("drop").count(), 5, "{drip}");
    let mut client = world.connect();
    client.send(format!("GET /pause HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
    assert!(client.until("piece"));
    let began = Instant::now();
    let rest = String::from_utf8(client.rest()).unwrap();
    assert!(began.elapsed() < Duration::from_secs(3), "it was cut");
    assert!(!rest.ends_with("0\r\n\r\n"), "and nobody takes it for whole: {rest}");
    // The control: without the limit it is waited for.
    impatient.idle = None;
    serve(&world, impatient);
    let mut client = world.connect();
    client.stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    client.send(format!("GET /pause HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
    assert!(client.until("piece"));
    let began = Instant::now();
    client.rest();
    assert!(began.elapsed() >= Duration::from_secs(2));
}

#[test]
fn a_socket_and_http2_in_the_clear_are_targets_too() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let kit = Kit::new("socket");
    kit.unix(&world, &path);
    serve(&world, forwarding(&[format!("unix:{}", path.display())]));
    for _ in 0..5 {
        let answer = send(&world, "POST", "/x", &cookie, "hello");
        assert!(answer.contains("socket POST /x HTTP/1.1 host=wiki.contoso.localhost:8443 body=5"), "{answer}");
    }
    assert_eq!(kit.connections(), 1);
    serve(&world, forwarding(&[format!("unix:{}", folder.path().join("none.sock").display())]));
    assert_eq!(status(&world.get("/", &cookie, "")), 502);

    let kit = Kit::new("h2c");
    serve(&world, forwarding(&[format!("h2c://{}", kit.clear(&world))]));
    let mut clients: Vec<Client> = (0..20).map(|_| world.connect()).collect();
    for client in &mut clients {
        let head = format!(
            "GET /slow?200 HTTP/1.1\r\nHost: {WIKI}:8443\r\nCookie: a=1; {cookie}; b=2\r\nTE: trailers\r\n\r\n"
        );
        client.send(head.as_bytes());
    }
    for client in &mut clients {
        let answer = client.response().unwrap();
        assert!(answer.contains("h2c GET /slow?200 HTTP/2.0 host=wiki.contoso.localhost:8443"), "{answer}");
    }
    assert_eq!(kit.connections(), 1, "twenty at once share one connection");
    let (_, headers) = kit.last();
    assert_eq!(headers["cookie"], "a=1; b=2");
    for gone in ["host", "connection", "transfer-encoding", "te", "upgrade"] {
        assert!(!headers.contains_key(gone), "{gone}");
    }
    let head = format!(
        "POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    );
    assert!(world.ask(&head).contains("body=5"));
}

#[test]
fn an_app_that_takes_few_requests_at_once_gets_more_connections() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let mut kit = Kit::new("h2c");
    kit.streams = 5;
    serve(&world, forwarding(&[format!("h2c://{}", kit.clear(&world))]));
    let mut clients: Vec<Client> = (0..12).map(|_| world.connect()).collect();
    for client in &mut clients {
        client.send(format!("GET /slow?4000 HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
    }
    // None of them waits for the end of another.
    wait_until("all twelve arrive", || kit.requests().len() == 12);
    for client in &mut clients {
        let answer = client.response().unwrap();
        assert!(status(&answer) == 200 && answer.contains("HTTP/2.0"), "{answer}");
    }
    assert_eq!(kit.connections(), 3, "five on each");
}

#[test]
fn every_target_shows_whether_it_answers() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (_, elsewhere) = world.signed_in(1, DEAD);
    world.runtime.spawn(checks::run(Arc::clone(&world.front.plane), world.stopping.clone()));
    let target = world.front.plane.snapshot.load().app(app_id(4)).unwrap().upstream.targets[0].to_string();
    let shows = |app: u128, line: &str, value: &str| {
        let (app, text) = (app_id(app).to_string(), world.front.plane.meter.text());
        text.lines().any(|it| it.starts_with(line) && it.contains(&app) && it.ends_with(&format!(" {value}")))
    };
    let ask = || {
        let head = format!("GET / HTTP/1.1\r\nHost: {DEAD}\r\nCookie: {elsewhere}\r\n\r\n");
        status(&world.ask(&head))
    };
    assert_eq!(status(&world.get("/", &cookie, "")), 200);
    wait_until("nothing is known to its disadvantage", || shows(4, "vestibule_upstream_up", "1"));
    assert_eq!(ask(), 502);
    wait_until("it does not answer", || shows(4, "vestibule_upstream_up", "0"));
    assert!(shows(4, "vestibule_upstream_unanswered_total", "1") && shows(1, "vestibule_upstream_up", "1"));
    let kit = Kit::new("back");
    kit.listen_at(&world, target.strip_prefix("http://").unwrap());
    assert_eq!(ask(), 200);
    wait_until("it answers again", || shows(4, "vestibule_upstream_up", "1"));
    assert!(shows(4, "vestibule_upstream_unanswered_total", "1"));
}

#[test]
fn k2_answers_that_nobody_takes_leave_room_for_others_on_a_shared_connection() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let kit = Kit::new("h2c");
    serve(&world, forwarding(&[format!("h2c://{}", kit.clear(&world))]));
    let stuck: Vec<Client> = (0..60)
        .map(|_| {
            let mut client = world.connect();
            client.send(format!("GET /large HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\n\r\n").as_bytes());
            assert!(client.head().is_some());
            client
        })
        .collect();
    std::thread::sleep(Duration::from_secs(2));
    for _ in 0..3 {
        assert!(world.get("/x", &cookie, "").contains("h2c GET /x HTTP/2.0"), "somebody else waits for an answer");
    }
    assert_eq!(kit.connections(), 1, "all of them share one connection");
    drop(stuck);
}

#[test]
fn grpc_reaches_a_server_that_speaks_nothing_but_http2() {
    let secure = tls::made(|tls| World::with(Limits::default(), Some(tls)));
    let world = &secure.world;
    let (_, cookie) = world.signed_in(1, WIKI);
    let kit = Kit::new("rpc");
    serve(world, forwarding(&[format!("h2c://{}", kit.clear(world))]));
    world.runtime.block_on(async {
        let mut sender = tls::h2(&secure, WIKI).await;
        for _ in 0..3 {
            let request = Request::post(format!("https://{WIKI}:8443/rpc"))
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .header("cookie", &cookie);
            let response = sender.send_request(request.body(Full::<Bytes>::from("ask")).unwrap()).await.unwrap();
            assert_eq!(response.status(), 200);
            let collected = response.into_body().collect().await.unwrap();
            let trailers = collected.trailers().unwrap();
            assert_eq!(trailers["grpc-status"], "0");
            assert!(!trailers.contains_key("set-cookie"));
            assert_eq!(collected.to_bytes(), "reply");
        }
    });
    assert_eq!((kit.requests().len(), kit.connections()), (3, 1));
    let (_, headers) = kit.last();
    assert_eq!(headers["te"], "trailers");
    assert!(!headers.contains_key("connection"));
}

#[test]
fn an_app_reads_the_host_and_the_path_that_it_was_promised() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let (one, two, targets) = two(&world);
    let hosts = |forwarding| {
        serve(&world, forwarding);
        for _ in 0..2 {
            assert_eq!(status(&world.get("/x?y=%2F", &cookie, "")), 200);
        }
        [&one, &two].map(|kit| kit.last().1["host"].to_str().unwrap().to_owned())
    };
    let mut of_target = forwarding(&targets);
    of_target.host = HostChoice::Upstream;
    let bare = |target: &String| target.trim_start_matches("http://").to_owned();
    assert_eq!(hosts(of_target), [bare(&targets[0]), bare(&targets[1])]);
    let mut literal = forwarding(&targets);
    literal.host = HostChoice::Literal("wiki.internal:8080".into());
    assert_eq!(hosts(literal), ["wiki.internal:8080"; 2]);
    assert_eq!(one.last().1["x-forwarded-host"], "wiki.contoso.localhost:8443");
    assert_eq!(hosts(forwarding(&targets)), ["wiki.contoso.localhost:8443"; 2]);
    let mut prefixed = forwarding(&targets[..1]);
    prefixed.add_prefix = Some("/wiki".into());
    serve(&world, prefixed);
    assert_eq!(status(&world.get("/x?y=%2F..", &cookie, "")), 200);
    assert_eq!(one.last().0, "GET /wiki/x?y=%2F..");
    let before = one.requests().len();
    for path in ["/..%2fadmin", "/%2e%2e/admin", "/../admin", "/a%2f..%2f..%2fadmin", "//admin", "/..;/admin"] {
        assert_eq!(status(&world.get(path, &cookie, "")), 400, "{path}");
    }
    assert_eq!(one.requests().len(), before);
}

#[test]
fn e7_an_app_behind_a_prefix_stays_within_its_tenant() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, DESK);
    let kit = Kit::new("desk");
    let address = kit.clear(&world);
    serve(&world, forwarding(&[format!("http://{address}")]));
    let origin = format!("https://{DESK}:8443");
    let said = |query: &str| {
        world
            .ask(&format!("GET /contoso.example/say?{query} HTTP/1.1\r\nHost: {DESK}:8443\r\nCookie: {cookie}\r\n\r\n"))
    };
    let answer = said(&format!(
        "location=/x&content-location=http%3A%2F%2F{address}%2Fy&refresh=5;url%3D%2Fz&set-cookie=a%3D1;%20Path%3D%2F"
    ));
    assert_eq!(status(&answer), 200, "{answer}");
    assert_eq!(field(&answer, "location"), Some(format!("{origin}/contoso.example/x").as_str()));
    assert_eq!(field(&answer, "content-location"), Some(format!("{origin}/contoso.example/y").as_str()));
    assert_eq!(field(&answer, "refresh"), Some(format!("5; url={origin}/contoso.example/z").as_str()));
    assert_eq!(field(&answer, "set-cookie"), Some("a=1; Path=/contoso.example/"));
    for elsewhere in ["/northwind.example/x", "/%252e%252e/northwind.example/x", "..%2F..%2Fnorthwind.example/x"] {
        let answer = said(&format!("location={elsewhere}"));
        let location = field(&answer, "location").unwrap();
        assert!(location.starts_with(&format!("{origin}/contoso.example/")), "{elsewhere} became {location}");
    }
    let other =
        said("location=https%3A%2F%2Felsewhere.example%2F&set-cookie=a%3D1;%20Domain%3Dlocalhost;%20Path%3D%2F");
    assert_eq!(field(&other, "location"), Some("https://elsewhere.example/"));
    assert_eq!(field(&other, "set-cookie"), None);
    // The control: without a prefix nothing is put before anything.
    let (_, cookie) = world.signed_in(1, WIKI);
    let answer = world.get("/say?location=/x&set-cookie=a%3D1;%20Path%3D%2F", &cookie, "");
    assert_eq!((field(&answer, "location"), field(&answer, "set-cookie")), (Some("/x"), Some("a=1; Path=/")));
}

#[test]
fn an_app_under_maintenance_says_so_to_its_guests_alone() {
    let world = World::new();
    let (_, cookie) = world.signed_in(1, WIKI);
    let kit = Kit::new("app");
    let mut closed = forwarding(&[format!("http://{}", kit.clear(&world))]);
    closed.maintenance = Some(Maintenance { text: "Back at <nine>.".into(), retry_after: Duration::from_secs(90) });
    serve(&world, closed);
    let page = world.get("/", &cookie, "Accept: text/html\r\nAccept-Language: nl\r\n");
    assert_eq!((status(&page), field(&page, "retry-after")), (503, Some("90")));
    assert!(page.contains("Back at &lt;nine&gt;.") && page.contains("Er wordt aan deze app gewerkt"), "{page}");
    let json = world.get("/", &cookie, "Accept: application/json\r\n");
    assert_eq!((status(&json), field(&json, "retry-after")), (503, Some("90")));
    assert!(json.contains("\"code\":\"maintenance\""), "{json}");
    // Strangers learn nothing.
    let (_, northwind) = world.signed_in(2, WIKI);
    for stranger in ["", northwind.as_str()] {
        assert_eq!(status(&world.get("/", stranger, "Accept: application/json\r\n")), 401);
        assert_eq!(status(&world.get("/", stranger, "Accept: text/html\r\n")), 303);
    }
    assert!(kit.requests().is_empty());
}
