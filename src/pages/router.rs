//! Mounts the pages of the broker host.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use http::StatusCode;

use super::notice::Notice;
use super::visit::{Answer, Here};
use super::{
    accepted, account, answers, assets, blocks, coming, doors, journey, manage_app, methods, session_end, set_password,
    terms, theme,
};
use crate::app::App;
use crate::model::AppId;
use crate::urls;
use crate::web::language;

/// The pages' routes.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(doors::root))
        .route("/assets/{hash}/{name}", get(asset))
        .route(urls::LANGUAGE, get(choose_language))
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
        .route("/{tenant}/theme.css", get(theme_css))
        .route("/{tenant}/logo", get(logo))
        .route("/{tenant}/terms/{version}", get(terms::file))
        .route("/{tenant}/account/accepted", get(accepted::list))
        .route("/{tenant}/account/accepted/{hash}", get(accepted::read))
        .route("/{tenant}/account/accepted/{hash}/file", get(accepted::file))
        .route("/{tenant}/account/terms/{agreement}", get(coming::read).post(coming::accept))
        .merge(account::routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
}

/// Everything else: a common URL, or nothing.
async fn nothing_here(here: Here) -> Answer {
    let first = here.uri.path().trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
    match here.tenant(&first) {
        Ok((_, _)) => here.notice(None, Notice::NotFound),
        Err(answer) => *answer,
    }
}

async fn wrong_method(here: Here) -> Answer {
    let mut answer = here.notice(None, Notice::NotFound);
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer
}

async fn asset(here: Here) -> Answer {
    assets::answer(here.uri.path()).unwrap_or_else(|| here.notice(None, Notice::NotFound))
}

async fn choose_language(here: Here) -> Answer {
    language::choose(&here.uri)
}

async fn theme_css(here: Here, Path(tenant): Path<String>) -> Answer {
    match here.tenant(&tenant) {
        Ok((_, tenant)) => match tenant.branding.accent.as_deref().and_then(theme::accent) {
            Some(accent) => theme::answer(accent),
            None => here.notice(None, Notice::NotFound),
        },
        Err(answer) => *answer,
    }
}

/// The logo was checked to be PNG or WebP when it was loaded.
async fn logo(here: Here, Path(tenant): Path<String>) -> http::Response<axum::body::Body> {
    let found = here.tenant(&tenant).ok().and_then(|(_, tenant)| tenant.branding.logo.clone());
    match found {
        Some(bytes) => assets::image(bytes),
        None => here.notice(None, Notice::NotFound).map(axum::body::Body::from),
    }
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
