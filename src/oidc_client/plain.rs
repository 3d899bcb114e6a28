//! Plain OAuth 2.0 through the `oauth2` crate, over our own fetcher: leave with PKCE, exchange the code, ask who it was.

use std::sync::Arc;

use http::StatusCode;
use http::header::HeaderValue;
use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse, TokenUrl,
};
use serde_json::{Map, Value, json};
use url::Url;

use super::claims::{display_name, email};
use super::discovery::ClientAuth;
use super::id_token::is_subject;
use super::transaction::error_code;
use super::{Asserted, AssertedEmail, FederationError, LoginHint, Prompt, Transaction, strict_json, token_request};
use crate::model::{Connection, EmailAddress, Preset};
use crate::outbound::{FetchError, FetchRequest, Fetcher};

/// Largest answer of a token endpoint.
const ANSWER_BYTES: usize = 128 * 1024;

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Where the browser goes (RFC 6749 §4.1.1, RFC 7636 §4.3).
pub(super) fn authorization_url(
    connection: &Connection,
    authorization: &Url,
    transaction: &Transaction,
    hint: &LoginHint,
) -> Result<Url, FederationError> {
    let client = client(connection, authorization, transaction)?;
    let verifier = PkceCodeVerifier::new(transaction.verifier.clone());
    let state = transaction.state.clone();
    let request = client
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(connection.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    // No standard for plain providers; GitHub is known to understand it.
    let chooses = hint.prompt == Prompt::SelectAccount && connection.preset == Some(Preset::GitHub);
    let request = if chooses { request.add_extra_param("prompt", "select_account") } else { request };
    let (mut url, _) = request.url();
    // An empty fragment keeps the browser from handing the one of the guest's link to the provider (decision 13).
    url.set_fragment(Some(""));
    Ok(url)
}

/// Exchanges the code (RFC 6749 §4.1.3, RFC 7636 §4.5); what comes back opens user info and nothing else.
pub(super) async fn exchange(
    fetcher: &Arc<Fetcher>,
    connection: &Connection,
    transaction: &Transaction,
    code: &str,
) -> Result<String, FederationError> {
    // The crate wants an authorization endpoint for this client too; it is not used any more.
    let client = client(connection, &transaction.pinned.token_endpoint, transaction)?;
    let send = |request: HttpRequest| send(Arc::clone(fetcher), request);
    let tokens = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(transaction.verifier.clone()))
        .request_async(&send)
        .await
        .map_err(refusal)?;
    if !matches!(tokens.token_type(), oauth2::basic::BasicTokenType::Bearer) {
        return Err(FederationError::lied("the access token is of another type than Bearer"));
    }
    Ok(tokens.access_token().secret().clone())
}

/// Who signed in: all of user info, and what of it counts. Whatever the provider says about the address is a hint.
pub(super) async fn who(
    fetcher: &Fetcher,
    connection: &Connection,
    transaction: &Transaction,
    access_token: &str,
) -> Result<(Asserted, Map<String, Value>), FederationError> {
    let endpoint = transaction.pinned.userinfo_endpoint.as_ref().ok_or(FederationError::Expired)?;
    let claims = token_request::user_info(fetcher, endpoint, access_token).await?;
    let subject = subject(connection, &claims).ok_or_else(|| {
        FederationError::lied(match &connection.subject_field {
            Some(field) => format!("user info has no proper {field}"),
            None => "user info has no proper sub or id".to_owned(),
        })
    })?;
    let mut address = email(&claims);
    if address.is_none()
        && let Some(endpoint) = &connection.emails_endpoint
    {
        address = primary_address(&token_request::addresses(fetcher, endpoint, access_token).await?);
    }
    let asserted = Asserted {
        // The issuer of a plain OAuth 2.0 identity is whoever answers at the userinfo endpoint. It cannot be chosen
        // in the settings: a tenant could otherwise make itself the issuer of another tenant's guests.
        issuer: format!("oauth2:{endpoint}"),
        subject,
        email: address.map(|address| AssertedEmail { address, authoritative: false }),
        name: display_name(&claims),
        amr: Vec::new(),
        acr: None,
        auth_time: None,
        home: None,
        id_token: None,
    };
    Ok((asserted, claims))
}

/// The member that the settings name, else `sub` as OpenID Connect has it, else `id` as GitHub and others do: a number or
/// a text that never changes.
fn subject(connection: &Connection, claims: &Map<String, Value>) -> Option<String> {
    let named = match &connection.subject_field {
        Some(field) => claims.get(field),
        None => claims.get("sub").or_else(|| claims.get("id")),
    };
    let subject = match named? {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_u64() => number.to_string(),
        _ => return None,
    };
    is_subject(&subject).then_some(subject)
}

/// The primary one of the addresses that the provider verified, as GitHub lists them.
fn primary_address(listed: &[Value]) -> Option<EmailAddress> {
    let is = |entry: &Value, name: &str| entry.get(name) == Some(&Value::Bool(true));
    let mut verified = listed.iter().filter(|entry| is(entry, "verified") && is(entry, "primary"));
    verified.find_map(|entry| entry.get("email")?.as_str()?.parse().ok())
}

