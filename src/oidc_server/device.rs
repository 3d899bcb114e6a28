//! The device authorization endpoint (RFC 8628 §3.1).

use axum::body::Body;
use http::StatusCode;

use super::answer::{Answer, failed, json_of};
use super::asked::Asked;
use super::parameters::Parameters;
use super::token::proved;
use crate::tokens::TokenError;
use crate::tokens::device::{self, DeviceAnswer};

/// `POST /{tenant}/oauth2/v2.0/devicecode`.
pub async fn begin(asked: Asked, body: Body) -> Answer {
    let by_header = asked.headers.contains_key(http::header::AUTHORIZATION);
    match waits(&asked, body).await {
        Ok(answer) => json_of(StatusCode::OK, &answer),
        Err(error) => failed(&asked, &error, by_header),
    }
}

async fn waits(asked: &Asked, body: Body) -> Result<DeviceAnswer, TokenError> {
    let parameters = Parameters::of_body(&asked.headers, body).await?;
    let client = proved(asked, &parameters.presented(&asked.headers)?).await?;
    let scope = parameters.get("scope").unwrap_or_default();
    device::begin(&asked.app, &asked.tenant, &client, scope, &asked.network()).await
}
