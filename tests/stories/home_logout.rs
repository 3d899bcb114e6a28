//! A home organization says that somebody signed out there: what came from there ends here, and nothing else does.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use url::form_urlencoded;
use vestibule::model::{HomeSession, SessionRecord, TenantId, UserId};

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use super::guest_life::{JSON, run, settled};
use crate::actors::{Browser, CONTOSO, NORTHWIND, Page, RelyingParty, World, world};

const GUEST: &str = "guest@fabrikam.example";
const WORKER: &str = "direct@fabrikam.example";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Signs in at Fabrikam and accepts whatever is asked, up to an app of Contoso or Northwind.
pub(super) async fn arrives(browser: &Browser, url: &str, user: &str) -> Page {
    let mut page = browser.opens(url).await;
    for _ in 0..2 {
        if page.form_with_button("Continue").is_some() && page.text().contains("Sign in to") {
            page = browser.presses(&page, "Continue", &[("address", user)]).await;
        }
    }
    if page.url.host_str() == Some("login.fabrikam.localhost") {
        page = signs_in_at_fabrikam(browser, &page, user).await;
    }
    accepts_everything(browser, page).await.0
}

pub(super) fn northwind(world: &World) -> String {
    world.at("desk.apps.localhost", "/northwind.example/")
}

/// 200 for whoever is signed in, 401 for everybody else.
pub(super) async fn is_in(browser: &Browser, url: &str) -> bool {
    browser.asks(Method::GET, url, &JSON, "").await.status.as_u16() == 200
}

/// Waits for the end of a session. The browser is not asked meanwhile: an answer that is on its way when the session ends is cut.
async fn ends(world: &World, session: &SessionRecord) {
    for _ in 0..100 {
        if world.demo.app().sessions.find(session.tenant, session.id).await.unwrap().is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("signed out at home, and still in here");
}

pub(super) fn address(world: &World, tenant: &str, connection: &str) -> String {
    world.broker(&format!("/{tenant}/federation/{connection}/backchannel-logout"))
}

pub(super) async fn posts(world: &World, url: &str, fields: &[(&str, &str)]) -> Page {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    world.browser().asks(Method::POST, url, &[FORM], &body).await
}

pub(super) async fn tells(world: &World, url: &str, claims: &Value) -> Page {
    let token = world.demo.parts().fabrikam().logout_token(claims).unwrap();
    posts(world, url, &[("logout_token", &token)]).await
}

#[track_caller]
pub(super) fn is_refused(page: &Page, part: &str) {
    let answer = page.json();
    assert_eq!((page.status.as_u16(), answer["error"].as_str()), (400, Some("invalid_request")), "{}", page.body);
    assert!(answer["error_description"].as_str().unwrap().contains(part), "{answer} does not say {part}");
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[track_caller]
pub(super) fn is_heard(page: &Page) {
    assert_eq!((page.status.as_u16(), page.body.as_str()), (200, ""));
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.headers.get("set-cookie").is_none());
}

/// The sessions of a guest, the one used last first.
pub(super) async fn sessions(world: &World, tenant: &str, address: &str) -> Vec<Arc<SessionRecord>> {
    let id: UserId = world.guest(tenant, address).await["id"].as_str().unwrap().parse().unwrap();
    let tenant: TenantId = tenant.parse().unwrap();
    let found = world.demo.app().sessions.of_user(tenant, id).await.unwrap();
    found.iter().map(|session| session.record().clone()).collect()
}

pub(super) fn home(session: &SessionRecord) -> HomeSession {
    session.home.clone().unwrap()
}

/// With the demo's own home organization, which tells by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_signs_out_at_home_is_signed_out_here() {
    let world = world().await;
    let (laptop, phone) = (world.browser(), world.browser());
    arrives(&laptop, &world.wiki("/"), GUEST).await.status(200);
    let here = sessions(&world, CONTOSO, GUEST).await.remove(0);
    arrives(&laptop, &northwind(&world), GUEST).await.status(200).sees("Desk");
    let there = sessions(&world, NORTHWIND, GUEST).await.remove(0);
    assert_eq!(home(&here), home(&there), "one session at home");
    arrives(&phone, &world.wiki("/"), GUEST).await.status(200);
    let other = settled(&world, "passcode@mail.example").await;
    // A client of ours, that got tokens in the session which is about to end.
    let portal = RelyingParty::portal(&world);
    let tokens = portal.exchanges(portal.asks(&laptop, &[]).await.code()).await.json();
    assert!(world.demo.parts().portal().told().is_empty());

    let page = laptop.opens(&world.at("login.fabrikam.localhost", "/sign-out")).await;
    laptop.presses(&page, "Sign out", &[]).await.sees("You are signed out of Fabrikam");
    // Each tenant is a client of its own, and each is told.
    for session in [&here, &there] {
        ends(&world, session).await;
    }
    assert!(!is_in(&laptop, &world.wiki("/")).await && !is_in(&laptop, &northwind(&world)).await);
    // Another session there, another person: nothing happens to them.
    assert!(is_in(&phone, &world.wiki("/")).await);
    assert!(is_in(&other, &world.wiki("/")).await);
    // What the session gave is over, and its client hears of it in turn.
    portal.userinfo(tokens["access_token"].as_str().unwrap()).await.status(401);
    for _ in 0..100 {
        if !world.demo.parts().portal().told().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.demo.parts().portal().told().len(), 1);
    // Signing in again begins something new.
    arrives(&laptop, &world.wiki("/"), GUEST).await.status(200);
    assert!(is_in(&laptop, &world.wiki("/")).await);
}

