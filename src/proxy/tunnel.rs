//! WebSockets: a tunnel only after the app agreed, for a proper handshake from the app's own pages, and only as long as
//! the session lives (attack rows D10 and F4, decision 29).

use std::sync::Arc;
use std::time::Duration;

use http::header::{
    CONNECTION, CONTENT_LENGTH, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    TRANSFER_ENCODING, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::body::Body;
use super::forward::clean_answer;
use super::watch::Watch;
use crate::clock::{Random, random_bytes};
use crate::web::problem::Problem;

/// How long a frame may take to end once the session is over.
const LAST_FRAME: Duration = Duration::from_millis(200);
/// How long the other side may take to say goodbye once one side has.
const GOODBYE: Duration = Duration::from_secs(5);
/// Close, status 1008 (policy violation), no reason; frames from a server are not masked (RFC 6455 §5.5.1, §7.4.1).
const CLOSE_1008: [u8; 4] = [0x88, 0x02, 0x03, 0xf0];

/// A proper handshake of a client.
pub(super) struct Handshake {
    accept: String,
    /// What we ask the app with, where the client speaks HTTP/2 and has no key of its own.
    key: Option<HeaderValue>,
}

/// What keeps the client's connection alive while a tunnel over it is open.
#[derive(Clone)]
pub struct Held(pub Arc<dyn std::any::Any + Send + Sync>);

/// Marks a request that came as an extended CONNECT.
#[derive(Clone, Copy)]
struct OverHttp2;

/// Marks an answer behind which a tunnel stands.
#[derive(Clone, Copy)]
pub(super) struct Established;

/// Whether a request is an extended CONNECT for a WebSocket (RFC 8441 §4), which is the one kind of CONNECT that we know.
pub fn is_websocket_over_http2(parts: &Parts) -> bool {
    let wanted = parts.extensions.get::<hyper::ext::Protocol>();
    parts.version == Version::HTTP_2
        && parts.method == Method::CONNECT
        && wanted.is_some_and(|protocol| protocol.as_str() == "websocket")
}

/// Such a CONNECT asks for what a GET asks for over HTTP/1.1, and is judged as one.
pub(super) fn read_as_get(parts: &mut Parts) -> bool {
    let connects = is_websocket_over_http2(parts);
    if connects {
        parts.method = Method::GET;
        parts.extensions.insert(OverHttp2);
    }
    connects
}

/// Reads a handshake over HTTP/2 (RFC 8441 §5): the key and its answer are between us and the app.
pub(super) fn handshake_over_http2(parts: &Parts, random: &dyn Random) -> Option<Handshake> {
    if parts.version != Version::HTTP_2 {
        return None;
    }
    parts.extensions.get::<OverHttp2>()?;
    let version = only(&parts.headers, &SEC_WEBSOCKET_VERSION)?;
    let key = data_encoding::BASE64.encode(&random_bytes::<16>(random));
    let value = HeaderValue::from_str(&key).ok()?;
    (version == "13").then(|| Handshake { accept: accept(key.as_bytes()), key: Some(value) })
}

impl Handshake {
    /// Adds what makes the request to the app a handshake.
    pub(super) fn state(&self, headers: &mut HeaderMap) {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        if let Some(key) = &self.key {
            headers.insert(SEC_WEBSOCKET_KEY, key.clone());
        }
    }
}

/// Reads a handshake as RFC 6455 §4.2.1 demands; anything less is an ordinary request whose `Upgrade` is dropped.
pub(super) fn handshake(parts: &Parts, no_body: bool) -> Option<Handshake> {
    let headers = &parts.headers;
    let framed = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING) || !no_body;
    if parts.method != Method::GET || parts.version != Version::HTTP_11 || framed {
        return None;
    }
    let upgrade = only(headers, &UPGRADE)?;
    let version = only(headers, &SEC_WEBSOCKET_VERSION)?;
    let key = only(headers, &SEC_WEBSOCKET_KEY)?;
    let nominated = headers.get_all(CONNECTION).iter().any(|line| {
        line.as_bytes().split(|byte| *byte == b',').any(|token| token.trim_ascii().eq_ignore_ascii_case(b"upgrade"))
    });
    let sixteen = data_encoding::BASE64.decode(key.as_bytes()).is_ok_and(|bytes| bytes.len() == 16);
    let proper = nominated && upgrade.as_bytes().eq_ignore_ascii_case(b"websocket") && version == "13" && sixteen;
    proper.then(|| Handshake { accept: accept(key.as_bytes()), key: None })
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// RFC 6455 §4.2.2, step 5.4.
fn accept(key: &[u8]) -> String {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY);
    context.update(key);
    context.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    data_encoding::BASE64.encode(context.finish().as_ref())
}

/// Whether the one `Origin` is the app's own: a page of anybody else must not speak with the guest's session.
pub(super) fn is_own_origin(headers: &HeaderMap, origin: &str) -> bool {
    only(headers, &ORIGIN).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(origin.as_bytes()))
}

