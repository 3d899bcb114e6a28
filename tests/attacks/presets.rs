//! Attack rows A1, A11, A15 and the nOAuth case, at each well-known provider: what its preset believes, and what a lying
//! twin of it may say.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;
use vestibule::model::{Connection, ConnectionKind, MICROSOFT_CONSUMERS, Preset};
use vestibule::oidc_client::{Asserted, Federation, FederationError, LoginHint, Prompt};

use super::federation_stage::{REDIRECT, Stage, lied};
use crate::lying_idp::Raw;

const WORK: Uuid = Uuid::from_u128(0xc0a7_0500_0000_4000_8000_0000_0000_00a2);
const OTHER: Uuid = Uuid::from_u128(0xc0a7_0500_0000_4000_8000_0000_0000_00a3);
const OBJECT: &str = "0c1de25a-0000-4000-8000-00000000000d";

/// A stage whose connection speaks as `preset`, for these domains, which nothing but the preset's own rule proves.
async fn stage(preset: Preset, domains: &[&str]) -> Stage {
    let mut stage = Stage::new().await;
    let connection = &mut stage.connection;
    (connection.preset, connection.verified) = (Some(preset), false);
    connection.domains = domains.iter().map(|domain| domain.parse().unwrap()).collect();
    connection.prove(&[]);
    stage
}

/// A stage of Microsoft: the provider serves the discovery of all organizations, or of the one tenant that is pinned.
async fn microsoft(preset: Preset, tenants: &[Uuid], domains: &[&str]) -> Stage {
    let mut stage = stage(preset, domains).await;
    let template = format!("{}/{{tenantid}}/v2.0", stage.idp.issuer);
    stage.connection.tenant_ids = tenants.to_vec();
    stage.connection.issuer = match tenants {
        [only] => template.replace("{tenantid}", &only.to_string()),
        _ => template,
    };
    says(&stage, WORK, json!({}));
    stage
}

/// Lets the Microsoft twin speak for `tenant`, with these claims besides.
fn says(stage: &Stage, tenant: Uuid, more: Value) {
    let (discovered, base) = (stage.connection.issuer.clone(), stage.idp.issuer.clone());
    stage.idp.lie(|lies| {
        lies.discovery = Some(Arc::new(move |document| {
            document["issuer"] = json!(discovered);
            document.as_object_mut().unwrap().remove("authorization_response_iss_parameter_supported");
        }));
        lies.callback = Some(Arc::new(|parameters| parameters.retain(|(name, _)| name != "iss")));
        lies.claims = Some(Arc::new(move |claims| {
            claims["iss"] = json!(format!("{base}/{tenant}/v2.0"));
            claims["tid"] = json!(tenant.to_string());
            claims["oid"] = json!(OBJECT);
            for (name, value) in more.as_object().unwrap() {
                claims[name] = value.clone();
            }
        }));
    });
}

fn authoritative(asserted: &Asserted) -> bool {
    asserted.email.as_ref().unwrap().authoritative
}

#[tokio::test]
async fn microsoft_believes_an_address_only_if_entra_says_that_the_domain_is_the_tenants() {
    let stage = microsoft(Preset::Microsoft, &[WORK], &["fabrikam.example"]).await;
    // nOAuth: an Entra administrator writes any address, and `email_verified` is nothing there.
    let mut naive = 0;
    for (more, believed) in [
        (json!({ "xms_edov": true }), true),
        (json!({}), false),
        (json!({ "xms_edov": "true" }), false),
        (json!({ "xms_edov": 1 }), false),
        (json!({ "xms_edov": false, "email_verified": true }), false),
        (json!({ "xms_edov": true, "email": "victim@corp.test" }), false),
    ] {
        says(&stage, WORK, more.clone());
        assert_eq!(authoritative(&stage.sign_in().await.unwrap()), believed, "{more}");
        // The honest twin sends `email_verified: true` throughout: the control believes that.
        naive += usize::from(!believed && more["email"].is_null());
    }
    assert!(naive >= 3, "negative control: who goes by email_verified believes them");
    // What only user info or the principal name says is a hint.
    stage.idp.person(json!({ "sub": "1", "preferred_username": "ada@fabrikam.example" }));
    says(&stage, WORK, json!({ "xms_edov": true }));
    let asserted = stage.sign_in().await.unwrap();
    assert_eq!(asserted.email.as_ref().unwrap().address.as_str(), "ada@fabrikam.example");
    assert!(!authoritative(&asserted));
}

