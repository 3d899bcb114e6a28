//! A connection is switched off: its guests take another way, and nobody takes over a guest.

use std::sync::Arc;

use vestibule::model::{ExternalUserState, Identity, Method, Tenant, TenantId};
use vestibule::snapshot::Snapshot;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, CONTOSO, Page, World, world};

const GUEST: &str = "guest@fabrikam.example";
const OTHER: &str = "direct@fabrikam.example";
const ALIAS: &str = "alias@fabrikam.example";

/// Changes a tenant as a reload of its file would.
pub fn changes(world: &World, tenant: &str, change: impl Fn(&mut Tenant)) {
    let app = world.demo.app();
    let id: TenantId = tenant.parse().unwrap();
    let before = app.snapshot.load_full();
    let tenants = before.tenants().map(|known| {
        let mut known = Tenant::clone(known);
        if known.id == id {
            change(&mut known);
        }
        known
    });
    let apps = before.apps().map(|app| (**app).clone());
    app.snapshot.store(Arc::new(Snapshot::build(tenants, apps).unwrap()));
}

fn switches_fabrikam_off(world: &World) {
    changes(world, CONTOSO, |tenant| tenant.connections.retain(|connection| connection.name.as_str() != "fabrikam"));
}

async fn redeems_at_fabrikam(world: &World, invited: &str, user: &str) -> Browser {
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url(invited).await).await;
    let page = signs_in_at_fabrikam(&browser, &page, user).await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.sees("Wiki");
    browser
}

/// Binds the alias as its redemption does, without the code that would be spent on it.
async fn is_bound_as_worker(world: &World) {
    let app = world.demo.app();
    let mut tx = app.store.begin(CONTOSO.parse().unwrap()).await.unwrap();
    let mut user = tx.guest_invited_as(&ALIAS.parse().unwrap()).await.unwrap().unwrap();
    let identity = Identity {
        issuer: world.at("login.fabrikam.localhost", ""),
        subject: "fb-e84c61d7205f4b9a".to_owned(),
        method: Method::Connection { name: "fabrikam".parse().unwrap() },
    };
    assert!(tx.bind_identity(user.id, &identity).await.unwrap());
    user.other_mails.push("worker@fabrikam.example".parse().unwrap());
    user.external_user_state = Some(ExternalUserState::Accepted);
    tx.update_user(&user).await.unwrap();
    tx.commit().await.unwrap();
}

/// Types an address, asks for a code and types the one that arrived.
async fn comes_by_code(world: &World, browser: &Browser, address: &str) -> Page {
    let page = browser.opens(&world.wiki("/notes")).await;
    let page = browser.presses(&page, "I signed in another way last time", &[("address", address)]).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    page.sees("code");
    let code = world.passcode(address).await;
    browser.presses(&page, "Continue", &[("code", &code)]).await
}

