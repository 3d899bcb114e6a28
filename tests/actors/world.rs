//! The demo, whole, in this process: free ports, a fresh folder, real sockets.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use vestibule::cli::demo::{DemoArguments, RunningDemo};
use vestibule::clock::{SystemRandom, random_bytes};

use super::browser::Browser;

pub const CONTOSO: &str = "c0a70500-0000-4000-8000-000000000001";
pub const NORTHWIND: &str = "c0a70500-0000-4000-8000-000000000002";
pub const WIKI: &str = "c0a70500-0000-4000-8000-0000000000b1";
pub const DESK: &str = "c0a70500-0000-4000-8000-0000000000b2";

/// A running demo and the means to visit it.
pub struct World {
    pub demo: RunningDemo,
    pub port: u16,
    pub mail_port: u16,
    tls: TlsConnector,
    _folder: Option<tempfile::TempDir>,
}

/// Starts a demo of its own for one story.
pub async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    // Another process may take a port between the look and the start.
    for _ in 0..5 {
        if let Ok(mut world) = World::try_start(folder.path(), free_ports(), free_port()).await {
            world._folder = Some(folder);
            return world;
        }
    }
    let mut world = World::start(folder.path(), free_ports(), free_port()).await;
    world._folder = Some(folder);
    world
}

impl World {
    /// Starts a demo on a folder that outlives it.
    pub async fn start(data: &std::path::Path, port: u16, mail_port: u16) -> Self {
        Self::try_start(data, port, mail_port).await.unwrap_or_else(|error| panic!("the demo did not start: {error:#}"))
    }

    /// The same, with a receiver of messages about Contoso, which heard of all guests that the demo begins with.
    pub async fn start_telling(data: &std::path::Path, webhook: &str) -> Self {
        let (port, mail_port) = (free_ports(), free_port());
        let started = Self::try_start_telling(data, port, mail_port, Some(webhook.parse().unwrap())).await;
        let world = started.unwrap_or_else(|error| panic!("the demo did not start: {error:#}"));
        for _ in 0..500 {
            let (counts, _) = world.demo.app().webhooks.counts(CONTOSO.parse().unwrap()).await.unwrap();
            if counts.iter().all(|counts| counts.waiting == 0) {
                return world;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the receiver did not take what the demo begins with within 10 seconds");
    }

    async fn try_start(data: &std::path::Path, port: u16, mail_port: u16) -> anyhow::Result<Self> {
        Self::try_start_telling(data, port, mail_port, None).await
    }

    async fn try_start_telling(
        data: &std::path::Path,
        port: u16,
        mail_port: u16,
        webhook: Option<url::Url>,
    ) -> anyhow::Result<Self> {
        let arguments = DemoArguments {
            port,
            mail_port,
            data: Some(data.to_owned()),
            user_data: Some(data.join("user")),
            webhook,
            ..DemoArguments::default()
        };
        super::log::keep();
        let demo = vestibule::cli::demo::start(arguments).await?;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(demo.authority_pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { demo, port, mail_port, tls: TlsConnector::from(Arc::new(config)), _folder: None })
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.tls.clone())
    }

    /// `https://{host}:{port}{path}` on one of the demo's hosts.
    pub fn at(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.port)
    }

    pub fn broker(&self, path: &str) -> String {
        self.at("vestibule.localhost", path)
    }

    pub fn wiki(&self, path: &str) -> String {
        self.at("wiki.contoso.localhost", path)
    }

    /// Runs a command of `vestibule` against the running demo.
    pub async fn command(&self, words: &[&str]) -> (u8, String) {
        self.demo.command(words).await
    }

    /// Waits for a mail to `address` whose subject contains `subject`, newest first.
    pub async fn mail(&self, address: &str, subject: &str) -> serde_json::Value {
        self.mail_from(address, subject, "").await
    }

    /// The same, from a sender whose name contains `sender`.
    pub async fn mail_from(&self, address: &str, subject: &str, sender: &str) -> serde_json::Value {
        let browser = self.browser();
        for _ in 0..100 {
            let list = browser
                .asks(http::Method::GET, &format!("http://mail.localhost:{}/api/v1/messages", self.mail_port), &[], "")
                .await
                .json();
            let found = list["messages"].as_array().unwrap().iter().find(|message| {
                message["To"][0]["Address"] == address
                    && message["Subject"].as_str().unwrap_or_default().contains(subject)
                    && message["From"]["Name"].as_str().unwrap_or_default().contains(sender)
            });
            if let Some(found) = found {
                let id = found["ID"].as_str().unwrap();
                let url = format!("http://mail.localhost:{}/api/v1/message/{id}", self.mail_port);
                return browser.asks(http::Method::GET, &url, &[], "").await.json();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail to {address} about {subject:?} arrived within 5 seconds");
    }

    /// The redeem URL in the newest invitation mail to `address`.
    pub async fn redeem_url(&self, address: &str) -> String {
        self.redeem_url_of(CONTOSO, address).await
    }

    /// The redeem URL in the newest invitation mail of a tenant to `address`.
    pub async fn redeem_url_of(&self, tenant: &str, address: &str) -> String {
        let name = if tenant == CONTOSO { "Contoso" } else { "Northwind" };
        let mail = self.mail_from(address, "invited you", name).await;
        let text = mail["Text"].as_str().unwrap().to_owned();
        text.split_whitespace()
            .find(|word| word.contains("/redeem/"))
            .unwrap_or_else(|| panic!("no link in {text}"))
            .to_owned()
    }

    /// The newest passcode sent to `address`.
    pub async fn passcode(&self, address: &str) -> String {
        let mail = self.mail(address, "code").await;
        let text = mail["Text"].as_str().unwrap().to_owned();
        text.split(|c: char| !c.is_ascii_digit())
            .find(|word| word.len() == 8)
            .unwrap_or_else(|| panic!("no code in {text}"))
            .to_owned()
    }

    /// `guest show` as JSON.
    pub async fn guest(&self, tenant: &str, address: &str) -> serde_json::Value {
        let (code, out) = self.command(&["guest", "show", address, "--tenant", tenant, "--json"]).await;
        assert_eq!(code, 0, "{out}");
        serde_json::from_str(&out).unwrap()
    }
}

/// A port that this process hands out once: a server that is stopped and started again finds it free. It lies below those
/// that the system gives to whoever asks for any.
pub fn free_port() -> u16 {
    free_in_a_row(1)
}

/// A port whose two successors are free as well.
pub fn free_ports() -> u16 {
    free_in_a_row(3)
}

fn free_in_a_row(length: u16) -> u16 {
    static NEXT: Mutex<Option<u16>> = Mutex::new(None);
    let mut next = NEXT.lock().unwrap();
    loop {
        let [low, high] = random_bytes::<2>(&SystemRandom);
        // Begins anywhere, so that two runs at once hardly meet.
        let first = next.unwrap_or(10_000 + u16::from_le_bytes([low, high]) % 18_000);
        let after = first + length;
        *next = (after < 32_000).then_some(after);
        if (first..after).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return first;
        }
    }
}
