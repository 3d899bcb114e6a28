//! The way of one request: the targets that it tries, in the order in which it tries them.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use http::header::{CONNECTION, CONTENT_TYPE, HOST, TE, TRANSFER_ENCODING};
use http::{HeaderValue, Request, Uri, Version};
use hyper::body::Body as _;

use super::connect::{self, ConnectFault, Names};
use crate::model::{AppId, Balancing, HostChoice, Target, TenantId, Upstream};
use crate::proxy::Plane;
use crate::proxy::body::Upload;
use crate::proxy::pool::{Connection, Lease, Pool};
use crate::snapshot::upstreams::{Running, Sender};
use crate::web::problem::Problem;

/// Where one thread stands with the targets of an app that has several.
pub(crate) struct Turn {
    next: Cell<usize>,
    pending: Box<[Cell<u32>]>,
}

impl Turn {
    pub(crate) fn new(targets: usize) -> Self {
        Self { next: Cell::new(0), pending: (0..targets).map(|_| Cell::new(0)).collect() }
    }

    pub(crate) fn targets(&self) -> usize {
        self.pending.len()
    }

    /// One of the targets that `may` be taken.
    fn choose(&self, balancing: Balancing, may: impl Fn(usize) -> bool) -> Option<usize> {
        let (count, from) = (self.targets(), self.next.get());
        // In turn also among equals.
        let mut candidates = (0..count).map(|step| (from + step) % count.max(1)).filter(|at| may(*at));
        let chosen = match balancing {
            Balancing::RoundRobin => candidates.next(),
            Balancing::LeastPending => candidates.min_by_key(|at| self.pending.get(*at).map_or(0, Cell::get)),
        }?;
        self.next.set((chosen + 1) % count.max(1));
        Some(chosen)
    }
}

/// A request under way to a target, counted until its answer has ended.
pub(crate) struct Pending {
    turn: Rc<Turn>,
    target: usize,
}

impl Pending {
    fn new(turn: &Rc<Turn>, target: usize) -> Self {
        if let Some(pending) = turn.pending.get(target) {
            pending.set(pending.get().saturating_add(1));
        }
        Self { turn: Rc::clone(turn), target }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(pending) = self.turn.pending.get(self.target) {
            pending.set(pending.get().saturating_sub(1));
        }
    }
}

/// The way of one request. For a simple app it is one target and nothing to remember.
pub(crate) struct Way<'a> {
    plane: &'a Plane,
    pool: &'a Rc<Pool>,
    compartment: (TenantId, AppId),
    /// Settings of a simple app; others have theirs with their state.
    simple: &'a Upstream,
    running: Option<Arc<Running>>,
    turn: Option<Rc<Turn>>,
    target: usize,
    /// Whether the connection may become a tunnel.
    tunnel: bool,
    /// One bit for each target that was tried.
    tried: u32,
    pending: Option<Pending>,
}

impl<'a> Way<'a> {
    pub(crate) fn new(
        plane: &'a Plane,
        pool: &'a Rc<Pool>,
        compartment: (TenantId, AppId),
        upstream: &'a Upstream,
        tunnel: bool,
    ) -> Result<Self, Problem> {
        let mut way = Self {
            plane,
            pool,
            compartment,
            simple: upstream,
            running: None,
            turn: None,
            target: 0,
            tunnel,
            tried: 1,
            pending: None,
        };
        if upstream.is_simple() {
            return Ok(way);
        }
        let running = plane.snapshot.load().upstream(compartment.1).cloned().ok_or(Problem::AppDown)?;
        if running.targets.len() > 1 {
            way.turn = Some(pool.turn(compartment.1, running.targets.len()));
            way.running = Some(running);
            way.tried = 0;
            way.advance();
        } else {
            way.running = Some(running);
        }
        if tunnel && !way.upstream().targets.get(way.target).is_some_and(Target::carries_websockets) {
            // No connection is made that could not be used.
            tracing::warn!(app.id = %compartment.1, target = %way.name(),
                "a WebSocket was asked for, and the app has only h2c:// targets, which cannot have any");
            return Err(Problem::AppDown);
        }
        way.refresh();
        Ok(way)
    }

    /// Its settings. The configuration may have changed since the request was routed: what has state brings its own.
    fn upstream(&self) -> &Upstream {
        self.running.as_ref().map_or(self.simple, |running| &running.upstream)
    }

