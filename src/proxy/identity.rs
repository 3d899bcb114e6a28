//! Phase 4: identity headers. Client copies are refused in every spelling; ours go in last.
//!
//! CGI, WSGI, Rack, PHP and others fold header names before an app reads them: `X_Forwarded_User`, `X.Forwarded.User`
//! and `X-Forwarded-User` become one variable. So names are compared as the most careless of them would read them: each
//! byte that is no letter or digit is a dash (attack row E1, design fact DF4), and what folds into a family of ours is
//! refused rather than stripped, so that nobody can probe for a spelling that gets through.

use std::borrow::Cow;
use std::net::IpAddr;

use http::header::{Entry, FORWARDED};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::present::Present;

/// The client's address, as we saw it.
pub const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");
/// The same, as nginx says it.
pub(super) const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");
/// The id to quote.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Header names that no client may send; the words are for logs and never repeat what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// A name of an identity family, in whatever spelling.
    Identity,
    /// Another spelling of `X-Forwarded-For` and its like, or of a field that frames the message.
    Alias,
    /// A byte outside `[A-Za-z0-9-]`.
    Odd,
}

/// What a header name means to the most careless reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Identity,
    Forwarded,
    /// Tells an app to treat the request as another one than the one we judged (attack row G3).
    Override,
    Framing,
    Plain,
}

/// Refuses what a client may not send and removes what we are about to state ourselves. Done before any branch, for
/// every request to an app's host; `present` is what it has. From a trusted proxy, `X-Forwarded-*` in their exact spelling
/// stay.
pub fn screen(headers: &mut HeaderMap, present: Present, odd_names_pass: bool, trusted: bool) -> Result<(), NameFault> {
    if present.has(Present::OTHER) { look_closer(headers, odd_names_pass, trusted) } else { Ok(()) }
}

/// The same for names of which nothing is known.
pub(super) fn look_closer(headers: &mut HeaderMap, odd_names_pass: bool, trusted: bool) -> Result<(), NameFault> {
    let mut remove = Vec::new();
    for name in headers.keys() {
        let text = name.as_str();
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !plain && !odd_names_pass {
            return Err(if meaning(&fold(text)) == Meaning::Identity { NameFault::Identity } else { NameFault::Odd });
        }
        if plain && !may_matter(text) {
            continue;
        }
        let folded = fold(text);
        let exact = folded == text;
        match meaning(&folded) {
            Meaning::Identity => return Err(NameFault::Identity),
            Meaning::Forwarded | Meaning::Override if !exact => return Err(NameFault::Alias),
            Meaning::Framing if !exact => return Err(NameFault::Alias),
            Meaning::Forwarded if !trusted => remove.push(name.clone()),
            Meaning::Override => remove.push(name.clone()),
            Meaning::Forwarded | Meaning::Framing | Meaning::Plain => {}
        }
    }
    for name in remove {
        headers.remove(name);
    }
    Ok(())
}

/// Whether a client's `Connection` field may not name this one: it is ours to state, or it means the same to both ends
/// (attack row E2, RFC 9110 §7.6.1).
pub fn is_end_to_end(name: &str) -> bool {
    let folded = fold(name);
    let known = matches!(
        folded.as_ref(),
        "authorization"
            | "cookie"
            | "set-cookie"
            | "content-type"
            | "content-encoding"
            | "content-range"
            | "origin"
            | "referer"
            | "date"
            | "cache-control"
            | "range"
            | "if-match"
            | "if-none-match"
            | "accept"
            | "user-agent"
            | "via"
            | "max-forwards"
            | "expect"
            | "content-length"
            | "host"
            | "x-request-id"
    );
    known || matches!(meaning(&folded), Meaning::Identity | Meaning::Forwarded | Meaning::Override)
}

/// Families begin with few letters; most names need no closer look.
fn may_matter(name: &str) -> bool {
    matches!(name.as_bytes().first(), Some(b'x' | b'r' | b'v' | b'f' | b'p' | b't' | b'c' | b'-'))
        || name.contains("--")
        || name.ends_with('-')
}

/// The name as a careless reader has it: lower case, runs of anything but letters and digits as one dash, none at the
/// ends.
fn fold(name: &str) -> Cow<'_, str> {
    let clean = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if clean && !name.contains("--") && !name.starts_with('-') && !name.ends_with('-') {
        return Cow::Borrowed(name);
    }
    let mut folded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() {
            folded.push(char::from(byte.to_ascii_lowercase()));
        } else if !folded.ends_with('-') {
            folded.push('-');
        }
    }
    Cow::Owned(folded.trim_matches('-').to_owned())
}

