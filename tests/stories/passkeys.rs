//! Passkeys: an account made with one, signing in with nothing typed, a second step, and everything an answer must not be good for.

use http::Method;
use vestibule::model::AuditLine;
use vestibule::storage::InstanceTask;

use super::credentials::{hears, link, recovery_codes, signs_in_at_home, signs_in_with_password, world_where};
use super::federated_guest::accepts_everything;
use crate::actors::{Browser, CONTOSO, NORTHWIND, Page, Phone, TOUCHED, UNLOCKED, World, new_key, world};

const HOST: &str = "vestibule.localhost";
const SIGN_IN: &str = "Sign in with a passkey";
const NEWCOMER: &str = "newcomer@mail.example";
const API: [(&str, &str); 1] = [("accept", "application/json")];

fn phone(world: &World) -> Phone {
    Phone::at(&world.broker(""), HOST)
}

fn desk(world: &World) -> String {
    world.at("desk.apps.localhost", "/northwind.example/")
}

/// Answers what the page asks for, as the script would.
async fn unlocks(browser: &Browser, page: &Page, button: &str, phone: &mut Phone) -> Page {
    let answer = phone.answers(&page.passkey_options());
    browser.presses(page, button, &[("credential", &answer)]).await
}

/// Makes the passkey that the page offers to make.
async fn makes(browser: &Browser, page: &Page, button: &str, phone: &mut Phone, name: &str) -> Page {
    let answer = phone.makes(&page.passkey_options());
    browser.presses(page, button, &[("credential", &answer), ("name", name)]).await
}

/// A newcomer of Northwind makes an account with a passkey, through the mail link.
async fn joins(world: &World, browser: &Browser, phone: &mut Phone) -> Page {
    let page = browser.opens(&world.redeem_url_of(NORTHWIND, NEWCOMER).await).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(NEWCOMER).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Create your personal account");
    makes(browser, &page, "Create account with a passkey", phone, "Nora Newcomer").await
}

/// The same, with the recovery codes kept that everybody gets.
async fn joins_and_keeps_codes(world: &World, browser: &Browser, phone: &mut Phone) -> Page {
    let page = joins(world, browser, phone).await;
    recovery_codes(&page);
    browser.opens(&link(&page, "I have kept them")).await
}

/// The newest lines of a tenant's audit chain, or of the instance's.
async fn audit(world: &World, tenant: Option<&str>) -> Vec<AuditLine> {
    let store = &world.demo.app().store;
    match tenant {
        Some(tenant) => store.read(tenant.parse().unwrap()).await.unwrap().audit_lines(0, u32::MAX).await.unwrap(),
        None => {
            let mut tx = store.begin_instance(InstanceTask::Audit).await.unwrap();
            tx.audit_lines(0, u32::MAX).await.unwrap()
        }
    }
}

