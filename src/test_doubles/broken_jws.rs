//! Signed tokens that nobody may believe: the families of Project Wycheproof's JSON Web Signature vectors, made anew for any key.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD};
use serde_json::{Value, json};

/// A key that signs, and what a token by it looks like.
pub(crate) struct Signer<'a> {
    /// The header of a sound token: `alg` and `kid`, perhaps more.
    pub(crate) header: Value,
    /// The payload of a sound token.
    pub(crate) payload: String,
    /// Signs.
    pub(crate) sign: &'a dyn Fn(&[u8]) -> Vec<u8>,
    /// The public key in every spelling that somebody could take for a shared secret.
    pub(crate) public: Vec<Vec<u8>>,
}

fn coded(text: &[u8]) -> String {
    BASE64URL_NOPAD.encode(text)
}

impl Signer<'_> {
    /// A sound token.
    pub(crate) fn sound(&self) -> String {
        self.signed(&self.header.to_string())
    }

    fn signed(&self, header: &str) -> String {
        let input = format!("{}.{}", coded(header.as_bytes()), coded(self.payload.as_bytes()));
        let signature = (self.sign)(input.as_bytes());
        format!("{input}.{}", coded(&signature))
    }

    fn with(&self, name: &str, value: Value) -> String {
        let mut header = self.header.clone();
        header[name] = value;
        header.to_string()
    }

    /// Every broken one, with the name of its family.
    pub(crate) fn broken(&self) -> Vec<(String, String)> {
        let mut all = self.parts();
        all.extend(self.spellings());
        all.extend(self.signatures());
        all.extend(self.algorithms());
        all.extend(self.headers());
        all
    }

    /// Parts that are missing, changed, or too many.
    fn parts(&self) -> Vec<(String, String)> {
        let sound = self.sound();
        let [header, payload, signature] = self.split(&sound);
        let other = coded(br#"{"sub":"somebody else"}"#);
        let forms = [
            ("payload changed", format!("{header}.{other}.{signature}")),
            ("payload missing", format!("{header}..{signature}")),
            ("payload and separator missing", format!("{header}.{signature}")),
            ("signature missing", format!("{header}.{payload}.")),
            ("signature and separator missing", format!("{header}.{payload}")),
            ("header missing", format!(".{payload}.{signature}")),
            ("header and separator missing", format!("{payload}.{signature}")),
            ("header and signature missing", format!(".{payload}.")),
            ("payload alone", payload.clone()),
            ("nothing", String::new()),
            ("separators alone", "..".to_owned()),
            ("empty part too many", format!("{sound}.")),
            ("part too many", format!("{sound}.{other}")),
            ("part too many in front", format!("{other}.{sound}")),
            ("five parts, as an encrypted token has", format!("{header}.{other}.{payload}.{other}.{signature}")),
            ("parts in another order", format!("{payload}.{header}.{signature}")),
            (
                "flattened JSON serialization",
                json!({ "payload": payload, "protected": header, "signature": signature }).to_string(),
            ),
            (
                "general JSON serialization",
                json!({ "payload": payload, "signatures": [{ "protected": header, "signature": signature }] })
                    .to_string(),
            ),
        ];
        forms.map(|(name, token)| (name.to_owned(), token)).into()
    }

    /// The same bytes in spellings that are none.
    fn spellings(&self) -> Vec<(String, String)> {
        let sound = self.sound();
        let [header, payload, signature] = self.split(&sound);
        let mut all = Vec::new();
        for (at, part) in [&header, &payload, &signature].into_iter().enumerate() {
            let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
            let middle = part.len() / 2;
            // Bits after the last byte that are not zero, where there are any.
            let loose = part.len() % 4 != 0;
            let last = part.chars().last().unwrap();
            let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let next = alphabet.chars().nth((alphabet.find(last).unwrap() + 1) % 64).unwrap();
            let mut forms = vec![
                ("line break within", format!("{}\n{}", &part[..middle], &part[middle..])),
                ("space before", format!(" {part}")),
                ("space after", format!("{part} ")),
                ("NUL after", format!("{part}\0")),
                ("percent-coded", part.replacen(&part[..1], &format!("%{:02X}", part.as_bytes()[0]), 1)),
                ("one letter short", part[..part.len() - 1].to_owned()),
                ("one letter more", format!("{part}A")),
            ];
            if loose {
                forms.push(("padded", BASE64URL.encode(&bytes)));
                forms.push(("loose bits", format!("{}{next}", &part[..part.len() - 1])));
            }
            if BASE64.encode(&bytes).contains(['+', '/']) {
                forms.push(("the other alphabet", BASE64.encode(&bytes).trim_end_matches('=').to_owned()));
            }
            for (name, form) in forms {
                let mut parts = [header.as_str(), payload.as_str(), signature.as_str()];
                parts[at] = &form;
                all.push((format!("part {at}: {name}"), parts.join(".")));
            }
        }
        all
    }

    /// Signatures that are none.
    fn signatures(&self) -> Vec<(String, String)> {
        let sound = self.sound();
        let [header, payload, signature] = self.split(&sound);
        let bytes = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
        let half = bytes.len() / 2;
        let mut all: Vec<(String, Vec<u8>)> = Vec::new();
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            all.push((format!("bit of byte {at} flipped"), flipped));
        }
        let zeros = |count: usize| vec![0; count];
        // CVE-2022-21449: zeros verify under a careless implementation, for every message.
        all.push(("zeros".to_owned(), zeros(bytes.len())));
        all.push(("first half zeros".to_owned(), [zeros(half), bytes[half..].to_vec()].concat()));
        all.push(("second half zeros".to_owned(), [bytes[..half].to_vec(), zeros(half)].concat()));
        all.push(("ones".to_owned(), vec![0xff; bytes.len()]));
        all.push(("one zero before".to_owned(), [zeros(1), bytes.clone()].concat()));
        all.push(("one zero after".to_owned(), [bytes.clone(), zeros(1)].concat()));
        all.push(("twice".to_owned(), bytes.repeat(2)));
        all.push(("halves swapped".to_owned(), [&bytes[half..], &bytes[..half]].concat()));
        all.push(("first half".to_owned(), bytes[..half].to_vec()));
        all.push(("a digest instead".to_owned(), crate::keys::sha256_hex(payload.as_bytes()).into_bytes()));
        if bytes.len() == 64 {
            all.push(("as DER".to_owned(), der(&bytes)));
        }
        all.into_iter()
            .map(|(name, signature)| {
                (format!("signature: {name}"), format!("{header}.{payload}.{}", coded(&signature)))
            })
            .collect()
    }

    /// Other algorithms than the key's.
    fn algorithms(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for name in ["none", "None", "NONE", "nOnE", "", "null", " none", "none\u{0}"] {
            let input =
                format!("{}.{}", coded(self.with("alg", json!(name)).as_bytes()), coded(self.payload.as_bytes()));
            all.push((format!("alg {name:?} without signature"), format!("{input}.")));
            all.push((format!("alg {name:?} without separator"), input.clone()));
            all.push((format!("alg {name:?} with the signature"), self.signed(&self.with("alg", json!(name)))));
        }
        // The public key taken for a secret that is shared.
        for (at, secret) in self.public.iter().enumerate() {
            for (name, algorithm) in
                [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)]
            {
                let header = coded(self.with("alg", json!(name)).as_bytes());
                let input = format!("{header}.{}", coded(self.payload.as_bytes()));
                let tag = hmac::sign(&hmac::Key::new(algorithm, secret), input.as_bytes());
                all.push((
                    format!("{name} with the public key, spelling {at}"),
                    format!("{input}.{}", coded(tag.as_ref())),
                ));
            }
        }
        let own = self.header["alg"].as_str().unwrap();
        for other in [
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES256K", "ES384", "ES512", "EdDSA",
            "HS256", "RS1",
        ] {
            if other != own {
                all.push((format!("signed as {own}, called {other}"), self.signed(&self.with("alg", json!(other)))));
            }
        }
        for odd in
            [json!(own.to_lowercase()), json!(format!("{own} ")), json!([own]), json!(null), json!(256), json!({})]
        {
            all.push((format!("alg {odd}"), self.signed(&self.with("alg", odd))));
        }
        all
    }

    /// Headers by which a token would choose its own key, or demand what nobody does.
    fn headers(&self) -> Vec<(String, String)> {
        let attacker = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = attacker.public_key().as_ref();
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": coded(&point[1..33]), "y": coded(&point[33..]), "kid": self.header["kid"] });
        let by_attacker = |header: Value| {
            let input = format!("{}.{}", coded(header.to_string().as_bytes()), coded(self.payload.as_bytes()));
            let signature = attacker.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
            format!("{input}.{}", coded(signature.as_ref()))
        };
        let kid = &self.header["kid"];
        let base = |more: Value| {
            let mut header = self.header.clone();
            header["alg"] = json!("ES256");
            header.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
            header
        };
        let mut all = vec![
            ("another key under the same kid".to_owned(), by_attacker(base(json!({})))),
            ("key in the header".to_owned(), by_attacker(base(json!({ "jwk": jwk })))),
            (
                "address of keys in the header".to_owned(),
                by_attacker(base(json!({ "jku": "https://evil.example/keys" }))),
            ),
            ("certificate in the header".to_owned(), by_attacker(base(json!({ "x5c": ["MIIB"] })))),
            (
                "address of a certificate in the header".to_owned(),
                by_attacker(base(json!({ "x5u": "https://evil.example/c" }))),
            ),
            ("kid that is no key".to_owned(), self.signed(&self.with("kid", json!("nobody's")))),
            ("kid that is a path".to_owned(), self.signed(&self.with("kid", json!("../../dev/null")))),
            ("kid that is no text".to_owned(), self.signed(&self.with("kid", json!([kid])))),
            ("sound, with its own key in the header".to_owned(), self.signed(&self.with("jwk", jwk.clone()))),
            ("critical extension".to_owned(), self.signed(&self.with("crit", json!(["exp"])))),
            ("payload not coded".to_owned(), self.signed(&self.with("b64", json!(false)))),
            ("compressed".to_owned(), self.signed(&self.with("zip", json!("DEF")))),
            ("another kind of token".to_owned(), self.signed(&self.with("typ", json!("vestibule-assertion+jwt")))),
            ("header is a list".to_owned(), self.signed(&json!([self.header]).to_string())),
            ("header is no JSON".to_owned(), self.signed("alg")),
            ("header goes on".to_owned(), self.signed(&format!("{}{{}}", self.header))),
        ];
        let text = self.header.to_string();
        let twice = format!("{},\"alg\":\"none\"}}", text.trim_end_matches('}'));
        let input = format!("{}.{}", coded(twice.as_bytes()), coded(self.payload.as_bytes()));
        all.push(("two algorithms, unsigned".to_owned(), format!("{input}.")));
        all
    }

    fn split(&self, token: &str) -> [String; 3] {
        let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        parts.try_into().unwrap()
    }
}

/// An ECDSA signature as X.509 writes it, which JOSE does not (RFC 7518 §3.4).
fn der(fixed: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        let bare: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign = if bare.first().is_some_and(|first| first & 0x80 != 0) { vec![0] } else { Vec::new() };
        let value = [sign, bare].concat();
        [vec![2, u8::try_from(value.len()).unwrap()], value].concat()
    };
    let both = [number(&fixed[..32]), number(&fixed[32..])].concat();
    [vec![0x30, u8::try_from(both.len()).unwrap()], both].concat()
}
