//! Mounts the pages of the broker host.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use super::notice::Notice;
use super::visit::Here;
use super::{
    accepted, account, answers, assets, blocks, coming, device, doors, journey, manage_app, methods, session_end,
    set_password, terms,
};
use crate::app::App;
use crate::model::AppId;
use crate::web::site::common;

/// The pages' routes.
pub fn router() -> Router<Arc<App>> {
    let own = Router::new()
        .route("/", get(doors::root))
        .route("/icons/{app}", get(icon))
        .route("/api/signin/{app}", get(doors::direct_link))
        .route("/signin/{name}/{app}", get(doors::direct_link_of_2019))
        .route("/{tenant}", get(doors::panel))
        .route("/{tenant}/", get(doors::panel))
        .route("/{tenant}/myapps", get(doors::panel))
        .route("/{tenant}/myapps/{app}/manage", get(manage_app::page))
        .route("/{tenant}/myapps/{app}/manage/{action}", post(manage_app::answer))
        .route("/{tenant}/redeem/{invitation}", get(doors::redeem))
        .route("/{tenant}/sign-in", get(journey::journey))
        .route("/{tenant}/sign-in/declined", get(answers::declined))
        .route("/{tenant}/sign-in/another-address", get(journey::another_address))
        .route("/{tenant}/sign-in/{action}", post(answers::answer))
        .route("/{tenant}/federation/{connection}/callback", get(doors::callback))
        .route("/{tenant}/idp-test/{id}", get(doors::trial))
        .route("/{tenant}/sign-out", get(session_end::ask).post(session_end::end))
        .route("/{tenant}/sign-out/home/{id}", get(session_end::home))
        .route("/{tenant}/set-password", get(set_password::ask).post(set_password::set))
        .route("/{tenant}/account/methods", get(methods::show))
        .route("/{tenant}/account/methods/{action}", get(methods::sub_page).post(methods::change))
        .route("/{tenant}/blocks", get(blocks::list).post(blocks::answer))
        .route("/{tenant}/blocks/{right}", get(blocks::ask).post(blocks::block))
        .route("/{tenant}/terms/{version}", get(terms::file))
        .route("/{tenant}/device", get(device::ask).post(device::enter))
        .route("/{tenant}/device/done", get(device::done))
        .route("/{tenant}/account/accepted", get(accepted::list))
        .route("/{tenant}/account/accepted/{hash}", get(accepted::read))
        .route("/{tenant}/account/accepted/{hash}/file", get(accepted::file))
        .route("/{tenant}/account/terms/{agreement}", get(coming::read).post(coming::accept))
        .merge(account::routes());
    common::<App, Here>(own)
}

/// `GET /icons/{app id}?v={hash}`: the picture of an app, for whoever knows its very content. It was checked to be PNG or
/// WebP when it was loaded.
async fn icon(here: Here, Path(app): Path<String>) -> http::Response<axum::body::Body> {
    let snapshot = here.app.snapshot.load();
    let known = app.parse::<AppId>().ok().and_then(|id| snapshot.app(id)?.icon.clone());
    let version = here.query("v").unwrap_or_default();
    match known.filter(|bytes| assets::content_hash(bytes) == version) {
        Some(bytes) => assets::image(bytes),
        None => here.notice(None, Notice::NotFound).map(axum::body::Body::from),
    }
}
