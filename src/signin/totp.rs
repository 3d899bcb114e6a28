//! Time-based one-time passwords of authenticator apps (RFC 6238), and the address that such an app reads from a QR code.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;

use crate::model::Timestamp;

/// Length of a secret in bytes: that of the hash (RFC 4226 §4, R6).
pub const SECRET_LENGTH: usize = 20;
/// What every authenticator app understands: six digits, a step of 30 seconds, SHA-1. HMAC does not need a hash without
/// collisions, and others than these are ignored by common apps.
const DIGITS: u32 = 6;
const STEP_SECONDS: i64 = 30;
/// One step of the past and one of the future: clocks of phones differ (RFC 6238 §5.2).
const DRIFT: u64 = 1;

/// Everything but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The step whose code was typed: one around `now`, and later than the last one used, so that no code works twice. The
/// same work is done whether it is found or not.
pub fn matching_step(secret: &[u8], typed: &str, now: Timestamp, last_step: u64) -> Option<u64> {
    let current = step_at(now);
    let mut found = None;
    for step in current.saturating_sub(DRIFT)..=current.saturating_add(DRIFT) {
        let same: bool = code(secret, step, DIGITS).as_bytes().ct_eq(typed.as_bytes()).into();
        if same && step > last_step {
            found = Some(step);
        }
    }
    found
}

/// The code of this moment, as an app shows it.
pub fn code_at(secret: &[u8], now: Timestamp) -> String {
    code(secret, step_at(now), DIGITS)
}

/// The secret as people type it: base 32 in groups of four.
pub fn spelled(secret: &[u8]) -> String {
    let text = BASE32_NOPAD.encode(secret);
    let groups: Vec<&str> = text.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(" ")
}

/// The address behind the QR code. `issuer` and `label` are what the app lists.
pub fn key_uri(secret: &[u8], issuer: &str, label: &str) -> String {
    let issuer = utf8_percent_encode(issuer, ENCODED).to_string();
    let label = utf8_percent_encode(label, ENCODED);
    let secret = BASE32_NOPAD.encode(secret);
    format!(
        "otpauth://totp/{issuer}:{label}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    )
}

fn step_at(now: Timestamp) -> u64 {
    u64::try_from(now.seconds().div_euclid(STEP_SECONDS)).unwrap_or(0)
}

/// RFC 4226 §5.3, dynamic truncation.
fn code(secret: &[u8], step: u64, digits: u32) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let number = bytes.iter().skip(offset).take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    let number = (number & 0x7fff_ffff) % 10_u32.pow(digits);
    format!("{number:0width$}", width = digits as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238_appendix_b() {
        let rows = [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ];
        for (seconds, expected) in rows {
            let now = Timestamp::from_seconds(seconds);
            assert_eq!(code(SECRET, step_at(now), 8), expected, "{seconds}");
            assert_eq!(code_at(SECRET, now), expected[2..], "{seconds}");
        }
    }

    #[test]
    fn the_vectors_of_rfc_4226_appendix_d() {
        let expected =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (counter, expected) in expected.iter().enumerate() {
            assert_eq!(code(SECRET, counter as u64, 6), *expected);
        }
    }

    #[test]
    fn t148_a_code_works_once_and_only_around_its_time() {
        let at = |seconds: i64| Timestamp::from_seconds(1_800_000_000 + seconds);
        let typed = code_at(SECRET, at(0));
        let step = step_at(at(0));
        for (seconds, fits) in [(-61, false), (-30, true), (0, true), (29, true), (30, true), (59, true), (60, false)] {
            assert_eq!(matching_step(SECRET, &typed, at(seconds), 0), fits.then_some(step), "{seconds}");
        }
        assert_eq!(matching_step(SECRET, &typed, at(0), step), None, "a replay");
        assert_eq!(matching_step(SECRET, &typed, at(0), step + 1), None, "older than the last one used");
        assert_eq!(matching_step(SECRET, &typed, at(0), step - 1), Some(step));
        // The control: without the memory of the last step, the same code works again.
        assert_eq!(matching_step(SECRET, &typed, at(1), 0), Some(step));
    }

    #[test]
    fn only_the_six_digits_themselves_fit() {
        let now = Timestamp::from_seconds(59);
        assert_eq!(code_at(SECRET, now), "287082");
        for wrong in
            ["", "28708", "2870820", "94287082", " 287082", "287082\0", "２８７０８２", "287083", "-287082", "+287082"]
        {
            assert_eq!(matching_step(SECRET, wrong, now, 0), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_the_app_reads_carries_names_safely() {
        assert_eq!(
            key_uri(SECRET, "Vestibule & Söhne", "guest@mail.example"),
            "otpauth://totp/Vestibule%20%26%20S%C3%B6hne:guest%40mail.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Vestibule%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(spelled(SECRET), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
