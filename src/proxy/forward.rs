//! Phase 5: to the app and back. Cannot be called without a [`Pass`].

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONNECTION, HOST, TE, TRAILER, TRANSFER_ENCODING, VARY};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, Version};
use hyper::body::{Body as _, Incoming};
use hyper::upgrade::OnUpgrade;
use tokio::time::Instant;

use super::body::{Body, Download, Payload, Progress, Upload, UploadRules};
use super::hop::{self, HopFault};
use super::identity::{self, Statement};
use super::permit::{Pass, Permit};
use super::pool::{Connection, Lease, Pool};
use super::present::Present;
use super::route::Destination;
use super::upstream::{self, Back, ConnectFault, Way};
use super::watch::{Ground, Watch};
use super::{Arrival, Plane, assertion, cookies, detour, trailers, tunnel};
use crate::model::{Application, HostChoice, Mode, Target, Timestamp, Upstream};
use crate::session::{CachedFields, Session};
use crate::web::audience::Audience;
use crate::web::problem::Problem;

/// Most interim responses (1xx) before an answer; the server side of hyper cannot pass them on (decision 29).
const MOST_INTERIM: u32 = 8;

const ALT_SVC: HeaderName = HeaderName::from_static("alt-svc");
const X_ACCEL_REDIRECT: HeaderName = HeaderName::from_static("x-accel-redirect");
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
const X_SENDFILE: HeaderName = HeaderName::from_static("x-sendfile");
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const STRICT_TRANSPORT_SECURITY: HeaderName = http::header::STRICT_TRANSPORT_SECURITY;

/// A decided request: who may go where.
pub(super) struct Passage<'a> {
    /// How the request came.
    pub(super) arrival: &'a Arrival,
    /// The proof that it may pass.
    pub(super) pass: Pass<'a>,
    /// What let it in, and must go on holding.
    pub(super) ground: Ground,
    /// What the app gets to see.
    pub(super) destination: &'a Destination,
    /// Whether trailers of the answer pass.
    pub(super) trailers: bool,
    /// Which fields the request has.
    pub(super) present: Present,
    /// When it was judged.
    pub(super) now: Timestamp,
}

/// Whether the answer's trailers pass: where the app asked for it, and for gRPC, whose status is one.
pub(super) fn wants_trailers(app: &Application, audience: Audience, parts: &Parts) -> bool {
    app.traffic.trailers || (audience == Audience::Grpc && parts.version == Version::HTTP_2)
}

