//! Counters of the data plane.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::model::{AppId, Target};

/// How a request to an app's host ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The app answered.
    Forwarded,
    /// Passed without a session, to what is open to anybody.
    Open,
    /// Led to the broker, or told to sign in.
    Detoured,
    /// Refused by a rule.
    Refused,
    /// The app or a part of ours did not work.
    Failed,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Label {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

/// One target of an app.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct TargetLabel {
    app: String,
    target: String,
}

/// What `/metrics` shows. Counters are looked up once, here, so that counting is one atomic addition.
pub struct Meter {
    registry: Mutex<Registry>,
    forwarded: Counter,
    open: Counter,
    detoured: Counter,
    refused: Counter,
    failed: Counter,
    /// Open client connections.
    pub connections: Gauge,
    /// Connections that were closed at once because of a limit.
    pub shed: Counter,
    /// TLS handshakes that failed.
    pub handshake_failures: Counter,
    slow: Family<Reason, Counter>,
    targets: Family<TargetLabel, Gauge>,
    unanswered: Family<TargetLabel, Counter>,
    silent: Silent,
}

/// Apps of a single plain address that did not answer their last request. They have no state of their own.
#[derive(Default)]
struct Silent {
    /// How many, so that answers of the others cost one look.
    count: AtomicUsize,
    apps: Mutex<HashSet<AppId>>,
}

impl Silent {
    fn change(&self, change: impl FnOnce(&mut HashSet<AppId>)) {
        let mut apps = self.apps();
        change(&mut apps);
        self.count.store(apps.len(), Ordering::Relaxed);
    }

    fn apps(&self) -> MutexGuard<'_, HashSet<AppId>> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Meter {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("vestibule");
        let requests = Family::<Label, Counter>::default();
        let (connections, shed, handshake_failures) = (Gauge::default(), Counter::default(), Counter::default());
        registry.register("proxy_requests", "Requests to apps, by how they ended", requests.clone());
        registry.register("connections", "Open client connections", connections.clone());
        registry.register("connections_shed", "Connections closed because of a limit", shed.clone());
        registry.register("tls_handshake_failures", "TLS handshakes that failed", handshake_failures.clone());
        let slow = Family::<Reason, Counter>::default();
        registry.register("connections_slow", "Connections ended because of a time limit", slow.clone());
        let targets = Family::default();
        registry.register(
            "upstream_up",
            "Whether a target of an app gets requests; of a single plain one, whether it answered the last",
            targets.clone(),
        );
        let unanswered = Family::default();
        registry.register("upstream_unanswered", "Requests that a target did not answer", unanswered.clone());
        let counter = |outcome| requests.get_or_create(&Label { outcome }).clone();
        Self {
            forwarded: counter("forwarded"),
            open: counter("open"),
            detoured: counter("detoured"),
            refused: counter("refused"),
            failed: counter("failed"),
            registry: Mutex::new(registry),
            connections,
            shed,
            handshake_failures,
            slow,
            targets,
            unanswered,
            silent: Silent::default(),
        }
    }
}

impl Meter {
    /// Counts one request.
    pub fn count(&self, outcome: Outcome) {
        match outcome {
            Outcome::Forwarded => &self.forwarded,
            Outcome::Open => &self.open,
            Outcome::Detoured => &self.detoured,
            Outcome::Refused => &self.refused,
            Outcome::Failed => &self.failed,
        }
        .inc();
    }

    /// Counts a connection that was ended because of a time limit: `head`, `idle`, `write`, `stream` or `left`.
    pub fn slow(&self, reason: &'static str) {
        self.slow.get_or_create(&Reason { reason }).inc();
    }

    /// Forgets all targets, before those that there are now are told.
    pub fn forget_targets(&self) {
        self.targets.clear();
    }

    /// Whether a target of an app gets requests.
    pub fn target(&self, app: AppId, target: &Target, well: bool) {
        let label = TargetLabel { app: app.to_string(), target: target.to_string() };
        self.targets.get_or_create(&label).set(i64::from(well));
    }

    /// Counts a request that a target did not answer.
    pub fn unanswered(&self, app: AppId, target: &Target) {
        let label = TargetLabel { app: app.to_string(), target: target.to_string() };
        self.unanswered.get_or_create(&label).inc();
    }

    /// Whether an app of a single plain address answered its last request.
    pub fn answers(&self, app: AppId, answers: bool) {
        match answers {
            false => self.silent.change(|apps| {
                apps.insert(app);
            }),
            true if self.silent.count.load(Ordering::Relaxed) == 0 => {}
            true => self.silent.change(|apps| {
                apps.remove(&app);
            }),
        }
    }

    /// Whether an app of a single plain address is one that did not answer its last request.
    pub fn is_silent(&self, app: AppId) -> bool {
        self.silent.apps().contains(&app)
    }

    /// Forgets those that are no such apps any more.
    pub fn forget_silent(&self, but: impl Fn(AppId) -> bool) {
        self.silent.change(|apps| apps.retain(|app| but(*app)));
    }

    /// Adds metrics of other parts.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Everything in the text format of OpenMetrics.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        match encode(&mut text, &registry) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_shown() {
        let meter = Meter::default();
        meter.count(Outcome::Forwarded);
        meter.count(Outcome::Forwarded);
        assert!(meter.text().contains("vestibule_proxy_requests_total{outcome=\"forwarded\"} 2"), "{}", meter.text());
    }
}
