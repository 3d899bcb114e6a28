//! A guest of a tenant without passcodes: personal accounts, old and new.

use super::federated_guest::accepts_everything;
use crate::actors::world;

const DESK: &str = "desk.apps.localhost";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_makes_an_account_through_the_mail_link() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url_of(crate::actors::NORTHWIND, "newcomer@mail.example").await).await;
    page.sees("Northwind");
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode("newcomer@mail.example").await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    let fields = |password: &'static str| [("name", "New Comer"), ("password", password)];
    let page = browser.presses(&page, "Create account", &fields("tooshort")).await;
    page.sees("15");
    let page = browser.presses(&page, "Create account", &fields("mellow harbour antler 42")).await;
    page.sees("Review permissions").sees("has not");
    let (page, clicks) = accepts_everything(&browser, page).await;
    assert_eq!(clicks, 1);
    page.sees("Desk");
    let guest = world.guest("northwind.example", "newcomer@mail.example").await;
    assert_eq!(guest["externalUserState"], "Accepted");
    assert_eq!(guest["source"], "Personal account");

    // The account signs in by the direct link from now on.
    let later = world.browser();
    let page = later.opens(&world.at(DESK, "/northwind.example/later")).await;
    let page = later.presses(&page, "Continue", &[("address", "newcomer@mail.example")]).await;
    let page = match page.form_with_button("Use my Vestibule password") {
        Some(_) => later.presses(&page, "Use my Vestibule password", &[]).await,
        None => page,
    };
    let page = later.presses(&page, "Sign in", &[("password", "mellow harbour antler 42")]).await;
    page.status(200).sees("/later");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_direct_link_no_account_can_be_made() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.at(DESK, "/northwind.example/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "newcomer@mail.example")]).await;
    page.does_not_see("Create account");
    assert!(page.form_with_button("Send me a code by e-mail").is_none(), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_account_signs_in_at_its_next_tenant() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url_of(crate::actors::NORTHWIND, "existing@mail.example").await).await;
    let page = browser.presses(&page, "Sign in", &[("password", "not the password at all")]).await;
    page.does_not_see("Review permissions");
    let page = browser.presses(&page, "Sign in", &[("password", "demo demo demo demo")]).await;
    page.sees("Review permissions");
    let (page, _) = accepts_everything(&browser, page).await;
    page.sees("Desk");
}
