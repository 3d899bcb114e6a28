//! What a client was granted on behalf of a guest: the family of all tokens that came of one code. It ends with its session,
//! or when it is revoked.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::shelf;
use crate::app::App;
use crate::clock::random_bytes;
use crate::model::{AppId, ClaimsRequest, SessionId, TenantId, Timestamp, UserId};
use crate::short_term::{Key, Kind, ShortTermResult};

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Names it; no secret, and worth nothing to whoever knows it.
    pub id: String,
    /// The tenant.
    pub tenant: TenantId,
    /// To whom.
    pub app: AppId,
    /// On whose behalf.
    pub user: UserId,
    /// The session that it ends with.
    pub session: SessionId,
    /// What was granted.
    pub scopes: Vec<String>,
    /// Claims that were asked for one by one.
    pub claims: ClaimsRequest,
    /// Goes into the ID token of the code; refreshed ones have none (OpenID Connect Core 1.0 §12.2).
    pub nonce: Option<String>,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

/// A name for a new grant.
pub(super) fn new_id(app: &App) -> String {
    BASE64URL_NOPAD.encode(&random_bytes::<16>(app.random.as_ref()))
}

/// Keeps a grant. One that was revoked meanwhile stays revoked.
pub(super) async fn keep(app: &App, grant: &Grant) -> ShortTermResult<()> {
    let lifetime = grant.ends_at.since(app.clock.now());
    shelf::put(app, &key(grant.tenant, &grant.id), grant, lifetime).await
}

/// The grant with this id, unless it ended or was revoked.
pub(super) async fn find(app: &App, tenant: TenantId, id: &str) -> ShortTermResult<Option<Grant>> {
    let Some(grant) = shelf::get::<Grant>(app, &key(tenant, id)).await? else { return Ok(None) };
    if app.short_term.get(&revoked_key(tenant, id)).await?.is_some() {
        return Ok(None);
    }
    Ok(Some(grant).filter(|grant| grant.ends_at > app.clock.now()))
}

/// Revokes everything that came of one code, and what is coming of it right now.
pub(super) async fn revoke(app: &App, tenant: TenantId, id: &str) -> ShortTermResult<()> {
    // The mark stays as long as any session may last: a request that runs at this moment must find it, too.
    app.short_term.put(&revoked_key(tenant, id), b"1", super::code::LONGEST_SESSION).await?;
    app.short_term.remove(&key(tenant, id)).await
}

fn key(tenant: TenantId, id: &str) -> Key {
    Key::of(tenant, Kind::Grant, format!("grant:{id}"))
}

fn revoked_key(tenant: TenantId, id: &str) -> Key {
    Key::of(tenant, Kind::Grant, format!("revoked:{id}"))
}
