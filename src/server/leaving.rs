//! Clients of HTTP/1.1 that end their side before they have their answer. Neither TCP nor the good-bye of TLS (`close_notify`,
//! RFC 8446 §6.1) tells one that has said all it wants to say from one that is leaving, so that its answer goes on for as long
//! as the app has something for it: what is written to a client that is gone comes back as an error. Whoever ends TCP under
//! TLS is gone.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// A client's connection.
pub trait Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Whether a client may end its side of TCP and still listen.
    const MAY_LISTEN_ON: bool;

    /// After the end of what the client says: ready once its side of TCP has ended too, and until then wakes when it does.
    fn poll_hung_up(&mut self, cx: &mut Context<'_>) -> Poll<()>;
}

impl Socket for TcpStream {
    const MAY_LISTEN_ON: bool = true;

    fn poll_hung_up(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Socket for TlsStream<TcpStream> {
    const MAY_LISTEN_ON: bool = false;

    fn poll_hung_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 256];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut *self.get_mut().0).poll_read(cx, &mut buffer) {
                Poll::Pending => return Poll::Pending,
                // After the good-bye nothing means anything.
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(()),
            }
        }
    }
}

/// How a client ended its side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It said good-bye, and its side of TCP is open.
    SaidAll,
    /// Its side of TCP has ended.
    HungUp,
}

/// What is known of the client's side while a request is being answered, when nobody else reads from it.
#[derive(Default)]
pub(super) struct Outlook {
    /// A byte of the next request, which was there in place of an end.
    ahead: Option<u8>,
    said_all: bool,
    hung_up: bool,
}

impl Outlook {
    /// Whether the client has ended its side.
    pub(super) fn has_ended(&self) -> bool {
        self.said_all
    }

    /// Looks for the end of the client's side, and wakes when it comes; what is told is told once. An error is that of a
    /// connection that is broken.
    pub(super) fn sees_end<T: Socket>(&mut self, socket: &mut T, cx: &mut Context<'_>) -> io::Result<Option<End>> {
        if self.hung_up || self.ahead.is_some() {
            return Ok(None);
        }
        let knew = self.said_all;
        if !knew {
            let mut byte = [0];
            let mut buffer = ReadBuf::new(&mut byte);
            match Pin::new(&mut *socket).poll_read(cx, &mut buffer) {
                Poll::Pending => return Ok(None),
                Poll::Ready(read) => read?,
            }
            self.ahead = buffer.filled().first().copied();
            self.said_all = self.ahead.is_none();
        }
        self.hung_up = self.said_all && socket.poll_hung_up(cx).is_ready();
        let new = if self.hung_up { Some(End::HungUp) } else { Some(End::SaidAll).filter(|_| !knew && self.said_all) };
        Ok(new)
    }

    /// What was read too early, before anything else is read.
    pub(super) fn gives_back(&mut self, buffer: &mut ReadBuf<'_>) {
        if buffer.remaining() > 0
            && let Some(byte) = self.ahead.take()
        {
            buffer.put_slice(&[byte]);
        }
    }
}
