//! `vestibule demo`: everything on this machine, in one process, with people and apps to try it with.

mod browser;
mod seed;

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, Parser};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::dev_authority::DevAuthority;
use super::serve::{Prepared, Running};
use super::{Cli, Command, DirectoryCommand, KeysCommand, directory};
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::config::{Environment, Loaded, load, unpack_shipped, user_data_folder};
use crate::demo::ambient::Ambient;
use crate::demo::apps::{Sample, over_https};
use crate::demo::guests::API_CLIENT_SECRET;
use crate::demo::https::Https;
use crate::demo::portal::PORTAL_HOST;
use crate::demo::provider::Client;
use crate::demo::tour::{Facts, tour};
use crate::demo::{AppOptions, FABRIKAM_HOST, Options, Parts, SOCIABLE_HOST};
use crate::model::{AppId, ConnectionName, Secret, TenantId};
use crate::observe::init_logs;
use crate::server::ExtraHosts;

/// Port that the shipped files name.
const SHIPPED_PORT: u16 = 8443;
/// Secret of the demo's federation; it exists in the demo alone.
const FEDERATION_SECRET: &str = "demo-federation-secret";
/// Secrets of the conformance suite's two clients, as its plan has them: at least 32 bytes, or the suite complains.
const SUITE_SECRETS: [&str; 2] =
    ["demo-secret-of-the-conformance-suite-one", "demo-secret-of-the-conformance-suite-two"];
/// Where the suite listens on the machine of whoever runs it.
const SUITE_PLACE: &str = "localhost.emobix.co.uk:8443";

/// What the demo signs its webhook with; it exists in the demo alone.
const WEBHOOK_SECRET: &str = "whsec_dmVzdGlidWxlLWRlbW8td2ViaG9vay1zZWNyZXQ=";

/// How to start the demo.
#[derive(Args, Debug, Clone)]
pub struct DemoArguments {
    /// HTTPS; plain HTTP takes the port after it, health and metrics the one after that.
    #[arg(long, default_value_t = SHIPPED_PORT)]
    pub port: u16,
    /// The web inbox of all guests.
    #[arg(long, default_value_t = 8025)]
    pub mail_port: u16,
    /// Keep the data here; a temporary folder unless given.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Address to listen on, e.g. 0.0.0.0 inside a container; loopback unless given.
    #[arg(long)]
    pub listen: Option<IpAddr>,
    /// Send messages about guests of Contoso there, signed with a secret of the demo, e.g. http://127.0.0.1:9000/hook.
    #[arg(long, value_name = "URL")]
    pub webhook: Option<url::Url>,
    /// Open a browser that trusts the demo's certificate authority and nothing else of yours.
    #[arg(long)]
    pub open: bool,
    /// Certificate (PEM) of the OpenID Foundation's conformance suite on this machine, which is to hear of sign-outs. See
    /// tests/conformance/openid.
    #[arg(long)]
    pub suite_root: Option<PathBuf>,
    /// Where the demo's certificate authority is kept between runs.
    #[arg(long, hide = true)]
    pub user_data: Option<PathBuf>,
}

impl Default for DemoArguments {
    fn default() -> Self {
        Self {
            port: SHIPPED_PORT,
            mail_port: 8025,
            data: None,
            listen: None,
            webhook: None,
            open: false,
            suite_root: None,
            user_data: None,
        }
    }
}

/// A demo that runs; it ends when this is dropped or stopped.
pub struct RunningDemo {
    running: Running,
    parts: Parts,
    authority: PathBuf,
    authority_pem: String,
    arguments: DemoArguments,
    data: PathBuf,
    pointer: PathBuf,
}

