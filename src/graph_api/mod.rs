//! The admin API, shaped as Microsoft Graph v1.0: one file for each resource, and a table in which every operation says who may.

mod agreements;
mod applications;
mod asking;
mod audit_logs;
mod batch;
pub mod body;
pub mod caller;
mod deleted_items;
mod dispatch;
mod domains;
pub mod errors;
mod groups;
mod identity_providers;
mod invitations;
pub mod odata;
pub mod openapi;
pub mod operation;
mod organization;
mod policies;
mod provider_tokens;
mod refusals;
pub mod schema;
mod sponsors;
mod user_filter;
mod user_view;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use http::{Request, Response};

pub use self::provider_tokens::ProviderTokens;

use self::caller::VerifyAccess;
use self::dispatch::Door;
use self::operation::Operation;
use crate::app::App;

/// The beginning of every address of the API.
pub const BASE: &str = "/v1.0";

/// Every operation there is.
pub const OPERATIONS: &[&[Operation]] = &[
    invitations::OPERATIONS,
    users::OPERATIONS,
    deleted_items::OPERATIONS,
    sponsors::OPERATIONS,
    groups::OPERATIONS,
    organization::OPERATIONS,
    domains::OPERATIONS,
    applications::OPERATIONS,
    identity_providers::OPERATIONS,
    policies::OPERATIONS,
    agreements::OPERATIONS,
    audit_logs::OPERATIONS,
];

/// The routes of the API on the broker host. There is no CORS: browsers have no business here (attack row M3).
pub fn router(app: Arc<App>, verify: Arc<dyn VerifyAccess>) -> Router {
    let door = Arc::new(Door { app, verify });
    let answer = move |request: Request<Body>| {
        let door = Arc::clone(&door);
        async move { dispatch::answer(door, request).await.map(Body::from) as Response<Body> }
    };
    Router::new()
        .route(BASE, any(answer.clone()))
        .route(&format!("{BASE}/"), any(answer.clone()))
        .route(&format!("{BASE}/{{*rest}}"), any(answer))
}
