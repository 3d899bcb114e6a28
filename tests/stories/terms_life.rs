//! Who still has to answer, and what old answers are worth: after a reset, in the bin, out of it, and for members.

use http::Method;
use serde_json::{Value, json};

use super::guest_life::{JSON, run, settled};
use super::terms::{GUEST, comes_in, reaches_review, report};
use crate::actors::{CONTOSO, World, world};

const PASSCODE: &str = "passcode@mail.example";

async fn outstanding(world: &World) -> u64 {
    report(world).await["report"]["agreements"][0]["outstanding"].as_u64().unwrap()
}

/// What the answers of the guest with this id are worth, oldest first.
async fn standings(world: &World, guest: &Value) -> Vec<(String, String, bool)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found = report(world).await;
    let answers =
        found["report"]["answers"].as_array().unwrap().iter().filter(|answer| answer["userId"] == guest["id"]);
    answers.map(|it| (text(&it["state"]), text(&it["standing"]), it["counts"].as_bool().unwrap())).collect()
}

fn worth(state: &str, standing: &str, counts: bool) -> (String, String, bool) {
    (state.to_owned(), standing.to_owned(), counts)
}

async fn lets_in(world: &World, browser: &crate::actors::Browser) -> u16 {
    browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status.as_u16()
}

/// B18: an answer given before a reset lets nobody in, and everything that counts answers says so.
#[tokio::test(flavor = "multi_thread")]
async fn b18_after_a_reset_the_answers_of_before_are_history_everywhere() {
    let world = world().await;
    let everybody = outstanding(&world).await;
    let browser = comes_in(&world, GUEST).await;
    let guest = world.guest("contoso.example", GUEST).await;
    assert_eq!(outstanding(&world).await, everybody - 1);
    assert_eq!(standings(&world, &guest).await, [worth("accepted", "counts", true)], "the control");
    assert_eq!(guest["agreements"][0]["beforeReset"], false);

    run(&world, &["guest", "reset", GUEST, "--tenant", "contoso.example", "--no-mail"]).await;
    assert_eq!(lets_in(&world, &browser).await, 401);
    assert_eq!(outstanding(&world).await, everybody, "asked again, so outstanding");
    assert_eq!(standings(&world, &guest).await, [worth("accepted", "beforeReset", false)]);
    let found = report(&world).await;
    let versions = found["report"]["agreements"][0]["versions"].as_array().unwrap();
    assert!(versions.iter().all(|version| version["accepted"] == 0), "nobody here has accepted: {versions:#?}");
    let shown = world.guest("contoso.example", GUEST).await;
    assert_eq!(shown["agreements"][0]["beforeReset"], true);
    assert_eq!(shown["reviewed"]["beforeReset"], true);
    assert_eq!(
        (&shown["agreements"][0]["state"], &shown["reviewed"]["state"]),
        (&json!("accepted"), &json!("accepted"))
    );
    let history = run(&world, &["terms", "history", GUEST, "--tenant", "contoso.example"]).await;
    assert_eq!(history.matches("no, given before the reset").count(), 2, "{history}");
    let exported = run(&world, &["guest", "export", GUEST, "--tenant", "contoso.example"]).await;
    let exported: Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(exported["termsOfUse"][0]["beforeReset"], true);
    assert_eq!(exported["termsOfUse"][0]["circumstances"], Value::Null, "whose they were is not known for certain");

    // Signed in again, the guest is asked for both, and only the new answer counts.
    let again = world.browser();
    let page = reaches_review(&world, &again, GUEST).await;
    page.sees("Review permissions");
    let page = again.presses(&page, "Accept", &[]).await;
    page.sees("Terms of use");
    assert_ne!(lets_in(&world, &again).await, 200, "the review alone opens nothing");
    assert_eq!(outstanding(&world).await, everybody);
    let page = again.presses(&page, "Accept", &[]).await;
    page.status(200);
    assert_eq!(outstanding(&world).await, everybody - 1);
    let both = [worth("accepted", "beforeReset", false), worth("accepted", "counts", true)];
    assert_eq!(standings(&world, &guest).await, both);
    let own = again.opens(&world.broker(&format!("/{CONTOSO}/account/accepted"))).await;
    own.sees("Accepted, and it counts").sees("Accepted before your access was set up anew");
    // The same account as before: what it answered is its own.
    let exported = run(&world, &["guest", "export", GUEST, "--tenant", "contoso.example"]).await;
    let exported: Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(exported["termsOfUse"][0]["circumstances"]["network"], "127.0.0.0/24", "{exported:#}");
}

