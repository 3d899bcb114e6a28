//! The identity-aware proxy: a request to an app's host in five phases.
//!
//! [`route`] finds the tenant in the URL, [`permit`] decides, [`detour`] answers those who may not pass, [`identity`]
//! takes what clients must not say and states who the guest is, and `forward` carries the request, which it cannot do
//! without a [`permit::Permit`]. A signed-in request touches memory alone.

pub mod assertion;
mod body;
mod cookies;
mod cors;
pub mod detour;
mod forward;
pub mod hop;
pub mod identity;
mod kept;
mod meter;
mod open;
mod outfit;
mod pool;
mod present;
mod reserved;
#[cfg(test)]
pub(crate) mod samples;
pub mod seams;
mod trailers;
mod tunnel;
pub mod upstream;
mod watch;

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONNECTION, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response};
use hyper::body::{Body as _, Incoming};

pub use crate::session::permit;
pub use crate::snapshot::{path, route};
pub use body::{Body, BodyError};
pub use meter::{Meter, Outcome};
pub use pool::{OnThisThread, Pool};
pub use present::Present;
pub use tunnel::{Held, is_websocket_over_http2};
pub(crate) use watch::Watch;

use crate::clock::{Clock, Random};
use crate::config::Settings;
use crate::model::{Application, Mode, Tenant, Timestamp};
use crate::outbound::Resolve;
use crate::session::{Handle, SESSION_COOKIE, Sessions, read_cookie};
use crate::snapshot::Snapshot;
use crate::urls::Urls;
use crate::web::RequestId;
use crate::web::code_flow::State;
use crate::web::problem::Problem;
use body::Payload;
use detour::{Audience, Reader};
use forward::Passage;
use permit::{Detour, Pass};
use route::{Route, RouteRefusal};
use seams::{Seal, SignAssertion};
use watch::Ground;

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
    /// How apps' names are looked up.
    pub resolver: Arc<dyn Resolve>,
    /// Where the short-term store is asked, so that its connections live on one runtime.
    pub control: tokio::runtime::Handle,
}

/// A request as it arrived at an app's host.
pub struct Arrival {
    /// The app that answers on the host.
    pub app: Arc<Application>,
    /// The client's address, behind trusted proxies.
    pub client: IpAddr,
    /// The same as a header value.
    pub address: HeaderValue,
    /// `host[:port]` as browsers know it.
    pub authority: HeaderValue,
    /// The other end of the socket.
    pub peer: IpAddr,
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

/// Answers a request to an app's host; `present` is which fields it has.
pub async fn serve(
    plane: &Arc<Plane>,
    pool: &Rc<Pool>,
    arrival: Arrival,
    present: Present,
    mut parts: Parts,
    incoming: Incoming,
) -> Response<Body> {
    let connects = tunnel::read_as_get(&mut parts);
    // Who says nothing of the kind is a machine.
    let says_who = present.has(Present::AUDIENCE);
    let audience = if says_who { detour::audience(&parts.method, &parts.headers) } else { Audience::Machine };
    let accepts = present.has(Present::LANGUAGE).then(|| parts.headers.get(ACCEPT_LANGUAGE).cloned()).flatten();
    let asking = cors::asking(&arrival.app, &parts);
    let desk = Desk { plane, arrival: &arrival, audience, accepts: accepts.as_ref(), present };
    // Before any branch, reserved paths included (design fact DF4).
    let (odd_names_pass, trusted) = (arrival.app.allow_odd_header_names, arrival.trusted);
    let screened = identity::screen(&mut parts.headers, present, odd_names_pass, trusted);
    if screened.is_err() || hop::nominates_ours(&parts.headers, present) {
        return desk.refused(Problem::HeaderRefused);
    }
    let answered = if reserved::is_reserved(parts.uri.path()) {
        Box::pin(reserved::serve(plane, &arrival, parts, incoming, audience)).await
    } else {
        desk.to_app(pool, parts, incoming).await
    };
    let mut answered = answered.unwrap_or_else(|problem| desk.refused(problem));
    if connects && answered.status().is_success() && answered.extensions().get::<tunnel::Established>().is_none() {
        // To the client it would be a tunnel, and nothing stands behind it.
        answered = desk.refused(Problem::AppDown);
    }
    if let Some(origin) = asking {
        cors::state(answered.headers_mut(), &origin);
    }
    answered
}

/// One request on its way through the phases.
struct Desk<'a> {
    plane: &'a Arc<Plane>,
    arrival: &'a Arrival,
    audience: Audience,
    accepts: Option<&'a HeaderValue>,
    /// Which fields the request came with.
    present: Present,
}

