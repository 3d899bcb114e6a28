//! One request as every page's handler gets it: the bench, what was sent, and who is at the other end.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::IntoResponse;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Uri};

use super::request;
use super::request_id::ClientInfo;

/// A request, with the bench `S` of its host. Each host wraps it and adds what its pages share.
pub struct Arrived<S> {
    /// The bench.
    pub app: Arc<S>,
    /// The method.
    pub method: Method,
    /// Path and query as sent.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// Who is at the other end.
    pub client: ClientInfo,
}

impl<S: Send + Sync> FromRequestParts<Arc<S>> for Arrived<S> {
    type Rejection = NotServed;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<S>) -> Result<Self, NotServed> {
        Ok(Self {
            app: Arc::clone(app),
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            client: parts.extensions.get::<ClientInfo>().copied().ok_or(NotServed)?,
        })
    }
}

impl<S> Arrived<S> {
    /// The one value of a query parameter. Names are compared without case; twice the same name is none.
    pub fn query(&self, name: &str) -> Option<String> {
        request::query(&self.uri, name)
    }
}

/// A request that did not come through the server, which names the client: only a wrong wiring makes one.
pub struct NotServed;

impl IntoResponse for NotServed {
    fn into_response(self) -> axum::response::Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
