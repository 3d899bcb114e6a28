//! What the shelves are asked, counted: an operator sees the load, and a test sees that a signed-in request asks nothing.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What a shelf was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Asked {
    /// `read`, `write`, an instance task, or the kind of short-term value.
    pub what: &'static str,
}

/// Whose number it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfTenant {
    /// Id of the tenant.
    pub tenant: String,
}

/// How a message for a webhook fared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Fared {
    /// `delivered`, `failed` (it is tried again) or `given_up`.
    pub outcome: &'static str,
}

/// Counters of the shelves; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    directory: Family<Asked, Counter>,
    short_term: Family<Asked, Counter>,
    active_guests: Family<OfTenant, Gauge>,
    webhooks: Family<Fared, Counter>,
}

impl Counters {
    /// The directory was opened for `what`.
    pub fn directory(&self, what: &'static str) {
        self.directory.get_or_create(&Asked { what }).inc();
    }

    /// The short-term store was asked about `what`.
    pub fn short_term(&self, what: &'static str) {
        self.short_term.get_or_create(&Asked { what }).inc();
    }

    /// So many guests of a tenant signed in this month.
    pub fn active_guests(&self, tenant: &str, guests: u64) {
        let label = OfTenant { tenant: tenant.to_owned() };
        self.active_guests.get_or_create(&label).set(i64::try_from(guests).unwrap_or(i64::MAX));
    }

    /// A message for a webhook was delivered, failed for now, or was given up.
    pub fn webhook(&self, outcome: &'static str) {
        self.webhooks.get_or_create(&Fared { outcome }).inc();
    }

    /// Puts the counters among the metrics.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "directory_opened",
            "How often the directory was opened, by what for",
            self.directory.clone(),
        );
        registry.register(
            "short_term_asked",
            "How often the short-term store was asked, by kind of value",
            self.short_term.clone(),
        );
        registry.register(
            "active_guests",
            "Distinct guests who signed in this calendar month, by tenant",
            self.active_guests.clone(),
        );
        registry.register(
            "webhook_messages",
            "Tries to deliver a message to a webhook, by how they ended",
            self.webhooks.clone(),
        );
    }
}
