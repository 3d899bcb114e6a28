//! Exchanging a code for tokens, and asking who they are about.

use std::time::Duration;

use data_encoding::BASE64;
use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderValue};
use serde_json::{Map, Value};
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::discovery::ClientAuth;
use super::transaction::{Pinned, Transaction, error_code};
use super::{FederationError, strict_json};
use crate::model::Connection;
use crate::outbound::{FetchRequest, Fetcher};

const ANSWER_BYTES: usize = 128 * 1024;
const USER_INFO_BYTES: usize = 64 * 1024;
const USER_INFO_WITHIN: Duration = Duration::from_secs(5);

/// What the token endpoint gave.
pub(super) struct Tokens {
    pub(super) id_token: Option<String>,
    pub(super) access_token: Option<String>,
}

/// Exchanges `code` at the token endpoint of the transaction (RFC 6749 §4.1.3, RFC 7636 §4.5).
pub(super) async fn exchange(
    fetcher: &Fetcher,
    connection: &Connection,
    transaction: &Transaction,
    code: &str,
) -> Result<Tokens, FederationError> {
    let response = fetcher.send(code_request(connection, transaction, code)?).await?;
    let status = response.status;
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(FederationError::Down(format!("the token endpoint answered {status}")));
    }
    let answer = strict_json::object(&response.body)
        .map_err(|reason| FederationError::lied(format!("the token answer ({status}) {reason}")))?;
    if status != StatusCode::OK || answer.contains_key("error") {
        return Err(match answer.get("error").and_then(Value::as_str) {
            // The code is used up or too old, as after a reloaded callback.
            Some("invalid_grant") => FederationError::Expired,
            error => FederationError::lied(format!(
                "the token endpoint answered {status} {}",
                error_code(error.unwrap_or_default())
            )),
        });
    }
    let access_token = token(&answer, "access_token")?;
    let bearer =
        answer.get("token_type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    if access_token.is_some() && !bearer {
        return Err(FederationError::lied("the access token is of another type than Bearer"));
    }
    Ok(Tokens { id_token: token(&answer, "id_token")?, access_token })
}

fn code_request(
    connection: &Connection,
    transaction: &Transaction,
    code: &str,
) -> Result<FetchRequest, FederationError> {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &transaction.redirect_uri)
        .append_pair("code_verifier", &transaction.verifier);
    let Pinned { client_auth, token_endpoint, .. } = &transaction.pinned;
    if *client_auth != ClientAuth::Basic {
        form.append_pair("client_id", &transaction.client_id);
    }
    if *client_auth == ClientAuth::Post {
        form.append_pair("client_secret", connection.client_secret.expose());
    }
    let request = FetchRequest::post_form(token_endpoint.clone(), form.finish()).at_most(ANSWER_BYTES);
    Ok(match client_auth {
        ClientAuth::Basic => request.with_header(AUTHORIZATION, basic(connection)?),
        ClientAuth::Post | ClientAuth::None => request,
    })
}

/// Asks who an access token is about (OpenID Connect Core 1.0 §5.3).
pub(super) async fn user_info(
    fetcher: &Fetcher,
    endpoint: &Url,
    access_token: &str,
) -> Result<Map<String, Value>, FederationError> {
    let body = ask(fetcher, endpoint, access_token).await?;
    strict_json::object(&body).map_err(|reason| FederationError::lied(format!("user info {reason}")))
}

/// Asks a plain OAuth 2.0 provider for the addresses that user info leaves out.
pub(super) async fn addresses(
    fetcher: &Fetcher,
    endpoint: &Url,
    access_token: &str,
) -> Result<Vec<Value>, FederationError> {
    let body = ask(fetcher, endpoint, access_token).await?;
    strict_json::array(&body).map_err(|reason| FederationError::lied(format!("the list of addresses {reason}")))
}

async fn ask(fetcher: &Fetcher, endpoint: &Url, access_token: &str) -> Result<bytes::Bytes, FederationError> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {access_token}"))
        .map_err(|_| FederationError::lied("the access token has characters that no token has"))?;
    bearer.set_sensitive(true);
    let request = FetchRequest::get(endpoint.clone())
        .with_header(AUTHORIZATION, bearer)
        .at_most(USER_INFO_BYTES)
        .within(USER_INFO_WITHIN);
    let response = fetcher.send(request).await?;
    if response.status != StatusCode::OK {
        return Err(FederationError::Down(format!("{} answered {}", endpoint.path(), response.status)));
    }
    Ok(response.body)
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
fn basic(connection: &Connection) -> Result<HeaderValue, FederationError> {
    let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", part(&connection.client_id), part(connection.client_secret.expose()));
    let mut value = HeaderValue::from_str(&format!("Basic {}", BASE64.encode(pair.as_bytes())))
        .map_err(|_| FederationError::Misconfigured("client id or secret cannot be sent".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn token(answer: &Map<String, Value>, name: &str) -> Result<Option<String>, FederationError> {
    match answer.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(FederationError::lied(format!("{name} of the token answer is no text"))),
    }
}
