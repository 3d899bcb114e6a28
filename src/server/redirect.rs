//! The plain-HTTP listener: leads people to HTTPS of the same host, if we serve it, and does nothing else.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONNECTION, LOCATION};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::authority;
use super::front::Front;
use super::listen::Connections;
use crate::web::language;
use crate::web::problem::{self, Problem};

/// How long a connection may live: one request needs no longer.
const LONGEST: Duration = Duration::from_secs(10);

/// Redirects until `stopping`. Runs on the control runtime.
pub async fn serve(
    front: Arc<Front>,
    listener: std::net::TcpListener,
    stopping: CancellationToken,
) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let limits = &front.plane.settings.limits;
    let connections = Connections::new(limits.connections, limits.connections_per_address);
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Some(slot) = connections.admit(peer.ip(), false) else { continue };
        let front = Arc::clone(&front);
        tokio::spawn(async move {
            let _slot = slot;
            let service = service_fn(move |request| {
                let front = Arc::clone(&front);
                async move { Ok::<_, Infallible>(answer(&front, &request).map(Full::new)) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(LONGEST)
                .max_buf_size(16 * 1024)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            let _ = tokio::time::timeout(LONGEST, connection).await;
        });
    }
}

fn answer(front: &Front, request: &Request<Incoming>) -> Response<Bytes> {
    let id = front.ids.next().to_string();
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.uri = request.uri().clone();
    parts.headers = request.headers().clone();
    let host = authority::host(&parts, None).ok().filter(|host| front.knows(host));
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let language = language::of_browser(request.headers().get(ACCEPT_LANGUAGE));
    let mut response = match host {
        // What a form says has been sent in clear already; leading it on would hide that.
        Some(host) if reads => {
            let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
            let location = format!("{}{target}", front.plane.settings.origin_of(&host));
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
            match HeaderValue::from_str(&location) {
                Ok(location) => {
                    response.headers_mut().insert(LOCATION, location);
                    response
                }
                Err(_) => problem::page(Problem::BadRequest, &language, &id, None, false),
            }
        }
        Some(_) => problem::page(Problem::BadRequest, &language, &id, None, false),
        None => problem::page(Problem::Misdirected, &language, &id, None, false),
    };
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
