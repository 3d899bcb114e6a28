//! A logout token of a home organization at a bad moment: what fails here must not use it up, and nobody fills the log with it.

use std::time::Duration;

use serde_json::Value;
use vestibule::keys::sha256_hex;
use vestibule::model::TenantId;
use vestibule::short_term::{Key, Kind, NAMES_PER_SET};

use super::home_logout::{
    address, arrives, home, is_heard, is_in, is_refused, northwind as at_northwind, posts, sessions,
};
use super::relink::changes;
use crate::actors::{CONTOSO, NORTHWIND, World, logged, world};

const GUEST: &str = "guest@fabrikam.example";
const SUBJECT: &str = "fb-5b1f2c70e9d84a31";

fn token(world: &World, sid: Option<&str>) -> String {
    let fabrikam = world.demo.parts().fabrikam();
    let mut claims = fabrikam.logout_claims("vestibule-contoso", SUBJECT, sid.unwrap_or_default());
    if sid.is_none() {
        claims.as_object_mut().unwrap().remove("sid");
    }
    fabrikam.logout_token(&claims).unwrap()
}

/// J5, INV8: while the short-term store fails nobody is told that somebody was signed out, and the very token counts later.
#[tokio::test(flavor = "multi_thread")]
async fn j5_a_store_that_fails_does_not_use_the_logout_token_up() {
    let world = world().await;
    let browser = world.browser();
    let app = world.demo.app();
    let here = address(&world, CONTOSO, "fabrikam");
    for by_sid in [false, true] {
        arrives(&browser, &world.wiki("/"), GUEST).await.status(200);
        let session = sessions(&world, CONTOSO, GUEST).await.remove(0);
        let sid = home(&session).sid.filter(|_| by_sid);
        let name = sid.as_ref().map_or_else(|| format!("sub\n{SUBJECT}"), |sid| format!("sid\n{sid}"));
        let name = sha256_hex(format!("{}\n{name}", session.identity.issuer).as_bytes());
        let index = Key::of(session.tenant, Kind::Index, format!("home:fabrikam:{name}"));
        // What stands there can no longer be read, which is how this store fails and no other part of it does.
        let kept = app.short_term.get(&index).await.unwrap().expect("the session is listed there");
        app.short_term.put(&index, b"no set", Duration::from_secs(3600)).await.unwrap();
        let token = token(&world, sid.as_deref());
        let fields = [("logout_token", token.as_str())];
        for _ in 0..3 {
            // Not 400, after which a provider gives up; and not "used already".
            let answer = posts(&world, &here, &fields).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (503, &"temporarily_unavailable".into()));
            assert!(is_in(&browser, &world.wiki("/")).await);
        }
        app.short_term.put(&index, &kept, Duration::from_secs(3600)).await.unwrap();
        is_heard(&posts(&world, &here, &fields).await);
        assert!(!is_in(&browser, &world.wiki("/")).await);
        // The control: once followed, it is used up.
        is_refused(&posts(&world, &here, &fields).await, "used already");
    }
}

/// J5: the same when it is the directory that does not answer.
#[tokio::test(flavor = "multi_thread")]
async fn j5_a_directory_that_fails_does_not_use_the_logout_token_up() {
    use sqlx::Connection as _;
    let folder = tempfile::tempdir().unwrap();
    let world = World::start(folder.path(), crate::actors::free_ports(), crate::actors::free_port()).await;
    let browser = world.browser();
    arrives(&browser, &world.wiki("/"), GUEST).await.status(200);
    let path = folder.path().join("directory.db");
    let mut other = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let token = token(&world, None);
    let fields = [("logout_token", token.as_str())];
    let here = address(&world, CONTOSO, "fabrikam");
    posts(&world, &here, &fields).await.status(503);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    is_heard(&posts(&world, &here, &fields).await);
    assert!(!is_in(&browser, &world.wiki("/")).await);
    is_refused(&posts(&world, &here, &fields).await, "used already");
}

/// What was logged about the connection of this name.
fn lines_about(connection: &str) -> Vec<Value> {
    let mut lines = logged();
    lines.retain(|line| line["fields"]["connection.name"] == connection);
    lines
}

