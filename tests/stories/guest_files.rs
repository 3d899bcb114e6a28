//! An administrator invites many by a file: uploaded, seen row by row, and only then done.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::Value;

use super::admin::signs_in_as_member;
use super::crashes::Process;
use crate::actors::{Browser, CONTOSO, Page, World, free_port, free_ports, multipart, world};

const READ: &str = "Show what would happen";
const RUN: &str = "Invite these guests";

async fn ada(world: &World) -> (Browser, Page) {
    let browser = world.browser();
    let url = world.admin("/contoso.example/guests/import");
    let page = signs_in_as_member(&browser, &url, "admin@contoso.example").await;
    page.status(200).sees("Invite many guests by a file");
    (browser, page)
}

async fn guests(world: &World) -> usize {
    let (_, out) = world.command(&["guest", "list", "--tenant", CONTOSO, "--json"]).await;
    serde_json::from_str::<Value>(&out).unwrap()["guests"].as_array().unwrap().len()
}

/// Looks again until the work is done, as the page does by itself.
async fn waits(browser: &Browser, mut page: Page) -> Page {
    for _ in 0..60 {
        if !page.text().contains("The guests are being invited") {
            return page;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        page = browser.opens(page.url.as_str()).await;
    }
    panic!("the guests are being invited for a minute:\n{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_guests_are_seen_and_then_invited_within_ten_seconds() {
    let world = world().await;
    let (browser, page) = ada(&world).await;
    let mut text = "\u{feff}Email,Display name,Message,Apps,Roles,Send mail,Extra\r\n".to_owned();
    for number in 0..1_000 {
        text.push_str(&format!(
            "guest{number}@mail.example,\"Guest, {number}\",\"Hello \"\"{number}\"\",\nwelcome.\",Wiki; Desk,Wiki:Reader,false,x\r\n"
        ));
    }
    text.push_str("no address,,,,,,\r\nmember@contoso.example,,,,,,\r\nguest7@mail.example,,,,,,\r\n");
    let before = guests(&world).await;
    let began = Instant::now();
    let seen = browser.uploads(&page, READ, &[], text.as_bytes()).await;
    println!("1,003 rows uploaded and foreseen: {:?}", began.elapsed());
    seen.status(200)
        .sees("Before anything is sent")
        .sees("1003 rows were read. Nothing has been done yet.")
        .sees("New guest 1000")
        .sees("Not possible 3")
        .sees("ignored: Extra")
        .sees("Will use a one-time passcode");
    assert_eq!(guests(&world).await, before, "a preview invites nobody");
    // The rows that fail, each with its line.
    let failing = browser.opens(&world.admin(&seen.link("Not possible").unwrap())).await;
    failing
        .sees("Line 2002 Not possible “no address” is no e-mail address.")
        .sees("Line 2003 Not possible This address belongs to the organization itself")
        .sees("Line 2004 Not possible The address stands already in line 16.")
        .does_not_see("guest8@mail.example");
    let second = browser.opens(&world.admin(&seen.link("Next page").unwrap())).await;
    second.status(200).sees("guest100@mail.example").sees("2 / 11").does_not_see("guest99@mail.example");

    let began = Instant::now();
    let page = browser.opens(&world.admin("/contoso.example/guests/import")).await;
    page.sees("Show the file that you uploaded last");
    let done = waits(&browser, browser.presses(&seen, RUN, &[]).await).await;
    let took = began.elapsed();
    println!("1,000 guests from an uploaded file, without mail: {took:?}");
    done.status(200).sees("What became of each row").sees("All 1003 rows were worked on.").sees("New guest 1000");
    // Five times the promise, since the tests run beside others.
    assert!(took < Duration::from_secs(50), "{took:?}");
    assert_eq!(guests(&world).await, before + 1_000);
    let one = world.guest(CONTOSO, "guest7@mail.example").await;
    assert_eq!((&one["displayName"], &one["appRoles"][0]), (&"Guest, 7".into(), &"Wiki: Reader".into()));

    // Pressing again, and uploading again, does nothing twice.
    let again = browser.presses(&seen, RUN, &[]).await;
    again.sees("What became of each row").sees("New guest 1000");
    let seen = browser.uploads(&page, READ, &[], text.as_bytes()).await;
    seen.sees("Unchanged 1000").sees("Not possible 3");
    let done = waits(&browser, browser.presses(&seen, RUN, &[]).await).await;
    done.sees("Unchanged 1000").does_not_see("New guest");
    assert_eq!(guests(&world).await, before + 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_originals_template_defaults_and_results_that_can_be_kept() {
    let world = world().await;
    let (browser, page) = ada(&world).await;
    let wiki = format!("app:{}", crate::actors::WIKI);
    let template = "version:v1.0,,,\nEmail address to invite [inviteeEmail] Required,Redirection url \
                    [inviteRedirectURL] Required,Send invitation message (true or false) [sendEmail],Customized \
                    invitation message [customizedMessageBody]\n\
                    first@mail.example,https://wiki.contoso.localhost:PORT/,false,\"Hi, you\"\n\
                    evil@mail.example,https://evil.example/,false,\n\
                    second@mail.example,,true,\n"
        .replace("PORT", &world.port.to_string());
    let fill = [(wiki.as_str(), "yes"), ("message", "Welcome to all")];
    let seen = browser.uploads(&page, READ, &fill, template.as_bytes()).await;
    seen.sees("3 rows were read").sees("Line 4 Not possible The guest can land at an app");
    let done = waits(&browser, browser.presses(&seen, RUN, &[]).await).await;
    // Where no mail goes, the link is shown, and it is in the file too.
    let link = world.guest(CONTOSO, "first@mail.example").await["redeemUrl"].as_str().unwrap().to_owned();
    assert!(done.body.contains(&link), "{}", done.text());
    let file = browser.opens(&world.admin(&done.link("Download as CSV").unwrap())).await;
    assert!(file.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(file.body.lines().count(), 4);
    assert!(file.body.contains(&link) && file.body.contains("\"evil@mail.example\",\"Not possible\""), "{}", file.body);
    let mail = world.mail("second@mail.example", "invited you").await;
    assert!(mail["Text"].as_str().unwrap().contains("Welcome to all"), "{mail}");
    let first = world.guest(CONTOSO, "first@mail.example").await;
    assert_eq!(first["apps"].as_array().unwrap().len(), 1, "{first}");
    // Forgetting the file ends its page.
    browser.presses(&done, "Forget the file", &[]).await.sees("Invite many guests by a file");
    browser.opens(done.url.as_str()).await.sees("That file is not here any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn i1_hostile_files_are_refused_in_words_or_stay_text() {
    let world = world().await;
    let (browser, page) = ada(&world).await;
    let before = guests(&world).await;
    let wide = "email".to_owned() + &",x".repeat(400_000) + "\na@mail.example\n";
    let columns = "email,".to_owned() + &"h,".repeat(250) + "\na@mail.example\n";
    let long = "email\n".to_owned() + &(0..5_001).map(|n| format!("g{n}@mail.example\n")).collect::<String>();
    let utf16: Vec<u8> = "email\na@mail.example\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let refused: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("nothing", Vec::new(), 200, "Choose a file first"),
        ("headings alone", b"email,name\n".to_vec(), 200, "The file has no rows"),
        ("no headings", b"a@mail.example\nb@mail.example\n".to_vec(), 200, "No heading names the address"),
        (
            "a heading twice",
            b"email,E-Mail\na@mail.example,b@mail.example\n".to_vec(),
            200,
            "Two columns mean the same",
        ),
        ("Latin 1", b"email,name\na@mail.example,Ren\xe9\n".to_vec(), 200, "no UTF-8 text"),
        ("UTF-16", utf16, 200, "no UTF-8 text"),
        ("NUL", b"email,name\na@mail.example,A\0B\n".to_vec(), 200, "no UTF-8 text"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), 200, "no UTF-8 text"),
        ("400,000 columns", wide.into_bytes(), 200, "more than 200 columns"),
        ("250 columns", columns.into_bytes(), 200, "more than 200 columns"),
        ("5,001 rows", long.into_bytes(), 200, "more than 5000 rows"),
        ("2 MB", vec![b'x'; 2_000_000], 413, "larger than 1024 KiB"),
        ("a million columns", vec![b','; 1_500_000], 413, "larger than 1024 KiB"),
    ];
    for (what, bytes, status, says) in refused {
        let answer = browser.uploads(&page, READ, &[("message", "Kept words")], &bytes).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        assert!(answer.text().contains(says) && answer.body.contains("Kept words"), "{what}: {}", answer.text());
    }
    // Formulas and markup are data: shown as text, and in the file as text too.
    let rows = "email;name;message\r\n\
                =cmd|' /C calc'!A0;x;y\r\n\
                \"<script>alert(1)</script>\";x;y\r\n\
                fine@mail.example;\"=HYPERLINK(\"\"https://evil.example\"\")\";\"+1\"\r\n\
                \"never\r\nclosed";
    let seen = browser.uploads(&page, READ, &[], rows.as_bytes()).await;
    seen.status(200).sees("4 rows were read").sees("=cmd|' /C calc'!A0").sees("Line 5").sees("New guest 1");
    assert!(!seen.body.contains("<script>alert"), "{}", seen.body);
    let file = browser.opens(&world.admin(&seen.link("Download as CSV").unwrap())).await;
    assert!(file.body.contains("\"'=cmd|' /C calc'!A0\""), "{}", file.body);
    assert!(!file.body.contains(",\"=") && !file.body.contains("\n\"="), "{}", file.body);
    // The controls: none of it invited anybody; a mark, CR LF and quotes are fine.
    assert_eq!(guests(&world).await, before);
    let fine = "\u{feff}\"email\",\"name\"\r\n\"fine@mail.example\",\"Fine, \"\"really\"\"\"\r\n";
    browser.uploads(&page, READ, &[], fine.as_bytes()).await.sees("One row was read").sees("New guest 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn b15_d4_a_file_is_taken_and_run_only_from_its_page_its_person_and_its_session() {
    let world = world().await;
    let (browser, page) = ada(&world).await;
    let other = world.browser();
    let foreign =
        signs_in_as_member(&other, &world.admin("/northwind.example/guests/import"), "admin@northwind.example").await;
    let fields =
        |page: &Page| page.form_with_button(READ).unwrap().fields.into_iter().filter(|(name, _)| name != "file");
    let own: Vec<_> = fields(&page).collect();
    let token = own.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let theirs = fields(&foreign).find(|(name, _)| name == "csrf").unwrap().1;
    let text = b"email,send_mail\nattack@mail.example,false\n";
    let target = page.url.join(&page.form_with_button(READ).unwrap().action).unwrap();
    let origin = world.admin("");
    let with = |token: &str| {
        let fields: Vec<_> = own.iter().filter(|(name, _)| name != "csrf").cloned().collect();
        multipart(&fields, &[("csrf", token)], text)
    };
    let (kind, right) = with(&token);
    let same = [
        ("content-type", kind.as_str()),
        ("accept", "text/html"),
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    let but = |name: &'static str, value: &'static str| {
        same.map(|(known, kept)| (known, if known == name { value } else { kept }))
    };
    let attacks = [
        ("no token", same, multipart(&[], &[], text).1),
        ("an empty token", same, with("").1),
        ("another tenant's token", same, with(&theirs).1),
        ("a broken token", same, with(&token[1..]).1),
        ("the token of a file", same, with(&format!("{token}\r\n")).1),
        ("another site", but("origin", "https://evil.example"), right.clone()),
        ("another site, as the browser says", but("sec-fetch-site", "cross-site"), right.clone()),
        ("a sister host", but("sec-fetch-site", "same-site"), right.clone()),
        ("text/plain", but("content-type", "text/plain"), right.clone()),
        ("urlencoded", but("content-type", "application/x-www-form-urlencoded"), format!("csrf={token}&file=x").into()),
        ("another boundary", but("content-type", "multipart/form-data; boundary=x"), right.clone()),
    ];
    for (what, headers, body) in attacks {
        let answer = browser.sends(&target, &headers, body).await;
        assert!(matches!(answer.status.as_u16(), 400 | 403 | 415), "{what}: {}", answer.status);
    }
    let nobody = world.browser().sends(&target, &same, right.clone()).await;
    assert!(matches!(nobody.status.as_u16(), 401 | 403), "{}", nobody.status);
    let stranger = other.sends(&target, &same, right.clone()).await;
    assert!(matches!(stranger.status.as_u16(), 401 | 403 | 404), "{}", stranger.status);
    browser.opens(&world.admin("/contoso.example/guests/import")).await.does_not_see("Show the file");

    // The control: everything right.
    let seen = browser.uploads(&page, READ, &[], text).await;
    seen.sees("One row was read").sees("New guest 1");
    // The file belongs to this session: not to the same person in another browser, not to another tenant.
    let twin = world.browser();
    let page = signs_in_as_member(&twin, seen.url.as_str(), "admin@contoso.example").await;
    page.status(200).sees("That file is not here any more").does_not_see("attack@mail.example");
    let file = seen.url.path().rsplit('/').next().unwrap().to_owned();
    let page = other.opens(&world.admin(&format!("/northwind.example/guests/import/{file}"))).await;
    page.sees("That file is not here any more").does_not_see("attack@mail.example");
    browser
        .opens(&world.admin("/contoso.example/guests/import/AAAAAAAAAAAAAAAAAAAAAA"))
        .await
        .sees("not here any more");
    // Running it asks for the token of this page again.
    let form = seen.form_with_button(RUN).unwrap();
    let run = seen.url.join(&form.action).unwrap();
    let urlencoded = [("content-type", "application/x-www-form-urlencoded"), same[1], same[2], same[3]];
    for body in ["step=run".to_owned(), "step=run&csrf=x".to_owned(), format!("step=run&csrf={theirs}")] {
        let answer = browser.asks(Method::POST, run.as_str(), &urlencoded, &body).await;
        assert_eq!(answer.status, 403, "{body}");
    }
    browser.opens(&format!("{run}?step=run")).await.sees("Before anything is sent");
    let (code, _) = world.command(&["guest", "show", "attack@mail.example", "--tenant", CONTOSO]).await;
    assert_ne!(code, 0, "nobody was invited");
    // A newer file takes the place of the older one, whose page then runs nothing.
    let page = browser.opens(&world.admin("/contoso.example/guests/import")).await;
    let newer = browser.uploads(&page, READ, &[], b"email,send_mail\nnewer@mail.example,false\n").await;
    browser.presses(&seen, RUN, &[]).await.sees("That file is not here any more");
    let (code, _) = world.command(&["guest", "show", "attack@mail.example", "--tenant", CONTOSO]).await;
    assert_ne!(code, 0, "nobody was invited by an old page");
    waits(&browser, browser.presses(&newer, RUN, &[]).await).await.sees("New guest 1");
    assert_eq!(world.guest(CONTOSO, "newer@mail.example").await["externalUserState"], "PendingAcceptance");
}

/// INV7: the process dies while the rows are worked on.
#[tokio::test(flavor = "multi_thread")]
async fn inv7_kill_9_while_guests_are_invited_leaves_each_row_whole_or_undone() {
    const ROWS: usize = 600;
    let folder = tempfile::tempdir().unwrap();
    let (port, mail_port) = (free_ports(), free_port());
    let mut process = Process::start(folder.path(), port, mail_port);
    let url = process.way.admin("/contoso.example/guests/import");
    let browser = process.way.browser();
    let mut page = signs_in_as_member(&browser, &url, "admin@contoso.example").await;
    let mut interrupted = 0;
    for round in 0..3_u64 {
        let mut text = "email,send_mail,apps\n".to_owned();
        (0..ROWS).for_each(|row| text.push_str(&format!("row{row}-of{round}@mail.example,false,Wiki\n")));
        let seen = browser.uploads(&page, READ, &[], text.as_bytes()).await;
        seen.status(200).sees("New guest 600");
        let pressed = tokio::spawn(browser.presses(&seen, RUN, &[]));
        tokio::time::sleep(Duration::from_millis(150 + 200 * round)).await;
        process.kill();
        drop(pressed.await);
        drop(process);
        process = Process::start(folder.path(), port, mail_port);
        let address = format!("-of{round}@mail.example");
        let invited = |process: &Process| -> Vec<Value> {
            let out = process.command(&["guest", "list", "--tenant", "contoso.example", "--json"]);
            let list: Value = serde_json::from_str(&out).unwrap();
            let ours = |guest: &&Value| guest["invitedAddress"].as_str().is_some_and(|it| it.ends_with(&address));
            list["guests"].as_array().unwrap().iter().filter(ours).cloned().collect()
        };
        let before = invited(&process);
        interrupted += usize::from(!before.is_empty() && before.len() < ROWS);
        for guest in before.iter().rev().take(3) {
            let address = guest["invitedAddress"].as_str().unwrap();
            let shown = process.command(&["guest", "show", address, "--tenant", "contoso.example", "--json"]);
            let shown: Value = serde_json::from_str(&shown).unwrap();
            assert_eq!(shown["apps"].as_array().unwrap().len(), 1, "half a row: {shown}");
            assert!(shown["redeemUrl"].is_string(), "half a row: {shown}");
        }
        // The administrator is still signed in, and the page offers to go on.
        let left = waits(&browser, browser.opens(seen.url.as_str()).await).await;
        let button = ["Go on", RUN].into_iter().find(|button| left.form_with_button(button).is_some());
        let done = match button {
            Some(button) => waits(&browser, browser.presses(&left, button, &[]).await).await,
            None => left,
        };
        done.sees("What became of each row").does_not_see("Not possible");
        assert_eq!(invited(&process).len(), ROWS, "each row once");
        page = browser.opens(&url).await;
    }
    println!(
        "kill -9 while guests are invited: 3 kills, {interrupted} in the middle of a file, no row lost, none twice"
    );
    assert!(interrupted > 0, "no kill came in the middle of a file; the test shows nothing");
}
