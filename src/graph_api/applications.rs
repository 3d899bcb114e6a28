//! `/applications` and `/servicePrincipals`: what the organization owns and uses, and who is assigned to it.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::errors::GraphError;
use super::odata::{LIST, ONE, QueryOption};
use super::operation::Verb::{Delete, Get, Patch, Post};
use super::operation::{Call, Gives, Operation, Reply, Row, row};
use super::refusals::sentence;
use super::schema::Access::{Required, Update};
use super::schema::{Entity, Kind, Property};
use super::user_filter::{Mark, query};
use crate::guests::assign::{Given, assign, unassign_and_end_sessions};
use crate::guests::directory::{self, UserQuery, Within};
use crate::keys::sha256_hex;
use crate::model::Permission::{
    self, AppRoleAssignmentReadWrite, ApplicationRead, ApplicationReadWrite, DirectoryRead, DirectoryReadWrite,
};
use crate::model::{AppId, AppRole, ClientKeys, Registration, ServicePrincipal, ServicePrincipalId, User, UserId};
use crate::signin::arrive::client_home;
use crate::tenants::client_keys::{self, ClientKeysError};

const READERS: &[Permission] =
    &[ApplicationRead, ApplicationReadWrite, AppRoleAssignmentReadWrite, DirectoryRead, DirectoryReadWrite];
const ASSIGNERS: &[Permission] = &[AppRoleAssignmentReadWrite];
/// Graph's id for being assigned without a role.
const DEFAULT_ACCESS: Uuid = Uuid::nil();

const APP_ROLE: Entity = Entity {
    name: "appRole",
    properties: &[
        Property::of("id", Kind::Guid, "Id of the role."),
        Property::of("value", Kind::Text(256), "The role, as the app reads it."),
        Property::of("displayName", Kind::Text(256), "The same."),
        Property::of("isEnabled", Kind::Truth, "Always true."),
        Property::of("allowedMemberTypes", Kind::Texts(1), "Always User."),
    ],
};

/// Graph `webApplication`.
const WEB: Entity = Entity {
    name: "webApplication",
    properties: &[
        Property::of("homePageUrl", Kind::Url, "Where people begin; null if nobody says.").or_null(),
        Property::of("logoutUrl", Kind::Url, "What is told when a session ended; null for nothing.").or_null(),
        Property::of("redirectUris", Kind::Texts(1_000), "Where codes may go."),
    ],
};

/// One key of a JWK Set (RFC 7517 §4), as far as public keys go: what would be private is none of these.
const JWK: Entity = Entity {
    name: "jsonWebKey",
    properties: &[
        Property::of("kty", Kind::Word(&["EC", "OKP", "RSA"]), "Its type.").sent(Update),
        Property::of("kid", Kind::Text(256), "Its name.").sent(Update),
        Property::of("use", Kind::Word(&["sig"]), "What it is for.").sent(Update),
        Property::of("key_ops", Kind::Texts(8), "What it is for, in another spelling.").sent(Update),
        Property::of("alg", Kind::Word(&["RS256", "PS256", "ES256", "EdDSA"]), "With which it signs.").sent(Update),
        Property::of("crv", Kind::Word(&["P-256", "Ed25519"]), "The curve.").sent(Update),
        Property::of("x", Kind::Text(64), "Of a point.").sent(Update),
        Property::of("y", Kind::Text(64), "Of a point.").sent(Update),
        Property::of("n", Kind::Text(1_400), "Of an RSA key.").sent(Update),
        Property::of("e", Kind::Text(16), "Of an RSA key.").sent(Update),
    ],
};
const JWKS: Entity = Entity {
    name: "jsonWebKeySet",
    properties: &[Property::of("keys", Kind::Objects(&JWK, 32), "The keys.").sent(Update)],
};

/// Graph `application`, and the keys of a client as RFC 7591 §2 has them: the original's `keyCredentials` are certificates.
const APPLICATION: Entity = Entity {
    name: "application",
    properties: &[
        Property::of("id", Kind::Guid, "Id of the object; the same as appId here."),
        Property::of("appId", Kind::Guid, "The client id."),
        Property::of("displayName", Kind::Text(256), "The name that guests read."),
        Property::of("description", Kind::Text(1024), "What stands on its tile."),
        Property::of("signInAudience", Kind::Text(64), "AzureADMyOrg: it belongs to this organization."),
        Property::of("web", Kind::Object(&WEB), "How it signs people in by OpenID Connect, if it does."),
        Property::of(
            "jwks",
            Kind::Object(&JWKS),
            "The public keys that it signs assertions with. (Not in the original.)",
        )
        .or_null()
        .sent(Update),
        Property::of("jwksUri", Kind::Url, "Where it publishes them, by https, instead. (Not in the original.)")
            .or_null()
            .sent(Update),
    ],
};

