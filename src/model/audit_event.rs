//! What the audit chain records.

use serde::{Deserialize, Serialize};

use super::{TenantId, Timestamp, UserId};

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcome {
    /// Done.
    Success,
    /// Refused or failed.
    Failure,
}

/// One event to be chained, in ids only: a name or an address here would outlive its owner's erasure (decision 22).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// The original's activity name where it has one, e.g. `Redeem external user invite` (Graph `activityDisplayName`).
    pub activity: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Who did it: a user, or `None` for the operator or the system.
    pub actor: Option<UserId>,
    /// To whom.
    pub target: Option<UserId>,
    /// Further ids and facts without personal data: `("agreement", "…")`.
    pub details: Vec<(String, String)>,
    /// Personal data that belongs to the event (address, network); sealed under the target's key by the store's caller.
    pub sealed: Option<String>,
}

impl AuditEvent {
    /// A successful event without details.
    pub fn success(activity: &str) -> Self {
        Self {
            activity: activity.to_owned(),
            outcome: AuditOutcome::Success,
            actor: None,
            target: None,
            details: Vec::new(),
            sealed: None,
        }
    }

    /// A refused or failed event without details.
    pub fn failure(activity: &str) -> Self {
        Self { outcome: AuditOutcome::Failure, ..Self::success(activity) }
    }

    /// Adds who did it.
    pub fn by(self, actor: UserId) -> Self {
        Self { actor: Some(actor), ..self }
    }

    /// Adds to whom it happened.
    pub fn on(self, target: UserId) -> Self {
        Self { target: Some(target), ..self }
    }

    /// Adds personal data, sealed under the key of the person it is about.
    pub fn sealing(self, sealed: Option<String>) -> Self {
        Self { sealed, ..self }
    }

    /// Adds one fact that is no personal data.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.details.push((name.to_owned(), value.to_string()));
        self
    }
}

/// One line of a chain, as stored and exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Position in its chain, from 1.
    pub sequence: i64,
    /// The chain: a tenant's, or the instance's.
    pub tenant: Option<TenantId>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: AuditEvent,
    /// Lower-case hex hash of the line before; 64 zeros for the first.
    pub previous: String,
    /// Lower-case hex SHA-256 over this line's canonical JSON without this field.
    pub hash: String,
}
