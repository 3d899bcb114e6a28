//! The front desk: judges the head of every request, and hands it to the app's proxy, to our own pages, or to nobody.
//!
//! Our own hosts run on the control runtime: the request is spawned there and only its bodies cross (decision 26).
//! Whoever serves them gets the request with a [`ClientInfo`] extension and builds a [`ControlService`], most simply
//! by [`control_service`] from an `axum::Router`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{ACCEPT_LANGUAGE, ALLOW, CONNECTION, STRICT_TRANSPORT_SECURITY};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, Version};
use hyper::body::Incoming;
use tower::ServiceExt;

use super::authority::{self, AuthorityFault};
use crate::proxy::detour::{self, Audience, Reader};
use crate::proxy::{self, Arrival, Body, Outcome, Plane, Pool, Present, hop, identity};
use crate::web::problem::Problem;
use crate::web::{ClientInfo, Inflow, RequestId, RequestIds};

/// A part of ours that answers on a host of its own; runs on the control runtime.
pub type ControlService =
    Arc<dyn Fn(Request<axum::body::Body>) -> BoxFuture<'static, Response<axum::body::Body>> + Send + Sync>;

/// A [`ControlService`] out of a router.
pub fn control_service(router: axum::Router) -> ControlService {
    Arc::new(move |request| {
        let answered = router.clone().oneshot(request);
        Box::pin(async move { answered.await.unwrap_or_else(|never| match never {}) })
    })
}

/// Everything that requests are judged and answered by; shared by all threads.
pub struct Front {
    /// The proxy's needs, and with them the settings.
    pub plane: Arc<Plane>,
    /// Hosts of ours: broker, admin, and whatever the demo adds (decision 28). Canonical host → service.
    pub services: HashMap<String, ControlService, foldhash::fast::RandomState>,
    /// Numbers requests.
    pub ids: RequestIds,
    hsts: Option<HeaderValue>,
}

/// What is known about a connection, and what its requests need not work out again.
pub struct Peer {
    /// The other end of the socket.
    pub address: IpAddr,
    /// The same as a header value.
    field: HeaderValue,
    /// The host that TLS was negotiated for; `None` without SNI, or without TLS.
    server_name: Option<Arc<str>>,
    /// The last host that was asked for: mostly the next one, too.
    known: RefCell<Option<Known>>,
}

/// A host that a connection may ask for.
struct Known {
    /// How the client wrote it.
    written: HeaderValue,
    /// Its canonical form.
    host: Rc<str>,
    /// `host[:port]` as browsers know it.
    authority: HeaderValue,
}

impl Peer {
    /// A connection from `address`; `server_name` is the host that TLS was negotiated for.
    pub fn new(address: IpAddr, server_name: Option<Arc<str>>) -> Self {
        let field = identity::address_value(address);
        Self { address, field, server_name, known: RefCell::default() }
    }

    /// The canonical host of a request and the authority that browsers know it by on `port`.
    fn host(&self, parts: &Parts, port: Option<u16>) -> Result<(Rc<str>, HeaderValue), AuthorityFault> {
        let mut known = self.known.borrow_mut();
        // What was judged well once is judged well again: besides this text only the connection counts.
        let written = authority::written(parts);
        if let Some(known) = known.as_ref().filter(|known| written.is_some_and(|text| known.written == text)) {
            return Ok((Rc::clone(&known.host), known.authority.clone()));
        }
        let host: Rc<str> = authority::host(parts, self.server_name.as_deref())?.into();
        let text = port.map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        let authority = HeaderValue::from_maybe_shared(Bytes::from(text)).map_err(|_| AuthorityFault::Invalid)?;
        if let Some(written) = written.and_then(|text| HeaderValue::from_bytes(text).ok()) {
            *known = Some(Known { written, host: Rc::clone(&host), authority: authority.clone() });
        }
        Ok((host, authority))
    }
}

impl Front {
    /// A front for the proxy and for the hosts of ours.
    pub fn new(plane: Arc<Plane>, services: HashMap<String, ControlService>) -> Arc<Self> {
        let ids = RequestIds::new(plane.random.as_ref());
        let hsts =
            plane.settings.tls.hsts.and_then(|age| HeaderValue::from_str(&format!("max-age={}", age.as_secs())).ok());
        Arc::new(Self { plane, services: services.into_iter().collect(), ids, hsts })
    }

    /// Whether anything answers on this host; the redirecting listener asks.
    pub fn knows(&self, host: &str) -> bool {
        self.services.contains_key(host) || self.plane.snapshot.load().app_by_host(host).is_some()
    }

