//! `urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4).

use crate::app::App;
use crate::model::{ClaimsRequest, Tenant};
use crate::tokens::client::Client;
use crate::tokens::device;
use crate::tokens::fault::{Refusal, TokenError};
use crate::tokens::grant::{self, Grant};
use crate::tokens::pipeline::{Basis, OfGuest, Refreshing};

/// Hands out what somebody granted in a browser.
pub(in crate::tokens) async fn basis(
    app: &App,
    tenant: &Tenant,
    client: &Client,
    device_code: &str,
) -> Result<Basis, TokenError> {
    let granted = device::collect(app, tenant.id, client, device_code).await?;
    let Some(session) = app.sessions.find(tenant.id, granted.session).await? else {
        return Err(Refusal::GRANT.into());
    };
    let grant = Grant {
        id: granted.grant,
        tenant: tenant.id,
        app: client.id(),
        user: granted.user,
        session: granted.session,
        scopes: granted.scopes.clone(),
        claims: ClaimsRequest::default(),
        nonce: None,
        ends_at: session.record().absolute_end,
    };
    grant::keep(app, &grant).await?;
    Ok(Basis::Guest(Box::new(OfGuest { grant, scopes: granted.scopes, nonce: None, refresh: Refreshing::First })))
}
