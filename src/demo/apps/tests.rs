//! The sample apps as the proxy meets them.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::body::Body;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite;
use tower::ServiceExt as _;

use super::*;
use crate::demo::ambient::testing::{START, ambient};
use crate::demo::provider::testing::{Answer, send};

const ISSUER: &str = "https://vestibule.localhost:8443/c0a70500-0000-4000-8000-000000000001/v2.0";
const TENANT: &str = "c0a70500-0000-4000-8000-000000000001";
const APP: &str = "c0a70500-0000-4000-8000-0000000000b1";

struct Signer {
    key: EncodingKey,
    jwk: Jwk,
}

impl Signer {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let key = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256).unwrap());
        Self { key, jwk }
    }

    fn sign(&self, typ: &str, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid.clone_from(&self.jwk.common.key_id);
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

struct Stage {
    router: Router,
    signer: Signer,
    fetches: Arc<AtomicUsize>,
    hand: Arc<AtomicI64>,
    stop: CancellationToken,
}

fn stage(sample: Sample) -> Stage {
    let (ambient, hand) = ambient();
    let signer = Signer::new();
    let fetches = Arc::new(AtomicUsize::new(0));
    let (counter, keys) = (Arc::clone(&fetches), json!({"keys": [signer.jwk]}));
    let stop = CancellationToken::new();
    let options = Options {
        app_id: APP.to_owned(),
        issuers: vec![ISSUER.to_owned()],
        jwks: Arc::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            let keys = keys.clone();
            Box::pin(async move { Ok(keys) })
        }),
        tenants: vec![(TENANT.to_owned(), "Contoso".to_owned())],
        ambient,
        stop: stop.clone(),
    };
    Stage { router: router(sample, options), signer, fetches, hand, stop }
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": APP, "sub": "o-1", "exp": START + 60, "iat": START, "email": "guest@fabrikam.example"})
}