#[tokio::test]
async fn a15_a_person_at_microsoft_is_the_pair_of_object_and_tenant() {
    let stage = microsoft(Preset::Microsoft, &[WORK, OTHER], &[]).await;
    let first = stage.sign_in().await.unwrap();
    assert_eq!(first.subject, format!("{OBJECT}.{WORK}"));
    // `sub` differs from app to app and may change; it is not the identity.
    says(&stage, WORK, json!({ "sub": "another" }));
    let again = stage.sign_in().await.unwrap();
    assert_eq!((&again.issuer, &again.subject), (&first.issuer, &first.subject));
    // The same object id in another tenant is somebody else.
    says(&stage, OTHER, json!({}));
    let other = stage.sign_in().await.unwrap();
    assert!(other.subject != first.subject && other.issuer != first.issuer);
    for (name, value) in [
        ("oid", Value::Null),
        ("oid", json!("")),
        ("oid", json!("7")),
        ("oid", json!(OBJECT.to_uppercase())),
        ("oid", json!(OBJECT.replace('-', ""))),
        ("oid", json!(format!("{{{OBJECT}}}"))),
        ("oid", json!("00000000-0000-0000-0000-000000000000")),
        ("tid", Value::Null),
        ("tid", json!(WORK.to_string().to_uppercase())),
        ("tid", json!(format!("{WORK} "))),
    ] {
        says(&stage, WORK, json!({ name: value.clone() }));
        lied(stage.sign_in().await, &format!("no proper {name}"));
    }
}

#[tokio::test]
async fn a11_only_listed_tenants_of_microsoft_come_in() {
    for tenants in [vec![WORK], vec![WORK, Uuid::from_u128(9)]] {
        let stage = microsoft(Preset::Microsoft, &tenants, &["fabrikam.example"]).await;
        assert!(stage.sign_in().await.is_ok());
        // Everybody can make a tenant of their own there, with the same keys behind it.
        for stranger in [OTHER, MICROSOFT_CONSUMERS] {
            says(&stage, stranger, json!({ "xms_edov": true }));
            assert!(matches!(stage.sign_in().await, Err(FederationError::Lied(_))), "{stranger}");
        }
        // The token says one tenant and its issuer another.
        let base = stage.idp.issuer.clone();
        says(&stage, WORK, json!({ "iss": format!("{base}/{OTHER}/v2.0") }));
        lied(stage.sign_in().await, "another issuer (iss)");
        says(&stage, OTHER, json!({ "iss": format!("{base}/{WORK}/v2.0") }));
        assert!(matches!(stage.sign_in().await, Err(FederationError::Lied(_))));
        for iss in [format!("{base}/{{tenantid}}/v2.0"), format!("{base}/{WORK}/v2.0/"), base.clone()] {
            says(&stage, WORK, json!({ "iss": iss }));
            lied(stage.sign_in().await, "another issuer (iss)");
        }
        // Discovery of somebody else.
        says(&stage, WORK, json!({}));
        stage.idp.lie(|lies| {
            lies.discovery =
                Some(Arc::new(|document| document["issuer"] = json!("https://login.example/{tenantid}/v2.0")));
        });
        let fresh = stage.with_new_client();
        assert!(fresh.begin().await.is_err());
    }
}

#[tokio::test]
async fn a_key_of_one_microsoft_tenant_signs_for_no_other() {
    let stage = microsoft(Preset::Microsoft, &[WORK, OTHER], &[]).await;
    let base = stage.idp.issuer.clone();
    for (named, good) in [
        (format!("{base}/{{tenantid}}/v2.0"), true),
        (format!("{base}/{WORK}/v2.0"), true),
        (format!("{base}/{OTHER}/v2.0"), false),
        ("https://evil.example/{tenantid}/v2.0".to_owned(), false),
        (String::new(), false),
    ] {
        says(&stage, WORK, json!({}));
        let issuer = named.clone();
        stage.idp.lie(|lies| {
            lies.jwks = Some(Arc::new(move |set| {
                for key in set["keys"].as_array_mut().unwrap() {
                    key["issuer"] = json!(issuer);
                }
            }));
        });
        let signed = stage.with_new_client().sign_in().await;
        assert_eq!(signed.is_ok(), good, "{named}: {signed:?}");
    }
}

