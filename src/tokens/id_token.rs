//! ID tokens: for the client alone, about a guest who was let in (OpenID Connect Core 1.0 §2).

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::gate::Admitted;
use super::grant::Grant;
use super::{claims, pairwise};
use crate::app::App;
use crate::keys::{KeysError, sha256};
use crate::model::{AppId, Registration, Tenant, TenantId};

/// `typ` of ID tokens.
const TYPE: &str = "JWT";
/// How long an ID token counts: it says how somebody signed in a moment ago.
const LIFETIME: Duration = Duration::from_secs(600);

/// Signs the ID token that comes along with `access_token`.
pub(super) async fn sign(
    app: &App,
    tenant: &Tenant,
    registration: &Registration,
    admitted: &Admitted,
    grant: &Grant,
    (access_token, nonce): (&str, Option<&str>),
) -> Result<String, KeysError> {
    let (record, now) = (admitted.record(), app.clock.now());
    let mut all = claims::about(app, tenant, admitted, &grant.scopes, &grant.claims.id_token);
    let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
    put("iss", json!(app.urls.issuer(tenant.id)));
    put("aud", json!(registration.app));
    put("iat", json!(now.seconds()));
    put("exp", json!(now.plus(LIFETIME).seconds()));
    put("auth_time", json!(claims::auth_time(record).seconds()));
    put("acr", json!(record.acr()));
    put("amr", json!(record.amr()));
    put("sid", json!(pairwise::session(&app.keys, tenant.id, record.id, registration.app)));
    put("at_hash", json!(half_hash(access_token)));
    if let Some(nonce) = nonce {
        put("nonce", json!(nonce));
    }
    app.keys.ensure_rs256(tenant.id).await?;
    app.keys.sign_as(tenant.id, registration.id_token_alg, TYPE, &all)
}

/// OpenID Connect Core 1.0 §3.1.3.6: the left half of the hash. Both of our algorithms hash with SHA-256.
fn half_hash(text: &str) -> String {
    BASE64URL_NOPAD.encode(sha256(text.as_bytes()).get(..16).unwrap_or_default())
}

/// What an earlier ID token says of whom it was about: `id_token_hint`, which may have expired (OpenID Connect Core 1.0
/// §3.1.2.1, RP-Initiated Logout 1.0 §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The client that it was made for.
    pub app: AppId,
    /// `sub` towards that client.
    pub subject: String,
    /// `sid` towards that client.
    pub session: Option<String>,
}

/// Reads an ID token that this tenant signed, however long ago. Anything else, also one of our other tokens, is `None`
/// (attack rows J5, J7).
pub fn hint(app: &App, tenant: TenantId, token: &str) -> Option<Hint> {
    let claims: Map<String, Value> = app.keys.verify_ever(tenant, TYPE, token)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss")? != app.urls.issuer(tenant) {
        return None;
    }
    Some(Hint {
        app: text("aud")?.parse().ok()?,
        subject: text("sub")?.to_owned(),
        session: text("sid").map(str::to_owned),
    })
}
