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

#[cfg(test)]
mod tests {
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

    /// An authority, and how it signs a host.
    fn authority() -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        (certificate, Issuer::new(params, key))
    }

    #[tokio::test]
    async fn believes_the_demo_authority_only() {
        let (ours, issuer) = authority();
        let (other, _) = authority();
        let leaf_key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["wiki.contoso.localhost".to_owned()]).unwrap();
        let chain = vec![leaf.signed_by(&leaf_key, &issuer).unwrap().der().clone()];
        let key = PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut request = [0; 1024];
                let length = stream.read(&mut request).await.unwrap();
                assert!(
                    request[..length]
                        .starts_with(b"GET /.vestibule/jwks.json HTTP/1.1\r\nhost: wiki.contoso.localhost:")
                );
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"keys\":[]}";
                stream.write_all(answer).await.unwrap();
                stream.flush().await.unwrap();
            }
        });
        let url = |host: &str| format!("https://{host}:{}/.vestibule/jwks.json", address.port());
        let good = over_https(&url("wiki.contoso.localhost"), address, ours.clone()).unwrap();
        assert_eq!(good().await, Ok(serde_json::json!({"keys": []})));
        let wrong_authority = over_https(&url("wiki.contoso.localhost"), address, other.clone()).unwrap();
        assert!(wrong_authority().await.unwrap_err().contains("TLS"));
        let wrong_host = over_https(&url("desk.apps.localhost"), address, ours.clone()).unwrap();
        assert!(wrong_host().await.unwrap_err().contains("TLS"));
    }
}
