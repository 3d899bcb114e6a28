//! What a passcode must withstand (attack rows B3, B6, B7, B8, B10).

use std::collections::HashSet;
use std::time::Duration;

use super::email_code::{CodeCheck, CodeContext, CodeLetter, CodePurpose, CodeSent, CodeSlot, check_code, send_code};
use crate::model::{EmailAddress, OutgoingMail};
use crate::test_doubles::{Bench, TestWords, address, contoso, northwind};

/// A keyed hash good enough to tell inputs apart: SHA-256 over length-prefixed parts.
fn keyed_hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(b"pepper of the test");
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    context.finish().as_ref().try_into().unwrap()
}

fn context(bench: &Bench) -> CodeContext<'_> {
    CodeContext {
        store: &bench.store,
        short_term: bench.short_term.as_ref(),
        tenant: &bench.tenant,
        urls: &bench.urls,
        brand: "Vestibule",
        words: &TestWords,
        limits: &bench.limits,
        keyed_hash: &keyed_hash,
        clock: bench.clock.as_ref(),
        random: bench.random.as_ref(),
    }
}

const LETTER: CodeLetter<'static> = CodeLetter { deliver: true, app: None, languages: &[], browser: None };

fn slot<'a>(address: &'a EmailAddress, binding: &'a str) -> CodeSlot<'a> {
    CodeSlot { address, binding, purpose: CodePurpose::SignIn, known_device: None }
}

/// The eight digits of a mail.
fn code_in(mail: &OutgoingMail) -> String {
    let line =
        mail.text.lines().map(str::trim).find(|line| line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit()));
    line.unwrap().to_owned()
}

fn last_code(bench: &Bench) -> String {
    code_in(&bench.store.content().mails.last().unwrap().mail)
}

fn other_than(code: &str) -> String {
    format!("{:08}", (code.parse::<u32>().unwrap() + 1) % 100_000_000)
}

async fn send(bench: &Bench, slot: CodeSlot<'_>) -> CodeSent {
    send_code(context(bench), slot, LETTER).await.unwrap()
}

async fn check(bench: &Bench, slot: CodeSlot<'_>, typed: &str) -> CodeCheck {
    check_code(context(bench), slot, typed).await.unwrap()
}

fn proved(check: &CodeCheck) -> bool {
    matches!(check, CodeCheck::Proved(_))
}

#[tokio::test]
async fn the_right_code_proves_the_mailbox_once() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    assert_eq!(send(&bench, slot(&guest, "browser")).await, CodeSent::Queued);
    let code = last_code(&bench);
    let grouped = format!(" {} {}-{} ", &code[..2], &code[2..5], &code[5..]);
    match check(&bench, slot(&guest, "browser"), &grouped).await {
        CodeCheck::Proved(verified) => assert_eq!(verified.address(), &guest),
        other => panic!("{other:?}"),
    }
    assert_eq!(check(&bench, slot(&guest, "browser"), &code).await, CodeCheck::Gone);
}

#[tokio::test]
async fn a_code_ends_with_its_lifetime_which_no_policy_stretches_beyond_half_an_hour() {
    for (policy, life) in [(600, 600), (60, 60), (86_400, 1_800)] {
        let mut tenant = contoso();
        tenant.policies.passcode_lifetime = Duration::from_secs(policy);
        let (bench, guest) = (Bench::of(tenant), address("passcode@mail.example"));
        send(&bench, slot(&guest, "browser")).await;
        bench.clock.advance(Duration::from_secs(life));
        let code = last_code(&bench);
        assert_eq!(check(&bench, slot(&guest, "browser"), &code).await, CodeCheck::Gone, "{policy} s");
    }
}

#[tokio::test]
async fn b6_the_sixth_try_is_refused_even_with_the_right_code() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    send(&bench, slot(&guest, "browser")).await;
    let code = last_code(&bench);
    for left in [4, 3, 2, 1, 0] {
        let wrong = check(&bench, slot(&guest, "browser"), &other_than(&code)).await;
        assert_eq!(wrong, CodeCheck::Wrong { tries_left: left });
    }
    assert_eq!(check(&bench, slot(&guest, "browser"), &code).await, CodeCheck::Gone);
}

