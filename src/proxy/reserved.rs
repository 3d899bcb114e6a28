//! `/.vestibule/`: the one path of an app's host that is ours and that no app ever sees (decision 8).

mod journey;
mod sign_out;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use hyper::body::Incoming;

pub(super) use journey::{depart, leave};

use super::detour::{self, Audience, Reader};
use super::permit::{Detour, permit};
use super::{Arrival, Body, Plane, Visitor, entry, kept, route, visitor, whole};
use crate::model::{Mode, Tenant};
use crate::snapshot::Snapshot;
use crate::urls::{APP_AUTH, APP_CALLBACK, APP_FORM, APP_JWKS, APP_ME, APP_SIGN_OUT};
use crate::web::problem::{self, Problem};

/// Whether a path, or path and query, lies in the reserved part in *any* spelling: another spelling is refused as well,
/// because an app might decode it and set up shop there.
pub(super) fn is_reserved(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    if !path.starts_with("/.") && !path.starts_with("/%") && !path.starts_with("//") {
        return false;
    }
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy().to_ascii_lowercase();
    let bare = decoded.trim_start_matches('/');
    bare.strip_prefix(".vestibule").is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ';', '?', '\\']))
}

pub(super) async fn serve(
    plane: &Arc<Plane>,
    arrival: &Arrival,
    parts: Parts,
    incoming: Incoming,
    audience: Audience,
) -> Result<Response<Body>, Problem> {
    let reads = parts.method == Method::GET || parts.method == Method::HEAD;
    match (parts.uri.path(), reads) {
        (APP_CALLBACK, true) => journey::arrive(plane, arrival, &parts).await,
        (APP_SIGN_OUT, true) => sign_out::ask(plane, arrival, &parts).await,
        (APP_SIGN_OUT, false) if parts.method == Method::POST => sign_out::end(plane, arrival, &parts, incoming).await,
        (APP_FORM, true) => kept::ask(plane, arrival, &parts).await,
        (APP_ME, true) => me(plane, arrival, &parts).await,
        (APP_AUTH, _) => auth(plane, arrival, &parts).await,
        (APP_JWKS, true) => Ok(jwks(plane, arrival)),
        (APP_CALLBACK | APP_SIGN_OUT | APP_FORM | APP_ME | APP_JWKS, _) => Ok(wrong_method(&parts, audience, arrival)),
        _ => Err(Problem::NotFound),
    }
}

fn wrong_method(parts: &Parts, audience: Audience, arrival: &Arrival) -> Response<Body> {
    let reader = Reader { audience, ..Reader::of(&parts.method, &parts.headers) };
    let mut response = detour::refuse(Problem::MethodNotAllowed, reader, &arrival.request_id.to_string());
    let allowed = if parts.uri.path() == APP_SIGN_OUT { "GET, HEAD, POST" } else { "GET, HEAD" };
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    whole(response)
}

/// The tenant of a reserved address: the host's, else the query's, else the pinned one.
fn tenant_of(
    snapshot: &Snapshot,
    arrival: &Arrival,
    parts: &Parts,
    visitor: Option<&Visitor>,
) -> Result<Option<Arc<Tenant>>, Problem> {
    let app = &arrival.app;
    let pinned = visitor.and_then(|visitor| visitor.handle.pinned());
    let named = match app.mode {
        Mode::Host => route::route(snapshot, app, "/", parts.uri.query(), None, true),
        Mode::Path { .. } | Mode::Query => {
            let mut by_query = app.as_ref().clone();
            by_query.mode = Mode::Query;
            route::route(snapshot, &by_query, "/", parts.uri.query(), pinned, true)
        }
    };
    match named {
        Ok(route::Route::App(destination)) => Ok(Some(destination.tenant)),
        Ok(route::Route::Pin { tenant, .. }) => Ok(Some(tenant)),
        Ok(route::Route::AddSlash(_)) | Err(route::RouteRefusal::CommonUrl) => Ok(None),
        Err(refusal) => Err(super::problem_of(refusal)),
    }
}

