//! Device codes (RFC 8628): a device without a keyboard shows a short code, and its owner lets it in from a browser.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::client::{self as clients, Client};
use super::fault::{Refusal, TokenError};
use super::{grant, scope, shelf};
use crate::app::App;
use crate::clock::random_bytes;
use crate::keys::{sha256_hex, token};
use crate::model::{
    AppId, ClaimsRequest, ClientKind, ClientRequest, DeviceWish, ResponseMode, SessionId, SessionRecord, Tenant,
    TenantId, UserId,
};
use crate::short_term::{Key, Kind, ShortTermResult};

/// The grant type (RFC 8628 §3.4).
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How long a device waits.
pub const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// How often it may ask, in seconds.
pub const INTERVAL: u64 = 5;
/// Letters of a code that people type: no vowels, so that no words come out, and none that look alike (RFC 8628 §6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Their number; 20⁸ codes, of which a few thousand wait at most, and tries are limited.
const LENGTH: usize = 8;

/// What a device waits for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    app: AppId,
    scopes: Vec<String>,
    standing: Standing,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Standing {
    /// Nobody has decided.
    Open,
    /// Somebody let it in.
    Granted { session: SessionId, user: UserId, grant: String },
    /// Somebody refused.
    Denied,
}

/// What a device is told (RFC 8628 §3.2).
#[derive(Debug, Serialize)]
pub struct DeviceAnswer {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
    /// What the original adds for programs that only print.
    message: String,
}

/// A device begins to wait.
pub async fn begin(
    app: &App,
    tenant: &Tenant,
    client: &Client,
    scope: &str,
    network: &str,
) -> Result<DeviceAnswer, TokenError> {
    if client.registration().kind != ClientKind::Native {
        let words = "Device codes are for applications of kind \"native\".";
        return Err(Refusal::new("unauthorized_client", words).into());
    }
    let scopes = scope::known(&app.urls, scope);
    if scopes.is_empty() {
        return Err(Refusal::new("invalid_scope", "Ask for the scope openid, or for a resource.").into());
    }
    clients::count(app, tenant, "devices", network).await?;
    let device_code = token(app.random.as_ref());
    let user_code = new_user_code(app);
    let waiting = Waiting { app: client.id(), scopes, standing: Standing::Open };
    let place = sha256_hex(device_code.as_bytes());
    shelf::put(app, &device_key(tenant.id, &place), &waiting, LIFETIME).await?;
    // 64 random bits do not meet twice within a quarter of an hour; if they did, the first device would keep the code.
    if !shelf::put_new(app, &user_code_key(tenant.id, &user_code), &place, LIFETIME).await? {
        return Err(Refusal::new("temporarily_unavailable", "Try again.").into());
    }
    let verification_uri = app.urls.device(tenant.id);
    let shown = shown(&user_code);
    Ok(DeviceAnswer {
        message: format!("To sign in, open {verification_uri} in a browser and enter the code {shown}."),
        verification_uri_complete: format!("{verification_uri}?code={shown}"),
        device_code,
        user_code: shown,
        verification_uri,
        expires_in: LIFETIME.as_secs(),
        interval: INTERVAL,
    })
}

/// The request behind a code that somebody typed, in whatever way; `None` if no device waits with it.
pub async fn typed(app: &App, tenant: TenantId, text: &str) -> ShortTermResult<Option<ClientRequest>> {
    let Some(user_code) = normal(text) else { return Ok(None) };
    let Some(place) = shelf::get::<String>(app, &user_code_key(tenant, &user_code)).await? else { return Ok(None) };
    let Some(waiting) = shelf::get::<Waiting>(app, &device_key(tenant, &place)).await? else { return Ok(None) };
    if !matches!(waiting.standing, Standing::Open) {
        return Ok(None);
    }
    let now = app.clock.now();
    Ok(Some(ClientRequest {
        app: waiting.app,
        // A consent counts for this device alone, and for no other that shows the same application's name.
        redirect_uri: format!("device:{place}"),
        response_mode: ResponseMode::Query,
        api: scope::names_api(&app.urls, &waiting.scopes),
        scopes: waiting.scopes,
        state: None,
        nonce: None,
        code_challenge: None,
        silent: false,
        // Whoever sends somebody a link with a code must not get in without a question (RFC 8628 §5.4).
        ask_consent: true,
        second_factor: false,
        claims: ClaimsRequest::default(),
        subject: None,
        asked_at: now,
        device: Some(DeviceWish { code: shown(&user_code), place }),
    }))
}

