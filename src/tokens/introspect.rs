//! What a token is worth right now (RFC 7662): told to the client that holds it, or to the application that it is for.

use serde_json::{Map, Value, json};

use super::access_token::{self, AccessToken};
use super::client::Client;
use super::fault::{Refusal, TokenError};
use super::gate::{Admitted, Whose, admit};
use super::grant::{self, Grant};
use super::refresh;
use super::scope::Audience;
use crate::app::App;
use crate::model::Tenant;
use crate::snapshot::Snapshot;

/// The answer: of a token that is unknown, over, revoked or none of this client's business it says `active: false` and nothing
/// else (RFC 7662 §2.2, attack row J6).
pub async fn introspect(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &Client,
    token: &str,
) -> Result<Value, TokenError> {
    if !client.registration().is_confidential() {
        return Err(Refusal::CLIENT.into());
    }
    let found = match access_token::read(app, tenant.id, token) {
        Some(token) => of_access_token(app, snapshot, tenant, client, &token).await?,
        None => of_refresh_token(app, snapshot, tenant, client, token).await?,
    };
    Ok(match found {
        Some(mut claims) => {
            claims.insert("active".to_owned(), json!(true));
            Value::Object(claims)
        }
        None => json!({ "active": false }),
    })
}

async fn of_access_token(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &Client,
    token: &AccessToken,
) -> Result<Option<Map<String, Value>>, TokenError> {
    let concerned = token.app == client.id() || token.audience == Audience::App(client.id());
    if !concerned || still_counts(app, snapshot, tenant, token).await?.is_none() {
        return Ok(None);
    }
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("token_type", json!("Bearer"));
    put("iss", json!(app.urls.issuer(tenant.id)));
    put("aud", json!(access_token::audience_name(app, tenant.id, token.audience)));
    put("sub", json!(token.subject));
    put("client_id", json!(token.app));
    put("tid", json!(tenant.id));
    put("scope", json!(token.scopes.join(" ")));
    put("roles", json!(token.roles));
    put("iat", json!(token.issued_at.seconds()));
    put("exp", json!(token.expires_at.seconds()));
    put("jti", json!(token.jti));
    if let Some(user) = token.user {
        put("oid", json!(user));
    }
    Ok(Some(claims))
}

async fn of_refresh_token(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &Client,
    token: &str,
) -> Result<Option<Map<String, Value>>, TokenError> {
    let refresh::Shown::Live { grant } = refresh::look(app, tenant.id, token).await? else { return Ok(None) };
    let Some(grant) = grant::find(app, tenant.id, &grant).await?.filter(|grant| grant.app == client.id()) else {
        return Ok(None);
    };
    if guest_of(app, snapshot, tenant, &grant).await?.is_none() {
        return Ok(None);
    }
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("iss", json!(app.urls.issuer(tenant.id)));
    put("client_id", json!(grant.app));
    put("tid", json!(tenant.id));
    put("scope", json!(grant.scopes.join(" ")));
    put("exp", json!(grant.ends_at.seconds()));
    Ok(Some(claims))
}

/// What a token is worth.
pub(super) enum Worth {
    /// It is about a guest who may get in, by this grant.
    Guest(Box<(Admitted, Grant)>),
    /// It is an application's own, and the application is still here.
    Application,
}

/// Whether a token whose signature is right counts still: nobody revoked it or its grant, and its guest may get in.
pub(super) async fn still_counts(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    token: &AccessToken,
) -> Result<Option<Worth>, TokenError> {
    if access_token::is_revoked(app, token).await? {
        return Ok(None);
    }
    let Some(id) = &token.grant else {
        return Ok(snapshot.registration(tenant, token.app).map(|_| Worth::Application));
    };
    let grant = grant::find(app, tenant.id, id).await?;
    let Some(grant) = grant.filter(|grant| grant.app == token.app && Some(grant.user) == token.user) else {
        return Ok(None);
    };
    let admitted = guest_of(app, snapshot, tenant, &grant).await?;
    Ok(admitted.map(|admitted| Worth::Guest(Box::new((admitted, grant)))))
}

async fn guest_of(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    grant: &Grant,
) -> Result<Option<Admitted>, TokenError> {
    let Some(registration) = snapshot.registration(tenant, grant.app) else { return Ok(None) };
    let whose = Whose { session: grant.session, user: grant.user, scopes: &grant.scopes, uses: false };
    admit(app, snapshot, tenant, registration, whose).await
}
