//! What an outsider tried with sign-ins that were begun, changed, reset and ended: each is refused, and the honest way works.

use http::Method;

use super::credentials::{Authenticator, link, recovery_codes, signs_in_with_password, world_where};
use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use super::guest_life::{JSON, run, settled, tenant};
use super::relink::changes;
use crate::actors::{Browser, CONTOSO, Page, World, world};

const PASSCODE: &str = "passcode@mail.example";
const COLLEAGUE: &str = "colleague@fabrikam.example";
const ACCOUNT: &str = "existing@mail.example";
const PASSWORD: &str = "demo demo demo demo";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn source(world: &World, address: &str) -> String {
    world.guest("contoso.example", address).await["source"].as_str().unwrap().to_owned()
}

/// Up to the page that asks for the new way.
async fn may_change(world: &World, browser: &Browser) -> Page {
    let page = browser.opens(&world.broker("/contoso.example/account/sign-in")).await;
    let page = browser.presses(&page, "Send me a code", &[]).await;
    let mail = world.mail(PASSCODE, "change how you sign in").await;
    let text = mail["Text"].as_str().unwrap().to_owned();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 8).unwrap().to_owned();
    browser.presses(&page, "Continue", &[("code", &code)]).await
}

/// Sends the form of `words` as it stands, changed by `edit`, from this browser.
async fn sends(browser: &Browser, page: &Page, words: &str, edit: impl Fn(&mut Vec<(String, String)>)) -> Page {
    let form = page.form_with_button(words).unwrap();
    let mut fields = form.fields.clone();
    edit(&mut fields);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let own = page.url.origin().ascii_serialization();
    let headers = [FORM, ("origin", own.as_str()), ("sec-fetch-site", "same-origin")];
    browser.asks(Method::POST, page.url.join(&form.action).unwrap().as_str(), &headers, &body).await
}

fn set(fields: &mut [(String, String)], name: &str, value: &str) {
    fields.iter_mut().filter(|(known, _)| known == name).for_each(|(_, kept)| value.clone_into(kept));
}

/// A7, B2, D4: being allowed to change how one signs in is worth something in the journey that was allowed to, and there only
/// after a yes to the very account that was shown.
#[tokio::test(flavor = "multi_thread")]
async fn a7_a_change_of_sign_in_is_asked_for_in_its_own_journey_and_nowhere_else() {
    let world = world().await;
    let link_of_another = world.redeem_url("guest@fabrikam.example").await;
    let browser = settled(&world, PASSCODE).await;
    let before = source(&world, PASSCODE).await;
    let allowed = may_change(&world, &browser).await;

    // The same browser, other doors: a direct link, and the mail link of somebody else.
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", COLLEAGUE)]).await;
    let page = signs_in_at_fabrikam(&browser, &page, COLLEAGUE).await;
    page.sees("If you were invited").does_not_see("from now on");
    let page = browser.opens(&link_of_another).await;
    let page = match page.form_with_button("Sign in") {
        Some(_) => signs_in_at_fabrikam(&browser, &page, COLLEAGUE).await,
        None => page,
    };
    page.does_not_see("from now on").does_not_see("Your account");
    assert_eq!(source(&world, PASSCODE).await, before, "whoever signed in at another door is bound to nobody");

    // The journey that may: the account is shown, and nothing is changed by signing in alone.
    let page = browser.presses(&allowed, "Continue", &[("address", COLLEAGUE)]).await;
    // Fabrikam knows the colleague by now, and was told to show its account chooser.
    let page = browser.presses(&page, "Continue as Cora Colleague", &[]).await;
    page.sees("Sign in this way from now on?").sees(COLLEAGUE).sees("Fabrikam");
    assert_eq!(source(&world, PASSCODE).await, before);
    browser.opens(page.url.as_str()).await.sees("Sign in this way from now on?");
    assert_eq!(source(&world, PASSCODE).await, before, "looking at the page again changes nothing");

    let yes = "Use this from now on";
    sends(&browser, &page, yes, |fields| set(fields, "csrf", "x")).await.status(403);
    sends(&browser, &page, yes, |fields| set(fields, "identity", &"0".repeat(64))).await.status(303);
    sends(&browser, &page, yes, |fields| fields.retain(|(name, _)| name != "identity")).await.status(303);
    // The ticket of another tab: its journey may nothing.
    let other = browser.opens(&world.broker("/contoso.example/account")).await;
    let ticket = other
        .forms()
        .iter()
        .find_map(|form| form.fields.iter().find(|(name, _)| name == "t").map(|(_, value)| value.clone()));
    if let Some(ticket) = ticket {
        sends(&browser, &page, yes, |fields| set(fields, "t", &ticket)).await.status(303);
    }
    let thief = world.browser();
    thief.opens(&world.broker("/contoso.example")).await;
    sends(&thief, &page, yes, |_| ()).await.status(403);
    assert_eq!(source(&world, PASSCODE).await, before, "no forged yes counts");

    // The control: the yes itself.
    let page = browser.presses(&page, yes, &[]).await;
    page.status(200).sees("Your account");
    assert_ne!(source(&world, PASSCODE).await, before);
}

