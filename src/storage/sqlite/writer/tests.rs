//! The writer alone: who shares a commit, who is told what, and that nothing leaves it stuck.

use sqlx::Row as _;
use tokio::task::JoinHandle;

use super::*;

/// Long enough for any wait that must end, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Groups end only when nobody waits.
const ENDLESS: GroupLimits = GroupLimits { verbs: 1000, age: Duration::from_secs(3600) };

struct Ground {
    writer: Arc<Writer>,
    options: SqliteConnectOptions,
    _folder: tempfile::TempDir,
}

async fn ground(limits: GroupLimits) -> Ground {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("test.db"))
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    let mut connection = options.connect().await.unwrap();
    for table in [
        "CREATE TABLE verbs (name TEXT PRIMARY KEY, blob BLOB)",
        "CREATE TABLE children (parent TEXT REFERENCES verbs (name) DEFERRABLE INITIALLY DEFERRED)",
    ] {
        sqlx::query(table).execute(&mut connection).await.unwrap();
    }
    Ground { writer: Arc::new(Writer::start(options.clone(), connection, limits).unwrap()), options, _folder: folder }
}

impl Ground {
    /// What another connection sees: committed verbs.
    async fn seen(&self) -> Vec<String> {
        let mut other = self.options.connect().await.unwrap();
        let rows = sqlx::query("SELECT name FROM verbs ORDER BY name").fetch_all(&mut other).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    async fn lease(&self) -> Lease {
        patient(self.writer.lease()).await.unwrap()
    }

    /// Asks for the writer behind whoever holds it.
    async fn queue(&self) -> JoinHandle<StoreResult<Lease>> {
        let writer = Arc::clone(&self.writer);
        let mut waiting = Box::pin(async move { writer.lease().await });
        // The first poll puts the request into the queue.
        assert!(futures_util::poll!(&mut waiting).is_pending());
        tokio::spawn(waiting)
    }
}

async fn patient<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("the writer is stuck")
}

async fn run(lease: &mut Lease, statement: &'static str) -> StoreResult<()> {
    let mut held = lease.hold().await?;
    let outcome = sqlx::query(statement).execute(&mut *held).await.map(drop).map_err(StoreError::from);
    held.settle(outcome)
}

async fn insert(lease: &mut Lease, name: &str) {
    let mut held = lease.hold().await.unwrap();
    let outcome = sqlx::query("INSERT INTO verbs (name) VALUES (?)").bind(name).execute(&mut *held).await;
    held.settle(outcome.map(drop).map_err(StoreError::from)).unwrap();
}

#[tokio::test]
async fn a_group_shares_one_commit_and_nobody_is_told_before_it() {
    let ground = ground(ENDLESS).await;
    let mut first = ground.lease().await;
    let second = ground.queue().await;
    insert(&mut first, "first").await;
    let told = tokio::spawn(first.commit());
    let mut second = patient(second).await.unwrap().unwrap();
    insert(&mut second, "second").await;
    assert!(!told.is_finished(), "told before the commit");
    assert!(ground.seen().await.is_empty(), "committed while another verb was open");
    patient(second.commit()).await.unwrap();
    patient(told).await.unwrap().unwrap();
    assert_eq!(ground.seen().await, ["first", "second"]);
}

#[tokio::test]
async fn a_dropped_verb_is_undone_and_the_group_goes_on() {
    let ground = ground(ENDLESS).await;
    let mut first = ground.lease().await;
    let second = ground.queue().await;
    let third = ground.queue().await;
    insert(&mut first, "first").await;
    let told = tokio::spawn(first.commit());
    let mut second = patient(second).await.unwrap().unwrap();
    insert(&mut second, "second").await;
    drop(second);
    let mut third = patient(third).await.unwrap().unwrap();
    insert(&mut third, "third").await;
    patient(third.commit()).await.unwrap();
    patient(told).await.unwrap().unwrap();
    assert_eq!(ground.seen().await, ["first", "third"]);
}

#[tokio::test]
async fn a_full_or_old_group_commits_although_others_wait() {
    for limits in [GroupLimits { verbs: 2, ..ENDLESS }, GroupLimits { age: Duration::from_millis(200), ..ENDLESS }] {
        let ground = ground(limits).await;
        let mut first = ground.lease().await;
        let second = ground.queue().await;
        let third = ground.queue().await;
        insert(&mut first, "first").await;
        let told = tokio::spawn(first.commit());
        let mut second = patient(second).await.unwrap().unwrap();
        insert(&mut second, "second").await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        patient(second.commit()).await.unwrap();
        patient(told).await.unwrap().unwrap();
        let third = patient(third).await.unwrap().unwrap();
        assert_eq!(ground.seen().await, ["first", "second"], "{limits:?}");
        drop(third);
    }
}

