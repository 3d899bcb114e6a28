//! The identity-aware proxy: a request to an app's host in five phases.
//!
//! [`route`] finds the tenant in the URL, [`permit`] decides, [`detour`] answers those who may not pass, [`identity`]
//! takes what clients must not say and states who the guest is, and `forward` carries the request, which it cannot do
//! without a [`permit::Permit`]. A signed-in request touches memory alone.

pub mod assertion;
mod body;
mod cookies;
pub mod detour;
mod forward;
mod hop;
pub mod identity;
mod meter;
pub mod path;
pub mod permit;
mod pool;
mod reserved;
pub mod route;
#[cfg(test)]
mod samples;
pub mod seams;
mod tunnel;
mod watch;

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};
use hyper::body::Incoming;

pub use body::{Body, BodyError};
pub use meter::{Meter, Outcome};
pub use pool::Pool;

use crate::clock::{Clock, Random};
use crate::config::Settings;
use crate::model::{Application, Mode, Tenant};
use crate::session::{Handle, SESSION_COOKIE, Sessions, read_cookie};
use crate::snapshot::Snapshot;
use crate::urls::Urls;
use crate::web::RequestId;
use crate::web::problem::Problem;
use detour::Audience;
use permit::Detour;
use route::{Route, RouteRefusal};
use seams::{Seal, SignAssertion};

/// What the data plane needs of the bench; shared by all its threads.
pub struct Plane {
    /// What the operator decided.
    pub settings: Arc<Settings>,
    /// Tenants, apps and routes.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Sessions.
    pub sessions: Arc<Sessions>,
    /// Seals `state` and form tokens.
    pub seal: Arc<dyn Seal>,
    /// Signs assertions.
    pub signer: Arc<dyn SignAssertion>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Addresses of the broker.
    pub urls: Urls,
    /// Counters.
    pub meter: Arc<Meter>,
    /// Where the short-term store is asked, so that its connections live on one runtime.
    pub control: tokio::runtime::Handle,
}

/// A request as it arrived at an app's host.
pub struct Arrival {
    /// The app that answers on the host.
    pub app: Arc<Application>,
    /// The client's address.
    pub client: IpAddr,
    /// Whether the peer is a proxy whose `X-Forwarded-*` count.
    pub trusted: bool,
    /// Id to quote.
    pub request_id: RequestId,
}

/// A browser's handle and the cookie value that named it.
struct Visitor {
    cookie: String,
    handle: Arc<Handle>,
}

/// Answers a request to an app's host.
pub async fn serve(
    plane: &Arc<Plane>,
    pool: &Rc<Pool>,
    arrival: Arrival,
    request: Request<Incoming>,
) -> Response<Body> {
    let (mut parts, incoming) = request.into_parts();
    let audience = detour::audience(&parts.method, &parts.headers);
    // Before any branch, reserved paths included (design fact DF4).
    let refused_field =
        identity::screen(&mut parts.headers, arrival.app.allow_odd_header_names, arrival.trusted).is_err();
    if refused_field || hop::nominates_ours(&parts.headers) {
        return refused(plane, Problem::HeaderRefused, audience, &arrival);
    }
    let answered = if reserved::is_reserved(parts.uri.path()) {
        reserved::serve(plane, &arrival, parts, incoming, audience).await
    } else {
        to_app(plane, pool, &arrival, parts, incoming, audience).await
    };
    answered.unwrap_or_else(|problem| refused(plane, problem, audience, &arrival))
}

async fn to_app(
    plane: &Arc<Plane>,
    pool: &Rc<Pool>,
    arrival: &Arrival,
    parts: Parts,
    incoming: Incoming,
    audience: Audience,
) -> Result<Response<Body>, Problem> {
    let visitor = visitor(plane, &arrival.app.host, &parts.headers).await?;
    let snapshot = plane.snapshot.load_full();
    let pinned = visitor.as_ref().and_then(|visitor| visitor.handle.pinned());
    let safe = parts.method == Method::GET || parts.method == Method::HEAD;
    let routed = route::route(&snapshot, &arrival.app, parts.uri.path(), parts.uri.query(), pinned, safe);
    let destination = match routed.map_err(problem_of)? {
        Route::App(destination) if reserved::is_reserved(&destination.target) => return Err(Problem::NotFound),
        Route::App(destination) => destination,
        Route::AddSlash(to) => return Ok(local(plane, &arrival.app, &to)),
        Route::Pin { tenant, destination } => {
            return pin(plane, arrival, &snapshot, tenant, destination, visitor, &parts, audience).await;
        }
    };
    let session = visitor.as_ref().and_then(|visitor| visitor.handle.session(destination.tenant.id));
    let now = plane.clock.now();
    match permit::permit(&arrival.app, &destination.tenant, session.map(Arc::as_ref), now, &snapshot) {
        Ok(permit) => {
            // A permit exists only with a session.
            let session = session.ok_or(Problem::SignInRequired)?;
            session.touch(now);
            let answered =
                forward::forward(plane, pool, arrival, &permit, session, &destination, parts, incoming).await;
            plane.meter.count(if answered.is_ok() { Outcome::Forwarded } else { Outcome::Failed });
            answered
        }
        Err(detour) => {
            let to = parts.uri.path_and_query().map_or("/", |target| target.as_str());
            Ok(detoured(plane, arrival, &destination.tenant, detour, to, false, &parts, audience))
        }
    }
}

