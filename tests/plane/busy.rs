//! Streams that never pause: they are judged as often as those that do, by what was changed and by time (attack row D10).

use std::io::Read;
use std::time::{Duration, Instant};

use vestibule::model::{Mode, Tenant, Traffic};
use vestibule::snapshot::Snapshot;

use crate::plane::world::*;

fn public() -> Traffic {
    Traffic { public: vec!["/flood".parse().unwrap()], ..Traffic::default() }
}

/// The wiki of Contoso, as somebody leaves it.
fn wiki(world: &World, traffic: &Traffic, change: impl FnOnce(&mut Tenant)) -> Snapshot {
    let mut contoso = tenant(1, &["contoso.example", "contoso.localhost"], &[1]);
    change(&mut contoso);
    Snapshot::build([contoso], [app(1, WIKI, Mode::Host, world.ledger.address, traffic)]).unwrap()
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
        let (mut piece, mut last) = (vec![0; 64 * 1024], Vec::new());
        while begun.elapsed() < longest {
            match self.0.stream.read(&mut piece) {
                Ok(read @ 1..) => last = piece[read.saturating_sub(5)..read].to_vec(),
                _ => break,
            }
            std::thread::sleep(Duration::from_millis(1));
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
    let world = World::allowing(public(), None);
    type Change = fn(&World) -> Snapshot;
    let changes: [(&str, Change); 5] = [
        ("the address is public no more", |world| wiki(world, &Traffic::default(), |_| {})),
        ("the tenant is disabled", |world| wiki(world, &public(), |contoso| contoso.enabled = false)),
        ("the tenant uses the app no more", |world| wiki(world, &public(), |it| it.service_principals.clear())),
        ("the domain is another's", |world| {
            let others = tenant(2, &["contoso.localhost"], &[1]);
            let contoso = tenant(1, &["contoso.example"], &[]);
            Snapshot::build([others, contoso], [app(1, WIKI, Mode::Host, world.ledger.address, &public())]).unwrap()
        }),
        ("there is no such app", |_| {
            Snapshot::build([tenant(1, &["contoso.example", "contoso.localhost"], &[])], []).unwrap()
        }),
    ];
    for (what, change) in changes {
        world.allows(&public());
        let mut taker = Taker::begin(&world, "");
        let (took, _) = taker.take(Duration::from_millis(1_500));
        assert!(took >= Duration::from_millis(1_500), "{what}: it goes on while it may");
        world.follows(change(&world));
        is_cut(what, &mut taker);
    }
}

#[test]
fn d10_a_guests_stream_that_never_pauses_ends_with_what_let_it_in() {
    let world = World::new();
    let (session, cookie) = world.signed_in(1, WIKI);
    let cookie = format!("Cookie: {cookie}\r\n");
    let mut taker = Taker::begin(&world, &cookie);
    let (took, _) = taker.take(Duration::from_millis(1_500));
    assert!(took >= Duration::from_millis(1_500), "it goes on while it may");
    // A change that is none for this stream.
    world.follows(wiki(&world, &public(), |_| {}));
    let (took, _) = taker.take(Duration::from_millis(1_500));
    assert!(took >= Duration::from_millis(1_500), "it still may");
    world.follows(wiki(&world, &Traffic::default(), |contoso| contoso.service_principals.clear()));
    is_cut("the tenant uses the app no more", &mut taker);

    world.allows(&Traffic::default());
    let mut taker = Taker::begin(&world, &cookie);
    taker.take(Duration::from_millis(300));
    world.end(&session);
    is_cut("the session was ended", &mut taker);
}

#[test]
fn d8_d10_a_stream_that_never_pauses_ends_when_the_session_is_too_old() {
    let world = World::new();
    let (_, cookie) = world.signed_in_for(1, WIKI, Duration::from_secs(2));
    let mut taker = Taker::begin(&world, &format!("Cookie: {cookie}\r\n"));
    let (took, _) = taker.take(Duration::from_millis(1_000));
    assert!(took >= Duration::from_millis(1_000), "it goes on while it may");
    is_cut("by time alone", &mut taker);
}
