//! To the broker and back: the proxy is the broker's first OIDC client (decision 8, architecture: the second walk).

use std::sync::Arc;
use std::time::Duration;

use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::super::seams::SealPurpose;
use super::super::{Arrival, Body, Plane, detour, local, on_control, visitor, whole};
use crate::clock::random_bytes;
use crate::model::{Application, Tenant, TenantId, Timestamp};
use crate::session::{LOGIN_COOKIE, SESSION_COOKIE, login_cookie, read_cookie, session_cookie};
use crate::urls::APP_CALLBACK;
use crate::web::problem::{self, Link, Problem};

/// Longest place to come back to; a longer one becomes the app's root (decision 9).
const LONGEST: usize = 2 * 1024;
/// Longest sealed `state`; the broker takes no longer one.
const LONGEST_SEALED: usize = 4096;
/// How old a `state` may be: longer than any journey lives.
const OLDEST: Duration = Duration::from_secs(2 * 3600);
/// How often a failed return starts over by itself: first visits in parallel tabs overwrite each other's cookie.
const TRIES: u8 = 2;

/// What travels sealed through the browser while its guest is at the broker.
#[derive(Serialize, Deserialize)]
struct State {
    to: String,
    tenant: TenantId,
    at: Timestamp,
    tries: u8,
    #[serde(default)]
    pin: bool,
}

/// Sends a person to the broker, and remembers in the URL alone where to come back to.
pub(in crate::proxy) fn depart(
    plane: &Plane,
    app: &Application,
    tenant: &Tenant,
    to: &str,
    tries: u8,
    pin: bool,
    headers: &HeaderMap,
) -> Response<Body> {
    let to = if to.len() <= LONGEST && to.starts_with('/') { to } else { "/" };
    let state = State { to: to.to_owned(), tenant: tenant.id, at: plane.clock.now(), tries, pin };
    let seal = |state: &State| {
        let plain = serde_json::to_vec(state).unwrap_or_default();
        plane.seal.seal(SealPurpose::AppState, &app.host, &plain)
    };
    let mut sealed = seal(&state);
    if sealed.len() > LONGEST_SEALED {
        // Escapes in JSON can double what was short enough; then the app's root is where the guest lands.
        sealed = seal(&State { to: "/".to_owned(), ..state });
    }
    // An existing binding is kept, so that parallel tabs share it.
    let known = read_cookie(headers, LOGIN_COOKIE).map(str::to_owned);
    let fresh = known.is_none();
    let binding =
        known.unwrap_or_else(|| data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<32>(plane.random.as_ref())));
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, binding.as_bytes());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &app.id.to_string())
        .append_pair("response_type", "code")
        .append_pair("scope", "openid")
        .append_pair("redirect_uri", &redirect_uri(plane, app))
        .append_pair("state", &sealed)
        .append_pair("code_challenge", &data_encoding::BASE64URL_NOPAD.encode(hash.as_ref()))
        .append_pair("code_challenge_method", "S256")
        .finish();
    let mut response = whole(detour::redirect(&format!("{}?{query}", plane.urls.authorize(tenant.id))));
    if fresh {
        set_cookie(&mut response, &login_cookie(&binding));
    }
    response
}

/// Receives the code: a session that exists already wins, else the code gives one.
pub(super) async fn arrive(plane: &Arc<Plane>, arrival: &Arrival, parts: &Parts) -> Result<Response<Body>, Problem> {
    let (mut code, mut sealed) = (None, None);
    for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
        let slot = match name.as_ref() {
            "code" => &mut code,
            "state" => &mut sealed,
            _ => continue,
        };
        // A parameter that comes twice was tampered with (RFC 6749 §3.1).
        if slot.replace(value.into_owned()).is_some() {
            return Err(Problem::SignInFailed);
        }
    }
    let app = &arrival.app;
    let state = sealed.and_then(|sealed| plane.seal.open_sealed(SealPurpose::AppState, &app.host, &sealed));
    let Some(state) = state.and_then(|plain| serde_json::from_slice::<State>(&plain).ok()) else {
        return Ok(failed(plane, arrival, "/"));
    };
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
        return Ok(local(plane, app, &state.to));
    }
    if now.since(state.at) > OLDEST {
        return Ok(failed(plane, arrival, &state.to));
    }
    let (Some(code), Some(binding)) = (code, read_cookie(&parts.headers, LOGIN_COOKIE)) else {
        return Ok(again(plane, arrival, &state, parts));
    };
    let sessions = Arc::clone(&plane.sessions);
    let (host, id, uri) = (app.host.clone(), app.id, redirect_uri(plane, app));
    let (binding, old) = (binding.to_owned(), read_cookie(&parts.headers, SESSION_COOKIE).map(str::to_owned));
    let (tenant, pin) = (state.tenant, state.pin);
    let attached = on_control(plane, async move {
        let Some(session) = sessions.redeem_code(&code, id, &uri, &binding).await? else { return Ok(None) };
        if session.record().tenant != tenant {
            return Ok(None);
        }
        sessions.attach(&host, old.as_deref(), &session, pin).await.map(Some)
    });
    let Some(cookie) = attached.await? else { return Ok(again(plane, arrival, &state, parts)) };
    let mut response = local(plane, app, &state.to);
    set_cookie(&mut response, &session_cookie(&cookie));
    Ok(response)
}

fn again(plane: &Plane, arrival: &Arrival, state: &State, parts: &Parts) -> Response<Body> {
    let snapshot = plane.snapshot.load();
    match snapshot.tenant(state.tenant) {
        Some(tenant) if state.tries < TRIES => {
            depart(plane, &arrival.app, tenant, &state.to, state.tries + 1, state.pin, &parts.headers)
        }
        _ => failed(plane, arrival, &state.to),
    }
}

fn failed(plane: &Plane, arrival: &Arrival, to: &str) -> Response<Body> {
    let href = format!("{}{to}", plane.settings.origin_of(&arrival.app.host));
    let link = Link { label: problem::words("problem-start-again"), href: &href };
    whole(problem::page(Problem::SignInFailed, &arrival.request_id.to_string(), Some(link), false))
}

fn redirect_uri(plane: &Plane, app: &Application) -> String {
    format!("{}{APP_CALLBACK}", plane.settings.origin_of(&app.host))
}

pub(super) fn set_cookie(response: &mut Response<Body>, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
