//! What ends access ends all of it: factors of the erased and of predecessors, sessions abroad, and changes that are under way.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use vestibule::model::{EmailAddress, Secret};
use vestibule::signin::reset::forget_factors;

use super::credentials::{Authenticator, link, recovery_codes, signs_in_at_home, signs_in_with_password, world_where};
use super::federated_guest::accepts_everything;
use super::guest_life::{JSON, run, settled, tenant};
use crate::actors::{Browser, Page, Phone, World, world};

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
            owner.opens(&world.wiki("/")).await.status(200).sees(MEMBER);
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
        // The session that made the change is a new one, to which the app's host finds its way without a question.
        let page = thief.opens(&there).await;
        assert_eq!(page.url.as_str() == there, !ended, "{}: {}", page.url, page.text());
        let password = if ended { old } else { new };
        signs_in_with_password(&world.browser(), &there, password).await.status(200).sees("Desk");
    }
}

const PASSCODE: &str = "passcode@mail.example";
const OLD: &str = "demo demo demo demo";
const NEW: &str = "mellow harbour antler 42";
const WITH_PASSKEY: &str = "Sign in with a passkey";

fn phone(world: &World) -> Phone {
    Phone::at(world.broker("/").trim_end_matches('/'), "vestibule.localhost")
}

async fn adds_passkey(world: &World, browser: &Browser, phone: &mut Phone) -> Page {
    let page = browser.opens(&world.broker("/northwind.example/account/methods")).await;
    let answer = phone.makes(&page.passkey_options());
    browser.presses(&page, "Add a passkey", &[("credential", &answer), ("name", "Phone")]).await
}

async fn unlocks(browser: &Browser, url: &str, phone: &mut Phone) -> Page {
    let page = browser.opens(url).await;
    let answer = phone.answers(&page.passkey_options());
    browser.presses(&page, WITH_PASSKEY, &[("credential", &answer)]).await
}

async fn resets_password(world: &World, browser: &Browser, password: &str) -> Page {
    let page = browser.opens(&desk(world, "/northwind.example/")).await;
    let page = browser.presses(&page, "Continue", &[("address", PERSONAL)]).await;
    let page = browser.presses(&page, "Use my Vestibule password", &[]).await;
    let page = browser.presses(&page, "I forgot my password", &[]).await;
    let page = browser.presses(&page, "Send me a code", &[]).await;
    let code = world.passcode(PERSONAL).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("passkeys that you made before");
    browser.presses(&page, "Save passphrase", &[("password", password)]).await
}

/// B17: whoever had the password planted a passkey; after the reset it opens nothing, and its owner is not locked out.
#[tokio::test(flavor = "multi_thread")]
async fn b17_a_planted_passkey_signs_nobody_in_after_a_reset() {
    let world = world().await;
    let there = desk(&world, "/northwind.example/");
    let (thief, mut planted) = (world.browser(), phone(&world));
    let page = signs_in_with_password(&thief, &there, OLD).await;
    accepts_everything(&thief, page).await;
    recovery_codes(&adds_passkey(&world, &thief, &mut planted).await);
    unlocks(&world.browser(), &there, &mut planted).await.status(200).sees("Tickets of Northwind");

    let owner = world.browser();
    resets_password(&world, &owner, NEW).await.status(200).sees("Tickets of Northwind");
    thief.asks(Method::GET, &there, &JSON, "").await.status(401);
    unlocks(&world.browser(), &there, &mut planted).await.sees("does not sign in here");
    let page = owner.opens(&world.broker("/northwind.example/account/methods")).await;
    page.does_not_see("Remove Phone").does_not_see("codes are left");
    // The control: what is added after the reset does sign in.
    let mut own = phone(&world);
    recovery_codes(&adds_passkey(&world, &owner, &mut own).await);
    unlocks(&world.browser(), &there, &mut own).await.status(200).sees("Tickets of Northwind");
}

