//! Random walks through the life of an invitation, by the very verbs: invite, send, revoke, expire, bounce, sign in, agree,
//! decline, in any order and with sessions that have grown old. After each step nothing illegal may stand in the directory.

use std::sync::Arc;
use std::time::Duration;

use super::bounce::bounced;
use super::expire::record_ended;
use super::invite::{Invite, Inviter, LinkLife, invite};
use super::resend::resend;
use super::revoke::revoke;
use super::send_again::send_again;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Environment, load};
use crate::consent::record::{Answer, review, terms};
use crate::model::*;
use crate::proxy::samples::agreement;
use crate::test_doubles::*;

const STEPS: usize = 14;
const GUEST: &str = "guest@fabrikam.example";
const OPERATOR: Inviter = Inviter::Operator { name: None };

/// How many walks are taken; `tests/long` takes ten times as many.
#[expect(clippy::disallowed_methods, reason = "only tests/long sets it")]
fn walks() -> u64 {
    std::env::var("VESTIBULE_WALKS").ok().and_then(|walks| walks.parse().ok()).unwrap_or(10_000)
}

/// A small generator (xorshift64*), so that a walk is told by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % sides
    }
}

/// The bench, and an app whose directory and clock are the bench's.
struct Ground {
    bench: Bench,
    app: App,
    _folder: tempfile::TempDir,
}

async fn ground() -> Ground {
    let mut tenant = contoso();
    tenant.agreements = vec![agreement(1, "none")];
    let mut bench = Bench::of(tenant);
    bench.limits.invitations_per_day = u64::MAX;
    let folder = tempfile::tempdir().unwrap();
    let config = crate::config::unpack_shipped(&folder.path().join("config")).unwrap();
    let data = folder.path().join("data");
    let loaded = load(&config, &Environment::of([("VESTIBULE_DATA_DIR", data.to_str().unwrap())])).unwrap();
    let mut app = App::open(loaded.settings).await.unwrap();
    app.store = Arc::new(bench.store.clone());
    app.clock = bench.clock.clone();
    Ground { bench, app, _folder: folder }
}

/// What may happen. The last one is no verb: it is what a naive program would do, for the control.
#[derive(Clone, Copy, Debug)]
enum Move {
    Invite { short: bool, mail: bool },
    SendAgain,
    Resend,
    Revoke,
    Wait { seconds: u64 },
    Record,
    Bounce,
    SignIn { stranger: bool },
    Review { stranger: bool, accept: bool },
    Terms { stranger: bool, accept: bool },
    Unblock,
    NaiveAccept,
}

fn roll(dice: &mut Dice, naive: bool) -> Move {
    let stranger = dice.roll(4) == 0;
    let accept = dice.roll(3) != 0;
    match dice.roll(if naive { 21 } else { 20 }) {
        0..=2 => Move::Invite { short: dice.roll(2) == 0, mail: dice.roll(2) == 0 },
        3 => Move::SendAgain,
        4 => Move::Resend,
        5 => Move::Revoke,
        6 | 7 => Move::Wait { seconds: [1, 61, 3_700, 90_000][usize::try_from(dice.roll(4)).unwrap()] },
        8 => Move::Record,
        9 => Move::Bounce,
        10..=12 => Move::SignIn { stranger },
        13..=15 => Move::Review { stranger, accept },
        16..=18 => Move::Terms { stranger, accept },
        19 => Move::Unblock,
        _ => Move::NaiveAccept,
    }
}

/// Sessions of the guest and of a stranger who holds an alias; they grow old on purpose.
#[derive(Default)]
struct Sessions([Option<SessionRecord>; 2]);

fn identity(stranger: bool) -> Identity {
    Identity {
        issuer: "https://login.fabrikam.example".to_owned(),
        subject: if stranger { "stranger" } else { "guest" }.to_owned(),
        method: Method::Connection { name: "fabrikam".parse().unwrap() },
    }
}

fn user_of(content: &Content) -> Option<User> {
    content.users.first().map(|(_, user)| user.clone())
}

