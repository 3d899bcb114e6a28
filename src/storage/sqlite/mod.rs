//! The directory in one SQLite file: WAL, every commit synced, one writer with group commit, readers beside it.

mod account_life;
mod accounts;
mod agreements;
mod audit;
mod barred;
mod client_consents;
mod connection;
mod directory_pages;
mod domain_proofs;
mod factors;
mod guest_objects;
mod guest_pages;
mod instance;
mod invitations;
mod keys;
mod life;
mod mail_blocks;
#[cfg(test)]
mod migration_tests;
mod objects;
mod outbox;
mod own_domains;
mod read;
mod readers;
mod rows;
mod tx;
mod users;
mod versions;
mod webhooks;
mod writer;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use self::readers::Readers;
use self::writer::{GroupLimits, Writer};
use super::{InstanceTask, InstanceTx, Read, Store, StoreError, StoreResult, Tx};
use crate::model::TenantId;

/// How long SQLite waits for another process (the `sqlite3` shell, a backup) that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long emptying the log waits for readers of what was before; writers wait with it.
const CHECKPOINT_TIMEOUT: Duration = Duration::from_secs(1);

/// The directory, embedded.
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
    checkpointing: SqliteConnectOptions,
}

impl SqliteStore {
    /// Opens the file, makes it if there is none, and brings its tables up to date. A file of a newer version of this
    /// program is refused.
    pub async fn open(path: &Path) -> StoreResult<SqliteStore> {
        keep_private(path).map_err(failed)?;
        let writing = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What is wiped (sent mails, erased guests) must not linger in free pages.
            .pragma("secure_delete", "ON")
            .thread_name(|id| format!("directory-sql-{id}"))
            .disable_statement_logging();
        let mut connection = writing.connect().await?;
        migrate(&mut connection).await?;
        let reading = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY_TIMEOUT)
            .read_only(true)
            .thread_name(|id| format!("directory-read-{id}"))
            .disable_statement_logging();
        let readers = Readers::open(reading).await?;
        let checkpointing =
            writing.clone().busy_timeout(CHECKPOINT_TIMEOUT).thread_name(|id| format!("directory-log-{id}"));
        let writer = Writer::start(writing, connection, GroupLimits::default()).map_err(failed)?;
        Ok(Self { writer, readers, checkpointing })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self, tenant: TenantId) -> StoreResult<Box<dyn Read>> {
        Ok(Box::new(read::View { access: self.readers.clone(), tenant }))
    }

    async fn begin(&self, tenant: TenantId) -> StoreResult<Box<dyn Tx>> {
        let access = self.writer.lease().await?;
        Ok(Box::new(read::View { access, tenant }))
    }

    async fn begin_instance(&self, task: InstanceTask) -> StoreResult<Box<dyn InstanceTx>> {
        let access = self.writer.lease().await?;
        tracing::trace!(?task, "instance transaction begun");
        Ok(Box::new(instance::InstanceView { access }))
    }

    async fn ping(&self) -> StoreResult<()> {
        self.readers.ping().await?;
        self.writer.ping()
    }

    async fn forget_log(&self) -> StoreResult<bool> {
        // A connection of its own: the writer's is inside a transaction whenever somebody can ask it.
        let mut connection = self.checkpointing.connect().await?;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok(row.try_get::<i64, _>("busy")? == 0)
    }
}

/// Every migration ever shipped, oldest first; a shipped one is never edited (its checksum is kept in the file).
fn migrations() -> Migrator {
    let list = [
        (1, "directory", include_str!("../migrations/0001_directory.sql")),
        (2, "guest life", include_str!("../migrations/0002_guest_life.sql")),
        (3, "invitations", include_str!("../migrations/0003_invitations.sql")),
        (4, "mail", include_str!("../migrations/0004_mail.sql")),
        (5, "home realms", include_str!("../migrations/0005_home_realms.sql")),
        (6, "terms", include_str!("../migrations/0006_terms.sql")),
        (7, "second factors", include_str!("../migrations/0007_second_factors.sql")),
        (8, "end of life", include_str!("../migrations/0008_end_of_life.sql")),
        (9, "admin", include_str!("../migrations/0009_admin.sql")),
        (10, "passkeys", include_str!("../migrations/0010_passkeys.sql")),
        (11, "credentials", include_str!("../migrations/0011_credentials.sql")),
        (14, "client consents", include_str!("../migrations/0014_client_consents.sql")),
        (16, "graph", include_str!("../migrations/0016_graph.sql")),
        (17, "no factors of the erased", include_str!("../migrations/0017_no_factors_of_the_erased.sql")),
        (18, "passkeys of members", include_str!("../migrations/0018_passkeys_of_members.sql")),
        (19, "webhooks", include_str!("../migrations/0019_webhooks.sql")),
    ];
    let list = list.into_iter().map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(list.collect())
}

async fn migrate(connection: &mut SqliteConnection) -> StoreResult<()> {
    migrations().run(connection).await.map_err(failed)
}

/// Makes the file readable for its owner alone, before SQLite does; its `-wal` and `-shm` inherit that.
fn keep_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Wraps what went wrong below.
fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Failed(error.into())
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => StoreError::Conflict,
            _ => failed(error),
        }
    }
}
