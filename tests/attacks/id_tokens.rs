//! Attack row A10: every mutant of a good ID token is refused, for its own reason, and a careless client believes it.

use std::sync::Arc;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use serde_json::{Value, json};
use vestibule::clock::{Clock, SystemClock};
use vestibule::oidc_client::FederationError;

use super::federation_stage::Stage;
use crate::lying_idp::{Lies, Signer, compact, keys};

/// Tells the provider how to lie.
type Lie = Box<dyn Fn(&mut Lies)>;
/// A mutant: its name, a part of the reason for which it must be refused, and how it is made.
type Mutant = (&'static str, &'static str, Lie);

/// Sets or (with null) removes a claim before signing.
fn claim(name: &'static str, value: Value) -> Lie {
    Box::new(move |lies| {
        let value = value.clone();
        lies.claims = Some(Arc::new(move |claims| set(claims, name, value.clone())));
    })
}

fn header(name: &'static str, value: Value) -> Lie {
    Box::new(move |lies| {
        let value = value.clone();
        lies.header = Some(Arc::new(move |header| set(header, name, value.clone())));
    })
}

fn set(object: &mut Value, name: &str, value: Value) {
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = value;
    }
}

fn forged(how: impl Fn(&Value, &Value) -> String + Send + Sync + 'static) -> Lie {
    let how = Arc::new(how);
    Box::new(move |lies| lies.token = Some(Arc::clone(&how) as _))
}

fn encoded(text: &str) -> String {
    BASE64URL_NOPAD.encode(text.as_bytes())
}

/// A time so many seconds from now.
fn at(seconds: i64) -> Value {
    json!(SystemClock.now().seconds() + seconds)
}

fn unsigned(alg: &'static str) -> Lie {
    forged(move |_, claims| {
        format!("{}.{}.", encoded(&json!({ "alg": alg }).to_string()), encoded(&claims.to_string()))
    })
}

/// HS256 with the public key as the secret.
fn symmetric(_: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", encoded(r#"{"alg":"HS256","kid":"rsa","typ":"JWT"}"#), encoded(&claims.to_string()));
    let secret = keys::public()[0]["n"].as_str().unwrap().to_owned();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), signed.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(tag.as_ref()))
}

/// Signed by a key that the token brings along.
fn brings_own_key(name: &'static str, value: impl Fn() -> Value + Send + Sync + 'static) -> Lie {
    forged(move |_, claims| {
        let header = json!({ "alg": "ES256", "kid": "p256", name: value() });
        compact(Signer::Stranger, &header.to_string(), &claims.to_string())
    })
}

fn jwks_without(name: &'static str, value: Value) -> Lie {
    Box::new(move |lies| {
        let value = value.clone();
        lies.jwks = Some(Arc::new(move |jwks| jwks["keys"][0][name] = value.clone()));
    })
}

fn signature_mutants() -> Vec<Mutant> {
    vec![
        ("alg none", "algorithm of the ID token is not allowed", unsigned("none")),
        ("alg None", "algorithm of the ID token is not allowed", unsigned("None")),
        ("alg nOnE", "algorithm of the ID token is not allowed", unsigned("nOnE")),
        ("HS256 with the public key", "algorithm of the ID token is not allowed", forged(symmetric)),
        ("jwk in the header", "forbidden member", brings_own_key("jwk", keys::stranger)),
        ("jku in the header", "forbidden member", brings_own_key("jku", || json!("https://evil.example/jwks"))),
        ("x5u in the header", "forbidden member", brings_own_key("x5u", || json!("https://evil.example/x5"))),
        ("x5c in the header", "forbidden member", brings_own_key("x5c", || json!(["MIIB"]))),
        ("crit", "forbidden member", header("crit", json!(["exp"]))),
        ("b64 false", "forbidden member", header("b64", json!(false))),
        ("zip", "forbidden member", header("zip", json!("DEF"))),
        ("kid is a path", "does not publish", header("kid", json!("../../../dev/null"))),
        ("kid is SQL", "does not publish", header("kid", json!("' OR 1=1 --"))),
        ("kid is a URL", "does not publish", header("kid", json!("https://evil.example/key"))),
        ("kid of a key of another type", "does not publish", header("kid", json!("p256"))),
        ("kid in other case", "does not publish", header("kid", json!("RSA"))),
        ("kid is no text", "no short text", header("kid", json!(7))),
        (
            "no kid, two RSA keys",
            "does not publish",
            Box::new(|lies| {
                header("kid", Value::Null)(lies);
                lies.jwks = Some(Arc::new(|jwks| {
                    let mut second = jwks["keys"][0].clone();
                    second["kid"] = json!("other");
                    jwks["keys"].as_array_mut().unwrap().push(second);
                }));
            }),
        ),
        ("typ of a logout token", "another type", header("typ", json!("logout+jwt"))),
        ("typ of an access token", "another type", header("typ", json!("at+jwt"))),
        ("typ of our own assertion", "another type", header("typ", json!("vestibule-assertion+jwt"))),
        ("key for encryption", "does not publish", jwks_without("use", json!("enc"))),
        ("key for other operations", "does not publish", jwks_without("key_ops", json!(["encrypt"]))),
        ("key for another algorithm", "does not publish", jwks_without("alg", json!("RS512"))),
        ("key whose private half is public", "does not publish", jwks_without("d", json!("AQAB"))),
        (
            "algorithm that was not announced",
            "not announced",
            Box::new(|lies| {
                lies.signer = Signer::Es256;
                lies.discovery = Some(Arc::new(|document| {
                    document["id_token_signing_alg_values_supported"] = json!(["RS256"]);
                }));
            }),
        ),
    ]
}

