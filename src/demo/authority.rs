//! The demo's certificate authority: kept in the user's data folder, and unable to vouch for anything but `localhost`.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, PublicKeyData,
    SerialNumber,
};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::ambient::Ambient;

const DAY: i64 = 24 * 60 * 60;
const AUTHORITY_DAYS: i64 = 730;
const LEAF_DAYS: i64 = 90;
/// Remade when less than this is left, so that nothing expires during a demo.
const LEFT_DAYS: i64 = 30;

/// A certificate authority that browsers may be told to trust: it is name-constrained to `localhost`.
pub struct Authority {
    folder: PathBuf,
    key: KeyPair,
    certificate: CertificateDer<'static>,
    pem: String,
    ambient: Ambient,
}

impl Authority {
    /// Reads the authority of `folder`; makes one when there is none, or when it is broken, unconstrained or near its end.
    pub fn load_or_create(folder: &Path, ambient: Ambient) -> anyhow::Result<Self> {
        make_folder(folder)?;
        let path = folder.join("authority.pem");
        // Two demos may start at once: whoever links its file first wins, and the other one reads it in the next round.
        for _ in 0..3 {
            match fs::read_to_string(&path) {
                Ok(text) => match Self::parse(folder, &text, &ambient) {
                    Ok(authority) => {
                        authority.publish()?;
                        return Ok(authority);
                    }
                    Err(_) => remove(&path)?,
                },
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
            }
            let made = Self::make(folder, &ambient)?;
            let text = format!("{}{}", made.pem, made.key.serialize_pem());
            let draft = draft(&path, text.as_bytes(), &ambient)?;
            let linked = fs::hard_link(&draft, &path);
            remove(&draft)?;
            match linked {
                Ok(()) => {
                    made.publish()?;
                    return Ok(made);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| format!("write {}", path.display())),
            }
        }
        bail!("{} changes while it is read: is another demo starting?", path.display())
    }

    /// The certificate to trust, PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate to trust, DER.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Where the certificate to trust lies (the key is in another file, readable by its owner alone).
    pub fn path(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// Puts a certificate for exactly this host into `{certificates}/{host}/{fullchain,privkey}.pem`; one that still
    /// serves is kept.
    ///
    /// One name each, no wildcard: OpenSSL and Chromium refuse `*.localhost`, and with several names in one certificate
    /// browsers reuse the connection of one host for another.
    pub fn leaf(&self, host: &str, certificates: &Path) -> anyhow::Result<()> {
        ensure!(is_local_name(host), "the demo's authority vouches for localhost names only, not for {host:?}");
        let folder = certificates.join(host);
        make_folder(&folder)?;
        let (chain_path, key_path) = (folder.join("fullchain.pem"), folder.join("privkey.pem"));
        if self.still_serves(host, &chain_path, &key_path) {
            return Ok(());
        }
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = self.sign(host, &key)?;
        let chain = format!("{}{}", certificate.pem(), self.pem);
        for (path, bytes) in [(&key_path, key.serialize_pem()), (&chain_path, chain)] {
            let draft = draft(path, bytes.as_bytes(), &self.ambient)?;
            fs::rename(&draft, path).with_context(|| format!("write {}", path.display()))?;
        }
        Ok(())
    }

    fn make(folder: &Path, ambient: &Ambient) -> anyhow::Result<Self> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = authority_params();
        set_validity(&mut params, ambient, AUTHORITY_DAYS)?;
        let certificate = params.self_signed(&key)?;
        let (pem, certificate) = (certificate.pem(), certificate.der().clone());
        Ok(Self { folder: folder.to_owned(), key, certificate, pem, ambient: ambient.clone() })
    }

