//! To the broker and back: the proxy is the broker's first OIDC client (decision 8, architecture: the second walk).

use std::sync::Arc;

use http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response};

use super::super::permit::{Detour, permit};
use super::super::seams::SealPurpose;
use super::super::{Arrival, Body, Plane, detour, local, on_control, visitor, whole};
use crate::model::{Application, TenantId};
use crate::session::{LOGIN_COOKIE, Session, read_cookie, session_cookie};
use crate::web::code_flow::{Client, State};
use crate::web::csrf::Seal;
use crate::web::language;
use crate::web::problem::{self, Link, Problem};

/// So many returns to one place within half a minute are no person's doing.
const ROUNDS: u64 = 4;

/// Seals `state` with the proxy's part of the keys.
struct StateSeal<'a>(&'a Plane);

impl Seal for StateSeal<'_> {
    fn seal(&self, context: &str, plain: &[u8]) -> String {
        self.0.seal.seal(SealPurpose::AppState, context, plain)
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        self.0.seal.open_sealed(SealPurpose::AppState, context, sealed)
    }
}

/// The host of `app` as a client of the broker.
fn client<'a>(plane: &'a Plane, app: &'a Application, seal: &'a StateSeal<'a>) -> Client<'a> {
    Client {
        id: app.id,
        host: &app.host,
        origin: plane.settings.origin_of(&app.host),
        seal,
        urls: &plane.urls,
        random: plane.random.as_ref(),
    }
}

/// Sends a person to the broker, and remembers in the URL alone where to come back to.
pub(in crate::proxy) fn depart(plane: &Plane, app: &Application, state: State, headers: &HeaderMap) -> Response<Body> {
    leave(plane, app, state, headers).0
}

/// The same, and what binds the browser.
pub(in crate::proxy) fn leave(
    plane: &Plane,
    app: &Application,
    state: State,
    headers: &HeaderMap,
) -> (Response<Body>, String) {
    let departure = client(plane, app, &StateSeal(plane)).depart(state, headers);
    let mut response = whole(detour::redirect(&departure.url));
    if let Some(cookie) = departure.cookie {
        set_cookie(&mut response, &cookie);
    }
    (response, departure.binding)
}

/// Receives the code: a session that exists already wins, else the code gives one.
pub(super) async fn arrive(plane: &Arc<Plane>, arrival: &Arrival, parts: &Parts) -> Result<Response<Body>, Problem> {
    let app = &arrival.app;
    let seal = StateSeal(plane);
    let client = client(plane, app, &seal);
    let returned = client.read(parts.uri.query().unwrap_or_default()).map_err(|_| Problem::SignInFailed)?;
    let Some(state) = returned.state else { return Ok(failed(plane, arrival, parts, "/")) };
    let now = plane.clock.now();
    let visitor = visitor(plane, &app.host, &parts.headers).await?;
    let existing = visitor.as_ref().and_then(|visitor| visitor.handle.session(state.tenant));
    if existing.is_some_and(|session| session.is_live(now)) {
        // A repeated callback, or the second of many tabs: straight on, whatever the code is worth. What the guest has
        // just agreed to may have been recorded by another node, so memory is not good enough here.
        if let Some(visitor) = &visitor {
            let (sessions, host, cookie) = (Arc::clone(&plane.sessions), app.host.clone(), visitor.cookie.clone());
            let (tenant, pin) = (state.tenant, state.pin);
            on_control(plane, async move {
                sessions.refresh(&host, &cookie).await?;
                if pin { sessions.pin(&host, &cookie, tenant).await } else { Ok(()) }
            })
            .await?;
        }
        // Signed in, and yet the app would not be reached: what the broker took for done is not done here.
        let stuck = existing.is_some_and(|session| !may_pass(plane, app, state.tenant, session));
        if stuck && goes_round(plane, &state, &parts.headers).await? {
            return Ok(explained(Problem::SignInLoop, plane, arrival, parts, &state.to));
        }
        return Ok(local(plane, app, &state.to));
    }
    if state.is_over(now) {
        return Ok(failed(plane, arrival, parts, &state.to));
    }
    let Some(shown) = client.redemption(returned.code, &state, &parts.headers) else {
        return Ok(again(plane, arrival, &state, parts));
    };
    let sessions = Arc::clone(&plane.sessions);
    let redeemed = on_control(plane, async move { sessions.redeem(shown).await });
    let Some(cookie) = redeemed.await? else { return Ok(again(plane, arrival, &state, parts)) };
    if goes_round(plane, &state, &parts.headers).await? {
        return Ok(explained(Problem::SignInLoop, plane, arrival, parts, &state.to));
    }
    let mut response = local(plane, app, &state.to);
    set_cookie(&mut response, &session_cookie(&cookie));
    Ok(response)
}

fn again(plane: &Plane, arrival: &Arrival, state: &State, parts: &Parts) -> Response<Body> {
    let known = plane.snapshot.load().tenant(state.tenant).is_some();
    match state.again(plane.clock.now()).filter(|_| known) {
        Some(state) => depart(plane, &arrival.app, state, &parts.headers),
        // We set the cookie each time we sent the browser away, and it came back without one.
        None if read_cookie(&parts.headers, LOGIN_COOKIE).is_none() => {
            explained(Problem::CookiesBlocked, plane, arrival, parts, &state.to)
        }
        None => failed(plane, arrival, parts, &state.to),
    }
}

/// Whether the session that the browser has is good for the app, but for an assignment, which has a page of its own.
fn may_pass(plane: &Plane, app: &Application, tenant: TenantId, session: &Session) -> bool {
    let snapshot = plane.snapshot.load();
    let Some(tenant) = snapshot.tenant(tenant) else { return true };
    let judged = permit(app, tenant, Some(session), plane.clock.now(), &snapshot);
    !matches!(judged, Err(Detour::SignIn | Detour::SecondFactor | Detour::Agree))
}

/// Whether this browser has come back to the same place more often than a person does. Browsers give up after twenty
/// redirects and say nothing that helps; each round has three or four.
async fn goes_round(plane: &Arc<Plane>, state: &State, headers: &HeaderMap) -> Result<bool, Problem> {
    let Some(browser) = read_cookie(headers, LOGIN_COOKIE).map(str::to_owned) else { return Ok(false) };
    let (sessions, tenant, to, left) = (Arc::clone(&plane.sessions), state.tenant, state.to.clone(), state.at);
    let count = on_control(plane, async move { sessions.count_return(tenant, &browser, &to, left).await }).await?;
    Ok(count >= ROUNDS)
}

fn failed(plane: &Plane, arrival: &Arrival, parts: &Parts, to: &str) -> Response<Body> {
    explained(Problem::SignInFailed, plane, arrival, parts, to)
}

fn explained(problem: Problem, plane: &Plane, arrival: &Arrival, parts: &Parts, to: &str) -> Response<Body> {
    let href = format!("{}{to}", plane.settings.origin_of(&arrival.app.host));
    let language = language::of_browser(parts.headers.get(ACCEPT_LANGUAGE));
    let link = Link { label: language.say("problem-start-again"), href: &href };
    whole(problem::page(problem, &language, &arrival.request_id.to_string(), Some(link), false))
}

pub(super) fn set_cookie(response: &mut Response<Body>, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
