//! ID tokens: every check of OpenID Connect Core 1.0 §3.1.3.7 and attack row A10, on one strict reading of the bytes.

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::key_set::{ALGORITHMS, KeySet};
use super::strict_json;
use crate::model::Timestamp;

/// Longest token that is looked at.
const LONGEST: usize = 32 * 1024;
/// How far clocks may differ, in seconds.
pub(super) const LEEWAY: i64 = 120;
/// How old a token may be, in seconds. It was made for the code that we just exchanged.
const OLDEST: i64 = 600;

/// Header members that would let a token bring its own key, or that change how the signature is computed.
const FORBIDDEN: &[&str] = &["jwk", "jku", "x5c", "x5u", "crit", "b64", "zip", "enc", "cty", "p2c", "p2s", "epk"];

/// Why a token is refused.
pub(super) type Reason = &'static str;

/// Why a token is refused, and how far clocks differ if that is why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: Reason,
    /// By how many seconds the clock of whoever made the token is ahead of ours. Of a token that is believed apart from its
    /// times, and was made just now.
    pub(super) clock_ahead: Option<i64>,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { reason, clock_ahead: None }
    }
}

/// What a token must say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    /// Whether keys that name an issuer of theirs sign for that one alone, as Microsoft publishes them: its tenants share
    /// one key set, and a key of one may be no key of another.
    pub(super) key_issuers: bool,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// The code that was exchanged and the access token that came along, for `c_hash` and `at_hash`.
    pub(super) code: &'a str,
    pub(super) access_token: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// What kind of token it is to be, by its header (`typ`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An ID token, or what a client signs.
    Id,
    /// A logout token (OpenID Connect Back-Channel Logout 1.0 §2.4), which may say so and need not.
    Logout,
}

impl Kind {
    /// RFC 8725 §3.11: a token of another kind (access token, our own assertion, a logout token in place of an ID token) is
    /// none. The names are compared without case, like media types.
    fn may_be_called(self, typ: &str) -> bool {
        typ.eq_ignore_ascii_case("JWT") || (self == Self::Logout && typ.eq_ignore_ascii_case("logout+jwt"))
    }
}