impl Desk<'_> {
    fn reader(&self) -> Reader<'_> {
        Reader { audience: self.audience, accepts: self.accepts }
    }

    async fn to_app(&self, pool: &Rc<Pool>, parts: Parts, incoming: Incoming) -> Result<Response<Body>, Problem> {
        let (plane, app) = (self.plane, &self.arrival.app);
        if app.traffic.has_open_doors()
            && let Some(door) = open::door(plane, self.arrival, &parts, incoming.is_end_stream()).await?
        {
            // Apart, so that requests of guests do not carry its weight.
            return Box::pin(open::pass(plane, pool, self.arrival, door, parts, incoming)).await;
        }
        let (parts, payload, present, kept_for) = if app.traffic.keep_forms && kept::is_press(&parts) {
            let (parts, form, tenant) = Box::pin(kept::press(plane, self.arrival, parts, incoming)).await?;
            let present = Present::of(&parts.headers);
            (parts, Payload::Kept(form), present, Some(tenant))
        } else {
            (parts, Payload::Client(incoming), self.present, None)
        };
        let visitor = match read_cookie(&parts.headers, SESSION_COOKIE) {
            Some(cookie) => handle(plane, &app.host, cookie, plane.clock.now()).await?,
            None => None,
        };
        let snapshot = plane.snapshot.load_full();
        let pinned = visitor.as_ref().and_then(|handle| handle.pinned());
        let safe = parts.method == Method::GET || parts.method == Method::HEAD;
        let routed = route::route(&snapshot, app, parts.uri.path(), parts.uri.query(), pinned, safe);
        let destination = match routed.map_err(problem_of)? {
            Route::App(destination) if reserved::is_reserved(&destination.target) => return Err(Problem::NotFound),
            Route::App(destination) => destination,
            Route::AddSlash(to) => return Ok(local(plane, app, &to)),
            Route::Pin { tenant, destination } => {
                return Box::pin(self.pin(&snapshot, &tenant, &destination, visitor, &parts.headers)).await;
            }
        };
        if kept_for.is_some_and(|tenant| tenant != destination.tenant.id) {
            // The browser has pinned another one since.
            return Err(Problem::FormGone);
        }
        let session = visitor.as_ref().and_then(|handle| handle.session(destination.tenant.id));
        // Anew: the store may have taken its time.
        let now = plane.clock.now();
        match permit::permit(app, &destination.tenant, session.map(Arc::as_ref), now, &snapshot) {
            Ok(permit) => {
                // A permit exists only with a session.
                let session = session.ok_or(Problem::SignInRequired)?;
                session.touch(now);
                let ground = Ground::Session(Arc::clone(session));
                let trailers = forward::wants_trailers(app, self.audience, &parts);
                let (arrival, pass, destination) = (self.arrival, Pass::Guest(permit), &destination);
                let passage = Passage { arrival, pass, ground, destination, trailers, present, now };
                let answered = forward::forward(plane, pool, passage, parts, payload).await;
                if answered.is_ok() {
                    plane.meter.count(Outcome::Forwarded);
                }
                answered
            }
            Err(detour) => {
                if let Payload::Client(incoming) = payload
                    && app.traffic.keep_forms
                    && self.audience == Audience::Form
                    && leads_to_broker(detour)
                    && let Some(kept) =
                        Box::pin(kept::keep(plane, self.arrival, &destination.tenant, &parts, incoming)).await
                {
                    plane.meter.count(Outcome::Detoured);
                    return Ok(kept);
                }
                let to = parts.uri.path_and_query().map_or("/", |target| target.as_str());
                Ok(self.detoured(&destination.tenant, detour, to, false, &parts.headers))
            }
        }
    }

    /// `?tenantid=` names a tenant: a session that exists is pinned, otherwise it is pinned when there is one. Either
    /// way the browser comes back without the parameter.
    async fn pin(
        &self,
        snapshot: &Snapshot,
        tenant: &Tenant,
        destination: &str,
        visitor: Option<Arc<Handle>>,
        headers: &HeaderMap,
    ) -> Result<Response<Body>, Problem> {
        let (plane, app) = (self.plane, &self.arrival.app);
        let session = visitor.as_ref().and_then(|handle| handle.session(tenant.id));
        let judged = permit::permit(app, tenant, session.map(Arc::as_ref), plane.clock.now(), snapshot);
        match (judged.map(|_| ()), read_cookie(headers, SESSION_COOKIE)) {
            (Ok(()), Some(cookie)) => {
                let (sessions, host, id) = (Arc::clone(&plane.sessions), app.host.clone(), tenant.id);
                let cookie = cookie.to_owned();
                on_control(plane, async move { sessions.pin(&host, &cookie, id).await }).await?;
                Ok(local(plane, app, destination))
            }
            (Ok(()), None) => Err(Problem::SignInRequired),
            (Err(detour), _) => Ok(self.detoured(tenant, detour, destination, true, headers)),
        }
    }

    fn detoured(&self, tenant: &Tenant, detour: Detour, to: &str, pin: bool, headers: &HeaderMap) -> Response<Body> {
        let (plane, app) = (self.plane, &self.arrival.app);
        plane.meter.count(Outcome::Detoured);
        if self.audience == Audience::Page && leads_to_broker(detour) {
            let state = State { pin, ..State::new(tenant.id, to, plane.clock.now()) };
            return reserved::depart(plane, app, state, headers);
        }
        // Others are told where a person would sign in: an address that makes a browser detour by itself.
        let entry = match self.audience {
            Audience::Frame => format!("{}{to}", plane.settings.origin_of(&app.host)),
            _ => entry(plane, app, tenant),
        };
        detour::answer(detour, self.reader(), &entry, &self.arrival.request_id.to_string()).map(Body::from)
    }

    fn refused(&self, problem: Problem) -> Response<Body> {
        let outcome = if problem.status().is_server_error() { Outcome::Failed } else { Outcome::Refused };
        self.plane.meter.count(outcome);
        let id = self.arrival.request_id.to_string();
        let maintenance = self.arrival.app.upstream.maintenance.as_ref().filter(|_| problem == Problem::Maintenance);
        let note = maintenance.map(|maintenance| maintenance.text.as_str());
        let mut response = detour::refuse_with(problem, note, self.reader(), &id).map(Body::from);
        if let Some(maintenance) = maintenance {
            // RFC 9110 §10.2.3.
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(maintenance.retry_after.as_secs()));
        }
        if matches!(problem, Problem::BadRequest | Problem::HeaderRefused | Problem::ExpectationFailed) {
            // What follows a doubtful message on its connection may be part of the trick (RFC 9112 §6.1).
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// Whether the broker can do something about it.
fn leads_to_broker(detour: Detour) -> bool {
    matches!(detour, Detour::SignIn | Detour::SecondFactor | Detour::Agree)
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

fn problem_of(refusal: RouteRefusal) -> Problem {
    match refusal {
        RouteRefusal::CommonUrl => Problem::CommonUrl,
        RouteRefusal::UnknownTenant => Problem::UnknownTenant,
        RouteRefusal::TenantsDisagree => Problem::TenantsDisagree,
        RouteRefusal::Path(_) => Problem::PathRefused,
    }
}

/// The browser's handle and what named it.
async fn visitor(plane: &Arc<Plane>, host: &str, headers: &HeaderMap) -> Result<Option<Visitor>, Problem> {
    let Some(cookie) = read_cookie(headers, SESSION_COOKIE) else { return Ok(None) };
    let handle = handle(plane, host, cookie, plane.clock.now()).await?;
    Ok(handle.map(|handle| Visitor { cookie: cookie.to_owned(), handle }))
}

/// The browser's handle: from memory, or else from the store. A store that does not answer is a no (INV8).
async fn handle(plane: &Arc<Plane>, host: &str, cookie: &str, now: Timestamp) -> Result<Option<Arc<Handle>>, Problem> {
    let owned = || (Arc::clone(&plane.sessions), host.to_owned(), cookie.to_owned());
    if let Some(handle) = plane.sessions.cached(host, cookie, now) {
        if handle.should_refresh(now) {
            let (sessions, host, cookie) = owned();
            // Nobody waits for it; if it fails, memory grows too old and the next request asks itself.
            plane.control.spawn(async move { sessions.refresh(&host, &cookie).await });
        }
        return Ok(Some(handle));
    }
    let (sessions, host, cookie) = owned();
    Box::pin(on_control(plane, async move { sessions.lookup(&host, &cookie).await })).await
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