/// What somebody else answered before the reset is no part of the new guest's data.
#[tokio::test(flavor = "multi_thread")]
async fn the_export_of_a_successor_names_nobody_from_before_the_reset() {
    let world = world().await;
    settled(&world, PASSCODE).await;
    let reset =
        ["guest", "reset", PASSCODE, "--tenant", "contoso.example", "--address", "next@mail.example", "--no-mail"];
    run(&world, &reset).await;
    settled(&world, "next@mail.example").await;
    let exported = run(&world, &["guest", "export", "next@mail.example", "--tenant", "contoso.example"]).await;
    let exported: Value = serde_json::from_str(&exported).unwrap();
    for kind in ["termsOfUse", "reviewPermissions"] {
        let answers = exported[kind].as_array().unwrap();
        assert_eq!(answers.len(), 2, "{answers:#?}");
        assert_eq!((&answers[0]["beforeReset"], &answers[1]["beforeReset"]), (&json!(true), &json!(false)));
        assert_eq!(answers[0]["circumstances"], Value::Null);
        assert_eq!(answers[1]["circumstances"]["identity"]["subject"], "next@mail.example", "the control");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lies_in_the_bin_owes_nothing_and_comes_back_with_the_answers() {
    let world = world().await;
    let everybody = outstanding(&world).await;
    comes_in(&world, GUEST).await;
    let guest = world.guest("contoso.example", GUEST).await;
    let of = ["--tenant", "contoso.example"];
    run(&world, &[&["guest", "delete", GUEST][..], &of].concat()).await;
    assert_eq!(outstanding(&world).await, everybody - 1, "who is gone is not asked");
    assert_eq!(standings(&world, &guest).await, [worth("accepted", "guestGone", false)]);
    // A guest who never answered, too.
    run(&world, &[&["guest", "delete", "direct@fabrikam.example"][..], &of].concat()).await;
    assert_eq!(outstanding(&world).await, everybody - 2);

    run(&world, &[&["guest", "restore", GUEST][..], &of].concat()).await;
    run(&world, &[&["guest", "restore", "direct@fabrikam.example"][..], &of].concat()).await;
    assert_eq!(outstanding(&world).await, everybody - 1);
    assert_eq!(standings(&world, &guest).await, [worth("accepted", "counts", true)]);
    // Arrives without being asked for anything.
    let back = world.browser();
    let page = reaches_review(&world, &back, GUEST).await;
    page.status(200).does_not_see("Review permissions").does_not_see("Terms of use for guests");
    assert_eq!(lets_in(&world, &back).await, 200);

    // Blocked guests are asked for nothing either, until they may come in again.
    run(&world, &[&["guest", "block", "direct@fabrikam.example"][..], &of].concat()).await;
    assert_eq!(outstanding(&world).await, everybody - 2);
    run(&world, &[&["guest", "unblock", "direct@fabrikam.example"][..], &of].concat()).await;
    assert_eq!(outstanding(&world).await, everybody - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_asked_for_nothing_and_counted_nowhere() {
    let world = world().await;
    let everybody = outstanding(&world).await;
    let listed = run(&world, &["guest", "list", "--tenant", "contoso.example", "--json"]).await;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let enabled = listed["guests"].as_array().unwrap().iter().filter(|guest| guest["accountEnabled"] == true).count();
    assert_eq!(everybody, enabled as u64, "every guest, and nobody else");
    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example")).await;
    let page = browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
    page.status(200).sees("Wiki").does_not_see("Review permissions");
    assert_eq!(outstanding(&world).await, everybody);
    assert_eq!(report(&world).await["report"]["answers"], json!([]));
}
