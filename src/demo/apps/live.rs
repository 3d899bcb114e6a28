//! The parts of the sample apps that stay open: a WebSocket that echoes, and a stream of one event a second.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use futures_util::Stream;
use http::StatusCode;
use tokio::time::Instant;

use super::App;
use super::desk::who;
use super::wiki::look;
use crate::demo::look::{Extras, failure};

/// Says back what it hears.
pub(super) async fn echo(State(app): State<Arc<App>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        let stop = app.options.stop.clone();
        tokio::select! {
            () = answer(socket) => {}
            () = stop.cancelled() => {}
        }
    })
}

async fn answer(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let sent = match message {
            Message::Text(_) | Message::Binary(_) => socket.send(message).await,
            Message::Close(_) => {
                let frame = CloseFrame { code: close_code::NORMAL, reason: "bye".into() };
                // The other side may be gone already.
                let _gone = socket.send(Message::Close(Some(frame))).await;
                return;
            }
            Message::Ping(_) | Message::Pong(_) => Ok(()), // answered below us
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Counts, once a second, the first at once.
pub(super) async fn events(State(app): State<Arc<App>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stop = app.options.stop.clone();
    let begin = Instant::now();
    let events = futures_util::stream::unfold((0_u32, stop), move |(count, stop)| async move {
        tokio::select! {
            () = stop.cancelled() => return None,
            () = tokio::time::sleep_until(begin + Duration::from_secs(u64::from(count))) => {}
        }
        let event = Event::default().id(count.to_string()).data(count.to_string());
        Some((Ok(event), (count.checked_add(1)?, stop)))
    });
    Sse::new(events)
}

const SCRIPT: &str = r#"
"use strict";
const say = (id, text) => { document.getElementById(id).textContent = text; };
const events = new EventSource("/events");
events.onmessage = event => say("events", "event " + event.data);
events.onerror = () => { say("events", "closed"); events.close(); };
const socket = new WebSocket((location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/ws");
socket.onopen = () => say("socket", "open");
socket.onclose = event => say("socket", "closed (" + event.code + ")");
socket.onmessage = event => say("echo", event.data);
document.getElementById("form").addEventListener("submit", event => {
  event.preventDefault();
  socket.send(document.getElementById("text").value);
});
"#;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{{ who|safe }}
<h1>What stays open</h1>
<p>Both end when your access ends.</p>
<p>Event stream: <output id="events">not yet</output></p>
<p>WebSocket: <output id="socket">not yet</output></p>
<form id="form"><label for="text">Say something</label><input id="text" type="text" value="hello" required><button type="submit">Send</button></form>
<p>Echo: <output id="echo">nothing yet</output></p>
<noscript><p>This page needs JavaScript; the addresses are <code>/ws</code> and <code>/events</code>.</p></noscript>
<p><a href="/">Back</a></p>"#
)]
struct Page<'a> {
    who: &'a str,
}

/// A page that uses both.
pub(super) async fn page(State(app): State<Arc<App>>, request: Request) -> Response {
    let who = who(&app.visitor(request.headers()));
    let extras = Extras { script: Some(SCRIPT), ..Extras::default() };
    match (Page { who: &who }).render() {
        Ok(body) => look(app.sample).page(StatusCode::OK, "What stays open", &body, extras),
        Err(_) => failure(),
    }
}
