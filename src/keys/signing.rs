//! Signing: the ES256 and RS256 keys of a tenant, their compact JWS and their public JWKs.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::{KeysError, sha256, step_back};
use crate::model::{SigningAlgorithm, Timestamp};

/// A signing key of a tenant.
pub(super) struct SigningKey {
    pair: Pair,
    kid: String,
    jwk: Value,
    /// When it was made; decides from when on it signs and until when it is published.
    pub(super) created_at: Timestamp,
}

enum Pair {
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

impl SigningKey {
    /// Makes a key and its PKCS#8 form. The bytes come from the generator of the crypto library, which the operating
    /// system seeds: it takes no other. RS256 takes a tenth of a second and more; see [`SigningKey::generate_aside`].
    pub(super) fn generate(
        algorithm: SigningAlgorithm,
        now: Timestamp,
    ) -> Result<(Self, Zeroizing<Vec<u8>>), KeysError> {
        let (pair, plain) = match algorithm {
            SigningAlgorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeysError::Crypto)?;
                let document = pair.to_pkcs8v1().map_err(|_| KeysError::Crypto)?;
                let plain = Zeroizing::new(document.as_ref().to_vec());
                (Pair::Es256(pair), plain)
            }
            SigningAlgorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeysError::Crypto)?;
                let document = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| KeysError::Crypto)?;
                let plain = Zeroizing::new(document.as_ref().to_vec());
                (Pair::Rs256(pair), plain)
            }
        };
        Ok((Self::from_pair(pair, now)?, plain))
    }

    /// The same on a thread of its own that lets the traffic pass first (decision 18).
    pub(super) async fn generate_aside(
        algorithm: SigningAlgorithm,
        now: Timestamp,
    ) -> Result<(Self, Zeroizing<Vec<u8>>), KeysError> {
        let (done, made) = tokio::sync::oneshot::channel();
        let work = move || {
            step_back();
            // Nobody waits any more if the caller hung up; the key is made anew for the next one.
            let _ = done.send(Self::generate(algorithm, now));
        };
        std::thread::Builder::new().name("keys".to_owned()).spawn(work).map_err(|_| KeysError::Crypto)?;
        made.await.map_err(|_| KeysError::Crypto)?
    }

    pub(super) fn from_pkcs8(
        algorithm: SigningAlgorithm,
        plain: &[u8],
        created_at: Timestamp,
    ) -> Result<Self, KeysError> {
        let pair = match algorithm {
            SigningAlgorithm::Es256 => Pair::Es256(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, plain).map_err(|_| KeysError::Crypto)?,
            ),
            SigningAlgorithm::Rs256 => Pair::Rs256(RsaKeyPair::from_pkcs8(plain).map_err(|_| KeysError::Crypto)?),
        };
        Self::from_pair(pair, created_at)
    }

    fn from_pair(pair: Pair, created_at: Timestamp) -> Result<Self, KeysError> {
        // RFC 7638 §3.2: the required members in lexical order, without spaces.
        let (members, mut jwk) = match &pair {
            Pair::Es256(pair) => {
                // SEC 1 §2.3.3: 0x04, then both coordinates of 32 bytes.
                let (x, y) = match pair.public_key().as_ref().split_first() {
                    Some((4, point)) if point.len() == 64 => point.split_at_checked(32).ok_or(KeysError::Crypto)?,
                    _ => return Err(KeysError::Crypto),
                };
                let (x, y) = (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y));
                let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
                (members, json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256" }))
            }
            Pair::Rs256(pair) => {
                let (modulus, exponent) = rsa_components(pair.public_key().as_ref()).ok_or(KeysError::Crypto)?;
                let (n, e) = (BASE64URL_NOPAD.encode(modulus), BASE64URL_NOPAD.encode(exponent));
                let members = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
                (members, json!({ "kty": "RSA", "n": n, "e": e, "alg": "RS256" }))
            }
        };
        let kid = BASE64URL_NOPAD.encode(&sha256(members.as_bytes()));
        if let Some(jwk) = jwk.as_object_mut() {
            jwk.insert("kid".to_owned(), Value::String(kid.clone()));
            jwk.insert("use".to_owned(), Value::String("sig".to_owned()));
        }
        Ok(Self { pair, kid, jwk, created_at })
    }

    /// RFC 7638 thumbprint.
    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) fn algorithm(&self) -> SigningAlgorithm {
        match self.pair {
            Pair::Es256(_) => SigningAlgorithm::Es256,
            Pair::Rs256(_) => SigningAlgorithm::Rs256,
        }
    }

    /// RFC 7515 §7.1: the compact form.
    pub(super) fn sign<C: Serialize>(&self, typ: &str, claims: &C) -> Result<String, KeysError> {
        let header = json!({ "alg": self.algorithm().as_str(), "kid": self.kid, "typ": typ }).to_string();
        let claims = serde_json::to_vec(claims).map_err(|_| KeysError::Claims)?;
        let mut jws = format!("{}.{}", BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(&claims));
        let signature = match &self.pair {
            Pair::Es256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), jws.as_bytes()).map_err(|_| KeysError::Crypto)?;
                signature.as_ref().to_vec()
            }
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), jws.as_bytes(), &mut signature)
                    .map_err(|_| KeysError::Crypto)?;
                signature
            }
        };
        jws.push('.');
        BASE64URL_NOPAD.encode_append(&signature, &mut jws);
        Ok(jws)
    }

    /// Whether this key made `signature` over `signed`.
    fn made(&self, signed: &[u8], signature: &[u8]) -> bool {
        match &self.pair {
            Pair::Es256(pair) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref()).verify(signed, signature)
            }
            Pair::Rs256(pair) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
                .verify(signed, signature),
        }
        .is_ok()
    }

    /// The public half.
    pub(super) fn jwk(&self) -> Value {
        self.jwk.clone()
    }
}

