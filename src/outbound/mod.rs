//! The one way out: an HTTP client that cannot be talked into visiting our own inside (attack rows H1, H2).

mod address;
mod error;
mod exchange;
mod policy;
mod records;
mod resolver;
#[cfg(test)]
mod tests;
mod trust;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use rustls::ClientConfig;
use tokio::sync::Semaphore;
use url::{Host, Url};

pub use error::{Fault, FetchError, Refusal};
pub use exchange::first_to_answer;
use policy::{Destination, Policy};
pub use records::{SystemRecords, TxtRecords};
pub use resolver::{Resolve, SystemResolver};
pub use trust::TrustError;

use crate::config::Egress;

/// No answer may be larger, whatever the caller asks for.
const MOST_BYTES: usize = 1024 * 1024;
/// Requests under way to one host and port; more wait. One slow provider must not take all our sockets.
const AT_ONCE_PER_DESTINATION: usize = 64;
/// Requests under way in all.
const AT_ONCE: usize = 1024;

/// The one HTTP client for everything that a tenant, a provider or a guest can have a say in.
///
/// Each request resolves the name, checks *every* address, and connects to exactly those; it follows no redirects, keeps
/// no cookies, unpacks nothing, and ends in bounded time with a bounded answer.
pub struct Fetcher {
    own: Vec<SocketAddr>,
    resolver: Arc<dyn Resolve>,
    rules: ArcSwap<Rules>,
    in_all: Semaphore,
    per_destination: Mutex<HashMap<(String, u16), Weak<Semaphore>>>,
}

/// What a reload replaces as a whole.
struct Rules {
    policy: Policy,
    trust: Arc<ClientConfig>,
}

/// A request.
pub struct FetchRequest {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Further header fields; `Host`, `User-Agent`, `Accept-Encoding` and `Connection` are ours.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The largest answer to read; at most 1 MiB.
    pub max_bytes: usize,
    /// Whether what goes beyond that is left unread, instead of being a fault: for whom the status is the answer.
    pub ignore_rest: bool,
    /// Time to connect.
    pub connect_within: Duration,
    /// Time for everything.
    pub within: Duration,
}

impl FetchRequest {
    /// Asks for JSON.
    pub fn get(url: Url) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let (connect_within, within) = (Duration::from_secs(3), Duration::from_secs(10));
        let (method, body) = (Method::GET, Bytes::new());
        Self { method, url, headers, body, max_bytes: MOST_BYTES, ignore_rest: false, connect_within, within }
    }

    /// Posts a form and asks for JSON.
    pub fn post_form(url: Url, form: String) -> Self {
        let mut request = Self::get(url);
        request.method = Method::POST;
        request.body = form.into();
        request.with_header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
    }

    /// Adds a header field.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Reads at most so much.
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Waits at most so long for everything.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }
}

/// Bodies and queries carry codes, secrets and addresses, so neither is shown.
impl std::fmt::Debug for FetchRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FetchRequest({} {}{})", self.method, self.url.host_str().unwrap_or_default(), self.url.path())
    }
}

/// An answer, read whole. Redirects are answers like others.
pub struct FetchResponse {
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Bodies carry tokens, so none is shown.
impl std::fmt::Debug for FetchResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FetchResponse({}, {} bytes)", self.status, self.body.len())
    }
}

impl Fetcher {
    /// A client that obeys `egress` and never connects to `own_listeners`.
    pub fn new(egress: &Egress, own_listeners: Vec<SocketAddr>) -> Result<Self, TrustError> {
        let policy = Policy::new(egress.allow.clone(), own_listeners.clone());
        Ok(Self::of(policy, trust::client_config(&egress.extra_roots)?, Arc::new(SystemResolver)))
    }

    fn of(policy: Policy, trust: Arc<ClientConfig>, resolver: Arc<dyn Resolve>) -> Self {
        Self {
            own: policy.own.clone(),
            resolver,
            rules: ArcSwap::from_pointee(Rules { policy, trust }),
            in_all: Semaphore::new(AT_ONCE),
            per_destination: Mutex::default(),
        }
    }

    /// Takes over changed settings and reads the files of `extra_roots` again. On a fault everything stays as it was.
    pub fn reload(&self, egress: &Egress) -> Result<(), TrustError> {
        let policy = Policy::new(egress.allow.clone(), self.own.clone());
        self.rules.store(Arc::new(Rules { policy, trust: trust::client_config(&egress.extra_roots)? }));
        Ok(())
    }

    /// Checks what the text of a URL tells, without looking anything up: for settings, when they are made.
    pub fn check(&self, url: &str) -> Result<Url, Refusal> {
        let url = Url::parse(url).map_err(|_| Refusal::NoUrl)?;
        self.rules.load().policy.destination(&url)?;
        Ok(url)
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, mut request: FetchRequest) -> Result<FetchResponse, FetchError> {
        request.max_bytes = request.max_bytes.min(MOST_BYTES);
        let (url, within) = (request.url.clone(), request.within);
        match tokio::time::timeout(within, self.send_unbounded(request)).await {
            Ok(answer) => answer.map_err(|fault| FetchError::new(&url, fault)),
            Err(_) => Err(FetchError::new(&url, Fault::TimedOut(within))),
        }
    }

    async fn send_unbounded(&self, request: FetchRequest) -> Result<FetchResponse, Fault> {
        let rules = self.rules.load_full();
        let destination = rules.policy.destination(&request.url)?;
        let lane = self.lane(&destination);
        // Semaphores that nobody closes always give; dropping the permits at the end frees the places.
        let _place = lane.acquire().await;
        let _place_in_all = self.in_all.acquire().await;
        let addresses = self.addresses(&destination).await?;
        rules.policy.check_addresses(&destination, &addresses)?;
        let stream = exchange::connect(&addresses, &destination, request.connect_within).await?;
        exchange::exchange(stream, &destination, Arc::clone(&rules.trust), request).await
    }

    async fn addresses(&self, destination: &Destination) -> Result<Vec<IpAddr>, Fault> {
        match &destination.host {
            Host::Ipv4(address) => Ok(vec![(*address).into()]),
            Host::Ipv6(address) => Ok(vec![(*address).into()]),
            Host::Domain(name) => self.resolver.resolve(name).await.map_err(Fault::Resolve),
        }
    }

    fn lane(&self, destination: &Destination) -> Arc<Semaphore> {
        let mut lanes = self.per_destination.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (destination.host.to_string(), destination.port);
        if let Some(lane) = lanes.get(&key).and_then(Weak::upgrade) {
            return lane;
        }
        // Lanes live as long as somebody uses them, so the map stays as small as the traffic.
        lanes.retain(|_, lane| lane.strong_count() > 0);
        let lane = Arc::new(Semaphore::new(AT_ONCE_PER_DESTINATION));
        lanes.insert(key, Arc::downgrade(&lane));
        lane
    }
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fetcher")
    }
}