/// B17: where a second step is demanded, a mailbox takes none away: the passkey is that from then on, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn b17_a_reset_takes_no_second_step_away() {
    let edits = [("personal_accounts = true", "personal_accounts = true\nmfa = \"guests\"")];
    let (world, _folder) = world_where("northwind", &edits).await;
    let there = desk(&world, "/northwind.example/");
    let (first, mut key) = (world.browser(), phone(&world));
    let page = signs_in_with_password(&first, &there, OLD).await;
    let answer = key.makes(&page.passkey_options());
    let page = first.presses(&page, "Use a passkey instead", &[("credential", &answer), ("name", "Phone")]).await;
    let codes = recovery_codes(&page);
    let page = first.opens(&link(&page, "I have kept them")).await;
    accepts_everything(&first, page).await.0.status(200).sees("Tickets of Northwind");

    let second = world.browser();
    let page = resets_password(&world, &second, NEW).await;
    page.sees("One more step").does_not_see("Set up your authenticator app");
    second.asks(Method::GET, &there, &JSON, "").await.status(401);
    unlocks(&world.browser(), &there, &mut key).await.sees("does not sign in here");
    // After the password it still is the second step; and so is a recovery code.
    let answer = key.answers(&page.passkey_options());
    second.presses(&page, "Use a passkey", &[("credential", &answer)]).await.status(200).sees("Tickets of Northwind");
    let third = world.browser();
    let page = signs_in_with_password(&third, &there, NEW).await;
    third.presses(&page, "Continue", &[("code", &codes[0])]).await.status(200).sees("Tickets of Northwind");
}

/// B17: the same for a member, whose password the administrator's link sets anew.
#[tokio::test(flavor = "multi_thread")]
async fn b17_a_planted_passkey_signs_no_member_in_after_a_link_of_the_administrator() {
    for demanded in [false, true] {
        let edits =
            if demanded { [("mfa = \"off\"", "mfa = \"everyone\"")] } else { [("mfa = \"off\"", "mfa = \"guests\"")] };
        let (world, _folder) = world_where("contoso", &edits).await;
        let (thief, mut planted) = (world.browser(), phone(&world));
        let mut page = member_signs_in(&world, &thief, "demo").await;
        if demanded {
            let answer = planted.makes(&page.passkey_options());
            page = thief.presses(&page, "Use a passkey instead", &[("credential", &answer), ("name", "Phone")]).await;
        } else {
            let methods = thief.opens(&world.broker("/contoso.example/account/methods")).await;
            let answer = planted.makes(&methods.passkey_options());
            page = thief.presses(&methods, "Add a passkey", &[("credential", &answer), ("name", "Phone")]).await;
        }
        recovery_codes(&page);
        unlocks(&world.browser(), &world.wiki("/"), &mut planted).await.status(200).sees(MEMBER);

        let out = run(&world, &["member", "add", MEMBER, "--tenant", "contoso.example"]).await;
        let link = out.split_whitespace().find(|word| word.contains("/set-password#")).unwrap().to_owned();
        let owner = world.browser();
        let page = owner.opens(&link).await;
        page.sees("passkeys that you made before");
        owner.presses(&page, "Save passphrase", &[("token", &link), ("password", NEW)]).await.status(200);
        thief.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
        unlocks(&world.browser(), &world.wiki("/"), &mut planted).await.sees("does not sign in here");

        // The link does not go round a second step that somebody asks for: the passkey still is that one.
        let page = member_signs_in(&world, &owner, NEW).await;
        if demanded {
            page.sees("One more step").does_not_see("Set up your authenticator app");
            owner.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
            let answer = planted.answers(&page.passkey_options());
            owner.presses(&page, "Use a passkey", &[("credential", &answer)]).await.status(200);
        }
        // The control: what is added after the new password does sign in.
        let mut own = phone(&world);
        let page = owner.opens(&world.broker("/contoso.example/account/methods")).await;
        assert_eq!(page.text().contains("codes are left"), demanded, "{}", page.text());
        let answer = own.makes(&page.passkey_options());
        owner.presses(&page, "Add a passkey", &[("credential", &answer), ("name", "Mine")]).await.status(200);
        unlocks(&world.browser(), &world.wiki("/"), &mut own).await.status(200).sees(MEMBER);
    }
}

