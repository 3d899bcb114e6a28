//! Terms of use over time: versions, scopes, expiry, what must be opened, and the proof of every answer.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vestibule::config::terms::TermsForm;
use vestibule::consent::publish::{Publish, publish};
use vestibule::keys::sha256_hex;
use vestibule::model::{AgreementId, TenantId, UserId};
use vestibule::storage::InstanceTask;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, CONTOSO, DESK, Page, World, world};

pub const GUEST: &str = "guest@fabrikam.example";
const RULES: &str = "c0a70500-0000-4000-8000-0000000000d9";

pub async fn reaches_review(world: &World, browser: &Browser, user: &str) -> Page {
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", user)]).await;
    signs_in_at_fabrikam(browser, &page, user).await
}

/// Signs in and agrees to everything.
pub async fn comes_in(world: &World, user: &str) -> Browser {
    let browser = world.browser();
    let page = reaches_review(world, &browser, user).await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200);
    assert_eq!(page.url.as_str(), world.wiki("/"), "{}", page.text());
    browser
}

/// `vestibule terms publish` with a document of this content.
pub async fn publishes(world: &World, name: &str, content: &[u8], more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let path = path.to_str().unwrap().to_owned();
    let words = ["terms", "publish", "--tenant", "contoso.example", "--file", &path, "--json"];
    let (code, out) = world.command(&words.iter().chain(more).copied().collect::<Vec<_>>()).await;
    assert_eq!(code, 0, "{out}");
    serde_json::from_str(&out).unwrap()
}

