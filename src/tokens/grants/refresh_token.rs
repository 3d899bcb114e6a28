//! `refresh_token` (RFC 6749 §6), with rotation.

use crate::app::App;
use crate::model::Tenant;
use crate::tokens::client::Client;
use crate::tokens::fault::{Refusal, TokenError};
use crate::tokens::grant;
use crate::tokens::pipeline::{Basis, OfGuest, Refreshing};
use crate::tokens::refresh::{self, Shown};

/// Looks at the token, and replaces nothing yet.
pub(in crate::tokens) async fn basis(
    app: &App,
    tenant: &Tenant,
    client: &Client,
    shown: &str,
    scope: Option<&str>,
) -> Result<Basis, TokenError> {
    let (id, refresh) = match refresh::look(app, tenant.id, shown).await? {
        Shown::Live { grant } => (grant, Refreshing::Replace(shown.to_owned())),
        Shown::Again { grant, successor } => (grant, Refreshing::Again(successor)),
        Shown::Reused { grant } => {
            // Somebody else's client cannot end what it does not own.
            if grant::find(app, tenant.id, &grant).await?.is_some_and(|grant| grant.app == client.id()) {
                tracing::warn!(tenant.id = %tenant.id, app.id = %client.id(),
                    "a refresh token was used a second time; everything that came of it is revoked");
                grant::revoke(app, tenant.id, &grant).await?;
            }
            return Err(Refusal::GRANT.into());
        }
        Shown::Nothing => return Err(Refusal::GRANT.into()),
    };
    let grant = grant::find(app, tenant.id, &id).await?.filter(|grant| grant.app == client.id());
    let grant = grant.ok_or(Refusal::GRANT)?;
    let scopes = narrowed(&grant.scopes, scope)?;
    Ok(Basis::Guest(Box::new(OfGuest { grant, scopes, nonce: None, refresh })))
}

/// Fewer scopes than were granted, never others.
fn narrowed(granted: &[String], asked: Option<&str>) -> Result<Vec<String>, Refusal> {
    let Some(asked) = asked.map(str::trim).filter(|asked| !asked.is_empty()) else { return Ok(granted.to_vec()) };
    let asked: Vec<String> = asked.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    if asked.iter().all(|scope| granted.contains(scope)) {
        Ok(asked)
    } else {
        Err(Refusal::new("invalid_scope", "Ask for scopes that were granted before, or for none."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_never_widens_what_was_granted() {
        let granted = ["openid".to_owned(), "email".to_owned()];
        assert_eq!(narrowed(&granted, None).unwrap(), granted);
        assert_eq!(narrowed(&granted, Some(" ")).unwrap(), granted);
        assert_eq!(narrowed(&granted, Some("openid")).unwrap(), ["openid"]);
        assert!(narrowed(&granted, Some("openid profile")).is_err());
    }
}
