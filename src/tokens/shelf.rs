//! What tokens keep in the short-term store: sealed for the place where it lies (attack row L7), under hashes of what clients
//! hold.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::keys::{Purpose, sha256_hex};
use crate::model::TenantId;
use crate::short_term::{Key, Kind, ShortTermResult};

/// The place of what belongs to a secret that somebody else holds.
pub(super) fn of_secret(tenant: TenantId, kind: Kind, what: &str, secret: &str) -> Key {
    Key::of(tenant, kind, format!("{what}:{}", sha256_hex(secret.as_bytes())))
}

pub(super) async fn put<T: Serialize>(app: &App, key: &Key, value: &T, lifetime: Duration) -> ShortTermResult<()> {
    app.short_term.put(key, sealed(app, key, value).as_bytes(), lifetime).await
}

pub(super) async fn put_new<T: Serialize>(
    app: &App,
    key: &Key,
    value: &T,
    lifetime: Duration,
) -> ShortTermResult<bool> {
    app.short_term.put_new(key, sealed(app, key, value).as_bytes(), lifetime).await
}

pub(super) async fn get<T: DeserializeOwned>(app: &App, key: &Key) -> ShortTermResult<Option<T>> {
    Ok(app.short_term.get(key).await?.and_then(|bytes| opened(app, key, bytes)))
}

pub(super) async fn take<T: DeserializeOwned>(app: &App, key: &Key) -> ShortTermResult<Option<T>> {
    Ok(app.short_term.take(key).await?.and_then(|bytes| opened(app, key, bytes)))
}

fn sealed<T: Serialize>(app: &App, key: &Key, value: &T) -> String {
    // Plain structs of strings and numbers always become JSON; an empty text opens as nothing.
    let plain = serde_json::to_vec(value).unwrap_or_default();
    app.keys.seal(Purpose::Token, &key.flat(), &plain)
}

fn opened<T: DeserializeOwned>(app: &App, key: &Key, bytes: Vec<u8>) -> Option<T> {
    let sealed = String::from_utf8(bytes).ok()?;
    let plain = app.keys.open_sealed(Purpose::Token, &key.flat(), &sealed)?;
    serde_json::from_slice(&plain).ok()
}
