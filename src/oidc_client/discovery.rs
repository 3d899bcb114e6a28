//! What a provider says about itself (OpenID Connect Discovery 1.0 §3, §4), as far as we rely on it.

use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::cache::{Fetched, date, lifetime};
use super::key_set::{ALGORITHMS, KeySet};
use super::{FederationError, Prompt, strict_json};
use crate::model::{Connection, TENANT_PLACEHOLDER};
use crate::outbound::{FetchRequest, FetchResponse, Fetcher};

/// Largest discovery document and key set.
const DOCUMENT_BYTES: usize = 64 * 1024;
/// A guest waits for these fetches.
const WITHIN: Duration = Duration::from_secs(5);

/// The parts of a discovery document that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    /// RFC 9207: whether each authorization response carries `iss`.
    pub(super) names_issuer: bool,
    /// Signature algorithms that both sides know.
    pub(super) algorithms: Vec<String>,
    /// `token_endpoint_auth_methods_supported`; `None` means the default, `client_secret_basic`.
    pub(super) client_auth_methods: Option<Vec<String>>,
    /// Whether the provider says that it knows PKCE with S256.
    pub(super) announces_pkce: bool,
    /// `prompt_values_supported` (Initiating User Registration via OpenID Connect 1.0 §4.2); `None` if it does not say.
    pub(super) prompts: Option<Vec<String>>,
    /// Where people sign out (OpenID Connect RP-Initiated Logout 1.0 §2.1).
    pub(super) end_session_endpoint: Option<Url>,
}

/// How we prove to the token endpoint who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClientAuth {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
    /// A public client: PKCE alone.
    None,
}

impl Metadata {
    /// Fetches and checks the discovery document of a connection.
    pub(super) async fn fetch(fetcher: &Fetcher, connection: &Connection) -> Result<Fetched<Self>, FederationError> {
        let response = fetch_json(fetcher, document_url(&source(connection))?).await?;
        let document = strict_json::object(&response.body)
            .map_err(|reason| FederationError::lied(format!("the discovery document {reason}")))?;
        let value = Self::parse(fetcher, connection, &document)?;
        Ok(Fetched { value, lifetime: lifetime(&response.headers), date: date(&response.headers) })
    }

    fn parse(
        fetcher: &Fetcher,
        connection: &Connection,
        document: &Map<String, Value>,
    ) -> Result<Self, FederationError> {
        // Discovery §4.3, and attack row A11: byte for byte. Otherwise any provider could speak for another one.
        if document.get("issuer").and_then(Value::as_str) != Some(connection.issuer.as_str()) {
            return Err(FederationError::lied("the discovery document names another issuer than the connection"));
        }
        let endpoint = |name: &str| match document.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => fetcher
                .check(text)
                .map(Some)
                .map_err(|refusal| FederationError::lied(format!("{name} of the discovery document: {refusal}"))),
            Some(_) => Err(FederationError::lied(format!("{name} of the discovery document is no text"))),
        };
        let required = |name: &str| {
            endpoint(name)?.ok_or_else(|| FederationError::lied(format!("the discovery document has no {name}")))
        };
        if list(document, "response_types_supported")?.is_some_and(|types| !types.iter().any(|kind| kind == "code")) {
            return Err(FederationError::lied("the provider does not offer the code flow"));
        }
        let offered = list(document, "id_token_signing_alg_values_supported")?;
        let ours = ALGORITHMS.iter().map(|(name, _)| (*name).to_owned());
        // RS256 is what every provider must know, and so the default (OpenID Connect Core 1.0 §15.1).
        let offered = offered.unwrap_or_else(|| vec!["RS256".to_owned()]);
        let algorithms: Vec<String> = ours.filter(|name| offered.contains(name)).collect();
        if algorithms.is_empty() {
            return Err(FederationError::lied("the provider signs with no algorithm that we believe"));
        }
        let authorization_endpoint = document.get("authorization_endpoint").and_then(Value::as_str);
        let challenges = list(document, "code_challenge_methods_supported")?.unwrap_or_default();
        Ok(Self {
            authorization_endpoint: browser_url(fetcher, authorization_endpoint.unwrap_or_default())?,
            token_endpoint: required("token_endpoint")?,
            jwks_uri: required("jwks_uri")?,
            userinfo_endpoint: endpoint("userinfo_endpoint")?,
            names_issuer: document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
            algorithms,
            client_auth_methods: list(document, "token_endpoint_auth_methods_supported")?,
            announces_pkce: challenges.iter().any(|method| method == "S256"),
            prompts: list(document, "prompt_values_supported")?,
            // Only convenience hangs on it, so one that cannot be used is none.
            end_session_endpoint: document
                .get("end_session_endpoint")
                .and_then(Value::as_str)
                .and_then(|text| browser_url(fetcher, text).ok()),
        })
    }

    /// The prompt to ask for: a provider that lists what it knows refuses anything else, and signing in again serves a
    /// person who wants another account as well.
    pub(super) fn prompt(&self, wanted: Prompt) -> Prompt {
        let known = |name: &str| self.prompts.as_ref().is_none_or(|all| all.iter().any(|one| one == name));
        match wanted {
            Prompt::SelectAccount if !known("select_account") => self.prompt(Prompt::Login),
            Prompt::Login if !known("login") => Prompt::AsTheProviderLikes,
            Prompt::Create if !known("create") => Prompt::AsTheProviderLikes,
            known => known,
        }
    }

    /// How this connection authenticates at the token endpoint.
    pub(super) fn client_auth(&self, connection: &Connection) -> Result<ClientAuth, FederationError> {
        if connection.client_secret.expose().is_empty() {
            return Ok(ClientAuth::None);
        }
        let accepts = |method: &str| self.client_auth_methods.as_ref().map(|all| all.iter().any(|one| one == method));
        if accepts("client_secret_basic").unwrap_or(true) {
            Ok(ClientAuth::Basic)
        } else if accepts("client_secret_post").unwrap_or(false) {
            Ok(ClientAuth::Post)
        } else {
            Err(FederationError::Misconfigured(
                "the provider takes no client secret, but the connection has one".into(),
            ))
        }
    }
}

