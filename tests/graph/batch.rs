//! Several requests in one: each is answered as if it came alone, in whatever company (rows C1, C3, C4, M1).

use serde_json::{Value, json};
use vestibule::graph_api::operation::Operation;
use vestibule::model::Permission;

use super::api::{Answer, Api, application, everything, user};
use super::matrix::{NOBODY, address, body_of, operations, value_of};
use crate::actors::{CONTOSO, NORTHWIND, world};

const BATCH: &str = "/v1.0/$batch";

/// What a client learns: the status, the code, and which field it is about.
type Essence = (u16, String, String);

fn essence(status: u16, body: &Value) -> Essence {
    let of = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (status, of("code"), of("target"))
}

async fn alone(api: &Api, operation: &Operation, token: &str, id: &str, body: Option<&Value>) -> Essence {
    loop {
        let answer = api.asks(operation.method.as_str(), &address(operation, id), token, &[], body.cloned()).await;
        if answer.status != 429 {
            return essence(answer.status, &answer.body);
        }
        rest().await;
    }
}

/// The limits count these tests too.
async fn rest() {
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
}

fn part(number: usize, operation: &Operation, id: &str, body: Option<&Value>) -> Value {
    let path = address(operation, id);
    let mut part = json!({
        "id": number.to_string(), "method": operation.method.as_str(), "url": path.strip_prefix("/v1.0").unwrap(),
    });
    if let Some(body) = body {
        part["headers"] = json!({ "Content-Type": "application/json" });
        part["body"] = body.clone();
    }
    part
}

async fn batch(api: &Api, token: &str, requests: &[Value]) -> Answer {
    api.posts(BATCH, token, json!({ "requests": requests })).await
}

async fn together(api: &Api, token: &str, requests: &[Value]) -> Vec<Essence> {
    let mut all = Vec::new();
    for requests in requests.chunks(20) {
        let told = loop {
            let answer = batch(api, token, requests).await;
            let told = answer.body["responses"].as_array().cloned().unwrap_or_default();
            if answer.status == 200 && told.iter().all(|one| one["status"] != 429) {
                break told;
            }
            assert!(matches!(answer.status, 200 | 429), "{}", answer.text);
            rest().await;
        };
        for (request, told) in requests.iter().zip(&told) {
            assert_eq!(request["id"], told["id"]);
            all.push(essence(u16::try_from(told["status"].as_u64().unwrap()).unwrap(), &told["body"]));
        }
    }
    assert_eq!(all.len(), requests.len());
    all
}

