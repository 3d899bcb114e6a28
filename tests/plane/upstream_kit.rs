//! Apps of every kind to stand behind the plane: several targets, TLS, HTTP/2, Unix sockets; each counts what it gets.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio_rustls::TlsAcceptor;
use vestibule::model::{Forwarding, Mode, Target, Traffic, Upstream};
use vestibule::snapshot::Snapshot;

use crate::plane::world::*;

/// An app that says who it is and what it got.
#[derive(Clone)]
pub struct Kit {
    name: &'static str,
    requests: Arc<Mutex<Vec<(String, HeaderMap)>>>,
    connections: Arc<AtomicUsize>,
    /// What `/healthz` says.
    pub well: Arc<Mutex<StatusCode>>,
    /// How many requests it takes at once on one connection of HTTP/2.
    pub streams: u32,
}

impl Kit {
    pub fn new(name: &'static str) -> Self {
        let well = Arc::new(Mutex::new(StatusCode::OK));
        Self { name, requests: Arc::default(), connections: Arc::default(), well, streams: 200 }
    }

    /// `METHOD target` of every request but those of health checks.
    pub fn requests(&self) -> Vec<String> {
        let seen = self.requests.lock().unwrap();
        seen.iter().map(|(line, _)| line.clone()).filter(|line| !line.contains("/healthz")).collect()
    }

