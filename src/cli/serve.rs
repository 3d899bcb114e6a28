//! `vestibule serve`: open the shelves, load the files, listen, and drain on SIGTERM. `vestibule check` stands beside it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::control::{self, Lock};
use crate::app::App;
use crate::config::{Environment, Loaded, load};
use crate::guests::{erase, sweep};
use crate::observe::init_logs;
use crate::server::{ExtraHosts, Server};
use crate::tenants;

/// How often files are looked at for changes, besides SIGHUP.
const LOOK_AT_FILES: Duration = Duration::from_secs(30);

/// Runs until SIGTERM or Ctrl-C.
pub fn serve(config: &Path, errors: &mut dyn Write) -> anyhow::Result<u8> {
    let environment = Environment::read();
    let loaded = match load(config, &environment) {
        Ok(loaded) => loaded,
        Err(faults) => {
            for fault in &faults {
                writeln!(errors, "{fault}")?;
            }
            bail!("the configuration has {} faults; nothing was started", faults.len());
        }
    };
    init_logs(&loaded.settings.log);
    for notice in &loaded.notices {
        tracing::warn!(notice = %notice, "the configuration works and is odd");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("control").build()?;
    runtime.block_on(async {
        let running = Running::start(loaded, ExtraHosts::default()).await?;
        let files = Files { config: config.to_owned(), environment };
        running.until_told_to_stop(Some(files)).await
    })?;
    Ok(0)
}

/// `vestibule check`: every fault, and what loading the files would change.
pub fn check(config: &Path, out: &mut dyn Write) -> anyhow::Result<u8> {
    let Some(loaded) = super::check::check(config, &Environment::read(), out)? else { return Ok(1) };
    let directory = loaded.settings.data_dir.join("directory.db");
    if !directory.exists() {
        return Ok(0);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (differences, affected) = runtime.block_on(async {
        let store = crate::app::open_directory(&loaded.settings).await?;
        let differences = tenants::difference_to_store(store.as_ref(), &loaded).await?;
        anyhow::Ok((differences, tenants::guests_affected(store.as_ref(), &loaded).await?))
    })?;
    super::check::print_differences(&differences, out)?;
    super::check::print_affected(&affected, out)?;
    Ok(0)
}

/// Opens the bench and loads the files into the directory.
pub async fn open(loaded: Loaded) -> anyhow::Result<Arc<App>> {
    let app = App::open(loaded.settings.clone()).await?;
    load_into(&app, &loaded).await?;
    let erased = erase::erase_again(&app).await?;
    if erased > 0 {
        tracing::warn!(erased, "guests whom a restored backup brought back were erased again");
    }
    Ok(Arc::new(app))
}

/// Loads files into the directory and swaps the snapshot when it is whole.
async fn load_into(app: &App, loaded: &Loaded) -> anyhow::Result<()> {
    let changes = tenants::load_files(app.store.as_ref(), loaded, app.clock.as_ref(), app.random.as_ref()).await?;
    app.secrets.store(Arc::new(loaded.secrets.clone()));
    let snapshot = tenants::rebuild(app).await?;
    tracing::info!(
        tenants = snapshot.tenants().count(),
        apps = snapshot.apps().count(),
        added = changes.added,
        changed = changes.changed,
        disabled = changes.disabled,
        "configuration files loaded"
    );
    Ok(())
}

/// Where configuration is read again from.
pub struct Files {
    config: PathBuf,
    environment: Environment,
}

/// A bench that holds its data folder and does not listen yet.
pub struct Prepared {
    /// The bench.
    pub app: Arc<App>,
    lock: Lock,
}

impl Prepared {
    /// Takes the data folder and opens the bench.
    pub async fn open(loaded: Loaded) -> anyhow::Result<Self> {
        let data = loaded.settings.data_dir.clone();
        std::fs::create_dir_all(&data).with_context(|| {
            format!("cannot make the data folder {}; set data_dir to a folder that this user may write", data.display())
        })?;
        let lock = Lock::take(&data)?;
        Ok(Self { app: open(loaded).await?, lock })
    }

    /// Listens; returns once every listener answers.
    pub async fn listen(self, extra: ExtraHosts) -> anyhow::Result<Running> {
        let app = self.app;
        let stop = CancellationToken::new();
        let server = Server::start(Arc::clone(&app), extra).await?;
        let listener = control::listen(&app.settings.data_dir)?;
        let (outbox, sessions) = (Arc::clone(&app.outbox), Arc::clone(&app.sessions));
        let (for_outbox, for_sessions, for_control) = (stop.clone(), stop.clone(), stop.clone());
        let for_app = Arc::clone(&app);
        let sweeper = sweep::run(Arc::clone(&app), stop.clone());
        let (for_records, records_stop) = (Arc::clone(&app), stop.clone());
        let tasks = vec![
            tokio::spawn(async move { outbox.run(for_outbox.cancelled()).await }),
            tokio::spawn(sessions.run_flusher(for_sessions)),
            tokio::spawn(sweeper),
            tokio::spawn(crate::guests::expire::run(Arc::clone(&app), stop.clone())),
            tokio::spawn(async move { tenants::domain_records::run(&for_records, records_stop.cancelled()).await }),
            tokio::spawn(crate::tokens::back_channel::run(Arc::clone(&app), stop.clone())),
            tokio::spawn(Arc::clone(&app.webhooks).run(stop.clone())),
            tokio::spawn(tenants::signing_keys::run(Arc::clone(&app), stop.clone())),
            tokio::spawn(async move {
                tokio::select! {
                    () = control::serve(listener, for_app) => {}
                    () = for_control.cancelled() => {}
                }
            }),
        ];
        Ok(Running { app, server, stop, tasks, _lock: self.lock })
    }
}

/// A server with everything around it: lock, control socket, outbox, session flusher.
pub struct Running {
    /// The bench.
    pub app: Arc<App>,
    server: Server,
    stop: CancellationToken,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    _lock: Lock,
}

impl Running {
    /// Starts everything; returns once every listener answers.
    pub async fn start(loaded: Loaded, extra: ExtraHosts) -> anyhow::Result<Self> {
        Prepared::open(loaded).await?.listen(extra).await
    }

    /// Waits for SIGTERM or Ctrl-C, reloading on SIGHUP and when files change, then drains.
    pub async fn until_told_to_stop(self, files: Option<Files>) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let mut look = tokio::time::interval(LOOK_AT_FILES);
        let mut seen = files.as_ref().map(fingerprint);
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = tokio::signal::ctrl_c() => break,
                _ = hang_up.recv() => {
                    self.server.reload_certificates();
                    if let Some(files) = &files {
                        reload(&self.app, files).await;
                        seen = Some(fingerprint(files));
                    }
                }
                _ = look.tick() => {
                    self.server.reload_certificates();
                    if let Some(files) = &files && seen != Some(fingerprint(files)) {
                        reload(&self.app, files).await;
                        seen = Some(fingerprint(files));
                    }
                }
            }
        }
        tracing::info!("draining: open requests may finish, new ones are refused");
        self.stop().await;
        Ok(())
    }

    /// Drains and stops.
    pub async fn stop(self) {
        self.server.drain().await;
        self.stop.cancel();
        for task in self.tasks {
            // A task that panicked has logged it and holds nothing any more.
            let _ = task.await;
        }
        self.app.sessions.flush().await;
        tracing::info!("stopped");
    }
}

/// Reads the files again. Faults leave everything as it was.
async fn reload(app: &App, files: &Files) {
    match load(&files.config, &files.environment) {
        Ok(loaded) => match load_into(app, &loaded).await {
            Ok(()) => {}
            Err(error) => {
                tracing::error!(error = %format!("{error:#}"), "the changed files could not be loaded; the old ones stay in force")
            }
        },
        Err(faults) => {
            for fault in faults {
                tracing::error!(fault = %fault, "a fault in the changed files; the old ones stay in force");
            }
        }
    }
}

/// Names and times of all configuration files: whether anything changed since.
fn fingerprint(files: &Files) -> Vec<(PathBuf, Option<std::time::SystemTime>, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![files.config.parent().map(Path::to_path_buf).unwrap_or_default()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                Ok(metadata) => found.push((entry.path(), metadata.modified().ok(), metadata.len())),
                Err(_) => {}
            }
        }
    }
    found.sort();
    found
}