async fn take(ground: &Ground, sessions: &mut Sessions, step: Move) {
    let (bench, app) = (&ground.bench, &ground.app);
    let context = bench.guests();
    let known = user_of(&bench.store.content());
    let answer = |accept| Answer {
        state: if accept { AcceptanceState::Accepted } else { AcceptanceState::Declined },
        language: "en",
        network: "192.0.2.0/24",
    };
    // Refusals are the point of many steps: what counts is what stands in the directory afterwards.
    match (step, known) {
        (Move::Invite { short, mail }, _) => {
            let link_life = if short { LinkLife::For(Duration::from_secs(60)) } else { LinkLife::TenantDefault };
            let wish = Invite { link_life, send_mail: mail, apps: vec![WIKI], ..Invite::of(address(GUEST), OPERATOR) };
            let _ = invite(context, wish).await;
        }
        (Move::SendAgain, Some(user)) => drop(send_again(context, &OPERATOR, user.id).await),
        (Move::Resend, _) => drop(resend(context, &address(GUEST)).await),
        (Move::Revoke, Some(user)) => drop(revoke(context, &OPERATOR, user.id).await),
        (Move::Wait { seconds }, _) => bench.clock.advance(Duration::from_secs(seconds)),
        (Move::Record, _) => drop(record_ended(&bench.store, CONTOSO, bench.clock.now()).await),
        (Move::Bounce, Some(_)) => {
            let last = bench.store.content().invitations.last().map(|(_, row)| row.id.clone());
            if let Some(id) = last {
                let _ = bounced(&bench.store, CONTOSO, &id, bench.clock.now()).await;
            }
        }
        (Move::SignIn { stranger }, Some(user)) => {
            sessions.0[usize::from(stranger)] = Some(SessionRecord {
                tenant: CONTOSO,
                user: user.id,
                identity: identity(stranger),
                verified_address: Some(address(GUEST)),
                reviewed: user.identity.as_ref().is_some_and(|bound| *bound == identity(stranger)),
                acceptances: Vec::new(),
                accepted: !user.is_pending(),
                ..crate::proxy::samples::record(1)
            });
        }
        (Move::Review { stranger, accept }, _) => {
            if let Some(session) = &sessions.0[usize::from(stranger)]
                && let Ok(facts) = review(app, &bench.tenant, session, "Review permissions", answer(accept)).await
            {
                sessions.0[usize::from(stranger)] = Some(facts);
            }
        }
        (Move::Terms { stranger, accept }, _) => {
            let agreement = &bench.tenant.agreements[0];
            if let Some(session) = &sessions.0[usize::from(stranger)]
                && let Ok(facts) =
                    terms(app, &bench.tenant, session, agreement, &agreement.files[0], answer(accept)).await
            {
                sessions.0[usize::from(stranger)] = Some(facts);
            }
        }
        // An administrator who knows nothing of the invitation lets the account work again.
        (Move::Unblock, Some(_)) => bench.store.edit(|content| content.users[0].1.account_enabled = true),
        (Move::NaiveAccept, Some(_)) => bench.store.edit(|content| {
            content.users[0].1.external_user_state = Some(ExternalUserState::Accepted);
            content.invitations.iter_mut().for_each(|(_, row)| row.state = InvitationState::Accepted);
        }),
        _ => {}
    }
}

