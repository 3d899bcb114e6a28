//! A certificate authority for development: it can vouch for `*.localhost` alone, so that trusting it is harmless.

use std::io::Write;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};

use crate::model::Timestamp;

/// First line of certificates made here; those of others are never overwritten.
const MARK: &str = "# made by vestibule for development; may be replaced at any time\n";

/// Why no certificate was made.
#[derive(Debug, thiserror::Error)]
pub enum DevAuthorityError {
    /// Only `*.localhost`.
    #[error("{0} does not lie in localhost")]
    NotLocalhost(String),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: std::io::Error,
    },
    /// A certificate could not be made.
    #[error("the certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
}

/// What happened for a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issued {
    /// There is a new certificate.
    Made,
    /// Somebody else's certificate was there and stays.
    Kept,
}

/// The authority, kept in a folder as `ca.pem` and `ca.key`.
pub struct DevAuthority {
    issuer: Issuer<'static, KeyPair>,
    certificate: PathBuf,
}

impl DevAuthority {
    /// Opens the authority in `folder`, or makes one there.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, DevAuthorityError> {
        let (certificate, key_file) = (folder.join("ca.pem"), folder.join("ca.key"));
        let params = authority_params(now);
        if certificate.exists() && key_file.exists() {
            let key = std::fs::read_to_string(&key_file).map_err(|source| at(&key_file, source))?;
            // Name and key identifier follow from the parameters and the key, so the certificate need not be read.
            return Ok(Self { issuer: Issuer::new(params, KeyPair::from_pem(&key)?), certificate });
        }
        let key = KeyPair::generate()?;
        let signed = params.self_signed(&key)?;
        make_folder(folder)?;
        write(&key_file, &key.serialize_pem(), 0o600)?;
        write(&certificate, &signed.pem(), 0o644)?;
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    /// The certificate to trust, as PEM.
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// Makes `{folder}/{host}/fullchain.pem` and `privkey.pem`. One certificate for each host: browsers refuse
    /// `*.localhost` (decision 27).
    pub fn issue(&self, folder: &Path, host: &str, now: Timestamp) -> Result<Issued, DevAuthorityError> {
        if !is_localhost(host) {
            return Err(DevAuthorityError::NotLocalhost(host.to_owned()));
        }
        let folder = folder.join(host);
        let (chain, key_file) = (folder.join("fullchain.pem"), folder.join("privkey.pem"));
        if std::fs::read_to_string(&chain).is_ok_and(|text| !text.starts_with(MARK)) {
            return Ok(Issued::Kept);
        }
        let mut params = CertificateParams::new(vec![host.to_owned()])?;
        params.distinguished_name = named(host);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        // Browsers refuse more than 398 days.
        set_validity(&mut params, now, 396);
        let key = KeyPair::generate()?;
        let signed = params.signed_by(&key, &self.issuer)?;
        make_folder(&folder)?;
        write(&key_file, &key.serialize_pem(), 0o600)?;
        write(&chain, &format!("{MARK}{}", signed.pem()), 0o644)?;
        Ok(Issued::Made)
    }
}

/// `localhost` or a host below it.
pub fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

fn authority_params(now: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named("Vestibule development CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // RFC 5280 §4.2.1.10: a kind of name that is not listed is not constrained, so addresses are listed as well.
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(
                [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                128,
            )),
            GeneralSubtree::Rfc822Name("localhost".to_owned()),
        ],
        excluded_subtrees: Vec::new(),
    });
    set_validity(&mut params, now, 3650);
    params
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name.push(DnType::OrganizationName, "Vestibule, for development only");
    name
}

/// Valid from yesterday, for clocks that are behind, and for so many days.
fn set_validity(params: &mut CertificateParams, now: Timestamp, days: i64) {
    let day = |offset: i64| {
        let seconds = now.seconds().saturating_add(offset.saturating_mul(86_400));
        let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let date = time.to_zoned(jiff::tz::TimeZone::UTC).date();
        let part = |number: i8| u8::try_from(number).unwrap_or(1);
        rcgen::date_time_ymd(i32::from(date.year()), part(date.month()), part(date.day()))
    };
    (params.not_before, params.not_after) = (day(-1), day(days));
}

fn make_folder(folder: &Path) -> Result<(), DevAuthorityError> {
    std::fs::create_dir_all(folder).map_err(|source| at(folder, source))
}

