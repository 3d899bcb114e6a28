//! `client_credentials` (RFC 6749 §4.4): an application acts for itself, by the permissions that a tenant gave it.

use crate::app::App;
use crate::model::Tenant;
use crate::snapshot::Snapshot;
use crate::tokens::client::Client;
use crate::tokens::fault::{Refusal, TokenError};
use crate::tokens::pipeline::Basis;
use crate::tokens::scope::{Audience, DEFAULT, Meaning, meaning};

const SCOPE: Refusal =
    Refusal::new("invalid_scope", "Ask for one resource, as scope={address of this server}/.default.");

/// One resource, and a client that can keep a secret.
pub(in crate::tokens) fn basis(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &Client,
    scope: &str,
) -> Result<Basis, TokenError> {
    if !client.registration().is_confidential() {
        let words = "An application without a secret cannot act for itself.";
        return Err(Refusal::new("unauthorized_client", words).into());
    }
    match meaning(&app.urls, scope) {
        Some(Meaning::Permission(Audience::Api, DEFAULT)) => Ok(Basis::Application(Audience::Api)),
        Some(Meaning::Permission(Audience::App(resource), DEFAULT))
            if snapshot.service_principal(tenant, resource).is_some() =>
        {
            Ok(Basis::Application(Audience::App(resource)))
        }
        _ => Err(SCOPE.into()),
    }
}

/// What the tenant lets the application do at a resource. Permissions are those of our API; another application decides for
/// itself whom it serves.
pub(in crate::tokens) fn permissions(
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &Client,
    audience: Audience,
) -> Vec<String> {
    match audience {
        Audience::Api => {
            snapshot.service_principal(tenant, client.id()).map(|used| used.permissions.clone()).unwrap_or_default()
        }
        Audience::UserInfo | Audience::App(_) => Vec::new(),
    }
}
