//! A connection is switched off: its guests take another way, and nobody takes over a guest.

use std::sync::Arc;

use vestibule::model::{EmailAddress, Tenant, TenantId};
use vestibule::snapshot::Snapshot;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, CONTOSO, Page, World, world};

const GUEST: &str = "guest@fabrikam.example";

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
    let mut page = signs_in_at_fabrikam(&browser, &page, user).await;
    if invited != user {
        page = browser.presses(&page, "Send a code to the invited address", &[]).await;
        let code = world.passcode(invited).await;
        page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    }
    let (page, _) = accepts_everything(&browser, page).await;
    page.sees("Wiki");
    browser
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

    // On again: the domain leads to Fabrikam, whose identity is nobody's here now, and the code still gets in.
    changes(&world, CONTOSO, |tenant| {
        let mut fabrikam = world.demo.app().snapshot.load().tenants().find_map(|other| {
            other.connections.iter().find(|connection| connection.name.as_str() == "fabrikam").cloned()
        });
        if let Some(connection) = fabrikam.take() {
            tenant.connections.push(connection);
        }
    });
    let page = comes_by_code(&world, &world.browser(), GUEST).await;
    assert_eq!(page.url.as_str(), world.wiki("/notes"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a7_a_mailbox_takes_over_nobody_whose_provider_is_on() {
    let world = world().await;
    redeems_at_fabrikam(&world, GUEST, GUEST).await;
    let source = |guest: serde_json::Value| guest["source"].as_str().unwrap().to_owned();
    let home = "External directory (fabrikam.example)";

    // On: no code is sent at all, and the page reads as for everybody.
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "I signed in another way last time", &[("address", GUEST)]).await;
    browser.presses(&page, "Send me a code by e-mail", &[]).await.sees("code");
    gets_no_code(&world, GUEST).await;

    // Waiting for its secret, or no longer proved to be the domain's: still not gone.
    for slip in [true, false] {
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
    assert_eq!(source(world.guest("contoso.example", GUEST).await), home);

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
    assert_eq!(source(world.guest("contoso.example", GUEST).await), home);

    // The control: the same guest, once nothing forbids it.
    changes(&world, CONTOSO, |tenant| tenant.policies.blocked_domains.clear());
    let page = comes_by_code(&world, &world.browser(), GUEST).await;
    page.status(200);
    assert_eq!(source(world.guest("contoso.example", GUEST).await), "One-time passcode");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_guests_own_mail_counts_and_no_alias() {
    let world = world().await;
    redeems_at_fabrikam(&world, "alias@fabrikam.example", "worker@fabrikam.example").await;
    switches_fabrikam_off(&world);
    // The alias was remembered when it signed in; that makes its mailbox no key.
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "worker@fabrikam.example")]).await;
    browser.presses(&page, "Send me a code by e-mail", &[]).await;
    gets_no_code(&world, "worker@fabrikam.example").await;
    // Nor does somebody else's mail link with one's own mailbox.
    let own: EmailAddress = "passcode@mail.example".parse().unwrap();
    let thief = world.browser();
    let page = thief.opens(&world.redeem_url("alias@fabrikam.example").await).await;
    let page = thief.presses(&page, "Continue with Sociable", &[]).await;
    let fill = [("username", "friend@social.example"), ("password", "demo")];
    let page = thief.presses(&page, "Sign in and allow", &fill).await;
    page.sees("You are signed in with another account").does_not_see(own.as_str());
    let page = thief.presses(&page, "Send a code to the invited address", &[]).await;
    let page = thief.presses(&page, "Continue", &[("code", "00000000")]).await;
    page.does_not_see("Wiki");
    assert_eq!(
        world.guest("contoso.example", "alias@fabrikam.example").await["source"],
        "External directory (fabrikam)"
    );

    // The invited mailbox itself does, and the identity beside it is the new way.
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url("alias@fabrikam.example").await).await;
    let page = browser.presses(&page, "Continue with Sociable", &[]).await;
    let page = browser.presses(&page, "Sign in and allow", &fill).await;
    let page = browser.presses(&page, "Send a code to the invited address", &[]).await;
    let code = world.passcode("alias@fabrikam.example").await;
    browser.presses(&page, "Continue", &[("code", &code)]).await.sees("Wiki");
    assert_eq!(world.guest("contoso.example", "alias@fabrikam.example").await["source"], "Sociable");
}
