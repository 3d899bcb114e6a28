//! A passkey that somebody planted, on its way in at the very moment at which its owner's password is set anew.

use std::time::Duration;

use super::credentials::{recovery_codes, world_where};
use super::federated_guest::accepts_everything;
use super::guest_life::run;
use crate::actors::{Browser, CONTOSO, NORTHWIND, Page, Phone, World};

const SIGN_IN: &str = "Sign in with a passkey";
const MEMBER: &str = "member@contoso.example";
const OWNER: &str = "existing@mail.example";
const NEW: &str = "seven quiet lanterns";
/// Long enough that whoever was sent off waits for the directory by then.
const A_WHILE: Duration = Duration::from_millis(700);

/// Signs in with the password, as whoever knows it can, and adds a passkey: where a second step is demanded, as that.
async fn plants(world: &World, tenant: &str, address: &str, password: &str) -> Phone {
    let (browser, mut phone) = (world.browser(), Phone::at(&world.broker(""), "vestibule.localhost"));
    let methods = world.broker(&format!("/{tenant}/account/methods"));
    let page = browser.opens(&methods).await;
    let page = browser.presses(&page, "Continue", &[("address", address)]).await;
    let page = match page.form_with_button("Use my Vestibule password") {
        Some(_) => browser.presses(&page, "Use my Vestibule password", &[]).await,
        None => page,
    };
    let page = browser.presses(&page, "Sign in", &[("password", password)]).await;
    let (page, button) = match page.form_with_button("Use a passkey instead") {
        Some(_) => (page, "Use a passkey instead"),
        None => {
            accepts_everything(&browser, page).await;
            (browser.opens(&methods).await, "Add a passkey")
        }
    };
    let answer = phone.makes(&page.passkey_options());
    recovery_codes(&browser.presses(&page, button, &[("credential", &answer), ("name", "Planted")]).await);
    phone
}

/// The page that asks for a passkey, and the answer to it.
async fn stands_at_the_door(world: &World, tenant: &str, phone: &mut Phone) -> (Browser, Page, String) {
    let browser = world.browser();
    let page = browser.opens(&world.broker(&format!("/{tenant}/account"))).await;
    let answer = phone.answers(&page.passkey_options());
    (browser, page, answer)
}

async fn is_in(world: &World, browser: &Browser, tenant: &str) -> bool {
    browser.opens(&world.broker(&format!("/{tenant}/account"))).await.text().contains("Your account")
}

/// T154, J12: the passkey was checked before the password was set, and the session would begin after everything had ended
/// that the member had.
#[tokio::test(flavor = "multi_thread")]
async fn j12_a_members_planted_passkey_does_not_outrun_a_new_password() {
    // Where nobody asks for a second step the passkey goes with the old password; elsewhere it stays, as that.
    for mfa in ["off", "everyone"] {
        let (world, _folder) = world_where("contoso", &[("mfa = \"off\"", &format!("mfa = \"{mfa}\""))]).await;
        let mut phone = plants(&world, CONTOSO, MEMBER, "demo").await;
        // The control: until then it opens the door.
        let (browser, page, answer) = stands_at_the_door(&world, CONTOSO, &mut phone).await;
        browser.presses(&page, SIGN_IN, &[("credential", &answer)]).await;
        assert!(is_in(&world, &browser, CONTOSO).await, "mfa {mfa}");

        let out = run(&world, &["member", "add", MEMBER, "--tenant", "contoso.example"]).await;
        let token = out.split_whitespace().find(|word| word.contains("/set-password#")).unwrap().to_owned();
        let owner = world.browser();
        let form = owner.opens(&token).await;
        let (browser, page, answer) = stands_at_the_door(&world, CONTOSO, &mut phone).await;
        // Everybody who writes waits in a line behind this: first the thief, then the owner.
        let held = world.demo.app().store.begin(CONTOSO.parse().unwrap()).await.unwrap();
        let thief = tokio::spawn(browser.presses(&page, SIGN_IN, &[("credential", &answer)]));
        tokio::time::sleep(A_WHILE).await;
        let owner = tokio::spawn(owner.presses(&form, "Save passphrase", &[("token", &token), ("password", NEW)]));
        tokio::time::sleep(A_WHILE).await;
        drop(held);
        owner.await.unwrap().status(200);
        thief.await.unwrap();
        assert!(!is_in(&world, &browser, CONTOSO).await, "mfa {mfa}: in on a passkey that opens nothing any more");
    }
}

/// The same with a personal account, whose password is set anew by proof of the mailbox.
#[tokio::test(flavor = "multi_thread")]
async fn j12_a_planted_passkey_of_an_account_does_not_outrun_a_new_password() {
    for mfa in ["off", "guests"] {
        let (world, _folder) =
            world_where("northwind", &[("[policies]", &format!("[policies]\nmfa = \"{mfa}\""))]).await;
        let mut phone = plants(&world, NORTHWIND, OWNER, "demo demo demo demo").await;
        let (browser, page, answer) = stands_at_the_door(&world, NORTHWIND, &mut phone).await;
        let page = browser.presses(&page, SIGN_IN, &[("credential", &answer)]).await;
        accepts_everything(&browser, page).await;
        assert!(is_in(&world, &browser, NORTHWIND).await, "mfa {mfa}");

        let owner = world.browser();
        let form = proves_the_mailbox(&world, &owner).await;
        let (browser, page, answer) = stands_at_the_door(&world, NORTHWIND, &mut phone).await;
        let held = world.demo.app().store.begin(NORTHWIND.parse().unwrap()).await.unwrap();
        let thief = tokio::spawn(browser.presses(&page, SIGN_IN, &[("credential", &answer)]));
        tokio::time::sleep(A_WHILE).await;
        let sets = tokio::spawn(owner.presses(&form, "Save passphrase", &[("password", NEW)]));
        tokio::time::sleep(A_WHILE).await;
        drop(held);
        sets.await.unwrap().status(200);
        thief.await.unwrap();
        assert!(!is_in(&world, &browser, NORTHWIND).await, "mfa {mfa}: in on a passkey that opens nothing any more");
    }
}

/// Up to the page that asks for the new password.
async fn proves_the_mailbox(world: &World, browser: &Browser) -> Page {
    let page = browser.opens(&world.broker(&format!("/{NORTHWIND}/account"))).await;
    let page = browser.presses(&page, "Continue", &[("address", OWNER)]).await;
    let page = match page.form_with_button("Use my Vestibule password") {
        Some(_) => browser.presses(&page, "Use my Vestibule password", &[]).await,
        None => page,
    };
    let page = browser.presses(&page, "I forgot my password", &[]).await;
    let page = browser.presses(&page, "Send me a code", &[]).await;
    let code = world.passcode(OWNER).await;
    browser.presses(&page, "Continue", &[("code", &code)]).await
}
