//! Our cookies: read strictly, written with every attribute that browsers enforce.

use http::HeaderMap;
use http::header::COOKIE;

/// The handle of a host.
pub const SESSION_COOKIE: &str = "__Host-vestibule";
/// Binds a browser to a sign-in before it has a session.
pub const LOGIN_COOKIE: &str = "__Host-vestibule-login";
/// Cookie by which a browser is known that somebody signed in with before; it signs nobody in.
pub const DEVICE_COOKIE: &str = "__Host-vestibule-device";

/// The language that somebody chose in the footer; nothing but a language tag.
pub const LANGUAGE_COOKIE: &str = "__Host-vestibule-language";

/// Length of the values of our cookies: 32 bytes in base64url.
const TOKEN_LENGTH: usize = 43;
/// Longest sealed value that we make.
const LONGEST_SEALED: usize = 1024;

/// Reads one of our cookies. Octets are compared exactly: no trimming, no case folding, no quotes, no `$Version`; pairs
/// are separated by `; ` and nothing else. Two cookies of that name count as none: one of them was planted, and there
/// is no telling which (attack row D2). HTTP/2 may split the field, so that all its lines are read.
pub fn read_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    single_cookie(headers, name).filter(|value| is_token(value))
}

/// Reads a cookie of ours that is sealed rather than a token, by the same strict rules.
pub fn read_sealed_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sealed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    single_cookie(headers, name).filter(|value| value.len() <= LONGEST_SEALED && value.bytes().all(sealed))
}

fn single_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = None;
    for line in headers.get_all(COOKIE) {
        for value in pairs(line.as_bytes()).filter_map(|pair| value_of(pair, name)) {
            if found.is_some() {
                return None;
            }
            found = Some(value);
        }
    }
    found.and_then(|value| std::str::from_utf8(value).ok())
}

fn pairs(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut from = 0;
    // A semicolon without its space is part of a value.
    let ends = memchr::memchr_iter(b';', line).filter(|at| line.get(at + 1) == Some(&b' '));
    ends.chain([line.len()]).map(move |end| {
        let pair = line.get(from..end).unwrap_or_default();
        from = end + 2;
        pair
    })
}

fn value_of<'a>(pair: &'a [u8], name: &str) -> Option<&'a [u8]> {
    pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")
}

/// Whether a text can be a value that we made.
pub fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'_');
    // Not `all`: without a way out early it is done for many bytes at a time.
    text.len() == TOKEN_LENGTH && text.bytes().fold(true, |good, byte| good & fits(byte))
}

/// Whether a cookie, given as `name=value`, is ours in *any* spelling that some parser might read as ours: case,
/// leading white space of any kind, a missing name (`=__Host-…`), other punctuation. For what passes between browser
/// and app, where an exact comparison would be the hole (attack row D3).
pub fn is_ours(pair: &[u8]) -> bool {
    // How browsers spell it, at little cost.
    if pair.strip_prefix(b" ").unwrap_or(pair).starts_with(SESSION_COOKIE.as_bytes()) {
        return true;
    }
    let from_first_letter = pair.iter().skip_while(|byte| !byte.is_ascii_alphanumeric());
    let name = from_first_letter.take_while(|byte| **byte != b'=');
    let mut letters = name.filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
    b"hostvestibule".iter().all(|expected| letters.next() == Some(*expected))
}

