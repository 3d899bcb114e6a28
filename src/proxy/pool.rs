//! Connections to apps, kept alive: one pool per thread, one compartment per tenant and app, so that nothing an app
//! says to one tenant's guest can ever reach another's (attack row F5).

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::rc::{Rc, Weak as RcWeak};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::body::Upload;
use crate::model::{AppId, TenantId};

/// Apps close idle connections when they like, many after five seconds; a connection that is not reused by then is
/// cheaper to open anew than to lose a request on.
const IDLE: Duration = Duration::from_secs(4);
/// Most idle connections per compartment and thread.
const MOST_IDLE: usize = 64;
/// Largest response head.
const HEAD: usize = 64 * 1024;

/// Whose connections.
pub(super) type Compartment = (TenantId, AppId);

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectFault {
    Refused,
    TimedOut,
}

/// Idle connections of one thread.
#[derive(Default)]
pub struct Pool {
    idle: RefCell<HashMap<Compartment, Vec<Idle>, foldhash::fast::RandomState>>,
}

struct Idle {
    connection: Connection,
    since: Instant,
}

/// A connection that can send one request at a time.
pub(super) struct Connection {
    pub(super) sender: SendRequest<Upload>,
    socket: Weak<Mutex<TcpStream>>,
    upstream: Uri,
}

/// A connection in use, and where it belongs afterwards.
pub(super) struct Lease {
    pub(super) connection: Connection,
    compartment: Compartment,
    pool: RcWeak<Pool>,
}

impl Lease {
    pub(super) fn new(pool: &Rc<Pool>, compartment: Compartment, connection: Connection) -> Self {
        Self { connection, compartment, pool: Rc::downgrade(pool) }
    }

    /// Returns the connection for reuse. Call it only when the response ended cleanly; if the request is still being
    /// sent (the app answered early) the connection is closed instead.
    pub(super) fn give_back(self) {
        let Some(pool) = self.pool.upgrade().filter(|_| self.connection.sender.is_ready()) else { return };
        let mut idle = pool.idle.borrow_mut();
        let compartment = idle.entry(self.compartment).or_default();
        if compartment.len() < MOST_IDLE {
            compartment.push(Idle { connection: self.connection, since: Instant::now() });
        }
    }
}

impl Pool {
    /// An idle connection on which the app has said nothing since its last answer: a second answer that nobody asked
    /// for would otherwise become the next guest's (attack row F5).
    pub(super) fn take(&self, compartment: &Compartment, upstream: &Uri) -> Option<Connection> {
        let mut idle = self.idle.borrow_mut();
        let kept = idle.get_mut(compartment)?;
        while let Some(Idle { connection, since }) = kept.pop() {
            let usable = since.elapsed() < IDLE
                && connection.upstream == *upstream
                && connection.sender.is_ready()
                && connection.is_silent();
            if usable {
                return Some(connection);
            }
        }
        None
    }

    /// Closes what has been idle for too long.
    pub fn sweep(&self) {
        self.idle.borrow_mut().retain(|_, kept| {
            kept.retain(|idle| idle.since.elapsed() < IDLE && !idle.connection.sender.is_closed());
            !kept.is_empty()
        });
    }
}

impl Connection {
    /// One look at the socket: an end or unasked-for bytes make the connection worthless.
    fn is_silent(&self) -> bool {
        let Some(socket) = self.socket.upgrade() else { return false };
        let mut byte = [MaybeUninit::uninit()];
        let socket = socket.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = socket2::SockRef::from(&*socket).peek(&mut byte);
        matches!(looked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Connects within `limit`. With `upgrades` the connection may become a tunnel and is never pooled.
    pub(super) async fn open(upstream: &Uri, limit: Duration, upgrades: bool) -> Result<Self, ConnectFault> {
        let connected = tokio::time::timeout(limit, connect(upstream)).await;
        let socket = match connected {
            Err(_) => return Err(ConnectFault::TimedOut),
            Ok(Err(_)) => return Err(ConnectFault::Refused),
            Ok(Ok(socket)) => socket,
        };
        // Small writes must not wait for acknowledgements.
        let _ = socket.set_nodelay(true);
        let socket = Arc::new(Mutex::new(socket));
        let weak = Arc::downgrade(&socket);
        let io = TokioIo::new(Shared(socket));
        // At most 100 fields, as hyper has it: any other number costs an allocation for each answer.
        let handshake = http1::Builder::new().max_header_size(HEAD).handshake(io).await;
        let (sender, connection) = handshake.map_err(|_| ConnectFault::Refused)?;
        // The task ends with the connection; what went wrong on it is told to whoever waits for the answer.
        if upgrades {
            tokio::task::spawn_local(async move { drop(connection.with_upgrades().await) });
        } else {
            tokio::task::spawn_local(async move { drop(connection.await) });
        }
        Ok(Self { sender, socket: weak, upstream: upstream.clone() })
    }
}

async fn connect(upstream: &Uri) -> io::Result<TcpStream> {
    let host = upstream.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = upstream.port_u16().unwrap_or(80);
    if host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost") {
        // RFC 6761 §6.3: always loopback; not every resolver knows.
        let loopback = [std::net::Ipv4Addr::LOCALHOST.into(), std::net::Ipv6Addr::LOCALHOST.into()];
        let addresses = loopback.map(|address: std::net::IpAddr| std::net::SocketAddr::new(address, port));
        return TcpStream::connect(addresses.as_slice()).await;
    }
    TcpStream::connect((host, port)).await
}

/// A socket that the pool can look at while hyper owns the connection. Its own reads and writes are used rather than tried
/// ones: they know when a read has emptied the socket, and spare the call that would only say so.
struct Shared(Arc<Mutex<TcpStream>>);

impl Shared {
    /// Never contended: both owners live on one thread, and none holds it across an await.
    fn socket(&self) -> MutexGuard<'_, TcpStream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Shared {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.socket()).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Shared {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.socket()).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.socket()).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.socket()).poll_shutdown(cx)
    }
}