/// Checks the app's 101, answers the client's, and starts the tunnel.
pub(super) fn open(
    handshake: &Handshake,
    (client, held): (OnUpgrade, Option<Held>),
    response: &mut Response<Incoming>,
    app_host: &str,
    watch: Watch,
) -> Result<Response<Body>, Problem> {
    let headers = response.headers();
    let agreed = only(headers, &UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
        && only(headers, &SEC_WEBSOCKET_ACCEPT).is_some_and(|value| value.as_bytes() == handshake.accept.as_bytes());
    if !agreed {
        return Err(Problem::AppDown);
    }
    let app = hyper::upgrade::on(&mut *response);
    let mut answer = Response::new(Body::empty());
    let over_http2 = handshake.key.is_some();
    *answer.status_mut() = if over_http2 { StatusCode::OK } else { StatusCode::SWITCHING_PROTOCOLS };
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    let headers = answer.headers_mut();
    clean_answer(app_host, headers, &watch);
    headers.remove(CONTENT_LENGTH);
    if over_http2 {
        headers.remove(SEC_WEBSOCKET_ACCEPT);
        answer.extensions_mut().insert(Established);
    } else {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    }
    tokio::task::spawn_local(async move {
        if let (Ok(client), Ok(app)) = tokio::join!(client, app) {
            run(TokioIo::new(client), TokioIo::new(app), watch).await;
        }
        drop(held);
    });
    Ok(answer)
}

/// Carries bytes both ways until one side closes or the session ends.
async fn run(client: impl AsyncRead + AsyncWrite, app: impl AsyncRead + AsyncWrite, watch: Watch) {
    let (client_reader, client_writer) = tokio::io::split(client);
    let (app_reader, app_writer) = tokio::io::split(app);
    let up = upwards(client_reader, app_writer, &watch);
    let down = downwards(app_reader, client_writer, watch.clone().ended());
    tokio::pin!(up, down);
    tokio::select! {
        () = &mut up => drop(tokio::time::timeout(GOODBYE, down).await),
        end = &mut down => {
            if end == End::App {
                let _ = tokio::time::timeout(GOODBYE, up).await;
            }
        }
    }
}

async fn upwards(mut client: impl AsyncRead + Unpin, mut app: impl AsyncWrite + Unpin, watch: &Watch) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = client.read(&mut buffer).await {
        if watch.has_ended() {
            return;
        }
        watch.touch();
        if app.write_all(buffer.get(..read).unwrap_or_default()).await.is_err() {
            return;
        }
    }
    let _ = app.shutdown().await;
}

/// How the way down ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The app or the client closed.
    App,
    /// The session ended.
    Session,
}

async fn downwards(
    mut app: impl AsyncRead + Unpin,
    mut client: impl AsyncWrite + Unpin,
    ended: impl Future<Output = ()>,
) -> End {
    let mut buffer = vec![0; 16 * 1024];
    let mut frames = Frames::default();
    tokio::pin!(ended);
    loop {
        let read = tokio::select! {
            biased;
            () = &mut ended => break,
            read = app.read(&mut buffer) => read.unwrap_or(0),
        };
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            let _ = client.shutdown().await;
            return End::App;
        }
        frames.feed(bytes);
        tokio::select! {
            biased;
            written = client.write_all(bytes) => if written.is_err() { return End::App },
            // Half a write went out; the boundary is lost, and so is the client that does not read.
            () = async { ended.as_mut().await; tokio::time::sleep(LAST_FRAME).await } => return End::Session,
        }
    }
    let closing = async {
        while !frames.at_boundary() {
            let read = app.read(&mut buffer).await.unwrap_or(0);
            let bytes = buffer.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                return;
            }
            let rest = frames.feed_to_boundary(bytes);
            if client.write_all(bytes.get(..rest).unwrap_or_default()).await.is_err() {
                return;
            }
        }
        let _ = client.write_all(&CLOSE_1008).await;
        let _ = client.shutdown().await;
    };
    let _ = tokio::time::timeout(LAST_FRAME, closing).await;
    End::Session
}

/// Where frames begin and end in a stream of bytes (RFC 6455 §5.2).
#[derive(Default)]
struct Frames {
    head: [u8; 14],
    filled: usize,
    payload: u64,
}

impl Frames {
    fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = rest.get(self.step(rest)..).unwrap_or_default();
        }
    }

    /// Reads to the end of the current frame and returns how many bytes that took.
    fn feed_to_boundary(&mut self, bytes: &[u8]) -> usize {
        let mut used = 0;
        while used < bytes.len() && !self.at_boundary() {
            used += self.step(bytes.get(used..).unwrap_or_default());
        }
        used
    }

    fn at_boundary(&self) -> bool {
        self.filled == 0 && self.payload == 0
    }

    /// Takes payload, or one byte of a frame's head.
    fn step(&mut self, bytes: &[u8]) -> usize {
        if self.payload > 0 {
            let taken = usize::try_from(self.payload).unwrap_or(usize::MAX).min(bytes.len());
            self.payload -= taken as u64;
            return taken;
        }
        if let (Some(slot), Some(byte)) = (self.head.get_mut(self.filled), bytes.first()) {
            *slot = *byte;
            self.filled += 1;
        }
        if let Some(payload) = self.complete() {
            self.filled = 0;
            self.payload = payload;
        }
        1
    }

    fn complete(&self) -> Option<u64> {
        let [_, second, rest @ ..] = &self.head;
        let (extended, mask) = (second & 0x7f, usize::from(second >> 7) * 4);
        let (length, payload) = match extended {
            126 => (2, u64::from(u16::from_be_bytes(rest.first_chunk().copied()?))),
            127 => (8, u64::from_be_bytes(rest.first_chunk().copied()?)),
            short => (0, u64::from(short)),
        };
        (self.filled == 2 + length + mask && self.filled >= 2).then_some(payload)
    }
}

#[cfg(test)]
mod tests;