    /// Answers one request.
    pub async fn answer(&self, pool: &Rc<Pool>, peer: &Peer, request: Request<Incoming>) -> Response<Body> {
        let request_id = self.ids.next();
        let version = request.version();
        let logged = tracing::enabled!(target: "access", tracing::Level::DEBUG)
            .then(|| (request.method().clone(), std::time::Instant::now()));
        let mut response = self.judge_and_answer(pool, peer, request, request_id).await;
        if let Some((method, began)) = logged {
            // Neither target nor address: both may be personal data.
            tracing::debug!(
                target: "access",
                { request.id = %request_id, http.method = %method, http.status = response.status().as_u16(),
                  duration_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX) },
                "answered"
            );
        }
        if let Some(hsts) = &self.hsts {
            response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, hsts.clone());
        }
        if version == Version::HTTP_2 {
            // RFC 9113 §8.2.2.
            response.headers_mut().remove(CONNECTION);
            *response.version_mut() = Version::HTTP_2;
        }
        response
    }

    async fn judge_and_answer(
        &self,
        pool: &Rc<Pool>,
        peer: &Peer,
        request: Request<Incoming>,
        request_id: RequestId,
    ) -> Response<Body> {
        let (parts, incoming) = request.into_parts();
        let (host, authority) = match self.judge(&parts, peer) {
            Ok(judged) => judged,
            Err(problem) => return self.refuse(problem, &parts, request_id),
        };
        if parts.method == Method::OPTIONS && parts.uri.path() == "*" && self.knows(&host) {
            // Of the server as a whole: there is no tenant to it, and no app to ask (RFC 9110 §9.3.7).
            return detour::methods().map(Body::from);
        }
        let present = Present::of(&parts.headers);
        let said = present.has(Present::OTHER).then_some(&parts.headers);
        let (client, trusted) = identity::client_address(peer.address, said, &self.plane.settings.trusted_proxies);
        if let Some(service) = self.services.get(&*host) {
            if parts.method == Method::CONNECT {
                // Our own pages have no WebSockets.
                return self.refuse(Problem::MethodNotAllowed, &parts, request_id);
            }
            let service = Arc::clone(service);
            let info = ClientInfo { address: client, request_id };
            // Boxed, as is all that app traffic does not need: the future of each request is as large as its largest branch.
            return Box::pin(self.on_control(service, parts, incoming, info)).await;
        }
        let app = self.plane.snapshot.load().app_by_host(&host).cloned();
        match app {
            Some(app) => {
                let address = if client == peer.address { peer.field.clone() } else { identity::address_value(client) };
                let arrival = Arrival { app, client, address, authority, peer: peer.address, trusted, request_id };
                proxy::serve(&self.plane, pool, arrival, present, parts, incoming).await
            }
            None => self.refuse(Problem::Misdirected, &parts, request_id),
        }
    }

    /// What holds for every host. Order: the shape of the message first, so that nothing is decided on a doubtful one.
    fn judge(&self, parts: &Parts, peer: &Peer) -> Result<(Rc<str>, HeaderValue), Problem> {
        let limits = &self.plane.settings.limits;
        let preface = parts.method.as_str() == "PRI";
        let connects = parts.method == Method::CONNECT && !proxy::is_websocket_over_http2(parts);
        if connects || parts.method == Method::TRACE || preface {
            return Err(Problem::MethodNotAllowed);
        }
        // Methods are case-sensitive (RFC 9110 §9.1); a lower-case one is a trick on whoever folds it.
        if !parts.method.as_str().bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-') {
            return Err(Problem::BadRequest);
        }
        let target = parts.uri.path().len() + parts.uri.query().map_or(0, |query| query.len() + 1);
        if target > limits.target_bytes {
            return Err(Problem::TargetTooLong);
        }
        if parts.headers.len() > limits.header_fields {
            return Err(Problem::TooManyFields);
        }
        hop::check_transfer_encoding(&parts.headers).map_err(|_| Problem::BadRequest)?;
        peer.host(parts, self.plane.settings.public_url.port()).map_err(|fault| match fault {
            AuthorityFault::Invalid | AuthorityFault::Disagreement => Problem::BadRequest,
            AuthorityFault::NotOfThisConnection => Problem::Misdirected,
        })
    }

    /// A doubtful message also ends its connection (RFC 9112 §6.1): what follows on it may be part of a trick.
    fn refuse(&self, problem: Problem, parts: &Parts, request_id: RequestId) -> Response<Body> {
        self.plane.meter.count(Outcome::Refused);
        let reader = Reader::of(&parts.method, &parts.headers);
        let audience = match reader.audience {
            Audience::Grpc | Audience::Machine => Audience::Machine,
            _ if is_of_the_api(parts) => Audience::Machine,
            _ => Audience::Page,
        };
        let mut response =
            detour::refuse(problem, Reader { audience, ..reader }, &request_id.to_string()).map(Body::from);
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        if problem == Problem::MethodNotAllowed {
            // RFC 9110 §15.5.6: never without the methods that there are; which of them an address has, it says itself.
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(detour::METHODS));
        }
        response
    }

    async fn on_control(
        &self,
        service: ControlService,
        parts: Parts,
        incoming: Incoming,
        info: ClientInfo,
    ) -> Response<Body> {
        let mut request = Request::from_parts(
            parts,
            axum::body::Body::new(Inflow::new(incoming, self.plane.settings.limits.body_rate)),
        );
        request.extensions_mut().insert(info);
        let audience = detour::audience(request.method(), request.headers());
        let accepts = request.headers().get(ACCEPT_LANGUAGE).cloned();
        match self.plane.control.spawn(async move { service(request).await }).await {
            Ok(response) => response.map(Body::Control),
            Err(error) => {
                tracing::error!(error = %error, request.id = %info.request_id, "a page of ours broke off");
                let reader = Reader { audience, accepts: accepts.as_ref() };
                detour::refuse(Problem::Unavailable, reader, &info.request_id.to_string()).map(Body::from)
            }
        }
    }
}

