//! App: every shelf, built from the settings; the one place that names concrete implementations.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Notify;

use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::config::{ConnectionSecrets, MailTransport, Settings, ShortTermSettings};
use crate::i18n::Texts;
use crate::keys::{Keys, KeysError, RootKey};
use crate::mail::folder::FolderMailer;
use crate::mail::outbox::Outbox;
use crate::mail::smtp::{Relay, SmtpMailer};
use crate::mail::{MailError, Mailer};
use crate::model::Timestamp;
use crate::observe::Counters;
use crate::oidc_client::{ClientKeySets, Federation, OidcClient};
use crate::outbound::{Fetcher, SystemRecords, TrustError, TxtRecords};
use crate::session::{RecordSeal, Sessions};
use crate::short_term::embedded::Embedded;
use crate::short_term::{ShortTerm, ShortTermError};
use crate::signin::password::{PasswordError, Passwords};
use crate::snapshot::Snapshot;
use crate::storage::sqlite::SqliteStore;
use crate::storage::{InstanceTask, Store, StoreError, Tombstones};
use crate::urls::Urls;
use crate::webhooks::Webhooks;
use crate::{short_term, storage};

/// Everything that verbs and doors reach for.
pub struct App {
    /// What the operator decided.
    pub settings: Arc<Settings>,
    /// The directory.
    pub store: Arc<dyn Store>,
    /// Sessions, journeys, codes and counters.
    pub short_term: Arc<dyn ShortTerm>,
    /// Tenants, apps and routes, swapped when whole.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Held while a snapshot is built, so that an older one never replaces a newer one.
    pub rebuilding: tokio::sync::Mutex<()>,
    /// Client secrets of connections; they never enter the directory in clear.
    pub secrets: ArcSwap<ConnectionSecrets>,
    /// Who was erased, whatever becomes of the directory.
    pub tombstones: Arc<Tombstones>,
    /// Sealing and signing.
    pub keys: Arc<Keys>,
    /// Wakes whoever makes the keys that take long, after tenants changed.
    pub keys_wanted: Arc<Notify>,
    /// Browser sessions.
    pub sessions: Arc<Sessions>,
    /// Identity providers.
    pub federation: Arc<dyn Federation>,
    /// Keys of our own OIDC clients.
    pub client_keys: ClientKeySets,
    /// The one way out, for what verbs send themselves.
    pub fetcher: Arc<Fetcher>,
    /// DNS records of domains.
    pub records: Arc<dyn TxtRecords>,
    /// Words in every language.
    pub texts: Arc<Texts>,
    /// Argon2 behind a bounded queue.
    pub passwords: Arc<Passwords>,
    /// Mail on its way out.
    pub outbox: Arc<Outbox>,
    /// Wakes the outbox after a commit that queued mail.
    pub mail_queued: Arc<Notify>,
    /// Messages on their way to webhooks.
    pub webhooks: Arc<Webhooks>,
    /// What the shelves were asked.
    pub counters: Counters,
    /// Addresses of the broker.
    pub urls: Urls,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

/// Why the server cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The data folder.
    #[error("the data folder {path} cannot be used: {source}; set data_dir to a folder that this user may write")]
    Folder {
        /// Which folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The short-term store.
    #[error(transparent)]
    ShortTerm(#[from] ShortTermError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Password threads.
    #[error(transparent)]
    Passwords(#[from] PasswordError),
    /// Outgoing HTTP.
    #[error(transparent)]
    Outbound(#[from] TrustError),
    /// Outgoing mail.
    #[error("outgoing mail cannot be set up: {0:?}")]
    Mail(MailError),
    /// Redis was asked for and is not compiled in.
    #[error("short_term is set to redis, but this build has no Redis; build with --features redis")]
    NoRedis,
}

impl App {
    /// Opens every shelf. The directory is empty of tenants until files are loaded (`tenants::load`).
    pub async fn open(settings: Settings) -> Result<Self, AppError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        make_folder(&settings.data_dir)?;
        let root = RootKey::load_or_create(&settings.root_key_file, true, random.as_ref())?;
        let counters = Counters::default();
        let store = open_directory(&settings).await?;
        let store: Arc<dyn Store> = Arc::new(storage::Counted::new(store, counters.clone()));
        let short_term = open_short_term(&settings, &clock).await?;
        let short_term: Arc<dyn ShortTerm> = Arc::new(short_term::Counted::new(short_term, counters.clone()));
        let keys = Keys::open(Arc::clone(&store), root, Arc::clone(&clock), Arc::clone(&random)).await?;
        let keys = Arc::new(keys);
        let seal = Arc::clone(&keys) as Arc<dyn RecordSeal>;
        let sessions = Sessions::new(Arc::clone(&short_term), seal, Arc::clone(&clock), Arc::clone(&random));
        let mut epochs = store.begin_instance(InstanceTask::Epochs).await?;
        sessions.load_epochs(epochs.epochs(Timestamp::from_micros(0)).await?);
        drop(epochs);
        let own: Vec<SocketAddr> = settings.listen.all().copied().collect();
        let fetcher = Arc::new(Fetcher::new(&settings.egress, own)?);
        let federation: Arc<dyn Federation> =
            Arc::new(OidcClient::new(Arc::clone(&fetcher), Arc::clone(&clock), Arc::clone(&random)));
        let client_keys = ClientKeySets::new(Arc::clone(&fetcher), Arc::clone(&clock));
        let mailer = open_mailer(&settings, &clock)?;
        let outbox = Arc::new(Outbox::new(Arc::clone(&store), mailer, Arc::clone(&clock)));
        let snapshot = Arc::new(ArcSwap::from_pointee(Snapshot::default()));
        let webhooks = Arc::new(Webhooks::new(
            Arc::clone(&store),
            Arc::clone(&fetcher),
            Arc::clone(&snapshot),
            Arc::clone(&clock),
            Arc::clone(&random),
            counters.clone(),
        ));
        let password_threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1));
        Ok(Self {
            passwords: Arc::new(Passwords::start(password_threads, Arc::clone(&random))?),
            urls: Urls::new(&settings.public_url),
            tombstones: Arc::new(Tombstones::at(settings.data_dir.join("tombstones"))),
            settings: Arc::new(settings),
            store,
            short_term,
            snapshot,
            webhooks,
            rebuilding: tokio::sync::Mutex::new(()),
            secrets: ArcSwap::from_pointee(ConnectionSecrets::default()),
            keys,
            keys_wanted: Arc::new(Notify::new()),
            sessions,
            federation,
            client_keys,
            fetcher,
            records: Arc::new(SystemRecords),
            texts: Arc::new(Texts::load()),
            mail_queued: outbox.bell(),
            counters,
            outbox,
            clock,
            random,
        })
    }
}

/// Opens the directory alone, for commands that need nothing else.
pub async fn open_directory(settings: &Settings) -> Result<Arc<dyn Store>, AppError> {
    Ok(Arc::new(SqliteStore::open(&settings.data_dir.join("directory.db")).await?))
}

/// The data folder belongs to this user alone: it holds keys and personal data.
fn make_folder(path: &Path) -> Result<(), AppError> {
    let fault = |source| AppError::Folder { path: path.display().to_string(), source };
    std::fs::create_dir_all(path).map_err(fault)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(fault)
}

async fn open_short_term(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn ShortTerm>, AppError> {
    match &settings.short_term {
        ShortTermSettings::Embedded => {
            let path = settings.data_dir.join("short_term.db");
            Ok(Arc::new(Embedded::open(&path, Arc::clone(clock)).await?))
        }
        #[cfg(feature = "redis")]
        ShortTermSettings::Redis { url } => Ok(Arc::new(crate::short_term::redis::Redis::connect(url.expose()).await?)),
        #[cfg(not(feature = "redis"))]
        ShortTermSettings::Redis { .. } => Err(AppError::NoRedis),
    }
}

fn open_mailer(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn Mailer>, AppError> {
    let from = settings.mail.from.clone();
    Ok(match &settings.mail.transport {
        MailTransport::Folder(folder) => Arc::new(FolderMailer::new(folder.clone(), from, Arc::clone(clock))),
        MailTransport::Smtp { host, port, encryption, username, password } => {
            let relay = Relay {
                host: host.clone(),
                port: *port,
                encryption: *encryption,
                login: username.clone().zip(password.clone()),
            };
            Arc::new(SmtpMailer::new(&relay, from, Arc::clone(clock)).map_err(AppError::Mail)?)
        }
    })
}
