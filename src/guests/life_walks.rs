//! 10,000 random walks through the life of a guest: whatever happens in whatever order, no state comes about that must not.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::invite::{Invite, Inviter, invite};
use super::life::By;
use super::reset::{Reset, Says, reset};
use super::sweep::sweep;
use super::{block, delete, end_access, erase, leave};
use crate::app::App;
use crate::clock::{Clock, Random, SystemRandom, random_guid};
use crate::config::{Environment, load, unpack_shipped};
use crate::consent::record::{Answer, review};
use crate::model::*;
use crate::session::{RecordSeal, Session, Sessions};
use crate::test_doubles::{Content, MemoryShortTerm, MemoryStore, TestClock, WIKI, address, contoso, snapshot};

/// How many walks; `VESTIBULE_WALKS` sets another number (tests/long takes 100,000).
const WALKS: u64 = 10_000;
const STEPS: usize = 14;
const ADDRESSES: [&str; 3] = ["one@mail.example", "two@mail.example", "three@mail.example"];
const DAY: Duration = Duration::from_secs(86_400);

#[derive(Clone, Copy, Debug)]
enum Step {
    Invite,
    Redeem,
    AcceptLate,
    Decline,
    Reset,
    ResetElsewhere,
    Block,
    Unblock,
    Expire,
    Extend,
    Delete,
    Restore,
    Leave,
    Erase,
    Purge,
    DaysPass,
    MonthPasses,
}

const ALL: [Step; 17] = [
    Step::Invite,
    Step::Redeem,
    Step::AcceptLate,
    Step::Decline,
    Step::Reset,
    Step::ResetElsewhere,
    Step::Block,
    Step::Unblock,
    Step::Expire,
    Step::Extend,
    Step::Delete,
    Step::Restore,
    Step::Leave,
    Step::Erase,
    Step::Purge,
    Step::DaysPass,
    Step::MonthPasses,
];

/// Numbers that are the same for the same walk.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

struct Walker {
    app: App,
    store: MemoryStore,
    clock: Arc<TestClock>,
    tenant: Tenant,
    /// Sign-ins, live or not: an answer of a dead one may still be on its way.
    sessions: Mutex<Vec<Arc<Session>>>,
}

impl Walker {
    fn content(&self) -> Content {
        self.store.content()
    }

    /// Any user, in the bin or not, or nobody.
    fn anybody(&self, dice: &mut Dice) -> UserId {
        let users = self.content().users;
        match users.len() {
            0 => UserId::new(uuid::Uuid::nil()),
            some => users[dice.roll(some)].1.id,
        }
    }

    /// Signs in by a code to an address, as `signin::finish` matches it.
    async fn sign_in(&self, dice: &mut Dice) -> Option<Arc<Session>> {
        let typed = ADDRESSES[dice.roll(ADDRESSES.len())];
        let identity =
            Identity { issuer: "mail".to_owned(), subject: typed.to_owned(), method: Method::OneTimePasscode };
        let mut read = self.app.store.read(self.tenant.id).await.unwrap();
        let bound = read.user_by_identity(&identity.issuer, &identity.subject).await.unwrap();
        let found = match bound {
            Some(user) => Some(user),
            None => read.unbound_guest(&address(typed)).await.unwrap(),
        };
        let now = self.clock.now();
        let user = found.filter(|user| user.account_enabled && !user.has_ended(now))?;
        let mut record = SessionRecord {
            id: SessionId(random_guid(&SystemRandom)),
            tenant: self.tenant.id,
            user: user.id,
            identity,
            verified_address: Some(address(typed)),
            signed_in_at: now,
            absolute_end: now.plus(DAY),
            last_used_at: now,
            ..crate::test_doubles::session_record()
        };
        crate::signin::facts::fill(read.as_mut(), &self.tenant, &user, &mut record, now).await.unwrap();
        let session = self.app.sessions.start(record).await.unwrap();
        self.sessions.lock().unwrap().push(Arc::clone(&session));
        Some(session)
    }