#[tokio::test]
async fn if_the_commit_fails_everyone_is_told_and_the_writer_recovers() {
    let ground = ground(ENDLESS).await;
    let mut first = ground.lease().await;
    let second = ground.queue().await;
    insert(&mut first, "first").await;
    let told = tokio::spawn(first.commit());
    let mut second = patient(second).await.unwrap().unwrap();
    // A deferred foreign key is found broken by the COMMIT and not before.
    run(&mut second, "INSERT INTO children VALUES ('nobody')").await.unwrap();
    assert!(patient(second.commit()).await.is_err());
    assert!(patient(told).await.unwrap().is_err(), "a verb was told that it is durable, and it is not");
    assert!(ground.seen().await.is_empty());
    let mut next = ground.lease().await;
    insert(&mut next, "next").await;
    patient(next.commit()).await.unwrap();
    assert_eq!(ground.seen().await, ["next"]);
}

#[tokio::test]
async fn if_sqlite_gives_up_the_transaction_everyone_in_it_is_told() {
    let ground = ground(ENDLESS).await;
    let mut first = ground.lease().await;
    let second = ground.queue().await;
    insert(&mut first, "first").await;
    let told = tokio::spawn(first.commit());
    let mut second = patient(second).await.unwrap().unwrap();
    // As SQLite does by itself when the disk is full or broken.
    run(&mut second, "ROLLBACK").await.unwrap();
    drop(second);
    assert!(patient(told).await.unwrap().is_err(), "a verb was told that it is durable, and it is not");
    let mut next = ground.lease().await;
    insert(&mut next, "next").await;
    patient(next.commit()).await.unwrap();
    assert_eq!(ground.seen().await, ["next"]);
}

#[tokio::test]
async fn a_full_disk_fails_the_verb_which_then_can_only_roll_back() {
    let ground = ground(ENDLESS).await;
    let mut verb = ground.lease().await;
    run(&mut verb, "PRAGMA max_page_count = 5").await.unwrap();
    assert!(run(&mut verb, "INSERT INTO verbs VALUES ('large', zeroblob(1000000))").await.is_err());
    assert!(
        run(&mut verb, "INSERT INTO verbs (name) VALUES ('outside')").await.is_err(),
        "written outside of any verb"
    );
    assert!(verb.commit().await.is_err());
    let mut next = ground.lease().await;
    insert(&mut next, "next").await;
    patient(next.commit()).await.unwrap();
    assert_eq!(ground.seen().await, ["next"]);
}

#[tokio::test]
async fn after_an_abandoned_statement_a_verb_can_only_roll_back() {
    let ground = ground(ENDLESS).await;
    let mut verb = ground.lease().await;
    insert(&mut verb, "before").await;
    {
        // Slow enough to be under way still when it is left; a quick one may be done by the first poll.
        let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) \
                    INSERT INTO verbs (name) SELECT 'abandoned' || max(i) FROM n";
        let mut statement = std::pin::pin!(run(&mut verb, slow));
        // Polled once and dropped: nobody knows whether it ran.
        assert!(futures_util::poll!(&mut statement).is_pending());
    }
    assert!(run(&mut verb, "INSERT INTO verbs (name) VALUES ('after')").await.is_err());
    assert!(verb.commit().await.is_err());
    let mut next = ground.lease().await;
    insert(&mut next, "next").await;
    patient(next.commit()).await.unwrap();
    assert_eq!(ground.seen().await, ["next"]);
}

#[tokio::test]
async fn cancelled_callers_leave_the_writer_free() {
    let ground = ground(GroupLimits::default()).await;
    let holder = ground.lease().await;
    for _ in 0..50 {
        ground.queue().await.abort();
    }
    drop(holder);
    // Callers that vanish at any moment of a whole verb.
    for moment in 0..200 {
        let writer = Arc::clone(&ground.writer);
        let verb = tokio::spawn(async move {
            let mut lease = writer.lease().await?;
            run(&mut lease, "INSERT OR REPLACE INTO verbs (name) VALUES ('maybe')").await?;
            lease.commit().await
        });
        tokio::time::sleep(Duration::from_micros(moment * 10)).await;
        verb.abort();
    }
    let mut next = ground.lease().await;
    insert(&mut next, "next").await;
    patient(next.commit()).await.unwrap();
    assert!(ground.seen().await.contains(&"next".to_owned()));
}

#[tokio::test]
async fn turns_come_in_order_of_asking() {
    let ground = ground(GroupLimits::default()).await;
    let holder = ground.lease().await;
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut verbs = Vec::new();
    for number in 0..20 {
        let (waiting, order) = (ground.queue().await, Arc::clone(&order));
        verbs.push(tokio::spawn(async move {
            let lease = waiting.await.unwrap().unwrap();
            order.lock().unwrap().push(number);
            lease.commit().await.unwrap();
        }));
    }
    drop(holder);
    for verb in verbs {
        patient(verb).await.unwrap();
    }
    assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
}
