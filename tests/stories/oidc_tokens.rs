//! What becomes of tokens: used once, replaced, revoked, ended with the session, and worthless anywhere else.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::actors::{NORTHWIND, PORTAL, RelyingParty, SCRIPTS, SECRET, World, world};

async fn signed_in(world: &World, portal: &RelyingParty) -> (crate::actors::Browser, Value) {
    let browser = world.browser();
    let code = portal.signs_member_in(&browser, &[]).await.code().to_owned();
    let answer = portal.exchanges(&code).await;
    answer.status(200);
    (browser, answer.json())
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

#[track_caller]
fn is_invalid_grant(page: &crate::actors::Page) {
    assert_eq!((page.status.as_u16(), page.json()["error"].as_str()), (400, Some("invalid_grant")), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn j2_a_code_counts_once_and_its_reuse_ends_what_it_gave() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let code = portal.signs_member_in(&browser, &[]).await.code().to_owned();
    let tokens = portal.exchanges(&code).await.json();
    portal.userinfo(text(&tokens, "access_token")).await.status(200);
    is_invalid_grant(&portal.exchanges(&code).await);
    portal.userinfo(text(&tokens, "access_token")).await.status(401);
    is_invalid_grant(&portal.refreshes(text(&tokens, "refresh_token")).await);

    // A hundred at once: at most one gets tokens, and those are over.
    let code = portal.asks(&browser, &[]).await.code().to_owned();
    let answers = join_all((0..100).map(|_| portal.exchanges(&code))).await;
    let won: Vec<Value> = answers.iter().filter(|page| page.status == 200).map(|page| page.json()).collect();
    assert!(won.len() <= 1, "{} got tokens", won.len());
    for tokens in &won {
        portal.userinfo(text(tokens, "access_token")).await.status(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn j2_a_code_is_bound_to_client_redirect_uri_verifier_and_tenant() {
    let world = world().await;
    let (portal, console, browser) = (RelyingParty::portal(&world), RelyingParty::console(&world), world.browser());
    portal.signs_member_in(&browser, &[]).await;
    let code = async || portal.asks(&browser, &[]).await.code().to_owned();
    // Somebody else's client, with everything else right.
    let stolen =
        RelyingParty { redirect_uri: portal.redirect_uri.clone(), verifier: portal.verifier.clone(), ..console };
    is_invalid_grant(&stolen.exchanges(&code().await).await);
    let elsewhere = RelyingParty { redirect_uri: "http://localhost:9004/callback".to_owned(), ..portal.clone() };
    is_invalid_grant(&elsewhere.exchanges(&code().await).await);
    let other = RelyingParty { verifier: "x".repeat(43), ..portal.clone() };
    is_invalid_grant(&other.exchanges(&code().await).await);
    let without = code().await;
    let fields = [("grant_type", "authorization_code"), ("code", &without), ("redirect_uri", &portal.redirect_uri)];
    is_invalid_grant(&portal.token(&fields).await);
    // C1: at the other tenant it is nothing at all, and using it there does not use it up.
    let here = code().await;
    let abroad = [
        ("grant_type", "authorization_code"),
        ("client_id", SCRIPTS),
        ("client_secret", SECRET),
        ("code", here.as_str()),
        ("redirect_uri", portal.redirect_uri.as_str()),
        ("code_verifier", portal.verifier.as_str()),
    ];
    let northwind = RelyingParty { tenant: NORTHWIND.to_owned(), ..portal.clone() };
    is_invalid_grant(&northwind.posts("oauth2/v2.0/token", &[], &abroad).await);
    portal.exchanges(&here).await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn j4_a_refresh_token_is_replaced_and_its_reuse_ends_the_family() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let (_browser, tokens) = signed_in(&world, &portal).await;
    let first = text(&tokens, "refresh_token").to_owned();
    let second = portal.refreshes(&first).await;
    second.status(200);
    let second = second.json();
    let claims = portal.believes(text(&second, "id_token")).await;
    assert!(claims.get("nonce").is_none(), "{claims}");
    assert_ne!(second["refresh_token"], json!(first));
    // Whoever did not get the answer asks again, and gets the same token: no second branch.
    let again = portal.refreshes(&first).await;
    again.status(200);
    assert_eq!(again.json()["refresh_token"], second["refresh_token"]);
    // Once the new one was used, the old one is a theft.
    let third = portal.refreshes(text(&second, "refresh_token")).await;
    third.status(200);
    is_invalid_grant(&portal.refreshes(&first).await);
    let third = third.json();
    is_invalid_grant(&portal.refreshes(text(&third, "refresh_token")).await);
    portal.userinfo(text(&third, "access_token")).await.status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn j4_fifty_refreshes_at_once_leave_one_branch() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let (_browser, tokens) = signed_in(&world, &portal).await;
    let answers = join_all((0..50).map(|_| portal.refreshes(text(&tokens, "refresh_token")))).await;
    let mut branches: Vec<String> = answers
        .iter()
        .filter(|page| page.status == 200)
        .map(|page| text(&page.json(), "refresh_token").to_owned())
        .collect();
    assert!(!branches.is_empty());
    branches.sort();
    branches.dedup();
    assert_eq!(branches.len(), 1, "one live branch");
    portal.refreshes(&branches[0]).await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_may_ask_for_less_and_never_for_more() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let (_browser, tokens) = signed_in(&world, &portal).await;
    let refresh = text(&tokens, "refresh_token");
    let more = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", "openid User.Invite.All")];
    assert_eq!(portal.token(&more).await.json()["error"], "invalid_scope");
    let less = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", "openid")];
    let answer = portal.token(&less).await.json();
    assert_eq!(answer["scope"], "openid");
    let told = portal.userinfo(text(&answer, "access_token")).await.json();
    assert!(told.get("email").is_none() && told.get("sub").is_some(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn j12_a_blocked_guest_gets_nothing_more() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let page = portal.sends(&browser, &[]).await;
    let page = browser.presses(&page, "Continue", &[("address", "passcode@mail.example")]).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode("passcode@mail.example").await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    let (page, _) = super::federated_guest::accepts_everything(&browser, page).await;
    let tokens = portal.exchanges(crate::actors::Reply::of(&page).code()).await.json();
    let claims = portal.believes(text(&tokens, "id_token")).await;
    assert_eq!((claims["idp"].as_str(), claims["acr"].as_str()), (Some("mail"), Some("urn:vestibule:acr:email")));
    assert_eq!(claims["amr"], json!(["email-otp"]), "a code by mail is never a second factor");
    let waiting = portal.asks(&browser, &[]).await.code().to_owned();
    portal.userinfo(text(&tokens, "access_token")).await.status(200);
    assert_eq!(portal.tells("introspect", text(&tokens, "access_token")).await.json()["active"], true);
    let (code, out) = world.command(&["guest", "block", "passcode@mail.example", "--tenant", "contoso.example"]).await;
    assert_eq!(code, 0, "{out}");
    is_invalid_grant(&portal.exchanges(&waiting).await);
    is_invalid_grant(&portal.refreshes(text(&tokens, "refresh_token")).await);
    portal.userinfo(text(&tokens, "access_token")).await.status(401);
    assert_eq!(portal.tells("introspect", text(&tokens, "access_token")).await.json(), json!({ "active": false }));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_what_applications_hold() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let (browser, tokens) = signed_in(&world, &portal).await;
    let page = browser.opens(&world.broker("/contoso.example/sign-out")).await;
    browser.presses(&page, "Sign out", &[]).await;
    is_invalid_grant(&portal.refreshes(text(&tokens, "refresh_token")).await);
    portal.userinfo(text(&tokens, "access_token")).await.status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn j6_introspection_and_revocation_concern_own_tokens_alone() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let (_browser, tokens) = signed_in(&world, &portal).await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let own = portal.tells("introspect", access).await.json();
    assert_eq!((own["active"].as_bool(), own["client_id"].as_str()), (Some(true), Some(PORTAL)), "{own}");
    assert_eq!(portal.tells("introspect", refresh).await.json()["active"], true);
    let scripts = RelyingParty { id: SCRIPTS, ..portal.clone() };
    for token in [access, refresh, "x", ""] {
        let page = scripts.tells("introspect", token).await;
        if token.is_empty() {
            page.status(400);
            continue;
        }
        assert_eq!(page.json(), json!({ "active": false }), "a foreign token is like none");
        scripts.tells("revoke", token).await.status(200);
    }
    portal.tells("introspect", "x").await.status(200);
    let nobody = RelyingParty { secret: Some("wrong"), ..portal.clone() };
    nobody.tells("introspect", access).await.status(401);
    portal.userinfo(access).await.status(200);
    // By its own client it ends: the access token by itself, the refresh token with everything.
    let second = portal.refreshes(refresh).await.json();
    portal.tells("revoke", access).await.status(200);
    portal.userinfo(access).await.status(401);
    portal.userinfo(text(&second, "access_token")).await.status(200);
    portal.tells("revoke", text(&second, "refresh_token")).await.status(200);
    portal.userinfo(text(&second, "access_token")).await.status(401);
    is_invalid_grant(&portal.refreshes(text(&second, "refresh_token")).await);
}

/// Every kind of token at every place that takes one: only the diagonal passes (attack row J7). And whatever Contoso made is
/// worth at Northwind what random bytes are worth (attack row C1).
#[tokio::test(flavor = "multi_thread")]
async fn j7_c1_a_token_of_one_kind_is_none_of_another_and_of_no_other_tenant() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let (_signed, tokens) = signed_in(&world, &portal).await;
    portal.signs_member_in(&browser, &[]).await;
    let api = portal.asks(&browser, &[("scope", Some("openid User.Read"))]).await;
    let for_api = portal.exchanges(api.code()).await.json();
    // What our own keys sign otherwise, with the very claims of tokens that count: the type alone tells them apart.
    let app = world.demo.app();
    let claims = |token: &str| -> Value {
        let payload = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
    };
    let contoso = crate::actors::CONTOSO.parse().unwrap();
    let retyped = |typ: &str, of: &str| app.keys.sign(contoso, typ, &claims(text(&tokens, of))).unwrap();
    let kinds: Vec<(&str, String)> = vec![
        ("access token", text(&tokens, "access_token").to_owned()),
        ("access token for the API", text(&for_api, "access_token").to_owned()),
        ("refresh token", text(&tokens, "refresh_token").to_owned()),
        ("ID token", text(&tokens, "id_token").to_owned()),
        ("assertion of the proxy", retyped("vestibule-assertion+jwt", "access_token")),
        ("logout token", retyped("logout+jwt", "id_token")),
        ("ID token with claims of an access token", retyped("JWT", "access_token")),
        ("access token with claims of an ID token", retyped("at+jwt", "id_token")),
        ("code", portal.asks(&browser, &[]).await.code().to_owned()),
        ("random bytes", "gZ4mK0xw2u6v3T7o5r8y9q1s2d4f6g8h0j1k3l5z7xc".to_owned()),
        ("unsigned token", "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.".to_owned()),
    ];
    // What answers at each place look like, with everything that passes marked.
    for (kind, token) in &kinds {
        let passes = [
            ("userinfo", portal.userinfo(token).await.status == 200, *kind == "access token"),
            (
                "introspection",
                portal.tells("introspect", token).await.json()["active"] == true,
                ["access token", "access token for the API", "refresh token"].contains(kind),
            ),
            (
                "the API",
                vestibule::tokens::api_caller::caller(app, &app.snapshot.load(), token).await.unwrap().is_some(),
                *kind == "access token for the API",
            ),
            (
                "id_token_hint",
                portal.asks(&browser, &[("id_token_hint", Some(token))]).await.0.contains_key("code"),
                *kind == "ID token",
            ),
        ];
        for (place, passed, expected) in passes {
            assert_eq!(passed, expected, "{kind} at {place}");
        }
    }
    let northwind = RelyingParty { tenant: NORTHWIND.to_owned(), id: SCRIPTS, ..portal.clone() };
    let (_, random) = kinds.iter().find(|(kind, _)| *kind == "random bytes").unwrap();
    let expected = worth(&northwind, random).await;
    for (kind, token) in &kinds {
        assert_eq!(worth(&northwind, token).await, expected, "{kind} of Contoso at Northwind");
    }
    // Last, for they use things up: as a refresh token and as a code.
    for (kind, token) in &kinds {
        let refreshed = portal.refreshes(token).await.status == 200;
        assert_eq!(refreshed, *kind == "refresh token", "{kind} as refresh token");
        let fresh = if *kind == "code" { Some(portal.asks(&browser, &[]).await.code().to_owned()) } else { None };
        let exchanged = portal.exchanges(fresh.as_deref().unwrap_or(token)).await.status == 200;
        assert_eq!(exchanged, *kind == "code", "{kind} as code");
    }
}

/// Everything that one tenant says about a token.
async fn worth(party: &RelyingParty, token: &str) -> Vec<(u16, String)> {
    let code = [
        ("grant_type", "authorization_code"),
        ("code", token),
        ("redirect_uri", party.redirect_uri.as_str()),
        ("code_verifier", party.verifier.as_str()),
    ];
    let logout = format!("oauth2/v2.0/logout?id_token_hint={token}");
    let mut answers = Vec::new();
    for page in [
        party.userinfo(token).await,
        party.tells("introspect", token).await,
        party.tells("revoke", token).await,
        party.refreshes(token).await,
        party.token(&code).await,
        party.gets(&logout, &[]).await,
    ] {
        let location = page.headers.get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        answers.push((page.status.as_u16(), format!("{location}{}", page.body)));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn j5_signing_out_by_an_application_needs_its_proof() {
    let world = world().await;
    let portal = RelyingParty::portal(&world);
    let (browser, tokens) = signed_in(&world, &portal).await;
    let back = world.at("portal.contoso.localhost", "/signed-out");
    browser.stops_at(&back);
    let hint = text(&tokens, "id_token");
    let url = |pairs: &[(&str, &str)]| {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{}?{query}", portal.endpoint("oauth2/v2.0/logout"))
    };
    let forged = format!("{}x", &hint[..hint.len() - 1]);
    for pairs in [
        vec![],
        vec![("post_logout_redirect_uri", back.as_str())],
        vec![("post_logout_redirect_uri", back.as_str()), ("client_id", PORTAL)],
        vec![("post_logout_redirect_uri", back.as_str()), ("id_token_hint", forged.as_str())],
        vec![("post_logout_redirect_uri", back.as_str()), ("id_token_hint", text(&tokens, "access_token"))],
        vec![("post_logout_redirect_uri", "https://evil.example/"), ("id_token_hint", hint)],
        vec![("post_logout_redirect_uri", &format!("{back}/x")), ("id_token_hint", hint)],
        vec![("post_logout_redirect_uri", back.as_str()), ("id_token_hint", hint), ("client_id", SCRIPTS)],
    ] {
        let page = browser.opens(&url(&pairs)).await;
        assert!(page.url.path().ends_with("/sign-out"), "{pairs:?} led to {}", page.url);
        page.sees("Sign out");
        portal.userinfo(text(&tokens, "access_token")).await.status(200);
    }
    let good = [("post_logout_redirect_uri", back.as_str()), ("id_token_hint", hint), ("state", "s 1")];
    // Somebody else's browser is not signed out of anything by it, and a browser without a session just goes on.
    let page = world.browser();
    page.stops_at(&back);
    assert_eq!(page.opens(&url(&good)).await.url.as_str(), format!("{back}?state=s+1"));
    portal.userinfo(text(&tokens, "access_token")).await.status(200);
    let page = browser.opens(&url(&good)).await;
    assert_eq!(page.url.as_str(), format!("{back}?state=s+1"));
    portal.userinfo(text(&tokens, "access_token")).await.status(401);
    browser.opens(&world.broker("/contoso.example")).await.does_not_see("member@contoso.example");
}
