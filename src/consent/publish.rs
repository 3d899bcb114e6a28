//! Publish a version of an agreement at run time: content, version and audit line in one transaction, in force at once.

use crate::app::App;
use crate::config::terms::{TermsFault, TermsForm, document, version_of};
use crate::model::{Agreement, AgreementVersion, Tenant, Timestamp, VersionOrigin};
use crate::storage::StoreError;
use crate::tenants::{SnapshotError, publish_event, rebuild};

/// What is to be published.
#[derive(Clone, Debug)]
pub struct Publish {
    /// BCP 47 tag.
    pub language: String,
    /// Title above the document; that of the version before, or the first heading, if none is given.
    pub title: Option<String>,
    /// Form of the content.
    pub form: TermsForm,
    /// The document as it was written.
    pub content: Vec<u8>,
    /// Whether it asks those again who accepted an earlier version.
    pub major: bool,
    /// Until when acceptances of the version before still count.
    pub transition: Option<Timestamp>,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The document.
    #[error("the document {0}")]
    Document(#[from] TermsFault),
    /// The same bytes are in force already.
    #[error("version {0} already has exactly these bytes; nothing was published")]
    Unchanged(u32),
    /// The transition is over before it begins.
    #[error("the transition ends in the past; name a day to come, or none to ask guests at once")]
    TransitionOver,
    /// A minor version asks nobody again.
    #[error("a minor version asks nobody again, so it has no transition; leave one of the two out")]
    TransitionOfMinor,
    /// The directory failed; nothing was published.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The version is kept, but requests are still decided by what was in force before.
    #[error("the version is kept, but could not be put in force: {0}; restart the server, or publish again")]
    NotInForce(#[from] SnapshotError),
}

/// Publishes the next version of `agreement` in one language. It supersedes the file's bytes, also of an agreement that a
/// file manages, until those change again: the agreement belongs to the file, its history to the directory (decision 6).
///
/// When this returns, every request and every open stream is judged by it.
pub async fn publish(
    app: &App,
    tenant: &Tenant,
    agreement: &Agreement,
    wish: Publish,
) -> Result<AgreementVersion, PublishError> {
    let now = app.clock.now();
    match wish.transition {
        Some(_) if !wish.major => return Err(PublishError::TransitionOfMinor),
        Some(until) if until <= now => return Err(PublishError::TransitionOver),
        _ => {}
    }
    let mut tx = app.store.begin(tenant.id).await?;
    let known = tx.agreement_versions().await?;
    let last = known.iter().rfind(|version| version.agreement == agreement.id && version.language == wish.language);
    let title = wish.title.or_else(|| last.map(|last| last.title.clone()));
    let (document, title) = document(wish.form, wish.content, &wish.language, title)?;
    let hash = version_of(&document);
    if let Some(last) = last.filter(|last| last.version == hash) {
        return Err(PublishError::Unchanged(last.number));
    }
    let version = AgreementVersion {
        agreement: agreement.id,
        language: wish.language,
        number: last.map_or(1, |last| last.number.saturating_add(1)),
        version: hash,
        title,
        major: wish.major,
        transition: wish.transition,
        origin: VersionOrigin::Published,
        published_at: now,
    };
    tx.keep_evidence(&version.version, document.media_type(), document.bytes()).await?;
    tx.insert_agreement_version(&version).await?;
    tx.audit(now, &publish_event(agreement, &version)).await?;
    tx.commit().await?;
    rebuild(app).await?;
    Ok(version)
}
