//! A member whose organization has a provider of its own signs out there: what the member opened abroad ends as well.

use serde_json::{Value, json};
use vestibule::model::{TenantId, UserId};

use super::federated_guest::signs_in_at_fabrikam;
use super::guest_life::run;
use super::home_logout::{address, arrives, home, is_heard, is_in, northwind, sessions, tells};
use super::relink::changes;
use crate::actors::{Browser, CONTOSO, NORTHWIND, World, world};

/// People of Fabrikam, who are members of Contoso here.
const COLLEAGUE: &str = "colleague@fabrikam.example";
const WORKER: &str = "worker@fabrikam.example";
const SUBJECT: &str = "fb-3fd0968a1be74c25";

/// Fabrikam signs in the members of Contoso for a domain of Contoso's own, and some addresses are guests of Northwind.
async fn world_with(guests: &[&str]) -> World {
    let world = world().await;
    changes(&world, CONTOSO, |tenant| tenant.domains.push("fabrikam.example".parse().unwrap()));
    for guest in guests {
        run(&world, &["invite", guest, "--tenant", "northwind.example", "--app", "Desk"]).await;
    }
    world
}

fn panel(world: &World) -> String {
    world.broker("/contoso.example")
}

/// Signs in to Northwind by way of Contoso by way of Fabrikam.
async fn goes_abroad(world: &World, user: &str) -> Browser {
    let browser = world.browser();
    arrives(&browser, &northwind(world), user).await.status(200).sees("Desk");
    assert!(at_home(&browser, world).await, "signed in to Contoso on the way");
    browser
}

async fn at_home(browser: &Browser, world: &World) -> bool {
    browser.opens(&panel(world)).await.text().contains("Sign out")
}

fn claims(world: &World, subject: Option<&str>, sid: Option<&str>) -> Value {
    let mut claims = world.demo.parts().fabrikam().logout_claims("vestibule-contoso", "", "");
    let object = claims.as_object_mut().unwrap();
    for (name, value) in [("sub", subject), ("sid", sid)] {
        match value {
            Some(value) => drop(object.insert(name.to_owned(), json!(value))),
            None => drop(object.remove(name)),
        }
    }
    claims
}

/// J5: by the name of the person every session goes, at home and abroad, and nobody else's.
#[tokio::test(flavor = "multi_thread")]
async fn j5_a_member_who_signs_out_at_home_is_signed_out_abroad() {
    let world = world_with(&[COLLEAGUE, WORKER]).await;
    let (laptop, phone) = (goes_abroad(&world, COLLEAGUE).await, goes_abroad(&world, COLLEAGUE).await);
    let other = goes_abroad(&world, WORKER).await;
    let everybody = [&laptop, &phone, &other];
    // Northwind has a connection with the same provider: through that one nobody came.
    let mut elsewhere = claims(&world, Some(SUBJECT), None);
    elsewhere["aud"] = json!("vestibule-northwind");
    is_heard(&tells(&world, &address(&world, NORTHWIND, "fabrikam"), &elsewhere).await);
    is_heard(&tells(&world, &address(&world, CONTOSO, "fabrikam"), &claims(&world, Some("fb-nobody"), None)).await);
    for browser in everybody {
        assert!(is_in(browser, &northwind(&world)).await);
    }

    is_heard(&tells(&world, &address(&world, CONTOSO, "fabrikam"), &claims(&world, Some(SUBJECT), None)).await);
    for browser in [&laptop, &phone] {
        assert!(!is_in(browser, &northwind(&world)).await, "still signed in abroad");
        assert!(!at_home(browser, &world).await);
    }
    assert!(is_in(&other, &northwind(&world)).await && at_home(&other, &world).await);

    // Each tenant has the line in its own log, and knows of the other one no more than it did.
    let lines = async |tenant: &str, detail: (&str, &str)| {
        let id: TenantId = tenant.parse().unwrap();
        let all = world.demo.app().store.read(id).await.unwrap().audit_lines(0, 10_000).await.unwrap();
        let detail = (detail.0.to_owned(), detail.1.to_owned());
        all.iter().filter(|line| line.event.activity == "User sign-out" && line.event.details.contains(&detail)).count()
    };
    assert_eq!(lines(CONTOSO, ("connection", "fabrikam")).await, 2);
    assert_eq!(lines(NORTHWIND, ("home", CONTOSO)).await, 2);
    assert_eq!(lines(NORTHWIND, ("connection", "fabrikam")).await, 0);
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));
    // Signing in again begins something new.
    arrives(&laptop, &northwind(&world), COLLEAGUE).await.status(200).sees("Desk");
}