/// Changes the declaration of Contoso's terms as an edited file would.
async fn declares(world: &World, change: impl FnOnce(&mut Vec<vestibule::storage::StoredObject>)) {
    let app = world.demo.app();
    let mut tx = app.store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    let mut objects = tx.objects().await.unwrap();
    change(&mut objects);
    tx.load_files(&objects, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    vestibule::tenants::rebuild(app).await.unwrap();
}

pub async fn changes_the_terms(world: &World, change: impl FnOnce(&mut Value)) {
    declares(world, |objects| change(&mut objects.iter_mut().find(|it| it.kind == "agreement").unwrap().body)).await;
}

pub async fn as_machine(world: &World, browser: &Browser, path: &str) -> u16 {
    let json = [("accept", "application/json")];
    browser.asks(http::Method::GET, &world.wiki(path), &json, "").await.status.as_u16()
}

pub async fn report(world: &World) -> Value {
    let (code, out) = world.command(&["terms", "report", "--tenant", "contoso.example", "--json"]).await;
    assert_eq!(code, 0, "{out}");
    serde_json::from_str(&out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_met_at_the_very_next_navigation() {
    let world = world().await;
    let browser = comes_in(&world, GUEST).await;
    let accepted = world.guest("contoso.example", GUEST).await;
    let stream = browser.listens(&world.wiki("/events")).await;
    assert_eq!(as_machine(&world, &browser, "/data").await, 200);
    assert!(!stream.is_finished(), "the control: an open stream stays open");

    let published = publishes(&world, "terms.md", b"# Second edition\n\nBe kind to the wiki.\n", &[]).await;
    assert_eq!((&published["number"], &published["isMajorVersion"]), (&json!(2), &json!(true)));
    let began = Instant::now();
    tokio::time::timeout(Duration::from_secs(5), stream).await.expect("the stream ends").unwrap();
    println!("the open stream ended {} ms after publishing; promised: 1000", began.elapsed().as_millis());

    // Machines are refused, pages are asked, and after the answer the page that was asked for stands.
    assert!(matches!(as_machine(&world, &browser, "/data").await, 401 | 403));
    let page = browser.opens(&world.wiki("/deep/page?x=1")).await;
    page.sees("Terms of use for guests").sees("Be kind to the wiki").does_not_see("Review permissions");
    // What never changes afterwards.
    let now = world.guest("contoso.example", GUEST).await;
    assert_eq!(now["externalUserState"], "Accepted");
    assert_eq!(now["externalUserStateChangeDateTime"], accepted["externalUserStateChangeDateTime"]);
    let page = browser.presses(&page, "Accept", &[]).await;
    assert_eq!(page.url.as_str(), world.wiki("/deep/page?x=1"), "{}", page.text());
    assert_eq!(as_machine(&world, &browser, "/data").await, 200);
    let now = world.guest("contoso.example", GUEST).await;
    assert_eq!(now["externalUserStateChangeDateTime"], accepted["externalUserStateChangeDateTime"]);

    // Loading the same file again changes nothing: what was published supersedes it.
    changes_the_terms(&world, |_| ()).await;
    browser.opens(&world.wiki("/again")).await.status(200).sees("/again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minor_version_asks_nobody_again() {
    let world = world().await;
    let browser = comes_in(&world, GUEST).await;
    let published = publishes(&world, "terms.md", b"# Terms\n\nA comma, moved.\n", &["--minor"]).await;
    assert_eq!(published["isMajorVersion"], false);
    browser.opens(&world.wiki("/same")).await.status(200).sees("/same");
    assert_eq!(as_machine(&world, &browser, "/data").await, 200);
    // Whoever is asked for the first time reads the new one.
    let other = world.browser();
    let page = reaches_review(&world, &other, "direct@fabrikam.example").await;
    other.presses(&page, "Accept", &[]).await.sees("A comma, moved");

    // The same bytes again are no version, and a minor version has no transition.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("terms.md");
    std::fs::write(&path, "# Terms\n\nA comma, moved.\n").unwrap();
    let path = path.to_str().unwrap();
    let words = ["terms", "publish", "--tenant", "contoso.example", "--file", path];
    let (code, out) = world.command(&words).await;
    assert!(code != 0 && out.contains("nothing was published"), "{out}");
    let (code, out) = world.command(&[&words[..], &["--minor", "--transition", "2999-01-01"]].concat()).await;
    assert!(code != 0 && out.contains("minor"), "{out}");
    let (code, out) = world.command(&[&words[..], &["--transition", "1999-01-01"]].concat()).await;
    assert!(code != 0 && out.contains("past"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_one_app_is_asked_for_by_that_app_alone() {
    let world = world().await;
    declares(&world, |objects| {
        let mut rules = objects.iter().find(|it| it.kind == "agreement").unwrap().clone();
        rules.id = RULES.to_owned();
        rules.body["display_name"] = json!("Rules of the desk");
        rules.body["apps"] = json!([DESK]);
        rules.body["files"] = json!([]);
        rules.body["position"] = json!(1);
        objects.push(rules);
    })
    .await;
    publishes(&world, "rules.md", b"# Rules\n\nLeave the desk tidy.\n", &["--agreement", "Rules of the desk"]).await;

    // The wiki does not ask for it, and `Accepted` does not wait for it.
    let browser = comes_in(&world, GUEST).await;
    assert_eq!(world.guest("contoso.example", GUEST).await["externalUserState"], "Accepted");
    browser.opens(&world.broker(&format!("/{CONTOSO}/myapps"))).await.status(200).sees("Desk");

    let desk = world.at("desk.apps.localhost", &format!("/{CONTOSO}/inbox"));
    let page = browser.opens(&desk).await;
    page.sees("Leave the desk tidy").sees("Document 2 of 2");
    let page = browser.presses(&page, "Decline", &[]).await;
    page.sees("Desk stays closed").sees("The other apps of Contoso are not affected");
    browser.opens(&world.wiki("/still")).await.status(200).sees("/still");
    assert_eq!(world.guest("contoso.example", GUEST).await["externalUserState"], "Accepted");
    let denied = browser.asks(http::Method::GET, &desk, &[("accept", "application/json")], "").await;
    assert!(matches!(denied.status.as_u16(), 401 | 403), "{}", denied.body);

    let page = browser.opens(&desk).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    assert_eq!(page.url.as_str(), desk, "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_that_expires_is_asked_for_in_the_middle_of_a_session() {
    let world = world().await;
    let browser = comes_in(&world, GUEST).await;
    let stream = browser.listens(&world.wiki("/events")).await;
    let shortest = 3_000;
    changes_the_terms(&world, |body| body["reaccept_after"] = json!(shortest)).await;
    tokio::time::timeout(Duration::from_secs(10), stream).await.expect("the stream ends").unwrap();
    assert!(matches!(as_machine(&world, &browser, "/data").await, 401 | 403));
    let page = browser.opens(&world.wiki("/later")).await;
    page.sees("Terms of use").does_not_see("Review permissions");
    let page = browser.presses(&page, "Accept", &[]).await;
    assert_eq!(page.url.as_str(), world.wiki("/later"), "{}", page.text());

    // By calendar: everybody's acceptance is from before the day.
    changes_the_terms(&world, |body| {
        body["reaccept_after"] = Value::Null;
        body["expiration"] = json!({ "start": "2020-01-01", "frequency": "annually" });
    })
    .await;
    browser.opens(&world.wiki("/counts")).await.sees("/counts");
    let day = world.demo.app().clock.now().to_string().chars().take(10).collect::<String>();
    changes_the_terms(&world, |body| body["expiration"] = json!({ "start": day, "frequency": "monthly" })).await;
    // Accepted today, after midnight: not expired before the next month.
    browser.opens(&world.wiki("/counts")).await.sees("/counts");
    let history = world.command(&["terms", "history", GUEST, "--tenant", "contoso.example", "--json"]).await.1;
    let history: Value = serde_json::from_str(&history).unwrap();
    assert_eq!(history["answers"].as_array().unwrap().len(), 2);
    assert!(history["answers"][1]["expirationDateTime"].as_str().unwrap() > day.as_str(), "{history:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn until_the_end_of_a_transition_the_old_acceptance_counts() {
    let world = world().await;
    let browser = comes_in(&world, GUEST).await;
    let app = world.demo.app();
    let tenant = std::sync::Arc::clone(app.snapshot.load().tenant(CONTOSO.parse::<TenantId>().unwrap()).unwrap());
    let ends = app.clock.now().plus(Duration::from_secs(4));
    let wish = Publish {
        language: "en".to_owned(),
        title: None,
        form: TermsForm::Markdown,
        content: b"# Terms\n\nFrom tomorrow on.\n".to_vec(),
        major: true,
        transition: Some(ends),
    };
    publish(app, &tenant, &tenant.agreements[0], wish).await.unwrap();
    assert_eq!(as_machine(&world, &browser, "/data").await, 200);
    // Who never accepted is asked for the new one at once.
    let other = world.browser();
    let page = reaches_review(&world, &other, "direct@fabrikam.example").await;
    other.presses(&page, "Accept", &[]).await.sees("From tomorrow on");
    let left = ends.since(app.clock.now());
    assert!(left > Duration::ZERO, "the story was too slow to see the transition");
    assert_eq!(as_machine(&world, &browser, "/data").await, 200);

    tokio::time::sleep(left).await;
    assert!(matches!(as_machine(&world, &browser, "/data").await, 401 | 403));
    let page = browser.opens(&world.wiki("/after")).await;
    page.sees("From tomorrow on");
    let page = browser.presses(&page, "Accept", &[]).await;
    assert_eq!(page.url.as_str(), world.wiki("/after"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn b18_what_must_be_opened_cannot_be_accepted_unopened() {
    let world = world().await;
    changes_the_terms(&world, |body| body["viewing_required"] = json!(true)).await;
    let browser = world.browser();
    let page = reaches_review(&world, &browser, GUEST).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    page.sees("Open the document");
    assert!(page.form_with_button("Accept").is_none(), "{}", page.text());

    // A form made up with the right version is refused by the server, a ticked box of old included.
    let mut form = page.form_with_button("Decline").unwrap();
    form.fields.retain(|(name, _)| name != "answer");
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form.fields.iter())
        .append_pair("answer", "accept")
        .append_pair("viewed", "yes")
        .finish();
    let target = page.url.join(&form.action).unwrap();
    let origin = page.url.origin().ascii_serialization();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    let refused = browser.asks(http::Method::POST, target.as_str(), &headers, &body).await;
    refused.sees("Please open and read the document first");
    assert_eq!(world.guest("contoso.example", GUEST).await["externalUserState"], "PendingAcceptance");

    // Opening one language opens no other.
    let dutch = page.link("Nederlands").unwrap();
    let dutch = browser.opens(page.url.join(&dutch).unwrap().as_str()).await;
    let opened = browser.opens(dutch.url.join(&dutch.link("Open the document").unwrap()).unwrap().as_str()).await;
    assert!(opened.form_with_button("Accept").is_some(), "{}", opened.text());
    let refused = browser.asks(http::Method::POST, target.as_str(), &headers, &body).await;
    refused.sees("Please open and read the document first");

    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.opens(page.url.join(&page.link("Open the document").unwrap()).unwrap().as_str()).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    page.status(200);
    assert_eq!(world.guest("contoso.example", GUEST).await["externalUserState"], "Accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_is_opened_sandboxed_and_then_accepted() {
    let world = world().await;
    changes_the_terms(&world, |body| body["viewing_required"] = json!(true)).await;
    let pdf = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n\xff\xfe\n%%EOF\n";
    let published = publishes(&world, "terms.pdf", pdf, &["--title", "Terms on paper", "--language", "en"]).await;
    let hash = sha256_hex(pdf);
    assert_eq!(published["version"], hash);

    let browser = world.browser();
    let page = reaches_review(&world, &browser, GUEST).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    page.sees("Terms on paper");
    let page = browser.presses(&page, "Accept", &[]).await;
    page.sees("Please open and read the document first");
    let file = page.url.join(&page.link("Open the document").unwrap()).unwrap();
    // Somebody else who opens it opens it for nobody but themselves.
    world.browser().opens(file.as_str()).await.status(200);
    browser.presses(&page, "Accept", &[]).await.sees("Please open and read the document first");
    let opened = browser.opens(file.as_str()).await;
    assert_eq!(opened.headers["content-type"], "application/pdf");
    assert!(opened.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"));
    assert_eq!(opened.headers["x-content-type-options"], "nosniff");
    let page = browser.presses(&page, "Accept", &[]).await;
    page.status(200);
    assert_eq!(page.url.as_str(), world.wiki("/"), "{}", page.text());
    let app = world.demo.app();
    let tenant = CONTOSO.parse::<TenantId>().unwrap();
    let kept = app.store.read(tenant).await.unwrap().evidence(&hash).await.unwrap().unwrap();
    assert_eq!((kept.media_type.as_str(), kept.content.as_slice()), ("application/pdf", &pdf[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_shown_again_bit_for_bit_to_whoever_accepted_it() {
    let world = world().await;
    let browser = world.browser();
    let page = reaches_review(&world, &browser, GUEST).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    let shown = page.body.split_once("<article").unwrap().1.split_once("</article>").unwrap().0.to_owned();
    let page = browser.presses(&page, "Accept", &[]).await;
    page.status(200);
    publishes(&world, "terms.md", b"# Second edition\n", &[]).await;

    let history = world.command(&["terms", "history", GUEST, "--tenant", "contoso.example", "--json"]).await.1;
    let history: Value = serde_json::from_str(&history).unwrap();
    let hash = history["answers"][0]["version"].as_str().unwrap().to_owned();
    let (code, evidence) = world.command(&["terms", "evidence", &hash, "--tenant", "contoso.example"]).await;
    assert_eq!((code, sha256_hex(evidence.as_bytes())), (0, hash.clone()));
    assert_eq!(evidence, format!("<article{shown}</article>\n"), "the page showed these very bytes");

    // The guest's own list, although something newer is owed by now.
    let list = browser.opens(&world.broker(&format!("/{CONTOSO}/account/accepted"))).await;
    list.status(200).sees("What you accepted").sees("Review permissions").sees("Terms of use for guests");
    list.sees("It no longer counts");
    let again = browser.opens(&world.broker(&format!("/{CONTOSO}/account/accepted/{hash}"))).await;
    again.status(200).sees(&hash);
    assert!(again.body.contains(&evidence), "{}", again.text());
    let file = format!("/{CONTOSO}/account/accepted/{hash}/file");
    let mine = browser.opens(&world.broker(&file)).await;
    assert_eq!(mine.body, evidence);
    assert!(mine.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let review = history["reviews"][0]["evidence"].as_str().unwrap();
    let review = browser.opens(&world.broker(&format!("/{CONTOSO}/account/accepted/{review}/file"))).await;
    assert_eq!(sha256_hex(review.body.as_bytes()), history["reviews"][0]["evidence"]);

    // Another guest who knows the hash gets nothing; nobody at all is asked to sign in.
    let other = world.browser();
    reaches_review(&world, &other, "direct@fabrikam.example").await;
    other.opens(&world.broker(&file)).await.status(404);
    let nobody = world.browser().opens(&world.broker(&file)).await;
    nobody.sees("Sign in");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_counts_signs_and_survives_an_erasure() {
    let world = world().await;
    let before = report(&world).await;
    let guests = before["report"]["agreements"][0]["outstanding"].as_u64().unwrap();
    assert!(guests >= 5, "{before:#}");
    comes_in(&world, GUEST).await;
    let declines = world.browser();
    let page = reaches_review(&world, &declines, "direct@fabrikam.example").await;
    let page = declines.presses(&page, "Accept", &[]).await;
    declines.presses(&page, "Decline", &[]).await.sees("declined");

    let signed = report(&world).await;
    let agreement = &signed["report"]["agreements"][0];
    let english = &agreement["versions"][0];
    assert_eq!((&english["accepted"], &english["declined"]), (&json!(1), &json!(1)), "{agreement:#}");
    assert_eq!(agreement["outstanding"], guests - 1);
    let answers = signed["report"]["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 2);
    let mine = answers.iter().find(|answer| answer["userEmail"] == GUEST).unwrap();
    assert_eq!((&mine["state"], &mine["counts"]), (&json!("accepted"), &json!(true)));
    assert_eq!(mine["network"], "127.0.0.0/24");
    let (_, csv) = world.command(&["terms", "report", "--tenant", "contoso.example", "--csv"]).await;
    assert_eq!(csv.lines().count(), 3);
    assert!(csv.contains("\"guest@fabrikam.example\"") && csv.contains("\"declined\""), "{csv}");

    // Whole, indented otherwise, and changed in one letter.
    let folder = tempfile::tempdir().unwrap();
    let verify = async |name: &str, text: String, keys: Option<String>| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut words = vec!["terms".to_owned(), "verify".to_owned(), path.to_str().unwrap().to_owned()];
        if let Some(keys) = keys {
            let path = folder.path().join("keys.json");
            std::fs::write(&path, keys).unwrap();
            words.extend(["--keys".to_owned(), path.to_str().unwrap().to_owned()]);
        }
        world.command(&words.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    let compact = serde_json::to_string(&signed).unwrap();
    let (code, out) = verify("whole.json", compact.clone(), None).await;
    assert!(code == 0 && out.contains("signed by Contoso"), "{out}");
    let public = world.browser().asks(http::Method::GET, &world.wiki("/.vestibule/jwks.json"), &[], "").await.body;
    assert_eq!(verify("whole.json", compact.clone(), Some(public)).await.0, 0, "with public keys alone");
    let changed = compact.replacen("\"declined\"", "\"accepted\"", 1);
    assert_ne!(changed, compact);
    let (code, out) = verify("changed.json", changed, None).await;
    assert!(code != 0 && out.contains("does not fit"), "{out}");
    let nobody = "{\"keys\":[]}".to_owned();
    assert_ne!(verify("whole.json", compact, Some(nobody)).await.0, 0, "the control: no key, no proof");

    // Erasure takes the person and leaves the proof.
    let app = world.demo.app();
    let user: UserId = mine["userId"].as_str().unwrap().parse().unwrap();
    let mut tx = app.store.begin(CONTOSO.parse().unwrap()).await.unwrap();
    tx.forget_person(user).await.unwrap();
    tx.commit().await.unwrap();
    let after = report(&world).await;
    let answers = after["report"]["answers"].as_array().unwrap();
    let proof = answers.iter().find(|answer| answer["userId"] == mine["userId"]).unwrap();
    assert_eq!((&proof["network"], &proof["issuer"], &proof["subject"]), (&Value::Null, &Value::Null, &Value::Null));
    for kept in ["version", "state", "recordedDateTime", "language", "agreementId"] {
        assert_eq!(proof[kept], mine[kept], "{kept}");
    }
    let other = answers.iter().find(|answer| answer["userId"] != mine["userId"]).unwrap();
    assert!(other["subject"].is_string(), "only one person was forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_whose_last_document_was_withdrawn_gets_in() {
    let world = world().await;
    let browser = world.browser();
    let page = reaches_review(&world, &browser, GUEST).await;
    let page = browser.presses(&page, "Accept", &[]).await;
    browser.presses(&page, "Decline", &[]).await.sees("declined");
    let agreement: AgreementId = "c0a70500-0000-4000-8000-0000000000d1".parse().unwrap();
    declares(&world, |objects| objects.retain(|it| it.id != agreement.to_string())).await;
    let page = browser.opens(&world.wiki("/in")).await;
    assert_eq!(page.url.as_str(), world.wiki("/in"), "{}", page.text());
    assert_eq!(world.guest("contoso.example", GUEST).await["externalUserState"], "Accepted");
}
