//! What ends access ends all of it: factors of the erased and of predecessors, sessions abroad, and changes that are under way.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use vestibule::model::{EmailAddress, Secret};
use vestibule::signin::reset::forget_factors;

use super::credentials::{Authenticator, link, recovery_codes, signs_in_at_home, signs_in_with_password, world_where};
use super::federated_guest::accepts_everything;
use super::guest_life::{JSON, run, tenant};
use crate::actors::{Browser, Page, World, world};

const GUEST: &str = "guest@fabrikam.example";
const MEMBER: &str = "member@contoso.example";
const PERSONAL: &str = "existing@mail.example";

fn desk(world: &World, path: &str) -> String {
    world.at("desk.apps.localhost", path)
}

/// L6, A17: what a guest registered goes with the guest, and a successor sets up an own second step.
#[tokio::test(flavor = "multi_thread")]
async fn l6_factors_leave_with_their_guest_and_no_successor_inherits_them() {
    let (world, _folder) = world_where("contoso", &[("mfa = \"off\"", "mfa = \"guests\"")]).await;
    let browser = world.browser();
    let page = signs_in_at_home(&browser, &world.wiki("/")).await;
    let first = Authenticator::scans(&page);
    let page = browser.presses(&page, "Turn on", &[("code", &first.shows())]).await;
    recovery_codes(&page);
    let page = browser.opens(&link(&page, "I have kept them")).await;
    accepts_everything(&browser, page).await.0.status(200).sees(GUEST);
    let export = run(&world, &["guest", "export", GUEST, "--tenant", "contoso.example"]).await;
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert!(export["signInMethods"]["authenticatorAppSince"].is_string(), "{export}");
    assert_eq!(export["signInMethods"]["recoveryCodesLeft"], 10);
    // The control: it is asked for as long as it is the same guest.
    signs_in_at_home(&world.browser(), &world.wiki("/")).await.sees("One more step");

    run(&world, &["guest", "reset", GUEST, "--tenant", "contoso.example"]).await;
    let page = signs_in_at_home(&world.browser(), &world.wiki("/")).await;
    assert_ne!(Authenticator::scans(&page).shows(), first.shows());
    let export = run(&world, &["guest", "export", GUEST, "--tenant", "contoso.example"]).await;
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert!(export["signInMethods"]["authenticatorAppSince"].is_null(), "{export}");
}

async fn goes_abroad(world: &World, browser: &Browser, password: &str) -> Page {
    let page = browser.opens(&desk(world, "/northwind.example/")).await;
    let page = browser.presses(&page, "Continue", &[("address", MEMBER)]).await;
    let page = match page.form_with_button("Continue") {
        Some(_) => browser.presses(&page, "Continue", &[("address", MEMBER)]).await,
        None => page,
    };
    let page = browser.presses(&page, "Sign in", &[("password", password)]).await;
    if page.form_with_button("Accept").is_some() { accepts_everything(browser, page).await.0 } else { page }
}

/// D5: a member's new password ends what the old one opened, in every tenant.
#[tokio::test(flavor = "multi_thread")]
async fn d5_a_new_password_of_a_member_ends_what_the_old_one_opened_abroad() {
    let world = world().await;
    let there = desk(&world, "/northwind.example/");
    let bystander = world.browser();
    let page = signs_in_with_password(&bystander, &there, "demo demo demo demo").await;
    accepts_everything(&bystander, page).await;
    let (mut thief, mut password) = (world.browser(), "demo".to_owned());
    goes_abroad(&world, &thief, &password).await;
    for (round, new) in ["seven quiet lanterns", "gloomy walrus paints attic"].into_iter().enumerate() {
        thief.asks(Method::GET, &there, &JSON, "").await.status(200);
        let owner = world.browser();
        if round == 0 {
            let page = owner.opens(&world.broker("/contoso.example/account/methods")).await;
            let page = owner.presses(&page, "Continue", &[("address", MEMBER)]).await;
            let page = owner.presses(&page, "Sign in", &[("password", &password)]).await;
            owner.presses(&page, "Change password", &[("password", new)]).await.sees("Your password was changed");
            // The one that changed it goes on, at home and abroad.
            owner.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(200);
        } else {
            let out = run(&world, &["member", "add", MEMBER, "--tenant", "contoso.example"]).await;
            let link = out.split_whitespace().find(|word| word.contains("/set-password#")).unwrap().to_owned();
            let page = owner.opens(&link).await;
            owner.presses(&page, "Save passphrase", &[("token", &link), ("password", new)]).await;
        }
        thief.asks(Method::GET, &there, &JSON, "").await.status(401);
        // The session at home is over too, and opens nothing abroad.
        thief.opens(&there).await.does_not_see("Tickets of Northwind");
        password = new.to_owned();
        thief = world.browser();
        goes_abroad(&world, &thief, &password).await;
    }
    bystander.asks(Method::GET, &there, &JSON, "").await.status(200);
}

/// D5: whoever changes a password while its owner ends everything changes nothing, and is out.
#[tokio::test(flavor = "multi_thread")]
async fn d5_a_change_under_way_does_not_survive_what_ended_its_session() {
    let world = world().await;
    let app = Arc::clone(world.demo.app());
    let there = desk(&world, "/northwind.example/");
    let methods = world.broker("/northwind.example/account/methods");
    let old = "demo demo demo demo";
    let first = world.browser();
    let page = signs_in_with_password(&first, &there, old).await;
    accepts_everything(&first, page).await;
    for (ended, new) in [(true, "mellow harbour antler 42"), (false, "gloomy walrus paints attic")] {
        let thief = world.browser();
        signs_in_with_password(&thief, &there, old).await.status(200).sees("Desk");
        let page = thief.opens(&methods).await;
        // The threads that hash have so much to do that the change waits for its turn.
        let busy: Vec<_> = (0..48)
            .map(|_| {
                let app = Arc::clone(&app);
                tokio::spawn(async move { app.passwords.verify(&Secret::new("something to do"), None).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(5)).await;
        let change = thief.presses(&page, "Change password", &[("password", new)]);
        let end = async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            let address: EmailAddress = PERSONAL.parse().unwrap();
            if ended {
                assert!(forget_factors(&app, &tenant(&app), &address).await.unwrap());
            }
        };
        let (page, ()) = tokio::join!(change, end);
        let answers = futures_util::future::join_all(busy).await;
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap().is_ok()), "they did not even fit");
        // The control: with nothing ended, the same change is made.
        assert_eq!(page.text().contains("Your password was changed"), !ended, "{}", page.text());
        thief.asks(Method::GET, &there, &JSON, "").await.status(if ended { 401 } else { 200 });
        let password = if ended { old } else { new };
        signs_in_with_password(&world.browser(), &there, password).await.status(200).sees("Desk");
    }
}