fn client(connection: &Connection, authorization: &Url, transaction: &Transaction) -> Result<Client, FederationError> {
    let redirect = RedirectUrl::new(transaction.redirect_uri.clone())
        .map_err(|_| FederationError::Misconfigured("the redirect URI is no URL".to_owned()))?;
    let client = BasicClient::new(ClientId::new(transaction.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(authorization.clone()))
        .set_token_uri(TokenUrl::from_url(transaction.pinned.token_endpoint.clone()))
        .set_redirect_uri(redirect)
        // Without metadata nothing says what is accepted; in the body is what plain providers commonly take.
        .set_auth_type(AuthType::RequestBody);
    Ok(match transaction.pinned.client_auth {
        ClientAuth::None => client,
        ClientAuth::Basic | ClientAuth::Post => {
            client.set_client_secret(ClientSecret::new(connection.client_secret.expose().to_owned()))
        }
    })
}

/// The crate's HTTP: one request through the one way out, which follows no redirects and reads so much and no more.
async fn send(fetcher: Arc<Fetcher>, request: HttpRequest) -> Result<HttpResponse, SendError> {
    let (head, body) = request.into_parts();
    let url = Url::parse(&head.uri.to_string()).map_err(|_| SendError::Ours)?;
    let mut asked = FetchRequest::get(url).at_most(ANSWER_BYTES);
    asked.method = head.method;
    asked.headers = head.headers;
    asked.body = body.into();
    let answer = fetcher.send(asked).await?;
    let (status, body) = readable(answer.status, &answer.body)?;
    let mut response = HttpResponse::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// An answer as the crate reads it. It takes the last of two members of one name, so ambiguous JSON goes no further; and
/// GitHub says 200 to errors, which must not pass for tokens.
fn readable(status: StatusCode, body: &[u8]) -> Result<(StatusCode, Vec<u8>), SendError> {
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(SendError::Status(status));
    }
    let mut answer = strict_json::object(body).map_err(|reason| SendError::Unreadable(status, reason))?;
    let refused = answer.contains_key("error");
    if refused {
        // Words for developers, which the crate would put into its errors, may be anything.
        answer.retain(|name, _| name == "error");
    }
    let status = if refused && status.is_success() { StatusCode::BAD_REQUEST } else { status };
    Ok((status, json!(answer).to_string().into_bytes()))
}

/// Why the crate got no answer.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the token endpoint answered {0}")]
    Status(StatusCode),
    #[error("the token answer ({0}) {1}")]
    Unreadable(StatusCode, &'static str),
    #[error("the request could not be written")]
    Ours,
}

type CodeError = RequestTokenError<SendError, oauth2::basic::BasicErrorResponse>;

/// The crate's errors, without the bodies that they carry: those may hold tokens.
fn refusal(error: CodeError) -> FederationError {
    match error {
        RequestTokenError::Request(SendError::Fetch(error)) => error.into(),
        RequestTokenError::Request(error @ SendError::Status(_)) => FederationError::Down(error.to_string()),
        RequestTokenError::Request(error) => FederationError::lied(error.to_string()),
        RequestTokenError::ServerResponse(answer) => match answer.error().as_ref() {
            // The code is used up or too old, as after a reloaded callback; the second name is GitHub's.
            "invalid_grant" | "bad_verification_code" => FederationError::Expired,
            error => FederationError::lied(format!("the token endpoint answered {}", error_code(error))),
        },
        RequestTokenError::Parse(error, _) => {
            FederationError::lied(format!("the token answer has no usable {}", error.path()))
        }
        RequestTokenError::Other(_) => FederationError::lied("the token endpoint said nothing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::connection;

    fn claims(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a15_the_subject_is_the_named_member_and_of_one_shape() {
        let mut github = connection("github", &[], true);
        let rows = [
            (None, json!({"sub": "s", "id": 7}), Some("s")),
            (None, json!({"id": 7}), Some("7")),
            (None, json!({"login": "ada"}), None),
            (Some("id"), json!({"sub": "s", "id": 7}), Some("7")),
            (Some("id"), json!({"sub": "s"}), None),
            (Some("id"), json!({"id": -7}), None),
            (Some("id"), json!({"id": 7.5}), None),
            (Some("id"), json!({"id": true}), None),
            (Some("id"), json!({"id": ["7"]}), None),
            (Some("id"), json!({"id": ""}), None),
            (Some("id"), json!({"id": "sieben\u{202e}"}), None),
        ];
        for (field, said, expected) in rows {
            github.subject_field = field.map(str::to_owned);
            assert_eq!(subject(&github, &claims(said.clone())).as_deref(), expected, "{field:?} {said}");
        }
    }

    #[test]
    fn only_the_primary_address_that_was_verified_there_is_taken_as_a_hint() {
        let listed = json!([
            {"email": "old@mail.example", "primary": false, "verified": true},
            {"email": "unproved@mail.example", "primary": true, "verified": false},
            {"email": "text@mail.example", "primary": true, "verified": "true"},
            {"email": "ada@mail.example", "primary": true, "verified": true},
        ]);
        let found = primary_address(listed.as_array().unwrap());
        assert_eq!(found.unwrap().as_str(), "ada@mail.example");
        assert_eq!(primary_address(&[]), None);
    }

    #[test]
    fn errors_that_come_with_200_are_errors_and_ambiguous_answers_are_none() {
        let github = br#"{"error":"bad_verification_code","error_description":"<b>x</b>","access_token":"t"}"#;
        let (status, body) = readable(StatusCode::OK, github).unwrap();
        assert_eq!(
            (status, body.as_slice()),
            (StatusCode::BAD_REQUEST, br#"{"error":"bad_verification_code"}"#.as_slice())
        );
        assert!(readable(StatusCode::OK, br#"{"access_token":"a","access_token":"b"}"#).is_err());
        assert!(readable(StatusCode::OK, b"access_token=a&token_type=bearer").is_err());
        assert!(matches!(readable(StatusCode::BAD_GATEWAY, b"{}"), Err(SendError::Status(_))));
        // The control: the crate's own parser takes the last one.
        let naive: Map<String, Value> = serde_json::from_str(r#"{"access_token":"a","access_token":"b"}"#).unwrap();
        assert_eq!(naive["access_token"], "b");
    }
}
