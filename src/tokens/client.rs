//! Which client speaks, proved by a secret, by a signed assertion, or, where it can keep none of them, by nothing.

use std::sync::Arc;
use std::time::Duration;

use subtle::ConstantTimeEq;

use super::client_assertion;
use super::fault::{Refusal, TokenError};
use crate::app::App;
use crate::keys::sha256;
use crate::model::{AppId, Registration, Tenant, Timestamp};
use crate::short_term::{Key, Kind};
use crate::snapshot::Snapshot;

/// What a request shows to prove who sends it.
#[derive(Clone, Default)]
pub struct Presented {
    /// Name and secret of the `Authorization` header (`client_secret_basic`).
    pub basic: Option<(String, String)>,
    /// `client_id` of the form.
    pub client_id: Option<String>,
    /// `client_secret` of the form (`client_secret_post`).
    pub client_secret: Option<String>,
    /// `client_assertion_type` of the form.
    pub assertion_type: Option<String>,
    /// `client_assertion` of the form (`private_key_jwt`).
    pub assertion: Option<String>,
}

/// Secrets and assertions are never shown.
impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented({:?})", self.client_id)
    }
}

/// A client of a tenant that proved who it is, as far as its kind can. [`authenticate`] alone makes one.
#[derive(Clone, Debug)]
pub struct Client {
    registration: Arc<Registration>,
}

impl Client {
    /// Its registration.
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// Its id.
    pub fn id(&self) -> AppId {
        self.registration.app
    }
}

/// RFC 7523 §2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const SEVERAL: Refusal = Refusal::new("invalid_request", "Prove who you are in one way, not in several.");
/// Failures of one network in a minute, as a multiple of what people may try: servers share addresses.
const NETWORK_FACTOR: u64 = 5;

/// Checks who speaks. An unknown client and a wrong secret are one answer, and take the same time up to a hash.
pub async fn authenticate(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    presented: &Presented,
    network: &str,
) -> Result<Client, TokenError> {
    let failures = Key::of(tenant.id, Kind::Limit, format!("clients:{network}"));
    match check(app, snapshot, tenant, presented).await {
        Err(TokenError::Refused(refusal)) if refusal == Refusal::CLIENT => {
            let most = app.settings.limits.attempts_per_minute.saturating_mul(NETWORK_FACTOR);
            let limited = app.short_term.count(&failures, Duration::from_secs(60)).await? > most;
            Err(if limited { TokenError::Limited } else { refusal.into() })
        }
        other => other,
    }
}

/// Counts what a client leaves with us before anybody signed in: many in a minute from one network are too many.
pub(super) async fn count(app: &App, tenant: &Tenant, what: &str, network: &str) -> Result<(), TokenError> {
    let key = Key::of(tenant.id, Kind::Limit, format!("{what}:{network}"));
    let most = app.settings.limits.attempts_per_minute.saturating_mul(NETWORK_FACTOR);
    let counted = app.short_term.count(&key, Duration::from_secs(60)).await?;
    if counted > most { Err(TokenError::Limited) } else { Ok(()) }
}

async fn check(app: &App, snapshot: &Snapshot, tenant: &Tenant, presented: &Presented) -> Result<Client, TokenError> {
    let asserted = presented.assertion.is_some() || presented.assertion_type.is_some();
    let ways = [presented.basic.is_some(), presented.client_secret.is_some(), asserted];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err(SEVERAL.into());
    }
    let named = match (&presented.basic, &presented.client_id, &presented.assertion) {
        (Some((basic, _)), Some(form), _) if basic != form => return Err(Refusal::CLIENT.into()),
        (Some((basic, _)), _, _) => Some(basic.clone()),
        (None, Some(form), _) => Some(form.clone()),
        // RFC 7521 §4.2: the assertion says it.
        (None, None, Some(assertion)) => client_assertion::unproved_subject(assertion),
        (None, None, None) => {
            return Err(Refusal::new("invalid_client", "Say who you are: client_id is missing.").into());
        }
    };
    let id = named.and_then(|id| id.parse::<AppId>().ok());
    let known = id.and_then(|id| snapshot.registration(tenant, id)).cloned();
    let proved = match (&known, presented) {
        (Some(known), Presented { basic: Some((_, secret)), .. })
        | (Some(known), Presented { client_secret: Some(secret), .. }) => {
            known.is_confidential() && has_secret(known, secret, app.clock.now())
        }
        (Some(known), Presented { assertion: Some(assertion), assertion_type, .. }) => {
            known.is_confidential()
                && assertion_type.as_deref() == Some(ASSERTION_TYPE)
                && client_assertion::is_by(app, tenant, known, assertion).await?
        }
        (Some(known), _) => !asserted && !known.is_confidential(),
        (None, _) => false,
    };
    known.filter(|_| proved).map(|registration| Client { registration }).ok_or_else(|| Refusal::CLIENT.into())
}

/// Whether one of the client's secrets that have not expired is `shown`. All are looked at.
fn has_secret(registration: &Registration, shown: &str, now: Timestamp) -> bool {
    let shown = sha256(shown.as_bytes());
    let counts = registration.secrets.iter().filter(|secret| secret.expires_at.is_none_or(|end| end > now));
    counts.filter_map(|secret| secret.digest).fold(false, |found, digest| found | bool::from(digest.0.ct_eq(&shown)))
}
