//! Fetches a key set over HTTPS, trusting the demo's authority and nobody else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

use super::Jwks;

const TIME: Duration = Duration::from_secs(5);
const SIZE_LIMIT: usize = 256 * 1024;

/// Gets `url` from `address` (names below `localhost` do not resolve everywhere), trusting `authority`.
pub fn over_https(url: &str, address: SocketAddr, authority: CertificateDer<'static>) -> anyhow::Result<Jwks> {
    let url = Url::parse(url).context("where the keys are")?;
    let mut roots = RootCertStore::empty();
    roots.add(authority).context("the demo's authority")?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    Ok(Arc::new(move || {
        let (url, config) = (url.clone(), Arc::clone(&config));
        Box::pin(async move {
            match tokio::time::timeout(TIME, get(url, address, config)).await {
                Ok(answer) => answer.map_err(|error| format!("{error:#}")),
                Err(_) => Err("no answer in time".to_owned()),
            }
        })
    }))
}

async fn get(url: Url, address: SocketAddr, config: Arc<ClientConfig>) -> anyhow::Result<Value> {
    let host = url.host_str().context("no host")?.to_owned();
    let stream = TcpStream::connect(address).await.context("connect")?;
    let stream =
        TlsConnector::from(config).connect(ServerName::try_from(host.clone())?, stream).await.context("TLS")?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    };
    let request = Request::get(url.path()).header(header::HOST, authority).header(header::ACCEPT, "application/json");
    let response = sender.send_request(request.body(Empty::<bytes::Bytes>::new())?).await?;
    ensure!(response.status() == StatusCode::OK, "status {}", response.status());
    let body =
        Limited::new(response.into_body(), SIZE_LIMIT).collect().await.map_err(|error| anyhow::anyhow!(error))?;
    driver.abort();
    serde_json::from_slice(&body.to_bytes()).context("not JSON")
}
