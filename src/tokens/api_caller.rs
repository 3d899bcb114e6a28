//! Who calls the API of this instance: an application by its own permissions, or on behalf of somebody (attack rows C4, M3).

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use super::access_token;
use super::fault::TokenError;
use super::introspect::{Worth, still_counts};
use super::scope::Audience;
use crate::app::App;
use crate::model::{AppId, SessionRecord, Tenant, TenantId};
use crate::snapshot::Snapshot;

/// Somebody who may call the API of one tenant. [`caller`] alone makes one; which operation they may use, their permissions
/// say.
#[derive(Clone, Debug)]
pub struct ApiCaller {
    tenant: Arc<Tenant>,
    app: AppId,
    permissions: Vec<String>,
    person: Option<SessionRecord>,
}

impl ApiCaller {
    /// The tenant, and there is no other way to name one.
    pub fn tenant(&self) -> &Arc<Tenant> {
        &self.tenant
    }

    /// The client.
    pub fn app(&self) -> AppId {
        self.app
    }

    /// What may be done: application permissions as the tenant gives them now, or the scopes that were granted on behalf of
    /// the person.
    pub fn permissions(&self) -> &[String] {
        &self.permissions
    }

    /// On whose behalf, with facts as of now; `None` for an application that acts for itself.
    pub fn person(&self) -> Option<&SessionRecord> {
        self.person.as_ref()
    }
}

/// Believes a token for the API, or not. The tenant comes from the token and from nowhere else.
pub async fn caller(app: &App, snapshot: &Snapshot, token: &str) -> Result<Option<ApiCaller>, TokenError> {
    let Some(tenant) = unproved_tenant(token).and_then(|id| snapshot.tenant(id)) else { return Ok(None) };
    let token = access_token::read(app, tenant.id, token).filter(|token| token.audience == Audience::Api);
    let Some(token) = token else { return Ok(None) };
    let (permissions, person) = match still_counts(app, snapshot, tenant, &token).await? {
        Some(Worth::Guest(guest)) => (token.scopes, Some(guest.0.record().clone())),
        Some(Worth::Application) => {
            // As they are now: a permission that was taken away is gone at once.
            let now = snapshot.service_principal(tenant, token.app);
            let given = now.map(|used| used.permissions.as_slice()).unwrap_or_default();
            (token.roles.into_iter().filter(|role| given.contains(role)).collect(), None)
        }
        None => return Ok(None),
    };
    Ok(Some(ApiCaller { tenant: Arc::clone(tenant), app: token.app, permissions, person }))
}

/// The tenant that a token says it is of, before anything of it is believed: only to choose the keys.
fn unproved_tenant(token: &str) -> Option<TenantId> {
    let payload = token.split('.').nth(1)?;
    let claims: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?).ok()?;
    claims.get("tid").and_then(Value::as_str)?.parse().ok()
}
