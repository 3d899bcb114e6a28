//! What only the SQLite files promise: they survive, they refuse edits of history, and they are private.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, SqlSafeStr as _};
use vestibule::model::{
    AcceptanceState, AgreementId, AgreementVersion, AuditEvent, InvitationId, ManagedBy, TenantId, UserId,
    VersionOrigin,
};
use vestibule::short_term::embedded::Embedded;
use vestibule::short_term::{Key, Kind, ShortTerm};
use vestibule::storage::sqlite::SqliteStore;
use vestibule::storage::{FileChanges, InstanceTask, Store, StoreError, StoredObject, verify_chain};

use super::fixtures::{TestClock, acceptance, add, at, guest, identity, mail, mail_id, review, tenant};

const MINUTE: Duration = Duration::from_secs(60);

async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

async fn execute(connection: &mut SqliteConnection, statement: &'static str) -> sqlx::Result<u64> {
    sqlx::query(statement).execute(connection).await.map(|done| done.rows_affected())
}

#[tokio::test]
async fn the_directory_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (path, tenant, user) = (folder.path().join("directory.db"), tenant(), guest("guest@fabrikam.example"));
    for restart in 0..3 {
        let began = std::time::Instant::now();
        let store = SqliteStore::open(&path).await.unwrap();
        println!("opened in {:?}", began.elapsed());
        if restart == 0 {
            add(&store, tenant, &[&user]).await;
        }
        let mut tx = store.begin(tenant).await.unwrap();
        assert_eq!(tx.user(user.id).await.unwrap(), Some(user.clone()));
        tx.audit(at(restart), &AuditEvent::success("restart")).await.unwrap();
        tx.commit().await.unwrap();
        let lines = store.read(tenant).await.unwrap().audit_lines(0, 10).await.unwrap();
        assert_eq!(lines.len() as i64, restart + 1, "the chain goes on");
        verify_chain(&lines).unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_readable_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("directory.db")).await.unwrap();
    add(&store, tenant(), &[&guest("guest@fabrikam.example")]).await;
    let short_term = Embedded::open(&folder.path().join("short_term.db"), TestClock::new()).await.unwrap();
    short_term.put(&Key::instance(Kind::Code, "x"), b"x", MINUTE).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap()).collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
    }
}

#[tokio::test]
async fn m5_history_cannot_be_edited_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, tenant, user) = (folder.path().join("directory.db"), tenant(), guest("guest@fabrikam.example"));
    let store = SqliteStore::open(&path).await.unwrap();
    add(&store, tenant, &[&user]).await;
    let mut tx = store.begin(tenant).await.unwrap();
    for second in 0..3 {
        tx.insert_review(&review(&user, AcceptanceState::Accepted, second)).await.unwrap();
        tx.insert_acceptance(&acceptance(&user, AcceptanceState::Accepted, second)).await.unwrap();
        tx.audit(at(second), &AuditEvent::success("x")).await.unwrap();
    }
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    tx.keep_evidence(hash, "text/plain", b"test").await.unwrap();
    let version = AgreementVersion {
        agreement: AgreementId::new(uuid::Uuid::from_u128(5)),
        language: "en".to_owned(),
        number: 1,
        version: hash.to_owned(),
        title: "Terms".to_owned(),
        major: true,
        transition: None,
        origin: VersionOrigin::File,
        published_at: at(0),
    };
    tx.insert_agreement_version(&version).await.unwrap();
    assert!(tx.bind_identity(user.id, &identity("mail", "one")).await.unwrap());
    tx.commit().await.unwrap();

    let mut editor = raw(&path).await;
    for edit in [
        "UPDATE reviews SET state = 'declined'",
        "UPDATE acceptances SET version = 'x'",
        "UPDATE evidence SET content = x'00'",
        "UPDATE audit_lines SET event = '{}'",
        "DELETE FROM reviews",
        "DELETE FROM acceptances WHERE sequence = 2",
        "DELETE FROM evidence",
        "DELETE FROM audit_lines WHERE sequence = 3",
        "INSERT OR REPLACE INTO reviews SELECT * FROM reviews",
        "REPLACE INTO acceptances SELECT * FROM acceptances",
        "REPLACE INTO evidence SELECT tenant, hash, media_type, x'00' FROM evidence",
        "REPLACE INTO audit_lines SELECT tenant, sequence, at + 1, event, previous, hash FROM audit_lines",
        "INSERT INTO audit_lines SELECT tenant, sequence + 3, at, event, previous, hash FROM audit_lines LIMIT 1",
        "INSERT INTO audit_lines SELECT tenant, 9, at, event, hash, hash FROM audit_lines WHERE sequence = 3",
        "UPDATE agreement_versions SET major = FALSE",
        "DELETE FROM agreement_versions",
        "REPLACE INTO agreement_versions SELECT * FROM agreement_versions",
        "UPDATE answer_circumstances SET network = '198.51.100.0/24'",
        "REPLACE INTO answer_circumstances SELECT * FROM answer_circumstances",
        "UPDATE users SET subject = 'two' WHERE issuer = 'mail'",
        "UPDATE OR REPLACE users SET issuer = 'mail2'",
    ] {
        let error = execute(&mut editor, edit).await.expect_err(edit).to_string();
        let refused = ["append-only", "never replaced", "never edited", "immutable", "follow each other"];
        assert!(refused.iter().any(|words| error.contains(words)), "{edit}: {error}");
    }
    let mut read = store.read(tenant).await.unwrap();
    verify_chain(&read.audit_lines(0, 10).await.unwrap()).unwrap();

    // Whoever takes the triggers away can edit; then the chain and the hash of the evidence say so.
    for edit in [
        "DROP TRIGGER audit_lines_update",
        "DROP TRIGGER evidence_update",
        "UPDATE audit_lines SET at = at + 1 WHERE sequence = 2",
        "UPDATE evidence SET content = x'00'",
    ] {
        execute(&mut editor, edit).await.unwrap();
    }
    let fault = verify_chain(&read.audit_lines(0, 10).await.unwrap()).unwrap_err();
    assert_eq!(fault.sequence, 2);
    assert!(read.evidence(hash).await.is_err());
}