/// Programs call the admin API, whatever they accept; a browser that leads somebody there says that it does.
fn is_of_the_api(parts: &Parts) -> bool {
    let below = parts.uri.path().strip_prefix(crate::graph_api::BASE);
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        && !parts.headers.contains_key("sec-fetch-mode")
}

#[cfg(test)]
mod tests {
    use http::header::HOST;

    use super::*;

    #[test]
    fn e6_apps_are_told_the_public_authority_of_the_host_that_was_judged() {
        let peer = Peer::new("::ffff:192.0.2.7".parse().unwrap(), None);
        assert_eq!(peer.field, "192.0.2.7");
        let asks = |target: &str, hosts: &[&'static str], version| {
            let mut request = Request::builder().uri(target).version(version).body(()).unwrap();
            for host in hosts {
                request.headers_mut().append(HOST, HeaderValue::from_static(host));
            }
            request.into_parts().0
        };
        let (one, two) = (Version::HTTP_11, Version::HTTP_2);
        let good: [(_, &[_], _, _); 6] = [
            ("/", &["wiki.example"], one, "wiki.example"),
            ("/", &["WIKI.example:80"], one, "wiki.example"),
            ("http://wiki.example/", &["wiki.example"], one, "wiki.example"),
            ("/", &["desk.example"], one, "desk.example"),
            ("https://wiki.example:8443/", &[], two, "wiki.example"),
            ("https://desk.example/", &["desk.example"], two, "desk.example"),
        ];
        let bad: [(_, &[_], _, _); 5] = [
            ("http://desk.example/", &["wiki.example"], one, AuthorityFault::Disagreement),
            ("http://wiki.example/", &[], one, AuthorityFault::Invalid),
            ("/", &["wiki.example", "wiki.example"], one, AuthorityFault::Invalid),
            ("/", &[], one, AuthorityFault::Invalid),
            ("https://desk.example/", &["wiki.example"], two, AuthorityFault::Disagreement),
        ];
        // In every order: what was asked before must not make anything right that is wrong.
        for (target, hosts, version, said) in good {
            let parts = asks(target, hosts, version);
            for _ in 0..2 {
                let (host, authority) = peer.host(&parts, Some(8443)).unwrap();
                assert_eq!((&*host, authority.to_str().unwrap()), (said, format!("{said}:8443").as_str()));
            }
            for (target, hosts, version, fault) in bad {
                let parts = asks(target, hosts, version);
                assert_eq!(peer.host(&parts, Some(8443)).err(), Some(fault), "{target} {hosts:?}");
            }
        }
        let tls = Peer::new("::1".parse().unwrap(), Some("wiki.example".into()));
        let wiki = tls.host(&asks("/", &["wiki.example"], one), None);
        assert_eq!(wiki.map(|(_, authority)| authority).unwrap(), "wiki.example");
        let desk = tls.host(&asks("/", &["desk.example"], one), None);
        assert_eq!(desk.err(), Some(AuthorityFault::NotOfThisConnection));
    }
}