    pub fn last(&self) -> (String, HeaderMap) {
        self.requests.lock().unwrap().last().cloned().expect("a request arrived")
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// In the clear; HTTP/1.1, and HTTP/2 for whoever begins with it.
    pub fn clear(&self, world: &World) -> SocketAddr {
        self.listen_at(world, "127.0.0.1:0")
    }

    pub fn listen_at(&self, world: &World, address: &str) -> SocketAddr {
        let listener = world.runtime.block_on(TcpListener::bind(address)).unwrap();
        let (address, this) = (listener.local_addr().unwrap(), self.clone());
        world.runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                this.converse(stream);
            }
        });
        address
    }

    pub fn unix(&self, world: &World, path: &Path) {
        let _guard = world.runtime.enter();
        let (listener, this) = (UnixListener::bind(path).unwrap(), self.clone());
        world.runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                this.converse(stream);
            }
        });
    }

    pub fn tls(&self, world: &World, config: ServerConfig) -> SocketAddr {
        let listener = world.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (address, this) = (listener.local_addr().unwrap(), self.clone());
        let acceptor = TlsAcceptor::from(Arc::new(config));
        world.runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (this, acceptor) = (this.clone(), acceptor.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        this.converse(stream);
                    }
                });
            }
        });
        address
    }

    fn converse(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        self.connections.fetch_add(1, Ordering::SeqCst);
        let this = self.clone();
        tokio::spawn(async move {
            let answers = this.clone();
            let service = service_fn(move |request| answers.clone().answer(request));
            let mut builder = auto::Builder::new(TokioExecutor::new());
            builder.http2().max_concurrent_streams(this.streams);
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<BoxBody<Bytes, Infallible>>, std::io::Error> {
        let (parts, body) = request.into_parts();
        let line = format!("{} {}", parts.method, parts.uri.path_and_query().unwrap());
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let host = parts.uri.authority().map(ToString::to_string);
        let host = host.or_else(|| Some(parts.headers.get("host")?.to_str().ok()?.to_owned())).unwrap_or_default();
        self.requests.lock().unwrap().push((line.clone(), parts.headers.clone()));
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let mut response = Response::builder();
        match path.as_str() {
            "/healthz" => response = response.status(*self.well.lock().unwrap()),
            "/slow" => tokio::time::sleep(Duration::from_millis(query.parse().unwrap())).await,
            // The request was read, and nobody will ever know what became of it.
            "/broken" => return Err(std::io::Error::other("broken")),
            "/pause" => {
                let pieces = futures_util::stream::unfold(0, |piece| async move {
                    if piece == 1 {
                        tokio::time::sleep(Duration::from_secs(20)).await;
                    }
                    (piece < 2).then(|| (Ok(Frame::data(Bytes::from_static(b"piece"))), piece + 1))
                });
                return Ok(response.body(StreamBody::new(pieces).boxed()).unwrap());
            }
            "/flood" => {
                // More than anybody takes in a test.
                let piece = Bytes::from(vec![b'x'; 16 * 1024]);
                let frames = (0..1_000_000).map(move |_| Ok(Frame::data(piece.clone())));
                return Ok(response.body(StreamBody::new(futures_util::stream::iter(frames)).boxed()).unwrap());
            }
            "/large" => {
                // 32 MiB: more than any buffers on the way hold.
                let piece = Bytes::from(vec![b'x'; 64 * 1024]);
                let frames = (0..512).map(move |_| Ok(Frame::data(piece.clone())));
                return Ok(response.body(StreamBody::new(futures_util::stream::iter(frames)).boxed()).unwrap());
            }
            "/rpc" => {
                let mut last = HeaderMap::new();
                last.insert("grpc-status", http::HeaderValue::from_static("0"));
                last.insert("set-cookie", http::HeaderValue::from_static("a=1"));
                let frames = [Ok(Frame::data(Bytes::from_static(b"reply"))), Ok(Frame::trailers(last))];
                response = response.header("content-type", "application/grpc");
                return Ok(response.body(StreamBody::new(futures_util::stream::iter(frames)).boxed()).unwrap());
            }
            "/drip" => {
                let pieces = futures_util::stream::unfold(0, |piece| async move {
                    tokio::time::sleep(Duration::from_millis(120)).await;
                    (piece < 5).then(|| (Ok(Frame::data(Bytes::from_static(b"drop"))), piece + 1))
                });
                return Ok(response.body(StreamBody::new(pieces).boxed()).unwrap());
            }
            _ => {}
        }
        for pair in query.split('&').filter(|_| path.ends_with("/say")) {
            let (name, value) = pair.split_once('=').unwrap();
            let value = percent_encoding::percent_decode_str(value).decode_utf8().unwrap();
            response = response.header(name, value.as_ref());
        }
        let text = format!("{} {line} {:?} host={host} body={}", self.name, parts.version, body.len());
        Ok(response.body(Full::from(text).boxed()).unwrap())
    }
}

/// Settings for one or more targets.
pub fn forwarding(targets: &[String]) -> Forwarding {
    let mut targets: Vec<Target> = targets.iter().map(|target| target.parse().unwrap()).collect();
    let mut forwarding = Forwarding::to(targets.remove(0));
    forwarding.targets.append(&mut targets);
    forwarding
}

/// Makes this the way to the wiki, and to the desk, which strips its prefix.
pub fn serve(world: &World, forwarding: Forwarding) {
    let upstream = Upstream::new(forwarding);
    let mut wiki = app(1, WIKI, Mode::Host, world.ledger.address, &Traffic::default());
    let mut desk = app(2, DESK, Mode::Path { strip: true }, world.ledger.address, &Traffic::default());
    wiki.upstream = upstream.clone();
    desk.upstream = upstream;
    let tenants =
        [tenant(1, &["contoso.example", "contoso.localhost"], &[1, 2]), tenant(2, &["northwind.example"], &[2])];
    let mut snapshot = Snapshot::build(tenants, [wiki, desk]).unwrap();
    snapshot.inherit(&world.front.plane.snapshot.load());
    world.front.plane.snapshot.store(Arc::new(snapshot));
}

/// An address on which nobody listens.
pub fn dead() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// An authority, and what it certifies.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pub folder: tempfile::TempDir,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn certify(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// A server with a certificate for `name`; with `asks` it wants one of ours, of this authority, too.
    pub fn server(&self, name: &str, asks: bool, alpn: &[&str]) -> ServerConfig {
        let (certificate, key) = self.certify(name, ExtendedKeyUsagePurpose::ServerAuth);
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
        let builder = if asks {
            let mut roots = RootCertStore::empty();
            roots.add(self.issuer.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let mut config = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        config
    }

    /// Writes a certificate of ours and its key.
    pub fn client(&self) {
        let (certificate, key) = self.certify("vestibule", ExtendedKeyUsagePurpose::ClientAuth);
        std::fs::write(self.folder.path().join("client.pem"), certificate.pem()).unwrap();
        std::fs::write(self.folder.path().join("client.key"), key.serialize_pem()).unwrap();
    }

    pub fn file(&self, name: &str) -> Option<std::path::PathBuf> {
        Some(self.folder.path().join(name))
    }
}

/// Ends TLS in front of a raw upstream, byte for byte.
pub fn tls_front(world: &World, config: ServerConfig, behind: SocketAddr) -> SocketAddr {
    let listener = world.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    world.runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut behind = TcpStream::connect(behind).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
            });
        }
    });
    address
}
