//! `upstream`, `upstreams`, `[applications.forwarding]` and `[applications.maintenance]` → [`Upstream`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustls::pki_types::ServerName;

use super::section::{Placed, Section};
use super::{files, operator_file, upstream_tls, values};
use crate::model::{
    Balancing, Failures, Forwarding, HealthCheck, HostChoice, MOST_TARGETS, Maintenance, Target, Upstream, UpstreamTls,
};

const TARGET_HINT: &str = "where the app listens: http://127.0.0.1:9001, https://…, h2c://… (HTTP/2 in the clear) or \
                           unix:/path; a path before every request is `add_prefix`";
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Reads everything about the way to one application.
pub(super) fn read(section: &Section<'_>, folder: &Path) -> Option<Upstream> {
    let targets = targets(section);
    let forwarding = section.section("forwarding");
    let words = [("round-robin", Balancing::RoundRobin), ("least-pending", Balancing::LeastPending)];
    let balancing = forwarding.parsed("balancing", values::one_of(&words), "which target takes the next request");
    let connect = optional(&forwarding, "connect", SECOND / 10, 60 * SECOND);
    let first_byte = optional(&forwarding, "first_byte", SECOND, 24 * HOUR);
    let idle = optional(&forwarding, "idle", SECOND / 10, 24 * HOUR);
    let host = forwarding.parsed("host", host_choice, "preserve, upstream, or a host that the app wants to read");
    let prefix_hint = "write it as /wiki: with a slash in front, without one at the end";
    let add_prefix = forwarding.parsed("add_prefix", prefix, prefix_hint).map(|prefix| prefix.value);
    let http2_place = forwarding.place_of("http2");
    let http2_set = forwarding.has("http2");
    let http2 = forwarding.boolean("http2", true);
    let tls_section = forwarding.section("tls");
    let tls_set = TLS_KEYS.iter().any(|key| tls_section.has(key));
    let tls = tls(&tls_section, folder);
    let health = health(&forwarding.section("health"));
    let failures = failures(&forwarding.section("failures"));
    let maintenance = maintenance(&section.section("maintenance"));
    let targets = targets?;
    if !targets.iter().any(|target| matches!(target, Target::Https(_))) {
        let hint = "it belongs to targets that begin with https://";
        if tls_set {
            tls_section.reader.fault(&tls_section.place, "no target speaks TLS", hint);
        }
        if http2_set {
            forwarding.reader.fault(&http2_place, "`http2` means nothing here", "h2c:// is HTTP/2 in the clear");
        }
    }
    if !targets.iter().any(Target::carries_websockets) {
        let hint = "for an app that has any, add or use an http:// or https:// target; gRPC needs none";
        let place = section.place_of(if section.has("upstreams") { "upstreams" } else { "upstream" });
        section.reader.notice(&place, "no WebSocket can reach this app: its targets are h2c:// alone", hint);
    }
    Some(Upstream::new(Forwarding {
        targets,
        balancing: balancing.map(|balancing| balancing.value).unwrap_or_default(),
        connect,
        first_byte,
        idle,
        tls,
        http2,
        host: host.map(|host| host.value).unwrap_or_default(),
        add_prefix,
        health,
        failures,
        maintenance,
    }))
}

/// One of `upstream` and `upstreams`.
fn targets(section: &Section<'_>) -> Option<Vec<Target>> {
    let list_place = section.place_of("upstreams");
    let several = section.has("upstreams");
    let list = section.list("upstreams", str::parse::<Target>, TARGET_HINT);
    if !several {
        return section.required("upstream", str::parse::<Target>, TARGET_HINT).map(|target| vec![target.value]);
    }
    if let Some(one) = section.parsed("upstream", str::parse::<Target>, TARGET_HINT) {
        section.reader.fault(&one.place, "`upstream` and `upstreams` are both set", "keep one of them");
        return None;
    }
    let list = list?;
    if list.is_empty() || list.len() > MOST_TARGETS {
        let message = format!("`upstreams` lists {} targets", list.len());
        section.reader.fault(&list_place, message, format!("list 1 to {MOST_TARGETS}"));
        return None;
    }
    for (at, target) in list.iter().enumerate() {
        if list.iter().take(at).any(|other| other.value == target.value) {
            section.reader.fault(&target.place, format!("`{}` stands twice", target.value), "list each target once");
        }
    }
    Some(list.into_iter().map(|target| target.value).collect())
}