/// A token taken apart and not yet believed.
#[derive(Debug)]
pub(super) struct Unverified<'a> {
    algorithm: Algorithm,
    kid: Option<String>,
    signed: &'a str,
    signature: &'a str,
    payload: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Takes an ID token apart.
    pub(super) fn parse(token: &'a str) -> Result<Self, Reason> {
        Self::parse_as(Kind::Id, token)
    }

    /// Takes a compact JWS apart (RFC 7515 §5.2, steps 1 to 7).
    pub(super) fn parse_as(kind: Kind, token: &'a str) -> Result<Self, Reason> {
        if token.len() > LONGEST {
            return Err("the ID token is too long");
        }
        let (signed, signature) = token.rsplit_once('.').ok_or("the ID token is no compact JWS")?;
        let (header, payload) = signed.split_once('.').ok_or("the ID token is no compact JWS")?;
        if payload.contains('.') {
            return Err("the ID token is encrypted or no compact JWS");
        }
        let header = decoded(header)?;
        let header = strict_json::object(&header).map_err(|_| "the header of the ID token is no unambiguous JSON")?;
        if FORBIDDEN.iter().any(|name| header.contains_key(*name)) {
            return Err("the header of the ID token has a forbidden member");
        }
        match header.get("typ") {
            None => {}
            Some(Value::String(typ)) if kind.may_be_called(typ) => {}
            Some(_) => return Err("the ID token is of another type (typ)"),
        }
        let name = header.get("alg").and_then(Value::as_str).ok_or("the ID token names no algorithm (alg)")?;
        let known = ALGORITHMS.iter().find(|(known, _)| *known == name);
        let algorithm = known.map(|(_, algorithm)| *algorithm).ok_or("the algorithm of the ID token is not allowed")?;
        let kid = match header.get("kid") {
            None => None,
            Some(Value::String(kid)) if kid.len() <= 256 => Some(kid.clone()),
            Some(_) => return Err("the key id of the ID token is no short text (kid)"),
        };
        decoded(signature)?;
        Ok(Self { algorithm, kid, signed, signature, payload: decoded(payload)? })
    }

    /// What it says, before anything of it is believed: only to choose what it is compared with.
    pub(super) fn unverified_claims(&self) -> Result<Map<String, Value>, Reason> {
        strict_json::object(&self.payload).map_err(|_| "the ID token is no unambiguous JSON")
    }

    /// Whether `keys` has a key that may have signed this.
    pub(super) fn is_known_to(&self, keys: &KeySet) -> bool {
        !keys.candidates(self.kid.as_deref(), self.algorithm).is_empty()
    }

    /// The name of the algorithm, as metadata has it.
    pub(super) fn algorithm_name(&self) -> &'static str {
        ALGORITHMS.iter().find(|(_, known)| *known == self.algorithm).map_or("", |(name, _)| name)
    }

    /// Verifies the signature alone. What comes back was said by whoever holds the key.
    pub(super) fn signed_claims(&self, keys: &KeySet) -> Result<Map<String, Value>, Reason> {
        // Whoever has several keys and names none may have meant any of them.
        let candidates = match &self.kid {
            Some(kid) => keys.candidates(Some(kid), self.algorithm),
            None => keys.keys.iter().filter(|key| key.algorithms.contains(&self.algorithm)).collect(),
        };
        let signed_by = |key: &&super::key_set::VerifyingKey| {
            jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), &key.key, self.algorithm)
                .unwrap_or(false)
        };
        if !candidates.iter().any(signed_by) {
            return Err("the token is not signed with a key that its owner registered");
        }
        self.unverified_claims()
    }

    /// Verifies signature and claims. What comes back was said by the issuer, to us, just now.
    pub(super) fn verify(&self, keys: &KeySet, expected: &Expected<'_>) -> Result<Map<String, Value>, Refusal> {
        let claims = self.issued_claims(keys, expected.issuer, expected.key_issuers)?;
        check_parties(&claims, expected)?;
        self.check_hashes(&claims, expected)?;
        // Last: only of a token that was made for this very sign-in do its times tell what the clock there says.
        check_times(&claims, expected.now)?;
        Ok(claims)
    }

    /// Verifies the signature by keys that may sign for `issuer`. See [`Expected::key_issuers`].
    pub(super) fn issued_claims(
        &self,
        keys: &KeySet,
        issuer: &str,
        key_issuers: bool,
    ) -> Result<Map<String, Value>, Reason> {
        let candidates = keys.candidates(self.kid.as_deref(), self.algorithm);
        if candidates.is_empty() {
            return Err("the ID token is signed with a key that the provider does not publish");
        }
        let signed_by = |key: &&super::key_set::VerifyingKey| {
            if key_issuers && !key.signs_for(issuer) {
                return false;
            }
            jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), &key.key, self.algorithm)
                .unwrap_or(false)
        };
        if !candidates.iter().any(signed_by) {
            return Err("the signature of the ID token is wrong");
        }
        self.unverified_claims()
    }

    /// OpenID Connect Core 1.0 §3.1.3.6, §3.3.2.11: both optional here; if present they must fit.
    fn check_hashes(&self, claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Reason> {
        if let Some(hash) = claims.get("at_hash") {
            let token = expected.access_token.ok_or("the ID token has at_hash, but no access token came along")?;
            if !self.is_half_hash(hash, token) {
                return Err("the access token was swapped (at_hash)");
            }
        }
        if claims.get("c_hash").is_some_and(|hash| !self.is_half_hash(hash, expected.code)) {
            return Err("the code was swapped (c_hash)");
        }
        Ok(())
    }

    fn is_half_hash(&self, claimed: &Value, text: &str) -> bool {
        // Ed25519 hashes with SHA-512 (RFC 8032 §5.1); all others on our list with SHA-256.
        let algorithm = if self.algorithm == Algorithm::EdDSA { &digest::SHA512 } else { &digest::SHA256 };
        let whole = digest::digest(algorithm, text.as_bytes());
        let half = whole.as_ref().get(..whole.as_ref().len() / 2).unwrap_or_default();
        claimed.as_str().is_some_and(|claimed| claimed == BASE64URL_NOPAD.encode(half))
    }
}

