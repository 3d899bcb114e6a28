//! Administrators at work on the host of their own, and everybody else before its doors.

use http::Method;

use super::federated_guest::signs_in_at_fabrikam;
use crate::actors::{Browser, CONTOSO, NORTHWIND, Page, World, world};

impl World {
    /// An address on the admin host.
    pub fn admin(&self, path: &str) -> String {
        self.at("admin.vestibule.localhost", path)
    }
}

/// Signs a member in with the demo's password, from a page of the admin host.
pub async fn signs_in_as_member(browser: &Browser, url: &str, address: &str) -> Page {
    let page = browser.opens(url).await;
    let page = browser.presses(&page, "Continue", &[("address", address)]).await;
    browser.presses(&page, "Sign in", &[("password", "demo")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_signs_in_on_the_admin_host_sees_the_guests_and_signs_out() {
    let world = world().await;
    let browser = world.browser();
    let page =
        signs_in_as_member(&browser, &world.admin("/contoso.example/guests?q=connie"), "admin@contoso.example").await;
    page.status(200).sees("Guests").sees("admin@contoso.example");
    assert_eq!(page.url.host_str(), Some("admin.vestibule.localhost"), "{}", page.url);
    assert_eq!(page.url.query(), Some("q=connie"), "back to what was asked for");
    page.sees("contact@mail.example").sees("holds this address").does_not_see("passcode@mail.example");
    let list = browser.opens(&world.admin("/contoso.example/guests")).await;
    list.status(200)
        .sees("passcode@mail.example PendingAcceptance Since")
        .sees("Invitation accepted No")
        .sees("Source Invited user")
        .sees("Route Will use a one-time passcode")
        .sees("Route Will sign in at Fabrikam");
    let accepted = browser.opens(&world.admin("/contoso.example/guests?state=accepted")).await;
    accepted.status(200).sees("No guest matches this search");
    let guest = browser.opens(&format!("https://{}{}", page.url.authority(), list.link("Connie").unwrap())).await;
    guest.status(200).sees("contact@mail.example").sees("Redeem URL").sees("Wiki").sees("Last sign-in never");
    // The broker's own session is another handle on the same sign-in.
    browser.opens(&world.broker("/contoso.example")).await.status(200).sees("admin@contoso.example");
    let page = browser.presses(&guest, "Sign out", &[]).await;
    page.status(200).sees("signed out");
    browser.opens(&world.admin("/contoso.example/guests")).await.status(200).sees("Type the e-mail address");
    browser.opens(&world.broker("/contoso.example")).await.sees("Type the e-mail address");
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_only_members_with_the_role_of_this_very_tenant_get_in() {
    let world = world().await;
    // A member without the role, and the administrator of another tenant, who is a stranger here.
    let browser = world.browser();
    let page = signs_in_as_member(&browser, &world.admin("/contoso.example"), "member@contoso.example").await;
    page.status(403)
        .sees("member@contoso.example")
        .sees("does not administer Contoso")
        .sees("Sign in as somebody else");
    page.does_not_see("passcode@mail.example");
    // Switching leads on to where the way went.
    let page = browser.presses(&page, "Sign in as somebody else", &[]).await;
    let page = browser.presses(&page, "Continue", &[("address", "admin@contoso.example")]).await;
    let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
    page.status(200).sees("passcode@mail.example");

    let guest = world.browser();
    let page = guest.opens(&world.admin("/contoso.example")).await;
    let page = guest.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&guest, &page, "guest@fabrikam.example").await;
    page.status(403).sees("does not administer Contoso").does_not_see("Review permissions");

    let other = world.browser();
    signs_in_as_member(&other, &world.admin("/northwind.example"), "admin@northwind.example")
        .await
        .sees("newcomer@mail.example");
    let page = other.opens(&world.admin("/contoso.example/guests")).await;
    page.sees("Sign in to Contoso").does_not_see("passcode@mail.example");

    // The role goes: the next request sees it (control: the request before did not).
    browser.opens(&world.admin("/contoso.example/guests")).await.status(200).sees("passcode@mail.example");
    let app = world.demo.app();
    let tenant = CONTOSO.parse().unwrap();
    let mut tx = app.store.begin(tenant).await.unwrap();
    let mut ada = tx.member(&"admin@contoso.example".parse().unwrap()).await.unwrap().unwrap();
    ada.admin = false;
    tx.update_user(&ada).await.unwrap();
    tx.commit().await.unwrap();
    browser.opens(&world.admin("/contoso.example/guests")).await.status(403).sees("does not administer Contoso");
}

#[tokio::test(flavor = "multi_thread")]
async fn c1_c2_c3_nothing_of_one_tenant_or_host_is_worth_anything_on_another() {
    let world = world().await;
    let northwind = world.browser();
    let page = signs_in_as_member(&northwind, &world.admin("/northwind.example"), "admin@northwind.example").await;
    page.status(200);
    let contoso = world.browser();
    let list = signs_in_as_member(&contoso, &world.admin("/contoso.example"), "admin@contoso.example").await;
    let connie = list.link("Connie").unwrap();
    let id = connie.rsplit('/').next().unwrap().to_owned();
    contoso.opens(&world.admin(&connie)).await.status(200).sees("contact@mail.example");
    // C2: an id of Contoso below Northwind, and as a cursor there, is like one that does not exist.
    let strange = northwind.opens(&world.admin(&format!("/{NORTHWIND}/guests/{id}"))).await;
    let nobody = "c0a70500-0000-4000-8000-00000000dead";
    let missing = northwind.opens(&world.admin(&format!("/{NORTHWIND}/guests/{nobody}"))).await;
    strange.status(404).does_not_see("contact@mail.example");
    missing.status(404);
    northwind
        .opens(&world.admin(&format!("/{NORTHWIND}/guests?after={id}")))
        .await
        .status(200)
        .does_not_see("@mail.example");
    // C3: the tenant stands in the path and nowhere else.
    for (path, headers) in [
        (format!("/{NORTHWIND}/guests?tenantid={CONTOSO}"), vec![]),
        (format!("/{NORTHWIND}/guests?tenant=contoso.example"), vec![]),
        (format!("/{NORTHWIND}/guests"), vec![("x-tenant", "contoso.example")]),
    ] {
        let headers: Vec<(&str, &str)> = headers.into_iter().chain([("accept", "text/html")]).collect();
        let page = northwind.asks(Method::GET, &world.admin(&path), &headers, "").await;
        page.status(200).sees("newcomer@mail.example").does_not_see("passcode@mail.example");
    }
    for path in ["/", "/common", "/common/guests", "/organizations/guests", "/consumers", "//"] {
        let page = contoso.opens(&world.admin(path)).await;
        assert!(matches!(page.status.as_u16(), 400 | 404), "{path}: {}", page.status);
        page.does_not_see("Contoso").does_not_see("@mail.example");
    }
    contoso.opens(&world.admin("/")).await.status(400).sees("organization");
    for path in ["/fabrikam.example/guests", "/contoso.example%2e/guests", "/c0a70500-0000-4000-8000-00000000dead"] {
        contoso.opens(&world.admin(path)).await.status(404).does_not_see("Contoso");
    }
    // C1: cookie values of this host and of the broker mean nothing on each other.
    for (from, to) in [
        ("admin.vestibule.localhost", world.broker("/contoso.example")),
        ("vestibule.localhost", world.admin("/contoso.example/guests")),
    ] {
        let value = contoso.cookie(from, "__Host-vestibule").unwrap();
        let cookie = format!("__Host-vestibule={value}");
        let page =
            world.browser().asks(Method::GET, &to, &[("accept", "application/json"), ("cookie", &cookie)], "").await;
        assert_ne!(page.status.as_u16(), 200, "{from} to {to}: {}", page.body);
        page.does_not_see("passcode@mail.example");
    }
    let value = contoso.cookie("admin.vestibule.localhost", "__Host-vestibule").unwrap();
    let cookie = format!("__Host-vestibule={value}");
    let (url, browser) = (world.admin("/contoso.example/guests"), world.browser());
    let own = browser.asks(Method::GET, &url, &[("accept", "*/*"), ("cookie", &cookie)], "").await;
    own.status(200).sees("passcode@mail.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_are_told_and_codes_of_others_are_worth_nothing() {
    let world = world().await;
    let machine = world.browser();
    let json = [("accept", "application/json")];
    let told = machine.asks(Method::GET, &world.admin("/contoso.example/guests"), &json, "").await;
    told.status(401);
    assert_eq!(told.json()["login_url"], world.admin(&format!("/{CONTOSO}")));
    // A form without a session changes nothing and says so.
    let form = [("accept", "text/html"), ("content-type", "application/x-www-form-urlencoded")];
    machine.asks(Method::POST, &world.admin("/contoso.example/sign-out"), &form, "csrf=x").await.status(303);
    for query in ["", "?code=x", "?state=x", "?code=x&state=y", "?code=a&code=b", "?state=a&state=b&code=c"] {
        let page = machine.asks(Method::GET, &world.admin(&format!("/.vestibule/callback{query}")), &[], "").await;
        page.status(400);
        assert!(machine.cookie("admin.vestibule.localhost", "__Host-vestibule").is_none(), "{query}");
    }
}

/// Every guest of the demo's table at a door of the tenant, before anybody has signed in: how it ends, and the sentence that
/// says why.
#[tokio::test(flavor = "multi_thread")]
async fn explain_tells_for_every_guest_of_the_demo_whether_they_get_in_and_why() {
    let world = world().await;
    let wiki = world.wiki("/");
    let desk = world.at("desk.apps.localhost", "/northwind.example/");
    let contoso_desk = world.at("desk.apps.localhost", "/contoso.example/");
    let rows = [
        ("guest@fabrikam.example", &wiki, 0, "Gets in after agreeing", "Fabrikam signs the person in"),
        ("guest@fabrikam.example", &desk, 0, "Gets in after agreeing", "Review permissions."),
        ("direct@fabrikam.example", &contoso_desk, 0, "Gets in after agreeing", "Terms of use for guests"),
        ("colleague@fabrikam.example", &wiki, 3, "Does not get in.", "Nobody was invited to Contoso"),
        ("worker@fabrikam.example", &wiki, 3, "Does not get in.", "under another address gets in with that one"),
        ("alias@fabrikam.example", &wiki, 0, "Gets in after agreeing", "Fabrikam signs the person in"),
        ("contact@mail.example", &wiki, 3, "The link of the invitation mail works", "without mail"),
        ("passcode@mail.example", &wiki, 0, "Gets in after agreeing", "signed in with a one-time passcode"),
        ("newcomer@mail.example", &desk, 3, "The link of the invitation mail works", "no personal account yet"),
        ("existing@mail.example", &desk, 0, "Gets in after agreeing", "signed in with a personal account"),
        ("friend@social.example", &wiki, 0, "Gets in after agreeing", "one-time passcode"),
        ("member@contoso.example", &desk, 0, "Gets in after agreeing", "Contoso signs the person in"),
        ("member@contoso.example", &wiki, 0, "Gets in.", "is a member of Contoso"),
        ("admin@northwind.example", &wiki, 3, "Does not get in.", "Nobody was invited to Contoso"),
    ];
    let before =
        world.demo.app().store.read(CONTOSO.parse().unwrap()).await.unwrap().audit_lines(0, 10_000).await.unwrap();
    for (address, url, code, conclusion, why) in rows {
        let (ended, text) = world.command(&["explain", address, url]).await;
        assert_eq!(ended, code, "{address} at {url}:\n{text}");
        assert!(text.lines().next().unwrap().contains(conclusion), "{address} at {url}:\n{text}");
        assert!(text.contains(why), "{address} at {url} does not say {why:?}:\n{text}");
    }
    let after =
        world.demo.app().store.read(CONTOSO.parse().unwrap()).await.unwrap().audit_lines(0, 10_000).await.unwrap();
    assert_eq!(before.len(), after.len(), "an explanation writes nothing");

    let (code, text) = world.command(&["explain", "newcomer@mail.example", &desk]).await;
    assert_eq!(code, 3);
    let port = world.port.to_string();
    assert_eq!(text.replace(&port, "8443"), include_str!("explain_newcomer.txt"), "{text}");
    for (url, says) in [
        (world.at("desk.apps.localhost", "/"), "a common URL leads nowhere"),
        (world.broker("/common"), "a common URL leads nowhere"),
        (world.at("desk.apps.localhost", "/fabrikam.example/"), "does not exist here"),
        ("https://wiki.contoso.localhost/".to_owned(), "Nothing of ours answers"),
    ] {
        let (code, text) = world.command(&["explain", "guest@fabrikam.example", &url]).await;
        assert!(code == 3 && text.starts_with("Nobody gets in") && text.contains(says), "{url}:\n{text}");
    }
    let (_, json) = world.command(&["explain", "guest@fabrikam.example", &wiki, "--json"]).await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["verdict"], "afterAgreeing");
    assert!(json["findings"].as_array().unwrap().iter().any(|finding| finding["step"] == "permit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_can_this_person_get_in_says_the_same_and_nothing_about_other_tenants() {
    let world = world().await;
    let browser = world.browser();
    let page =
        signs_in_as_member(&browser, &world.admin("/northwind.example/explain"), "admin@northwind.example").await;
    page.status(200).sees("Can this person get in?");
    let desk = world.at("desk.apps.localhost", "/northwind.example/");
    let page = browser.presses(&page, "Explain", &[("address", "newcomer@mail.example"), ("url", &desk)]).await;
    page.status(200)
        .sees("The link of the invitation mail works")
        .sees("no personal account yet")
        .sees("Show the guest");
    // C2: a link into Contoso tells Northwind's administrator nothing about Contoso's guests.
    let wiki = world.wiki("/");
    let page = browser.presses(&page, "Explain", &[("address", "passcode@mail.example"), ("url", &wiki)]).await;
    page.status(200).sees("leads into another organization").does_not_see("passcode until").does_not_see("Contoso");
    // I1: what is typed stays text.
    let hostile = "\"><script>alert(1)</script>@mail.example";
    let page = browser
        .presses(&page, "Explain", &[("address", hostile), ("url", "javascript:alert(2)//<svg onload=alert(3)>")])
        .await;
    page.status(200).sees("This is no e-mail address");
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<svg onload"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_invites_with_a_preview_sends_again_and_revokes() {
    let world = world().await;
    let browser = world.browser();
    let page =
        signs_in_as_member(&browser, &world.admin("/contoso.example/guests/invite"), "admin@contoso.example").await;
    page.status(200).sees("Invite a guest").sees("Wiki").sees("Partners");
    let wiki = format!("app:{}", crate::actors::WIKI);
    let hostile = "Hello <img src=x onerror=alert(1)> & \"bye\"\nSecond line";
    let typed = [
        ("address", "new.colleague@fabrikam.example"),
        ("name", "Nils <b>New</b>"),
        ("message", hostile),
        ("language", "en"),
        ("days", "30"),
        (wiki.as_str(), "yes"),
        ("mail", "yes"),
    ];
    // A preview sends nothing, and what is typed stays text (C7, I1).
    let seen = browser.presses(&page, "Preview", &typed).await;
    seen.status(200).sees("This will be a new guest").sees("Will sign in at Fabrikam").sees("Wiki").sees("Second line");
    assert!(!seen.body.contains("<img src=x") && !seen.body.contains("<b>New"), "{}", seen.body);
    let (code, _) = world.command(&["guest", "show", "new.colleague@fabrikam.example", "--tenant", CONTOSO]).await;
    assert_ne!(code, 0, "a preview invites nobody");
    let changed = browser.presses(&seen, "Change", &[]).await;
    assert!(changed.body.contains("value=\"new.colleague@fabrikam.example\""), "{}", changed.body);
    let done = browser.presses(&seen, "Send invitation", &[]).await;
    done.status(200)
        .sees("The guest was invited; the mail is on its way")
        .sees("Nils <b>New</b>")
        .sees("Invited by Ada Admin");
    assert!(!done.body.contains("<b>New"), "{}", done.body);
    let mail = world.mail("new.colleague@fabrikam.example", "invited you").await;
    assert!(mail["Text"].as_str().unwrap().contains("Second line"), "{mail}");
    let link = world.redeem_url("new.colleague@fabrikam.example").await;
    let list = browser.opens(&world.admin("/contoso.example/guests?q=colleague")).await;
    list.sees("new.colleague@fabrikam.example").sees("Link ends");
    // Again, with the same link.
    let again = browser.presses(&done, "Send again", &[]).await;
    again.status(200).sees("The invitation was sent again").sees("Sent again by Ada Admin");
    assert_eq!(world.redeem_url("new.colleague@fabrikam.example").await, link);
    // Revoking asks first.
    let page = browser.opens(&world.admin(&again.link("Revoke the invitation").unwrap())).await;
    page.status(200).sees("No link redeems this invitation any more");
    let page = browser.presses(&page, "Revoke the invitation", &[]).await;
    page.status(200).sees("The invitation was revoked").sees("blocked");
    world.browser().opens(&link).await.sees("link").does_not_see("Fabrikam");
    // What may not be invited is said in words, and nothing typed is lost.
    let page = browser.opens(&world.admin("/contoso.example/guests/invite")).await;
    for (address, days, says) in [
        ("member@contoso.example", "", "its people are members"),
        ("nonsense", "", "no e-mail address"),
        ("other@fabrikam.example", "0", "number from 1 to 3650"),
    ] {
        let page = browser
            .presses(&page, "Preview", &[("address", address), ("language", "nl"), ("days", days), ("name", "Kept")])
            .await;
        page.sees(says);
        assert!(page.body.contains("value=\"Kept\""), "{address}");
    }
    let outside =
        [("address", "other@fabrikam.example"), ("language", "nl"), ("redirect_url", "https://evil.example/")];
    browser.presses(&page, "Preview", &outside).await.sees("app of this organization");
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_a_form_of_the_admin_pages_counts_only_from_its_page_its_person_and_its_browser() {
    let world = world().await;
    let ada = world.browser();
    let list =
        signs_in_as_member(&ada, &world.admin("/contoso.example/guests?q=passcode"), "admin@contoso.example").await;
    let guest = ada
        .opens(&world.admin(&list.link("passcode").or_else(|| list.link("Pass")).unwrap_or_else(|| {
            let at = list.body.find("/guests/").unwrap();
            let rest = &list.body[at..];
            format!("/{CONTOSO}{}", &rest[..rest.find('"').unwrap()])
        })))
        .await;
    guest.status(200).sees("passcode@mail.example");
    let form = guest.form_with_button("Send again").unwrap();
    let token = form.fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let revoke = world.admin(&form.action.replace("/resend", "/revoke"));
    let other = world.browser();
    let page =
        signs_in_as_member(&other, &world.admin("/northwind.example/guests?q=newcomer"), "admin@northwind.example")
            .await;
    let foreign = page.forms().into_iter().flat_map(|form| form.fields).find(|(name, _)| name == "csrf").unwrap().1;
    let body = |token: &str| format!("csrf={token}");
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    let own = world.admin("");
    let same = [form_type, ("accept", "text/html"), ("origin", own.as_str()), ("sec-fetch-site", "same-origin")];
    type Attack<'a> = (&'a str, Vec<(&'a str, &'a str)>, String);
    let attacks: Vec<Attack<'_>> = vec![
        ("no token", same.to_vec(), String::new()),
        ("an empty token", same.to_vec(), body("")),
        ("another tenant's token", same.to_vec(), body(&foreign)),
        ("a broken token", same.to_vec(), body(&token[1..])),
        ("a token twice", same.to_vec(), format!("csrf={token}&csrf={token}")),
        (
            "another site",
            vec![
                form_type,
                ("accept", "text/html"),
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            body(&token),
        ),
        (
            "a sister host",
            vec![form_type, ("accept", "text/html"), ("origin", own.as_str()), ("sec-fetch-site", "same-site")],
            body(&token),
        ),
        ("origin null", vec![form_type, ("accept", "text/html"), ("origin", "null")], body(&token)),
        (
            "text/plain",
            vec![
                ("content-type", "text/plain"),
                ("accept", "text/html"),
                ("origin", own.as_str()),
                ("sec-fetch-site", "same-origin"),
            ],
            body(&token),
        ),
        (
            "multipart",
            vec![
                ("content-type", "multipart/form-data; boundary=x"),
                ("accept", "text/html"),
                ("origin", own.as_str()),
                ("sec-fetch-site", "same-origin"),
            ],
            body(&token),
        ),
    ];
    for (what, headers, body) in &attacks {
        let answer = ada.asks(Method::POST, &revoke, headers, body).await;
        assert!(matches!(answer.status.as_u16(), 400 | 403 | 415), "{what}: {}", answer.status);
        assert_eq!(world.guest(CONTOSO, "passcode@mail.example").await["accountEnabled"], true, "{what}");
    }
    // Without a session, as another administrator, by GET: nothing either.
    let nobody = world.browser().asks(Method::POST, &revoke, &same, &body(&token)).await;
    assert!(matches!(nobody.status.as_u16(), 401 | 403), "{}", nobody.status);
    let stranger = other.asks(Method::POST, &revoke, &same, &body(&token)).await;
    assert!(matches!(stranger.status.as_u16(), 401 | 403 | 404), "{}", stranger.status);
    ada.opens(&revoke).await.status(200);
    assert_eq!(world.guest(CONTOSO, "passcode@mail.example").await["accountEnabled"], true);
    // The control: the same request with everything right does it.
    ada.asks(Method::POST, &revoke, &same, &body(&token)).await.status(303);
    assert_eq!(world.guest(CONTOSO, "passcode@mail.example").await["accountEnabled"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_blocks_resets_ends_and_deletes_and_the_guest_feels_it_at_once() {
    let world = world().await;
    let guest = world.browser();
    let page = guest.opens(&world.wiki("/")).await;
    let page = guest.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&guest, &page, "guest@fabrikam.example").await;
    super::federated_guest::accepts_everything(&guest, page).await;
    let asks = || async { guest.asks(Method::GET, &world.wiki("/"), &[("accept", "application/json")], "").await };
    asks().await.status(200);
    let ada = world.browser();
    let list = signs_in_as_member(&ada, &world.admin("/contoso.example/guests?q=gwen"), "admin@contoso.example").await;
    let own = list.link("Gwen").unwrap();
    let page = ada.opens(&world.admin(&own)).await;
    page.status(200).sees("Accepted").sees("External directory (fabrikam.example)").does_not_see("Send again");
    // Each asks first; what it ends, ends at once.
    let ask = ada.opens(&world.admin(&page.link("Block").unwrap())).await;
    ask.status(200).sees("signed out at once");
    asks().await.status(200);
    ada.presses(&ask, "Block", &[]).await.status(200).sees("The guest was blocked");
    asks().await.status(401);
    let page = ada.opens(&world.admin(&own)).await;
    let page = ada.presses(&page, "Unblock", &[]).await;
    page.status(200).sees("The guest was unblocked");
    let ask = ada.opens(&world.admin(&page.link("Set the end of access").unwrap())).await;
    ada.presses(&ask, "Set the end of access", &[("value", "tomorrow")]).await.sees("This is no day");
    ada.presses(&ask, "Set the end of access", &[("value", "2001-01-01")]).await.sees("lies in the past");
    let page = ada.presses(&ask, "Set the end of access", &[("value", "2199-12-31")]).await;
    page.status(200).sees("The end of access was set");
    let ask = ada.opens(&world.admin(&page.link("Reset the redemption").unwrap())).await;
    let wrong =
        ada.presses(&ask, "Reset the redemption", &[("value", "member@contoso.example"), ("mail", "yes")]).await;
    wrong.sees("its people are members");
    let page = ada.presses(&ask, "Reset the redemption", &[("value", ""), ("mail", "yes")]).await;
    page.status(200).sees("The redemption was reset").sees("PendingAcceptance");
    let ask = ada.opens(&world.admin(&page.link("Delete").unwrap())).await;
    let page = ada.presses(&ask, "Delete", &[]).await;
    page.status(200).sees("The guest was deleted").does_not_see("guest@fabrikam.example");
    // The bin, and out of it again: nothing else can be done with whoever is in it.
    let bin = ada.opens(&world.admin("/contoso.example/guests?state=deleted")).await;
    bin.sees("guest@fabrikam.example Deleted");
    let page = ada.opens(&world.admin(&own)).await;
    page.status(200).sees("This guest was deleted on").does_not_see("Block").does_not_see("Send again");
    ada.opens(&world.admin(&format!("{own}/block"))).await.sees("Block");
    let page = ada.presses(&page, "Restore", &[]).await;
    page.status(200).sees("The guest was restored").sees("PendingAcceptance").sees("Send again");
    ada.opens(&world.admin("/contoso.example/guests?state=deleted")).await.sees("No guest matches");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_chooses_roles_and_a_way_to_sign_in_and_finds_guests_by_source() {
    let world = world().await;
    let browser = world.browser();
    let page =
        signs_in_as_member(&browser, &world.admin("/contoso.example/guests/invite"), "admin@contoso.example").await;
    page.sees("Wiki: Editor").sees("One-time passcode").sees("As the address says");
    let role = format!("role:{}:Editor", crate::actors::WIKI);
    let typed = [
        ("address", "chosen@fabrikam.example"),
        (role.as_str(), "yes"),
        ("route", "passcode"),
        ("message", "Kept words"),
        ("mail", "yes"),
    ];
    let seen = browser.presses(&page, "Preview", &typed).await;
    seen.status(200)
        .sees("Will use a one-time passcode")
        .sees("App roles Wiki: Editor")
        .sees("How the guest signs in One-time passcode");
    let changed = browser.presses(&seen, "Change", &[]).await;
    assert!(changed.body.contains("value=\"passcode\" selected") && changed.body.contains("Kept words"));
    let done = browser.presses(&seen, "Send invitation", &[]).await;
    done.status(200).sees("Wiki: Editor").sees("Route Will use a one-time passcode");
    let guest = world.guest(CONTOSO, "chosen@fabrikam.example").await;
    assert_eq!(guest["appRoles"], serde_json::json!(["Wiki: Editor"]), "the app is assigned with the role: {guest}");
    assert_eq!(guest["apps"].as_array().unwrap().len(), 1);
    // The address leads to Fabrikam; this guest alone gets a code.
    let link = world.redeem_url("chosen@fabrikam.example").await;
    world.browser().opens(&link).await.status(200).does_not_see("Fabrikam Sign in").sees("Send me a code");
    // What is not on the form is refused or means nothing, and nothing typed is lost.
    for route in ["connection:nowhere", "personal-account", "nonsense"] {
        let page = browser.presses(&page, "Preview", &[("address", "x@mail.example"), ("route", route)]).await;
        page.sees("Guests cannot sign in that way here");
        assert!(page.body.contains("value=\"x@mail.example\""), "{route}");
    }
    let foreign = format!("role:{}:Owner", crate::actors::WIKI);
    let seen = browser.presses(&page, "Preview", &[("address", "x@mail.example"), (foreign.as_str(), "yes")]).await;
    seen.status(200).does_not_see("Owner").does_not_see("App roles");
    // The list by source, and what the guest's page tells of somebody in the way.
    let list = browser.opens(&world.admin("/contoso.example/guests?source=invited&q=chosen")).await;
    list.status(200).sees("chosen@fabrikam.example").sees("guests");
    let list = browser.opens(&world.admin("/contoso.example/guests?source=passcode")).await;
    list.status(200).sees("No guest matches this search");
    let list = browser.opens(&world.admin("/contoso.example/guests?q=connie")).await;
    list.sees("The contact").sees("holds this address");
}