/// K: whoever sends what is refused, again and again, does not fill the log; a logout that works is one line.
#[tokio::test(flavor = "multi_thread")]
async fn k_refused_logout_tokens_do_not_fill_the_log() {
    let world = world().await;
    // Under a name of its own, so that no other story's lines are counted.
    changes(&world, CONTOSO, |tenant| {
        for connection in tenant.connections.iter_mut().filter(|one| one.name.as_str() == "fabrikam") {
            connection.name = "counted".parse().unwrap();
        }
    });
    let here = address(&world, CONTOSO, "counted");
    let good = token(&world, None);
    let refused = [("logout_token", "a.b.c")];
    is_heard(&posts(&world, &here, &[("logout_token", &good)]).await);
    assert_eq!(lines_about("counted").len(), 1);
    is_refused(&posts(&world, &here, &refused).await, "");
    is_refused(&posts(&world, &here, &[("logout_token", &good)]).await, "used already");
    let lines = lines_about("counted");
    assert_eq!(lines.iter().map(|line| line["level"].as_str().unwrap()).collect::<Vec<_>>(), ["INFO", "WARN", "WARN"]);
    assert!(lines.iter().all(|line| !line.to_string().contains(SUBJECT) && !line.to_string().contains(&good[..40])));

    // The demo lets its one network try 6,000 times a minute, five times as often as a person would.
    let limit = world.demo.app().settings.limits.attempts_per_minute * 5;
    let key = Key::of(CONTOSO.parse().unwrap(), Kind::Limit, "logout-tokens:127.0.0.0/24");
    while world.demo.app().short_term.count(&key, Duration::from_secs(60)).await.unwrap() < limit {}
    // What is refused and what was heard before: neither is told of any more.
    for fields in [&refused[..], &[("logout_token", good.as_str())]] {
        for _ in 0..20 {
            posts(&world, &here, fields).await.status(429);
        }
    }
    assert_eq!(lines_about("counted").len(), 3);
    // Of copies that come at once, those that wait are told to and fill nothing either; a good one is one line.
    let other = token(&world, None);
    let fields = [("logout_token", other.as_str())];
    let answers = futures_util::future::join_all((0..50).map(|_| posts(&world, &here, &fields))).await;
    assert_eq!(answers.iter().filter(|page| page.status == 200).count(), 1);
    assert!(answers.iter().all(|page| [200, 429, 503].contains(&page.status.as_u16())));
    assert_eq!(lines_about("counted").len(), 4);
}

/// A16, C5: a good token that costs a search through all sessions is counted for its connection; beyond, the provider is told to
/// wait and nobody else is.
#[tokio::test(flavor = "multi_thread")]
async fn a16_c5_one_provider_keeps_the_search_from_nobody() {
    let world = world().await;
    let app = world.demo.app();
    let (contoso, northwind): (TenantId, TenantId) = (CONTOSO.parse().unwrap(), NORTHWIND.parse().unwrap());
    let browser = world.browser();
    let minute = Duration::from_secs(60);
    // In both tenants, whose lists are so full that nobody knows whether they are whole, and where he is not listed.
    for (tenant, url) in [(CONTOSO, world.wiki("/")), (NORTHWIND, at_northwind(&world))] {
        arrives(&browser, &url, GUEST).await.status(200);
        let session = sessions(&world, tenant, GUEST).await.remove(0);
        let name = sha256_hex(format!("{}\nsub\n{SUBJECT}", session.identity.issuer).as_bytes());
        let index = Key::of(session.tenant, Kind::Index, format!("home:fabrikam:{name}"));
        for number in 0..=NAMES_PER_SET {
            app.short_term.enlist(&index, &format!("crowd {number}"), Duration::from_secs(48 * 3600)).await.unwrap();
        }
        assert!(app.short_term.lacks(&index).await.unwrap());
    }
    let own = Key::of(contoso, Kind::Limit, "logout-searches:fabrikam");
    while app.short_term.count(&own, minute).await.unwrap() < 10 {}
    let here = address(&world, CONTOSO, "fabrikam");
    let token_of = |client: &str, subject: &str| {
        let fabrikam = world.demo.parts().fabrikam();
        let mut claims = fabrikam.logout_claims(client, subject, "");
        claims.as_object_mut().unwrap().remove("sid");
        fabrikam.logout_token(&claims).unwrap()
    };
    let costly = token_of("vestibule-contoso", SUBJECT);
    for _ in 0..3 {
        let answer = posts(&world, &here, &[("logout_token", &costly)]).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (429, &"temporarily_unavailable".into()));
        assert_eq!(
            (&answer.headers["retry-after"], &answer.headers["cache-control"]),
            (&"60".parse().unwrap(), &"no-store".parse().unwrap())
        );
    }
    assert!(is_in(&browser, &world.wiki("/")).await);
    // Others go on: a token of this connection that costs no search, and the very search for another tenant.
    is_heard(&posts(&world, &here, &[("logout_token", &token_of("vestibule-contoso", "nobody"))]).await);
    let there = address(&world, NORTHWIND, "fabrikam");
    is_heard(&posts(&world, &there, &[("logout_token", &token_of("vestibule-northwind", SUBJECT))]).await);
    assert!(!is_in(&browser, &at_northwind(&world)).await);
    // What the connection tried in vain is not counted for its tenant; many connections of a tenant are.
    let of_tenant = Key::of(contoso, Kind::Limit, "all-logout-searches");
    assert_eq!(app.short_term.count(&of_tenant, minute).await.unwrap(), 1);
    while app.short_term.count(&of_tenant, minute).await.unwrap() < 30 {}
    app.short_term.remove(&own).await.unwrap();
    posts(&world, &here, &[("logout_token", &costly)]).await.status(429);
    // The minute is over: the very token that had to wait.
    for key in [own, of_tenant, Key::of(northwind, Kind::Limit, "all-logout-searches")] {
        app.short_term.remove(&key).await.unwrap();
    }
    is_heard(&posts(&world, &here, &[("logout_token", &costly)]).await);
    assert!(!is_in(&browser, &world.wiki("/")).await);
    is_refused(&posts(&world, &here, &[("logout_token", &costly)]).await, "used already");
}
