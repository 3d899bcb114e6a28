//! The access panel, and signing out.

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::world;

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_at_the_broker_ends_the_apps_too() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    accepts_everything(&browser, page).await;
    let page = browser.opens(&world.broker("/contoso.example")).await;
    page.sees("Wiki").sees("Desk").sees("Board").sees("guest@fabrikam.example");
    let page = browser.presses(&page, "Sign out", &[]).await;
    page.status(200).sees("signed out");
    let denied = browser.asks(http::Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await;
    denied.status(401);
    assert!(
        denied.json()["error"]["login_url"].is_string() || denied.json()["login_url"].is_string(),
        "{}",
        denied.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_at_the_app_asks_how_far() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    accepts_everything(&browser, page).await;
    let me =
        browser.asks(http::Method::GET, &world.wiki("/.vestibule/me"), &[("accept", "application/json")], "").await;
    me.status(200).sees("guest@fabrikam.example");
    let page = browser.opens(&world.wiki("/.vestibule/sign-out")).await;
    let button = page.forms().into_iter().flat_map(|form| form.buttons).map(|(_, _, text)| text).collect::<Vec<_>>();
    assert!(button.len() >= 2, "this organization, or everywhere: {button:?}");
    let page = browser.presses(&page, &button[0], &[]).await;
    assert!(page.status.is_success(), "{} {}", page.status, page.text());
    browser.asks(http::Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await.status(401);
}
