//! Tokens that our own clients signed: checked with the keys that they registered, by the strict reading of ID tokens.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::FederationError;
use super::cache::Cache;
use super::discovery::fetch_keys;
use super::id_token::Unverified;
use super::key_set::KeySet;
use crate::clock::Clock;
use crate::model::ClientKeys;
use crate::outbound::Fetcher;

/// Clients whose published keys are kept.
const CLIENTS: usize = 1024;

/// The keys of our clients.
pub struct ClientKeySets {
    fetcher: Arc<Fetcher>,
    published: Cache<KeySet>,
}

impl ClientKeySets {
    /// Keys that are fetched through `fetcher` and nothing else.
    pub fn new(fetcher: Arc<Fetcher>, clock: Arc<dyn Clock>) -> Self {
        Self { fetcher, published: Cache::new(clock, CLIENTS) }
    }

    /// The claims of a token that one of `keys` signed. Nothing in them is checked. `owner` names the client: what one
    /// client's traffic does to its keys changes nothing for another.
    pub async fn verify(
        &self,
        keys: &ClientKeys,
        owner: &str,
        token: &str,
    ) -> Result<Map<String, Value>, FederationError> {
        let token = Unverified::parse(token).map_err(FederationError::lied)?;
        match keys {
            ClientKeys::Inline(text) => {
                let keys = KeySet::parse(text.as_bytes()).map_err(FederationError::lied)?;
                token.signed_claims(&keys).map_err(FederationError::lied)
            }
            ClientKeys::At(url) => {
                let name = format!("{owner}\n{url}");
                let mut keys = self.published.get(&name, fetch_keys(&self.fetcher, url)).await?;
                // Not only a name that we do not know: a client may name no key, or give a new one the old one's name.
                if token.signed_claims(&keys).is_err() {
                    keys = self.published.newer(&name, &keys, fetch_keys(&self.fetcher, url)).await?;
                }
                token.signed_claims(&keys).map_err(FederationError::lied)
            }
        }
    }
}

/// Whether each key of a JWK Set is one that we would believe a client by; else why not.
pub fn check_client_keys(text: &str) -> Result<(), String> {
    let set = KeySet::parse(text.as_bytes()).map_err(|fault| format!("the JWK Set {fault}"))?;
    match (set.unusable.into_iter().next(), set.keys.is_empty()) {
        (Some(fault), _) => Err(fault),
        (None, true) => Err("the JWK Set holds no key".to_owned()),
        (None, false) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use data_encoding::BASE64URL_NOPAD;
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;

    /// A key that we would not believe is refused where it is registered, not when somebody wonders why it opens nothing.
    #[test]
    fn every_key_of_a_client_must_be_one_that_counts() {
        let (_, good) = pair(Some("a"));
        let set = |keys: &[Value]| check_client_keys(&json!({ "keys": keys }).to_string());
        assert_eq!(set(std::slice::from_ref(&good)), Ok(()));
        assert!(set(&[]).is_err() && check_client_keys("").is_err() && check_client_keys("{}").is_err());
        for (member, value) in [
            ("d", json!("x")),
            ("kty", json!("oct")),
            ("crv", json!("P-192")),
            ("x", json!("AAAA")),
            ("use", json!("enc")),
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("key_ops", json!(["sign"])),
        ] {
            let mut bad = good.clone();
            bad[member] = value;
            // One of them is enough.
            assert!(set(&[bad.clone()]).is_err() && set(&[good.clone(), bad]).is_err(), "{member}");
        }
        assert!(set(&vec![good; 33]).is_err());
    }
    use crate::clock::SystemClock;
    use crate::config::Egress;

    /// A key pair: how it signs, and its public half.
    fn pair(kid: Option<&str>) -> (EncodingKey, Value) {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        let coordinate = |at: std::ops::Range<usize>| BASE64URL_NOPAD.encode(&point[at]);
        let mut jwk = json!({ "kty": "EC", "crv": "P-256", "x": coordinate(1..33), "y": coordinate(33..65) });
        if let Some(kid) = kid {
            jwk["kid"] = json!(kid);
        }
        (EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()), jwk)
    }

    fn signed(key: &EncodingKey, kid: Option<&str>) -> String {
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::ES256) };
        encode(&header, &json!({ "sub": "portal" }), key).unwrap()
    }

    #[tokio::test]
    async fn a10_a_client_is_believed_by_its_own_keys_alone() {
        let fetcher =
            Arc::new(Fetcher::new(&Egress { allow: Vec::new(), extra_roots: Vec::new() }, Vec::new()).unwrap());
        let sets = ClientKeySets::new(fetcher, Arc::new(SystemClock));
        let ((one, first), (two, second)) = (pair(Some("1")), pair(Some("2")));
        let (foreign, _) = pair(Some("1"));
        let keys = ClientKeys::Inline(json!({ "keys": [first, second] }).to_string());
        let verify = async |token: &str| sets.verify(&keys, "portal", token).await;
        for token in [signed(&one, Some("1")), signed(&two, Some("2")), signed(&two, None)] {
            assert_eq!(verify(&token).await.unwrap()["sub"], "portal");
        }
        let good = signed(&one, Some("1"));
        let (body, signature) = good.rsplit_once('.').unwrap();
        let unsigned = format!("{}.{}.", BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#), body.split_once('.').unwrap().1);
        let shared = EncodingKey::from_secret(first_text(&keys).as_bytes());
        let hmac = encode(&Header::new(Algorithm::HS256), &json!({ "sub": "portal" }), &shared).unwrap();
        for bad in [
            signed(&foreign, Some("1")),
            signed(&foreign, None),
            signed(&one, Some("2")),
            signed(&one, Some("3")),
            format!("{body}.{}", &signature[..signature.len() - 2]),
            unsigned,
            hmac,
            String::new(),
            "a.b.c".to_owned(),
        ] {
            assert!(verify(&bad).await.is_err(), "{bad}");
        }
    }

    /// What a confused verifier would take for a shared secret: the text of the public keys.
    fn first_text(keys: &ClientKeys) -> &str {
        match keys {
            ClientKeys::Inline(text) => text,
            ClientKeys::At(url) => url.as_str(),
        }
    }
}