/// Graph `servicePrincipal`.
const PRINCIPAL: Entity = Entity {
    name: "servicePrincipal",
    properties: &[
        Property::of("id", Kind::Guid, "Id of the use of an application by this organization."),
        Property::of("appId", Kind::Guid, "The client id."),
        Property::of("displayName", Kind::Text(256), "The name that guests read."),
        Property::of("appDisplayName", Kind::Text(256), "The same."),
        Property::of("accountEnabled", Kind::Truth, "Always true."),
        Property::of("appOwnerOrganizationId", Kind::Guid, "The organization that owns it; null for a shared one.")
            .or_null(),
        Property::of("appRoleAssignmentRequired", Kind::Truth, "Whether only assigned users get in."),
        Property::of("appRoles", Kind::Objects(&APP_ROLE, 1_000), "What users can be within it."),
        Property::of("homepage", Kind::Url, "Where it begins.").or_null(),
        Property::of("servicePrincipalType", Kind::Text(32), "Always Application."),
    ],
};

/// Graph `appRoleAssignment`.
const ASSIGNMENT: Entity = Entity {
    name: "appRoleAssignment",
    properties: &[
        Property::of("id", Kind::Text(256), "Id of the assignment."),
        Property::of("appRoleId", Kind::Guid, "The role; zeros for none.").sent(Required),
        Property::of("principalId", Kind::Guid, "Who is assigned.").sent(Required),
        Property::of("principalDisplayName", Kind::Text(256), "The name."),
        Property::of("principalType", Kind::Word(&["User", "Group"]), "User or Group."),
        Property::of("resourceId", Kind::Guid, "The service principal.").sent(Required),
        Property::of("resourceDisplayName", Kind::Text(256), "Its name."),
    ],
};

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new(
        "applications.list",
        Get,
        "/applications",
        "List the applications that the organization owns.",
        READERS,
        Gives::List(&APPLICATION),
        |call| Box::pin(async move { call.at_hand(&APPLICATION, owned(&call).iter().map(application_row).collect()) }),
    )
    .with(LIST)
    .set("applications"),
    Operation::new(
        "applications.get",
        Get,
        "/applications/{id}",
        "Read an application that the organization owns.",
        READERS,
        Gives::One(&APPLICATION),
        |call| Box::pin(application(call)),
    )
    .with(ONE)
    .set("applications"),
    Operation::new(
        "applications.update",
        Patch,
        "/applications/{id}",
        "Set or remove the public keys of an application; refused where a file names them.",
        &[ApplicationReadWrite],
        Gives::Nothing,
        |call| Box::pin(change_keys(call)),
    )
    .changing(&APPLICATION),
    Operation::new(
        "servicePrincipals.list",
        Get,
        "/servicePrincipals",
        "List the applications that the organization uses.",
        READERS,
        Gives::List(&PRINCIPAL),
        |call| {
            Box::pin(async move {
                let rows = call.tenant.service_principals.iter().filter_map(|one| principal_row(&call, one)).collect();
                call.at_hand(&PRINCIPAL, rows)
            })
        },
    )
    .with(LIST)
    .set("servicePrincipals"),
    Operation::new(
        "servicePrincipals.get",
        Get,
        "/servicePrincipals/{id}",
        "Read the use of an application.",
        READERS,
        Gives::One(&PRINCIPAL),
        |call| Box::pin(one_principal(call)),
    )
    .with(ONE)
    .set("servicePrincipals"),
    Operation::new(
        "servicePrincipals.appRoleAssignedTo.list",
        Get,
        "/servicePrincipals/{id}/appRoleAssignedTo",
        "List who is assigned to an application, a page at a time.",
        READERS,
        Gives::List(&ASSIGNMENT),
        |call| Box::pin(assigned(call)),
    )
    .with(&[QueryOption::Select, QueryOption::Top])
    .set("appRoleAssignments"),
    Operation::new(
        "servicePrincipals.appRoleAssignedTo.create",
        Post,
        "/servicePrincipals/{id}/appRoleAssignedTo",
        "Assign somebody to an application, with or without a role.",
        ASSIGNERS,
        Gives::Created(&ASSIGNMENT),
        |call| Box::pin(give(call)),
    )
    .making(&ASSIGNMENT)
    .set("appRoleAssignments"),
    Operation::new(
        "servicePrincipals.appRoleAssignedTo.delete",
        Delete,
        "/servicePrincipals/{id}/appRoleAssignedTo/{assignment}",
        "Take a role away; without a role, the application.",
        ASSIGNERS,
        Gives::Nothing,
        |call| Box::pin(take(call)),
    ),
];

