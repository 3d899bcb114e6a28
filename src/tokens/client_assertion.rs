//! Signed assertions by which a client proves who it is (RFC 7523 §3, `private_key_jwt`): each counts once, here, for an hour at most.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::fault::TokenError;
use super::shelf;
use crate::app::App;
use crate::model::{Registration, Tenant, Timestamp};
use crate::short_term::Kind;

/// How far ahead an assertion may end: an hour, as widely used libraries (authlib) have it. Its name is kept until then, so that
/// it counts once however long it lasts.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// How far clocks may differ.
const LEEWAY: Duration = Duration::from_secs(60);

/// Whom an assertion says it is of, before anything of it is believed: only to choose whose keys it is checked with.
pub(super) fn unproved_subject(assertion: &str) -> Option<String> {
    let payload = assertion.split('.').nth(1)?;
    let claims: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?).ok()?;
    claims.get("sub").and_then(Value::as_str).map(str::to_owned)
}

/// Whether `assertion` was signed by this client, for this tenant, and is shown for the first time.
pub(super) async fn is_by(
    app: &App,
    tenant: &Tenant,
    registration: &Registration,
    assertion: &str,
) -> Result<bool, TokenError> {
    let Some(keys) = &registration.keys else { return Ok(false) };
    let owner = registration.app.to_string();
    let claims = match app.client_keys.verify(keys, &owner, assertion).await {
        Ok(claims) => claims,
        Err(error) => {
            tracing::info!(app.id = %registration.app, reason = %error, "an assertion of a client was refused");
            return Ok(false);
        }
    };
    let audiences = [app.urls.issuer(tenant.id), app.urls.token(tenant.id)];
    let now = app.clock.now();
    let Some((jti, ends_at)) = checked(&claims, &owner, &audiences, now) else { return Ok(false) };
    let key = shelf::of_secret(tenant.id, Kind::OneTimeLink, "assertion", &format!("{owner}\n{jti}"));
    Ok(shelf::put_new(app, &key, &1, ends_at.plus(LEEWAY).since(now)).await?)
}

/// `iss` and `sub` are the client, `aud` is us and nobody else (attack row A13), and it
/// ends soon. Returns its name and its end.
fn checked(
    claims: &Map<String, Value>,
    client: &str,
    audiences: &[String],
    now: Timestamp,
) -> Option<(String, Timestamp)> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss")? != client || text("sub")? != client {
        return None;
    }
    let audience = match claims.get("aud")? {
        Value::String(one) => one,
        Value::Array(list) => match list.as_slice() {
            [Value::String(one)] => one,
            _ => return None,
        },
        _ => return None,
    };
    if !audiences.contains(audience) {
        return None;
    }
    let time = |name: &str| claims.get(name).map(|value| value.as_i64().map(Timestamp::from_seconds));
    let ends_at = time("exp")??;
    let timely = ends_at.plus(LEEWAY) > now && ends_at <= now.plus(LONGEST).plus(LEEWAY);
    let begun = |name: &str| match time(name) {
        None => true,
        Some(Some(at)) => at <= now.plus(LEEWAY),
        Some(None) => false,
    };
    let jti = text("jti").filter(|jti| (1..=256).contains(&jti.len()))?;
    (timely && begun("nbf") && begun("iat")).then(|| (jti.to_owned(), ends_at))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a13_an_assertion_is_for_us_alone_and_not_for_long() {
        let now = Timestamp::from_seconds(1_000_000);
        let audiences = ["https://login.example/t/v2.0".to_owned(), "https://login.example/t/token".to_owned()];
        let good =
            json!({ "iss": "c", "sub": "c", "aud": audiences[0], "exp": 1_000_300, "iat": 1_000_000, "jti": "1" });
        let check = |claims: &Value| checked(claims.as_object().unwrap(), "c", &audiences, now).is_some();
        assert!(check(&good));
        for (name, value) in [("aud", json!(audiences[1])), ("aud", json!([audiences[0]])), ("exp", json!(999_950))] {
            let mut also = good.clone();
            also[name] = value;
            assert!(check(&also), "{name}");
        }
        let refused = [
            ("iss", json!("other")),
            ("sub", json!("other")),
            ("sub", json!(null)),
            ("aud", json!("https://login.example")),
            ("aud", json!("https://login.example/other/v2.0")),
            ("aud", json!([audiences[0], "https://evil.example"])),
            ("aud", json!([])),
            ("aud", json!(1)),
            ("exp", json!(999_940)),
            ("exp", json!(1_003_661)),
            ("exp", json!("1000300")),
            ("exp", json!(null)),
            ("iat", json!(1_000_061)),
            ("nbf", json!(1_000_061)),
            ("nbf", json!("now")),
            ("jti", json!("")),
            ("jti", json!(null)),
            ("jti", json!("x".repeat(257))),
        ];
        for (name, value) in refused {
            let mut bad = good.clone();
            bad[name] = value.clone();
            assert!(!check(&bad), "{name} = {value}");
        }
        for name in ["iss", "sub", "aud", "exp", "jti"] {
            let mut bad = good.clone();
            bad.as_object_mut().unwrap().remove(name);
            assert!(!check(&bad), "without {name}");
        }
    }
}