fn form_mutants() -> Vec<Mutant> {
    vec![
        (
            "a stranger's signature under a published name",
            "signature of the ID token is wrong",
            Box::new(|lies| {
                lies.signer = Signer::Stranger;
            }),
        ),
        (
            "claims changed after signing",
            "signature of the ID token is wrong",
            forged(|header, claims| {
                let mut other = claims.clone();
                other["sub"] = json!("1002");
                let token = compact(Signer::Rs256, &header.to_string(), &claims.to_string());
                let (head, rest) = token.split_once('.').unwrap();
                format!("{head}.{}.{}", encoded(&other.to_string()), rest.split_once('.').unwrap().1)
            }),
        ),
        (
            "no signature",
            "signature of the ID token is wrong",
            forged(|header, claims| format!("{}.{}.", encoded(&header.to_string()), encoded(&claims.to_string()))),
        ),
        (
            "encrypted form",
            "encrypted",
            forged(|header, claims| {
                let token = compact(Signer::Rs256, &header.to_string(), &claims.to_string());
                format!("{token}.AAAA.AAAA")
            }),
        ),
        (
            "padding",
            "no base64url",
            forged(|header, claims| format!("{}=", compact(Signer::Rs256, &header.to_string(), &claims.to_string()))),
        ),
        (
            "blanks around",
            "no base64url",
            forged(|header, claims| format!(" {}", compact(Signer::Rs256, &header.to_string(), &claims.to_string()))),
        ),
        (
            "sub twice",
            "unambiguous",
            forged(|header, claims| {
                let twice = claims.to_string().replacen('{', r#"{"sub":"9999","#, 1);
                compact(Signer::Rs256, &header.to_string(), &twice)
            }),
        ),
        (
            "email_verified twice",
            "unambiguous",
            forged(|header, claims| {
                let twice = claims.to_string().replacen('{', r#"{"email_verified":false,"#, 1);
                compact(Signer::Rs256, &header.to_string(), &twice)
            }),
        ),
        (
            "alg twice",
            "unambiguous",
            forged(|header, claims| {
                let twice = header.to_string().replacen('{', r#"{"alg":"none","#, 1);
                compact(Signer::Rs256, &twice, &claims.to_string())
            }),
        ),
        (
            "deep nesting",
            "unambiguous",
            forged(|header, claims| {
                let deep =
                    claims.to_string().replacen('{', &format!(r#"{{"x":{}{},"#, "[".repeat(100), "]".repeat(100)), 1);
                compact(Signer::Rs256, &header.to_string(), &deep)
            }),
        ),
        (
            "something after the JSON",
            "unambiguous",
            forged(|header, claims| compact(Signer::Rs256, &header.to_string(), &format!("{claims} {{}}"))),
        ),
        ("too long", "too long", claim("x", json!("x".repeat(40_000)))),
    ]
}

fn claim_mutants() -> Vec<Mutant> {
    vec![
        ("iss of another", "another issuer", claim("iss", json!("https://login.other.example"))),
        (
            "iss with a slash",
            "another issuer",
            Box::new(|lies| {
                lies.claims =
                    Some(Arc::new(|claims| claims["iss"] = json!(format!("{}/", claims["iss"].as_str().unwrap()))));
            }),
        ),
        (
            "iss in other case",
            "another issuer",
            Box::new(|lies| {
                lies.claims =
                    Some(Arc::new(|claims| claims["iss"] = json!(claims["iss"].as_str().unwrap().to_uppercase())));
            }),
        ),
        ("iss missing", "another issuer", claim("iss", Value::Null)),
        (
            "iss is a list",
            "another issuer",
            Box::new(|lies| {
                lies.claims = Some(Arc::new(|claims| claims["iss"] = json!([claims["iss"]])));
            }),
        ),
        ("aud of another", "for somebody else", claim("aud", json!("other-client"))),
        ("aud missing", "for somebody else", claim("aud", Value::Null)),
        ("aud empty list", "for somebody else", claim("aud", json!([]))),
        ("aud list of others", "for somebody else", claim("aud", json!(["other-client"]))),
        ("aud prefix", "for somebody else", claim("aud", json!("vestibule-at-hx2"))),
        ("aud with a number", "for somebody else", claim("aud", json!(["vestibule-at-hx", 7]))),
        ("two audiences, no azp", "several audiences", claim("aud", json!(["vestibule-at-hx", "other-client"]))),
        ("azp of another", "another party", claim("azp", json!("other-client"))),
        ("azp is no text", "another party", claim("azp", json!(["vestibule-at-hx"]))),
        ("sub missing", "no proper subject", claim("sub", Value::Null)),
        ("sub empty", "no proper subject", claim("sub", json!(""))),
        ("sub is a number", "no proper subject", claim("sub", json!(1001))),
        ("sub with NUL", "no proper subject", claim("sub", json!("1001\0"))),
        ("sub with look-alikes", "no proper subject", claim("sub", json!("１００１"))),
        ("sub too long", "no proper subject", claim("sub", json!("1".repeat(256)))),
        ("nonce missing", "no nonce", claim("nonce", Value::Null)),
        ("nonce of another sign-in", "another sign-in", claim("nonce", json!("x".repeat(43)))),
        ("nonce empty", "another sign-in", claim("nonce", json!(""))),
        ("exp missing", "no expiry", claim("exp", Value::Null)),
        ("exp as text", "no number", claim("exp", json!("9999999999"))),
        ("exp as true", "no number", claim("exp", json!(true))),
        ("exp beyond all times", "no number", claim("exp", json!(1e300))),
        ("exp negative", "no number", claim("exp", json!(-1))),
        ("expired", "has expired", claim("exp", at(-121))),
        ("nbf in the future", "not valid yet", claim("nbf", at(180))),
        ("nbf as text", "no number", claim("nbf", json!("0"))),
        ("iat missing", "when it was made", claim("iat", Value::Null)),
        ("iat as text", "no number", claim("iat", json!("0"))),
        ("iat in the future", "from the future", claim("iat", at(180))),
        ("iat eleven minutes ago", "too old", claim("iat", at(-660))),
        ("at_hash of another token", "access token was swapped", claim("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"))),
        ("at_hash is no text", "access token was swapped", claim("at_hash", json!(1))),
        ("c_hash of another code", "code was swapped", claim("c_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"))),
        ("auth_time as text", "no number", claim("auth_time", json!("now"))),
    ]
}

#[tokio::test]
async fn a10_every_mutant_of_a_good_token_is_refused_for_its_own_reason() {
    let stage = Stage::new().await;
    let mutants: Vec<Mutant> = signature_mutants().into_iter().chain(form_mutants()).chain(claim_mutants()).collect();
    assert!(mutants.len() >= 30);
    let mut believed_by_the_careless = 0;
    for (name, reason, lie) in &mutants {
        stage.idp.be_honest();
        let stage = stage.with_new_client();
        assert!(stage.sign_in().await.is_ok(), "{name}: the honest token must pass, or the test proves nothing");
        stage.idp.lie(lie);
        // Metadata and keys are part of some lies, so nothing may come from the cache.
        let stage = stage.with_new_client();
        match stage.sign_in().await {
            Err(FederationError::Lied(said)) => assert!(said.contains(reason), "{name}: refused, but because {said}"),
            // Signed, for this very sign-in, and made at another time: that is told apart.
            Err(FederationError::ClocksDiffer { reason: said, ahead }) => {
                assert!(
                    name.starts_with("iat ") && said.contains(reason),
                    "{name}: refused, but because {said} ({ahead} s)"
                );
            }
            other => panic!("{name}: {other:?}"),
        }
        if careless_client_believes(&stage.idp.last_id_token(), &stage.idp.published_keys()) {
            believed_by_the_careless += 1;
        } else {
            // What even the careless refuse is refused here only because the signature is plainly broken.
            let broken = ["signature of the ID token is wrong", "encrypted", "no base64url"];
            let no_key = ["jku in the header", "x5u in the header", "x5c in the header"];
            assert!(broken.contains(reason) || no_key.contains(name), "{name}: the control must believe it");
        }
    }
    println!("A10: {} mutants refused; the careless client believes {believed_by_the_careless}", mutants.len());
    assert!(believed_by_the_careless >= 60, "negative control: {believed_by_the_careless}");
}

#[tokio::test]
async fn a10_good_tokens_of_every_allowed_kind_pass() {
    let stage = Stage::new().await;
    for signer in [Signer::Rs256, Signer::Ps256, Signer::Es256, Signer::EdDsa] {
        stage.idp.lie(|lies| lies.signer = signer);
        assert_eq!(stage.sign_in().await.unwrap().subject, "1001", "{signer:?}");
    }
    let variants: Vec<(&str, Lie)> = vec![
        ("aud as a list of one", claim("aud", json!(["vestibule-at-hx"]))),
        ("azp is us", claim("azp", json!("vestibule-at-hx"))),
        ("no typ", header("typ", Value::Null)),
        ("no kid, one fitting key", header("kid", Value::Null)),
        ("no at_hash", claim("at_hash", Value::Null)),
        ("no c_hash", claim("c_hash", Value::Null)),
        ("exp within the leeway", claim("exp", at(-60))),
        ("exp with a fraction", claim("exp", json!(at(300).as_f64().unwrap() + 0.5))),
        ("nbf within the leeway", claim("nbf", at(60))),
        ("iat nine minutes ago", claim("iat", at(-540))),
        (
            "two audiences and azp",
            Box::new(|lies| {
                lies.claims = Some(Arc::new(|claims| {
                    claims["aud"] = json!(["vestibule-at-hx", "other-client"]);
                    claims["azp"] = json!("vestibule-at-hx");
                }));
            }),
        ),
    ];
    for (name, lie) in variants {
        stage.idp.be_honest();
        stage.idp.lie(lie);
        assert!(stage.sign_in().await.is_ok(), "{name}: {:?}", stage.sign_in().await);
    }
}

/// The negative control: does what the token says. It takes the algorithm from the header, a key from the header or any
/// published one, and looks at no claim.
fn careless_client_believes(token: &str, jwks: &Value) -> bool {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature, ..] = parts[..] else { return false };
    let read = |part: &str| {
        let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).ok()?;
        serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>().next()?.ok()
    };
    let (Some(head), Some(_)) = (read(header), read(payload)) else { return false };
    let message = format!("{header}.{payload}");
    match head["alg"].as_str().unwrap_or_default() {
        none if none.eq_ignore_ascii_case("none") => true,
        "HS256" => {
            let secret = jwks["keys"][0]["n"].as_str().unwrap();
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
            let tag = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default();
            hmac::verify(&key, message.as_bytes(), &tag).is_ok()
        }
        name => {
            let Ok(algorithm) = name.parse::<Algorithm>() else { return false };
            let published = jwks["keys"].as_array().unwrap().iter();
            published.chain([&head["jwk"]]).any(|jwk| {
                let mut bare = jwk.clone();
                if let Some(bare) = bare.as_object_mut() {
                    bare.retain(|name, _| ["kty", "n", "e", "crv", "x", "y"].contains(&name.as_str()));
                }
                let Ok(jwk) = serde_json::from_value::<Jwk>(bare) else { return false };
                let Ok(key) = DecodingKey::from_jwk(&jwk) else { return false };
                jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm).unwrap_or(false)
            })
        }
    }
}
