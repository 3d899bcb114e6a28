//! A provider's public keys, as far as they are fit to verify ID tokens.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::strict_json;
use crate::model::TENANT_PLACEHOLDER;

/// A set with more keys is no honest one.
const MOST_KEYS: usize = 32;

/// The algorithms we believe: asymmetric ones, each of full strength (RFC 8725 §3.1, §3.2).
pub(super) const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RS256),
    ("PS256", Algorithm::PS256),
    ("ES256", Algorithm::ES256),
    ("EdDSA", Algorithm::EdDSA),
];

/// The usable keys of a JWK Set.
#[derive(Debug)]
pub(super) struct KeySet {
    pub(super) keys: Vec<VerifyingKey>,
    /// Why the others are not usable, for `vestibule idp test`.
    pub(super) unusable: Vec<String>,
}

/// One usable key.
pub(super) struct VerifyingKey {
    pub(super) kid: Option<String>,
    /// The algorithms it can verify.
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) key: DecodingKey,
    /// The issuer that it says it signs for; Microsoft's alone say so, some with a place for the tenant.
    issuer: Option<String>,
}

impl VerifyingKey {
    /// Whether the key may sign for `issuer`.
    pub(super) fn signs_for(&self, issuer: &str) -> bool {
        let Some(named) = self.issuer.as_deref() else { return true };
        match named.split_once(TENANT_PLACEHOLDER) {
            None => named == issuer,
            Some((before, after)) => issuer
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('/')),
        }
    }
}

impl std::fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifyingKey({:?}, {:?})", self.kid, self.algorithms)
    }
}

impl KeySet {
    /// Reads a JWK Set (RFC 7517 §5). Keys that we cannot or must not use are left out, as the RFC asks; the order in
    /// which the rest stands does not matter.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let set = strict_json::object(bytes)?;
        let Some(Value::Array(jwks)) = set.get("keys") else { return Err("has no array of keys") };
        if jwks.len() > MOST_KEYS {
            return Err("has more than 32 keys");
        }
        let (mut keys, mut unusable) = (Vec::new(), Vec::new());
        for (place, jwk) in jwks.iter().enumerate() {
            match jwk.as_object().ok_or("is no object").and_then(usable) {
                Ok(key) => keys.push(key),
                Err(reason) => unusable.push(format!("key {} {reason}", place + 1)),
            }
        }
        Ok(Self { keys, unusable })
    }

    /// The keys that may have signed with `algorithm` under `kid`. Without a `kid` the choice must be plain
    /// (OpenID Connect Core 1.0 §10.1): a single key.
    pub(super) fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> Vec<&VerifyingKey> {
        let fitting = self.keys.iter().filter(|key| key.algorithms.contains(&algorithm));
        match kid {
            Some(kid) => fitting.filter(|key| key.kid.as_deref() == Some(kid)).collect(),
            None => {
                let fitting: Vec<_> = fitting.collect();
                if fitting.len() == 1 { fitting } else { Vec::new() }
            }
        }
    }
}

fn usable(jwk: &Map<String, Value>) -> Result<VerifyingKey, &'static str> {
    let text = |name: &str| match jwk.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err("has a member that should be text"),
    };
    if jwk.contains_key("d") || jwk.contains_key("k") {
        return Err("is not public, so anybody can sign with it");
    }
    if text("use")?.is_some_and(|purpose| purpose != "sig") {
        return Err("is not for signatures (use)");
    }
    match jwk.get("key_ops") {
        None => {}
        Some(Value::Array(operations)) if operations.iter().any(|operation| operation == "verify") => {}
        Some(_) => return Err("is not for verifying (key_ops)"),
    }
    let (key, mut algorithms) = match text("kty")? {
        Some("RSA") => rsa(text("n")?, text("e")?)?,
        Some("EC") if text("crv")? == Some("P-256") => p256(text("x")?, text("y")?)?,
        Some("OKP") if text("crv")? == Some("Ed25519") => ed25519(text("x")?)?,
        _ => return Err("is of a type that we do not believe"),
    };
    if let Some(only) = text("alg")? {
        algorithms.retain(|algorithm| ALGORITHMS.iter().any(|(name, known)| known == algorithm && *name == only));
        if algorithms.is_empty() {
            return Err("is for another algorithm (alg)");
        }
    }
    let issuer = text("issuer")?.map(str::to_owned);
    Ok(VerifyingKey { kid: text("kid")?.map(str::to_owned), algorithms, key, issuer })
}

type Usable = (DecodingKey, Vec<Algorithm>);

fn bytes(text: Option<&str>) -> Result<Vec<u8>, &'static str> {
    BASE64URL_NOPAD.decode(text.unwrap_or_default().as_bytes()).map_err(|_| "has a part that is no base64url")
}

