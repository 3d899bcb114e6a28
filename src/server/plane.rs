//! The data plane: threads with a runtime each, which accept, decrypt, parse and proxy without handing work to one
//! another (decision 26).

use std::cell::Cell;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, TcpListener as BoundListener};
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use http::{Method, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::LocalOptions;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::drain::Drain;
use super::front::{Front, Peer};
use super::leaving::Socket;
use super::listen::{self, Connections, Slot, ThreadListeners};
use super::pace::{Answer, Limits, Pace, Paced, Slow, Watchman};
use crate::proxy::{Held, OnThisThread, Pool};

/// After an accept that failed for want of descriptors, connections get this long to close.
const BREATH: Duration = Duration::from_millis(100);

/// The running threads.
pub struct DataPlane {
    threads: Vec<JoinHandle<()>>,
}

impl DataPlane {
    /// Starts one thread for each set of listeners. Without `tls` they speak clear text to everybody, for tests; `clear` are
    /// those that speak it to trusted proxies alone, one set for each thread or none at all.
    pub fn start(
        front: &Arc<Front>,
        tls: Option<&Arc<ServerConfig>>,
        listeners: ThreadListeners,
        clear: ThreadListeners,
        stopping: &CancellationToken,
    ) -> io::Result<Self> {
        let limits = &front.plane.settings.limits;
        let connections = Connections::new(limits.connections, limits.connections_per_address);
        let most_descriptors = listen::most_descriptors(limits.descriptors);
        let mut threads = Vec::new();
        let mut clear = clear.into_iter();
        for (number, listeners) in listeners.into_iter().enumerate() {
            let worker = Worker {
                front: Arc::clone(front),
                tls: tls.map(|config| TlsAcceptor::from(Arc::clone(config))),
                connections: Arc::clone(&connections),
                most_descriptors,
                drain: Drain::new(stopping.clone()),
            };
            let clear = clear.next().unwrap_or_default();
            let (built, when_built) = std::sync::mpsc::sync_channel(1);
            // The runtime never leaves its thread: what runs on it needs neither locks nor a queue that others can reach.
            let run = move || {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
                let (runtime, report) = match runtime {
                    Ok(runtime) => (Some(runtime), Ok(())),
                    Err(error) => (None, Err(error)),
                };
                // Whoever started us waits for it.
                let _ = built.send(report);
                if let Some(runtime) = runtime {
                    runtime.block_on(worker.run(listeners, clear));
                }
            };
            threads.push(std::thread::Builder::new().name(format!("plane-{number}")).spawn(run)?);
            when_built.recv().map_err(io::Error::other)??;
        }
        Ok(Self { threads })
    }

    /// Waits until all threads have drained. Blocks.
    pub fn join(self) {
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the data plane panicked");
            }
        }
    }
}

struct Worker {
    front: Arc<Front>,
    tls: Option<TlsAcceptor>,
    connections: Arc<Connections>,
    /// File descriptors from which on no connection is taken (attack row K6).
    most_descriptors: Option<usize>,
    drain: Drain,
}

/// Through which listener a connection came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Everybody's.
    Front,
    /// Clear text, for proxies that the operator trusts: they ended TLS, and say whom they speak for.
    BehindProxy,
}

/// What the connections of one thread share.
struct Local {
    worker: Worker,
    pool: Rc<Pool>,
    watchman: Rc<Watchman>,
    /// Whether it was said that strangers come to the clear listener.
    warned: Cell<bool>,
}

