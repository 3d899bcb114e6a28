//! What programs set where an organization's file leaves it out (decision 6): policies, and the keys of its own clients.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use vestibule::clock::{Clock as _, SystemClock, SystemRandom, random_bytes};
use vestibule::tenants::rebuild;

use super::api::{Api, application};
use crate::actors::{CONTOSO, NORTHWIND, POCKET, PORTAL, RelyingParty, WIKI, World};
use crate::lying_idp::keys::{public, stranger};
use crate::lying_idp::{Signer, compact};
use crate::stories::credentials::{signs_in_with_password, world_where};
use crate::stories::federated_guest::accepts_everything;
use crate::stories::guest_life::{JSON, run};

const AUTHORIZATION: &str = "/v1.0/policies/authorizationPolicy";
const DEFAULT: &str = "/v1.0/policies/crossTenantAccessPolicy/default";
const METHODS: &str = "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations";
const ORDER: &str = "invitationRedemptionIdentityProviderConfiguration";

fn writer(tenant: &str) -> String {
    let names = ["Policy.Read.All", "Policy.ReadWrite.Authorization", "Policy.ReadWrite.CrossTenantAccess"];
    application(tenant, &[&names[..], &["Policy.ReadWrite.AuthenticationMethod"]].concat())
}

/// Lines of a tenant's audit log with one of these activities.
async fn audited(world: &World, tenant: &str, activity: &str) -> usize {
    let read = world.demo.app().store.read(tenant.parse().unwrap()).await;
    let lines = read.unwrap().audit_lines(0, u32::MAX).await.unwrap();
    lines.iter().filter(|line| line.event.activity == activity).count()
}

/// The same demo on the same folder, after `edits` of the tenant's file as it is shipped.
async fn again(world: World, folder: &tempfile::TempDir, tenant: &str, edits: &[(&str, &str)]) -> World {
    let (port, mail_port) = (world.port, world.mail_port);
    world.demo.stop().await;
    let file = format!("config/tenants/{tenant}.toml");
    let mut text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    std::fs::write(folder.path().join(file), text).unwrap();
    World::start(folder.path(), port, mail_port).await
}

