//! An authenticator in software: it makes passkeys and answers with them, honestly unless a test bends it.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

/// The person is there and unlocked it (WebAuthn §6.1).
pub const UNLOCKED: u8 = 0x05;
/// The person is there, and nobody knows who it is.
pub const TOUCHED: u8 = 0x01;

/// One authenticator with one credential.
pub struct Phone {
    pub key: EcdsaKeyPair,
    /// The credential's id.
    pub id: Vec<u8>,
    /// What the browser says it is at.
    pub origin: String,
    /// The relying party as the authenticator knows it.
    pub host: String,
    /// Flags of the authenticator data.
    pub flags: u8,
    /// Counts the signatures.
    pub counter: u32,
    /// Whose the credential is, as it was told.
    pub handle: Option<Vec<u8>>,
    /// What the browser says of frames.
    pub crosses: bool,
    /// The type that the browser writes, if not the right one.
    pub kind: Option<&'static str>,
}

impl Phone {
    /// A new one, in a browser at `origin`, for `host`.
    pub fn at(origin: &str, host: &str) -> Self {
        let key = new_key();
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref().to_vec();
        let (origin, host) = (origin.to_owned(), host.to_owned());
        Self { key, id, origin, host, flags: UNLOCKED, counter: 1, handle: None, crosses: false, kind: None }
    }

    /// Makes a passkey as `options` want it; the answer as the script of our pages sends it.
    pub fn makes(&mut self, options: &Value) -> String {
        self.handle = BASE64URL_NOPAD.decode(options["user"]["id"].as_str().unwrap().as_bytes()).ok();
        let public = self.key.public_key().as_ref();
        let (x, y) = (&public[1..33], &public[33..65]);
        // A COSE_Key of ES256 (RFC 9053 §7.1.1), then an attestation object that attests nothing, both in CBOR.
        let cose =
            [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20][..], x, &[0x22, 0x58, 0x20], y].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [&self.head(self.flags | 0x40)[..], &[0; 16], &length, &self.id, &cose].concat();
        let object = [
            &[0xa3, 0x63][..],
            b"fmt",
            &[0x64],
            b"none",
            &[0x67],
            b"attStmt",
            &[0xa0, 0x68],
            b"authData",
            &[0x58, u8::try_from(data.len()).unwrap()],
            &data,
        ]
        .concat();
        self.answer(json!({
            "clientDataJSON": BASE64URL_NOPAD.encode(&self.client_data("webauthn.create", options)),
            "attestationObject": BASE64URL_NOPAD.encode(&object),
        }))
    }

    /// Answers `options` with the passkey.
    pub fn answers(&mut self, options: &Value) -> String {
        self.counter += 1;
        self.answers_again(options)
    }

    /// The same without counting.
    pub fn answers_again(&self, options: &Value) -> String {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.head(self.flags);
        let signed = [&data[..], digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let mut response = json!({
            "clientDataJSON": BASE64URL_NOPAD.encode(&client_data),
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "signature": BASE64URL_NOPAD.encode(signature.as_ref()),
        });
        if let Some(handle) = &self.handle {
            response["userHandle"] = BASE64URL_NOPAD.encode(handle).into();
        }
        self.answer(response)
    }

    fn answer(&self, response: Value) -> String {
        let id = BASE64URL_NOPAD.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = options["challenge"].as_str().unwrap();
        let kind = self.kind.unwrap_or(kind);
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.crosses })
            .to_string()
            .into_bytes()
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        [digest(&SHA256, self.host.as_bytes()).as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }
}

/// A key that nobody registered.
pub fn new_key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap()
}
