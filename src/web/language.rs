//! Which language a request gets.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

use crate::i18n::{Language, Texts};

/// The language for a request: what the guest chose before, then what the browser asks for, then the tenant's own.
pub fn of_request(texts: &Texts, headers: &HeaderMap, stored: Option<&str>, tenant_default: &str) -> Language {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    texts.negotiate(asked, stored, tenant_default)
}
