//! The files that pages need, under addresses that contain the hash of their content.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use axum::body::Body;
use http::header::{self, HeaderValue};
use http::{Response, StatusCode};

use crate::web::headers;

/// The script of a sign-in: it copies the fragment of the address into forms, and pages work without it (decision 13).
pub const FRAGMENT_SCRIPT: &str = include_str!("assets/fragment.js");

/// The script of a page that may ask for a passkey: the same, and the browser's part of a passkey ceremony. What needs
/// it stays hidden without it.
pub const PASSKEY_SCRIPT: &str = concat!(include_str!("assets/fragment.js"), "\n", include_str!("assets/passkey.js"));

/// The style sheet.
pub const STYLE: &str = include_str!("assets/vestibule.css");

/// The product's mark: an open door.
pub const MARK: &str = include_str!("assets/mark.svg");

/// Prefix of all addresses of files.
pub const PREFIX: &str = "/assets/";

struct Asset {
    url: String,
    content_type: &'static str,
    content: &'static str,
}

static ASSETS: LazyLock<[Asset; 2]> = LazyLock::new(|| {
    [Asset::new("vestibule.css", "text/css; charset=utf-8", STYLE), Asset::new("mark.svg", "image/svg+xml", MARK)]
});

impl Asset {
    fn new(name: &str, content_type: &'static str, content: &'static str) -> Self {
        Self { url: format!("{PREFIX}{}/{name}", content_hash(content.as_bytes())), content_type, content }
    }
}

/// The part of an address that changes whenever the content does.
pub fn content_hash(content: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, content);
    data_encoding::HEXLOWER.encode(hash.as_ref()).chars().take(16).collect()
}

/// Address of the style sheet.
pub fn style_url() -> &'static str {
    let [style, _] = &*ASSETS;
    &style.url
}

/// Address of the product's mark.
pub fn mark_url() -> &'static str {
    let [_, mark] = &*ASSETS;
    &mark.url
}

/// Answers a request below [`PREFIX`]; `None` if there is no such file.
pub fn answer(path: &str) -> Option<Response<String>> {
    let asset = ASSETS.iter().find(|asset| asset.url == path)?;
    Some(file(asset.content_type, asset.content.to_owned()))
}

/// A text file of ours whose address contains its hash.
pub fn file(content_type: &'static str, content: String) -> Response<String> {
    let mut response = Response::new(content);
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers::for_immutable_file(response.headers_mut());
    response
}

/// A picture whose address contains its hash: PNG or WebP, as was checked when it was loaded.
pub fn image(content: Vec<u8>) -> Response<Body> {
    bytes(if content.starts_with(b"RIFF") { "image/webp" } else { "image/png" }, content)
}

/// A file that is no text, under an address that contains its hash.
pub fn bytes(content_type: &'static str, content: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(content));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers::for_immutable_file(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_hash_only() {
        let answer_to_style = answer(style_url()).unwrap();
        assert_eq!(answer_to_style.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(answer_to_style.headers()["x-content-type-options"], "nosniff");
        assert_eq!(answer(mark_url()).unwrap().headers()["content-type"], "image/svg+xml");
        assert!(answer("/assets/0000000000000000/vestibule.css").is_none());
        assert!(answer("/assets/../Cargo.toml").is_none());
    }

    #[test]
    fn the_style_sheet_fetches_nothing() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"), "a page of ours asks no other host");
        assert!(!MARK.contains("href") && !MARK.contains("script"));
    }
}
