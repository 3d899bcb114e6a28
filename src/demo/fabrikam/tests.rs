//! The code flow against Fabrikam as an app and a browser see it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use http::Request as HttpRequest;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};

use super::*;
use crate::demo::ambient::testing::{START, ambient};
use crate::demo::provider::sha256_base64url;
use crate::demo::provider::testing::{Answer, Browser, query, send};

const ISSUER: &str = "https://login.fabrikam.localhost:8443";
const BACK: &str = "https://vestibule.localhost:8443/t/federation/fabrikam/callback";
const AFTER: &str = "https://vestibule.localhost:8443/t/signed-out";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn fabrikam() -> (Router, Arc<AtomicI64>) {
    let (ambient, hand) = ambient();
    let client = |id: &str| Client {
        id: id.to_owned(),
        secret: format!("{id}-secret"),
        redirect_uris: vec![BACK.to_owned(), format!("{BACK}?kept=1")],
        post_logout_redirect_uris: vec![AFTER.to_owned()],
        backchannel_logout_uri: None,
    };
    (Fabrikam::new(ISSUER, vec![client("vestibule"), client("other")], None, ambient).unwrap().router(), hand)
}

/// The address of a good request with some parameters changed; an empty value leaves one out.
fn authorize(changes: &[(&str, &str)]) -> String {
    let challenge = sha256_base64url(VERIFIER);
    let mut parameters: Vec<(&str, &str)> = vec![
        ("client_id", "vestibule"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("state", "st/ate=1"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(key, _)| key != name);
        parameters.push((name, value));
    }
    parameters.retain(|(_, value)| !value.is_empty());
    let mut text = url::form_urlencoded::Serializer::new("/authorize?".to_owned());
    text.extend_pairs(parameters);
    text.finish().replace("/authorize?&", "/authorize?")
}

async fn sign_in(browser: &mut Browser, target: &str, username: &str) -> Answer {
    let answer = browser.get(target).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = browser.get(&path(&answer)).await;
    let flow = page.hidden("flow");
    browser.post("/sign-in", &[("flow", &flow), ("username", username), ("password", "demo")]).await
}

fn path(answer: &Answer) -> String {
    let url = answer.location();
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

async fn redeem(router: &Router, changes: &[(&str, &str)]) -> Answer {
    let mut form: HashMap<&str, &str> = HashMap::from([
        ("grant_type", "authorization_code"),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("client_id", "vestibule"),
        ("client_secret", "vestibule-secret"),
    ]);
    form.extend(changes.iter().copied());
    Browser::new(router).post("/token", &form.into_iter().collect::<Vec<_>>()).await
}

async fn claims(router: &Router, id_token: &str) -> Value {
    let mut browser = Browser::new(router);
    let discovery = browser.get("/.well-known/openid-configuration").await.json();
    assert_eq!(discovery["issuer"], ISSUER);
    assert_eq!(discovery["authorization_response_iss_parameter_supported"], true);
    let keys: JwkSet = serde_json::from_value(browser.get("/keys").await.json()).unwrap();
    let kid = jsonwebtoken::decode_header(id_token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false; // the tests' clock is not the machine's
    validation.set_audience(&["vestibule"]);
    validation.set_issuer(&[ISSUER]);
    jsonwebtoken::decode::<Value>(id_token, &key, &validation).unwrap().claims
}

#[tokio::test]
async fn the_whole_code_flow() {
    let (router, _) = fabrikam();
    let mut browser = Browser::new(&router);
    let answer = sign_in(&mut browser, &authorize(&[("login_hint", "guest@fabrikam.example")]), "guest").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let location = answer.location();
    assert!(location.as_str().starts_with(&format!("{BACK}?code=")));
    let back = query(&location);
    assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("st/ate=1", ISSUER));

    let tokens = redeem(&router, &[("code", &back["code"])]).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    assert_eq!(tokens.headers["cache-control"], "no-store");
    let tokens = tokens.json();
    let claims = claims(&router, tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(claims["sub"], PEOPLE[0].subject);
    assert_eq!(claims["email"], "guest@fabrikam.example");
    assert_eq!(claims["email_verified"], true);
    assert_eq!(claims["name"], "Gwen Guest");
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["auth_time"], START);
    assert_eq!(claims["amr"], json!(["pwd"]));

    let access_token = tokens["access_token"].as_str().unwrap();
    let ask = |token: String| {
        let request = HttpRequest::get("/userinfo").header("authorization", format!("Bearer {token}"));
        request.body(Body::empty()).unwrap()
    };
    let about = send(&router, ask(access_token.to_owned())).await.json();
    assert_eq!((&about["sub"], &about["email"]), (&claims["sub"], &claims["email"]));
    assert_eq!(send(&router, ask("wrong".to_owned())).await.status, StatusCode::UNAUTHORIZED);

    // The code works once, and a second try ends what the first one gave.
    let again = redeem(&router, &[("code", &back["code"])]).await;
    assert_eq!((again.status, again.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_grant")));
    assert_eq!(send(&router, ask(access_token.to_owned())).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn scope_decides_what_is_said() {
    let (router, _) = fabrikam();
    let mut browser = Browser::new(&router);
    let answer = sign_in(&mut browser, &authorize(&[("scope", "openid"), ("nonce", "")]), "guest").await;
    let tokens = redeem(&router, &[("code", &query(&answer.location())["code"])]).await.json();
    let claims = claims(&router, tokens["id_token"].as_str().unwrap()).await;
    for absent in ["email", "email_verified", "name", "nonce"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn codes_are_bound_to_client_address_verifier_and_time() {
    let (router, hand) = fabrikam();
    let mut browser = Browser::new(&router);
    let code = query(&sign_in(&mut browser, &authorize(&[]), "guest").await.location())["code"].clone();
    let wrong: [&[(&str, &str)]; 5] = [
        &[("code_verifier", "eBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")],
        &[("code_verifier", "")],
        &[("redirect_uri", "https://vestibule.localhost:8443/t/federation/fabrikam/callback?kept=1")],
        &[("client_id", "other"), ("client_secret", "other-secret")],
        &[("code", "nonsense")],
    ];
    for changes in wrong {
        let mut all = vec![("code", code.as_str())];
        all.extend_from_slice(changes);
        assert_eq!(redeem(&router, &all).await.json()["error"], "invalid_grant", "{changes:?}");
    }
    let secret = redeem(&router, &[("code", &code), ("client_secret", "wrong")]).await;
    assert_eq!((secret.status, secret.json()["error"].as_str()), (StatusCode::UNAUTHORIZED, Some("invalid_client")));
    hand.fetch_add(CODE_SECONDS, Ordering::SeqCst);
    assert_eq!(redeem(&router, &[("code", &code)]).await.json()["error"], "invalid_grant", "expired");

    // Control: the same code flow without any of these succeeds.
    let code = query(&browser.get(&authorize(&[])).await.location())["code"].clone();
    assert_eq!(redeem(&router, &[("code", &code)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_bad_request_goes_back_to_registered_addresses_only() {
    let (router, _) = fabrikam();
    let mut browser = Browser::new(&router);
    for uri in ["https://evil.example/", &format!("{BACK}/"), &format!("{BACK}#x"), &BACK.to_uppercase(), ""] {
        let answer = browser.get(&authorize(&[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri}");
        assert!(!answer.headers.contains_key("location"));
    }
    assert_eq!(browser.get(&authorize(&[("client_id", "nobody")])).await.status, StatusCode::BAD_REQUEST);
    let twice = format!("{}&state=2", authorize(&[]));
    assert_eq!(browser.get(&twice).await.status, StatusCode::BAD_REQUEST);

    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("scope", "email"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("request", "x.y.z"), "request_not_supported"),
        (("prompt", "none login"), "invalid_request"),
        (("prompt", "none"), "login_required"),
        (("max_age", "-1"), "invalid_request"),
    ] {
        let answer = browser.get(&authorize(&[change])).await;
        let location = answer.location();
        assert!(location.as_str().starts_with(BACK), "{location}");
        let back = query(&location);
        assert_eq!(back["error"], error, "{change:?}");
        assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("st/ate=1", ISSUER));
    }
}

#[tokio::test]
async fn a_session_is_used_unless_the_app_or_the_person_wants_otherwise() {
    let (router, hand) = fabrikam();
    let mut browser = Browser::new(&router);
    sign_in(&mut browser, &authorize(&[]), "guest@fabrikam.example").await;
    let goes_on = |answer: &Answer| answer.location().as_str().starts_with(BACK);
    for quiet in [&[][..], &[("prompt", "none")], &[("login_hint", "guest@fabrikam.example")], &[("max_age", "60")]] {
        assert!(goes_on(&browser.get(&authorize(quiet)).await), "{quiet:?}");
    }

    // prompt=login and an old sign-in: the password again, and a newer auth_time.
    hand.fetch_add(100, Ordering::SeqCst);
    for asking in [("prompt", "login"), ("max_age", "60"), ("max_age", "0")] {
        let answer = browser.get(&authorize(&[asking])).await;
        assert!(!goes_on(&answer));
        let page = browser.get(&path(&answer)).await;
        assert!(page.body.contains("name=\"password\""), "{asking:?}");
        let forced = browser.post("/sign-in", &[("flow", &page.hidden("flow")), ("choice", "continue")]).await;
        assert!(!goes_on(&forced), "the chooser cannot be used to skip it");
    }
    let none = browser.get(&authorize(&[("prompt", "none"), ("max_age", "60")])).await;
    assert_eq!(query(&none.location())["error"], "login_required");
    let answer = sign_in(&mut browser, &authorize(&[("prompt", "login")]), "guest").await;
    let tokens = redeem(&router, &[("code", &query(&answer.location())["code"])]).await.json();
    assert_eq!(claims(&router, tokens["id_token"].as_str().unwrap()).await["auth_time"], START + 100);

    // select_account, or an address that is not the one signed in: a choice.
    for choosing in [("prompt", "select_account"), ("login_hint", "direct@fabrikam.example")] {
        let answer = browser.get(&authorize(&[choosing])).await;
        let page = browser.get(&path(&answer)).await;
        assert!(page.body.contains("Continue as Gwen Guest"), "{}", page.body);
        assert_eq!(page.body.contains("asked for"), choosing.0 == "login_hint");
        let flow = page.hidden("flow");
        let other = browser.post("/sign-in", &[("flow", &flow), ("choice", "another")]).await;
        let page = browser.get(&path(&other)).await;
        assert!(page.body.contains("name=\"password\""));
        assert_eq!(page.body.contains("value=\"direct@fabrikam.example\""), choosing.0 == "login_hint");
        assert!(goes_on(&browser.post("/sign-in", &[("flow", &flow), ("choice", "continue")]).await));
    }
}

#[tokio::test]
async fn a_sign_in_page_answers_only_to_its_browser_and_its_time() {
    let (router, hand) = fabrikam();
    let mut victim = Browser::new(&router);
    let mut other = Browser::new(&router);
    let answer = victim.get(&authorize(&[])).await;
    let flow = victim.get(&path(&answer)).await.hidden("flow");
    let form = [("flow", flow.as_str()), ("username", "guest"), ("password", "demo")];
    other.get(&authorize(&[])).await;
    assert_eq!(other.post("/sign-in", &form).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(Browser::new(&router).post("/sign-in", &form).await.status, StatusCode::BAD_REQUEST);

    let wrong = victim.post("/sign-in", &[("flow", &flow), ("username", "\"><b>"), ("password", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.body.contains("\"><b>"), "typed text is escaped");
    let cancel = [("flow", flow.as_str()), ("choice", "cancel")];
    hand.fetch_add(FLOW_SECONDS, Ordering::SeqCst);
    assert_eq!(victim.post("/sign-in", &form).await.status, StatusCode::BAD_REQUEST, "expired");
    hand.fetch_sub(FLOW_SECONDS, Ordering::SeqCst);
    assert_eq!(query(&victim.post("/sign-in", &cancel).await.location())["error"], "access_denied");
    assert_eq!(victim.post("/sign-in", &cancel).await.status, StatusCode::BAD_REQUEST, "over");
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_sign_out_ends_it() {
    let (router, _) = fabrikam();
    let mut browser = Browser::new(&router);
    let answer = sign_in(&mut browser, &authorize(&[]), "guest").await;
    let first = browser.cookies[SESSION_COOKIE].clone();
    let tokens = redeem(&router, &[("code", &query(&answer.location())["code"])]).await.json();
    let hint = tokens["id_token"].as_str().unwrap();
    sign_in(&mut browser, &authorize(&[("prompt", "login")]), "guest").await;
    assert_ne!(browser.cookies[SESSION_COOKIE], first);
    let mut old = Browser::new(&router);
    old.cookies.insert(SESSION_COOKIE.to_owned(), first);
    assert!(old.get("/").await.body.contains("Nobody is signed in"));

    // Without a hint people are asked; the form signs out.
    assert!(browser.get("/sign-out").await.body.contains("Sign out of Fabrikam?"));
    assert!(browser.get("/").await.body.contains("Gwen Guest"));
    let altered = format!("/sign-out?id_token_hint={}x", hint);
    assert!(browser.get(&altered).await.body.contains("Sign out of Fabrikam?"));
    let target = |uri: &str| {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.extend_pairs([("id_token_hint", hint), ("post_logout_redirect_uri", uri), ("state", "s")]);
        format!("/sign-out?{}", text.finish())
    };
    let cookies = browser.cookies.clone();
    let done = browser.get(&target(AFTER)).await;
    assert_eq!(done.location().as_str(), format!("{AFTER}?state=s"));
    browser.cookies = cookies;
    assert!(
        browser.get("/").await.body.contains("Nobody is signed in"),
        "ended on the server, not only in the browser"
    );
    let evil = browser.get(&target("https://evil.example/")).await;
    assert!(!evil.headers.contains_key("location") && evil.body.contains("You are signed out"));
}

#[tokio::test]
async fn pages_run_no_script_and_stay_out_of_frames() {
    let (router, _) = fabrikam();
    let mut browser = Browser::new(&router);
    let answer = browser.get(&authorize(&[("login_hint", "<script>alert(1)</script>")])).await;
    let page = browser.get(&path(&answer)).await;
    assert!(!page.body.contains("<script"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    // Chromium would apply form-action to the redirect that leads back to the app.
    assert!(!policy.contains("form-action") && !policy.contains("unsafe"));
}