/// An application of the organization: behind the proxy, a client of the provider, or both.
struct Owned<'a> {
    id: AppId,
    name: &'a str,
    description: &'a str,
    client: Option<&'a Registration>,
}

fn owned(call: &Call) -> Vec<Owned<'_>> {
    let (snapshot, tenant) = (&call.snapshot, &call.tenant);
    let proxied = snapshot.apps().filter(|app| app.home_tenant == Some(tenant.id)).map(|app| Owned {
        id: app.id,
        name: &app.display_name,
        description: &app.description,
        client: snapshot.registration(tenant, app.id).map(AsRef::as_ref),
    });
    let clients = snapshot.registrations_of(tenant).filter(|client| client.home_tenant == Some(tenant.id));
    let alone = clients.filter(|client| snapshot.app(client.app).is_none()).map(|client| Owned {
        id: client.app,
        name: &client.display_name,
        description: &client.description,
        client: Some(client),
    });
    proxied.chain(alone).collect()
}

async fn application(call: Call) -> Result<Reply, GraphError> {
    let id: AppId = call.id(0)?;
    let found = owned(&call).iter().find(|app| app.id == id).map(application_row);
    found.map(Reply::One).ok_or_else(GraphError::not_found)
}

async fn change_keys(call: Call) -> Result<Reply, GraphError> {
    let id: AppId = call.id(0)?;
    let owned = owned(&call);
    let app = owned.iter().find(|app| app.id == id).ok_or_else(GraphError::not_found)?;
    let missing: Vec<&str> = missing(&call, id);
    if !missing.is_empty() {
        // Whoever sets the keys of an application can be that application.
        let message = format!("The application may do what the caller may not: {}.", missing.join(", "));
        return Err(GraphError::denied(message));
    }
    let before = app.client.and_then(|client| client.keys.as_ref());
    let fields = &call.fields;
    let sets = |name: &str| fields.value(name).is_some_and(|value| !value.is_null());
    if sets("jwks") && sets("jwksUri") {
        return Err(GraphError::field("jwksUri", "An application has keys or an address of keys, not both."));
    }
    let keys = if sets("jwks") {
        Some(ClientKeys::Inline(fields.value("jwks").map(ToString::to_string).unwrap_or_default()))
    } else if sets("jwksUri") {
        let url = fields.text("jwksUri").and_then(|text| text.parse::<url::Url>().ok());
        let url = url.filter(|url| url.scheme() == "https" && url.username().is_empty() && url.fragment().is_none());
        let fault = || GraphError::field("jwksUri", "This must be an https address without user name and fragment.");
        Some(ClientKeys::At(url.ok_or_else(fault)?))
    } else {
        let goes = match before {
            Some(ClientKeys::Inline(_)) => fields.has("jwks"),
            Some(ClientKeys::At(_)) => fields.has("jwksUri"),
            None => false,
        };
        if !goes {
            return Ok(Reply::Nothing);
        }
        None
    };
    match client_keys::set(&call.app, call.tenant.id, call.claimant(), id, keys).await {
        Ok(()) => Ok(Reply::Nothing),
        Err(ClientKeysError::Managed(place)) => {
            Err(GraphError::managed_by_file("The keys of this application", &place))
        }
        Err(ClientKeysError::Keys(fault)) => Err(GraphError::field("jwks", format!("No key is kept: {fault}."))),
        Err(error @ (ClientKeysError::NoClient | ClientKeysError::Public | ClientKeysError::Shared)) => {
            Err(GraphError::conflict(sentence(&error)))
        }
        Err(error @ (ClientKeysError::Unreadable(_) | ClientKeysError::Store(_) | ClientKeysError::NotInForce(_))) => {
            Err(call.broken(&error))
        }
    }
}