fn rsa(n: Option<&str>, e: Option<&str>) -> Result<Usable, &'static str> {
    let (n, e) = (bytes(n)?, bytes(e)?);
    let leading_zeros = n.first().map_or(0, |first| first.leading_zeros() as usize);
    match (n.len() * 8).saturating_sub(leading_zeros) {
        ..2048 => return Err("is an RSA key of less than 2048 bits"),
        8193.. => return Err("is an RSA key of more than 8192 bits"),
        _ => {}
    }
    // 3 ≤ e < 2³³, odd: everything else is weak or a way to keep us busy.
    let odd = e.last().is_some_and(|last| last & 1 == 1);
    if !odd || e.len() > 5 || e == [1] || e.first() == Some(&0) {
        return Err("has a weak or outsized RSA exponent");
    }
    Ok((DecodingKey::from_rsa_raw_components(&n, &e), vec![Algorithm::RS256, Algorithm::PS256]))
}

fn p256(x: Option<&str>, y: Option<&str>) -> Result<Usable, &'static str> {
    let (x, y) = (bytes(x)?, bytes(y)?);
    if x.len() != 32 || y.len() != 32 {
        return Err("has coordinates of the wrong length");
    }
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    Ok((DecodingKey::from_ec_der(&point), vec![Algorithm::ES256]))
}

fn ed25519(x: Option<&str>) -> Result<Usable, &'static str> {
    let x = bytes(x)?;
    if x.len() != 32 {
        return Err("has a coordinate of the wrong length");
    }
    Ok((DecodingKey::from_ed_der(&x), vec![Algorithm::EdDSA]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rsa_key(bits: usize) -> Value {
        let n = BASE64URL_NOPAD.encode(&vec![0xff; bits / 8]);
        json!({ "kty": "RSA", "kid": "a", "n": n, "e": "AQAB" })
    }

    fn with(mut jwk: Value, name: &str, value: Value) -> Value {
        jwk[name] = value;
        jwk
    }

    fn parse(keys: Value) -> Result<KeySet, &'static str> {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn a10_keys_that_must_not_verify_are_left_out() {
        let good = || rsa_key(2048);
        let unusable = [
            rsa_key(1024),
            rsa_key(2040),
            rsa_key(8200),
            with(good(), "use", json!("enc")),
            with(good(), "use", json!(1)),
            with(good(), "key_ops", json!(["sign"])),
            with(good(), "key_ops", json!("verify")),
            with(good(), "alg", json!("RS512")),
            with(good(), "alg", json!("HS256")),
            with(good(), "alg", json!("none")),
            with(good(), "d", json!("AQAB")),
            with(good(), "e", json!("AQ")),
            with(good(), "e", json!("Ag")),
            with(good(), "e", json!("")),
            with(good(), "e", json!("AQAB=")),
            with(good(), "kty", json!("rsa")),
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
            json!({ "kty": "EC", "crv": "P-384", "x": "AA", "y": "AA" }),
            json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }),
            json!({ "kty": "OKP", "crv": "X25519", "x": BASE64URL_NOPAD.encode(&[1; 32]) }),
            json!("key"),
        ];
        for jwk in unusable {
            let set = parse(json!([jwk])).unwrap();
            assert!(set.keys.is_empty() && set.unusable.len() == 1, "{jwk}");
        }
        assert_eq!(parse(json!([good()])).unwrap().keys.len(), 1);
        assert_eq!(parse(json!([with(good(), "alg", json!("PS256"))])).unwrap().keys[0].algorithms, [Algorithm::PS256]);
    }

    #[test]
    fn a12_a_set_of_too_many_keys_is_refused_whole() {
        assert_eq!(parse(json!(vec![rsa_key(2048); 32])).unwrap().keys.len(), 32);
        assert!(parse(json!(vec![rsa_key(2048); 33])).is_err());
        assert!(KeySet::parse(b"{\"keys\":{}}").is_err());
        assert!(KeySet::parse(b"{\"keys\":[],\"keys\":[]}").is_err());
    }

    #[test]
    fn without_a_key_id_the_choice_must_be_plain() {
        let other = json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(&[1; 32]) });
        let one = parse(json!([rsa_key(2048), other])).unwrap();
        assert_eq!(one.candidates(None, Algorithm::RS256).len(), 1);
        assert_eq!(one.candidates(Some("a"), Algorithm::RS256).len(), 1);
        assert_eq!(one.candidates(Some("a"), Algorithm::ES256).len(), 0);
        assert_eq!(one.candidates(Some("A"), Algorithm::RS256).len(), 0);
        let two = parse(json!([rsa_key(2048), rsa_key(4096)])).unwrap();
        assert_eq!(two.candidates(None, Algorithm::RS256).len(), 0);
    }
}
