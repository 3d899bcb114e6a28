//! Terms of use, and what a guest did with them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AgreementId, Identity, Timestamp, UserId};

/// One agreement of a tenant (Graph `agreement`): a document in one or more languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Name for admins and audit lines.
    pub display_name: String,
    /// Whether the guest must have opened the document before *Accept* works (Graph `isViewingBeforeAcceptanceRequired`).
    pub viewing_required: bool,
    /// How long an acceptance counts (Graph `userReacceptRequiredFrequency`); `None` for ever.
    pub reaccept_after: Option<Duration>,
    /// The current file of each language; the first is the default.
    pub files: Vec<AgreementFile>,
}

/// A version of an agreement in one language (Graph `agreementFile`), named by the hash of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementFile {
    /// BCP 47 tag, e.g. `en`.
    pub language: String,
    /// Title shown to the guest.
    pub title: String,
    /// Lower-case hex SHA-256 of the evidence: the rendered HTML fragment, or the PDF file (decision 23).
    pub version: String,
    /// The content to show.
    pub document: Document,
}

/// What a guest reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// A safe HTML fragment, rendered from Markdown when the file was loaded.
    Html(String),
    /// A PDF file, served sandboxed.
    Pdf(Vec<u8>),
}

impl Agreement {
    /// The file in the first language of `wanted` that exists, else the default one.
    pub fn file_for(&self, wanted: &[String]) -> Option<&AgreementFile> {
        wanted
            .iter()
            .find_map(|language| {
                let primary = language.split('-').next().unwrap_or(language);
                self.files
                    .iter()
                    .find(|file| file.language == *language)
                    .or_else(|| self.files.iter().find(|file| file.language.split('-').next() == Some(primary)))
            })
            .or_else(|| self.files.first())
    }

    /// Whether `acceptance` still counts at `now`: accepted, of a version that is current in its language, and not
    /// expired.
    pub fn is_satisfied_by(&self, acceptance: &Acceptance, now: Timestamp) -> bool {
        acceptance.agreement == self.id
            && acceptance.state == AcceptanceState::Accepted
            && self.files.iter().any(|file| file.version == acceptance.version)
            && self.reaccept_after.is_none_or(|span| acceptance.recorded_at.plus(span) > now)
    }
}

/// Graph `agreementAcceptance.state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AcceptanceState {
    /// The guest agreed.
    Accepted,
    /// The guest refused.
    Declined,
}

/// One recorded answer to one agreement (Graph `agreementAcceptance`). Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Who answered.
    pub user: UserId,
    /// Evidence hash of the file that was shown.
    pub version: String,
    /// Its language.
    pub language: String,
    /// The answer.
    pub state: AcceptanceState,
    /// When.
    pub recorded_at: Timestamp,
    /// Network of the browser: /24 or /48.
    pub network: String,
    /// The identity that answered.
    pub identity: Identity,
}

/// The answer to *Review permissions*. Append-only; the last accepted one counts until a reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who answered.
    pub user: UserId,
    /// The answer.
    pub state: AcceptanceState,
    /// Lower-case hex SHA-256 of the canonical text that was shown.
    pub evidence: String,
    /// Its language.
    pub language: String,
    /// When.
    pub recorded_at: Timestamp,
    /// Network of the browser: /24 or /48.
    pub network: String,
    /// The identity that answered.
    pub identity: Identity,
}