/// Lets the device in on behalf of somebody who agreed. `false` if it does not wait any more.
pub async fn approve(app: &App, session: &SessionRecord, wish: &DeviceWish) -> ShortTermResult<bool> {
    let granted = Standing::Granted { session: session.id, user: session.user, grant: grant::new_id(app) };
    decide(app, session.tenant, wish, granted).await
}

/// Refuses the device.
pub async fn deny(app: &App, tenant: TenantId, wish: &DeviceWish) -> ShortTermResult<bool> {
    decide(app, tenant, wish, Standing::Denied).await
}

/// The code that people type is used up by the first decision, so that there is no second one.
async fn decide(app: &App, tenant: TenantId, wish: &DeviceWish, standing: Standing) -> ShortTermResult<bool> {
    let Some(user_code) = normal(&wish.code) else { return Ok(false) };
    let taken = shelf::take::<String>(app, &user_code_key(tenant, &user_code)).await?;
    if taken.as_ref() != Some(&wish.place) {
        return Ok(false);
    }
    let key = device_key(tenant, &wish.place);
    let Some(waiting) = shelf::get::<Waiting>(app, &key).await? else { return Ok(false) };
    shelf::put(app, &key, &Waiting { standing, ..waiting }, LIFETIME).await?;
    Ok(true)
}

/// What a device gets that asks.
pub(super) struct Collected {
    pub session: SessionId,
    pub user: UserId,
    pub grant: String,
    pub scopes: Vec<String>,
}

/// A device asks whether somebody has decided (RFC 8628 §3.5). What was granted is handed out once.
pub(super) async fn collect(
    app: &App,
    tenant: TenantId,
    client: &Client,
    device_code: &str,
) -> Result<Collected, TokenError> {
    const EXPIRED: Refusal = Refusal::new("expired_token", "This device code is over or was never made. Begin again.");
    let place = sha256_hex(device_code.as_bytes());
    let key = device_key(tenant, &place);
    let waiting = shelf::get::<Waiting>(app, &key).await?.filter(|waiting| waiting.app == client.id());
    let waiting = waiting.ok_or(EXPIRED)?;
    let asked = Key::of(tenant, Kind::Limit, format!("device:{place}"));
    match waiting.standing {
        Standing::Open => {
            // A little less than the interval, for devices whose clocks are not ours.
            let often = app.short_term.count(&asked, Duration::from_secs(INTERVAL - 1)).await? > 1;
            let (code, words) = match often {
                true => ("slow_down", "Ask every five seconds, and no oftener."),
                false => ("authorization_pending", "Nobody has decided yet."),
            };
            Err(Refusal::new(code, words).into())
        }
        Standing::Denied => Err(Refusal::new("access_denied", "The person did not agree.").into()),
        Standing::Granted { .. } => match shelf::take::<Waiting>(app, &key).await? {
            Some(Waiting { standing: Standing::Granted { session, user, grant }, scopes, .. }) => {
                Ok(Collected { session, user, grant, scopes })
            }
            _ => Err(EXPIRED.into()),
        },
    }
}

fn new_user_code(app: &App) -> String {
    // One of twenty letters for each of many bytes; bytes that would favour some of them are passed over.
    let mut code = String::new();
    while code.len() < LENGTH {
        for byte in random_bytes::<16>(app.random.as_ref()) {
            let fair = byte < 240 && code.len() < LENGTH;
            if let Some(letter) = LETTERS.get(usize::from(byte) % LETTERS.len()).filter(|_| fair) {
                code.push(char::from(*letter));
            }
        }
    }
    code
}

/// A code as people read it.
fn shown(code: &str) -> String {
    let (one, two) = code.split_at_checked(LENGTH / 2).unwrap_or((code, ""));
    format!("{one}-{two}")
}

/// A code as it was made, whatever was typed around it (RFC 8628 §6.1).
fn normal(text: &str) -> Option<String> {
    if text.len() > 64 {
        return None;
    }
    let letters = text.to_ascii_uppercase();
    let letters: String = letters.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
    let known = letters.len() == LENGTH && letters.bytes().all(|letter| LETTERS.contains(&letter));
    known.then_some(letters)
}

fn device_key(tenant: TenantId, place: &str) -> Key {
    Key::of(tenant, Kind::Code, format!("device:{place}"))
}

fn user_code_key(tenant: TenantId, user_code: &str) -> Key {
    shelf::of_secret(tenant, Kind::Code, "user", user_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "BCDF—GHJK", "b-c-d-f-g-h-j-k"] {
            assert_eq!(normal(typed).as_deref(), Some("BCDFGHJK"), "{typed}");
        }
        for wrong in ["", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF-GHJ0", &"B".repeat(80)] {
            assert_eq!(normal(wrong), None, "{wrong}");
        }
        assert_eq!(shown("BCDFGHJK"), "BCDF-GHJK");
    }
}