/// Runs the demo until Ctrl-C.
pub fn demo(arguments: DemoArguments, out: &mut (dyn Write + Send), errors: &mut dyn Write) -> anyhow::Result<u8> {
    let began = Instant::now();
    let temporary = match &arguments.data {
        Some(_) => None,
        None => Some(TemporaryFolder::make()?),
    };
    let mut arguments = arguments;
    if let Some(folder) = &temporary {
        arguments.data = Some(folder.0.clone());
    }
    let open = arguments.open;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("control").build()?;
    runtime.block_on(async {
        let demo = start(arguments).await?;
        writeln!(out, "{}", demo.tour(temporary.is_some()))?;
        writeln!(out, "Ready after {} ms.", began.elapsed().as_millis())?;
        out.flush()?;
        if open {
            browser::open(&demo.authority, &demo.start_url(), &demo.data, errors)?;
        }
        demo.until_told_to_stop().await
    })?;
    Ok(0)
}

/// Starts the demo; `data` must be set.
pub async fn start(arguments: DemoArguments) -> anyhow::Result<RunningDemo> {
    let data = arguments.data.clone().context("the demo needs a data folder")?;
    std::fs::create_dir_all(&data).with_context(|| format!("cannot make the data folder {}", data.display()))?;
    let user_data = arguments.user_data.clone().unwrap_or_else(user_data_folder);
    let clock = SystemClock;
    let authority = DevAuthority::open(&user_data.join("demo-ca"), clock.now())?;
    let authority_path = authority.certificate().to_owned();
    let authority_pem = std::fs::read_to_string(&authority_path)?;
    let certificate = CertificateDer::from_pem_slice(authority_pem.as_bytes()).context("the demo's authority")?;
    let config = unpack_shipped(&data.join("config"))?;
    let ports = Ports::of(&arguments)?;
    let parts = Parts::start(parts_options(&arguments, &ports, &authority_pem, &certificate)?).await?;
    let mut loaded = load_shipped(&config, &data, &authority_path, &arguments, &ports, &parts)?;
    fit(&mut loaded, &ports, &parts)?;
    init_logs(&loaded.settings.log);
    for host in loaded.hosts().iter().map(String::as_str).chain([FABRIKAM_HOST, SOCIABLE_HOST, PORTAL_HOST]) {
        authority.issue(&data.join("certs"), host, clock.now())?;
    }
    let prepared = Prepared::open(loaded).await?;
    seed::seed(&prepared.app).await?;
    let running = prepared.listen(ExtraHosts(parts.hosts())).await?;
    running.app.mail_queued.notify_one();
    let pointer = pointer(&user_data, arguments.port);
    std::fs::write(&pointer, data.to_string_lossy().as_bytes())
        .with_context(|| format!("cannot write {}", pointer.display()))?;
    Ok(RunningDemo { running, parts, authority: authority_path, authority_pem, arguments, data, pointer })
}

/// The ports of one demo (decision 37).
struct Ports {
    listen: Vec<IpAddr>,
    https: u16,
    http: u16,
    health: u16,
}

impl Ports {
    fn of(arguments: &DemoArguments) -> anyhow::Result<Self> {
        let http = arguments.port.checked_add(1);
        let health = arguments.port.checked_add(2);
        let (Some(http), Some(health)) = (http, health) else {
            bail!("--port {} leaves no room for the two ports after it; choose a lower one", arguments.port);
        };
        let listen = match arguments.listen {
            Some(address) => vec![address],
            None => vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)],
        };
        Ok(Self { listen, https: arguments.port, http, health })
    }

    /// The addresses of a port, without a family that this machine does not have.
    fn addresses(&self, port: u16) -> Vec<SocketAddr> {
        let all = self.listen.iter().map(|address| SocketAddr::new(*address, port));
        all.filter(|address| {
            !matches!(
                std::net::TcpListener::bind(SocketAddr::new(address.ip(), 0)).map_err(|error| error.kind()),
                Err(std::io::ErrorKind::AddrNotAvailable | std::io::ErrorKind::Unsupported)
            )
        })
        .collect()
    }

    fn list(&self, port: u16) -> String {
        self.addresses(port).iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

fn app_id(sample: Sample) -> &'static str {
    use crate::demo::guests::{BOARD, DESK, WIKI};
    match sample {
        Sample::Wiki => WIKI,
        Sample::Desk => DESK,
        Sample::Board => BOARD,
    }
}

