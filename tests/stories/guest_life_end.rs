//! How a guest's life ends: leaving, the bin, erasure that survives a restore, and reviews of access.

use std::path::Path;
use std::time::{Duration, Instant};

use http::Method;
use vestibule::guests::access_review::{self, Campaign};
use vestibule::guests::life::{By, named};
use vestibule::guests::sweep;
use vestibule::model::{AccessDecision, Removal};

use super::guest_life::{JSON, run, settled, tenant};
use crate::actors::{World, free_port, free_ports, world};

const PASSCODE: &str = "passcode@mail.example";

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_leaves_and_returns_by_a_new_invitation() {
    let world = world().await;
    let browser = settled(&world, PASSCODE).await;
    let before = world.guest("contoso.example", PASSCODE).await;
    let page = browser.opens(&world.broker("/contoso.example/account")).await;
    let leave = page.link("Leave").expect("a link to leave");
    let page = browser.opens(page.url.join(&leave).unwrap().as_str()).await;
    page.sees("Leave Contoso?");
    browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(200);
    let page = browser.presses(&page, "Leave", &[]).await;
    page.status(200).sees("You have left Contoso");
    browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    assert!(run(&world, &["guest", "deleted", "--tenant", "contoso.example"]).await.contains(PASSCODE));

    run(&world, &["invite", PASSCODE, "--tenant", "contoso.example", "--app", "Wiki", "--no-mail"]).await;
    let after = world.guest("contoso.example", PASSCODE).await;
    assert_ne!(after["id"], before["id"], "who comes back is a new guest");
    settled(&world, PASSCODE).await;
    // The one in the bin cannot be restored onto a taken address, and the refusal says why.
    let id = before["id"].as_str().unwrap();
    let (code, out) = world.command(&["guest", "restore", id, "--tenant", "contoso.example"]).await;
    assert_ne!(code, 0);
    assert!(out.contains("belongs to another guest by now"), "{out}");
}

/// Pain point 14 of the original: blocked guests could not leave, and guests without an account did not find the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_guest_leaves_by_the_mailbox_alone() {
    let world = world().await;
    run(&world, &["guest", "block", PASSCODE, "--tenant", "contoso.example"]).await;
    let mut seen = Vec::new();
    for address in ["stranger@mail.example", PASSCODE] {
        let browser = world.browser();
        let page = browser.opens(&world.broker("/contoso.example/leave")).await;
        let asked = page.text();
        let page = browser.presses(&page, "Send me a code", &[("address", address)]).await;
        seen.push((asked, page.text().replace(address, "ADDRESS"), page.status));
        let wrong = browser.presses(&page, "Continue", &[("code", "00000000")]).await;
        wrong.does_not_see("Leave Contoso?");
        if address != PASSCODE {
            continue;
        }
        let mail = world.mail(PASSCODE, "code to leave").await;
        let text = mail["Text"].as_str().unwrap().to_owned();
        assert!(text.contains("it signs nobody in"), "worded as a proof: {text}");
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 8).unwrap().to_owned();
        let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
        page.sees("Leave Contoso?");
        // The proof opens no app.
        browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
        browser.presses(&page, "Leave", &[]).await.sees("You have left Contoso");
    }
    assert_eq!(seen[0], seen[1], "decision 4: the pages are the same for every address");
    assert!(run(&world, &["guest", "deleted", "--tenant", "contoso.example"]).await.contains(PASSCODE));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bin_gives_a_guest_back_as_it_was() {
    let world = world().await;
    let browser = settled(&world, PASSCODE).await;
    let before = world.guest("contoso.example", PASSCODE).await;
    run(&world, &["guest", "delete", PASSCODE, "--tenant", "contoso.example"]).await;
    browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    run(&world, &["guest", "restore", PASSCODE, "--tenant", "contoso.example"]).await;
    let after = world.guest("contoso.example", PASSCODE).await;
    for field in ["id", "apps", "externalUserState", "source", "reviewed", "agreements"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    let again = world.browser();
    let page = super::guest_life::signs_in_by_code(&world, &again, PASSCODE).await;
    page.status(200).does_not_see("Review permissions").sees(PASSCODE);
    // A guest who had not redeemed is invited again: the link of before was revoked with the deletion.
    let link = world.redeem_url("guest@fabrikam.example").await;
    run(&world, &["guest", "delete", "guest@fabrikam.example", "--tenant", "contoso.example"]).await;
    world.browser().opens(&link).await.sees("invitation");
    run(&world, &["guest", "restore", "guest@fabrikam.example", "--tenant", "contoso.example"]).await;
    let shown = world.guest("contoso.example", "guest@fabrikam.example").await;
    assert_eq!(shown["externalUserState"], "PendingAcceptance");
    assert_ne!(shown["redeemUrl"].as_str(), Some(link.as_str()));
}

fn holds(path: &Path, needle: &str) -> bool {
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// L6, decision 22: personal data is gone from the disk, the chain is whole, and a restored backup brings nobody back.
#[tokio::test(flavor = "multi_thread")]
async fn l6_an_erased_guest_is_gone_from_the_disk_and_stays_gone_after_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("directory.db");
    let erased = "erase-me@mail.example";
    let world = World::start(folder.path(), free_ports(), free_port()).await;
    run(&world, &["invite", erased, "--tenant", "contoso.example", "--app", "Wiki"]).await;
    world.mail(erased, "invited you").await;
    let browser = settled(&world, erased).await;
    let export: serde_json::Value =
        serde_json::from_str(&run(&world, &["guest", "export", erased, "--tenant", "contoso.example"]).await).unwrap();
    assert_eq!(export["guest"]["mail"], erased);
    let signed_in = export["audit"].as_array().unwrap().iter().find(|line| line["activity"] == "User sign-in").unwrap();
    assert_eq!(signed_in["personalData"]["address"], erased, "the export opens what is sealed");
    for part in ["invitations", "reviewPermissions", "termsOfUse", "sessions", "activeMonths", "apps"] {
        assert!(!export[part].as_array().unwrap().is_empty(), "{part}: {export:#}");
    }
    let app = world.demo.app();
    let id = named(app, &tenant(app), erased).await.unwrap().id;
    checkpoint(&directory).await;
    assert!(holds(&directory, erased), "the control: before, the address is there");
    let backup = folder.path().join("backup.db");
    std::fs::copy(&directory, &backup).unwrap();

    let page = browser.opens(&world.broker("/contoso.example/account/erase")).await;
    let began = Instant::now();
    let page = browser.presses(&page, "Erase everything", &[]).await;
    page.sees("is erased");
    println!("erased within {:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(60));
    browser.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));
    let report = run(&world, &["usage", "--tenant", "contoso.example", "--json"]).await;
    assert!(report.contains("\"activeGuests\": 1"), "the number of the month stays: {report}");
    world.demo.stop().await;
    checkpoint(&directory).await;
    for file in ["directory.db", "directory.db-wal", "tombstones"] {
        assert!(!holds(&folder.path().join(file), erased), "{file} still holds the address");
    }

    // The backup of before is put back, as after a broken disk.
    for file in ["directory.db-wal", "directory.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(file));
    }
    std::fs::copy(&backup, &directory).unwrap();
    let world = World::start(folder.path(), free_ports(), free_port()).await;
    for command in ["show", "export"] {
        let (code, out) = world.command(&["guest", command, erased, "--tenant", "contoso.example"]).await;
        assert_ne!(code, 0, "{command} after the restore: {out}");
    }
    let (code, _) = world.command(&["guest", "export", &id.to_string(), "--tenant", "contoso.example"]).await;
    assert_ne!(code, 0);
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));
    world.demo.stop().await;
    checkpoint(&directory).await;
    assert!(!holds(&directory, erased), "the restored directory still holds the address");
}

