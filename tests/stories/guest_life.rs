//! What changes in a guest's life: another address, another account, a block, an end, sessions, organizations.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use vestibule::app::App;
use vestibule::guests::life::{By, named};
use vestibule::guests::{end_access, sweep};
use vestibule::model::Tenant;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, CONTOSO, Page, World, world};

pub const JSON: [(&str, &str); 1] = [("accept", "application/json")];

pub fn tenant(app: &App) -> Arc<Tenant> {
    Arc::clone(vestibule::tenants::resolve(&app.snapshot.load(), CONTOSO).unwrap())
}

/// Signs in by a code, up to whatever page comes then.
pub async fn signs_in_by_code(world: &World, browser: &Browser, address: &str) -> Page {
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", address)]).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(address).await;
    browser.presses(&page, "Continue", &[("code", &code)]).await
}

/// A guest who signed in by a code and agreed to everything.
pub async fn settled(world: &World, address: &str) -> Browser {
    let browser = world.browser();
    let page = signs_in_by_code(world, &browser, address).await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees(address);
    browser
}

pub async fn run(world: &World, words: &[&str]) -> String {
    let (code, out) = world.command(words).await;
    assert_eq!(code, 0, "{words:?}: {out}");
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_keeps_the_object_and_its_apps_and_moves_to_another_address() {
    let world = world().await;
    let browser = settled(&world, "passcode@mail.example").await;
    let before = world.guest("contoso.example", "passcode@mail.example").await;
    let reset = ["guest", "reset", "passcode@mail.example", "--tenant", "contoso.example"];
    run(&world, &[&reset[..], &["--address", "successor@mail.example"]].concat()).await;

    // Whoever was in is out, and the old mailbox opens nothing any more.
    browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    let after = world.guest("contoso.example", "successor@mail.example").await;
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["apps"], before["apps"]);
    assert_eq!(after["userPrincipalName"], before["userPrincipalName"]);
    assert_eq!(after["externalUserState"], "PendingAcceptance");
    let (code, out) = world.command(&["guest", "show", "passcode@mail.example", "--tenant", "contoso.example"]).await;
    assert_ne!(code, 0, "{out}");

    // The new one gets a mail, and answers everything for themselves.
    let successor = world.browser();
    let page = successor.opens(&world.redeem_url("successor@mail.example").await).await;
    let page = match page.form_with_button("Send me a code by e-mail") {
        Some(_) => successor.presses(&page, "Send me a code by e-mail", &[]).await,
        None => successor.presses(&page, "Send the code", &[]).await,
    };
    let code = world.passcode("successor@mail.example").await;
    let page = successor.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Review permissions");
    let (_, clicks) = accepts_everything(&successor, page).await;
    assert_eq!(clicks, 2, "permissions and terms are asked again after a reset");
    let after = world.guest("contoso.example", "successor@mail.example").await;
    assert_eq!((&after["id"], &after["externalUserState"]), (&before["id"], &"Accepted".into()));
}

/// D10: what ends access closes what is open, at once.
#[tokio::test(flavor = "multi_thread")]
async fn d10_a_block_closes_a_web_socket_within_a_second() {
    let world = world().await;
    let browser = settled(&world, "passcode@mail.example").await;
    let mut socket = browser.opens_web_socket(&world.wiki("/ws")).await;
    assert!(socket.closed_within(Duration::from_millis(300)).await.is_none(), "the control: it stays open by itself");
    run(&world, &["guest", "block", "passcode@mail.example", "--tenant", "contoso.example"]).await;
    let took = socket.closed_within(Duration::from_secs(1)).await;
    println!("a block closed the WebSocket after {took:?}");
    assert!(took.is_some(), "the WebSocket of a blocked guest is still open after a second");
    browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    signs_in_by_code_is_refused(&world, "passcode@mail.example").await;

    run(&world, &["guest", "unblock", "passcode@mail.example", "--tenant", "contoso.example"]).await;
    let page = browser.opens(&world.wiki("/")).await;
    assert!(page.form_with_button("Continue").is_some(), "may sign in again, and has to: {}", page.text());
}

