//! Sockets to apps that the pool can look at while somebody else owns the connection.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// What a connection is made of.
pub(crate) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// A socket that the pool can look at while hyper owns the connection. Its own reads and writes are used rather than tried
/// ones: they know when a read has emptied the socket, and spare the call that would only say so.
pub(crate) struct Shared(Arc<Mutex<Socket>>);

/// The pool's hold on a socket: gone when the connection is.
pub(crate) struct Look(Weak<Mutex<Socket>>);

impl Shared {
    pub(crate) fn new(socket: Socket) -> Self {
        Self(Arc::new(Mutex::new(socket)))
    }

    pub(crate) fn look(&self) -> Look {
        Look(Arc::downgrade(&self.0))
    }

    /// Never contended: both owners live on one thread, and none holds it across an await.
    fn socket(&self) -> MutexGuard<'_, Socket> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Look {
    /// One look at the socket: an end or unasked-for bytes make the connection worthless.
    pub(crate) fn is_silent(&self) -> bool {
        let Some(socket) = self.0.upgrade() else { return false };
        let mut byte = [MaybeUninit::uninit()];
        let socket = socket.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = match &*socket {
            Socket::Tcp(socket) => socket2::SockRef::from(socket).peek(&mut byte),
            Socket::Unix(socket) => socket2::SockRef::from(socket).peek(&mut byte),
        };
        matches!(looked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }
}

impl AsyncRead for Shared {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut *self.socket() {
            Socket::Tcp(socket) => Pin::new(socket).poll_read(cx, buffer),
            Socket::Unix(socket) => Pin::new(socket).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Shared {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut *self.socket() {
            Socket::Tcp(socket) => Pin::new(socket).poll_write(cx, bytes),
            Socket::Unix(socket) => Pin::new(socket).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut *self.socket() {
            Socket::Tcp(socket) => Pin::new(socket).poll_write_vectored(cx, slices),
            Socket::Unix(socket) => Pin::new(socket).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.socket() {
            Socket::Tcp(socket) => Pin::new(socket).poll_shutdown(cx),
            Socket::Unix(socket) => Pin::new(socket).poll_shutdown(cx),
        }
    }
}
