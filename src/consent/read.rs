//! Read agreements as programs do: their versions, what these said, and who answered what, a page at a time.

use std::collections::HashMap;

use crate::app::App;
use crate::model::{Acceptance, AgreementId, AgreementVersion, Evidence, Tenant, User, UserId};
use crate::storage::StoreResult;

pub use crate::storage::AcceptanceQuery;

/// Every version of one agreement: by language, then oldest first.
pub async fn versions(app: &App, tenant: &Tenant, agreement: AgreementId) -> StoreResult<Vec<AgreementVersion>> {
    let mut versions = app.store.read(tenant.id).await?.agreement_versions().await?;
    versions.retain(|version| version.agreement == agreement);
    Ok(versions)
}

/// What a version said, bit for bit.
pub async fn content(app: &App, tenant: &Tenant, version: &AgreementVersion) -> StoreResult<Option<Evidence>> {
    app.store.read(tenant.id).await?.evidence(&version.version).await
}

/// An answer, with its number among those of the same user.
pub type Numbered = (i64, Acceptance);

/// Answers, and those of the people who gave them who are still there.
pub async fn answers(
    app: &App,
    tenant: &Tenant,
    query: &AcceptanceQuery,
) -> StoreResult<(Vec<Numbered>, HashMap<UserId, User>)> {
    let mut view = app.store.read(tenant.id).await?;
    let answers = view.acceptance_page(query).await?;
    let mut people = HashMap::new();
    for (_, answer) in &answers {
        if !people.contains_key(&answer.user)
            && let Some(user) = view.user(answer.user).await?
        {
            people.insert(answer.user, user);
        }
    }
    Ok((answers, people))
}
