//! The demo's own parts: home organization, social provider, mailbox, sample apps and guests.
//!
//! Nothing here imports the product: the parts meet it over HTTP and SMTP only, as strangers' parts would.
//! `cli/demo` starts them with [`Parts::start`] and hands [`Parts::hosts`] to the server.

pub mod ambient;
pub mod apps;
pub mod fabrikam;
pub mod guests;
pub mod https;
pub mod look;
pub mod mailbox;
pub mod portal;
pub mod provider;
pub mod sociable;
pub mod tour;

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::ambient::Ambient;
use self::apps::{Jwks, Sample};
use self::fabrikam::Fabrikam;
use self::https::Https;
use self::mailbox::Mailbox;
use self::portal::{PORTAL_HOST, Portal};
use self::provider::Client;
use self::sociable::Sociable;

/// Host of Fabrikam, the home organization.
pub const FABRIKAM_HOST: &str = "login.fabrikam.localhost";
/// Host of Sociable, the social provider.
pub const SOCIABLE_HOST: &str = "sociable.localhost";
/// Host of the web inbox.
pub const MAIL_HOST: &str = "mail.localhost";

/// One sample app to start.
pub struct AppOptions {
    /// Which one.
    pub sample: Sample,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Its id at Vestibule, which is its assertions' audience.
    pub app_id: String,
    /// Where it gets the keys to check assertions with.
    pub jwks: Jwks,
}

/// What the parts must be told.
pub struct Options {
    /// Port of the product's HTTPS listener, which serves [`Parts::hosts`] too.
    pub https_port: u16,
    /// Where the web inbox listens; port 0 takes a free one, the same for all.
    pub mail_http: Vec<SocketAddr>,
    /// Where SMTP listens; port 0 takes a free one.
    pub smtp: SocketAddr,
    /// The demo's authority, PEM, for `GET /ca.pem`.
    pub authority_pem: String,
    /// Who may send people to Fabrikam.
    pub fabrikam_clients: Vec<Client>,
    /// How Fabrikam reaches those that want to hear of a sign-out there; without it nobody is told.
    pub fabrikam_tells: Option<Https>,
    /// Who may send people to Sociable.
    pub sociable_clients: Vec<Client>,
    /// The sample apps.
    pub apps: Vec<AppOptions>,
    /// Issuers whose assertions the apps believe.
    pub issuers: Vec<String>,
    /// Names of tenants by their id.
    pub tenants: Vec<(String, String)>,
    /// Time and randomness.
    pub ambient: Ambient,
}

impl Options {
    /// Loopback, both families, on this port: where the inbox listens unless told otherwise.
    pub fn loopback(port: u16) -> Vec<SocketAddr> {
        vec![
            SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
            SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port),
        ]
    }
}

/// The running parts. They stop when this is dropped.
pub struct Parts {
    hosts: Vec<(String, Router)>,
    mailbox: Mailbox,
    fabrikam: Arc<Fabrikam>,
    portal: Portal,
    smtp: SocketAddr,
    mail_http: SocketAddr,
    apps: Vec<(Sample, SocketAddr)>,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

impl Parts {
    /// Starts everything that has a listener of its own, on the current runtime.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let stop_on_drop = stop.clone().drop_guard();
        let mailbox = Mailbox::new(options.authority_pem, options.ambient.clone());

        let listener = listen(options.smtp, "the mailbox's SMTP").await?;
        let smtp = listener.local_addr()?;
        tokio::spawn(mailbox.clone().serve_smtp(listener, stop.clone()));

        let mut mail_http: Option<SocketAddr> = None;
        for mut address in options.mail_http {
            if let (0, Some(first)) = (address.port(), mail_http) {
                address.set_port(first.port());
            }
            match listen(address, "the web inbox").await {
                Ok(listener) => {
                    mail_http.get_or_insert(listener.local_addr()?);
                    serve(listener, mailbox.router(), &stop);
                }
                // A machine without IPv6 is served by the other one.
                Err(error) if mail_http.is_some() && is_missing_family(&error) => {}
                Err(error) => return Err(error),
            }
        }

        let mut apps = Vec::new();
        for app in options.apps {
            let listener = listen(app.listen, "a sample app").await?;
            apps.push((app.sample, listener.local_addr()?));
            let router = apps::router(
                app.sample,
                apps::Options {
                    app_id: app.app_id,
                    issuers: options.issuers.clone(),
                    jwks: app.jwks,
                    tenants: options.tenants.clone(),
                    ambient: options.ambient.clone(),
                    stop: stop.clone(),
                },
            );
            serve(listener, router, &stop);
        }

