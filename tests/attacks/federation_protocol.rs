//! The honest way through federation, and each way in which it ends with "no".

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::StatusCode;
use serde_json::json;
use url::Url;
use vestibule::model::{ConnectionKind, Secret};
use vestibule::oidc_client::{Federation, FederationError, LoginHint, Prompt, Transaction};

use super::federation_stage::{REDIRECT, Stage, client_for, connection_to, lied};
use crate::lying_idp::{LyingIdp, Raw};

#[tokio::test]
async fn an_honest_sign_in_asserts_the_person() {
    let stage = Stage::new().await;
    let hint = LoginHint {
        address: Some("ada@fabrikam.example".parse().unwrap()),
        prompt: Prompt::SelectAccount,
        languages: vec!["sv".to_owned(), "en".to_owned()],
    };
    let begin = stage.client.begin(&stage.connection, REDIRECT, hint).await.unwrap();
    let url = begin.authorization_url.as_str();
    assert!(url.ends_with('#'), "a fragment of ours must not get there: {url}");
    for part in [
        "response_type=code",
        "code_challenge_method=S256",
        "login_hint=ada%40fabrikam.example",
        "prompt=select_account",
        "ui_locales=sv+en",
        "scope=openid+email+profile",
        "nonce=",
    ] {
        assert!(url.contains(part), "{part} is missing in {url}");
    }
    let kept = serde_json::to_vec(&begin.transaction).unwrap();
    let transaction: Transaction = serde_json::from_slice(&kept).unwrap();
    assert!(!format!("{begin:?}").contains("verifier"));
    let asserted = stage.finish(&transaction, &stage.idp.authorize(&begin.authorization_url)).await.unwrap();
    assert_eq!((asserted.issuer.as_str(), asserted.subject.as_str()), (stage.idp.issuer.as_str(), "1001"));
    let email = asserted.email.unwrap();
    assert_eq!((email.address.as_str(), email.authoritative), ("ada@fabrikam.example", true));
    assert_eq!(asserted.name.as_deref(), Some("Ada Guest"));
    assert!(stage.idp.heard("/userinfo").is_empty(), "the ID token said enough");
}

