//! Whom a request is for: one name, said once, the same everywhere (attack row E6).

use http::header::HOST;
use http::request::Parts;
use http::{HeaderMap, Version};

/// Why a request is for nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorityFault {
    /// No host, several, or none that is valid.
    Invalid,
    /// The target or `:authority` names another host than `Host` does.
    Disagreement,
    /// The TLS session is for another host (RFC 9110 §7.4).
    NotOfThisConnection,
}

/// The canonical host of a request: lower case, no port.
pub fn host(parts: &Parts, server_name: Option<&str>) -> Result<String, AuthorityFault> {
    let in_target = match parts.uri.authority() {
        // User information in front of the host serves nothing but deception.
        Some(authority) if authority.as_str().contains('@') => return Err(AuthorityFault::Invalid),
        Some(authority) => Some(canonical(authority.as_str())?),
        None => None,
    };
    let in_field = host_field(&parts.headers)?;
    let found = match (in_target, in_field) {
        (Some(target), Some(field)) if target != field => return Err(AuthorityFault::Disagreement),
        (Some(target), Some(_)) => target,
        (None, Some(field)) => field,
        // HTTP/2 has `:authority` instead of Host (RFC 9113 §8.3.1).
        (Some(target), None) if parts.version == Version::HTTP_2 => target,
        (_, None) => return Err(AuthorityFault::Invalid),
    };
    match server_name {
        Some(name) if !name.eq_ignore_ascii_case(&found.host) => Err(AuthorityFault::NotOfThisConnection),
        _ => Ok(found.host),
    }
}

/// The one text by which most requests name their host, where there is no second one that could disagree.
pub fn written(parts: &Parts) -> Option<&[u8]> {
    match (parts.uri.authority(), parts.version) {
        (None, _) => {
            let mut values = parts.headers.get_all(HOST).iter();
            values.next().filter(|_| values.next().is_none()).map(|value| value.as_bytes())
        }
        (Some(authority), Version::HTTP_2) if !parts.headers.contains_key(HOST) => Some(authority.as_str().as_bytes()),
        (Some(_), _) => None,
    }
}

#[derive(PartialEq, Eq)]
struct Named {
    host: String,
    port: Option<u16>,
}

fn host_field(headers: &HeaderMap) -> Result<Option<Named>, AuthorityFault> {
    let mut values = headers.get_all(HOST).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => canonical(value.to_str().map_err(|_| AuthorityFault::Invalid)?).map(Some),
        _ => Err(AuthorityFault::Invalid),
    }
}

/// `host[:port]` of DNS names only; we serve no address literals.
fn canonical(text: &str) -> Result<Named, AuthorityFault> {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => {
            let digits = !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
            let number = port.parse::<u16>().ok().filter(|number| digits && *number > 0);
            (host, Some(number.ok_or(AuthorityFault::Invalid)?))
        }
        None => (text, None),
    };
    if host.len() > 253 || !is_of_labels(host.as_bytes()) {
        return Err(AuthorityFault::Invalid);
    }
    Ok(Named { host: host.to_ascii_lowercase(), port })
}

