//! The life of an invitation: sent again, revoked, ended, declined, blocked on the way, by the hundred, by a partner.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use vestibule::snapshot::Snapshot;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, CONTOSO, Page, World, world};

const TENANT: [&str; 2] = ["--tenant", "contoso.example"];

impl World {
    /// Runs a command about Contoso and expects that it works.
    async fn does(&self, words: &[&str]) -> String {
        let words: Vec<&str> = words.iter().chain(&TENANT).copied().collect();
        let (code, out) = self.command(&words).await;
        assert_eq!(code, 0, "{words:?}: {out}");
        out
    }

    /// Runs a command about Contoso and expects that it is refused.
    async fn may_not(&self, words: &[&str]) -> String {
        let words: Vec<&str> = words.iter().chain(&TENANT).copied().collect();
        let (code, out) = self.command(&words).await;
        assert_eq!(code, 1, "{words:?}: {out}");
        out
    }

    async fn history(&self, address: &str) -> Vec<String> {
        let out: Value = serde_json::from_str(&self.does(&["guest", "history", address, "--json"]).await).unwrap();
        out["history"].as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap().to_owned()).collect()
    }

    async fn link_of(&self, address: &str) -> String {
        self.guest(CONTOSO, address).await["redeemUrl"].as_str().unwrap().to_owned()
    }

    /// Changes a tenant's policies as if its file had changed.
    fn change_contoso(&self, change: impl Fn(&mut vestibule::model::Tenant)) {
        let app = self.demo.app();
        let old = app.snapshot.load_full();
        let tenants = old.tenants().map(|tenant| {
            let mut tenant = vestibule::model::Tenant::clone(tenant);
            if tenant.id.to_string() == CONTOSO {
                change(&mut tenant);
            }
            tenant
        });
        let apps = old.apps().map(|app| vestibule::model::Application::clone(app));
        app.snapshot.store(Arc::new(Snapshot::build(tenants, apps).unwrap()));
    }

    /// A guest stands before *Review permissions*, by passcode, from wherever the browser is.
    async fn reaches_review_by_code(&self, browser: &Browser, page: &Page, address: &str) -> Page {
        let page = match page.form_with_button("Send code") {
            Some(_) => browser.presses(page, "Send code", &[]).await,
            None => browser.presses(page, "Send me a code by e-mail", &[]).await,
        };
        let code = self.passcode(address).await;
        browser.presses(&page, "Continue", &[("code", &code)]).await
    }
}

async fn mails_to(world: &World, address: &str) -> usize {
    let url = format!("http://mail.localhost:{}/api/v1/search?query=to:{address}", world.mail_port);
    let found = world.browser().asks(http::Method::GET, &url, &[], "").await.json();
    found["messages"].as_array().unwrap().len()
}

