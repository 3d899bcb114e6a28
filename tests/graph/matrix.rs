//! Who may do what, generated from the API's own table: permission × operation × field, tenant × tenant (rows C1, C4, M1).

use serde_json::{Map, Value, json};
use vestibule::graph_api::operation::{Delegated, Operation, Verb};
use vestibule::graph_api::schema::{Access, Entity, Kind};
use vestibule::graph_api::{BASE, OPERATIONS};
use vestibule::model::{Permission, Permissions};

use super::api::{Api, application, everything, user};
use crate::actors::{CONTOSO, NORTHWIND, world};

pub const NOBODY: &str = "00000000-0000-4000-8000-00000000dead";

pub fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().flat_map(|operations| operations.iter())
}

/// The address of an operation, with `id` for each parameter.
pub fn address(operation: &Operation, id: &str) -> String {
    let path: Vec<&str> = operation.path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
    format!("{BASE}{}", path.join("/"))
}

pub fn value_of(kind: Kind, creating: bool) -> Value {
    match kind {
        Kind::Text(_) => json!("text"),
        Kind::Word(words) => json!(words[0]),
        Kind::Guid => json!(NOBODY),
        Kind::Address => json!("nobody@nowhere.example"),
        Kind::Url => json!("https://nowhere.example/"),
        Kind::Time => json!("2030-01-01T00:00:00Z"),
        Kind::Span => json!("P90D"),
        Kind::Truth => json!(true),
        Kind::Number => json!(1),
        Kind::Bytes => json!("AA=="),
        Kind::Object(entity) => body_of(entity, creating),
        Kind::Texts(_) => json!(["text"]),
        Kind::Addresses(_) => json!(["nobody@nowhere.example"]),
        Kind::Objects(entity, _) => json!([body_of(entity, creating)]),
    }
}

/// The least body that an operation takes.
pub fn body_of(entity: &Entity, creating: bool) -> Value {
    let required = entity.properties.iter().filter(|property| creating && property.access == Access::Required);
    let fields: Map<String, Value> =
        required.map(|property| (property.name.to_owned(), value_of(property.kind, creating))).collect();
    Value::Object(fields)
}

async fn calls(api: &Api, operation: &Operation, token: &str, id: &str, body: Option<Value>) -> super::api::Answer {
    let body = body.or_else(|| operation.takes.map(|takes| body_of(takes.entity, takes.creating)));
    api.asks(operation.method.as_str(), &address(operation, id), token, &[], body).await
}

