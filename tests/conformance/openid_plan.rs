//! The test-plan configuration for the OpenID Foundation's suite is about clients that the demo really has.

use serde_json::Value;

use crate::actors::{CONTOSO, RelyingParty, world};

/// Where the suite answers under the alias of the configuration.
fn suite(plan: &Value) -> String {
    format!("https://localhost.emobix.co.uk:8443/test/a/{}", plan["alias"].as_str().unwrap())
}

fn plan() -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/openid/vestibule.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Every text below `value`, with the name that it stands under.
fn texts<'a>(value: &'a Value, name: &'a str, found: &mut Vec<(&'a str, &'a str)>) {
    match value {
        Value::String(text) => found.push((name, text)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, name, found)),
        Value::Object(members) => members.iter().for_each(|(name, item)| texts(item, name, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suites_configuration_fits_the_demo() {
    let (plan, world) = (plan(), world().await);
    let app = world.demo.app();
    let snapshot = app.snapshot.load_full();
    let tenant = snapshot.tenant(CONTOSO.parse().unwrap()).unwrap();
    for name in ["client", "client2", "client_secret_post"] {
        let (id, secret) = (plan[name]["client_id"].as_str().unwrap(), plan[name]["client_secret"].as_str().unwrap());
        let registration = snapshot.registration(tenant, id.parse().unwrap()).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(registration.redirect_uris, [format!("{}/callback", suite(&plan))]);
        assert_eq!(registration.post_logout_redirect_uris, [format!("{}/post_logout_redirect", suite(&plan))]);
        let heard_at = registration.backchannel_logout_uri.as_ref().unwrap();
        assert_eq!(heard_at.as_str(), format!("{}/backchannel_logout", suite(&plan)));
        assert!(!registration.pkce_required && registration.is_confidential());
        // HMAC keys of the suite are made of secrets of at least 32 bytes.
        assert!(secret.len() >= 32);
        // The secret counts: what is wrong is the code, and with another secret it is the client.
        let party =
            RelyingParty { redirect_uri: registration.redirect_uris[0].clone(), ..RelyingParty::portal(&world) };
        for (secret, error) in [(secret, "invalid_grant"), ("demo-secret", "invalid_client")] {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", "x"),
                ("redirect_uri", &party.redirect_uri),
                ("client_id", id),
                ("client_secret", secret),
            ];
            let answer = party.posts("oauth2/v2.0/token", &[], &fields).await;
            assert_eq!(answer.json()["error"], error, "{name}");
        }
    }
    // The demo moves its own addresses to the port that it is given, and leaves those of the suite alone.
    let here = plan["server"]["discoveryUrl"].as_str().unwrap().replace(":9443", &format!(":{}", world.port));
    let found = world.browser().asks(http::Method::GET, &here, &[], "").await;
    assert_eq!(found.status(200).json()["issuer"], format!("{}/{CONTOSO}/v2.0", world.broker("")));

    // What the browser is told to look for belongs to the demo or to the suite, and what it types signs a member in.
    let mut found = Vec::new();
    texts(&plan, "", &mut found);
    let matches: Vec<&str> = found.iter().filter(|(name, _)| *name == "match").map(|(_, text)| *text).collect();
    assert!(matches.len() > 20);
    for pattern in matches {
        assert!(
            pattern.starts_with("https://vestibule.localhost:9443/") || pattern.starts_with("*/test/*/"),
            "{pattern}"
        );
    }
    let party = RelyingParty {
        id: "c0a70500-0000-4000-8000-0000000000b7",
        secret: Some("demo-secret-of-the-conformance-suite-one"),
        redirect_uri: format!("{}/callback", suite(&plan)),
        ..RelyingParty::portal(&world)
    };
    assert_eq!(plan["client"]["client_id"], party.id);
    let browser = world.browser();
    let query = party.request(&[("code_challenge", None), ("code_challenge_method", None)]);
    let page = browser.opens(&format!("{}?{query}", party.endpoint("oauth2/v2.0/authorize"))).await;
    for id in ["address", "password"] {
        assert!(found.iter().any(|(_, text)| *text == id), "the plan types into #{id}");
    }
    assert!(
        page.body.contains("id=\"address\"") && page.body.contains("<div class=\"actions\"><button"),
        "{}",
        page.body
    );
    let page = browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    assert!(
        page.body.contains("id=\"password\"") && page.body.contains("<div class=\"actions\"><button"),
        "{}",
        page.body
    );
    assert!(page.url.path().ends_with("/sign-in"), "{}", page.url);
}
