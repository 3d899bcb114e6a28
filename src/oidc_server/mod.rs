//! Apps ask us who somebody is: the provider's endpoints. So far the proxy is the only client.

mod authorize;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The provider's routes, to be merged into the broker host's router.
pub fn router() -> Router<Arc<App>> {
    Router::new().route("/{tenant}/oauth2/v2.0/authorize", get(authorize::authorize))
}
