//! What an outsider tried on the journey, told again with every fix: two tabs, old links, leftovers of a proof.

use http::Method;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{NORTHWIND, world};

const JSON: [(&str, &str); 1] = [("accept", "application/json")];

/// B17, D9: a new password ends what the old one opened, and the older link with it.
#[tokio::test(flavor = "multi_thread")]
async fn b17_a_new_password_ends_sessions_and_older_links() {
    let world = world().await;
    let thief = world.browser();
    let page = thief.opens(&world.broker("/contoso.example")).await;
    let page = thief.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    thief.presses(&page, "Sign in", &[("password", "demo")]).await.sees("Wiki");
    thief.opens(&world.wiki("/")).await.status(200);

    let link = |out: &str| out.split_whitespace().find(|word| word.contains("/set-password#")).unwrap().to_owned();
    let add = ["member", "add", "member@contoso.example", "--tenant", "contoso.example"];
    let first = link(&world.command(&add).await.1);
    let second = link(&world.command(&add).await.1);
    let owner = world.browser();
    let page = owner.opens(&first).await;
    let fields = |link: &str, password: &'static str| {
        [("token".to_owned(), link.to_owned()), ("password".to_owned(), password.to_owned())]
    };
    let filled = fields(&first, "nine copper kettles");
    let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    owner.presses(&page, "Save passphrase", &filled).await.sees("does not work any more");
    let filled = fields(&second, "nine copper kettles");
    let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    owner.presses(&page, "Save passphrase", &filled).await.does_not_see("does not work any more");

    thief.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    thief.opens(&world.broker("/contoso.example")).await.does_not_see("Your apps");
}

/// D9: everywhere means every host and every tenant, from wherever it is pressed.
#[tokio::test(flavor = "multi_thread")]
async fn d9_everywhere_is_everywhere() {
    let world = world().await;
    let browser = world.browser();
    let desk = |path: &str| world.at("desk.apps.localhost", path);
    for tenant in ["contoso.example", "northwind.example"] {
        let page = browser.opens(&desk(&format!("/{tenant}/"))).await;
        let page = match page.form_with_button("Continue") {
            Some(_) => browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await,
            None => page,
        };
        let page = match page.form_with_button("Sign in") {
            Some(_) => signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await,
            None => page,
        };
        accepts_everything(&browser, page).await.0.status(200);
    }
    browser.opens(&world.wiki("/")).await.status(200);
    // Wiki knows Contoso's session alone; everywhere must reach Northwind's as well.
    let page = browser.opens(&world.wiki("/.vestibule/sign-out")).await;
    browser.presses(&page, "Sign out everywhere", &[]).await;
    for url in [world.wiki("/"), desk("/contoso.example/"), desk("/northwind.example/")] {
        browser.asks(Method::GET, &url, &JSON, "").await.status(401);
    }
    browser.opens(&world.broker(&format!("/{NORTHWIND}"))).await.does_not_see("Your apps");
}

/// A1, decision 4: a code in one tab is no way round the home organization in another.
#[tokio::test(flavor = "multi_thread")]
async fn a1_a_code_does_not_go_round_the_home_organization() {
    let world = world().await;
    world
        .command(&["invite", "leaver@fabrikam.example", "--tenant", "contoso.example", "--app", "Wiki", "--no-mail"])
        .await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let at_home = browser.presses(&page, "Continue", &[("address", "leaver@fabrikam.example")]).await;
    at_home.sees("Fabrikam");
    let link = world.redeem_url("passcode@mail.example").await;
    let page = browser.opens(&link).await;
    browser.presses(&page, "Send me a code by e-mail", &[]).await.sees("Check your mail");
    let again = browser.opens(&world.wiki("/")).await;
    assert_eq!(again.url.host_str(), Some("login.fabrikam.localhost"), "the first tab left its way: {}", again.text());
}

/// A7: a mailbox that was proved for one purpose is not spent by somebody else's sign-in in the next tab.
#[tokio::test(flavor = "multi_thread")]
async fn a7_a_proved_mailbox_binds_nobody_else() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url_of(NORTHWIND, "newcomer@mail.example").await).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode("newcomer@mail.example").await;
    browser.presses(&page, "Continue", &[("code", &code)]).await.sees("Create your personal account");

    let page = browser.opens(&world.at("desk.apps.localhost", "/northwind.example/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "colleague@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "colleague@fabrikam.example").await;
    page.does_not_see("Review permissions").sees("colleague@fabrikam.example");

    // After signing out nothing of the proof is left for whoever sits down next.
    browser.presses(&page, "Sign out", &[]).await;
    let page = browser.opens(&world.redeem_url_of(NORTHWIND, "newcomer@mail.example").await).await;
    page.does_not_see("Create your personal account");
}

/// B7, B15: strangers who press "Send it to me again" do not use up the inviter's mails.
#[tokio::test(flavor = "multi_thread")]
async fn b15_sending_again_does_not_silence_the_inviter() {
    let world = world().await;
    for _ in 0..5 {
        let stranger = world.browser();
        let page = stranger.opens(&world.wiki("/")).await;
        let page = stranger.presses(&page, "Continue", &[("address", "colleague@fabrikam.example")]).await;
        let page = signs_in_at_fabrikam(&stranger, &page, "colleague@fabrikam.example").await;
        stranger.presses(&page, "Send it to me again", &[("address", "ceo@partner.example")]).await;
    }
    let (code, out) = world.command(&["invite", "ceo@partner.example", "--tenant", "contoso.example"]).await;
    assert_eq!(code, 0, "{out}");
    world.mail("ceo@partner.example", "invited you").await;
}

/// INV6, B1: a mail link writes nothing into another tenant's journey and shows no address that was not typed.
#[tokio::test(flavor = "multi_thread")]
async fn inv6_a_mail_link_changes_no_other_tenants_journey() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example")).await;
    let choosing = browser.presses(&page, "Continue", &[("address", "somebody@mail.example")]).await;
    choosing.sees("somebody@mail.example");
    let page = browser.opens(&world.redeem_url_of(NORTHWIND, "member@contoso.example").await).await;
    page.sees("Contoso").does_not_see("member@contoso.example");
    let again = browser.opens(choosing.url.as_str()).await;
    again.sees("somebody@mail.example");
}

/// F12: an app of another tenant is unknown here, its name included.
#[tokio::test(flavor = "multi_thread")]
async fn b11_an_app_of_another_tenant_is_unknown() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let authorize = {
        let hops = browser.hops.lock().unwrap();
        hops.iter().find(|hop| hop.url.path().ends_with("/authorize")).unwrap().url.to_string()
    };
    page.sees("Wiki");
    let elsewhere = authorize.replace(crate::actors::CONTOSO, NORTHWIND);
    assert_ne!(elsewhere, authorize);
    browser.opens(&elsewhere).await.status(400).does_not_see("Wiki");
}
