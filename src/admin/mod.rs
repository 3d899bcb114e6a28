//! What administrators see. So far the host says in one sentence that its pages come.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::request::Parts;

use crate::app::App;
use crate::web::problem::{self, Problem};
use crate::web::{ClientInfo, RequestId};

/// The admin host's routes.
pub fn router() -> Router<Arc<App>> {
    Router::new().fallback(coming)
}

/// The id of this request, if the server gave it one.
struct Id(Option<RequestId>);

impl<S: Sync> FromRequestParts<S> for Id {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<ClientInfo>().map(|info| info.request_id)))
    }
}

async fn coming(State(_): State<Arc<App>>, Id(id): Id) -> Response {
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    problem::page(Problem::AdminComing, &id, None, false).map(axum::body::Body::from).into_response()
}
