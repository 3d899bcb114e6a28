//! A QR code as an SVG picture inside the page, so that nothing about the secret in it ever stands in an address of ours.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code (ISO/IEC 18004 §6.3.8).
const QUIET: i32 = 4;
/// What a `data:` address may hold as it is; everything else is encoded.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'/').remove(b' ').remove(b'=').remove(b':');

/// The picture as a `data:` address; `None` if the text is too long for any code.
pub fn data_address(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    // Dark on light whatever the colours of the page are: many readers do not know inverted codes.
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {side} {side}' shape-rendering='crispEdges'>\
         <path fill='white' d='M0 0h{side}v{side}H0z'/><path d='{path}'/></svg>"
    );
    Some(format!("data:image/svg+xml,{}", utf8_percent_encode(&svg, PLAIN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_one_safe_attribute_and_holds_no_text() {
        let uri = "otpauth://totp/Vestibule:guest%40mail.example?secret=GEZDGNBVGY3TQOJQ&issuer=Vestibule";
        let address = data_address(uri).unwrap();
        assert!(address.starts_with("data:image/svg+xml,%3Csvg"));
        assert!(!address.contains(['"', '\'', '<', '>', '&', '#']) && !address.contains("GEZD"));
        assert_ne!(data_address("another"), Some(address));
        assert_eq!(data_address(&"x".repeat(5_000)), None);
    }
}
