//! Everything that a tenant holds about one guest, as JSON (GDPR articles 15 and 20).

use serde_json::{Value, json};

use super::GuestsError;
use super::personal_data;
use crate::app::App;
use crate::keys::KeepPersonKeys;
use crate::model::{AcceptanceState, AuditLine, Circumstances, Factors, Identity, Invitation, Tenant, Timestamp, User};
use crate::storage::Read;
use crate::tenants::assignments::groups_of;

/// Reviews of access that are looked through; older ones are out of anybody's mind.
const REVIEWS: u32 = 1_000;

/// The export of a guest, from the bin as well.
pub async fn export(app: &App, tenant: &Tenant, user: &User) -> Result<Value, GuestsError> {
    let mut read = app.store.read(tenant.id).await?;
    let reset = read.last_reset(user.id).await?;
    let invitations: Vec<Value> = read.invitations_of(user.id).await?.iter().map(invitation).collect();
    let reviews: Vec<Value> = read
        .reviews(user.id)
        .await?
        .iter()
        .map(|review| {
            json!({
                "answer": answer(review.state), "at": at(review.recorded_at), "language": review.language,
                "evidence": review.evidence, "beforeReset": !review.is_since(reset),
                "circumstances": own(user, review.circumstances.as_ref(), review.is_since(reset)),
            })
        })
        .collect();
    let terms: Vec<Value> = read
        .acceptances(user.id)
        .await?
        .iter()
        .map(|acceptance| {
            json!({
                "agreement": acceptance.agreement, "version": acceptance.version, "language": acceptance.language,
                "answer": answer(acceptance.state), "at": at(acceptance.recorded_at),
                "beforeReset": !acceptance.is_since(reset),
                "circumstances": own(user, acceptance.circumstances.as_ref(), acceptance.is_since(reset)),
            })
        })
        .collect();
    let audit = audit(app, tenant, user, read.as_mut()).await?;
    let access_reviews = access_reviews(user, read.as_mut()).await?;
    let months = read.active_months(user.id).await?;
    let apps = read.assigned_apps(user.id).await?;
    let groups = groups_of(read.as_mut(), tenant, user).await?;
    let groups: Vec<&str> = groups.iter().map(|group| group.display_name.as_str()).collect();
    let roles: Vec<Value> =
        read.app_roles(user.id).await?.iter().map(|role| json!({ "app": role.app, "role": role.role })).collect();
    let owned = read.owned_apps(user.id).await?;
    let let_know: Vec<Value> = read
        .client_consents(user.id)
        .await?
        .iter()
        .map(|consent| {
            json!({
                "app": consent.app, "redirectUri": consent.redirect_uri, "scopes": consent.scopes,
                "at": at(consent.recorded_at),
            })
        })
        .collect();
    let factors = factors(&read.factors(user.id).await?);
    let history: Vec<Value> = read
        .invitation_history(user.id)
        .await?
        .iter()
        .map(|change| json!({ "at": at(change.at), "state": change.state.as_str() }))
        .collect();
    let sessions: Vec<Value> = app
        .sessions
        .of_user(tenant.id, user.id)
        .await?
        .iter()
        .map(|session| {
            let record = session.record();
            json!({
                "browser": record.agent, "signedInAt": at(record.signed_in_at), "lastUsedAt": at(session.last_used()),
                "endsAt": at(record.absolute_end), "method": record.identity.method.amr_of(record.by_passkey),
            })
        })
        .collect();
    Ok(json!({
        "organization": { "id": tenant.id, "name": tenant.display_name },
        "exportedAt": at(app.clock.now()),
        "guest": object(user),
        "apps": apps,
        "appRoles": roles,
        "ownedApps": owned,
        "groups": groups,
        "invitations": invitations,
        "invitationHistory": history,
        "reviewPermissions": reviews,
        "termsOfUse": terms,
        "applicationsLetKnow": let_know,
        "accessReviews": access_reviews,
        "sessions": sessions,
        "signInMethods": factors,
        "activeMonths": months,
        "audit": audit,
    }))
}

