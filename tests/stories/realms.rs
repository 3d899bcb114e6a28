//! Where guests sign in: by their domain, by a social provider, by what the link or the inviter says, and another way.

use vestibule::model::{RouteOverride, TenantId, TenantPartner};

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use super::relink::changes;
use crate::actors::{Browser, CONTOSO, NORTHWIND, Page, World, world};

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
    // A member of another tenant, by that tenant's domain or by the address: signs in there and is a guest here.
    for hint in ["domain_hint=contoso.example", "login_hint=member@contoso.example"] {
        let browser = world.browser();
        let page = browser.opens(&world.broker(&format!("/?tenantid=northwind.example&{hint}"))).await;
        page.sees("Contoso");
        let page = match page.form_with_button("Continue") {
            Some(_) => browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await,
            None => page,
        };
        let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
        page.sees("Review permissions").sees("Northwind");
    }
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

/// Lets the inviter want another way for a guest than the domain's.
async fn wants(world: &World, address: &str, route: RouteOverride) {
    let app = world.demo.app();
    let mut tx = app.store.begin(CONTOSO.parse().unwrap()).await.unwrap();
    let user = tx.guest_invited_as(&address.parse().unwrap()).await.unwrap().unwrap();
    let mut invitation = tx.invitation_of(user.id).await.unwrap().unwrap();
    invitation.route = Some(route);
    tx.update_invitation(&invitation).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inviters_word_wins_over_the_domain_while_that_way_is_on() {
    let world = world().await;
    let guest = "guest@fabrikam.example";
    wants(&world, guest, RouteOverride::Passcode).await;
    let link = world.redeem_url(guest).await;
    // By the direct link the domain decides.
    types_at_wiki(&world, &world.browser(), guest).await.sees("Fabrikam");
    // Switched off, it is the domain that leads again.
    changes(&world, CONTOSO, |tenant| tenant.policies.email_one_time_passcode = false);
    assert_eq!(world.browser().opens(&link).await.url.host_str(), Some("login.fabrikam.localhost"));
    changes(&world, CONTOSO, |tenant| tenant.policies.email_one_time_passcode = true);
    let browser = world.browser();
    let page = browser.opens(&link).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(guest).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    accepts_everything(&browser, page).await.0.sees("Wiki");
    assert_eq!(world.guest("contoso.example", guest).await["source"], "One-time passcode");
    // Later, by a direct link: off the domain's route, as the guest knows.
    let later = world.browser();
    let page = later.opens(&world.wiki("/notes")).await;
    let page = later.presses(&page, "I signed in another way last time", &[("address", guest)]).await;
    let page = later.presses(&page, "Send me a code by e-mail", &[]).await;
    page.sees("code");

    // A provider that the domain does not lead to.
    wants(&world, "passcode@mail.example", RouteOverride::Connection { name: "sociable".parse().unwrap() }).await;
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url("passcode@mail.example").await).await;
    assert_eq!(page.url.host_str(), Some("sociable.localhost"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn b5_a_strict_tenant_says_what_to_do_instead_of_taking_an_alias() {
    let world = world().await;
    changes(&world, CONTOSO, |tenant| tenant.policies.strict_addresses = true);
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url("alias@fabrikam.example").await).await;
    let page = signs_in_at_fabrikam(&browser, &page, "worker@fabrikam.example").await;
    page.status(403)
        .sees("Contoso lets in the invited address alone")
        .sees("worker@fabrikam.example")
        .sees("a•••s@fabrikam.example")
        .sees("to invite the address that you are signed in with");
    assert!(page.form_with_button("Send a code to the invited address").is_none(), "{}", page.text());
    // The form that the other tenants have is refused as well.
    let switch = page.form_with_button("Switch to the invited address").unwrap();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&switch.fields).finish();
    let target = world.broker(&switch.action.replace("/switch", "/send-code"));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", &world.broker("")),
        ("sec-fetch-site", "same-origin"),
    ];
    browser.asks(http::Method::POST, &target, &headers, &body).await;
    assert_eq!(world.guest("contoso.example", "alias@fabrikam.example").await["source"], "Invited user");
    // A social account that names the invited address is no alias.
    let friend = world.browser();
    let page = friend.opens(&world.redeem_url(FRIEND).await).await;
    let page = friend.presses(&page, "Continue with Sociable", &[]).await;
    let page = signs_in_at_sociable(&friend, &page).await;
    let page = friend.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(FRIEND).await;
    friend.presses(&page, "Continue", &[("code", &code)]).await.sees("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_whose_address_a_contact_holds_comes_by_the_mail_link_alone() {
    let world = world().await;
    let address = "contact@mail.example";
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url(address).await).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(address).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    accepts_everything(&browser, page).await.0.sees("Wiki");
    let guest = world.guest("contoso.example", address).await;
    assert_eq!((&guest["source"], &guest["mail"]), (&"One-time passcode".into(), &serde_json::Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_that_agree_spare_their_members_the_review_and_not_the_terms() {
    let world = world().await;
    let (contoso, northwind): (TenantId, TenantId) = (CONTOSO.parse().unwrap(), NORTHWIND.parse().unwrap());
    let agrees = |tenant, inbound, outbound| {
        let (automatic_redemption_inbound, automatic_redemption_outbound) = (inbound, outbound);
        vec![TenantPartner { tenant, automatic_redemption_inbound, automatic_redemption_outbound }]
    };
    let (code, out) =
        world.command(&["invite", "admin@northwind.example", "--tenant", "contoso.example", "--app", "Wiki"]).await;
    assert_eq!(code, 0, "{out}");
    let visits = async |browser: &Browser| {
        let page = browser.opens(&world.wiki("/shared")).await;
        let page = browser.presses(&page, "Continue", &[("address", "admin@northwind.example")]).await;
        browser.presses(&page, "Sign in", &[("password", "demo")]).await
    };
    // One side alone decides nothing.
    changes(&world, CONTOSO, |tenant| tenant.partners = agrees(northwind, true, true));
    visits(&world.browser()).await.sees("Review permissions");
    changes(&world, NORTHWIND, |tenant| tenant.partners = agrees(contoso, false, true));
    let browser = world.browser();
    let page = visits(&browser).await;
    page.sees("Terms of use").does_not_see("Review permissions");
    let (page, clicks) = accepts_everything(&browser, page).await;
    assert_eq!(clicks, 1);
    assert_eq!(page.url.as_str(), world.wiki("/shared"), "{}", page.text());
    let guest = world.guest("contoso.example", "admin@northwind.example").await;
    assert_eq!(guest["source"], "External directory (northwind.example)");
    // A guest of anybody else reviews as ever.
    let other = world.browser();
    let page = types_at_wiki(&world, &other, "guest@fabrikam.example").await;
    signs_in_at_fabrikam(&other, &page, "guest@fabrikam.example").await.sees("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_reaches_the_home_organization_if_the_guest_wants() {
    let world = world().await;
    let browser = world.browser();
    let page = types_at_wiki(&world, &browser, "guest@fabrikam.example").await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    accepts_everything(&browser, page).await;
    // Out of Contoso alone: Fabrikam still knows the guest.
    let page = browser.opens(&world.broker("/contoso.example/sign-out")).await;
    page.sees("Sign out of Contoso and also of Fabrikam");
    browser.presses(&page, "Sign out of Contoso Closes its apps in this browser.", &[]).await.sees("signed out");
    let page = types_at_wiki(&world, &browser, "guest@fabrikam.example").await;
    assert_eq!(page.url.path(), "/notes", "Fabrikam asked nothing: {}", page.text());
    // Out of both: through Fabrikam and back to our own page, and the password is asked for again.
    let page = browser.opens(&world.broker("/contoso.example/sign-out")).await;
    let page = browser.presses(&page, "Sign out of Contoso and also of Fabrikam", &[]).await;
    page.sees("You are signed out");
    assert_eq!(page.url.path(), format!("/{CONTOSO}/sign-out"), "{}", page.text());
    let way = browser.hops.lock().unwrap().iter().map(|hop| hop.url.to_string()).collect::<Vec<_>>();
    let out = way.iter().find(|url| url.contains("login.fabrikam.localhost") && url.contains("/sign-out")).unwrap();
    assert!(out.contains("id_token_hint=") && out.contains("post_logout_redirect_uri="), "{out}");
    let page = types_at_wiki(&world, &browser, "guest@fabrikam.example").await;
    assert!(page.form_with_button("Sign in").is_some(), "{}", page.text());
    // The page that leads there works once.
    let ours = way.iter().find(|url| url.contains("/sign-out/home/")).unwrap();
    assert!(!browser.opens(ours).await.url.as_str().contains("fabrikam"));
    // A guest by code has no home to sign out of.
    let other = world.browser();
    let page = types_at_wiki(&world, &other, "passcode@mail.example").await;
    let page = other.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode("passcode@mail.example").await;
    let page = other.presses(&page, "Continue", &[("code", &code)]).await;
    accepts_everything(&other, page).await;
    other.opens(&world.broker("/contoso.example/sign-out")).await.does_not_see("also of");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_says_what_to_register_before_it_needs_a_secret_and_who_vouches_for_a_domain() {
    let world = world().await;
    let redirect = world.broker(&format!("/{CONTOSO}/federation/fabrikam/callback"));
    let (code, out) = world.command(&["idp", "test", "contoso.example", "fabrikam"]).await;
    assert_eq!(code, 0, "{out}");
    for said in [&redirect, "fabrikam.example: the operator says so (verified = true)", "/sign-out"] {
        assert!(out.contains(said), "{said} is missing:\n{out}");
    }
    let (code, out) = world.command(&["idp", "test", "contoso.example", "sociable"]).await;
    assert!(code == 0 && out.contains("/api/user") && out.contains("proves no address"), "{out}");
    let (_, impact) = world.command(&["idp", "impact", "contoso.example", "sociable"]).await;
    assert!(impact.contains("no guest signs in by sociable"), "{impact}");

    changes(&world, CONTOSO, |tenant| {
        tenant.connections.retain(|connection| connection.name.as_str() != "fabrikam");
        tenant.waiting_connections = vec!["fabrikam".parse().unwrap()];
    });
    let (code, out) = world.command(&["idp", "test", "contoso.example", "fabrikam"]).await;
    assert_eq!(code, 1);
    assert!(out.contains(&redirect) && out.contains("client secret"), "{out}");
    let (code, out) = world.command(&["idp", "test", "contoso.example", "nobody"]).await;
    assert!(code == 1 && !out.contains("redirect URI") && out.contains("sociable, fabrikam"), "{out}");
}
