//! Inviting by program, as Microsoft Graph has it, and what was added to it.

use serde_json::{Value, json};

use super::api::{Api, application, everything, user};
use crate::actors::{CONTOSO, NORTHWIND, World, world};

fn invites(address: &str) -> Value {
    json!({ "invitedUserEmailAddress": address, "inviteRedirectUrl": "REDIRECT" })
}

fn to_wiki(world: &World, mut body: Value) -> Value {
    body["inviteRedirectUrl"] = json!(world.wiki("/"));
    body
}

async fn mails_to(world: &World, address: &str) -> usize {
    let url = format!("http://mail.localhost:{}/api/v1/search?query=to:{address}", world.mail_port);
    let found = world.browser().asks(http::Method::GET, &url, &[], "").await.json();
    found["messages"].as_array().unwrap().len()
}

async fn member_id(api: &Api, name: &str) -> String {
    let found = api.gets(&format!("/v1.0/users/{name}"), &everything()).await.is(200);
    found.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_has_every_property_of_the_original() {
    let world = world().await;
    let api = world.api();
    let token = application(CONTOSO, &["User.Invite.All"]);
    let sponsor = member_id(&api, "member@contoso.example").await;
    let body = json!({
        "@odata.type": "#microsoft.graph.invitation",
        "invitedUserEmailAddress": "nia@fabrikam.example",
        "invitedUserDisplayName": "Nia New",
        "invitedUserType": "Guest",
        "inviteRedirectUrl": world.wiki("/start"),
        "sendInvitationMessage": true,
        "resetRedemption": false,
        "invitedUserMessageInfo": {
            "customizedMessageBody": "Welcome aboard.",
            "messageLanguage": "nl-NL",
            "ccRecipients": [{ "emailAddress": { "name": null, "address": "boss@fabrikam.example" } }],
        },
        "invitedUserSponsors": [{ "@odata.type": "#microsoft.graph.user", "id": sponsor }],
    });
    let made = api.posts("/v1.0/invitations", &token, body).await.is(201);
    let row = &made.body;
    assert_eq!(row["@odata.context"], json!(world.broker("/v1.0/$metadata#invitations/$entity")));
    for (name, value) in [
        ("invitedUserDisplayName", json!("Nia New")),
        ("invitedUserEmailAddress", json!("nia@fabrikam.example")),
        ("invitedUserType", json!("Guest")),
        ("inviteRedirectUrl", json!(world.wiki("/start"))),
        ("sendInvitationMessage", json!(true)),
        ("resetRedemption", json!(false)),
        ("status", json!("PendingAcceptance")),
    ] {
        assert_eq!(row[name], value, "{name}");
    }
    assert_eq!(row["invitedUserMessageInfo"]["messageLanguage"], "nl-NL");
    assert_eq!(row["invitedUserMessageInfo"]["ccRecipients"][0]["emailAddress"]["address"], "boss@fabrikam.example");
    let mail = world.mail("nia@fabrikam.example", "").await;
    let text = mail["Text"].as_str().unwrap();
    assert!(text.contains("Welcome aboard.") && text.contains(row["inviteRedeemUrl"].as_str().unwrap()), "{text}");
    let id = row["invitedUser"]["id"].as_str().unwrap();
    let sponsors = api.gets(&format!("/v1.0/users/{id}/sponsors"), &everything()).await.is(200);
    assert_eq!(sponsors.values()[0]["id"], json!(sponsor));
    // What reads this answer cannot redeem: the link asks for a sign-in or a proof of the mailbox.
    let page = world.browser().opens(row["inviteRedeemUrl"].as_str().unwrap()).await;
    page.does_not_see("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_is_sent_unless_it_is_asked_for() {
    let world = world().await;
    let token = application(CONTOSO, &["User.Invite.All"]);
    let made = world
        .api()
        .posts("/v1.0/invitations", &token, to_wiki(&world, invites("quiet@fabrikam.example")))
        .await
        .is(201);
    assert_eq!(
        (&made.body["sendInvitationMessage"], &made.body["invitedUserDisplayName"]),
        (&json!(false), &json!("quiet@fabrikam.example"))
    );
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(mails_to(&world, "quiet@fabrikam.example").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["User.Invite.All", "User.ReadWrite.All"]));
    let with = |name: &str, value: Value| {
        let mut body = to_wiki(&world, invites("x@fabrikam.example"));
        body[name] = value;
        body
    };
    for (body, target) in [
        (json!({ "inviteRedirectUrl": world.wiki("/") }), "invitedUserEmailAddress"),
        (json!({ "invitedUserEmailAddress": "x@fabrikam.example" }), "inviteRedirectUrl"),
        (with("invitedUserEmailAddress", json!("no address")), "invitedUserEmailAddress"),
        (with("invitedUserEmailAddress", json!("new@contoso.example")), "invitedUserEmailAddress"),
        (with("inviteRedirectUrl", json!("https://evil.example/")), "inviteRedirectUrl"),
        (with("inviteRedirectUrl", json!("javascript:alert(1)")), "inviteRedirectUrl"),
        (with("invitedUserType", json!("Member")), "invitedUserType"),
        (with("invitedUserType", json!("Admin")), "invitedUserType"),
        (with("status", json!("Completed")), "status"),
        (with("inviteRedeemUrl", json!("https://x.example")), "inviteRedeemUrl"),
        (with("id", json!("x")), "id"),
        (with("tenantId", json!(NORTHWIND)), "tenantId"),
        (with("sendInvitationMessage", json!("true")), "sendInvitationMessage"),
        (with("invitedUserDisplayName", json!("a\u{202e}b")), "displayName"),
        (with("invitedUserMessageInfo", json!({ "ccRecipients": [{}, {}] })), "invitedUserMessageInfo/ccRecipients"),
        (with("invitedUserSponsors", json!([{ "id": NORTHWIND }])), "invitedUserSponsors"),
        (with("invitedUser", json!({ "id": NORTHWIND })), "invitedUser"),
        (with("resetRedemption", json!(true)), "invitedUser"),
    ] {
        let answer = api.posts("/v1.0/invitations", &token, body.clone()).await;
        assert_eq!((answer.status, answer.target()), (400, target), "{body}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_a_hundred_repetitions_are_one_invitation_and_one_mail() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["User.Invite.All"]));
    let mut body = to_wiki(&world, invites("often@fabrikam.example"));
    body["sendInvitationMessage"] = json!(true);
    let mut asked = Vec::new();
    for _ in 0..100 {
        let (api, token, body) = (api.clone(), token.clone(), body.clone());
        asked.push(tokio::spawn(async move {
            api.asks("POST", "/v1.0/invitations", &token, &[("idempotency-key", "k-1")], Some(body)).await
        }));
    }
    let (mut bodies, mut replayed) = (std::collections::BTreeSet::new(), 0);
    for one in asked {
        let answer = one.await.unwrap().is(201);
        replayed += usize::from(answer.headers.contains_key("idempotency-replayed"));
        bodies.insert(answer.text);
    }
    assert_eq!((bodies.len(), replayed), (1, 99));
    world.mail("often@fabrikam.example", "").await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(mails_to(&world, "often@fabrikam.example").await, 1);
    // Another body under the same key is a mistake; another caller's key is another key.
    body["invitedUserEmailAddress"] = json!("other@fabrikam.example");
    let other = api.asks("POST", "/v1.0/invitations", &token, &[("idempotency-key", "k-1")], Some(body.clone())).await;
    assert_eq!((other.status, other.target()), (400, "Idempotency-Key"));
    let northwind = application(NORTHWIND, &["User.Invite.All"]);
    body["inviteRedirectUrl"] = json!(world.broker(&format!("/{NORTHWIND}/myapps")));
    api.asks("POST", "/v1.0/invitations", &northwind, &[("idempotency-key", "k-1")], Some(body)).await.is(201);
    for odd in ["", " ", "a b", &"k".repeat(129)] {
        let body = to_wiki(&world, invites("odd@fabrikam.example"));
        api.asks("POST", "/v1.0/invitations", &token, &[("idempotency-key", odd)], Some(body)).await.is(400);
    }
    // The control: without a key each one counts.
    for _ in 0..2 {
        let answer =
            api.posts("/v1.0/invitations", &token, to_wiki(&world, invites("plain@fabrikam.example"))).await.is(201);
        assert!(!answer.headers.contains_key("idempotency-replayed"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redemption_is_reset_with_an_address_that_the_guest_has_already() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["User.ReadWrite.All"]));
    let found = api.gets("/v1.0/users?$filter=mail%20eq%20'guest@fabrikam.example'", &token).await.is(200);
    let id = found.values()[0]["id"].as_str().unwrap().to_owned();
    let reset = |address: &str| {
        let mut body = to_wiki(&world, invites(address));
        body["resetRedemption"] = json!(true);
        body["invitedUser"] = json!({ "id": id });
        body
    };
    let refused = api.posts("/v1.0/invitations", &token, reset("new@fabrikam.example")).await.is(400);
    assert_eq!(refused.target(), "invitedUserEmailAddress");
    // Whoever may only invite hands nobody's object to somebody else (row C4).
    let inviter = application(CONTOSO, &["User.Invite.All"]);
    let refused = api.posts("/v1.0/invitations", &inviter, reset("guest@fabrikam.example")).await.is(403);
    assert_eq!(refused.target(), "resetRedemption");
    let path = format!("/v1.0/users/{id}");
    api.patches(&path, &token, json!({ "otherMails": ["new@fabrikam.example"] })).await.is(204);
    let done = api.posts("/v1.0/invitations", &token, reset("new@fabrikam.example")).await.is(201);
    assert_eq!((&done.body["invitedUser"]["id"], &done.body["resetRedemption"]), (&json!(id), &json!(true)));
    let user = api.gets(&format!("{path}?$select=mail,externalUserState,id"), &token).await.is(200);
    assert_eq!(user.body["externalUserState"], "PendingAcceptance");
    assert_eq!(user.body["mail"], "new@fabrikam.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_listed_sent_again_and_revoked() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["User.Invite.All", "User.Read.All"]));
    let made = api.posts("/v1.0/invitations", &token, to_wiki(&world, invites("list@fabrikam.example"))).await.is(201);
    let id = made.body["id"].as_str().unwrap().to_owned();
    let filter = "/v1.0/invitations?$filter=invitedUserEmailAddress%20eq%20'list@fabrikam.example'";
    assert_eq!(api.gets(filter, &token).await.is(200).values()[0]["id"], json!(id));
    let newest = api.gets("/v1.0/invitations?$top=1", &token).await.is(200);
    assert_eq!(newest.values()[0]["id"], json!(id));
    assert!(newest.body["@odata.nextLink"].is_string());
    let sent = api.asks("POST", &format!("/v1.0/invitations/{id}/resend"), &token, &[], None).await.is(200);
    assert_eq!(sent.body["inviteRedeemUrl"], made.body["inviteRedeemUrl"]);
    world.mail("list@fabrikam.example", "").await;
    api.asks("POST", &format!("/v1.0/invitations/{id}/revoke"), &token, &[], None).await.is(204);
    let revoked = api.gets(&format!("/v1.0/invitations/{id}"), &token).await.is(200);
    assert_eq!((&revoked.body["state"], &revoked.body["inviteRedeemUrl"]), (&json!("revoked"), &Value::Null));
    api.asks("POST", &format!("/v1.0/invitations/{id}/revoke"), &token, &[], None).await.is(409);
    let filter = "/v1.0/invitations?$filter=state%20eq%20'revoked'";
    assert_eq!(api.gets(filter, &token).await.is(200).values().len(), 1);
    for wrong in ["state%20ne%20'revoked'", "status%20eq%20'Error'%20or%20state%20eq%20'x'", "id%20eq%20'x'"] {
        let answer = api.gets(&format!("/v1.0/invitations?$filter={wrong}"), &token).await.is(400);
        assert_eq!(answer.code(), "Request_UnsupportedQuery", "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_a_delegated_token_can_do_no_more_than_its_user() {
    let world = world().await;
    let api = world.api();
    let scopes = ["User.Invite.All", "User.ReadWrite.All", "User.Read"];
    let member = member_id(&api, "member@contoso.example").await;
    let admin = member_id(&api, "admin@contoso.example").await;
    let (member, admin) = (user(CONTOSO, &member, &scopes), user(CONTOSO, &admin, &scopes));
    let me = api.gets("/v1.0/me", &member).await.is(200);
    assert_eq!(me.body["userPrincipalName"], "member@contoso.example");
    // The policy lets members invite, and only administrators read and change users.
    let made = api.posts("/v1.0/invitations", &member, to_wiki(&world, invites("by@fabrikam.example"))).await.is(201);
    let guest = made.body["invitedUser"]["id"].as_str().unwrap().to_owned();
    api.gets("/v1.0/users", &member).await.is(403);
    api.patches(&format!("/v1.0/users/{guest}"), &member, json!({ "displayName": "x" })).await.is(403);
    let mut reset = to_wiki(&world, invites("by@fabrikam.example"));
    reset["resetRedemption"] = json!(true);
    reset["invitedUser"] = json!({ "id": guest });
    api.posts("/v1.0/invitations", &member, reset.clone()).await.is(403);
    api.gets("/v1.0/users", &admin).await.is(200);
    api.posts("/v1.0/invitations", &admin, reset).await.is(201);
    // A guest who has not agreed to anything is nobody yet, and neither is somebody of another tenant.
    for nobody in [user(CONTOSO, &guest, &scopes), user(NORTHWIND, &guest, &scopes)] {
        api.gets("/v1.0/me", &nobody).await.is(401);
    }
    api.gets("/v1.0/me", &everything()).await.is(403);
}