/// What the application may do in this organization and the caller may not. Whoever may act on those who hold a role may act on
/// any application.
fn missing(call: &Call, app: AppId) -> Vec<&str> {
    if call.caller.held.has(Permission::RoleManagement) {
        return Vec::new();
    }
    let principals = call.tenant.service_principals.iter().filter(|principal| principal.app == app);
    let given = principals.flat_map(|principal| principal.permissions.iter().map(String::as_str));
    given.filter(|name| !name.parse().is_ok_and(|permission: Permission| call.caller.held.has(permission))).collect()
}

fn principal(call: &Call) -> Result<&ServicePrincipal, GraphError> {
    let id: ServicePrincipalId = call.id(0)?;
    call.tenant.service_principals.iter().find(|one| one.id == id).ok_or_else(GraphError::not_found)
}

async fn one_principal(call: Call) -> Result<Reply, GraphError> {
    let found = principal_row(&call, principal(&call)?);
    found.map(Reply::One).ok_or_else(GraphError::not_found)
}

async fn assigned(call: Call) -> Result<Reply, GraphError> {
    let principal = principal(&call)?;
    let begin = call.begin::<Mark>()?;
    let first = begin.is_none();
    let query =
        UserQuery { within: Some(Within::App(principal.app)), ..query(&call.options, false, begin.map(Into::into))? };
    let most = call.options.limit() as usize;
    let found = directory::page_with_roles(call.guests(), &query, principal.app).await;
    let mut found = found.map_err(|error| call.broken(&error))?;
    let more = found.len() > most;
    found.truncate(most);
    let next = match found.last().filter(|_| more) {
        Some((last, _)) => Some(call.link(&Mark::from(query.mark(last)))?),
        None => None,
    };
    let mut rows = Vec::new();
    // Groups that the configuration assigns stand before the people.
    for group in call.tenant.groups.iter().filter(|group| first && principal.groups.contains(&group.id)) {
        rows.push(assignment_row(&call, principal, group.id.uuid(), &group.display_name, "Group", None));
    }
    for (user, roles) in &found {
        let (id, name) = (user.id.uuid(), &user.display_name);
        if roles.is_empty() {
            rows.push(assignment_row(&call, principal, id, name, "User", None));
        }
        rows.extend(roles.iter().map(|role| assignment_row(&call, principal, id, name, "User", Some(role))));
    }
    Ok(Reply::List { rows, next, count: None })
}

async fn give(call: Call) -> Result<Reply, GraphError> {
    let principal = principal(&call)?.clone();
    let fields = &call.fields;
    if fields.text("resourceId") != Some(principal.id.to_string().as_str()) {
        return Err(GraphError::field("resourceId", "This is not the service principal of the address."));
    }
    let user: UserId = fields.text("principalId").and_then(|id| id.parse().ok()).ok_or_else(GraphError::not_found)?;
    let role = role_named(&principal, fields.text("appRoleId").unwrap_or_default())
        .ok_or_else(|| GraphError::field("appRoleId", "The application has no such role here."))?;
    let user = assign(call.guests(), &call.caller.inviter(), user, &given(&principal, role.clone())).await;
    let user: User = user.map_err(|error| call.not_managed(error))?;
    let role = role.as_deref();
    Ok(Reply::One(assignment_row(&call, &principal, user.id.uuid(), &user.display_name, "User", role)))
}

async fn take(call: Call) -> Result<Reply, GraphError> {
    let principal = principal(&call)?;
    let (user, role) = opened(call.parameter(1)).ok_or_else(GraphError::not_found)?;
    let role = role_named(principal, &role).ok_or_else(GraphError::not_found)?;
    let given = given(principal, role);
    let done = unassign_and_end_sessions(&call.app, call.guests(), &call.caller.inviter(), user, &given).await;
    done.map(|_| Reply::Nothing).map_err(|error| call.not_managed(error))
}

fn given(principal: &ServicePrincipal, role: Option<String>) -> Given {
    match role {
        Some(role) => Given { roles: vec![AppRole { app: principal.app, role }], ..Given::default() },
        None => Given { apps: vec![principal.app], ..Given::default() },
    }
}

/// The role with this id: `Some(None)` for being assigned without one.
fn role_named(principal: &ServicePrincipal, id: &str) -> Option<Option<String>> {
    let id = Uuid::try_parse(id).ok()?;
    if id == DEFAULT_ACCESS {
        return Some(None);
    }
    principal.roles.iter().find(|role| role_id(principal, role) == id).cloned().map(Some)
}

