//! Leaving for a provider: which endpoints count from now on, and the URL to which the browser goes.

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use url::Url;

use super::discovery::{ClientAuth, Metadata, browser_url};
use super::transaction::Pinned;
use super::{FederationError, LoginHint, Prompt, Transaction, plain, vouching};
use crate::model::{Connection, ConnectionKind, Preset};
use crate::outbound::Fetcher;

/// OpenID Connect: everything comes from discovery.
pub(super) fn from_metadata(connection: &Connection, metadata: &Metadata) -> Result<(Url, Pinned), FederationError> {
    let pinned = Pinned {
        token_endpoint: metadata.token_endpoint.clone(),
        client_auth: metadata.client_auth(connection)?,
        userinfo_endpoint: metadata.userinfo_endpoint.clone(),
        jwks_uri: Some(metadata.jwks_uri.clone()),
        names_issuer: metadata.names_issuer,
        algorithms: metadata.algorithms.clone(),
    };
    Ok((metadata.authorization_endpoint.clone(), pinned))
}

/// Plain OAuth 2.0: everything comes from the settings.
pub(super) fn from_settings(connection: &Connection, fetcher: &Fetcher) -> Result<(Url, Pinned), FederationError> {
    let of = |endpoint: &Option<Url>, name: &str| {
        endpoint.clone().ok_or_else(|| FederationError::Misconfigured(format!("the connection has no {name}")))
    };
    let authorization = of(&connection.authorization_endpoint, "authorization endpoint")?;
    let public = connection.client_secret.expose().is_empty();
    let pinned = Pinned {
        token_endpoint: of(&connection.token_endpoint, "token endpoint")?,
        // Without metadata nothing says what is accepted; in the body is what plain providers commonly take.
        client_auth: if public { ClientAuth::None } else { ClientAuth::Post },
        userinfo_endpoint: Some(of(&connection.userinfo_endpoint, "userinfo endpoint")?),
        jwks_uri: None,
        names_issuer: false,
        algorithms: Vec::new(),
    };
    Ok((browser_url(fetcher, authorization.as_str())?, pinned))
}

/// Where the browser goes.
pub(super) fn authorization_url(
    connection: &Connection,
    authorization: Url,
    transaction: &Transaction,
    hint: &LoginHint,
) -> Result<Url, FederationError> {
    match connection.kind {
        ConnectionKind::Oidc => Ok(authentication_request(connection, authorization, transaction, hint)),
        ConnectionKind::OAuth2 => plain::authorization_url(connection, &authorization, transaction, hint),
    }
}

/// The authentication request (OpenID Connect Core 1.0 §3.1.2.1, RFC 7636 §4.3).
fn authentication_request(connection: &Connection, mut url: Url, transaction: &Transaction, hint: &LoginHint) -> Url {
    let challenge = digest::digest(&digest::SHA256, transaction.verifier.as_bytes());
    let challenge = BASE64URL_NOPAD.encode(challenge.as_ref());
    let mut scopes: Vec<&str> = connection.scopes.iter().map(String::as_str).collect();
    if !scopes.contains(&"openid") {
        scopes.insert(0, "openid");
    }
    let mut query = url.query_pairs_mut();
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &transaction.client_id)
        .append_pair("redirect_uri", &transaction.redirect_uri)
        .append_pair("state", &transaction.state)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    query.append_pair("scope", &scopes.join(" ")).append_pair("nonce", &transaction.nonce);
    if let Some(address) = &hint.address {
        query.append_pair("login_hint", address.as_str());
    }
    let prompt = match hint.prompt {
        Prompt::AsTheProviderLikes => None,
        Prompt::SelectAccount => Some("select_account"),
        Prompt::Login => Some("login"),
        Prompt::Create => Some("create"),
    };
    if let Some(prompt) = prompt {
        query.append_pair("prompt", prompt);
    }
    // Google shows accounts of this Workspace alone; what counts is the claim in the token.
    if let (Some(Preset::Google), [only]) = (connection.preset, connection.domains.as_slice())
        && !vouching::is_gmail(only)
    {
        query.append_pair("hd", only.as_str());
    }
    if !hint.languages.is_empty() {
        query.append_pair("ui_locales", &hint.languages.join(" "));
    }
    drop(query);
    // An empty fragment keeps the browser from handing the one of the guest's link to the provider (decision 13).
    url.set_fragment(Some(""));
    url
}
