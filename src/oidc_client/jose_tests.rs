//! Other people's vectors at our reading of signed tokens: Project Wycheproof's signatures for every algorithm that we
//! believe, and the families of its broken tokens.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

use super::id_token::Unverified;
use super::key_set::KeySet;
use crate::test_doubles::Signer;

fn coded(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

fn key_set(jwk: &Value) -> KeySet {
    KeySet::parse(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap()
}

/// What became of vectors.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    accepted: usize,
    refused: usize,
    /// Left to us by the vectors.
    either: usize,
}

/// Judges one signature as ours is judged; a key that we do not use makes nothing true.
fn judge(jwk: &Value, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let keys = key_set(jwk);
    keys.candidates(None, algorithm)
        .iter()
        .any(|key| jsonwebtoken::crypto::verify(&coded(signature), message, &key.key, algorithm).unwrap_or(false))
}

fn count(counted: &mut Counted, result: TestResult, judged: bool, place: &str) {
    match (result, judged) {
        (TestResult::Valid, true) => counted.accepted += 1,
        (TestResult::Invalid, false) => counted.refused += 1,
        (TestResult::Acceptable, _) => counted.either += 1,
        (_, judged) => panic!("{place} was judged {judged}"),
    }
}

/// Every vector of a set, with a key of its group.
macro_rules! vectors {
    ($family:ident :: $name:ident, $algorithm:expr, $jwk:expr) => {{
        let set = $family::TestSet::load($family::TestName::$name).unwrap();
        let mut counted = Counted::default();
        for group in &set.test_groups {
            let jwk = ($jwk)(&group.key);
            for test in &group.tests {
                let judged = judge(&jwk, $algorithm, &test.msg, &test.sig);
                let place = format!("{} {}: {}", stringify!($name), test.tc_id, test.comment);
                count(&mut counted, test.result, judged, &place);
            }
        }
        println!("wycheproof {}: {counted:?}", stringify!($name));
        counted
    }};
}

/// What is sound, where nothing may pass: the algorithm or its key is none of ours. (What is unsound by their word may be
/// sound by another's: a PKCS #1 signature with the wrong hash is right for that hash.)
macro_rules! strangers {
    ($family:ident :: $name:ident, $algorithm:expr, $jwk:expr) => {{
        let set = $family::TestSet::load($family::TestName::$name).unwrap();
        let mut refused = 0;
        for group in &set.test_groups {
            let jwk = ($jwk)(&group.key);
            for test in group.tests.iter().filter(|test| test.result == TestResult::Valid) {
                assert!(!judge(&jwk, $algorithm, &test.msg, &test.sig), "{} {}", stringify!($name), test.tc_id);
                refused += 1;
            }
        }
        println!("wycheproof {} as {:?}: {refused} refused", stringify!($name), $algorithm);
        refused
    }};
}

fn bare(bytes: &[u8]) -> String {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    coded(&bytes[zeros..])
}

macro_rules! rsa_jwk {
    () => {
        |key: &_| {
            let key: &wycheproof::RsaPublic = key;
            json!({ "kty": "RSA", "n": bare(&key.n), "e": bare(&key.e) })
        }
    };
}

fn ec_jwk(curve: &str, point: &[u8]) -> Value {
    let half = (point.len() - 1) / 2;
    json!({ "kty": "EC", "crv": curve, "x": coded(&point[1..=half]), "y": coded(&point[half + 1..]) })
}

#[test]
fn a10_wycheproof_signatures_are_accepted_and_refused_as_they_say() {
    let p256 = |key: &wycheproof::EcdsaPublic| ec_jwk("P-256", &key.key);
    let okp = |key: &wycheproof::EddsaPublic| json!({ "kty": "OKP", "crv": "Ed25519", "x": coded(&key.pk) });
    let all = [
        vectors!(ecdsa::EcdsaSecp256r1Sha256P1363, Algorithm::ES256, p256),
        vectors!(rsa_pkcs1_verify::Rsa2048Sha256, Algorithm::RS256, rsa_jwk!()),
        vectors!(rsa_pkcs1_verify::Rsa3072Sha256, Algorithm::RS256, rsa_jwk!()),
        vectors!(rsa_pkcs1_verify::Rsa4096Sha256, Algorithm::RS256, rsa_jwk!()),
        vectors!(rsa_pkcs1_verify::Rsa8192Sha256, Algorithm::RS256, rsa_jwk!()),
        vectors!(rsa_pss_verify::RsaPss2048Sha256Mgf1SaltLen32, Algorithm::PS256, rsa_jwk!()),
        vectors!(rsa_pss_verify::RsaPss3072Sha256Mgf1SaltLen32, Algorithm::PS256, rsa_jwk!()),
        vectors!(rsa_pss_verify::RsaPss4096Sha256Mgf1SaltLen32, Algorithm::PS256, rsa_jwk!()),
        vectors!(eddsa::Ed25519, Algorithm::EdDSA, okp),
    ];
    let (accepted, refused) = all.iter().fold((0, 0), |sum, one| (sum.0 + one.accepted, sum.1 + one.refused));
    println!("wycheproof: {accepted} valid accepted, {refused} invalid refused");
    assert!(all.iter().all(|one| one.accepted > 0 && one.refused > 0), "{all:?}");
    assert!(accepted > 300 && refused > 700, "{accepted} {refused}");
}

/// What is sound and not ours: other hashes, curves and paddings, under the name of an algorithm that we believe.
#[test]
fn a10_wycheproof_signatures_of_other_algorithms_are_all_refused() {
    let p256 = |key: &wycheproof::EcdsaPublic| ec_jwk("P-256", &key.key);
    let k256 = |key: &wycheproof::EcdsaPublic| ec_jwk("secp256k1", &key.key);
    let p384 = |key: &wycheproof::EcdsaPublic| ec_jwk("P-384", &key.key);
    let ed448 = |key: &wycheproof::EddsaPublic| json!({ "kty": "OKP", "crv": "Ed448", "x": coded(&key.pk) });
    let refused: usize = [
        strangers!(ecdsa::EcdsaSecp256r1Sha512P1363, Algorithm::ES256, p256),
        strangers!(ecdsa::EcdsaSecp256k1Sha256P1363, Algorithm::ES256, k256),
        strangers!(ecdsa::EcdsaSecp256k1Sha256P1363, Algorithm::ES256, p256),
        strangers!(ecdsa::EcdsaSecp384r1Sha384P1363, Algorithm::ES256, p384),
        strangers!(rsa_pkcs1_verify::Rsa2048Sha512, Algorithm::RS256, rsa_jwk!()),
        strangers!(rsa_pkcs1_verify::Rsa2048Sha256, Algorithm::PS256, rsa_jwk!()),
        strangers!(rsa_pss_verify::RsaPss2048Sha256Mgf1SaltLen32, Algorithm::RS256, rsa_jwk!()),
        strangers!(rsa_pss_verify::RsaPss2048Sha256Mgf1SaltLen0, Algorithm::PS256, rsa_jwk!()),
        strangers!(eddsa::Ed448, Algorithm::EdDSA, ed448),
    ]
    .iter()
    .sum();
    println!("wycheproof: {refused} of other algorithms refused");
    assert!(refused > 500, "{refused}");
}

fn rsa_signature(pair: &RsaKeyPair, padding: &'static dyn RsaEncoding, input: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(padding, &SystemRandom::new(), input, &mut signature).unwrap();
    signature
}

/// Sound under the key is believed, and no broken form of it is.
fn families(algorithm: &str, jwk: &Value, sign: &dyn Fn(&[u8]) -> Vec<u8>) {
    let mut jwk = jwk.clone();
    jwk["kid"] = json!("ours");
    let public = vec![
        jwk.to_string().into_bytes(),
        jwk.get("n").or(jwk.get("x")).and_then(Value::as_str).unwrap().as_bytes().to_vec(),
        BASE64URL_NOPAD.decode(jwk.get("n").or(jwk.get("x")).and_then(Value::as_str).unwrap().as_bytes()).unwrap(),
        Vec::new(),
    ];
    let header = json!({ "alg": algorithm, "kid": "ours" });
    let signer = Signer { header, payload: json!({ "sub": "ada" }).to_string(), sign, public };
    let keys = key_set(&jwk);
    let claims = |token: &str| Unverified::parse(token).and_then(|token| token.signed_claims(&keys));
    assert_eq!(claims(&signer.sound()).unwrap()["sub"], "ada");
    let broken = signer.broken();
    for (family, token) in &broken {
        assert!(claims(token).is_err(), "{algorithm}: {family} is believed: {token}");
    }
    println!("broken tokens under {algorithm}: {} refused", broken.len());
    assert!(broken.len() > 150);
}

#[test]
fn a10_no_broken_form_of_a_sound_token_is_believed() {
    let es = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    families("ES256", &ec_jwk("P-256", es.public_key().as_ref()), &|input| {
        es.sign(&SystemRandom::new(), input).unwrap().as_ref().to_vec()
    });
    let ed = Ed25519KeyPair::generate().unwrap();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": coded(ed.public_key().as_ref()) });
    families("EdDSA", &jwk, &|input| ed.sign(input).as_ref().to_vec());
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    // PKCS #1 `RSAPublicKey` of 2048 bits: the modulus stands at the same place always, and the exponent is 65537.
    let der = rsa.public_key().as_ref();
    assert!(der.len() == 270 && der.ends_with(&[2, 3, 1, 0, 1]));
    let jwk = json!({ "kty": "RSA", "n": coded(&der[9..265]), "e": "AQAB" });
    families("RS256", &jwk, &|input| rsa_signature(&rsa, &RSA_PKCS1_SHA256, input));
    families("PS256", &jwk, &|input| rsa_signature(&rsa, &RSA_PSS_SHA256, input));
}
