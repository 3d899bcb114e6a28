//! Files, program and documentation in step: no key unexplained, none unknown, each reachable from the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::load::read_all;
use super::section::Reader;
use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(folder().join(path)).unwrap()
}

/// Every key that the program asks for when it loads the shipped files.
fn known_keys() -> BTreeSet<String> {
    let environment = Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]);
    let reader = Reader::new(&environment);
    read_all(&reader, &folder().join("config/vestibule.toml")).unwrap();
    reader.keys()
}

fn operator_keys() -> BTreeSet<String> {
    let keys = known_keys().into_iter();
    keys.filter(|key| !key.starts_with("tenants.*.") && !key.starts_with("applications[].")).collect()
}

/// Key path → the comment above it, from the text of `vestibule.toml`. Keys that have no default stand in a comment.
fn explained_keys(text: &str) -> BTreeMap<String, String> {
    let (mut section, mut comment, mut keys) = (String::new(), Vec::new(), BTreeMap::new());
    for line in text.lines() {
        let key = line.trim_start_matches('#').split_once(" = ").map(|(key, _)| key);
        let key = key.filter(|key| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{header}.");
            comment.clear();
        } else if let Some(key) = key.filter(|_| !line.starts_with("# ")) {
            keys.insert(format!("{section}{key}"), std::mem::take(&mut comment).join(" "));
        } else if let Some(words) = line.strip_prefix("# ") {
            comment.push(words.to_owned());
        } else {
            comment.clear();
        }
    }
    keys
}

#[test]
fn every_key_of_the_operator_stands_explained_in_the_shipped_file() {
    let explained = explained_keys(&read("config/vestibule.toml"));
    assert_eq!(explained.keys().cloned().collect::<BTreeSet<_>>(), operator_keys());
    for (key, comment) in &explained {
        assert!(comment.len() >= 12, "`{key}` is not explained: {comment:?}");
    }
    let control = explained_keys("# words that explain\na = 1\n\nb = 2\n#c = 3\n");
    assert_eq!(control.values().map(String::len).collect::<Vec<_>>(), [18, 0, 0], "the control finds the bare ones");
}

/// Shown defaults are the real ones: without those lines the settings are the same.
#[test]
fn the_shipped_values_are_the_defaults() {
    let config = tempfile::tempdir().unwrap();
    let path = unpack_shipped(config.path()).unwrap();
    let environment = Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]);
    let shipped = load(&path, &environment).unwrap().settings;
    let text = std::fs::read_to_string(&path).unwrap();
    let needed = ["public_url", "admin_url", "from"];
    let kept = text.lines().filter(|line| {
        line.starts_with('[') && line.ends_with(']') || needed.iter().any(|key| line.starts_with(&format!("{key} = ")))
    });
    std::fs::write(&path, kept.collect::<Vec<_>>().join("\n")).unwrap();
    let bare = load(&path, &environment).unwrap().settings;
    assert_eq!(format!("{bare:?}"), format!("{shipped:?}"));
    assert_eq!(shipped.limits, Limits::default());
}