/// A7: the rules of redemption hold for the new way: a code instead of the home organization that the domain demands.
#[tokio::test(flavor = "multi_thread")]
async fn a7_no_change_leads_round_the_home_organization() {
    let world = world().await;
    let browser = settled(&world, PASSCODE).await;
    let before = source(&world, PASSCODE).await;
    let page = may_change(&world, &browser).await;
    let form = page.form_with_button("Continue").unwrap();
    assert!(form.fields.iter().any(|(name, _)| name == "address"), "{form:?}");
    let fill = [("address", COLLEAGUE), ("way", "another")];
    let page = browser.presses(&page, "Continue", &fill).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(COLLEAGUE).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("This account cannot be used here");
    assert!(page.form_with_button("Use this from now on").is_none());
    assert_eq!(source(&world, PASSCODE).await, before);
    // And the way of before still opens.
    super::guest_life::signs_in_by_code(&world, &world.browser(), PASSCODE).await.status(200).sees(PASSCODE);
}

async fn sets_up_two_steps(world: &World, browser: &Browser) -> Authenticator {
    let page = browser.opens(&world.broker("/northwind.example/account/methods")).await;
    let page = browser.opens(&link(&page, "Set up an authenticator app")).await;
    let authenticator = Authenticator::scans(&page);
    let page = browser.presses(&page, "Turn on", &[("code", &authenticator.shows())]).await;
    recovery_codes(&page);
    authenticator
}

