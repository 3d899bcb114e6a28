//! Random walks through the life of consent: publish, accept, decline, wait, reset, come back, in any order. At each step
//! what the program says is compared with a second opinion that was written from the rules alone.

use std::sync::LazyLock;
use std::time::Duration;

use super::needed::{coming, needed};
use crate::model::*;
use crate::proxy::samples::{NOW, agreement, app_id, record, snapshot, tenant};
use crate::session::permit::{Detour, judge};
use crate::signin::journey::{Facts, Journey, SecondFactorFacts, SessionFacts, Step, next_step};
use crate::snapshot::Snapshot;

/// How many walks are taken; `tests/long` takes ten times as many.
#[expect(clippy::disallowed_methods, reason = "only tests/long sets it")]
fn walks() -> u64 {
    std::env::var("VESTIBULE_WALKS").ok().and_then(|walks| walks.parse().ok()).unwrap_or(10_000)
}

const STEPS: usize = 25;
static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(snapshot);
const LANGUAGES: [&str; 2] = ["en", "nl"];
/// The apps of the walk: the first one has a document of its own, the second has not, `None` is the panel.
const APPS: [Option<u128>; 3] = [Some(1), Some(2), None];

/// A small generator (xorshift64*), so that a walk is told by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

/// The rule under test: whether an acceptance satisfies an agreement.
type Rule = fn(&Agreement, &Acceptance, Timestamp) -> bool;

/// Everything that exists in one walk.
struct World {
    now: Timestamp,
    tenant: Tenant,
    histories: Vec<AgreementVersion>,
    answers: Vec<Acceptance>,
    /// When the redemption was reset last, and how many answers there were then.
    reset: (Option<Timestamp>, usize),
    session: SessionRecord,
    published: u64,
}

impl World {
    fn new(dice: &mut Dice) -> Self {
        let mut tenant = tenant(1, &["contoso.example"], &[1, 2]);
        tenant.agreements = (1..=3).map(|number| agreement(number, "none")).collect();
        for agreement in &mut tenant.agreements {
            agreement.files.clear();
            agreement.reaccept_after = dice.one_in(3).then(|| Duration::from_secs(3600 * (1 + dice.roll(2000))));
            agreement.expiration = dice.one_in(3).then(|| TermsExpiration {
                start: "2027-02-28".parse().unwrap(),
                frequency: if dice.one_in(2) { TermsFrequency::Monthly } else { TermsFrequency::Quarterly },
            });
        }
        tenant.agreements[2].apps = vec![app_id(1)];
        let mut session = record(1);
        session.reviewed = false;
        session.accepted = false;
        let mut world = Self {
            now: NOW,
            tenant,
            histories: Vec::new(),
            answers: Vec::new(),
            reset: (None, 0),
            session,
            published: 0,
        };
        for agreement in 0..3 {
            world.publish(agreement, "en", true, None);
            if dice.one_in(2) {
                world.publish(agreement, "nl", true, None);
            }
        }
        world
    }

    fn publish(&mut self, index: usize, language: &str, major: bool, transition: Option<Duration>) {
        let agreement = self.tenant.agreements[index].id;
        let of_language = |it: &&AgreementVersion| it.agreement == agreement && it.language == language;
        let number = self.histories.iter().filter(of_language).count() as u32 + 1;
        self.published += 1;
        self.histories.push(AgreementVersion {
            agreement,
            language: language.to_owned(),
            number,
            version: format!("bytes {}", self.published),
            title: String::new(),
            major,
            transition: transition.map(|span| self.now.plus(span)),
            origin: VersionOrigin::Published,
            published_at: self.now,
        });
        let history: Vec<AgreementVersion> = self.histories.iter().filter(of_language).cloned().collect();
        let last = history.last().unwrap();
        let file = AgreementFile {
            language: language.to_owned(),
            title: String::new(),
            version: last.version.clone(),
            number,
            major,
            transition: last.transition,
            document: Document::Html(String::new()),
            counting: AgreementVersion::counting(&history),
        };
        let files = &mut self.tenant.agreements[index].files;
        match files.iter_mut().find(|known| known.language == language) {
            Some(known) => *known = file,
            None => files.push(file),
        }
    }

    /// What the session learns when the guest comes by the broker (`signin::facts`).
    fn refresh(&mut self) {
        let satisfies = |answer: &&Acceptance| {
            self.tenant.agreements.iter().any(|agreement| agreement.is_satisfied_by(answer, self.now))
        };
        let since = |answer: &&Acceptance| answer.is_since(self.reset.0);
        self.session.acceptances = self.answers.iter().filter(since).filter(satisfies).cloned().collect();
    }

    /// The guest reads a new version before it is asked for, and accepts it in some language of it.
    fn accept_early(&mut self, dice: &mut Dice) {
        self.refresh();
        let Some(id) = coming(&self.tenant, &self.session.acceptances, self.now).next().map(|it| it.agreement.id)
        else {
            return;
        };
        self.record(id, AcceptanceState::Accepted, dice);
    }

