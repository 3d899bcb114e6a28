//! A signing key leaked: the operator withdraws it, and what it signed is worth nothing, at once.

use serde_json::Value;

use crate::actors::{PORTAL, RelyingParty, SCRIPTS, World, world};

/// `kid`s that the tenant publishes, in no order that means anything.
async fn published(portal: &RelyingParty) -> Vec<String> {
    let set = portal.gets("discovery/v2.0/keys", &[]).await.json();
    let mut kids: Vec<String> =
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect();
    kids.sort();
    kids
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

async fn is_active(portal: &RelyingParty, token: &str) -> bool {
    portal.tells("introspect", token).await.json()["active"] == true
}

async fn withdraw(world: &World, more: &[&str]) -> Value {
    let words = [&["keys", "withdraw", "--tenant", "contoso.example", "--json"], more].concat();
    let (code, said) = world.command(&words).await;
    assert_eq!(code, 0, "{said}");
    serde_json::from_str(&said).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn j11_what_a_withdrawn_key_signed_is_refused_at_once() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let code = portal.signs_member_in(&browser, &[]).await.code().to_owned();
    let tokens = portal.exchanges(&code).await.json();
    let (access, id_token) = (text(&tokens, "access_token"), text(&tokens, "id_token"));
    let own = [("grant_type", "client_credentials"), ("scope", &format!("{PORTAL}/.default"))];
    let machine = portal.token(&own).await.json();
    let machine = text(&machine, "access_token");
    // Until then everything counts.
    portal.userinfo(access).await.status(200);
    assert!(is_active(&portal, access).await && is_active(&portal, machine).await);
    let hinted = [("prompt", Some("none")), ("id_token_hint", Some(id_token))];
    portal.asks(&browser, &hinted).await.code();
    let before = published(&portal).await;

    let done = withdraw(&world, &[]).await;
    assert_eq!(done.as_array().unwrap().len(), 2, "{done}");
    portal.userinfo(access).await.status(401);
    assert!(!is_active(&portal, access).await && !is_active(&portal, machine).await);
    assert_eq!(portal.asks(&browser, &hinted).await.get("error"), "invalid_request", "its hint is nobody's");
    let after = published(&portal).await;
    assert!(after.iter().all(|kid| !before.contains(kid)), "{before:?} {after:?}");
    for one in done.as_array().unwrap() {
        assert!(after.contains(&text(one, "signingKeyId").to_owned()), "{done}");
    }

    // Nobody is signed out: sessions and refresh tokens hang on no signature. What is made now is good.
    let renewed = portal.refreshes(text(&tokens, "refresh_token")).await.json();
    portal.userinfo(text(&renewed, "access_token")).await.status(200);
    let claims = portal.believes(text(&renewed, "id_token")).await;
    assert_eq!(claims["aud"], PORTAL);
    portal.asks(&browser, &[("prompt", Some("none"))]).await.code();

    let (code, said) = world.command(&["audit", "--json"]).await;
    assert_eq!(code, 0, "{said}");
    let (code, said) = world.command(&["keys", "withdraw", "--tenant", "contoso.example", "--key", &before[0]]).await;
    assert!(code == 1 && said.contains("has no signing key"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn j11_one_key_goes_and_the_one_that_waits_signs() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let mut northwind = portal.clone();
    northwind.tenant = crate::actors::NORTHWIND.to_owned();
    let others = published(&northwind).await;
    let (code, said) = world.command(&["keys", "rotate", "--tenant", "contoso.example", "--json"]).await;
    assert_eq!(code, 0, "{said}");
    let next: Value = serde_json::from_str(&said).unwrap();
    let next = next.as_array().unwrap().iter().find(|key| key["algorithm"] == "RS256").unwrap();
    let browser = world.browser();
    let tokens = portal.exchanges(portal.signs_member_in(&browser, &[]).await.code()).await.json();
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let leaked = kid(text(&tokens, "id_token"));
    let done = withdraw(&world, &["--key", &leaked]).await;
    assert_eq!((&done[0]["withdrawnKeyIds"][0], &done[0]["signingKeyId"]), (&leaked.as_str().into(), &next["keyId"]));
    let renewed = portal.refreshes(text(&tokens, "refresh_token")).await.json();
    assert_eq!(
        kid(text(&renewed, "id_token")),
        text(next, "keyId"),
        "published before, so that whoever keeps keys knows it"
    );
    // Access tokens are signed with another key, which nobody knows.
    portal.userinfo(text(&tokens, "access_token")).await.status(200);
    assert_eq!(published(&northwind).await, others, "another tenant has keys of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn j11_a_withdrawn_key_does_not_come_back_with_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let (port, mail_port) = (crate::actors::free_ports(), crate::actors::free_port());
    let world = World::start(folder.path(), port, mail_port).await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let tokens = portal.exchanges(portal.signs_member_in(&browser, &[]).await.code()).await.json();
    withdraw(&world, &[]).await;
    let after = published(&portal).await;
    world.demo.stop().await;

    let world = World::start(folder.path(), port, mail_port).await;
    let portal = RelyingParty::portal(&world);
    assert_eq!(published(&portal).await, after);
    portal.userinfo(text(&tokens, "access_token")).await.status(401);
    let renewed = portal.refreshes(text(&tokens, "refresh_token")).await.json();
    portal.userinfo(text(&renewed, "access_token")).await.status(200);
}

/// J11, J7: whoever got hold of a key that nobody is told of any more makes no token with it that we believe ourselves, however
/// late the token says that it ends.
#[tokio::test(flavor = "multi_thread")]
async fn j11_a_key_that_is_published_no_more_opens_nothing_here_either() {
    const HOUR: i64 = 3_600_000_000;
    // The next key began to sign this long ago; for two days after that the one before it counts.
    for (hours, counts) in [(1, true), (47, true), (49, false), (24 * 30, false)] {
        let folder = tempfile::tempdir().unwrap();
        let (port, mail_port) = (crate::actors::free_ports(), crate::actors::free_port());
        let world = World::start(folder.path(), port, mail_port).await;
        let (portal, browser) = (RelyingParty::portal(&world), world.browser());
        let tokens = portal.exchanges(portal.signs_member_in(&browser, &[]).await.code()).await.json();
        let api = [("grant_type", "client_credentials"), ("scope", "https://graph.microsoft.com/.default")];
        let machine = RelyingParty { id: SCRIPTS, ..portal.clone() }.token(&api).await.json();
        let before = published(&portal).await;
        let (code, said) = world.command(&["keys", "rotate", "--tenant", "contoso.example"]).await;
        assert_eq!(code, 0, "{said}");
        world.demo.stop().await;
        ages(&folder.path().join("directory.db"), &before, 24 * 60 * HOUR, (24 + hours) * HOUR).await;

        let world = World::start(folder.path(), port, mail_port).await;
        let portal = RelyingParty::portal(&world);
        let access = text(&tokens, "access_token");
        assert_eq!(is_active(&portal, access).await, counts, "introspection, {hours} hours");
        assert_eq!(portal.userinfo(access).await.status == 200, counts, "userinfo, {hours} hours");
        let bearer = format!("Bearer {}", text(&machine, "access_token"));
        let headers = [("authorization", bearer.as_str())];
        let users = world.browser().asks(http::Method::GET, &world.broker("/v1.0/users?$top=1"), &headers, "").await;
        assert_eq!(users.status.as_u16(), if counts { 200 } else { 401 }, "the API, {hours} hours");
        // Who somebody was is still said by an ID token of long ago, and what is signed now is good.
        let hinted = [("prompt", Some("none")), ("id_token_hint", Some(text(&tokens, "id_token")))];
        portal.asks(&browser, &hinted).await.code();
        let renewed = portal.refreshes(text(&tokens, "refresh_token")).await.json();
        portal.userinfo(text(&renewed, "access_token")).await.status(200);
        let again = RelyingParty { id: SCRIPTS, ..portal.clone() }.token(&api).await.json();
        let bearer = format!("Bearer {}", text(&again, "access_token"));
        let headers = [("authorization", bearer.as_str())];
        world.browser().asks(http::Method::GET, &world.broker("/v1.0/users?$top=1"), &headers, "").await.status(200);
    }
}

/// Lets the keys of these names have been made so long ago, and the others so long.
async fn ages(directory: &std::path::Path, kids: &[String], theirs: i64, others: i64) {
    use sqlx::Connection as _;
    let mut editor = sqlx::SqliteConnection::connect(&format!("sqlite://{}", directory.display())).await.unwrap();
    let change = "UPDATE keys SET created_at = created_at - CASE WHEN id IN (SELECT value FROM json_each(?)) THEN ? ELSE ? END \
                  WHERE purpose LIKE 'signing-%'";
    let kids = serde_json::to_string(kids).unwrap();
    sqlx::query(change).bind(kids).bind(theirs).bind(others).execute(&mut editor).await.unwrap();
}