impl Worker {
    async fn run(self, listeners: Vec<BoundListener>, clear: Vec<BoundListener>) {
        let settings = Arc::clone(&self.front.plane.settings);
        let meter_of_slow = Arc::clone(&self.front.plane.meter);
        let drain = self.drain.clone();
        let (pool, watchman) = (Rc::new(Pool::default()), Rc::new(Watchman::default()));
        let local = Rc::new(Local {
            worker: self,
            pool: Rc::clone(&pool),
            watchman: Rc::clone(&watchman),
            warned: Cell::new(false),
        });
        let limits = Limits::new(&settings.limits);
        let meter = Arc::clone(&meter_of_slow);
        tokio::task::spawn_local(Rc::clone(&pool).beat());
        tokio::task::spawn_local(watchman.watch(limits, move |slow| meter.slow(slow_name(slow)), move || pool.sweep()));
        let clear = clear.into_iter().map(|listener| (listener, Door::BehindProxy));
        for (listener, door) in listeners.into_iter().map(|listener| (listener, Door::Front)).chain(clear) {
            match TcpListener::from_std(listener) {
                Ok(listener) => drop(tokio::task::spawn_local(Rc::clone(&local).accept(listener, door))),
                Err(error) => tracing::error!(error = %error, "a listener could not be taken over"),
            }
        }
        drain.stopping().await;
        if !drain.finished(settings.drain).await {
            tracing::warn!("some requests did not finish in time and were cut");
        }
    }
}

