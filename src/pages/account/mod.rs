//! The guest's own page: organizations, sessions, ways to sign in, what was accepted, data and the way out.

mod acts;
pub mod apps;
mod change_sign_in;
mod goodbye;
mod leave;
mod reviews;
pub mod views;

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};

use super::chrome::Form;
use super::coming;
use super::visit::{Answer, Here, with_session};
use crate::app::App;
use crate::guests::organizations::{Standing, organizations};
use crate::guests::{export, life};
use crate::mail::browser::browser_name;
use crate::model::{Method, SessionRecord, Timestamp, UserType};
use crate::signin::{Destination, Scene, Ticket, Visit, advance};
use crate::urls::methods_path;
use crate::web::interstitial::see_other;
use crate::web::render;
use views::{Account, OrganizationLine, SessionLine};

/// The routes of these pages.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/{tenant}/account", get(show))
        .route("/{tenant}/account/export", get(export_file))
        .route("/{tenant}/account/apps", get(apps::show).post(apps::withdraw))
        .route("/{tenant}/account/leave", get(goodbye::ask_to_leave))
        .route("/{tenant}/account/erase", get(goodbye::ask_to_erase))
        .route("/{tenant}/account/erase-account", get(goodbye::ask_to_erase_account))
        .route("/{tenant}/account/sign-in", get(change_sign_in::show))
        .route("/{tenant}/account/sign-in/{action}", post(change_sign_in::act))
        .route("/{tenant}/account/do/{action}", post(acts::act))
        .route("/{tenant}/leave", get(leave::show))
        .route("/{tenant}/leave/{action}", post(leave::act))
        .route("/{tenant}/reviews/{review}", get(reviews::show).post(reviews::decide))
}

/// Who is signed in on one of these pages; whoever is not signs in and comes back to it. What is left to agree to keeps
/// nobody from these pages: leaving must be possible without agreeing first. A second factor that is due comes before them:
/// they hold what the first one alone must not reach.
pub(super) async fn signed_in(
    here: &Here,
    tenant: &str,
    path: &str,
) -> Result<(Visit, Scene, Arc<SessionRecord>), Box<Answer>> {
    let visit = here.visit(tenant, Ticket::to(Destination::Page { path: path.to_owned() })).await?;
    match advance(&here.app, &visit).await {
        Ok(scene) => match scene.session.clone() {
            Some(session) if !session.lacks_second_factor(&visit.tenant, false) => Ok((visit, scene, session)),
            _ => {
                let answer = see_other(&here.journey_url(&visit, false));
                Err(Box::new(with_session(answer, scene.new_cookie.as_deref())))
            }
        },
        Err(error) => Err(Box::new(here.failed(&visit, &error))),
    }
}

/// A form of these pages.
pub(super) fn form(here: &Here, visit: &Visit, session: &SessionRecord, action: &str) -> Form {
    Form {
        action: format!("/{}/{action}", visit.tenant.id),
        ticket: visit.ticket.seal(&here.app.keys, visit.tenant.id),
        csrf: here.form_token(visit, Some(session.user)),
    }
}

/// `GET /{tenant}/account`.
async fn show(here: Here, Path(tenant): Path<String>) -> Answer {
    let (visit, scene, session) = match signed_in(&here, &tenant, "account").await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let own = match organizations(&here.app, &visit.snapshot, &session).await {
        Ok(own) => own,
        Err(error) => return here.broken(Some(&visit.tenant), &error),
    };
    let open = match here.app.sessions.of_user(visit.tenant.id, session.user).await {
        Ok(open) => open,
        Err(error) => return here.broken(Some(&visit.tenant), &error),
    };
    let chrome = here.chrome_of(&visit, &scene);
    let lines = own.iter().map(|organization| OrganizationLine {
        name: organization.name.clone(),
        domain: organization.primary_domain.clone(),
        here: organization.current,
        standing: chrome.say(match organization.standing {
            Standing::Member => "account-member",
            Standing::Guest => "account-guest",
            Standing::Invited => "account-invited",
            Standing::Blocked => "account-blocked",
        }),
        switch_url: (!organization.current && organization.standing != Standing::Blocked)
            .then(|| here.app.urls.panel(organization.tenant)),
        leave_url: match organization.standing {
            Standing::Guest => Some(format!("/{}/account/leave", organization.tenant)),
            // Whoever cannot sign in there leaves by the mailbox.
            Standing::Blocked | Standing::Invited => Some(format!("/{}/leave", organization.tenant)),
            Standing::Member => None,
        },
    });
    let organizations = lines.collect();
    let sessions = open
        .iter()
        .map(|other| {
            let record = other.record();
            SessionLine {
                id: record.id.0.to_string(),
                browser: browser_name(&chrome.language, record.agent.as_deref()),
                started: moment(record.signed_in_at),
                used: moment(other.last_used()),
                current: record.id == session.id,
            }
        })
        .collect();
    let guest = session.user_type == UserType::Guest;
    let base = format!("/{}/account", visit.tenant.id);
    render::page(&Account {
        form: form(&here, &visit, &session, "account/do/end"),
        name: session.display_name.clone(),
        address: session.mail.as_ref().or(session.verified_address.as_ref()).map(ToString::to_string),
        coming: coming::lines(&here, &visit, &scene),
        organizations,
        sessions,
        panel_url: here.app.urls.panel(visit.tenant.id),
        methods_url: methods_path(visit.tenant.id),
        accepted_url: guest.then(|| format!("{base}/accepted")),
        apps_url: format!("{base}/apps"),
        change_url: (guest && session.reviewed).then(|| format!("{base}/sign-in")),
        export_url: guest.then(|| format!("{base}/export")),
        erase_url: (guest && session.reviewed).then(|| format!("{base}/erase")),
        erase_account_url: (session.identity.method == Method::PersonalAccount)
            .then(|| format!("{base}/erase-account")),
        chrome,
    })
}

/// `GET /{tenant}/account/export`: everything that the organization holds about the guest, as a file.
async fn export_file(here: Here, Path(tenant): Path<String>) -> Answer {
    let (visit, _, session) = match signed_in(&here, &tenant, "account").await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let user = match life::named(&here.app, &visit.tenant, &session.user.to_string()).await {
        Ok(user) => user,
        Err(error) => return here.broken(Some(&visit.tenant), &error),
    };
    match export::export(&here.app, &visit.tenant, &user).await {
        Ok(everything) => {
            let mut answer = Answer::new(format!("{everything:#}\n"));
            let headers = answer.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.insert(
                CONTENT_DISPOSITION,
                HeaderValue::from_static("attachment; filename=\"what-is-known-about-me.json\""),
            );
            headers.insert(http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            answer
        }
        Err(error) => here.broken(Some(&visit.tenant), &error),
    }
}

/// A time for machines, and for people (UTC, to the minute).
fn moment(at: Timestamp) -> (String, String) {
    let machine = at.to_string();
    let people = machine.chars().take(16).collect::<String>().replace('T', " ");
    (machine, format!("{people} UTC"))
}