/// Roles have names alone in the configuration; their id follows from name and place, and so stays the same.
fn role_id(principal: &ServicePrincipal, role: &str) -> Uuid {
    let hash = sha256_hex(format!("{}\0{role}", principal.id).as_bytes());
    let bytes = hash.get(..32).and_then(|half| u128::from_str_radix(half, 16).ok()).unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes.to_be_bytes()).into_uuid()
}

fn closed(user: Uuid, role: Uuid) -> String {
    BASE64URL_NOPAD.encode(format!("{user}.{role}").as_bytes())
}

fn opened(id: &str) -> Option<(UserId, String)> {
    let bytes = BASE64URL_NOPAD.decode(id.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (user, role) = text.split_once('.')?;
    Some((user.parse().ok()?, role.to_owned()))
}

fn application_row(app: &Owned<'_>) -> Row {
    row(json!({
        "id": app.id,
        "appId": app.id,
        "displayName": app.name,
        "description": app.description,
        "signInAudience": "AzureADMyOrg",
        "web": {
            "homePageUrl": app.client.and_then(|client| client.home_page_url.as_ref()),
            "logoutUrl": app.client.and_then(|client| client.backchannel_logout_uri.as_ref()),
            "redirectUris": app.client.map(|client| client.redirect_uris.as_slice()).unwrap_or_default(),
        },
        "jwks": match app.client.and_then(|client| client.keys.as_ref()) {
            Some(ClientKeys::Inline(text)) => public_keys(text),
            _ => None,
        },
        "jwksUri": match app.client.and_then(|client| client.keys.as_ref()) {
            Some(ClientKeys::At(url)) => Some(url),
            _ => None,
        },
    }))
}

/// The keys as they are described here, whatever else the file says of them.
fn public_keys(text: &str) -> Option<Value> {
    let set: Value = serde_json::from_str(text).ok()?;
    let known = |key: &Value| {
        let key = key.as_object()?;
        let told = JWK.properties.iter().filter_map(|one| Some((one.name.to_owned(), key.get(one.name)?.clone())));
        Some(Value::Object(told.collect()))
    };
    let keys: Vec<Value> = set.get("keys")?.as_array()?.iter().filter_map(known).collect();
    Some(json!({ "keys": keys }))
}

fn principal_row(call: &Call, principal: &ServicePrincipal) -> Option<Row> {
    let name = call.snapshot.app_name(principal.app)?;
    let proxied = call.snapshot.app(principal.app);
    let client = call.snapshot.registration(&call.tenant, principal.app);
    let owner = proxied.map(|app| app.home_tenant).or(client.map(|client| client.home_tenant)).flatten();
    let homepage = match proxied {
        Some(_) => principal.homepage.clone(),
        None => client_home(&call.snapshot, &call.tenant, principal.app),
    };
    let roles: Vec<_> = principal
        .roles
        .iter()
        .map(|role| {
            json!({
                "id": role_id(principal, role), "value": role, "displayName": role, "isEnabled": true,
                "allowedMemberTypes": ["User"],
            })
        })
        .collect();
    Some(row(json!({
        "id": principal.id,
        "appId": principal.app,
        "displayName": name,
        "appDisplayName": name,
        "accountEnabled": true,
        "appOwnerOrganizationId": owner,
        "appRoleAssignmentRequired": principal.assignment_required,
        "appRoles": roles,
        "homepage": homepage,
        "servicePrincipalType": "Application",
    })))
}

fn assignment_row(
    call: &Call,
    principal: &ServicePrincipal,
    who: Uuid,
    name: &str,
    kind: &str,
    role: Option<&str>,
) -> Row {
    let role = role.map_or(DEFAULT_ACCESS, |role| role_id(principal, role));
    row(json!({
        "id": closed(who, role),
        "appRoleId": role,
        "principalId": who,
        "principalDisplayName": name,
        "principalType": kind,
        "resourceId": principal.id,
        "resourceDisplayName": call.snapshot.app_name(principal.app),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_an_assignment_names_somebody_and_a_role() {
        let (user, role) = (Uuid::from_u128(5), Uuid::from_u128(7));
        assert_eq!(opened(&closed(user, role)), Some((UserId::new(user), role.to_string())));
        for wrong in ["", "x", "AAAA", "\u{e9}", &"A".repeat(500)] {
            assert_eq!(opened(wrong), None, "{wrong}");
        }
    }
}