/// Sends a permitted request to its app and streams the answer back.
pub(super) async fn forward(
    plane: &Arc<Plane>,
    pool: &Rc<Pool>,
    passage: Passage<'_>,
    mut parts: Parts,
    payload: Payload,
) -> Result<Response<Body>, Problem> {
    let Passage { arrival, pass, ground, destination, trailers, present, now } = passage;
    let app = pass.app();
    if app.upstream.maintenance.is_some() {
        return Err(Problem::Maintenance);
    }
    if app.traffic.max_body.is_some_and(|most| payload.announced() > most) {
        return Err(Problem::BodyTooLarge);
    }
    let websocket = match &ground {
        Ground::Session(_) => present
            .has(Present::UPGRADE)
            .then(|| tunnel::handshake(&parts, payload.is_empty()))
            .flatten()
            .or_else(|| tunnel::handshake_over_http2(&parts, plane.random.as_ref())),
        // Its `Upgrade` is dropped like any other.
        Ground::Open(_) => None,
    };
    if websocket.is_some() && !tunnel::is_own_origin(&parts.headers, &plane.settings.origin_of(&app.host)) {
        return Err(Problem::ForeignOrigin);
    }
    let fields = match (&pass, &ground) {
        (Pass::Guest(permit), Ground::Session(session)) => Some(identity_fields(plane, permit, session, now)?),
        _ => None,
    };
    cookies::strip_request(&mut parts.headers);
    let announced =
        if app.traffic.trailers && present.has(Present::HOP) { trailers::announced(&parts.headers) } else { None };
    match hop::clean_request(&mut parts.headers, &parts.method, present) {
        Ok(()) => {}
        Err(HopFault::Exhausted) => return Ok(detour::methods().map(Body::from)),
        Err(fault) => return Err(refusal(fault)),
    }
    let statement = Statement {
        address: &arrival.address,
        peer: arrival.peer,
        trusted: arrival.trusted,
        authority: &arrival.authority,
        port: plane.settings.public_url.port_or_known_default().unwrap_or(443),
        prefix: destination.stripped.as_deref(),
        request_id: arrival.request_id.value(),
    };
    let outfit = pool.outfits.of(&statement, fields.as_ref());
    parts.headers = identity::state(parts.headers, present, &statement, outfit);
    set_host(&mut parts.headers, &app.upstream)?;

    let watch = Watch::new(Arc::clone(plane), ground, pass.tenant().id, app.id).with_trailers(trailers);
    if trailers {
        // RFC 9110 §10.1.4: whether trailers are welcome is said from hop to hop.
        parts.headers.insert(TE, HeaderValue::from_static("trailers"));
        parts.headers.insert(CONNECTION, HeaderValue::from_static("te"));
    }
    if let Some(announced) = announced {
        parts.headers.insert(TRAILER, announced);
    }
    let client = parts.extensions.remove::<OnUpgrade>();
    let held = websocket.as_ref().and_then(|_| parts.extensions.remove::<tunnel::Held>());
    let progress = Progress::default();
    let rules = UploadRules {
        most: app.traffic.max_body,
        trailers: app.traffic.trailers,
        slowest: plane.settings.limits.body_rate,
    };
    let mut request = Request::new(Upload::new(payload, watch.clone(), progress.clone(), rules));
    *request.method_mut() = parts.method;
    *request.uri_mut() = target(&parts.uri, app.upstream.add_prefix.as_deref(), &destination.target)?;
    *request.version_mut() = Version::HTTP_11;
    *request.headers_mut() = parts.headers;
    let first_byte = app.upstream.first_byte.unwrap_or(plane.settings.limits.upstream_first_byte);
    let waiting = Waiting { pool, interim: Arc::default(), progress, first_byte };
    let counter = Arc::clone(&waiting.interim);
    hyper::ext::on_informational(&mut request, move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });

    if let (Some(handshake), Some(client)) = (websocket, client) {
        handshake.state(request.headers_mut());
        let mut way = Way::new(plane, pool, (pass.tenant().id, app.id), &app.upstream, true)?;
        let opened = Box::pin(way.open()).await;
        let (connection, _) = opened.map_err(|fault| unreachable(&way, &fault))?;
        way.dress(&mut request, &connection)?;
        let Connection::One(mut one) = connection else { return Err(Problem::AppDown) };
        let answered = answer(one.sender.try_send_request(request), &watch, &waiting).await;
        let mut response = answered.map_err(|(problem, unsent)| {
            did_not_answer(&way, problem, unsent.is_some(), &watch);
            problem
        })?;
        way.answered();
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return tunnel::open(&handshake, (client, held), &mut response, &app.host, watch);
        }
        // One that could have become a tunnel belongs to no pool.
        let lease = way.lease_apart(Connection::One(one));
        return Ok(respond(plane, &pass, destination, response, lease, watch));
    }
    if request.body().size_hint().exact().is_none() {
        // hyper frames a body of unknown length on its own for some methods only; a GET may have one, too.
        request.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    let sent = send(plane, pool, (&pass, destination), request, watch, &waiting).await;
    // When the client's own body was the reason, the app is not to blame.
    sent.map_err(|problem| waiting.progress.cut().unwrap_or(problem))
}

/// Sends on an idle connection if there is one. A request that was never written is tried again on the next, and on the next
/// target; one of which anything was written never is.
async fn send(
    plane: &Arc<Plane>,
    pool: &Rc<Pool>,
    (pass, destination): (&Pass<'_>, &Destination),
    mut request: Request<Upload>,
    watch: Watch,
    waiting: &Waiting<'_>,
) -> Result<Response<Body>, Problem> {
    let mut way = Way::new(plane, pool, (pass.tenant().id, pass.app().id), &pass.app().upstream, false)?;
    loop {
        let (mut connection, reused) = match way.idle() {
            Some(connection) => (connection, true),
            None => {
                // Apart, so that requests which need no new connection do not carry the room for making one.
                let opened = Box::pin(way.open()).await;
                opened.map_err(|fault| unreachable(&way, &fault))?
            }
        };
        way.dress(&mut request, &connection)?;
        let answered = match &mut connection {
            Connection::One(one) => answer(one.sender.try_send_request(request), &watch, waiting).await,
            Connection::Many(many) => answer(many.sender.try_send_request(request), &watch, waiting).await,
        };
        match answered {
            // Nobody asked for a change of protocol (attack row F4).
            Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => return Err(Problem::AppDown),
            Ok(response) => {
                way.answered();
                let lease = way.lease(connection);
                return Ok(respond(plane, pass, destination, response, lease, watch));
            }
            Err((_, Some(unsent))) if reused => request = *unsent,
            Err((problem, unsent)) => {
                // Not when the client's own body was the reason: nobody shall take a target out by half a request.
                if waiting.progress.cut().is_none() {
                    did_not_answer(&way, problem, unsent.is_some(), &watch);
                }
                match unsent.filter(|_| way.next()) {
                    Some(unsent) => request = *unsent,
                    None => {
                        tracing::warn!(app.id = %pass.app().id, target = %way.name(), problem = problem.code(), "an app did not answer");
                        return Err(problem);
                    }
                }
            }
        }
    }
}

/// Counts what a target did not answer. One that took nothing of the request is at fault itself; what became of a request that was
/// written may be the doing of its sender.
fn did_not_answer(way: &Way<'_>, problem: Problem, unsent: bool, watch: &Watch) {
    if !matches!(problem, Problem::AppDown | Problem::AppSlow) {
        return;
    }
    if unsent { way.failed(&problem.code()) } else { way.let_down(watch.sender(), &problem.code()) }
}

type Failed = (Problem, Option<Box<Request<Upload>>>);

/// What happens while an app makes us wait.
struct Waiting<'a> {
    /// Says when it is time to look.
    pool: &'a Pool,
    interim: Arc<AtomicU32>,
    progress: Progress,
    /// How long an app may be silent before it answers.
    first_byte: Duration,
}

