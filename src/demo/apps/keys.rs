//! Fetches a key set over HTTPS, trusting the demo's authority and nobody else.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use http::StatusCode;
use rustls::pki_types::CertificateDer;
use serde_json::Value;
use url::Url;

use super::Jwks;
use crate::demo::https::Https;

/// Gets `url` from `address` (names below `localhost` do not resolve everywhere), trusting `authority`.
pub fn over_https(url: &str, address: SocketAddr, authority: CertificateDer<'static>) -> anyhow::Result<Jwks> {
    let url = Url::parse(url).context("where the keys are")?;
    let https = Https::new(address, authority)?;
    Ok(Arc::new(move || {
        let (url, https) = (url.clone(), https.clone());
        Box::pin(async move { get(&https, &url).await.map_err(|error| format!("{error:#}")) })
    }))
}

async fn get(https: &Https, url: &Url) -> anyhow::Result<Value> {
    let (status, body) = https.get(url).await?;
    ensure!(status == StatusCode::OK, "status {status}");
    serde_json::from_slice(&body).context("not JSON")
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