fn meaning(folded: &str) -> Meaning {
    if let Some(rest) = folded.strip_prefix("x-") {
        return match rest {
            "forwarded-user"
            | "forwarded-email"
            | "forwarded-groups"
            | "forwarded-preferred-username"
            | "forwarded-access-token"
            // What other gateways state: an app that moved here with its old settings would believe the client.
            | "remote-user"
            | "webauth-user"
            | "authenticated-user"
            | "authenticated-userid"
            | "goog-authenticated-user-email"
            | "goog-authenticated-user-id"
            | "goog-iap-jwt-assertion"
            | "ms-client-principal"
            | "ms-client-principal-name"
            | "ms-client-principal-id"
            | "amzn-oidc-identity"
            | "amzn-oidc-data"
            | "amzn-oidc-accesstoken" => Meaning::Identity,
            "real-ip" | "client-ip" | "cluster-client-ip" | "host" | "original-host" | "scheme" => Meaning::Forwarded,
            "http-method-override"
            | "http-method"
            | "method-override"
            | "original-url"
            | "rewrite-url"
            | "original-uri"
            | "original-method" => Meaning::Override,
            _ if starts_family(rest, "auth-request") || starts_family(rest, "pomerium") => Meaning::Identity,
            _ if starts_family(rest, "vestibule") => Meaning::Identity,
            // Whatever else proxies state in this family (client certificates, for one) is not for clients to state.
            _ if starts_family(rest, "forwarded") => Meaning::Forwarded,
            _ => Meaning::Plain,
        };
    }
    match folded {
        "remote-user" | "remote-email" | "remote-groups" | "remote-name" => Meaning::Identity,
        "forwarded" | "true-client-ip" | "client-ip" | "cf-connecting-ip" | "forwarded-for" => Meaning::Forwarded,
        "cf-access-authenticated-user-email" | "cf-access-jwt-assertion" => Meaning::Identity,
        // httpoxy: CGI turns it into the variable that names the outgoing proxy.
        "proxy" => Meaning::Override,
        "content-length" | "transfer-encoding" | "host" | "connection" | "upgrade" | "te" | "trailer" | "expect"
        | "via" | "cookie" => Meaning::Framing,
        _ if starts_family(folded, "vestibule") => Meaning::Identity,
        _ => Meaning::Plain,
    }
}

fn starts_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// What we state about a request besides who sent it.
pub struct Statement<'a> {
    /// Address of the client.
    pub address: &'a HeaderValue,
    /// The other end of the socket.
    pub peer: IpAddr,
    /// Whether the peer is a proxy whose own statements count.
    pub trusted: bool,
    /// `host[:port]` as browsers know it.
    pub authority: &'a HeaderValue,
    /// Port of our public address.
    pub port: u16,
    /// What was stripped off the path.
    pub prefix: Option<&'a str>,
    /// Id to quote.
    pub request_id: HeaderValue,
}

/// The head that an app gets: `ours`, which is all that we state, and of the client's fields those that are not among it, so
/// that nothing that was sent can stand beside what we state (INV2). `present` is what the client's fields were.
pub fn state(client: HeaderMap, present: Present, statement: &Statement<'_>, ours: HeaderMap) -> HeaderMap {
    let mut headers = ours;
    if statement.trusted && present.has(Present::OTHER) && client.contains_key(X_FORWARDED_FOR) {
        let chain = client.get_all(X_FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let peer = statement.peer.to_canonical().to_string();
        let chain = chain.map(str::to_owned).chain([peer]).collect::<Vec<_>>().join(", ");
        if let Ok(chain) = HeaderValue::from_str(&chain) {
            headers.insert(X_FORWARDED_FOR, chain);
        }
    }
    if let Some(prefix) = statement.prefix.and_then(|prefix| HeaderValue::from_str(prefix).ok()) {
        headers.insert(X_FORWARDED_PREFIX, prefix);
    }
    // Lines of one name follow one another, and only the first brings the name along.
    let mut name_of_lines: Option<HeaderName> = None;
    let repeats = client.len() != client.keys_len();
    for (name, value) in client {
        match name {
            Some(name) if is_ours_to_state(&name) => name_of_lines = None,
            Some(name) => {
                name_of_lines = repeats.then(|| name.clone());
                match headers.entry(name) {
                    Entry::Vacant(vacant) => drop(vacant.insert(value)),
                    Entry::Occupied(_) => name_of_lines = None,
                }
            }
            None => {
                if let Some(name) = &name_of_lines {
                    headers.append(name.clone(), value);
                }
            }
        }
    }
    headers
}

/// Fields that only we state, also where a request has none of them. What else we state is found among `ours`.
fn is_ours_to_state(name: &HeaderName) -> bool {
    *name == FORWARDED || *name == X_FORWARDED_PREFIX
}

/// An address as a header value.
pub fn address_value(address: IpAddr) -> HeaderValue {
    HeaderValue::from_str(&address.to_canonical().to_string()).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}

/// The client behind trusted proxies: the last address of `X-Forwarded-For` that is none of theirs. What cannot be read
/// counts as nothing, and the socket's address remains (attack row E3). `headers` are none where the field cannot be among them.
pub fn client_address(peer: IpAddr, headers: Option<&HeaderMap>, trusted: &[ipnet::IpNet]) -> (IpAddr, bool) {
    let peer = peer.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&peer) {
        return (peer, false);
    }
    let Some(headers) = headers else { return (peer, true) };
    let mut client = peer;
    let lines: Vec<&str> = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Ok(address) = entry.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
        if !is_trusted(&client) {
            break;
        }
    }
    (client, true)
}

#[cfg(test)]
mod tests;
