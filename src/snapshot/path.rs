//! The path as policy sees it and as the app gets it: one spelling, or none (decision 16, attack row G1).

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathFault {
    /// Dot segments, backslashes, controls, or bytes that are no text: two programs would read two paths.
    Ambiguous,
    /// `%2F`, `;` or `//` where a rule depends on the path.
    AmbiguousForRule,
}

/// A path that every program reads alike, byte for byte as the browser sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanonicalPath<'a>(&'a str);

impl<'a> CanonicalPath<'a> {
    /// Checks a path as it stands in the request target. With `rules`, routing depends on it, and separators that some
    /// programs decode are refused as well.
    pub fn check(path: &'a str, rules: bool) -> Result<Self, PathFault> {
        // `*` (OPTIONS) and absolute forms without a path name no resource of an app.
        if !path.starts_with('/') {
            return Err(PathFault::Ambiguous);
        }
        let plain = |byte: u8| !matches!(byte, b'%' | b'\\' | b';') && (0x21..0x7f).contains(&byte);
        if path.bytes().all(plain) && !path.contains("/.") && !(rules && path.contains("//")) {
            return Ok(Self(path));
        }
        // RFC 3986 §2: anything else has to come encoded.
        if !path.bytes().all(|byte| (0x21..0x7f).contains(&byte)) {
            return Err(PathFault::Ambiguous);
        }
        let decoded = decode(path)?;
        if decoded.split(|byte| *byte == b'/').any(is_dots) {
            return Err(PathFault::Ambiguous);
        }
        // An encoded slash may hide a dot segment from us that the app sees, and encoding may be applied twice.
        let twice = decode_lossy(&decoded);
        if has_control(&decoded) || has_control(&twice) || twice.split(|byte| *byte == b'/').any(is_dots) {
            return Err(PathFault::Ambiguous);
        }
        if std::str::from_utf8(&decoded).is_err() {
            return Err(PathFault::Ambiguous);
        }
        if rules && has_doubtful_separator(path, &decoded) {
            return Err(PathFault::AmbiguousForRule);
        }
        Ok(Self(path))
    }

    /// The path, unchanged.
    pub fn as_str(self) -> &'a str {
        self.0
    }
}

/// Decodes each `%xx` once. A `%` that begins no such triple means different things to different programs.
fn decode(path: &str) -> Result<Vec<u8>, PathFault> {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            let pair = bytes.get(at + 1..at + 3).and_then(hex).ok_or(PathFault::Ambiguous)?;
            decoded.push(pair);
            at += 3;
        } else {
            decoded.push(*byte);
            at += 1;
        }
    }
    Ok(decoded)
}

/// Decodes once more what may be encoded twice; what is no triple stays.
fn decode_lossy(bytes: &[u8]) -> Vec<u8> {
    percent_encoding::percent_decode(bytes).collect()
}

fn hex(pair: &[u8]) -> Option<u8> {
    let [high, low] = pair else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// `.` and `..`, also with path parameters (`..;x`) and with the trailing spaces or dots that some file systems drop.
fn is_dots(segment: &[u8]) -> bool {
    let name = segment.split(|byte| *byte == b';').next().unwrap_or_default();
    let bare = name.strip_suffix(b" ").unwrap_or(name);
    let dots = bare.iter().filter(|byte| **byte == b'.').count();
    !bare.is_empty() && bare.iter().all(|byte| matches!(byte, b'.' | b' ')) && dots > 0
}

fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte < 0x20 || *byte == 0x7f || *byte == b'\\')
}

fn has_doubtful_separator(raw: &str, decoded: &[u8]) -> bool {
    let slashes = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'/').count();
    let twice = decode_lossy(decoded);
    raw.contains("//")
        || twice.contains(&b';')
        || slashes(&twice) != slashes(raw.as_bytes())
        // A percent sign that is itself encoded: somebody decodes twice, or nobody should need it here.
        || twice != decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What careless proxies do: look for `..` in the raw path.
    fn naive(path: &str) -> bool {
        !path.split('/').any(|segment| segment == "..")
    }

    #[test]
    fn g1_ambiguous_paths_are_refused_always() {
        let mut family: Vec<String> = Vec::new();
        let dots = [".", "%2e", "%2E", "%252e", "%252E"];
        for first in dots {
            family.push(format!("/public/{first}/admin"));
            for second in dots {
                for after in ["", "/", "/admin", ";/admin", ";x=1/admin", "%2fadmin", "%2Fadmin", "%5cadmin", "\\admin"]
                {
                    family.push(format!("/public/{first}{second}{after}"));
                }
            }
        }
        family.extend(
            [
                "/a\\..\\admin",
                "/a%5c..%5cadmin",
                "/a\\admin",
                "/a%5Cadmin",
                "/a%255cadmin",
                "/a%00",
                "/a%00.png",
                "/a%2500",
                "/a%0d%0aX:y",
                "/a%0a",
                "/a%09b",
                "/a%1f",
                "/a%7f",
                "/%c0%af",
                "/%c0%ae%c0%ae/",
                "/%e0%80%af",
                "/%ff",
                "/%u002f",
                "/%u002e%u002e/",
                "/%",
                "/%2",
                "/%zz",
                "/a%",
                "/.. /admin",
                "/..%20/admin",
                "/. /x",
                "/...../x",
                "*",
                "",
                "admin",
                "http://x/",
                "/a b",
                "/a\u{e9}",
                "/../",
                "/..",
                "/.",
                "/x/..",
                "/x/.",
            ]
            .map(str::to_owned),
        );
        assert!(family.len() > 120);
        let mut missed = 0;
        for path in &family {
            assert_eq!(
                CanonicalPath::check(path, false).map(CanonicalPath::as_str),
                Err(PathFault::Ambiguous),
                "{path:?}"
            );
            assert!(CanonicalPath::check(path, true).is_err(), "{path:?}");
            missed += usize::from(naive(path));
        }
        // Negative control: comparing segments without decoding lets most of them through.
        assert!(missed > 100, "{missed}");
    }

    #[test]
    fn g1_doubtful_separators_are_refused_where_a_rule_depends_on_the_path() {
        for path in [
            "/a%2fb",
            "/a%2Fb",
            "/a;b",
            "/a;jsessionid=1",
            "/a%3bb",
            "//a",
            "/a//b",
            "/a/",
            "/a%252fb",
            "/a%253bb",
            "/%2561",
        ] {
            assert_eq!(CanonicalPath::check(path, false).map(CanonicalPath::as_str), Ok(path), "{path}");
            let expected = if path == "/a/" { Ok(path) } else { Err(PathFault::AmbiguousForRule) };
            assert_eq!(CanonicalPath::check(path, true).map(CanonicalPath::as_str), expected, "{path}");
        }
    }

    #[test]
    fn ordinary_paths_pass_unchanged() {
        for path in [
            "/",
            "/page",
            "/a/b.c/d",
            "/.well-known/x",
            "/.vestibule/me",
            "/..a",
            "/a..",
            "/a...b",
            "/a%20b",
            "/%C3%A9",
            "/~x/$y/!z/*",
            "/a:b@c",
            "/a'b(c)",
            "/%7Euser",
            "/a,b=c+d&e",
            "/100%25",
        ] {
            assert_eq!(CanonicalPath::check(path, true).map(CanonicalPath::as_str), Ok(path), "{path}");
        }
    }
}