fn host_of(sample: Sample) -> &'static str {
    match sample {
        Sample::Wiki => "wiki.contoso.localhost",
        Sample::Desk => "desk.apps.localhost",
        Sample::Board => "board.apps.localhost",
    }
}

fn parts_options(
    arguments: &DemoArguments,
    ports: &Ports,
    authority_pem: &str,
    certificate: &CertificateDer<'static>,
) -> anyhow::Result<Options> {
    use crate::demo::guests::{CONTOSO, NORTHWIND};
    let origin = |host: &str| format!("https://{host}:{}", ports.https);
    let broker = origin("vestibule.localhost");
    let to_us = SocketAddr::new(
        arguments.listen.filter(|address| !address.is_unspecified()).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        ports.https,
    );
    let client = |id: &str, tenant: &str, connection: &str| Client {
        id: id.to_owned(),
        secret: FEDERATION_SECRET.to_owned(),
        redirect_uris: vec![format!("{broker}/{tenant}/federation/{connection}/callback")],
        post_logout_redirect_uris: vec![format!("{broker}/{tenant}/sign-out")],
        backchannel_logout_uri: Some(format!("{broker}/{tenant}/federation/{connection}/backchannel-logout")),
    };
    let mut apps = Vec::new();
    for sample in [Sample::Wiki, Sample::Desk, Sample::Board] {
        let keys = format!("{}/.vestibule/jwks.json", origin(host_of(sample)));
        apps.push(AppOptions {
            sample,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            app_id: app_id(sample).to_owned(),
            jwks: over_https(&keys, to_us, certificate.clone())?,
        });
    }
    let mail_http = ports.listen.iter().map(|address| SocketAddr::new(*address, arguments.mail_port)).collect();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Ok(Options {
        https_port: ports.https,
        mail_http,
        smtp: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
        authority_pem: authority_pem.to_owned(),
        fabrikam_clients: vec![
            client("vestibule-contoso", CONTOSO, "fabrikam"),
            client("vestibule-northwind", NORTHWIND, "fabrikam"),
        ],
        fabrikam_tells: Some(Https::new(to_us, certificate.clone())?),
        sociable_clients: vec![client("vestibule-contoso", CONTOSO, "sociable")],
        apps,
        issuers: [CONTOSO, NORTHWIND].iter().map(|tenant| format!("{broker}/{tenant}/v2.0")).collect(),
        tenants: vec![(CONTOSO.to_owned(), "Contoso".to_owned()), (NORTHWIND.to_owned(), "Northwind".to_owned())],
        ambient: Ambient::new(Arc::new(move || clock.now().seconds()), Arc::new(|bytes| SystemRandom.fill(bytes))),
    })
}

