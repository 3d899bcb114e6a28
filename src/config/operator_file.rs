//! The operator's file: `vestibule.toml` → [`Settings`].

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::fault::Place;
use super::section::{Placed, Section};
use super::settings::{
    Egress, Limits, Listen, LogFormat, LogSettings, MailSettings, MailTransport, Settings, ShortTermSettings,
    SmtpEncryption, TlsSettings,
};
use super::{files, values};
use crate::model::EmailAddress;

/// Folder of the data unless set (decision 18).
const DATA_DIR: &str = "/var/lib/vestibule";
const ORIGIN_HINT: &str = "write scheme, host and port as browsers use them, e.g. https://login.example";
const SOCKET_HINT: &str = "write address and port, e.g. 127.0.0.1:8443 or [::1]:8443";
const ONE_YEAR: Duration = Duration::from_secs(365 * 86_400);

/// What reading the operator's file yields, besides faults.
pub(super) struct Operator {
    /// `None` if a value without default is missing or wrong.
    pub settings: Option<Settings>,
    /// Folder of tenant files.
    pub tenants_dir: Placed<PathBuf>,
    /// File of shared applications; the default one may be missing.
    pub applications_file: Placed<PathBuf>,
}

/// Reads every key of `vestibule.toml`.
pub(super) fn read(root: &Section<'_>, file: &Path) -> Operator {
    let folder = file.parent().unwrap_or(Path::new("."));
    let public_url = root.required("public_url", values::https_origin, ORIGIN_HINT);
    let admin_url = root.required("admin_url", values::https_origin, ORIGIN_HINT);
    let host = |url: &Option<Placed<Url>>| url.as_ref().and_then(|url| url.host_str().map(str::to_owned));
    if let (Some(admin), true) = (&admin_url, host(&public_url) == host(&admin_url)) {
        let hint = "give the admin pages a host of their own, so that guests' pages never share their origin";
        root.reader.fault(&admin.place, "the admin host is the broker host", hint);
    } else {
        for url in [&public_url, &admin_url].into_iter().flatten() {
            root.reader.claim("host", url.host_str().unwrap_or_default(), &url.place, "each host serves one thing");
        }
    }

    let data_dir = data_dir(root, folder);
    let in_data = |key: &'static str, section: &Section<'_>, default: &str| {
        let path = section.text(key).map(|text| {
            let value = text.value.replace("{data_dir}", &data_dir.to_string_lossy());
            files::resolve(&Placed { value, place: text.place }, folder)
        });
        path.unwrap_or_else(|| data_dir.join(default))
    };
    let root_key_file = in_data("root_key_file", root, "root.key");
    let tenants_dir = path_or(root, "tenants_dir", folder, "tenants");
    let applications_file = path_or(root, "applications_file", folder, "applications.toml");
    let brand = root.parsed("brand", values::name, "a short name").map_or("Vestibule".to_owned(), |name| name.value);
    let trusted_proxies = root.list("trusted_proxies", str::parse::<ipnet::IpNet>, "write networks: 10.0.0.0/8");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = usize::try_from(root.number("data_plane_threads", 0, 0..=1024)).unwrap_or(0);
    let drain = span(root, "drain", Duration::from_secs(30), Duration::ZERO, Duration::from_secs(3600));

    let has_proxies = trusted_proxies.as_ref().is_some_and(|networks| !networks.is_empty());
    let listen = listen(&root.section("listen"), has_proxies);
    let tls_section = root.section("tls");
    let tls = TlsSettings {
        certificates: path_or(&tls_section, "certificates", folder, "../certs").value,
        hsts: tls_section
            .parsed("hsts", values::optional_duration("off"), r#"write a duration, or "off""#)
            .map_or(Some(ONE_YEAR), |hsts| hsts.value),
    };
    let short_term = short_term(&root.section("short_term"), file);
    let mail_section = root.section("mail");
    let mail = mail(&mail_section, file, in_data("folder", &mail_section, "mail"));
    let egress = egress(&root.section("egress"), folder);
    let limits = limits(&root.section("limits"));
    let log = log(&root.section("log"));

    let settings = (|| {
        Some(Settings {
            public_url: public_url?.value,
            admin_url: admin_url?.value,
            brand,
            listen: listen?,
            tls,
            data_dir: data_dir.clone(),
            root_key_file,
            tenants_dir: tenants_dir.value.clone(),
            short_term: short_term?,
            mail: mail?,
            egress,
            trusted_proxies: trusted_proxies.unwrap_or_default().into_iter().map(|network| network.value).collect(),
            limits,
            log,
            data_plane_threads: if threads == 0 { cores } else { threads },
            drain,
        })
    })();
    Operator { settings, tenants_dir, applications_file }
}

/// A path, or its default beside the file.
fn path_or(section: &Section<'_>, key: &'static str, folder: &Path, default: &str) -> Placed<PathBuf> {
    // A default has no line of its own, which tells the caller that nobody asked for this very path.
    files::path(section, key, folder)
        .unwrap_or_else(|| Placed { value: folder.join(default), place: Place::whole(&section.place.file) })
}

/// `data_dir`, or what `VESTIBULE_DATA` says for this one command (decision 19).
fn data_dir(root: &Section<'_>, folder: &Path) -> PathBuf {
    let place = root.place_of("data_dir");
    let typed = files::path(root, "data_dir", folder);
    let (path, place) = match (root.reader.environment.data(), typed) {
        (Some(data), _) => (PathBuf::from(data), Place::whole("VESTIBULE_DATA")),
        (None, Some(typed)) => (typed.value, typed.place),
        (None, None) => (PathBuf::from(DATA_DIR), place),
    };
    if let Some(reason) = not_writable(&path) {
        let hint = "set data_dir (or the variable VESTIBULE_DATA_DIR) to a folder of this user, e.g. ./data, or make \
                    this folder for it";
        root.reader.fault(&place, format!("cannot keep data in {}: {reason}", path.display()), hint);
    }
    // Absolute from here on: `{data_dir}` in other keys must not be read as relative to the file a second time.
    std::path::absolute(&path).unwrap_or(path)
}

/// Why this user cannot make or fill the folder. It looks and touches nothing; where it cannot tell, opening the
/// stores will.
#[cfg(target_os = "linux")]
fn not_writable(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let existing = path.ancestors().find(|folder| !folder.as_os_str().is_empty() && folder.exists());
    let existing = existing.unwrap_or(Path::new("."));
    let metadata = std::fs::metadata(existing).ok()?;
    if !metadata.is_dir() {
        return Some(format!("{} is no folder", existing.display()));
    }
    // The owner of our own entry in /proc is the user we act as.
    let user = std::fs::metadata("/proc/self").ok()?.uid();
    let mode = metadata.mode();
    let allowed = user == 0 || mode & 0o022 != 0 || (metadata.uid() == user && mode & 0o200 != 0);
    (!allowed).then(|| format!("this user may not write in {}", existing.display()))
}

#[cfg(not(target_os = "linux"))]
fn not_writable(_: &Path) -> Option<String> {
    None
}

fn listen(section: &Section<'_>, has_proxies: bool) -> Option<Listen> {
    let socket = |text: &str| {
        let socket: SocketAddr = text.parse().map_err(|_| format!("`{text}` is no address and port"))?;
        if socket.port() == 0 { Err("port 0 is any port, and nobody would find it".to_owned()) } else { Ok(socket) }
    };
    let sockets = |key, defaults: &[&str]| {
        section.list(key, socket, SOCKET_HINT).unwrap_or_else(|| {
            let place = section.place_of(key);
            let parsed = defaults.iter().filter_map(|text| text.parse().ok());
            parsed.map(|value| Placed { value, place: place.clone() }).collect()
        })
    };
    let https_place = section.place_of("https");
    let https = sockets("https", &["127.0.0.1:8443", "[::1]:8443"]);
    let http = sockets("http", &["127.0.0.1:8444", "[::1]:8444"]);
    let clear = sockets("clear", &[]);
    if let Some(first) = clear.first().filter(|_| !has_proxies) {
        let message = "`clear` answers trusted proxies alone, and `trusted_proxies` names none";
        section.reader.fault(&first.place, message, "list the networks of the proxies that end TLS");
    }
    let place = section.place_of("health");
    let health = match section.parsed("health", socket, SOCKET_HINT) {
        Some(health) => health,
        None => Placed { value: SocketAddr::from(([127, 0, 0, 1], 8445)), place },
    };
    if https.is_empty() {
        section.reader.fault(&https_place, "`https` lists no address", SOCKET_HINT);
        return None;
    }
    let mut taken: Vec<&Placed<SocketAddr>> = Vec::new();
    for socket in https.iter().chain(&http).chain(&clear).chain([&health]) {
        if let Some(other) = taken.iter().find(|other| clash(other.value, socket.value)) {
            let message = format!("{} clashes with {} ({})", socket.value, other.value, other.place.short());
            section.reader.fault(&socket.place, message, "give each listener an address and port of its own");
        }
        taken.push(socket);
    }
    let values = |sockets: Vec<Placed<SocketAddr>>| sockets.into_iter().map(|socket| socket.value).collect();
    let health = health.value;
    Some(Listen { https: values(https), http: values(http), clear: values(clear), health })
}

/// Whether two listeners want the same port of the same address; `0.0.0.0` and `::` are every address of their family.
fn clash(one: SocketAddr, other: SocketAddr) -> bool {
    let overlapping = one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() == other.port() && one.is_ipv4() == other.is_ipv4() && overlapping
}

fn short_term(section: &Section<'_>, file: &Path) -> Option<ShortTermSettings> {
    let words = [("embedded", false), ("redis", true)];
    let redis = section.parsed("store", values::one_of(&words), "embedded for one node, redis for many");
    let url = files::secret(section, "redis_url", "redis_url_file", file);
    if !redis.as_ref().is_some_and(|redis| redis.value) {
        return Some(ShortTermSettings::Embedded);
    }
    let Some(url) = url else {
        let hint = "set redis_url_file, or the variable VESTIBULE_SHORT_TERM__REDIS_URL";
        section.reader.fault(&section.place, "`redis_url` is missing", hint);
        return None;
    };
    // The URL may carry a password, so the message does not repeat it.
    let known = url.expose().starts_with("redis://") || url.expose().starts_with("rediss://");
    if !known || url::Url::parse(url.expose()).is_err() {
        let hint = "write redis://host:6379/0, or rediss:// for TLS";
        section.reader.fault(&url.place, "`redis_url` is no Redis URL", hint);
        return None;
    }
    Some(ShortTermSettings::Redis { url: url.value })
}

fn mail(section: &Section<'_>, file: &Path, folder: PathBuf) -> Option<MailSettings> {
    let hint = "the address that guests see as sender, e.g. invitations@login.example";
    let from = section.required("from", str::parse::<EmailAddress>, hint);
    let words = [("folder", false), ("smtp", true)];
    let by_smtp = section.parsed("transport", values::one_of(&words), "folder writes .eml files; smtp sends");
    let smtp = section.section("smtp");
    let host = smtp.parsed("host", relay_host, "the name of your relay, e.g. smtp.example");
    let words = [("starttls", SmtpEncryption::StartTls), ("tls", SmtpEncryption::Tls), ("none", SmtpEncryption::None)];
    let encryption = smtp.parsed("encryption", values::one_of(&words), "starttls, tls or none");
    let port = u16::try_from(smtp.number("port", 587, 1..=65_535)).unwrap_or(587);
    let username = smtp.text("username");
    let password = files::secret(&smtp, "password", "password_file", file);
    let by_smtp = by_smtp.is_some_and(|by_smtp| by_smtp.value);
    if !by_smtp {
        return Some(MailSettings { from: from?.value, transport: MailTransport::Folder(folder) });
    }
    let Some(host) = host else {
        smtp.reader.fault(&smtp.place, "`host` is missing", "set [mail.smtp] host to the name of your relay");
        return None;
    };
    let local = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
    let plain = encryption.as_ref().filter(|encryption| encryption.value == SmtpEncryption::None);
    if let Some(plain) = plain.filter(|_| !local) {
        let hint = "use starttls or tls; without TLS only a relay on this machine";
        smtp.reader.fault(&plain.place, "mail would leave this machine readable by anybody", hint);
    }
    if let (Some(username), None) = (&username, &password) {
        let hint = "set password_file, or the variable VESTIBULE_MAIL__SMTP__PASSWORD";
        smtp.reader.fault(&username.place, "`username` stands without a password", hint);
    }
    let transport = MailTransport::Smtp {
        host: host.value,
        port,
        encryption: encryption.map_or(SmtpEncryption::StartTls, |encryption| encryption.value),
        username: username.map(|username| username.value),
        password: password.map(|password| password.value),
    };
    Some(MailSettings { from: from?.value, transport })
}

fn relay_host(text: &str) -> Result<String, String> {
    values::host_port(&format!("{text}:25")).map(|pair| pair.host).map_err(|_| format!("`{text}` is no host name"))
}

fn egress(section: &Section<'_>, folder: &Path) -> Egress {
    let hint = "exactly host:port, e.g. login.internal.example:443";
    let allow = section.list("allow", values::host_port, hint).unwrap_or_default();
    let texts = section.list("extra_roots", |text| Ok::<_, String>(text.to_owned()), "").unwrap_or_default();
    let roots = texts.into_iter().filter_map(|text| {
        let path = Placed { value: files::resolve(&text, folder), place: text.place };
        let content = files::read(section, &path, 1 << 20)?;
        if !content.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") {
            let message = format!("{} holds no certificate", path.display());
            section.reader.fault(&path.place, message, "a PEM file begins with -----BEGIN CERTIFICATE-----");
        }
        Some(path.value)
    });
    let extra_roots = roots.collect();
    Egress { allow: allow.into_iter().map(|pair| pair.value).collect(), extra_roots }
}

