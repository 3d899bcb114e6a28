//! Mounts the pages of the admin host.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;

use super::here::Here;
use super::{actions, explain, guests, import, invite, sign_in, sign_out};
use crate::app::App;
use crate::urls::APP_CALLBACK;
use crate::web::answer::Answer;
use crate::web::interstitial::see_other;
use crate::web::site::common;

/// The admin host's routes.
pub fn router() -> Router<Arc<App>> {
    let own = Router::new()
        .route("/", get(root))
        .route(APP_CALLBACK, get(sign_in::callback))
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
        .route("/{tenant}/sign-out", get(sign_out::ask).post(sign_out::end));
    common::<App, Here>(own)
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
