//! What the guest's own page does: end sessions, leave, erase.

use axum::body::Body;
use axum::extract::Path;

use super::goodbye::ERASE_ACCOUNT_PAGE;
use super::signed_in;
use crate::guests::life::{By, LifeError};
use crate::guests::{end_sessions, erase, leave};
use crate::model::{SessionId, SessionRecord, UserType};
use crate::pages::answers::read;
use crate::pages::notice::Notice;
use crate::pages::visit::{Answer, Here, with_session, without_session};
use crate::signin::methods::{self, AccountGate, account_gate};
use crate::signin::{Destination, SigninError, Ticket, Visit, account_erase};
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
        "end" => end(&here, &visit, &session, &fields).await,
        "leave" if guest && fields.text("answer") == "yes" => {
            match leave::leave(&here.app, &visit.tenant, session.user).await {
                Ok(()) => gone(&here, &visit, "left"),
                Err(error) => here.broken(Some(&visit.tenant), &error),
            }
        }
        "erase" if guest && matches!(fields.text("answer"), "yes" | "both") => {
            if methods::ready(&here.app, &session).await.is_err() {
                return see_other(&format!("/{}/account/erase", visit.tenant.id));
            }
            let too = fields.text("answer") == "both";
            match account_gate(&here.app, &session).await {
                // What was ticked a while ago is asked again, before anything is gone.
                Ok(gate) if too && gate != Some(AccountGate::Open) => return see_other(&erase_account_url(&visit)),
                Ok(_) => {}
                Err(error) => return here.failed(&visit, &error),
            }
            match erase::erase_own(&here.app, &visit.tenant, &session).await {
                Ok(()) if too => erase_account(&here, &visit, &session).await,
                Ok(()) => gone(&here, &visit, "erased"),
                Err(LifeError::NotBound) => see_other(&format!("/{}/account/leave", visit.tenant.id)),
                Err(error) => here.broken(Some(&visit.tenant), &error),
            }
        }
        "erase-account" if fields.text("answer") == "yes" => erase_account(&here, &visit, &session).await,
        "sign-in-again" | "sign-in-to-erase" => {
            let page = if action == "sign-in-again" { ERASE_ACCOUNT_PAGE } else { "account/erase" };
            let visit = Visit { ticket: Ticket::to(Destination::Page { path: page.to_owned() }), ..visit };
            match methods::sign_in_anew(&here.app, &visit, &session).await {
                Ok(()) => see_other(&here.journey_url(&visit, true)),
                Err(error) => here.failed(&visit, &error),
            }
        }
        _ => see_other(&account_url(&visit)),
    }
}

async fn erase_account(here: &Here, visit: &Visit, session: &SessionRecord) -> Answer {
    match account_erase::erase_account(&here.app, session).await {
        Ok(()) => gone(here, visit, "account-erased"),
        Err(SigninError::OutOfStep) => see_other(&erase_account_url(visit)),
        Err(error) => here.failed(visit, &error),
    }
}

fn erase_account_url(visit: &Visit) -> String {
    format!("/{}/{ERASE_ACCOUNT_PAGE}", visit.tenant.id)
}

async fn end(here: &Here, visit: &Visit, session: &SessionRecord, fields: &Form) -> Answer {
    let (app, tenant, user) = (&here.app, &visit.tenant, session.user);
    let ended = match (fields.text("scope"), uuid::Uuid::try_parse(fields.text("session"))) {
        ("others", _) => {
            return match methods::end_others(app, visit, session).await {
                Ok(cookie) => with_session(see_other(&account_url(visit)), Some(&cookie)),
                Err(SigninError::OutOfStep) => see_other(&account_url(visit)),
                Err(error) => here.failed(visit, &error),
            };
        }
        ("all", _) => end_sessions::all(app, tenant, By::User(user), user).await.map(|_| true),
        (_, Ok(id)) => {
            let id = SessionId(id);
            end_sessions::one(app, tenant, By::User(user), user, id).await.map(|ended| ended && id == session.id)
        }
        _ => Ok(false),
    };
    match ended {
        Ok(true) => here.forgets_journeys(see_other(&format!("/{}/sign-out", tenant.id))),
        Ok(false) => see_other(&account_url(visit)),
        Err(error) => here.broken(Some(tenant), &error),
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