/// What is wrong with the directory, if anything, given how it stood a step ago.
fn illegal(before: &Content, after: &Content) -> Option<String> {
    let open = after.invitations.iter().filter(|(_, row)| row.state.is_open()).count();
    if open > 1 {
        return Some(format!("{open} invitations of one address are open"));
    }
    if after.users.len() > 1 {
        return Some("one address has two guests".to_owned());
    }
    for (_, row) in &after.invitations {
        let steps: Vec<_> =
            after.history.iter().map(|(_, _, step)| step).filter(|step| step.invitation == row.id).collect();
        if steps.last().map(|step| step.state) != Some(row.state) {
            return Some("an invitation stands where its history does not lead".to_owned());
        }
        let mut stood = None;
        for step in steps {
            let reachable = stood.is_none_or(|state: InvitationState| {
                let events = [
                    InvitationEvent::Renew,
                    InvitationEvent::Accept,
                    InvitationEvent::Decline,
                    InvitationEvent::Expire,
                    InvitationEvent::Bounce,
                    InvitationEvent::Revoke,
                ];
                events.iter().any(|event| state.after(*event) == Ok(step.state))
            });
            if step.previous != stood || !reachable {
                return Some(format!("{:?} → {:?} is no step", step.previous, step.state));
            }
            stood = Some(step.state);
        }
    }
    let user = user_of(after)?;
    let was = user_of(before);
    let bound_before = was.as_ref().and_then(|user| user.identity.clone());
    if bound_before.is_some() && bound_before != user.identity {
        return Some("a bound identity was replaced".to_owned());
    }
    let said_yes = |identity: &Identity| {
        let by = |row: &Review| row.circumstances.as_ref().is_some_and(|known| known.identity == *identity);
        after.reviews.iter().any(|(_, row)| row.state == AcceptanceState::Accepted && by(row))
    };
    if user.identity.as_ref().is_some_and(|identity| !said_yes(identity)) {
        return Some("somebody is bound who agreed to nothing".to_owned());
    }
    let revoked_before = before.invitations.iter().all(|(_, row)| row.state == InvitationState::Revoked);
    let closed_before = was.as_ref().is_some_and(|user| !user.account_enabled);
    if bound_before.is_none() && user.identity.is_some() && (revoked_before || closed_before) {
        return Some("a revoked guest was bound".to_owned());
    }
    let accepted = user.external_user_state == Some(ExternalUserState::Accepted);
    let was_accepted = was.as_ref().is_some_and(|user| !user.is_pending());
    if was_accepted && !accepted {
        return Some("an accepted guest is pending again".to_owned());
    }
    if accepted && !was_accepted && (revoked_before || closed_before) {
        return Some("a revoked guest was accepted".to_owned());
    }
    let agreed = after.acceptances.iter().any(|(_, row)| row.state == AcceptanceState::Accepted);
    if accepted && (user.identity.is_none() || !agreed) {
        return Some("a guest is accepted who agreed to nothing".to_owned());
    }
    let redeemed = after.invitations.iter().any(|(_, row)| row.state == InvitationState::Accepted);
    if accepted != redeemed {
        return Some(format!("the guest is accepted: {accepted}; an invitation is: {redeemed}"));
    }
    None
}

/// One walk; what went wrong, with every step that led there.
async fn walk(ground: &Ground, number: u64, naive: bool) -> Result<usize, String> {
    ground.bench.store.edit(|content| *content = Content::default());
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut sessions = Sessions::default();
    let mut taken = Vec::new();
    for _ in 0..STEPS {
        let step = roll(&mut dice, naive);
        let before = ground.bench.store.content();
        take(ground, &mut sessions, step).await;
        taken.push(step);
        if let Some(fault) = illegal(&before, &ground.bench.store.content()) {
            return Err(format!("walk {number}: {fault}, after {taken:?}"));
        }
    }
    Ok(ground.bench.store.content().history.len())
}

#[tokio::test]
async fn random_walks_by_the_verbs_meet_no_illegal_state() {
    let ground = ground().await;
    let mut redeemed = 0;
    let mut steps = 0;
    for number in 0..walks() {
        steps += walk(&ground, number, false).await.unwrap();
        let content = ground.bench.store.content();
        redeemed += u32::from(content.users.iter().any(|(_, user)| !user.is_pending()));
    }
    println!("{} walks of invitations, {STEPS} steps each: {redeemed} ended accepted, {steps} changes", walks());
    // Walks that never get anywhere would show nothing.
    assert!(u64::from(redeemed) * 50 > walks(), "only {redeemed} walks of {} ended accepted", walks());
    assert!(steps as u64 > walks() * 2, "only {steps} changes of invitations");
}

#[tokio::test]
async fn control_a_program_that_accepts_without_asking_is_found_out() {
    let ground = ground().await;
    let mut found = 0;
    for number in 0..200 {
        found += u32::from(walk(&ground, number, true).await.is_err());
    }
    assert!(found > 20, "only {found} of 200 naive walks were found out");
}