/// The claims of a compact JWS of exactly this `typ` that one of `keys` signed, with the key's own algorithm. The header
/// may hold nothing else: no other algorithm, no key inside the header, no critical extension (attack rows A10, J7).
pub(super) fn verified_claims<'a>(
    mut keys: impl Iterator<Item = &'a SigningKey>,
    typ: &str,
    jws: &str,
) -> Option<Map<String, Value>> {
    let (signed, signature) = jws.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(header.as_bytes()).ok()?).ok()?;
    let kid = header.get("kid")?.as_str()?;
    let key = keys.find(|key| key.kid == kid)?;
    if header != json!({ "alg": key.algorithm().as_str(), "kid": kid, "typ": typ }) {
        return None;
    }
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    if !key.made(signed.as_bytes(), &signature) {
        return None;
    }
    match serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?).ok()? {
        Value::Object(claims) => Some(claims),
        _ => None,
    }
}

/// Modulus and exponent of a PKCS#1 `RSAPublicKey` (RFC 8017 §A.1.1), without leading zeros (RFC 7518 §6.3.1).
fn rsa_components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = der_element(der, 0x30)?;
    let (modulus, rest) = der_element(sequence, 0x02)?;
    let (exponent, _) = der_element(rest, 0x02)?;
    let bare = |bytes: &'_ [u8]| -> usize { bytes.iter().take_while(|byte| **byte == 0).count() };
    Some((modulus.get(bare(modulus)..)?, exponent.get(bare(exponent)..)?))
}

/// The content of a DER element with this tag at the beginning of `bytes`, and what follows it (X.690 §8.1.3).
fn der_element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// Whether `jws` (RFC 7515 appendix F: detached content) is an ES256 signature over `payload`, of exactly this `typ`, by a
/// key of the JWK Set. Nothing else is accepted: no other algorithm, no key inside the header, no critical extension.
pub fn verify_detached(keys: &Value, typ: &str, jws: &str, payload: &[u8]) -> bool {
    verified(keys, typ, jws, payload).is_some()
}

fn verified(keys: &Value, typ: &str, jws: &str, payload: &[u8]) -> Option<()> {
    let (header, signature) = jws.split_once("..")?;
    let decoded: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(header.as_bytes()).ok()?).ok()?;
    let members = decoded.as_object()?;
    let kid = decoded.get("kid")?.as_str()?;
    let expected = json!({ "alg": "ES256", "kid": kid, "typ": typ });
    if members != expected.as_object()? {
        return None;
    }
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    let signed = format!("{header}.{}", BASE64URL_NOPAD.encode(payload));
    let mut keys = keys.get("keys")?.as_array()?.iter();
    let key = keys.find(|key| key.get("kid").and_then(Value::as_str) == Some(kid))?;
    if key.get("kty")?.as_str()? != "EC" || key.get("crv")?.as_str()? != "P-256" {
        return None;
    }
    let coordinate = |name: &str| BASE64URL_NOPAD.decode(key.get(name)?.as_str()?.as_bytes()).ok();
    let point = [vec![4], coordinate("x")?, coordinate("y")?].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &signature).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::Signer;

    /// Our own tokens, read by whoever is shown one: the families of Wycheproof's broken tokens.
    #[test]
    fn a10_j7_no_broken_form_of_a_token_of_ours_counts() {
        for algorithm in [SigningAlgorithm::Es256, SigningAlgorithm::Rs256] {
            let (key, _) = SigningKey::generate(algorithm, Timestamp::from_seconds(0)).unwrap();
            let (kid, keys) = (key.kid().to_owned(), [&key]);
            let sign = |input: &[u8]| match &key.pair {
                Pair::Es256(pair) => pair.sign(&SystemRandom::new(), input).unwrap().as_ref().to_vec(),
                Pair::Rs256(pair) => {
                    let mut signature = vec![0; pair.public_modulus_len()];
                    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input, &mut signature).unwrap();
                    signature
                }
            };
            let signer = Signer {
                header: json!({ "alg": algorithm.as_str(), "kid": kid, "typ": "at+jwt" }),
                payload: json!({ "sub": "ada" }).to_string(),
                sign: &sign,
                public: vec![key.jwk().to_string().into_bytes(), key.kid().as_bytes().to_vec(), Vec::new()],
            };
            let claims = |token: &str| verified_claims(keys.into_iter(), "at+jwt", token);
            assert_eq!(claims(&signer.sound()).unwrap()["sub"], "ada");
            let broken = signer.broken();
            for (family, token) in &broken {
                assert!(claims(token).is_none(), "{algorithm:?}: {family} counts: {token}");
            }
            println!("broken tokens of ours under {}: {} refused", algorithm.as_str(), broken.len());
            assert!(broken.len() > 150);
        }
    }

    #[test]
    fn der_that_is_none_is_refused() {
        let key = [0x30, 0x08, 0x02, 0x02, 0x00, 0xc3, 0x02, 0x02, 0x01, 0x01];
        assert_eq!(rsa_components(&key), Some((&[0xc3][..], &[0x01, 0x01][..])));
        for length in 0..key.len() {
            assert_eq!(rsa_components(&key[..length]), None, "{length}");
        }
        assert_eq!(der_element(&[0x30, 0x85, 1, 1, 1, 1, 1], 0x30), None, "a length of five bytes");
        assert_eq!(der_element(&[0x31, 0x00], 0x30), None, "another tag");
    }
}
