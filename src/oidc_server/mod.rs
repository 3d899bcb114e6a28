//! Apps ask us who somebody is: the provider's endpoints, per tenant. Our own hosts are its first clients.

mod answer;
mod asked;
mod authorize;
mod cors;
mod device;
mod discovery;
mod home_logout;
mod introspect;
mod logout;
mod par;
mod parameters;
mod revoke;
mod token;
mod userinfo;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get, post};

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
    common
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(discovery::metadata).options(cors::preflight).fallback(answer::wrong_method),
        )
        .route(
            "/{tenant}/discovery/v2.0/keys",
            get(discovery::keys).options(cors::preflight).fallback(answer::wrong_method),
        )
        .route(
            "/{tenant}/oauth2/v2.0/authorize",
            get(authorize::by_query).post(authorize::by_form).fallback(answer::wrong_method),
        )
        .route(
            "/{tenant}/oauth2/v2.0/token",
            post(token::token).options(cors::preflight).fallback(answer::wrong_method),
        )
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device::begin).fallback(answer::wrong_method))
        .route("/{tenant}/oauth2/v2.0/par", post(par::push).options(cors::preflight).fallback(answer::wrong_method))
        .route("/{tenant}/oauth2/v2.0/introspect", post(introspect::introspect).fallback(answer::wrong_method))
        .route(
            "/{tenant}/oauth2/v2.0/revoke",
            post(revoke::revoke).options(cors::preflight).fallback(answer::wrong_method),
        )
        .route(
            "/{tenant}/oauth2/v2.0/logout",
            get(logout::by_query).post(logout::by_form).fallback(answer::wrong_method),
        )
        .route(
            "/{tenant}/federation/{connection}/backchannel-logout",
            post(home_logout::logged_out).fallback(answer::wrong_method),
        )
        .route(
            "/{tenant}/openid/userinfo",
            get(userinfo::by_header).post(userinfo::by_form).options(cors::preflight).fallback(answer::wrong_method),
        )
}

async fn refuse() -> answer::Answer {
    answer::no_such_tenant()
}