#[tokio::test]
async fn b6_the_fifth_try_still_counts() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    send(&bench, slot(&guest, "browser")).await;
    let code = last_code(&bench);
    for _ in 0..4 {
        check(&bench, slot(&guest, "browser"), &other_than(&code)).await;
    }
    assert!(proved(&check(&bench, slot(&guest, "browser"), &code).await));
}

#[tokio::test]
async fn b6_no_code_is_accepted_after_thirty_failures_of_a_day() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    for browser in 0..6 {
        let browser = format!("browser {browser}");
        assert_eq!(send(&bench, slot(&guest, &browser)).await, CodeSent::Queued);
        let code = last_code(&bench);
        for _ in 0..5 {
            assert!(!proved(&check(&bench, slot(&guest, &browser), &other_than(&code)).await));
        }
        bench.clock.advance(Duration::from_secs(3_601));
    }
    assert_eq!(send(&bench, slot(&guest, "mine")).await, CodeSent::Queued);
    let code = last_code(&bench);
    assert_eq!(check(&bench, slot(&guest, "mine"), &code).await, CodeCheck::Gone, "the 31st");
    bench.clock.advance(Duration::from_secs(86_400));
    send(&bench, slot(&guest, "mine")).await;
    let code = last_code(&bench);
    assert!(proved(&check(&bench, slot(&guest, "mine"), &code).await), "the next day");
}

#[tokio::test]
async fn b6_a_thousand_simultaneous_tries_are_five() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    send(&bench, slot(&guest, "browser")).await;
    let wrong = other_than(&last_code(&bench));
    let tries = (0..1_000).map(|_| check(&bench, slot(&guest, "browser"), &wrong));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, CodeCheck::Wrong { .. })).count(), 5);
}

/// The attack of the three tests above on a part that only compares: it gets as many tries as it likes.
#[tokio::test]
async fn b6_control_without_counting_the_code_is_found() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    send(&bench, slot(&guest, "browser")).await;
    let code = last_code(&bench);
    let naive = |typed: &str| typed == code;
    let start = code.parse::<u32>().unwrap().saturating_sub(500);
    let found = (start..start + 1_000).filter(|guess| naive(&format!("{guess:08}"))).count();
    assert_eq!(found, 1);
}

/// Counting after the look instead of with it: simultaneous tries all see the same count.
#[tokio::test]
async fn b6_control_a_count_that_is_read_first_lets_simultaneous_tries_through() {
    let tries = std::cell::Cell::new(0);
    let naive = async || {
        let before = tries.get();
        tokio::task::yield_now().await;
        tries.set(before + 1);
        before < 5
    };
    let answers = futures_util::future::join_all((0..1_000).map(|_| naive())).await;
    assert!(answers.iter().filter(|let_through| **let_through).count() > 5);
}

#[tokio::test]
async fn b3_pressing_again_within_a_minute_sends_nothing_whoever_presses() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    for robot in 0..500 {
        let browser = format!("robot {}", robot % 20);
        let sent = send(&bench, slot(&guest, &browser)).await;
        assert_eq!(sent == CodeSent::Queued, robot == 0);
    }
    assert_eq!(bench.store.content().mails.len(), 1);
}

#[tokio::test]
async fn b7_five_an_hour_and_twenty_a_day_but_a_known_device_has_its_own() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    let mut sent = 0;
    for minute in 0..24 * 60 {
        let browser = format!("attacker {minute}");
        let answer = send(&bench, slot(&guest, &browser)).await;
        sent += usize::from(answer == CodeSent::Queued);
        assert!(minute >= 60 || sent <= 5);
        bench.clock.advance(Duration::from_secs(60));
    }
    assert_eq!(sent, 20);
    let mine = CodeSlot { known_device: Some("device"), ..slot(&guest, "mine") };
    bench.clock.advance(Duration::from_secs(3_600));
    for minute in 0..60 {
        send(&bench, slot(&guest, &format!("attacker {minute}"))).await;
    }
    assert_eq!(send(&bench, mine).await, CodeSent::Queued);
    let code = last_code(&bench);
    assert!(proved(&check(&bench, mine, &code).await));
}

