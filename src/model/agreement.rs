//! Terms of use, and what a guest did with them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AgreementId, AppId, Identity, TermsExpiration, Timestamp, UserId};

/// One agreement of a tenant (Graph `agreement`): a document in one or more languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Name for admins and audit lines.
    pub display_name: String,
    /// The apps that ask for it; all of the tenant's, and its panel, if empty.
    pub apps: Vec<AppId>,
    /// Whether the guest must have opened the document before *Accept* works (Graph `isViewingBeforeAcceptanceRequired`).
    pub viewing_required: bool,
    /// When every acceptance expires, whenever it was given (Graph `termsExpiration`).
    pub expiration: Option<TermsExpiration>,
    /// How long an acceptance counts (Graph `userReacceptRequiredFrequency`); `None` for ever.
    pub reaccept_after: Option<Duration>,
    /// The current file of each language; the first is the default.
    pub files: Vec<AgreementFile>,
}

/// The current version of an agreement in one language (Graph `agreementFile`), named by the hash of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementFile {
    /// BCP 47 tag, e.g. `en`.
    pub language: String,
    /// Title shown to the guest.
    pub title: String,
    /// Lower-case hex SHA-256 of the evidence: the rendered HTML fragment, or the PDF file (decision 23).
    pub version: String,
    /// Which version of this language it is, from 1.
    pub number: u32,
    /// Whether it asks those again who accepted an earlier version (Graph `isMajorVersion`).
    pub major: bool,
    /// Until when acceptances of the version before a major one still count.
    pub transition: Option<Timestamp>,
    /// The content to show.
    pub document: Document,
    /// Versions whose acceptance counts: this one for good, and earlier ones that no major version has replaced yet.
    pub counting: Vec<Counting>,
}

/// A version whose acceptance counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counting {
    /// Its hash.
    pub version: String,
    /// From here on it counts no more; `None` for good.
    pub until: Option<Timestamp>,
}

/// What a guest reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// A safe HTML fragment, rendered from Markdown when the file was loaded.
    Html(String),
    /// A PDF file, served sandboxed.
    Pdf(Vec<u8>),
}

/// Media type of HTML evidence.
const HTML: &str = "text/html; charset=utf-8";
/// Media type of PDF evidence.
const PDF: &str = "application/pdf";

impl Document {
    /// The bytes that are hashed and kept as evidence.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Html(fragment) => fragment.as_bytes(),
            Self::Pdf(bytes) => bytes,
        }
    }

    /// Their media type.
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Html(_) => HTML,
            Self::Pdf(_) => PDF,
        }
    }

    /// The document of kept evidence; `None` if it is none that this program made.
    pub fn of_evidence(evidence: Evidence) -> Option<Self> {
        match evidence.media_type.as_str() {
            HTML => String::from_utf8(evidence.content).ok().map(Self::Html),
            PDF => Some(Self::Pdf(evidence.content)),
            _ => None,
        }
    }
}

/// What was shown to somebody, bit for bit, as it is kept under its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Media type.
    pub media_type: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// One version of an agreement in one language, as the directory keeps it. Immutable: the next version supersedes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementVersion {
    /// Of which agreement.
    pub agreement: AgreementId,
    /// BCP 47 tag.
    pub language: String,
    /// From 1, without gaps, within agreement and language.
    pub number: u32,
    /// Hash of its content, which is kept as evidence.
    pub version: String,
    /// Title shown to the guest.
    pub title: String,
    /// Whether it asks those again who accepted an earlier version.
    pub major: bool,
    /// Until when acceptances of the version before a major one still count.
    pub transition: Option<Timestamp>,
    /// Where it came from.
    pub origin: VersionOrigin,
    /// When it came into force.
    pub published_at: Timestamp,
}

/// Where a version came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionOrigin {
    /// A file of the tenant's configuration had new bytes.
    File,
    /// It was published at run time.
    Published,
}