/// J5, INV6: a session there ends what came from it, at this tenant's connection alone.
#[tokio::test(flavor = "multi_thread")]
async fn j5_a_logout_token_ends_the_sessions_of_its_sid_or_its_sub_and_no_others() {
    let world = world().await;
    let [laptop, phone, tablet, abroad] = [world.browser(), world.browser(), world.browser(), world.browser()];
    arrives(&laptop, &world.wiki("/"), GUEST).await.status(200);
    let first = home(&sessions(&world, CONTOSO, GUEST).await[0]);
    arrives(&phone, &world.wiki("/"), GUEST).await.status(200);
    arrives(&abroad, &northwind(&world), GUEST).await.status(200);
    arrives(&tablet, &world.wiki("/"), WORKER).await.status(200);
    let other = home(&sessions(&world, CONTOSO, WORKER).await[0]);
    let away = home(&sessions(&world, NORTHWIND, GUEST).await[0]);
    assert_eq!((first.subject.as_str(), away.subject.as_str()), ("fb-5b1f2c70e9d84a31", "fb-5b1f2c70e9d84a31"));
    assert_ne!(first.sid, away.sid);

    let fabrikam = Arc::clone(world.demo.parts().fabrikam());
    let here = address(&world, CONTOSO, "fabrikam");
    let claims = |subject: Option<&str>, sid: Option<&str>| {
        let mut claims = fabrikam.logout_claims("vestibule-contoso", "", "");
        let object = claims.as_object_mut().unwrap();
        for (name, value) in [("sub", subject), ("sid", sid)] {
            match value {
                Some(value) => drop(object.insert(name.to_owned(), json!(value))),
                None => drop(object.remove(name)),
            }
        }
        claims
    };
    let all_in = async || {
        is_in(&laptop, &world.wiki("/")).await
            && is_in(&phone, &world.wiki("/")).await
            && is_in(&tablet, &world.wiki("/")).await
            && is_in(&abroad, &northwind(&world)).await
    };
    // Nobody at all, somebody else's session under this name, a session of the other tenant: heard, and nothing ends.
    for (subject, sid) in [
        (Some("nobody"), None),
        (None, Some("nothing")),
        (Some(other.subject.as_str()), first.sid.as_deref()),
        (Some(first.subject.as_str()), other.sid.as_deref()),
        (None, away.sid.as_deref()),
        (Some(away.subject.as_str()), away.sid.as_deref()),
        (Some("FB-5B1F2C70E9D84A31"), None),
        (Some("fb-5b1f2c70e9d84a31 "), None),
        (None, Some(first.subject.as_str())),
    ] {
        is_heard(&tells(&world, &here, &claims(subject, sid)).await);
        assert!(all_in().await, "{subject:?} {sid:?}");
    }
    // The session there, with and without the person beside it.
    is_heard(&tells(&world, &here, &claims(Some(&first.subject), first.sid.as_deref())).await);
    assert!(!is_in(&laptop, &world.wiki("/")).await);
    assert!(is_in(&phone, &world.wiki("/")).await && is_in(&abroad, &northwind(&world)).await);
    let second = home(&sessions(&world, CONTOSO, GUEST).await[0]);
    arrives(&laptop, &world.wiki("/"), GUEST).await.status(200);
    is_heard(&tells(&world, &here, &claims(None, second.sid.as_deref())).await);
    assert!(!is_in(&phone, &world.wiki("/")).await && is_in(&laptop, &world.wiki("/")).await);
    // The person: every session at this connection.
    arrives(&phone, &world.wiki("/"), GUEST).await.status(200);
    assert!(all_in().await);
    is_heard(&tells(&world, &here, &claims(Some(&first.subject), None)).await);
    assert!(!is_in(&laptop, &world.wiki("/")).await && !is_in(&phone, &world.wiki("/")).await);
    assert!(is_in(&tablet, &world.wiki("/")).await && is_in(&abroad, &northwind(&world)).await);

    // A line in the audit log for each session, and none for what was heard in vain.
    let lines =
        world.demo.app().store.read(CONTOSO.parse().unwrap()).await.unwrap().audit_lines(0, 10_000).await.unwrap();
    let by_home = |line: &&vestibule::model::AuditLine| {
        line.event.activity == "User sign-out"
            && line.event.details.contains(&("connection".to_owned(), "fabrikam".to_owned()))
    };
    assert_eq!(lines.iter().filter(by_home).count(), 4);
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));
}

