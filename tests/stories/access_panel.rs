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

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_shows_icons_and_leads_to_the_other_organizations_of_this_person() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees("What Contoso knows").sees("Tickets and answers");
    // Not bound there yet, and what a provider says of an address is one tenant's word: the other one is not listed.
    page.does_not_see("Your organizations").does_not_see("Northwind");
    // Pictures by their content, and nothing else.
    let icon = page.body.split("src=\"/icons/").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let picture = browser.asks(http::Method::GET, &world.broker(&format!("/icons/{icon}")), &[], "").await;
    picture.status(200);
    assert_eq!(picture.headers["content-type"], "image/png");
    assert_eq!(picture.headers["x-content-type-options"], "nosniff");
    assert!(picture.headers["cache-control"].to_str().unwrap().contains("immutable"));
    let id = icon.split('?').next().unwrap();
    for wrong in [id.to_owned(), format!("{id}?v=0000000000000000"), "nothing?v=1".to_owned(), format!("{id}/../x")] {
        browser.asks(http::Method::GET, &world.broker(&format!("/icons/{wrong}")), &[], "").await.status(404);
    }
    // Once the same identity is bound at Northwind, each panel leads to the other.
    let page = browser.opens(&world.broker("/northwind.example")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    // Fabrikam knows the guest already.
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees("Your organizations").sees("Northwind northwind.example").sees("Contoso contoso.example");
    let contoso = page.link("Contoso").unwrap();
    browser
        .opens(&world.broker(&contoso))
        .await
        .status(200)
        .sees("Your apps at Contoso")
        .sees("Northwind northwind.example");
    // A member is at home in one organization and a guest of the other.
    let member = world.browser();
    let page = member.opens(&world.broker("/contoso.example")).await;
    let page = member.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    let page = member.presses(&page, "Sign in", &[("password", "demo")]).await;
    page.status(200).sees("Your organizations").sees("Northwind northwind.example Invited");
    let page = member.opens(&world.broker(&page.link("Northwind").unwrap())).await;
    page.sees("Northwind");
}

