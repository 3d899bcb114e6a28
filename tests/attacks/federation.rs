//! Attack rows A1 to A5, A11, A14, A15: what a provider says, and where its answers go.

use std::sync::Arc;

use serde_json::{Value, json};
use url::Url;
use vestibule::model::EmailAddress;
use vestibule::oidc_client::{CallbackParameters, Federation};

use super::federation_stage::{OTHER_REDIRECT, REDIRECT, Stage, client_for, connection_to, lied};
use crate::lying_idp::LyingIdp;

#[tokio::test]
async fn a1_an_address_counts_only_if_verified_in_the_same_token_by_who_has_the_last_word() {
    let stage = Stage::new().await;
    let careless = |claims: &Value| claims["email"].is_string() && !claims["email_verified"].is_null();
    let mut believed_by_the_careless = 0;
    for (claims, authoritative) in [
        (json!({ "email": "ada@fabrikam.example", "email_verified": true }), true),
        (json!({ "email": "victim@corp.test", "email_verified": true }), false),
        (json!({ "email": "victim@sub.fabrikam.example", "email_verified": true }), false),
        (json!({ "email": "victim@evilfabrikam.example", "email_verified": true }), false),
        (json!({ "email": "ada@fabrikam.example", "email_verified": "true" }), false),
        (json!({ "email": "ada@fabrikam.example", "email_verified": 1 }), false),
        (json!({ "email": "ada@fabrikam.example", "email_verified": [true] }), false),
        (json!({ "email": "ada@fabrikam.example", "email_verified": null }), false),
        (json!({ "email": "ada@fabrikam.example", "email_verified": false }), false),
        (json!({ "email": "ada@fabrikam.example" }), false),
    ] {
        let mut person = claims.clone();
        person["sub"] = json!("1");
        stage.idp.person(person);
        let email = stage.sign_in().await.unwrap().email.unwrap();
        assert_eq!(email.authoritative, authoritative, "{claims}");
        believed_by_the_careless += usize::from(!authoritative && careless(&claims));
    }
    assert!(believed_by_the_careless >= 5, "negative control: a careless reader believes them");
}

#[tokio::test]
async fn a1_a2_user_info_is_never_authoritative_and_never_about_somebody_else() {
    let stage = Stage::new().await;
    // The address only in user info, called verified there.
    stage.idp.lie(|lies| {
        lies.claims = Some(Arc::new(|claims| {
            claims.as_object_mut().unwrap().retain(|name, _| name != "email" && name != "email_verified");
        }));
    });
    let email = stage.sign_in().await.unwrap().email.unwrap();
    assert_eq!((email.address.as_str(), email.authoritative), ("ada@fabrikam.example", false));
    // "Verified" in the ID token, the address in user info.
    stage.idp.lie(|lies| {
        lies.claims = Some(Arc::new(|claims| {
            claims.as_object_mut().unwrap().remove("email");
        }));
    });
    assert!(!stage.sign_in().await.unwrap().email.unwrap().authoritative);
    assert_eq!(stage.idp.heard("/userinfo").len(), 2);
    // Another address in user info than in the ID token: nobody asks.
    stage.idp.be_honest();
    stage.idp.lie(|lies| lies.user_info = Some(Arc::new(|info| info["email"] = json!("victim@fabrikam.example"))));
    assert_eq!(stage.sign_in().await.unwrap().email.unwrap().address.as_str(), "ada@fabrikam.example");
    assert_eq!(stage.idp.heard("/userinfo").len(), 2);
    // User info about somebody else, or about nobody.
    for sub in [json!("2"), json!(1001), Value::Null] {
        stage.idp.be_honest();
        stage.idp.lie(|lies| {
            lies.claims = Some(Arc::new(|claims| {
                claims.as_object_mut().unwrap().remove("email");
            }));
            lies.user_info = Some(Arc::new(move |info| info["sub"] = sub.clone()));
        });
        lied(stage.sign_in().await, "somebody else");
    }
}

#[tokio::test]
async fn a3_malformed_addresses_are_none_at_all() {
    let stage = Stage::new().await;
    for address in [
        "a@evil@fabrikam.example",
        "\"a@b\"@fabrikam.example",
        "ada@fabrikam.example.",
        "ada@fabrikam.example ",
        "ada@fabrikam.example\0",
        "ada%40fabrikam.example",
        "ada@ＦＡＢＲＩＫＡＭ.example",
        "ada@fabrikam.example,x@evil.example",
        "ada@fabrikam。example",
        "<ada@fabrikam.example>",
        "ada\r\nBcc: x@fabrikam.example",
    ] {
        stage.idp.person(json!({ "sub": "1", "email": address, "email_verified": true }));
        assert_eq!(stage.sign_in().await.unwrap().email, None, "{address:?}");
        assert!(address.contains("abrikam") || address.contains("ＦＡＢ"), "negative control: a search would match");
    }
    stage.idp.person(json!({ "sub": "1", "email": ["ada@fabrikam.example"], "email_verified": true }));
    assert_eq!(stage.sign_in().await.unwrap().email, None);
    stage.idp.person(json!({ "sub": "1", "email": "Ada@FABRIKAM.Example", "email_verified": true }));
    let email = stage.sign_in().await.unwrap().email.unwrap();
    assert!(email.authoritative);
    assert_ne!(email.address, "ada@fabrikam.example".parse::<EmailAddress>().unwrap(), "the local part is not folded");
}