#[tokio::test]
async fn a_sent_mail_is_wiped_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("directory.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let (sent, given_up) = (mail_id(), mail_id());
    let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    for id in [sent, given_up] {
        tx.queue_mail(id, &mail(None), at(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut looker = raw(&path).await;
    checkpoint(&mut looker).await;
    assert!(contains_canary(folder.path()), "negative control");
    let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    tx.mail_sent(sent, at(1)).await.unwrap();
    tx.mail_failed(given_up, "550", None).await.unwrap();
    tx.commit().await.unwrap();
    checkpoint(&mut looker).await;
    assert!(!contains_canary(folder.path()), "the content of a finished mail lies about");
}

async fn checkpoint(connection: &mut SqliteConnection) {
    execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
}

fn contains_canary(folder: &Path) -> bool {
    let canary = b"canary-31415926";
    std::fs::read_dir(folder).unwrap().any(|file| {
        let content = std::fs::read(file.unwrap().path()).unwrap();
        content.windows(canary.len()).any(|window| window == canary)
    })
}

#[tokio::test]
async fn files_never_touch_what_the_directory_manages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("directory.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let object = StoredObject {
        tenant: Some(tenant()),
        kind: "connection".to_owned(),
        id: "fabrikam".to_owned(),
        body: serde_json::json!({}),
        managed_by: ManagedBy::File { place: "contoso.toml:1".to_owned() },
        enabled: true,
    };
    let mut tx = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    assert_eq!(tx.load_files(std::slice::from_ref(&object), at(0)).await.unwrap().added, 1);
    tx.commit().await.unwrap();
    let adopted = "UPDATE objects SET managed_by = '\"directory\"', managed_by_file = FALSE";
    execute(&mut raw(&path).await, adopted).await.unwrap();
    let mut tx = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    assert!(matches!(tx.load_files(&[object], at(0)).await, Err(StoreError::Conflict)));
    assert_eq!(tx.load_files(&[], at(0)).await.unwrap(), FileChanges::default(), "it did not vanish from a file");
    assert_eq!(tx.objects().await.unwrap().first().map(|kept| &kept.managed_by), Some(&ManagedBy::Directory));
}

#[tokio::test]
async fn a_directory_of_the_first_version_keeps_its_invitations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("directory.db");
    let mut editor = SqliteConnectOptions::new().filename(&path).create_if_missing(true).connect().await.unwrap();
    let first = include_str!("../../src/storage/migrations/0001_directory.sql").into_sql_str();
    let first = Migration::new(1, "directory".into(), MigrationType::Simple, first, false);
    Migrator::with_migrations(vec![first]).run(&mut editor).await.unwrap();
    for statement in [
        "INSERT INTO users (tenant, id, user_principal_name, display_name, user_type, other_mails, account_enabled, \
         admin, created_at) VALUES ('c0a70500-0000-4000-8000-000000000001', 'c0a70500-0000-4000-8000-0000000000aa', \
         'u', 'U', 'Guest', '[]', TRUE, FALSE, 0)",
        "INSERT INTO invitations (tenant, id, user, address, inviter, state, created_at, redeemed_at) \
         SELECT tenant, 'aaaaaaaaaaaaaaaaaaaaaaaaaa', id, 'a@mail.example', 'Ada', 'pending', 7, NULL FROM users",
        "INSERT INTO invitations (tenant, id, user, address, inviter, state, created_at, redeemed_at) \
         SELECT tenant, 'bbbbbbbbbbbbbbbbbbbbbbbbbb', id, 'b@mail.example', 'Ada', 'accepted', 7, 9 FROM users",
    ] {
        execute(&mut editor, statement).await.unwrap();
    }
    drop(editor);

    let tenant = TenantId::new(uuid::uuid!("c0a70500-0000-4000-8000-000000000001"));
    let store = SqliteStore::open(&path).await.unwrap();
    let mut read = store.read(tenant).await.unwrap();
    for (id, state, changed) in
        [("aaaaaaaaaaaaaaaaaaaaaaaaaa", "pending", 7), ("bbbbbbbbbbbbbbbbbbbbbbbbbb", "accepted", 9)]
    {
        let kept = read.invitation(&InvitationId::parse(id).unwrap()).await.unwrap().unwrap();
        assert_eq!((kept.state.as_str(), kept.changed_at.micros(), kept.invited_by), (state, changed, None));
    }
    let user = UserId::new(uuid::uuid!("c0a70500-0000-4000-8000-0000000000aa"));
    assert!(read.user(user).await.unwrap().is_some_and(|user| user.sponsors.is_empty() && !user.guest_inviter));
}

#[tokio::test]
async fn a_directory_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("directory.db");
    drop(SqliteStore::open(&path).await.unwrap());
    let mut editor = raw(&path).await;
    let added = execute(
        &mut editor,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'of the future', TRUE, x'00', 0)",
    );
    added.await.unwrap();
    assert!(SqliteStore::open(&path).await.is_err());
    execute(&mut editor, "DELETE FROM _sqlx_migrations WHERE version = 9999").await.unwrap();
    SqliteStore::open(&path).await.unwrap();
    execute(&mut editor, "UPDATE _sqlx_migrations SET checksum = x'00'").await.unwrap();
    assert!(SqliteStore::open(&path).await.is_err(), "a migration that was edited after it ran");
}

