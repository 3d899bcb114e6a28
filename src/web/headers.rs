//! The headers that every page and file of ours carries.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// What any page may do: show our style and images, and send forms to us. Nothing else (decision 12, attack rows D6, I1).
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                           frame-ancestors 'none'; base-uri 'none'";

/// Features of the browser that no page of ours uses.
const NO_FEATURES: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), \
                           midi=(), payment=(), usb=(), interest-cohort=()";

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Sets the headers of a page. `script` is the one inline script on it, if any: it is allowed by its hash, and no other.
pub fn for_page(headers: &mut HeaderMap, script: Option<&str>) {
    headers.insert(header::CONTENT_SECURITY_POLICY, content_security_policy(script));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for_everything(headers);
}

/// Lets the page's form go to another origin as well: to a client that asked for its answer as a form, and to no other.
pub fn may_send_to(headers: &mut HeaderMap, origin: &str) {
    let Some(policy) = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok()) else {
        return;
    };
    // An origin as the URL standard writes it has neither space nor semicolon.
    let policy = policy.replace("form-action 'self'", &format!("form-action {origin}"));
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Sets the headers of a file whose address contains the hash of its content.
pub fn for_immutable_file(headers: &mut HeaderMap) {
    // A style sheet or image that is opened by itself may do nothing.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    for_everything(headers);
}

/// Sets the headers of a document that a tenant stores, such as the PDF of its terms: nothing in it may run or reach
/// out, and it stays out of shared caches (decision 1).
pub fn for_tenant_document(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    for_everything(headers);
}

fn for_everything(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(NO_FEATURES));
    // Redemption links must not end up in a search engine (attack row B3).
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
}

fn content_security_policy(script: Option<&str>) -> HeaderValue {
    let Some(script) = script else { return HeaderValue::from_static(PAGE_POLICY) };
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, script.as_bytes());
    let hash = data_encoding::BASE64.encode(hash.as_ref());
    HeaderValue::try_from(format!("{PAGE_POLICY}; script-src 'sha256-{hash}'"))
        .unwrap_or_else(|_| HeaderValue::from_static(PAGE_POLICY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(script: Option<&str>) -> String {
        let mut headers = HeaderMap::new();
        for_page(&mut headers, script);
        headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    }

    #[test]
    fn i1_a_page_without_script_allows_none() {
        assert_eq!(
            policy(None),
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'"
        );
    }

    #[test]
    fn i1_a_script_is_allowed_by_hash_only() {
        // echo -n 'alert(1)' | openssl dgst -sha256 -binary | base64
        let allowed = policy(Some("alert(1)"));
        assert!(allowed.ends_with("; script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{allowed}");
        assert!(!allowed.contains("unsafe"));
    }

    #[test]
    fn d6_pages_cannot_be_framed_and_are_never_stored() {
        let mut headers = HeaderMap::new();
        for_page(&mut headers, None);
        assert_eq!(headers["x-frame-options"], "DENY");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        assert_eq!(headers["cache-control"], "no-store");
        assert!(headers.contains_key("permissions-policy"));
    }
}