/// `iss`, `aud`, `azp`, `sub`, `nonce`.
fn check_parties(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Reason> {
    check_issuer_and_audience(claims, expected.issuer, expected.client_id)?;
    if !claims.get("sub").and_then(Value::as_str).is_some_and(is_subject) {
        return Err("the ID token has no proper subject (sub)");
    }
    let nonce = claims.get("nonce").and_then(Value::as_str).ok_or("the ID token has no nonce")?;
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err("the ID token belongs to another sign-in (nonce)");
    }
    Ok(())
}

/// `iss`, `aud`, `azp`.
pub(super) fn check_issuer_and_audience(
    claims: &Map<String, Value>,
    issuer: &str,
    client_id: &str,
) -> Result<(), Reason> {
    // Byte for byte, without any normalization (attack row A11).
    if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err("the ID token is from another issuer (iss)");
    }
    let azp = claims.get("azp");
    if azp.is_some_and(|azp| azp.as_str() != Some(client_id)) {
        return Err("the ID token was made for another party (azp)");
    }
    let ours = |audience: &Value| audience.as_str() == Some(client_id);
    match claims.get("aud") {
        Some(audience @ Value::String(_)) if ours(audience) => {}
        Some(Value::Array(audiences)) if audiences.iter().any(ours) && audiences.iter().all(Value::is_string) => {
            if audiences.len() > 1 && azp.is_none() {
                return Err("the ID token has several audiences and does not say for whom it was made (azp)");
            }
        }
        _ => return Err("the ID token is for somebody else (aud)"),
    }
    Ok(())
}