/// Every operation × permission × field, and every operation with the ids of another tenant, once alone and once in a batch.
#[tokio::test(flavor = "multi_thread")]
async fn c1_c4_the_company_of_other_requests_opens_nothing() {
    let world = world().await;
    let api = world.api();
    let all: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    let id_of = |name: &'static str| {
        let api = api.clone();
        async move {
            let found = api.gets(&format!("/v1.0/users/{name}"), &everything()).await.is(200);
            found.body["id"].as_str().unwrap().to_owned()
        }
    };
    let (member, admin) = (id_of("member@contoso.example").await, id_of("admin@contoso.example").await);
    let mut callers: Vec<(String, &str)> =
        Permission::ALL.iter().map(|one| (application(CONTOSO, &[one.as_str()]), NOBODY)).collect();
    callers.push((application(CONTOSO, &[]), NOBODY));
    callers.push((user(CONTOSO, &member, &all), NOBODY));
    callers.push((user(CONTOSO, &admin, &all), NOBODY));
    // Somebody of Contoso, for a token of Northwind.
    callers.push((application(NORTHWIND, &all), &member));
    let mut cells = 0;
    for (token, id) in &callers {
        let (mut requests, mut wanted) = (Vec::new(), Vec::new());
        // Invitations are made by it, and their number is limited; the fields below go through it, too.
        for operation in operations().filter(|operation| operation.id != "invitations.create") {
            let least = operation.takes.map(|takes| body_of(takes.entity, takes.creating));
            requests.push(part(requests.len(), operation, id, least.as_ref()));
            wanted.push((operation.id, alone(&api, operation, token, id, least.as_ref()).await));
        }
        for (told, (name, alone)) in together(&api, token, &requests).await.into_iter().zip(wanted) {
            assert_eq!(told, alone, "{name}");
            cells += 1;
        }
    }
    for operation in operations() {
        let Some(takes) = operation.takes else { continue };
        let token = application(CONTOSO, &[operation.needs[0].as_str()]);
        let (mut requests, mut wanted) = (Vec::new(), Vec::new());
        for property in takes.entity.properties.iter().filter(|one| one.access.allows(takes.creating)) {
            let mut body = body_of(takes.entity, takes.creating);
            body[property.name] =
                if property.write.is_empty() { json!({ "odd": [] }) } else { value_of(property.kind, takes.creating) };
            requests.push(part(requests.len(), operation, NOBODY, Some(&body)));
            wanted.push((property.name, alone(&api, operation, &token, NOBODY, Some(&body)).await));
        }
        for (told, (name, alone)) in together(&api, &token, &requests).await.into_iter().zip(wanted) {
            assert_eq!(told, alone, "{} {name}", operation.id);
            cells += 1;
        }
    }
    println!("{cells} cells alone and in a batch");
    assert!(cells > 1_500, "{cells}");
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_wait_for_those_they_depend_on_and_are_not_done_when_those_fail() {
    let world = world().await;
    let api = world.api();
    let invite = |address: &str| json!({ "invitedUserEmailAddress": address, "inviteRedirectUrl": world.wiki("/") });
    let answer = batch(&api, &everything(), &[
        json!({ "id": "count", "method": "GET", "url": "/users/$count?$filter=mail%20eq%20'batch@fabrikam.example'", "dependsOn": ["invite"] }),
        json!({ "id": "never", "method": "POST", "url": "/invitations", "body": invite("never@fabrikam.example"), "dependsOn": ["wrong"] }),
        json!({ "id": "after never", "method": "GET", "url": "/me" }),
    ]).await;
    assert_eq!((answer.status, answer.target()), (400, "requests/2/id"), "an id is no sentence");
    let answer = batch(&api, &everything(), &[
        json!({ "id": "count", "method": "GET", "url": "/users/$count?$filter=mail%20eq%20'batch@fabrikam.example'", "dependsOn": ["invite"] }),
        json!({ "id": "never", "method": "POST", "url": "/invitations", "body": invite("never@fabrikam.example"), "dependsOn": ["wrong"] }),
        json!({ "id": "nor-this", "method": "GET", "url": "/users", "dependsOn": ["never", "invite"] }),
        json!({ "id": "wrong", "method": "POST", "url": "/invitations", "body": { "invitedUserEmailAddress": "x" } }),
        json!({ "id": "invite", "method": "POST", "url": "/invitations", "body": invite("batch@fabrikam.example"),
                "headers": { "client-request-id": "abc-1", "Idempotency-Key": "once" } }),
    ]).await.is(200);
    let told = answer.body["responses"].as_array().unwrap();
    let ids: Vec<&str> = told.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["count", "never", "nor-this", "wrong", "invite"], "{}", answer.text);
    let statuses: Vec<u64> = told.iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 424, 424, 400, 201], "{}", answer.text);
    assert_eq!(told[0]["body"], json!(data_encoding::BASE64.encode(b"1")), "the guest of the same batch is counted");
    assert_eq!(told[1]["body"]["error"]["code"], "Request_FailedDependency");
    assert_eq!(told[4]["headers"]["client-request-id"], "abc-1");
    assert!(told[4]["headers"]["Location"].as_str().unwrap().contains("/v1.0/invitations/"));
    let nobody =
        api.gets("/v1.0/users/$count?$filter=mail%20eq%20'never@fabrikam.example'", &everything()).await.is(200);
    assert_eq!(nobody.text, "0");
    // What was asked with the key is not done again, in or out of a batch.
    let again = api
        .asks(
            "POST",
            "/v1.0/invitations",
            &everything(),
            &[("idempotency-key", "once")],
            Some(invite("batch@fabrikam.example")),
        )
        .await
        .is(201);
    assert_eq!(again.headers["idempotency-replayed"], "true");
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_c3_what_is_no_batch_does_nothing_at_all() {
    let world = world().await;
    let api = world.api();
    let good = json!({ "id": "1", "method": "POST", "url": "/invitations", "body":
        { "invitedUserEmailAddress": "whole@fabrikam.example", "inviteRedirectUrl": world.wiki("/") } });
    for (odd, target) in [
        (json!({ "id": "2", "method": "GET", "url": "https://evil.example/v1.0/users" }), "requests/1/url"),
        (json!({ "id": "2", "method": "GET", "url": "//evil.example/users" }), "requests/1/url"),
        (json!({ "id": "2", "method": "GET", "url": "/../contoso.example/oauth2/v2.0/token" }), "requests/1/url"),
        (json!({ "id": "2", "method": "POST", "url": "/$batch", "body": { "requests": [] } }), "requests/1/url"),
        (
            json!({ "id": "2", "method": "GET", "url": "/users", "headers": { "Authorization": "Bearer x" } }),
            "requests/1/headers/Authorization",
        ),
        (
            json!({ "id": "2", "method": "GET", "url": "/users", "headers": { "Host": "evil.example" } }),
            "requests/1/headers/Host",
        ),
        (json!({ "id": "2", "method": "GET", "url": "/users", "tenant": NORTHWIND }), "requests/1/tenant"),
        (json!({ "id": "1", "method": "GET", "url": "/users" }), "requests/1/id"),
        (json!({ "id": "2", "method": "GET", "url": "/users", "dependsOn": ["3"] }), "requests/1/dependsOn"),
    ] {
        let answer = batch(&api, &everything(), &[good.clone(), odd.clone()]).await;
        assert_eq!((answer.status, answer.target()), (400, target), "{odd}");
    }
    let many: Vec<Value> =
        (0..21).map(|id| json!({ "id": id.to_string(), "method": "GET", "url": "/users" })).collect();
    assert_eq!(batch(&api, &everything(), &many).await.is(400).target(), "requests");
    let nobody =
        api.gets("/v1.0/users/$count?$filter=mail%20eq%20'whole@fabrikam.example'", &everything()).await.is(200);
    assert_eq!(nobody.text, "0", "nothing of a refused batch is done");
    // The control: without its company it is done.
    assert_eq!(batch(&api, &everything(), &[good]).await.is(200).body["responses"][0]["status"], 201);
    let long = json!({ "requests": [{ "id": "1", "method": "GET", "url": "/users", "headers": { "prefer": "x".repeat(1024 * 1024) } }] });
    api.posts(BATCH, &everything(), long).await.is(413);
    assert_eq!(api.gets(BATCH, &everything()).await.is(405).headers["allow"], "POST");
    api.posts(BATCH, "x", json!({})).await.is(401);
    for path in ["/v1.0/%24batch", "/v1.0/$Batch"] {
        assert_eq!(api.posts(path, &everything(), json!({})).await.is(400).target(), "requests", "{path}");
    }
}

/// A batch is no way around the limits: each part counts.
#[tokio::test(flavor = "multi_thread")]
async fn m2_each_part_counts_against_the_limits() {
    let world = world().await;
    let api = world.api();
    let empty = |id: usize| json!({ "id": id.to_string(), "method": "POST", "url": "/invitations", "body": {} });
    let requests: Vec<Value> = (0..20).map(empty).collect();
    let mut slowed = None;
    for _ in 0..60 {
        let answer = batch(&api, &everything(), &requests).await.is(200);
        let told = answer.body["responses"].as_array().unwrap().clone();
        slowed = told.into_iter().find(|one| one["status"] == 429);
        if slowed.is_some() {
            break;
        }
    }
    let slowed = slowed.expect("1,200 invitations were tried");
    assert!(slowed["headers"]["Retry-After"].as_str().unwrap().parse::<u64>().unwrap() >= 1, "{slowed}");
    // Others are not slowed down by it.
    api.gets("/v1.0/users", &application(NORTHWIND, &["User.Read.All"])).await.is(200);
}