async fn waits_for_mails(world: &World, address: &str, count: usize) {
    for _ in 0..100 {
        if mails_to(world, address).await >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("fewer than {count} mails came to {address}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_again_it_is_the_same_link() {
    let world = world().await;
    let address = "passcode@mail.example";
    let first = world.redeem_url(address).await;
    let out = world.does(&["guest", "resend", address]).await;
    assert!(out.contains(&first), "{out}");
    waits_for_mails(&world, address, 2).await;
    assert_eq!(world.redeem_url(address).await, first);
    assert_eq!(world.history(address).await, ["invited", "renewed"]);
    let browser = world.browser();
    let page = browser.opens(&first).await;
    let page = world.reaches_review_by_code(&browser, &page, address).await;
    accepts_everything(&browser, page).await.0.status(200);
    assert_eq!(world.history(address).await, ["invited", "renewed", "accepted"]);
    let late = world.may_not(&["guest", "resend", address]).await;
    assert!(late.contains("accepted already"), "{late}");
    let late = world.may_not(&["guest", "revoke", address]).await;
    assert!(late.contains("accepted already"), "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_no_door_redeems_it() {
    let world = world().await;
    let address = "guest@fabrikam.example";
    let link = world.redeem_url(address).await;
    // Somebody stands before the documents already.
    let halfway = world.browser();
    let page = halfway.opens(&world.wiki("/")).await;
    let page = halfway.presses(&page, "Continue", &[("address", address)]).await;
    let review = signs_in_at_fabrikam(&halfway, &page, address).await;
    review.sees("Review permissions");

    world.does(&["guest", "revoke", address]).await;
    let page = halfway.presses(&review, "Accept", &[]).await;
    page.does_not_see("Terms of use");
    let json = [("accept", "application/json")];
    halfway.asks(http::Method::GET, &world.wiki("/"), &json, "").await.status(401);

    // By the mail link: ended. Asking for a new mail brings none, and the page does not tell.
    let browser = world.browser();
    let page = browser.opens(&link).await;
    page.status(410).sees("This invitation link has ended");
    let before = mails_to(&world, address).await;
    let page = browser.presses(&page, "Send a new mail", &[]).await;
    page.sees("If the invitation still stands");

    // By the direct link: the same page as for somebody who was never invited.
    let direct = world.browser();
    let page = direct.opens(&world.wiki("/")).await;
    let page = direct.presses(&page, "Continue", &[("address", address)]).await;
    let page = signs_in_at_fabrikam(&direct, &page, address).await;
    page.sees("open the link in your invitation mail").does_not_see("Review permissions");
    let guest = world.guest(CONTOSO, address).await;
    assert_eq!(
        (&guest["externalUserState"], &guest["invitationState"]),
        (&"PendingAcceptance".into(), &"revoked".into())
    );
    assert!(guest["redeemUrl"].is_null());
    assert_eq!(mails_to(&world, address).await, before);
    assert_eq!(world.history(address).await, ["invited", "revoked"]);

    // Invited again, the guest is welcome by a new link.
    world.does(&["invite", address, "--app", "Wiki"]).await;
    let fresh = world.link_of(address).await;
    assert_ne!(fresh, link);
    world.browser().opens(&link).await.status(410);
    let browser = world.browser();
    let page = browser.opens(&fresh).await;
    let page = signs_in_at_fabrikam(&browser, &page, address).await;
    accepts_everything(&browser, page).await.0.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_link_offers_a_new_mail_and_ends_nothing_else() {
    let world = world().await;
    let address = "late@mail.example";
    world.does(&["invite", address, "--app", "Wiki", "--link-life", "4s"]).await;
    let link = world.redeem_url(address).await;
    tokio::time::sleep(Duration::from_millis(4_200)).await;
    let list: Value =
        serde_json::from_str(&world.does(&["guest", "list", "--state", "expired", "--json"]).await).unwrap();
    assert_eq!(list["guests"][0]["invitedAddress"], address);

    let browser = world.browser();
    let page = browser.opens(&link).await;
    page.status(410).sees("This invitation link has ended");
    // The direct link is no part of it: the guest is still expected.
    let direct = world.browser();
    let page_there = direct.opens(&world.wiki("/")).await;
    let page_there = direct.presses(&page_there, "Continue", &[("address", address)]).await;
    world.reaches_review_by_code(&direct, &page_there, address).await.sees("Review permissions");

    let sent = mails_to(&world, address).await;
    // The mail leaves, and since the locator lives again this browser may go on at once; it proves nothing.
    browser.presses(&page, "Send a new mail", &[]).await.status(200).does_not_see("Review permissions");
    waits_for_mails(&world, address, sent + 1).await;
    assert_eq!(world.redeem_url(address).await, link, "the locator is the same");
    let page = world.browser().opens(&link).await;
    page.status(200).does_not_see("has ended");
    assert_eq!(world.history(address).await, ["invited", "expired", "renewed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_that_was_blocked_meanwhile_is_stopped_at_redemption() {
    let world = world().await;
    let address = "guest@fabrikam.example";
    let link = world.redeem_url(address).await;
    let halfway = world.browser();
    let page = halfway.opens(&link).await;
    let review = signs_in_at_fabrikam(&halfway, &page, address).await;
    review.sees("Review permissions");

    world.change_contoso(|tenant| tenant.policies.blocked_domains = vec!["fabrikam.example".parse().unwrap()]);
    halfway.presses(&review, "Accept", &[]).await.does_not_see("Terms of use");
    world.browser().opens(&link).await.status(410);
    let direct = world.browser();
    let page = direct.opens(&world.wiki("/")).await;
    let page = direct.presses(&page, "Continue", &[("address", address)]).await;
    let page = signs_in_at_fabrikam(&direct, &page, address).await;
    page.sees("open the link in your invitation mail").does_not_see("Review permissions");
    let refused = world.may_not(&["invite", address]).await;
    assert!(refused.contains("guests of fabrikam.example may not be invited"), "{refused}");
    let guest = world.guest(CONTOSO, address).await;
    assert_eq!(guest["externalUserState"], "PendingAcceptance");
    assert_eq!(guest["warnings"][0], "domainBlocked");

    // Lifted, the same link works again: nothing was lost.
    world.change_contoso(|tenant| tenant.policies.blocked_domains.clear());
    let browser = world.browser();
    let page = browser.opens(&link).await;
    let page = signs_in_at_fabrikam(&browser, &page, address).await;
    accepts_everything(&browser, page).await.0.status(200);
    // And who has redeemed is not thrown out by a block of the domain.
    world.change_contoso(|tenant| tenant.policies.blocked_domains = vec!["fabrikam.example".parse().unwrap()]);
    browser.opens(&world.wiki("/")).await.status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn declined_it_waits_and_the_mail_link_lets_the_guest_come_back() {
    let world = world().await;
    let address = "guest@fabrikam.example";
    let link = world.redeem_url(address).await;
    let browser = world.browser();
    let page = browser.opens(&link).await;
    let page = signs_in_at_fabrikam(&browser, &page, address).await;
    browser.presses(&page, "Decline", &[]).await.sees("declined");
    let guest = world.guest(CONTOSO, address).await;
    assert_eq!(
        (&guest["externalUserState"], &guest["invitationState"]),
        (&"PendingAcceptance".into(), &"declined".into())
    );
    let again = world.browser();
    let page = again.opens(&link).await;
    let page = signs_in_at_fabrikam(&again, &page, address).await;
    accepts_everything(&again, page).await.0.status(200);
    assert_eq!(world.guest(CONTOSO, address).await["invitationState"], "accepted");
    assert_eq!(world.history(address).await, ["invited", "declined", "accepted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_in_the_way_leaves_the_mail_link_alone() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contacts.csv");
    std::fs::write(
        &file,
        "Name;E-mail address\n\"Kim; the contact\";kim@mail.example\n\"Lee\";lee@mail.example\nx;no address\n",
    )
    .unwrap();
    let (code, out) = world.command(&["contact", "import", file.to_str().unwrap(), TENANT[0], TENANT[1]]).await;
    assert_eq!(code, 1, "one row is wrong: {out}");
    assert!(out.contains("3 rows for Contoso: 2 contacts, 1 failed."), "{out}");
    assert!(world.does(&["contact", "list"]).await.contains("Kim; the contact"));

    let out = world.does(&["invite", "kim@mail.example", "--app", "Wiki"]).await;
    assert!(out.contains("Direct links will not work; the redeem URL does."), "{out}");
    let guest = world.guest(CONTOSO, "kim@mail.example").await;
    assert!(guest["mail"].is_null());
    assert_eq!(guest["inTheWay"]["name"], "Kim; the contact");
    // A code that was asked for by the direct link never comes.
    world.does(&["invite", "lee@mail.example", "--app", "Wiki"]).await;
    waits_for_mails(&world, "lee@mail.example", 1).await;
    let direct = world.browser();
    let page = direct.opens(&world.wiki("/")).await;
    let page = direct.presses(&page, "Continue", &[("address", "lee@mail.example")]).await;
    direct.presses(&page, "Send me a code by e-mail", &[]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(mails_to(&world, "lee@mail.example").await, 1, "the invitation and nothing else");

    let browser = world.browser();
    let page = browser.opens(&world.redeem_url("kim@mail.example").await).await;
    let page = world.reaches_review_by_code(&browser, &page, "kim@mail.example").await;
    accepts_everything(&browser, page).await.0.status(200);
    assert_eq!(world.guest(CONTOSO, "kim@mail.example").await["externalUserState"], "Accepted");
    // The file's contact is read-only here, and the command says where it stands.
    let out = world.may_not(&["contact", "remove", "contact@mail.example"]).await;
    assert!(out.contains("contoso.toml"), "{out}");
    world.does(&["contact", "remove", "kim@mail.example"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partners_administrator_adds_a_colleague_who_comes_by_a_direct_link() {
    let world = world().await;
    let partner = "guest@fabrikam.example";
    let browser = world.browser();
    let page = browser.opens(&world.redeem_url(partner).await).await;
    let page = signs_in_at_fabrikam(&browser, &page, partner).await;
    accepts_everything(&browser, page).await;
    let add = ["invite", "colleague@fabrikam.example", "--as", partner, "--app", "Wiki", "--no-mail"];
    let refused = world.may_not(&add).await;
    assert!(refused.contains("you may not invite guests"), "not before the role is given: {refused}");
    world.does(&["guest", "inviter", partner]).await;
    world.does(&add).await;
    let stranger = world.may_not(&["invite", "x@mail.example", "--as", partner, "--no-mail"]).await;
    assert!(stranger.contains("colleagues of fabrikam.example only"), "{stranger}");
    assert_eq!(mails_to(&world, "colleague@fabrikam.example").await, 0);

    let colleague = world.browser();
    let page = colleague.opens(&world.wiki("/from-a-colleague")).await;
    let page = colleague.presses(&page, "Continue", &[("address", "colleague@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&colleague, &page, "colleague@fabrikam.example").await;
    let (page, _) = accepts_everything(&colleague, page).await;
    page.status(200);
    assert_eq!(page.url.path(), "/from-a-colleague");
    let guest = world.guest(CONTOSO, "colleague@fabrikam.example").await;
    assert_eq!(guest["externalUserState"], "Accepted");
    assert_eq!(guest["sponsors"][0], world.guest(CONTOSO, partner).await["displayName"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_roles_reach_the_app_and_what_is_taken_away_is_gone() {
    let world = world().await;
    let address = "worker@fabrikam.example";
    world.does(&["invite", address, "--role", "Wiki:Editor", "--group", "Partners", "--no-mail"]).await;
    let browser = world.browser();
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", address)]).await;
    let page = signs_in_at_fabrikam(&browser, &page, address).await;
    accepts_everything(&browser, page).await;
    let json = [("accept", "application/json")];
    let seen = browser.asks(http::Method::GET, &world.wiki("/?format=json"), &json, "").await.json();
    let groups =
        seen["headers"].as_object().unwrap().iter().find(|(name, _)| name.eq_ignore_ascii_case("x-forwarded-groups"));
    assert_eq!(groups.unwrap().1[0], "Partners,Editor", "{seen:#}");
    assert_eq!(seen["assertion"]["claims"]["groups"], serde_json::json!(["Partners", "Editor"]));
    assert_eq!(seen["assertion"]["claims"]["roles"], serde_json::json!(["Editor"]));

    world.does(&["guest", "unassign", address, "--app", "Wiki"]).await;
    browser.asks(http::Method::GET, &world.wiki("/"), &json, "").await.status(401);
    let guest = world.guest(CONTOSO, address).await;
    assert_eq!((guest["apps"].as_array().unwrap().len(), guest["appRoles"].as_array().unwrap().len()), (0, 0));
}

/// The file of a tenant admin: every heading, quotes, faults, and the original's template.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_guests_come_from_a_file_within_ten_seconds() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guests.csv");
    let mut text = "\u{feff}Email,Display name,Message,Apps,Roles,Extra\r\n".to_owned();
    for number in 0..1_000 {
        text.push_str(&format!(
            "guest{number}@mail.example,\"Guest, {number}\",\"Hello \"\"{number}\"\",\nwelcome.\",Wiki; Desk,Wiki:Reader,x\r\n"
        ));
    }
    std::fs::write(&file, &text).unwrap();
    let path = file.to_str().unwrap();
    let dry = world.does(&["invite", "--csv", path, "--no-mail", "--dry-run"]).await;
    assert!(dry.contains("1000 rows for Contoso: 1000 invited") && dry.contains("Nothing was changed."), "{dry}");
    assert!(dry.contains("The column \"Extra\" means nothing here"), "{dry}");
    let guests = |out: String| serde_json::from_str::<Value>(&out).unwrap()["guests"].as_array().unwrap().len();
    let before = guests(world.does(&["guest", "list", "--json"]).await);

    let began = Instant::now();
    let out = world.does(&["invite", "--csv", path, "--no-mail"]).await;
    let took = began.elapsed();
    println!("1,000 guests from a file, without mail: {took:?}");
    assert!(out.contains("1000 rows for Contoso: 1000 invited, 0 invited again"), "{}", &out[out.len() - 300..]);
    // Five times the promise, since the tests run beside others.
    assert!(took < Duration::from_secs(50), "{took:?}");
    assert_eq!(guests(world.does(&["guest", "list", "--json"]).await), before + 1_000);
    let one = world.guest(CONTOSO, "guest7@mail.example").await;
    assert_eq!((&one["displayName"], &one["appRoles"][0]), (&"Guest, 7".into(), &"Wiki: Reader".into()));
    assert_eq!(mails_to(&world, "guest7@mail.example").await, 0);

    // Again: nothing is done twice. With faults: each row says what is wrong, and the others are done.
    let again = world.does(&["invite", "--csv", path, "--no-mail"]).await;
    assert!(
        again.contains("0 invited, 0 invited again, 0 assigned, 1000 unchanged, 0 failed"),
        "{}",
        &again[again.len() - 300..]
    );
    let template =
        "version:v1.0,,,\nEmail address to invite [inviteeEmail] Required,Redirection url [inviteRedirectURL] \
                    Required,Send invitation message (true or false) [sendEmail],Customized invitation message \
                    [customizedMessageBody]\n\
                    new@mail.example,https://wiki.contoso.localhost:PORT/,false,\"Hi, you\"\n\
                    evil@mail.example,https://evil.example/,false,\n\
                    member@contoso.example,,false,\n\
                    no address,,false,\n\
                    new@mail.example,,false,\n"
            .replace("PORT", &world.port.to_string());
    std::fs::write(&file, template).unwrap();
    let out = world.may_not(&["invite", "--csv", path]).await;
    for part in [
        "1 invited, 0 invited again, 0 assigned, 0 unchanged, 4 failed",
        "must lead to an app of this tenant",
        "belongs to a member",
        "an e-mail address looks like",
        "stands already in line 3",
    ] {
        assert!(out.contains(part), "{part:?} is missing in\n{out}");
    }
}
