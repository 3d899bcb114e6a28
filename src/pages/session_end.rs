//! Signing out at the broker.

use axum::body::Body;
use axum::extract::Path;

use super::answers::read;
use super::chrome::Form;
use super::sign_out::{SignOutConfirm, SignedOut};
use super::visit::{Answer, Here, without_session};
use crate::signin::{Destination, Ticket, Visit, advance};
use crate::web::interstitial::see_other;
use crate::web::render;

/// `GET /{tenant}/sign-out`: asks how far.
pub async fn ask(here: Here, Path(tenant): Path<String>) -> Answer {
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let scene = match advance(&here.app, &visit).await {
        Ok(scene) => scene,
        Err(error) => return here.failed(&visit, &error),
    };
    if scene.session.is_none() && scene.journey.stranger.is_none() {
        return signed_out_page(&here, &visit);
    }
    render::page(&SignOutConfirm {
        form: Form {
            action: format!("/{}/sign-out", visit.tenant.id),
            ticket: String::new(),
            csrf: here.form_token(&visit, scene.user().map(|(user, _)| user)),
        },
        stay_url: Some(here.app.urls.panel(visit.tenant.id)),
        chrome: here.chrome_of(&visit, &scene),
    })
}

/// `POST /{tenant}/sign-out`: ends this organization's session, or every session of the browser.
pub async fn end(here: Here, Path(tenant): Path<String>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let scene = match advance(&here.app, &visit).await {
        Ok(scene) => scene,
        Err(error) => return here.failed(&visit, &error),
    };
    if !here.is_ours(&visit, scene.user().map(|(user, _)| user), &fields) {
        return see_other(&format!("/{}/sign-out", visit.tenant.id));
    }
    let ended = match (&visit.cookie, &scene.session) {
        (Some(cookie), _) if fields.text("scope") == "everywhere" => {
            here.app.sessions.end_handle(&visit.host, cookie).await.map(|()| true)
        }
        (_, Some(session)) => here.app.sessions.end(visit.tenant.id, session.id).await.map(|()| false),
        _ => Ok(false),
    };
    let forgotten = visit.forget(&here.app).await;
    match (ended, forgotten) {
        (Ok(everywhere), Ok(())) => {
            let answer = see_other(&format!("/{}/sign-out", visit.tenant.id));
            let alone = visit.handle.as_ref().is_none_or(|handle| handle.sessions().count() <= 1);
            if everywhere || alone { without_session(answer) } else { answer }
        }
        (Err(error), _) => here.broken(Some(&visit.tenant), &error),
        (_, Err(error)) => here.failed(&visit, &error),
    }
}

fn signed_out_page(here: &Here, visit: &Visit) -> Answer {
    render::page(&SignedOut {
        chrome: here.chrome(Some(&visit.tenant)),
        again_url: Some(here.app.urls.panel(visit.tenant.id)),
    })
}
