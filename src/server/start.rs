//! Starts everything that listens, for `serve`, the demo and tests alike, and stops it again.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::front::{ControlService, Front, control_service};
use super::health::{self, Readiness};
use super::passed_in::{self, PassedIn};
use super::plane::DataPlane;
use super::tls::{CertificateError, Certificates, server_config};
use super::{listen, redirect};
use crate::app::App;
use crate::keys::{Keys, Purpose};
use crate::model::TenantId;
use crate::outbound::SystemResolver;
use crate::proxy::assertion::{ASSERTION_TYPE, AssertionClaims};
use crate::proxy::seams::{Seal, SealPurpose, SignAssertion, SignFault};
use crate::proxy::upstream::checks;
use crate::proxy::{Meter, Plane};
use crate::{admin, graph_api, oidc_server, pages};

/// Further hosts on our listeners: canonical host → router. The demo's own providers stand here (decision 28).
#[derive(Default)]
pub struct ExtraHosts(pub Vec<(String, Router)>);

/// Why nothing listens.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port is taken or forbidden.
    #[error(transparent)]
    Listen(#[from] listen::ListenError),
    /// A certificate is missing or broken.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A thread or runtime could not be made.
    #[error("the server's threads could not be started: {0}")]
    Threads(#[from] std::io::Error),
}

/// The running listeners. They stop when it is dropped, then without waiting for anybody.
pub struct Server {
    plane: DataPlane,
    certificates: Arc<Certificates>,
    stopping: CancellationToken,
    stopped: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    _until_dropped: [DropGuard; 2],
}

impl Server {
    /// Binds everything before anything answers, so that a taken port starts nothing by half.
    pub async fn start(app: Arc<App>, extra: ExtraHosts) -> Result<Self, StartError> {
        let settings = Arc::clone(&app.settings);
        let threads = settings.data_plane_threads;
        let passed = PassedIn::take()?;
        let on_threads = |passed: &[TcpListener], set: &[SocketAddr]| match passed {
            [] => listen::bind(set, threads).map_err(StartError::from),
            passed => Ok(passed_in::shared(passed, threads)?),
        };
        let listeners = on_threads(&passed.https, &settings.listen.https)?;
        let clear = on_threads(&passed.clear, &settings.listen.clear)?;
        let plain = match passed.http {
            none if none.is_empty() => {
                settings.listen.http.iter().map(|address| listen::bind_one(*address)).collect::<Result<Vec<_>, _>>()?
            }
            passed => passed,
        };
        let addresses = listeners.first().into_iter().flatten().map(TcpListener::local_addr);
        let addresses =
            addresses.map(|address| address.map(|address| address.to_string())).collect::<Result<Vec<_>, _>>()?;
        let health_listener = listen::bind_one(settings.listen.health)?;
        let certificates = Certificates::load(&settings.tls.certificates, settings.broker_host())?;
        let tls = server_config(Arc::clone(&certificates))?;
        let front = Front::new(plane_of(&app), services(&app, extra));
        let (stopping, stopped) = (CancellationToken::new(), CancellationToken::new());
        let plane = DataPlane::start(&front, Some(&tls), listeners, clear, &stopping)?;
        let mut tasks = Vec::new();
        for listener in plain {
            let (front, stopping) = (Arc::clone(&front), stopping.clone());
            tasks.push(tokio::spawn(async move {
                if let Err(error) = redirect::serve(front, listener, stopping).await {
                    tracing::error!(error = %error, "the plain-HTTP listener ended");
                }
            }));
        }
        let (meter, ready) = (Arc::clone(&front.plane.meter), readiness(&app));
        let (until, last) = (stopping.clone(), stopped.clone());
        tasks.push(tokio::spawn(async move {
            if let Err(error) = health::serve(health_listener, meter, ready, until, last).await {
                tracing::error!(error = %error, "the health listener ended");
            }
        }));
        tracing::info!(listen.https = %addresses.join(", "), listen.health = %settings.listen.health, "listening");
        tasks.push(tokio::spawn(checks::run(Arc::clone(&front.plane), stopping.clone())));
        let watched = Arc::clone(&certificates);
        tasks.push(tokio::spawn(watched.watch(stopping.clone())));
        let until_dropped = [stopping.clone().drop_guard(), stopped.clone().drop_guard()];
        Ok(Self { plane, certificates, stopping, stopped, tasks, _until_dropped: until_dropped })
    }

    /// Reads the certificates again; a broken one does not replace a good one.
    pub fn reload_certificates(&self) {
        for fault in self.certificates.reload() {
            tracing::error!(fault = %fault, "a certificate was not reloaded");
        }
    }

    /// Takes no new requests, lets open ones finish, and returns when the threads have ended.
    pub async fn drain(self) {
        self.stopping.cancel();
        let plane = self.plane;
        if tokio::task::spawn_blocking(move || plane.join()).await.is_err() {
            tracing::error!("a thread of the data plane could not be joined");
        }
        self.stopped.cancel();
        for task in self.tasks {
            // A task that panicked has logged it and holds nothing any more.
            let _ = task.await;
        }
    }
}

fn plane_of(app: &Arc<App>) -> Arc<Plane> {
    let meter = Meter::default();
    meter.register(|registry| {
        app.counters.register(registry);
        registry.register("session_lookups", "Look-ups of a session cookie in memory", app.sessions.lookups());
    });
    let keys = Arc::new(ProxyKeys(Arc::clone(&app.keys)));
    Arc::new(Plane {
        settings: Arc::clone(&app.settings),
        snapshot: Arc::clone(&app.snapshot),
        sessions: Arc::clone(&app.sessions),
        seal: Arc::clone(&keys) as Arc<dyn Seal>,
        signer: keys,
        clock: Arc::clone(&app.clock),
        random: Arc::clone(&app.random),
        resolver: Arc::new(SystemResolver),
        urls: app.urls.clone(),
        meter: Arc::new(meter),
        control: tokio::runtime::Handle::current(),
    })
}

fn services(app: &Arc<App>, extra: ExtraHosts) -> HashMap<String, ControlService> {
    let api = graph_api::router(Arc::clone(app), Arc::new(graph_api::ProviderTokens));
    let broker = pages::router().merge(oidc_server::router()).with_state(Arc::clone(app)).merge(api);
    let admin = admin::router().with_state(Arc::clone(app));
    let own = [(app.settings.broker_host().to_owned(), broker), (app.settings.admin_host().to_owned(), admin)];
    own.into_iter().chain(extra.0).map(|(host, router)| (host, control_service(router))).collect()
}

/// Ready means that both stores answer: without them the only honest answer to a sign-in is "no".
fn readiness(app: &Arc<App>) -> Readiness {
    let (store, short_term) = (Arc::clone(&app.store), Arc::clone(&app.short_term));
    Arc::new(move || {
        let (store, short_term) = (Arc::clone(&store), Arc::clone(&short_term));
        Box::pin(async move { store.ping().await.is_ok() && short_term.ping().await.is_ok() })
    })
}

/// The part of the keys that the proxy may use.
struct ProxyKeys(Arc<Keys>);

impl ProxyKeys {
    fn purpose(purpose: SealPurpose) -> Purpose {
        match purpose {
            SealPurpose::AppState => Purpose::AppState,
            SealPurpose::Form => Purpose::Form,
        }
    }
}

impl Seal for ProxyKeys {
    fn seal(&self, purpose: SealPurpose, context: &str, plain: &[u8]) -> String {
        self.0.seal(Self::purpose(purpose), context, plain)
    }

    fn open_sealed(&self, purpose: SealPurpose, context: &str, sealed: &str) -> Option<Vec<u8>> {
        self.0.open_sealed(Self::purpose(purpose), context, sealed)
    }
}

impl SignAssertion for ProxyKeys {
    fn sign_assertion(&self, tenant: TenantId, claims: &AssertionClaims) -> Result<String, SignFault> {
        self.0.sign(tenant, ASSERTION_TYPE, claims).map_err(|error| SignFault(Box::new(error)))
    }

    fn jwks(&self, tenant: TenantId) -> serde_json::Value {
        self.0.jwks(tenant)
    }
}
