//! Record what a guest answered: the answer, its evidence, the audit line and the new state, in one transaction.

use crate::app::App;
use crate::consent::needed::needed;
use crate::keys::sha256_hex;
use crate::model::{
    Acceptance, AcceptanceState, Agreement, AgreementFile, AuditEvent, Circumstances, EmailAddress, ExternalUserState,
    InvitationEvent, InvitationRefusal, Review, SessionRecord, Tenant, Timestamp, User,
};
use crate::signin::may_bind::{Claim, Opened, Rules, may_be_bound};
use crate::storage::{StoreError, Tx};

/// Why an answer was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The guest was removed or blocked meanwhile, or the identity belongs to somebody else by now.
    #[error("this guest cannot be redeemed any more")]
    Gone,
    /// The document changed between showing and answering; it must be shown again.
    #[error("the document that was answered is not the current one")]
    Outdated,
    /// The directory failed; nothing was recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was answered, and what the proof says about the circumstances.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// Accept or decline.
    pub state: AcceptanceState,
    /// Language of what was shown.
    pub language: &'a str,
    /// Network of the browser, cut to /24 or /48.
    pub network: &'a str,
}

/// Answers *Review permissions*. Accepting binds the identity to the guest in the same transaction: never one without
/// the other (bar N30). Returns the session's new facts.
pub async fn review(
    app: &App,
    tenant: &Tenant,
    session: &SessionRecord,
    shown: &str,
    answer: Answer<'_>,
) -> Result<SessionRecord, ConsentError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = current_guest(tx.as_mut(), tenant, session).await?;
    let evidence = sha256_hex(shown.as_bytes());
    tx.keep_evidence(&evidence, "text/html; charset=utf-8", shown.as_bytes()).await?;
    tx.insert_review(&Review {
        user: user.id,
        state: answer.state,
        evidence: evidence.clone(),
        language: answer.language.to_owned(),
        recorded_at: now,
        circumstances: circumstances(session, &answer),
    })
    .await?;
    let mut facts = session.clone();
    match answer.state {
        AcceptanceState::Declined => {
            decline(tx.as_mut(), &user, now).await?;
            let event = AuditEvent::failure("Redeem external user invite").by(user.id).on(user.id);
            tx.audit(now, &event.with("reason", "declined review of permissions").with("evidence", &evidence)).await?;
        }
        AcceptanceState::Accepted => {
            if user.identity.is_none() {
                bind(app, tx.as_mut(), tenant, &mut user, session).await?;
            }
            let event = AuditEvent::success("Review permissions").by(user.id).on(user.id);
            tx.audit(now, &event.with("evidence", &evidence)).await?;
            facts.reviewed = true;
            complete(tx.as_mut(), tenant, &mut user, &mut facts, now).await?;
        }
    }
    tx.commit().await?;
    Ok(facts)
}

/// Answers one agreement in the version that was shown. Returns the session's new facts.
pub async fn terms(
    app: &App,
    tenant: &Tenant,
    session: &SessionRecord,
    agreement: &Agreement,
    file: &AgreementFile,
    answer: Answer<'_>,
) -> Result<SessionRecord, ConsentError> {
    if !session.reviewed {
        return Err(ConsentError::Outdated);
    }
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = current_guest(tx.as_mut(), tenant, session).await?;
    tx.keep_evidence(&file.version, file.document.media_type(), file.document.bytes()).await?;
    let acceptance = Acceptance {
        agreement: agreement.id,
        user: user.id,
        version: file.version.clone(),
        language: answer.language.to_owned(),
        state: answer.state,
        recorded_at: now,
        circumstances: circumstances(session, &answer),
    };
    tx.insert_acceptance(&acceptance).await?;
    let activity = match answer.state {
        AcceptanceState::Accepted => "Accept Terms Of Use",
        AcceptanceState::Declined => "Decline Terms Of Use",
    };
    let event = AuditEvent::success(activity).by(user.id).on(user.id);
    tx.audit(now, &event.with("agreement", agreement.id).with("evidence", &file.version)).await?;
    let mut facts = session.clone();
    match answer.state {
        AcceptanceState::Accepted => {
            // The permit needs the proof alone.
            facts.acceptances.push(Acceptance { circumstances: None, ..acceptance });
            complete(tx.as_mut(), tenant, &mut user, &mut facts, now).await?;
        }
        AcceptanceState::Declined => decline(tx.as_mut(), &user, now).await?,
    }
    tx.commit().await?;
    Ok(facts)
}

/// Completes a guest who owes nothing any more without having answered just now: the document that was missing is asked
/// for no longer, or by some apps only. Returns the session's new facts.
pub async fn settle(app: &App, tenant: &Tenant, session: &SessionRecord) -> Result<SessionRecord, ConsentError> {
    let mut facts = session.clone();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = current_guest(tx.as_mut(), tenant, session).await?;
    complete(tx.as_mut(), tenant, &mut user, &mut facts, app.clock.now()).await?;
    tx.commit().await?;
    Ok(facts)
}