#[tokio::test]
async fn short_term_state_survives_a_restart_but_what_ended_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock, tenant) = (folder.path().join("short_term.db"), TestClock::new(), tenant());
    let key = |kind, id: &str| Key::of(tenant, kind, id);
    let store = Embedded::open(&path, clock.clone()).await.unwrap();
    store.put(&key(Kind::Session, "kept"), b"kept", MINUTE * 10).await.unwrap();
    store.put(&key(Kind::Session, "touched"), b"old", MINUTE).await.unwrap();
    store.touch(&key(Kind::Session, "touched"), b"new", MINUTE * 10).await.unwrap();
    store.put(&key(Kind::Journey, "short"), b"short", MINUTE).await.unwrap();
    store.put(&key(Kind::Code, "taken"), b"taken", MINUTE * 10).await.unwrap();
    store.take(&key(Kind::Code, "taken")).await.unwrap().unwrap();
    store.put(&key(Kind::Session, "ended"), b"ended", MINUTE * 10).await.unwrap();
    store.touch(&key(Kind::Session, "ended"), b"ended", MINUTE * 20).await.unwrap();
    store.remove(&key(Kind::Session, "ended")).await.unwrap();
    for _ in 0..3 {
        store.count(&key(Kind::Limit, "tries"), MINUTE * 10).await.unwrap();
    }
    store.flush().await.unwrap();
    drop(store);
    clock.turn(MINUTE * 2);

    let store = Embedded::open(&path, clock.clone()).await.unwrap();
    assert_eq!(store.get(&key(Kind::Session, "kept")).await.unwrap().as_deref(), Some(&b"kept"[..]));
    assert_eq!(store.get(&key(Kind::Session, "touched")).await.unwrap().as_deref(), Some(&b"new"[..]));
    for (kind, gone) in [(Kind::Journey, "short"), (Kind::Code, "taken"), (Kind::Session, "ended")] {
        assert_eq!(store.get(&key(kind, gone)).await.unwrap(), None, "{gone}");
    }
    assert_eq!(store.count(&key(Kind::Limit, "tries"), MINUTE).await.unwrap(), 4, "a restart resets no limit");
    assert_eq!(store.entries(), 3);
    clock.turn(MINUTE * 20);
    store.sweep().await.unwrap();
    assert_eq!(store.entries(), 0);
    let left = sqlx::query("SELECT 1 FROM entries").fetch_all(&mut raw(&path).await).await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn inv10_above_the_cap_the_soonest_to_expire_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock, tenant) = (folder.path().join("short_term.db"), TestClock::new(), tenant());
    let key = |kind, id: u64| Key::of(tenant, kind, id.to_string());
    let store = Embedded::open_with_cap(&path, clock.clone(), 100).await.unwrap();
    store.put(&key(Kind::Session, 1), b"session", MINUTE).await.unwrap();
    for number in 0..500 {
        let lifetime = if number == 7 { MINUTE * 600 } else { MINUTE + Duration::from_secs(number) };
        store.put(&key(Kind::Journey, number), b"journey", lifetime).await.unwrap();
        store.put(&key(Kind::Journey, number), b"again", lifetime).await.unwrap();
    }
    assert_eq!(store.entries(), 101);
    for store in [store, Embedded::open_with_cap(&path, clock.clone(), 100).await.unwrap()] {
        assert!(store.get(&key(Kind::Session, 1)).await.unwrap().is_some(), "a flood of one kind spares the others");
        assert!(store.get(&key(Kind::Journey, 7)).await.unwrap().is_some(), "the longest to live stays");
        assert!(store.get(&key(Kind::Journey, 8)).await.unwrap().is_none());
        assert!(store.get(&key(Kind::Journey, 499)).await.unwrap().is_some());
        assert_eq!(store.entries(), 101);
    }
}

