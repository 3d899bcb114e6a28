//! Crashes and restarts: what was acknowledged is there afterwards, and nobody is signed out.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::actors::{Browser, Page, free_port, free_ports};

/// The demo as a process of its own, which can be killed.
pub struct Process {
    child: Child,
    pub way: Way,
    data: std::path::PathBuf,
}

/// How a browser gets there, which outlives the process.
#[derive(Clone)]
pub struct Way {
    port: u16,
    mail_port: u16,
    tls: TlsConnector,
}

impl Process {
    pub fn start(data: &Path, port: u16, mail_port: u16) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        Self::start_by(command.stdout(Stdio::null()), data, port, mail_port)
    }

    /// By a command that takes the words of the demo.
    pub fn start_by(command: &mut Command, data: &Path, port: u16, mail_port: u16) -> Self {
        let words = ["demo", "--port", &port.to_string(), "--mail-port", &mail_port.to_string(), "--data"];
        let command = command.args(words).arg(data).arg("--user-data").arg(data.join("user"));
        let child = command.stderr(Stdio::null()).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let ready = Command::new(env!("CARGO_BIN_EXE_vestibule"))
                .args(["health", "--address", &format!("127.0.0.1:{}", port + 2)])
                .stdout(Stdio::null())
                .status()
                .is_ok_and(|status| status.success());
            if ready {
                break;
            }
            assert!(Instant::now() < deadline, "the demo did not become ready within 30 seconds");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut roots = RootCertStore::empty();
        let pem = std::fs::read(data.join("user/demo-ca/ca.pem")).unwrap();
        roots.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = TlsConnector::from(Arc::new(config));
        Self { child, way: Way { port, mail_port, tls }, data: data.to_owned() }
    }

    pub fn kill(&mut self) {
        // SIGKILL: no handler runs, nothing is flushed by the process.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn command(&self, words: &[&str]) -> String {
        let output =
            Command::new(env!("CARGO_BIN_EXE_vestibule")).args(words).arg("--data").arg(&self.data).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn guest(&self, address: &str) -> serde_json::Value {
        serde_json::from_str(&self.command(&["guest", "show", address, "--tenant", "contoso.example", "--json"]))
            .unwrap()
    }

    /// A new guest, signed in by passcode, who stands before *Review permissions*.
    async fn guest_before_review(&self, address: &str) -> (Browser, Page) {
        self.command(&["invite", address, "--tenant", "contoso.example", "--app", "Wiki", "--no-mail"]);
        let browser = self.way.browser();
        let page = self.way.signs_in(&browser, address).await;
        page.sees("Review permissions");
        (browser, page)
    }
}

impl Way {
    pub fn browser(&self) -> Browser {
        Browser::new(self.tls.clone())
    }

    pub fn wiki(&self, path: &str) -> String {
        format!("https://wiki.contoso.localhost:{}{path}", self.port)
    }

    pub fn admin(&self, path: &str) -> String {
        format!("https://admin.vestibule.localhost:{}{path}", self.port)
    }

    pub async fn passcode(&self, browser: &Browser, address: &str) -> String {
        // Fifty browsers at once on two cores: patience is cheap.
        for _ in 0..1500 {
            let url = format!("http://mail.localhost:{}/api/v1/search?query=to:{address}", self.mail_port);
            let list = browser.asks(Method::GET, &url, &[], "").await.json();
            let found = list["messages"].as_array().unwrap().iter().find_map(|message| {
                let subject = message["Subject"].as_str().unwrap_or_default();
                subject.contains("code").then(|| message["ID"].as_str().unwrap().to_owned())
            });
            if let Some(id) = found {
                let url = format!("http://mail.localhost:{}/api/v1/message/{id}", self.mail_port);
                let mail = browser.asks(Method::GET, &url, &[], "").await.json();
                let text = mail["Text"].as_str().unwrap().to_owned();
                return text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 8).unwrap().to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no code for {address}");
    }

    /// An invited guest signs in by a code, up to whatever comes then.
    pub async fn signs_in(&self, browser: &Browser, address: &str) -> Page {
        let page = browser.opens(&self.wiki("/kept")).await;
        let page = browser.presses(&page, "Continue", &[("address", address)]).await;
        let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
        let code = self.passcode(browser, address).await;
        browser.presses(&page, "Continue", &[("code", &code)]).await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// INV7: 20 kills during the consent POST, at different instants.
#[tokio::test(flavor = "multi_thread")]
async fn kill_9_during_consent_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (port, mail_port) = (free_ports(), free_port());
    let (mut acknowledged, mut recorded, mut kills) = (0, 0, 0);
    let mut process = Process::start(folder.path(), port, mail_port);
    for round in 0..20_u64 {
        let address = format!("crash{round}@mail.example");
        let (browser, page) = process.guest_before_review(&address).await;
        let form = page.form_with_button("Accept").unwrap();
        let target = page.url.join(&form.action).unwrap().to_string();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form.fields.iter()).finish();
        let origin = page.url.origin().ascii_serialization();
        let sent = tokio::spawn({
            let browser = browser.clone();
            async move {
                let headers = [
                    ("content-type", "application/x-www-form-urlencoded"),
                    ("origin", origin.as_str()),
                    ("sec-fetch-site", "same-origin"),
                ];
                browser.asks(Method::POST, &target, &headers, &body).await.status.as_u16()
            }
        });
        tokio::time::sleep(Duration::from_micros(round * 1_500)).await;
        process.kill();
        kills += 1;
        // A broken connection is no acknowledgement.
        let answer = sent.await.ok();
        drop(process);
        process = Process::start(folder.path(), port, mail_port);
        let guest = process.guest(&address);
        let reviewed = guest["reviewed"]["state"] == "accepted";
        recorded += u32::from(reviewed);
        if answer == Some(303) {
            acknowledged += 1;
            assert!(reviewed, "round {round}: the consent was acknowledged and is lost: {guest:#}");
        }
        // Never stuck: the guest goes on from where the answer got.
        let page = browser.opens(&process.way.wiki("/kept")).await;
        page.does_not_see("Continue with");
        page.sees(if reviewed { "Terms of use" } else { "Review permissions" });
    }
    let audit = process.command(&["audit"]);
    assert!(!audit.contains("BROKEN"), "{audit}");
    println!(
        "kill -9 during consent: {kills} kills, {acknowledged} acknowledged, {recorded} recorded, 0 acknowledged ones lost"
    );
    assert!(acknowledged > 0, "no round got as far as an acknowledgement; the test shows nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_signs_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let (port, mail_port) = (free_ports(), free_port());
    let mut process = Process::start(folder.path(), port, mail_port);
    let (browser, page) = process.guest_before_review("restart@mail.example").await;
    let page = browser.presses(&page, "Accept", &[]).await;
    let page = browser.presses(&page, "Accept", &[("viewed", "yes")]).await;
    page.status(200).sees("restart@mail.example");
    for restart in 0..3 {
        process.kill();
        drop(process);
        process = Process::start(folder.path(), port, mail_port);
        let headers = [("accept", "application/json")];
        let page =
            browser.asks(Method::GET, &process.way.wiki(&format!("/after/{restart}?format=json")), &headers, "").await;
        page.status(200).sees("restart@mail.example");
    }
}
