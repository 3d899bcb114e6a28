//! Second factors and forgotten passwords: set up where an organization asks, shown once, lost and found again.

use std::path::Path;
use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use vestibule::clock::{Clock, SystemClock};
use vestibule::model::Timestamp;
use vestibule::signin::totp::code_at;

use super::federated_guest::{accepts_everything, signs_in_at_fabrikam};
use crate::actors::{Browser, Page, World, free_port, free_ports, world};

const DESK: &str = "desk.apps.localhost";
const GUEST: &str = "guest@fabrikam.example";

/// A demo in which the file of one tenant was edited before the start.
pub async fn world_where(tenant: &str, edits: &[(&str, &str)]) -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("config/tenants/{tenant}.toml");
    let mut text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
    for (from, to) in edits {
        assert!(text.contains(from), "{from} is not in {file}");
        text = text.replacen(from, to, 1);
    }
    let path = folder.path().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    (World::start(folder.path(), free_ports(), free_port()).await, folder)
}

/// An authenticator app that scanned the key on the page.
pub(super) struct Authenticator(Vec<u8>);

impl Authenticator {
    pub(super) fn scans(page: &Page) -> Self {
        page.sees("Set up your authenticator app");
        assert!(page.body.contains("src=\"data:image/svg+xml,"), "a QR code stands on the page");
        let text = page.text();
        let key = text.split("Type this key into the app:").nth(1).unwrap();
        let key: String = key.split_whitespace().take(8).collect();
        Self(BASE32_NOPAD.decode(key.as_bytes()).unwrap())
    }

    pub(super) fn shows(&self) -> String {
        self.shows_at(SystemClock.now())
    }

    /// The next code, which clocks may be ahead of.
    pub(super) fn shows_next(&self) -> String {
        self.shows_at(SystemClock.now().plus(Duration::from_secs(30)))
    }

    fn shows_at(&self, at: Timestamp) -> String {
        code_at(&self.0, at)
    }
}

pub(super) fn recovery_codes(page: &Page) -> Vec<String> {
    page.sees("Keep your recovery codes");
    let codes: Vec<String> =
        page.body.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    codes
}

pub(super) fn link(page: &Page, words: &str) -> String {
    let at = page.body.find(&format!(">{words}</a>")).unwrap_or_else(|| panic!("no link {words:?}: {}", page.text()));
    let tag = &page.body[page.body[..at].rfind("<a ").unwrap()..at];
    let href = tag.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    page.url.join(&href).unwrap().to_string()
}

