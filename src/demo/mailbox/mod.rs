//! The demo's mailbox of all guests: a real SMTP server, and a web inbox whose API answers as Mailpit does.

mod api;
mod message;
mod search;
mod smtp;
mod web;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::message::{Message, Person};
use super::ambient::Ambient;

/// Messages kept; the oldest go first.
pub const MESSAGE_LIMIT: usize = 1_000;
/// Largest message that is taken, and announced.
pub const SIZE_LIMIT: usize = 10 * 1024 * 1024;
/// Bytes kept altogether.
const TOTAL_LIMIT: usize = 256 * 1024 * 1024;

/// What goes wrong on purpose, for tests of the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpFault {
    /// 421 as the greeting: the server is about to go down.
    Unavailable,
    /// The connection is cut before the greeting.
    CutAtOnce,
    /// 451 to MAIL: try again later.
    TryLater,
    /// 550 to RCPT: no such mailbox, do not try again.
    NoSuchMailbox,
    /// 451 after the whole message came.
    TryLaterAfterData,
    /// The message is kept, but the connection is cut before that is said: an honest sender sends it again.
    CutAfterData,
    /// No answer to anything, until the fault is lifted.
    Silence,
}

/// The mailbox.
#[derive(Clone)]
pub struct Mailbox {
    inner: Arc<Inner>,
}

struct Inner {
    messages: Mutex<VecDeque<Arc<Message>>>,
    fault: Mutex<Option<SmtpFault>>,
    authority: String,
    ambient: Ambient,
}

impl Mailbox {
    /// An empty mailbox. `authority` is the PEM text that `GET /ca.pem` answers.
    pub fn new(authority: String, ambient: Ambient) -> Self {
        let inner = Inner { messages: Mutex::new(VecDeque::new()), fault: Mutex::new(None), authority, ambient };
        Self { inner: Arc::new(inner) }
    }

    /// From now on SMTP fails like this; `None` heals it.
    pub fn fail_with(&self, fault: Option<SmtpFault>) {
        *self.inner.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn fault(&self) -> Option<SmtpFault> {
        *self.inner.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All messages, newest first.
    pub fn messages(&self) -> Vec<Arc<Message>> {
        self.with(|messages| messages.iter().cloned().collect())
    }

    /// One message.
    pub fn message(&self, id: &str) -> Option<Arc<Message>> {
        self.with(|messages| match id {
            "latest" => messages.front().cloned(),
            _ => messages.iter().find(|message| message.id == id).cloned(),
        })
    }

    /// Throws away the messages that are named, or all of them.
    pub fn remove(&self, ids: Option<&[String]>) {
        self.with(|messages| match ids {
            Some(ids) => messages.retain(|message| !ids.contains(&message.id)),
            None => messages.clear(),
        });
    }

    /// Takes in a message as it came over SMTP.
    pub fn receive(&self, from: String, to: Vec<String>, raw: Vec<u8>) -> Arc<Message> {
        let id = self.inner.ambient.token().get(..22).unwrap_or_default().replace(['-', '_'], "0");
        let message = Arc::new(Message::new(id, from, to, raw, self.inner.ambient.now()));
        self.with(|messages| {
            messages.push_front(Arc::clone(&message));
            let mut total = 0;
            let kept = messages.iter().take(MESSAGE_LIMIT).take_while(|message| {
                total += message.raw.len();
                total <= TOTAL_LIMIT
            });
            let kept = kept.count();
            messages.truncate(kept);
        });
        message
    }

    fn with<T>(&self, change: impl FnOnce(&mut VecDeque<Arc<Message>>) -> T) -> T {
        change(&mut self.inner.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The web inbox and its API.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(web::inbox))
            .route("/view/{id}", get(web::view))
            .route("/view/{id}/html", get(web::html_part))
            .route("/ca.pem", get(web::authority))
            .route("/api/v1/messages", get(api::list).put(api::mark).delete(api::remove))
            .route("/api/v1/search", get(api::search).delete(api::remove_found))
            .route("/api/v1/message/{id}", get(api::message))
            .route("/api/v1/message/{id}/headers", get(api::headers))
            .route("/api/v1/message/{id}/raw", get(api::raw))
            .fallback(web::nothing)
            .with_state(self.clone())
    }

    /// Takes mail from this listener until `stop`.
    pub async fn serve_smtp(self, listener: TcpListener, stop: CancellationToken) {
        smtp::serve(self, listener, stop).await;
    }
}

#[cfg(test)]
mod tests;