#[tokio::test]
async fn b8_a_code_works_in_no_other_browser_tenant_purpose_or_mailbox() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    let other_tenant = Bench { short_term: bench.short_term.clone(), ..Bench::of(northwind()) };
    let purposes = [CodePurpose::SignIn, CodePurpose::Redeem, CodePurpose::CreateAccount];
    for purpose in purposes {
        let right = CodeSlot { purpose, ..slot(&guest, "browser") };
        bench.clock.advance(Duration::from_secs(61));
        assert_eq!(send(&bench, right).await, CodeSent::Queued);
        let code = last_code(&bench);
        let stranger = address("Passcode@mail.example");
        let mut wrong = vec![
            (&bench, CodeSlot { binding: "browser2", ..right }),
            (&bench, CodeSlot { binding: "", ..right }),
            (&bench, CodeSlot { address: &stranger, ..right }),
            (&other_tenant, right),
        ];
        wrong.extend(
            purposes
                .iter()
                .filter(|other| **other != purpose)
                .map(|other| (&bench, CodeSlot { purpose: *other, ..right })),
        );
        for (at, slot) in wrong {
            assert_eq!(check(at, slot, &code).await, CodeCheck::Gone, "{slot:?}");
        }
        assert!(proved(&check(&bench, right, &code).await));
    }
}

#[tokio::test]
async fn b8_control_a_code_kept_by_address_alone_works_everywhere() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    send(&bench, slot(&guest, "browser")).await;
    let mut naive = std::collections::HashMap::new();
    naive.insert(guest.clone(), last_code(&bench));
    let check_naive = |slot: CodeSlot<'_>, typed: &str| naive.get(slot.address).is_some_and(|code| code == typed);
    assert!(check_naive(slot(&guest, "another browser"), &last_code(&bench)));
}

#[tokio::test]
async fn b10_an_unknown_address_costs_the_same_and_can_never_be_proved() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    let stranger = address("stranger@mail.example");
    send(&bench, slot(&guest, "browser")).await;
    let keys = bench.short_term.keys().len();
    let letter = CodeLetter { deliver: false, ..LETTER };
    let sent = send_code(context(&bench), slot(&stranger, "browser"), letter).await.unwrap();
    assert_eq!(sent, CodeSent::Queued);
    assert_eq!(bench.short_term.keys().len(), 2 * keys);
    let mails = bench.store.content().mails;
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].mail.to.domain().as_str(), "vestibule.invalid");
    // Not even whoever reads the outbox can use it.
    let code = code_in(&mails[1].mail);
    assert_eq!(check(&bench, slot(&stranger, "browser"), &code).await, CodeCheck::Wrong { tries_left: 4 });
    assert_eq!(check(&bench, slot(&guest, "browser"), "nonsense").await, CodeCheck::Wrong { tries_left: 4 });
}

#[tokio::test]
async fn what_is_kept_tells_neither_code_nor_address_nor_browser() {
    let (bench, guest) = (Bench::of(contoso()), address("passcode@mail.example"));
    send(&bench, slot(&guest, "browser-cookie")).await;
    let code = last_code(&bench);
    let mut kept = bench.short_term.keys().join("\n");
    for value in bench.short_term.values() {
        kept.push_str(&String::from_utf8_lossy(&value));
    }
    for secret in [code.as_str(), "passcode@", "browser-cookie"] {
        assert!(!kept.contains(secret), "{secret} is in\n{kept}");
    }
}

#[tokio::test]
async fn codes_have_eight_digits_and_spread_evenly() {
    let mut bench = Bench::of(contoso());
    (bench.limits.passcodes_per_hour, bench.limits.passcodes_per_day) = (u64::MAX, u64::MAX);
    let mut seen = HashSet::new();
    let mut firsts = [0_u32; 10];
    for number in 0..400 {
        let guest = address(&format!("guest{number}@mail.example"));
        send(&bench, slot(&guest, "browser")).await;
        let code = last_code(&bench);
        assert_eq!(code.len(), 8);
        firsts[usize::from(code.as_bytes()[0] - b'0')] += 1;
        seen.insert(code);
    }
    assert!(seen.len() >= 399);
    assert!(firsts.iter().all(|count| (15..=75).contains(count)), "{firsts:?}");
}

