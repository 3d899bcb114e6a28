//! The client itself: leave for a provider, come back, believe or not.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use url::Url;

use super::cache::{Cache, Fetched};
use super::discovery::{Metadata, fetch_keys};
use super::id_token::{Expected, Unverified};
use super::key_set::KeySet;
use super::{
    Asserted, Begin, CallbackParameters, Federation, FederationError, HomeLogout, Inspection, LoginHint, Transaction,
    Trial, departure, logout_token, plain, token_request, vouching,
};
use crate::clock::{Clock, Random};
use crate::model::{Connection, ConnectionKind, Preset};
use crate::outbound::Fetcher;

/// Connections whose metadata and keys are kept.
const CONNECTIONS: usize = 1024;

/// Federation over the network.
pub struct OidcClient {
    fetcher: Arc<Fetcher>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    metadata: Cache<Metadata>,
    keys: Cache<KeySet>,
}

impl OidcClient {
    /// A client that asks through `fetcher` and nothing else.
    pub fn new(fetcher: Arc<Fetcher>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let metadata = Cache::new(Arc::clone(&clock), CONNECTIONS);
        let keys = Cache::new(Arc::clone(&clock), CONNECTIONS);
        Self { fetcher, clock, random, metadata, keys }
    }

    /// The metadata of a connection. Kept per redirect URI, which is per tenant and connection: what one tenant's
    /// traffic does to its entry changes nothing for another (INV6).
    async fn metadata(&self, connection: &Connection, redirect_uri: &str) -> Result<Arc<Metadata>, FederationError> {
        let name = format!("{redirect_uri}\n{}", connection.issuer);
        self.metadata.get(&name, Metadata::fetch(&self.fetcher, connection)).await
    }

    async fn finish_oidc(
        &self,
        connection: &Connection,
        transaction: &Transaction,
        code: &str,
    ) -> Result<Trial, FederationError> {
        let tokens = token_request::exchange(&self.fetcher, connection, transaction, code).await?;
        let id_token = tokens.id_token.ok_or_else(|| FederationError::lied("the token answer has no ID token"))?;
        let token = Unverified::parse(&id_token).map_err(FederationError::lied)?;
        if !transaction.pinned.algorithms.iter().any(|name| name == token.algorithm_name()) {
            return Err(FederationError::lied("the ID token is signed with an algorithm that was not announced"));
        }
        let jwks_uri = transaction.pinned.jwks_uri.as_ref().ok_or(FederationError::Expired)?;
        let keys = self.keys_for(&transaction.redirect_uri, jwks_uri, &token).await?;
        let issuer = vouching::expected_issuer(connection, &token.unverified_claims().map_err(FederationError::lied)?)?;
        let expected = Expected {
            issuer: &issuer,
            key_issuers: connection.preset.is_some_and(Preset::is_microsoft),
            client_id: &transaction.client_id,
            nonce: &transaction.nonce,
            code,
            access_token: tokens.access_token.as_deref(),
            now: self.clock.now(),
        };
        let claims = token.verify(&keys, &expected)?;
        let mut asserted = Asserted::from_id_token(connection, &claims)?;
        asserted.id_token = Some(id_token.clone());
        let mut user_info = None;
        // One source for one set of claims: an ID token that names an address is not second-guessed (attack row A2).
        if !claims.contains_key("email")
            && let (Some(endpoint), Some(access_token)) = (&transaction.pinned.userinfo_endpoint, &tokens.access_token)
        {
            let more = token_request::user_info(&self.fetcher, endpoint, access_token).await?;
            // OpenID Connect Core 1.0 §5.3.4: must be the same, or it is about somebody else.
            if more.get("sub").and_then(Value::as_str) != claims.get("sub").and_then(Value::as_str) {
                return Err(FederationError::lied("user info is about somebody else (sub)"));
            }
            asserted.fill_from_user_info(&more);
            user_info = Some(more);
        }
        Ok(Trial { asserted, claims, user_info })
    }

    /// The keys of the provider; a new set if the token was signed with one that we have not seen, but not too often.
    async fn keys_for(
        &self,
        redirect_uri: &str,
        jwks_uri: &Url,
        token: &Unverified<'_>,
    ) -> Result<Arc<KeySet>, FederationError> {
        let name = format!("{redirect_uri}\n{jwks_uri}");
        let keys = self.keys.get(&name, fetch_keys(&self.fetcher, jwks_uri)).await?;
        if token.is_known_to(&keys) {
            return Ok(keys);
        }
        self.keys.newer(&name, &keys, fetch_keys(&self.fetcher, jwks_uri)).await
    }

