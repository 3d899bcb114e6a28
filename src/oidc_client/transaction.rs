//! One sign-in under way: what we remember when a browser leaves for a provider, and what it brings back.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use url::Url;

use super::FederationError;
use super::discovery::ClientAuth;
use crate::clock::{Random, random_bytes};
use crate::model::{Connection, ConnectionName, TENANT_PLACEHOLDER, Timestamp};

/// How long a person may take at the provider (decision 9).
const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Longest query of a callback, and longest code in it.
const LONGEST_QUERY: usize = 16 * 1024;
const LONGEST_CODE: usize = 4 * 1024;

/// A sign-in under way. Keep it on the server, bound to the browser (attack row A6), give it out once, and find it by
/// [`Transaction::state`]. The endpoints in it are those of the start: nothing that is discovered later, for whatever
/// reason, decides where code and secret are sent (attack row A4).
#[derive(Clone, Serialize, Deserialize)]
pub struct Transaction {
    pub(super) connection: ConnectionName,
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) started_at: Timestamp,
    pub(super) pinned: Pinned,
}

/// What counts until the end of a transaction, as it was when it began.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pinned {
    pub(super) token_endpoint: Url,
    pub(super) client_auth: ClientAuth,
    pub(super) userinfo_endpoint: Option<Url>,
    /// Where the keys are; only plain OAuth 2.0 has none.
    pub(super) jwks_uri: Option<Url>,
    /// RFC 9207: whether the answer must name its issuer.
    pub(super) names_issuer: bool,
    /// Algorithms that an ID token may be signed with.
    pub(super) algorithms: Vec<String>,
}

impl Transaction {
    pub(super) fn new(
        connection: &Connection,
        redirect_uri: &str,
        pinned: Pinned,
        now: Timestamp,
        random: &dyn Random,
    ) -> Self {
        Self {
            connection: connection.name.clone(),
            issuer: connection.issuer.clone(),
            client_id: connection.client_id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            state: secret(random),
            nonce: secret(random),
            verifier: secret(random),
            started_at: now,
            pinned,
        }
    }

    /// The `state` parameter: 256 random bits that name this transaction.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The connection it belongs to.
    pub fn connection(&self) -> &ConnectionName {
        &self.connection
    }

    /// When it began.
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// Whether `callback` answers this very transaction of this very connection. Nothing of the callback is used before.
    pub(super) fn accept(
        &self,
        connection: &Connection,
        callback: &CallbackParameters,
        now: Timestamp,
    ) -> Result<(), FederationError> {
        // Each tenant × connection has a redirect URI of its own. An answer that arrives at another one was made for
        // another connection, whose provider may be an accomplice (attack rows A4, A5).
        if callback.redirect_uri != self.redirect_uri || connection.name != self.connection {
            return Err(FederationError::lied("the answer came back to the redirect URI of another connection"));
        }
        let state = callback.state.as_deref().unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(self.state.as_bytes())) {
            return Err(FederationError::lied("the answer belongs to another sign-in (state)"));
        }
        if now.since(self.started_at) > LIFETIME {
            return Err(FederationError::Expired);
        }
        if connection.issuer != self.issuer || connection.client_id != self.client_id {
            return Err(FederationError::Expired);
        }
        // RFC 9207 §2.4: compared whenever it is there, required where the provider announced it.
        match &callback.iss {
            Some(iss) if !self.issuer.is_empty() && !is_issuer(connection, iss) => {
                Err(FederationError::lied("the answer is from another issuer (iss)"))
            }
            None if self.pinned.names_issuer => Err(FederationError::lied("the answer does not name its issuer (iss)")),
            _ => Ok(()),
        }
    }
}

/// Whether `iss` is the connection's issuer, or that of one of its Microsoft tenants.
fn is_issuer(connection: &Connection, iss: &str) -> bool {
    let filled = |tenant: &uuid::Uuid| connection.issuer.replace(TENANT_PLACEHOLDER, &tenant.to_string());
    connection.issuer == iss || connection.tenant_ids.iter().any(|tenant| filled(tenant) == iss)
}

/// Shows neither the verifier nor anything else that is secret.
impl std::fmt::Debug for Transaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Transaction({}, {})", self.connection, self.issuer)
    }
}

/// 256 random bits as base64url: for state, nonce and verifier.
fn secret(random: &dyn Random) -> String {
    BASE64URL_NOPAD.encode(&random_bytes::<32>(random))
}

/// What the browser brought back from the provider.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackParameters {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) code: Option<String>,
    pub(super) iss: Option<String>,
    pub(super) error: Option<String>,
}

impl CallbackParameters {
    /// Reads the query of a callback that arrived at `redirect_uri`: our own, absolute URL of the tenant and connection
    /// in whose path the request came.
    pub fn from_query(redirect_uri: &str, query: &str) -> Result<Self, FederationError> {
        if query.len() > LONGEST_QUERY {
            return Err(FederationError::lied("the answer is too long"));
        }
        let mut parameters =
            Self { redirect_uri: redirect_uri.to_owned(), state: None, code: None, iss: None, error: None };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "state" => &mut parameters.state,
                "code" => &mut parameters.code,
                "iss" => &mut parameters.iss,
                "error" => &mut parameters.error,
                _ => continue,
            };
            // RFC 6749 §3.1: no parameter twice. Two readers would pick two different ones.
            if place.replace(value.into_owned()).is_some() {
                return Err(FederationError::lied("the answer has a parameter twice"));
            }
        }
        Ok(parameters)
    }

    /// The `state`, by which the transaction is found.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The code, or how the provider said no (RFC 6749 §4.1.2.1; OpenID Connect Core 1.0 §3.1.2.6).
    pub(super) fn code(&self) -> Result<&str, FederationError> {
        match (self.error.as_deref(), self.code.as_deref()) {
            (None, Some(code)) if is_code(code) => Ok(code),
            (Some(_), Some(_)) => Err(FederationError::lied("the answer has both a code and an error")),
            (Some(error), None) => Err(match error {
                "access_denied"
                | "login_required"
                | "interaction_required"
                | "consent_required"
                | "account_selection_required" => FederationError::Declined,
                "server_error" | "temporarily_unavailable" => FederationError::Down(format!("it answered {error}")),
                other => FederationError::lied(format!("it answered the error {}", error_code(other))),
            }),
            _ => Err(FederationError::lied("the answer has no proper code")),
        }
    }
}

/// Shows neither code nor state.
impl std::fmt::Debug for CallbackParameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CallbackParameters({})", self.redirect_uri)
    }
}

/// RFC 6749 appendix A.11: visible ASCII.
fn is_code(code: &str) -> bool {
    (1..=LONGEST_CODE).contains(&code.len()) && code.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// An error code that may stand in a log: anything but a plain word is left out, for it may be anything.
pub(super) fn error_code(code: &str) -> &str {
    let plain = (1..=64).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if plain { code } else { "(unreadable)" }
}
