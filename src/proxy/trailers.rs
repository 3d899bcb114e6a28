//! Trailer fields: dropped, unless the app asked for them; then each is held to what a header field is held to (attack row E1).

use http::header::TRAILER;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::identity::{self, NameFault};

/// What no trailer may say, for it would change how the message before it is to be read (RFC 9110 §6.5.1), or is not the sender's
/// to say at all.
const NEVER: [&str; 54] = [
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "authorization",
    "cache-control",
    "clear-site-data",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-location",
    "content-range",
    "content-security-policy",
    "content-type",
    "cookie",
    "date",
    "etag",
    "expect",
    "expires",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "location",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "refresh",
    "retry-after",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "via",
    "warning",
    "www-authenticate",
    "x-accel-buffering",
    "x-accel-redirect",
    "x-request-id",
    "x-sendfile",
];

fn may_pass(name: &str) -> bool {
    // A folding reader makes `content_length` what it must not be; names of that kind pass nowhere here.
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    plain && NEVER.binary_search(&name).is_err() && !name.starts_with("access-control-")
}

/// A client's trailers: what no client may send is refused, what no trailer may be is taken away.
pub(super) fn screen_request(trailers: &mut HeaderMap) -> Result<(), NameFault> {
    identity::look_closer(trailers, false, false)?;
    screen(trailers);
    Ok(())
}

/// Takes away what no trailer may be.
pub(super) fn screen(trailers: &mut HeaderMap) {
    let gone: Vec<HeaderName> = trailers.keys().filter(|name| !may_pass(name.as_str())).cloned().collect();
    for name in gone {
        trailers.remove(name);
    }
}

/// The trailers that `Trailer` announces, as far as they may come: over HTTP/1.1 no others are sent on. Names that say who
/// somebody is are none of them.
pub(super) fn announced(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut names = HeaderMap::new();
    for line in headers.get_all(TRAILER) {
        for name in line.as_bytes().split(|byte| *byte == b',') {
            if let Ok(name) = HeaderName::from_bytes(name.trim_ascii())
                && !identity::is_end_to_end(name.as_str())
            {
                names.insert(name, HeaderValue::from_static(""));
            }
        }
    }
    screen(&mut names);
    let names: Vec<&str> = names.keys().map(HeaderName::as_str).collect();
    if names.is_empty() { None } else { HeaderValue::from_str(&names.join(", ")).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(names: &[&str]) -> HeaderMap {
        let mut fields = HeaderMap::new();
        for name in names {
            fields.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static("1"));
        }
        fields
    }

    #[test]
    fn e1_trailers_are_held_to_what_header_fields_are() {
        for name in [
            "x-forwarded-user",
            "x_forwarded_user",
            "x.forwarded.email",
            "remote-user",
            "vestibule-assertion",
            "x-auth-request-groups",
            "x-pomerium-claim-email",
            "x-vestibule-tenant",
            "content_length",
            "odd!name",
        ] {
            assert!(screen_request(&mut fields(&["grpc-status", name])).is_err(), "{name}");
        }
        for name in ["x-forwarded-for", "forwarded", "x-real-ip", "x-http-method-override", "content-length", "cookie"]
        {
            let mut trailers = fields(&["x-checksum", name]);
            assert!(screen_request(&mut trailers).is_ok(), "{name}");
            assert_eq!(trailers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-checksum"], "{name}");
        }
    }

    #[test]
    fn e7_a_trailer_changes_nothing_of_what_came_before_it() {
        assert!(NEVER.is_sorted(), "it is searched by halves");
        for name in NEVER {
            let mut trailers = fields(&["grpc-status", name]);
            screen(&mut trailers);
            assert_eq!(trailers.len(), 1, "{name}");
        }
        let mut trailers = fields(&["grpc-status", "grpc-message", "x-checksum", "server-timing", "digest"]);
        screen(&mut trailers);
        assert_eq!(trailers.len(), 5);
    }

    #[test]
    fn what_is_announced_is_what_may_come() {
        let mut headers = HeaderMap::new();
        headers.append(
            TRAILER,
            HeaderValue::from_static(
                "X-Checksum, Content-Length,Set-Cookie,x_forwarded_user, X-Forwarded-For,Remote-User",
            ),
        );
        headers.append(TRAILER, HeaderValue::from_static("grpc-status, x y, "));
        assert_eq!(announced(&headers).unwrap(), "x-checksum, grpc-status");
        headers.insert(TRAILER, HeaderValue::from_static("content-length"));
        assert!(announced(&headers).is_none() && announced(&HeaderMap::new()).is_none());
    }
}
