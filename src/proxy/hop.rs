//! Hop-by-hop rules: what concerns this connection alone stays on it (attack rows E2 and E9, RFC 9110 §7.6).

use http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, MAX_FORWARDS, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE, VIA,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::identity::is_end_to_end;
use super::present::Present;

/// How we call ourselves in `Via`.
const PSEUDONYM: &str = "vestibule";

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const HTTP2_SETTINGS: HeaderName = HeaderName::from_static("http2-settings");

/// What is removed from every message, besides `Connection` and what it names.
pub(super) const HOP_BY_HOP: [HeaderName; 9] = [
    KEEP_ALIVE,
    PROXY_CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HTTP2_SETTINGS,
];

/// Why a request is refused for its connection fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopFault {
    /// `Connection` names a field that is not a matter of this connection.
    Nomination,
    /// `Transfer-Encoding` is anything but exactly one `chunked`.
    TransferEncoding,
    /// An expectation other than `100-continue` (RFC 9110 §10.1.1).
    Expectation,
    /// The request has been here before.
    Loop,
    /// `Max-Forwards` reached zero.
    Exhausted,
}

/// Removes the client's connection fields, and whatever they nominate, before anything of ours is added.
/// `present` is what it has.
pub fn clean_request(headers: &mut HeaderMap, method: &Method, present: Present) -> Result<(), HopFault> {
    if present.has(Present::TRANSFER_ENCODING) {
        check_transfer_encoding(headers)?;
    }
    if present.has(Present::EXPECT) {
        check_expectation(headers)?;
        // 100-continue is between the client and us: we answer it when we read the body.
        headers.remove(EXPECT);
    }
    if present.has(Present::CONNECTION) {
        for name in nominated(headers)? {
            headers.remove(name);
        }
    }
    remove_hop(headers, present);
    if present.has(Present::CONTENT_LENGTH) {
        // Bodies are framed anew from their actual length.
        headers.remove(CONTENT_LENGTH);
    }
    limit_forwards(headers, method)?;
    add_via(headers, present)
}

/// Removes the app's connection fields from a response, in which `present` was found.
pub fn clean_response(headers: &mut HeaderMap, present: Present) {
    if present.has(Present::CONNECTION) {
        for name in tokens(headers, &CONNECTION)
            .filter_map(|token| HeaderName::from_bytes(token.as_bytes()).ok())
            .collect::<Vec<_>>()
        {
            if !is_end_to_end(name.as_str()) {
                headers.remove(name);
            }
        }
    }
    if present.has(Present::CONTENT_LENGTH) {
        // Two ways of framing at once, or a length said twice: what counted was the encoding, so no length goes on.
        let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
        let odd = lengths.next().is_some_and(|value| !value.as_bytes().iter().all(u8::is_ascii_digit));
        let several = lengths.next().is_some();
        if present.has(Present::TRANSFER_ENCODING) || several || odd {
            headers.remove(CONTENT_LENGTH);
        }
    }
    remove_hop(headers, present);
}

/// Removes what stays on the connection it came by.
fn remove_hop(headers: &mut HeaderMap, present: Present) {
    if present.has(Present::CONNECTION) {
        headers.remove(CONNECTION);
    }
    if present.has(Present::HOP) {
        for name in &HOP_BY_HOP {
            headers.remove(name);
        }
    }
}

/// Whether the body is framed by exactly one `chunked`, or not by an encoding at all (attack row F1). hyper would read
/// more than that; every host of ours is held to it.
pub fn check_transfer_encoding(headers: &HeaderMap) -> Result<(), HopFault> {
    let mut values = headers.get_all(TRANSFER_ENCODING).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(()),
        (Some(value), None) if value.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => Err(HopFault::TransferEncoding),
    }
}

fn check_expectation(headers: &HeaderMap) -> Result<(), HopFault> {
    let mut values = headers.get_all(EXPECT).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(()),
        (Some(value), None) if value.as_bytes().eq_ignore_ascii_case(b"100-continue") => Ok(()),
        _ => Err(HopFault::Expectation),
    }
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = String> + use<'a> {
    let lines: Vec<&HeaderValue> = headers.get_all(name).iter().collect();
    lines
        .into_iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(|token| String::from_utf8_lossy(token).trim_matches([' ', '\t']).to_ascii_lowercase())
        .filter(|token| !token.is_empty())
}

/// Whether the client's `Connection` field names a field that it may not (attack row E2). Asked before any branch, so
/// that the answer is the same whoever is signed in.
pub fn nominates_ours(headers: &HeaderMap, present: Present) -> bool {
    present.has(Present::CONNECTION) && nominated(headers).is_err()
}

