//! Applications sign people in by OpenID Connect: discovery, codes, tokens, userinfo, and every refusal on the way.

use http::Method;
use serde_json::{Value, json};

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{CONSOLE, CONTOSO, NORTHWIND, PORTAL, RelyingParty, Reply, SCRIPTS, SECRET, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_signs_in_to_an_application() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let page = portal.sends(&browser, &[]).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    page.sees("Review permissions");
    let (page, _) = accepts_everything(&browser, page).await;
    let reply = Reply::of(&page);
    assert_eq!((reply.get("state"), reply.get("iss")), ("a state", portal.issuer().as_str()));
    let answer = portal.exchanges(reply.code()).await;
    answer.status(200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let tokens = answer.json();
    assert_eq!((tokens["token_type"].as_str(), tokens["expires_in"].as_u64()), (Some("Bearer"), Some(600)));
    let claims = portal.believes(tokens["id_token"].as_str().unwrap()).await;
    let guest = world.guest("contoso.example", "guest@fabrikam.example").await;
    for (name, expected) in [
        ("nonce", json!("a nonce")),
        ("tid", json!(CONTOSO)),
        ("oid", guest["id"].clone()),
        ("acct", json!(1)),
        ("idp", json!(world.at("login.fabrikam.localhost", ""))),
        ("email", json!("guest@fabrikam.example")),
        ("xms_edov", json!(true)),
        ("preferred_username", json!("guest@fabrikam.example")),
        ("amr", json!(["fed"])),
        ("acr", json!("urn:vestibule:acr:single-factor")),
        ("groups", json!(["Partners"])),
    ] {
        assert_eq!(claims[name], expected, "{name} in {claims}");
    }
    assert!(claims["auth_time"].is_i64() && claims["sid"].is_string() && claims["at_hash"].is_string());
    // Pairwise: no id of the directory, and another one at the next client.
    assert_ne!(claims["sub"], claims["oid"]);
    let console = RelyingParty::console(&world);
    let other = console.exchanges(console.asks(&browser, &[]).await.code()).await.json();
    let other = console.believes(other["id_token"].as_str().unwrap()).await;
    assert_eq!((&other["oid"], other["sub"] == claims["sub"]), (&claims["oid"], false));

    let told = portal.userinfo(tokens["access_token"].as_str().unwrap()).await;
    told.status(200);
    let told = told.json();
    for name in ["sub", "oid", "tid", "name", "email"] {
        assert_eq!(told[name], claims[name], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_by_id_and_by_domain_is_one_document() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let by_id = portal.gets("v2.0/.well-known/openid-configuration", &[]).await;
    by_id.status(200);
    assert_eq!(by_id.headers["cache-control"], "public, max-age=300");
    let document = by_id.json();
    assert_eq!(document["issuer"], portal.issuer());
    let by_domain = RelyingParty { tenant: "contoso.example".to_owned(), ..portal.clone() };
    assert_eq!(by_domain.gets("v2.0/.well-known/openid-configuration", &[]).await.json(), document);
    // Every endpoint that it names is there.
    for (name, value) in document.as_object().unwrap() {
        if !name.ends_with("_endpoint") && name != "jwks_uri" {
            continue;
        }
        let page = world.browser().asks(Method::PUT, value.as_str().unwrap(), &[], "").await;
        assert_eq!(page.status.as_u16(), 405, "{name} = {value}");
    }
    let keys = portal.gets("discovery/v2.0/keys", &[]).await;
    let algorithms: Vec<Value> = keys.json()["keys"].as_array().unwrap().iter().map(|key| key["alg"].clone()).collect();
    assert!(algorithms.contains(&json!("RS256")) && algorithms.contains(&json!("ES256")), "{algorithms:?}");
    assert!(!keys.body.contains("\"d\""));

    // Unknown and common names are one answer.
    let unknown = |tenant: &str| RelyingParty { tenant: tenant.to_owned(), ..portal.clone() };
    let expected = unknown("nobody.example").gets("v2.0/.well-known/openid-configuration", &[]).await;
    expected.status(404);
    for tenant in ["common", "organizations", "consumers", "c0a70500-0000-4000-8000-000000000009", "x"] {
        for endpoint in ["v2.0/.well-known/openid-configuration", "discovery/v2.0/keys", "openid/userinfo"] {
            let page = unknown(tenant).gets(endpoint, &[]).await;
            assert_eq!((page.status, &page.body), (expected.status, &expected.body), "{tenant}/{endpoint}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn j11_the_next_keys_are_published_a_day_ahead() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let kids = |page: &crate::actors::Page| -> Vec<String> {
        let set = page.json();
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let before = kids(&portal.gets("discovery/v2.0/keys", &[]).await);
    let (code, out) = world.command(&["keys", "rotate", "--tenant", "contoso.example", "--json"]).await;
    assert_eq!(code, 0, "{out}");
    let next: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(next.as_array().unwrap().len(), 2);
    let after = kids(&portal.gets("discovery/v2.0/keys", &[]).await);
    assert_eq!(after.len(), 4);
    assert!(before.iter().all(|kid| after.contains(kid)));
    let browser = world.browser();
    let reply = portal.signs_member_in(&browser, &[]).await;
    let tokens = portal.exchanges(reply.code()).await.json();
    let header = jsonwebtoken::decode_header(tokens["id_token"].as_str().unwrap()).unwrap();
    assert!(before.contains(&header.kid.unwrap()), "the next key signs only when everybody knows it");
    let (code, out) = world.command(&["keys", "rotate"]).await;
    assert_eq!((code, out.matches("published before").count()), (0, 2), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn j1_nothing_is_redirected_before_client_and_redirect_uri_are_proved() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let evil = "https://evil.example/callback";
    for changes in [
        vec![("redirect_uri", Some(evil))],
        vec![("redirect_uri", None)],
        vec![("client_id", None)],
        vec![("client_id", Some("c0a70500-0000-4000-8000-0000000000ff"))],
        // Another client's redirect URI, an application that is no client, one of another tenant.
        vec![("client_id", Some(CONSOLE))],
        vec![("client_id", Some(crate::actors::WIKI))],
        vec![("redirect_uri", Some(evil)), ("response_type", Some("token"))],
    ] {
        let page = browser.asks(Method::GET, &portal.authorize_url(&changes), &[], "").await;
        assert_eq!(page.status.as_u16(), 400, "{changes:?}");
        assert!(!page.headers.contains_key("location"), "{changes:?}");
        assert!(!page.body.contains("evil"), "{}", page.body);
    }
    let elsewhere = RelyingParty { tenant: NORTHWIND.to_owned(), ..portal.clone() };
    browser.asks(Method::GET, &elsewhere.authorize_url(&[]), &[], "").await.status(400);
    // A parameter twice is two requests, whatever the second one says.
    for twice in [
        "state=x",
        "scope=openid",
        "redirect_uri=https%3A%2F%2Fevil.example",
        "client_id=x",
        "prompt=none&prompt=login",
    ] {
        let url = format!("{}&{twice}", portal.authorize_url(&[]));
        browser.asks(Method::GET, &url, &[], "").await.status(400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_to_the_client_and_to_nobody_else() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let error = async |changes: &[(&str, Option<&str>)]| {
        let page = browser.asks(Method::GET, &portal.authorize_url(changes), &[], "").await;
        page.status(303);
        let location: url::Url = page.headers["location"].to_str().unwrap().parse().unwrap();
        assert!(location.as_str().starts_with(&portal.redirect_uri), "{location}");
        let reply = Reply::of(&crate::actors::Page { url: location, ..page });
        assert_eq!((reply.get("state"), reply.get("iss")), ("a state", portal.issuer().as_str()));
        reply.get("error").to_owned()
    };
    for (changes, expected) in [
        (vec![("response_type", None)], "invalid_request"),
        (vec![("response_type", Some("token"))], "unsupported_response_type"),
        (vec![("response_type", Some("code id_token"))], "unsupported_response_type"),
        (vec![("scope", None)], "invalid_scope"),
        (vec![("scope", Some("profile email"))], "invalid_scope"),
        (vec![("request", Some("eyJhbGciOiJub25lIn0.e30."))], "request_not_supported"),
        (vec![("request_uri", Some("https://evil.example/r"))], "request_uri_not_supported"),
        (vec![("registration", Some("{}"))], "registration_not_supported"),
        (vec![("response_mode", Some("fragment"))], "invalid_request"),
        (vec![("response_mode", Some("web_message"))], "invalid_request"),
        (vec![("prompt", Some("none login"))], "invalid_request"),
        (vec![("max_age", Some("-1"))], "invalid_request"),
        (vec![("claims", Some("[]"))], "invalid_request"),
        (vec![("id_token_hint", Some("eyJhbGciOiJub25lIn0.e30."))], "invalid_request"),
        // J3: PKCE cannot be left out or weakened.
        (vec![("code_challenge", None), ("code_challenge_method", None)], "invalid_request"),
        (vec![("code_challenge_method", Some("plain"))], "invalid_request"),
        (vec![("code_challenge_method", None)], "invalid_request"),
        (vec![("code_challenge", Some("short"))], "invalid_request"),
        (vec![("prompt", Some("none"))], "login_required"),
    ] {
        if expected == "login_required" {
            assert_eq!(portal.asks(&browser, &changes).await.get("error"), expected);
        } else {
            assert_eq!(error(&changes).await, expected, "{changes:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_by_query_form_and_fragment() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    portal.signs_member_in(&browser, &[]).await;
    // The request by POST, as well.
    let form = portal.request(&[]);
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://portal.contoso.localhost")];
    let page = browser.asks(Method::POST, &portal.endpoint("oauth2/v2.0/authorize"), &headers, &form).await;
    page.status(303);
    let next = page.url.join(page.headers["location"].to_str().unwrap()).unwrap();
    Reply::of(&browser.opens(next.as_str()).await).code();

    let page = portal.sends(&browser, &[("response_mode", Some("form_post"))]).await;
    page.status(200).sees("Continue");
    let form = &page.forms()[0];
    assert_eq!((form.method.as_str(), form.action.as_str()), ("post", portal.redirect_uri.as_str()));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(&format!("form-action {}", world.at("portal.contoso.localhost", ""))), "{policy}");
    portal.exchanges(Reply::of(&page).code()).await.status(200);

    // Somebody else's single page gets a fragment, once the member agreed.
    let pocket = RelyingParty::pocket(&world);
    let page = pocket.sends(&browser, &[("response_mode", Some("fragment"))]).await;
    page.sees("Pocket asks who you are").sees("your e-mail address");
    let page = browser.presses(&page, "Accept", &[]).await;
    assert_eq!(page.url.query(), None);
    let answer = pocket.exchanges(Reply::of(&page).code()).await;
    answer.status(200);
    let header = jsonwebtoken::decode_header(answer.json()["id_token"].as_str().unwrap()).unwrap();
    assert_eq!(header.alg, jsonwebtoken::Algorithm::ES256);
}

#[tokio::test(flavor = "multi_thread")]
async fn d7_somebody_elses_application_asks_and_a_refusal_is_told() {
    let world = world().await;
    let (pocket, browser) = (RelyingParty::pocket(&world), world.browser());
    let portal = RelyingParty::portal(&world);
    portal.signs_member_in(&browser, &[]).await;
    let silent = pocket.asks(&browser, &[("prompt", Some("none"))]).await;
    assert_eq!(silent.get("error"), "consent_required");
    let page = pocket.sends(&browser, &[]).await;
    let page = browser.presses(&page, "Decline", &[]).await;
    assert_eq!(Reply::of(&page).get("error"), "access_denied");
    let page = pocket.sends(&browser, &[]).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    let tokens = pocket.exchanges(Reply::of(&page).code()).await.json();
    pocket.userinfo(tokens["access_token"].as_str().unwrap()).await.status(200);
    // Whom one let know what is part of what is known about one.
    let app = world.demo.app();
    let tenant = vestibule::tenants::resolve(&app.snapshot.load(), CONTOSO).unwrap().clone();
    let member = "member@contoso.example".parse().unwrap();
    let member = app.store.read(tenant.id).await.unwrap().member(&member).await.unwrap().unwrap();
    let export = vestibule::guests::export::export(app, &tenant, &member).await.unwrap();
    let known = export["applicationsLetKnow"].as_array().unwrap();
    assert_eq!(
        (known.len(), &known[0]["app"], &known[0]["redirectUri"]),
        (1, &json!(pocket.id), &json!(pocket.redirect_uri))
    );
    assert!(
        known[0]["scopes"].as_array().unwrap().contains(&json!("openid")) && known[0]["at"].is_string(),
        "{export:#}"
    );
    // A public client asks each time; a confidential one of the tenant only where it wants to.
    pocket.sends(&browser, &[]).await.sees("Pocket asks who you are");
    portal.sends(&browser, &[("prompt", Some("consent"))]).await.sees("Portal asks you to confirm");
    portal.asks(&browser, &[]).await.code();
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_a_fresh_sign_in_is_one() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let first = portal.exchanges(portal.signs_member_in(&browser, &[]).await.code()).await.json();
    let first_claims = portal.believes(first["id_token"].as_str().unwrap()).await;
    portal.asks(&browser, &[("max_age", Some("3600"))]).await.code();
    portal.asks(&browser, &[("prompt", Some("none"))]).await.code();
    let silent = portal.asks(&browser, &[("prompt", Some("none")), ("max_age", Some("0"))]).await;
    assert_eq!(silent.get("error"), "login_required");
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    for changes in [("prompt", Some("login")), ("max_age", Some("0")), ("prompt", Some("select_account"))] {
        let page = portal.sends(&browser, &[changes]).await;
        page.status(200);
        assert!(page.form_with_button("Continue").is_some(), "{changes:?}: {}", page.text());
    }
    let again = portal.signs_member_in(&browser, &[("prompt", Some("login"))]).await;
    let again = portal.exchanges(again.code()).await.json();
    let again_claims = portal.believes(again["id_token"].as_str().unwrap()).await;
    assert_eq!(first_claims["sub"], again_claims["sub"]);
    assert!(again_claims["auth_time"].as_i64() > first_claims["auth_time"].as_i64());
    // The session went on, and with it what other applications hold.
    portal.refreshes(first["refresh_token"].as_str().unwrap()).await.status(200);

    let hint = first["id_token"].as_str();
    portal.asks(&browser, &[("id_token_hint", hint)]).await.code();
    let other = world.browser();
    let page = portal.sends(&other, &[("id_token_hint", hint)]).await;
    let page = other.presses(&page, "Continue", &[("address", "admin@contoso.example")]).await;
    let page = other.presses(&page, "Sign in", &[("password", "demo")]).await;
    assert_eq!(Reply::of(&page).get("error"), "login_required", "somebody else than was meant");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_prove_itself_gets_nothing() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let code = portal.signs_member_in(&browser, &[]).await.code().to_owned();
    let good = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", portal.redirect_uri.as_str()),
        ("code_verifier", portal.verifier.as_str()),
    ];
    let basic =
        |id: &str, secret: &str| format!("Basic {}", data_encoding::BASE64.encode(format!("{id}:{secret}").as_bytes()));
    let post = async |header: Option<String>, more: &[(&str, &str)]| {
        let fields = [&good[..], more].concat();
        let headers: Vec<(&str, &str)> = header.iter().map(|value| ("authorization", value.as_str())).collect();
        portal.posts("oauth2/v2.0/token", &headers, &fields).await
    };
    for (header, more) in [
        (None, vec![("client_id", PORTAL)]),
        (None, vec![("client_id", PORTAL), ("client_secret", "wrong")]),
        (None, vec![("client_id", PORTAL), ("client_secret", "")]),
        (None, vec![("client_id", "c0a70500-0000-4000-8000-0000000000ff"), ("client_secret", SECRET)]),
        (None, vec![("client_id", CONSOLE), ("client_secret", SECRET)]),
        (None, vec![]),
        (Some(basic(PORTAL, "wrong")), vec![]),
        (Some(basic("x", SECRET)), vec![]),
        (Some(basic(PORTAL, SECRET)), vec![("client_id", CONSOLE)]),
        (None, vec![("client_id", PORTAL), ("client_assertion", "x")]),
        (None, vec![("client_id", CONSOLE), ("client_assertion_type", "x")]),
    ] {
        let refused = post(header.clone(), &more).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["error"].as_str()),
            (401, Some("invalid_client")),
            "{more:?}"
        );
        assert_eq!(refused.headers.contains_key("www-authenticate"), header.is_some(), "{more:?}");
        assert!(!refused.body.contains(&code));
    }
    for (header, more) in [
        (Some(basic(PORTAL, SECRET)), vec![("client_secret", SECRET)]),
        (Some("Bearer x".to_owned()), vec![]),
        (Some(basic(PORTAL, SECRET)), vec![("code", "x")]),
    ] {
        let refused = post(header, &more).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["error"].as_str()),
            (400, Some("invalid_request")),
            "{more:?}"
        );
    }
    // None of this used the code up.
    post(None, &[("client_id", PORTAL), ("client_secret", SECRET)]).await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_act_for_themselves_with_what_their_tenant_allows() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let scripts = async |tenant: &str, scope: &str| {
        let party = RelyingParty { tenant: tenant.to_owned(), ..portal.clone() };
        let fields =
            [("grant_type", "client_credentials"), ("client_id", SCRIPTS), ("client_secret", SECRET), ("scope", scope)];
        party.posts("oauth2/v2.0/token", &[], &fields).await
    };
    let bare = "https://vestibule.localhost/.default";
    for scope in [bare, "https://graph.microsoft.com/.default", &world.broker("/.default")] {
        let answer = scripts(CONTOSO, scope).await;
        answer.status(200);
        let tokens = answer.json();
        assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none(), "{tokens}");
        let token = tokens["access_token"].as_str().unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
        let claims: Value = serde_json::from_slice(
            &data_encoding::BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap(),
        )
        .unwrap();
        assert_eq!(
            (&claims["tid"], &claims["idtyp"], &claims["sub"]),
            (&json!(CONTOSO), &json!("app"), &json!(SCRIPTS))
        );
        assert!(claims["roles"].as_array().unwrap().contains(&json!("User.Invite.All")), "{claims}");
        let app = world.demo.app();
        let caller = vestibule::tokens::api_caller::caller(app, &app.snapshot.load(), token).await.unwrap().unwrap();
        assert_eq!((caller.tenant().id.to_string().as_str(), caller.person().is_none()), (CONTOSO, true));
        assert!(caller.permissions().iter().any(|permission| permission == "User.Invite.All"));
    }
    for scope in ["openid", "https://evil.example/.default", "User.Invite.All", ".default openid"] {
        let refused = scripts(CONTOSO, scope).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["error"].as_str()),
            (400, Some("invalid_scope")),
            "{scope}"
        );
    }
    let public = [("grant_type", "client_credentials"), ("client_id", CONSOLE), ("scope", bare)];
    let refused = portal.posts("oauth2/v2.0/token", &[], &public).await;
    assert_eq!(refused.json()["error"], "unauthorized_client");
    let refused = portal.token(&[("grant_type", "password"), ("username", "x"), ("password", "y")]).await;
    assert_eq!(refused.json()["error"], "unsupported_grant_type");
}

#[tokio::test(flavor = "multi_thread")]
async fn d32_pages_of_registered_origins_may_read_and_others_not() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let own = world.at("pocket.localhost", "");
    for endpoint in ["v2.0/.well-known/openid-configuration", "discovery/v2.0/keys", "openid/userinfo"] {
        let page = portal.gets(endpoint, &[("origin", &own)]).await;
        assert_eq!(page.headers["access-control-allow-origin"], own.as_str(), "{endpoint}");
        assert!(!page.headers.contains_key("access-control-allow-credentials"));
        for foreign in
            ["https://evil.example", "null", &world.at("portal.contoso.localhost", ""), "https://pocket.localhost"]
        {
            let page = portal.gets(endpoint, &[("origin", foreign)]).await;
            assert!(!page.headers.contains_key("access-control-allow-origin"), "{endpoint} for {foreign}");
            assert!(page.headers.get_all("vary").iter().any(|value| value == "Origin"), "{endpoint}");
        }
    }
    let preflight = |origin: String| {
        let headers = [("origin", origin), ("access-control-request-method", "POST".to_owned())];
        let (browser, url) = (world.browser(), portal.endpoint("oauth2/v2.0/token"));
        async move {
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.asks(Method::OPTIONS, &url, &headers, "").await
        }
    };
    let page = preflight(own.clone()).await;
    assert_eq!(page.headers["access-control-allow-methods"], "GET, POST");
    assert!(!preflight("https://evil.example".to_owned()).await.headers.contains_key("access-control-allow-methods"));
}