/// `HX` sends the browser on to `H1`, whose code comes back to `H1`'s own redirect URI.
#[tokio::test]
async fn a4_a_mixed_up_code_never_reaches_the_wrong_provider() {
    let mut stage = Stage::new().await;
    let honest = LyingIdp::start("h1.localhost", "vestibule-at-h1", "h1-secret").await;
    stage.client = client_for(&[&stage.idp, &honest], &stage.clock);
    let begin = stage.begin().await.unwrap();
    let mut redirected = Url::parse(&format!("{}/authorize", honest.issuer)).unwrap();
    redirected.query_pairs_mut().extend_pairs(begin.authorization_url.query_pairs().map(|(name, value)| {
        let value = match &*name {
            "client_id" => "vestibule-at-h1".into(),
            "redirect_uri" => OTHER_REDIRECT.into(),
            _ => value,
        };
        (name, value)
    }));
    let back = honest.authorize(&redirected);
    assert!(back.as_str().starts_with(OTHER_REDIRECT));
    lied(stage.finish(&begin.transaction, &back).await, "redirect URI of another connection");
    // The connection of H1, whose redirect URI it is, does not take the state of HX either.
    let h1 = connection_to(&honest, "h1", "vestibule-at-h1", &[]);
    let callback = CallbackParameters::from_query(OTHER_REDIRECT, back.query().unwrap()).unwrap();
    lied(stage.client.finish(&h1, &begin.transaction, &callback).await, "redirect URI of another connection");
    // Should HX get the browser to its own redirect URI, the issuer gives it away.
    let callback = CallbackParameters::from_query(REDIRECT, back.query().unwrap()).unwrap();
    lied(stage.client.finish(&stage.connection, &begin.transaction, &callback).await, "another issuer");
    assert!(stage.idp.heard("/token").is_empty(), "no code for HX");

    // Negative control: without redirect URI and issuer, as a careless client has it, HX gets the code of H1.
    stage.idp.lie(|lies| {
        lies.discovery =
            Some(Arc::new(|document| document["authorization_response_iss_parameter_supported"] = json!(false)));
    });
    let careless = stage.with_new_client();
    let begin = careless.begin().await.unwrap();
    let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();
    let query = format!("state={}&code={code}", begin.transaction.state());
    let callback = CallbackParameters::from_query(REDIRECT, &query).unwrap();
    assert!(careless.client.finish(&careless.connection, &begin.transaction, &callback).await.is_err());
    assert_eq!(stage.idp.heard("/token")[0].form["code"], code);
}

#[tokio::test]
async fn a4_the_issuer_of_the_answer_is_compared_always_and_required_when_announced() {
    let stage = Stage::new().await;
    let drop_iss = |lies: &mut crate::lying_idp::Lies| {
        lies.callback = Some(Arc::new(|parameters| parameters.retain(|(name, _)| name != "iss")));
    };
    stage.idp.lie(drop_iss);
    lied(stage.sign_in().await, "does not name its issuer");
    for wrong in ["https://other.example", "", "HTTPS://HX.LOCALHOST"] {
        stage.idp.lie(|lies| {
            lies.callback = Some(Arc::new(move |parameters| parameters[0].1 = wrong.to_owned()));
        });
        lied(stage.sign_in().await, "another issuer");
    }
    stage.idp.lie(|lies| {
        lies.callback = Some(Arc::new(|parameters| {
            let iss = parameters[0].clone();
            parameters.push(iss);
        }));
    });
    lied(stage.sign_in().await, "a parameter twice");

    // Not announced: may be missing, may still not be wrong.
    let silent: crate::lying_idp::Twist =
        Arc::new(|document| document["authorization_response_iss_parameter_supported"] = json!(false));
    stage.idp.be_honest();
    stage.idp.lie(|lies| lies.discovery = Some(Arc::clone(&silent)));
    let stage = stage.with_new_client();
    stage.idp.lie(drop_iss);
    assert!(stage.sign_in().await.is_ok());
    stage.idp.lie(|lies| {
        lies.callback = Some(Arc::new(|parameters| parameters[0].1 = "https://other.example".to_owned()));
    });
    lied(stage.sign_in().await, "another issuer");
}

