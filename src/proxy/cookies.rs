//! Cookies on their way through: ours never reach an app, and an app cannot set ours (attack rows D3 and E7).

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::session::is_ours;

/// Removes our cookies from a request and keeps the others byte for byte and in order. HTTP/2 may split the field; an
/// app gets it in one line (RFC 9113 §8.2.3).
pub fn strip_request(headers: &mut HeaderMap) {
    let mut lines = headers.get_all(COOKIE).iter();
    let Some(first) = lines.next() else { return };
    let several = lines.next().is_some();
    if !several {
        let line = first.as_bytes();
        if !has_ours(line) {
            return;
        }
    }
    let mut kept = Vec::new();
    for line in headers.get_all(COOKIE) {
        for pair in pairs(line.as_bytes()).filter(|pair| !is_ours(pair)) {
            // Each pair keeps the bytes before it, so that what stays is what came; at the front there is none.
            if kept.is_empty() {
                kept.extend_from_slice(pair.strip_prefix(b" ").unwrap_or(pair));
            } else {
                kept.push(b';');
                if !pair.starts_with(b" ") {
                    kept.push(b' ');
                }
                kept.extend_from_slice(pair);
            }
        }
    }
    headers.remove(COOKIE);
    // Mostly there are no others.
    if kept.is_empty() {
        return;
    }
    if let Ok(value) = HeaderValue::from_maybe_shared(bytes::Bytes::from(kept)) {
        headers.insert(COOKIE, value);
    }
}

fn has_ours(line: &[u8]) -> bool {
    pairs(line).any(is_ours)
}

/// What stands between semicolons, each with whatever white space is around it.
fn pairs(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut from = 0;
    memchr::memchr_iter(b';', line).chain([line.len()]).map(move |end| {
        let pair = line.get(from..end).unwrap_or_default();
        from = end + 1;
        pair
    })
}

/// Removes from a response what would set or delete our cookies, and every cookie for more than the app's own host or
/// hosts below it: a wider one would reach other apps, other tenants' among them, and perhaps the broker.
pub fn strip_response(headers: &mut HeaderMap, app_host: &str) {
    if !headers.contains_key(SET_COOKIE) {
        return;
    }
    let all: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in all {
        let bytes = cookie.as_bytes();
        let ours = is_ours(bytes.split(|byte| *byte == b';').next().unwrap_or_default());
        if !ours && stays_home(bytes, app_host) {
            headers.append(SET_COOKIE, cookie);
        }
    }
}

/// Whether every `Domain` of a `Set-Cookie` is the app's host or lies below it (RFC 6265 §5.1.3). Browsers fold letters
/// outside ASCII in ways of their own, so a domain that is not plain does not stay.
fn stays_home(cookie: &[u8], app_host: &str) -> bool {
    cookie.split(|byte| *byte == b';').skip(1).all(|attribute| {
        let (name, value) = match attribute.iter().position(|byte| *byte == b'=') {
            Some(at) => (attribute.get(..at).unwrap_or_default(), attribute.get(at + 1..).unwrap_or_default()),
            None => (attribute, &[][..]),
        };
        if !name.trim_ascii().eq_ignore_ascii_case(b"domain") {
            return true;
        }
        let Ok(domain) = std::str::from_utf8(value.trim_ascii()) else { return false };
        let domain = domain.strip_prefix('.').unwrap_or(domain).to_ascii_lowercase();
        let plain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
        // An empty one counts as none.
        plain
            && (domain.is_empty()
                || domain == app_host
                || domain.strip_suffix(app_host).is_some_and(|rest| rest.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream(lines: &[&str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
        }
        strip_request(&mut headers);
        headers.get_all(COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn d3_our_cookies_never_go_up_and_others_are_kept_byte_for_byte() {
        let token = "A".repeat(43);
        assert_eq!(upstream(&["a=1; b=\"x y\";c=3;  d=4"]), ["a=1; b=\"x y\";c=3;  d=4"]);
        assert_eq!(upstream(&[&format!("a=1; __Host-vestibule={token}; b=2")]), ["a=1; b=2"]);
        assert_eq!(upstream(&[&format!("__Host-vestibule={token}; b=2")]), ["b=2"]);
        assert_eq!(upstream(&[&format!("__Host-vestibule={token}")]), [""; 0]);
        assert_eq!(upstream(&["a=1", &format!("__Host-vestibule-login={token}"), "b=2"]), ["a=1; b=2"]);
        for spelling in
            ["__host-vestibule", "__HOST-VESTIBULE", " __Host-vestibule", "=__Host-vestibule", "__Host_vestibule"]
        {
            assert_eq!(upstream(&[&format!("a=1;{spelling}={token};b=2")]), ["a=1; b=2"], "{spelling}");
        }
        let many = (0..4000).map(|n| format!("c{n}=12345678")).collect::<Vec<_>>().join("; ");
        assert_eq!(upstream(&[&format!("{many}; __Host-vestibule={token}")]), [many]);
    }

    fn downstream(cookie: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, HeaderValue::from_bytes(cookie.as_bytes()).unwrap());
        headers.append(SET_COOKIE, HeaderValue::from_static("kept=1; Path=/"));
        strip_response(&mut headers, "wiki.contoso.localhost");
        assert!(headers.get_all(SET_COOKIE).iter().any(|value| value == "kept=1; Path=/"));
        headers.get_all(SET_COOKIE).iter().count() == 2
    }

    #[test]
    fn d3_and_e7_an_app_sets_its_own_cookies_and_none_that_reach_ours() {
        for cookie in [
            "__Host-vestibule=x; Path=/; Secure",
            "__host-vestibule=x",
            "__Host-vestibule-login=x",
            "=__Host-vestibule=x",
            " __Host-vestibule=x",
            "__Host-vestibule=; Max-Age=0",
            "a=1; Domain=vestibule.localhost",
            "a=1; domain=.localhost",
            "a=1; DOMAIN=\"localhost\"",
            "a=1; Domain=contoso.localhost; Domain=localhost",
            "a=1; Domain = localhost.",
            "a=1; Domain=contoso.localhost",
            "a=1; Domain=desk.apps.localhost",
            "a=1; Domain=xwiki.contoso.localhost",
            "a=1; Domain=ｌocalhost",
            "a=1; Domain=contoso。localhost",
            "a=1; Domain=con\u{ad}toso.localhost",
            "a=1; Domain=%6cocalhost",
            "a=1; Domain=wiki.contoso.localhost; Domain=localhost",
        ] {
            assert!(!downstream(cookie), "{cookie}");
        }
        for cookie in [
            "a=1",
            "a=1; Domain=wiki.contoso.localhost",
            "vestibule=1; Path=/",
            "a=1; Domain=.WIKI.contoso.localhost",
            "a=1; Domain",
            "a=1; domain=a.wiki.contoso.localhost",
        ] {
            assert!(downstream(cookie), "{cookie}");
        }
    }
}