/// OpenID Connect Core 1.0 §2: at most 255 ASCII characters. Compared byte for byte and never cleaned, so what could
/// be mistaken for something else has no place in it (attack row A15).
pub(super) fn is_subject(subject: &str) -> bool {
    (1..=255).contains(&subject.len()) && subject.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// `exp`, `iat`, `nbf`.
pub(super) fn check_times(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
    let now = now.seconds();
    let expires = numeric_date(claims, "exp")?.ok_or("the ID token has no expiry (exp)")?;
    let issued = numeric_date(claims, "iat")?.ok_or("the ID token does not say when it was made (iat)")?;
    // A token that was made at the right time, and is refused for another, is only badly made.
    let ahead = issued.saturating_sub(now);
    let clock_ahead = (ahead.saturating_abs() > LEEWAY).then_some(ahead);
    check_span(expires, issued, numeric_date(claims, "nbf")?, now).map_err(|reason| Refusal { reason, clock_ahead })
}

fn check_span(expires: i64, issued: i64, from: Option<i64>, now: i64) -> Result<(), Reason> {
    if expires.saturating_add(LEEWAY) <= now {
        return Err("the ID token has expired (exp)");
    }
    if issued > now.saturating_add(LEEWAY) {
        return Err("the ID token is from the future (iat)");
    }
    if issued < now.saturating_sub(OLDEST) {
        return Err("the ID token is too old (iat)");
    }
    if from.is_some_and(|from| from > now.saturating_add(LEEWAY)) {
        return Err("the ID token is not valid yet (nbf)");
    }
    Ok(())
}

/// RFC 7519 §2: a number. A text that looks like one is refused (CVE-2026-25537).
pub(super) fn numeric_date(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, Reason> {
    const REFUSED: Reason = "a time in the ID token is no number of seconds";
    /// Beyond the year 9999 nobody means it.
    const LAST: i64 = 253_402_300_799;
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = match value.as_i64() {
        Some(seconds) => seconds,
        // Fractions are allowed; the cast saturates and the range is checked below.
        #[expect(clippy::cast_possible_truncation, reason = "floor of a number that is checked to be in range")]
        None => value.as_f64().ok_or(REFUSED)?.floor() as i64,
    };
    if (0..=LAST).contains(&seconds) { Ok(Some(seconds)) } else { Err(REFUSED) }
}

fn decoded(part: &str) -> Result<Vec<u8>, Reason> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| "a part of the ID token is no base64url")
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RsaPublicKeyComponents};
    use serde_json::json;

    use super::*;

    // Made once with OpenSSL: a sound token under an RSA key of 1024 bits, which our own library refuses to make.
    const MODULUS: &str = concat!(
        "rYDpNHyTlSgc0h2Zg-2aRbTYqntDkjI41WIun1hWP6rQugH57vdS1QOOEk41eMDgt1DjUQG6V7XbEkt9_34VFTn48VSnyVJ8UNuE",
        "Nh6fCvYBTHFZWTHOdUHKSn37yQmx5OGlg-eIZea47EGyqjYjGbmhy9es8AmWaUpIfT5nAzk",
    );
    const SIGNED: &str = concat!(
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IndlYWsifQ.eyJpc3MiOiJodHRwczovL2h4LmV4YW1wbGUiLCJhdWQiOiJ1cyIsInN1YiI6I",
        "jEiLCJub25jZSI6Im4iLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDMwMH0",
    );
    const SIGNATURE: &str = concat!(
        "OcwFf3AmAHtWDMbCYU7tJa-dw3Daf_XXz3_43uAjq1VK5PzI8Cwa22mRUYo7UvE5A4QyPO6R5ZPBLmoTjZRH0GRVW0CtJCE7wrGM",
        "l-8B2LcSYhpa2SogDwYUdJkaCt-lffTzZBtp5calYySbTjH7PLyQnkSmLRsuUi3t3aXh8-Q",
    );

    #[test]
    fn a10_a_sound_signature_of_a_weak_key_is_refused() {
        let jwk = json!({ "kty": "RSA", "kid": "weak", "n": MODULUS, "e": "AQAB" });
        let keys = KeySet::parse(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap();
        let token = format!("{SIGNED}.{SIGNATURE}");
        let expected = Expected {
            issuer: "https://hx.example",
            key_issuers: false,
            client_id: "us",
            nonce: "n",
            code: "c",
            access_token: None,
            now: Timestamp::from_seconds(1_700_000_010),
        };
        let refused = Unverified::parse(&token).unwrap().verify(&keys, &expected);
        let reason = "the ID token is signed with a key that the provider does not publish";
        assert_eq!(refused, Err(Refusal::from(reason)));

        // Negative control: whoever does not look at the length finds nothing wrong.
        let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let weak = RsaPublicKeyComponents { n: decode(MODULUS), e: vec![1, 0, 1] };
        let algorithm = &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;
        assert!(weak.verify(algorithm, SIGNED.as_bytes(), &decode(SIGNATURE)).is_ok());
        let claims = strict_json::object(&Unverified::parse(&token).unwrap().payload).unwrap();
        assert!(check_parties(&claims, &expected).is_ok() && check_times(&claims, expected.now).is_ok());
    }

    #[test]
    fn clocks_that_differ_are_told_from_tokens_that_are_badly_made() {
        const NOW: i64 = 1_700_000_000;
        let ahead = |made: i64, lives: i64, from: i64| {
            let claims = json!({ "iat": NOW + made, "exp": NOW + made + lives, "nbf": NOW + from });
            let checked = check_times(claims.as_object().unwrap(), Timestamp::from_seconds(NOW));
            checked.map_err(|refusal| refusal.clock_ahead)
        };
        assert_eq!(ahead(120, 300, 0), Ok(()), "within the leeway");
        assert_eq!(ahead(121, 300, 0), Err(Some(121)));
        assert_eq!(ahead(-600, 3600, 0), Ok(()));
        assert_eq!(ahead(-601, 3600, 0), Err(Some(-601)));
        assert_eq!(ahead(-500, 300, 0), Err(Some(-500)), "expired, since its maker is behind");
        assert_eq!(ahead(0, -300, 0), Err(None), "made just now, and expired");
        assert_eq!(ahead(0, 300, 500), Err(None), "made just now, for later");
    }
}
