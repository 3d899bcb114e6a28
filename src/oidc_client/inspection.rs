//! How a connection looks from here, for `vestibule idp test`.

use super::FederationError;
use super::discovery::{ClientAuth, Metadata};
use super::id_token::LEEWAY;
use super::key_set::KeySet;
use crate::model::Connection;

/// What discovery and keys of a provider say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The issuer, as both sides spell it.
    pub issuer: String,
    /// Where guests will be sent.
    pub authorization_endpoint: String,
    /// Where codes will be exchanged.
    pub token_endpoint: String,
    /// Where a missing address would be asked for.
    pub userinfo_endpoint: Option<String>,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where people sign out.
    pub end_session_endpoint: Option<String>,
    /// How we authenticate: `client_secret_basic`, `client_secret_post` or `none`.
    pub client_authentication: &'static str,
    /// Signature algorithms that both sides know.
    pub algorithms: Vec<String>,
    /// The usable keys: key id (if any) and algorithms.
    pub keys: Vec<String>,
    /// By how many seconds its clock is ahead of ours, as far as its answers say; below zero: behind.
    pub clock_ahead: Option<i64>,
    /// What works, but could be better, or deserves a look.
    pub remarks: Vec<String>,
}

impl Inspection {
    pub(super) fn of(
        connection: &Connection,
        metadata: &Metadata,
        keys: &KeySet,
        clock_ahead: Option<i64>,
    ) -> Result<Self, FederationError> {
        let client_authentication = match metadata.client_auth(connection)? {
            ClientAuth::Basic => "client_secret_basic",
            ClientAuth::Post => "client_secret_post",
            ClientAuth::None => "none",
        };
        let mut remarks: Vec<String> = keys.unusable.iter().map(|reason| format!("{reason}; it is left out")).collect();
        if keys.keys.is_empty() {
            remarks.push("no key is usable: every sign-in will fail".to_owned());
        }
        if !metadata.announces_pkce {
            remarks.push("the provider does not announce PKCE (S256); it is sent anyway".to_owned());
        }
        if !metadata.names_issuer {
            remarks.push("the provider does not name itself in its answers (RFC 9207)".to_owned());
        }
        if clock_ahead.is_some_and(|ahead| ahead.saturating_abs() > LEEWAY) {
            remarks.push("the clocks differ too much: sign-ins will fail until both are set right (NTP)".to_owned());
        }
        if connection.domains.is_empty() {
            remarks.push("no domain is bound: every guest has to prove the mailbox as well".to_owned());
        }
        let described = keys.keys.iter().map(|key| {
            let algorithms: Vec<String> = key.algorithms.iter().map(|algorithm| format!("{algorithm:?}")).collect();
            format!("{} ({})", key.kid.as_deref().unwrap_or("without id"), algorithms.join(", "))
        });
        Ok(Self {
            issuer: connection.issuer.clone(),
            authorization_endpoint: metadata.authorization_endpoint.to_string(),
            token_endpoint: metadata.token_endpoint.to_string(),
            userinfo_endpoint: metadata.userinfo_endpoint.as_ref().map(ToString::to_string),
            jwks_uri: metadata.jwks_uri.to_string(),
            end_session_endpoint: metadata.end_session_endpoint.as_ref().map(ToString::to_string),
            client_authentication,
            algorithms: metadata.algorithms.clone(),
            keys: described.collect(),
            clock_ahead,
            remarks,
        })
    }
}