/// T143: a tenant may reset what guards its own guest. What guards the account for everybody else stays, and a session that
/// only the tenant's rules let in changes no password that counts elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn t143_a_tenants_reset_of_a_second_factor_opens_no_password_of_the_instance() {
    let world = world().await;
    let desk = world.at("desk.apps.localhost", "/northwind.example/");
    let methods = world.broker("/northwind.example/account/methods");
    let owner = world.browser();
    let page = signs_in_with_password(&owner, &desk, PASSWORD).await;
    accepts_everything(&owner, page).await.0.status(200);
    let before = owner.opens(&methods).await;
    assert!(before.form_with_button("Change password").is_some(), "the control: {}", before.text());
    sets_up_two_steps(&world, &owner).await;
    owner.opens(&methods).await.sees("Change password");

    run(&world, &["guest", "reset-mfa", ACCOUNT, "--tenant", "northwind.example"]).await;
    let thief = world.browser();
    let page = signs_in_with_password(&thief, &desk, PASSWORD).await;
    page.status(200).sees("Desk").does_not_see("One more step");
    let page = thief.opens(&methods).await;
    page.sees("serves every organization");
    assert!(page.form_with_button("Change password").is_none(), "{}", page.text());
    // The form of before, with the tokens of this page.
    let own = page.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "csrf")).unwrap();
    let mut fields = own.fields.clone();
    fields.push(("password".to_owned(), "mellow harbour antler 42".to_owned()));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let origin = page.url.origin().ascii_serialization();
    let headers = [FORM, ("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
    let target = page.url.join("methods/password").unwrap();
    thief.asks(Method::POST, target.as_str(), &headers, &body).await.status(303);
    let page = signs_in_with_password(&world.browser(), &desk, "mellow harbour antler 42").await;
    page.sees("do not match");
    signs_in_with_password(&world.browser(), &desk, PASSWORD).await.status(200).sees("Desk");
}

/// B17: a new password ends everything that the old one opened, in every tenant: sessions of guests who are bound, of those
/// who stand before their first consent, and whoever stands at the door as nobody.
#[tokio::test(flavor = "multi_thread")]
async fn b17_a_reset_ends_what_the_old_password_opened_for_guests_who_are_not_bound_yet() {
    let (world, _folder) = world_where("contoso", &[("personal_accounts = false", "personal_accounts = true")]).await;
    let desk = world.at("desk.apps.localhost", "/northwind.example/");
    let (unbound, nobody) = (world.browser(), world.browser());
    let review = signs_in_with_password(&unbound, &desk, PASSWORD).await;
    review.sees("Review permissions");
    let door = signs_in_with_password(&nobody, &world.wiki("/"), PASSWORD).await;
    door.sees("If you were invited").sees("Signed in as");
    // The control: looking again, both are still who they were.
    unbound.opens(review.url.as_str()).await.sees("Review permissions");
    nobody.opens(door.url.as_str()).await.sees("If you were invited").sees("Signed in as");

    let owner = world.browser();
    let page = owner.opens(&desk).await;
    let page = owner.presses(&page, "Continue", &[("address", ACCOUNT)]).await;
    let page = match page.form_with_button("Use my Vestibule password") {
        Some(_) => owner.presses(&page, "Use my Vestibule password", &[]).await,
        None => page,
    };
    let page = owner.presses(&page, "I forgot my password", &[]).await;
    let page = owner.presses(&page, "Send me a code", &[]).await;
    let code = world.passcode(ACCOUNT).await;
    let page = owner.presses(&page, "Continue", &[("code", &code)]).await;
    let page = owner.presses(&page, "Save passphrase", &[("password", "mellow harbour antler 42")]).await;
    page.sees("Review permissions");

    let page = unbound.presses(&review, "Accept", &[]).await;
    page.does_not_see("Desk");
    let guest = world.guest("northwind.example", ACCOUNT).await;
    assert_eq!(guest["externalUserState"], "PendingAcceptance", "the old password bound nobody");
    unbound.opens(review.url.as_str()).await.does_not_see("Review permissions");
    let page = nobody.opens(door.url.as_str()).await;
    page.does_not_see("If you were invited").does_not_see("Signed in as").sees("Sign in with your personal account");
    // Whoever set the new one goes on.
    let (page, _) = accepts_everything(&owner, owner.opens(&desk).await).await;
    page.status(200).sees("Desk");
}

/// D4, A6, J5: a link of another site renews no sign-in cookie, and the way out through a home organization is one browser's.
#[tokio::test(flavor = "multi_thread")]
async fn d4_a_get_of_sign_out_changes_nothing_and_the_way_home_belongs_to_one_browser() {
    let world = world().await;
    let browser = world.browser();
    let url = world.broker("/contoso.example/sign-out");
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", PASSCODE)]).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    // Somebody makes this browser look at the page of sign-out, in every way a link can.
    for method in [Method::GET, Method::HEAD] {
        let answer = browser.asks(method.clone(), &url, &[("sec-fetch-site", "cross-site")], "").await;
        assert!(answer.headers.get("set-cookie").is_none(), "{method}: {:?}", answer.headers);
    }
    let code = world.passcode(PASSCODE).await;
    browser.presses(&page, "Continue", &[("code", &code)]).await.sees("Review permissions");

    let guest = world.browser();
    let page = guest.opens(&world.wiki("/")).await;
    let page = guest.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&guest, &page, "guest@fabrikam.example").await;
    accepts_everything(&guest, page).await.0.status(200);
    let page = guest.opens(&url).await;
    let old = guest.cookie("vestibule.localhost", "__Host-vestibule-login");
    let answer = sends(&guest, &page, "Sign out of Contoso and also of Fabrikam", |fields| {
        fields.retain(|(name, _)| name != "scope");
        fields.push(("scope".to_owned(), "home".to_owned()));
    })
    .await;
    let way = answer.url.join(answer.headers["location"].to_str().unwrap()).unwrap();
    assert!(way.path().starts_with(&format!("/{CONTOSO}/sign-out/home/")), "{way}");
    assert_ne!(guest.cookie("vestibule.localhost", "__Host-vestibule-login"), old, "the cookie is a new one");
    // Another browser has the address: it leads nowhere, and uses nothing up.
    let thief = world.browser();
    let seen = thief.opens(way.as_str()).await;
    assert!(!seen.url.as_str().contains("fabrikam") && !seen.body.contains("id_token_hint"), "{}", seen.url);
    let seen = guest.opens(way.as_str()).await;
    assert_eq!(seen.url.path(), format!("/{CONTOSO}/sign-out"));
    let hops = guest.hops.lock().unwrap().iter().map(|hop| hop.url.to_string()).collect::<Vec<_>>();
    assert!(
        hops.iter().any(|url| url.contains("id_token_hint=")),
        "the control: the own browser went through Fabrikam"
    );
    guest.asks(Method::GET, &world.wiki("/"), &JSON, "").await.status(401);
}

