//! The introspection endpoint (RFC 7662).

use axum::body::Body;
use http::StatusCode;
use serde_json::Value;

use super::answer::{Answer, failed, json_of};
use super::asked::Asked;
use super::parameters::Parameters;
use super::token::proved;
use crate::tokens::{Refusal, TokenError, introspect as verb};

/// `POST /{tenant}/oauth2/v2.0/introspect`.
pub async fn introspect(asked: Asked, body: Body) -> Answer {
    let by_header = asked.headers.contains_key(http::header::AUTHORIZATION);
    match look(&asked, body).await {
        Ok(worth) => json_of(StatusCode::OK, &worth),
        Err(error) => failed(&asked, &error, by_header),
    }
}

async fn look(asked: &Asked, body: Body) -> Result<Value, TokenError> {
    let parameters = Parameters::of_body(&asked.headers, body).await?;
    let client = proved(asked, &parameters.presented(&asked.headers)?).await?;
    let token = parameters.get("token").ok_or(Refusal::new("invalid_request", "token is missing."))?;
    verb::introspect(&asked.app, &asked.snapshot, &asked.tenant, &client, token).await
}