/// No mail about a code reached `address`.
async fn gets_no_code(world: &World, address: &str) {
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    let url = format!("http://mail.localhost:{}/api/v1/messages", world.mail_port);
    let list = world.browser().asks(http::Method::GET, &url, &[], "").await.json();
    let got = list["messages"].as_array().unwrap().iter().any(|message| {
        message["To"][0]["Address"] == address && message["Subject"].as_str().unwrap_or_default().contains("code")
    });
    assert!(!got, "a code was sent to {address}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_of_a_switched_off_provider_prove_their_mailbox_and_go_on() {
    let world = world().await;
    let old = redeems_at_fabrikam(&world, GUEST, GUEST).await;
    let before = world.guest("contoso.example", GUEST).await;
    let (code, impact) = world.command(&["idp", "impact", "contoso.example", "fabrikam"]).await;
    assert_eq!(code, 0, "{impact}");
    assert!(impact.contains("1 guest signs in by fabrikam; if it is switched off:"), "{impact}");
    assert!(impact.contains("proves the mailbox by a code and will use a one-time passcode"), "{impact}");

    let contoso = world.demo.app().snapshot.load().tenant(CONTOSO.parse().unwrap()).cloned().unwrap();
    let connections = contoso.connections.clone();
    switches_fabrikam_off(&world);
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/notes")).await;
    let page = browser.presses(&page, "Continue", &[("address", GUEST)]).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(GUEST).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    // Nothing is asked again: it is the same guest.
    assert_eq!(page.url.as_str(), world.wiki("/notes"), "{}", page.text());
    let after = world.guest("contoso.example", GUEST).await;
    assert_eq!(after["source"], "One-time passcode");
    for same in ["id", "externalUserState", "invitedAddress", "createdDateTime"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    // Whoever was signed in by the old identity is not any more.
    let denied = old.asks(http::Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await;
    denied.status(401);
    let (code, audit) = world.command(&["audit"]).await;
    assert_eq!(code, 0, "{audit}");

    // On again: the domain leads to Fabrikam, whose identity is nobody's here now. Both are never bound at once.
    changes(&world, CONTOSO, |tenant| tenant.connections.clone_from(&connections));
    let late = world.browser();
    let page = late.opens(&world.wiki("/")).await;
    let page = late.presses(&page, "Continue", &[("address", GUEST)]).await;
    let page = signs_in_at_fabrikam(&late, &page, GUEST).await;
    page.sees("We cannot let you in yet");
    assert_eq!(world.guest("contoso.example", GUEST).await["source"], "One-time passcode");
}

#[tokio::test(flavor = "multi_thread")]
async fn a7_a_mailbox_takes_over_nobody_whose_provider_is_on() {
    let world = world().await;
    redeems_at_fabrikam(&world, GUEST, GUEST).await;
    // Another guest, bound in the same way, for the control: nobody gets two codes within a minute.
    let other = world.browser();
    let page = other.opens(&world.wiki("/")).await;
    let page = other.presses(&page, "Continue", &[("address", OTHER)]).await;
    let page = signs_in_at_fabrikam(&other, &page, OTHER).await;
    accepts_everything(&other, page).await;
    let source = |guest: serde_json::Value| guest["source"].as_str().unwrap().to_owned();
    let home = "External directory";

    // On: no code is sent at all, and the page reads as for everybody.
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "I signed in another way last time", &[("address", GUEST)]).await;
    browser.presses(&page, "Send me a code by e-mail", &[]).await.sees("code");
    gets_no_code(&world, GUEST).await;

    // Waiting for its secret, or no longer proved to be the domain's: still not gone.
    for slip in [false, true] {
        changes(&world, CONTOSO, |tenant| {
            if slip {
                tenant.waiting_connections = vec!["fabrikam".parse().unwrap()];
                tenant.connections.retain(|connection| connection.name.as_str() != "fabrikam");
            } else {
                tenant.connections.iter_mut().for_each(|connection| connection.proved.clear());
            }
        });
        let browser = world.browser();
        let page = browser.opens(&world.wiki("/")).await;
        let page = browser.presses(&page, "I signed in another way last time", &[("address", GUEST)]).await;
        browser.presses(&page, "Send me a code by e-mail", &[]).await;
        gets_no_code(&world, GUEST).await;
    }
    assert!(source(world.guest("contoso.example", GUEST).await).starts_with(home));

    // Off, and the tenant does not let its guests do this by themselves.
    changes(&world, CONTOSO, |tenant| {
        tenant.waiting_connections.clear();
        tenant.connections.retain(|connection| connection.name.as_str() != "fabrikam");
        tenant.policies.relink_guests = false;
    });
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", GUEST)]).await;
    browser.presses(&page, "Send me a code by e-mail", &[]).await;
    gets_no_code(&world, GUEST).await;
    let (_, impact) = world.command(&["idp", "impact", "contoso.example", "fabrikam"]).await;
    assert!(impact.contains("now that it is off") && impact.contains("relink_guests is off"), "{impact}");

    // Off, and the domain is refused meanwhile.
    changes(&world, CONTOSO, |tenant| {
        tenant.policies.relink_guests = true;
        tenant.policies.blocked_domains = vec!["fabrikam.example".parse().unwrap()];
    });
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", GUEST)]).await;
    browser.presses(&page, "Send me a code by e-mail", &[]).await;
    gets_no_code(&world, GUEST).await;
    assert!(source(world.guest("contoso.example", GUEST).await).starts_with(home));

    // The control, once nothing forbids it.
    changes(&world, CONTOSO, |tenant| tenant.policies.blocked_domains.clear());
    let page = comes_by_code(&world, &world.browser(), OTHER).await;
    assert_eq!(page.url.as_str(), world.wiki("/notes"), "{}", page.text());
    assert_eq!(source(world.guest("contoso.example", OTHER).await), "One-time passcode");
    assert!(source(world.guest("contoso.example", GUEST).await).starts_with(home));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_guests_own_mail_counts_and_no_alias() {
    let world = world().await;
    is_bound_as_worker(&world).await;
    switches_fabrikam_off(&world);
    // The alias was remembered when it signed in; that makes its mailbox no key.
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "worker@fabrikam.example")]).await;
    browser.presses(&page, "Send me a code by e-mail", &[]).await;
    gets_no_code(&world, "worker@fabrikam.example").await;

    // Somebody who holds the mail link and signs in otherwise needs the invited mailbox as well.
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url(ALIAS).await).await;
    let page = browser.presses(&page, "Continue with Sociable", &[]).await;
    let fill = [("username", "friend@social.example"), ("password", "demo")];
    let page = browser.presses(&page, "Sign in and allow", &fill).await;
    page.sees("You are signed in with another account");
    let page = browser.presses(&page, "Send a code to the invited address", &[]).await;
    let page = browser.presses(&page, "Continue", &[("code", "00000000")]).await;
    page.does_not_see("Review permissions").does_not_see("Your apps");
    assert_eq!(world.guest("contoso.example", ALIAS).await["source"], "External directory (fabrikam)");
    let code = world.passcode(ALIAS).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    accepts_everything(&browser, page).await.0.sees("Wiki");
    assert_eq!(world.guest("contoso.example", ALIAS).await["source"], "Sociable");
    // Linked anew, and so no longer lost: the mailbox alone opens nothing any more.
    let late = world.browser();
    let page = late.opens(&world.wiki("/")).await;
    let page = late.presses(&page, "Continue", &[("address", ALIAS)]).await;
    let page = late.presses(&page, "Send me a code by e-mail", &[]).await;
    late.presses(&page, "Continue", &[("code", &code)]).await.does_not_see("Wiki");
}
