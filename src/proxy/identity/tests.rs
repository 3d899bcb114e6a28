//! Every name in every spelling that HTTP lets through.

use std::sync::Arc;

use super::super::outfit::Outfits;
use super::*;
use crate::proxy::samples::{NOW, record};
use crate::session::CachedFields;

const IDENTITY: [&str; 21] = [
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username",
    "X-Forwarded-Access-Token",
    "X-Auth-Request-User",
    "X-Auth-Request-Email",
    "X-Auth-Request-Groups",
    "X-Auth-Request-Preferred-Username",
    "X-Auth-Request-Access-Token",
    "Remote-User",
    "Remote-Email",
    "Remote-Groups",
    "Remote-Name",
    "X-Pomerium-Claim-Email",
    "X-Pomerium-Jwt-Assertion",
    "X-Pomerium-Anything",
    "Vestibule-Assertion",
    "Vestibule-Anything",
    "X-Vestibule-Tenant",
    "X-Vestibule-Anything",
];
const FORWARDED_NAMES: [&str; 8] = [
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Real-IP",
    "X-Forwarded-Prefix",
    "X-Forwarded-Client-Cert",
];

/// At least forty spellings of a name, the exact one in several cases first.
fn spellings(name: &str) -> Vec<String> {
    let lower = name.to_ascii_lowercase();
    let mut all = vec![name.to_owned(), lower.clone(), name.to_ascii_uppercase()];
    let words: Vec<&str> = lower.split('-').collect();
    for separator in
        ["_", ".", "!", "#", "$", "%", "&", "'", "*", "+", "^", "`", "|", "~", "--", "_-", "-_", "..", "__", "~~"]
    {
        all.push(words.join(separator));
        all.push(words.join(separator).to_ascii_uppercase());
    }
    for edge in ["-", "_", "."] {
        all.push(format!("{lower}{edge}"));
        all.push(format!("{edge}{lower}"));
    }
    all
}

fn screened(name: &str, odd_names_pass: bool) -> (Result<(), NameFault>, HeaderMap) {
    let mut headers = HeaderMap::new();
    headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static("attacker"));
    headers.append("accept", HeaderValue::from_static("*/*"));
    let present = Present::of(&headers);
    (screen(&mut headers, present, odd_names_pass, false), headers)
}

/// What a careless app reads as `wanted`: CGI's rule, dots included as PHP has it.
fn app_reads(headers: &HeaderMap, wanted: &str) -> bool {
    let cgi = |name: &str| {
        name.bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { byte.to_ascii_uppercase() } else { b'_' })
            .collect::<Vec<_>>()
    };
    headers.keys().any(|name| cgi(name.as_str()) == cgi(wanted))
}

/// The naive double: strips the exact names.
fn naive(headers: &mut HeaderMap) {
    for name in IDENTITY.iter().chain(&FORWARDED_NAMES) {
        headers.remove(*name);
    }
}

#[test]
fn e1_identity_names_are_refused_in_every_spelling() {
    let mut fooled = 0;
    for name in IDENTITY {
        let spellings = spellings(name);
        assert!(spellings.len() >= 40);
        for spelling in &spellings {
            for odd_names_pass in [false, true] {
                let (result, _) = screened(spelling, odd_names_pass);
                assert_eq!(result, Err(NameFault::Identity), "{spelling}, odd names pass: {odd_names_pass}");
            }
            let mut headers = HeaderMap::new();
            headers.append(HeaderName::from_bytes(spelling.as_bytes()).unwrap(), HeaderValue::from_static("attacker"));
            naive(&mut headers);
            fooled += usize::from(app_reads(&headers, name));
        }
    }
    // Negative control: stripping exact names lets the aliases through to the app.
    assert!(fooled > 300, "{fooled}");
}

#[test]
fn e1_forwarding_names_are_overwritten_when_exact_and_refused_otherwise() {
    for name in FORWARDED_NAMES {
        for spelling in spellings(name) {
            for odd_names_pass in [false, true] {
                let (result, headers) = screened(&spelling, odd_names_pass);
                if spelling.eq_ignore_ascii_case(name) {
                    assert_eq!(result, Ok(()));
                    assert!(!app_reads(&headers, name), "{spelling} was left");
                } else if spelling != name {
                    let odd = spelling.bytes().any(|byte| !byte.is_ascii_alphanumeric() && byte != b'-');
                    let expected = if odd && !odd_names_pass { NameFault::Odd } else { NameFault::Alias };
                    assert!(words_differ(&spelling, name) || result == Err(expected), "{spelling} {result:?}");
                }
            }
        }
    }
}

