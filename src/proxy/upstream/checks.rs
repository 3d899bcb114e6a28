//! Asking targets how they are, on the control runtime; requests read what was found as one atomic value.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, USER_AGENT};
use http::{HeaderValue, Request, StatusCode, Uri, Version};
use http_body_util::Empty;
use hyper::client::conn::{http1, http2};
use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio_util::sync::CancellationToken;

use super::connect::{self, Laid, Names, Wire};
use crate::model::{HealthCheck, HostChoice, Target};
use crate::proxy::Plane;
use crate::snapshot::upstreams::Running;

/// How soon new settings are noticed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Watches the targets of every app that wants it, and shows how all targets are, until `stopping`.
pub async fn run(plane: Arc<Plane>, stopping: CancellationToken) {
    loop {
        let snapshot = plane.snapshot.load_full();
        plane.meter.forget_targets();
        plane.meter.forget_silent(|app| snapshot.app(app).is_some_and(|app| app.upstream.is_simple()));
        for app in snapshot.apps().filter(|app| app.upstream.is_simple()) {
            for target in &app.upstream.targets {
                plane.meter.target(app.id, target, !plane.meter.is_silent(app.id));
            }
        }
        for running in snapshot.upstreams() {
            for (at, target) in running.upstream.targets.iter().enumerate() {
                plane.meter.target(running.app, target, running.is_well(at));
            }
            if running.upstream.health.is_some() && !running.watched.swap(true, Ordering::Relaxed) {
                for at in 0..running.targets.len() {
                    tokio::spawn(watch(Arc::clone(&plane), Arc::downgrade(running), at, stopping.clone()));
                }
            }
        }
        drop(snapshot);
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stopping.cancelled() => return,
        }
    }
}

/// Asks one target again and again, as long as its settings are in use.
async fn watch(plane: Arc<Plane>, running: Weak<Running>, at: usize, stopping: CancellationToken) {
    // Of the last answers that were alike: how many, and whether they were good.
    let (mut alike, mut last) = (0_u32, true);
    loop {
        let Some(running) = running.upgrade().filter(|running| is_current(&plane, running)) else { return };
        let Some(check) = running.upstream.health.clone() else { return };
        let found = ask(&plane, &running, at, &check).await;
        let well = found.is_ok();
        alike = if well == last { alike.saturating_add(1) } else { 1 };
        last = well;
        let enough = if well { check.healthy } else { check.unhealthy };
        let own = running.targets.get(at).filter(|_| alike >= enough);
        if own.is_some_and(|own| own.judged(well)) {
            let target = running.upstream.targets.get(at).map(Target::to_string).unwrap_or_default();
            match found {
                Ok(()) => tracing::info!(app.id = %running.app, target, "a target is well again"),
                Err(fault) => {
                    tracing::warn!(app.id = %running.app, target, fault, "a target is not well and is left out")
                }
            }
        }
        drop(running);
        tokio::select! {
            () = tokio::time::sleep(check.interval) => {}
            () = stopping.cancelled() => return,
        }
    }
}

fn is_current(plane: &Plane, running: &Arc<Running>) -> bool {
    plane.snapshot.load().upstream(running.app).is_some_and(|current| Arc::ptr_eq(current, running))
}

/// One question on a connection of its own. The error is for the log.
async fn ask(plane: &Plane, running: &Arc<Running>, at: usize, check: &HealthCheck) -> Result<(), String> {
    let target = running.upstream.targets.get(at).ok_or("there is no such target")?;
    let names = Names { resolver: &plane.resolver, control: &plane.control };
    connect::refresh(running, at, names);
    let host = match &running.upstream.host {
        HostChoice::Literal(host) => host.clone(),
        HostChoice::Upstream => target.authority(),
        HostChoice::Preserve => {
            let snapshot = plane.snapshot.load();
            snapshot.app(running.app).map_or_else(|| target.authority(), |app| authority(plane, &app.host))
        }
    };
    let asked = async {
        let laid = connect::lay(target, Some((running, at)), names, false).await.map_err(|fault| fault.to_string())?;
        let secure = matches!(target, Target::Https(_));
        let request = question(&check.path, &host, laid.http2, secure).map_err(|fault| fault.to_string())?;
        let Laid { wire, http2, .. } = laid;
        match wire {
            Wire::Clear(socket) => exchange(TokioIo::new(socket), http2, request).await,
            Wire::Tls(stream) => exchange(TokioIo::new(stream), http2, request).await,
        }
    };
    let answered = tokio::time::timeout(check.timeout, asked).await;
    let status = answered.map_err(|_| format!("no answer within {:?}", check.timeout))??;
    // A redirect is an answer of something that works; where it leads is not asked.
    if (200..400).contains(&status.as_u16()) { Ok(()) } else { Err(format!("it answered {status}")) }
}

fn authority(plane: &Plane, host: &str) -> String {
    let origin = plane.settings.origin_of(host);
    origin.split_once("://").map_or(host, |(_, authority)| authority).to_owned()
}

fn question(path: &str, host: &str, http2: bool, secure: bool) -> Result<Request<Empty<Bytes>>, http::Error> {
    let mut request = Request::new(Empty::new());
    if http2 {
        let uri = Uri::builder().scheme(if secure { "https" } else { "http" }).authority(host).path_and_query(path);
        *request.uri_mut() = uri.build()?;
        *request.version_mut() = Version::HTTP_2;
    } else {
        *request.uri_mut() = Uri::builder().path_and_query(path).build()?;
        request.headers_mut().insert(HOST, HeaderValue::try_from(host)?);
    }
    request.headers_mut().insert(USER_AGENT, HeaderValue::from_static("vestibule"));
    Ok(request)
}

/// The status of the answer; its body is nobody's concern. The connection ends with the question.
async fn exchange<T>(io: T, http2: bool, request: Request<Empty<Bytes>>) -> Result<StatusCode, String>
where
    T: Read + Write + Unpin + Send + 'static,
{
    let text = |fault: hyper::Error| fault.to_string();
    if http2 {
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.map_err(text)?;
        tokio::select! {
            answer = sender.send_request(request) => answer.map(|answer| answer.status()).map_err(text),
            ended = connection => Err(ended.map_or_else(text, |()| "it closed the connection".to_owned())),
        }
    } else {
        let (mut sender, connection) = http1::handshake(io).await.map_err(text)?;
        tokio::select! {
            biased;
            answer = sender.send_request(request) => answer.map(|answer| answer.status()).map_err(text),
            ended = connection => Err(ended.map_or_else(text, |()| "it closed the connection".to_owned())),
        }
    }
}