async fn policy(api: &Api, path: &str) -> Value {
    api.gets(path, &writer(NORTHWIND)).await.is(200).body
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_that_no_file_names_are_set_by_programs_and_outlive_a_restart() {
    let (world, folder) = world_where("northwind", &[]).await;
    let (api, token) = (world.api(), writer(NORTHWIND));
    let invites = async |address: &str| {
        let token = application(NORTHWIND, &["User.Invite.All"]);
        let wish = json!({ "invitedUserEmailAddress": address, "inviteRedirectUrl": world.broker("/northwind.example/myapps") });
        world.api().posts("/v1.0/invitations", &token, wish).await.status
    };
    assert_eq!(invites("one@rival.example").await, 201, "the control");
    let change = json!({ "allowInvitesFrom": "everyone", "blockedDomains": ["Rival.example"] });
    api.patches(AUTHORIZATION, &token, change.clone()).await.is(204);
    let now = policy(&api, AUTHORIZATION).await;
    assert_eq!((&now["allowInvitesFrom"], &now["blockedDomains"]), (&json!("everyone"), &json!(["rival.example"])));
    assert_eq!((invites("two@rival.example").await, invites("two@friend.example").await), (400, 201));
    // The same again and nothing at all change nothing, and leave no line.
    api.patches(AUTHORIZATION, &token, change).await.is(204);
    api.patches(AUTHORIZATION, &token, json!({})).await.is(204);
    assert_eq!(audited(&world, NORTHWIND, "Update authorization policy").await, 1);
    // All or nothing, and nothing that a file could not say.
    for (wrong, target) in [
        (json!({ "allowInvitesFrom": "none", "blockedDomains": ["no domain"] }), "blockedDomains"),
        (json!({ "allowInvitesFrom": "none", "blockedDomains": ["x@rival.example"] }), "blockedDomains"),
        (json!({ "allowInvitesFrom": "None" }), "allowInvitesFrom"),
        (json!({ "allowInvitesFrom": null }), "allowInvitesFrom"),
        (json!({ "allow_invites_from": "none" }), "allow_invites_from"),
        (json!({ "sessionIdle": "P1D" }), "sessionIdle"),
    ] {
        assert_eq!(api.patches(AUTHORIZATION, &token, wrong.clone()).await.is(400).target(), target, "{wrong}");
    }
    let both = api.patches(AUTHORIZATION, &token, json!({ "allowedDomains": ["friend.example"] })).await.is(409);
    assert!(both.text.contains("allowed_domains"), "{}", both.text);
    assert_eq!(policy(&api, AUTHORIZATION).await, now);

    let shipped = policy(&api, DEFAULT).await[ORDER].clone();
    let order = |order: Value| json!({ ORDER: order });
    api.patches(DEFAULT, &token, order(json!({ "primaryIdentityProviderPrecedenceOrder": ["externalFederation"] })))
        .await
        .is(204);
    api.patches(DEFAULT, &token, order(json!({ "fallbackIdentityProvider": "microsoftAccount" }))).await.is(204);
    let now = policy(&api, DEFAULT).await[ORDER].clone();
    assert_eq!(
        now,
        json!({ "primaryIdentityProviderPrecedenceOrder": ["externalFederation"], "fallbackIdentityProvider": "microsoftAccount" })
    );
    let twice =
        order(json!({ "primaryIdentityProviderPrecedenceOrder": ["externalFederation", "externalFederation"] }));
    let target = format!("{ORDER}/primaryIdentityProviderPrecedenceOrder");
    assert_eq!(api.patches(DEFAULT, &token, twice).await.is(400).target(), target);
    // The file has switched the passcode off, so it cannot be what is left.
    let passcode = order(json!({ "fallbackIdentityProvider": "emailOneTimePasscode" }));
    assert!(api.patches(DEFAULT, &token, passcode).await.is(409).text.contains("emailOneTimePasscode"));
    let named = api.patches(&format!("{METHODS}/Email"), &token, json!({ "state": "enabled" })).await.is(409);
    assert!(named.text.contains("northwind.toml:16") && named.target() == "state", "{}", named.text);

    // Another organization decides for itself, and its file names everything.
    let other = api.patches(AUTHORIZATION, &writer(CONTOSO), json!({ "allowInvitesFrom": "none" })).await.is(409);
    assert!(other.text.contains("contoso.toml:"), "{}", other.text);

    // The next process begins with all of it; and a file that names some of it now has the word there.
    let world =
        again(world, &folder, "northwind", &[("[policies]", "[policies]\nallow_invites_from = \"none\"")]).await;
    let api = world.api();
    let now = policy(&api, AUTHORIZATION).await;
    assert_eq!((&now["allowInvitesFrom"], &now["blockedDomains"]), (&json!("none"), &json!(["rival.example"])));
    assert_eq!(policy(&api, DEFAULT).await[ORDER]["fallbackIdentityProvider"], "microsoftAccount");
    let named = api.patches(AUTHORIZATION, &token, json!({ "allowInvitesFrom": "everyone" })).await.is(409);
    assert!(named.text.contains("northwind.toml:15") && named.target() == "allowInvitesFrom", "{}", named.text);
    api.patches(AUTHORIZATION, &token, json!({ "blockedDomains": [] })).await.is(204);
    api.patches(AUTHORIZATION, &token, json!({ "blockedDomains": ["rival.example"] })).await.is(204);
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));

    // A list in the file and one that was set here: neither lets in whom the other keeps out, until somebody lifts one.
    let clash = [("[policies]", "[policies]\nallowed_domains = [\"friend.example\", \"rival.example\"]")];
    let world = again(world, &folder, "northwind", &clash).await;
    let api = world.api();
    let now = policy(&api, AUTHORIZATION).await;
    let lists = (json!(["friend.example", "rival.example"]), json!(["rival.example"]));
    assert_eq!((&now["allowedDomains"], &now["blockedDomains"]), (&lists.0, &lists.1));
    assert_eq!(now["allowInvitesFrom"], "everyone");
    let invites = async |address: &str| {
        let token = application(NORTHWIND, &["User.Invite.All"]);
        let wish = json!({ "invitedUserEmailAddress": address, "inviteRedirectUrl": world.broker("/northwind.example/myapps") });
        world.api().posts("/v1.0/invitations", &token, wish).await.status
    };
    let all = [invites("a@rival.example").await, invites("a@other.example").await, invites("a@friend.example").await];
    assert_eq!(all, [400, 400, 201]);
    // Of both the administrators of the tenant were told; once, however often it starts.
    let world = again(world, &folder, "northwind", &clash).await;
    let (api, mut read) = (world.api(), world.demo.app().store.read(NORTHWIND.parse().unwrap()).await.unwrap());
    let lines = read.audit_lines(0, u32::MAX).await.unwrap();
    let told = lines.iter().filter(|line| line.event.activity == "Load configuration files");
    let told: Vec<String> = told.map(|line| serde_json::to_string(&line.event).unwrap()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("overruled") && told[0].contains("allow_invites_from"), "{told:?}");
    assert!(told[1].contains("contradicted") && told[1].contains("blocked_domains"), "{told:?}");
    // Neither is in the way of anything else; what does not go together is not set anew, and may be lifted.
    api.patches(AUTHORIZATION, &token, json!({ "allowInvitesFrom": "adminsGuestInvitersAndAllMembers" })).await.is(204);
    api.patches(AUTHORIZATION, &token, json!({ "blockedDomains": ["other.example"] })).await.is(409);
    assert_eq!(policy(&api, AUTHORIZATION).await["blockedDomains"], json!(["rival.example"]));
    api.patches(AUTHORIZATION, &token, json!({ "blockedDomains": [] })).await.is(204);
    assert_eq!(policy(&api, AUTHORIZATION).await["blockedDomains"], json!([]));
    let invited = application(NORTHWIND, &["User.Invite.All"]);
    let wish = json!({ "invitedUserEmailAddress": "b@rival.example", "inviteRedirectUrl": world.broker("/northwind.example/myapps") });
    api.posts("/v1.0/invitations", &invited, wish).await.is(201);

    // What was set is taken back, as far as no file names it; then the default holds again. Twice is once.
    let reset = format!("{DEFAULT}/resetToSystemDefault");
    assert_ne!(policy(&api, DEFAULT).await[ORDER], shipped);
    let activity = "Update the company default cross-tenant access setting";
    let before = audited(&world, NORTHWIND, activity).await;
    for _ in 0..2 {
        api.asks("POST", &reset, &token, &[], None).await.is(204);
        assert_eq!(policy(&api, DEFAULT).await[ORDER], shipped);
        assert_eq!(audited(&world, NORTHWIND, activity).await, before + 1);
    }
    api.asks("POST", &reset, &writer(CONTOSO), &[], None).await.is(409);
    api.patches(AUTHORIZATION, &token, json!({ "blockedDomains": null })).await.is(204);
    api.patches(AUTHORIZATION, &token, json!({ "allowedDomains": null })).await.is(409);
    assert_eq!(policy(&api, AUTHORIZATION).await["allowedDomains"], lists.0);
}

