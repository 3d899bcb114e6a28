//! The tenant is in the URL or nowhere: every door with one leads to consent, every door without is refused.

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{CONTOSO, DESK, WIKI, world};

#[tokio::test(flavor = "multi_thread")]
async fn every_door_with_a_tenant_leads_to_consent_and_the_right_place() {
    let doors = [
        (format!("/?tenantid={CONTOSO}"), "/myapps"),
        ("/?tenantId=contoso.example".to_owned(), "/myapps"),
        ("/contoso.example".to_owned(), "/myapps"),
        (format!("/{CONTOSO}"), "/myapps"),
        ("/contoso.localhost/myapps".to_owned(), "/myapps"),
        (format!("/api/signin/{WIKI}?tenantId={CONTOSO}"), "wiki"),
        (format!("/signin/Wiki/{WIKI}?tenantId=contoso.example"), "wiki"),
        (format!("/api/signin/{DESK}?tenantId=contoso.example"), "desk"),
    ];
    for (door, place) in doors {
        let world = world().await;
        let browser = world.browser();
        let page = browser.opens(&world.broker(&door)).await;
        page.status(200).sees("Contoso");
        let page = browser.presses(&page, "Continue", &[("address", "direct@fabrikam.example")]).await;
        let page = signs_in_at_fabrikam(&browser, &page, "direct@fabrikam.example").await;
        page.sees("Review permissions");
        let (page, _) = accepts_everything(&browser, page).await;
        page.status(200);
        assert!(page.url.as_str().contains(place), "{door} led to {}", page.url);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_without_a_tenant_is_refused() {
    let world = world().await;
    let browser = world.browser();
    let pages = [
        world.broker("/"),
        world.broker("/common"),
        world.broker("/common/myapps"),
        world.broker("/organizations/"),
        world.broker("/consumers/sign-in"),
        world.broker("/?tenantid="),
        world.broker("/?tenantid=common"),
        world.broker(&format!("/api/signin/{WIKI}")),
        world.broker(&format!("/signin/Wiki/{WIKI}")),
        world.at("desk.apps.localhost", "/"),
        world.at("desk.apps.localhost", "/settings"),
        world.at("board.apps.localhost", "/"),
        world.at("board.apps.localhost", "/?tenantid="),
    ];
    for url in pages {
        let page = browser.opens(&url).await;
        assert!(matches!(page.status.as_u16(), 400 | 404), "{url}: {}", page.status);
        page.does_not_see("Contoso").does_not_see("Northwind");
        let machine = browser.asks(http::Method::GET, &url, &[("accept", "application/json")], "").await;
        assert!(matches!(machine.status.as_u16(), 400 | 404), "{url}: {}", machine.status);
        assert!(machine.json()["error"].is_object(), "{url}: {}", machine.body);
    }
    for url in [world.broker("/"), world.at("desk.apps.localhost", "/"), world.at("board.apps.localhost", "/")] {
        browser.opens(&url).await.status(400).sees("organization");
    }
    let oidc = browser.opens(&world.broker("/common/v2.0/.well-known/openid-configuration")).await;
    oidc.status(404);
    assert!(oidc.json()["error"].is_string(), "{}", oidc.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn b11_unknown_tenants_and_wrong_paths_look_alike() {
    let world = world().await;
    let browser = world.browser();
    let mut seen = Vec::new();
    for path in
        ["/unknown.example", "/c0a70500-0000-4000-8000-00000000dead", "/no-such-path", "/unknown.example/myapps"]
    {
        let page = browser.opens(&world.broker(path)).await;
        let id = page.headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned()).unwrap_or_default();
        seen.push((page.status, page.text().replace(&id, "ID")));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}