/// Decision 2, A1: people of the tenant's own provider are its members, made at their first sign-in and known again by their
/// identity; without the last word on the domain, the same provider makes nobody.
#[tokio::test(flavor = "multi_thread")]
async fn the_tenants_own_provider_has_its_members() {
    let world = world().await;
    let app = world.demo.app();
    let account = world.broker("/contoso.example/account");
    let owned = |tenant: &mut vestibule::model::Tenant| tenant.domains.push("fabrikam.example".parse().unwrap());
    let member = async || {
        let mut read = app.store.read(CONTOSO.parse().unwrap()).await.unwrap();
        read.member(&COLLEAGUE.parse().unwrap()).await.unwrap()
    };
    // The control: a provider that somebody merely configured has no word there, and the password of a member is asked for.
    changes(&world, CONTOSO, |tenant| {
        owned(tenant);
        for connection in tenant.connections.iter_mut().filter(|one| one.name.as_str() == "fabrikam") {
            connection.verified = false;
            connection.proved = Vec::new();
        }
    });
    let page = world.browser().opens(&account).await;
    let page = world.browser().presses(&page, "Continue", &[("address", COLLEAGUE)]).await;
    assert!(!page.url.as_str().contains("fabrikam"), "{}", page.url);
    assert!(member().await.is_none());

    changes(&world, CONTOSO, |tenant| {
        for connection in tenant.connections.iter_mut().filter(|one| one.name.as_str() == "fabrikam") {
            connection.verified = true;
            connection.proved = connection.domains.clone();
        }
    });
    assert!(tenant(app).owns(&"fabrikam.example".parse().unwrap()));
    let mut ids = Vec::new();
    for _ in 0..2 {
        let browser = world.browser();
        let page = browser.opens(&account).await;
        let page = browser.presses(&page, "Continue", &[("address", COLLEAGUE)]).await;
        let page = signs_in_at_fabrikam(&browser, &page, COLLEAGUE).await;
        page.status(200).sees("Your account").does_not_see("Review permissions");
        let made = member().await.expect("a member");
        assert!(!made.admin && made.identity.is_some(), "{made:?}");
        ids.push(made.id);
    }
    assert_eq!(ids[0], ids[1]);
    let (code, out) = world.command(&["explain", COLLEAGUE, &world.broker("/contoso.example")]).await;
    assert_eq!(code, 0, "{out}");

    // A member who is closed out stays out, and becomes no guest either.
    let mut tx = app.store.begin(CONTOSO.parse().unwrap()).await.unwrap();
    let mut closed = tx.user(ids[0]).await.unwrap().unwrap();
    closed.account_enabled = false;
    tx.update_user(&closed).await.unwrap();
    tx.commit().await.unwrap();
    let browser = world.browser();
    let page = browser.opens(&account).await;
    let page = browser.presses(&page, "Continue", &[("address", COLLEAGUE)]).await;
    signs_in_at_fabrikam(&browser, &page, COLLEAGUE).await.does_not_see("Your account");
}

