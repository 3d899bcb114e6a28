//! The certification plans for relying parties, Basic, Config and Back-Channel Logout: each module under its official name, with
//! us as the client. The modules of RP-Initiated Logout need a browser: see the story `home_logout`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::federation_stage::{Stage, lied};
use crate::lying_idp::{Lies, Signer, compact};

fn without(name: &'static str) -> impl Fn(&mut Value) + Send + Sync {
    move |object| {
        object.as_object_mut().unwrap().remove(name);
    }
}

fn with(name: &'static str, value: Value) -> impl Fn(&mut Value) + Send + Sync {
    move |object| object[name] = value.clone()
}

/// The module in which the provider lies: the same sign-in passes before, and is refused for this reason after.
async fn refused(how: impl FnOnce(&mut Lies), reason: &str) {
    let stage = Stage::new().await;
    stage.sign_in().await.unwrap();
    stage.idp.lie(how);
    lied(stage.with_new_client().sign_in().await, reason);
}

// Basic, 14

#[tokio::test]
async fn oidcc_client_test() {
    let asserted = Stage::new().await.sign_in().await.unwrap();
    assert_eq!(asserted.subject, "1001");
}

#[tokio::test]
async fn oidcc_client_test_invalid_iss() {
    refused(|lies| lies.claims = Some(Arc::new(with("iss", json!("https://other.example")))), "issuer").await;
}

#[tokio::test]
async fn oidcc_client_test_missing_sub() {
    refused(|lies| lies.claims = Some(Arc::new(without("sub"))), "sub").await;
}

#[tokio::test]
async fn oidcc_client_test_invalid_aud() {
    refused(|lies| lies.claims = Some(Arc::new(with("aud", json!("somebody else")))), "for somebody else").await;
}

#[tokio::test]
async fn oidcc_client_test_missing_iat() {
    refused(|lies| lies.claims = Some(Arc::new(without("iat"))), "iat").await;
}

/// One key and no name for it: this must work.
#[tokio::test]
async fn oidcc_client_test_kid_absent_single_jwks() {
    let stage = Stage::new().await;
    stage.idp.lie(|lies| {
        lies.header = Some(Arc::new(without("kid")));
        lies.jwks = Some(Arc::new(|jwks| jwks["keys"].as_array_mut().unwrap().retain(|key| key["kty"] == "RSA")));
    });
    assert!(stage.sign_in().await.is_ok());
}

/// Several keys that fit and no name: a client may give up, and must not take any one key for the right one.
#[tokio::test]
async fn oidcc_client_test_kid_absent_multiple_jwks() {
    let stage = Stage::new().await;
    let two_of_a_kind = |jwks: &mut Value| {
        let mut other = jwks["keys"][0].clone();
        other["kid"] = json!("rsa-2");
        jwks["keys"].as_array_mut().unwrap().push(other);
    };
    stage.idp.lie(|lies| {
        lies.header = Some(Arc::new(without("kid")));
        lies.jwks = Some(Arc::new(two_of_a_kind));
    });
    assert!(stage.sign_in().await.is_err());
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_rs256() {
    let stage = Stage::new().await;
    stage.idp.lie(|lies| lies.signer = Signer::Rs256);
    assert!(stage.sign_in().await.is_ok());
}

/// A client that asks for RS256 and gets no signature refuses.
#[tokio::test]
async fn oidcc_client_test_idtoken_sig_none() {
    refused(
        |lies| {
            lies.token = Some(Arc::new(|_, claims| {
                let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
                format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&claims.to_string()))
            }));
        },
        "algorithm of the ID token is not allowed",
    )
    .await;
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_rs256() {
    refused(
        |lies| {
            lies.token = Some(Arc::new(|header, claims| {
                let whole = crate::lying_idp::compact(Signer::Rs256, &header.to_string(), &claims.to_string());
                let (signed, signature) = whole.rsplit_once('.').unwrap();
                let mut bytes = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
                bytes[0] ^= 0x5a;
                format!("{signed}.{}", BASE64URL_NOPAD.encode(&bytes))
            }));
        },
        "signature of the ID token is wrong",
    )
    .await;
}