impl Waiting<'_> {
    /// Resolves when the app has been silent for too long since the last of the request went out: a long upload is not
    /// the app's slowness.
    async fn too_long(&self) {
        loop {
            let end = self.progress.last() + self.first_byte;
            if end <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(end).await;
        }
    }

    async fn flooded(&self) {
        while self.interim.load(Ordering::Relaxed) <= MOST_INTERIM {
            self.pool.next_look().await;
        }
    }
}

/// Waits for the head of the answer as long as the app may take and the session lives.
async fn answer<F>(sent: F, watch: &Watch, waiting: &Waiting<'_>) -> Result<Response<Incoming>, Failed>
where
    F: Future<Output = Result<Response<Incoming>, hyper::client::conn::TrySendError<Request<Upload>>>>,
{
    tokio::pin!(sent);
    let soon = tokio::select! {
        biased;
        answered = &mut sent => Some(answered),
        () = waiting.pool.next_look() => None,
    };
    let head = match soon {
        Some(answered) => Some(answered),
        None => tokio::select! {
            answered = &mut sent => Some(answered),
            () = waiting.too_long() => None,
            () = watch.clone().ended() => return Err((Problem::SignInRequired, None)),
            () = waiting.flooded() => return Err((Problem::AppDown, None)),
        },
    };
    match head {
        None => Err((Problem::AppSlow, None)),
        Some(Ok(_)) if waiting.interim.load(Ordering::Relaxed) > MOST_INTERIM => Err((Problem::AppDown, None)),
        Some(Ok(response)) => Ok(response),
        Some(Err(mut error)) => Err((Problem::AppDown, error.take_message().map(Box::new))),
    }
}

/// The app's answer, without what is not its to say (attack rows E7 and E8), and with its places as browsers know them.
fn respond(
    plane: &Plane,
    pass: &Pass<'_>,
    destination: &Destination,
    response: Response<Incoming>,
    lease: Lease,
    watch: Watch,
) -> Response<Body> {
    let (mut parts, incoming) = response.into_parts();
    let app = pass.app();
    let present = clean_answer(&app.host, &mut parts.headers, &watch);
    // A cookie names a place only where paths are moved.
    let moved = destination.stripped.is_some() || app.upstream.add_prefix.is_some();
    if present.has(Present::PLACES) || (moved && present.has(Present::SET_COOKIE)) {
        let seen = format!("{}{}", app.upstream.add_prefix.as_deref().unwrap_or_default(), destination.target);
        let first =
            |path: &str| path.get(1..).and_then(|rest| rest.split(['/', '?']).next()).map(|it| format!("/{it}"));
        let within = (app.mode == Mode::Path { strip: false }).then(|| first(&destination.target)).flatten();
        let back = Back {
            within: within.as_deref(),
            pinned: app.mode == Mode::Query,
            origin: &plane.settings.origin_of(&app.host),
            stripped: destination.stripped.as_deref(),
            seen: &seen,
            upstream: &app.upstream,
        };
        upstream::rewrite(&mut parts.headers, &back);
    }
    parts.version = Version::HTTP_11;
    parts.extensions.clear();
    Response::from_parts(parts, Body::Download(Download::new(incoming, lease, watch)))
}

pub(super) fn clean_answer(app_host: &str, headers: &mut HeaderMap, watch: &Watch) -> Present {
    let present = Present::of(headers);
    let announced = if watch.carries_trailers() { trailers::announced(headers) } else { None };
    hop::clean_response(headers, present);
    if let Some(announced) = announced {
        headers.insert(TRAILER, announced);
    }
    if present.has(Present::NOT_THE_APPS) {
        remove_what_is_not_the_apps(headers);
    }
    if present.has(Present::SET_COOKIE) {
        cookies::strip_response(headers, app_host);
    }
    if !watch.is_open_to_all() {
        keep_private(headers, present);
    }
    present
}

fn remove_what_is_not_the_apps(headers: &mut HeaderMap) {
    headers.remove(ALT_SVC);
    // Whether this host is HTTPS for good is the operator's to say, not the app's.
    headers.remove(STRICT_TRANSPORT_SECURITY);
    let wipes = |value: &HeaderValue| {
        let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        text.contains("cookies") || text.contains('*')
    };
    // It would wipe the cookies of the whole registrable domain, ours included.
    if headers.get_all(CLEAR_SITE_DATA).iter().any(wipes) {
        headers.remove(CLEAR_SITE_DATA);
    }
    // They would steer a server in front of us into its own files.
    for name in [X_ACCEL_REDIRECT, X_ACCEL_BUFFERING, X_SENDFILE] {
        headers.remove(name);
    }
}

/// What a signed-in guest gets is for this guest: a shared cache may keep it only where the app says so in so many words
/// (attack row E8). Requests carry a cookie and no `Authorization`, so RFC 9111 §3.5 alone protects nobody.
fn keep_private(headers: &mut HeaderMap, present: Present) {
    let decides = |part: &str| {
        let directive = part.split('=').next().unwrap_or_default().trim();
        ["public", "s-maxage", "private", "no-store"].iter().any(|known| directive.eq_ignore_ascii_case(known))
    };
    let decided = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).split(',').any(decides);
    if present.has(Present::CACHE_CONTROL) && headers.get_all(CACHE_CONTROL).iter().any(decided) {
        return;
    }
    headers.append(CACHE_CONTROL, HeaderValue::from_static("private"));
    headers.append(VARY, HeaderValue::from_static("Cookie"));
}