/// Letters, digits and hyphens between dots: each label of 1 to 63 bytes, with a hyphen at neither end. One pass, for it is
/// asked of every request.
fn is_of_labels(host: &[u8]) -> bool {
    let mut length = 0;
    let mut before = b'.';
    for &byte in host {
        match byte {
            b'.' if length == 0 || before == b'-' => return false,
            b'.' => length = 0,
            b'-' if length == 0 => return false,
            b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' if length < 63 => length += 1,
            _ => return false,
        }
        before = byte;
    }
    length > 0 && before != b'-'
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request};

    use super::*;

    fn asked(version: Version, target: &str, hosts: &[&str], sni: Option<&str>) -> Result<String, AuthorityFault> {
        let mut request = Request::builder().uri(target).version(version).body(()).unwrap();
        for host in hosts {
            request.headers_mut().append(HOST, HeaderValue::from_bytes(host.as_bytes()).unwrap());
        }
        super::host(&request.into_parts().0, sni)
    }

    #[test]
    fn e6_every_disagreement_is_refused() {
        use AuthorityFault::{Disagreement, Invalid, NotOfThisConnection};
        let (one, two) = (Version::HTTP_11, Version::HTTP_2);
        let wiki = "wiki.example";
        for (version, target, hosts, sni, expected) in [
            (one, "/", &[wiki][..], Some(wiki), Ok(wiki.to_owned())),
            (one, "/", &["WIKI.example:8443"], Some(wiki), Ok(wiki.to_owned())),
            (one, "/", &[wiki], None, Ok(wiki.to_owned())),
            (one, "http://wiki.example/", &[wiki], Some(wiki), Ok(wiki.to_owned())),
            (two, "https://wiki.example/", &[], Some(wiki), Ok(wiki.to_owned())),
            (two, "https://wiki.example/", &[wiki], Some(wiki), Ok(wiki.to_owned())),
            (one, "/", &[], None, Err(Invalid)),
            (one, "/", &[wiki, wiki], None, Err(Invalid)),
            (one, "/", &[wiki, "desk.example"], None, Err(Invalid)),
            (one, "/", &[""], None, Err(Invalid)),
            (one, "/", &["wiki.example,desk.example"], None, Err(Invalid)),
            (one, "/", &["wiki.example desk.example"], None, Err(Invalid)),
            (one, "/", &["wiki.example/desk"], None, Err(Invalid)),
            (one, "/", &["desk.example@wiki.example"], None, Err(Invalid)),
            (one, "/", &["wiki.example."], None, Err(Invalid)),
            (one, "/", &[".wiki.example"], None, Err(Invalid)),
            (one, "/", &["wiki..example"], None, Err(Invalid)),
            (one, "/", &["-wiki.example"], None, Err(Invalid)),
            (one, "/", &["wiki-.example"], None, Err(Invalid)),
            (one, "/", &["wiki.-example"], None, Err(Invalid)),
            (one, "/", &["wiki.example-"], None, Err(Invalid)),
            (one, "/", &["-"], None, Err(Invalid)),
            (one, "/", &["."], None, Err(Invalid)),
            (one, "/", &[":8443"], None, Err(Invalid)),
            (one, "/", &["wiki.example:"], None, Err(Invalid)),
            (one, "/", &["wiki.example:0"], None, Err(Invalid)),
            (one, "/", &["wiki.example:99999"], None, Err(Invalid)),
            (one, "/", &["wiki.example:443x"], None, Err(Invalid)),
            (one, "/", &["wiki_x.example"], None, Err(Invalid)),
            (one, "/", &["w\u{ef}ki.example"], None, Err(Invalid)),
            (one, "/", &["[::1]"], None, Err(Invalid)),
            (one, "http://desk.example/", &[wiki], None, Err(Disagreement)),
            (one, "http://wiki.example:81/", &[wiki], None, Err(Disagreement)),
            (one, "http://x@wiki.example/", &[wiki], None, Err(Invalid)),
            (one, "http://wiki.example/", &[], None, Err(Invalid)),
            (two, "https://wiki.example/", &["desk.example"], None, Err(Disagreement)),
            (two, "https://wiki.example/", &[wiki, wiki], None, Err(Invalid)),
            (one, "/", &[wiki], Some("desk.example"), Err(NotOfThisConnection)),
            (two, "https://wiki.example/", &[], Some("desk.example"), Err(NotOfThisConnection)),
        ] {
            assert_eq!(asked(version, target, hosts, sni), expected, "{version:?} {target} {hosts:?} {sni:?}");
        }
    }

    #[test]
    fn e6_labels_and_names_have_their_lengths() {
        let label = |length: usize| "a".repeat(length);
        for (host, good) in [
            (label(63), true),
            (label(64), false),
            (format!("{}.b-c", label(63)), true),
            (format!("x.{}", label(64)), false),
            (format!("{0}.{0}.{0}.{1}", label(63), label(61)), true),
            (format!("{0}.{0}.{0}.{1}", label(63), label(62)), false),
        ] {
            assert_eq!(asked(Version::HTTP_11, "/", &[&host], None).is_ok(), good, "{host}");
        }
    }
}