    /// The guest answers the document that the dispatcher shows on the way to `app`, in some language of it.
    fn answer(&mut self, app: Option<AppId>, state: AcceptanceState, dice: &mut Dice) {
        self.refresh();
        let Step::Terms(id) = self.step(app) else { return };
        self.record(id, state, dice);
    }

    fn record(&mut self, id: AgreementId, state: AcceptanceState, dice: &mut Dice) {
        let agreement = self.tenant.agreements.iter().find(|agreement| agreement.id == id).unwrap();
        let file = &agreement.files[dice.roll(agreement.files.len() as u64) as usize];
        let answer = Acceptance {
            agreement: id,
            user: self.session.user,
            version: file.version.clone(),
            language: file.language.clone(),
            state,
            recorded_at: self.now,
            circumstances: None,
        };
        self.answers.push(answer);
        self.refresh();
        // `consent::record::complete`: once nothing of all apps is missing, and never taken back.
        if needed(&self.tenant, &self.session.acceptances, None, self.now).next().is_none() {
            self.session.accepted = true;
        }
    }

    fn step(&self, app: Option<AppId>) -> Step {
        let mut facts = Facts::at(self.now);
        facts.app = app;
        facts.session = Some(SessionFacts {
            user: self.session.user,
            user_type: UserType::Guest,
            reviewed: self.session.reviewed,
            client_consent: false,
            may_use_app: true,
            second_factor: SecondFactorFacts::Settled,
        });
        facts.needed =
            needed(&self.tenant, &self.session.acceptances, app, self.now).next().map(|agreement| agreement.id);
        next_step(&Journey::begin(self.now), &facts)
    }

    fn take(&mut self, dice: &mut Dice) {
        let app = APPS[dice.roll(3) as usize].map(app_id);
        match dice.roll(10) {
            0 => {
                let (index, language) = (dice.roll(3) as usize, LANGUAGES[dice.roll(2) as usize]);
                let major = dice.one_in(2);
                let transition = (major && dice.one_in(2)).then(|| Duration::from_secs(60 + dice.roll(3_000_000)));
                self.publish(index, language, major, transition);
            }
            1..=3 if self.step(app) == Step::Review => {
                self.session.reviewed = true;
                self.refresh();
                self.session.accepted |=
                    needed(&self.tenant, &self.session.acceptances, None, self.now).next().is_none();
            }
            1..=3 => self.answer(app, AcceptanceState::Accepted, dice),
            4 => self.answer(app, AcceptanceState::Declined, dice),
            5 | 6 => self.now = self.now.plus(Duration::from_secs(dice.roll(4_000_000))),
            // Reset of the redemption: the identity is unbound, and the next one begins with the review.
            7 if dice.one_in(3) => {
                self.reset = (Some(self.now), self.answers.len());
                self.now = self.now.plus(Duration::from_secs(1));
                (self.session.reviewed, self.session.accepted) = (false, false);
                self.refresh();
            }
            8 if self.session.reviewed => self.accept_early(dice),
            _ => self.refresh(),
        }
    }

    /// The second opinion: does the guest owe this agreement? Written from the rules, for one answer after the other.
    fn owes(&self, agreement: &Agreement) -> bool {
        !self.counting(agreement).any(|_| true)
    }

    /// The answers that count, one after the other: since the reset, accepted, neither replaced nor too old.
    fn counting<'a>(&'a self, agreement: &'a Agreement) -> impl Iterator<Item = &'a Acceptance> {
        self.answers.iter().skip(self.reset.1).filter(move |answer| {
            let shown = self
                .histories
                .iter()
                .find(|it| it.agreement == agreement.id && it.version == answer.version)
                .filter(|_| answer.agreement == agreement.id && answer.state == AcceptanceState::Accepted);
            let Some(shown) = shown else { return false };
            let replaced = self.histories.iter().any(|later| {
                later.agreement == agreement.id
                    && later.language == shown.language
                    && later.number > shown.number
                    && later.major
                    && later.transition.unwrap_or(later.published_at) <= self.now
            });
            let too_old = agreement.reaccept_after.is_some_and(|span| self.now.since(answer.recorded_at) >= span);
            let on_the_calendar = agreement.expiration.is_some_and(|calendar| {
                // One boundary after the other, as a person would count them.
                let mut boundary = Timestamp::from_micros(0);
                std::iter::from_fn(|| {
                    boundary = calendar.next_after(boundary)?;
                    (boundary <= self.now).then_some(boundary)
                })
                .any(|boundary| answer.recorded_at < boundary)
            });
            !replaced && !too_old && !on_the_calendar
        })
    }

    /// The second opinion: is a new version coming, that the guest may accept early? It is where every answer that counts
    /// has a later major version in its language; there is none that is over already, for then the answer would not count.
    fn awaits(&self, agreement: &Agreement) -> bool {
        let replaced = |answer: &Acceptance| {
            let of_language = |it: &&AgreementVersion| it.agreement == agreement.id && it.language == answer.language;
            let shown = self.histories.iter().filter(of_language).find(|it| it.version == answer.version);
            self.histories
                .iter()
                .filter(of_language)
                .any(|it| it.major && shown.is_some_and(|shown| it.number > shown.number))
        };
        !self.owes(agreement) && self.counting(agreement).all(replaced)
    }

