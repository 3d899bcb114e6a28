//! Connecting to one target: name, socket, TLS, and who speaks which version of HTTP.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::socket::{Look, Shared, Socket};
use crate::model::{Address, Target};
use crate::outbound::{self, Resolve};
use crate::snapshot::upstreams::{Running, TargetState};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectFault {
    /// It could not be made.
    #[error(transparent)]
    Refused(#[from] io::Error),
    /// It could not be made in time.
    #[error("no connection within {0:?}")]
    TimedOut(Duration),
    /// The other end did not speak as it should.
    #[error("{0}")]
    Protocol(hyper::Error),
    /// The files for TLS could not be read.
    #[error("there can be no TLS: its files could not be read")]
    NoTls,
}

/// A stream on which HTTP can begin.
pub(crate) enum Wire {
    /// In the clear.
    Clear(Shared),
    /// Within TLS.
    Tls(Box<TlsStream<Shared>>),
}

/// A wire, what the pool holds of it, and whether HTTP/2 is spoken on it.
pub(crate) struct Laid {
    pub(crate) wire: Wire,
    pub(crate) look: Look,
    pub(crate) http2: bool,
    /// By which settings, certificates and address it was made.
    pub(crate) generation: u64,
}

/// How to look a name up: by the system, on the control runtime.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) resolver: &'a Arc<dyn Resolve>,
    pub(crate) control: &'a tokio::runtime::Handle,
}

/// Connects to a target, within the caller's patience. `only_http1` for what may become a tunnel.
pub(crate) async fn lay(
    target: &Target,
    state: Option<(&Arc<Running>, usize)>,
    names: Names<'_>,
    only_http1: bool,
) -> Result<Laid, ConnectFault> {
    let own = state.and_then(|(running, at)| running.targets.get(at));
    // Taken before the addresses: an address that goes while we connect makes the connection an old one.
    let generation = state.map_or(0, |(running, at)| running.generation(at));
    let socket = match target {
        Target::Unix(path) => Socket::Unix(UnixStream::connect(path).await?),
        Target::Http(address) | Target::Https(address) | Target::H2c(address) => {
            let socket = connect(address, state, names).await?;
            // Small writes must not wait for acknowledgements.
            let _ = socket.set_nodelay(true);
            Socket::Tcp(socket)
        }
    };
    let shared = Shared::new(socket);
    let look = shared.look();
    let Target::Https(_) = target else {
        let http2 = matches!(target, Target::H2c(_));
        return Ok(Laid { wire: Wire::Clear(shared), look, http2, generation });
    };
    let tls = state.and_then(|(running, _)| running.tls.as_ref()).ok_or(ConnectFault::NoTls)?;
    let name = own.and_then(TargetState::server_name).ok_or(ConnectFault::NoTls)?.clone();
    let config = if only_http1 { &tls.http1 } else { &tls.any };
    let stream = TlsConnector::from(Arc::clone(config)).connect(name, shared).await?;
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    if let Some(own) = own.filter(|_| !only_http1) {
        own.chose(http2);
    }
    Ok(Laid { wire: Wire::Tls(Box::new(stream)), look, http2, generation })
}

async fn connect(address: &Address, state: Option<(&Arc<Running>, usize)>, names: Names<'_>) -> io::Result<TcpStream> {
    if let Some(ip) = address.ip() {
        return TcpStream::connect(SocketAddr::new(ip, address.port)).await;
    }
    if !address.has_name() {
        // RFC 6761 §6.3: always loopback; not every resolver knows.
        let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        return outbound::first_to_answer(&loopback, address.port).await;
    }
    let (running, at) = state.ok_or(io::ErrorKind::NotFound)?;
    let own = running.targets.get(at).ok_or(io::ErrorKind::NotFound)?;
    let mut known = own.addresses();
    if known.is_empty() {
        known = look_up(&address.host, (running, at), names).await?;
    }
    let connected = outbound::first_to_answer(&known, address.port).await;
    if connected.is_err() {
        // It may have moved: whoever comes next asks.
        own.look_again();
    }
    connected
}

/// Asks for the addresses of a name now. Of many requests one asks and the others wait for its answer; that there was none is
/// remembered for a moment, so that no stream of requests becomes one of questions.
async fn look_up(host: &str, (running, at): (&Arc<Running>, usize), names: Names<'_>) -> io::Result<Arc<[IpAddr]>> {
    let own = running.targets.get(at).ok_or(io::ErrorKind::NotFound)?;
    let turn = own.looking().lock_owned().await;
    let known = own.addresses();
    if !known.is_empty() {
        return Ok(known);
    }
    if own.is_unknown() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name could not be looked up a moment ago"));
    }
    // What is learned now is young.
    own.is_due();
    let (resolver, host, running) = (Arc::clone(names.resolver), host.to_owned(), Arc::clone(running));
    let asked = names.control.spawn(async move {
        // Until there is an answer, also if whoever asked has gone.
        let _turn = turn;
        let found = resolver.resolve(&host).await.and_then(|found| match found[..] {
            [] => Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address")),
            _ => Ok(found),
        });
        let own = running.targets.get(at).ok_or(io::ErrorKind::NotFound)?;
        match &found {
            Ok(found) => own.learn(found),
            Err(_) => own.not_found(),
        }
        found
    });
    Ok(asked.await.map_err(io::Error::other)??.into())
}

/// Looks a name up behind the back of a request that need not wait, if it is time.
pub(crate) fn refresh(running: &Arc<Running>, at: usize, names: Names<'_>) {
    let Some(own) = running.targets.get(at) else { return };
    let Some(address) = running.upstream.targets.get(at).and_then(Target::address) else { return };
    // Where nothing is known, whoever connects has to wait and asks itself.
    if !address.has_name() || own.addresses().is_empty() || !own.is_due() {
        return;
    }
    let (running, host, resolver) = (Arc::clone(running), address.host.clone(), Arc::clone(names.resolver));
    let looking = own.looking();
    names.control.spawn(async move {
        let _turn = looking.lock_owned().await;
        match resolver.resolve(&host).await {
            Ok(found) => running.targets.get(at).into_iter().for_each(|own| own.learn(&found)),
            // What worked until now goes on working.
            Err(error) => tracing::warn!(app.id = %running.app, error = %error, "an app's name could not be looked up"),
        }
    });
}