fn nominated(headers: &HeaderMap) -> Result<Vec<HeaderName>, HopFault> {
    let mut names = Vec::new();
    // What browsers say, and nothing that it could name.
    let mut lines = headers.get_all(CONNECTION).iter();
    if let (Some(line), None) = (lines.next(), lines.next())
        && (line.as_bytes().eq_ignore_ascii_case(b"keep-alive") || line.as_bytes().eq_ignore_ascii_case(b"close"))
    {
        return Ok(names);
    }
    for token in tokens(headers, &CONNECTION) {
        if token == "close" || token == "keep-alive" {
            continue;
        }
        if is_end_to_end(&token) {
            return Err(HopFault::Nomination);
        }
        names.push(HeaderName::from_bytes(token.as_bytes()).map_err(|_| HopFault::Nomination)?);
    }
    Ok(names)
}

/// `Max-Forwards` counts for OPTIONS (TRACE never gets here).
fn limit_forwards(headers: &mut HeaderMap, method: &Method) -> Result<(), HopFault> {
    if method != Method::OPTIONS {
        return Ok(());
    }
    let Some(left) = headers.get(MAX_FORWARDS).and_then(|value| value.to_str().ok()?.parse::<u32>().ok()) else {
        return Ok(());
    };
    let left = left.checked_sub(1).ok_or(HopFault::Exhausted)?;
    headers.insert(MAX_FORWARDS, HeaderValue::from(left));
    Ok(())
}

fn add_via(headers: &mut HeaderMap, present: Present) -> Result<(), HopFault> {
    if !present.has(Present::VIA) {
        headers.insert(VIA, HeaderValue::from_static("1.1 vestibule"));
        return Ok(());
    }
    let seen = tokens(headers, &VIA).filter(|hop| hop.split_ascii_whitespace().nth(1) == Some(PSEUDONYM)).count();
    if seen >= 2 {
        return Err(HopFault::Loop);
    }
    headers.append(VIA, HeaderValue::from_static("1.1 vestibule"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(fields: &[(&str, &str)]) -> Result<HeaderMap, HopFault> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let present = Present::of(&headers);
        clean_request(&mut headers, &Method::GET, present).map(|()| headers)
    }

    #[test]
    fn e2_connection_fields_stay_here() {
        let headers = cleaned(&[
            ("connection", "keep-alive, X-Custom"),
            ("x-custom", "1"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "x"),
            ("te", "trailers"),
            ("trailer", "x"),
            ("upgrade", "h2c"),
            ("http2-settings", "x"),
            ("transfer-encoding", "chunked"),
            ("proxy-authorization", "x"),
            ("expect", "100-continue"),
            ("x-kept", "1"),
        ])
        .unwrap();
        let names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["x-kept", "via"]);
    }

    #[test]
    fn e2_end_to_end_fields_cannot_be_nominated() {
        for name in [
            "Authorization",
            "Cookie",
            "Host",
            "Content-Length",
            "X-Forwarded-For",
            "X-Forwarded-User",
            "X_Forwarded_User",
            "Remote-User",
            "Vestibule-Assertion",
            "X-Vestibule-Tenant",
            "X-Auth-Request-Email",
            "X-Pomerium-Claim-Email",
            "Via",
            "Origin",
            "X-Real-IP",
            "x y",
            "\"cookie\"",
        ] {
            for value in [name.to_owned(), format!("close, {name}"), format!("keep-alive,{name} ,x-a")] {
                assert_eq!(cleaned(&[("connection", &value)]).err(), Some(HopFault::Nomination), "{value}");
            }
        }
    }

    #[test]
    fn e9_expectations_and_encodings_are_exact() {
        for value in ["y 100-continue", "100-continue, x", "100-continue;q=1", "200-ok", "", "100-continue\u{b}"] {
            let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) else { continue };
            let mut headers = HeaderMap::new();
            headers.insert(EXPECT, value);
            let present = Present::of(&headers);
            assert_eq!(clean_request(&mut headers, &Method::GET, present), Err(HopFault::Expectation));
        }
        assert!(cleaned(&[("expect", "100-Continue")]).is_ok());
        assert_eq!(
            cleaned(&[("expect", "100-continue"), ("expect", "100-continue")]).err(),
            Some(HopFault::Expectation)
        );
        for value in ["gzip, chunked", "chunked, chunked", "identity", "xchunked", "chunked;x=1", "\"chunked\"", ""] {
            assert_eq!(cleaned(&[("transfer-encoding", value)]).err(), Some(HopFault::TransferEncoding), "{value}");
        }
        let twice = [("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")];
        assert_eq!(cleaned(&twice).err(), Some(HopFault::TransferEncoding));
    }

    #[test]
    fn e9_a_loop_ends_at_the_third_visit() {
        assert!(cleaned(&[("via", "1.1 proxy, 1.1 vestibule")]).is_ok());
        assert_eq!(cleaned(&[("via", "1.1 vestibule"), ("via", "1.1 x, 1.1 Vestibule")]).err(), Some(HopFault::Loop));
        let mut headers = HeaderMap::new();
        headers.insert(MAX_FORWARDS, HeaderValue::from_static("0"));
        let present = Present::of(&headers);
        assert_eq!(clean_request(&mut headers, &Method::OPTIONS, present), Err(HopFault::Exhausted));
    }
}
