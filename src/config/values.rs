//! How values are written: durations, origins, hosts, colours.

use std::fmt::Display;
use std::time::Duration;

use url::{Host, Url};

use super::HostPort;
use crate::model::{Colour, TEXT_CONTRAST, Timestamp};

/// `90s`, `10m`, `24h`, `30d`, `250ms`.
pub(super) const DURATION_HINT: &str = "write a number and a unit: 250ms, 30s, 10m, 24h or 90d";

/// Reads a duration as people write it: a number and a unit, `250ms`, `30s`, `10m`, `24h` or `90d`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let unit_at = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(format!("`{text}` is no duration")),
    };
    let number: u64 = number.parse().map_err(|_| format!("`{text}` is no duration"))?;
    // A century is for ever, and far from overflowing any sum of times.
    match number.checked_mul(millis) {
        Some(span) if span <= 100 * 365 * 86_400_000 => Ok(Duration::from_millis(span)),
        _ => Err(format!("`{text}` is too long")),
    }
}

/// A duration as [`duration`] reads it.
pub(super) fn written(span: Duration) -> String {
    let millis = span.as_millis();
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]
        .into_iter()
        .find(|(_, unit)| millis.is_multiple_of(*unit) && millis >= *unit)
        .map_or("0s".to_owned(), |(name, unit)| format!("{}{name}", millis / unit))
}

/// A duration, or the one word that stands for none.
pub(super) fn optional_duration(none: &'static str) -> impl Fn(&str) -> Result<Option<Duration>, String> {
    move |text| if text == none { Ok(None) } else { duration(text).map(Some) }
}

/// An `https` address with a host name, and nothing that hides in addresses: no user, no fragment.
pub(super) fn https_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is no URL ({error})"))?;
    if url.scheme() != "https" {
        return Err(format!("`{text}` does not begin with https://"));
    }
    without_user(text, url)
}

/// A URL in which nothing hides.
pub(super) fn without_user(text: &str, url: Url) -> Result<Url, String> {
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(format!("`{text}` has a user or a fragment"));
    }
    Ok(url)
}

/// An `https` origin: scheme, host name and perhaps a port.
pub(super) fn https_origin(text: &str) -> Result<Url, String> {
    let url = https_url(text)?;
    if url.path() != "/" || url.query().is_some() {
        return Err(format!("`{text}` has more than scheme, host and port"));
    }
    match url.host() {
        Some(Host::Domain(host)) => host_name(host).map(|_| url.clone()),
        _ => Err(format!("`{text}` has no host name")),
    }
}

/// A host name in canonical form: lower case, A-labels, no trailing dot, no port, no address.
pub(super) fn host_name(text: &str) -> Result<String, String> {
    let domain: crate::model::Domain = text.parse().map_err(|_| format!("`{text}` is no host name"))?;
    if domain.as_str() == text { Ok(text.to_owned()) } else { Err(format!("`{text}` must be written `{domain}`")) }
}

/// `host:port`.
pub(super) fn host_port(text: &str) -> Result<HostPort, String> {
    let shape = || format!("`{text}` is not of the form host:port");
    let (host, port) = text.rsplit_once(':').ok_or_else(shape)?;
    let port: u16 = port.parse().map_err(|_| shape())?;
    let host = host.to_ascii_lowercase();
    // Bracketed IPv6 is the only host with colons (RFC 3986 §3.2.2).
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let known = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok() || host_name(&host).is_ok(),
    };
    if port == 0 || !known { Err(shape()) } else { Ok(HostPort { host, port }) }
}

/// One of a few words.
pub(super) fn one_of<'a, T: Copy>(words: &'a [(&'a str, T)]) -> impl Fn(&str) -> Result<T, String> + 'a {
    move |text| {
        words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value)
            .ok_or_else(|| format!("`{text}` is none of {}", listed(words.iter().map(|(word, _)| word))))
    }
}

pub(super) fn listed(words: impl Iterator<Item = impl Display>) -> String {
    words.map(|word| word.to_string()).collect::<Vec<_>>().join(", ")
}

/// Any text that shows something.
pub(super) fn name(text: &str) -> Result<String, String> {
    let shown = text.trim();
    if shown.is_empty() || shown.chars().count() > 120 || shown.chars().any(char::is_control) {
        return Err("a name has 1 to 120 visible characters".to_owned());
    }
    Ok(shown.to_owned())
}

/// A day, e.g. `2026-12-31`.
pub(super) fn date(text: &str) -> Result<jiff::civil::Date, String> {
    text.parse().map_err(|_| format!("`{text}` is no day; write it as 2026-12-31"))
}

/// The beginning of a day, UTC.
pub(super) fn day(text: &str) -> Result<Timestamp, String> {
    let midnight = date(text)?.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| format!("`{text}` is out of range"))?;
    Ok(Timestamp::from_micros(midnight.timestamp().as_microsecond()))
}

/// A language tag (BCP 47), e.g. `en` or `nl-BE`.
pub(super) fn language(text: &str) -> Result<String, String> {
    let tag: unic_langid::LanguageIdentifier = text.parse().map_err(|_| format!("`{text}` is no language tag"))?;
    Ok(tag.to_string())
}

/// `#rrggbb` on which white text can be read: contrast 4.5 : 1 or more (WCAG 2.2, 1.4.3).
pub(super) fn accent(text: &str) -> Result<String, String> {
    let colour = Colour::parse(text).ok_or_else(|| format!("`{text}` is no colour of the form #rrggbb"))?;
    let contrast = colour.contrast(Colour::WHITE);
    if contrast < TEXT_CONTRAST {
        return Err(format!("white text on `{text}` has a contrast of only {contrast:.2}:1"));
    }
    Ok(colour.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        for wrong in ["", "10", "m", "1.5h", "-1s", "10 m", "99999999999999999999d", "36501d", "١s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(optional_duration("never")("never"), Ok(None));
    }

    #[test]
    fn an_origin_is_an_origin() {
        assert!(https_origin("https://login.example:8443").is_ok());
        for wrong in [
            "http://login.example",
            "https://login.example/a",
            "https://login.example/?a",
            "https://u@login.example",
            "https://127.0.0.1",
            "https://login.example.",
            "https://localhost",
            "login.example",
        ] {
            assert!(https_origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hosts_have_one_spelling() {
        assert!(host_name("wiki.contoso.example").is_ok());
        assert_eq!(
            host_name("Wiki.Contoso.example"),
            Err("`Wiki.Contoso.example` must be written `wiki.contoso.example`".to_owned())
        );
        assert!(host_name("wiki.contoso.example:8443").is_err());
        assert_eq!(host_port("Relay.example:25").map(|pair| pair.host), Ok("relay.example".to_owned()));
        assert!(host_port("[::1]:25").is_ok());
        assert!(host_port("::1:25").is_err());
        assert!(host_port("relay.example:0").is_err());
    }

    #[test]
    fn an_accent_carries_white_text() {
        assert_eq!(accent("#0B5CAD"), Ok("#0b5cad".to_owned()));
        assert!(accent("#000000").is_ok());
        assert!(accent("#767676").is_ok(), "4.54:1");
        assert!(accent("#777777").is_err(), "4.48:1");
        assert!(accent("#0b5").is_err());
        assert!(accent("#+b5cad").is_err());
    }
}