const BLOCKED: [&str; 4] = ["guest", "block", PASSCODE, "--tenant"];

/// Leaves by proof of the mailbox alone.
async fn leaves_by_mailbox(world: &World, address: &str) -> Page {
    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example/leave")).await;
    let page = browser.presses(&page, "Send me a code", &[("address", address)]).await;
    let mail = world.mail(address, "code to leave").await;
    let text = mail["Text"].as_str().unwrap().to_owned();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 8).unwrap().to_owned();
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Leave Contoso?").sees("within 30 days");
    // D: the mailbox erases nothing at once, whatever is posted.
    assert!(page.form_with_button("Leave and erase everything").is_none());
    let forged = sends(&browser, &page, "Leave", |fields| {
        fields.retain(|(name, _)| name != "answer");
        fields.push(("answer".to_owned(), "erase".to_owned()));
    })
    .await;
    assert!(forged.headers["location"].to_str().unwrap().ends_with("/leave"), "{:?}", forged.headers);
    browser.presses(&page, "Leave", &[]).await
}

/// B19: a block is the organization's word and outlives the guest object: leaving, erasing and another address lead round it
/// no more; an administrator lifts it.
#[tokio::test(flavor = "multi_thread")]
async fn b19_a_blocked_guest_does_not_come_back_by_leaving_or_erasing() {
    let world = world().await;
    let tenant_words = ["--tenant", "contoso.example"];
    let invite = async |address: &str| {
        world.command(&[&["invite", address, "--app", "Wiki", "--no-mail"][..], &tenant_words[..]].concat()).await
    };
    settled(&world, PASSCODE).await;
    run(&world, &[&BLOCKED[..], &["contoso.example"]].concat()).await;
    leaves_by_mailbox(&world, PASSCODE).await.sees("You have left Contoso");
    // The control: it is gone as a guest, and so nothing but the block is in the way.
    let (code, _) = world.command(&[&["guest", "show", PASSCODE][..], &tenant_words[..]].concat()).await;
    assert_ne!(code, 0);
    for spelling in [PASSCODE, "passcode@MAIL.example"] {
        let (code, out) = invite(spelling).await;
        assert!(code != 0 && out.contains("blocked by an administrator and has left"), "{spelling}: {out}");
    }
    // Erased for good: only hashes are left, and they still say no.
    run(&world, &[&["guest", "erase", PASSCODE][..], &tenant_words[..]].concat()).await;
    let (code, out) = invite(PASSCODE).await;
    assert!(code != 0 && out.contains("guest unblock"), "{out}");
    // Nobody else is in the same boat.
    let (code, out) = invite("other@mail.example").await;
    assert_eq!(code, 0, "{out}");
    let link = world.guest("contoso.example", "other@mail.example").await["redeemUrl"].as_str().unwrap().to_owned();
    let browser = world.browser();
    let page = browser.opens(&link).await;
    let page = match page.form_with_button("Send me a code by e-mail") {
        Some(_) => browser.presses(&page, "Send me a code by e-mail", &[]).await,
        None => browser.presses(&page, "Send the code", &[]).await,
    };
    let code = world.passcode("other@mail.example").await;
    browser.presses(&page, "Continue", &[("code", &code)]).await.sees("Review permissions");

    let out = run(&world, &[&["guest", "unblock", PASSCODE][..], &tenant_words[..]].concat()).await;
    assert!(out.contains("may be invited again"), "{out}");
    let (code, _) = world.command(&[&["guest", "unblock", PASSCODE][..], &tenant_words[..]].concat()).await;
    assert_ne!(code, 0, "there is nothing left to lift");
    assert_eq!(invite(PASSCODE).await.0, 0);
    settled(&world, PASSCODE).await;
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));
}