/// A duration, or "off", or nothing.
fn optional(section: &Section<'_>, key: &'static str, low: Duration, high: Duration) -> Option<Duration> {
    let hint = r#"write a duration such as 30s, or "off" for what holds without this line"#;
    let value = section.parsed(key, values::optional_duration("off"), hint)?;
    let span = value.value?;
    if (low..=high).contains(&span) {
        return Some(span);
    }
    let hint = format!("between {} and {}", values::written(low), values::written(high));
    section.reader.fault(&value.place, format!("`{key}` is out of range"), hint);
    None
}

fn host_choice(text: &str) -> Result<HostChoice, String> {
    match text {
        "preserve" => Ok(HostChoice::Preserve),
        "upstream" => Ok(HostChoice::Upstream),
        // Whatever may stand in a target may stand here.
        literal => match format!("http://{literal}").parse::<Target>() {
            Ok(Target::Http(_)) if !literal.ends_with('/') => Ok(HostChoice::Literal(literal.to_ascii_lowercase())),
            _ => Err(format!("`{literal}` is no host")),
        },
    }
}

fn prefix(text: &str) -> Result<String, String> {
    let segments = text.strip_prefix('/').ok_or_else(|| format!("`{text}` does not begin with a slash"))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    // Nothing that could be read in two ways: every request begins with it.
    let whole = segments.split('/').all(|segment| {
        !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(plain) && segment.len() <= 120
    });
    if whole && text.len() <= 250 { Ok(text.to_owned()) } else { Err(format!("`{text}` is no plain path")) }
}

const TLS_KEYS: [&str; 5] =
    ["ca_file", "server_name", "certificate_file", "key_file", "dangerously_skip_tls_verification"];

fn tls(section: &Section<'_>, folder: &Path) -> UpstreamTls {
    let file = |key: &'static str| {
        files::path(section, key, folder).map(|path| {
            // The directory keeps it, and reads it wherever the server was started.
            let value = std::path::absolute(&path.value).unwrap_or_else(|_| path.value.clone());
            Placed { value, place: path.place }
        })
    };
    let ca_file = file("ca_file");
    let (certificate, key) = (file("certificate_file"), file("key_file"));
    let server_name = section.parsed("server_name", server_name, "the name in the app's certificate");
    let place = section.place_of("dangerously_skip_tls_verification");
    let skip = section.boolean("dangerously_skip_tls_verification", false);
    for found in [&ca_file, &certificate].into_iter().flatten() {
        if let Err(fault) = upstream_tls::certificates(&found.value) {
            section.reader.fault(&found.place, fault.to_string(), "name a PEM file with certificates");
        }
    }
    if let Some(key) = &key {
        match upstream_tls::private_key(&key.value) {
            Ok(_) => files::refuse_open_file(section, &key.value, &key.place),
            Err(fault) => section.reader.fault(&key.place, fault.to_string(), "name a PEM file with a private key"),
        }
    }
    match (&certificate, &key) {
        (Some(alone), None) => {
            section.reader.fault(&alone.place, "`certificate_file` stands without `key_file`", "name both files");
        }
        (None, Some(alone)) => {
            section.reader.fault(&alone.place, "`key_file` stands without `certificate_file`", "name both files");
        }
        _ => {}
    }
    if let Some(ca) = ca_file.as_ref().filter(|_| skip) {
        let hint = "leave dangerously_skip_tls_verification out: this file says whom to believe";
        section.reader.fault(&ca.place, "`ca_file` counts for nothing where nothing is verified", hint);
    }
    if skip {
        let hint = "name the certificate or its authority as ca_file instead";
        let message =
            "the application's certificate is not verified: whoever stands between can read and change everything";
        section.reader.notice(&place, message, hint);
    }
    let value = |placed: Option<Placed<PathBuf>>| placed.map(|placed| placed.value);
    let tls = UpstreamTls {
        ca_file: value(ca_file.clone()),
        server_name: server_name.map(|name| name.value),
        certificate_file: value(certificate.clone()),
        key_file: value(key.clone()),
        dangerously_skip_tls_verification: skip,
    };
    // A key that is not the certificate's, an authority that is none: what only the whole shows.
    let readable =
        [&ca_file, &certificate].into_iter().flatten().all(|it| upstream_tls::certificates(&it.value).is_ok());
    let paired = certificate.is_some() == key.is_some();
    let keyed = key.as_ref().is_none_or(|key| upstream_tls::private_key(&key.value).is_ok());
    let set = ca_file.is_some() || certificate.is_some();
    if set
        && readable
        && paired
        && keyed
        && let Err(fault) = upstream_tls::client_config(&tls)
    {
        section.reader.fault(&section.place, fault.to_string(), "certificate and key must belong together");
    }
    tls
}

