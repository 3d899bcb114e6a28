//! A signed-in request asks the memory of sessions once and the directory not at all.

use http::Method;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{World, world};

/// The value of a metric, summed over its labels except those that belong to background work.
async fn metric(world: &World, name: &str) -> u64 {
    let url = format!("http://127.0.0.1:{}/metrics", world.port + 2);
    let text = world.browser().asks(Method::GET, &url, &[], "").await.body;
    text.lines()
        .filter(|line| line.starts_with(name) && !line.contains("what=\"outbox\""))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .map(|value| value as u64)
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_look_up_in_memory_and_no_sql() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    let before_sign_in = metric(&world, "vestibule_directory_opened_total").await;
    accepts_everything(&browser, page).await;
    let directory = metric(&world, "vestibule_directory_opened_total").await;
    // The control: signing in and agreeing does open the directory, so the counter counts.
    assert!(directory > before_sign_in, "the counter does not count");
    let lookups = metric(&world, "vestibule_session_lookups_total").await;
    for number in 0..100 {
        let url = world.wiki(&format!("/{number}?format=json"));
        browser.asks(Method::GET, &url, &[("accept", "application/json")], "").await.status(200);
    }
    let asked = metric(&world, "vestibule_directory_opened_total").await - directory;
    let looked = metric(&world, "vestibule_session_lookups_total").await - lookups;
    println!("100 signed-in requests: {looked} look-ups in memory, {asked} times the directory");
    assert_eq!((looked, asked), (100, 0));
}
