//! Keys of the lying provider, one of each kind, and how it signs with them.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use aws_lc_rs::{digest, rsa};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

/// Who signs an ID token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signer {
    /// RS256.
    #[default]
    Rs256,
    /// PS256, with the same key.
    Ps256,
    /// ES256.
    Es256,
    /// EdDSA.
    EdDsa,
    /// ES256 with a key that was never published, under the name of one that was.
    Stranger,
}

struct Pairs {
    rsa: RsaKeyPair,
    p256: EcdsaKeyPair,
    stranger: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
}

fn pairs() -> &'static Pairs {
    static PAIRS: OnceLock<Pairs> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let rsa = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
        let rsa = RsaKeyPair::from_pkcs8(rsa.as_der().unwrap().as_ref()).unwrap();
        let p256 = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Pairs { rsa, p256: p256(), stranger: p256(), ed25519: Ed25519KeyPair::generate().unwrap() }
    })
}

impl Signer {
    pub fn algorithm(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 | Self::Stranger => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    pub fn kid(self) -> &'static str {
        match self {
            Self::Rs256 | Self::Ps256 => "rsa",
            Self::Es256 | Self::Stranger => "p256",
            Self::EdDsa => "ed25519",
        }
    }

    fn sign(self, message: &[u8]) -> Vec<u8> {
        let (pairs, random) = (pairs(), SystemRandom::new());
        let rsa = |encoding| {
            let mut signature = vec![0; pairs.rsa.public_modulus_len()];
            pairs.rsa.sign(encoding, &random, message, &mut signature).unwrap();
            signature
        };
        match self {
            Self::Rs256 => rsa(&RSA_PKCS1_SHA256),
            Self::Ps256 => rsa(&RSA_PSS_SHA256),
            Self::Es256 => pairs.p256.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Stranger => pairs.stranger.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::EdDsa => pairs.ed25519.sign(message).as_ref().to_vec(),
        }
    }
}

/// A compact JWS over exactly these bytes.
pub fn compact(signer: Signer, header: &str, payload: &str) -> String {
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(payload.as_bytes()));
    let signature = encode(&signer.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// The public keys.
pub fn public() -> Value {
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let rsa = pairs().rsa.public_key();
    json!([
        { "kty": "RSA", "kid": "rsa", "use": "sig",
          "n": encode(rsa.modulus().big_endian_without_leading_zero()),
          "e": encode(rsa.exponent().big_endian_without_leading_zero()) },
        p256(&pairs().p256, "p256"),
        { "kty": "OKP", "crv": "Ed25519", "kid": "ed25519", "x": encode(pairs().ed25519.public_key().as_ref()) },
    ])
}

/// The stranger's public key, as it would put it into a header.
pub fn stranger() -> Value {
    p256(&pairs().stranger, "p256")
}

fn p256(pair: &EcdsaKeyPair, kid: &str) -> Value {
    let point = pair.public_key().as_ref();
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": encode(&point[1..33]), "y": encode(&point[33..]) })
}

/// `at_hash` and `c_hash` (OpenID Connect Core 1.0 §3.1.3.6).
pub fn half_hash(signer: Signer, text: &str) -> String {
    let algorithm = if signer == Signer::EdDsa { &digest::SHA512 } else { &digest::SHA256 };
    let whole = digest::digest(algorithm, text.as_bytes());
    BASE64URL_NOPAD.encode(&whole.as_ref()[..whole.as_ref().len() / 2])
}

pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}