#[tokio::test]
async fn inv8_a_broken_file_means_no_and_heals() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock, tenant) = (folder.path().join("short_term.db"), TestClock::new(), tenant());
    let key = |id: &str| Key::of(tenant, Kind::Code, id);
    let store = Embedded::open(&path, clock.clone()).await.unwrap();
    store.put(&key("before"), b"before", MINUTE).await.unwrap();
    store.put(&key("taken"), b"taken", MINUTE).await.unwrap();
    store.put(&key("replaced"), b"old", MINUTE).await.unwrap();
    store.count(&key("count"), MINUTE).await.unwrap();
    let mut breaker = raw(&path).await;
    execute(&mut breaker, "ALTER TABLE entries RENAME TO hidden").await.unwrap();

    assert!(store.put(&key("lost"), b"lost", MINUTE).await.is_err());
    assert_eq!(store.get(&key("lost")).await.unwrap(), None, "what was not written is not there");
    assert!(store.put(&key("replaced"), b"new", MINUTE).await.is_err());
    assert_eq!(store.get(&key("replaced")).await.unwrap(), None, "neither the new value nor the old");
    assert!(store.take(&key("taken")).await.is_err(), "nobody gets what might be taken again");
    assert!(store.take(&key("taken")).await.unwrap().is_none());
    assert!(store.count(&key("count"), MINUTE).await.is_err());
    assert!(store.get(&key("before")).await.unwrap().is_some(), "sessions go on from memory");

    execute(&mut breaker, "ALTER TABLE hidden RENAME TO entries").await.unwrap();
    store.put(&key("after"), b"after", MINUTE).await.unwrap();
    assert_eq!(store.count(&key("count"), MINUTE).await.unwrap(), 3, "a failed count still counts");
    store.flush().await.unwrap();
    let restarted = Embedded::open(&path, clock.clone()).await.unwrap();
    for (name, there) in [("before", true), ("after", true), ("lost", false), ("replaced", false), ("taken", false)] {
        assert_eq!(restarted.get(&key(name)).await.unwrap().is_some(), there, "{name}");
    }
}