/// The files that `serve` reads, with what a machine of its own decides laid over them.
fn load_shipped(
    config: &Path,
    data: &Path,
    authority: &Path,
    arguments: &DemoArguments,
    ports: &Ports,
    parts: &Parts,
) -> anyhow::Result<Loaded> {
    let https = ports.list(ports.https);
    let http = ports.list(ports.http);
    let health = format!("127.0.0.1:{}", ports.health);
    let certificates = data.join("certs").to_string_lossy().into_owned();
    let folder = data.to_string_lossy().into_owned();
    let smtp = parts.smtp_addr();
    let (smtp_host, smtp_port) = (smtp.ip().to_string(), smtp.port().to_string());
    let (suite_root, webhook) = (arguments.suite_root.as_deref(), arguments.webhook.as_ref());
    // Whoever names a receiver means it, wherever it stands.
    let receiver = webhook.and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?)));
    let own = [FABRIKAM_HOST, SOCIABLE_HOST, PORTAL_HOST].map(|host| format!("{host}:{}", ports.https));
    let mut allowed = own.into_iter().chain(receiver).collect::<Vec<_>>().join(",");
    let mut roots = authority.to_string_lossy().into_owned();
    if let Some(root) = suite_root {
        allowed = format!("{allowed},{SUITE_PLACE}");
        roots = format!("{roots},{}", root.display());
    }
    let environment = Environment::of([
        ("VESTIBULE_DATA_DIR", folder.as_str()),
        ("VESTIBULE_LISTEN__HTTPS", &https),
        ("VESTIBULE_LISTEN__HTTP", &http),
        ("VESTIBULE_LISTEN__HEALTH", &health),
        ("VESTIBULE_TLS__CERTIFICATES", &certificates),
        ("VESTIBULE_TLS__HSTS", "off"),
        ("VESTIBULE_MAIL__TRANSPORT", "smtp"),
        ("VESTIBULE_MAIL__SMTP__HOST", &smtp_host),
        ("VESTIBULE_MAIL__SMTP__PORT", &smtp_port),
        ("VESTIBULE_MAIL__SMTP__ENCRYPTION", "none"),
        ("VESTIBULE_EGRESS__ALLOW", &allowed),
        ("VESTIBULE_EGRESS__EXTRA_ROOTS", &roots),
        // Every guest of the demo comes from this machine.
        ("VESTIBULE_LIMITS__CONNECTIONS_PER_ADDRESS", "4096"),
        ("VESTIBULE_LIMITS__ATTEMPTS_PER_MINUTE", "6000"),
        ("VESTIBULE_LOG__FILTER", "warn"),
        // Secrets of the demo's own clients; they exist in the demo alone.
        ("VESTIBULE_APPLICATIONS__SCRIPTS__OIDC__SECRETS__MAIN__VALUE", API_CLIENT_SECRET),
        ("VESTIBULE_TENANTS__CONTOSO__APPLICATIONS__PORTAL__OIDC__SECRETS__MAIN__VALUE", API_CLIENT_SECRET),
        ("VESTIBULE_TENANTS__CONTOSO__APPLICATIONS__CONFORMANCE__OIDC__SECRETS__MAIN__VALUE", SUITE_SECRETS[0]),
        ("VESTIBULE_TENANTS__CONTOSO__APPLICATIONS__CONFORMANCE_TWO__OIDC__SECRETS__MAIN__VALUE", SUITE_SECRETS[1]),
        // The first app shows what becomes of a form that comes after the session ended.
        ("VESTIBULE_TENANTS__CONTOSO__APPLICATIONS__WIKI__KEEP_FORMS", "true"),
        // Administrators of the demo have a password and nothing else.
        ("VESTIBULE_TENANTS__CONTOSO__POLICIES__ADMIN_MFA", "false"),
        ("VESTIBULE_TENANTS__NORTHWIND__POLICIES__ADMIN_MFA", "false"),
    ]);
    let environment = match webhook {
        Some(url) => environment
            .with("VESTIBULE_TENANTS__CONTOSO__WEBHOOKS__DESK__ENABLED", "true")
            .with("VESTIBULE_TENANTS__CONTOSO__WEBHOOKS__DESK__URL", url.as_str())
            .with("VESTIBULE_TENANTS__CONTOSO__WEBHOOKS__DESK__SECRET", WEBHOOK_SECRET),
        None => environment,
    };
    load(config, &environment).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the demo's configuration has faults:\n{}", faults.join("\n"))
    })
}