/// B19, B5: an identity that was closed out redeems no other invitation as its alias; the same identity without the block does.
#[tokio::test(flavor = "multi_thread")]
async fn b19_a_blocked_identity_redeems_no_other_invitation() {
    const HOME: &str = "guest@fabrikam.example";
    for (block, review) in [(false, true), (true, false)] {
        let world = world().await;
        let browser = world.browser();
        let page = browser.opens(&world.wiki("/")).await;
        let page = browser.presses(&page, "Continue", &[("address", HOME)]).await;
        let page = signs_in_at_fabrikam(&browser, &page, HOME).await;
        accepts_everything(&browser, page).await.0.status(200);
        if block {
            run(&world, &["guest", "block", HOME, "--tenant", "contoso.example"]).await;
        }
        leaves_by_mailbox(&world, HOME).await.sees("You have left Contoso");
        run(&world, &["invite", COLLEAGUE, "--app", "Wiki", "--no-mail", "--tenant", "contoso.example"]).await;
        let link = world.guest("contoso.example", COLLEAGUE).await["redeemUrl"].as_str().unwrap().to_owned();
        let again = world.browser();
        let page = again.opens(&link).await;
        let page = signs_in_at_fabrikam(&again, &page, HOME).await;
        page.does_not_see("Review permissions");
        let page = again.presses(&page, "Send a code to the invited address", &[]).await;
        let code = world.passcode(COLLEAGUE).await;
        let page = again.presses(&page, "Continue", &[("code", &code)]).await;
        assert_eq!(page.text().contains("Review permissions"), review, "blocked: {block}: {}", page.text());
    }
}

/// The owner erases the personal account itself: password, second steps and sessions go everywhere, the guest stays a guest and
/// comes back by the mailbox, and a backup brings nothing back.
#[tokio::test(flavor = "multi_thread")]
async fn l6_an_erased_account_is_gone_everywhere_and_its_guest_takes_another_way() {
    let world = world().await;
    let desk = world.at("desk.apps.localhost", "/northwind.example/");
    let (owner, other) = (world.browser(), world.browser());
    for browser in [&owner, &other] {
        let page = signs_in_with_password(browser, &desk, PASSWORD).await;
        accepts_everything(browser, page).await.0.status(200).sees("Desk");
    }
    let page = owner.opens(&world.broker("/northwind.example/account")).await;
    let erase = page.link("Erase my personal account").expect("a link");
    let page = owner.opens(page.url.join(&erase).unwrap().as_str()).await;
    page.sees("Erase your personal account?");
    // D4: not by a form of another browser.
    sends(&other, &page, "Erase my personal account", |_| ()).await.status(403);
    other.asks(Method::GET, &desk, &JSON, "").await.status(200);
    owner.presses(&page, "Erase my personal account", &[]).await.sees("Your personal account is erased");
    for browser in [&owner, &other] {
        browser.asks(Method::GET, &desk, &JSON, "").await.status(401);
    }
    signs_in_with_password(&world.browser(), &desk, PASSWORD).await.sees("do not match");
    let guest = world.guest("northwind.example", ACCOUNT).await;
    assert_eq!(guest["externalUserState"], "Accepted", "the guest object is the organization's");

    // The mail link makes a new account, after the mailbox is proved; the guest is the same one.
    let link = world.redeem_url_of(crate::actors::NORTHWIND, ACCOUNT).await;
    let again = world.browser();
    let page = again.opens(&link).await;
    let page = again.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(ACCOUNT).await;
    let page = again.presses(&page, "Continue", &[("code", &code)]).await;
    let fields = [("name", "Eddy Existing"), ("password", "mellow harbour antler 42")];
    let page = again.presses(&page, "Create account", &fields).await;
    page.status(200).does_not_see("Review permissions");
    assert_eq!(world.guest("northwind.example", ACCOUNT).await["id"], guest["id"]);
    again.opens(&desk).await.status(200).sees("Desk");
    assert!(!run(&world, &["audit"]).await.contains("BROKEN"));
}