    /// Goes on to a target that was not tried, a well one if there is one: with all of them out the least bad guess is to
    /// try them all the same.
    fn advance(&mut self) -> bool {
        let (Some(turn), Some(running)) = (&self.turn, &self.running) else { return false };
        let targets = &self.upstream().targets;
        let fits = |at: usize| !self.tunnel || targets.get(at).is_some_and(Target::carries_websockets);
        let fresh = |at: usize| self.tried & (1 << at) == 0 && fits(at);
        let balancing = self.upstream().balancing;
        let chosen =
            turn.choose(balancing, |at| fresh(at) && running.is_well(at)).or_else(|| turn.choose(balancing, fresh));
        let Some(chosen) = chosen else { return false };
        self.pending = Some(Pending::new(turn, chosen));
        self.target = chosen;
        self.tried |= 1 << chosen;
        true
    }

    fn refresh(&self) {
        if let Some(running) = &self.running {
            connect::refresh(running, self.target, self.names());
        }
    }

    fn names(&self) -> Names<'_> {
        Names { resolver: &self.plane.resolver, control: &self.plane.control }
    }

    /// A connection that is open already.
    pub(crate) fn idle(&self) -> Option<Connection> {
        let generation = self.running.as_ref().map_or(0, |running| running.generation(self.target));
        self.pool.take(&self.compartment, self.upstream(), self.target, generation)
    }

    /// A connection to the target, or to the next one if it cannot be reached: nothing was sent yet, so that nothing can be
    /// sent twice. Says whether the connection was used before.
    pub(crate) async fn open(&mut self) -> Result<(Connection, bool), ConnectFault> {
        loop {
            let fault = match self.connect(self.tunnel).await {
                Ok(connection) => return Ok((connection, false)),
                Err(fault) => fault,
            };
            tracing::debug!(app.id = %self.compartment.1, target = %self.name(), error = %fault, "not reached");
            self.failed(&fault);
            if !self.advance() {
                return Err(fault);
            }
            if let Some(connection) = self.idle().filter(|_| !self.tunnel) {
                return Ok((connection, true));
            }
        }
    }

    async fn connect(&self, may_become_a_tunnel: bool) -> Result<Connection, ConnectFault> {
        let target =
            self.upstream().targets.get(self.target).ok_or(std::io::Error::from(std::io::ErrorKind::NotFound))?;
        let limit = self.upstream().connect.unwrap_or(self.plane.settings.limits.upstream_connect);
        let multiplexes = matches!(target, Target::H2c(_)) || self.state().is_some_and(|own| own.multiplexes());
        let connected = async {
            // Many requests at once make one connection, not one each.
            let alone = if multiplexes && !may_become_a_tunnel {
                let alone = self.pool.one_at_a_time(&self.compartment, self.target).acquire_owned().await;
                if let Some(connection) = self.idle() {
                    return Ok(connection);
                }
                alone.ok()
            } else {
                None
            };
            let state = self.running.as_ref().map(|running| (running, self.target));
            let laid = connect::lay(target, state, self.names(), may_become_a_tunnel).await?;
            let connection = Connection::open(laid, self.upstream(), self.target, may_become_a_tunnel).await?;
            self.pool.share(&self.compartment, &connection);
            drop(alone);
            Ok(connection)
        };
        tokio::time::timeout(limit, connected).await.map_err(|_| ConnectFault::TimedOut(limit))?
    }

    /// Gives the request the shape that the connection needs. One to a simple app has it already.
    pub(crate) fn dress(&self, request: &mut Request<Upload>, connection: &Connection) -> Result<(), Problem> {
        if self.running.is_none() {
            return Ok(());
        }
        if self.upstream().host == HostChoice::Upstream {
            request.headers_mut().insert(HOST, self.host()?);
        }
        let path = request.uri().path_and_query().cloned();
        if !matches!(connection, Connection::Many(_)) {
            if request.version() == Version::HTTP_2 {
                // It was dressed for another target.
                let said =
                    (self.upstream().host != HostChoice::Upstream).then(|| request.uri()).and_then(Uri::authority);
                if let Some(host) = said.map(|authority| authority.as_str().to_owned()) {
                    let host = HeaderValue::from_maybe_shared(bytes::Bytes::from(host));
                    request.headers_mut().insert(HOST, host.map_err(|_| Problem::BadRequest)?);
                }
                *request.uri_mut() = path.map(Uri::from).ok_or(Problem::BadRequest)?;
                *request.version_mut() = Version::HTTP_11;
                if request.body().size_hint().exact().is_none() {
                    request.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
                }
                if request.headers().contains_key(TE) {
                    request.headers_mut().insert(CONNECTION, HeaderValue::from_static("te"));
                }
            }
            return Ok(());
        }
        if request.version() == Version::HTTP_2 && self.upstream().host != HostChoice::Upstream {
            return Ok(());
        }
        // RFC 9113 §8.3.1: the host is in the pseudo-header, and nowhere else.
        let host = request.headers_mut().remove(HOST).ok_or(Problem::BadRequest)?;
        let secure = self.upstream().targets.get(self.target).is_some_and(|it| matches!(it, Target::Https(_)));
        let uri = Uri::builder().scheme(if secure { "https" } else { "http" }).authority(host.as_bytes());
        let uri = uri.path_and_query(path.ok_or(Problem::BadRequest)?).build();
        *request.uri_mut() = uri.map_err(|_| Problem::BadRequest)?;
        *request.version_mut() = Version::HTTP_2;
        // RFC 9113 §8.2.2: neither is there a connection to speak of; `TE: trailers` may stay.
        request.headers_mut().remove(TRANSFER_ENCODING);
        request.headers_mut().remove(CONNECTION);
        let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        if kind.starts_with(b"application/grpc") {
            // gRPC servers take it as the sign that whoever stands between understands trailers.
            request.headers_mut().insert(TE, HeaderValue::from_static("trailers"));
        }
        Ok(())
    }

    fn host(&self) -> Result<HeaderValue, Problem> {
        let target = self.upstream().targets.get(self.target).ok_or(Problem::AppDown)?;
        HeaderValue::from_maybe_shared(bytes::Bytes::from(target.authority())).map_err(|_| Problem::AppDown)
    }

    /// The target answered.
    pub(crate) fn answered(&self) {
        if self.running.is_none() {
            self.plane.meter.answers(self.compartment.1, true);
        }
        if self.state().is_some_and(|own| own.answered()) {
            tracing::info!(app.id = %self.compartment.1, target = %self.name(), "a target answers again");
        }
    }

    /// No connection to the target could be made.
    pub(crate) fn failed(&self, why: &dyn std::fmt::Display) {
        self.unanswered();
        if self.state().is_some_and(|own| own.failed(self.upstream().failures)) {
            self.is_out(why);
        }
    }

    /// The target took the request of `sender` and did not answer it.
    pub(crate) fn let_down(&self, sender: Sender, why: &dyn std::fmt::Display) {
        self.unanswered();
        if self.state().is_some_and(|own| own.let_down(sender, self.upstream().failures)) {
            self.is_out(why);
        }
    }

    /// For the metrics.
    fn unanswered(&self) {
        if self.running.is_none() {
            self.plane.meter.answers(self.compartment.1, false);
        }
        if let Some(target) = self.upstream().targets.get(self.target) {
            self.plane.meter.unanswered(self.compartment.1, target);
        }
    }

    fn is_out(&self, why: &dyn std::fmt::Display) {
        tracing::warn!(
            app.id = %self.compartment.1, target = %self.name(), error = %why,
            "a target failed too often and is left out for a while"
        );
    }

    /// Goes on to the next target after one that did not get the request.
    pub(crate) fn next(&mut self) -> bool {
        self.advance()
    }

    /// The target, for logs.
    pub(crate) fn name(&self) -> String {
        self.upstream().targets.get(self.target).map(Target::to_string).unwrap_or_default()
    }

    /// Keeps the connection while the answer streams.
    pub(crate) fn lease(self, connection: Connection) -> Lease {
        let idle = self.upstream().idle;
        Lease::new(self.pool, self.compartment, connection, self.pending, idle)
    }

    /// Keeps a connection while the answer streams, and closes it then.
    pub(crate) fn lease_apart(self, connection: Connection) -> Lease {
        let nobodys = Rc::new(Pool::default());
        let idle = self.upstream().idle;
        Lease::new(&nobodys, self.compartment, connection, self.pending, idle)
    }

    fn state(&self) -> Option<&crate::snapshot::upstreams::TargetState> {
        self.running.as_ref().and_then(|running| running.targets.get(self.target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_take_turns() {
        let turn = Turn::new(3);
        let round = |may: fn(usize) -> bool| {
            (0..6).map(|_| turn.choose(Balancing::RoundRobin, may).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(round(|_| true), [0, 1, 2, 0, 1, 2]);
        assert_eq!(round(|at| at != 1), [0, 2, 0, 2, 0, 2]);
        assert_eq!(turn.choose(Balancing::RoundRobin, |_| false), None);
        assert_eq!(Turn::new(0).choose(Balancing::RoundRobin, |_| true), None);
    }

    #[test]
    fn the_one_with_the_fewest_requests_is_next() {
        let turn = Rc::new(Turn::new(3));
        let take = || {
            let at = turn.choose(Balancing::LeastPending, |_| true).unwrap();
            (at, Pending::new(&turn, at))
        };
        let (first, slow) = take();
        let short: Vec<usize> = (0..4).map(|_| take().0).collect();
        assert_eq!((first, short), (0, vec![1, 2, 1, 2]), "equals take turns, and the busy one waits");
        drop(slow);
        let held: Vec<_> = (0..3).map(|_| take()).collect();
        let mut taken: Vec<_> = held.iter().map(|(at, _)| *at).collect();
        taken.sort_unstable();
        assert_eq!(taken, [0, 1, 2]);
    }
}
