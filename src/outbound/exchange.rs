//! One HTTP/1.1 request and its answer over one connection that is then closed.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::header::{ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HOST, HeaderValue, USER_AGENT};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Position, Url};

use super::policy::Destination;
use super::{Fault, FetchRequest, FetchResponse, Refusal};

/// How much of a head we read, and how many header fields.
const HEAD_BYTES: usize = 64 * 1024;
const HEADER_FIELDS: usize = 100;
/// The next address is tried when the one before has not answered for so long (RFC 8305 §5).
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);
/// A name with more addresses than this gets no more attempts.
const ADDRESSES: usize = 6;

/// Connects to one of `addresses`, which were checked, and to nothing else: no name is looked up from here on.
pub(super) async fn connect(
    addresses: &[IpAddr],
    destination: &Destination,
    within: Duration,
) -> Result<TcpStream, Fault> {
    if addresses.is_empty() {
        return Err(Refusal::NoAddress.into());
    }
    match tokio::time::timeout(within, first_to_answer(addresses, destination.port)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Fault::Connect(error)),
        Err(_) => Err(Fault::TimedOut(within)),
    }
}

/// Tries the next address when the one before has failed, or has kept us waiting (RFC 8305 §5). Whoever comes late is dropped.
pub async fn first_to_answer(addresses: &[IpAddr], port: u16) -> std::io::Result<TcpStream> {
    let mut waiting = addresses.iter().take(ADDRESSES).peekable();
    let mut attempts = FuturesUnordered::new();
    let mut failed = std::io::Error::from(std::io::ErrorKind::NotConnected);
    loop {
        if let Some(address) = waiting.next() {
            attempts.push(TcpStream::connect(SocketAddr::new(*address, port)));
        }
        let more = waiting.peek().is_some();
        tokio::select! {
            answered = attempts.next() => match answered {
                Some(Ok(stream)) => return Ok(stream),
                Some(Err(error)) => failed = error,
                None => return Err(failed),
            },
            () = tokio::time::sleep(NEXT_ADDRESS_AFTER), if more => {}
        }
    }
}

/// Speaks TLS where the URL says so, then HTTP.
pub(super) async fn exchange(
    stream: TcpStream,
    destination: &Destination,
    trust: Arc<ClientConfig>,
    request: FetchRequest,
) -> Result<FetchResponse, Fault> {
    if !destination.tls {
        return speak(stream, request).await;
    }
    let name = match &destination.host {
        Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| Refusal::Host)?,
        Host::Ipv4(address) => ServerName::IpAddress(IpAddr::from(*address).into()),
        Host::Ipv6(address) => ServerName::IpAddress(IpAddr::from(*address).into()),
    };
    let stream = TlsConnector::from(trust).connect(name, stream).await.map_err(Fault::Tls)?;
    speak(stream, request).await
}

async fn speak(stream: impl AsyncRead + AsyncWrite + Unpin, request: FetchRequest) -> Result<FetchResponse, Fault> {
    let (max_bytes, ignore_rest) = (request.max_bytes, request.ignore_rest);
    let request = head(request)?;
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADER_FIELDS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(Fault::Protocol)?;
    let mut connection = pin!(connection);
    let mut answer = pin!(async {
        let response = sender.send_request(request).await.map_err(Fault::Protocol)?;
        if ignore_rest { begin(response, max_bytes).await } else { collect(response, max_bytes).await }
    });
    // The connection is driven here and not in a task of its own: when the caller gives up, both are gone.
    let mut closed = None;
    loop {
        tokio::select! {
            answer = &mut answer => {
                // A connection that broke knows why; the request only knows that it was cancelled.
                return match (answer, closed) {
                    (Err(Fault::Protocol(error)), Some(Err(cause))) if error.is_canceled() => Err(Fault::Protocol(cause)),
                    (answer, _) => answer,
                };
            }
            end = &mut connection, if closed.is_none() => closed = Some(end),
        }
    }
}

fn head(request: FetchRequest) -> Result<http::Request<Full<Bytes>>, Fault> {
    let FetchRequest { method, url, headers, body, .. } = request;
    let target = &url[Position::BeforePath..Position::AfterQuery];
    let mut head = http::Request::builder()
        .method(method)
        .uri(if target.is_empty() { "/" } else { target })
        .body(Full::new(body))
        .map_err(Fault::Request)?;
    *head.headers_mut() = headers;
    let host = authority(&url).map_err(|error| Fault::Request(error.into()))?;
    head.headers_mut().insert(HOST, host);
    head.headers_mut().insert(USER_AGENT, HeaderValue::from_static("vestibule"));
    head.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    head.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    Ok(head)
}

/// Host, and port unless it is the scheme's own.
fn authority(url: &Url) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
    HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort])
}

/// The status, the head, and the beginning of the body, whatever form it has. Nobody waits for a body that is not wanted.
async fn begin(response: http::Response<hyper::body::Incoming>, max_bytes: usize) -> Result<FetchResponse, Fault> {
    let (head, mut incoming) = response.into_parts();
    let mut body = BytesMut::new();
    while body.len() < max_bytes
        && let Some(frame) = incoming.frame().await
    {
        if let Ok(data) = frame.map_err(Fault::Protocol)?.into_data() {
            body.extend_from_slice(&data);
        }
    }
    body.truncate(max_bytes);
    Ok(FetchResponse { status: head.status, headers: head.headers, body: body.freeze() })
}

async fn collect(response: http::Response<hyper::body::Incoming>, max_bytes: usize) -> Result<FetchResponse, Fault> {
    let (head, mut incoming) = response.into_parts();
    let encoding = head.headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes);
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case(b"identity")) {
        return Err(Fault::Encoded);
    }
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max_bytes) {
        return Err(Fault::TooLarge { limit: max_bytes });
    }
    let mut body = BytesMut::new();
    while let Some(frame) = incoming.frame().await {
        if let Ok(data) = frame.map_err(Fault::Protocol)?.into_data() {
            if body.len().saturating_add(data.len()) > max_bytes {
                return Err(Fault::TooLarge { limit: max_bytes });
            }
            body.extend_from_slice(&data);
        }
    }
    Ok(FetchResponse { status: head.status, headers: head.headers, body: body.freeze() })
}