/// User info about somebody else is refused, wherever user info is needed.
#[tokio::test]
async fn oidcc_client_test_userinfo_invalid_sub() {
    let stage = Stage::new().await;
    stage.idp.lie(|lies| lies.claims = Some(Arc::new(without("email"))));
    assert!(stage.sign_in().await.is_ok());
    stage.idp.lie(|lies| lies.user_info = Some(Arc::new(with("sub", json!("somebody else")))));
    lied(stage.sign_in().await, "somebody else");
}

#[tokio::test]
async fn oidcc_client_test_nonce_invalid() {
    refused(|lies| lies.claims = Some(Arc::new(with("nonce", json!("another")))), "nonce").await;
}

/// What the scopes stand for is read from user info where the ID token leaves it out.
#[tokio::test]
async fn oidcc_client_test_scope_userinfo_claims() {
    let stage = Stage::new().await;
    stage.idp.lie(|lies| {
        lies.claims = Some(Arc::new(|claims| {
            claims
                .as_object_mut()
                .unwrap()
                .retain(|name, _| !["name", "email", "email_verified"].contains(&name.as_str()));
        }));
    });
    let asserted = stage.sign_in().await.unwrap();
    assert_eq!(asserted.email.unwrap().address.as_str(), "ada@fabrikam.example");
    assert_eq!(asserted.name.as_deref(), Some("Ada Guest"));
    assert_eq!(stage.idp.heard("/userinfo").len(), 1);
}

#[tokio::test]
async fn oidcc_client_test_client_secret_basic() {
    let stage = Stage::new().await;
    stage.sign_in().await.unwrap();
    let heard = stage.idp.heard("/token").remove(0);
    assert!(heard.headers["authorization"].to_str().unwrap().starts_with("Basic "));
    assert!(!heard.form.contains_key("client_secret"), "one way at a time (RFC 6749 §2.3)");
}

// Config, 6

#[tokio::test]
async fn oidcc_client_test_discovery_openid_config() {
    let stage = Stage::new().await;
    let begin = stage.begin().await.unwrap();
    assert_eq!(stage.idp.heard("/.well-known/openid-configuration").len(), 1);
    assert!(begin.authorization_url.as_str().starts_with(&format!("{}/authorize?", stage.idp.issuer)));
}

#[tokio::test]
async fn oidcc_client_test_discovery_jwks_uri_keys() {
    let stage = Stage::new().await;
    stage.idp.lie(|lies| {
        lies.discovery = Some(Arc::new(|found| {
            let elsewhere = found["jwks_uri"].as_str().unwrap().replace("/jwks", "/other/jwks");
            found["jwks_uri"] = json!(elsewhere);
        }));
        let body = json!({ "keys": crate::lying_idp::keys::public() }).to_string();
        let raw = crate::lying_idp::Raw { body: (body.into(), 1), ..Default::default() };
        lies.raw.insert("/other/jwks".to_owned(), raw);
    });
    assert!(stage.sign_in().await.is_ok());
    assert_eq!((stage.idp.heard("/other/jwks").len(), stage.idp.heard("/jwks").len()), (1, 0));
}

#[tokio::test]
async fn oidcc_client_test_discovery_issuer_mismatch() {
    let stage = Stage::new().await;
    stage.begin().await.unwrap();
    stage.idp.lie(|lies| lies.discovery = Some(Arc::new(with("issuer", json!("https://other.example")))));
    assert!(stage.with_new_client().begin().await.is_err());
}

/// The Config plan repeats the module of the Basic plan; here with a discovery document that offers `none`.
#[tokio::test]
async fn oidcc_client_test_idtoken_sig_none_config() {
    refused(
        |lies| {
            lies.discovery = Some(Arc::new(with("id_token_signing_alg_values_supported", json!(["none", "RS256"]))));
            lies.token = Some(Arc::new(|_, claims| {
                let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
                format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&claims.to_string()))
            }));
        },
        "algorithm of the ID token is not allowed",
    )
    .await;
}

/// Renames the RSA key, as if it were a new one.
fn rotates(lies: &mut Lies, kid: &'static str) {
    lies.header = Some(Arc::new(with("kid", json!(kid))));
    lies.jwks = Some(Arc::new(move |jwks| jwks["keys"][0]["kid"] = json!(kid)));
}

