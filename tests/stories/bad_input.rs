//! Bad input: a clear page or JSON with an id to quote, nothing forwarded, nothing lost.

use http::Method;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::world;

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_callback_goes_straight_to_the_app() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/deep")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    accepts_everything(&browser, page).await;
    let callback = |part: &str| {
        let hops = browser.hops.lock().unwrap();
        hops.iter()
            .find(|hop| hop.url.path().contains(part))
            .map(|hop| hop.url.to_string())
            .expect("the callback was used")
    };
    let page = browser.opens(&callback("/federation/")).await;
    assert_eq!(page.url.as_str(), world.wiki("/deep"), "{}", page.text());
    let page = browser.opens(&callback("/.vestibule/callback")).await;
    assert_eq!(page.url.as_str(), world.wiki("/deep"), "{}", page.text());

    // The same callback in another browser opens nothing (attack row A6).
    let other = world.browser();
    let page = other.opens(&callback("/federation/")).await;
    page.does_not_see("guest@fabrikam.example");
    other.asks(Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await.status(401);
    let page = other.opens(&callback("/.vestibule/callback")).await;
    page.does_not_see("guest@fabrikam.example");
    other.asks(Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await.status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_requests_get_a_clear_answer_with_an_id() {
    let world = world().await;
    let browser = world.browser();
    let wiki = world.wiki("/");
    type Case<'a> = (&'a str, Method, String, Vec<(&'a str, &'a str)>, u16);
    let cases: Vec<Case<'_>> = vec![
        ("identity header", Method::GET, wiki.clone(), vec![("X-Forwarded-User", "admin")], 400),
        ("folded identity header", Method::GET, wiki.clone(), vec![("X_Forwarded_User", "admin")], 400),
        ("assertion", Method::GET, wiki.clone(), vec![("Vestibule-Assertion", "x.y.z")], 400),
        ("nomination", Method::GET, wiki.clone(), vec![("Connection", "close, X-Forwarded-Email")], 400),
        ("NUL", Method::GET, world.wiki("/a%00b"), vec![], 400),
        ("backslash", Method::GET, world.wiki("/a%5cb"), vec![], 400),
        ("trace", Method::TRACE, wiki.clone(), vec![], 405),
        (
            "malformed cookie",
            Method::GET,
            wiki.clone(),
            vec![("cookie", "__Host-vestibule=\"; ,;"), ("accept", "application/json")],
            401,
        ),
        ("no session", Method::POST, wiki.clone(), vec![("accept", "application/json")], 401),
        (
            "wrong state",
            Method::GET,
            world.wiki("/.vestibule/callback?code=x&state=y"),
            vec![("accept", "text/html")],
            400,
        ),
        (
            "no such callback",
            Method::GET,
            world.broker("/contoso.example/federation/fabrikam/callback?code=x&state=y"),
            vec![("accept", "text/html")],
            400,
        ),
    ];
    for (name, method, url, headers, status) in cases {
        let answer = browser.asks(method, &url, &headers, "").await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text());
        let id =
            answer.headers.get("x-request-id").unwrap_or_else(|| panic!("{name}: no request id")).to_str().unwrap();
        assert!(answer.body.contains(id), "{name}: the page does not show {id}:\n{}", answer.body);
    }
    let page = browser.opens(&world.broker("/contoso.example/redeem/aaaaaaaaaaaaaaaaaaaaaaaaaa")).await;
    page.status(404).sees("Request id");
    let requests = browser.asks(Method::GET, &format!("http://127.0.0.1:{}/metrics", world.port + 2), &[], "").await;
    requests.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn b3_robots_that_open_the_mail_link_change_nothing() {
    let world = world().await;
    let link = world.redeem_url("guest@fabrikam.example").await;
    for round in 0..30 {
        let robot = world.browser();
        let method = [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST][round % 4].clone();
        robot.asks(method, &link, &[("accept", "*/*"), ("user-agent", "LinkChecker/1.0")], "").await;
        let passcode = world.browser();
        let page = passcode.opens(&world.redeem_url("passcode@mail.example").await).await;
        if page.form_with_button("Send me a code by e-mail").is_some() && round < 3 {
            passcode.presses(&page, "Send me a code by e-mail", &[]).await;
        }
    }
    let robot = world.browser();
    assert_eq!(
        world.guest("contoso.example", "guest@fabrikam.example").await["externalUserState"],
        "PendingAcceptance"
    );
    let page = robot.opens(&link).await;
    let page = signs_in_at_fabrikam(&robot, &page, "guest@fabrikam.example").await;
    page.sees("Review permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_down_is_said_and_the_invitation_waits() {
    use vestibule::demo::mailbox::SmtpFault;

    let world = world().await;
    world.redeem_url("guest@fabrikam.example").await;
    world.demo.parts().mailbox().fail_with(Some(SmtpFault::CutAfterData));
    let (code, out) = world.command(&["invite", "waiting@mail.example", "--tenant", "contoso.example"]).await;
    assert_eq!(code, 0, "an invitation is taken although mail is down: {out}");
    let mut said = String::new();
    for attempt in 0..60 {
        let browser = world.browser();
        let page = browser.opens(&world.wiki("/")).await;
        let page = browser.presses(&page, "Continue", &[("address", &format!("nobody{attempt}@mail.example"))]).await;
        let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
        said = page.text();
        if said.contains("cannot send mail") {
            page.status(503).sees("Request id");
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    assert!(said.contains("cannot send mail"), "nobody is told: {said}");
    world.demo.parts().mailbox().fail_with(None);
    for _ in 0..4 {
        world.demo.app().outbox.send_due().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        if world
            .demo
            .parts()
            .mailbox()
            .messages()
            .iter()
            .any(|message| message.envelope_to.iter().any(|to| to.contains("waiting@")))
        {
            return;
        }
    }
    world.mail("waiting@mail.example", "invited you").await;
}
