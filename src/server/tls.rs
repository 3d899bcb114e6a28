//! TLS for every host: a certificate per name, found by SNI, replaced without a restart (decision 27).

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, ServerSessionMemoryCache};
use rustls::sign::CertifiedKey;
use tokio_util::sync::CancellationToken;

/// How often the folder is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// TLS 1.2 sessions that can be resumed; 1.3 uses tickets.
const SESSION_CACHE: usize = 8_192;

/// A certificate cannot be used; the others are.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The folder cannot be read.
    #[error("the folder {folder} with certificates cannot be read")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        error: std::io::Error,
    },
    /// A pair of files makes no certificate.
    #[error("the certificate in {folder} cannot be used: {reason}")]
    Unusable {
        /// Its folder.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
    /// Nothing is there at all.
    #[error("there is no certificate in {folder}; `vestibule keys dev` makes some for this machine")]
    None {
        /// The folder.
        folder: PathBuf,
    },
    /// The TLS library could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[from] rustls::Error),
}

#[derive(Default, Debug)]
struct Loaded {
    by_host: HashMap<String, Arc<CertifiedKey>>,
    default: Option<Arc<CertifiedKey>>,
}

/// The certificates in `certs/{host}/{fullchain,privkey}.pem`.
#[derive(Debug)]
pub struct Certificates {
    folder: PathBuf,
    default_host: String,
    loaded: ArcSwap<Loaded>,
    seen: Mutex<Vec<(PathBuf, Option<SystemTime>)>>,
}

impl Certificates {
    /// Loads the folder. `default_host` names the certificate for clients that send no name.
    pub fn load(folder: &Path, default_host: &str) -> Result<Arc<Self>, CertificateError> {
        let certificates = Arc::new(Self {
            folder: folder.to_owned(),
            default_host: default_host.to_owned(),
            loaded: ArcSwap::default(),
            seen: Mutex::default(),
        });
        let faults = certificates.reload();
        if certificates.loaded.load().by_host.is_empty() {
            let none = CertificateError::None { folder: folder.to_owned() };
            return Err(faults.into_iter().next().unwrap_or(none));
        }
        for fault in faults {
            tracing::error!(error = %fault, "a certificate is left out");
        }
        Ok(certificates)
    }

    /// Reads everything anew and swaps it in whole. A host whose files became unusable keeps the certificate it has.
    pub fn reload(&self) -> Vec<CertificateError> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = self.files();
        let mut faults = Vec::new();
        let before = self.loaded.load_full();
        let mut loaded = Loaded::default();
        match fs::read_dir(&self.folder) {
            Ok(entries) => {
                for entry in entries.flatten().filter(|entry| entry.path().is_dir()) {
                    let host = entry.file_name().to_string_lossy().to_ascii_lowercase();
                    // The development authority lies beside the hosts, under a name that no host has.
                    if !host.contains('.') {
                        continue;
                    }
                    match read(&entry.path()) {
                        Ok(key) => drop(loaded.by_host.insert(host, Arc::new(key))),
                        Err(fault) => {
                            if let Some(key) = before.by_host.get(&host) {
                                loaded.by_host.insert(host, Arc::clone(key));
                            }
                            faults.push(fault);
                        }
                    }
                }
            }
            Err(error) => return vec![CertificateError::Folder { folder: self.folder.clone(), error }],
        }
        let first = loaded.by_host.keys().min().cloned().unwrap_or_default();
        loaded.default = loaded.by_host.get(&self.default_host).or_else(|| loaded.by_host.get(&first)).cloned();
        self.loaded.store(Arc::new(loaded));
        faults
    }

    /// Hosts that have a certificate.
    pub fn hosts(&self) -> Vec<String> {
        self.loaded.load().by_host.keys().cloned().collect()
    }

    /// Reloads whenever a file changed, until `shutdown`.
    pub async fn watch(self: Arc<Self>, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let this = Arc::clone(&self);
            let faults = tokio::task::spawn_blocking(move || this.reload_if_changed()).await.unwrap_or_default();
            for fault in faults {
                tracing::error!(error = %fault, "a certificate could not be renewed; the one in use stays");
            }
        }
    }

    fn reload_if_changed(&self) -> Vec<CertificateError> {
        let changed = *self.seen.lock().unwrap_or_else(PoisonError::into_inner) != self.files();
        if changed { self.reload() } else { Vec::new() }
    }

    fn files(&self) -> Vec<(PathBuf, Option<SystemTime>)> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            for name in ["fullchain.pem", "privkey.pem"] {
                let path = entry.path().join(name);
                let changed = fs::metadata(&path).and_then(|metadata| metadata.modified()).ok();
                files.push((path, changed));
            }
        }
        files.sort();
        files
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let loaded = self.loaded.load();
        match hello.server_name() {
            // A name that we do not serve is answered with the default certificate: the client sees whom it met, and
            // gets 421 if it goes on.
            Some(name) => loaded.by_host.get(&name.to_ascii_lowercase()).or(loaded.default.as_ref()).cloned(),
            None => loaded.default.clone(),
        }
    }
}