/// Of two changes that do not go together one is kept, however close they come.
#[tokio::test(flavor = "multi_thread")]
async fn policies_that_do_not_go_together_are_never_both_kept() {
    let (world, _folder) = world_where("northwind", &[]).await;
    let (api, token) = (world.api(), writer(NORTHWIND));
    for _ in 0..5 {
        let lists = ["allowedDomains", "blockedDomains"].map(|list| json!({ list: ["some.example"] }));
        let [one, other] = lists;
        let (one, other) =
            tokio::join!(api.patches(AUTHORIZATION, &token, one), api.patches(AUTHORIZATION, &token, other));
        let mut answers = [one.status, other.status];
        answers.sort_unstable();
        assert_eq!(answers, [204, 409]);
        api.patches(AUTHORIZATION, &token, json!({ "allowedDomains": [], "blockedDomains": [] })).await.is(204);
    }
}

/// A second step that is demanded from now on is demanded of whoever is in already.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_takes_access_away_does_so_at_once() {
    let (world, _folder) = world_where("northwind", &[]).await;
    let (api, token) = (world.api(), writer(NORTHWIND));
    let (browser, desk) = (world.browser(), world.at("desk.apps.localhost", "/northwind.example/"));
    let page = signs_in_with_password(&browser, &desk, "demo demo demo demo").await;
    accepts_everything(&browser, page).await.0.status(200);
    let is_in = async || browser.asks(http::Method::GET, &desk, &JSON, "").await.status == 200;
    assert!(is_in().await);
    let method = format!("{METHODS}/softwareOath");
    api.patches(&method, &token, json!({ "state": "enabled" })).await.is(204);
    assert!(!is_in().await, "no second step was shown");
    browser.opens(&desk).await.sees("Set up your authenticator app");
    assert_eq!(api.gets(&method, &token).await.is(200).body["state"], "enabled");
    api.patches(&method, &token, json!({ "state": "disabled" })).await.is(204);
    assert!(is_in().await);
    assert_eq!(audited(&world, NORTHWIND, "Authentication Methods Policy Update").await, 2);
}

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Whether the Portal proves itself by an assertion that `signer` signed.
async fn proves_itself(world: &World, signer: Signer) -> bool {
    let portal = RelyingParty::portal(world);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({
        "iss": PORTAL, "sub": PORTAL, "aud": portal.endpoint("oauth2/v2.0/token"), "iat": now, "exp": now + 60,
        "jti": HEXLOWER.encode(&random_bytes::<16>(&SystemRandom)),
    });
    let header = json!({ "alg": signer.algorithm(), "kid": signer.kid() }).to_string();
    let assertion = compact(signer, &header, &claims.to_string());
    let scope = format!("{PORTAL}/.default");
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", scope.as_str()),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    let page = portal.posts("oauth2/v2.0/token", &[], &fields).await;
    assert!([200, 401].contains(&page.status.as_u16()), "{}", page.body);
    page.status == 200
}

