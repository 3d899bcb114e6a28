//! A guest without any account: a code by mail.

use super::federated_guest::accepts_everything;
use crate::actors::world;

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_mail_lets_the_guest_in() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/notes?y=2")).await;
    let page = browser.presses(&page, "Continue", &[("address", "passcode@mail.example")]).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode("passcode@mail.example").await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Review permissions");
    let (page, clicks) = accepts_everything(&browser, page).await;
    assert_eq!(clicks, 2);
    assert_eq!(page.url.as_str(), world.wiki("/notes?y=2"));
    let guest = world.guest("contoso.example", "passcode@mail.example").await;
    assert_eq!(guest["externalUserState"], "Accepted");
    assert_eq!(guest["source"], "One-time passcode");
}

#[tokio::test(flavor = "multi_thread")]
async fn b6_five_wrong_codes_end_the_right_one() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "passcode@mail.example")]).await;
    let mut page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode("passcode@mail.example").await;
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    for _ in 0..5 {
        page = browser.presses(&page, "Continue", &[("code", wrong)]).await;
        page.does_not_see("Review permissions");
    }
    if page.form_with_button("Continue").is_some() {
        page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    }
    page.does_not_see("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn b8_a_code_is_worthless_in_another_browser() {
    let world = world().await;
    let (mine, other) = (world.browser(), world.browser());
    let page = mine.opens(&world.wiki("/")).await;
    let page = mine.presses(&page, "Continue", &[("address", "passcode@mail.example")]).await;
    mine.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode("passcode@mail.example").await;

    let page = other.opens(&world.wiki("/")).await;
    let page = other.presses(&page, "Continue", &[("address", "passcode@mail.example")]).await;
    let page = other.presses(&page, "Send me a code by e-mail", &[]).await;
    let page = other.presses(&page, "Continue", &[("code", &code)]).await;
    page.does_not_see("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn b10_a_stranger_sees_the_same_pages_and_gets_no_mail() {
    let world = world().await;
    let (known, unknown) = (world.browser(), world.browser());
    let mut seen = Vec::new();
    for (browser, address) in [(&known, "passcode@mail.example"), (&unknown, "nobodyy@mail.example")] {
        let page = browser.opens(&world.wiki("/")).await;
        let page = browser.presses(&page, "Continue", &[("address", address)]).await;
        let choose = page.text().replace(address, "ADDRESS");
        let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
        seen.push((choose, page.text().replace(address, "ADDRESS"), page.status));
    }
    assert_eq!(seen[0], seen[1]);
    world.passcode("passcode@mail.example").await;
    let list = known
        .asks(http::Method::GET, &format!("http://mail.localhost:{}/api/v1/messages", world.mail_port), &[], "")
        .await;
    assert!(!list.body.contains("nobodyy@mail.example"));
}