/// Tables that keep a row of somebody who was erased, and why that tells nothing about a person.
const KEPT: &[(&str, &str)] = &[
    ("invitations", "wiped in place: the row proves that there was one"),
    ("invitation_history", "states and times of these, append-only"),
    ("reviews", "the proof of what was agreed, under an id that names nobody"),
    ("acceptances", "the same"),
    ("answer_circumstances", "goes by forget_person"),
    ("epochs", "keeps ended sessions ended"),
    ("resets", "a time"),
    ("active_guests", "counts months"),
    ("access_review_items", "who decided what about an id that names nobody"),
    ("barred", "a block outlives its guest, as keyed hashes"),
];

/// L6: every table with a column for whom a row belongs to is emptied by an erasure, or stands above; so one that is added
/// later is not forgotten.
#[tokio::test]
async fn l6_an_erasure_empties_every_table_that_names_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let (path, tenant) = (folder.path().join("directory.db"), tenant());
    let (gone, stays) = (guest("gone@fabrikam.example"), guest("stays@fabrikam.example"));
    let store = SqliteStore::open(&path).await.unwrap();
    add(&store, tenant, &[&gone, &stays]).await;
    drop(store);
    let mut file = SqliteConnectOptions::new().filename(&path).foreign_keys(false).connect().await.unwrap();
    let text = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                WHERE m.type = 'table' AND c.name IN ('user', 'owner', 'user_id', 'owner_id', 'member', 'guest', 'person')";
    let found: Vec<(String, String)> = sqlx::query_as(text).fetch_all(&mut file).await.unwrap();
    let tables: Vec<_> = found.iter().filter(|(table, _)| !KEPT.iter().any(|(kept, _)| kept == table)).collect();
    assert!(["passkeys", "second_factors", "person_keys"].iter().all(|it| tables.iter().any(|(name, _)| name == it)));
    for (kept, _) in KEPT {
        assert!(found.iter().any(|(table, _)| table == kept), "{kept} is listed and names nobody");
    }
    for (table, column) in &tables {
        for user in [&gone, &stays] {
            fill(&mut file, table, column, tenant, user.id).await;
        }
    }
    drop(file);
    let store = SqliteStore::open(&path).await.unwrap();
    let mut tx = store.begin(tenant).await.unwrap();
    tx.make_husk(&gone, at(50)).await.unwrap();
    tx.forget_person(gone.id).await.unwrap();
    tx.commit().await.unwrap();
    let mut file = raw(&path).await;
    for (table, column) in tables.iter().chain([&&("answer_circumstances".to_owned(), "user".to_owned())]) {
        let count = format!("SELECT COUNT(*) FROM {table} WHERE {column} = ?");
        for (user, rows) in [(&gone, 0), (&stays, i64::from(*table != "answer_circumstances"))] {
            let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(count.clone())).bind(user.id.to_string());
            assert_eq!(count.fetch_one(&mut file).await.unwrap(), rows, "rows in {table}");
        }
    }
}

/// One row that belongs to `user`, with something in every column that wants it.
async fn fill(file: &mut SqliteConnection, table: &str, owner: &str, tenant: TenantId, user: UserId) {
    let columns = "SELECT name, type FROM pragma_table_info(?)";
    let columns: Vec<(String, String)> = sqlx::query_as(columns).bind(table).fetch_all(&mut *file).await.unwrap();
    let values: Vec<String> = columns
        .iter()
        .map(|(name, kind)| match (name.as_str(), kind.as_str()) {
            ("tenant", _) => format!("'{tenant}'"),
            (name, _) if name == owner => format!("'{user}'"),
            (_, "TEXT") => format!("'x{user}'"),
            _ => "1".to_owned(),
        })
        .collect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
    sqlx::query(sqlx::AssertSqlSafe(insert)).execute(file).await.unwrap();
}
