//! Checks the signed assertion as an app should: signature, type, issuer, audience and time, by keys fetched over HTTP.

use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::{Jwks, Options};
use crate::demo::ambient::Ambient;

/// The header that carries it.
pub(super) const HEADER: &str = "vestibule-assertion";
const TYPE: &str = "vestibule-assertion+jwt";
/// A key that is not known is looked for again, but not more often than this.
const REFETCH_SECONDS: i64 = 5;
const LEEWAY_SECONDS: i64 = 30;

/// Checks assertions for one app.
pub(super) struct Checker {
    audience: String,
    issuers: Vec<String>,
    jwks: Jwks,
    ambient: Ambient,
    keys: Mutex<Option<(i64, JwkSet)>>,
}

/// What came of it.
pub(super) struct Checked {
    /// `None` when it holds.
    pub problem: Option<String>,
    /// The claims, only if it holds.
    pub claims: Value,
}

impl Checked {
    /// As JSON.
    pub(super) fn json(&self) -> Value {
        json!({"valid": self.problem.is_none(), "problem": self.problem, "claims": self.claims})
    }
}

impl Checker {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            audience: options.app_id.clone(),
            issuers: options.issuers.clone(),
            jwks: options.jwks.clone(),
            ambient: options.ambient.clone(),
            keys: Mutex::new(None),
        }
    }

    /// Checks the one assertion of a request.
    pub(super) async fn check(&self, headers: &HeaderMap) -> Checked {
        match self.claims(headers).await {
            Ok(claims) => Checked { problem: None, claims },
            Err(problem) => Checked { problem: Some(problem), claims: Value::Null },
        }
    }

    async fn claims(&self, headers: &HeaderMap) -> Result<Value, String> {
        let mut values = headers.get_all(HEADER).iter();
        let token = match (values.next(), values.next()) {
            (Some(token), None) => token.to_str().map_err(|_| "not a token")?,
            (None, _) => return Err("no assertion came with this request".to_owned()),
            _ => return Err("more than one assertion".to_owned()),
        };
        let header = jsonwebtoken::decode_header(token).map_err(|_| "not a token")?;
        // RFC 8725 §3.11: another kind of token of the same issuer is not an assertion.
        if header.typ.as_deref() != Some(TYPE) {
            return Err("not of the type vestibule-assertion+jwt".to_owned());
        }
        let key = self.key(&header.kid.ok_or("no key id")?).await?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&self.issuers);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.validate_exp = false; // below, by our clock
        let token = jsonwebtoken::decode::<Value>(token, &key, &validation).map_err(|error| error.to_string())?;
        let time = |name: &str| token.claims.get(name).and_then(Value::as_i64);
        let now = self.ambient.now();
        if time("exp").is_none_or(|exp| exp + LEEWAY_SECONDS <= now) {
            return Err("expired".to_owned());
        }
        if time("nbf").is_some_and(|nbf| nbf - LEEWAY_SECONDS > now) {
            return Err("not valid yet".to_owned());
        }
        Ok(token.claims)
    }

    async fn key(&self, kid: &str) -> Result<DecodingKey, String> {
        let now = self.ambient.now();
        let known = {
            let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            keys.as_ref().map(|(fetched, keys)| (*fetched, find(keys, kid)))
        };
        match known {
            Some((_, Some(key))) => return Ok(key),
            Some((fetched, None)) if now - fetched < REFETCH_SECONDS => {
                return Err("signed with an unknown key".to_owned());
            }
            _ => {}
        }
        let fetched = (self.jwks)().await.map_err(|error| format!("the keys could not be fetched: {error}"))?;
        let keys: JwkSet = serde_json::from_value(fetched).map_err(|_| "the keys could not be read")?;
        let key = find(&keys, kid);
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, keys));
        key.ok_or_else(|| "signed with an unknown key".to_owned())
    }
}

fn find(keys: &JwkSet, kid: &str) -> Option<DecodingKey> {
    DecodingKey::from_jwk(keys.find(kid)?).ok()
}
