//! Which language a request gets: what somebody chose in the footer, what the browser asks for, the tenant's own, English.

use http::header::ACCEPT_LANGUAGE;
use http::{HeaderMap, HeaderValue, Uri};

use super::answer::{Answer, set_cookie};
use super::interstitial::see_other;
use super::request::query;
use crate::i18n::{self, Language, TEXTS, Texts};
use crate::session::{LANGUAGE_COOKIE, language_cookie, read_sealed_cookie};

/// Longest address that the language switch leads back to; longer ones end at the first page.
const LONGEST: usize = 8 * 1024;

/// The language for a request to the broker or the admin host.
pub fn of_request(texts: &Texts, headers: &HeaderMap, tenant_default: &str) -> Language {
    let chosen = read_sealed_cookie(headers, LANGUAGE_COOKIE);
    texts.negotiate(asked(headers.get(ACCEPT_LANGUAGE)), chosen, tenant_default)
}

/// The language for a page of ours on an app's host, where nobody chose anything: what the browser asks for.
pub fn of_browser(accept_language: Option<&HeaderValue>) -> Language {
    TEXTS.negotiate(asked(accept_language), None, "en")
}

fn asked(accept_language: Option<&HeaderValue>) -> Option<&str> {
    accept_language.and_then(|value| value.to_str().ok())
}

/// `GET /language?to={tag}&back={path}`, the language switch of the footer: remembers the choice in a cookie and leads back
/// to the page it was made on. It changes nothing but which language this browser reads.
pub fn choose(uri: &Uri) -> Answer {
    let back = query(uri, "back").filter(|back| is_here(back));
    let mut answer = see_other(back.as_deref().unwrap_or("/"));
    let wanted = query(uri, "to").unwrap_or_default();
    if let Some((tag, _)) = i18n::names().find(|(tag, _)| *tag == wanted) {
        set_cookie(&mut answer, &language_cookie(tag));
    }
    answer
}

/// Whether `back` is a path of this very host in every reading of it: a second slash, a backslash or a control character
/// would make it the name of another (attack row B12).
fn is_here(back: &str) -> bool {
    back.starts_with('/')
        && back.len() <= LONGEST
        && !back.starts_with("//")
        && back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !back.starts_with("/language")
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    fn headers(cookie: &str, accept: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(cookie).unwrap());
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(accept).unwrap());
        headers
    }

    #[test]
    fn the_choice_beats_the_browser_and_nonsense_is_no_choice() {
        let of = |cookie: &str| of_request(&TEXTS, &headers(cookie, "sv,en;q=0.5"), "fr").tag().to_owned();
        assert_eq!(of("__Host-vestibule-language=nl"), "nl");
        assert_eq!(of("other=1"), "sv");
        for nonsense in ["xx", "", "nl\"", "..%2f", "nl; __Host-vestibule-language=fr"] {
            assert_eq!(of(&format!("__Host-vestibule-language={nonsense}")), "sv", "{nonsense}");
        }
        assert_eq!(of_request(&TEXTS, &HeaderMap::new(), "fr").tag(), "fr");
        assert_eq!(of_browser(None).tag(), "en");
        assert_eq!(of_browser(Some(&HeaderValue::from_static("nl-BE"))).tag(), "nl");
    }

    #[test]
    fn b12_the_way_back_stays_on_this_host() {
        for good in ["/", "/contoso.example/sign-in?t=a-b_c", "/x?next=https://evil.example/"] {
            assert!(is_here(good), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "https:/evil.example",
            "javascript:alert(1)",
            "evil.example",
            " /x",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\nSet-Cookie: a=b",
            "/\u{2028}",
            "/language?to=nl&back=/language",
        ] {
            assert!(!is_here(bad), "{bad:?}");
        }
        assert!(!is_here(&format!("/{}", "x".repeat(LONGEST))));
    }

    #[test]
    fn a_choice_is_remembered_if_it_is_one_of_ours() {
        let chosen = choose(&"/language?to=nl&back=%2Fcontoso.example%3Fx%3D1".parse().unwrap());
        assert_eq!(chosen.headers()["location"], "/contoso.example?x=1");
        assert!(
            chosen.headers()["set-cookie"]
                .to_str()
                .unwrap()
                .starts_with("__Host-vestibule-language=nl; Path=/; Secure")
        );
        for odd in ["/language", "/language?to=xx", "/language?to=nl&to=fr", "/language?to=nl%0d%0aX:y"] {
            let answer = choose(&odd.parse().unwrap());
            assert!(!answer.headers().contains_key("set-cookie"), "{odd}");
            assert_eq!(answer.headers()["location"], "/");
        }
    }
}