#[tokio::test]
async fn consumer_accounts_prove_no_address_and_can_be_made_there() {
    let stage = microsoft(Preset::MicrosoftConsumers, &[MICROSOFT_CONSUMERS], &[]).await;
    says(&stage, MICROSOFT_CONSUMERS, json!({ "xms_edov": true }));
    assert!(!authoritative(&stage.sign_in().await.unwrap()), "no domain is listed");
    says(&stage, WORK, json!({}));
    lied(stage.sign_in().await, "another issuer (iss)");
    for (prompt, sent) in [(Prompt::Create, Some("create")), (Prompt::AsTheProviderLikes, None)] {
        let hint = LoginHint { prompt, ..LoginHint::default() };
        let begin = stage.client.begin(&stage.connection, REDIRECT, hint).await.unwrap();
        let query: Vec<(String, String)> = begin.authorization_url.query_pairs().into_owned().collect();
        let found = query.iter().find(|(name, _)| name == "prompt").map(|(_, value)| value.as_str());
        assert_eq!(found, sent);
    }
}

#[tokio::test]
async fn google_gives_gmail_addresses_and_those_of_a_listed_workspace() {
    let google = stage(Preset::Google, &["gmail.com", "googlemail.com"]).await;
    for (person, believed) in [
        (json!({ "sub": "1", "email": "ada@gmail.com", "email_verified": true }), true),
        (json!({ "sub": "1", "email": "ada@googlemail.com", "email_verified": true }), true),
        (json!({ "sub": "1", "email": "ada@gmail.com", "email_verified": false }), false),
        (json!({ "sub": "1", "email": "ada@gmail.com", "email_verified": "true" }), false),
        // A Google account made with somebody's address at work: Google checked the mailbox once, long ago.
        (json!({ "sub": "1", "email": "ada@corp.test", "email_verified": true }), false),
        (json!({ "sub": "1", "email": "ada@corp.test", "email_verified": true, "hd": "corp.test" }), false),
        (json!({ "sub": "1", "email": "ada@evilgmail.com", "email_verified": true }), false),
    ] {
        google.idp.person(person.clone());
        assert_eq!(authoritative(&google.sign_in().await.unwrap()), believed, "{person}");
    }

    let workspace = stage(Preset::Google, &["work.example", "second.example"]).await;
    for (person, believed) in [
        (json!({ "sub": "1", "email": "ada@work.example", "email_verified": true, "hd": "work.example" }), true),
        (json!({ "sub": "1", "email": "ada@second.example", "email_verified": true, "hd": "work.example" }), true),
        (json!({ "sub": "1", "email": "ada@other.example", "email_verified": true, "hd": "work.example" }), false),
        (json!({ "sub": "1", "email": "ada@work.example", "email_verified": false, "hd": "work.example" }), false),
    ] {
        workspace.idp.person(person.clone());
        assert_eq!(authoritative(&workspace.sign_in().await.unwrap()), believed, "{person}");
    }
    // A private account with the same address, and other organizations, do not come in at all.
    for hosted in [Value::Null, json!("other.example"), json!("gmail.com"), json!(""), json!(["work.example"])] {
        let person = json!({ "sub": "1", "email": "ada@work.example", "email_verified": true, "hd": hosted });
        workspace.idp.person(person);
        lied(workspace.sign_in().await, "(hd)");
    }
    // The control: who goes by the address alone lets the private account in.
    assert!(workspace.connection.is_authoritative_for(&"work.example".parse().unwrap()));
}

/// GitHub's twin: plain OAuth 2.0 at the provider's own endpoints.
async fn github() -> Stage {
    let mut stage = stage(Preset::GitHub, &[]).await;
    let at = |path: &str| Some(format!("{}{path}", stage.idp.issuer).parse().unwrap());
    let connection = Connection {
        kind: ConnectionKind::OAuth2,
        issuer: "https://github.com/login/oauth".to_owned(),
        scopes: vec!["read:user".to_owned(), "user:email".to_owned()],
        social: true,
        authorization_endpoint: at("/authorize"),
        token_endpoint: at("/token"),
        userinfo_endpoint: at("/userinfo"),
        emails_endpoint: at("/user/emails"),
        subject_field: Some("id".to_owned()),
        ..stage.connection.clone()
    };
    stage.connection = connection;
    stage.idp.lie(|lies| {
        lies.callback = Some(Arc::new(|parameters| parameters.retain(|(name, _)| name != "iss")));
    });
    stage
}