pub(super) fn circumstances(session: &SessionRecord, answer: &Answer<'_>) -> Option<Circumstances> {
    Some(Circumstances { network: answer.network.to_owned(), identity: session.identity.clone() })
}

/// The guest as the transaction sees it; refused if blocked, of a domain that was blocked before the redemption ended, or
/// bound to somebody else than who signed in.
pub(super) async fn current_guest(
    tx: &mut dyn Tx,
    tenant: &Tenant,
    session: &SessionRecord,
) -> Result<User, ConsentError> {
    let user = tx.user(session.user).await?.filter(|user| user.account_enabled).ok_or(ConsentError::Gone)?;
    // A reset ends every sign-in of before, also one whose answer was on its way already.
    if tx.last_reset(user.id).await?.is_some_and(|reset| session.signed_in_at <= reset) {
        return Err(ConsentError::Gone);
    }
    let mut domains = user.invited_address.iter().chain(&session.verified_address).map(EmailAddress::domain);
    if user.is_pending() && !domains.all(|domain| tenant.allows_domain(domain)) {
        return Err(ConsentError::Gone);
    }
    let same = user
        .identity
        .as_ref()
        .is_none_or(|bound| bound.issuer == session.identity.issuer && bound.subject == session.identity.subject);
    if same { Ok(user) } else { Err(ConsentError::Gone) }
}

/// Writes down that a guest who is still expected declined. Not terminal: any link lets the guest come back and accept
/// (decision 24).
async fn decline(tx: &mut dyn Tx, user: &User, now: Timestamp) -> Result<(), ConsentError> {
    if user.is_pending()
        && let Some(mut invitation) = tx.invitation_of(user.id).await?
        && invitation.happen(InvitationEvent::Decline, Some(user.id), now).is_ok()
    {
        tx.update_invitation(&invitation).await?;
    }
    Ok(())
}

/// Binds the identity that signed in to the guest; at most once, ever (INV5).
pub(super) async fn bind(
    app: &App,
    tx: &mut dyn Tx,
    tenant: &Tenant,
    user: &mut User,
    session: &SessionRecord,
) -> Result<(), ConsentError> {
    // Judged when the session began; what the tenant allows may have changed since.
    let snapshot = app.snapshot.load_full();
    let rules = Rules { tenant, snapshot: &snapshot, keys: app.keys.as_ref() };
    let (claim, now) = (Claim::in_session(session), app.clock.now());
    let may = may_be_bound(tx, rules, user, Opened::Before, claim, now).await?;
    if !may || !tx.bind_identity(user.id, &session.identity).await? {
        return Err(ConsentError::Gone);
    }
    user.identity = Some(session.identity.clone());
    if let Some(proved) = &session.verified_address
        && user.invited_address.as_ref() != Some(proved)
        && !user.other_mails.contains(proved)
    {
        user.other_mails.push(proved.clone());
        tx.update_user(user).await?;
    }
    Ok(())
}

/// Once nothing is missing, the guest is `Accepted` and the invitation redeemed. Happens once; later versions of terms
/// never change it.
pub(super) async fn complete(
    tx: &mut dyn Tx,
    tenant: &Tenant,
    user: &mut User,
    facts: &mut SessionRecord,
    now: Timestamp,
) -> Result<(), ConsentError> {
    if !facts.reviewed || needed(tenant, &facts.acceptances, None, now).next().is_some() {
        return Ok(());
    }
    facts.accepted = true;
    if user.is_pending() {
        user.external_user_state = Some(ExternalUserState::Accepted);
        user.external_user_state_changed_at = Some(now);
        user.last_sign_in_at = Some(now);
        if user.expires_at.is_none() {
            user.expires_at = tenant.policies.guest_lifetime.map(|span| now.plus(span));
        }
        tx.update_user(user).await?;
        if let Some(mut invitation) = tx.invitation_of(user.id).await? {
            match invitation.happen(InvitationEvent::Accept, Some(user.id), now) {
                Ok(()) => tx.update_invitation(&invitation).await?,
                // Whatever else happened meanwhile, a revoked invitation is redeemed by nobody.
                Err(InvitationRefusal::Revoked) => return Err(ConsentError::Gone),
                // A redemption that was reset may leave it as it was.
                Err(InvitationRefusal::Accepted | InvitationRefusal::NoChange) => {}
            }
        }
        let event = AuditEvent::success("Redeem external user invite").by(user.id).on(user.id);
        tx.audit(now, &event.with("method", user.identity.as_ref().map_or("", |identity| identity.method.amr())))
            .await?;
    }
    Ok(())
}