#[tokio::test]
async fn a4_code_and_secret_go_where_the_sign_in_began_whatever_is_discovered_later() {
    let stage = Stage::new().await;
    let begin = stage.begin().await.unwrap();
    let back = stage.idp.authorize(&begin.authorization_url);
    stage.idp.lie(|lies| {
        lies.discovery = Some(Arc::new(|document| {
            document["token_endpoint"] =
                json!(document["token_endpoint"].as_str().unwrap().replace("/token", "/thief"));
        }));
    });
    let later = stage.with_new_client();
    later.begin().await.unwrap();
    assert!(later.finish(&begin.transaction, &back).await.is_ok());
    assert_eq!((stage.idp.heard("/token").len(), stage.idp.heard("/thief").len()), (1, 0));
}

#[tokio::test]
async fn a5_a_connection_of_another_tenant_takes_nothing_of_ours() {
    let stage = Stage::new().await;
    let begin = stage.begin().await.unwrap();
    let back = stage.idp.authorize(&begin.authorization_url);
    let query = back.query().unwrap();
    // The same provider, client and name, but the callback of T2.
    let t2 = CallbackParameters::from_query(&REDIRECT.replace("/t1/", "/t2/"), query).unwrap();
    lied(stage.client.finish(&stage.connection, &begin.transaction, &t2).await, "redirect URI of another connection");
    // Another sign-in of the same connection.
    let other = stage.begin().await.unwrap();
    lied(stage.finish(&other.transaction, &back).await, "state");
    for query in [query.replace("state=", "stat="), query.replace("state=", "state=x"), "state=".to_owned()] {
        let callback = CallbackParameters::from_query(REDIRECT, &query).unwrap();
        lied(stage.client.finish(&stage.connection, &begin.transaction, &callback).await, "state");
    }
    assert!(stage.idp.heard("/token").is_empty());
    assert!(stage.finish(&begin.transaction, &back).await.is_ok(), "and in its own place it is good");
}

#[tokio::test]
async fn a11_the_issuer_is_compared_byte_for_byte() {
    let stage = Stage::new().await;
    let issuer = stage.idp.issuer.clone();
    let normalized = |text: &str| Url::parse(text).map(|url| url.as_str().trim_end_matches('/').to_owned()).ok();
    let mut same_to_the_careless = 0;
    for spelling in [
        format!("{issuer}/"),
        issuer.to_uppercase(),
        issuer.replace("hx", "HX"),
        issuer.replace("https:", "http:"),
        issuer.replace("https:", "HTTPS:"),
        issuer.replace("https://", "https://x@"),
        format!("{issuer}/{{tenantid}}"),
        format!("{issuer}?x"),
        format!("{issuer}#"),
        format!(" {issuer}"),
        format!("{issuer}\n"),
        issuer.replace("hx.localhost", "hx.localhost."),
        "https://hx.localhost".to_owned(),
    ] {
        same_to_the_careless += usize::from(normalized(&spelling) == normalized(&issuer));
        stage.idp.lie(|lies| lies.discovery = Some(Arc::new(move |document| document["issuer"] = json!(spelling))));
        let stage = stage.with_new_client();
        lied(stage.sign_in().await, "another issuer");
        assert!(stage.client.inspect(&stage.connection).await.is_err(), "refused when it is set up as well");
    }
    assert!(same_to_the_careless >= 5, "negative control: after normalization {same_to_the_careless} are equal");
    stage.idp.lie(|lies| lies.discovery = Some(Arc::new(|document| document["issuer"] = json!(["x"]))));
    lied(stage.with_new_client().sign_in().await, "another issuer");
}

#[tokio::test]
async fn a14_hostile_names_are_cut_and_cleaned() {
    let stage = Stage::new().await;
    for (name, expected) in [
        (json!("Ada\r\nX-Evil: 1\0"), Some("AdaX-Evil: 1")),
        (json!("\u{202e}nimda\u{2066}"), Some("nimda")),
        (json!("\u{200b}\u{feff} \u{7f}"), None),
        (json!({ "x": 1 }), None),
        (json!(7), None),
    ] {
        stage.idp.person(json!({ "sub": "1", "email": "a@fabrikam.example", "name": name }));
        assert_eq!(stage.sign_in().await.unwrap().name.as_deref(), expected);
    }
    stage.idp.person(json!({ "sub": "1", "email": "a@fabrikam.example", "name": "ä".repeat(5_000) }));
    assert_eq!(stage.sign_in().await.unwrap().name.unwrap().chars().count(), 256);
}

#[tokio::test]
async fn a15_subjects_are_kept_byte_for_byte() {
    let stage = Stage::new().await;
    let mut seen = Vec::new();
    for subject in ["abc", "ABC", "abc ", " abc", "Abc"] {
        stage.idp.person(json!({ "sub": subject, "email": "a@fabrikam.example" }));
        let asserted = stage.sign_in().await.unwrap();
        assert_eq!(asserted.subject, subject);
        assert!(!seen.contains(&(asserted.issuer.clone(), asserted.subject.clone())));
        seen.push((asserted.issuer, asserted.subject));
    }
}