/// Nobody learns that there is such a guest: the page of the code is shown, and no mail leaves.
async fn signs_in_by_code_is_refused(world: &World, address: &str) {
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", address)]).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let page = browser.presses(&page, "Continue", &[("code", "12345678")]).await;
    page.does_not_see("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_announced_and_comes_and_can_be_moved() {
    let world = world().await;
    let browser = settled(&world, "passcode@mail.example").await;
    let app = world.demo.app();
    let contoso = tenant(app);
    let user = named(app, &contoso, "passcode@mail.example").await.unwrap();
    run(&world, &["guest", "expire", "passcode@mail.example", "--tenant", "contoso.example", "--days", "10"]).await;
    let swept = sweep::sweep(app).await.unwrap();
    assert_eq!(swept.reminded, 1, "fewer than 14 days are left: {swept:?}");
    assert_eq!(sweep::sweep(app).await.unwrap().reminded, 0, "once for each end");
    world.mail("passcode@mail.example", "Your access to Contoso ends on").await;
    browser.asks(Method::GET, &world.wiki("/?format=json"), &JSON, "").await.status(200);

    let soon = app.clock.now().plus(Duration::from_millis(300));
    end_access::end_access(app, &contoso, By::Operator, user.id, Some(soon)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(sweep::sweep(app).await.unwrap().ended, 1);
    assert_eq!(sweep::sweep(app).await.unwrap(), sweep::Swept::default(), "what is done is done");
    browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    let refused = world.command(&["guest", "unblock", "passcode@mail.example", "--tenant", "contoso.example"]).await;
    assert_ne!(refused.0, 0, "an end that has passed is moved, not lifted: {}", refused.1);
    run(&world, &["guest", "expire", "passcode@mail.example", "--tenant", "contoso.example", "--never"]).await;
    let again = world.browser();
    let page = again.opens(&world.wiki("/")).await;
    page.sees("Contoso");
    assert_eq!(world.guest("contoso.example", "passcode@mail.example").await["accountEnabled"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_page_lists_both_organizations_and_ends_another_session() {
    let world = world().await;
    let (laptop, phone) = (world.browser(), world.browser());
    for browser in [&laptop, &phone] {
        let page = browser.opens(&world.wiki("/")).await;
        let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
        let page = signs_in_at_fabrikam(browser, &page, "guest@fabrikam.example").await;
        accepts_everything(browser, page).await.0.status(200);
    }
    let desk = world.at("desk.apps.localhost", "/northwind.example/");
    let page = laptop.opens(&desk).await;
    let page = match page.form_with_button("Continue") {
        Some(_) => laptop.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await,
        None => page,
    };
    let page = match page.form_with_button("Sign in") {
        Some(_) => signs_in_at_fabrikam(&laptop, &page, "guest@fabrikam.example").await,
        None => page,
    };
    accepts_everything(&laptop, page).await.0.status(200);

    let page = laptop.opens(&world.broker("/contoso.example/account")).await;
    page.status(200).sees("Your account").sees("Contoso").sees("Northwind").sees("this browser");
    assert!(page.link("What you accepted").is_some() && page.link("Download everything").is_some());
    let page = laptop.presses(&page, "Sign out there", &[]).await;
    page.sees("Your account").does_not_see("Sign out there");
    phone.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    laptop.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(200);

    // From the panel the way there is one click.
    let panel = laptop.opens(&world.broker("/contoso.example")).await;
    let account = panel.link("Account").expect("a link to the account page");
    laptop.opens(panel.url.join(&account).unwrap().as_str()).await.sees("Your organizations");
}

/// D4: a form of another browser ends nothing.
#[tokio::test(flavor = "multi_thread")]
async fn d4_another_persons_form_ends_no_session() {
    let world = world().await;
    let mine = settled(&world, "passcode@mail.example").await;
    let page = mine.opens(&world.broker("/contoso.example/account")).await;
    let form = page.form_with_button("Sign out here").unwrap();
    let stranger = world.browser();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form.fields.iter()).finish();
    let target = page.url.join(&form.action).unwrap().to_string();
    let own = page.url.origin().ascii_serialization();
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for (name, browser, headers) in [
        ("another browser", &stranger, vec![kind, ("origin", own.as_str()), ("sec-fetch-site", "same-origin")]),
        ("another site", &mine, vec![kind, ("origin", "https://evil.example")]),
        ("cross-site", &mine, vec![kind, ("origin", own.as_str()), ("sec-fetch-site", "cross-site")]),
    ] {
        browser.asks(Method::POST, &target, &headers, &body).await;
        assert_eq!(mine.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status.as_u16(), 200, "{name}");
    }
    // The control: the same form from its own page ends it.
    mine.presses(&page, "Sign out here", &[]).await;
    mine.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_changes_how_to_sign_in_and_stays_the_same_guest() {
    let world = world().await;
    let browser = settled(&world, "passcode@mail.example").await;
    let before = world.guest("contoso.example", "passcode@mail.example").await;
    // The control: without the proof, the same account is nobody here.
    let other = world.browser();
    let page = other.opens(&world.broker("/contoso.example")).await;
    let page = other.presses(&page, "Continue", &[("address", "colleague@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&other, &page, "colleague@fabrikam.example").await;
    page.does_not_see("Review permissions").sees("If you were invited");

    let page = browser.opens(&world.broker("/contoso.example/account/sign-in")).await;
    page.sees("Change how you sign in");
    let page = browser.presses(&page, "Send me a code", &[]).await;
    let mail = world.mail("passcode@mail.example", "change how you sign in").await;
    let text = mail["Text"].as_str().unwrap().to_owned();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 8).unwrap().to_owned();
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;

    // Now the new way: an account at Fabrikam that nobody invited.
    let page = browser.presses(&page, "Continue", &[("address", "colleague@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "colleague@fabrikam.example").await;
    page.sees("Sign in this way from now on?").sees("colleague@fabrikam.example").sees("Fabrikam");
    let page = browser.presses(&page, "Use this from now on", &[]).await;
    page.status(200).does_not_see("Review permissions").sees("Your account");
    let after = world.guest("contoso.example", "passcode@mail.example").await;
    assert_eq!((&after["id"], &after["externalUserState"]), (&before["id"], &before["externalUserState"]));
    assert_eq!(after["source"], "External directory (fabrikam.example)");
    browser.opens(&world.wiki("/")).await.status(200);
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));

    // The old way finds nobody any more: the page is the same, and no code leaves.
    let codes = codes_sent(&world).await;
    let old = world.browser();
    let page = old.opens(&world.wiki("/")).await;
    let page = old.presses(&page, "Continue", &[("address", "passcode@mail.example")]).await;
    old.presses(&page, "Send me a code by e-mail", &[]).await.sees("passcode@mail.example");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(codes_sent(&world).await, codes);
}

/// How many mails with a code there are; other mails, such as the notice of a change, may arrive at any moment.
async fn codes_sent(world: &World) -> usize {
    let url = format!("http://mail.localhost:{}/api/v1/messages?limit=1000", world.mail_port);
    let list = world.browser().asks(Method::GET, &url, &[], "").await.json();
    let with_code = |message: &&serde_json::Value| message["Subject"].as_str().unwrap().contains("code");
    list["messages"].as_array().unwrap().iter().filter(with_code).count()
}