        let issuer = format!("https://{FABRIKAM_HOST}:{}", options.https_port);
        let fabrikam =
            Fabrikam::new(&issuer, options.fabrikam_clients, options.fabrikam_tells, options.ambient.clone())?;
        let portal = Portal::default();
        let sociable = Sociable::new(options.sociable_clients, options.ambient);
        Ok(Self {
            hosts: vec![
                (FABRIKAM_HOST.to_owned(), fabrikam.router()),
                (SOCIABLE_HOST.to_owned(), sociable.router()),
                (PORTAL_HOST.to_owned(), portal.router()),
            ],
            portal,
            mailbox,
            fabrikam,
            smtp,
            mail_http: mail_http.context("the web inbox has no address")?,
            apps,
            stop,
            _stop_on_drop: stop_on_drop,
        })
    }

    /// Hosts that the product's server serves on its TLS port for the demo.
    pub fn hosts(&self) -> Vec<(String, Router)> {
        self.hosts.clone()
    }

    /// Where mail is taken.
    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp
    }

    /// Where the web inbox listens (the first address).
    pub fn mail_http_addr(&self) -> SocketAddr {
        self.mail_http
    }

    /// Where a sample app listens.
    pub fn app_addr(&self, sample: Sample) -> Option<SocketAddr> {
        self.apps.iter().find(|(running, _)| *running == sample).map(|(_, address)| *address)
    }

    /// The mailbox, for tests.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The sample app that speaks OpenID Connect, for tests.
    pub fn portal(&self) -> &Portal {
        &self.portal
    }

    /// The home organization, for tests.
    pub fn fabrikam(&self) -> &Arc<Fabrikam> {
        &self.fabrikam
    }

    /// Stops all parts; open streams end.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

async fn listen(address: SocketAddr, what: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{what} cannot listen on {address}"))
}

fn is_missing_family(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    matches!(kind, Some(ErrorKind::AddrNotAvailable | ErrorKind::Unsupported))
}

fn serve(listener: TcpListener, router: Router, stop: &CancellationToken) {
    let stopped = stop.clone().cancelled_owned();
    tokio::spawn(async move {
        // It ends when it is told to; a failing accept is retried inside.
        let _ended = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
    });
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::ambient::testing::ambient;
    use super::*;

    fn options() -> Options {
        let app = |sample| AppOptions {
            sample,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            app_id: "app".to_owned(),
            jwks: Arc::new(|| Box::pin(async { Err("no keys here".to_owned()) })),
        };
        Options {
            https_port: 8443,
            mail_http: Options::loopback(0),
            smtp: SocketAddr::from(([127, 0, 0, 1], 0)),
            authority_pem: "pem".to_owned(),
            fabrikam_clients: vec![],
            fabrikam_tells: None,
            sociable_clients: vec![],
            apps: vec![app(Sample::Wiki), app(Sample::Desk), app(Sample::Board)],
            issuers: vec![],
            tenants: vec![],
            ambient: ambient().0,
        }
    }

    async fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn everything_answers_and_stops_when_dropped() {
        let parts = Parts::start(options()).await.unwrap();
        let addresses: Vec<SocketAddr> = [Sample::Wiki, Sample::Desk, Sample::Board]
            .map(|sample| parts.app_addr(sample).unwrap())
            .into_iter()
            .chain([parts.mail_http_addr()])
            .collect();
        for address in &addresses {
            assert!(get(*address, "/").await.unwrap().starts_with("HTTP/1.1 200"));
        }
        let report = get(addresses[0], "/?format=json").await.unwrap();
        assert!(report.contains("\"valid\":false"));
        assert!(get(parts.mail_http_addr(), "/ca.pem").await.unwrap().ends_with("pem"));
        let hosts: Vec<String> = parts.hosts().into_iter().map(|(host, _)| host).collect();
        assert_eq!(hosts, [FABRIKAM_HOST, SOCIABLE_HOST, PORTAL_HOST]);
        assert!(parts.smtp_addr().port() > 0);

        let (smtp, mut stream) = (parts.smtp_addr(), TcpStream::connect(addresses[0]).await.unwrap());
        stream.write_all(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut some = [0; 16];
        stream.read_exact(&mut some).await.unwrap();
        drop(parts);
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(std::time::Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "open streams end");
        for address in addresses.into_iter().chain([smtp]) {
            let mut closed = false;
            for _ in 0..100 {
                closed = TcpStream::connect(address).await.is_err();
                if closed {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            assert!(closed, "{address} still listens");
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = taken.local_addr().unwrap();
        let mut options = options();
        options.mail_http = vec![address];
        let error = Parts::start(options).await.err().expect("the port is taken");
        let message = format!("{error:#}");
        assert!(message.contains(&address.to_string()) && message.contains("the web inbox"), "{message}");
    }
}
