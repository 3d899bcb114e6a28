//! `kill -9` in the middle of work: what was acknowledged is there afterwards (INV7). The test starts itself as a child
//! process, reads what the child acknowledged, kills it, and opens its files.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vestibule::clock::SystemClock;
use vestibule::model::{AcceptanceState, AuditEvent, ExternalUserState, TenantId, User, UserId};
use vestibule::short_term::embedded::Embedded;
use vestibule::short_term::{Key, Kind, ShortTerm};
use vestibule::storage::sqlite::SqliteStore;
use vestibule::storage::{Store, UserFilter, verify_chain};

use super::fixtures::{acceptance, at, guest};

const TENANT: TenantId = TenantId::new(Uuid::from_u128(1));
const HOUR: Duration = Duration::from_secs(3600);

/// Which child to be; absent in a normal run.
pub(super) const CHILD: &str = "VESTIBULE_TEST_CHILD";

/// Starts `child` of this module on `folder`, kills it after `lines` acknowledgements, and returns them all.
fn kill_after(child: &str, folder: &Path, lines: usize) -> Vec<String> {
    kill_named(&format!("{}::{child}", module_path!().split_once("::").unwrap().1), folder, lines)
}

/// The same for the child with this full name.
pub(super) fn kill_named(name: &str, folder: &Path, lines: usize) -> Vec<String> {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let mut keep = |line: std::io::Result<String>| {
        let line = line.unwrap();
        acknowledged.extend(line.strip_prefix("acknowledged ").map(str::to_owned));
        acknowledged.len()
    };
    while keep(output.next().expect("the child ended by itself")) < lines {}
    // SIGKILL on Unix: nothing in the child runs any more.
    process.kill().unwrap();
    process.wait().unwrap();
    // What it had said before it died counts too; a last line may be cut off.
    let mut rest: Vec<_> = output.collect();
    rest.pop();
    for line in rest {
        keep(line);
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inv7_acknowledged_consents_survive_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    for _ in 0..3 {
        acknowledged.extend(kill_after("directory_child", folder.path(), 60));
        let store = SqliteStore::open(&folder.path().join("directory.db")).await.unwrap();
        let mut read = store.read(TENANT).await.unwrap();
        for id in &acknowledged {
            let id: UserId = id.parse().unwrap();
            let user = read.user(id).await.unwrap().expect("an acknowledged consent was lost");
            assert_eq!(user.external_user_state, Some(ExternalUserState::Accepted));
            assert_eq!(read.acceptances(id).await.unwrap().len(), 1);
        }
        // A verb is whole or absent: guest, acceptance and audit line together.
        let users: Vec<User> = read.users(UserFilter { user_type: None, limit: 100_000 }).await.unwrap();
        for user in &users {
            assert_eq!(read.acceptances(user.id).await.unwrap().len(), 1);
        }
        let lines = read.audit_lines(0, 100_000).await.unwrap();
        assert_eq!(lines.len(), users.len());
        verify_chain(&lines).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
// Works only as the child of the test above, which starts this very program and kills it.
async fn directory_child() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let store = Arc::new(SqliteStore::open(&Path::new(&folder).join("directory.db")).await.unwrap());
    let mut guests = Vec::new();
    for _ in 0..8 {
        let store = Arc::clone(&store);
        guests.push(tokio::spawn(async move {
            // Far more than the parent waits for.
            for _ in 0..100_000 {
                let mut user = guest(&format!("{}@fabrikam.example", super::fixtures::guid()));
                let mut tx = store.begin(TENANT).await.unwrap();
                tx.insert_user(&user).await.unwrap();
                tx.insert_acceptance(&acceptance(&user, AcceptanceState::Accepted, 1)).await.unwrap();
                user.external_user_state = Some(ExternalUserState::Accepted);
                tx.update_user(&user).await.unwrap();
                tx.audit(at(0), &AuditEvent::success("Redeem external user invite").on(user.id)).await.unwrap();
                tx.commit().await.unwrap();
                println!("acknowledged {}", user.id);
            }
        }));
    }
    for guest in guests {
        guest.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_term_state_survives_kill_9_and_what_was_taken_stays_taken() {
    let folder = tempfile::tempdir().unwrap();
    let acknowledged = kill_after("short_term_child", folder.path(), 400);
    let store = Embedded::open(&folder.path().join("short_term.db"), Arc::new(SystemClock)).await.unwrap();
    let (mut kept, mut ended) = (0, 0);
    for line in &acknowledged {
        let (what, id) = line.split_once(' ').unwrap();
        let found = store.get(&Key::of(TENANT, Kind::Code, id)).await.unwrap();
        match what {
            "kept" => {
                assert_eq!(found.as_deref(), Some(id.as_bytes()), "an acknowledged value was lost");
                kept += 1;
            }
            _ => {
                assert_eq!(found, None, "{what} came back");
                ended += 1;
            }
        }
    }
    assert!(kept > 10 && ended > 10, "{kept} {ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
// Works only as the child of the test above, which starts this very program and kills it.
async fn short_term_child() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let store = Embedded::open(&Path::new(&folder).join("short_term.db"), Arc::new(SystemClock)).await.unwrap();
    let store = Arc::new(store);
    let mut callers = Vec::new();
    for caller in 0..8 {
        let store = Arc::clone(&store);
        callers.push(tokio::spawn(async move {
            for number in 0..100_000 {
                let id = format!("{caller}-{number}");
                let key = Key::of(TENANT, Kind::Code, &id);
                store.put(&key, id.as_bytes(), HOUR).await.unwrap();
                match number % 3 {
                    0 => println!("acknowledged kept {id}"),
                    1 => {
                        store.take(&key).await.unwrap().unwrap();
                        println!("acknowledged taken {id}");
                    }
                    _ => {
                        store.touch(&key, b"touched", HOUR).await.unwrap();
                        store.remove(&key).await.unwrap();
                        println!("acknowledged removed {id}");
                    }
                }
            }
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
}
