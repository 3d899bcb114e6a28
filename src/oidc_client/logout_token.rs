//! Logout tokens: what a provider says when somebody signed out there (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6).

use std::time::Duration;

use serde_json::{Map, Value};

use super::id_token::{Kind, Reason, Unverified, check_issuer_and_audience, check_times, is_subject};
use super::key_set::KeySet;
use crate::model::Timestamp;

/// The one event that a logout token tells of.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Longest name of a session or of a token, in characters.
const LONGEST_NAME: usize = 256;
/// Longer than any token that [`check_times`] believes: its age and the leeway of both clocks. Until then its id must be
/// remembered.
pub(super) const REMEMBERED: Duration = Duration::from_secs(900);

/// Somebody signed out at a provider: who, or in which session, or both.
#[derive(Clone, PartialEq, Eq)]
pub struct HomeLogout {
    /// The issuer, byte for byte.
    pub issuer: String,
    /// The provider's name for the person; without one the session alone says what ends.
    pub subject: Option<String>,
    /// The provider's name for the session; without one every session of the person ends.
    pub sid: Option<String>,
    /// The name of the token: it counts once.
    pub id: String,
    /// How long that name must be remembered.
    pub remember: Duration,
}

/// Shows nobody's name.
impl std::fmt::Debug for HomeLogout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HomeLogout").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Takes a logout token apart.
pub(super) fn parse(token: &str) -> Result<Unverified<'_>, Reason> {
    Unverified::parse_as(Kind::Logout, token)
}

/// Verifies signature and claims, those that ID tokens have in the very way of ID tokens. What comes back was said by the
/// issuer, to us, just now.
pub(super) fn verify(
    token: &Unverified<'_>,
    keys: &KeySet,
    issuer: &str,
    key_issuers: bool,
    client_id: &str,
    now: Timestamp,
) -> Result<HomeLogout, Reason> {
    let claims = token.issued_claims(keys, issuer, key_issuers)?;
    check_issuer_and_audience(&claims, issuer, client_id)?;
    check_times(&claims, now).map_err(|refusal| refusal.reason)?;
    // §2.4: prohibited, so that no ID token is taken for one.
    if claims.contains_key("nonce") {
        return Err("the logout token has a nonce, as ID tokens have");
    }
    match claims.get("events") {
        Some(Value::Object(events)) if events.len() == 1 && events.get(EVENT).is_some_and(Value::is_object) => {}
        _ => return Err("the logout token does not tell of a logout and nothing else (events)"),
    }
    let subject = match claims.get("sub") {
        None => None,
        Some(Value::String(subject)) if is_subject(subject) => Some(subject.clone()),
        Some(_) => return Err("the logout token has no proper subject (sub)"),
    };
    let sid = name(&claims, "sid").map_err(|()| "the logout token does not name the session properly (sid)")?;
    if subject.is_none() && sid.is_none() {
        return Err("the logout token says neither who signed out nor where (sub, sid)");
    }
    let id = name(&claims, "jti").ok().flatten().ok_or("the logout token has no name of its own (jti)")?;
    Ok(HomeLogout { issuer: issuer.to_owned(), subject, sid, id, remember: REMEMBERED })
}

fn name(claims: &Map<String, Value>, claim: &str) -> Result<Option<String>, ()> {
    match claims.get(claim) {
        None => Ok(None),
        Some(Value::String(name)) if (1..=LONGEST_NAME).contains(&name.chars().count()) => Ok(Some(name.clone())),
        Some(_) => Err(()),
    }
}