    async fn answer(&self, session: &SessionRecord, state: AcceptanceState) {
        let answer = Answer { state, language: "en", network: "192.0.2.0/24" };
        // Refused or taken; what matters is the state afterwards.
        let _ = review(&self.app, &self.tenant, session, "shown", answer).await;
    }

    async fn take(&self, step: Step, dice: &mut Dice) {
        let (app, tenant) = (&self.app, &self.tenant);
        let user = self.anybody(dice);
        let snapshot = app.snapshot.load_full();
        match step {
            Step::Invite => {
                let to = address(ADDRESSES[dice.roll(ADDRESSES.len())]);
                let wish =
                    Invite { apps: vec![WIKI], send_mail: false, ..Invite::of(to, Inviter::Operator { name: None }) };
                let _ = invite(super::context(app, &snapshot, tenant), wish).await;
            }
            Step::Redeem => {
                if let Some(session) = self.sign_in(dice).await {
                    let record = session.record().clone();
                    self.answer(&record, AcceptanceState::Accepted).await;
                }
            }
            Step::Decline => {
                if let Some(session) = self.sign_in(dice).await {
                    let record = session.record().clone();
                    self.answer(&record, AcceptanceState::Declined).await;
                }
            }
            Step::AcceptLate => {
                let sessions = self.sessions.lock().unwrap().clone();
                if !sessions.is_empty() {
                    let record = sessions[dice.roll(sessions.len())].record().clone();
                    self.answer(&record, AcceptanceState::Accepted).await;
                }
            }
            Step::Reset | Step::ResetElsewhere => {
                let elsewhere = matches!(step, Step::ResetElsewhere);
                let address = elsewhere.then(|| address(ADDRESSES[dice.roll(ADDRESSES.len())]));
                let before = self.content();
                let wish = Reset { user, address, send_mail: false, says: Says::default() };
                if let Ok(done) = reset(app, &snapshot, tenant, By::Operator, wish).await {
                    assert_eq!(done.user.id, user, "the same object");
                    assert_eq!(before.assignments, self.content().assignments, "the same apps");
                }
            }
            Step::Block => drop(block::block(app, tenant, By::Operator, user).await),
            Step::Unblock => drop(block::unblock(app, tenant, By::Operator, user).await),
            Step::Expire => {
                let soon = self.clock.now().plus(DAY * 2);
                drop(end_access::end_access(app, tenant, By::Operator, user, Some(soon)).await);
            }
            Step::Extend => drop(end_access::end_access(app, tenant, By::Operator, user, None).await),
            Step::Delete => drop(delete::delete(app, tenant, By::Operator, user).await),
            Step::Restore => drop(delete::restore(app, tenant, By::Operator, user).await),
            Step::Leave => drop(leave::leave(app, tenant, user).await),
            Step::Erase => drop(erase::erase(app, tenant, By::User(user), user).await),
            Step::Purge => drop(erase::purge(app, tenant.id, By::Operator, user).await),
            Step::DaysPass => self.time_passes(3).await,
            Step::MonthPasses => self.time_passes(31).await,
        }
    }

    async fn time_passes(&self, days: u32) {
        self.clock.advance(DAY * days);
        sweep(&self.app).await.unwrap();
    }