fn emails(stage: &Stage, status: StatusCode, body: &Value) {
    let raw = Raw { status: Some(status), body: (body.to_string().into(), 1), ..Raw::default() };
    stage.idp.lie(|lies| {
        lies.raw.insert("/user/emails".to_owned(), raw);
    });
}

#[tokio::test]
async fn github_names_people_by_number_and_vouches_for_no_address() {
    let stage = github().await;
    stage.idp.person(json!({ "id": 583_231, "login": "ada", "name": "Ada", "email": "ada@fabrikam.example" }));
    let first = stage.sign_in().await.unwrap();
    assert_eq!(first.subject, "583231");
    assert_eq!(first.issuer, format!("oauth2:{}/userinfo", stage.idp.issuer));
    assert!(!authoritative(&first) && first.id_token.is_none());
    // The name is given up and taken by somebody else; a `sub` that is not GitHub's changes nothing.
    stage.idp.person(json!({ "id": 7, "login": "ada", "sub": "583231", "email": "ada@fabrikam.example" }));
    assert_eq!(stage.sign_in().await.unwrap().subject, "7");
    for person in
        [json!({ "login": "ada" }), json!({ "id": "", "login": "ada" }), json!({ "id": 1.5 }), json!({ "id": [7] })]
    {
        stage.idp.person(person);
        lied(stage.sign_in().await, "no proper id");
    }
    // PKCE, a client secret in the body, and the code went to the token endpoint alone.
    let heard = stage.idp.heard("/token");
    assert!(
        heard.iter().all(|heard| heard.form["code_verifier"].len() >= 43 && heard.form.contains_key("client_secret"))
    );
    assert!(heard.iter().all(|heard| heard.headers.get("authorization").is_none()));
}

#[tokio::test]
async fn github_keeps_addresses_apart_and_they_stay_hints() {
    let stage = github().await;
    stage.idp.person(json!({ "id": 7, "login": "ada", "email": null }));
    emails(
        &stage,
        StatusCode::OK,
        &json!([
            { "email": "old@fabrikam.example", "primary": false, "verified": true },
            { "email": "victim@corp.test", "primary": true, "verified": false },
            { "email": "ada@fabrikam.example", "primary": true, "verified": true },
        ]),
    );
    let asserted = stage.sign_in().await.unwrap();
    assert_eq!(asserted.email.as_ref().unwrap().address.as_str(), "ada@fabrikam.example");
    assert!(!authoritative(&asserted));
    for odd in [json!([]), json!([7, null, { "email": 7 }])] {
        emails(&stage, StatusCode::OK, &odd);
        assert!(stage.sign_in().await.unwrap().email.is_none());
    }
    emails(&stage, StatusCode::OK, &json!({ "email": "ada@fabrikam.example" }));
    lied(stage.sign_in().await, "list of addresses");
    emails(&stage, StatusCode::FORBIDDEN, &json!({}));
    assert!(matches!(stage.sign_in().await, Err(FederationError::Down(_))));
}

#[tokio::test]
async fn githubs_errors_that_come_with_200_are_errors() {
    let stage = github().await;
    stage.idp.person(json!({ "id": 7 }));
    for (answer, expired) in [
        (json!({ "error": "bad_verification_code" }), true),
        (json!({ "error": "invalid_grant" }), true),
        (json!({ "error": "incorrect_client_credentials" }), false),
        (json!({ "error": "bad_verification_code", "access_token": "t", "token_type": "bearer" }), true),
        (json!({ "access_token": "t" }), false),
        (json!({ "access_token": "t", "token_type": "mac" }), false),
        (json!({ "access_token": 7, "token_type": "bearer" }), false),
    ] {
        let said = answer.clone();
        stage.idp.lie(|lies| lies.token_answer = Some(Arc::new(move |value| *value = said.clone())));
        match stage.sign_in().await {
            Err(FederationError::Expired) => assert!(expired, "{answer}"),
            Err(FederationError::Lied(reason)) => {
                assert!(!expired, "{answer}: {reason}");
                assert!(!reason.contains('t') || !reason.contains("\"t\""), "no token in a log: {reason}");
            }
            other => panic!("{answer}: {other:?}"),
        }
    }
}