async fn ask(router: &Router, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(router, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn wiki_shows_what_it_got() {
    let stage = stage(Sample::Wiki);
    let token = stage.signer.sign("vestibule-assertion+jwt", &claims());
    let headers = [
        ("vestibule-assertion", token.as_str()),
        ("x-forwarded-email", "guest@fabrikam.example"),
        ("x-vestibule-tenant", TENANT),
        ("x-evil", "<script>alert(1)</script>"),
        ("x-two", "1"),
        ("x-two", "2"),
    ];
    let page = ask(&stage.router, "/page/one?x=1&y=%3Cb%3E", &headers).await;
    assert_eq!(page.status, StatusCode::OK);
    for wanted in
        ["/page/one", "x=1&#38;y=%3Cb%3E", "guest@fabrikam.example", "Contoso", "/.vestibule/sign-out", ">valid<"]
    {
        assert!(page.body.contains(wanted), "{wanted} in {}", page.body);
    }
    assert!(!page.body.contains("<script>alert"));

    for target in ["/page?x=1&format=json", "/page?x=1"] {
        let mut headers = headers.to_vec();
        headers.push(("accept", "application/json"));
        let report = ask(&stage.router, target, &headers).await.json();
        assert_eq!(report["path"], "/page");
        assert_eq!(report["email"], "guest@fabrikam.example");
        assert_eq!(report["headers"]["x-two"], json!(["1", "2"]));
        assert_eq!(report["assertion"]["valid"], true);
        assert_eq!(report["assertion"]["claims"]["sub"], "o-1");
        assert_eq!((&report["tenant"], &report["tenant_name"]), (&json!(TENANT), &json!("Contoso")));
    }
    let request = Request::put("/up?format=json").body(Body::from("abc")).unwrap();
    let report = send(&stage.router, request).await.json();
    assert_eq!(report["method"], "PUT");
    assert_eq!(report["body"]["bytes"], 3);
    assert_eq!(report["body"]["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(stage.fetches.load(Ordering::SeqCst), 1, "keys are kept");
}

#[tokio::test]
async fn an_assertion_holds_only_if_everything_fits() {
    let stage = stage(Sample::Wiki);
    let typ = "vestibule-assertion+jwt";
    let check =
        async |headers: &[(&str, &str)]| ask(&stage.router, "/?format=json", headers).await.json()["assertion"].clone();
    let changed = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        stage.signer.sign(typ, &claims)
    };
    let mut none = Header::new(Algorithm::HS256);
    none.typ = Some(typ.to_owned());
    none.kid.clone_from(&stage.signer.jwk.common.key_id);
    let hmac = jsonwebtoken::encode(&none, &claims(), &EncodingKey::from_secret(b"x")).unwrap();
    let good = stage.signer.sign(typ, &claims());
    let bad = [
        ("ID token", stage.signer.sign("JWT", &claims())),
        ("other app", changed("aud", json!("c0a70500-0000-4000-8000-0000000000b2"))),
        ("other issuer", changed("iss", json!("https://evil.example"))),
        ("expired", changed("exp", json!(START - 31))),
        ("no end", changed("exp", Value::Null)),
        ("not yet", changed("nbf", json!(START + 31))),
        ("no subject", changed("sub", Value::Null)),
        ("other key", Signer::new().sign(typ, &claims())),
        ("HMAC", hmac),
        ("altered", format!("{good}x")),
        ("rubbish", "rubbish".to_owned()),
    ];
    for (what, token) in &bad {
        let checked = check(&[("vestibule-assertion", token)]).await;
        assert_eq!(checked["valid"], false, "{what}");
        assert_eq!(checked["claims"], Value::Null, "{what}");
    }
    assert_eq!(check(&[]).await["valid"], false);
    let twice = check(&[("vestibule-assertion", &good), ("vestibule-assertion", &good)]).await;
    assert_eq!(twice["valid"], false, "two");
    assert_eq!(check(&[("vestibule-assertion", &good)]).await["valid"], true, "control");
    stage.hand.fetch_add(60 + 31, Ordering::SeqCst);
    assert_eq!(check(&[("vestibule-assertion", &good)]).await["problem"], "expired");
}

#[tokio::test]
async fn unknown_keys_are_looked_for_but_not_hammered() {
    let stage = stage(Sample::Wiki);
    let other = Signer::new().sign("vestibule-assertion+jwt", &claims());
    for _ in 0..5 {
        ask(&stage.router, "/", &[("vestibule-assertion", &other)]).await;
    }
    assert_eq!(stage.fetches.load(Ordering::SeqCst), 1);
    stage.hand.fetch_add(5, Ordering::SeqCst);
    ask(&stage.router, "/", &[("vestibule-assertion", &other)]).await;
    assert_eq!(stage.fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn desk_links_stay_below_its_prefix() {
    let stage = stage(Sample::Desk);
    let headers = [("x-vestibule-tenant", TENANT), ("x-forwarded-email", "guest@fabrikam.example")];
    let page = ask(&stage.router, "/", &headers).await;
    assert!(page.body.contains("href=\"tickets/1\"") && page.body.contains("Contoso") && page.body.contains(TENANT));
    assert!(ask(&stage.router, "/tickets/1", &headers).await.body.contains("href=\"../\""));
    assert_eq!(ask(&stage.router, "/tickets/9", &headers).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&stage.router, "/?format=json", &headers).await.json()["app"], "Desk");
}

#[tokio::test]
async fn board_keeps_tenants_apart() {
    let stage = stage(Sample::Board);
    let post = |tenant: &str, text: &str| {
        Request::post("/notes")
            .header("x-vestibule-tenant", tenant)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("text={text}")))
            .unwrap()
    };
    assert_eq!(send(&stage.router, post("t1", "%3Cb%3Eone")).await.status, StatusCode::SEE_OTHER);
    for _ in 0..30 {
        send(&stage.router, post("t2", "two")).await;
    }
    let first = ask(&stage.router, "/", &[("x-vestibule-tenant", "t1")]).await.body;
    assert!(first.contains("&#60;b&#62;one") && !first.contains("two"));
    let second = ask(&stage.router, "/", &[("x-vestibule-tenant", "t2")]).await.body;
    assert_eq!(second.matches("<p>two</p>").count(), 20);
}

#[tokio::test]
async fn the_socket_echoes_and_ends_with_the_app() {
    let stage = stage(Sample::Wiki);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, stage.router).into_future());
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/ws")).await.unwrap();
    for message in [tungstenite::Message::text("hello"), tungstenite::Message::binary(vec![1, 2, 3])] {
        socket.send(message.clone()).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), message);
    }
    stage.stop.cancel();
    let end = tokio::time::timeout(Duration::from_secs(5), socket.next()).await.unwrap();
    assert!(!matches!(end, Some(Ok(tungstenite::Message::Text(_)))), "{end:?}");
    server.abort();
}

#[tokio::test]
async fn the_stream_counts_seconds_and_ends_with_the_app() {
    let stage = stage(Sample::Wiki);
    let request = Request::get("/events").body(Body::empty()).unwrap();
    let response = stage.router.oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    for count in 0..2 {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(frame, format!("id: {count}\ndata: {count}\n\n"));
    }
    stage.stop.cancel();
    assert!(body.frame().await.is_none());
}
