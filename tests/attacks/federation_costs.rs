//! Attack rows A12 and H1: what a provider can cost us, and where it can send us.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;
use vestibule::oidc_client::FederationError;

use super::federation_stage::{Stage, lied};
use crate::lying_idp::Raw;

#[tokio::test]
async fn a12_a_flood_of_unknown_key_ids_costs_two_fetches() {
    let stage = Arc::new(Stage::new().await);
    stage.sign_in().await.unwrap();
    stage.idp.lie(|lies| {
        lies.header = Some(Arc::new(|header| {
            header["kid"] = json!(format!("{:?}", Instant::now()));
        }));
    });
    let floods = (0..100).map(|_| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move {
            for _ in 0..5 {
                lied(stage.sign_in().await, "does not publish");
            }
        })
    });
    for flood in floods.collect::<Vec<_>>() {
        flood.await.unwrap();
    }
    assert_eq!(stage.idp.heard("/token").len(), 501, "negative control: each of them got as far as a token");
    assert_eq!(stage.idp.heard("/jwks").len(), 2);
    assert_eq!(stage.idp.heard("/.well-known/openid-configuration").len(), 1);
    // A new key of an honest provider is found a minute later.
    stage.idp.be_honest();
    stage.idp.lie(|lies| {
        lies.header = Some(Arc::new(|header| header["kid"] = json!("new")));
        lies.jwks = Some(Arc::new(|jwks| jwks["keys"][0]["kid"] = json!("new")));
    });
    lied(stage.sign_in().await, "does not publish");
    stage.clock.0.store(61, Ordering::SeqCst);
    assert!(stage.sign_in().await.is_ok());
    assert_eq!(stage.idp.heard("/jwks").len(), 3);
}

#[tokio::test]
async fn a12_keys_are_kept_through_an_hour_of_silence_and_not_for_ever() {
    let stage = Stage::new().await;
    stage.idp.lie(|lies| lies.cache_control = Some("max-age=600".to_owned()));
    stage.sign_in().await.unwrap();
    let down = Raw { status: Some(StatusCode::SERVICE_UNAVAILABLE), ..Raw::default() };
    stage.idp.lie(|lies| {
        lies.raw.insert("/jwks".to_owned(), down.clone());
        lies.raw.insert("/.well-known/openid-configuration".to_owned(), down);
    });
    // Begin and end lie close together; the clock of the provider is the real one, so only fetches see it move.
    stage.clock.0.store(90, Ordering::SeqCst);
    assert!(stage.sign_in().await.is_ok());
    assert_eq!(stage.idp.heard("/jwks").len(), 1, "still fresh");
    let begin_at = |seconds: i64| {
        stage.clock.0.store(seconds, Ordering::SeqCst);
        stage.begin()
    };
    assert!(begin_at(601).await.is_ok(), "outdated, and the provider is silent");
    assert!(begin_at(600 + 3_500).await.is_ok());
    assert!(matches!(begin_at(600 + 3_601).await, Err(FederationError::Down(_))));
}

#[tokio::test]
async fn a12_h1_documents_that_are_huge_slow_deep_or_elsewhere_end_quickly() {
    let stage = Stage::new().await;
    let body = |text: &str, times| (Bytes::from(text.to_owned()), times);
    let many = json!({ "keys": vec![json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" }); 100] }).to_string();
    let deep = format!("{{\"keys\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let redirect = Raw {
        status: Some(StatusCode::FOUND),
        headers: vec![("location", "https://169.254.169.254/".to_owned())],
        ..Raw::default()
    };
    let packed = Raw { headers: vec![("content-encoding", "gzip".to_owned())], body: body("x", 1), ..Raw::default() };
    let lies = [
        ("100 MB", Raw { body: (Bytes::from(vec![b' '; 1_000_000]), 100), ..Raw::default() }),
        ("a byte at a time", Raw { body: body(" ", 100_000), pause: Duration::from_millis(500), ..Raw::default() }),
        ("a hundred keys", Raw { body: body(&many, 1), ..Raw::default() }),
        ("deep", Raw { body: body(&deep, 1), ..Raw::default() }),
        ("no JSON", Raw { body: body("<html>", 1), ..Raw::default() }),
        ("elsewhere", redirect),
        ("packed", packed),
    ];
    for (name, raw) in lies {
        for path in ["/.well-known/openid-configuration", "/jwks"] {
            stage.idp.be_honest();
            stage.idp.lie(|lies| {
                lies.raw.insert(path.to_owned(), raw.clone());
            });
            let before = Instant::now();
            let result = stage.with_new_client().sign_in().await;
            assert!(
                matches!(result, Err(FederationError::Lied(_) | FederationError::Down(_))),
                "{name} {path}: {result:?}"
            );
            assert!(before.elapsed() < Duration::from_secs(6), "{name} {path} took {:?}", before.elapsed());
        }
    }
    stage.idp.be_honest();
    assert!(stage.with_new_client().sign_in().await.is_ok());
}

#[tokio::test]
async fn h1_endpoints_inside_are_refused_before_anybody_leaves() {
    let stage = Stage::new().await;
    for endpoint in ["token_endpoint", "userinfo_endpoint", "jwks_uri", "authorization_endpoint"] {
        for url in
            ["http://evil.example/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_", "javascript:alert(1)", "", "x"]
        {
            stage.idp.lie(|lies| lies.discovery = Some(Arc::new(move |document| document[endpoint] = json!(url))));
            let begun = stage.with_new_client().begin().await;
            assert!(matches!(begun, Err(FederationError::Lied(_))), "{endpoint} {url}: {begun:?}");
        }
        if endpoint == "authorization_endpoint" {
            continue;
        }
        for url in [
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/",
            "https://login.example:22/",
            "https://a@b.example/",
        ] {
            stage.idp.lie(|lies| lies.discovery = Some(Arc::new(move |document| document[endpoint] = json!(url))));
            let begun = stage.with_new_client().begin().await;
            assert!(matches!(begun, Err(FederationError::Lied(_))), "{endpoint} {url}: {begun:?}");
        }
    }
}