/// New keys come between the browser's leaving and the token: the unknown name makes the client look again.
#[tokio::test]
async fn oidcc_client_test_signing_key_rotation_just_before_signing() {
    let stage = Stage::new().await;
    let begin = stage.begin().await.unwrap();
    let back = stage.idp.authorize(&begin.authorization_url);
    stage.idp.lie(|lies| rotates(lies, "fresh"));
    assert!(stage.finish(&begin.transaction, &back).await.is_ok());
}

/// New keys come between two sign-ins.
#[tokio::test]
async fn oidcc_client_test_signing_key_rotation() {
    let stage = Stage::new().await;
    stage.sign_in().await.unwrap();
    stage.idp.lie(|lies| rotates(lies, "fresh"));
    stage.clock.0.store(61, Ordering::SeqCst);
    assert!(stage.sign_in().await.is_ok());
    assert_eq!(stage.idp.heard("/jwks").len(), 2);
}

// Back-Channel Logout, 8

const LOGOUT_HEADER: &str = r#"{"alg":"RS256","kid":"rsa","typ":"logout+jwt"}"#;

/// A logout token that is good but for one thing is refused for it, and the same without that thing is believed.
async fn logout_refused(change: impl FnOnce(&mut Value), reason: &str) {
    let stage = Stage::new().await;
    let good = stage.idp.logout_claims();
    let mut claims = good.clone();
    change(&mut claims);
    stage.says_no(&compact(Signer::Rs256, LOGOUT_HEADER, &claims.to_string()), reason).await;
    stage.signed_out(&compact(Signer::Rs256, LOGOUT_HEADER, &good.to_string())).await.unwrap();
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout() {
    let stage = Stage::new().await;
    let claims = stage.idp.logout_claims();
    let logout = stage.signed_out(&compact(Signer::Rs256, LOGOUT_HEADER, &claims.to_string())).await.unwrap();
    assert_eq!(
        (logout.issuer.as_str(), logout.id.as_str()),
        (stage.idp.issuer.as_str(), claims["jti"].as_str().unwrap())
    );
    assert_eq!((logout.subject.as_deref(), logout.sid.as_deref()), (Some("1001"), Some("s-1")));
    // One cache of keys for ID tokens and these.
    stage.sign_in().await.unwrap();
    assert_eq!(stage.idp.heard("/jwks").len(), 1);
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_alg_none() {
    let stage = Stage::new().await;
    let claims = stage.idp.logout_claims().to_string();
    for alg in ["none", "None", "nOnE", ""] {
        let header = json!({ "alg": alg, "typ": "logout+jwt" }).to_string();
        let unsigned =
            format!("{}.{}.", BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(claims.as_bytes()));
        stage.says_no(&unsigned, "algorithm of the logout token is not allowed").await;
    }
    stage.signed_out(&compact(Signer::Rs256, LOGOUT_HEADER, &claims)).await.unwrap();
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_no_event() {
    logout_refused(without("events"), "(events)").await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce() {
    logout_refused(with("nonce", json!("a nonce")), "nonce").await;
}

/// Another algorithm than those that the provider announces, with a key that it publishes; and a symmetric one.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg() {
    let stage = Stage::new().await;
    let rs256_alone = with("id_token_signing_alg_values_supported", json!(["RS256"]));
    stage.idp.lie(|lies| lies.discovery = Some(Arc::new(rs256_alone)));
    let claims = stage.idp.logout_claims().to_string();
    let other = json!({ "alg": "ES256", "kid": "p256", "typ": "logout+jwt" }).to_string();
    stage.says_no(&compact(Signer::Es256, &other, &claims), "algorithm that was not announced").await;
    let shared = json!({ "alg": "HS256", "typ": "logout+jwt" }).to_string();
    stage.says_no(&compact(Signer::Rs256, &shared, &claims), "algorithm of the logout token is not allowed").await;
    stage.signed_out(&compact(Signer::Rs256, LOGOUT_HEADER, &claims)).await.unwrap();
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud() {
    logout_refused(with("aud", json!("somebody else")), "for somebody else").await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event() {
    logout_refused(with("events", json!({ "http://schemas.openid.net/event/other": {} })), "(events)").await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss() {
    logout_refused(with("iss", json!("https://other.example")), "another issuer").await;
}
