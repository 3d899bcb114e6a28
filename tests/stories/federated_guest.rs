//! A guest with a home organization: by direct link and by the mail link.

use crate::actors::{Browser, Page, World, world};

/// Signs in at Fabrikam as `user`, on whatever Fabrikam page stands.
pub async fn signs_in_at_fabrikam(browser: &Browser, page: &Page, user: &str) -> Page {
    page.sees("Fabrikam");
    browser.presses(page, "Sign in", &[("username", user), ("password", "demo")]).await
}

/// Accepts everything that is asked, and counts the clicks.
pub async fn accepts_everything(browser: &Browser, mut page: Page) -> (Page, usize) {
    let mut clicks = 0;
    while page.form_with_button("Accept").is_some() {
        clicks += 1;
        assert!(clicks < 5, "consent is asked again and again: {}", page.text());
        page = browser.presses(&page, "Accept", &[("viewed", "yes")]).await;
    }
    (page, clicks)
}

async fn arrives_by_direct_link(world: &World, browser: &Browser) -> Page {
    let page = browser.opens(&world.wiki("/page?x=1")).await;
    page.status(200).sees("Contoso");
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    signs_in_at_fabrikam(browser, &page, "guest@fabrikam.example").await
}

#[tokio::test(flavor = "multi_thread")]
async fn first_visit_by_direct_link() {
    let world = world().await;
    let browser = world.browser();
    assert_eq!(
        world.guest("contoso.example", "guest@fabrikam.example").await["externalUserState"],
        "PendingAcceptance"
    );

    let page = arrives_by_direct_link(&world, &browser).await;
    page.sees("Review permissions").sees("Contoso").sees("Privacy statement of Contoso").sees("guest@fabrikam.example");
    assert_eq!(
        world.guest("contoso.example", "guest@fabrikam.example").await["externalUserState"],
        "PendingAcceptance"
    );

    let page = browser.presses(&page, "Accept", &[]).await;
    page.sees("Terms of use");
    assert_eq!(
        world.guest("contoso.example", "guest@fabrikam.example").await["externalUserState"],
        "PendingAcceptance"
    );
    let page = browser.presses(&page, "Accept", &[("viewed", "yes")]).await;

    page.status(200);
    assert_eq!(page.url.as_str(), world.wiki("/page?x=1"));
    page.sees("guest@fabrikam.example");
    let guest = world.guest("contoso.example", "guest@fabrikam.example").await;
    assert_eq!(guest["externalUserState"], "Accepted");
    assert_eq!(guest["source"], "External directory (fabrikam.example)");

    // Consent is asked once and never again: neither now nor in another browser.
    browser.opens(&world.wiki("/again")).await.status(200).sees("/again");
    let elsewhere = world.browser();
    let page = arrives_by_direct_link(&world, &elsewhere).await;
    assert_eq!(page.url.as_str(), world.wiki("/page?x=1"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_sees_who_it_is() {
    let world = world().await;
    let browser = world.browser();
    let page = arrives_by_direct_link(&world, &browser).await;
    accepts_everything(&browser, page).await;
    let seen = browser
        .asks(http::Method::GET, &world.wiki("/who?format=json"), &[("accept", "application/json")], "")
        .await
        .json();
    let header = |name: &str| {
        let headers = seen["headers"].as_object().unwrap();
        headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value[0].as_str().unwrap().to_owned())
    };
    let id = world.guest("contoso.example", "guest@fabrikam.example").await["id"].as_str().unwrap().to_owned();
    assert_eq!(header("x-forwarded-user").as_deref(), Some(id.as_str()));
    assert_eq!(header("x-forwarded-email").as_deref(), Some("guest@fabrikam.example"));
    assert_eq!(header("x-vestibule-tenant").as_deref(), Some(crate::actors::CONTOSO));
    assert!(header("cookie").is_none_or(|cookies| !cookies.contains("__Host-vestibule")), "our cookie reached the app");
    assert_eq!(seen["assertion"]["valid"], true, "{seen:#}");
    assert_eq!(seen["assertion"]["claims"]["sub"], id);
    assert_eq!(seen["assertion"]["claims"]["aud"], crate::actors::WIKI);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_mail_link_nothing_is_typed() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url("guest@fabrikam.example").await).await;
    assert_eq!(page.url.host_str(), Some("login.fabrikam.localhost"), "{}", page.text());
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    let (page, clicks) = accepts_everything(&browser, page).await;
    assert_eq!(clicks, 2, "one click for each document");
    page.status(200).sees("Wiki").sees("Desk").sees("Board").sees("Sign out");
    assert!(page.url.path().ends_with("/myapps"), "{}", page.url);

    // After redemption the same link leads to sign-in and on.
    let page = browser.opens(&world.redeem_url("guest@fabrikam.example").await).await;
    page.status(200).sees("Wiki");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_was_not_invited_learns_nothing() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "colleague@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "colleague@fabrikam.example").await;
    page.sees("colleague@fabrikam.example")
        .sees("open the link in your invitation mail")
        .does_not_see("Review permissions");
    let denied = browser.asks(http::Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await;
    denied.status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_account_is_named_and_switched() {
    let world = world().await;
    let browser = world.browser();
    let link = world.redeem_url("guest@fabrikam.example").await;
    let page = browser.opens(&link).await;
    let page = signs_in_at_fabrikam(&browser, &page, "colleague@fabrikam.example").await;
    page.sees("colleague@fabrikam.example").sees("g•••t@fabrikam.example");
    let page = browser.presses(&page, "Switch to the invited address", &[]).await;
    // Fabrikam still knows the colleague, and was asked to let the guest choose.
    let page = match page.form_with_button("Use another account") {
        Some(_) => browser.presses(&page, "Use another account", &[]).await,
        None => page,
    };
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    page.sees("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_is_proved_by_mail_and_remembered() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url("alias@fabrikam.example").await).await;
    let page = signs_in_at_fabrikam(&browser, &page, "worker@fabrikam.example").await;
    page.sees("worker@fabrikam.example").sees("a•••s@fabrikam.example");
    let page = browser.presses(&page, "Send a code to the invited address", &[]).await;
    let code = world.passcode("alias@fabrikam.example").await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Review permissions");
    accepts_everything(&browser, page).await;
    let guest = world.guest("contoso.example", "alias@fabrikam.example").await;
    assert_eq!(guest["externalUserState"], "Accepted");
    // From now on the direct link works as well, under the address that the home organization knows.
    let again = world.browser();
    let page = again.opens(&world.wiki("/")).await;
    let page = again.presses(&page, "Continue", &[("address", "worker@fabrikam.example")]).await;
    signs_in_at_fabrikam(&again, &page, "worker@fabrikam.example").await.status(200).sees("alias@fabrikam.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_parallel_first_requests_all_arrive() {
    let world = world().await;
    let browser = world.browser();
    let page = arrives_by_direct_link(&world, &browser).await;
    accepts_everything(&browser, page).await;
    // Signed in at the broker, first visit of Desk: every tab makes the detour at once.
    let tabs = (0..20).map(|tab| {
        let (browser, url) = (browser.clone(), world.at("desk.apps.localhost", &format!("/contoso.example/tab/{tab}")));
        tokio::spawn(async move { (tab, browser.opens(&url).await) })
    });
    for tab in tabs.collect::<Vec<_>>() {
        let (tab, page) = tab.await.unwrap();
        page.status(200).sees(&format!("/tab/{tab}"));
    }
}
