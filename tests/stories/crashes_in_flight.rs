//! 50 journeys in flight, and the process is killed at any instant: each guest is before or after, never between.

use std::path::Path;
use std::time::Duration;

use sqlx::Connection as _;
use vestibule::clock::{SystemRandom, random_bytes};

use super::crashes::{Process, Way};
use super::federated_guest::accepts_everything;
use crate::actors::{free_port, free_ports};

/// Journeys in flight at each kill.
const JOURNEYS: usize = 50;
/// Kills; tests/long sets VESTIBULE_KILLS to more.
const KILLS: usize = 10;
/// A mailbox gets five codes an hour, so a guest whose journeys were cut so often makes room for another one.
const TRIES: usize = 4;

/// What must not be, as questions to the directory; each answers with users between two states.
const NEVER: [(&str, &str); 5] = [
    (
        "bound without an accepted review",
        "SELECT COUNT(*) FROM users u WHERE user_type = 'Guest' AND issuer IS NOT NULL AND NOT EXISTS (SELECT 1 \
         FROM reviews r WHERE r.tenant = u.tenant AND r.user = u.id AND r.state = 'accepted')",
    ),
    (
        "an accepted review without a binding",
        "SELECT COUNT(*) FROM users u WHERE user_type = 'Guest' AND issuer IS NULL AND EXISTS (SELECT 1 \
         FROM reviews r WHERE r.tenant = u.tenant AND r.user = u.id AND r.state = 'accepted')",
    ),
    (
        "accepted without terms",
        "SELECT COUNT(*) FROM users u WHERE external_user_state = 'Accepted' AND NOT EXISTS (SELECT 1 \
         FROM acceptances a WHERE a.tenant = u.tenant AND a.user = u.id AND a.state = 'accepted')",
    ),
    (
        "all terms accepted and still pending",
        "SELECT COUNT(*) FROM users u WHERE external_user_state = 'PendingAcceptance' AND EXISTS (SELECT 1 \
         FROM acceptances a WHERE a.tenant = u.tenant AND a.user = u.id AND a.state = 'accepted')",
    ),
    (
        "a guest and the invitation disagree",
        "SELECT COUNT(*) FROM users u JOIN invitations i ON i.tenant = u.tenant AND i.user = u.id \
         WHERE (u.external_user_state = 'Accepted') <> (i.state = 'accepted')",
    ),
];

/// Fails if anybody is between two states; returns how many have accepted.
async fn judge(directory: &Path, kill: usize) -> i64 {
    let mut editor = sqlx::SqliteConnection::connect(&format!("sqlite://{}", directory.display())).await.unwrap();
    for (what, question) in NEVER {
        let found: i64 = sqlx::query_scalar(question).fetch_one(&mut editor).await.unwrap();
        assert_eq!(found, 0, "after kill {kill}: {what}");
    }
    let accepted = "SELECT COUNT(*) FROM users WHERE external_user_state = 'Accepted' AND mail LIKE 'flight%'";
    let accepted = sqlx::query_scalar(accepted).fetch_one(&mut editor).await.unwrap();
    editor.close().await.unwrap();
    accepted
}

async fn journey(way: Way, address: String) {
    let browser = way.browser();
    let page = way.signs_in(&browser, &address).await;
    let (page, _) = accepts_everything(&browser, page).await;
    page.status(200).sees(&address);
}

/// Invites as many as fit side by side.
async fn invite(process: &Process, addresses: &[String]) {
    for some in addresses.chunks(8) {
        std::thread::scope(|threads| {
            for address in some {
                threads.spawn(move || {
                    process.command(&["invite", address, "--tenant", "contoso.example", "--app", "Wiki", "--no-mail"]);
                });
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_with_fifty_journeys_in_flight_leave_nobody_between_two_states() {
    let kills = std::env::var("VESTIBULE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("directory.db");
    let (port, mail_port) = (free_ports(), free_port());
    let mut process = Process::start(folder.path(), port, mail_port);
    let (mut pool, mut made, mut cut): (Vec<(String, usize)>, usize, usize) = (Vec::new(), 0, 0);
    for kill in 1..=kills {
        let fresh: Vec<String> =
            (0..JOURNEYS - pool.len()).map(|more| format!("flight{}@mail.example", made + more)).collect();
        made += fresh.len();
        invite(&process, &fresh).await;
        pool.extend(fresh.into_iter().map(|address| (address, 0)));
        let flights: Vec<_> =
            pool.iter().map(|(address, _)| tokio::spawn(journey(process.way.clone(), address.clone()))).collect();
        let after = 300 + u64::from(u32::from_le_bytes(random_bytes(&SystemRandom)) % 6_000);
        tokio::time::sleep(Duration::from_millis(after)).await;
        process.kill();
        let mut left = Vec::new();
        for ((address, tries), flight) in pool.into_iter().zip(flights) {
            // A journey that was cut off has panicked, since its server is gone.
            if flight.await.is_err() {
                cut += 1;
                left.push((address, tries + 1));
            }
        }
        pool = left.into_iter().filter(|(_, tries)| *tries < TRIES).collect();
        drop(process);
        let accepted = judge(&directory, kill).await;
        println!("kill {kill} after {after} ms: {accepted} of {made} guests are in, {} were on their way", pool.len());
        process = Process::start(folder.path(), port, mail_port);
        let audit = process.command(&["audit"]);
        assert!(!audit.contains("BROKEN"), "after kill {kill}: {audit}");
    }
    assert!(cut > 0, "no journey was cut; the test shows nothing");
    // The mailbox of the demo died with its process, codes included, and no address gets two within a minute (row B6).
    tokio::time::sleep(Duration::from_secs(61)).await;
    // Whoever was cut off can still come in, from wherever the journey got.
    for (address, _) in pool.iter().take(5) {
        journey(process.way.clone(), address.clone()).await;
    }
    process.kill();
    let accepted = judge(&directory, kills + 1).await;
    println!("{kills} kills, {cut} journeys cut, {accepted} of {made} guests are in, nobody between two states");
    assert!(accepted > 0, "nobody ever got in; the test shows nothing");
}
