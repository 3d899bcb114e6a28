//! Whatever ends a session, the applications that got tokens in it hear of it, once, and also after a restart.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, CONTOSO, RelyingParty, Reply, World, free_port, free_ports, world};

const GUEST: &str = "guest@fabrikam.example";
const BOARD: &str = "c0a70500-0000-4000-8000-0000000000b3";

/// A guest at Portal, and the claims of the ID token.
async fn guest_at_portal(world: &World) -> (Browser, Value) {
    let (portal, browser) = (RelyingParty::portal(world), world.browser());
    let page = portal.sends(&browser, &[]).await;
    let page = browser.presses(&page, "Continue", &[("address", GUEST)]).await;
    let page = signs_in_at_fabrikam(&browser, &page, GUEST).await;
    let (page, _) = accepts_everything(&browser, page).await;
    let tokens = portal.exchanges(Reply::of(&page).code()).await.json();
    let claims = portal.believes(tokens["id_token"].as_str().unwrap()).await;
    (browser, claims)
}

/// The member at Portal.
async fn member_at_portal(world: &World) -> (Browser, Value) {
    let (portal, browser) = (RelyingParty::portal(world), world.browser());
    let tokens = portal.exchanges(portal.signs_member_in(&browser, &[]).await.code()).await.json();
    let claims = portal.believes(tokens["id_token"].as_str().unwrap()).await;
    (browser, claims)
}

/// What Portal was told, once it was told so often; a moment later it is no more.
async fn told(world: &World, times: usize) -> Vec<Value> {
    for _ in 0..120 {
        if world.demo.parts().portal().told().len() >= times {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let told = world.demo.parts().portal().told();
    assert_eq!(told.len(), times, "{told:?}");
    told
}

#[track_caller]
fn is_about(told: &Value, claims: &Value) {
    for name in ["iss", "aud", "sub", "sid"] {
        assert_eq!(told[name], claims[name], "{name}");
    }
    assert_eq!(told["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    let (from, until) = (told["iat"].as_i64().unwrap(), told["exp"].as_i64().unwrap());
    assert!(from < until && until <= from + 120, "{told}");
    assert!(told.get("nonce").is_none() && told["jti"].as_str().is_some_and(|id| id.len() >= 20), "{told}");
}

/// J12: each way in which a person, an application or an administrator ends a session.
#[tokio::test(flavor = "multi_thread")]
async fn j12_an_application_hears_of_each_way_in_which_a_session_ends() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let sign_out = world.broker("/contoso.example/sign-out");
    let mut names = BTreeSet::new();
    for way in ["here", "everywhere", "from an app", "by the application"] {
        let (browser, claims) = member_at_portal(&world).await;
        match way {
            "here" => {
                let page = browser.opens(&sign_out).await;
                browser.presses(&page, "Sign out", &[]).await;
            }
            "everywhere" => {
                let page = browser.opens(&sign_out).await;
                browser.presses(&page, "Sign out everywhere", &[]).await;
            }
            "from an app" => {
                browser.opens(&world.wiki("/")).await.status(200);
                let page = browser.opens(&world.wiki("/.vestibule/sign-out")).await;
                browser.presses(&page, "Sign out", &[]).await;
            }
            _ => {
                let tokens = portal.exchanges(portal.asks(&browser, &[]).await.code()).await.json();
                let hint = tokens["id_token"].as_str().unwrap();
                browser.opens(&format!("{}?id_token_hint={hint}", portal.endpoint("oauth2/v2.0/logout"))).await;
            }
        }
        let heard = told(&world, names.len() + 1).await;
        is_about(&heard[0], &claims);
        assert!(names.insert(heard[0]["jti"].to_string()), "{way}");
    }
    let ways: [(&str, &[&str], &[&str]); 5] = [
        ("a reset of the second factor", &["guest", "reset-mfa", GUEST], &[]),
        ("an app that was taken away", &["guest", "unassign", GUEST, "--app", BOARD], &[]),
        ("a block", &["guest", "block", GUEST], &["guest", "unblock", GUEST]),
        ("a reset", &["guest", "reset", GUEST], &[]),
        ("a deletion", &["guest", "delete", GUEST], &[]),
    ];
    for (way, ends, mends) in ways {
        let (_browser, claims) = guest_at_portal(&world).await;
        for words in [ends, mends].into_iter().filter(|words| !words.is_empty()) {
            let (code, out) = world.command(&[words, &["--tenant", "contoso.example"]].concat()).await;
            assert_eq!(code, 0, "{way}: {out}");
        }
        let heard = told(&world, names.len() + 1).await;
        is_about(&heard[0], &claims);
        assert!(names.insert(heard[0]["jti"].to_string()), "{way}");
    }
    // Nothing is left to be told.
    let tenant = CONTOSO.parse().unwrap();
    assert_eq!(world.demo.app().sessions.noted_endings(tenant).await.unwrap(), []);
}

/// Whoever does not answer is told again, and a restart in between loses nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_was_away_hears_of_it_later() {
    let folder = tempfile::tempdir().unwrap();
    let (port, mail) = (free_ports(), free_port());
    let world = World::start(folder.path(), port, mail).await;
    let (browser, claims) = member_at_portal(&world).await;
    let away = world.demo.parts().portal().clone();
    away.is_deaf(true);
    let page = browser.opens(&world.broker("/contoso.example/sign-out")).await;
    browser.presses(&page, "Sign out", &[]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    away.is_deaf(false);
    is_about(&told(&world, 1).await[0], &claims);

    let (browser, claims) = member_at_portal(&world).await;
    away.is_deaf(true);
    let page = browser.opens(&world.broker("/contoso.example/sign-out")).await;
    browser.presses(&page, "Sign out", &[]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let tenant = CONTOSO.parse().unwrap();
    assert_eq!(world.demo.app().sessions.noted_endings(tenant).await.unwrap().len(), 1);
    world.demo.stop().await;
    assert_eq!(away.told().len(), 1, "the control: the second ending was never heard");
    let world = World::start(folder.path(), port, mail).await;
    is_about(&told(&world, 1).await[0], &claims);
    assert_eq!(world.demo.app().sessions.noted_endings(tenant).await.unwrap(), []);
}
