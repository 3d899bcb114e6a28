//! Access tokens: signed JWTs for one audience (RFC 9068), and what they are worth when somebody shows one.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::{Map, Value};

use super::gate::Admitted;
use super::grant::Grant;
use super::scope::{Audience, within};
use super::{claims, pairwise};
use crate::app::App;
use crate::clock::random_bytes;
use crate::keys::KeysError;
use crate::model::{AppId, TenantId, Timestamp, UserId};
use crate::short_term::{Key, Kind, ShortTermResult};

/// `typ` of access tokens (RFC 9068 §2.1): nothing else that we sign passes as one.
pub const TYPE: &str = "at+jwt";
/// How long a token about a guest counts: whoever only looks at the signature learns this late that access ended.
pub const OF_A_GUEST: Duration = Duration::from_secs(600);
/// How long a token of an application counts.
pub const OF_AN_APPLICATION: Duration = Duration::from_secs(3600);

/// The claims, as they are signed.
#[derive(Serialize)]
struct Claims<'a> {
    iss: String,
    aud: String,
    sub: String,
    client_id: AppId,
    tid: TenantId,
    iat: i64,
    exp: i64,
    jti: String,
    /// `app` for a token of an application, as in the original; absent for one about a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    idtyp: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oid: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    /// The grant that it came of; ours alone to understand.
    #[serde(skip_serializing_if = "Option::is_none")]
    gid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<&'static str>,
}

/// A token whose signature, issuer and times are right. Whether it still counts, [`super::introspect`] and its like say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// Its tenant.
    pub tenant: TenantId,
    /// For whom it is.
    pub audience: Audience,
    /// The client that holds it.
    pub app: AppId,
    /// The guest it is about; `None` for a token of the application itself.
    pub user: Option<UserId>,
    /// The grant that it came of, if it is about a guest.
    pub grant: Option<String>,
    /// What it allows on a guest's behalf.
    pub scopes: Vec<String>,
    /// What it allows the application itself.
    pub roles: Vec<String>,
    /// Its own name.
    pub jti: String,
    /// When it was made.
    pub issued_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// `sub`.
    pub subject: String,
}

/// How an audience stands in `aud`.
pub fn audience_name(app: &App, tenant: TenantId, audience: Audience) -> String {
    match audience {
        Audience::UserInfo => app.urls.userinfo(tenant),
        Audience::Api => app.urls.origin().to_owned(),
        Audience::App(id) => id.to_string(),
    }
}

/// Signs a token about a guest who was let in.
pub(super) fn of_guest(app: &App, admitted: &Admitted, grant: &Grant, audience: Audience) -> Result<String, KeysError> {
    let (record, now) = (admitted.record(), app.clock.now());
    let about = match audience {
        Audience::App(id) => id,
        Audience::UserInfo | Audience::Api => admitted.app(),
    };
    let claims = Claims {
        iss: app.urls.issuer(record.tenant),
        aud: audience_name(app, record.tenant, audience),
        sub: pairwise::subject(&app.keys, record.tenant, record.user, admitted.app()),
        client_id: admitted.app(),
        tid: record.tenant,
        iat: now.seconds(),
        exp: now.plus(OF_A_GUEST).min(grant.ends_at).seconds(),
        jti: new_jti(app),
        idtyp: None,
        oid: Some(record.user),
        scope: Some(within(&app.urls, &grant.scopes, audience).join(" ")),
        roles: claims::roles(record, about),
        groups: record.groups.clone(),
        gid: Some(&grant.id),
        auth_time: Some(claims::auth_time(record).seconds()),
        acr: Some(record.acr()),
        amr: record.amr(),
    };
    app.keys.sign(record.tenant, TYPE, &claims)
}

/// Signs a token of an application itself.
pub(super) fn of_application(
    app: &App,
    tenant: TenantId,
    client: AppId,
    audience: Audience,
    roles: Vec<String>,
) -> Result<String, KeysError> {
    let now = app.clock.now();
    let claims = Claims {
        iss: app.urls.issuer(tenant),
        aud: audience_name(app, tenant, audience),
        sub: client.to_string(),
        client_id: client,
        tid: tenant,
        iat: now.seconds(),
        exp: now.plus(OF_AN_APPLICATION).seconds(),
        jti: new_jti(app),
        idtyp: Some("app"),
        oid: None,
        scope: None,
        roles,
        groups: Vec::new(),
        gid: None,
        auth_time: None,
        acr: None,
        amr: Vec::new(),
    };
    app.keys.sign(tenant, TYPE, &claims)
}

fn new_jti(app: &App) -> String {
    BASE64URL_NOPAD.encode(&random_bytes::<16>(app.random.as_ref()))
}

/// Reads a token of this tenant: signature, type, issuer, times. A token of another tenant reads like random bytes (attack
/// row C1).
pub fn read(app: &App, tenant: TenantId, token: &str) -> Option<AccessToken> {
    let claims = app.keys.verify(tenant, TYPE, token)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss")? != app.urls.issuer(tenant) || text("tid")? != tenant.to_string() {
        return None;
    }
    let (issued_at, expires_at) = (time(&claims, "iat")?, time(&claims, "exp")?);
    if expires_at <= app.clock.now() {
        return None;
    }
    let named = text("aud")?;
    let audience = match named.parse::<AppId>() {
        Ok(id) => Audience::App(id),
        Err(_) if named == app.urls.userinfo(tenant) => Audience::UserInfo,
        Err(_) if named == app.urls.origin() => Audience::Api,
        Err(_) => return None,
    };
    let user = text("oid").map(str::parse::<UserId>).transpose().ok()?;
    let grant = text("gid").map(str::to_owned);
    if user.is_some() != grant.is_some() {
        return None;
    }
    Some(AccessToken {
        tenant,
        audience,
        app: text("client_id")?.parse().ok()?,
        user,
        grant,
        scopes: text("scope").unwrap_or_default().split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        roles: texts(&claims, "roles"),
        jti: text("jti")?.to_owned(),
        issued_at,
        expires_at,
        subject: text("sub")?.to_owned(),
    })
}

fn time(claims: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    claims.get(name).and_then(Value::as_i64).map(Timestamp::from_seconds)
}

fn texts(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    let items = claims.get(name).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Makes one token worthless before its time.
pub(super) async fn revoke(app: &App, token: &AccessToken) -> ShortTermResult<()> {
    let left = token.expires_at.since(app.clock.now());
    app.short_term.put(&revoked_key(token), b"1", left).await
}

/// Whether somebody revoked exactly this token.
pub(super) async fn is_revoked(app: &App, token: &AccessToken) -> ShortTermResult<bool> {
    Ok(app.short_term.get(&revoked_key(token)).await?.is_some())
}

fn revoked_key(token: &AccessToken) -> Key {
    Key::of(token.tenant, Kind::Grant, format!("revoked-token:{}", token.jti))
}