/// Header fields for this session and app: remembered, and made anew well before the assertion expires.
fn identity_fields(
    plane: &Arc<Plane>,
    permit: &Permit<'_>,
    session: &Arc<Session>,
    now: Timestamp,
) -> Result<Arc<CachedFields>, Problem> {
    let app = permit.app().id;
    let cached = session
        .cached_fields(app)
        .filter(|cached| now < cached.expires_at && Arc::ptr_eq(&cached.record, permit.record()));
    if let Some(cached) = &cached
        && now < cached.renew_at
    {
        return Ok(Arc::clone(cached));
    }
    // 13 µs once in three minutes: not worth a task of its own.
    match assertion::fields(permit, &plane.urls, plane.signer.as_ref(), now) {
        Ok(made) => {
            let made = Arc::new(made);
            session.cache_fields(app, Arc::clone(&made));
            Ok(made)
        }
        Err(fault) => {
            tracing::error!(error = %fault, app.id = %app, "an assertion could not be signed");
            cached.ok_or(Problem::Unavailable)
        }
    }
}

/// What the app reads as its host, if that is not what browsers say. One of several targets has the last word when it is
/// chosen.
fn set_host(headers: &mut HeaderMap, app: &Upstream) -> Result<(), Problem> {
    let host = match &app.host {
        HostChoice::Preserve => return Ok(()),
        HostChoice::Literal(host) => host.clone(),
        HostChoice::Upstream => app.targets.first().map(Target::authority).ok_or(Problem::AppDown)?,
    };
    headers.insert(HOST, HeaderValue::try_from(host).map_err(|_| Problem::AppDown)?);
    Ok(())
}

/// What the app is asked for. Mostly what we were asked for, and then its bytes are shared.
fn target(asked: &Uri, prefix: Option<&str>, target: &str) -> Result<Uri, Problem> {
    if prefix.is_none()
        && let Some(same) = asked.path_and_query().filter(|asked| asked.as_str() == target)
    {
        return Ok(Uri::from(same.clone()));
    }
    let whole = match prefix {
        Some(prefix) => Bytes::from([prefix, target].concat()),
        None => Bytes::copy_from_slice(target.as_bytes()),
    };
    let path = PathAndQuery::from_maybe_shared(whole);
    path.map(Uri::from).map_err(|_| Problem::BadRequest)
}

fn refusal(fault: HopFault) -> Problem {
    match fault {
        HopFault::Nomination => Problem::HeaderRefused,
        HopFault::TransferEncoding => Problem::BadRequest,
        HopFault::Expectation => Problem::ExpectationFailed,
        HopFault::Loop | HopFault::Exhausted => Problem::Loop,
    }
}

fn unreachable(way: &Way<'_>, fault: &ConnectFault) -> Problem {
    tracing::warn!(target = %way.name(), error = %fault, "an app could not be reached");
    match fault {
        ConnectFault::Refused(_) | ConnectFault::Protocol(_) | ConnectFault::NoTls => Problem::AppDown,
        ConnectFault::TimedOut(_) => Problem::AppSlow,
    }
}
