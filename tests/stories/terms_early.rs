//! A new version before it is asked for: told, read, accepted early, or left until its day.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde_json::json;
use vestibule::config::terms::TermsForm;
use vestibule::consent::publish::{Publish, publish};
use vestibule::model::{TenantId, Timestamp};

use super::guest_life::run;
use super::terms::{GUEST, as_machine, changes_the_terms, comes_in, publishes, report};
use crate::actors::{Browser, CONTOSO, Page, World, world};

const OTHER: &str = "direct@fabrikam.example";
const AGREEMENT: &str = "c0a70500-0000-4000-8000-0000000000d1";

fn early(world: &World) -> String {
    world.broker(&format!("/{CONTOSO}/account/terms/{AGREEMENT}"))
}

fn list(world: &World) -> String {
    world.broker(&format!("/{CONTOSO}/account/accepted"))
}

/// How many answers there are.
async fn answers(world: &World) -> usize {
    report(world).await["report"]["answers"].as_array().unwrap().len()
}

/// Sends the form of an early page with these fields changed, from our own page.
async fn sends(browser: &Browser, page: &Page, change: &[(&str, &str)]) -> Page {
    let mut form = page.forms().into_iter().find(|form| form.action.contains("/account/terms/")).unwrap();
    for (name, value) in change {
        form.fields.retain(|(known, _)| known != name);
        form.fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form.fields).finish();
    let target = page.url.join(&form.action).unwrap();
    let origin = page.url.origin().ascii_serialization();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    browser.asks(Method::POST, target.as_str(), &headers, &body).await
}

