//! A client that proves itself by signed assertions (`private_key_jwt`), over the wire: what counts, and what does not.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Value, json};
use vestibule::clock::{SystemRandom, random_bytes};
use vestibule::model::{ClientKeys, Registration};
use vestibule::snapshot::Snapshot;

use crate::actors::{NORTHWIND, PORTAL, Page, RelyingParty, World, world};
use crate::lying_idp::keys::{public, stranger};
use crate::lying_idp::{Signer, compact};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A demo whose Portal registered public keys beside its secret.
async fn keyed() -> (World, RelyingParty) {
    let world = world().await;
    let app = world.demo.app();
    let now = app.snapshot.load_full();
    let tenants: Vec<_> = now.tenants().map(|tenant| tenant.as_ref().clone()).collect();
    let mut registrations: Vec<Registration> = Vec::new();
    for tenant in now.tenants() {
        registrations.extend(now.registrations_of(tenant).map(|one| one.as_ref().clone()));
    }
    registrations.dedup_by_key(|one| one.app);
    for registration in registrations.iter_mut().filter(|one| one.app.to_string() == PORTAL) {
        registration.keys = Some(ClientKeys::Inline(json!({ "keys": public() }).to_string()));
    }
    let changed = Snapshot::build(tenants, now.apps().map(|one| one.as_ref().clone())).unwrap();
    app.snapshot.store(Arc::new(changed.with_registrations(registrations)));
    let portal = RelyingParty::portal(&world);
    (world, portal)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The claims of a good assertion, with a name of their own.
fn claims(portal: &RelyingParty) -> Value {
    json!({
        "iss": PORTAL, "sub": PORTAL, "aud": portal.endpoint("oauth2/v2.0/token"), "iat": now(), "exp": now() + 60,
        "jti": HEXLOWER.encode(&random_bytes::<16>(&SystemRandom)),
    })
}

fn signed(signer: Signer, claims: &Value) -> String {
    compact(signer, &json!({ "alg": signer.algorithm(), "kid": signer.kid() }).to_string(), &claims.to_string())
}

/// Asks for a token of the application itself.
async fn shows(portal: &RelyingParty, assertion: &str, more: &[(&str, &str)]) -> Page {
    let scope = format!("{PORTAL}/.default");
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("scope", scope.as_str()),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    fields.extend_from_slice(more);
    portal.posts("oauth2/v2.0/token", &[], &fields).await
}

#[track_caller]
fn is_unproved(page: &Page, what: &str) {
    let seen = (page.status.as_u16(), page.json()["error"].as_str().map(str::to_owned));
    assert_eq!(seen, (401, Some("invalid_client".to_owned())), "{what}: {}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_proves_a_client_wherever_it_must_prove_itself() {
    let (world, portal) = keyed().await;
    for signer in [Signer::Rs256, Signer::Ps256, Signer::Es256, Signer::EdDsa] {
        shows(&portal, &signed(signer, &claims(&portal)), &[]).await.status(200);
    }
    // The issuer is as good an audience, alone in a list as well; the client may say who it is besides.
    for aud in [json!(portal.issuer()), json!([portal.issuer()])] {
        let mut good = claims(&portal);
        good["aud"] = aud;
        shows(&portal, &signed(Signer::Es256, &good), &[("client_id", PORTAL)]).await.status(200);
    }

    // A guest's code, its refresh, introspection and revocation.
    let browser = world.browser();
    let code = portal.signs_member_in(&browser, &[]).await.code().to_owned();
    let asks = async |endpoint: &str, fields: &[(&str, &str)]| {
        let assertion = signed(Signer::Es256, &claims(&portal));
        let mut fields = fields.to_vec();
        fields.extend([("client_assertion_type", TYPE), ("client_assertion", assertion.as_str())]);
        portal.posts(endpoint, &[], &fields).await
    };
    let (redirect_uri, verifier) = (portal.redirect_uri.clone(), portal.verifier.clone());
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", &verifier),
    ];
    let tokens = asks("oauth2/v2.0/token", &exchange).await;
    tokens.status(200);
    let refresh = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
    let renewed = asks("oauth2/v2.0/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    renewed.status(200);
    let access = renewed.json()["access_token"].as_str().unwrap().to_owned();
    let seen = asks("oauth2/v2.0/introspect", &[("token", &access)]).await;
    assert_eq!(seen.json()["active"], true, "{}", seen.body);
    asks("oauth2/v2.0/revoke", &[("token", &access)]).await.status(200);
    let seen = asks("oauth2/v2.0/introspect", &[("token", &access)]).await;
    assert_eq!(seen.json()["active"], false, "{}", seen.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn t116_an_assertion_counts_once() {
    let (_world, portal) = keyed().await;
    let mut lasting = claims(&portal);
    lasting["exp"] = json!(now() + 3600);
    for claims in [claims(&portal), lasting] {
        let assertion = signed(Signer::Es256, &claims);
        shows(&portal, &assertion, &[]).await.status(200);
        is_unproved(&shows(&portal, &assertion, &[]).await, "shown again");
        // Neither another endpoint nor another signature over the same name makes it new.
        let elsewhere = [("client_assertion_type", TYPE), ("client_assertion", assertion.as_str()), ("token", "x")];
        is_unproved(&portal.posts("oauth2/v2.0/introspect", &[], &elsewhere).await, "shown elsewhere");
        is_unproved(&shows(&portal, &signed(Signer::Rs256, &claims), &[]).await, "the same name, signed anew");
    }
    // Of a hundred at once one counts.
    let assertion = signed(Signer::Es256, &claims(&portal));
    let all = futures_util::future::join_all((0..100).map(|_| shows(&portal, &assertion, &[]))).await;
    assert_eq!(all.iter().filter(|page| page.status == 200).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a13_an_assertion_for_somebody_else_or_another_time_is_refused() {
    let (_world, portal) = keyed().await;
    let mut northwind = portal.clone();
    northwind.tenant = NORTHWIND.to_owned();
    let (token, issuer) = (portal.endpoint("oauth2/v2.0/token"), portal.issuer());
    for (name, value) in [
        ("aud", json!(northwind.endpoint("oauth2/v2.0/token"))),
        ("aud", json!(northwind.issuer())),
        ("aud", json!([&token, "https://evil.example/token"])),
        ("aud", json!([&token, &issuer])),
        ("aud", json!("https://evil.example/token")),
        ("aud", json!(portal.broker)),
        ("aud", json!(format!("{token}/"))),
        ("aud", json!(portal.endpoint("oauth2/v2.0/introspect"))),
        ("aud", Value::Null),
        ("exp", json!(now() - 61)),
        ("exp", json!(now() + 3700)),
        ("exp", json!((now() + 60).to_string())),
        ("exp", Value::Null),
        ("nbf", json!(now() + 120)),
        ("iat", json!(now() + 120)),
        ("iss", json!("https://evil.example")),
        ("iss", json!(crate::actors::CONSOLE)),
        ("sub", json!(crate::actors::SCRIPTS)),
        ("jti", Value::Null),
    ] {
        let mut bad = claims(&portal);
        bad[name] = value.clone();
        is_unproved(&shows(&portal, &signed(Signer::Es256, &bad), &[]).await, &format!("{name} = {value}"));
    }
    for name in ["iss", "sub", "aud", "exp", "jti"] {
        let mut bad = claims(&portal);
        bad.as_object_mut().unwrap().remove(name);
        is_unproved(&shows(&portal, &signed(Signer::Es256, &bad), &[("client_id", PORTAL)]).await, name);
    }
    // The same claims, untouched, do count.
    shows(&portal, &signed(Signer::Es256, &claims(&portal)), &[]).await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a10_an_assertion_that_no_registered_key_signed_is_refused() {
    let (_world, portal) = keyed().await;
    let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let header = |header: &Value, signer: Signer| compact(signer, &header.to_string(), &claims(&portal).to_string());
    let hmac = |secret: &[u8]| {
        let header = jsonwebtoken::Header { kid: Some("rsa".to_owned()), ..Default::default() };
        jsonwebtoken::encode(&header, &claims(&portal), &jsonwebtoken::EncodingKey::from_secret(secret)).unwrap()
    };
    let good = signed(Signer::Es256, &claims(&portal));
    let (body, signature) = good.rsplit_once('.').unwrap();
    let other_claims = encode(&claims(&portal).to_string());
    let modulus = public()[0]["n"].as_str().unwrap().to_owned();
    let mut bad = vec![
        ("another key", signed(Signer::Stranger, &claims(&portal))),
        ("no algorithm", format!("{}.{}.", encode(r#"{"alg":"none"}"#), body.split_once('.').unwrap().1)),
        ("no signature", format!("{body}.")),
        ("other claims", format!("{}.{other_claims}.{signature}", body.split_once('.').unwrap().0)),
        ("a secret made of the public key", hmac(&BASE64URL_NOPAD.decode(modulus.as_bytes()).unwrap())),
        ("a secret made of its text", hmac(public()[0].to_string().as_bytes())),
        ("the client's own secret", hmac(crate::actors::SECRET.as_bytes())),
        ("one key under another's name", header(&json!({ "alg": "ES256", "kid": "rsa" }), Signer::Es256)),
        ("a name that nobody registered", header(&json!({ "alg": "ES256", "kid": "x" }), Signer::Es256)),
        ("a key in the header", header(&json!({ "alg": "ES256", "jwk": stranger() }), Signer::Stranger)),
        (
            "an address in the header",
            header(&json!({ "alg": "ES256", "jku": "https://evil.example/" }), Signer::Stranger),
        ),
        ("something critical", header(&json!({ "alg": "ES256", "kid": "p256", "crit": ["exp"] }), Signer::Es256)),
        ("another algorithm of the same key", header(&json!({ "alg": "RS384", "kid": "rsa" }), Signer::Rs256)),
    ];
    for name in ["NONE", "None", "nOnE", ""] {
        bad.push(("a spelling of none", format!("{}.{other_claims}.", encode(&json!({ "alg": name }).to_string()))));
    }
    for (what, assertion) in &bad {
        is_unproved(&shows(&portal, assertion, &[("client_id", PORTAL)]).await, what);
        is_unproved(&shows(&portal, assertion, &[]).await, what);
    }
    // Not what proves anybody: another type, or the token of somebody who holds no key.
    let assertion = signed(Signer::Es256, &claims(&portal));
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "x/.default"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
        ("client_assertion", assertion.as_str()),
    ];
    is_unproved(&portal.posts("oauth2/v2.0/token", &[], &fields).await, "another type");
    // Two proofs are none, even if both are right; and none of this used the good one up.
    let two = shows(&portal, &assertion, &[("client_id", PORTAL), ("client_secret", crate::actors::SECRET)]).await;
    assert_eq!((two.status.as_u16(), &two.json()["error"]), (400, &json!("invalid_request")));
    shows(&portal, &assertion, &[]).await.status(200);
}
