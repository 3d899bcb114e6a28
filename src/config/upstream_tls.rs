//! The client's side of TLS towards an application, from the files that its settings name.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::model::UpstreamTls;

/// Why there can be no TLS.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct UpstreamTlsFault(String);

/// A configuration that offers HTTP/1.1 alone, and remembers sessions.
pub fn client_config(tls: &UpstreamTls) -> Result<ClientConfig, UpstreamTlsFault> {
    // Named, not the process default: a test or a library may not decide what we speak.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(fault)?;
    let builder = if tls.dangerously_skip_tls_verification {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(Credulous(provider)))
    } else {
        builder.with_root_certificates(roots(tls.ca_file.as_deref())?)
    };
    let mut config = match (&tls.certificate_file, &tls.key_file) {
        (Some(certificate), Some(key)) => {
            builder.with_client_auth_cert(certificates(certificate)?, private_key(key)?).map_err(fault)?
        }
        _ => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn roots(file: Option<&Path>) -> Result<RootCertStore, UpstreamTlsFault> {
    let Some(file) = file else { return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }) };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|error| at(file, error))?;
    }
    Ok(roots)
}

/// Every certificate of a PEM file, which has at least one.
pub(super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, UpstreamTlsFault> {
    let pem = std::fs::read(file).map_err(|error| at(file, error))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if found.is_empty() => Err(at(file, "it holds no certificate")),
        Ok(found) => Ok(found),
        Err(error) => Err(at(file, error)),
    }
}

/// The one key of a PEM file.
pub(super) fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, UpstreamTlsFault> {
    let pem = zeroize::Zeroizing::new(std::fs::read(file).map_err(|error| at(file, error))?);
    PrivateKeyDer::from_pem_slice(&pem).map_err(|_| at(file, "it holds no private key"))
}

fn at(file: &Path, error: impl std::fmt::Display) -> UpstreamTlsFault {
    UpstreamTlsFault(format!("{}: {error}", file.display()))
}

fn fault(error: rustls::Error) -> UpstreamTlsFault {
    UpstreamTlsFault(error.to_string())
}

/// Believes every certificate, as the operator said in so many words. Signatures are checked all the same, so that whoever
/// answers has at least the key of what it shows.
#[derive(Debug)]
struct Credulous(Arc<CryptoProvider>);

impl ServerCertVerifier for Credulous {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