/// Lets the shipped files fit this run: its port, its sample apps, its federation.
fn fit(loaded: &mut Loaded, ports: &Ports, parts: &Parts) -> anyhow::Result<()> {
    loaded.rebase(SHIPPED_PORT, ports.https);
    for sample in [Sample::Wiki, Sample::Desk, Sample::Board] {
        let address = parts.app_addr(sample).context("a sample app is missing")?;
        loaded.set_upstream(app_id(sample).parse::<AppId>()?, &format!("http://{address}").parse()?);
    }
    // Every provider that the shipped files name is one of the demo's own.
    let connections: Vec<(TenantId, ConnectionName)> = loaded
        .tenants
        .iter()
        .flat_map(|file| file.tenant.connections.iter().map(|connection| (file.tenant.id, connection.name.clone())))
        .collect();
    for (tenant, connection) in connections {
        loaded.secrets.insert(tenant, connection, Secret::new(FEDERATION_SECRET));
    }
    Ok(())
}

impl RunningDemo {
    /// The demo's certificate authority, PEM.
    pub fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// The bench, for tests that look behind the pages.
    pub fn app(&self) -> &Arc<crate::app::App> {
        &self.running.app
    }

    /// The mailbox, for tests that let mail fail.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Runs a directory command as the command line would; the exit code and what it printed.
    pub async fn command(&self, words: &[&str]) -> (u8, String) {
        let cli = match Cli::try_parse_from(["vestibule"].iter().chain(words)) {
            Ok(cli) => cli,
            Err(error) => return (2, error.to_string()),
        };
        let command = match cli.command {
            Command::Directory(command) => command,
            Command::Keys { command: KeysCommand::Rotate { place, tenant } } => {
                DirectoryCommand::RotateKeys { place, tenant }
            }
            Command::Keys { command: KeysCommand::Withdraw { place, tenant, key } } => {
                DirectoryCommand::WithdrawKeys { place, tenant, key }
            }
            _ => return (2, "this command does not work on a directory".to_owned()),
        };
        let command = match directory::with_files(command) {
            Ok(command) => command,
            Err(error) => return (1, format!("{error:#}")),
        };
        let mut out = Vec::new();
        match directory::perform(&self.running.app, &command, &mut out).await {
            Ok(code) => (code, String::from_utf8_lossy(&out).into_owned()),
            Err(error) => (1, format!("{}{error:#}", String::from_utf8_lossy(&out))),
        }
    }

    /// Drains and stops everything.
    pub async fn stop(self) {
        // The pointer only helps to find a running demo; a stale one is recognized by the socket that does not answer.
        let _ = std::fs::remove_file(&self.pointer);
        self.parts.stop();
        self.running.stop().await;
    }

    fn start_url(&self) -> String {
        format!("https://{}:{}/", host_of(Sample::Wiki), self.arguments.port)
    }

    fn tour(&self, temporary: bool) -> String {
        tour(&Facts {
            https_port: self.arguments.port,
            mail_port: self.arguments.mail_port,
            smtp_port: self.parts.smtp_addr().port(),
            authority: self.authority.clone(),
            data: self.data.clone(),
            temporary,
        })
    }

    async fn until_told_to_stop(self) -> anyhow::Result<()> {
        let Self { running, parts, pointer, .. } = self;
        let ended = running.until_told_to_stop(None).await;
        parts.stop();
        let _ = std::fs::remove_file(pointer);
        ended
    }
}

fn pointer(user_data: &Path, port: u16) -> PathBuf {
    user_data.join(format!("demo-{port}"))
}

/// Data folder of the demo that runs on `port`.
pub fn data_of_running(port: u16) -> anyhow::Result<PathBuf> {
    let path = pointer(&user_data_folder(), port);
    match std::fs::read_to_string(&path) {
        Ok(data) => Ok(PathBuf::from(data)),
        Err(_) => bail!("no demo is running on port {port}; start one with: vestibule demo --port {port}"),
    }
}

/// A folder that vanishes with the demo.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn make() -> anyhow::Result<Self> {
        let name = format!(
            "vestibule-demo-{}",
            data_encoding::HEXLOWER.encode(&crate::clock::random_bytes::<6>(&SystemRandom))
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // Nothing depends on it any more; the system clears its temporary folder as well.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