/// `Forwarded` has no separator, so that joining its words with another one changes nothing.
fn words_differ(spelling: &str, name: &str) -> bool {
    spelling.eq_ignore_ascii_case(name)
}

#[test]
fn odd_names_are_refused_unless_the_app_wants_them() {
    for name in ["x_custom", "a.b", "content_length", "transfer_encoding", "co_okie", "_"] {
        assert_eq!(screened(name, false).0, Err(NameFault::Odd), "{name}");
    }
    assert_eq!(screened("x_custom", true).0, Ok(()));
    for name in ["content_length", "transfer.encoding", "TRANSFER_ENCODING", "_host", "cookie_"] {
        assert_eq!(screened(name, true).0, Err(NameFault::Alias), "{name}");
    }
    for name in ["accept", "x-csrf-token", "remote-address", "vestibules", "x-forward", "x-authentication", "via"] {
        let (result, headers) = screened(name, false);
        assert!(result.is_ok() && headers.contains_key(name), "{name}");
    }
}

#[test]
fn g3_overrides_of_method_and_path_are_removed() {
    for name in
        ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL", "Proxy"]
    {
        let (result, headers) = screened(name, false);
        assert!(result.is_ok() && !headers.contains_key(name), "{name}");
    }
}

#[test]
fn e3_forged_addresses_count_only_from_trusted_proxies_and_never_fail() {
    let proxy: IpAddr = "10.0.0.1".parse().unwrap();
    let client: IpAddr = "192.0.2.7".parse().unwrap();
    let trusted = ["10.0.0.0/8".parse().unwrap()];
    let with = |value: &str| {
        let mut headers = HeaderMap::new();
        headers.append(X_FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        headers
    };
    let many = vec!["1.2.3.4"; 1000].join(", ");
    for value in ["a", "1.2.3.4", "fe80::1%eth0", "\"[2001:db8::1]\"", "_hidden", "unknown", "", ",,,", &many] {
        assert_eq!(client_address(client, Some(&with(value)), &trusted), (client, false), "{value}");
    }
    assert_eq!(client_address(proxy, Some(&with("6.6.6.6, 192.0.2.7")), &trusted), (client, true));
    assert_eq!(client_address(proxy, Some(&with("6.6.6.6, 192.0.2.7, 10.1.1.1")), &trusted), (client, true));
    assert_eq!(client_address(proxy, Some(&with("192.0.2.7, nonsense")), &trusted), (proxy, true));
    assert_eq!(client_address(proxy, Some(&HeaderMap::new()), &trusted), (proxy, true));
    assert_eq!(client_address(proxy, None, &trusted), (proxy, true));
    let mapped: IpAddr = "::ffff:192.0.2.7".parse().unwrap();
    assert_eq!(client_address(mapped, Some(&with("1.1.1.1")), &trusted), (client, false));
}

#[test]
fn our_statements_replace_whatever_stands_there() {
    let mut headers = HeaderMap::new();
    for name in ["x-forwarded-user", "x-forwarded-for", "host", "x-request-id", "x-forwarded-prefix", "forwarded"] {
        headers.append(name, HeaderValue::from_static("attacker"));
        headers.append(name, HeaderValue::from_static("attacker too"));
    }
    let fields = vec![(HeaderName::from_static("x-forwarded-user"), HeaderValue::from_static("guest"))];
    let authority = HeaderValue::from_static("wiki.contoso.localhost:8443");
    let request_id = HeaderValue::from_static("id");
    let client = "192.0.2.7".parse().unwrap();
    let address = address_value(client);
    headers.append("accept", HeaderValue::from_static("text/html"));
    headers.append("accept", HeaderValue::from_static("image/*"));
    let statement = Statement {
        address: &address,
        peer: client,
        trusted: false,
        authority: &authority,
        port: 8443,
        prefix: None,
        request_id,
    };
    let fields = CachedFields { record: Arc::new(record(1)), fields, renew_at: NOW, expires_at: NOW };
    let ours = Outfits::default().of(&statement, Some(&Arc::new(fields)));
    let present = Present::of(&headers);
    let headers = state(headers, present, &statement, ours);
    assert!(headers.iter().all(|(_, value)| !value.to_str().unwrap().contains("attacker")), "{headers:?}");
    assert_eq!(headers.get_all("x-forwarded-user").iter().count(), 1);
    assert_eq!(headers["x-forwarded-for"], "192.0.2.7");
    let accepted: Vec<_> = headers.get_all("accept").iter().collect();
    assert_eq!(accepted, ["text/html", "image/*"], "what is the client's stays, line by line");
}
