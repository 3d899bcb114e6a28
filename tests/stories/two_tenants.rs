//! One guest, two tenants, one browser, one shared app: neither session serves the other.

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{CONTOSO, NORTHWIND, world};

#[tokio::test(flavor = "multi_thread")]
async fn desk_in_both_tenants() {
    let world = world().await;
    let browser = world.browser();
    let desk = |path: &str| world.at("desk.apps.localhost", path);
    let json = [("accept", "application/json")];

    let page = browser.opens(&desk("/contoso.example/a")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees(CONTOSO);

    // The session of Contoso is none for Northwind.
    browser.asks(http::Method::GET, &desk("/northwind.example/b"), &json, "").await.status(401);
    let page = browser.opens(&desk("/northwind.example/b")).await;
    page.sees("Northwind");
    let page = match page.form_with_button("Continue") {
        Some(_) => browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await,
        None => page,
    };
    let page = match page.form_with_button("Sign in") {
        Some(_) => signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await,
        None => page,
    };
    let (page, clicks) = accepts_everything(&browser, page).await;
    assert!(clicks >= 1, "Northwind asks for itself");
    page.status(200).sees(NORTHWIND);

    // Both live side by side, under either name of the tenant.
    for (path, tenant) in [
        ("/contoso.example/x".to_owned(), CONTOSO),
        (format!("/{NORTHWIND}/x"), NORTHWIND),
        (format!("/{CONTOSO}/x"), CONTOSO),
        ("/northwind.example/x".to_owned(), NORTHWIND),
    ] {
        browser
            .asks(http::Method::GET, &desk(&format!("{path}?format=json")), &json, "")
            .await
            .status(200)
            .sees(tenant);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn board_pins_its_tenant() {
    let world = world().await;
    let browser = world.browser();
    let board = |path: &str| world.at("board.apps.localhost", path);
    let page = browser.opens(&board("/list?tenantid=contoso.example&sort=new")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees(CONTOSO);
    assert_eq!(page.url.as_str(), board("/list?sort=new"));
    browser.opens(&board("/next")).await.status(200).sees(CONTOSO);
}
