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
use crate::proxy::{self, Arrival, Body, Outcome, Plane, Pool, hop, identity};
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
    /// The last host that was asked for, and how browsers write it: mostly the next one, too.
    authority: RefCell<Option<(String, HeaderValue)>>,
}

impl Peer {
    /// A connection from `address`; `server_name` is the host that TLS was negotiated for.
    pub fn new(address: IpAddr, server_name: Option<Arc<str>>) -> Self {
        Self { address, field: identity::address_value(address), server_name, authority: RefCell::default() }
    }

    /// `host[:port]` as browsers know it, whatever this one wrote.
    fn authority(&self, host: &str, port: Option<u16>) -> Option<HeaderValue> {
        let mut kept = self.authority.borrow_mut();
        if let Some((_, value)) = kept.as_ref().filter(|(known, _)| known == host) {
            return Some(value.clone());
        }
        let text = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let value = HeaderValue::from_maybe_shared(Bytes::from(text)).ok()?;
        *kept = Some((host.to_owned(), value.clone()));
        Some(value)
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
        let host = match self.judge(&parts, peer) {
            Ok(host) => host,
            Err(problem) => return self.refuse(problem, &parts, request_id),
        };
        if parts.method == Method::OPTIONS && parts.uri.path() == "*" && self.knows(&host) {
            // Of the server as a whole: there is no tenant to it, and no app to ask (RFC 9110 §9.3.7).
            return detour::methods().map(Body::from);
        }
        let (client, trusted) =
            identity::client_address(peer.address, &parts.headers, &self.plane.settings.trusted_proxies);
        if let Some(service) = self.services.get(&host) {
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
                let port = self.plane.settings.public_url.port();
                let Some(authority) = peer.authority(&host, port) else {
                    return self.refuse(Problem::BadRequest, &parts, request_id);
                };
                let address = if client == peer.address { peer.field.clone() } else { identity::address_value(client) };
                let arrival = Arrival { app, client, address, authority, peer: peer.address, trusted, request_id };
                proxy::serve(&self.plane, pool, arrival, Request::from_parts(parts, incoming)).await
            }
            None => self.refuse(Problem::Misdirected, &parts, request_id),
        }
    }

    /// What holds for every host. Order: the shape of the message first, so that nothing is decided on a doubtful one.
    fn judge(&self, parts: &Parts, peer: &Peer) -> Result<String, Problem> {
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
        authority::host(parts, peer.server_name.as_deref()).map_err(|fault| match fault {
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
    use super::*;

    #[test]
    fn e6_apps_are_told_the_public_authority_of_the_host_that_was_judged() {
        let peer = Peer::new("::ffff:192.0.2.7".parse().unwrap(), None);
        assert_eq!(peer.field, "192.0.2.7");
        for (host, port, said) in [
            ("wiki.example", Some(8443), "wiki.example:8443"),
            ("wiki.example", Some(8443), "wiki.example:8443"),
            ("desk.example", Some(8443), "desk.example:8443"),
            ("wiki.example", Some(8443), "wiki.example:8443"),
        ] {
            assert_eq!(peer.authority(host, port).unwrap(), said);
        }
        assert_eq!(Peer::new("::1".parse().unwrap(), None).authority("wiki.example", None).unwrap(), "wiki.example");
    }
}