/// `?tenantid=` names a tenant: a session that exists is pinned, otherwise it is pinned when there is one. Either way
/// the browser comes back without the parameter.
async fn pin(
    plane: &Arc<Plane>,
    arrival: &Arrival,
    snapshot: &Snapshot,
    tenant: Arc<Tenant>,
    destination: String,
    visitor: Option<Visitor>,
    parts: &Parts,
    audience: Audience,
) -> Result<Response<Body>, Problem> {
    let session = visitor.as_ref().and_then(|visitor| visitor.handle.session(tenant.id));
    let judged = permit::permit(&arrival.app, &tenant, session.map(Arc::as_ref), plane.clock.now(), snapshot);
    match (judged.map(|_| ()), visitor) {
        (Ok(()), Some(visitor)) => {
            let (sessions, host, id) = (Arc::clone(&plane.sessions), arrival.app.host.clone(), tenant.id);
            on_control(plane, async move { sessions.pin(&host, &visitor.cookie, id).await }).await?;
            Ok(local(plane, &arrival.app, &destination))
        }
        (Ok(()), None) => Err(Problem::SignInRequired),
        (Err(detour), _) => Ok(detoured(plane, arrival, &tenant, detour, &destination, true, parts, audience)),
    }
}

fn detoured(
    plane: &Plane,
    arrival: &Arrival,
    tenant: &Tenant,
    detour: Detour,
    to: &str,
    pin: bool,
    parts: &Parts,
    audience: Audience,
) -> Response<Body> {
    plane.meter.count(Outcome::Detoured);
    let id = arrival.request_id.to_string();
    if audience == Audience::Page && matches!(detour, Detour::SignIn | Detour::Agree) {
        return reserved::depart(plane, &arrival.app, tenant, to, 0, pin, &parts.headers);
    }
    // Others are told where a person would sign in: an address that makes a browser detour by itself.
    let entry = match audience {
        Audience::Frame => format!("{}{to}", plane.settings.origin_of(&arrival.app.host)),
        _ => entry(plane, &arrival.app, tenant),
    };
    detour::answer(detour, audience, &entry, &id).map(Body::from)
}

/// Where a person enters the app for this tenant.
fn entry(plane: &Plane, app: &Application, tenant: &Tenant) -> String {
    let origin = plane.settings.origin_of(&app.host);
    match app.mode {
        Mode::Host => format!("{origin}/"),
        Mode::Path { .. } => format!("{origin}/{}/", tenant.id),
        Mode::Query => format!("{origin}/?{}={}", route::TENANT_PARAMETER, tenant.id),
    }
}

/// 303 to a place on the same host. Always absolute, so that a path can never be read as another host.
fn local(plane: &Plane, app: &Application, to: &str) -> Response<Body> {
    detour::redirect(&format!("{}{to}", plane.settings.origin_of(&app.host))).map(Body::from)
}

fn refused(plane: &Plane, problem: Problem, audience: Audience, arrival: &Arrival) -> Response<Body> {
    plane.meter.count(if problem.status().is_server_error() { Outcome::Failed } else { Outcome::Refused });
    detour::refuse(problem, audience, &arrival.request_id.to_string()).map(Body::from)
}

fn problem_of(refusal: RouteRefusal) -> Problem {
    match refusal {
        RouteRefusal::CommonUrl => Problem::CommonUrl,
        RouteRefusal::UnknownTenant => Problem::UnknownTenant,
        RouteRefusal::TenantsDisagree => Problem::TenantsDisagree,
        RouteRefusal::Path(_) => Problem::PathRefused,
    }
}

/// The browser's handle: from memory, or else from the store. A store that does not answer is a no (INV8).
async fn visitor(plane: &Arc<Plane>, host: &str, headers: &HeaderMap) -> Result<Option<Visitor>, Problem> {
    let Some(cookie) = read_cookie(headers, SESSION_COOKIE) else { return Ok(None) };
    let cookie = cookie.to_owned();
    if let Some(handle) = plane.sessions.cached(host, &cookie) {
        if handle.should_refresh(plane.clock.now()) {
            let (sessions, host, cookie) = (Arc::clone(&plane.sessions), host.to_owned(), cookie.clone());
            // Nobody waits for it; if it fails, memory grows too old and the next request asks itself.
            plane.control.spawn(async move { sessions.refresh(&host, &cookie).await });
        }
        return Ok(Some(Visitor { cookie, handle }));
    }
    let (sessions, host, value) = (Arc::clone(&plane.sessions), host.to_owned(), cookie.clone());
    let handle = on_control(plane, async move { sessions.lookup(&host, &value).await }).await?;
    Ok(handle.map(|handle| Visitor { cookie, handle }))
}

/// Runs a question to the short-term store on the control runtime.
async fn on_control<T: Send + 'static>(
    plane: &Plane,
    question: impl Future<Output = crate::short_term::ShortTermResult<T>> + Send + 'static,
) -> Result<T, Problem> {
    match plane.control.spawn(question).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::error!(error = %error, "sessions cannot be read");
            Err(Problem::Unavailable)
        }
        Err(_) => Err(Problem::Unavailable),
    }
}

fn whole(response: Response<Bytes>) -> Response<Body> {
    response.map(Body::from)
}