    /// Agreements that `rule` says are owed for `app`, and those that the second opinion says are.
    fn compared(&self, app: Option<AppId>, rule: Rule) -> (Vec<AgreementId>, Vec<AgreementId>) {
        let concerned = || self.tenant.agreements.iter().filter(move |it| it.apps.is_empty() || app == Some(app_id(1)));
        let given = || self.answers.iter().skip(self.reset.1);
        let asked = concerned().filter(|agreement| !given().any(|it| rule(agreement, it, self.now)));
        let owed = concerned().filter(|agreement| self.owes(agreement));
        (asked.map(|it| it.id).collect(), owed.map(|it| it.id).collect())
    }

    /// What may be accepted early, by the program and by the second opinion.
    fn check_coming(&self, walk: u64) {
        let awaited: Vec<AgreementId> =
            self.tenant.agreements.iter().filter(|agreement| self.awaits(agreement)).map(|it| it.id).collect();
        let mut told = Vec::new();
        for coming in coming(&self.tenant, &self.session.acceptances, self.now) {
            assert!(coming.until > self.now, "walk {walk}: the day is over");
            told.push(coming.agreement.id);
        }
        assert_eq!(told, awaited, "walk {walk}: told of what nobody awaits, or not of what is coming");
    }

    fn check(&self, walk: u64) {
        self.check_coming(walk);
        for app in APPS.map(|app| app.map(app_id)) {
            let (_, owed) = self.compared(app, Agreement::is_satisfied_by);
            let asked: Vec<AgreementId> =
                needed(&self.tenant, &self.session.acceptances, app, self.now).map(|it| it.id).collect();
            assert_eq!(asked, owed, "walk {walk}: asked for what is satisfied, or not for what is owed");
            let step = match (self.session.reviewed, owed.first()) {
                (false, _) => Step::Review,
                (true, Some(first)) => Step::Terms(*first),
                (true, None) => Step::Arrived,
            };
            assert_eq!(self.step(app), step, "walk {walk}");
            let Some(app) = app else { continue };
            let judged = judge(app, &self.tenant, Some(&self.session), self.now, &SNAPSHOT);
            let open = self.session.reviewed && self.session.accepted && owed.is_empty();
            assert_eq!(judged, if open { Ok(()) } else { Err(Detour::Agree) }, "walk {walk}");
        }
    }
}

#[test]
fn b18_no_walk_reaches_an_app_with_an_owed_document_or_is_asked_for_a_satisfied_one() {
    let (mut owed, mut open) = (0_u64, 0_u64);
    for walk in 0..walks() {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (walk + 1));
        let mut world = World::new(&mut dice);
        for _ in 0..STEPS {
            world.take(&mut dice);
            world.check(walk);
        }
        let mut nothing_owed = world.tenant.agreements.iter().map(|it| !world.owes(it));
        if nothing_owed.all(|it| it) { open += 1 } else { owed += 1 }
    }
    println!("{} walks of consent, {STEPS} steps each: {owed} ended owing something, {open} owing nothing", walks());
    // The walks visit both ends, or they would prove nothing.
    assert!(owed > walks() / 10 && open > walks() / 100, "{owed} walks ended owing something, {open} owing nothing");
}

/// The control: the same walks find every rule that somebody might have written instead.
#[test]
fn b18_the_walks_catch_naive_rules() {
    fn accepted(agreement: &Agreement, answer: &Acceptance) -> bool {
        answer.agreement == agreement.id && answer.state == AcceptanceState::Accepted
    }
    let naive: [(&str, Rule); 6] = [
        ("once accepted, accepted for ever", |agreement, answer, _| accepted(agreement, answer)),
        ("only the current version", |agreement, answer, now| {
            agreement.is_satisfied_by(answer, now) && agreement.files.iter().any(|it| it.version == answer.version)
        }),
        ("no expiry", |agreement, answer, now| {
            let eternal = Agreement { reaccept_after: None, expiration: None, ..agreement.clone() };
            eternal.is_satisfied_by(answer, now)
        }),
        ("no transition", |agreement, answer, now| {
            let mut strict = agreement.clone();
            strict.files.iter_mut().for_each(|file| file.counting.retain(|it| it.until.is_none()));
            strict.is_satisfied_by(answer, now)
        }),
        ("an endless transition", |agreement, answer, now| {
            let mut lax = agreement.clone();
            lax.files.iter_mut().flat_map(|file| &mut file.counting).for_each(|it| it.until = None);
            lax.is_satisfied_by(answer, now)
        }),
        ("any answer is an acceptance", |agreement, answer, now| {
            let answer = Acceptance { state: AcceptanceState::Accepted, ..answer.clone() };
            agreement.is_satisfied_by(&answer, now)
        }),
    ];
    for (name, rule) in naive {
        let caught = (0..2_000).any(|walk| {
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (walk + 1));
            let mut world = World::new(&mut dice);
            (0..STEPS).any(|_| {
                world.take(&mut dice);
                let (asked, owed) = world.compared(Some(app_id(1)), rule);
                asked != owed
            })
        });
        assert!(caught, "no walk noticed: {name}");
    }
}
