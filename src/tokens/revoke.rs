//! A client gives a token back (RFC 7009): a refresh token with everything that came of its grant, an access token by itself.

use super::client::Client;
use super::fault::TokenError;
use super::{access_token, grant, refresh};
use crate::app::App;
use crate::model::Tenant;

/// Ends a token of this very client. A foreign or unknown one is left alone, and the answer is the same (RFC 7009 §2.2, attack
/// row J6).
pub async fn revoke(app: &App, tenant: &Tenant, client: &Client, token: &str) -> Result<(), TokenError> {
    if let Some(token) = access_token::read(app, tenant.id, token) {
        if token.app == client.id() {
            access_token::revoke(app, &token).await?;
        }
        return Ok(());
    }
    if let Some(grant) = refresh::grant_of(app, tenant.id, token).await?
        && grant.app == client.id()
    {
        grant::revoke(app, tenant.id, &grant.id).await?;
    }
    Ok(())
}