/// An application that only signs people in has a tile where somebody says where it begins, for whoever may use it.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_without_a_host_here_has_a_tile_too() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.sees("Portal").sees("Everything for partners").sees("portal.contoso.localhost");
    let tile = page.link("Portal").unwrap();
    assert_eq!(tile, world.at("portal.contoso.localhost", "/"));
    browser.opens(&tile).await.status(200).sees("Portal");
    // Those that say nothing have none: neither the other clients of the demo nor the conformance suite's.
    page.does_not_see("Pocket").does_not_see("Console").does_not_see("Conformance");
    // Found by its name; gone for whoever may not use it, as the proxied ones are.
    browser
        .opens(&world.broker("/contoso.example?q=portal"))
        .await
        .sees("Everything for partners")
        .does_not_see("Wiki");
    let taken =
        ["guest", "unassign", "guest@fabrikam.example", "--tenant", "contoso.example", "--app", crate::actors::PORTAL];
    let (code, out) = world.command(&taken).await;
    assert_eq!(code, 0, "{out}");
    let page = browser.opens(&world.broker("/contoso.example")).await;
    let page = match page.form_with_button("Continue") {
        Some(_) => browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await,
        None => page,
    };
    page.sees("Wiki").does_not_see("Everything for partners");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_sees_who_has_access_invites_and_takes_access_away() {
    let world = world().await;
    let guest = world.browser();
    let page = guest.opens(&world.wiki("/")).await;
    let page = guest.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&guest, &page, "guest@fabrikam.example").await;
    accepts_everything(&guest, page).await;
    let owner = world.browser();
    let page = owner.opens(&world.broker("/contoso.example")).await;
    let page = owner.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    let page = owner.presses(&page, "Sign in", &[("password", "demo")]).await;
    let manage = page.link("Manage").expect("the owner's app has a link");
    assert_eq!(page.body.matches("/manage\"").count(), 1, "one app is owned");
    let page = owner.opens(&world.broker(&manage)).await;
    page.status(200).sees("Manage Wiki").sees("guest@fabrikam.example").sees("passcode@mail.example");
    // Whoever does not own it sees a page that is not there, by link and by form.
    guest.opens(&world.broker("/contoso.example")).await.status(200).does_not_see("Manage");
    guest.opens(&world.broker(&manage)).await.status(404).does_not_see("passcode@mail.example");
    // Inviting: the app's owner names an address, and need say nothing else.
    let page = owner.presses(&page, "Invite", &[("address", "fresh@fabrikam.example")]).await;
    page.status(200).sees("Invited.").sees("fresh@fabrikam.example");
    world.mail("fresh@fabrikam.example", "invited you").await;
    let shown = world.guest("contoso.example", "fresh@fabrikam.example").await;
    assert_eq!(shown["apps"].as_array().unwrap().len(), 1, "{shown}");
    owner.presses(&page, "Invite", &[("address", "member2@contoso.example")]).await.sees("belongs to Contoso itself");
    // More, as far as it is the owner's to say: fields of other apps, groups and roles mean nothing.
    let desk = format!("app:{}", crate::actors::DESK);
    let more = [
        ("address", "more@fabrikam.example"),
        ("name", "Mo <b>More</b>"),
        ("message", "Words of mine"),
        ("language", "nl"),
        ("role:Editor", "yes"),
        ("role:Owner", "yes"),
        ("days", "7"),
        (desk.as_str(), "yes"),
        ("group:c0a70500-0000-4000-8000-0000000000d1", "yes"),
        ("route", "personal-account"),
    ];
    let page = owner.presses(&page, "Invite", &more).await;
    page.status(200).sees("Invited.").sees("Mo <b>More</b>");
    let shown = world.guest("contoso.example", "more@fabrikam.example").await;
    assert_eq!(shown["appRoles"], serde_json::json!(["Wiki: Editor"]), "{shown}");
    assert_eq!((shown["apps"].as_array().unwrap().len(), shown["groups"].as_array().unwrap().len()), (1, 0), "{shown}");
    let mail = world.mail("more@fabrikam.example", "heeft u uitgenodigd").await;
    assert!(mail["Text"].as_str().unwrap().contains("Words of mine"), "{mail}");
    let elsewhere = world.at("desk.apps.localhost", "/contoso.example/");
    for (field, value, says) in [
        ("redirect_url", elsewhere.as_str(), "The guest can land only in Wiki"),
        ("redirect_url", "https://evil.example/", "The guest can land only in Wiki"),
        ("redirect_url", "javascript:alert(1)", "The guest can land only in Wiki"),
        ("days", "0", "number from 1 to 3650"),
        ("sponsors", "nobody@fabrikam.example", "One of the sponsors is nobody here"),
        ("cc", "nonsense", "name@organization"),
    ] {
        let typed = [("address", "kept@fabrikam.example"), ("message", "Kept words"), (field, value)];
        let page = owner.presses(&page, "Invite", &typed).await;
        assert!(page.text().contains(says), "{field} {value}: {}", page.text());
        assert!(page.body.contains("Kept words") && page.body.contains("value=\"kept@fabrikam.example\""), "{field}");
    }
    let inside =
        owner.presses(&page, "Invite", &[("address", "in@fabrikam.example"), ("redirect_url", &world.wiki("/a"))]);
    inside.await.sees("Invited.");
    // Taking away asks first, then ends what is open.
    guest.opens(&world.wiki("/")).await.status(200);
    let id = world.guest("contoso.example", "guest@fabrikam.example").await["id"].as_str().unwrap().to_owned();
    let page = owner.opens(&world.broker(&format!("{manage}?remove={id}"))).await;
    page.status(200).sees("Take access away from Gwen Guest?");
    let page = owner.presses(&page, "Take access away", &[]).await;
    page.status(200).sees("Access was taken away").does_not_see("guest@fabrikam.example");
    let denied = guest.asks(http::Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await;
    assert!(matches!(denied.status.as_u16(), 401 | 403), "{}", denied.status);
}
