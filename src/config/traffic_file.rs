//! What of HTTP an application allows beyond the default: `public`, `cors_preflight`, `cors_origins`, `keep_forms`, `trailers`,
//! `max_body`.

use url::Url;

use super::section::Section;
use super::values;
use crate::model::{Preflight, PublicRoute, Traffic};

/// Largest limit that can be typed: more than any body has.
const MOST: u64 = 1 << 50;

/// Reads the keys of one `[[applications]]`.
pub(super) fn read(section: &Section<'_>) -> Traffic {
    let hint = r#"write addresses like "/robots.txt", "/assets/*" (all below) or "POST /hooks/build", plainly spelled"#;
    let route = |text: &str| text.parse::<PublicRoute>().map_err(|fault| format!("`{text}` {fault}"));
    let public = section.list("public", route, hint).unwrap_or_default();
    let words = [("refuse", Preflight::Refuse), ("forward", Preflight::Forward)];
    let hint = "refuse demands a session, which preflights never carry; forward lets the app answer";
    let preflight = section.parsed("cors_preflight", values::one_of(&words), hint);
    let hint = "write origins as browsers send them, e.g. https://portal.example";
    let cors_origins = section.list("cors_origins", origin, hint).unwrap_or_default();
    let keep_forms = section.boolean("keep_forms", false);
    let trailers = section.boolean("trailers", false);
    let max_body = section.number("max_body", 0, 1..=MOST);
    Traffic {
        public: public.into_iter().map(|route| route.value).collect(),
        preflight: preflight.map_or(Preflight::Refuse, |preflight| preflight.value),
        cors_origins: cors_origins.into_iter().map(|origin| origin.value).collect(),
        keep_forms,
        trailers,
        max_body: (max_body > 0).then_some(max_body),
    }
}

/// An origin as it stands in `Origin` (RFC 6454 §6.2); no wildcard, for its scripts act with the guest's session.
fn origin(text: &str) -> Result<String, String> {
    let is_one = !text.contains('*')
        && Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text);
    if is_one { Ok(text.to_owned()) } else { Err(format!("`{text}` is no origin")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        for text in ["https://portal.example", "https://portal.example:8443", "http://localhost:3000"] {
            assert!(origin(text).is_ok(), "{text}");
        }
        for text in [
            "*",
            "null",
            "",
            "portal.example",
            "https://portal.example/",
            "https://Portal.example",
            "https://portal.example:443",
            "https://*.example",
            "ws://portal.example",
            "https://u@portal.example",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