async fn audited(world: &World, tenant: Option<&str>, words: &str) -> bool {
    audit(world, tenant).await.iter().any(|line| format!("{line:?}").contains(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_made_with_a_passkey_signs_in_without_typing_anything() {
    let world = world().await;
    let (browser, mut phone) = (world.browser(), phone(&world));
    let page = joins_and_keeps_codes(&world, &browser, &mut phone).await;
    page.sees("Review permissions");
    let (page, _) = accepts_everything(&browser, page).await;
    page.sees("Desk");
    assert_eq!(world.guest("northwind.example", NEWCOMER).await["source"], "Personal account");
    // The handle says nothing: no address, no id of anybody, and random.
    let handle = phone.handle.clone().unwrap();
    assert_eq!(handle.len(), 32);
    assert!(audited(&world, None, "fido2").await, "the account's line says how it was made");

    // There is no password, whatever is typed.
    let other = world.browser();
    let page = other.opens(&desk(&world)).await;
    let page = other.presses(&page, "Continue", &[("address", NEWCOMER)]).await;
    let page = other.presses(&page, "Use my Vestibule password", &[]).await;
    for password in ["mellow harbour antler 42", ""] {
        other.presses(&page, "Sign in", &[("password", password)]).await.sees("do not match");
    }

    // Nothing is typed, in a browser that knows nothing.
    let third = world.browser();
    let page = third.opens(&desk(&world)).await;
    page.sees("Sign in to Northwind");
    assert!(page.body.contains("autocomplete=\"username webauthn\"") && page.body.contains(" data-conditional"));
    assert_eq!(page.passkey_options()["allowCredentials"], serde_json::json!([]), "nobody is named");
    let page = unlocks(&third, &page, SIGN_IN, &mut phone).await;
    page.status(200).sees("Tickets of Northwind").sees(NEWCOMER);
    assert!(audited(&world, Some(NORTHWIND), "hwk mfa").await, "an unlocked passkey is two factors");
    world.mail(NEWCOMER, "used in a new browser").await;
    // Whoever has a passkey does not see a page with more on it than others do.
    let fourth = world.browser();
    let page = fourth.opens(&desk(&world)).await;
    let known = fourth.presses(&page, "Continue", &[("address", NEWCOMER)]).await;
    let page = fourth.opens(&desk(&world)).await;
    let page = fourth.presses(&page, "Use another address", &[]).await;
    let unknown = fourth.presses(&page, "Continue", &[("address", "nobody@mail.example")]).await;
    assert_eq!(known.text().replace(NEWCOMER, "X"), unknown.text().replace("nobody@mail.example", "X"));
    assert_eq!(known.passkey_options()["allowCredentials"], unknown.passkey_options()["allowCredentials"]);
    assert_eq!(world.command(&["audit"]).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn t154_an_answer_is_good_once_in_this_browser_here_and_for_this() {
    let world = world().await;
    let (browser, mut phone) = (world.browser(), phone(&world));
    let page = joins_and_keeps_codes(&world, &browser, &mut phone).await;
    accepts_everything(&browser, page).await;

    let thief = world.browser();
    let asked = thief.opens(&desk(&world)).await;
    let victim = world.browser();
    let victims = victim.opens(&desk(&world)).await;
    let answer = phone.answers(&victims.passkey_options());
    let state = victims.passkey_state();
    // Another browser's challenge, with its state and without it.
    for fields in [vec![("credential", answer.as_str()), ("state", &state)], vec![("credential", &answer)]] {
        thief.presses(&asked, SIGN_IN, &fields).await.does_not_see("Tickets of").status(200);
        assert_eq!(thief.asks(Method::GET, &desk(&world), &API, "").await.status, 401);
    }
    // The page says so and asks anew; what was taken is used up, whether it was right or not.
    let asked = thief.opens(&desk(&world)).await;
    let page = thief.presses(&asked, SIGN_IN, &[("credential", "{}")]).await;
    page.sees("does not sign in here");
    let right = phone.answers(&asked.passkey_options());
    thief.presses(&asked, SIGN_IN, &[("credential", &right)]).await.sees("open for too long");
    // Another tenant's page, another purpose, and nonsense.
    let contoso = thief.opens(&world.broker("/contoso.example")).await;
    for state in [contoso.passkey_state(), String::new(), "x".repeat(3000)] {
        let asked = thief.opens(&desk(&world)).await;
        let answer = phone.answers(&contoso.passkey_options());
        let fields = [("credential", answer.as_str()), ("state", &state)];
        thief.presses(&asked, SIGN_IN, &fields).await.sees("open for too long");
    }
    let methods = browser.opens(&world.broker("/northwind.example/account/methods")).await;
    let offered = methods.passkey_state();
    let asked = thief.opens(&desk(&world)).await;
    let answer = phone.answers(&methods.passkey_options());
    thief.presses(&asked, SIGN_IN, &[("credential", &answer), ("state", &offered)]).await.sees("open for too long");

    // What the victim's own browser sends is right, once.
    let replayed = phone.answers(&victims.passkey_options());
    let page = victim.presses(&victims, SIGN_IN, &[("credential", &replayed)]).await;
    page.status(200).sees("Tickets of Northwind");
    let again = world.browser();
    again.presses(&victims, SIGN_IN, &[("credential", &replayed)]).await.does_not_see("Tickets of");
    assert!(audited(&world, Some(NORTHWIND), "passkey page over").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn t154_only_the_owners_own_unlocked_passkey_signs_in() {
    let world = world().await;
    let (browser, mut phone) = (world.browser(), phone(&world));
    let page = joins_and_keeps_codes(&world, &browser, &mut phone).await;
    accepts_everything(&browser, page).await;
    type Bend = fn(&mut Phone);
    let attacks: [(&str, Bend, Bend); 4] = [
        ("another origin", |it| it.origin.push('0'), |it| it.origin.truncate(it.origin.len() - 1)),
        ("another host", |it| it.host = "localhost".into(), |it| it.host = HOST.into()),
        ("not unlocked", |it| it.flags = TOUCHED, |it| it.flags = UNLOCKED),
        ("within a frame of somebody", |it| it.crosses = true, |it| it.crosses = false),
    ];
    for (what, bend, mend) in attacks {
        let thief = world.browser();
        let page = thief.opens(&desk(&world)).await;
        bend(&mut phone);
        let page = unlocks(&thief, &page, SIGN_IN, &mut phone).await;
        mend(&mut phone);
        assert!(page.text().contains("does not sign in here"), "{what}: {}", page.text());
        assert_eq!(thief.asks(Method::GET, &desk(&world), &API, "").await.status, 401, "{what}");
    }
    // The id of somebody's credential with another key; no handle, or another one.
    let thief = world.browser();
    let forged = Phone { key: new_key(), id: phone.id.clone(), handle: phone.handle.clone(), ..self::phone(&world) };
    let (handle, mut phones) = (phone.handle.clone(), [forged, phone]);
    let page = thief.opens(&desk(&world)).await;
    unlocks(&thief, &page, SIGN_IN, &mut phones[0]).await.sees("does not sign in here");
    let [_, mut phone] = phones;
    for other in [None, Some(vec![7; 32]), Some(Vec::new())] {
        phone.handle = other;
        let page = thief.opens(&desk(&world)).await;
        unlocks(&thief, &page, SIGN_IN, &mut phone).await.sees("does not sign in here");
    }
    phone.handle = handle;
    // A copy of the authenticator, which counts for itself.
    let mut copy = phone.counter;
    let page = thief.opens(&desk(&world)).await;
    unlocks(&thief, &page, SIGN_IN, &mut phone).await.status(200).sees("Tickets of Northwind");
    let other = world.browser();
    let page = other.opens(&desk(&world)).await;
    std::mem::swap(&mut copy, &mut phone.counter);
    unlocks(&other, &page, SIGN_IN, &mut phone).await.sees("does not sign in here");
    assert!(audited(&world, None, "counter did not move").await, "its owner's record says so");
    assert_eq!(other.asks(Method::GET, &desk(&world), &API, "").await.status, 401);
    phone.counter = copy;
    let page = other.opens(&desk(&world)).await;
    unlocks(&other, &page, SIGN_IN, &mut phone).await.status(200).sees("Tickets of Northwind");
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_added_named_and_removed_and_the_last_way_in_stays() {
    let world = world().await;
    let (browser, mut phone) = (world.browser(), phone(&world));
    let page = joins_and_keeps_codes(&world, &browser, &mut phone).await;
    accepts_everything(&browser, page).await;
    let methods = world.broker("/northwind.example/account/methods");
    let page = browser.opens(&methods).await;
    page.sees("Passkeys").sees("your only way to sign in").sees("Set a password");
    assert!(page.form_with_button("Remove").is_none());
    // The form that is not on the page does nothing either.
    let id = data_encoding::BASE64URL_NOPAD.encode(&phone.id);
    let removes = |page: &Page| page.url.join("/northwind.example/account/methods/remove-passkey").unwrap().to_string();
    let csrf =
        page.form_with_button("Set a password").unwrap().fields.iter().find(|it| it.0 == "csrf").unwrap().1.clone();
    let body = format!("csrf={csrf}&passkey={id}&t=");
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("origin", "null"), ("sec-fetch-site", "same-origin")];
    browser.asks(Method::POST, &removes(&page), &headers, &body).await.status(303);
    browser.opens(&methods).await.sees("your only way to sign in");

    // A second one, on another device; the first one on the same authenticator is not made twice.
    let page = browser.opens(&methods).await;
    assert_eq!(page.passkey_options()["excludeCredentials"][0]["id"], id.as_str());
    let first_again = makes(&browser, &page, "Add a passkey", &mut phone, "twice").await;
    first_again.sees("could not be added");
    let mut key = self::phone(&world);
    let page = browser.opens(&methods).await;
    let page = makes(&browser, &page, "Add a passkey", &mut key, "  Blue <b>key</b>  ").await;
    assert_eq!(key.handle, phone.handle, "one owner, one handle");
    page.sees("Blue <b>key</b>").sees("10 codes are left").does_not_see("your only way");
    hears(&world, NEWCOMER, "a passkey was added").await;

    // Both sign in; the one that is removed does not any more, and what it opened is closed.
    let lost = world.browser();
    let page = lost.opens(&desk(&world)).await;
    unlocks(&lost, &page, SIGN_IN, &mut key).await.status(200).sees("Tickets of Northwind");
    let page = browser.opens(&methods).await;
    let blue = page.forms().into_iter().find(|form| {
        let named = data_encoding::BASE64URL_NOPAD.encode(&key.id);
        form.action.ends_with("/remove-passkey") && form.fields.iter().any(|(_, value)| *value == named)
    });
    assert!(blue.is_some(), "{}", page.text());
    let page = browser.presses(&page, "Remove Blue <b>key</b>", &[]).await;
    page.sees("The passkey was removed").does_not_see("Blue").sees("your only way to sign in");
    assert_eq!(lost.asks(Method::GET, &desk(&world), &API, "").await.status, 401, "every other session ended");
    browser.opens(&desk(&world)).await.status(200).sees("Tickets of Northwind");
    let page = lost.opens(&desk(&world)).await;
    unlocks(&lost, &page, SIGN_IN, &mut key).await.sees("does not sign in here");
    unlocks(&lost, &lost.opens(&desk(&world)).await, SIGN_IN, &mut phone)
        .await
        .status(200)
        .sees("Tickets of Northwind");
    hears(&world, NEWCOMER, "a passkey was removed").await;
    // Nobody takes over a credential by registering it: neither its owner's, nor one that is somebody else's.
    let page = signs_in_with_password(&world.browser(), &desk(&world), "demo demo demo demo").await;
    page.does_not_see("do not match");
    let stranger = world.browser();
    let page = signs_in_with_password(&stranger, &desk(&world), "demo demo demo demo").await;
    accepts_everything(&stranger, page).await;
    let page = stranger.opens(&methods).await;
    let mut stolen = Phone { id: phone.id.clone(), ..self::phone(&world) };
    makes(&stranger, &page, "Add a passkey", &mut stolen, "").await.sees("could not be added");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_a_second_step_and_a_lost_one_is_replaced() {
    let edits = [("personal_accounts = true", "personal_accounts = true\nmfa = \"guests\"")];
    let (world, _folder) = world_where("northwind", &edits).await;
    let (browser, mut phone) = (world.browser(), phone(&world));
    let page = signs_in_with_password(&browser, &desk(&world), "demo demo demo demo").await;
    page.sees("Set up your authenticator app").does_not_see("Review permissions");
    let page = makes(&browser, &page, "Use a passkey instead", &mut phone, "").await;
    let codes = recovery_codes(&page);
    let page = browser.opens(&link(&page, "I have kept them")).await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees("Tickets of Northwind");

    // After the password: the passkey, unlocked, and in this session alone.
    let other = world.browser();
    let page = signs_in_with_password(&other, &desk(&world), "demo demo demo demo").await;
    page.sees("Use your passkey, or type one of your recovery codes");
    let id = data_encoding::BASE64URL_NOPAD.encode(&phone.id);
    assert_eq!(page.passkey_options()["allowCredentials"][0]["id"], id.as_str());
    phone.flags = TOUCHED;
    let page = unlocks(&other, &page, "Use a passkey", &mut phone).await;
    page.sees("does not sign in here");
    phone.flags = UNLOCKED;
    let third = world.browser();
    let thirds = signs_in_with_password(&third, &desk(&world), "demo demo demo demo").await;
    let stolen = phone.answers(&thirds.passkey_options());
    let fields = [("credential", stolen.as_str()), ("state", &thirds.passkey_state())];
    other.presses(&page, "Use a passkey", &fields).await.sees("does not sign in here");
    // Nor does that of somebody else, who made an account with it here: with recovery codes, for a second step is demanded.
    let (newcomer, mut others) = (world.browser(), self::phone(&world));
    let page = joins(&world, &newcomer, &mut others).await;
    recovery_codes(&page);
    newcomer.opens(&link(&page, "I have kept them")).await.sees("Review permissions");
    let page = other.opens(&desk(&world)).await;
    unlocks(&other, &page, "Use a passkey", &mut others).await.sees("does not sign in here");
    assert_eq!(other.asks(Method::GET, &desk(&world), &API, "").await.status, 401);
    let page = other.opens(&desk(&world)).await;
    unlocks(&other, &page, "Use a passkey", &mut phone).await.status(200).sees("Tickets of Northwind");
    third.presses(&thirds, "Continue", &[("code", &codes[0])]).await.status(200).sees("Tickets of Northwind");

    // By itself it is both steps.
    let fourth = world.browser();
    let page = fourth.opens(&desk(&world)).await;
    unlocks(&fourth, &page, SIGN_IN, &mut phone).await.status(200).sees("Tickets of Northwind");

    // The tenant resets the second step: here, the account's passkey is the first step alone from now on.
    let reset = ["guest", "reset-mfa", "existing@mail.example", "--tenant", "northwind.example"];
    let (code, out) = world.command(&reset).await;
    assert_eq!(code, 0, "{out}");
    assert_eq!(fourth.asks(Method::GET, &desk(&world), &API, "").await.status, 401);
    let page = fourth.opens(&desk(&world)).await;
    let page = unlocks(&fourth, &page, SIGN_IN, &mut phone).await;
    page.sees("Set up your authenticator app").does_not_see("Tickets");
    assert_eq!(fourth.asks(Method::GET, &desk(&world), &API, "").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_signs_in_with_a_passkey_and_what_a_guest_of_another_home_registered_signs_nobody_in() {
    let (world, _folder) = world_where("contoso", &[("mfa = \"off\"", "mfa = \"guests\"")]).await;
    let (browser, mut phone) = (world.browser(), phone(&world));
    let page = browser.opens(&world.broker("/contoso.example/account/methods")).await;
    let page = browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
    let page = makes(&browser, &page, "Add a passkey", &mut phone, "Laptop").await;
    recovery_codes(&page);
    let other = world.browser();
    let page = other.opens(&world.broker("/contoso.example")).await;
    let page = unlocks(&other, &page, SIGN_IN, &mut phone).await;
    page.status(200).sees("Wiki").sees("member@contoso.example");
    // A member of one tenant is nobody in another.
    let elsewhere = world.browser();
    let page = elsewhere.opens(&world.broker("/northwind.example")).await;
    unlocks(&elsewhere, &page, SIGN_IN, &mut phone).await.sees("does not sign in here");

    // A guest signs in at home; the passkey is the second step here, and no way round the home organization.
    let (guest, mut key) = (world.browser(), self::phone(&world));
    let page = signs_in_at_home(&guest, &world.wiki("/")).await;
    let page = makes(&guest, &page, "Use a passkey instead", &mut key, "").await;
    recovery_codes(&page);
    let page = guest.opens(&link(&page, "I have kept them")).await;
    accepts_everything(&guest, page).await.0.status(200);
    let leaver = world.browser();
    let page = leaver.opens(&world.broker("/contoso.example")).await;
    unlocks(&leaver, &page, SIGN_IN, &mut key).await.sees("does not sign in here");
    assert!(audited(&world, Some(CONTOSO), "unknown passkey").await);
    let again = world.browser();
    let page = signs_in_at_home(&again, &world.wiki("/again")).await;
    unlocks(&again, &page, "Use a passkey", &mut key).await.status(200);
}
