//! What belongs to an organization, read by programs; and what of it they may change.

use serde_json::{Value, json};

use super::api::{application, everything};
use crate::actors::{CONTOSO, NORTHWIND, PORTAL, WIKI, world};
use crate::stories::federated_guest::{accepts_everything, signs_in_at_fabrikam};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_manages_says_where() {
    let world = world().await;
    let (api, token) = (world.api(), everything());
    for (path, change) in [
        ("/v1.0/policies/authorizationPolicy", json!({ "allowInvitesFrom": "everyone" })),
        (
            "/v1.0/policies/crossTenantAccessPolicy/default",
            json!({ "invitationRedemptionIdentityProviderConfiguration": { "fallbackIdentityProvider": "microsoftAccount" } }),
        ),
        (
            "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email",
            json!({ "state": "disabled" }),
        ),
        (&format!("/v1.0/organization/{CONTOSO}"), json!({ "privacyProfile": { "contactEmail": null } })),
    ] {
        let refused = api.patches(path, &token, change).await.is(409);
        let words = refused.body["error"]["message"].as_str().unwrap();
        assert!(words.contains("contoso.toml:"), "{path}: {words}");
    }
    let refused = api.deletes("/v1.0/domains/contoso.example", &token).await.is(409);
    assert!(refused.text.contains("contoso.toml:"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organization_its_policies_and_its_providers_are_read() {
    let world = world().await;
    let (api, token) = (world.api(), everything());
    let own = api.gets("/v1.0/organization", &token).await.is(200);
    assert_eq!((own.values().len(), &own.values()[0]["id"]), (1, &json!(CONTOSO)));
    assert_eq!(
        own.values()[0]["verifiedDomains"][0],
        json!({ "name": "contoso.example", "isDefault": true, "isInitial": false, "type": "Managed" })
    );
    api.gets(&format!("/v1.0/organization/{NORTHWIND}"), &token).await.is(404);
    let policy = api.gets("/v1.0/policies/authorizationPolicy", &token).await.is(200);
    assert_eq!(policy.body["allowInvitesFrom"], "adminsGuestInvitersAndAllMembers");
    let order = api.gets("/v1.0/policies/crossTenantAccessPolicy/default", &token).await.is(200);
    let order = &order.body["invitationRedemptionIdentityProviderConfiguration"];
    assert_eq!(
        order["primaryIdentityProviderPrecedenceOrder"],
        json!(["azureActiveDirectory", "externalFederation", "socialIdentityProviders"])
    );
    let email = "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Email";
    assert_eq!(api.gets(email, &token).await.is(200).body["state"], "enabled");
    let providers = api.gets("/v1.0/identity/identityProviders", &token).await.is(200);
    let fabrikam = providers.values().iter().find(|one| one["id"] == "fabrikam").unwrap();
    assert_eq!(
        (&fabrikam["identityProviderType"], &fabrikam["clientSecret"]),
        (&json!("OpenIDConnect"), &json!("****"))
    );
    let federations = api
        .gets("/v1.0/directory/federationConfigurations?$filter=domains/any(d:d/id%20eq%20'fabrikam.example')", &token)
        .await
        .is(200);
    assert_eq!(federations.values()[0]["domains"][0], json!({ "id": "fabrikam.example", "isProved": true }));
    let domains = api.gets("/v1.0/domains?$filter=isDefault%20eq%20true", &token).await.is(200);
    assert_eq!(domains.values()[0]["id"], "contoso.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_is_claimed_and_does_not_count_before_its_record_was_seen() {
    let world = world().await;
    let (api, token) = (world.api(), application(CONTOSO, &["Domain.ReadWrite.All"]));
    let made = api.posts("/v1.0/domains", &token, json!({ "id": "New-Domain.example" })).await.is(201);
    assert_eq!((&made.body["id"], &made.body["isVerified"]), (&json!("new-domain.example"), &json!(false)));
    let record = api.gets("/v1.0/domains/new-domain.example/verificationDnsRecords", &token).await.is(200);
    let record = record.values()[0].clone();
    assert_eq!((&record["recordType"], &record["label"]), (&json!("Txt"), &json!("new-domain.example")));
    assert!(record["text"].as_str().unwrap().starts_with("vestibule-verification="));
    let verify = api.asks("POST", "/v1.0/domains/new-domain.example/verify", &token, &[], None).await;
    verify.is(400);
    // The other organization sees none of it, and may claim the same.
    let other = application(NORTHWIND, &["Domain.ReadWrite.All"]);
    api.gets("/v1.0/domains/new-domain.example", &other).await.is(404);
    api.posts("/v1.0/domains", &other, json!({ "id": "new-domain.example" })).await.is(201);
    let theirs = api.gets("/v1.0/domains/new-domain.example/verificationDnsRecords", &other).await.is(200);
    assert_ne!(theirs.values()[0]["text"], record["text"]);
    let page = world.browser().opens(&world.broker("/new-domain.example/myapps")).await;
    page.status(404);
    api.deletes("/v1.0/domains/new-domain.example", &token).await.is(204);
    api.gets("/v1.0/domains/new-domain.example", &token).await.is(404);
    for wrong in ["", "x", "a b.example", "contoso.example", "ⅽontoso.example"] {
        let answer = api.posts("/v1.0/domains", &token, json!({ "id": wrong })).await;
        assert!(matches!(answer.status, 400 | 409), "{wrong}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_join_groups_and_are_assigned_to_applications() {
    let world = world().await;
    let (api, token) = (world.api(), everything());
    let made = json!({ "invitedUserEmailAddress": "team@fabrikam.example", "inviteRedirectUrl": world.wiki("/") });
    let made = api.posts("/v1.0/invitations", &token, made).await.is(201);
    let guest = made.body["invitedUser"]["id"].as_str().unwrap().to_owned();
    let groups = api.gets("/v1.0/groups?$filter=displayName%20eq%20'Partners'", &token).await.is(200);
    let group = groups.values()[0]["id"].as_str().unwrap().to_owned();
    let members = format!("/v1.0/groups/{group}/members");
    let before = api.gets(&members, &token).await.is(200).values().len();
    assert_eq!(before, 3, "those whom the file names");
    let reference = json!({ "@odata.id": world.broker(&format!("/v1.0/users/{guest}")) });
    api.posts(&format!("{members}/$ref"), &token, reference).await.is(204);
    assert_eq!(api.gets(&members, &token).await.is(200).values().len(), before + 1);
    api.deletes(&format!("{members}/{guest}/$ref"), &token).await.is(204);
    let named = api.gets("/v1.0/users?$filter=mail%20eq%20'guest@fabrikam.example'", &token).await.is(200);
    let named = named.values()[0]["id"].as_str().unwrap().to_owned();
    let refused = api.deletes(&format!("{members}/{named}/$ref"), &token).await.is(409);
    assert!(refused.text.contains("contoso.toml"));

    let found = api.gets(&format!("/v1.0/servicePrincipals?$filter=appId%20eq%20'{WIKI}'"), &token).await.is(200);
    let principal = found.values()[0].clone();
    let id = principal["id"].as_str().unwrap();
    let editor = principal["appRoles"].as_array().unwrap().iter().find(|role| role["value"] == "Editor").unwrap();
    let to = format!("/v1.0/servicePrincipals/{id}/appRoleAssignedTo");
    let body = json!({ "principalId": guest, "resourceId": id, "appRoleId": editor["id"] });
    let assignment = api.posts(&to, &token, body.clone()).await.is(201);
    assert_eq!(assignment.body["principalDisplayName"], "team@fabrikam.example");
    let mut next = format!("{to}?$top=2");
    let mut all: Vec<Value> = Vec::new();
    loop {
        let page = api.gets(&next, &token).await.is(200);
        all.extend(page.values().clone());
        match page.body["@odata.nextLink"].as_str() {
            Some(link) => next = link.strip_prefix(&world.broker("")).unwrap().to_owned(),
            None => break,
        }
    }
    assert!(all.iter().any(|one| one["id"] == assignment.body["id"]) && all.len() > 6, "{all:?}");
    // Who may read who is assigned gives nothing (row C4).
    let reader = application(CONTOSO, &["Application.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"]);
    api.posts(&to, &reader, body.clone()).await.is(403);
    let mut wrong = body;
    wrong["resourceId"] = json!(NORTHWIND);
    assert_eq!(api.posts(&to, &token, wrong).await.is(400).target(), "resourceId");
    api.deletes(&format!("{to}/{}", assignment.body["id"].as_str().unwrap()), &token).await.is(204);
    api.deletes(&format!("{to}/{}", assignment.body["id"].as_str().unwrap()), &token).await.is(404);
    let apps = api.gets("/v1.0/applications", &token).await.is(200);
    // Behind the proxy, and clients of the provider that stand elsewhere.
    let app = |id: &str| apps.values().iter().find(|app| app["appId"] == id).cloned().unwrap();
    let home = world.at("portal.contoso.localhost", "/");
    assert_eq!(app(WIKI)["web"], json!({ "homePageUrl": null, "logoutUrl": null, "redirectUris": [] }));
    assert_eq!(app(PORTAL)["web"]["homePageUrl"], home);
    assert_eq!(app(PORTAL)["web"]["redirectUris"][0], format!("{home}callback"));
    let found = api.gets(&format!("/v1.0/servicePrincipals?$filter=appId%20eq%20'{PORTAL}'"), &token).await.is(200);
    assert_eq!(found.values()[0]["homepage"], home);
    assert_eq!(found.values()[0]["appOwnerOrganizationId"], CONTOSO);
    let elsewhere = application(NORTHWIND, &["Application.Read.All"]);
    let theirs = api.gets("/v1.0/applications", &elsewhere).await.is(200);
    assert!(theirs.values().iter().all(|app| app["appId"] != PORTAL), "another organization's");
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_are_read_published_and_their_answers_listed() {
    let world = world().await;
    let (api, token) = (world.api(), everything());
    let agreements = api.gets("/v1.0/identityGovernance/termsOfUse/agreements", &token).await.is(200);
    let id = agreements.values()[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1.0/identityGovernance/termsOfUse/agreements/{id}");
    assert_eq!(api.gets(&format!("{path}/files"), &token).await.is(200).values().len(), 2);
    // Somebody agrees.
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    accepts_everything(&browser, page).await.0.status(200);
    let answers = api.gets(&format!("{path}/acceptances"), &token).await.is(200);
    assert_eq!((answers.values().len(), &answers.values()[0]["state"]), (1, &json!("accepted")));
    assert_eq!(answers.values()[0]["userEmail"], "guest@fabrikam.example");
    let none = api.gets(&format!("{path}/acceptances?$filter=state%20eq%20'declined'"), &token).await.is(200);
    assert!(none.values().is_empty());
    let text = "# Terms, again\n\nBe kind.\n";
    let body = json!({
        "fileName": "terms.md", "language": "en", "isMajorVersion": true,
        "fileData": { "data": data_encoding::BASE64.encode(text.as_bytes()) },
    });
    let reader = application(CONTOSO, &["Agreement.Read.All"]);
    api.posts(&format!("{path}/files"), &reader, body.clone()).await.is(403);
    let made = api.posts(&format!("{path}/files"), &token, body.clone()).await.is(201);
    assert_eq!((&made.body["versionNumber"], &made.body["isMajorVersion"]), (&json!(2), &json!(true)));
    api.posts(&format!("{path}/files"), &token, body).await.is(409);
    let version = made.body["id"].as_str().unwrap();
    let data = api.gets(&format!("{path}/versions/{version}/fileData"), &token).await.is(200);
    assert!(data.text.contains("Be kind.") && data.headers["content-type"] == "text/plain; charset=utf-8");
    assert!(data.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    // In force at once.
    let page = browser.opens(&world.wiki("/")).await;
    page.sees("Terms, again");
    // What happened is in the log, by the guest and by the application.
    let audits =
        "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'Redeem%20external%20user%20invite'";
    let audits = api.gets(audits, &token).await.is(200);
    let guest = answers.values()[0]["userId"].clone();
    assert_eq!(audits.values()[0]["targetResources"][0]["id"], guest);
    let query = format!("$filter=userId%20eq%20'{}'%20and%20status/errorCode%20eq%200", guest.as_str().unwrap());
    let sign_ins = api.gets(&format!("/v1.0/auditLogs/signIns?{query}"), &token).await.is(200);
    assert_eq!(sign_ins.values()[0]["authenticationMethod"], "fed");
    let number = sign_ins.values()[0]["id"].as_str().unwrap();
    api.gets(&format!("/v1.0/auditLogs/signIns/{number}"), &token).await.is(200);
    api.gets(&format!("/v1.0/auditLogs/directoryAudits/{number}"), &token).await.is(404);
    let all = api.gets("/v1.0/auditLogs/directoryAudits?$top=3", &token).await.is(200);
    let link = all.body["@odata.nextLink"].as_str().unwrap().strip_prefix(&world.broker("")).unwrap().to_owned();
    let next = api.gets(&link, &token).await.is(200);
    let number = |row: &Value| row["id"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(number(&next.values()[0]) < number(&all.values()[2]));
}