/// C4: the keys of a client are the client. Who sets them must be allowed to, for this organization's own, and no more than that.
#[tokio::test(flavor = "multi_thread")]
async fn c4_the_keys_of_a_client_are_set_by_programs_that_may_do_as_much_as_it() {
    let (world, folder) = world_where("contoso", &[]).await;
    let (api, path) = (world.api(), format!("/v1.0/applications/{PORTAL}"));
    let token = application(CONTOSO, &["Application.ReadWrite.All"]);
    let keys = |keys: Value| json!({ "jwks": { "keys": keys } });
    assert!(!proves_itself(&world, Signer::Es256).await, "the control: there are no keys yet");
    api.patches(&path, &token, keys(public())).await.is(204);
    for signer in [Signer::Rs256, Signer::Es256, Signer::EdDsa] {
        assert!(proves_itself(&world, signer).await, "{signer:?}");
    }
    assert!(!proves_itself(&world, Signer::Stranger).await);
    // The same again changes nothing: no line, and nothing is read anew.
    let before = world.demo.app().snapshot.load_full();
    api.patches(&path, &token, keys(public())).await.is(204);
    assert!(std::sync::Arc::ptr_eq(&before, &world.demo.app().snapshot.load_full()));
    let shown = api.gets(&path, &token).await.is(200);
    assert_eq!((&shown.body["jwks"]["keys"], &shown.body["jwksUri"]), (&public(), &Value::Null));

    // Nothing that is no key of a client's, with the field named; and nothing of it is kept.
    let with = |member: &str, value: Value| {
        let mut key = public()[1].clone();
        key[member] = value;
        keys(json!([public()[0], key]))
    };
    for (wrong, target) in [
        (with("d", json!("private")), "jwks/keys/d"),
        (with("k", json!("shared")), "jwks/keys/k"),
        (with("kty", json!("oct")), "jwks/keys/kty"),
        (with("alg", json!("HS256")), "jwks/keys/alg"),
        (with("use", json!("enc")), "jwks/keys/use"),
        (with("crv", json!("P-192")), "jwks/keys/crv"),
        (with("x", json!("AAAA")), "jwks"),
        (with("key_ops", json!(["sign"])), "jwks"),
        (with("kty", json!("RSA")), "jwks"),
        (keys(json!([])), "jwks"),
        (json!({ "jwks": {} }), "jwks"),
        (json!({ "jwks": [] }), "jwks"),
        (json!({ "jwksUri": "http://portal.contoso.localhost/keys" }), "jwksUri"),
        (json!({ "jwksUri": "https://user@portal.contoso.localhost/keys" }), "jwksUri"),
        (json!({ "jwksUri": "https://portal.contoso.localhost/keys#a" }), "jwksUri"),
        (json!({ "jwksUri": "keys.json" }), "jwksUri"),
        (json!({ "jwks": { "keys": public() }, "jwksUri": "https://portal.contoso.localhost/keys" }), "jwksUri"),
        (json!({ "displayName": "Mine" }), "displayName"),
        (json!({ "web": { "redirectUris": ["https://evil.example/"] } }), "web"),
        (json!({ "keyCredentials": [] }), "keyCredentials"),
    ] {
        assert_eq!(api.patches(&path, &token, wrong.clone()).await.is(400).target(), target, "{wrong}");
    }
    assert!(proves_itself(&world, Signer::Rs256).await);

    // Of a stranger's keys: nobody else sets them, and those of no client are none.
    let others = [
        application(CONTOSO, &["Application.Read.All", "Directory.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"]),
        application(CONTOSO, &[]),
    ];
    let mine = keys(json!([stranger()]));
    for other in others {
        api.patches(&path, &other, mine.clone()).await.is(403);
    }
    let abroad = application(NORTHWIND, &["Application.ReadWrite.All", "RoleManagement.ReadWrite.Directory"]);
    api.patches(&path, &abroad, mine.clone()).await.is(404);
    for no_client in [WIKI, POCKET] {
        api.patches(&format!("/v1.0/applications/{no_client}"), &token, mine.clone()).await.is(409);
    }
    assert!(!proves_itself(&world, Signer::Stranger).await);
    let read = world.demo.app().store.read(CONTOSO.parse().unwrap()).await;
    let lines = read.unwrap().audit_lines(0, u32::MAX).await.unwrap();
    let activity = "Update application - Certificates and secrets management";
    assert_eq!(lines.iter().filter(|line| line.event.activity == activity).count(), 1);

    // Once another organization uses the client, its keys are the operator's: whoever has them is the client there as well.
    let northwind = NORTHWIND.parse().unwrap();
    let (app, principal) = (world.demo.app(), "c0a70500-0000-4000-8000-0000000001ff");
    let uses = json!({ "position": 9, "app": PORTAL, "assignment_required": true, "homepage": null });
    let mut tx = app.store.begin(northwind).await.unwrap();
    tx.put_object("service_principal", principal, &uses, SystemClock.now()).await.unwrap();
    tx.commit().await.unwrap();
    rebuild(app).await.unwrap();
    assert!(!proves_itself(&world, Signer::Es256).await, "what one of them set counts for nothing");
    let everything = application(CONTOSO, &["Application.ReadWrite.All", "RoleManagement.ReadWrite.Directory"]);
    for body in [mine.clone(), keys(public()), json!({ "jwks": null })] {
        for (token, expected) in [(&token, 409), (&everything, 409), (&abroad, 404)] {
            let answer = api.patches(&path, token, body.clone()).await;
            // What is not in force is not taken away either.
            let nothing = body["jwks"].is_null() && expected == 409;
            assert_eq!(answer.status, if nothing { 204 } else { expected }, "{}", answer.text);
        }
    }
    let refused = api.patches(&path, &everything, keys(public())).await.is(409);
    assert!(refused.text.contains("organizations use the application"), "{}", refused.text);
    let mut tx = app.store.begin(northwind).await.unwrap();
    tx.end_object("service_principal", principal, SystemClock.now()).await.unwrap();
    tx.commit().await.unwrap();
    rebuild(app).await.unwrap();
    assert!(proves_itself(&world, Signer::Es256).await && !proves_itself(&world, Signer::Stranger).await);

    // The next process knows them. An application that may do more than the caller is none of the caller's.
    let service = "id = \"c0a70500-0000-4000-8000-0000000001b4\"";
    let more = format!("{service}\npermissions = [\"User.ReadWrite.All\"]");
    let world = again(world, &folder, "contoso", &[(service, &more)]).await;
    let api = world.api();
    assert!(proves_itself(&world, Signer::Es256).await);
    let refused = api.patches(&path, &token, mine.clone()).await.is(403);
    assert!(refused.text.contains("User.ReadWrite.All"), "{}", refused.text);
    for enough in ["User.ReadWrite.All", "RoleManagement.ReadWrite.Directory"] {
        let token = application(CONTOSO, &["Application.ReadWrite.All", enough]);
        api.patches(&path, &token, json!({ "jwks": null })).await.is(204);
        assert!(!proves_itself(&world, Signer::Es256).await, "what was removed proves nobody");
        api.patches(&path, &token, json!({ "jwksUri": "https://portal.contoso.localhost/keys" })).await.is(204);
        let shown = api.gets(&path, &token).await.is(200);
        assert_eq!(
            (&shown.body["jwks"], &shown.body["jwksUri"]),
            (&Value::Null, &json!("https://portal.contoso.localhost/keys"))
        );
        // What is not there is not taken away either.
        api.patches(&path, &token, json!({ "jwks": null })).await.is(204);
        assert_eq!(api.gets(&path, &token).await.is(200).body["jwksUri"], "https://portal.contoso.localhost/keys");
        api.patches(&path, &token, keys(public())).await.is(204);
        assert!(proves_itself(&world, Signer::Es256).await);
    }

    // A file that names keys has the word.
    let only = json!({ "keys": [stranger()] }).to_string();
    let named = format!("require_pkce = true\njwks = '{only}'");
    let world = again(world, &folder, "contoso", &[("require_pkce = true", &named)]).await;
    assert!(proves_itself(&world, Signer::Stranger).await && !proves_itself(&world, Signer::Es256).await);
    let refused = world.api().patches(&path, &token, keys(public())).await.is(409);
    assert!(refused.text.contains("contoso.toml:"), "{}", refused.text);
    let world = again(world, &folder, "contoso", &[]).await;
    assert!(!proves_itself(&world, Signer::Stranger).await && proves_itself(&world, Signer::Es256).await);
}