impl AgreementVersion {
    /// The versions among `history` (one language of one agreement, oldest first) whose acceptance counts.
    ///
    /// A version counts until a later major one replaces it: at once, or at the end of its transition. The last one
    /// counts for good, and so does every earlier one that was followed by minor versions alone.
    pub fn counting(history: &[Self]) -> Vec<Counting> {
        let last = history.last().map(|version| version.published_at);
        let mut counting: Vec<Counting> = Vec::new();
        let mut until: Option<Timestamp> = None;
        for version in history.iter().rev() {
            // What ended before the last version began can never count again.
            let over = until.is_some_and(|until| last.is_some_and(|last| until <= last));
            if !over && !counting.iter().any(|known| known.version == version.version) {
                counting.push(Counting { version: version.version.clone(), until });
            }
            if version.major {
                let end = version.transition.unwrap_or(version.published_at);
                until = Some(until.map_or(end, |until| until.min(end)));
            }
        }
        counting
    }
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

    /// Whether opening `app` asks for it; `None` is the tenant's panel.
    pub fn concerns(&self, app: Option<AppId>) -> bool {
        self.apps.is_empty() || app.is_some_and(|app| self.apps.contains(&app))
    }

    /// Whether `acceptance` still counts at `now`: accepted, of a version that counts in its language, and not expired.
    /// Allocates nothing: each proxied request asks.
    pub fn is_satisfied_by(&self, acceptance: &Acceptance, now: Timestamp) -> bool {
        acceptance.agreement == self.id
            && acceptance.state == AcceptanceState::Accepted
            && self.files.iter().any(|file| file.counts(acceptance, now))
            && self.reaccept_after.is_none_or(|span| acceptance.recorded_at.plus(span) > now)
            && !self.expiration.is_some_and(|expiration| expiration.has_expired(acceptance.recorded_at, now))
    }

    /// When a newer version ends `acceptance`; `None` if none is published that does.
    pub fn replaced_at(&self, acceptance: &Acceptance) -> Option<Timestamp> {
        let counting = self.files.iter().filter(|file| file.language == acceptance.language);
        counting
            .flat_map(|file| &file.counting)
            .find(|counting| counting.version == acceptance.version)
            .and_then(|counting| counting.until)
    }

    /// When `acceptance`, which counts at `now`, stops counting if nothing else is published.
    pub fn expires_at(&self, acceptance: &Acceptance, now: Timestamp) -> Option<Timestamp> {
        let replaced = self.replaced_at(acceptance);
        let span = self.reaccept_after.map(|span| acceptance.recorded_at.plus(span));
        let schedule = self.expiration.and_then(|expiration| expiration.next_after(now));
        [replaced, span, schedule].into_iter().flatten().min()
    }
}

impl AgreementFile {
    fn counts(&self, acceptance: &Acceptance, now: Timestamp) -> bool {
        self.language == acceptance.language
            && self.counting.iter().any(|counting| {
                counting.version == acceptance.version && counting.until.is_none_or(|until| now < until)
            })
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

/// The personal part of an answer, kept apart from the proof so that it can be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    /// Network of the browser: /24 or /48.
    pub network: String,
    /// The identity that answered.
    pub identity: Identity,
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
    /// Who answered from where; `None` once the guest was erased, which leaves the proof (GDPR Art. 7(1), 17).
    pub circumstances: Option<Circumstances>,
}

impl Acceptance {
    /// Whether it was given after the last reset of the redemption: whoever redeems then may be somebody else, and answers
    /// for themselves.
    pub fn is_since(&self, reset: Option<Timestamp>) -> bool {
        reset.is_none_or(|reset| self.recorded_at > reset)
    }
}

impl Review {
    /// Whether it was given after the last reset of the redemption, as with [`Acceptance::is_since`].
    pub fn is_since(&self, reset: Option<Timestamp>) -> bool {
        reset.is_none_or(|reset| self.recorded_at > reset)
    }
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
    /// Who answered from where; `None` once the guest was erased, which leaves the proof (GDPR Art. 7(1), 17).
    pub circumstances: Option<Circumstances>,
}