/// B6, B7, B8: a personal account is the instance's. Another tenant is no new budget for guessing or for mails, and nobody
/// who spends it keeps the owner's own device, another purpose, or the sign-in of another tenant from working.
#[tokio::test]
async fn b6_another_tenant_is_no_new_budget_for_an_account() {
    let (bench, guest) = (Bench::of(contoso()), address("guest@mail.example"));
    let other = northwind();
    let there = || CodeContext { tenant: &other, ..context(&bench) };
    for purpose in [CodePurpose::ResetPassword, CodePurpose::CreateAccount] {
        let slot = |binding| CodeSlot { purpose, ..slot(&guest, binding) };
        let mine = CodeSlot { known_device: Some("device"), ..slot("mine") };
        let hour = bench.limits.passcodes_per_hour;
        let mut sent = 0;
        for round in 0..hour * 2 {
            bench.clock.advance(Duration::from_secs(61));
            let context = if round % 2 == 0 { context(&bench) } else { there() };
            sent += u64::from(send_code(context, slot("stranger"), LETTER).await.unwrap() == CodeSent::Queued);
        }
        assert_eq!(sent, hour, "{purpose:?}: mails of one hour, whatever the tenant");
        // Within the minute, the other tenant sends none either.
        bench.clock.advance(Duration::from_secs(3600));
        assert_eq!(send_code(context(&bench), mine, LETTER).await.unwrap(), CodeSent::Queued, "the owner's device");
        assert_eq!(send_code(there(), mine, LETTER).await.unwrap(), CodeSent::JustNow);
        assert!(proved(&check(&bench, mine, &last_code(&bench)).await));
    }
    // Neither is the sign-in of the other tenant spent: that is another secret, and no account.
    let sign_in = CodeSlot { purpose: CodePurpose::SignIn, ..slot(&guest, "browser") };
    bench.clock.advance(Duration::from_secs(61));
    assert_eq!(send_code(there(), sign_in, LETTER).await.unwrap(), CodeSent::Queued);
}

/// B6: wrong codes for an account are counted over all tenants, so that the day's last one is the last everywhere.
#[tokio::test]
async fn b6_wrong_codes_for_an_account_count_in_every_tenant() {
    let (bench, guest) = (Bench::of(contoso()), address("guest@mail.example"));
    let other = northwind();
    let reset = |binding| CodeSlot { purpose: CodePurpose::ResetPassword, ..slot(&guest, binding) };
    let mut wrong = 0;
    for round in 0..bench.limits.passcodes_per_day {
        bench.clock.advance(Duration::from_secs(1000));
        let context = || match round % 2 {
            0 => context(&bench),
            _ => CodeContext { tenant: &other, ..context(&bench) },
        };
        if send_code(context(), reset("attacker"), LETTER).await.unwrap() != CodeSent::Queued {
            continue;
        }
        let code = last_code(&bench);
        for _ in 0..5 {
            let checked = check_code(context(), reset("attacker"), &other_than(&code)).await.unwrap();
            wrong += u64::from(matches!(checked, CodeCheck::Wrong { .. }));
        }
    }
    assert_eq!(wrong, bench.limits.passcode_failures_per_day, "guesses of one day, whatever the tenant");
    // Even the right one is none any more, except for the owner's device.
    bench.clock.advance(Duration::from_secs(4000));
    for (device, proves) in [(None, false), (Some("device"), true)] {
        let slot = CodeSlot { known_device: device, ..reset("owner") };
        bench.clock.advance(Duration::from_secs(61));
        if send(&bench, slot).await == CodeSent::Queued {
            assert_eq!(proved(&check(&bench, slot, &last_code(&bench)).await), proves, "{device:?}");
        } else {
            assert!(!proves, "the owner's device has a budget of its own");
        }
    }
}