/// J5, C1, A10: each address believes its own connection alone, each token once, and nothing but a form.
#[tokio::test(flavor = "multi_thread")]
async fn j5_a_logout_token_counts_once_at_its_own_address() {
    let world = world().await;
    let browser = world.browser();
    arrives(&browser, &world.wiki("/"), GUEST).await.status(200);
    let there = home(&sessions(&world, CONTOSO, GUEST).await[0]);
    let sid = there.sid.clone().unwrap();
    let fabrikam = Arc::clone(world.demo.parts().fabrikam());
    let claims = || fabrikam.logout_claims("vestibule-contoso", &there.subject, &sid);
    let good = fabrikam.logout_token(&claims()).unwrap();
    let here = address(&world, CONTOSO, "fabrikam");

    is_refused(&posts(&world, &address(&world, NORTHWIND, "fabrikam"), &[("logout_token", &good)]).await, "(aud)");
    is_refused(&posts(&world, &address(&world, CONTOSO, "sociable"), &[("logout_token", &good)]).await, "OAuth 2.0");
    for nowhere in [
        address(&world, CONTOSO, "nobody"),
        address(&world, CONTOSO, "FABRIKAM"),
        address(&world, CONTOSO, "fabrikam%00"),
        address(&world, "common", "fabrikam"),
        address(&world, "c0a70500-0000-4000-8000-00000000dead", "fabrikam"),
    ] {
        posts(&world, &nowhere, &[("logout_token", &good)]).await.status(404);
    }
    is_refused(&posts(&world, &here, &[]).await, "logout_token");
    is_refused(&posts(&world, &here, &[("logout_token", "")]).await, "logout_token");
    is_refused(&posts(&world, &here, &[("logout_token", &good), ("logout_token", &good)]).await, "twice");
    is_refused(&posts(&world, &format!("{here}?logout_token={good}"), &[]).await, "logout_token");
    let stranger = world.browser();
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        stranger.asks(method, &format!("{here}?logout_token={good}"), &[], "").await.status(405);
    }
    let as_json = json!({ "logout_token": good }).to_string();
    is_refused(&stranger.asks(Method::POST, &here, &[("content-type", "application/json")], &as_json).await, "form");
    let mut nonce = claims();
    nonce["nonce"] = json!("n");
    is_refused(&tells(&world, &here, &nonce).await, "nonce");
    let mut old = claims();
    old["iat"] = json!(old["iat"].as_i64().unwrap() - 700);
    is_refused(&tells(&world, &here, &old).await, "too old");
    assert!(is_in(&browser, &world.wiki("/")).await, "what was refused ended something");

    // The control: the very same token, at its own address.
    is_heard(&posts(&world, &here, &[("logout_token", &good)]).await);
    assert!(!is_in(&browser, &world.wiki("/")).await);
    // Somebody who saw it pass cannot sign the person out again.
    arrives(&browser, &world.wiki("/"), GUEST).await.status(200);
    is_refused(&posts(&world, &here, &[("logout_token", &good)]).await, "used already");
    let mut same_name = claims();
    same_name["jti"] = decoded(&good)["jti"].clone();
    same_name.as_object_mut().unwrap().remove("sid");
    is_refused(&tells(&world, &here, &same_name).await, "used already");
    assert!(is_in(&browser, &world.wiki("/")).await);
    // Of a hundred at once, one is heard.
    let again = fabrikam.logout_token(&claims()).unwrap();
    let fields = [("logout_token", again.as_str())];
    let answers = futures_util::future::join_all((0..100).map(|_| posts(&world, &here, &fields))).await;
    assert_eq!(answers.iter().filter(|page| page.status == 200).count(), 1);
    assert!(answers.iter().all(|page| [200, 400, 503].contains(&page.status.as_u16())));
    is_refused(&posts(&world, &here, &fields).await, "used already");
}

