//! Known and unknown addresses: the same bytes, headers and way on every page that takes one, and how long each answer took
//! (attack row B10). Times are measured and printed, and judged by `tests/long` alone: a test passes on a slow machine too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::Duration;

use http::Method;
use vestibule::clock::{SystemRandom, random_bytes, random_guid};
use vestibule::model::{
    AccountId, CreationType, ExternalUserState, Identity, PersonalAccount, Secret, TenantId, User, UserId, UserType,
};
use vestibule::signin::{mailbox::MAIL_ISSUER, personal};

use crate::actors::{Browser, CONTOSO, NORTHWIND, Page, World, world};

/// Addresses of each kind that are known, and as many that are not; `tests/long` sets VESTIBULE_TIMINGS to 1,000 and more.
const SAMPLES: usize = 4;

/// An address that is asked about, and whether it is known here.
#[derive(Clone)]
struct Asked {
    address: String,
    known: bool,
}

/// What was measured: by page, how long answers took for known and unknown addresses, in microseconds.
#[derive(Default)]
struct Measured {
    pages: BTreeMap<&'static str, [Vec<u64>; 2]>,
    /// The first answer of each page, masked, which all others must equal.
    first: BTreeMap<&'static str, String>,
}

impl Measured {
    fn take(&mut self, page: &'static str, asked: &Asked, answer: &Page) {
        let mask = masked(answer, &asked.address);
        let first = self.first.entry(page).or_insert_with(|| mask.clone());
        if let Some(difference) = difference(first, &mask) {
            panic!("B10: {page} answers {} otherwise (known: {}): {difference}", asked.address, asked.known);
        }
        let took = u64::try_from(answer.took.as_micros()).unwrap();
        self.pages.entry(page).or_default()[usize::from(asked.known)].push(took);
    }

    fn table(&self) -> String {
        let mut text = String::new();
        for (page, [unknown, known]) in &self.pages {
            let (auc, p) = rank(known, unknown);
            let (one, other) = (median(known), median(unknown));
            writeln!(
                text,
                "B10 {page}: {} known, {} unknown, medians {one} and {other} µs, AUC {auc:.3}, p {p:.3}",
                known.len(),
                unknown.len()
            )
            .unwrap();
        }
        text
    }
}

fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// How often a known address takes longer than an unknown one (ties half), and how likely so much is by chance: the rank
/// sum test of Mann and Whitney, by its normal approximation.
fn rank(known: &[u64], unknown: &[u64]) -> (f64, f64) {
    let mut all: Vec<(u64, bool)> =
        known.iter().map(|it| (*it, true)).chain(unknown.iter().map(|it| (*it, false))).collect();
    all.sort_unstable();
    let (mut sum, mut at) = (0.0, 0);
    while at < all.len() {
        let end = all[at..].iter().take_while(|(value, _)| *value == all[at].0).count() + at;
        let rank = (at + 1 + end) as f64 / 2.0;
        sum += rank * all[at..end].iter().filter(|(_, known)| *known).count() as f64;
        at = end;
    }
    let (m, n) = (known.len() as f64, unknown.len() as f64);
    let u = sum - m * (m + 1.0) / 2.0;
    let z = (u - m * n / 2.0).abs() / (m * n * (m + n + 1.0) / 12.0).sqrt();
    (u / (m * n), two_sided(z))
}

/// The chance of a normal deviate beyond ±z (Abramowitz and Stegun 7.1.26).
fn two_sided(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let polynomial = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    polynomial.iter().fold(0.0, |sum, factor| sum * t + factor) * t * (-x * x).exp()
}

/// Everything that a browser can tell of an answer but what is random in it: status, headers, body. Tokens keep their length.
fn masked(page: &Page, address: &str) -> String {
    let mut text = format!("{}\n", page.status);
    for (name, value) in &page.headers {
        if name != "date" {
            writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes())).unwrap();
        }
    }
    text.push_str(&page.body);
    let (name, domain) = address.split_once('@').unwrap();
    let plain = text.replace("<wbr>", "").replace(address, "ADDRESS").replace(&format!("{name}%40{domain}"), "ADDRESS");
    let mut out = String::new();
    let mut word = String::new();
    for character in plain.chars().chain(['\n']) {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_') {
            word.push(character);
        } else {
            // Whatever is so long and is no plain word is a token or an id: one token of 43 characters in 1,400 has no digit.
            let random = word.len() >= 16 && word.chars().any(|it| it.is_ascii_digit() || it.is_ascii_uppercase());
            let shown = if random { "*".repeat(word.len()) } else { std::mem::take(&mut word) };
            out.push_str(&shown);
            word.clear();
            out.push(character);
        }
    }
    out
}

/// Where two answers begin to differ, with what stands around it.
fn difference(first: &str, other: &str) -> Option<String> {
    let at = first.bytes().zip(other.bytes()).position(|(one, two)| one != two);
    let at = at.or_else(|| (first.len() != other.len()).then(|| first.len().min(other.len())))?;
    let around = |text: &str| {
        let bytes = &text.as_bytes()[at.saturating_sub(60)..(at + 60).min(text.len())];
        String::from_utf8_lossy(bytes).into_owned()
    };
    Some(format!("{:?} became {:?}", around(first), around(other)))
}

