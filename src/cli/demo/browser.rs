//! `demo --open`: an installed Chromium with a throw-away profile that trusts exactly the demo's authority.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Names under which Chromium and Chrome are installed.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Starts the browser. Without one, or without `certutil`, says what to do instead.
pub fn open(authority: &Path, url: &str, data: &Path, errors: &mut dyn Write) -> std::io::Result<()> {
    let home = data.join("browser");
    let store = home.join(".pki/nssdb");
    std::fs::create_dir_all(&store)?;
    let database = format!("sql:{}", store.display());
    let made = quiet(Command::new("certutil").args(["-N", "--empty-password", "-d", &database]));
    let trusted = made
        && quiet(
            Command::new("certutil")
                .args(["-A", "-t", "C,,", "-n", "Vestibule demo", "-d", &database, "-i"])
                .arg(authority),
        );
    if !trusted {
        writeln!(
            errors,
            "certutil is missing (Debian: libnss3-tools), so the browser cannot be told to trust the demo; open {url} \
             yourself after importing {}",
            authority.display()
        )?;
        return Ok(());
    }
    for browser in BROWSERS {
        let started = Command::new(browser)
            .env("HOME", &home)
            .arg(format!("--user-data-dir={}", home.join("profile").display()))
            .args(["--no-first-run", "--no-default-browser-check", url])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        if started.is_ok() {
            return Ok(());
        }
    }
    writeln!(errors, "no Chromium or Chrome was found; open {url} yourself after importing {}", authority.display())
}

fn quiet(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