#[test]
fn the_reference_lists_exactly_the_keys_that_exist() {
    let page = read("docs/configuration.md");
    let listed: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(key, _)| key.to_owned()))
        .collect();
    // A tenant's own applications have the keys of shared ones and are listed once.
    let known = known_keys().into_iter().filter(|key| !key.starts_with("tenants.*.applications[]."));
    assert_eq!(listed, known.collect());
    for (key, comment) in explained_keys(&read("config/vestibule.toml")) {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{key}` |"))).unwrap();
        assert!(row.ends_with(&format!("| {comment} |")), "docs/configuration.md says something else on `{key}`");
    }
}

/// One variable for each key of the operator, and what it does to the settings.
#[test]
fn every_key_is_reachable_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let path = unpack_shipped(&folder.path().join("config")).unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "from-a-file\n").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, "-----BEGIN CERTIFICATE-----\n").unwrap();
    let (secret, root) = (secret.to_str().unwrap(), root.to_str().unwrap());
    let applications = folder.path().join("config/applications.toml");
    let tenants = folder.path().join("config/tenants");
    let cases = [
        ("PUBLIC_URL", "https://a.example", "public_url: Url", ""),
        ("ADMIN_URL", "https://b.example:444", "\"b.example\"", ""),
        ("BRAND", "Portal", "brand: \"Portal\"", ""),
        ("DATA_DIR", "/tmp", "data_dir: \"/tmp\"", ""),
        ("ROOT_KEY_FILE", "/tmp/x.key", "root_key_file: \"/tmp/x.key\"", ""),
        ("TENANTS_DIR", tenants.to_str().unwrap(), "tenants_dir: \"/", ""),
        ("APPLICATIONS_FILE", applications.to_str().unwrap(), "", ""),
        ("TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8", "trusted_proxies: [10.0.0.0/8, fd00::/8]", ""),
        ("DATA_PLANE_THREADS", "7", "data_plane_threads: 7", ""),
        ("DRAIN", "3s", "drain: 3s", ""),
        ("LISTEN__HTTPS", "0.0.0.0:1443,[::]:1443", "https: [0.0.0.0:1443, [::]:1443]", ""),
        ("LISTEN__HTTP", "", "http: []", ""),
        ("LISTEN__CLEAR", "127.0.0.1:8", "clear: [127.0.0.1:8]", "TRUSTED_PROXIES=10.0.0.0/8"),
        ("LISTEN__HEALTH", "127.0.0.1:9", "health: 127.0.0.1:9", ""),
        ("TLS__CERTIFICATES", "/tmp/certs", "certificates: \"/tmp/certs\"", ""),
        ("TLS__HSTS", "off", "hsts: None", ""),
        ("SHORT_TERM__STORE", "redis", "Redis { url: *** }", "SHORT_TERM__REDIS_URL=redis://h:1/0"),
        ("SHORT_TERM__REDIS_URL", "redis://h:1/0", "Redis { url: *** }", "SHORT_TERM__STORE=redis"),
        ("SHORT_TERM__REDIS_URL_FILE", secret, "", ""),
        ("MAIL__FROM", "x@y.example", "from: •@y.example", ""),
        ("MAIL__TRANSPORT", "smtp", "Smtp { host: \"r.example\"", "MAIL__SMTP__HOST=r.example"),
        ("MAIL__FOLDER", "/tmp/m", "Folder(\"/tmp/m\")", ""),
        ("MAIL__SMTP__HOST", "r.example", "host: \"r.example\"", "MAIL__TRANSPORT=smtp"),
        ("MAIL__SMTP__PORT", "25", "port: 25,", "MAIL__TRANSPORT=smtp MAIL__SMTP__HOST=h.example"),
        ("MAIL__SMTP__ENCRYPTION", "tls", "encryption: Tls", "MAIL__TRANSPORT=smtp MAIL__SMTP__HOST=h.example"),
        (
            "MAIL__SMTP__USERNAME",
            "me",
            "Some(\"me\")",
            "MAIL__TRANSPORT=smtp MAIL__SMTP__HOST=h.example MAIL__SMTP__PASSWORD=x",
        ),
        ("MAIL__SMTP__PASSWORD", "x", "password: Some(***)", "MAIL__TRANSPORT=smtp MAIL__SMTP__HOST=h.example"),
        ("MAIL__SMTP__PASSWORD_FILE", secret, "password: Some(***)", "MAIL__TRANSPORT=smtp MAIL__SMTP__HOST=h.example"),
        ("EGRESS__ALLOW", "idp.example:8443", "host: \"idp.example\", port: 8443", ""),
        ("EGRESS__EXTRA_ROOTS", root, "root.pem", ""),
        ("LIMITS__CONNECTIONS", "77", "connections: 77,", ""),
        ("LIMITS__CONNECTIONS_PER_ADDRESS", "78", "connections_per_address: 78", ""),
        ("LIMITS__HANDSHAKE", "7s", "handshake: 7s", ""),
        ("LIMITS__REQUEST_HEAD", "8s", "request_head: 8s", ""),
        ("LIMITS__KEEP_ALIVE", "9s", "keep_alive: 9s", ""),
        ("LIMITS__HEAD_BYTES", "9001", "head_bytes: 9001", ""),
        ("LIMITS__HEADER_FIELDS", "99", "header_fields: 99", ""),
        ("LIMITS__TARGET_BYTES", "9002", "target_bytes: 9002", ""),
        ("LIMITS__FORM_BYTES", "9003", "form_bytes: 9003", ""),
        ("LIMITS__BODY_RATE", "9004", "body_rate: 9004", ""),
        ("LIMITS__WRITE_STALL", "12s", "write_stall: 12s", ""),
        ("LIMITS__STREAM_STALL", "13s", "stream_stall: 13s", ""),
        ("LIMITS__HALF_CLOSE", "14s", "half_close: 14s", ""),
        ("LIMITS__STREAMS", "79", "streams: 79", ""),
        ("LIMITS__STREAM_RESETS", "78", "stream_resets: 78", ""),
        ("LIMITS__STREAM_HEADER_BYTES", "9005", "stream_header_bytes: 9005", ""),
        ("LIMITS__DESCRIPTORS", "9006", "descriptors: 9006", ""),
        ("LIMITS__UPSTREAM_CONNECT", "700ms", "upstream_connect: 700ms", ""),
        ("LIMITS__UPSTREAM_FIRST_BYTE", "11s", "upstream_first_byte: 11s", ""),
        ("LIMITS__PASSCODES_PER_HOUR", "6", "passcodes_per_hour: 6", ""),
        ("LIMITS__PASSCODES_PER_DAY", "21", "passcodes_per_day: 21", ""),
        ("LIMITS__PASSCODE_FAILURES_PER_DAY", "31", "passcode_failures_per_day: 31", ""),
        ("LIMITS__ATTEMPTS_PER_MINUTE", "61", "attempts_per_minute: 61", ""),
        ("LIMITS__TRANSACTIONS_PER_JOURNEY", "6", "transactions_per_journey: 6", ""),
        ("LIMITS__INVITATIONS_PER_DAY", "2001", "invitations_per_day: 2001", ""),
        ("LIMITS__UPLOAD_BYTES", "65536", "upload_bytes: 65536", ""),
        ("LOG__FORMAT", "text", "format: Text", ""),
        ("LOG__FILTER", "warn", "filter: \"warn\"", ""),
    ];
    let covered: BTreeSet<String> = cases.iter().map(|(name, ..)| name.to_lowercase().replace("__", ".")).collect();
    assert_eq!(covered, operator_keys());
    for (name, value, seen, besides) in cases {
        let variable = format!("VESTIBULE_{name}");
        let mut environment = Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]).with(&variable, value);
        for (name, value) in besides.split_whitespace().filter_map(|pair| pair.split_once('=')) {
            environment = environment.with(&format!("VESTIBULE_{name}"), value);
        }
        let loaded = load(&path, &environment).unwrap_or_else(|faults| panic!("{variable}: {}", faults[0]));
        let settings = format!("{:?}", loaded.settings);
        assert!(settings.contains(seen), "{variable}={value}: no {seen} in {settings}");
    }
}

#[test]
fn tenants_are_reachable_from_the_environment() {
    let path = folder().join("config/vestibule.toml");
    let environment = Environment::of([
        ("VESTIBULE_DATA_DIR", "/tmp"),
        ("VESTIBULE_TENANTS__CONTOSO__NAME", "Contoso Ltd"),
        ("VESTIBULE_TENANTS__CONTOSO__POLICIES__PASSCODE_LIFETIME", "5m"),
        ("VESTIBULE_TENANTS__CONTOSO__CONNECTIONS__FABRIKAM__CLIENT_SECRET", "s3cret"),
        ("VESTIBULE_TENANTS__CONTOSO__APPLICATIONS__WIKI__UPSTREAM", "http://10.1.1.1:80"),
        ("VESTIBULE_APPLICATIONS__DESK__UPSTREAM", "http://10.1.1.2:80"),
    ]);
    let loaded = load(&path, &environment).unwrap();
    let contoso = &loaded.tenants[0].tenant;
    assert_eq!(contoso.display_name, "Contoso Ltd");
    assert_eq!(contoso.policies.passcode_lifetime, std::time::Duration::from_secs(300));
    let secret = loaded.secrets.of(contoso.id, &contoso.connections[0].name).unwrap();
    assert_eq!(secret.expose(), "s3cret");
    let upstream = |name: &str| {
        let mut apps = loaded.applications.iter();
        apps.find(|app| app.display_name == name).unwrap().upstream.to_string()
    };
    assert_eq!((upstream("Wiki").as_str(), upstream("Desk").as_str()), ("http://10.1.1.1:80", "http://10.1.1.2:80"));
}
