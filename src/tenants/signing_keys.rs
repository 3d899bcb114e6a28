//! The signing keys of tenants: RSA keys made in the background (decision 18), and the next keys published ahead of time.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::keys::{KeysError, NextKey, Withdrawal};
use crate::model::TenantId;

/// Whoever has just started has better things to do; a client that comes sooner waits for its own tenant's key.
const AFTER_START: Duration = Duration::from_secs(3);

/// Makes the RSA keys that tenants lack, again after each change of tenants, until `stop`.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let work = async {
        loop {
            app.keys_wanted.notified().await;
            tokio::time::sleep(AFTER_START).await;
            let tenants: Vec<TenantId> = app.snapshot.load().tenants().map(|tenant| tenant.id).collect();
            for tenant in tenants {
                if let Err(error) = app.keys.ensure_rs256(tenant).await {
                    tracing::error!(tenant.id = %tenant, %error, "a signing key could not be made; it is made when a client needs it");
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// Publishes the next keys of a tenant (attack row J11).
pub async fn rotate(app: &App, tenant: TenantId) -> Result<Vec<NextKey>, KeysError> {
    app.keys.ensure_tenant(tenant).await?;
    app.keys.ensure_rs256(tenant).await?;
    app.keys.rotate(tenant).await
}

/// Withdraws the signing keys of a tenant, or the one called `only`, and lets the next ones sign at once: somebody else may
/// know them.
pub async fn withdraw(app: &App, tenant: TenantId, only: Option<&str>) -> Result<Vec<Withdrawal>, KeysError> {
    let done = app.keys.withdraw(tenant, only).await?;
    for one in &done {
        tracing::warn!(tenant.id = %tenant, algorithm = one.algorithm.as_str(), keys = ?one.withdrawn, "signing keys were withdrawn");
    }
    Ok(done)
}
