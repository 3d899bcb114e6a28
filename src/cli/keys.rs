//! `vestibule keys dev`: certificates for every configured host, by an authority for `*.localhost` alone.

use std::io::{Result, Write};
use std::path::Path;

use super::dev_authority::{DevAuthority, DevAuthorityError, Issued, is_localhost};
use crate::clock::Clock;
use crate::config::{Environment, load};

/// Folder of the authority among the certificates; a host's name has a dot, so that no host can be called so.
const AUTHORITY: &str = "dev-ca";

/// Fills the certificates folder. `false` means that the exit status is 1.
pub fn dev(path: &Path, environment: &Environment, clock: &dyn Clock, out: &mut dyn Write) -> Result<bool> {
    let loaded = match load(path, environment) {
        Ok(loaded) => loaded,
        Err(faults) => {
            for fault in &faults {
                writeln!(out, "{fault}")?;
            }
            return Ok(false);
        }
    };
    let hosts = loaded.hosts();
    let outside: Vec<&str> = hosts.iter().map(String::as_str).filter(|host| !is_localhost(host)).collect();
    if !outside.is_empty() {
        writeln!(
            out,
            "no certificate for {}: they lie outside localhost\n  hint: development certificates are for *.localhost \
             alone; get real ones and put them into {}/{{host}}/",
            outside.join(", "),
            loaded.settings.tls.certificates.display()
        )?;
        return Ok(false);
    }
    match issue_all(&loaded.settings.tls.certificates, &hosts, clock, out) {
        Ok(()) => Ok(true),
        Err(Problem::Printing(error)) => Err(error),
        Err(Problem::Issuing(error)) => {
            writeln!(out, "{error}\n  hint: this user must be able to write there")?;
            Ok(false)
        }
    }
}

enum Problem {
    Printing(std::io::Error),
    Issuing(DevAuthorityError),
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::Printing(error)
    }
}

impl From<DevAuthorityError> for Problem {
    fn from(error: DevAuthorityError) -> Self {
        Self::Issuing(error)
    }
}

fn issue_all(
    certificates: &Path,
    hosts: &[String],
    clock: &dyn Clock,
    out: &mut dyn Write,
) -> std::result::Result<(), Problem> {
    let authority = DevAuthority::open(&certificates.join(AUTHORITY), clock.now())?;
    for host in hosts {
        match authority.issue(certificates, host, clock.now())? {
            Issued::Made => writeln!(out, "made {}", certificates.join(host).join("fullchain.pem").display())?,
            Issued::Kept => writeln!(out, "kept the certificate of {host}, which was not made here")?,
        }
    }
    writeln!(out, "let your browser trust {}; it can vouch for *.localhost alone", authority.certificate().display())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    struct At(i64);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(self.0)
        }
    }

    fn run(variables: &[(&str, &str)], certificates: &Path) -> (bool, String) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/vestibule.toml");
        let environment = Environment::of(variables.iter().copied())
            .with("VESTIBULE_DATA_DIR", "/tmp")
            .with("VESTIBULE_TLS__CERTIFICATES", certificates.to_str().unwrap());
        let mut out = Vec::new();
        let done = dev(&path, &environment, &At(1_750_000_000), &mut out).unwrap();
        (done, String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_configured_host_gets_a_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let (done, printed) = run(&[], folder.path());
        assert!(done, "{printed}");
        for host in [
            "vestibule.localhost",
            "admin.vestibule.localhost",
            "wiki.contoso.localhost",
            "desk.apps.localhost",
            "board.apps.localhost",
        ] {
            assert!(folder.path().join(host).join("fullchain.pem").exists(), "{host}");
            assert!(folder.path().join(host).join("privkey.pem").exists(), "{host}");
        }
        assert!(printed.contains("dev-ca/ca.pem; it can vouch for *.localhost alone"), "{printed}");
    }

    #[test]
    fn real_hosts_are_refused_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (done, printed) = run(&[("VESTIBULE_ADMIN_URL", "https://admin.login.example")], folder.path());
        assert!(!done);
        assert!(printed.starts_with("no certificate for admin.login.example: they lie outside localhost\n  hint: "));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let (done, printed) = run(&[], &folder.path().join("file"));
        assert!(!done);
        assert!(printed.contains("hint: this user must be able to write there"), "{printed}");
    }
}
