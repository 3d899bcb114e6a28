//! App: every shelf, built from the settings; the one place that names concrete implementations.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Notify;

use crate::clock::{Clock, Random};
use crate::config::Settings;
use crate::i18n::Texts;
use crate::keys::Keys;
use crate::oidc_client::Federation;
use crate::session::Sessions;
use crate::short_term::ShortTerm;
use crate::signin::password::Passwords;
use crate::snapshot::Snapshot;
use crate::storage::Store;
use crate::urls::Urls;

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
    /// Sealing and signing.
    pub keys: Arc<Keys>,
    /// Browser sessions.
    pub sessions: Arc<Sessions>,
    /// Identity providers.
    pub federation: Arc<dyn Federation>,
    /// Words in every language.
    pub texts: Arc<Texts>,
    /// Argon2 behind a bounded queue.
    pub passwords: Arc<Passwords>,
    /// Wakes the outbox after a commit that queued mail.
    pub mail_queued: Arc<Notify>,
    /// Addresses of the broker.
    pub urls: Urls,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}