fn limits(section: &Section<'_>) -> Limits {
    let default = Limits::default();
    let count = |key, default: usize, low: u64, high: u64| {
        let number = section.number(key, default as u64, low..=high);
        usize::try_from(number).unwrap_or(default)
    };
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    let small = |key, default: u32, range| u32::try_from(section.number(key, default.into(), range)).unwrap_or(default);
    Limits {
        connections: count("connections", default.connections, 16, 10_000_000),
        connections_per_address: count("connections_per_address", default.connections_per_address, 4, 10_000_000),
        handshake: span(section, "handshake", default.handshake, second, minute),
        request_head: span(section, "request_head", default.request_head, second, minute),
        keep_alive: span(section, "keep_alive", default.keep_alive, second, 60 * minute),
        head_bytes: count("head_bytes", default.head_bytes, 8 * 1024, 1024 * 1024),
        header_fields: count("header_fields", default.header_fields, 32, 1000),
        target_bytes: count("target_bytes", default.target_bytes, 4 * 1024, 64 * 1024),
        form_bytes: count("form_bytes", default.form_bytes, 8 * 1024, 1024 * 1024),
        body_rate: section.number("body_rate", default.body_rate, 0..=1_000_000),
        write_stall: span(section, "write_stall", default.write_stall, second, 60 * minute),
        stream_stall: span(section, "stream_stall", default.stream_stall, second, 24 * 60 * minute),
        half_close: span(section, "half_close", default.half_close, Duration::ZERO, 60 * minute),
        streams: small("streams", default.streams, 1..=10_000),
        stream_resets: count("stream_resets", default.stream_resets, 1, 10_000),
        stream_header_bytes: small("stream_header_bytes", default.stream_header_bytes, 4 * 1024..=1024 * 1024),
        descriptors: count("descriptors", default.descriptors, 0, 100_000_000),
        upstream_connect: span(section, "upstream_connect", default.upstream_connect, second / 10, minute),
        upstream_first_byte: span(section, "upstream_first_byte", default.upstream_first_byte, second, 60 * minute),
        passcodes_per_hour: section.number("passcodes_per_hour", default.passcodes_per_hour, 1..=60),
        passcodes_per_day: section.number("passcodes_per_day", default.passcodes_per_day, 1..=1000),
        // Each wrong try is a chance of 10⁻⁸: a hundred a day keep the odds of guessing at one in a million.
        passcode_failures_per_day: section.number(
            "passcode_failures_per_day",
            default.passcode_failures_per_day,
            5..=100,
        ),
        attempts_per_minute: section.number("attempts_per_minute", default.attempts_per_minute, 5..=1_000_000),
        transactions_per_journey: count("transactions_per_journey", default.transactions_per_journey, 1, 20),
        invitations_per_day: section.number("invitations_per_day", default.invitations_per_day, 1..=10_000_000),
        upload_bytes: count("upload_bytes", default.upload_bytes, 16 * 1024, 1024 * 1024),
    }
}

fn log(section: &Section<'_>) -> LogSettings {
    let words = [("json", LogFormat::Json), ("text", LogFormat::Text)];
    let format = section.parsed("format", values::one_of(&words), "json for machines, text for people");
    let filter = |text: &str| text.parse::<tracing_subscriber::EnvFilter>().map(|_| text.to_owned());
    let filter = section.parsed("filter", filter, "e.g. info or info,vestibule::proxy=debug");
    LogSettings {
        format: format.map_or(LogFormat::Json, |format| format.value),
        filter: filter.map_or("info".to_owned(), |filter| filter.value),
    }
}

/// A duration between two bounds.
pub(super) fn span(
    section: &Section<'_>,
    key: &'static str,
    default: Duration,
    low: Duration,
    high: Duration,
) -> Duration {
    let Some(value) = section.parsed(key, values::duration, values::DURATION_HINT) else { return default };
    if (low..=high).contains(&value.value) {
        return value.value;
    }
    let hint = format!("between {} and {}", values::written(low), values::written(high));
    section.reader.fault(&value.place, format!("`{key}` is out of range"), hint);
    default
}