/// Nothing here names an object that exists, so that whoever is let in changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn c4_each_permission_opens_what_its_operations_say_and_nothing_else() {
    let world = world().await;
    let api = world.api();
    let mut cells = 0;
    for operation in operations() {
        for permission in Permission::ALL {
            let answer = calls(&api, operation, &application(CONTOSO, &[permission.as_str()]), NOBODY, None).await;
            let allowed = operation.needs.contains(permission) && operation.delegated != Delegated::UserOnly;
            let fields = operation.takes.is_some() && answer.status == 403 && !answer.target().is_empty();
            let refused = answer.status == 403 && !fields;
            assert_eq!(!refused, allowed, "{} with {permission}: {}", operation.id, answer.text);
            cells += 1;
        }
        let nothing = application(CONTOSO, &[]);
        assert_eq!(calls(&api, operation, &nothing, NOBODY, None).await.status, 403, "{}", operation.id);
        let made_up = application(CONTOSO, &["*", "All", "Directory.ReadWrite", "user.readwrite.all"]);
        assert_eq!(calls(&api, operation, &made_up, NOBODY, None).await.status, 403, "{}", operation.id);
    }
    println!("{cells} cells of permission × operation");
    assert!(cells > 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_what_is_for_administrators_is_refused_to_members_and_guests() {
    let world = world().await;
    let api = world.api();
    let all: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    let of = |name: &'static str| {
        let api = api.clone();
        async move {
            let found = api.gets(&format!("/v1.0/users/{name}"), &everything()).await.is(200);
            found.body["id"].as_str().unwrap().to_owned()
        }
    };
    let member = user(CONTOSO, &of("member@contoso.example").await, &all);
    let admin = user(CONTOSO, &of("admin@contoso.example").await, &all);
    for operation in operations() {
        let answer = calls(&api, operation, &member, NOBODY, None).await;
        if operation.delegated == Delegated::Admin {
            assert_eq!(answer.status, 403, "{} as a member: {}", operation.id, answer.text);
        }
        let answer = calls(&api, operation, &admin, NOBODY, None).await;
        assert_ne!(answer.status, 403, "{} as an administrator: {}", operation.id, answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_m1_each_field_is_refused_that_may_not_be_sent_or_needs_more() {
    let world = world().await;
    let api = world.api();
    let mut cells = 0;
    for operation in operations() {
        let Some(takes) = operation.takes else { continue };
        let base = body_of(takes.entity, takes.creating);
        for permission in operation.needs {
            let token = application(CONTOSO, &[permission.as_str()]);
            let held: Permissions = [*permission].into_iter().collect();
            for property in takes.entity.properties {
                let mut body = base.clone();
                body[property.name] = value_of(property.kind, takes.creating);
                let answer = calls(&api, operation, &token, NOBODY, Some(body)).await;
                let place = format!("{} {} with {permission}: {}", operation.id, property.name, answer.text);
                if !property.access.allows(takes.creating) {
                    assert_eq!((answer.status, answer.target()), (400, property.name), "{place}");
                } else if !property.write.is_empty() && !held.has_any(property.write) {
                    assert_eq!((answer.status, answer.target()), (403, property.name), "{place}");
                } else {
                    assert!(answer.status != 403 || answer.target().is_empty(), "{place}");
                }
                // Of a wrong kind it is refused by name, wherever it may be sent.
                if property.access.allows(takes.creating) && (property.write.is_empty() || held.has_any(property.write))
                {
                    let mut body = base.clone();
                    body[property.name] = json!({ "\u{0}": [] });
                    let answer = calls(&api, operation, &token, NOBODY, Some(body)).await;
                    assert_eq!(answer.status, 400, "{place}");
                    assert!(answer.target().starts_with(property.name), "{place}: {}", answer.text);
                }
                cells += 1;
            }
            for odd in ["tenantId", "tid", "deletedTenant", "__proto__", "constructor", "redeemed", "isAdmin"] {
                let mut body = base.clone();
                body[odd] = json!(NORTHWIND);
                let answer = calls(&api, operation, &token, NOBODY, Some(body)).await;
                assert_eq!((answer.status, answer.target()), (400, odd), "{}", operation.id);
            }
        }
    }
    println!("{cells} cells of permission × operation × field");
    assert!(cells > 50);
}

/// Ids of one tenant mean nothing to a token of the other: the answer is that of an id that nobody has.
#[tokio::test(flavor = "multi_thread")]
async fn c1_objects_of_another_tenant_answer_like_objects_that_do_not_exist() {
    let world = world().await;
    let api = world.api();
    let all: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    let (contoso, northwind) = (everything(), application(NORTHWIND, &all));
    let mut ids = Vec::new();
    let users = api.gets("/v1.0/users?$top=999&$select=id,userPrincipalName", &contoso).await.is(200);
    for one in users.values() {
        ids.push(one["id"].as_str().unwrap().to_owned());
        ids.push(one["userPrincipalName"].as_str().unwrap().replace('#', "%23"));
    }
    let invitations = api.gets("/v1.0/invitations?$top=999", &contoso).await.is(200);
    ids.extend(invitations.values().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
    let deleted = api.gets("/v1.0/users?$filter=mail%20eq%20'direct@fabrikam.example'", &contoso).await.is(200);
    let deleted = deleted.values()[0]["id"].as_str().unwrap().to_owned();
    api.deletes(&format!("/v1.0/users/{deleted}"), &contoso).await.is(204);
    let mut cells = 0;
    for operation in operations().filter(|operation| operation.path.contains('{')) {
        let nobody = calls(&api, operation, &northwind, NOBODY, None).await;
        // A few of each kind: users, principal names, invitations, the bin.
        for id in ids.iter().step_by(5).chain([&deleted]) {
            let answer = calls(&api, operation, &northwind, id, None).await;
            assert_eq!(answer.in_essence(), nobody.in_essence(), "{} {id}", operation.id);
            cells += 1;
        }
    }
    println!("{cells} cells of object × operation across tenants");
    // The control: at home the ids are known.
    let own = api.gets(&format!("/v1.0/users/{}", ids[0]), &contoso).await;
    assert_eq!(own.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_the_tenant_comes_from_the_token_and_from_nothing_else() {
    let world = world().await;
    let api = world.api();
    let token = application(NORTHWIND, &["User.Read.All", "User.Invite.All"]);
    let plain = api.gets("/v1.0/users?$top=999", &token).await.is(200);
    for (path, header) in [
        (format!("/v1.0/users?$top=999&tenant={CONTOSO}&tenantid={CONTOSO}"), ("x-none", "x")),
        ("/v1.0/users?$top=999".to_owned(), ("x-tenant", CONTOSO)),
        ("/v1.0/users?$top=999".to_owned(), ("cookie", "tenant=c0a70500-0000-4000-8000-000000000001")),
    ] {
        let answer = api.asks("GET", &path, &token, &[header], None).await.is(200);
        assert_eq!(answer.values(), plain.values(), "{path} {header:?}");
    }
    let body = json!({ "invitedUserEmailAddress": "x@fabrikam.example", "inviteRedirectUrl": world.wiki("/"), "tenantId": CONTOSO });
    assert_eq!(api.posts("/v1.0/invitations", &token, body).await.is(400).target(), "tenantId");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_token_learns_nothing() {
    let world = world().await;
    let api = world.api();
    let mut essences = std::collections::BTreeSet::new();
    for (method, path) in [
        ("GET", "/v1.0/users"),
        ("GET", "/v1.0/nothing"),
        ("POST", "/v1.0/invitations"),
        ("TRACE", "/v1.0/users"),
        ("OPTIONS", "/v1.0/users"),
        ("GET", "/v1.0"),
    ] {
        for token in ["", "x", &"a".repeat(9_000)] {
            let answer = api.asks(method, path, token, &[("origin", "https://evil.example")], None).await.is(401);
            assert_eq!(answer.code(), "InvalidAuthenticationToken");
            assert!(answer.headers.contains_key("www-authenticate"));
            // Row M3: nothing for browsers of other origins.
            assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
            essences.insert(answer.in_essence());
        }
    }
    assert_eq!(essences.len(), 1, "{essences:?}");
    let document = api.asks("GET", "/v1.0/openapi.json", "", &[], None).await.is(200);
    assert_eq!(document.body["openapi"], "3.1.0");
    assert!(operations().any(|operation| operation.method == Verb::Patch));
}
