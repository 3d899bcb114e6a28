//! What was shown to somebody, again, bit for bit.

use super::standing::Standing;
use crate::app::App;
use crate::model::{AcceptanceState, AgreementId, Evidence, Tenant, Timestamp, UserId};
use crate::storage::StoreResult;

/// The evidence under `hash`, for administrators. A row whose content no longer has its hash is an error.
pub async fn evidence(app: &App, tenant: &Tenant, hash: &str) -> StoreResult<Option<Evidence>> {
    app.store.read(tenant.id).await?.evidence(hash).await
}

/// Something that a guest answered, as the guest's own page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// `None` for *Review permissions*.
    pub agreement: Option<AgreementId>,
    /// Title as it was shown; `None` where it was *Review permissions* or the version is not in the history.
    pub title: Option<String>,
    /// Number of the version in its language.
    pub number: Option<u32>,
    /// Language of what was shown.
    pub language: String,
    /// Hash of the evidence.
    pub evidence: String,
    /// The answer.
    pub state: AcceptanceState,
    /// When.
    pub recorded_at: Timestamp,
    /// Until when it counts; `None` if it does not, or if no end is known.
    pub expires_at: Option<Timestamp>,
    /// What it is worth.
    pub standing: Standing,
}

/// Everything a guest answered, newest first.
pub async fn answered(app: &App, tenant: &Tenant, user: UserId) -> StoreResult<Vec<Answered>> {
    let now = app.clock.now();
    let mut read = app.store.read(tenant.id).await?;
    let versions = read.agreement_versions().await?;
    let reviews = read.reviews(user).await?;
    let last_review = reviews.len().saturating_sub(1);
    let reset = read.last_reset(user).await?;
    let reviews = reviews.into_iter().enumerate().map(|(index, review)| Answered {
        standing: Standing::of_review(&review, index == last_review, reset),
        agreement: None,
        title: None,
        number: None,
        language: review.language,
        evidence: review.evidence,
        state: review.state,
        recorded_at: review.recorded_at,
        expires_at: None,
    });
    let acceptances = read.acceptances(user).await?.into_iter().map(|acceptance| {
        let agreement = tenant.agreements.iter().find(|agreement| agreement.id == acceptance.agreement);
        let standing = Standing::of(tenant, &acceptance, reset, now);
        let version = versions.iter().find(|version| {
            version.agreement == acceptance.agreement
                && version.language == acceptance.language
                && version.version == acceptance.version
        });
        Answered {
            agreement: Some(acceptance.agreement),
            title: version.map(|version| version.title.clone()),
            number: version.map(|version| version.number),
            expires_at: agreement
                .filter(|_| standing == Standing::Counts)
                .and_then(|agreement| agreement.expires_at(&acceptance, now)),
            standing,
            language: acceptance.language,
            evidence: acceptance.version,
            state: acceptance.state,
            recorded_at: acceptance.recorded_at,
        }
    });
    let mut all: Vec<Answered> = reviews.chain(acceptances).collect();
    // Stable, so that answers of one instant keep their order, newest first.
    all.reverse();
    all.sort_by_key(|answer| std::cmp::Reverse(answer.recorded_at));
    Ok(all)
}

/// The evidence under `hash` if this guest ever answered it; a hash alone opens nothing.
pub async fn own_evidence(app: &App, tenant: &Tenant, user: UserId, hash: &str) -> StoreResult<Option<Evidence>> {
    let mut read = app.store.read(tenant.id).await?;
    let own = read.acceptances(user).await?.iter().any(|acceptance| acceptance.version == hash)
        || read.reviews(user).await?.iter().any(|review| review.evidence == hash);
    if own { read.evidence(hash).await } else { Ok(None) }
}
