//! Apps ask us who somebody is: the provider's endpoints. So far the proxy is the only client.

mod authorize;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};

use crate::app::App;

/// The provider's routes, to be merged into the broker host's router.
pub fn router() -> Router<Arc<App>> {
    // The words that name no tenant are refused in the way OIDC clients understand; other names are looked at.
    let common = ["common", "organizations", "consumers"].into_iter().fold(Router::new(), |router, word| {
        router
            .route(&format!("/{word}/oauth2/v2.0/{{endpoint}}"), any(refuse))
            .route(&format!("/{word}/v2.0/.well-known/openid-configuration"), any(refuse))
            .route(&format!("/{word}/discovery/v2.0/keys"), any(refuse))
            .route(&format!("/{word}/openid/userinfo"), any(refuse))
    });
    common.route("/{tenant}/oauth2/v2.0/authorize", get(authorize::authorize).fallback(authorize::wrong_method))
}

async fn refuse() -> http::Response<String> {
    authorize::no_such_tenant()
}
