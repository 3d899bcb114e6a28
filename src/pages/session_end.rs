//! Signing out at the broker.

use axum::body::Body;
use axum::extract::Path;

use super::answers::read;
use super::chrome::Form;
use super::sign_in::Continue;
use super::sign_out::{SignOutConfirm, SignedOut};
use super::visit::{Answer, Here, without_session};
use crate::guests::change_sign_in;
use crate::signin::{Destination, Ticket, Visit, advance, end, home_sign_out};
use crate::web::interstitial::{Destination as Onward, see_other};
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
    let changing = match change_sign_in::is_under_way(&here.app, &visit).await {
        Ok(changing) => changing,
        Err(error) => return here.failed(&visit, &error),
    };
    if scene.session.is_none() && scene.journey.stranger.is_none() && !changing {
        // A link of another site must not cost anybody the sign-in that is in progress: only the form below renews the
        // cookie.
        return signed_out_page(&here, &visit);
    }
    render::page(&SignOutConfirm {
        form: Form {
            action: format!("/{}/sign-out", visit.tenant.id),
            ticket: String::new(),
            csrf: here.form_token(&visit, scene.user().map(|(user, _)| user)),
        },
        home: match &scene.session {
            Some(session) => home_sign_out::offered(&here.app, &visit, session).await,
            None => None,
        },
        changing,
        stay_url: scene.session.is_some().then(|| here.app.urls.panel(visit.tenant.id)),
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
    let everywhere = fields.text("scope") == "everywhere";
    let renewed = here.new_browser();
    let home = match &scene.session {
        Some(session) if fields.text("scope") == "home" => {
            home_sign_out::prepare(&here.app, &visit, session, &renewed).await
        }
        _ => Ok(None),
    };
    let home = match home {
        Ok(home) => home,
        Err(error) => return here.failed(&visit, &error),
    };
    if let Err(error) = end::sign_out(&here.app, &visit, everywhere).await {
        return here.failed(&visit, &error);
    }
    let now = here.app.clock.now();
    let somebody =
        visit.handle.as_ref().is_some_and(|handle| handle.sessions().any(|(_, session)| session.is_live(now)));
    let next = home.map(|id| format!("/home/{id}")).unwrap_or_default();
    let answer = renewed.given(see_other(&format!("/{}/sign-out{next}", visit.tenant.id)));
    if somebody { answer } else { without_session(answer) }
}

/// `GET /{tenant}/sign-out/home/{id}`: signed out here; goes on to the home organization, which sends the browser back.
pub async fn home(here: Here, Path((tenant, id)): Path<(String, String)>) -> Answer {
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let way = match home_sign_out::leave(&here.app, &visit, &id).await {
        Ok(way) => way,
        Err(error) => return here.failed(&visit, &error),
    };
    match way.as_deref().and_then(Onward::parse) {
        Some(destination) => render::page(&Continue { chrome: here.chrome(Some(&visit.tenant)), destination }),
        None => see_other(&format!("/{}/sign-out", visit.tenant.id)),
    }
}

fn signed_out_page(here: &Here, visit: &Visit) -> Answer {
    render::page(&SignedOut {
        chrome: here.chrome(Some(&visit.tenant)),
        again_url: Some(here.app.urls.panel(visit.tenant.id)),
    })
}