    /// What is wrong with the state; nothing, if all is well.
    fn faults(&self) -> Vec<String> {
        let content = self.content();
        let mut faults = faults_of(&content);
        let now = self.clock.now();
        for session in self.sessions.lock().unwrap().iter() {
            let record = session.record();
            let user = content.users.iter().find(|(_, user)| user.id == record.user).map(|(_, user)| user);
            let may = user.is_some_and(|user| {
                user.account_enabled
                    && user.deleted_at.is_none()
                    && !user.has_ended(now)
                    && reset_of(&content, user).is_none_or(|reset| record.signed_in_at > reset)
            });
            if session.is_live(now) && !may {
                faults.push(format!("a session of {} lives on", record.user));
            }
        }
        // Also those whom time erased from the bin.
        for (_, user) in &content.life.purged {
            let mut rows = content.users.iter().map(|(_, row)| row).filter(|row| row.id == *user);
            let mut invitations = content.invitations.iter().map(|(_, row)| row).filter(|row| row.user == *user);
            let known = rows.any(|row| row.mail.is_some() || row.invited_address.is_some() || row.identity.is_some())
                || invitations.any(|row| !row.address.as_str().ends_with("@erased.invalid"))
                || content.reviews.iter().any(|(_, row)| row.user == *user && row.circumstances.is_some())
                || content.life.keys.keys().any(|(_, whose)| whose == user);
            if known {
                faults.push(format!("{user} was erased, and is still known"));
            }
        }
        faults
    }
}

/// The rules of the guest state machine over the directory alone.
fn faults_of(content: &Content) -> Vec<String> {
    let mut faults = Vec::new();
    let alive: Vec<&User> =
        content.users.iter().map(|(_, user)| user).filter(|user| user.deleted_at.is_none()).collect();
    let mut addresses = BTreeSet::new();
    let mut identities = BTreeSet::new();
    for user in &alive {
        let accepted = user.external_user_state == Some(ExternalUserState::Accepted);
        if user.invited_address.as_ref().is_some_and(|own| !addresses.insert(own.to_string())) {
            faults.push(format!("two guests under one address: {}", user.id));
        }
        if user.identity.as_ref().is_some_and(|own| !identities.insert((own.issuer.clone(), own.subject.clone()))) {
            faults.push(format!("one identity, two guests: {}", user.id));
        }
        let reset = reset_of(content, user);
        let agreed = content.reviews.iter().map(|(_, review)| review).any(|review| {
            review.user == user.id
                && review.state == AcceptanceState::Accepted
                && reset.is_none_or(|reset| review.recorded_at > reset)
        });
        if user.identity.is_some() != agreed {
            faults.push(format!("bound and agreed do not go together: {}", user.id));
        }
        if accepted && user.identity.is_none() {
            faults.push(format!("accepted and bound to nobody: {}", user.id));
        }
        let open = content.invitations.iter().filter(|(_, row)| row.user == user.id && row.state.is_open()).count();
        if open > 1 || accepted && open > 0 {
            faults.push(format!("{open} open invitations: {}", user.id));
        }
        if user.is_pending() && user.identity.is_none() && user.account_enabled && open == 0 {
            let revoked = content.invitations.iter().any(|(_, row)| row.user == user.id);
            if !revoked {
                faults.push(format!("pending, and nothing to redeem: {}", user.id));
            }
        }
    }
    for (_, row) in content.invitations.iter().filter(|(_, row)| row.state.is_open()) {
        if !alive.iter().any(|user| user.id == row.user) {
            faults.push(format!("an open invitation of somebody who is gone: {}", row.user));
        }
    }
    faults
}

fn reset_of(content: &Content, user: &User) -> Option<Timestamp> {
    content.life.resets.iter().filter(|(_, whose, _)| *whose == user.id).map(|(_, _, at)| *at).max()
}

async fn walker(folder: &std::path::Path) -> Walker {
    let config = unpack_shipped(&folder.join("config")).unwrap();
    let data = folder.join("data").to_string_lossy().into_owned();
    let environment = Environment::of([("VESTIBULE_DATA_DIR", data.as_str())]);
    let settings = load(&config, &environment).unwrap().settings;
    let mut app = App::open(settings).await.unwrap();
    let clock = TestClock::at(1_800_000_000);
    app.clock = clock.clone();
    app.snapshot.store(Arc::new(snapshot()));
    Walker { app, store: MemoryStore::default(), clock, tenant: contoso(), sessions: Mutex::default() }
}

