//! A trial sign-in for `vestibule idp test`: the provider is asked as for a guest, the claims go to the terminal, and
//! nobody is signed in.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::advance::{SigninError, Visit};
use crate::app::App;
use crate::keys::{sha256_hex, token};
use crate::model::{Connection, ConnectionName, TenantId};
use crate::oidc_client::{CallbackParameters, LoginHint, Transaction};
use crate::short_term::{Key, Kind};

/// How long a trial stands.
const LIFETIME: Duration = Duration::from_secs(180);

/// Where a trial stands.
#[derive(Serialize, Deserialize)]
enum Trial {
    /// Its address was printed.
    Prepared { connection: ConnectionName },
    /// A browser left for the provider.
    Left,
    /// It is over.
    Over(Outcome),
}

/// What came out.
#[derive(Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// Signed in there.
    Signed {
        /// All claims of the ID token.
        claims: Map<String, Value>,
        /// All of user info, if it was asked.
        user_info: Option<Map<String, Value>>,
        /// Whether the address would count as proved.
        authoritative: bool,
    },
    /// Refused, with the reason for the operator.
    Failed {
        /// In words.
        reason: String,
    },
}

/// A trial on its way to the provider, kept under the hash of its `state`.
#[derive(Serialize, Deserialize)]
struct OnTheWay {
    trial: String,
    browser: String,
    transaction: Transaction,
}

/// Prepares a trial; its id is the secret part of its address.
pub async fn prepare(app: &App, tenant: TenantId, connection: &ConnectionName) -> Result<String, SigninError> {
    let id = token(app.random.as_ref());
    put(app, tenant, &id, &Trial::Prepared { connection: connection.clone() }).await?;
    Ok(id)
}

/// Waits for its outcome; `None` if nobody came back in time.
pub async fn wait(app: &App, tenant: TenantId, id: &str, patience: Duration) -> Result<Option<Outcome>, SigninError> {
    let end = app.clock.now().plus(patience);
    while app.clock.now() < end {
        if let Some(Trial::Over(outcome)) = get(app, tenant, id).await? {
            app.short_term.remove(&key(tenant, id)).await?;
            return Ok(Some(outcome));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(None)
}

/// Leaves for the provider; `None` if no such trial stands.
pub async fn leave(app: &App, visit: &Visit, id: &str) -> Result<Option<String>, SigninError> {
    let tenant = &visit.tenant;
    let Some(Trial::Prepared { connection }) = get(app, tenant.id, id).await? else { return Ok(None) };
    let Some(connection) = tenant.connection(&connection) else { return Ok(None) };
    let redirect_uri = app.urls.federation_callback(tenant.id, &connection.name);
    let hint = LoginHint::default();
    let begin = app.federation.begin(connection, &redirect_uri, hint).await?;
    let state = state_key(tenant.id, begin.transaction.state());
    let way = OnTheWay { trial: id.to_owned(), browser: visit.browser_hash(), transaction: begin.transaction };
    app.short_term.put(&state, &serde_json::to_vec(&way).unwrap_or_default(), LIFETIME).await?;
    put(app, tenant.id, id, &Trial::Left).await?;
    Ok(Some(begin.authorization_url.to_string()))
}

/// Comes back from the provider. `false` if the callback belongs to no trial of this browser.
pub async fn come_back(
    app: &App,
    visit: &Visit,
    connection: &Connection,
    callback: &CallbackParameters,
) -> Result<bool, SigninError> {
    let Some(state) = callback.state() else { return Ok(false) };
    let state = state_key(visit.tenant.id, state);
    let Some(way) = app.short_term.get(&state).await?.and_then(|bytes| serde_json::from_slice::<OnTheWay>(&bytes).ok())
    else {
        return Ok(false);
    };
    if way.browser != visit.browser_hash() || app.short_term.take(&state).await?.is_none() {
        return Ok(false);
    }
    let outcome = match app.federation.trial(connection, &way.transaction, callback).await {
        Ok(trial) => Outcome::Signed {
            authoritative: trial.asserted.email.as_ref().is_some_and(|email| email.authoritative),
            claims: trial.claims,
            user_info: trial.user_info,
        },
        Err(error) => Outcome::Failed { reason: error.to_string() },
    };
    put(app, visit.tenant.id, &way.trial, &Trial::Over(outcome)).await?;
    Ok(true)
}

fn key(tenant: TenantId, id: &str) -> Key {
    Key::of(tenant, Kind::OneTimeLink, format!("trial:{}", sha256_hex(id.as_bytes())))
}

fn state_key(tenant: TenantId, state: &str) -> Key {
    Key::of(tenant, Kind::Federation, format!("trial:{}", sha256_hex(state.as_bytes())))
}

async fn get(app: &App, tenant: TenantId, id: &str) -> Result<Option<Trial>, SigninError> {
    Ok(app.short_term.get(&key(tenant, id)).await?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

async fn put(app: &App, tenant: TenantId, id: &str, trial: &Trial) -> Result<(), SigninError> {
    Ok(app.short_term.put(&key(tenant, id), &serde_json::to_vec(trial).unwrap_or_default(), LIFETIME).await?)
}
