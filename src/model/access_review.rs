//! A review of access: a campaign in which sponsors say of each guest whether to keep or to remove.

use serde::{Deserialize, Serialize};

use super::{Timestamp, UserId};

/// Names one review of a tenant; random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessReviewId(pub uuid::Uuid);

impl std::fmt::Display for AccessReviewId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl std::str::FromStr for AccessReviewId {
    type Err = uuid::Error;

    /// The hyphenated form alone, so that no two addresses name the same review.
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        uuid::Uuid::try_parse(if text.len() == 36 { text } else { "" }).map(Self)
    }
}

/// What a reviewer says about one guest; also what counts where nobody says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessDecision {
    /// The guest stays.
    Keep,
    /// The guest goes.
    Remove,
}

impl AccessDecision {
    /// The word in lists, forms and the audit chain.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Remove => "remove",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "keep" => Some(Self::Keep),
            "remove" => Some(Self::Remove),
            _ => None,
        }
    }
}

/// What happens to a guest who is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// The account is blocked; everything stays.
    Block,
    /// The guest goes into the bin.
    Delete,
}

/// One campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReview {
    /// Its id.
    pub id: AccessReviewId,
    /// When sponsors were asked.
    pub started_at: Timestamp,
    /// When answers are no longer taken and what was decided is done.
    pub ends_at: Timestamp,
    /// What counts where nobody answered.
    pub no_answer: AccessDecision,
    /// How guests are removed.
    pub removal: Removal,
    /// When it was done; `None` while it is open.
    pub applied_at: Option<Timestamp>,
}

impl AccessReview {
    /// Whether answers are still taken.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.applied_at.is_none() && now < self.ends_at
    }
}

/// One guest in a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReviewItem {
    /// The guest.
    pub user: UserId,
    /// Who was asked: the guest's sponsors, else who invited. Empty where there is neither; the operator decides then.
    pub reviewers: Vec<UserId>,
    /// What was said last.
    pub decision: Option<AccessDecision>,
    /// By whom; `None` for the operator.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What was done in the end: `kept`, `blocked`, `deleted`, or `gone` for a guest who had left before.
    pub applied: Option<String>,
}