/// Waits for a notice about a changed way to sign in that says `words`.
pub(super) async fn hears(world: &World, address: &str, words: &str) {
    for _ in 0..100 {
        let mail = world.mail(address, "way to sign in").await;
        if mail["Text"].as_str().unwrap().contains(words) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no notice to {address} says {words:?}");
}

pub(super) async fn signs_in_at_home(browser: &Browser, url: &str) -> Page {
    let page = browser.opens(url).await;
    let page = browser.presses(&page, "Continue", &[("address", GUEST)]).await;
    signs_in_at_fabrikam(browser, &page, GUEST).await
}

pub async fn signs_in_with_password(browser: &Browser, url: &str, password: &str) -> Page {
    let page = browser.opens(url).await;
    let page = browser.presses(&page, "Continue", &[("address", "existing@mail.example")]).await;
    let page = match page.form_with_button("Use my Vestibule password") {
        Some(_) => browser.presses(&page, "Use my Vestibule password", &[]).await,
        None => page,
    };
    browser.presses(&page, "Sign in", &[("password", password)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_sets_up_an_authenticator_app_where_the_organization_asks_for_one() {
    let (world, _folder) = world_where("contoso", &[("mfa = \"off\"", "mfa = \"guests\"")]).await;
    let browser = world.browser();
    let page = signs_in_at_home(&browser, &world.wiki("/page")).await;
    // Nothing is shown or agreed to before there is one.
    page.does_not_see("Review permissions");
    let authenticator = Authenticator::scans(&page);
    let page = browser.presses(&page, "Turn on", &[("code", "000000")]).await;
    page.sees("does not fit");
    assert_eq!(Authenticator::scans(&page).0, authenticator.0, "the same key after a wrong code");
    let api = [("accept", "application/json")];
    assert_eq!(browser.asks(http::Method::GET, &world.wiki("/"), &api, "").await.status, 401);
    let page = browser.presses(&page, "Turn on", &[("code", &authenticator.shows())]).await;
    let codes = recovery_codes(&page);
    let page = browser.opens(&link(&page, "I have kept them")).await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees(GUEST);
    assert_eq!(page.url.as_str(), world.wiki("/page"));
    hears(&world, GUEST, "step was added").await;

    // Another browser shows it. A code works once; the one that set it up is used already.
    let other = world.browser();
    let page = signs_in_at_home(&other, &world.wiki("/again")).await;
    page.sees("One more step").does_not_see("Set up");
    let used = authenticator.shows();
    let page = other.presses(&page, "Continue", &[("code", "123")]).await;
    page.sees("not right");
    assert_eq!(other.asks(http::Method::GET, &world.wiki("/"), &api, "").await.status, 401);
    let next = authenticator.shows_next();
    let page = other.presses(&page, "Continue", &[("code", &next)]).await;
    page.status(200).sees(GUEST);
    assert_eq!(page.url.as_str(), world.wiki("/again"));

    let third = world.browser();
    let page = signs_in_at_home(&third, &world.wiki("/third")).await;
    for replayed in [&used, &next] {
        third.presses(&page, "Continue", &[("code", replayed)]).await.sees("used already");
    }
    // A recovery code works once, however it is typed.
    let typed = codes[3].to_uppercase().replace('-', " ");
    third.presses(&page, "Continue", &[("code", &typed)]).await.status(200).sees(GUEST);
    let fourth = world.browser();
    let page = signs_in_at_home(&fourth, &world.wiki("/fourth")).await;
    fourth.presses(&page, "Continue", &[("code", &codes[3])]).await.sees("used already");
    fourth.presses(&page, "Continue", &[("code", &codes[4])]).await.status(200);

    // Lost altogether: somebody resets it, every session ends, and it is set up anew.
    let reset = ["guest", "reset-mfa", GUEST, "--tenant", "contoso.example"];
    let (code, out) = world.command(&reset).await;
    assert_eq!(code, 0, "{out}");
    assert_eq!(browser.asks(http::Method::GET, &world.wiki("/"), &api, "").await.status, 401);
    hears(&world, GUEST, "reset your second step").await;
    let fifth = world.browser();
    let page = signs_in_at_home(&fifth, &world.wiki("/fifth")).await;
    assert_ne!(Authenticator::scans(&page).0, authenticator.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn t146_a_code_by_mail_is_no_second_factor() {
    let (world, _folder) = world_where("contoso", &[("mfa = \"off\"", "mfa = \"guests\"")]).await;
    let (browser, address) = (world.browser(), "passcode@mail.example");
    let page = browser.opens(&world.wiki("/")).await;
    let page = browser.presses(&page, "Continue", &[("address", address)]).await;
    let page = browser.presses(&page, "Send me a code by e-mail", &[]).await;
    let code = world.passcode(address).await;
    let page = browser.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Set up your authenticator app").does_not_see("Review permissions");
    let api = [("accept", "application/json")];
    assert_eq!(browser.asks(http::Method::GET, &world.wiki("/"), &api, "").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn t148_guessing_codes_ends_after_ten_tries_whatever_is_changed_between_them() {
    let (world, _folder) = world_where("contoso", &[("mfa = \"off\"", "mfa = \"guests\"")]).await;
    let browser = world.browser();
    let page = signs_in_at_home(&browser, &world.wiki("/")).await;
    let authenticator = Authenticator::scans(&page);
    let page = browser.presses(&page, "Turn on", &[("code", &authenticator.shows())]).await;
    recovery_codes(&page);

    let thief = world.browser();
    let page = signs_in_at_home(&thief, &world.wiki("/")).await;
    let guesses = (0..25).map(|guess| {
        let code = format!("{guess:06}");
        thief.presses(&page, "Continue", &[("code", &code)])
    });
    let answers = futures_util::future::join_all(guesses).await;
    let wrong = answers.iter().filter(|page| page.text().contains("not right")).count();
    let limited = answers.iter().filter(|page| page.status.as_u16() == 429).count();
    assert_eq!((wrong, limited), (10, 15), "of 25 at once, ten were looked at");
    // Then even the right one is refused, in that browser and after a new sign-in in another.
    thief.presses(&page, "Continue", &[("code", &authenticator.shows_next())]).await.status(429);
    let again = world.browser();
    let page = signs_in_at_home(&again, &world.wiki("/")).await;
    again.presses(&page, "Continue", &[("code", &authenticator.shows_next())]).await.status(429);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_app_may_ask_for_a_second_factor_in_the_middle_of_a_session() {
    let (world, _folder) = world_where("contoso", &[("require_mfa = false", "require_mfa = true")]).await;
    let browser = world.browser();
    let page = browser.opens(&world.at(DESK, "/contoso.example/")).await;
    let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
    let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees("Desk");

    let page = browser.opens(&world.wiki("/secret?x=1")).await;
    let authenticator = Authenticator::scans(&page);
    let page = browser.presses(&page, "Turn on", &[("code", &authenticator.shows())]).await;
    recovery_codes(&page);
    let page = browser.opens(&link(&page, "I have kept them")).await;
    page.status(200).sees("guest@fabrikam.example");
    assert_eq!(page.url.as_str(), world.wiki("/secret?x=1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_a_home_organization_is_believed_only_if_its_values_are_configured() {
    // Fabrikam says how its people signed in; Contoso demands a second factor.
    for (trust, asked) in [("mfa_amr = []", true), ("mfa_amr = [\"PWD\"]", true), ("mfa_amr = [\"pwd\"]", false)] {
        let edits = [("mfa = \"off\"", "mfa = \"guests\""), ("mfa_amr = []", trust)];
        let (world, _folder) = world_where("contoso", &edits).await;
        let browser = world.browser();
        let page = browser.opens(&world.wiki("/")).await;
        let page = browser.presses(&page, "Continue", &[("address", "guest@fabrikam.example")]).await;
        let page = signs_in_at_fabrikam(&browser, &page, "guest@fabrikam.example").await;
        if asked {
            page.sees("Set up your authenticator app").does_not_see("Review permissions");
        } else {
            page.sees("Review permissions");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b17_a_forgotten_password_is_replaced_by_proof_of_the_mailbox_alone() {
    let world = world().await;
    let desk = world.at(DESK, "/northwind.example/");
    let first = world.browser();
    let page = signs_in_with_password(&first, &desk, "demo demo demo demo").await;
    let (page, _) = accepts_everything(&first, page).await;
    page.status(200).sees("Desk");

    // Two steps from now on: set up among the sign-in methods.
    let methods = world.broker("/northwind.example/account/methods");
    let page = first.opens(&methods).await;
    page.sees("Your sign-in methods").sees("Authenticator app");
    let page = first.opens(&link(&page, "Set up an authenticator app")).await;
    let authenticator = Authenticator::scans(&page);
    let page = first.presses(&page, "Turn on", &[("code", &authenticator.shows())]).await;
    let codes = recovery_codes(&page);

    let second = world.browser();
    let page = second.opens(&desk).await;
    let page = second.presses(&page, "Continue", &[("address", "existing@mail.example")]).await;
    let page = match page.form_with_button("Use my Vestibule password") {
        Some(_) => second.presses(&page, "Use my Vestibule password", &[]).await,
        None => page,
    };
    let page = second.presses(&page, "I forgot my password", &[]).await;
    // An address without an account meets the same pages.
    let stranger = world.browser();
    let other = stranger.opens(&desk).await;
    let other = stranger.presses(&other, "Continue", &[("address", "nobody@mail.example")]).await;
    let other = match other.form_with_button("Use my Vestibule password") {
        Some(_) => stranger.presses(&other, "Use my Vestibule password", &[]).await,
        None => other,
    };
    let other = stranger.presses(&other, "I forgot my password", &[]).await;
    let same = |page: &Page, address: &str| page.text().replace(address, "X").replace("X", "");
    let (page, other) =
        (second.presses(&page, "Send me a code", &[]).await, stranger.presses(&other, "Send me a code", &[]).await);
    assert_eq!(same(&page, "existing@mail.example"), same(&other, "nobody@mail.example"));
    stranger.presses(&other, "Continue", &[("code", "12345678")]).await.sees("not right");

    let page = second.presses(&page, "Continue", &[("code", "00000000")]).await;
    page.sees("not right");
    let code = world.passcode("existing@mail.example").await;
    let page = second.presses(&page, "Continue", &[("code", &code)]).await;
    page.sees("Choose a new passphrase");
    second.presses(&page, "Save passphrase", &[("password", "too short")]).await.sees("15");
    let page = second.presses(&page, "Save passphrase", &[("password", "mellow harbour antler 42")]).await;
    // The mailbox replaces the password and nothing else.
    page.sees("One more step");
    let api = [("accept", "application/json")];
    assert_eq!(first.asks(http::Method::GET, &desk, &api, "").await.status, 401, "every other session ended");
    let page = second.presses(&page, "Continue", &[("code", &codes[0])]).await;
    page.status(200).sees("Desk");
    hears(&world, "existing@mail.example", "a new password was set").await;

    let page = signs_in_with_password(&first, &desk, "demo demo demo demo").await;
    page.sees("do not match");
    let page = first.presses(&page, "Sign in", &[("password", "mellow harbour antler 42")]).await;
    page.sees("One more step");
    first.presses(&page, "Continue", &[("code", &codes[1])]).await.status(200).sees("Desk");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_among_the_sign_in_methods_and_other_devices_are_signed_out() {
    let world = world().await;
    let desk = world.at(DESK, "/northwind.example/");
    let (mine, forgotten) = (world.browser(), world.browser());
    for browser in [&mine, &forgotten] {
        let page = signs_in_with_password(browser, &desk, "demo demo demo demo").await;
        let (page, _) = accepts_everything(browser, page).await;
        page.status(200).sees("Desk");
    }
    // The second of these browsers was not known.
    world.mail("existing@mail.example", "used in a new browser").await;
    let methods = world.broker("/northwind.example/account/methods");
    let page = mine.opens(&methods).await;
    let page = mine.presses(&page, "Change password", &[("password", "short")]).await;
    page.sees("15");
    let page = mine.presses(&page, "Change password", &[("password", "mellow harbour antler 42")]).await;
    page.sees("Your password was changed").sees("existing@mail.example");
    let api = [("accept", "application/json")];
    assert_eq!(forgotten.asks(http::Method::GET, &desk, &api, "").await.status, 401);
    mine.opens(&desk).await.status(200).sees("Desk");
    hears(&world, "existing@mail.example", "the password was changed").await;
    let page = signs_in_with_password(&forgotten, &desk, "mellow harbour antler 42").await;
    page.status(200).sees("Desk");

    // Signing in again asks for the password, and comes back.
    let page = mine.opens(&methods).await;
    let session_of_somebody_else = world.browser();
    session_of_somebody_else.opens(&methods).await.sees("Sign in to Northwind");
    page.does_not_see("sign in again first");
    let (code, out) = world.command(&["audit"]).await;
    assert_eq!(code, 0, "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_may_want_two_steps_too() {
    let world = world().await;
    let browser = world.browser();
    let page = browser.opens(&world.broker("/contoso.example/account/methods")).await;
    let page = browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
    page.sees("Your sign-in methods").sees("Change password");
    let page = browser.opens(&link(&page, "Set up an authenticator app")).await;
    let authenticator = Authenticator::scans(&page);
    let page = browser.presses(&page, "Turn on", &[("code", &authenticator.shows())]).await;
    recovery_codes(&page);
    let page = browser.opens(&link(&page, "I have kept them")).await;
    page.sees("10 codes are left");

    let other = world.browser();
    let page = other.opens(&world.broker("/contoso.example")).await;
    let page = other.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    let page = other.presses(&page, "Sign in", &[("password", "demo")]).await;
    page.sees("One more step").does_not_see("Wiki");
    other.opens(&world.broker("/contoso.example")).await.sees("One more step");
    let page = other.presses(&page, "Continue", &[("code", &authenticator.shows_next())]).await;
    page.status(200).sees("Wiki");

    // Removed again, nothing more is asked.
    let page = browser.opens(&world.broker("/contoso.example/account/methods")).await;
    let page = browser.presses(&page, "Remove the authenticator app", &[]).await;
    page.sees("It was removed");
    let third = world.browser();
    let page = third.opens(&world.broker("/contoso.example")).await;
    let page = third.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
    third.presses(&page, "Sign in", &[("password", "demo")]).await.status(200).sees("Wiki");
}