/// J5: by the name of a session there, that browser alone; also when nothing is left of it in the member's own tenant.
#[tokio::test(flavor = "multi_thread")]
async fn j5_a_session_that_ends_at_home_ends_what_came_from_it_abroad() {
    let world = world_with(&[COLLEAGUE, WORKER]).await;
    let laptop = goes_abroad(&world, COLLEAGUE).await;
    let first = home(&sessions(&world, NORTHWIND, COLLEAGUE).await[0]);
    let phone = goes_abroad(&world, COLLEAGUE).await;
    let abroad = sessions(&world, NORTHWIND, COLLEAGUE).await;
    let second = abroad.iter().map(|session| home(session)).find(|home| home.sid != first.sid).unwrap();
    assert_eq!((first.subject.as_str(), second.subject.as_str()), (SUBJECT, SUBJECT));
    let here = address(&world, CONTOSO, "fabrikam");

    is_heard(&tells(&world, &here, &claims(&world, None, first.sid.as_deref())).await);
    assert!(!is_in(&laptop, &northwind(&world)).await && !at_home(&laptop, &world).await);
    assert!(is_in(&phone, &northwind(&world)).await && at_home(&phone, &world).await);

    // Contoso alone is left, which says nothing to Northwind; the provider does.
    let contoso: TenantId = CONTOSO.parse().unwrap();
    let app = world.demo.app();
    let member: UserId =
        app.store.read(contoso).await.unwrap().member(&COLLEAGUE.parse().unwrap()).await.unwrap().unwrap().id;
    for session in app.sessions.of_user(contoso, member).await.unwrap() {
        app.sessions.end(contoso, session.record().id).await.unwrap();
    }
    assert!(is_in(&phone, &northwind(&world)).await);
    is_heard(&tells(&world, &here, &claims(&world, Some(SUBJECT), second.sid.as_deref())).await);
    assert!(!is_in(&phone, &northwind(&world)).await);
}

/// J12: whoever is on the way in abroad, proved at home and not yet let in, is nobody any more.
#[tokio::test(flavor = "multi_thread")]
async fn j12_a_sign_in_under_way_abroad_does_not_outlive_the_sign_out_at_home() {
    for signs_out in [true, false] {
        let alias = "nickname@fabrikam.example";
        let world = world_with(&[alias]).await;
        let browser = world.browser();
        let page = browser.opens(&world.redeem_url_of(NORTHWIND, alias).await).await;
        let page = match page.form_with_button("Continue") {
            Some(_) => browser.presses(&page, "Continue", &[("address", COLLEAGUE)]).await,
            None => page,
        };
        let page = signs_in_at_fabrikam(&browser, &page, COLLEAGUE).await;
        let page = browser.presses(&page, "Send a code to the invited address", &[]).await;
        let code = world.passcode(alias).await;
        if signs_out {
            is_heard(&tells(&world, &address(&world, CONTOSO, "fabrikam"), &claims(&world, Some(SUBJECT), None)).await);
        }
        let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
        // The control: without a sign-out the same way leads on.
        assert_eq!(page.text().contains("Review permissions"), !signs_out, "{}", page.text());
    }
}
