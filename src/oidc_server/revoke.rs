//! The revocation endpoint (RFC 7009).

use axum::body::Body;
use http::StatusCode;
use serde_json::json;

use super::answer::{Answer, failed, json_of};
use super::asked::Asked;
use super::cors::readable;
use super::parameters::Parameters;
use super::token::proved;
use crate::tokens::{Refusal, TokenError, revoke as verb};

/// `POST /{tenant}/oauth2/v2.0/revoke`. Whatever the token was worth, the answer is the same (RFC 7009 §2.2).
pub async fn revoke(asked: Asked, body: Body) -> Answer {
    let by_header = asked.headers.contains_key(http::header::AUTHORIZATION);
    let answer = match give_back(&asked, body).await {
        Ok(()) => json_of(StatusCode::OK, &json!({})),
        Err(error) => failed(&asked, &error, by_header),
    };
    readable(&asked, answer)
}

async fn give_back(asked: &Asked, body: Body) -> Result<(), TokenError> {
    let parameters = Parameters::of_body(&asked.headers, body).await?;
    let client = proved(asked, &parameters.presented(&asked.headers)?).await?;
    let token = parameters.get("token").ok_or(Refusal::new("invalid_request", "token is missing."))?;
    verb::revoke(&asked.app, &asked.tenant, &client, token).await
}