/// Writes aside and renames, so that nobody ever reads half a file.
fn write(path: &Path, content: &str, mode: u32) -> Result<(), DevAuthorityError> {
    let aside = path.with_extension("new");
    // The mode counts only for a new file.
    let _ = std::fs::remove_file(&aside);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options.open(&aside).and_then(|mut file| {
        file.write_all(content.as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&aside, path)).map_err(|source| at(path, source))
}

fn at(path: &Path, source: std::io::Error) -> DevAuthorityError {
    DevAuthorityError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_750_000_000);

    #[test]
    fn makes_what_a_browser_accepts() {
        let folder = tempfile::tempdir().unwrap();
        let authority = DevAuthority::open(&folder.path().join("ca"), NOW).unwrap();
        assert_eq!(authority.issue(folder.path(), "wiki.contoso.localhost", NOW).unwrap(), Issued::Made);
        verify(authority.certificate(), folder.path(), "wiki.contoso.localhost").unwrap();
        let other = DevAuthority::open(&folder.path().join("other"), NOW).unwrap();
        assert!(verify(other.certificate(), folder.path(), "wiki.contoso.localhost").is_err(), "the control");
    }

    #[test]
    fn the_authority_is_kept_and_certificates_are_renewed() {
        let folder = tempfile::tempdir().unwrap();
        let first = DevAuthority::open(folder.path(), NOW).unwrap();
        first.issue(folder.path(), "a.localhost", NOW).unwrap();
        let before = std::fs::read(folder.path().join("a.localhost/fullchain.pem")).unwrap();
        let again = DevAuthority::open(folder.path(), NOW).unwrap();
        assert_eq!(again.issue(folder.path(), "a.localhost", NOW).unwrap(), Issued::Made);
        assert_ne!(std::fs::read(folder.path().join("a.localhost/fullchain.pem")).unwrap(), before);
        verify(first.certificate(), folder.path(), "a.localhost").unwrap();
    }

    #[test]
    fn keeps_what_others_put_there() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a.localhost")).unwrap();
        std::fs::write(folder.path().join("a.localhost/fullchain.pem"), "-----BEGIN CERTIFICATE-----").unwrap();
        let authority = DevAuthority::open(&folder.path().join("ca"), NOW).unwrap();
        assert_eq!(authority.issue(folder.path(), "a.localhost", NOW).unwrap(), Issued::Kept);
        assert!(!folder.path().join("a.localhost/privkey.pem").exists());
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        DevAuthority::open(folder.path(), NOW).unwrap().issue(folder.path(), "a.localhost", NOW).unwrap();
        for key in ["ca.key", "a.localhost/privkey.pem"] {
            let mode = std::fs::metadata(folder.path().join(key)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{key}");
        }
    }

    /// Trusting the authority must be harmless: even its own key cannot vouch for a real host.
    #[test]
    fn the_authority_cannot_vouch_for_other_hosts() {
        let folder = tempfile::tempdir().unwrap();
        let authority = DevAuthority::open(&folder.path().join("ca"), NOW).unwrap();
        for host in ["bank.example", "localhost.example", "evillocalhost", "*.example", "127.0.0.1"] {
            let refused = authority.issue(folder.path(), host, NOW);
            assert!(matches!(refused, Err(DevAuthorityError::NotLocalhost(_))), "{host}");
        }
        // A thief of the key would not ask us: the constraint in the certificate has to hold on its own.
        let mut params = CertificateParams::new(vec!["bank.example".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        set_validity(&mut params, NOW, 30);
        let key = KeyPair::generate().unwrap();
        let stolen = params.signed_by(&key, &authority.issuer).unwrap();
        std::fs::create_dir(folder.path().join("bank.example")).unwrap();
        std::fs::write(folder.path().join("bank.example/fullchain.pem"), stolen.pem()).unwrap();
        let error = verify(authority.certificate(), folder.path(), "bank.example").unwrap_err();
        assert!(format!("{error:?}").contains("NameConstraintViolation"), "{error:?}");
    }

    fn verify(ca: &Path, folder: &Path, host: &str) -> Result<(), rustls::Error> {
        use rustls::client::danger::ServerCertVerifier;
        use rustls::pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject};
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = rustls::client::WebPkiServerVerifier::builder_with_provider(roots.into(), provider);
        let chain = CertificateDer::from_pem_file(folder.join(host).join("fullchain.pem")).unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_750_000_000));
        let name = ServerName::try_from(host.to_owned()).unwrap();
        verifier.build().unwrap().verify_server_cert(&chain, &[], &name, &[], now).map(|_| ())
    }
}
