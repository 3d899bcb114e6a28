//! Whom we believe: the public roots, and those the operator adds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Why the certificate authorities could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// A file of `egress.extra_roots` could not be read or is no PEM.
    #[error("{} (egress.extra_roots) could not be read as PEM certificates: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        reason: String,
    },
    /// A file of `egress.extra_roots` has no certificate in it.
    #[error("{} (egress.extra_roots) contains no certificate", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The TLS library refused its own defaults.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// Client side of TLS: Mozilla's roots and `extra_roots`, HTTP/1.1, no client certificate.
pub(super) fn client_config(extra_roots: &[PathBuf]) -> Result<Arc<ClientConfig>, TrustError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for path in extra_roots {
        for certificate in certificates(path)? {
            let refused =
                |error: rustls::Error| TrustError::Unreadable { path: path.clone(), reason: error.to_string() };
            roots.add(certificate).map_err(refused)?;
        }
    }
    // Named, not the process default: a test or a library may not decide what we speak.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let unreadable = |reason: String| TrustError::Unreadable { path: path.to_owned(), reason };
    let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|error| unreadable(error.to_string()))?;
    if found.is_empty() { Err(TrustError::Empty { path: path.to_owned() }) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing.pem");
        assert!(client_config(&[missing]).unwrap_err().to_string().contains("missing.pem"));
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "no certificate here").unwrap();
        assert!(matches!(client_config(&[empty]), Err(TrustError::Empty { .. })));
        let broken = folder.path().join("broken.pem");
        std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        assert!(matches!(client_config(&[broken]), Err(TrustError::Unreadable { .. })));
        assert!(client_config(&[]).is_ok());
    }
}