async fn member_signs_in(world: &World, browser: &Browser, password: &str) -> Page {
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", MEMBER)]).await;
    browser.presses(&page, "Sign in", &[("password", password)]).await
}

/// A17: a factor that is set up guards another way in, and an erasure, as it guards every other change.
#[tokio::test(flavor = "multi_thread")]
async fn a17_neither_a_new_way_in_nor_an_erasure_goes_around_a_passkey() {
    let world = world().await;
    let there = desk(&world, "/northwind.example/");
    let (owner, mut key) = (world.browser(), phone(&world));
    let page = signs_in_with_password(&owner, &there, OLD).await;
    accepts_everything(&owner, page).await;
    recovery_codes(&adds_passkey(&world, &owner, &mut key).await);
    let thief = world.browser();
    signs_in_with_password(&thief, &there, OLD).await.status(200).sees("Tickets of Northwind");
    for (path, asked) in [("account/sign-in", "Change how you sign in"), ("account/erase", "Erase")] {
        let url = world.broker(&format!("/northwind.example/{path}"));
        thief.opens(&url).await.sees("Sign in again first");
        owner.opens(&url).await.sees(asked).does_not_see("Sign in again first");
    }
    // The form that is not on the page does nothing either.
    let page = owner.opens(&world.broker("/northwind.example/account/erase")).await;
    let stale = page.form_with_button("Erase").unwrap();
    let own = thief.opens(&world.broker("/northwind.example/account")).await;
    let csrf = own.forms().into_iter().find_map(|form| form.fields.into_iter().find(|it| it.0 == "csrf")).unwrap().1;
    let target = page.url.join(&stale.action).unwrap().to_string();
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("origin", "null"), ("sec-fetch-site", "same-origin")];
    thief.asks(Method::POST, &target, &headers, &format!("csrf={csrf}&answer=yes")).await.status(303);
    owner.asks(Method::GET, &there, &JSON, "").await.status(200);
    // Leaving can be undone for a while, and asks for no more than before.
    thief.opens(&world.broker("/northwind.example/account/leave")).await.does_not_see("Sign in again first");
}

/// The guest of the passcode, allowed to change how they sign in, at the address page of that journey.
async fn permitted(world: &World) -> (Browser, Page) {
    let browser = settled(world, PASSCODE).await;
    let page = browser.opens(&world.broker("/contoso.example/account/sign-in")).await;
    let page = browser.presses(&page, "Send me a code", &[]).await;
    let mail = world.mail(PASSCODE, "change how you sign in").await;
    let text = mail["Text"].as_str().unwrap().to_owned();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 8).unwrap().to_owned();
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    (browser, page)
}

async fn takes_the_new_way(browser: &Browser, page: &Page) -> Page {
    let page = browser.presses(page, "Continue", &[("address", "colleague@fabrikam.example")]).await;
    super::federated_guest::signs_in_at_fabrikam(browser, &page, "colleague@fabrikam.example").await
}

/// A17: what ends a guest's sessions, or gives the change up, ends what one of them allowed.
#[tokio::test(flavor = "multi_thread")]
async fn a17_a_permit_to_change_the_sign_in_ends_with_everything_else() {
    for end in ["all", "sign-out", "nothing"] {
        let world = world().await;
        let (browser, page) = permitted(&world).await;
        match end {
            "all" => {
                run(&world, &["guest", "sessions", PASSCODE, "--tenant", "contoso.example", "--end-all"]).await;
                let app = world.demo.app();
                let mut read = app.store.read(tenant(app).id).await.unwrap();
                let lines = read.audit_lines(0, 999).await.unwrap();
                let ended =
                    |line: &vestibule::model::AuditLine| line.event.activity.contains("StsRefreshTokenValidFrom");
                assert!(lines.iter().any(ended), "ending sessions is on record");
            }
            "sign-out" => {
                let out = browser.opens(&world.broker("/contoso.example/sign-out")).await;
                out.sees("You were about to change how you sign in");
                let asked = browser.presses(&out, "Sign out of Contoso", &[]).await;
                asked.does_not_see("You were about to change");
            }
            _ => {}
        }
        if end != "sign-out" {
            let page = takes_the_new_way(&browser, &page).await;
            match page.form_with_button("Use this from now on") {
                Some(_) => drop(browser.presses(&page, "Use this from now on", &[]).await),
                None => assert_ne!(end, "nothing", "the control: {}", page.text()),
            }
        }
        let source = world.guest("contoso.example", PASSCODE).await["source"].clone();
        let changed = source == "External directory (fabrikam.example)";
        assert_eq!(changed, end == "nothing", "{end}: {source}");
        if changed {
            super::credentials::hears(&world, PASSCODE, "how you sign in to Contoso was changed").await;
        }
    }
}