/// A folder whose files cost nothing, where there is one: each erasure waits for the disk.
fn quick_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Begins anew with an empty directory.
fn begin(walker: &mut Walker) {
    walker.store = MemoryStore::default();
    let app = &mut walker.app;
    app.store = Arc::new(walker.store.clone());
    app.short_term = MemoryShortTerm::new(Arc::clone(&walker.clock));
    let (short_term, seal) = (Arc::clone(&app.short_term), Arc::clone(&app.keys) as Arc<dyn RecordSeal>);
    app.sessions = Sessions::new(short_term, seal, Arc::clone(&app.clock), Arc::clone(&app.random));
    walker.sessions.lock().unwrap().clear();
}

#[tokio::test]
async fn ten_thousand_walks_meet_no_illegal_state() {
    let folder = quick_folder();
    let mut walker = walker(folder.path()).await;
    let walks = walks();
    let seed = u64::from_le_bytes(random_seed());
    let mut states = BTreeSet::new();
    for walk in 0..walks {
        begin(&mut walker);
        let mut dice = Dice(seed.wrapping_add(walk.wrapping_mul(0x1234_5678_9abc_def1)));
        let mut way = Vec::new();
        for _ in 0..STEPS {
            // Most walks would otherwise begin with steps that find nobody.
            let step = if way.is_empty() { Step::Invite } else { ALL[dice.roll(ALL.len())] };
            way.push(step);
            walker.take(step, &mut dice).await;
            walker.clock.advance(Duration::from_secs(1));
            let faults = walker.faults();
            assert!(faults.is_empty(), "seed {seed}, walk {walk}: {way:?}\n{}", faults.join("\n"));
        }
        for (_, user) in walker.content().users {
            states.insert((
                user.external_user_state.map(ExternalUserState::as_str),
                user.account_enabled,
                user.deleted_at.is_some(),
            ));
        }
    }
    println!("{walks} walks of a guest's life, {STEPS} steps each: {} kinds of states met, seed {seed}", states.len());
    // The walks go everywhere: pending and accepted, blocked and not, in the bin and not.
    assert!(walks < 1_000 || states.len() == 8, "{states:?}");
}

/// The control: rules that could not fail would prove nothing.
#[tokio::test]
async fn the_rules_notice_what_must_not_be() {
    let folder = quick_folder();
    let mut walker = walker(folder.path()).await;
    begin(&mut walker);
    let mut dice = Dice(7);
    walker.take(Step::Invite, &mut dice).await;
    walker.take(Step::Invite, &mut dice).await;
    while walker.content().reviews.is_empty() {
        walker.take(Step::Redeem, &mut dice).await;
    }
    let good = walker.content();
    assert_eq!(faults_of(&good), Vec::<String>::new());
    type Edit = fn(&mut Content);
    let edits: [(&str, Edit); 5] = [
        ("a binding without the answer", |content| content.reviews.clear()),
        ("an answer without the binding", |content| {
            content.users.iter_mut().for_each(|(_, user)| user.identity = None)
        }),
        ("a deletion that leaves the invitation open", |content| {
            for (_, row) in &mut content.invitations {
                row.state = InvitationState::Pending;
            }
            content.users.iter_mut().for_each(|(_, user)| user.deleted_at = Some(Timestamp::from_seconds(1)));
        }),
        ("a copy", |content| {
            let copy = content.users[0].clone();
            content.users.push(copy);
        }),
        ("an acceptance that leaves the invitation open", |content| {
            for (_, row) in &mut content.invitations {
                row.state = InvitationState::Pending;
            }
        }),
    ];
    for (name, edit) in edits {
        let mut bad = good.clone();
        edit(&mut bad);
        assert!(!faults_of(&bad).is_empty(), "not noticed: {name}");
    }
}

fn random_seed() -> [u8; 8] {
    let mut seed = [0; 8];
    SystemRandom.fill(&mut seed);
    seed
}

#[expect(clippy::disallowed_methods, reason = "only tests/long sets it")]
fn walks() -> u64 {
    std::env::var("VESTIBULE_WALKS").ok().and_then(|text| text.parse().ok()).unwrap_or(WALKS)
}
