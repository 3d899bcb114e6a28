//! A request that brings a browser to the provider and cannot be answered, not even to the application: people read what to do
//! next, programs the words of OAuth 2.0, and nobody is sent anywhere (attack row J1).

use http::Method;

use crate::actors::{CONTOSO, POCKET, PORTAL, Page, RelyingParty, World, world};

const NAVIGATES: [(&str, &str); 3] =
    [("accept", "text/html"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const EVIL: &str = "https://evil.example/callback";

/// Queries that prove no client, by the code that each is refused with.
fn wrong(portal: &RelyingParty) -> Vec<(String, &'static str)> {
    let request = |changes: &[(&str, Option<&str>)]| portal.request(changes);
    vec![
        (request(&[("client_id", None)]), "unauthorized_client"),
        (request(&[("client_id", Some("c0a70500-0000-4000-8000-00000000dead"))]), "unauthorized_client"),
        (request(&[("client_id", Some("<script>alert(1)</script>"))]), "unauthorized_client"),
        (request(&[("client_id", Some(POCKET))]), "unauthorized_client"),
        (request(&[("redirect_uri", None)]), "unauthorized_client"),
        (request(&[("redirect_uri", Some(EVIL))]), "unauthorized_client"),
        (request(&[("redirect_uri", Some("javascript:alert(1)"))]), "unauthorized_client"),
        (format!("{}&client_id={PORTAL}", request(&[])), "invalid_request"),
        (format!("{}&redirect_uri=https%3A%2F%2Fevil.example%2F", request(&[])), "invalid_request"),
        (request(&[("request_uri", Some("urn:ietf:params:oauth:request_uri:spent"))]), "invalid_request_uri"),
    ]
}

fn authorize(world: &World, tenant: &str) -> String {
    world.broker(&format!("/{tenant}/oauth2/v2.0/authorize"))
}

#[track_caller]
fn is_page(page: &Page, status: u16) {
    assert_eq!(page.status.as_u16(), status, "{}", page.body);
    assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{:?}", page.headers);
    assert!(page.headers.get("location").is_none() && page.headers.get("refresh").is_none());
    assert!(!page.body.contains("http-equiv=\"refresh\"") && !page.body.contains("<script"), "{}", page.body);
    // The links to other languages lead back to this very address, and nothing else repeats it.
    assert!(!page.text().contains("evil.example"), "a stranger's words stand on our page");
    for place in ["href=\"", "action=\"", "src=\""] {
        for target in page.body.split(place).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(target.starts_with('/') && !target.starts_with("//") || target.starts_with('#'), "{target}");
        }
    }
    assert!(page.headers.contains_key("content-security-policy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn j1_a_request_that_proves_no_client_ends_on_a_page_of_ours() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    let endpoint = authorize(&world, CONTOSO);
    let mut looked = 0;
    for (query, code) in wrong(&portal) {
        for by_form in [false, true] {
            let ask = async |headers: &[(&str, &str)]| {
                if by_form {
                    browser.asks(Method::POST, &endpoint, &[headers, &[FORM]].concat(), &query).await
                } else {
                    browser.asks(Method::GET, &format!("{endpoint}?{query}"), headers, "").await
                }
            };
            let page = ask(&NAVIGATES).await;
            is_page(&page, 400);
            page.sees("An application sent you here by mistake").sees(code).sees("Request id");
            let answer = ask(&[("accept", "application/json")]).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (400, Some(code)), "{query}");
            assert_eq!(answer.headers["cache-control"], "no-store");
            let fetched =
                ask(&[("accept", "text/html"), ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")]).await;
            assert_eq!(fetched.json()["error"].as_str(), Some(code), "a script of a page is a program");
            looked += 1;
        }
    }
    assert_eq!(looked, 20);
    // In the language of the browser; what its developers need stays in English.
    let (query, _) = wrong(&portal).remove(5);
    for (language, words) in [
        ("nl", "Een applicatie stuurde u hier per vergissing heen"),
        ("sv", "En applikation skickade hit dig av misstag"),
        ("fr", "Une application vous a envoyé ici par erreur"),
    ] {
        let headers = [&NAVIGATES[..], &[("accept-language", language)]].concat();
        let page = browser.asks(Method::GET, &format!("{endpoint}?{query}"), &headers, "").await;
        is_page(&page, 400);
        page.sees(words)
            .sees("unauthorized_client: No application with this client_id and redirect_uri is registered.");
    }
    // The control: once client and redirect URI are proved, the application hears of its mistakes itself.
    let page = browser.asks(Method::GET, &portal.authorize_url(&[("response_type", None)]), &NAVIGATES, "").await;
    let location = page.headers["location"].to_str().unwrap();
    assert!(location.starts_with(&portal.redirect_uri) && location.contains("error=invalid_request"), "{location}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_that_does_not_exist_is_a_page_for_people() {
    let world = world().await;
    let (portal, browser) = (RelyingParty::portal(&world), world.browser());
    for tenant in ["nobody.example", "c0a70500-0000-4000-8000-00000000dead"] {
        for endpoint in ["authorize", "logout"] {
            let url = world.broker(&format!("/{tenant}/oauth2/v2.0/{endpoint}?{}", portal.request(&[])));
            is_page(&browser.asks(Method::GET, &url, &NAVIGATES, "").await, 404);
            let answer = browser.asks(Method::GET, &url, &[("accept", "application/json")], "").await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (404, Some("invalid_tenant")));
        }
        // No people come to the others, whatever they say they read.
        let url = world.broker(&format!("/{tenant}/v2.0/.well-known/openid-configuration"));
        let answer = browser.asks(Method::GET, &url, &NAVIGATES, "").await;
        assert_eq!(answer.json()["error"].as_str(), Some("invalid_tenant"));
    }
}
