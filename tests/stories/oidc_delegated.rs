//! A program acts for an administrator at the admin API: with the second factor that the admin pages demand, or not at all.

use std::sync::Arc;

use http::Method;
use vestibule::model::{AppId, Registration};
use vestibule::snapshot::Snapshot;

use crate::actors::{CONTOSO, Page, RelyingParty, Reply, World, world};

/// Contoso demands a second factor of its administrators, or not, from now on.
fn demands(world: &World, second_factor: bool) {
    let app = world.demo.app();
    let now = app.snapshot.load_full();
    let mut registrations: Vec<(AppId, Registration)> = Vec::new();
    for tenant in now.tenants() {
        registrations.extend(now.registrations_of(tenant).map(|one| (one.app, one.as_ref().clone())));
    }
    let tenants = now.tenants().map(|tenant| {
        let mut tenant = tenant.as_ref().clone();
        if tenant.id.to_string() == CONTOSO {
            tenant.policies.admin_mfa = second_factor;
        }
        tenant
    });
    let changed = Snapshot::build(tenants, now.apps().map(|one| one.as_ref().clone())).unwrap();
    app.snapshot.store(Arc::new(changed.with_registrations(registrations.into_iter().map(|(_, one)| one))));
}

/// Portal, as it asks for what is only for administrators.
fn administering(world: &World) -> RelyingParty {
    RelyingParty {
        scope: "openid offline_access User.Read User.Read.All User.Invite.All".to_owned(),
        ..RelyingParty::portal(world)
    }
}

async fn signs_in(portal: &RelyingParty, browser: &crate::actors::Browser, address: &str) -> Page {
    let page = portal.sends(browser, &[]).await;
    let page = browser.presses(&page, "Continue", &[("address", address)]).await;
    browser.presses(&page, "Sign in", &[("password", "demo")]).await
}

async fn calls(world: &World, token: &str, method: Method, path: &str, body: &str) -> Page {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    world.browser().asks(method, &world.broker(path), &headers, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_a_token_of_an_administrator_administers_only_after_a_second_factor() {
    let world = world().await;
    let (portal, browser) = (administering(&world), world.browser());
    let reply = Reply::of(&signs_in(&portal, &browser, "admin@contoso.example").await);
    let tokens = portal.exchanges(reply.code()).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let invitation =
        format!(r#"{{"invitedUserEmailAddress":"d@fabrikam.example","inviteRedirectUrl":"{}"}}"#, world.wiki("/"));
    // The demo demands none: the control.
    calls(&world, token, Method::GET, "/v1.0/users?$top=1", "").await.status(200);
    calls(&world, token, Method::POST, "/v1.0/invitations", &invitation).await.status(201);

    // Now Contoso does, and neither the token nor the next one that is made of its refresh token opens anything.
    demands(&world, true);
    let renewed = portal.refreshes(tokens["refresh_token"].as_str().unwrap()).await.json();
    for token in [token, renewed["access_token"].as_str().unwrap()] {
        let refused = calls(&world, token, Method::GET, "/v1.0/users?$top=1", "").await;
        refused.status(403);
        assert!(refused.body.contains("second factor"), "{}", refused.body);
        calls(&world, token, Method::GET, "/v1.0/me", "").await.status(200);
    }
    // A new request asks for it, in a browser that is signed in as in a new one; silently there is none.
    portal.sends(&browser, &[]).await.sees("Set up your authenticator app");
    let silent = portal.asks(&browser, &[("prompt", Some("none"))]).await;
    assert!(["interaction_required", "login_required"].contains(&silent.get("error")), "{silent:?}");
    signs_in(&portal, &world.browser(), "admin@contoso.example").await.sees("Set up your authenticator app");
    // Whoever asks for nothing of the API is not asked, nor is a member who administers nothing.
    let plain = RelyingParty::portal(&world);
    plain.asks(&browser, &[]).await.code();
    let member = Reply::of(&signs_in(&portal, &world.browser(), "member@contoso.example").await);
    let tokens = portal.exchanges(member.code()).await.json();
    calls(&world, tokens["access_token"].as_str().unwrap(), Method::GET, "/v1.0/users", "").await.status(403);

    demands(&world, false);
    calls(&world, token, Method::GET, "/v1.0/users?$top=1", "").await.status(200);
}