/// B6: a permit sends codes to three addresses, and is no mailer.
#[tokio::test(flavor = "multi_thread")]
async fn b6_a_permit_sends_codes_to_few_addresses() {
    let world = world().await;
    let (browser, mut page) = permitted(&world).await;
    for round in 0..5 {
        let address = format!("victim{round}@mail.example");
        if round > 0 {
            page = browser.presses(&page, "Use another address", &[]).await;
        }
        let chosen = browser.presses(&page, "Continue", &[("address", &address)]).await;
        let sent = browser.presses(&chosen, "Send me a code by e-mail", &[]).await;
        assert_eq!(sent.status.as_u16() == 429, round >= 3, "{round}: {}", sent.text());
        page = if round >= 3 { chosen } else { sent };
    }
}

/// B16: nothing of an address but an id of ours comes back after the sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn b16_no_piece_of_an_address_is_carried_through_the_sign_in() {
    let world = world().await;
    let id = "c0a70500-0000-4000-8000-0000000000d1";
    for (piece, lands) in [
        ("..%2f..%2fevil", "/account/accepted"),
        ("x%0d%0aSet-Cookie:%20a=b", "/account/accepted"),
        ("%5c%5cevil.example", "/account/accepted"),
        ("%3Fnext=evil", "/account/accepted"),
        (id, "/account/accepted"),
    ] {
        let browser = world.browser();
        let page = browser.opens(&world.broker(&format!("/contoso.example/account/terms/{piece}"))).await;
        let page = browser.presses(&page, "Continue", &[("address", MEMBER)]).await;
        let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
        assert!(page.url.path().ends_with(lands), "{piece}: {}", page.url);
    }
}

/// A17: an authenticator app is set up by whoever showed a secret a moment ago, wherever it serves more than one tenant's wish.
#[tokio::test(flavor = "multi_thread")]
async fn a17_an_old_session_sets_up_no_second_step() {
    let (world, _folder) = world_where("contoso", &[("require_mfa = false", "require_mfa = true")]).await;
    let app = world.demo.app();
    for old in [true, false] {
        let browser = world.browser();
        let page = browser.opens(&world.broker("/contoso.example")).await;
        let page = browser.presses(&page, "Continue", &[("address", MEMBER)]).await;
        browser.presses(&page, "Sign in", &[("password", "demo")]).await.status(200);
        if old {
            let contoso = tenant(app);
            let address: EmailAddress = MEMBER.parse().unwrap();
            let member = app.store.read(contoso.id).await.unwrap().member(&address).await.unwrap().unwrap();
            for session in app.sessions.of_user(contoso.id, member.id).await.unwrap() {
                let mut record = session.record().as_ref().clone();
                record.authenticated_at = Some(vestibule::model::Timestamp::from_seconds(0));
                app.sessions.replace(record).await.unwrap();
            }
        }
        let page = browser.opens(&world.wiki("/")).await;
        if !old {
            Authenticator::scans(&page);
            continue;
        }
        page.sees("Sign in again first").does_not_see("Type this key");
        let page = browser.presses(&page, "Sign in again", &[]).await;
        let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
        Authenticator::scans(&page);
    }
}
