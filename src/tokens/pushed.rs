//! Pushed authorization requests (RFC 9126): a client leaves its request here first, and sends the browser with a name for it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::client::{self as clients, Client};
use super::fault::TokenError;
use super::shelf;
use crate::app::App;
use crate::keys::token;
use crate::model::{AppId, Tenant, TenantId};
use crate::short_term::{Kind, ShortTermResult};

/// How a name begins (RFC 9126 §2.2).
pub const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// How long a request waits for its browser.
pub const LIFETIME: Duration = Duration::from_secs(90);

/// A request that waits.
#[derive(Serialize, Deserialize)]
struct Pushed {
    app: AppId,
    query: String,
}

/// Keeps a request that was found good; returns its name.
pub async fn keep(
    app: &App,
    tenant: &Tenant,
    client: &Client,
    query: String,
    network: &str,
) -> Result<String, TokenError> {
    clients::count(app, tenant, "pushed", network).await?;
    let name = token(app.random.as_ref());
    let pushed = Pushed { app: client.id(), query };
    shelf::put(app, &shelf::of_secret(tenant.id, Kind::Code, "pushed", &name), &pushed, LIFETIME).await?;
    Ok(format!("{PREFIX}{name}"))
}

/// The request behind a name, once, and for the client that left it (attack row J9).
pub async fn take(app: &App, tenant: TenantId, client: AppId, name: &str) -> ShortTermResult<Option<String>> {
    let Some(name) = name.strip_prefix(PREFIX) else { return Ok(None) };
    let pushed = shelf::take::<Pushed>(app, &shelf::of_secret(tenant, Kind::Code, "pushed", name)).await?;
    Ok(pushed.filter(|pushed| pushed.app == client).map(|pushed| pushed.query))
}