    fn parse(folder: &Path, text: &str, ambient: &Ambient) -> anyhow::Result<Self> {
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())?.into_owned();
        let (pem, key) = text.split_at(text.find("-----BEGIN PRIVATE KEY").context("no key")?);
        let (pem, key) = (pem.to_owned(), KeyPair::from_pem(key)?);
        let authority = Self { folder: folder.to_owned(), key, certificate, pem, ambient: ambient.clone() };
        let not_after = not_after(&authority.certificate).context("no end of validity")?;
        ensure!(not_after > ambient.now() + LEFT_DAYS * DAY, "near its end");
        ensure!(authority.accepts_only_localhost()?, "key and certificate differ, or the names are not constrained");
        Ok(authority)
    }

    /// Tried out rather than read: an authority of another making must not become one that vouches for the whole web.
    fn accepts_only_localhost(&self) -> anyhow::Result<bool> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let accepts = |host: &str| -> anyhow::Result<bool> {
            Ok(self.vouches(self.sign(host, &key)?.der(), host, self.ambient.now()))
        };
        Ok(accepts("probe.localhost")? && !accepts("probe.example")? && !accepts("localhost.example")?)
    }

    fn sign(&self, host: &str, key: &KeyPair) -> anyhow::Result<rcgen::Certificate> {
        let mut params = CertificateParams::new(vec![host.to_owned()])?;
        params.distinguished_name = DistinguishedName::new();
        // A common name holds 64 characters at most (X.520); the alternative name is what counts.
        params.distinguished_name.push(DnType::CommonName, if host.len() <= 64 { host } else { "Vestibule demo" });
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_validity(&mut params, &self.ambient, LEAF_DAYS)?;
        Ok(params.signed_by(key, &Issuer::new(authority_params(), &self.key))?)
    }

    fn still_serves(&self, host: &str, chain_path: &Path, key_path: &Path) -> bool {
        let (Ok(chain), Ok(key)) = (fs::read(chain_path), fs::read_to_string(key_path)) else { return false };
        let (Ok(leaf), Ok(key)) = (CertificateDer::from_pem_slice(&chain), KeyPair::from_pem(&key)) else {
            return false;
        };
        let public_key = key.subject_public_key_info();
        leaf.windows(public_key.len()).any(|window| window == public_key)
            && self.vouches(&leaf, host, self.ambient.now())
            && self.vouches(&leaf, host, self.ambient.now() + LEFT_DAYS * DAY)
    }

    /// Whether a client that trusts this authority would accept the certificate for the host at that time.
    fn vouches(&self, leaf: &CertificateDer<'_>, host: &str, at: i64) -> bool {
        let mut roots = RootCertStore::empty();
        if roots.add(self.certificate.clone()).is_err() {
            return false;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let Ok(verifier) = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build() else {
            return false;
        };
        let (Ok(name), Ok(seconds)) = (ServerName::try_from(host), u64::try_from(at)) else { return false };
        let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        verifier.verify_server_cert(leaf, &[], &name, &[], at).is_ok()
    }

    /// Writes the certificate without its key, for browsers and curl.
    fn publish(&self) -> anyhow::Result<()> {
        if fs::read_to_string(self.path()).is_ok_and(|text| text == self.pem) {
            return Ok(());
        }
        let draft = draft(&self.path(), self.pem.as_bytes(), &self.ambient)?;
        fs::rename(&draft, self.path()).with_context(|| format!("write {}", self.path().display()))
    }
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Vestibule demo");
    params.distinguished_name.push(DnType::CommonName, "Vestibule demo authority (localhost only)");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // RFC 5280 §4.2.1.10: `localhost` covers every name below it. A kind of name that is not mentioned is not
    // restricted at all, so addresses are excluded outright.
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("localhost".to_owned())],
        excluded_subtrees: vec![
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0)),
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0)),
        ],
    });
    params
}

fn set_validity(params: &mut CertificateParams, ambient: &Ambient, days: i64) -> anyhow::Result<()> {
    // A day back, for clocks that are a little behind.
    let from = u64::try_from(ambient.now() - DAY).context("a clock before 1970")?;
    let until = u64::try_from(ambient.now() + days * DAY).context("a clock before 1970")?;
    ensure!(until < 200_000_000_000, "a clock beyond all certificates");
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + Duration::from_secs(from);
    params.not_after = epoch + Duration::from_secs(until);
    let mut serial = ambient.bytes::<16>();
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7f | 0x40; // RFC 5280 §4.1.2.2: positive
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    Ok(())
}

