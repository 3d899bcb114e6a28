//! Logout tokens of home providers (attack rows A10, J5, J7): every mutant of a good one is refused, for its own reason, and a
//! careless client believes it.

use std::sync::atomic::Ordering;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use vestibule::clock::{Clock, SystemClock};
use vestibule::oidc_client::FederationError;

use super::federation_stage::Stage;
use crate::lying_idp::{Signer, compact, keys};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn set(object: &mut Value, name: &str, value: Value) {
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = value;
    }
}

fn at(seconds: i64) -> Value {
    json!(SystemClock.now().seconds() + seconds)
}

/// What a careless client looks at: is it a JWS of three parts that tells of a logout?
fn is_believed_by_the_careless(token: &str) -> bool {
    let payload = token.split('.').nth(1).and_then(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    let claims: Option<Value> = payload.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    claims.is_some_and(|claims| claims.get("sub").is_some() || claims.get("sid").is_some())
}

/// A10: claims.
#[tokio::test]
async fn a10_every_claim_of_a_logout_token_is_checked() {
    let stage = Stage::new().await;
    let header = json!({ "alg": "RS256", "kid": "rsa", "typ": "logout+jwt" });
    let mutants: Vec<(&str, Value, &str)> = vec![
        ("iss", Value::Null, "(iss)"),
        ("iss", json!(format!("{}/", stage.idp.issuer)), "(iss)"),
        ("iss", json!(stage.idp.issuer.to_uppercase()), "(iss)"),
        ("iss", json!([stage.idp.issuer]), "(iss)"),
        ("aud", Value::Null, "(aud)"),
        ("aud", json!([]), "(aud)"),
        ("aud", json!("vestibule-at-HX"), "(aud)"),
        ("aud", json!(["vestibule-at-hx", 7]), "(aud)"),
        ("aud", json!(["vestibule-at-hx", "another"]), "(azp)"),
        ("azp", json!("another"), "(azp)"),
        ("iat", Value::Null, "(iat)"),
        ("iat", at(-700), "too old"),
        ("iat", at(300), "future"),
        ("iat", json!(at(0).to_string()), "no number"),
        ("exp", Value::Null, "(exp)"),
        ("exp", at(-200), "expired"),
        ("exp", json!(at(60).to_string()), "no number"),
        ("nbf", at(300), "(nbf)"),
        ("nonce", json!("n"), "nonce"),
        ("nonce", json!(""), "nonce"),
        ("events", Value::Null, "(events)"),
        ("events", json!([EVENT]), "(events)"),
        ("events", json!(EVENT), "(events)"),
        ("events", json!({}), "(events)"),
        ("events", json!({ EVENT: null }), "(events)"),
        ("events", json!({ EVENT: true }), "(events)"),
        ("events", json!({ EVENT: [] }), "(events)"),
        ("events", json!({ format!("{EVENT}/"): {} }), "(events)"),
        ("events", json!({ EVENT.to_uppercase(): {} }), "(events)"),
        ("events", json!({ EVENT: {}, "https://other.example/event": {} }), "(events)"),
        ("sub", json!(""), "(sub)"),
        ("sub", json!(1001), "(sub)"),
        ("sub", json!("10\u{2066}01"), "(sub)"),
        ("sid", json!(""), "(sid)"),
        ("sid", json!(["s-1"]), "(sid)"),
        ("sid", json!("s".repeat(257)), "(sid)"),
        ("jti", Value::Null, "(jti)"),
        ("jti", json!(""), "(jti)"),
        ("jti", json!(7), "(jti)"),
        ("jti", json!("j".repeat(257)), "(jti)"),
    ];
    let mut fooled = 0;
    for (name, value, reason) in &mutants {
        let mut claims = stage.idp.logout_claims();
        set(&mut claims, name, value.clone());
        let token = compact(Signer::Rs256, &header.to_string(), &claims.to_string());
        stage.says_no(&token, reason).await;
        fooled += usize::from(is_believed_by_the_careless(&token));
    }
    assert_eq!(fooled, mutants.len(), "each mutant means something to a careless client");
    let mut nobody = stage.idp.logout_claims();
    set(&mut nobody, "sub", Value::Null);
    set(&mut nobody, "sid", Value::Null);
    stage.says_no(&compact(Signer::Rs256, &header.to_string(), &nobody.to_string()), "(sub, sid)").await;
    // A member twice: which of the two counts would be up to the parser.
    let twice = stage.idp.logout_claims().to_string().replacen('{', r#"{"sub":"1002","#, 1);
    stage.says_no(&compact(Signer::Rs256, &header.to_string(), &twice), "no unambiguous JSON").await;

    // What the specification leaves open is believed.
    for (name, value) in [
        ("sub", Value::Null),
        ("sid", Value::Null),
        ("aud", json!(["vestibule-at-hx"])),
        ("azp", json!("vestibule-at-hx")),
        ("events", json!({ EVENT: { "more": 1 } })),
        ("trace_id", json!("x")),
        ("iat", at(-500)),
    ] {
        let mut claims = stage.idp.logout_claims();
        set(&mut claims, name, value);
        stage.signed_out(&compact(Signer::Rs256, &header.to_string(), &claims.to_string())).await.unwrap();
    }
}

/// J7: no token of another kind is a logout token, and a logout token is no ID token.
#[tokio::test]
async fn j7_a_logout_token_is_told_from_every_other_kind() {
    let stage = Stage::new().await;
    let claims = stage.idp.logout_claims().to_string();
    let header = |typ: &str| json!({ "alg": "RS256", "kid": "rsa", "typ": typ }).to_string();
    for typ in
        ["at+jwt", "application/at+jwt", "dpop+jwt", "secevent+jwt", "logout+jwt2", "logout", "oauth-authz-req+jwt", ""]
    {
        stage.says_no(&compact(Signer::Rs256, &header(typ), &claims), "another type").await;
    }
    for typ in ["logout+jwt", "LOGOUT+JWT", "JWT", "jwt"] {
        stage.signed_out(&compact(Signer::Rs256, &header(typ), &claims)).await.unwrap();
    }
    let untyped = json!({ "alg": "RS256", "kid": "rsa" }).to_string();
    stage.signed_out(&compact(Signer::Rs256, &untyped, &claims)).await.unwrap();
    // The ID token of a sign-in says that somebody is there, not that somebody left.
    stage.sign_in().await.unwrap();
    stage.says_no(&stage.idp.last_id_token(), "nonce").await;
    // And the other way round, even if a logout token came with everything that an ID token has.
    stage.idp.lie(|lies| {
        lies.header = Some(std::sync::Arc::new(|header| header["typ"] = json!("logout+jwt")));
    });
    super::federation_stage::lied(stage.sign_in().await, "another type");
}

/// A10: signatures and keys.
#[tokio::test]
async fn a10_a_logout_token_is_believed_by_the_keys_of_its_issuer_alone() {
    let stage = Stage::new().await;
    let claims = stage.idp.logout_claims().to_string();
    let header = |alg: &str, kid: &str| json!({ "alg": alg, "kid": kid, "typ": "logout+jwt" }).to_string();
    stage.says_no(&compact(Signer::Stranger, &header("ES256", "p256"), &claims), "signature").await;
    stage.says_no(&compact(Signer::Stranger, &header("ES256", "unknown"), &claims), "does not publish").await;
    for name in ["jwk", "jku", "x5u", "x5c", "crit", "b64"] {
        let mut own = json!({ "alg": "ES256", "kid": "p256", "typ": "logout+jwt" });
        own[name] = keys::stranger();
        stage.says_no(&compact(Signer::Stranger, &own.to_string(), &claims), "forbidden member").await;
    }
    let good = compact(Signer::Rs256, &header("RS256", "rsa"), &claims);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    for broken in
        ["", ".", "..", "a.b.c", signed, &format!("{signed}."), &format!("{good}.{signature}"), &format!("{good}=")]
    {
        assert!(matches!(stage.signed_out(broken).await, Err(FederationError::Lied(_))), "{broken}");
    }
    let mut other = stage.idp.logout_claims();
    other["sub"] = json!("1002");
    let payload = BASE64URL_NOPAD.encode(other.to_string().as_bytes());
    let moved = format!("{}.{payload}.{signature}", signed.split('.').next().unwrap());
    stage.says_no(&moved, "signature").await;
    for (signer, alg, kid) in
        [(Signer::Ps256, "PS256", "rsa"), (Signer::Es256, "ES256", "p256"), (Signer::EdDsa, "EdDSA", "ed25519")]
    {
        stage.signed_out(&compact(signer, &header(alg, kid), &claims)).await.unwrap();
    }
    stage.signed_out(&good).await.unwrap();
    // Unknown key ids force one fetch a minute at most (attack row A12).
    let before = stage.idp.heard("/jwks").len();
    for round in 0..20 {
        let kid = format!("unknown-{round}");
        stage.says_no(&compact(Signer::Stranger, &header("ES256", &kid), &claims), "does not publish").await;
    }
    assert_eq!(stage.idp.heard("/jwks").len(), before);
    // The clock of this side is what counts.
    stage.clock.0.store(1_000, Ordering::SeqCst);
    stage.says_no(&good, "expired").await;
}

/// Plain OAuth 2.0 has no keys, and so nothing that could sign.
#[tokio::test]
async fn a10_plain_oauth_has_no_logout_tokens() {
    let mut stage = Stage::new().await;
    let token = compact(
        Signer::Rs256,
        r#"{"alg":"RS256","kid":"rsa","typ":"logout+jwt"}"#,
        &stage.idp.logout_claims().to_string(),
    );
    stage.signed_out(&token).await.unwrap();
    stage.connection.kind = vestibule::model::ConnectionKind::OAuth2;
    assert!(matches!(stage.signed_out(&token).await, Err(FederationError::Misconfigured(_))));
}
