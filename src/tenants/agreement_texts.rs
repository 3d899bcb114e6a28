//! The texts of agreements: versions that files or `terms publish` made, and which of them are in force.

use std::collections::HashMap;

use super::bodies::AgreementFileBody;
use crate::model::{
    Agreement, AgreementFile, AgreementId, AgreementVersion, AuditEvent, Document, TenantId, Timestamp, VersionOrigin,
};
use crate::storage::{InstanceTx, Store, StoreResult};

/// Every version, and the content of those that are the last of their language.
#[derive(Default)]
pub(super) struct AgreementTexts {
    versions: HashMap<(TenantId, AgreementId), Vec<AgreementVersion>>,
    documents: HashMap<(TenantId, String), Document>,
}

impl AgreementTexts {
    pub async fn read(tx: &mut dyn InstanceTx) -> StoreResult<Self> {
        let mut texts = Self::default();
        for (tenant, version) in tx.agreement_versions().await? {
            texts.versions.entry((tenant, version.agreement)).or_default().push(version);
        }
        for (tenant, hash, evidence) in tx.agreement_documents().await? {
            if let Some(document) = Document::of_evidence(evidence) {
                texts.documents.insert((tenant, hash), document);
            }
        }
        Ok(texts)
    }

    /// The current file of each language: those that the object names in their order, then those that were only ever
    /// published. A language that vanished from the object's file is gone, whatever was published in it since.
    pub fn files(&self, tenant: TenantId, agreement: AgreementId, named: &[AgreementFileBody]) -> Vec<AgreementFile> {
        let none = Vec::new();
        let versions = self.versions.get(&(tenant, agreement)).unwrap_or(&none);
        let mut languages: Vec<&str> = named.iter().map(|file| file.language.as_str()).collect();
        for version in versions {
            let from_file = || of_language(versions, &version.language).any(|it| it.origin == VersionOrigin::File);
            if !languages.contains(&version.language.as_str()) && !from_file() {
                languages.push(&version.language);
            }
        }
        let current = languages.into_iter().filter_map(|language| {
            let history: Vec<AgreementVersion> = of_language(versions, language).cloned().collect();
            let last = history.last()?;
            let file = named.iter().find(|file| file.language == language && file.version == last.version);
            Some(AgreementFile {
                language: language.to_owned(),
                // A title that changed in the file while the text did not.
                title: file.map_or_else(|| last.title.clone(), |file| file.title.clone()),
                version: last.version.clone(),
                number: last.number,
                major: last.major,
                transition: last.transition,
                document: self.documents.get(&(tenant, last.version.clone()))?.clone(),
                counting: AgreementVersion::counting(&history),
            })
        });
        current.collect()
    }
}

/// Versions of one language, oldest first.
fn of_language<'a>(versions: &'a [AgreementVersion], language: &str) -> impl Iterator<Item = &'a AgreementVersion> {
    versions.iter().filter(move |version| version.language == language)
}

/// Keeps what the files of `agreements` say as versions. Bytes that the files had last time already are nothing new, also
/// where a published version has superseded them since; other bytes are the next version (decision 6).
pub(super) async fn keep_file_versions(
    store: &dyn Store,
    tenant: TenantId,
    agreements: &[Agreement],
    at: Timestamp,
) -> StoreResult<()> {
    if news(&store.read(tenant).await?.agreement_versions().await?, agreements, at).is_empty() {
        return Ok(());
    }
    // Looked at again inside the transaction: something may have been published meanwhile.
    let mut tx = store.begin(tenant).await?;
    let known = tx.agreement_versions().await?;
    for (agreement, document, version) in news(&known, agreements, at) {
        tx.keep_evidence(&version.version, document.media_type(), document.bytes()).await?;
        tx.insert_agreement_version(&version).await?;
        tx.audit(at, &publish_event(agreement, &version)).await?;
    }
    tx.commit().await
}

/// The versions that files bring and that are not `known`.
fn news<'a>(
    known: &[AgreementVersion],
    agreements: &'a [Agreement],
    at: Timestamp,
) -> Vec<(&'a Agreement, &'a Document, AgreementVersion)> {
    let files = agreements.iter().flat_map(|agreement| agreement.files.iter().map(move |file| (agreement, file)));
    let news = files.filter_map(|(agreement, file)| {
        let own =
            || known.iter().filter(|version| version.agreement == agreement.id && version.language == file.language);
        let of_file = own().rfind(|version| version.origin == VersionOrigin::File);
        if of_file.is_some_and(|version| version.version == file.version) {
            return None;
        }
        let last = own().next_back();
        // A file that caught up with what was published asks nobody again.
        let same = last.is_some_and(|version| version.version == file.version);
        let version = AgreementVersion {
            agreement: agreement.id,
            language: file.language.clone(),
            number: last.map_or(1, |version| version.number.saturating_add(1)),
            version: file.version.clone(),
            title: file.title.clone(),
            major: file.major && !same,
            transition: file.transition.filter(|day| *day > at),
            origin: VersionOrigin::File,
            published_at: at,
        };
        Some((agreement, &file.document, version))
    });
    news.collect()
}

/// The audit line of a version that came into force.
pub fn publish_event(agreement: &Agreement, version: &AgreementVersion) -> AuditEvent {
    let origin = match version.origin {
        VersionOrigin::File => "file",
        VersionOrigin::Published => "published",
    };
    AuditEvent::success("Publish Terms Of Use")
        .with("agreement", agreement.id)
        .with("language", &version.language)
        .with("number", version.number)
        .with("evidence", &version.version)
        .with("major", version.major)
        .with("origin", origin)
}