/// `localhost` or a name below it, in the one spelling that is also a safe folder name.
fn is_local_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    host.len() <= 253 && host.split('.').all(label) && (host == "localhost" || host.ends_with(".localhost"))
}

/// End of validity of a certificate, in seconds since 1970 (RFC 5280 §4.1).
fn not_after(der: &[u8]) -> Option<i64> {
    let (_, certificate, _) = element(der)?;
    let (_, mut fields, _) = element(certificate)?;
    if fields.first() == Some(&0xa0) {
        fields = element(fields)?.2; // version
    }
    for _serial_algorithm_issuer in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, validity, _) = element(fields)?;
    let (_, _, after) = element(validity)?;
    let (tag, text, _) = element(after)?;
    let text = std::str::from_utf8(text).ok()?;
    let full = match tag {
        0x17 => format!("20{text}"), // UTCTime: two digits of the year; ours are of this century
        0x18 => text.to_owned(),
        _ => return None,
    };
    let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M%SZ", full).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// One DER element: its tag, its content, and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match *length {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("make the folder {}", folder.display()))
}

/// Writes a file that only its owner may read beside `path`, whole and on disk, ready to be renamed.
fn draft(path: &Path, bytes: &[u8], ambient: &Ambient) -> anyhow::Result<PathBuf> {
    let name = format!("draft-{}", data_encoding::HEXLOWER.encode(&ambient.bytes::<8>()));
    let draft = path.with_file_name(name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).with_context(|| format!("write beside {}", path.display()))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(|| format!("write beside {}", path.display()))?;
    Ok(draft)
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::sync::atomic::Ordering;

    use super::super::ambient::testing::{START, ambient};
    use super::*;

    fn leaf_of(folder: &Path, host: &str) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(&fs::read(folder.join(host).join("fullchain.pem")).unwrap()).unwrap()
    }

    #[test]
    fn vouches_for_exactly_one_local_host() {
        let home = tempfile::tempdir().unwrap();
        let (ambient, _) = ambient();
        let authority = Authority::load_or_create(home.path(), ambient).unwrap();
        let certificates = home.path().join("certs");
        authority.leaf("wiki.contoso.localhost", &certificates).unwrap();
        let leaf = leaf_of(&certificates, "wiki.contoso.localhost");
        assert!(authority.vouches(&leaf, "wiki.contoso.localhost", START));
        for other in ["contoso.localhost", "localhost", "a.wiki.contoso.localhost", "desk.apps.localhost"] {
            assert!(!authority.vouches(&leaf, other, START), "{other}");
        }
        assert!(!authority.vouches(&leaf, "wiki.contoso.localhost", START + 91 * DAY), "expired");
        assert_eq!(not_after(&leaf), Some(START + 90 * DAY));
        assert_eq!(not_after(authority.certificate()), Some(START + 730 * DAY));
    }

    #[test]
    fn a_name_outside_localhost_is_refused_by_clients_and_by_the_issuer() {
        let home = tempfile::tempdir().unwrap();
        let (ambient, _) = ambient();
        let authority = Authority::load_or_create(home.path(), ambient.clone()).unwrap();
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        for host in ["evil.example", "localhost.example", "notlocalhost", "127.0.0.1", "::1"] {
            let leaf = authority.sign(host, &key).unwrap();
            assert!(!authority.vouches(leaf.der(), host, START), "{host} must be refused by clients");
        }
        for host in
            ["evil.example", "*.localhost", "a..localhost", "../x.localhost", "WIKI.localhost", ".localhost", ""]
        {
            assert!(authority.leaf(host, home.path()).is_err(), "{host:?} must not be issued");
        }
        // Negative control: the same authority without constraints would be believed for evil.example.
        let mut params = authority_params();
        params.name_constraints = None;
        set_validity(&mut params, &ambient, 1).unwrap();
        let certificate = params.self_signed(&authority.key).unwrap();
        let naive = Authority {
            folder: home.path().to_owned(),
            key: KeyPair::from_pem(&authority.key.serialize_pem()).unwrap(),
            pem: certificate.pem(),
            certificate: certificate.der().clone(),
            ambient,
        };
        let leaf = naive.sign("evil.example", &key).unwrap();
        assert!(naive.vouches(leaf.der(), "evil.example", START));
        assert!(!naive.accepts_only_localhost().unwrap());
    }

    #[test]
    fn kept_while_it_serves_and_remade_when_it_does_not() {
        let home = tempfile::tempdir().unwrap();
        let (ambient, hand) = ambient();
        let load = || Authority::load_or_create(home.path(), ambient.clone()).unwrap();
        let first = load();
        assert_eq!(first.pem(), load().pem());
        assert_eq!(fs::read_to_string(first.path()).unwrap(), first.pem());
        assert!(!first.pem().contains("PRIVATE"));

        let certificates = home.path().join("certs");
        first.leaf("a.localhost", &certificates).unwrap();
        let leaf = leaf_of(&certificates, "a.localhost");
        first.leaf("a.localhost", &certificates).unwrap();
        assert_eq!(leaf, leaf_of(&certificates, "a.localhost"), "kept");
        hand.store(START + 61 * DAY, Ordering::SeqCst);
        load().leaf("a.localhost", &certificates).unwrap();
        assert_ne!(leaf, leaf_of(&certificates, "a.localhost"), "renewed before its end");
        assert_eq!(first.pem(), load().pem(), "the authority itself still serves");

        hand.store(START + 701 * DAY, Ordering::SeqCst);
        let second = load();
        assert_ne!(first.pem(), second.pem(), "remade near its end");
        second.leaf("a.localhost", &certificates).unwrap();
        assert!(second.vouches(&leaf_of(&certificates, "a.localhost"), "a.localhost", START + 701 * DAY));

        // Broken: garbage; and the certificate of one authority with the key of another.
        fs::write(home.path().join("authority.pem"), "garbage").unwrap();
        let third = load();
        assert_ne!(second.pem(), third.pem());
        let mixed = format!("{}{}", second.pem(), third.key.serialize_pem());
        fs::write(home.path().join("authority.pem"), mixed).unwrap();
        let fourth = load();
        assert!(fourth.pem() != second.pem() && fourth.pem() != third.pem());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 3, "no drafts are left behind");
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let authority = Authority::load_or_create(&home.path().join("ca"), ambient().0).unwrap();
        authority.leaf("a.localhost", home.path()).unwrap();
        let mode = |path: &str| fs::metadata(home.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("ca"), 0o700);
        assert_eq!(mode("ca/authority.pem"), 0o600);
        assert_eq!(mode("a.localhost/privkey.pem"), 0o600);
    }

    #[test]
    fn openssl_agrees() {
        if Command::new("openssl").arg("version").output().is_err() {
            println!("left out: openssl is not installed");
            return;
        }
        let home = tempfile::tempdir().unwrap();
        let authority = Authority::load_or_create(home.path(), ambient().0).unwrap();
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let verify = |host: &str| {
            let path = home.path().join("leaf.pem");
            fs::write(&path, authority.sign(host, &key).unwrap().pem()).unwrap();
            let (at, host) = (START.to_string(), host.to_owned());
            let output = Command::new("openssl")
                .args(["verify", "-x509_strict", "-purpose", "sslserver", "-attime", &at, "-verify_hostname", &host])
                .arg("-CAfile")
                .arg(authority.path())
                .arg(&path)
                .output()
                .unwrap();
            (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let (good, why) = verify("wiki.contoso.localhost");
        assert!(good, "{why}");
        let (good, why) = verify("evil.example");
        assert!(!good && why.contains("permitted subtree violation"), "{why}");
    }
}
