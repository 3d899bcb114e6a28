//! Settings as meant: parsed, checked and complete. Nothing else reads configuration.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use crate::model::{EmailAddress, Secret};

/// Everything that an operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Origin of the broker host, e.g. `https://login.example`. Its port is the one browsers use.
    pub public_url: Url,
    /// Origin of the admin host.
    pub admin_url: Url,
    /// Product name on pages and mails.
    pub brand: String,
    /// Listeners.
    pub listen: Listen,
    /// Certificates and HSTS.
    pub tls: TlsSettings,
    /// Where the embedded stores, the control socket and the lock live.
    pub data_dir: PathBuf,
    /// The 32-byte root key; made at first start with embedded storage.
    pub root_key_file: PathBuf,
    /// Folder of tenant files.
    pub tenants_dir: PathBuf,
    /// Where sessions and one-time state live.
    pub short_term: ShortTermSettings,
    /// Outgoing mail.
    pub mail: MailSettings,
    /// Outgoing HTTP.
    pub egress: Egress,
    /// Proxies in front of us whose `X-Forwarded-*` count; empty by default.
    pub trusted_proxies: Vec<IpNet>,
    /// Limits.
    pub limits: Limits,
    /// Logging.
    pub log: LogSettings,
    /// Threads of the data plane; the number of cores unless set.
    pub data_plane_threads: usize,
    /// How long SIGTERM waits for open requests.
    pub drain: Duration,
}

impl Settings {
    /// Host of the broker, canonical, without port.
    pub fn broker_host(&self) -> &str {
        self.public_url.host_str().unwrap_or_default()
    }

    /// Host of the admin pages, canonical, without port.
    pub fn admin_host(&self) -> &str {
        self.admin_url.host_str().unwrap_or_default()
    }

    /// Origin of an app host: the broker's scheme and port apply to every host that we serve.
    pub fn origin_of(&self, host: &str) -> String {
        match self.public_url.port() {
            Some(port) => format!("{}://{host}:{port}", self.public_url.scheme()),
            None => format!("{}://{host}", self.public_url.scheme()),
        }
    }
}

/// Addresses to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// HTTPS for every host.
    pub https: Vec<SocketAddr>,
    /// Plain HTTP, which only redirects; may be empty.
    pub http: Vec<SocketAddr>,
    /// Clear text for `trusted_proxies` that end TLS themselves; mostly empty.
    pub clear: Vec<SocketAddr>,
    /// Health, readiness and metrics.
    pub health: SocketAddr,
}

impl Listen {
    /// Every address, whatever is spoken there.
    pub fn all(&self) -> impl Iterator<Item = &SocketAddr> {
        self.https.iter().chain(&self.http).chain(&self.clear).chain([&self.health])
    }
}

/// TLS on our listeners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// Folder with `{host}/fullchain.pem` and `{host}/privkey.pem`.
    pub certificates: PathBuf,
    /// `Strict-Transport-Security` max-age; `None` sends none (the demo).
    pub hsts: Option<Duration>,
}

/// Where sessions and one-time state live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShortTermSettings {
    /// In `data_dir`, for one node.
    Embedded,
    /// In Redis, for many nodes.
    Redis {
        /// `redis://` or `rediss://` URL; may carry a password.
        url: Secret,
    },
}

/// Outgoing mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// Sender address of every mail.
    pub from: EmailAddress,
    /// How it leaves.
    pub transport: MailTransport,
}

/// How mail leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailTransport {
    /// As `.eml` files in a folder, until SMTP is set.
    Folder(PathBuf),
    /// By SMTP.
    Smtp {
        /// Relay host.
        host: String,
        /// Relay port.
        port: u16,
        /// TLS.
        encryption: SmtpEncryption,
        /// User, if the relay wants one.
        username: Option<String>,
        /// Password.
        password: Option<Secret>,
    },
}

/// TLS towards the mail relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpEncryption {
    /// STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None; only for a relay on this machine.
    None,
}

/// A host and a port, e.g. `login.fabrikam.localhost:8443`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    /// Host name in lower case.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// Where we may connect to on behalf of tenants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Egress {
    /// Exempt from the address and own-listener rules; exactly these pairs (decision 28).
    pub allow: Vec<HostPort>,
    /// PEM files with further certificate authorities.
    pub extra_roots: Vec<PathBuf>,
}

/// Limits against abuse; every one has a default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address.
    pub connections_per_address: usize,
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// Time for a request head.
    pub request_head: Duration,
    /// Idle keep-alive connections are closed after this.
    pub keep_alive: Duration,
    /// Largest request head in bytes.
    pub head_bytes: usize,
    /// Most header fields of a request.
    pub header_fields: usize,
    /// Longest request target in bytes.
    pub target_bytes: usize,
    /// Largest form in bytes that is kept over a sign-in.
    pub form_bytes: usize,
    /// Slowest request body in bytes a second, looked at every ten seconds in which we wait for it; 0 lets it take for ever.
    pub body_rate: u64,
    /// How long a client may take nothing of what we write.
    pub write_stall: Duration,
    /// The same for one stream of HTTP/2; people pause videos.
    pub stream_stall: Duration,
    /// How long there may be nothing to write to a client of HTTP/1.1 that ended its side; zero: it is gone at once.
    pub half_close: Duration,
    /// Streams that one HTTP/2 connection may have open.
    pub streams: u32,
    /// Streams that an HTTP/2 client may have reset before we have looked at them.
    pub stream_resets: usize,
    /// Largest list of header fields over HTTP/2, decompressed, in bytes.
    pub stream_header_bytes: u32,
    /// File descriptors from which on no connection is taken; 0 is 80 % of what the process may have.
    pub descriptors: usize,
    /// Connecting to an app.
    pub upstream_connect: Duration,
    /// First byte of an app's answer.
    pub upstream_first_byte: Duration,
    /// Passcodes per address and hour.
    pub passcodes_per_hour: u64,
    /// Passcodes per address and day.
    pub passcodes_per_day: u64,
    /// Wrong passcodes per address and day.
    pub passcode_failures_per_day: u64,
    /// Sign-in attempts (addresses typed, passwords, codes) per client network and minute.
    pub attempts_per_minute: u64,
    /// Identity provider transactions in flight per journey.
    pub transactions_per_journey: usize,
    /// Invitations per tenant and day.
    pub invitations_per_day: u64,
    /// Largest file that an administrator may upload, in bytes.
    pub upload_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_address: 256,
            handshake: Duration::from_secs(5),
            request_head: Duration::from_secs(10),
            keep_alive: Duration::from_secs(60),
            head_bytes: 64 * 1024,
            header_fields: 100,
            target_bytes: 8 * 1024,
            form_bytes: 64 * 1024,
            body_rate: 256,
            write_stall: Duration::from_secs(30),
            stream_stall: Duration::from_secs(300),
            half_close: Duration::from_secs(2),
            streams: 100,
            stream_resets: 20,
            stream_header_bytes: 16 * 1024,
            descriptors: 0,
            upstream_connect: Duration::from_secs(3),
            upstream_first_byte: Duration::from_secs(60),
            passcodes_per_hour: 5,
            passcodes_per_day: 20,
            passcode_failures_per_day: 30,
            attempts_per_minute: 60,
            transactions_per_journey: 5,
            invitations_per_day: 2_000,
            upload_bytes: 1024 * 1024,
        }
    }
}

/// How logs are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Shape of a line.
    pub format: LogFormat,
    /// Filter, e.g. `info` or `info,vestibule::proxy=debug`.
    pub filter: String,
}

/// Shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}
