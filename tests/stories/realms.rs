//! Where guests sign in: by their domain, by a social provider, by what the link or the inviter says, and another way.

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, Page, World, world};

const FRIEND: &str = "friend@social.example";

/// Signs in at Sociable, on whatever Sociable page stands.
async fn signs_in_at_sociable(browser: &Browser, page: &Page) -> Page {
    page.sees("An app wants to know you");
    assert_eq!(page.url.host_str(), Some("sociable.localhost"), "{}", page.text());
    match page.form_with_button("Allow") {
        Some(_) => browser.presses(page, "Allow", &[]).await,
        None => browser.presses(page, "Sign in and allow", &[("username", FRIEND), ("password", "demo")]).await,
    }
}

/// Types an address at the Wiki of Contoso.
async fn types_at_wiki(world: &World, browser: &Browser, address: &str) -> Page {
    let page = browser.opens(&world.wiki("/notes")).await;
    browser.presses(&page, "Continue", &[("address", address)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friend_redeems_through_the_mail_link_and_is_known_the_next_time() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url(FRIEND).await).await;
    page.sees("Choose how to sign in").does_not_see(FRIEND);
    let page = browser.presses(&page, "Continue with Sociable", &[]).await;
    let page = signs_in_at_sociable(&browser, &page).await;
    // Plain OAuth 2.0 vouches for no address: the mailbox is proved before anything is bound.
    page.does_not_see("Review permissions").does_not_see("another account");
    assert_eq!(world.guest("contoso.example", FRIEND).await["source"], "Invited user");
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(FRIEND).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Review permissions");
    let (page, clicks) = accepts_everything(&browser, page).await;
    assert_eq!(clicks, 2);
    page.sees("Wiki");
    let guest = world.guest("contoso.example", FRIEND).await;
    assert_eq!(guest["externalUserState"], "Accepted");
    assert_eq!(guest["source"], "Sociable");

    // The next visit, by a direct link and in another browser: Sociable alone is enough.
    let later = world.browser();
    let page = types_at_wiki(&world, &later, FRIEND).await;
    let page = later.presses(&page, "Continue with Sociable", &[]).await;
    let page = signs_in_at_sociable(&later, &page).await;
    assert_eq!(page.url.as_str(), world.wiki("/notes"), "{}", page.text());
    // And by the mail link nothing is chosen any more.
    let again = world.browser();
    let page = again.opens(&world.redeem_url(FRIEND).await).await;
    signs_in_at_sociable(&again, &page).await.sees("Wiki");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friend_redeems_by_the_direct_link_as_well() {
    let world = world().await;
    let browser = world.browser();
    let page = types_at_wiki(&world, &browser, FRIEND).await;
    let page = browser.presses(&page, "Continue with Sociable", &[]).await;
    let page = signs_in_at_sociable(&browser, &page).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(FRIEND).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    let (page, _) = accepts_everything(&browser, page).await;
    assert_eq!(page.url.as_str(), world.wiki("/notes"), "{}", page.text());
    assert_eq!(world.guest("contoso.example", FRIEND).await["source"], "Sociable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_a_social_provider_opens_nobodys_account_without_the_mailbox() {
    let world = world().await;
    // Signed in as the friend, with somebody else's mail link: an alias at most, and only with that mailbox.
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url("passcode@mail.example").await).await;
    let page = browser.presses(&page, "Continue with Sociable", &[]).await;
    let page = signs_in_at_sociable(&browser, &page).await;
    page.sees("You are signed in with another account").sees(FRIEND).does_not_see("Review permissions");
    let page = browser.presses(&page, "Send a code to the invited address", &[]).await;
    for code in ["00000000", "12345678"] {
        browser.presses(&page, "Continue", &[("code", code)]).await.does_not_see("Review permissions");
    }
    assert_eq!(world.guest("contoso.example", "passcode@mail.example").await["source"], "Invited user");
    // A guest of a home organization cannot come in by Sociable, whatever is proved.
    let round = world.browser();
    let page = round.opens(&world.wiki("/")).await;
    let fill = [("address", "guest@fabrikam.example"), ("way", "another")];
    let page = round.presses(&page, "Continue", &fill).await;
    let page = round.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode("guest@fabrikam.example").await;
    let page = round.presses(&page, "Continue", &[("code", &code)]).await;
    page.does_not_see("Review permissions").sees("We cannot let you in yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_leads_on_once_and_is_never_a_trap() {
    let world = world().await;
    let browser = world.browser();
    let app = format!("/api/signin/{}?tenantId=contoso.example", crate::actors::WIKI);
    let link = world.broker(&format!("{app}&login_hint=guest%40fabrikam.example"));
    let page = browser.opens(&link).await;
    assert_eq!(page.url.host_str(), Some("login.fabrikam.localhost"), "{}", page.text());
    assert!(page.body.contains("guest@fabrikam.example"), "the provider was told who is expected");
    // Back without having signed in: the same link asks for the address now, with the hint as a guess.
    let page = browser.opens(&link).await;
    page.sees("Sign in to Contoso");
    assert!(page.body.contains("value=\"guest@fabrikam.example\""), "{}", page.body);
    let page = browser.presses(&page, "Continue", &[("address", "passcode@mail.example")]).await;
    page.sees("Choose how to sign in");
    // From the provider there is a way back to the address as well.
    let lost = world.browser();
    let page = lost.opens(&link).await;
    let page = lost.presses(&page, "Cancel", &[]).await;
    let back = page.link("Sign in another way").unwrap_or_else(|| panic!("no way back:\n{}", page.text()));
    let page = lost.opens(&world.broker(&back)).await;
    let page = lost.presses(&page, "Continue", &[("address", "passcode@mail.example")]).await;
    page.sees("Choose how to sign in");
    // Nonsense is no hint, and neither is one that stands there twice.
    for hints in ["login_hint=nobody", "login_hint=", "login_hint=a%40b.example&login_hint=guest%40fabrikam.example"] {
        world.browser().opens(&world.broker(&format!("{app}&{hints}"))).await.sees("Sign in to Contoso");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_hint_skips_the_address_where_the_domain_leads_anywhere() {
    let world = world().await;
    let panel = |hint: &str| world.broker(&format!("/?tenantid=contoso.example&domain_hint={hint}"));
    let browser = world.browser();
    let page = browser.opens(&panel("fabrikam.example")).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.sees("Wiki");
    for nowhere in ["mail.example", "eu.fabrikam.example", "consumers", "contoso.example", "%00"] {
        world.browser().opens(&panel(nowhere)).await.sees("Sign in to Contoso");
    }
    // A member of another tenant, by that tenant's domain.
    let board = world.broker("/?tenantid=northwind.example&domain_hint=contoso.example");
    world.browser().opens(&board).await.sees("Contoso");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_way_reaches_who_is_bound_off_the_route_and_says_nothing_about_others() {
    let world = world().await;
    let mut seen = Vec::new();
    for address in ["guest@fabrikam.example", "nobodyy@fabrikam.example"] {
        let browser = world.browser();
        let page = browser.opens(&world.wiki("/")).await;
        let page = browser.presses(&page, "I signed in another way last time", &[("address", address)]).await;
        page.sees("Choose how to sign in").sees("Continue with Fabrikam").sees("Send me a code by e-mail");
        let choose = page.text().replace(address, "ADDRESS");
        let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
        seen.push((choose, page.text().replace(address, "ADDRESS")));
        // And back to where the domain leads.
        let page = browser.presses(&page, "Use another address", &[]).await;
        let page = browser.presses(&page, "I signed in another way last time", &[("address", address)]).await;
        browser.presses(&page, "Continue with Fabrikam", &[]).await.sees("Fabrikam");
    }
    assert_eq!(seen[0], seen[1], "B10: an address that exists reads like one that does not");
}
