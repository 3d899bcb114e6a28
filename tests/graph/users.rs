//! Users by program: found, paged, changed, blocked, deleted and restored.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vestibule::guests;
use vestibule::guests::invite::{Invite, Inviter, invite};

use super::api::{application, everything};
use crate::actors::{CONTOSO, NORTHWIND, World, world};

async fn id_of(world: &World, mail: &str) -> String {
    let found = world.api().gets(&format!("/v1.0/users?$filter=mail%20eq%20'{mail}'"), &everything()).await.is(200);
    found.values()[0]["id"].as_str().unwrap_or_else(|| panic!("no {mail}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_are_found_by_state_name_and_address() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["User.Read.All"]));
    let pending =
        api.gets("/v1.0/users?$filter=externalUserState%20eq%20'PendingAcceptance'&$count=true", &token).await;
    let pending = pending.is(200);
    assert_eq!(pending.body["@odata.count"], json!(pending.values().len()));
    assert!(pending.values().len() >= 6);
    // As in the original, this is shown only where it is selected.
    assert!(pending.values().iter().all(|user| user.get("externalUserState").is_none()));
    let selected =
        api.gets("/v1.0/users?$select=externalUserState,mail&$filter=userType%20eq%20'Guest'", &token).await.is(200);
    assert_eq!(selected.values()[0].as_object().unwrap().len(), 2);
    let counted =
        api.asks("GET", "/v1.0/users/$count", &token, &[("consistencylevel", "eventual")], None).await.is(200);
    let all = api.gets("/v1.0/users?$count=true&$top=999", &token).await.is(200);
    assert_eq!(counted.text, all.body["@odata.count"].to_string());
    let probe =
        "userPrincipalName eq 'X' or mail eq 'X' or proxyAddresses/any(x:x eq 'SMTP:X') or otherMails/any(x:x eq 'X')"
            .replace('X', "passcode@mail.example");
    let query: String = url::form_urlencoded::byte_serialize(probe.as_bytes()).collect();
    assert_eq!(api.gets(&format!("/v1.0/users?$filter={query}"), &token).await.is(200).values().len(), 1);
    let search = "/v1.0/users?$search=%22displayName:passcode%22";
    let eventual = [("consistencylevel", "eventual")];
    assert_eq!(api.asks("GET", search, &token, &eventual, None).await.is(200).values().len(), 1);
    // As the original, which would answer from an index that is behind: whoever searches says that this is fine.
    for levels in [&[][..], &["session"], &["eventual, session"], &[""], &["eventual", "session"]] {
        let headers: Vec<_> = levels.iter().map(|level| ("consistencylevel", *level)).collect();
        let refused = api.asks("GET", search, &token, &headers, None).await.is(400);
        assert_eq!(refused.body["error"]["code"], "Request_UnsupportedQuery", "{levels:?}");
        assert_eq!(refused.body["error"]["target"], "ConsistencyLevel", "{levels:?}");
    }
    api.asks("GET", search, &token, &[("consistencylevel", "Eventual")], None).await.is(200);
    // The next page of a search is fetched by its address alone, and by nobody who never searched.
    let first = "/v1.0/users?$search=%22mail:example%22&$top=2";
    let first = api.asks("GET", first, &token, &eventual, None).await.is(200);
    let next = first.body["@odata.nextLink"].as_str().unwrap();
    let next = &next[next.find("/v1.0/").unwrap()..];
    assert!(!api.gets(next, &token).await.is(200).values().is_empty());
    let forged = format!("{}x", next);
    api.gets(&forged, &token).await.is(400);
    let ordered = api.gets("/v1.0/users?$orderby=displayName%20desc&$top=3", &token).await.is(200);
    let names: Vec<&str> = ordered.values().iter().map(|user| user["displayName"].as_str().unwrap()).collect();
    let mut sorted = names.clone();
    sorted.sort_by(|one, other| other.cmp(one));
    assert_eq!(names, sorted);
    let id = id_of(&world, "guest@fabrikam.example").await;
    let one = api
        .gets(&format!("/v1.0/users/{id}?$select=identities,userPrincipalName,createdDateTime"), &token)
        .await
        .is(200);
    assert_eq!(one.body["identities"][0]["issuer"], "contoso.example");
    let principal = one.body["userPrincipalName"].as_str().unwrap().replace('#', "%23");
    assert_eq!(api.gets(&format!("/v1.0/users/{principal}"), &token).await.is(200).body["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_and_a_half_thousand_users_are_paged_without_gap_or_repetition() {
    let world = world().await;
    let app = world.demo.app();
    let snapshot = app.snapshot.load_full();
    let tenant = snapshot.tenant(CONTOSO.parse().unwrap()).unwrap().clone();
    // Straight into the directory: this story is about reading.
    let mut tx = app.store.begin(tenant.id).await.unwrap();
    let context = guests::context(app, &snapshot, &tenant);
    let address = "template@many.example".parse().unwrap();
    let wish = Invite { send_mail: false, ..Invite::of(address, Inviter::Operator { name: None }) };
    drop(tx);
    let template = invite(context, wish).await.unwrap().user;
    tx = app.store.begin(tenant.id).await.unwrap();
    for number in 0..2_499_u32 {
        let mut one = template.clone();
        one.id = vestibule::model::UserId::new(vestibule::clock::random_guid(app.random.as_ref()));
        one.display_name = format!("Many {:03}", number % 500);
        one.user_principal_name = format!("many{number}#EXT#@contoso.example");
        let mail: vestibule::model::EmailAddress = format!("many{number}@many.example").parse().unwrap();
        (one.mail, one.invited_address) = (Some(mail.clone()), Some(mail));
        tx.insert_user(&one).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (api, token) = (world.api(), application(CONTOSO, &["User.Read.All"]));
    let expected = api.gets("/v1.0/users/$count?$filter=endsWith(mail,'@many.example')", &token).await.is(200).text;
    assert_eq!(expected, "2500");
    for order in ["", "&$orderby=createdDateTime%20desc", "&$orderby=userPrincipalName"] {
        let mut next = format!("/v1.0/users?$select=id&$filter=endsWith(mail,'@many.example')&$top=999{order}");
        let (mut seen, mut pages) = (BTreeSet::new(), 0);
        loop {
            let page = api.gets(&next, &token).await.is(200);
            pages += 1;
            for user in page.values() {
                assert!(seen.insert(user["id"].as_str().unwrap().to_owned()), "twice");
            }
            match page.body["@odata.nextLink"].as_str() {
                Some(link) => next = link.strip_prefix(&world.broker("")).unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (2_500, 3), "{order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m2_a_link_to_the_next_page_is_for_one_query_caller_and_tenant() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["User.Read.All"]));
    let page = api.gets("/v1.0/users?$top=2&$filter=userType%20eq%20'Guest'", &token).await.is(200);
    let link = page.body["@odata.nextLink"].as_str().unwrap().strip_prefix(&world.broker("")).unwrap().to_owned();
    let (path, sealed) = link.split_once("$skiptoken=").unwrap();
    api.gets(&link, &token).await.is(200);
    let mut other = sealed.to_owned().into_bytes();
    other[20] = if other[20] == b'A' { b'B' } else { b'A' };
    let other = String::from_utf8(other).unwrap();
    let fault = |answer: super::api::Answer| assert_eq!(answer.is(400).target(), "$skiptoken");
    fault(api.gets(&format!("{path}$skiptoken={other}"), &token).await);
    fault(api.gets(&format!("{path}$skiptoken="), &token).await);
    fault(api.gets(&format!("/v1.0/users?$top=2&$skiptoken={sealed}"), &token).await);
    fault(api.gets(&format!("/v1.0/users?$top=3&$filter=userType%20eq%20'Guest'&$skiptoken={sealed}"), &token).await);
    let bin = "/v1.0/directory/deletedItems/microsoft.graph.user?$top=2&$filter=userType%20eq%20'Guest'&$skiptoken=";
    fault(api.gets(&format!("{bin}{sealed}"), &token).await);
    fault(api.gets(&link, &application(NORTHWIND, &["User.Read.All"])).await);
    let admin = id_of(&world, "admin@contoso.example").await;
    fault(api.gets(&link, &super::api::user(CONTOSO, &admin, &["User.Read.All"])).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_changed_blocked_deleted_restored_and_erased() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["User.ReadWrite.All", "User.DeleteRestore.All"]));
    let id = id_of(&world, "passcode@mail.example").await;
    let path = format!("/v1.0/users/{id}");
    let change =
        json!({ "displayName": "Paula Passcode", "preferredLanguage": "sv", "otherMails": ["p2@mail.example"] });
    api.patches(&path, &token, change).await.is(204);
    let shown = api.gets(&path, &token).await.is(200);
    assert_eq!(
        (&shown.body["displayName"], &shown.body["otherMails"][0]),
        (&json!("Paula Passcode"), &json!("p2@mail.example"))
    );
    for (change, target) in [
        (json!({ "userType": "Member" }), "userType"),
        (json!({ "id": NORTHWIND }), "id"),
        (json!({ "externalUserState": "Accepted" }), "externalUserState"),
        (json!({ "admin": true }), "admin"),
        (json!({ "displayName": "" }), "displayName"),
        (json!({ "mail": "x@contoso.example" }), "mail"),
        (json!({ "otherMails": ["none"] }), "otherMails"),
    ] {
        let answer = api.patches(&path, &token, change.clone()).await.is(400);
        assert_eq!(answer.target(), target, "{change}");
    }
    let taken = api.patches(&path, &token, json!({ "mail": "guest@fabrikam.example" })).await.is(409);
    assert_eq!(taken.code(), "Request_Conflict");
    api.patches(&path, &token, json!({ "accountEnabled": false })).await.is(204);
    let blocked = api.gets(&format!("{path}?$select=accountEnabled"), &token).await.is(200);
    assert_eq!(blocked.body["accountEnabled"], false);
    api.patches(&path, &token, json!({ "accountEnabled": true })).await.is(204);
    api.deletes(&path, &token).await.is(204);
    api.gets(&path, &token).await.is(404);
    let bin = api.gets("/v1.0/directory/deletedItems/graph.user?$select=id,deletedDateTime", &token).await.is(200);
    assert_eq!(bin.values()[0]["id"], json!(id));
    let restored =
        api.asks("POST", &format!("/v1.0/directory/deletedItems/{id}/restore"), &token, &[], None).await.is(200);
    assert_eq!(restored.body["id"], json!(id));
    api.deletes(&path, &token).await.is(204);
    api.deletes(&format!("/v1.0/directory/deletedItems/{id}"), &token).await.is(204);
    api.gets(&format!("/v1.0/directory/deletedItems/{id}"), &token).await.is(404);
    // Members are managed elsewhere.
    let member = id_of(&world, "member@contoso.example").await;
    api.patches(&format!("/v1.0/users/{member}"), &token, json!({ "displayName": "x" })).await.is(403);
    api.deletes(&format!("/v1.0/users/{member}"), &token).await.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_whoever_holds_a_role_is_not_acted_on_by_an_application_alone() {
    let world = world().await;
    let address = "guest@fabrikam.example";
    let (code, out) = world.command(&["guest", "inviter", address, "--tenant", "contoso.example"]).await;
    assert_eq!(code, 0, "{out}");
    let (api, plain) = (world.api(), application(CONTOSO, &["User.ReadWrite.All"]));
    let id = id_of(&world, address).await;
    let path = format!("/v1.0/users/{id}");
    let mut reset = json!({ "invitedUserEmailAddress": address, "inviteRedirectUrl": world.wiki("/") });
    reset["resetRedemption"] = json!(true);
    reset["invitedUser"] = json!({ "id": id });
    api.patches(&path, &plain, json!({ "accountEnabled": false })).await.is(403);
    api.deletes(&path, &plain).await.is(403);
    api.posts("/v1.0/invitations", &plain, reset.clone()).await.is(403);
    let roles = application(CONTOSO, &["User.ReadWrite.All", "RoleManagement.ReadWrite.Directory"]);
    api.posts("/v1.0/invitations", &roles, reset).await.is(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_when_somebody_signed_in_is_shown_to_readers_of_the_audit_log_alone() {
    let world = world().await;
    let api = world.api();
    let both = ["User.Read.All", "AuditLog.Read.All"];
    for query in [
        "$select=signInActivity",
        "$filter=signInActivity/lastSignInDateTime%20ge%202026-01-01T00:00:00Z",
        "$filter=userType%20eq%20'Guest'%20and%20not(signInActivity/lastSignInDateTime%20eq%20null)",
    ] {
        let path = format!("/v1.0/users?{query}");
        api.gets(&path, &application(CONTOSO, &both[..1])).await.is(403);
        api.gets(&path, &application(CONTOSO, &both)).await.is(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_is_one_audit_line_that_names_the_application() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["User.ReadWrite.All"]));
    let id = id_of(&world, "direct@fabrikam.example").await;
    let app = world.demo.app();
    let lines = || async {
        let mut read = app.store.read(CONTOSO.parse().unwrap()).await.unwrap();
        read.audit_lines(0, u32::MAX).await.unwrap()
    };
    let before = lines().await.len();
    api.patches(&format!("/v1.0/users/{id}"), &token, json!({ "displayName": "Dora Direct" })).await.is(204);
    // Nothing changed, nothing written.
    api.patches(&format!("/v1.0/users/{id}"), &token, json!({ "displayName": "Dora Direct" })).await.is(204);
    api.deletes(&format!("/v1.0/users/{id}"), &token).await.is(204);
    let new = lines().await.split_off(before);
    let told: Vec<Value> = new.iter().map(|line| json!([line.event.activity, line.event.details])).collect();
    assert_eq!(new.len(), 2, "{told:?}");
    for line in &new {
        assert!(line.event.details.iter().any(|(name, value)| name == "application" && value == super::api::CLIENT));
        assert_eq!(line.event.target.unwrap().to_string(), id);
    }
}
