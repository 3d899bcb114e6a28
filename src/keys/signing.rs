//! Signing: one ES256 key per tenant, its compact JWS and its public JWK.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{KeysError, sha256};

/// The signing key of a tenant.
pub(super) struct SigningKey {
    pair: EcdsaKeyPair,
    kid: String,
    x: String,
    y: String,
}

impl SigningKey {
    /// Makes a key and its PKCS#8 form. The bytes come from the generator of the crypto library, which the operating
    /// system seeds: it takes no other.
    pub(super) fn generate() -> Result<(Self, Zeroizing<Vec<u8>>), KeysError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeysError::Crypto)?;
        let document = pair.to_pkcs8v1().map_err(|_| KeysError::Crypto)?;
        let plain = Zeroizing::new(document.as_ref().to_vec());
        Ok((Self::from_pair(pair)?, plain))
    }

    pub(super) fn from_pkcs8(plain: &[u8]) -> Result<Self, KeysError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, plain).map_err(|_| KeysError::Crypto)?;
        Self::from_pair(pair)
    }

    fn from_pair(pair: EcdsaKeyPair) -> Result<Self, KeysError> {
        // SEC 1 §2.3.3: 0x04, then both coordinates of 32 bytes.
        let (x, y) = match pair.public_key().as_ref().split_first() {
            Some((4, point)) if point.len() == 64 => point.split_at_checked(32).ok_or(KeysError::Crypto)?,
            _ => return Err(KeysError::Crypto),
        };
        let (x, y) = (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y));
        // RFC 7638 §3.2: the required members in lexical order, without spaces.
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = BASE64URL_NOPAD.encode(&sha256(members.as_bytes()));
        Ok(Self { pair, kid, x, y })
    }

    /// RFC 7638 thumbprint.
    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    /// RFC 7515 §7.1: the compact form.
    pub(super) fn sign<C: Serialize>(&self, typ: &str, claims: &C) -> Result<String, KeysError> {
        let header = json!({ "alg": "ES256", "kid": self.kid, "typ": typ }).to_string();
        let claims = serde_json::to_vec(claims).map_err(|_| KeysError::Claims)?;
        let mut jws = format!("{}.{}", BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(&claims));
        let signature = self.pair.sign(&SystemRandom::new(), jws.as_bytes()).map_err(|_| KeysError::Crypto)?;
        jws.push('.');
        BASE64URL_NOPAD.encode_append(signature.as_ref(), &mut jws);
        Ok(jws)
    }

    /// The public half.
    pub(super) fn jwk(&self) -> Value {
        json!({ "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y, "kid": self.kid, "use": "sig", "alg": "ES256" })
    }
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