/// `Set-Cookie` for a handle: a session cookie of the browser, valid on this very host alone.
pub fn session_cookie(value: &str) -> String {
    format!("{SESSION_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// `Set-Cookie` for the binding of a sign-in.
pub fn login_cookie(value: &str) -> String {
    format!("{LOGIN_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax")
}

/// `Set-Cookie` for a device that somebody signed in with: it outlives the browser's session by half a year.
pub fn device_cookie(value: &str) -> String {
    format!("{DEVICE_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=15552000")
}

/// `Set-Cookie` for the language that somebody chose, kept for a year. `tag` is one of our own.
pub fn language_cookie(tag: &str) -> String {
    format!("{LANGUAGE_COOKIE}={tag}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000")
}

/// `Set-Cookie` that removes one of our cookies.
pub fn expired(name: &str) -> String {
    format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const GOOD: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const EVIL: &str = "EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE";

    fn headers(lines: &[Vec<u8>]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    /// Reads as many servers do: split at `;`, trim, ignore case, first one wins.
    fn naive(headers: &HeaderMap) -> Option<String> {
        let lines = headers.get_all(COOKIE).iter().map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
        let all = lines.collect::<Vec<_>>().join(";");
        all.split([';', ',']).find_map(|pair| {
            let (name, value) = pair.trim().trim_start_matches('=').split_once('=')?;
            name.trim().eq_ignore_ascii_case(SESSION_COOKIE).then(|| value.trim().trim_matches('"').to_owned())
        })
    }

    #[test]
    fn d2_only_the_single_exact_cookie_counts() {
        let exact = headers(&[format!("a=1; {SESSION_COOKIE}={GOOD}; b=2").into_bytes()]);
        assert_eq!(read_cookie(&exact, SESSION_COOKIE), Some(GOOD));
        let crumbs = headers(&[b"a=1".to_vec(), format!("{SESSION_COOKIE}={GOOD}").into_bytes()]);
        assert_eq!(read_cookie(&crumbs, SESSION_COOKIE), Some(GOOD));

        let forms: Vec<Vec<Vec<u8>>> = [
            format!("{SESSION_COOKIE}={GOOD}; {SESSION_COOKIE}={EVIL}"),
            format!("{SESSION_COOKIE}={EVIL}; {SESSION_COOKIE}={EVIL}"),
            format!("{SESSION_COOKIE}={EVIL}; {SESSION_COOKIE}="),
            format!("__host-vestibule={EVIL}"),
            format!("__HOST-VESTIBULE={EVIL}"),
            format!("__Host-Vestibule={EVIL}"),
            format!(" {SESSION_COOKIE}={EVIL}"),
            format!("\u{2000}{SESSION_COOKIE}={EVIL}"),
            format!("\u{a0}{SESSION_COOKIE}={EVIL}"),
            format!("\u{3000}{SESSION_COOKIE}={EVIL}"),
            format!("{SESSION_COOKIE} ={EVIL}"),
            format!("{SESSION_COOKIE}= {EVIL}"),
            format!("{SESSION_COOKIE}={EVIL} "),
            format!("{SESSION_COOKIE}=\"{EVIL}\""),
            format!("$Version=1; {SESSION_COOKIE}=\"{EVIL}\"; $Path=/"),
            format!("$Version=1,{SESSION_COOKIE}={EVIL}"),
            format!("={SESSION_COOKIE}={EVIL}"),
            format!("a=1;{SESSION_COOKIE}={EVIL}"),
            format!("a=1,{SESSION_COOKIE}={EVIL}"),
            format!("a=1;\t{SESSION_COOKIE}={EVIL}"),
            format!("a=1;  {SESSION_COOKIE}={EVIL}"),
            format!("a=\"x; {SESSION_COOKIE}={EVIL}\""),
            format!("{SESSION_COOKIE}[]={EVIL}"),
            format!("{SESSION_COOKIE}%3D{EVIL}"),
            format!("{SESSION_COOKIE}={EVIL}="),
            format!("{SESSION_COOKIE}={EVIL}x"),
            format!("__Secure-vestibule={EVIL}"),
            format!("__Host-vestibule-login={EVIL}"),
        ]
        .into_iter()
        .map(|line| vec![line.into_bytes()])
        .chain([
            vec![format!("{SESSION_COOKIE}={GOOD}").into_bytes(), format!("{SESSION_COOKIE}={EVIL}").into_bytes()],
            vec![[SESSION_COOKIE.as_bytes(), b"=\x80", EVIL.as_bytes()].concat()],
        ])
        .collect();
        assert!(forms.len() >= 25);
        let mut fooled = 0;
        for form in &forms {
            let headers = headers(form);
            assert_eq!(read_cookie(&headers, SESSION_COOKIE), None, "{:?}", String::from_utf8_lossy(&form[0]));
            fooled += usize::from(naive(&headers).is_some_and(|value| value.contains(EVIL)));
        }
        // Negative control: the usual parser falls for most of them.
        assert!(fooled > 12, "only {fooled} forms mean anything to a naive parser");
    }

    #[test]
    fn d3_our_names_are_known_in_every_spelling() {
        for pair in [
            "__Host-vestibule=x",
            "__host-VESTIBULE=x",
            " __Host-vestibule=x",
            "\u{2000}__Host-vestibule=x",
            "=__Host-vestibule=x",
            "__Host-vestibule-login=x",
            "__Host_vestibule=x",
            "__Host.vestibule = x",
            "__Host-vestibule",
        ] {
            assert!(is_ours(pair.as_bytes()), "{pair}");
        }
        for pair in ["host=vestibule", "vestibule=1", "a=__Host-vestibule", "", "=", "__Host-other=1"] {
            assert!(!is_ours(pair.as_bytes()), "{pair}");
        }
    }

    #[test]
    fn written_cookies_keep_the_host_prefix_rules() {
        for cookie in [session_cookie(GOOD), login_cookie(GOOD), expired(SESSION_COOKIE)] {
            assert!(cookie.contains("; Path=/; Secure; HttpOnly; SameSite=Lax") && !cookie.contains("Domain"));
        }
        assert!(session_cookie(GOOD).len() < 120 && !session_cookie(GOOD).contains("Max-Age"));
    }
}
