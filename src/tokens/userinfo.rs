//! Who a token is about, told to whoever holds it (OpenID Connect Core 1.0 §5.3).

use serde_json::{Map, Value};

use super::fault::TokenError;
use super::introspect::{Worth, still_counts};
use super::scope::Audience;
use super::{access_token, claims};
use crate::app::App;
use crate::model::Tenant;
use crate::snapshot::Snapshot;

/// The claims, with facts as of now; `None` for anything but a token for this endpoint that counts still.
pub async fn userinfo(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    token: &str,
) -> Result<Option<Map<String, Value>>, TokenError> {
    let token = access_token::read(app, tenant.id, token);
    let Some(token) = token.filter(|token| token.audience == Audience::UserInfo) else { return Ok(None) };
    if !token.scopes.iter().any(|scope| scope == "openid") {
        return Ok(None);
    }
    match still_counts(app, snapshot, tenant, &token).await? {
        Some(Worth::Guest(guest)) => {
            let (admitted, grant) = *guest;
            Ok(Some(claims::about(app, tenant, &admitted, &token.scopes, &grant.claims.userinfo)))
        }
        Some(Worth::Application) | None => Ok(None),
    }
}