fn server_name(text: &str) -> Result<String, String> {
    match ServerName::try_from(text.to_owned()) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("`{text}` is no host name")),
    }
}

fn health(section: &Section<'_>) -> Option<HealthCheck> {
    let path = section.parsed("path", health_path, "a path of the app, e.g. /healthz; without one nobody asks");
    let interval = operator_file::span(section, "interval", 10 * SECOND, SECOND, HOUR);
    let timeout_place = section.place_of("timeout");
    let timeout = operator_file::span(section, "timeout", 2 * SECOND, SECOND / 10, 60 * SECOND);
    let count = |key, default| u32::try_from(section.number(key, default, 1..=100)).unwrap_or(1);
    let (healthy, unhealthy) = (count("healthy", 2), count("unhealthy", 3));
    let path = path?.value;
    if timeout > interval {
        section.reader.fault(&timeout_place, "`timeout` is longer than `interval`", "make it shorter");
    }
    Some(HealthCheck { path, interval, timeout, healthy, unhealthy })
}

fn health_path(text: &str) -> Result<String, String> {
    let fits = text.starts_with('/') && text.len() <= 1000 && text.bytes().all(|byte| byte.is_ascii_graphic());
    let parsed = text.parse::<http::uri::PathAndQuery>().is_ok() && !text.contains('#');
    if fits && parsed { Ok(text.to_owned()) } else { Err(format!("`{text}` is no path")) }
}

fn failures(section: &Section<'_>) -> Failures {
    let default = Failures::default();
    let count = section.number("count", u64::from(default.count), 0..=1000);
    let out_for = operator_file::span(section, "out_for", default.out_for, SECOND, HOUR);
    Failures { count: u32::try_from(count).unwrap_or(default.count), out_for }
}

fn maintenance(section: &Section<'_>) -> Option<Maintenance> {
    let on = section.boolean("on", false);
    let text = section.parsed("text", maintenance_text, "what guests read besides, e.g. Back at nine.");
    let retry_after = operator_file::span(section, "retry_after", 300 * SECOND, SECOND, 24 * HOUR);
    let text = text.map(|text| text.value).unwrap_or_default();
    on.then_some(Maintenance { text, retry_after })
}

fn maintenance_text(text: &str) -> Result<String, String> {
    let shown = text.trim();
    if shown.chars().count() > 500 || shown.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err("a text has at most 500 visible characters".to_owned());
    }
    Ok(shown.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_can_be_read_in_one_way_only() {
        for fine in ["/wiki", "/a/b.c/~d", "/v1"] {
            assert!(prefix(fine).is_ok(), "{fine}");
        }
        for wrong in
            ["wiki", "/", "/wiki/", "//wiki", "/a//b", "/..", "/a/./b", "/a%2fb", "/a;b", "/a?b", "/a b", "/é", ""]
        {
            assert!(prefix(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_host_is_preserved_the_targets_or_a_literal_one() {
        assert_eq!(host_choice("preserve"), Ok(HostChoice::Preserve));
        assert_eq!(host_choice("upstream"), Ok(HostChoice::Upstream));
        assert_eq!(host_choice("Wiki.internal:8080"), Ok(HostChoice::Literal("wiki.internal:8080".into())));
        for wrong in ["", "a b", "a/", "a/b", "http://a", "a:0", "u@a", "a\r\nx: y"] {
            assert!(host_choice(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_health_path_is_a_path() {
        assert!(health_path("/healthz?full=1").is_ok());
        for wrong in ["healthz", "", "/a b", "/a#b", "/a\n", "/é", "http://a/"] {
            assert!(health_path(wrong).is_err(), "{wrong}");
        }
    }
}