fn read(folder: &Path) -> Result<CertifiedKey, CertificateError> {
    let unusable = |reason: String| CertificateError::Unusable { folder: folder.to_owned(), reason };
    let chain = CertificateDer::pem_file_iter(folder.join("fullchain.pem"))
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|error| unusable(format!("fullchain.pem: {error}")))?;
    let key = PrivateKeyDer::from_pem_file(folder.join("privkey.pem"))
        .map_err(|error| unusable(format!("privkey.pem: {error}")))?;
    if chain.is_empty() {
        return Err(unusable("fullchain.pem holds no certificate".to_owned()));
    }
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|error| unusable(error.to_string()))
}

/// The server's side of TLS: 1.2 and 1.3, HTTP/2 and HTTP/1.1. One configuration for all threads, so that a ticket or
/// session of one is good for all.
pub fn server_config(certificates: Arc<Certificates>) -> Result<Arc<ServerConfig>, CertificateError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    // Tools that can do no more say so; what they speak is decided by each request.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec(), b"http/1.0".to_vec()];
    config.ticketer = aws_lc_rs::Ticketer::new()?;
    config.session_storage = ServerSessionMemoryCache::new(SESSION_CACHE);
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, host: &str) -> Vec<u8> {
        let key = rcgen::generate_simple_self_signed(vec![host.to_owned()]).unwrap();
        let folder = folder.join(host);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("fullchain.pem"), key.cert.pem()).unwrap();
        fs::write(folder.join("privkey.pem"), key.signing_key.serialize_pem()).unwrap();
        key.cert.der().to_vec()
    }

    fn served(certificates: &Certificates, host: &str) -> Vec<u8> {
        certificates.loaded.load().by_host[host].cert[0].to_vec()
    }

    #[test]
    fn certificates_are_replaced_without_a_restart_and_broken_ones_do_not_replace_good_ones() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Certificates::load(folder.path(), "a.example"), Err(CertificateError::None { .. })));
        let first = write(folder.path(), "a.example");
        write(folder.path(), "b.example");
        let certificates = Certificates::load(folder.path(), "b.example").unwrap();
        assert_eq!(served(&certificates, "a.example"), first);
        assert_eq!(
            certificates.loaded.load().default.as_ref().unwrap().cert[0].to_vec(),
            served(&certificates, "b.example")
        );
        let second = write(folder.path(), "a.example");
        assert!(certificates.reload().is_empty());
        assert_eq!(served(&certificates, "a.example"), second);
        fs::write(folder.path().join("a.example/privkey.pem"), "broken").unwrap();
        assert_eq!(certificates.reload_if_changed().len(), 1);
        assert_eq!(served(&certificates, "a.example"), second);
        assert!(server_config(certificates).is_ok());
    }
}
