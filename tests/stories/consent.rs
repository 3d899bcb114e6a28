//! Consent: asked before anything is forwarded, declined without access, and never lost.

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, Page, World, world};

async fn reaches_review(world: &World, browser: &Browser) -> Page {
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    signs_in_at_fabrikam(browser, &page, "guest@fabrikam.example").await
}

#[tokio::test(flavor = "multi_thread")]
async fn declining_gives_no_access_and_leaves_the_invitation_pending() {
    let world = world().await;
    let browser = world.browser();
    let page = reaches_review(&world, &browser).await;
    let page = browser.presses(&page, "Decline", &[]).await;
    page.sees("declined");
    let denied = browser.asks(http::Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await;
    assert!(matches!(denied.status.as_u16(), 401 | 403), "{}", denied.body);
    assert_eq!(
        world.guest("contoso.example", "guest@fabrikam.example").await["externalUserState"],
        "PendingAcceptance"
    );

    // Any link lets the guest come back; then the terms are declined.
    let page = browser.opens(&world.wiki("/back")).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    page.sees("Terms of use");
    let page = browser.presses(&page, "Decline", &[]).await;
    page.sees("declined");
    assert_eq!(
        world.guest("contoso.example", "guest@fabrikam.example").await["externalUserState"],
        "PendingAcceptance"
    );
    let denied = browser.asks(http::Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await;
    assert!(matches!(denied.status.as_u16(), 401 | 403), "{}", denied.body);

    let page = browser.opens(&world.wiki("/back")).await;
    page.does_not_see("Review permissions");
    let (page, clicks) = accepts_everything(&browser, page).await;
    assert_eq!((clicks, page.url.path()), (1, "/back"));
    assert_eq!(world.guest("contoso.example", "guest@fabrikam.example").await["externalUserState"], "Accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_come_in_the_guests_language() {
    let world = world().await;
    let browser = world.browser();
    let page = reaches_review(&world, &browser).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    let english = page.text();
    let dutch = page.link("Nederlands").expect("a link to the Dutch text");
    let page = browser.opens(page.url.join(&dutch).unwrap().as_str()).await;
    assert_ne!(page.text(), english);
    page.sees("Gebruiksvoorwaarden");
}

#[tokio::test(flavor = "multi_thread")]
async fn b18_no_step_can_be_skipped_by_its_address() {
    let world = world().await;
    let browser = world.browser();
    let page = reaches_review(&world, &browser).await;
    let form = page.form_with_button("Accept").unwrap();
    // The terms before the review: refused or ignored, and the review still stands.
    let terms = form.action.replace("/review", "/terms");
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form.fields.iter())
        .append_pair("decision", "accept")
        .finish();
    let target = page.url.join(&terms).unwrap();
    let origin = page.url.origin().ascii_serialization();
    browser
        .asks(
            http::Method::POST,
            target.as_str(),
            &[
                ("content-type", "application/x-www-form-urlencoded"),
                ("origin", &origin),
                ("sec-fetch-site", "same-origin"),
            ],
            &body,
        )
        .await;
    assert_eq!(
        world.guest("contoso.example", "guest@fabrikam.example").await["externalUserState"],
        "PendingAcceptance"
    );
    browser.opens(&world.wiki("/")).await.sees("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_an_answer_from_another_site_is_refused() {
    let world = world().await;
    let browser = world.browser();
    let page = reaches_review(&world, &browser).await;
    let form = page.form_with_button("Accept").unwrap();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form.fields.iter()).finish();
    let without_token = body.split('&').filter(|pair| !pair.starts_with("csrf=")).collect::<Vec<_>>().join("&");
    let target = page.url.join(&form.action).unwrap().to_string();
    let own = page.url.origin().ascii_serialization();
    let kind = ("content-type", "application/x-www-form-urlencoded");
    type Case<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str);
    let cases: [Case<'_>; 5] = [
        ("foreign origin", vec![kind, ("origin", "https://evil.example")], &body),
        ("null origin", vec![kind, ("origin", "null")], &body),
        ("cross-site", vec![kind, ("origin", &own), ("sec-fetch-site", "cross-site")], &body),
        ("no token", vec![kind, ("origin", &own), ("sec-fetch-site", "same-origin")], &without_token),
        ("plain text", vec![("content-type", "text/plain"), ("origin", &own)], &body),
    ];
    for (name, headers, body) in &cases {
        let answer = browser.asks(http::Method::POST, &target, headers, body).await;
        assert!(answer.status.is_client_error(), "{name}: {} {}", answer.status, answer.text());
    }
    browser.opens(&world.wiki("/")).await.sees("Review permissions");
    // The control: the same answer from our own page is taken.
    browser.presses(&page, "Accept", &[]).await.sees("Terms of use");
}