/// What the guest registered with this organization: names and times, never a secret. What belongs to a personal account is
/// shown to its owner, and is none of the organization's.
fn factors(factors: &Factors) -> Value {
    let passkeys: Vec<Value> = factors
        .passkeys
        .iter()
        .map(|passkey| {
            json!({
                "name": passkey.name, "createdAt": at(passkey.created_at), "lastUsedAt": passkey.last_used_at.map(at),
            })
        })
        .collect();
    json!({
        "passkeys": passkeys,
        "authenticatorAppSince": factors.totp.as_ref().map(|totp| at(totp.created_at)),
        "recoveryCodesLeft": factors.recovery_codes.len(),
    })
}

fn object(user: &User) -> Value {
    json!({
        "id": user.id,
        "userPrincipalName": user.user_principal_name,
        "displayName": user.display_name,
        "userType": user.user_type,
        "creationType": user.creation_type,
        "externalUserState": user.external_user_state.map(|state| state.as_str()),
        "externalUserStateChangeDateTime": user.external_user_state_changed_at.map(at),
        "mail": user.mail,
        "invitedAddress": user.invited_address,
        "otherMails": user.other_mails,
        "identity": user.identity.as_ref().map(identity),
        "accountEnabled": user.account_enabled,
        "preferredLanguage": user.preferred_language,
        "sponsors": user.sponsors,
        "expiresAt": user.expires_at.map(at),
        "deletedDateTime": user.deleted_at.map(at),
        "createdDateTime": at(user.created_at),
        "lastSignInDateTime": user.last_sign_in_at.map(at),
    })
}

fn invitation(invitation: &Invitation) -> Value {
    json!({
        "address": invitation.address,
        "state": invitation.state.as_str(),
        "inviter": invitation.inviter,
        "message": invitation.message,
        "language": invitation.language,
        "redirectUrl": invitation.redirect_url,
        "createdAt": at(invitation.created_at),
        "expiresAt": invitation.expires_at.map(at),
        "redeemedAt": invitation.redeemed_at.map(at),
        "changedAt": at(invitation.changed_at),
    })
}

async fn access_reviews(user: &User, read: &mut dyn Read) -> Result<Vec<Value>, GuestsError> {
    let mut found = Vec::new();
    for review in read.access_reviews(REVIEWS).await? {
        let items = read.access_review_items(review.id).await?;
        found.extend(items.into_iter().filter(|item| item.user == user.id).map(|item| {
            json!({
                "startedAt": at(review.started_at), "endsAt": at(review.ends_at),
                "decision": item.decision.map(|decision| decision.as_str()),
                "decidedAt": item.decided_at.map(at), "applied": item.applied,
            })
        }));
    }
    Ok(found)
}

/// Lines in which the guest acts or is acted on, with the personal data in them opened.
async fn audit(app: &App, tenant: &Tenant, user: &User, read: &mut dyn Read) -> Result<Vec<Value>, GuestsError> {
    let key = read.person_key(user.id).await?;
    let keys: &dyn KeepPersonKeys = app.keys.as_ref();
    let opened = |line: &AuditLine| {
        let own = line.event.target == Some(user.id);
        key.as_deref().filter(|_| own).and_then(|key| personal_data::open(keys, tenant.id, user.id, key, line))
    };
    let lines = read.audit_about(user.id).await?;
    Ok(lines
        .iter()
        .map(|line| {
            json!({
                "at": at(line.at), "activity": line.event.activity, "outcome": line.event.outcome,
                "byTheGuest": line.event.actor == Some(user.id),
                "details": line.event.details.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
                "personalData": opened(line),
            })
        })
        .collect())
}

/// Who answered from where. Before a reset it may have been somebody else, whose account and network are none of this
/// guest's business: only what the same account answered is this guest's own for certain.
fn own(user: &User, answered: Option<&Circumstances>, since_reset: bool) -> Option<Value> {
    let same =
        |by: &Identity| user.identity.as_ref().is_some_and(|own| own.issuer == by.issuer && own.subject == by.subject);
    answered.filter(|answered| since_reset || same(&answered.identity)).map(circumstances)
}

fn circumstances(circumstances: &Circumstances) -> Value {
    json!({ "network": circumstances.network, "identity": identity(&circumstances.identity) })
}

fn identity(identity: &Identity) -> Value {
    json!({ "issuer": identity.issuer, "subject": identity.subject, "method": identity.method.amr() })
}

fn answer(state: AcceptanceState) -> &'static str {
    match state {
        AcceptanceState::Accepted => "accepted",
        AcceptanceState::Declined => "declined",
    }
}

fn at(time: Timestamp) -> String {
    time.to_string()
}
