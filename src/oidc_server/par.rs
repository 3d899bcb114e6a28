//! The pushed authorization request endpoint (RFC 9126 §2).

use axum::body::Body;
use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Answer, failed, json_of};
use super::asked::Asked;
use super::authorize;
use super::cors::readable;
use super::parameters::Parameters;
use super::token::proved;
use crate::tokens::{Refusal, TokenError, pushed};

/// `POST /{tenant}/oauth2/v2.0/par`.
pub async fn push(asked: Asked, body: Body) -> Answer {
    let by_header = asked.headers.contains_key(http::header::AUTHORIZATION);
    let answer = match keep(&asked, body).await {
        Ok(kept) => json_of(StatusCode::CREATED, &kept),
        Err(error) => failed(&asked, &error, by_header),
    };
    readable(&asked, answer)
}

/// Every mistake is told now, and not when the browser is already here.
async fn keep(asked: &Asked, body: Body) -> Result<Value, TokenError> {
    let parameters = Parameters::of_body(&asked.headers, body).await?;
    let client = proved(asked, &parameters.presented(&asked.headers)?).await?;
    if parameters.get("request_uri").is_some() {
        return Err(Refusal::new("invalid_request", "A pushed request has no request_uri.").into());
    }
    authorize::check(asked, client.registration(), &parameters)?;
    let id = client.id().to_string();
    let query = parameters.query_of_client(&id);
    let name = pushed::keep(&asked.app, &asked.tenant, &client, query, &asked.network()).await?;
    Ok(json!({ "request_uri": name, "expires_in": pushed::LIFETIME.as_secs() }))
}
