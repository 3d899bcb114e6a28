//! What the guest's own page does: end sessions, leave, erase.

use axum::body::Body;
use axum::extract::Path;

use super::signed_in;
use crate::guests::{erase, leave, life};
use crate::model::{SessionId, UserType};
use crate::pages::answers::read;
use crate::pages::notice::Notice;
use crate::pages::visit::{Answer, Here, without_session};
use crate::signin::Visit;
use crate::web::form::Form;
use crate::web::interstitial::see_other;

/// `POST /{tenant}/account/do/{action}`.
pub async fn act(here: Here, Path((tenant, action)): Path<(String, String)>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let (visit, _, session) = match signed_in(&here, &tenant, "account").await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if !here.is_ours(&visit, Some(session.user), &fields) {
        let mut answer = here.notice(Some(&visit.tenant), Notice::StartAgain { url: Some(account_url(&visit)) });
        *answer.status_mut() = http::StatusCode::FORBIDDEN;
        return answer;
    }
    let guest = session.user_type == UserType::Guest;
    match action.as_str() {
        "end" => end(&here, &visit, session.user, session.id, &fields).await,
        "leave" if guest && fields.text("answer") == "yes" => {
            match leave::leave(&here.app, &visit.tenant, session.user).await {
                Ok(()) => gone(&here, &visit, "left"),
                Err(error) => here.broken(Some(&visit.tenant), &error),
            }
        }
        "erase" if guest && fields.text("answer") == "yes" => {
            let by = life::By::User(session.user);
            match erase::erase(&here.app, &visit.tenant, by, session.user).await {
                Ok(()) => gone(&here, &visit, "erased"),
                Err(error) => here.broken(Some(&visit.tenant), &error),
            }
        }
        _ => see_other(&account_url(&visit)),
    }
}

async fn end(here: &Here, visit: &Visit, user: crate::model::UserId, current: SessionId, fields: &Form) -> Answer {
    let (app, tenant) = (&here.app, visit.tenant.id);
    let ended = match (fields.text("scope"), uuid::Uuid::try_parse(fields.text("session"))) {
        ("others", _) => app.sessions.end_others_of(tenant, user, current).await.map(|_| false),
        ("all", _) => match app.sessions.end_others_of(tenant, user, current).await {
            Ok(_) => app.sessions.end_one_of(tenant, user, current).await.map(|_| true),
            Err(error) => Err(error),
        },
        (_, Ok(id)) => {
            let id = SessionId(id);
            app.sessions.end_one_of(tenant, user, id).await.map(|ended| ended && id == current)
        }
        _ => Ok(false),
    };
    match ended {
        Ok(true) => here.forgets_journeys(see_other(&format!("/{tenant}/sign-out"))),
        Ok(false) => see_other(&account_url(visit)),
        Err(error) => here.broken(Some(&visit.tenant), &error),
    }
}

/// The guest is gone: what this browser had here goes too, unless it serves other organizations.
fn gone(here: &Here, visit: &Visit, done: &str) -> Answer {
    let answer = here.forgets_journeys(see_other(&format!("/{}/leave?done={done}", visit.tenant.id)));
    let now = here.app.clock.now();
    let others = visit.handle.as_ref().is_some_and(|handle| {
        handle.sessions().any(|(tenant, session)| *tenant != visit.tenant.id && session.is_live(now))
    });
    if others { answer } else { without_session(answer) }
}

fn account_url(visit: &Visit) -> String {
    format!("/{}/account", visit.tenant.id)
}