/// Sends the form with this button and stops at the answer.
async fn posts(browser: &Browser, page: &Page, button: &str, fill: &[(&str, &str)]) -> Page {
    let form = page
        .form_with_button(button)
        .unwrap_or_else(|| panic!("no button {button:?} on {}:\n{}", page.url, page.text()));
    let mut fields = form.fields;
    for (name, value) in fill {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let target = page.url.join(&form.action).unwrap();
    let origin = page.url.origin().ascii_serialization();
    let headers = [
        ("accept", "text/html"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    browser.asks(Method::POST, target.as_str(), &headers, &body).await
}

/// Where an answer leads.
async fn on(browser: &Browser, answer: Page) -> Page {
    match answer.headers.get(http::header::LOCATION) {
        Some(next) => browser.opens(answer.url.join(next.to_str().unwrap()).unwrap().as_str()).await,
        None => answer,
    }
}

/// `count` known and `count` unknown addresses that differ in nothing else, in random order.
fn addresses(kind: char, domain: &str, count: usize) -> Vec<Asked> {
    let draw = || u64::from_le_bytes(random_bytes(&SystemRandom));
    let mut drawn: Vec<(u64, usize)> = (0..2 * count).map(|number| (draw(), number)).collect();
    drawn.sort_unstable();
    let asked = drawn.iter().enumerate().map(|(at, (_, number))| (*number, at < count));
    let mut asked: Vec<(u64, Asked)> = asked
        .map(|(number, known)| (draw(), Asked { address: format!("{kind}{number:05}@{domain}"), known }))
        .collect();
    asked.sort_unstable_by_key(|(order, _)| *order);
    asked.into_iter().map(|(_, asked)| asked).collect()
}

fn guest(address: &str, member: bool, now: vestibule::model::Timestamp) -> User {
    let mailbox: vestibule::model::EmailAddress = address.parse().unwrap();
    User {
        id: UserId::new(random_guid(&SystemRandom)),
        user_principal_name: address.to_owned(),
        display_name: address.to_owned(),
        user_type: if member { UserType::Member } else { UserType::Guest },
        creation_type: (!member).then_some(CreationType::Invitation),
        external_user_state: (!member).then_some(ExternalUserState::Accepted),
        external_user_state_changed_at: (!member).then_some(now),
        mail: Some(mailbox.clone()),
        invited_address: (!member).then_some(mailbox),
        other_mails: Vec::new(),
        identity: None,
        account_enabled: true,
        preferred_language: None,
        admin: false,
        guest_inviter: false,
        sponsors: Vec::new(),
        expires_at: None,
        deleted_at: None,
        created_at: now,
        last_sign_in_at: None,
    }
}

/// Everybody who is known.
struct People {
    invited: Vec<Asked>,
    redeemed: Vec<Asked>,
    accounts: Vec<Asked>,
    members: Vec<Asked>,
}

impl People {
    async fn come(world: &World, count: usize) -> Self {
        let people = Self {
            invited: addresses('i', "mail.example", count),
            redeemed: addresses('r', "mail.example", count),
            accounts: addresses('p', "mail.example", count),
            members: addresses('m', "contoso.example", count),
        };
        let app = world.demo.app();
        let tenant: TenantId = CONTOSO.parse().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let rows = people.invited.iter().filter(|it| it.known).map(|it| format!("{},Wiki\n", it.address));
        let file = folder.path().join("guests.csv");
        std::fs::write(&file, format!("Email,Apps\n{}", rows.collect::<String>())).unwrap();
        let words = ["invite", "--csv", file.to_str().unwrap(), "--tenant", "contoso.example", "--no-mail"];
        let (code, out) = world.command(&words).await;
        assert_eq!(code, 0, "{out}");
        let hash = app.passwords.hash(&Secret::new("nine silent anchors")).await.unwrap();
        let now = app.clock.now();
        for asked in people.accounts.iter().filter(|it| it.known) {
            let account = PersonalAccount {
                id: AccountId::new(random_guid(&SystemRandom)),
                address: asked.address.parse().unwrap(),
                display_name: asked.address.clone(),
                password_hash: Some(hash.clone()),
                created_at: now,
            };
            assert!(personal::insert(app, &account).await.unwrap());
        }
        let mut tx = app.store.begin(tenant).await.unwrap();
        for asked in people.redeemed.iter().filter(|it| it.known) {
            let user = guest(&asked.address, false, now);
            tx.insert_user(&user).await.unwrap();
            let mailbox = Identity {
                issuer: MAIL_ISSUER.to_owned(),
                subject: asked.address.clone(),
                method: vestibule::model::Method::OneTimePasscode,
            };
            assert!(tx.bind_identity(user.id, &mailbox).await.unwrap());
        }
        for asked in people.members.iter().filter(|it| it.known) {
            let user = guest(&asked.address, true, now);
            tx.insert_user(&user).await.unwrap();
            tx.set_password(user.id, &hash).await.unwrap();
        }
        tx.commit().await.unwrap();
        people
    }
}

/// Each visitor comes from a network of its own, so that no limit is met.
struct Networks(usize);

impl Networks {
    fn browser(&mut self, world: &World) -> Browser {
        self.elsewhere(&world.browser())
    }

    /// The same browser on a network of its own.
    fn elsewhere(&mut self, browser: &Browser) -> Browser {
        self.0 += 1;
        let part = |number: usize| u8::try_from(number).unwrap();
        browser.coming_from(Ipv4Addr::new(127, part(1 + self.0 / 250), part(self.0 % 250), 1))
    }
}

/// Types the address and takes this way.
async fn types(
    world: &World,
    tenant: &str,
    browser: &Browser,
    measured: &mut Measured,
    page: &'static str,
    asked: &Asked,
) -> Page {
    let start = browser.opens(&world.broker(&format!("/{tenant}/sign-in"))).await;
    let answer = posts(browser, &start, "Continue", &[("address", &asked.address)]).await;
    measured.take(page, asked, &answer);
    on(browser, answer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn b10_known_and_unknown_addresses_get_the_same_answers() {
    let count = std::env::var("VESTIBULE_TIMINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(SAMPLES);
    let world = world().await;
    let people = People::come(&world, count).await;
    let (mut measured, mut networks) = (Measured::default(), Networks(0));
    let settle = || tokio::time::sleep(Duration::from_millis(2));

    // Somebody whom nobody invited, on the page that sends an invitation again.
    let stranger = networks.browser(&world);
    let page = stranger.opens(&world.wiki("/")).await;
    let page = stranger.presses(&page, "Continue", &[("address", "colleague@fabrikam.example")]).await;
    let stranded = super::federated_guest::signs_in_at_fabrikam(&stranger, &page, "colleague@fabrikam.example").await;
    for (kind, code, everything) in
        [(&people.invited, "code, invited", true), (&people.redeemed, "code, redeemed", false)]
    {
        for asked in kind {
            let browser = networks.browser(&world);
            let page = types(&world, CONTOSO, &browser, &mut measured, "address", asked).await;
            let answer = posts(&browser, &page, "Send me a code by e-mail", &[]).await;
            measured.take(code, asked, &answer);
            let page = on(&browser, answer).await;
            let answer = posts(&browser, &page, "Continue", &[("code", "1234567a")]).await;
            measured.take("wrong code", asked, &answer);
            let answer = posts(&browser, &page, "Send a new code", &[]).await;
            measured.take("new code at once", asked, &answer);
            let page = browser.opens(&world.broker(&format!("/{CONTOSO}/leave"))).await;
            let answer = posts(&browser, &page, "Send me a code", &[("address", &asked.address)]).await;
            measured.take("leave", asked, &answer);
            if everything {
                let page = browser.opens(&world.broker(&format!("/{CONTOSO}/blocks"))).await;
                let answer = posts(&browser, &page, "Send me a code by e-mail", &[("address", &asked.address)]).await;
                measured.take("blocks", asked, &answer);
                let again = networks.elsewhere(&stranger);
                let answer = posts(&again, &stranded, "Send it to me again", &[("address", &asked.address)]).await;
                measured.take("send it to me again", asked, &answer);
            }
            settle().await;
        }
    }
    for asked in &people.accounts {
        let browser = networks.browser(&world);
        let page = types(&world, NORTHWIND, &browser, &mut measured, "address of an account", asked).await;
        let page = browser.presses(&page, "Use my Vestibule password", &[]).await;
        let answer = posts(&browser, &page, "Sign in", &[("password", "not this one")]).await;
        measured.take("password of an account", asked, &answer);
        let page = browser.presses(&page, "I forgot my password", &[]).await;
        let answer = posts(&browser, &page, "Send me a code by e-mail", &[]).await;
        measured.take("reset", asked, &answer);
        settle().await;
    }
    for asked in &people.members {
        let browser = networks.browser(&world);
        let page = types(&world, CONTOSO, &browser, &mut measured, "address of a member", asked).await;
        let answer = posts(&browser, &page, "Sign in", &[("password", "not this one")]).await;
        measured.take("password of a member", asked, &answer);
        settle().await;
    }
    print!("{}", measured.table());
}

/// The control: the measure finds a difference that is there, and none that is not.
#[test]
fn b10_the_measure_sees_what_there_is() {
    let slow: Vec<u64> = (0..1_000).map(|number| 1_000 + number % 100).collect();
    let fast: Vec<u64> = slow.iter().map(|value| value - 20).collect();
    let (auc, p) = rank(&slow, &fast);
    assert!(auc > 0.65 && p < 0.001, "{auc} {p}");
    let (auc, p) = rank(&slow, &slow);
    assert!((auc - 0.5).abs() < 1e-9 && p > 0.99, "{auc} {p}");
    assert!((two_sided(1.96) - 0.05).abs() < 0.001);
}
