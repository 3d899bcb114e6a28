//! Attack rows A1 to A5, A11, A12, A14, A15: what a provider says, where its answers go, and how much it costs us.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use url::Url;
use vestibule::clock::{Clock, SystemClock, SystemRandom};
use vestibule::config::{Egress, HostPort};
use vestibule::model::{Connection, ConnectionKind, EmailAddress, Secret, Timestamp};
use vestibule::oidc_client::{
    Asserted, Begin, CallbackParameters, Federation, FederationError, LoginHint, OidcClient, Prompt, Transaction,
};
use vestibule::outbound::Fetcher;

use crate::lying_idp::{LyingIdp, Raw};

const REDIRECT: &str = "https://login.vestibule.test/t1/federation/hx/callback";
const OTHER_REDIRECT: &str = "https://login.vestibule.test/t1/federation/h1/callback";

/// The real clock, moved by hand.
#[derive(Default)]
pub struct MovedClock(AtomicI64);

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(SystemClock.now().seconds() + self.0.load(Ordering::SeqCst))
    }
}

/// One provider, one connection to it, one client.
pub struct Stage {
    pub idp: Arc<LyingIdp>,
    pub connection: Connection,
    clock: Arc<MovedClock>,
    client: OidcClient,
}

fn client_for(idps: &[&LyingIdp], clock: &Arc<MovedClock>) -> OidcClient {
    let pairs = idps.iter().map(|idp| idp.host_port()).map(|(host, port)| HostPort { host, port });
    let egress = Egress { allow: pairs.collect(), extra_roots: idps.iter().map(|idp| idp.ca_file()).collect() };
    let fetcher = Arc::new(Fetcher::new(&egress, Vec::new()).unwrap());
    OidcClient::new(fetcher, Arc::clone(clock) as Arc<dyn Clock>, Arc::new(SystemRandom))
}

fn connection_to(idp: &LyingIdp, name: &str, client_id: &str, domains: &[&str]) -> Connection {
    Connection {
        name: name.parse().unwrap(),
        display_name: name.to_uppercase(),
        kind: ConnectionKind::Oidc,
        issuer: idp.issuer.clone(),
        client_id: client_id.to_owned(),
        client_secret: Secret::new("s&cret with+signs%"),
        scopes: vec!["openid".to_owned(), "email".to_owned(), "profile".to_owned()],
        domains: domains.iter().map(|domain| domain.parse().unwrap()).collect(),
        social: false,
        authorization_endpoint: None,
        token_endpoint: None,
        userinfo_endpoint: None,
    }
}

impl Stage {
    pub async fn new() -> Self {
        let idp = Arc::new(LyingIdp::start("hx.localhost", "vestibule-at-hx", "s&cret with+signs%").await);
        let clock = Arc::new(MovedClock::default());
        let client = client_for(&[&idp], &clock);
        let connection = connection_to(&idp, "hx", "vestibule-at-hx", &["fabrikam.example"]);
        Self { idp, connection, clock, client }
    }

    /// The same stage with empty caches.
    pub fn with_new_client(&self) -> Self {
        let (idp, clock) = (Arc::clone(&self.idp), Arc::clone(&self.clock));
        let client = client_for(&[&idp], &clock);
        Self { idp, clock, client, connection: self.connection.clone() }
    }

    async fn begin(&self) -> Result<Begin, FederationError> {
        self.client.begin(&self.connection, REDIRECT, LoginHint::default()).await
    }

    async fn finish(&self, transaction: &Transaction, back: &Url) -> Result<Asserted, FederationError> {
        let redirect_uri = back.as_str().split(['?', '#']).next().unwrap();
        let callback = CallbackParameters::from_query(redirect_uri, back.query().unwrap_or_default())?;
        self.client.finish(&self.connection, transaction, &callback).await
    }

    pub async fn sign_in(&self) -> Result<Asserted, FederationError> {
        let begin = self.begin().await?;
        self.finish(&begin.transaction, &self.idp.authorize(&begin.authorization_url)).await
    }
}

fn lied(result: Result<Asserted, FederationError>, part: &str) {
    match result {
        Err(FederationError::Lied(reason)) => assert!(reason.contains(part), "{reason}"),
        other => panic!("{part}: {other:?}"),
    }
}

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
