//! Attack row D4: forms sent from elsewhere, or with somebody else's token.

use http::HeaderValue;

use super::*;

const ORIGIN_OF_OURS: &str = "https://login.example";

/// Stands for the keys: remembers the context beside the text, which is all that these tests need of a seal.
struct PlainSeal;

impl Seal for PlainSeal {
    fn seal(&self, context: &str, plain: &[u8]) -> String {
        data_encoding::HEXLOWER.encode(&[context.as_bytes(), b"\0", plain].concat())
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = data_encoding::HEXLOWER.decode(sealed.as_bytes()).ok()?;
        bytes.strip_prefix(context.as_bytes())?.strip_prefix(b"\0").map(<[u8]>::to_vec)
    }
}

fn tenant(last: u8) -> TenantId {
    TenantId::new(uuid::Uuid::from_u128(u128::from(last)))
}

fn user(last: u8) -> UserId {
    UserId::new(uuid::Uuid::from_u128(u128::from(last)))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds)
}

#[test]
fn d4_a_token_serves_its_own_browser_user_and_tenant() {
    let shown = Binding { browser: "browser one", user: Some(user(1)), tenant: Some(tenant(1)) };
    let token = issue(&PlainSeal, shown, at(0));
    assert_eq!(check(&PlainSeal, shown, &token, at(60)), Ok(()));
    for (name, other) in [
        ("another browser", Binding { browser: "browser two", ..shown }),
        ("another user", Binding { user: Some(user(2)), ..shown }),
        ("nobody", Binding { user: None, ..shown }),
        ("another tenant", Binding { tenant: Some(tenant(2)), ..shown }),
        ("the instance", Binding { tenant: None, ..shown }),
        ("a shifted boundary", Binding { browser: "browser one0", user: Some(user(1)), ..shown }),
    ] {
        assert_eq!(check(&PlainSeal, other, &token, at(60)), Err(Forged::Token), "{name}");
    }
    for broken in ["", "x", &token[..token.len() - 2], &token.to_uppercase()] {
        assert_eq!(check(&PlainSeal, shown, broken, at(60)), Err(Forged::Token), "{broken:?}");
    }
}

#[test]
fn d4_a_token_ends() {
    let shown = Binding { browser: "b", user: None, tenant: None };
    let token = issue(&PlainSeal, shown, at(0));
    assert_eq!(check(&PlainSeal, shown, &token, at(24 * 3600 - 1)), Ok(()));
    assert_eq!(check(&PlainSeal, shown, &token, at(24 * 3600)), Err(Forged::Token));
    assert_eq!(check(&PlainSeal, shown, &token, at(-1)), Err(Forged::Token));
}

/// What a hurried author would write; the attacks below must succeed against it, or they prove nothing.
fn naive(headers: &HeaderMap) -> bool {
    headers
        .get(ORIGIN)
        .is_none_or(|origin| origin.to_str().unwrap_or("").starts_with(ORIGIN_OF_OURS) || origin == "null")
}

#[test]
fn d4_posts_from_elsewhere_are_refused() {
    let mut naively_accepted = 0;
    for lines in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "null"), ("sec-fetch-site", "none")],
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("origin", "null"), ("sec-fetch-site", "same-site")],
        &[("origin", "https://login.example"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://login.example"), ("sec-fetch-site", "same-site")],
        &[("origin", "https://login.example"), ("sec-fetch-site", "Same-Origin")],
        &[("origin", "https://login.example.evil.example")],
        &[("origin", "https://login.example:8443")],
        &[("origin", "http://login.example")],
        &[("origin", "https://login.example/")],
        &[("origin", "https://login.example"), ("origin", "https://evil.example")],
        &[("origin", "https://login.example"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[("referer", "https://evil.example/?https://login.example")],
        &[("referer", "https://login.example@evil.example/")],
        &[("referer", "not an address")],
        &[("sec-fetch-site", "cross-site")],
    ] {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        assert_eq!(check_origin(&headers, ORIGIN_OF_OURS), Err(Forged::CrossSite), "{lines:?}");
        naively_accepted += usize::from(naive(&headers));
    }
    assert!(naively_accepted >= 8, "only {naively_accepted} of these would fool a naive check");
}

#[test]
fn our_own_forms_pass() {
    for lines in [
        &[("origin", "https://login.example"), ("sec-fetch-site", "same-origin")][..],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://login.example")],
        &[("referer", "https://login.example/contoso.example/sign-in")],
        &[("sec-fetch-site", "none")],
        &[],
    ] {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        assert_eq!(check_origin(&headers, ORIGIN_OF_OURS), Ok(()), "{lines:?}");
    }
}

/// B18: what another site makes a browser do is not reading.
#[test]
fn b18_only_a_link_on_a_page_of_ours_is_followed_here() {
    let followed = |lines: &[(&'static str, &'static str)]| {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        followed_here(&headers)
    };
    let (site, dest) = ("sec-fetch-site", "sec-fetch-dest");
    assert!(followed(&[(site, "same-origin"), (dest, "document"), ("sec-fetch-mode", "navigate")]));
    assert!(followed(&[]), "a browser of before says nothing");
    for lines in [
        &[(site, "cross-site"), (dest, "document")][..],
        &[(site, "same-site"), (dest, "document")],
        &[(site, "none"), (dest, "document")],
        &[(site, "Same-Origin"), (dest, "document")],
        &[(site, "")],
        &[(site, "same-origin"), (site, "same-origin")],
        &[(site, "cross-site"), (dest, "image")],
        &[(site, "same-origin"), (dest, "image")],
        &[(site, "same-origin"), (dest, "iframe")],
        &[(site, "same-origin"), (dest, "embed")],
        &[(site, "same-origin"), (dest, "empty")],
        &[(site, "same-origin"), (dest, "document"), ("sec-purpose", "prefetch")],
        &[(site, "same-origin"), (dest, "document"), ("sec-purpose", "prefetch;prerender")],
        &[("purpose", "prefetch")],
    ] {
        assert!(!followed(lines), "{lines:?}");
    }
}
