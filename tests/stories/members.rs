//! Members: of this tenant, and of another tenant of the same instance.

use super::federated_guest::accepts_everything;
use crate::actors::world;

#[tokio::test(flavor = "multi_thread")]
async fn a_member_signs_in_with_a_password_and_agrees_to_nothing() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example")).await;
    let page = browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    let page = browser.presses(&page, "Sign in", &[("password", "wrong")]).await;
    page.does_not_see("Wiki");
    let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
    page.status(200).sees("Wiki").sees("member@contoso.example").does_not_see("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_one_tenant_is_a_guest_of_another() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.at("desk.apps.localhost", "/northwind.example/abroad")).await;
    page.sees("Northwind");
    let page = browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    page.sees("Contoso");
    let page = match page.form_with_button("Continue") {
        Some(_) => browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await,
        None => page,
    };
    let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
    page.sees("Review permissions").sees("Northwind");
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees("/abroad");
    assert_eq!(world.guest("northwind.example", "member@contoso.example").await["externalUserState"], "Accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_member_sets_a_password_by_a_link_that_works_once() {
    let world = world().await;
    let (code, out) = world
        .command(&["member", "add", "new@contoso.example", "--tenant", "contoso.example", "--name", "New Member"])
        .await;
    assert_eq!(code, 0, "{out}");
    let link = out.split_whitespace().find(|word| word.contains("/set-password#")).expect("a link").to_owned();
    let browser = world.browser();
    let page = browser.opens(&link).await;
    let page = browser.presses(&page, "Save passphrase", &[("token", link.as_str()), ("password", "short")]).await;
    page.sees("15");
    let page = browser
        .presses(&page, "Save passphrase", &[("token", link.as_str()), ("password", "seven quiet lanterns")])
        .await;
    page.status(200);
    let again = world.browser();
    let page = again.opens(&link).await;
    let page = again
        .presses(&page, "Save passphrase", &[("token", link.as_str()), ("password", "eight other lanterns")])
        .await;
    page.sees("does not work any more");

    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example")).await;
    let page = browser.presses(&page, "Continue", &[("address", "new@contoso.example")]).await;
    browser
        .presses(&page, "Sign in", &[("password", "seven quiet lanterns")])
        .await
        .status(200)
        .sees("new@contoso.example");
}
