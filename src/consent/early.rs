//! Accept a new version before it is asked for: while its transition lasts, when nobody has to yet.

use super::needed::coming;
use super::record::{Answer, ConsentError, terms};
use super::view;
use crate::app::App;
use crate::model::{AcceptanceState, AgreementId, SessionRecord, Tenant};
use crate::short_term::ShortTermError;

/// Why nothing was accepted.
#[derive(Debug, thiserror::Error)]
pub enum EarlyError {
    /// The document must be opened first.
    #[error("the document was not opened")]
    NotViewed,
    /// It was not recorded; [`ConsentError::Outdated`] also where there is nothing to accept early any more.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// The short-term store failed.
    #[error(transparent)]
    ShortTerm(#[from] ShortTermError),
}

/// What is accepted: the very version that was shown.
#[derive(Clone, Copy, Debug)]
pub struct Early<'a> {
    /// The agreement.
    pub agreement: AgreementId,
    /// Hash of the version that was shown.
    pub version: &'a str,
    /// Its language.
    pub language: &'a str,
    /// Network of the browser, cut to /24 or /48.
    pub network: &'a str,
}

/// Accepts. It counts from now on, beside the version before, and nobody is asked when the transition ends. There is no
/// early *Decline*: who does not want to accept yet need not answer yet. Returns the session's new facts.
pub async fn accept(
    app: &App,
    tenant: &Tenant,
    session: &SessionRecord,
    wish: Early<'_>,
) -> Result<SessionRecord, EarlyError> {
    let mut open = coming(tenant, &session.acceptances, app.clock.now());
    let agreement = open.find(|coming| coming.agreement.id == wish.agreement).ok_or(ConsentError::Outdated)?.agreement;
    let mut files = agreement.files.iter();
    let file = files.find(|file| file.version == wish.version && file.language == wish.language);
    let file = file.ok_or(ConsentError::Outdated)?;
    if agreement.viewing_required && !view::was_opened(app, session, &file.version).await? {
        return Err(EarlyError::NotViewed);
    }
    let answer = Answer { state: AcceptanceState::Accepted, language: &file.language, network: wish.network };
    Ok(terms(app, tenant, session, agreement, file, answer).await?)
}
