//! What every host of pages serves alike: files, the language switch, a tenant's look, and the answer to everything else.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, Uri};

use super::answer::Answer;
use super::notice::Notice;
use super::{assets, language, theme};
use crate::model::Tenant;
use crate::urls::LANGUAGE;

/// A request on one host of pages, with the bench `S`.
pub trait Site<S>: FromRequestParts<Arc<S>> + Send + 'static {
    /// Path and query as sent.
    fn uri(&self) -> &Uri;
    /// The tenant that a text in the path names, or the page for anything unknown.
    fn tenant_named(&self, text: &str) -> Result<Arc<Tenant>, Box<Answer>>;
    /// What is the matter, on no tenant's behalf.
    fn says(&self, notice: Notice) -> Answer;
}

/// Adds it to the routes of a host.
pub fn common<S, H>(router: Router<Arc<S>>) -> Router<Arc<S>>
where
    S: Send + Sync + 'static,
    H: Site<S>,
{
    router
        .route("/assets/{hash}/{name}", get(asset::<S, H>))
        .route(LANGUAGE, get(choose_language::<S, H>))
        .route("/{tenant}/theme.css", get(theme_css::<S, H>))
        .route("/{tenant}/logo", get(logo::<S, H>))
        .fallback(nothing_here::<S, H>)
        .method_not_allowed_fallback(wrong_method::<S, H>)
}

/// Everything else: a common URL, or nothing.
async fn nothing_here<S, H: Site<S>>(here: H) -> Answer {
    let first = here.uri().path().trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
    match here.tenant_named(&first) {
        Ok(_) => here.says(Notice::NotFound),
        Err(answer) => *answer,
    }
}

async fn wrong_method<S, H: Site<S>>(here: H) -> Answer {
    let mut answer = here.says(Notice::NotFound);
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer
}

async fn asset<S, H: Site<S>>(here: H) -> Answer {
    assets::answer(here.uri().path()).unwrap_or_else(|| here.says(Notice::NotFound))
}

async fn choose_language<S, H: Site<S>>(here: H) -> Answer {
    language::choose(here.uri())
}

async fn theme_css<S, H: Site<S>>(here: H, Path(tenant): Path<String>) -> Answer {
    match here.tenant_named(&tenant) {
        Ok(tenant) => match tenant.branding.accent.as_deref().and_then(theme::accent) {
            Some(accent) => theme::answer(accent),
            None => here.says(Notice::NotFound),
        },
        Err(answer) => *answer,
    }
}

/// The logo was checked to be PNG or WebP when it was loaded.
async fn logo<S, H: Site<S>>(here: H, Path(tenant): Path<String>) -> Response {
    match here.tenant_named(&tenant).ok().and_then(|tenant| tenant.branding.logo.clone()) {
        Some(bytes) => assets::image(bytes),
        None => here.says(Notice::NotFound).map(Body::from),
    }
}