    async fn finish_plain(
        &self,
        connection: &Connection,
        transaction: &Transaction,
        code: &str,
    ) -> Result<Trial, FederationError> {
        let access_token = plain::exchange(&self.fetcher, connection, transaction, code).await?;
        let (asserted, claims) = plain::who(&self.fetcher, connection, transaction, &access_token).await?;
        Ok(Trial { asserted, claims, user_info: None })
    }
}

#[async_trait]
impl Federation for OidcClient {
    async fn begin(
        &self,
        connection: &Connection,
        redirect_uri: &str,
        mut hint: LoginHint,
    ) -> Result<Begin, FederationError> {
        let (authorization, pinned) = match connection.kind {
            ConnectionKind::Oidc => {
                let metadata = self.metadata(connection, redirect_uri).await?;
                hint.prompt = metadata.prompt(hint.prompt);
                departure::from_metadata(connection, &metadata)?
            }
            ConnectionKind::OAuth2 => departure::from_settings(connection, &self.fetcher)?,
        };
        let transaction = Transaction::new(connection, redirect_uri, pinned, self.clock.now(), &*self.random);
        let authorization_url = departure::authorization_url(connection, authorization, &transaction, &hint)?;
        Ok(Begin { authorization_url, transaction })
    }

    async fn finish(
        &self,
        connection: &Connection,
        transaction: &Transaction,
        callback: &CallbackParameters,
    ) -> Result<Asserted, FederationError> {
        Ok(self.trial(connection, transaction, callback).await?.asserted)
    }

    async fn trial(
        &self,
        connection: &Connection,
        transaction: &Transaction,
        callback: &CallbackParameters,
    ) -> Result<Trial, FederationError> {
        transaction.accept(connection, callback, self.clock.now())?;
        let code = callback.code()?;
        match connection.kind {
            ConnectionKind::Oidc => self.finish_oidc(connection, transaction, code).await,
            ConnectionKind::OAuth2 => self.finish_plain(connection, transaction, code).await,
        }
    }

    async fn sign_out_url(
        &self,
        connection: &Connection,
        redirect_uri: &str,
        id_token: Option<&str>,
        back: &str,
    ) -> Result<Option<Url>, FederationError> {
        if connection.kind == ConnectionKind::OAuth2 {
            return Ok(None);
        }
        let metadata = self.metadata(connection, redirect_uri).await?;
        Ok(metadata.end_session_endpoint.as_ref().map(|endpoint| {
            let mut url = endpoint.clone();
            let mut query = url.query_pairs_mut();
            // OpenID Connect RP-Initiated Logout 1.0 §2.
            if let Some(id_token) = id_token {
                query.append_pair("id_token_hint", id_token);
            }
            query.append_pair("client_id", &connection.client_id).append_pair("post_logout_redirect_uri", back);
            drop(query);
            url.set_fragment(Some(""));
            url
        }))
    }

    async fn signed_out(
        &self,
        connection: &Connection,
        redirect_uri: &str,
        logout_token: &str,
    ) -> Result<HomeLogout, FederationError> {
        if connection.kind == ConnectionKind::OAuth2 {
            return Err(FederationError::Misconfigured("plain OAuth 2.0 has no logout tokens".to_owned()));
        }
        // What both kinds of token share is refused in the words of the other.
        let refused = |reason: &'static str| FederationError::lied(reason.replace("ID token", "logout token"));
        let token = logout_token::parse(logout_token).map_err(refused)?;
        let metadata = self.metadata(connection, redirect_uri).await?;
        if !metadata.algorithms.iter().any(|name| name == token.algorithm_name()) {
            return Err(FederationError::lied("the logout token is signed with an algorithm that was not announced"));
        }
        let keys = self.keys_for(redirect_uri, &metadata.jwks_uri, &token).await?;
        let issuer = vouching::expected_issuer(connection, &token.unverified_claims().map_err(refused)?)?;
        let key_issuers = connection.preset.is_some_and(Preset::is_microsoft);
        logout_token::verify(&token, &keys, &issuer, key_issuers, &connection.client_id, self.clock.now())
            .map_err(refused)
    }

    async fn inspect(&self, connection: &Connection) -> Result<Inspection, FederationError> {
        if connection.kind == ConnectionKind::OAuth2 {
            return Err(FederationError::Misconfigured("plain OAuth 2.0 has nothing to discover".to_owned()));
        }
        // Never from the cache: whoever asks wants to know how things are now.
        let Fetched { value: metadata, date, .. } = Metadata::fetch(&self.fetcher, connection).await?;
        let clock_ahead = date.map(|date| date.seconds().saturating_sub(self.clock.now().seconds()));
        let keys = fetch_keys(&self.fetcher, &metadata.jwks_uri).await?.value;
        Inspection::of(connection, &metadata, &keys, clock_ahead)
    }
}
