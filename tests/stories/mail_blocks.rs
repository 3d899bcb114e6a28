//! The owner of a mailbox stops invitation mails, and takes them again.

use http::Method;

use crate::actors::{CONTOSO, World, world};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const GUEST: &str = "passcode@mail.example";

/// The address behind *Block future invitations* in the newest invitation mail, as text and as the header says it.
async fn block_url(world: &World, address: &str) -> String {
    let mail = world.mail_from(address, "invited you", "Contoso").await;
    let text = mail["Text"].as_str().unwrap().to_owned();
    let url = text.split_whitespace().find(|word| word.contains("/blocks/")).expect("a link that blocks").to_owned();
    assert_eq!(mail["ListUnsubscribe"]["Header"].as_str().unwrap_or_default(), format!("<{url}>"), "{mail}");
    assert_eq!(mail["ListUnsubscribe"]["HeaderPost"], "List-Unsubscribe=One-Click");
    url
}

async fn invite(world: &World, address: &str) -> serde_json::Value {
    let (code, out) = world.command(&["invite", address, "--tenant", "contoso.example", "--json"]).await;
    assert_eq!(code, 0, "{out}");
    serde_json::from_str(&out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_of_a_mail_program_stops_the_mails_and_not_the_invitation() {
    let world = world().await;
    let url = block_url(&world, GUEST).await;
    let nobody = world.browser();
    // RFC 8058 §3.2: no cookies, no redirect, no page to look at.
    let done = nobody.asks(Method::POST, &url, &[FORM], "List-Unsubscribe=One-Click").await;
    done.status(200);
    assert!(!done.headers.contains_key("set-cookie"));
    let again = invite(&world, GUEST).await;
    assert_eq!(again["mailQueued"], false, "{again}");
    assert!(again["warnings"].as_array().unwrap().contains(&"mailBlocked".into()), "{again}");
    let guest = world.guest("contoso.example", GUEST).await;
    assert_eq!(guest["invitationState"], "pending", "the invitation stands");
    // The other form that the standard allows.
    let other = block_url(&world, "friend@social.example").await;
    let body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    let kind = ("content-type", "multipart/form-data; boundary=b");
    nobody.asks(Method::POST, &other, &[kind], body).await.status(200);
    assert_eq!(invite(&world, "friend@social.example").await["mailQueued"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn b3_robots_that_open_the_link_or_press_the_button_block_nothing() {
    let world = world().await;
    let url = block_url(&world, GUEST).await;
    for round in 0..50 {
        let robot = world.browser();
        let page = robot.opens(&url).await;
        page.sees("No more invitation mails?");
        robot.asks(Method::HEAD, &url, &[], "").await;
        if round % 10 == 0 {
            // Without a choice the button blocks nothing.
            robot.presses(&page, "Block", &[]).await.sees("Please choose whose mails");
            robot.asks(Method::POST, &url, &[FORM], "").await.sees("Please choose whose mails");
        }
    }
    assert_eq!(invite(&world, GUEST).await["mailQueued"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn b15_a_forged_right_or_one_of_another_tenant_blocks_nothing() {
    let world = world().await;
    let url = block_url(&world, GUEST).await;
    let (start, right) = url.rsplit_once('/').unwrap();
    let flipped = if right.ends_with('A') { "B" } else { "A" };
    let mut wrong = vec![
        format!("{start}/{}{flipped}", &right[..right.len() - 1]),
        format!("{start}/{}", &right[1..]),
        format!("{start}/{right}{right}"),
        format!("{start}/x"),
        format!("{start}/{GUEST}"),
        url.replace(CONTOSO, crate::actors::NORTHWIND),
    ];
    // A form token, a ticket: things of other purposes that this server sealed.
    let page = world.browser().opens(&world.broker("/contoso.example/blocks")).await;
    let form = page.form_with_button("Send me a code").unwrap();
    wrong.extend(form.fields.iter().filter(|(name, _)| name == "csrf").map(|(_, value)| format!("{start}/{value}")));
    for url in wrong {
        let robot = world.browser();
        robot.asks(Method::POST, &url, &[FORM], "List-Unsubscribe=One-Click").await.status(404);
        robot.asks(Method::POST, &url, &[FORM], "reach=everybody").await.status(404);
        robot.opens(&url).await.status(404);
    }
    assert_eq!(invite(&world, GUEST).await["mailQueued"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_blocks_on_the_page_and_undoes_it_with_a_code() {
    let world = world().await;
    let url = block_url(&world, GUEST).await;
    let owner = world.browser();
    let page = owner.opens(&url).await;
    page.sees(GUEST).sees("contoso.example");
    // Every organization at once: a mail that was passed on must not be enough for that.
    let page = owner.presses(&page, "Block", &[("reach", "everybody")]).await;
    page.does_not_see("Invitation mails are blocked");
    let page = owner.opens(&url).await;
    let page = owner.presses(&page, "Block", &[("reach", "tenant")]).await;
    page.sees("Invitation mails are blocked");
    assert_eq!(invite(&world, GUEST).await["mailQueued"], false);
    // A last mail tells the owner, in case it was somebody else.
    let notice = world.mail(GUEST, "No more invitation mails").await;
    assert!(notice["Text"].as_str().unwrap().contains("/blocks"), "{notice}");

    let page = owner.opens(&page.link("See what is blocked").unwrap()).await;
    let page = owner.presses(&page, "Send me a code", &[("address", GUEST)]).await;
    let code = world.passcode(GUEST).await;
    // The address of the page holds no proof until the code is typed, and none for another browser ever.
    let thief = world.browser();
    thief.opens(page.url.as_str()).await.does_not_see("Enter your code");
    let page = owner.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Mails of Contoso");
    thief.opens(page.url.as_str()).await.does_not_see("Mails of Contoso");
    let page = owner.presses(&page, "Take them again", &[]).await;
    page.sees("None: every organization here");
    let page = owner.presses(&page, "Block invitation mails of every organization", &[]).await;
    page.sees("Mails of every organization");
    let page = owner.presses(&page, "Take them again", &[]).await;
    page.sees("None: every organization here");
    assert_eq!(invite(&world, GUEST).await["mailQueued"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn b10_the_page_of_blocks_does_not_tell_who_is_known() {
    let world = world().await;
    let mut seen = Vec::new();
    for address in [GUEST, "nobodyy@mail.example"] {
        let browser = world.browser();
        let page = browser.opens(&world.broker("/contoso.example/blocks")).await;
        let page = browser.presses(&page, "Send me a code", &[("address", address)]).await;
        seen.push((page.status, page.text().replace(address, "ADDRESS")));
    }
    assert_eq!(seen[0], seen[1]);
    world.passcode(GUEST).await;
    let inbox = format!("http://mail.localhost:{}/api/v1/messages", world.mail_port);
    let list = world.browser().asks(Method::GET, &inbox, &[], "").await;
    assert!(!list.body.contains("nobodyy@mail.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_chosen_in_the_footer_and_kept() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example/sign-in")).await;
    page.sees("Sign in to Contoso");
    let switch = page.url.join(&page.link("Nederlands").unwrap()).unwrap();
    let page = browser.opens(switch.as_str()).await;
    page.sees("Aanmelden bij Contoso");
    assert!(page.body.contains("<html lang=\"nl\">"));
    browser.opens(&world.broker("/northwind.example/sign-in")).await.sees("Aanmelden bij Northwind");
    // Another site gains nothing by it.
    let away = world.broker("/language?to=fr&back=https%3A%2F%2Fevil.example%2F");
    let answer = browser.asks(Method::GET, &away, &[], "").await;
    assert_eq!(answer.headers["location"], "/");
    // The mail that this page sends speaks the language too.
    let page = browser.opens(&world.broker("/contoso.example/sign-in?x=1")).await;
    let page = browser.presses(&page, "Continuer", &[("address", GUEST)]).await;
    browser.presses(&page, "M’envoyer un code par e-mail", &[]).await;
    world.mail(GUEST, "Votre code pour vous connecter").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_host_speaks_the_language_of_the_browser() {
    let world = world().await;
    let headers = [("accept", "text/html"), ("accept-language", "sv-SE,en;q=0.5"), ("x-forwarded-user", "admin")];
    let page = world.browser().asks(Method::GET, &world.wiki("/"), &headers, "").await;
    page.status(400).sees("Begäran avvisades");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_what_became_of_a_mail() {
    let world = world().await;
    let mail = world.mail_from(GUEST, "invited you", "Contoso").await;
    let id = mail["MessageID"].as_str().unwrap().to_owned();
    let (code, out) = world.command(&["mail", "bounce", &id, "--reason", "550 no such user"]).await;
    assert_eq!(code, 0, "{out}");
    let (_, out) = world.command(&["mail", "list", "--json"]).await;
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    let own = id.split('@').next().unwrap();
    let mail = listed.as_array().unwrap().iter().find(|mail| mail["id"] == own).expect("it is listed");
    assert_eq!((mail["state"].as_str(), mail["lastError"].as_str()), (Some("bounced"), Some("550 no such user")));
    let guest = world.guest("contoso.example", GUEST).await;
    assert_eq!(
        (guest["invitationState"].as_str(), guest["mailError"].as_str()),
        (Some("bounced"), Some("550 no such user"))
    );
    let (_, out) = world.command(&["guest", "list", "--tenant", "contoso.example"]).await;
    let line = out.lines().find(|line| line.starts_with(GUEST)).unwrap();
    assert!(line.contains("bounced") && line.contains("550 no such user"), "{line}");
    // Inviting again is a new mail and a pending invitation with the same link.
    let before = world.redeem_url(GUEST).await;
    invite(&world, GUEST).await;
    let guest = world.guest("contoso.example", GUEST).await;
    assert_eq!(guest["invitationState"], "pending");
    assert_eq!(guest["redeemUrl"].as_str(), Some(before.as_str()));
}
