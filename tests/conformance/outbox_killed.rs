//! `kill -9` while mails leave: none is lost, and each crash repeats one at most.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use vestibule::clock::SystemClock;
use vestibule::mail::outbox::Outbox;
use vestibule::mail::{MailError, Mailer};
use vestibule::model::{MailId, OutgoingMail, Timestamp};
use vestibule::storage::sqlite::SqliteStore;
use vestibule::storage::{InstanceTask, Store};

use super::fixtures::{mail, mail_id};
use super::killed::{CHILD, kill_named};

const MAILS: usize = 200;
const KILLS: usize = 10;

/// A relay that notes durably what it took: it stands beyond the process that dies.
struct Relay(PathBuf);

#[async_trait]
impl Mailer for Relay {
    async fn send(&self, _: &OutgoingMail, id: MailId) -> Result<(), MailError> {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&self.0).unwrap();
        file.write_all(format!("{}\n", id.0).as_bytes()).unwrap();
        println!("acknowledged {}", id.0);
        Ok(())
    }
}

async fn outbox(folder: &Path) -> Outbox {
    let store = Arc::new(SqliteStore::open(&folder.join("directory.db")).await.unwrap());
    Outbox::new(store, Arc::new(Relay(folder.join("taken"))), Arc::new(SystemClock))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_crash_repeats_one_mail_at_most_and_loses_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut queued = Vec::new();
    {
        let store = SqliteStore::open(&folder.path().join("directory.db")).await.unwrap();
        let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
        for _ in 0..MAILS {
            let id = mail_id();
            let content = OutgoingMail { short_lived: false, ..mail(None) };
            tx.queue_mail(id, &content, Timestamp::from_seconds(seconds_now())).await.unwrap();
            queued.push(id);
        }
        tx.commit().await.unwrap();
    }
    let child = format!("{}::outbox_child", module_path!().split_once("::").unwrap().1);
    for kill in 0..KILLS {
        // At another place each time; what the child said before it died is of no interest here.
        kill_named(&child, folder.path(), 3 + kill);
    }
    while outbox(folder.path()).await.send_due().await.unwrap().sent > 0 {}
    let taken = std::fs::read_to_string(folder.path().join("taken")).unwrap();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for id in taken.lines() {
        *counts.entry(id).or_default() += 1;
    }
    for id in &queued {
        assert!(counts.contains_key(id.0.to_string().as_str()), "a mail was lost");
    }
    let repeated = taken.lines().count() - counts.len();
    println!("{KILLS} crashes repeated {repeated} of {MAILS} mails");
    assert!(repeated <= KILLS, "{repeated} mails were repeated by {KILLS} crashes");
}

fn seconds_now() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
// Works only as the child of the test above, which starts this very program and kills it.
async fn outbox_child() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let outbox = outbox(Path::new(&folder)).await;
    while outbox.send_due().await.unwrap().sent > 0 {}
    // Nothing is left to send; the parent kills a process that waits.
    println!("acknowledged rest");
    std::thread::sleep(std::time::Duration::from_secs(60));
}
