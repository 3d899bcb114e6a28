//! Mounts the pages of the admin host.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::routing::get;
use http::{Response, StatusCode};

use super::here::Here;
use super::{actions, explain, guests, import, invite, sign_in, sign_out};
use crate::app::App;
use crate::urls::{APP_CALLBACK, LANGUAGE};
use crate::web::answer::Answer;
use crate::web::interstitial::see_other;
use crate::web::notice::Notice;
use crate::web::{assets, language, theme};

/// The admin host's routes.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(root))
        .route(APP_CALLBACK, get(sign_in::callback))
        .route("/assets/{hash}/{name}", get(asset))
        .route(LANGUAGE, get(choose_language))
        .route("/{tenant}", get(front))
        .route("/{tenant}/", get(front))
        .route("/{tenant}/guests", get(guests::list))
        .route("/{tenant}/guests/invite", get(invite::ask).post(invite::answer))
        .route("/{tenant}/guests/import", get(import::ask).post(import::take))
        .route("/{tenant}/guests/import/{file}", get(import::show).post(import::perform))
        .route("/{tenant}/guests/import/{file}/results.csv", get(import::download))
        .route("/{tenant}/guests/{guest}", get(guests::show))
        .route("/{tenant}/guests/{guest}/{action}", get(actions::ask).post(actions::perform))
        .route("/{tenant}/explain", get(explain::page))
        .route("/{tenant}/sign-out", get(sign_out::ask).post(sign_out::end))
        .route("/{tenant}/theme.css", get(theme_css))
        .route("/{tenant}/logo", get(logo))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
}

async fn root(here: Here) -> Answer {
    here.common()
}

/// `GET /{tenant}`: the first page is *Guests*.
async fn front(here: Here, Path(tenant): Path<String>) -> Answer {
    match here.tenant(&tenant) {
        Ok((_, tenant)) => see_other(&format!("/{}/guests", tenant.id)),
        Err(answer) => *answer,
    }
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

async fn choose_language(here: Here) -> Answer {
    language::choose(&here.uri)
}

async fn asset(here: Here) -> Answer {
    assets::answer(here.uri.path()).unwrap_or_else(|| here.notice(None, Notice::NotFound))
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

async fn logo(here: Here, Path(tenant): Path<String>) -> Response<Body> {
    match here.tenant(&tenant).ok().and_then(|(_, tenant)| tenant.branding.logo.clone()) {
        Some(bytes) => assets::image(bytes),
        None => here.notice(None, Notice::NotFound).map(Body::from),
    }
}