/// Who is signed in here, for the app's own scripts.
async fn me(plane: &Arc<Plane>, arrival: &Arrival, parts: &Parts) -> Result<Response<Body>, Problem> {
    let visitor = visitor(plane, &arrival.app.host, &parts.headers).await?;
    let snapshot = plane.snapshot.load_full();
    let tenant = tenant_of(&snapshot, arrival, parts, visitor.as_ref())?;
    let now = plane.clock.now();
    let sessions: Vec<serde_json::Value> = visitor
        .iter()
        .flat_map(|visitor| visitor.handle.sessions())
        .filter(|(id, session)| session.is_live(now) && tenant.as_ref().is_none_or(|tenant| tenant.id == *id))
        .filter_map(|(id, session)| {
            let (tenant, record) = (snapshot.tenant(*id)?, session.record());
            Some(serde_json::json!({
                "tenant": { "id": id, "displayName": tenant.display_name },
                "user": {
                    "id": record.user,
                    "displayName": record.display_name,
                    "mail": record.mail,
                    "userType": record.user_type,
                    "groups": record.groups_for(arrival.app.id),
                    "roles": record.roles_for(arrival.app.id),
                },
                "expires": record.absolute_end.to_string(),
            }))
        })
        .collect();
    let id = arrival.request_id.to_string();
    Ok(whole(match (sessions.is_empty(), tenant) {
        (false, _) => json(StatusCode::OK, &serde_json::json!({ "sessions": sessions })),
        (true, Some(tenant)) => {
            let login = entry(plane, &arrival.app, &tenant);
            problem::json(Problem::SignInRequired, &id, &[("login_url", &login)])
        }
        (true, None) => problem::json(Problem::SignInRequired, &id, &[]),
    }))
}

/// Would a request to this host pass? 202 with who it is, or 401/403; never a redirect.
async fn auth(plane: &Arc<Plane>, arrival: &Arrival, parts: &Parts) -> Result<Response<Body>, Problem> {
    let visitor = visitor(plane, &arrival.app.host, &parts.headers).await?;
    let snapshot = plane.snapshot.load_full();
    let tenant = tenant_of(&snapshot, arrival, parts, visitor.as_ref())?.ok_or(Problem::CommonUrl)?;
    let session = visitor.as_ref().and_then(|visitor| visitor.handle.session(tenant.id));
    let now = plane.clock.now();
    let reader = Reader { audience: Audience::Machine, accepts: None };
    let judged = permit(&arrival.app, &tenant, session.map(Arc::as_ref), now, &snapshot);
    let id = arrival.request_id.to_string();
    Ok(whole(match judged {
        Ok(permit) => {
            if let Some(session) = session {
                session.touch(now);
            }
            let record = permit.record();
            let value = serde_json::json!({ "tenant": record.tenant, "user": record.user, "mail": record.mail });
            json(StatusCode::ACCEPTED, &value)
        }
        Err(refusal @ (Detour::SignIn | Detour::SecondFactor | Detour::Agree)) => {
            detour::answer(refusal, reader, &entry(plane, &arrival.app, &tenant), &id)
        }
        Err(refusal) => detour::answer(refusal, reader, "", &id),
    }))
}

/// Keys of every tenant that uses this app: an app that serves several checks `iss` against the key it used.
fn jwks(plane: &Plane, arrival: &Arrival) -> Response<Body> {
    let snapshot = plane.snapshot.load();
    let mut keys = Vec::new();
    for tenant in snapshot.tenants().filter(|tenant| snapshot.service_principal(tenant, arrival.app.id).is_some()) {
        if let Some(more) = plane.signer.jwks(tenant.id).get("keys").and_then(serde_json::Value::as_array) {
            keys.extend(more.iter().cloned());
        }
    }
    let mut response = json(StatusCode::OK, &serde_json::json!({ "keys": keys }));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    whole(response)
}

fn json(status: StatusCode, value: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(value.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserved_path_is_ours_in_every_spelling() {
        for path in [
            "/.vestibule/me",
            "/.vestibule",
            "/.vestibule/",
            "/.VESTIBULE/x",
            "/%2evestibule/me",
            "/.%76estibule/x",
            "//.vestibule/me",
            "/.vestibule;x/me",
            "/.vestibule?x",
            "/%2F.vestibule/me",
        ] {
            assert!(is_reserved(path), "{path}");
        }
        for path in ["/", "/vestibule/", "/.vestibules/", "/a/.vestibule/", "/.well-known/x", "/?/.vestibule/me"] {
            assert!(!is_reserved(path), "{path}");
        }
    }
}