#[tokio::test]
async fn each_way_to_authenticate_works_and_a_wrong_secret_does_not() {
    let mut stage = Stage::new().await;
    stage.sign_in().await.unwrap();
    assert!(stage.idp.heard("/token")[0].headers.contains_key("authorization"));
    stage.idp.lie(|lies| lies.post_only = true);
    stage = stage.with_new_client();
    stage.sign_in().await.unwrap();
    let heard = &stage.idp.heard("/token")[1];
    assert!(!heard.headers.contains_key("authorization") && heard.form["client_secret"] == "s&cret with+signs%");
    stage.connection.client_secret = Secret::new("wrong");
    lied(stage.sign_in().await, "invalid_client");
    stage.idp.lie(|lies| {
        lies.discovery = Some(Arc::new(|document| {
            document["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]);
        }));
    });
    assert!(matches!(stage.with_new_client().sign_in().await, Err(FederationError::Misconfigured(_))));

    let public = LyingIdp::start("public.localhost", "public-client", "").await;
    stage.client = client_for(&[&public], &stage.clock);
    stage.connection = connection_to(&public, "hx", "public-client", &[]);
    stage.connection.client_secret = Secret::default();
    stage.idp = Arc::new(public);
    stage.sign_in().await.unwrap();
    let heard = &stage.idp.heard("/token")[0];
    assert!(!heard.form.contains_key("client_secret") && heard.form.contains_key("code_verifier"));
}

#[tokio::test]
async fn a_callback_is_good_once_and_for_a_quarter_of_an_hour() {
    let stage = Stage::new().await;
    let begin = stage.begin().await.unwrap();
    let back = stage.idp.authorize(&begin.authorization_url);
    assert!(stage.finish(&begin.transaction, &back).await.is_ok());
    assert_eq!(stage.finish(&begin.transaction, &back).await, Err(FederationError::Expired));
    let begin = stage.begin().await.unwrap();
    let back = stage.idp.authorize(&begin.authorization_url);
    stage.clock.0.store(901, Ordering::SeqCst);
    assert_eq!(stage.finish(&begin.transaction, &back).await, Err(FederationError::Expired));
    assert_eq!(stage.idp.heard("/token").len(), 2, "a late code is not even sent");
}

#[tokio::test]
async fn every_no_has_its_kind() {
    let stage = Stage::new().await;
    for (error, kind) in [
        ("access_denied", FederationError::Declined),
        ("login_required", FederationError::Declined),
        ("server_error", FederationError::Down("it answered server_error".to_owned())),
        ("invalid_scope", FederationError::Lied("it answered the error invalid_scope".to_owned())),
        ("ada@fabrikam.example\r\n", FederationError::Lied("it answered the error (unreadable)".to_owned())),
    ] {
        stage.idp.lie(|lies| lies.error = Some(error.to_owned()));
        assert_eq!(stage.sign_in().await, Err(kind));
    }
    stage.idp.lie(|lies| {
        lies.error = None;
        lies.callback = Some(Arc::new(|parameters| parameters.push(("error".to_owned(), "access_denied".to_owned()))));
    });
    lied(stage.sign_in().await, "both a code and an error");
    stage.idp.be_honest();
    for (answer, part) in [
        (json!({ "access_token": "x", "token_type": "Bearer" }), "no ID token"),
        (json!({ "access_token": "x", "token_type": "mac", "id_token": "x" }), "another type than Bearer"),
        (json!({ "access_token": 7, "token_type": "Bearer" }), "is no text"),
        (json!({ "error": "invalid_client" }), "invalid_client"),
        (json!([]), "no JSON object"),
    ] {
        stage.idp.lie(|lies| lies.token_answer = Some(Arc::new(move |value| *value = answer.clone())));
        lied(stage.sign_in().await, part);
    }
    stage.idp.lie(|lies| {
        let down = Raw { status: Some(StatusCode::BAD_GATEWAY), ..Raw::default() };
        lies.raw.insert("/token".to_owned(), down);
    });
    assert!(matches!(stage.sign_in().await, Err(FederationError::Down(_))));
    let mut nowhere = stage.with_new_client();
    nowhere.connection.issuer = "https://nobody.localhost:9".to_owned();
    assert!(nowhere.begin().await.is_err());
}

#[tokio::test]
async fn plain_oauth_signs_in_and_is_never_authoritative() {
    let mut stage = Stage::new().await;
    let endpoint = |path: &str| Some(Url::parse(&format!("{}{path}", stage.idp.issuer)).unwrap());
    let connection = &mut stage.connection;
    connection.authorization_endpoint = endpoint("/authorize");
    connection.token_endpoint = endpoint("/token");
    connection.userinfo_endpoint = endpoint("/userinfo");
    connection.kind = ConnectionKind::OAuth2;
    connection.issuer = String::new();
    for (person, subject) in [
        (json!({ "id": 583231, "email": "ada@fabrikam.example", "email_verified": true }), "583231"),
        (json!({ "sub": "u-1", "id": 7, "email": "ada@fabrikam.example" }), "u-1"),
    ] {
        stage.idp.person(person);
        let asserted = stage.sign_in().await.unwrap();
        assert_eq!(asserted.subject, subject);
        assert_eq!(asserted.issuer, format!("oauth2:{}/userinfo", stage.idp.issuer));
        assert!(!asserted.email.unwrap().authoritative);
    }
    for person in [json!({ "email": "x@y.example" }), json!({ "id": -1 }), json!({ "id": 1.5 }), json!({ "sub": {} })] {
        stage.idp.person(person);
        lied(stage.sign_in().await, "no proper sub or id");
    }
}

#[tokio::test]
async fn inspection_tells_what_to_look_at() {
    let stage = Stage::new().await;
    let inspection = stage.client.inspect(&stage.connection).await.unwrap();
    assert_eq!(inspection.client_authentication, "client_secret_basic");
    assert_eq!(inspection.keys.len(), 3);
    assert_eq!(inspection.remarks, Vec::<String>::new());
    stage.idp.lie(|lies| lies.jwks = Some(Arc::new(|jwks| jwks["keys"][0]["n"] = json!("AQAB"))));
    let inspection = stage.client.inspect(&stage.connection).await.unwrap();
    assert_eq!(inspection.keys.len(), 2);
    assert!(inspection.remarks[0].contains("less than 2048 bits"), "{:?}", inspection.remarks);
}