async fn announces(world: &World, ends: Timestamp) {
    let app = world.demo.app();
    let tenant = Arc::clone(app.snapshot.load().tenant(CONTOSO.parse::<TenantId>().unwrap()).unwrap());
    let wish = Publish {
        language: "en".to_owned(),
        title: None,
        form: TermsForm::Markdown,
        content: b"# Terms\n\nBe kinder from then on.\n".to_vec(),
        major: true,
        transition: Some(ends),
    };
    publish(app, &tenant, &tenant.agreements[0], wish).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_told_and_read_and_accepted_before_its_day() {
    let world = world().await;
    let browser = comes_in(&world, GUEST).await;
    let told = "Terms that change soon";
    let panel = world.broker(&format!("/{CONTOSO}/myapps"));
    let account = world.broker(&format!("/{CONTOSO}/account"));
    for page in [&panel, &account, &list(&world)] {
        browser.opens(page).await.status(200).does_not_see(told);
    }
    assert_eq!(browser.opens(&early(&world)).await.url.as_str(), list(&world), "nothing is coming");

    let transition = ["--transition", "2999-12-31"];
    publishes(&world, "terms.md", b"# Second edition\n\nBe kinder to the wiki.\n", &transition).await;
    let now = report(&world).await;
    let agreement = &now["report"]["agreements"][0];
    assert_eq!(agreement["outstandingAfterTransition"], 1, "{agreement:#}");
    // Nobody is forced: pages and machines pass as before.
    assert_eq!(as_machine(&world, &browser, "/data").await, 200);
    browser.opens(&world.wiki("/still")).await.status(200).sees("/still");
    for page in [&panel, &account, &list(&world)] {
        let page = browser.opens(page).await;
        page.status(200).sees(told).sees("applies from 2999-12-31 on");
        assert_eq!(
            page.link("Read and accept it now").map(|it| page.url.join(&it).unwrap().to_string()),
            Some(early(&world))
        );
    }
    let page = browser.opens(&list(&world)).await;
    let page = browser.follows(&page, "Read and accept it now").await;
    page.status(200).sees("Be kinder to the wiki").sees("it counts until 2999-12-31").sees("nobody has to yet");
    assert_eq!(page.link("Not now").as_deref(), Some(format!("/{CONTOSO}/account/accepted").as_str()));
    page.does_not_see("Decline");

    // Only *Accept* of the very version that was shown is an answer, and only from this page.
    let before = answers(&world).await;
    for change in [
        &[("answer", "decline")][..],
        &[("answer", "")],
        &[("answer", "accept"), ("version", "00")],
        &[("answer", "accept"), ("language", "nl")],
    ] {
        assert!(sends(&browser, &page, change).await.status.is_redirection(), "{change:?}");
        assert_eq!(answers(&world).await, before, "{change:?}");
    }
    assert_eq!(sends(&browser, &page, &[("answer", "accept"), ("csrf", "")]).await.status.as_u16(), 403);
    let stranger = comes_in(&world, OTHER).await;
    let before = answers(&world).await;
    assert_eq!(sends(&stranger, &page, &[("answer", "accept")]).await.status.as_u16(), 403);
    assert_eq!(answers(&world).await, before);

    let page = browser.presses(&page, "Accept", &[]).await;
    assert_eq!(page.url.as_str(), list(&world));
    page.status(200).does_not_see(told).sees("Version 2").sees("Accepted, and it counts.");
    page.sees("Accepted, and it counts until 2999-12-31");
    browser.opens(&panel).await.status(200).does_not_see(told);
    let now = report(&world).await;
    let agreement = &now["report"]["agreements"][0];
    let versions = agreement["versions"].as_array().unwrap();
    let second = versions.iter().find(|it| it["language"] == "en" && it["number"] == 2).unwrap();
    assert_eq!(second["accepted"], 2, "{agreement:#}");
    assert_eq!(agreement["outstandingAfterTransition"], 0);
    // Once is enough: neither the page nor a form of before accepts it again.
    assert_eq!(browser.opens(&early(&world)).await.url.as_str(), list(&world));
    assert_eq!(answers(&world).await, before + 1);
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_day_only_those_are_asked_who_did_not_accept_early() {
    let world = world().await;
    let (ready, waiting) = (comes_in(&world, GUEST).await, comes_in(&world, OTHER).await);
    let app = world.demo.app();
    let ends = app.clock.now().plus(Duration::from_secs(6));
    announces(&world, ends).await;
    let page = ready.opens(&early(&world)).await;
    ready.presses(&page, "Accept", &[]).await.status(200);
    let open = waiting.opens(&early(&world)).await;
    let left = ends.since(app.clock.now());
    assert!(left > Duration::ZERO, "the story was too slow to see the transition");
    for browser in [&ready, &waiting] {
        assert_eq!(as_machine(&world, browser, "/data").await, 200);
    }

    tokio::time::sleep(left).await;
    assert_eq!(as_machine(&world, &ready, "/data").await, 200, "accepted early counts");
    ready.opens(&world.wiki("/on")).await.status(200).sees("/on");
    assert!(matches!(as_machine(&world, &waiting, "/data").await, 401 | 403), "the old version counts no more");
    // A form that stood open over the day accepts nothing early; the journey asks.
    let before = answers(&world).await;
    assert!(sends(&waiting, &open, &[("answer", "accept")]).await.status.is_redirection());
    assert_eq!(answers(&world).await, before);
    let page = waiting.opens(&world.wiki("/asked")).await;
    page.sees("Be kinder from then on").sees("Decline");
    let page = waiting.presses(&page, "Accept", &[]).await;
    assert_eq!(page.url.as_str(), world.wiki("/asked"), "{}", page.text());
    assert_eq!(report(&world).await["report"]["agreements"][0]["outstandingAfterTransition"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn b18_what_must_be_opened_is_not_accepted_early_unopened() {
    let world = world().await;
    let browser = comes_in(&world, GUEST).await;
    changes_the_terms(&world, |body| body["viewing_required"] = json!(true)).await;
    publishes(&world, "terms.md", b"# Second\n\nRead me.\n", &["--transition", "2999-12-31"]).await;
    let page = browser.opens(&early(&world)).await;
    page.sees("Open the document").does_not_see("Read me");
    assert!(page.form_with_button("Accept").is_none());
    let opened = browser.follows(&page, "Open the document").await;
    opened.sees("Read me");
    // In another session of the same guest nothing was opened.
    let elsewhere = comes_in(&world, GUEST).await;
    let unopened = elsewhere.opens(&early(&world)).await;
    let refused = sends(&elsewhere, &unopened, &[("answer", "accept")]).await;
    refused.sees("Please open and read the document first");
    let page = browser.presses(&opened, "Accept", &[]).await;
    page.status(200).sees("Accepted, and it counts.");
}
