//! Devices without a keyboard, pushed requests, and what guests take back.

use serde_json::Value;

use crate::actors::{Browser, CONSOLE, NORTHWIND, Page, RelyingParty, Reply, World, world};

async fn waiting(console: &RelyingParty) -> Value {
    let fields = [("client_id", CONSOLE), ("scope", "openid profile offline_access")];
    let page = console.posts("oauth2/v2.0/devicecode", &[], &fields).await;
    page.status(200);
    page.json()
}

async fn polls(console: &RelyingParty, device: &Value) -> Page {
    let device_code = device["device_code"].as_str().unwrap();
    console.token(&[("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", device_code)]).await
}

async fn types_the_code(world: &World, browser: &Browser, code: &str) -> Page {
    let page = browser.opens(&world.broker("/contoso.example/device")).await;
    page.sees("Enter the code that your device shows");
    browser.presses(&page, "Continue", &[("code", code)]).await
}

async fn member_signs_in(browser: &Browser, page: &Page) -> Page {
    let page = browser.presses(page, "Continue", &[("address", "member@contoso.example")]).await;
    browser.presses(&page, "Sign in", &[("password", "demo")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_let_in_from_a_browser() {
    let world = world().await;
    let (console, browser) = (RelyingParty::console(&world), world.browser());
    let device = waiting(&console).await;
    assert_eq!((device["interval"].as_u64(), device["expires_in"].as_u64()), (Some(5), Some(900)));
    let code = device["user_code"].as_str().unwrap();
    assert_eq!(polls(&console, &device).await.json()["error"], "authorization_pending");
    assert_eq!(polls(&console, &device).await.json()["error"], "slow_down");
    // A link that carries the code still asks: whoever sends one must not get in by it.
    let page = browser.opens(device["verification_uri_complete"].as_str().unwrap()).await;
    let page = browser.presses(&page, "Continue", &[]).await;
    let page = member_signs_in(&browser, &page).await;
    page.sees("Console asks you to confirm").sees(code).sees("your name");
    let page = browser.presses(&page, "Accept", &[]).await;
    page.sees("Your device goes on");
    let answer = polls(&console, &device).await;
    answer.status(200);
    let tokens = answer.json();
    let claims = console.believes(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(claims["preferred_username"], "member@contoso.example");
    console.refreshes(tokens["refresh_token"].as_str().unwrap()).await.status(200);
    // Once.
    assert_eq!(polls(&console, &device).await.json()["error"], "expired_token");
    types_the_code(&world, &browser, code).await.sees("No device waits with this code");

    // The next device is asked about anew, whatever was allowed before.
    let next = waiting(&console).await;
    let page = types_the_code(&world, &browser, &next["user_code"].as_str().unwrap().to_lowercase()).await;
    let page = browser.presses(&page, "Decline", &[]).await;
    page.sees("Nothing was allowed");
    assert_eq!(polls(&console, &next).await.json()["error"], "access_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_is_worth_nothing_elsewhere() {
    let world = world().await;
    let (console, portal) = (RelyingParty::console(&world), RelyingParty::portal(&world));
    let device = waiting(&console).await;
    let northwind = RelyingParty { tenant: NORTHWIND.to_owned(), ..portal.clone() };
    for other in [&portal, &northwind] {
        let page = polls(other, &device).await;
        assert!(["expired_token", "invalid_client"].contains(&page.json()["error"].as_str().unwrap()), "{}", page.body);
    }
    let browser = world.browser();
    let page = browser.opens(&world.broker("/northwind.example/device")).await;
    let page = browser.presses(&page, "Continue", &[("code", device["user_code"].as_str().unwrap())]).await;
    page.sees("No device waits with this code");
    for wrong in ["BCDF-GHJK", "", "x", "../../x", "BCDFGHJKBCDFGHJK"] {
        types_the_code(&world, &browser, wrong).await.sees("No device waits with this code");
    }
    assert_eq!(polls(&console, &device).await.json()["error"], "authorization_pending");
    // An application on a server has better ways.
    let fields = [("scope", "openid")];
    let basic = format!("Basic {}", data_encoding::BASE64.encode(format!("{}:demo-secret", portal.id).as_bytes()));
    let page = portal.posts("oauth2/v2.0/devicecode", &[("authorization", &basic)], &fields).await;
    assert_eq!(page.json()["error"], "unauthorized_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn j9_a_pushed_request_counts_once_for_the_client_that_pushed_it() {
    let world = world().await;
    let (portal, console, browser) = (RelyingParty::portal(&world), RelyingParty::console(&world), world.browser());
    portal.signs_member_in(&browser, &[]).await;
    let basic = format!("Basic {}", data_encoding::BASE64.encode(format!("{}:demo-secret", portal.id).as_bytes()));
    let push = async |changes: &[(&str, Option<&str>)]| {
        let request = portal.request(changes);
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(request.as_bytes()).into_owned().collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        portal.posts("oauth2/v2.0/par", &[("authorization", &basic)], &fields).await
    };
    let pushed = push(&[("state", Some("pushed"))]).await;
    pushed.status(201);
    assert_eq!(pushed.json()["expires_in"], 90);
    let name = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    let by_name = |id: &str, name: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", id)
            .append_pair("request_uri", name)
            .append_pair("state", "beside")
            .finish();
        format!("{}?{query}", portal.endpoint("oauth2/v2.0/authorize"))
    };
    let reply = Reply::of(&browser.opens(&by_name(portal.id, &name)).await);
    assert_eq!(reply.get("state"), "pushed", "what stands beside the name is not looked at");
    portal.exchanges(reply.code()).await.status(200);
    browser.opens(&by_name(portal.id, &name)).await.status(400);
    let other = push(&[]).await.json()["request_uri"].as_str().unwrap().to_owned();
    browser.opens(&by_name(console.id, &other)).await.status(400);
    browser.opens(&by_name(portal.id, "urn:ietf:params:oauth:request_uri:x")).await.status(400);
    // Mistakes are told at once, and an unknown client pushes nothing.
    for (changes, error) in [
        (vec![("redirect_uri", Some("https://evil.example/"))], "invalid_request"),
        (vec![("code_challenge_method", Some("plain"))], "invalid_request"),
        (vec![("request_uri", Some("urn:x"))], "invalid_request"),
        (vec![("scope", Some("nothing"))], "invalid_scope"),
    ] {
        let page = push(&changes).await;
        assert_eq!((page.status.as_u16(), page.json()["error"].as_str()), (400, Some(error)), "{changes:?}");
    }
    portal.posts("oauth2/v2.0/par", &[], &[("client_id", portal.id)]).await.status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_to_is_taken_back_on_the_account_page() {
    let world = world().await;
    let (pocket, browser) = (RelyingParty::pocket(&world), world.browser());
    let page = pocket.sends(&browser, &[]).await;
    let page = member_signs_in(&browser, &page).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    let tokens = pocket.exchanges(Reply::of(&page).code()).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    pocket.userinfo(access).await.status(200);
    let page = browser.opens(&world.broker("/contoso.example/account")).await;
    let link = page.link("Applications that know me").unwrap();
    let page = browser.opens(page.url.join(&link).unwrap().as_str()).await;
    page.sees("Pocket");
    let page = browser.presses(&page, "Take it back", &[]).await;
    page.sees("No application of somebody else was told");
    pocket.userinfo(access).await.status(401);
    let refused = pocket.refreshes(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_hears_that_its_session_ended() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let tokens = portal.exchanges(portal.signs_member_in(&browser, &[]).await.code()).await.json();
    let claims = portal.believes(tokens["id_token"].as_str().unwrap()).await;
    assert!(world.demo.parts().portal().told().is_empty());
    let page = browser.opens(&world.broker("/contoso.example/sign-out")).await;
    browser.presses(&page, "Sign out", &[]).await;
    let mut told = Vec::new();
    for _ in 0..100 {
        told = world.demo.parts().portal().told();
        if !told.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(told.len(), 1, "within five seconds, and once");
    for name in ["iss", "aud", "sub", "sid"] {
        assert_eq!(told[0][name], claims[name], "{name}");
    }
    assert_eq!(told[0]["events"]["http://schemas.openid.net/event/backchannel-logout"], serde_json::json!({}));
    assert!(told[0].get("nonce").is_none() && told[0]["jti"].is_string());
}
