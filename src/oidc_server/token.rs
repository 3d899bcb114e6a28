//! The token endpoint (RFC 6749 §3.2): reads what is asked for and by whom; the pipeline does the rest.

use axum::body::Body;
use http::StatusCode;

use super::answer::{Answer, failed, json_of};
use super::asked::Asked;
use super::cors::readable;
use super::parameters::Parameters;
use crate::tokens::{Ask, Client, Presented, Refusal, TokenAnswer, TokenError, client, device, pipeline};

/// `POST /{tenant}/oauth2/v2.0/token`.
pub async fn token(asked: Asked, body: Body) -> Answer {
    let by_header = asked.headers.contains_key(http::header::AUTHORIZATION);
    let answer = match exchange(&asked, body).await {
        Ok(answer) => json_of(StatusCode::OK, &answer),
        Err(error) => failed(&asked, &error, by_header),
    };
    readable(&asked, answer)
}

async fn exchange(asked: &Asked, body: Body) -> Result<TokenAnswer, TokenError> {
    let parameters = Parameters::of_body(&asked.headers, body).await?;
    // The client first: whoever does not prove who they are learns nothing about what they ask for.
    let presented = parameters.presented(&asked.headers)?;
    let client = proved(asked, &presented).await?;
    let ask = ask(&parameters)?;
    pipeline::answer(&asked.app, &asked.snapshot, &asked.tenant, &client, ask).await
}

/// The client that the request proves.
pub async fn proved(asked: &Asked, presented: &Presented) -> Result<Client, TokenError> {
    client::authenticate(&asked.app, &asked.snapshot, &asked.tenant, presented, &asked.network()).await
}

/// One line for each grant type.
fn ask(parameters: &Parameters) -> Result<Ask, Refusal> {
    const MISSING: Refusal = Refusal::new("invalid_request", "A parameter of this grant type is missing.");
    let required = |name: &str| parameters.owned(name).ok_or(MISSING);
    match parameters.get("grant_type") {
        Some("authorization_code") => Ok(Ask::Code {
            code: required("code")?,
            redirect_uri: required("redirect_uri")?,
            verifier: parameters.owned("code_verifier"),
        }),
        Some("refresh_token") => {
            Ok(Ask::Refresh { token: required("refresh_token")?, scope: parameters.owned("scope") })
        }
        Some(device::GRANT_TYPE) => Ok(Ask::Device { device_code: required("device_code")? }),
        Some("client_credentials") => Ok(Ask::Application { scope: required("scope")? }),
        Some(_) => Err(Refusal::new("unsupported_grant_type", "See grant_types_supported in the discovery document.")),
        None => Err(Refusal::new("invalid_request", "grant_type is missing.")),
    }
}