/// Fetches the public keys of a provider.
pub(super) async fn fetch_keys(fetcher: &Fetcher, jwks_uri: &Url) -> Result<Fetched<KeySet>, FederationError> {
    let response = fetch_json(fetcher, jwks_uri.clone()).await?;
    let value =
        KeySet::parse(&response.body).map_err(|reason| FederationError::lied(format!("the key set {reason}")))?;
    Ok(Fetched { value, lifetime: lifetime(&response.headers), date: date(&response.headers) })
}

async fn fetch_json(fetcher: &Fetcher, url: Url) -> Result<FetchResponse, FederationError> {
    let place = url.clone();
    let response = fetcher.send(FetchRequest::get(url).at_most(DOCUMENT_BYTES).within(WITHIN)).await?;
    match response.status {
        StatusCode::OK => Ok(response),
        // A redirect included: whoever can redirect discovery or keys could put other ones in their place.
        status => Err(FederationError::Down(format!("{} answered {status}", place.path()))),
    }
}

/// Where the document of a connection is. With several Microsoft tenants it is the one for all organizations, whose
/// `issuer` is the very template that the connection has.
fn source(connection: &Connection) -> String {
    connection.issuer.replace(TENANT_PLACEHOLDER, "organizations")
}

/// Discovery 1.0 §4.1: any terminating slash is removed before the well-known path is added.
fn document_url(issuer: &str) -> Result<Url, FederationError> {
    let wrong = |what: &str| FederationError::Misconfigured(format!("the issuer {what}"));
    let url = Url::parse(issuer).map_err(|_| wrong("is no URL"))?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or fragment"));
    }
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    Url::parse(&format!("{base}/.well-known/openid-configuration")).map_err(|_| wrong("is no URL"))
}

/// Checks a URL to which we send browsers: they go where we do not, so only the scheme counts.
pub(super) fn browser_url(fetcher: &Fetcher, text: &str) -> Result<Url, FederationError> {
    let refused = || FederationError::lied("the authorization endpoint is no https URL without fragment");
    let url = Url::parse(text).map_err(|_| refused())?;
    let named = !url.host_str().unwrap_or_default().is_empty() && url.username().is_empty() && url.password().is_none();
    // RFC 6749 §3.1: no fragment.
    let safe = url.scheme() == "https" || (url.scheme() == "http" && fetcher.check(text).is_ok());
    if named && safe && url.fragment().is_none() { Ok(url) } else { Err(refused()) }
}

fn list(document: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, FederationError> {
    let Some(value) = document.get(name) else { return Ok(None) };
    let items = value.as_array().map(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
    match items {
        Some(Some(items)) => Ok(Some(items)),
        _ => Err(FederationError::lied(format!("{name} of the discovery document is no list of texts"))),
    }
}
