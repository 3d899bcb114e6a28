//! Requests of the demo's parts to the product over HTTPS: to its one address, trusting the demo's authority and nobody else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{HeaderName, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

const TIME: Duration = Duration::from_secs(5);
const SIZE_LIMIT: usize = 256 * 1024;

/// The way to the product. Names below `localhost` do not resolve everywhere, so the address is given.
#[derive(Clone)]
pub struct Https {
    address: SocketAddr,
    config: Arc<ClientConfig>,
}

impl Https {
    /// A way to `address` for whoever trusts `authority`.
    pub fn new(address: SocketAddr, authority: CertificateDer<'static>) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(authority).context("the demo's authority")?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { address, config: Arc::new(config) })
    }

    /// `GET` of JSON.
    pub async fn get(&self, url: &Url) -> anyhow::Result<(StatusCode, Bytes)> {
        self.send(url, Method::GET, (header::ACCEPT, "application/json"), Bytes::new()).await
    }

    /// `POST` of a form.
    pub async fn post(&self, url: &Url, fields: &[(&str, &str)]) -> anyhow::Result<(StatusCode, Bytes)> {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = (header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(url, Method::POST, kind, form.into()).await
    }

    async fn send(
        &self,
        url: &Url,
        method: Method,
        field: (HeaderName, &'static str),
        body: Bytes,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        tokio::time::timeout(TIME, self.converse(url, method, field, body)).await.context("no answer in time")?
    }

    async fn converse(
        &self,
        url: &Url,
        method: Method,
        (name, value): (HeaderName, &'static str),
        body: Bytes,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        let host = url.host_str().context("no host")?.to_owned();
        let stream = TcpStream::connect(self.address).await.context("connect")?;
        let server = ServerName::try_from(host.clone())?;
        let stream = TlsConnector::from(Arc::clone(&self.config)).connect(server, stream).await.context("TLS")?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        let request = Request::builder().method(method).uri(url.path()).header(header::HOST, authority);
        let response = sender.send_request(request.header(name, value).body(Full::new(body))?).await?;
        let status = response.status();
        let body =
            Limited::new(response.into_body(), SIZE_LIMIT).collect().await.map_err(|error| anyhow::anyhow!(error))?;
        driver.abort();
        Ok((status, body.to_bytes()))
    }
}