fn decoded(token: &str) -> Value {
    let payload = data_encoding::BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// J12: a sign-in that is still on its way here when its person signs out at home opens nothing any more.
#[tokio::test(flavor = "multi_thread")]
async fn j12_a_sign_in_under_way_does_not_outlive_the_sign_out_at_home() {
    for signs_out in [true, false] {
        let world = world().await;
        let browser = world.browser();
        // Invited under an alias, whose mailbox is proved after the sign-in, which takes a while.
        let page = browser.opens(&world.redeem_url("alias@fabrikam.example").await).await;
        let page = signs_in_at_fabrikam(&browser, &page, "worker@fabrikam.example").await;
        let page = browser.presses(&page, "Send a code to the invited address", &[]).await;
        let code = world.passcode("alias@fabrikam.example").await;
        if signs_out {
            let mut claims =
                world.demo.parts().fabrikam().logout_claims("vestibule-contoso", "fb-e84c61d7205f4b9a", "");
            claims.as_object_mut().unwrap().remove("sid");
            is_heard(&tells(&world, &address(&world, CONTOSO, "fabrikam"), &claims).await);
        }
        let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
        // The control: without a sign-out the same way leads on.
        assert_eq!(page.text().contains("Review permissions"), !signs_out, "{}", page.text());
    }
}

/// K: refused tokens are counted for the network that sends them, and a good one is heard all the same.
#[tokio::test(flavor = "multi_thread")]
async fn k_refused_logout_tokens_are_limited_and_good_ones_are_not() {
    let world = world().await;
    let browser = world.browser();
    arrives(&browser, &world.wiki("/"), GUEST).await.status(200);
    let there = home(&sessions(&world, CONTOSO, GUEST).await[0]);
    let here = address(&world, CONTOSO, "fabrikam");
    // The demo lets its one network try 6,000 times a minute, five times as often as a person would.
    let limit = world.demo.app().settings.limits.attempts_per_minute * 5;
    let key = vestibule::short_term::Key::of(
        CONTOSO.parse().unwrap(),
        vestibule::short_term::Kind::Limit,
        "logout-tokens:127.0.0.0/24",
    );
    is_refused(&posts(&world, &here, &[("logout_token", "a.b.c")]).await, "");
    let mut counted = 1;
    while counted < limit {
        counted = world.demo.app().short_term.count(&key, Duration::from_secs(60)).await.unwrap();
    }
    let limited = posts(&world, &here, &[("logout_token", "a.b.c")]).await;
    assert_eq!((limited.status.as_u16(), limited.headers["retry-after"].to_str().unwrap()), (429, "60"));
    assert!(is_in(&browser, &world.wiki("/")).await);
    let claims =
        world.demo.parts().fabrikam().logout_claims("vestibule-contoso", &there.subject, there.sid.as_deref().unwrap());
    is_heard(&tells(&world, &here, &claims).await);
    assert!(!is_in(&browser, &world.wiki("/")).await);
}

// The certification plan RP-Initiated Logout for relying parties, 3 modules, with the demo's home organization.

/// Signs a guest in, presses "sign out there as well", and returns what the browser asked the home organization.
async fn signs_out_at_both(world: &World, browser: &Browser) -> (Page, url::Url) {
    arrives(browser, &world.wiki("/"), GUEST).await.status(200);
    let page = browser.opens(&world.broker("/contoso.example/sign-out")).await;
    let page = browser.presses(&page, "Sign out of Contoso and also of Fabrikam", &[("scope", "home")]).await;
    let hops = browser.hops.lock().unwrap().iter().map(|hop| hop.url.clone()).collect::<Vec<_>>();
    let asked =
        hops.into_iter().rev().find(|url| url.path() == "/sign-out" && url.host_str() != Some("vestibule.localhost"));
    (page, asked.expect("the browser never went to Fabrikam"))
}

#[tokio::test(flavor = "multi_thread")]
async fn oidcc_client_test_rp_init_logout() {
    let world = world().await;
    let browser = world.browser();
    let (page, asked) = signs_out_at_both(&world, &browser).await;
    page.status(200).sees("You are signed out");
    let asked: std::collections::BTreeMap<String, String> = asked.query_pairs().into_owned().collect();
    let back = world.broker(&format!("/{CONTOSO}/sign-out"));
    assert_eq!(asked["client_id"], "vestibule-contoso");
    assert_eq!(asked["post_logout_redirect_uri"], back);
    assert_eq!(decoded(&asked["id_token_hint"])["aud"], "vestibule-contoso");
    assert_eq!((page.url.path(), page.url.query().unwrap_or_default()), (format!("/{CONTOSO}/sign-out").as_str(), ""));
    assert!(!is_in(&browser, &world.wiki("/")).await);
    // Nobody is signed in at home either: the next sign-in asks for the password.
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", GUEST)]).await;
    assert!(page.form_with_button("Sign in").is_some(), "{}", page.text());
}

/// The provider sends the browser back with a `state` that nobody gave it. Nothing here depends on one.
#[tokio::test(flavor = "multi_thread")]
async fn oidcc_client_test_rp_init_logout_other_state() {
    let world = world().await;
    let browser = world.browser();
    signs_out_at_both(&world, &browser).await;
    let plain = browser.opens(&world.broker(&format!("/{CONTOSO}/sign-out"))).await.text();
    for state in ["a-state-of-nobody", "", "%00", "%3Cscript%3E", "x&state=y"] {
        let page = browser.opens(&world.broker(&format!("/{CONTOSO}/sign-out?state={state}"))).await;
        page.status(200).sees("You are signed out");
        assert_eq!(page.text(), plain);
    }
}

/// We send no `state`, and come back without one.
#[tokio::test(flavor = "multi_thread")]
async fn oidcc_client_test_rp_init_logout_no_state() {
    let world = world().await;
    let browser = world.browser();
    let (page, asked) = signs_out_at_both(&world, &browser).await;
    assert!(asked.query_pairs().all(|(name, _)| name != "state"), "{asked}");
    page.status(200).sees("You are signed out");
    assert_eq!(page.url.query().unwrap_or_default(), "");
}
