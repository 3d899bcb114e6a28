//! To the broker and back: the admin host is one more first-party client of the code flow (decision 8).

use http::StatusCode;

use super::here::Here;
use crate::model::Tenant;
use crate::web::answer::{Answer, set_cookie, with_session};
use crate::web::audience::{Audience, audience};
use crate::web::code_flow::State;
use crate::web::interstitial::see_other;
use crate::web::notice::Notice;
use crate::web::problem::{self, Problem};

/// Nobody is signed in to this tenant here: people are led to the broker, machines are told.
pub fn required(here: &Here, tenant: &Tenant) -> Answer {
    let login = format!("{}/{}", here.origin(), tenant.id);
    match audience(&here.method, &here.headers) {
        Audience::Page => depart(here, State::new(tenant.id, here.target(), here.app.clock.now())),
        Audience::Form | Audience::Frame => {
            let mut answer = here.notice(Some(tenant), Notice::StartAgain { url: Some(login) });
            *answer.status_mut() = StatusCode::UNAUTHORIZED;
            answer
        }
        Audience::Grpc | Audience::Machine => json(here, Problem::SignInRequired, &[("login_url", &login)]),
    }
}

/// Somebody is signed in who does not administer this tenant. The broker's page says so, and lets them switch.
pub fn refused(here: &Here, tenant: &Tenant) -> Answer {
    match audience(&here.method, &here.headers) {
        Audience::Page => depart(here, State::new(tenant.id, here.target(), here.app.clock.now())),
        Audience::Form | Audience::Frame => {
            let mut answer = here.notice(Some(tenant), Notice::StartAgain { url: Some(format!("/{}", tenant.id)) });
            *answer.status_mut() = StatusCode::FORBIDDEN;
            answer
        }
        Audience::Grpc | Audience::Machine => json(here, Problem::NoAdministrator, &[]),
    }
}

fn json(here: &Here, problem: Problem, extra: &[(&str, &str)]) -> Answer {
    let answer = problem::json(problem, &here.client.request_id.to_string(), extra);
    answer.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn depart(here: &Here, state: State) -> Answer {
    let departure = here.with_client(|client| client.depart(state, &here.headers));
    let mut answer = see_other(&departure.url);
    if let Some(cookie) = departure.cookie {
        set_cookie(&mut answer, &cookie);
    }
    answer
}

/// `GET /.vestibule/callback`: a session that exists already wins, else the code gives one.
pub async fn callback(here: Here) -> Answer {
    let returned = here.with_client(|client| client.read(here.uri.query().unwrap_or_default()));
    let Ok(returned) = returned else { return failed(&here, None) };
    let Some(state) = returned.state else { return failed(&here, None) };
    let now = here.app.clock.now();
    let handle = match here.handle().await {
        Ok(handle) => handle,
        Err(answer) => return *answer,
    };
    let existing = handle.as_ref().and_then(|(_, handle)| handle.session(state.tenant));
    if existing.is_some_and(|session| session.is_live(now)) {
        return back(&here, &state);
    }
    if state.is_over(now) {
        return failed(&here, Some(&state));
    }
    let shown = here.with_client(|client| client.redemption(returned.code, &state, &here.headers));
    let Some(shown) = shown else { return again(&here, &state) };
    match here.app.sessions.redeem(shown).await {
        Ok(Some(cookie)) => with_session(back(&here, &state), Some(&cookie)),
        Ok(None) => again(&here, &state),
        Err(error) => here.broken(None, &error),
    }
}

/// Absolute, so that a path can never be read as another host.
fn back(here: &Here, state: &State) -> Answer {
    see_other(&format!("{}{}", here.origin(), state.to))
}

fn again(here: &Here, state: &State) -> Answer {
    let known = here.app.snapshot.load().tenant(state.tenant).is_some();
    match state.again(here.app.clock.now()).filter(|_| known) {
        Some(state) => depart(here, state),
        None => failed(here, Some(state)),
    }
}

fn failed(here: &Here, state: Option<&State>) -> Answer {
    here.notice(None, Notice::StartAgain { url: state.map(|state| state.to.clone()) })
}