impl Local {
    async fn accept(self: Rc<Self>, listener: TcpListener, door: Door) {
        loop {
            let accepted = tokio::select! {
                () = self.worker.drain.stopping() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.admit(stream, peer.ip().to_canonical(), door),
                Err(error) => {
                    tracing::warn!(error = %error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }

    fn admit(self: &Rc<Self>, stream: TcpStream, address: IpAddr, door: Door) {
        let meter = &self.worker.front.plane.meter;
        let trusted = self.is_trusted(address);
        if door == Door::BehindProxy && !trusted {
            // Once: whoever knocks for ever must not fill the log.
            if !self.warned.replace(true) {
                tracing::warn!("a connection to listen.clear came from outside trusted_proxies and was closed");
            }
            meter.shed.inc();
            return;
        }
        if listen::is_scarce(&stream, self.worker.most_descriptors) {
            meter.shed.inc();
            return;
        }
        let Some(slot) = self.worker.connections.admit(address, trusted) else {
            meter.shed.inc();
            return;
        };
        // Without it each small answer would wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        meter.connections.inc();
        let this = Rc::clone(self);
        let tracked = self.worker.drain.track(async move { this.converse(stream, address, door, slot).await });
        tokio::task::spawn_local(tracked);
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        self.worker.front.plane.settings.trusted_proxies.iter().any(|network| network.contains(&address))
    }

    async fn converse(self: Rc<Self>, stream: TcpStream, address: IpAddr, door: Door, slot: Slot) {
        let counted = Counted { front: Arc::clone(&self.worker.front), _slot: slot };
        let Some(acceptor) = self.worker.tls.as_ref().filter(|_| door == Door::Front) else {
            return self.http(stream, Peer::new(address, None), false, counted).await;
        };
        let limit = self.worker.front.plane.settings.limits.handshake;
        match tokio::time::timeout(limit, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => {
                let session = stream.get_ref().1;
                let server_name = session.server_name().map(Arc::from);
                let multiplexed = session.alpn_protocol() == Some(b"h2");
                self.http(stream, Peer::new(address, server_name), multiplexed, counted).await;
            }
            Ok(Err(_)) | Err(_) => drop(self.worker.front.plane.meter.handshake_failures.inc()),
        }
    }

    /// Speaks HTTP until the client leaves, is too slow, or we stop.
    async fn http<T>(self: &Rc<Self>, stream: T, peer: Peer, multiplexed: bool, counted: Counted)
    where
        T: Socket,
    {
        let pace = self.watchman.pace(multiplexed, self.is_trusted(peer.address));
        let half_close = !self.worker.front.plane.settings.limits.half_close.is_zero();
        let io = TokioIo::new(Paced::new(stream, Arc::clone(&pace), half_close, counted));
        let peer = Rc::new(peer);
        let (this, kept) = (Rc::clone(self), Arc::clone(&pace));
        let task = tokio::task::spawn_local(async move {
            if multiplexed { this.http2(io, peer, pace).await } else { this.http1(io, peer, pace).await }
        });
        self.watchman.guard(kept, task.abort_handle());
        // An abort is how slow clients end.
        let _ = task.await;
    }

    async fn http1<T>(self: Rc<Self>, io: TokioIo<Paced<T, Counted>>, peer: Rc<Peer>, pace: Arc<Pace>)
    where
        T: Socket,
    {
        let limits = &self.worker.front.plane.settings.limits;
        let mut builder = http1::Builder::new();
        // The watchman sees to slow heads; hyper's own timer would be set and reset for each request.
        builder.timer(TokioTimer::new()).header_read_timeout(None);
        // What hyper takes for the end of a client, the connection looks at itself.
        builder.half_close(true);
        builder.max_buf_size(limits.head_bytes.max(8 * 1024)).max_header_size(limits.head_bytes);
        // hyper takes 100 without being told, and every other number costs an allocation for each request.
        if limits.header_fields > 100 {
            builder.max_headers(limits.header_fields);
        }
        let this = Rc::clone(&self);
        let service = service_fn(move |request| Rc::clone(&this).answer(Rc::clone(&peer), Arc::clone(&pace), request));
        let connection = builder.serve_connection(io, service).with_upgrades();
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => {}
            () = self.worker.drain.stopping() => {
                connection.as_mut().graceful_shutdown();
                // How a connection broke is of no use to anybody: the client knows, and requests are judged one by one.
                let _ = connection.await;
            }
        }
    }

    async fn http2<T>(self: Rc<Self>, io: TokioIo<Paced<T, Counted>>, peer: Rc<Peer>, pace: Arc<Pace>)
    where
        T: Socket,
    {
        let this = Rc::clone(&self);
        // Each stream becomes a task, and hyper moves what it runs several times on the way there.
        let service =
            service_fn(move |request| Box::pin(Rc::clone(&this).answer(Rc::clone(&peer), Arc::clone(&pace), request)));
        let limits = &self.worker.front.plane.settings.limits;
        // Attack row K2, item by item.
        let mut builder = http2::Builder::new(OnThisThread);
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            .initial_stream_window_size(64 * 1024)
            .initial_connection_window_size(1024 * 1024)
            .max_pending_accept_reset_streams(limits.stream_resets)
            .max_local_error_reset_streams(128)
            .max_header_list_size(limits.stream_header_bytes)
            .header_table_size(4 * 1024)
            .max_send_buf_size(256 * 1024)
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(20))
            // WebSockets over HTTP/2 (RFC 8441); any other CONNECT is refused.
            .enable_connect_protocol();
        let connection = builder.serve_connection(io, service);
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => {}
            () = self.worker.drain.stopping() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }

    async fn answer(
        self: Rc<Self>,
        peer: Rc<Peer>,
        pace: Arc<Pace>,
        mut request: Request<Incoming>,
    ) -> Result<Response<Answer>, Infallible> {
        let busy = pace.begin();
        if request.method() == Method::CONNECT {
            // A tunnel of HTTP/2 keeps its connection from being idle for as long as it is open.
            request.extensions_mut().insert(Held(Arc::new(pace.begin())));
        }
        let response = self.worker.front.answer(&self.pool, &peer, request).await;
        Ok(response.map(|body| Answer::new(body, busy)))
    }
}

/// Under which name the end of a slow connection is counted.
fn slow_name(slow: Slow) -> &'static str {
    match slow {
        Slow::Head => "head",
        Slow::Idle => "idle",
        Slow::Write => "write",
        Slow::Stream => "stream",
        Slow::Left => "left",
    }
}

/// Counts a connection until its socket closes, tunnels included.
struct Counted {
    front: Arc<Front>,
    _slot: Slot,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.front.plane.meter.connections.dec();
    }
}