/// Brings everything from the log into the file, as SQLite does by itself now and then.
async fn checkpoint(path: &Path) {
    use sqlx::Connection as _;
    let mut editor = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut editor).await.unwrap();
    editor.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sponsors_are_asked_and_what_they_say_is_done() {
    let world = world().await;
    let app = world.demo.app();
    let contoso = tenant(app);
    // The member answers for two guests.
    let member = {
        let mut read = app.store.read(contoso.id).await.unwrap();
        read.member(&"member@contoso.example".parse().unwrap()).await.unwrap().unwrap()
    };
    for address in [PASSCODE, "guest@fabrikam.example"] {
        let mut guest = named(app, &contoso, address).await.unwrap();
        guest.sponsors = vec![member.id];
        let mut tx = app.store.begin(contoso.id).await.unwrap();
        tx.update_user(&guest).await.unwrap();
        tx.commit().await.unwrap();
    }
    let guest = settled(&world, PASSCODE).await;
    let campaign =
        Campaign { lasts: Duration::from_secs(3600), no_answer: AccessDecision::Keep, removal: Removal::Delete };
    let snapshot = app.snapshot.load_full();
    let review = access_review::start(app, &snapshot, &contoso, By::Operator, campaign).await.unwrap();
    let mail = world.mail("member@contoso.example", "review the guests").await;
    let text = mail["Text"].as_str().unwrap().to_owned();
    let link = text.split_whitespace().find(|word| word.contains("/reviews/")).unwrap().to_owned();

    // The guest is no reviewer, and learns nothing.
    guest.opens(&link).await.status(404);
    let sponsor = world.browser();
    let page = sponsor.opens(&link).await;
    let page = sponsor.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    let page = sponsor.presses(&page, "Sign in", &[("password", "demo")]).await;
    page.sees("Do these guests still need access?").sees(PASSCODE).sees("2 guests have no answer yet");
    let form = page
        .forms()
        .into_iter()
        .find(|form| {
            let id = named_id(&page.body, PASSCODE);
            form.fields.iter().any(|(name, value)| name == "guest" && *value == id)
        })
        .expect("a form for the guest");
    let mut fields = form.fields.clone();
    fields.push(("decision".to_owned(), "remove".to_owned()));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let origin = page.url.origin().ascii_serialization();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    let target = page.url.join(&form.action).unwrap().to_string();
    sponsor.asks(Method::POST, &target, &headers, &body).await.status(303);
    sponsor.opens(&link).await.sees("Answered: remove").sees("One guest has no answer yet");
    guest.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(200);

    // Its end comes by itself; here it is brought about by hand.
    let id = review.id.to_string();
    run(&world, &["review", "apply", &id, "--tenant", "contoso.example"]).await;
    guest.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
    assert!(run(&world, &["guest", "deleted", "--tenant", "contoso.example"]).await.contains(PASSCODE));
    assert_eq!(
        world.guest("contoso.example", "guest@fabrikam.example").await["accountEnabled"],
        true,
        "no answer: kept"
    );
    sponsor.opens(&link).await.sees("This review is over");
    assert_eq!(sweep::sweep(app).await.unwrap().reviews, 0, "nothing is left to carry out");
}

/// The object id in the form that follows an address on the page.
fn named_id(html: &str, address: &str) -> String {
    let (local, _) = address.split_once('@').unwrap();
    let after = html.split(local).nth(1).unwrap();
    let after = after.split("name=\"guest\" value=\"").nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}
