//! Read what a session must know about its user, afresh from the directory.

use super::factors::standing;
use super::proofs;
use crate::app::App;
use crate::consent::needed::needed;
use crate::model::{Acceptance, AcceptanceState, ExternalUserState, SessionRecord, Tenant, Timestamp, User, UserType};
use crate::storage::{Read, StoreResult};
use crate::tenants::assignments::{apps_of, groups_of};

/// Brings the facts of a session up to date. `None` if its user is gone, blocked, or bound to somebody else.
pub async fn refresh(app: &App, tenant: &Tenant, session: &SessionRecord) -> StoreResult<Option<SessionRecord>> {
    let mut read = app.store.read(tenant.id).await?;
    let welcome = |user: &User| user.account_enabled && !user.has_ended(app.clock.now());
    let Some(user) = read.user(session.user).await?.filter(welcome) else {
        return Ok(None);
    };
    let same_person = user.user_type == UserType::Member
        || user
            .identity
            .as_ref()
            .is_none_or(|bound| bound.issuer == session.identity.issuer && bound.subject == session.identity.subject);
    if !same_person {
        return Ok(None);
    }
    // Guests who are not bound yet have no epoch of their own that a new password could have moved.
    drop(read);
    if !proofs::still_counts(app, &session.identity, session.signed_in_at).await? {
        return Ok(None);
    }
    let mut read = app.store.read(tenant.id).await?;
    let mut facts = session.clone();
    fill(read.as_mut(), tenant, &user, &mut facts, app.clock.now()).await?;
    drop(read);
    facts.two_steps_wanted = standing(app, &facts).await?.wants_two_steps();
    Ok(Some(facts))
}

/// Copies everything that the permit needs from the directory into `facts`.
pub async fn fill(
    read: &mut dyn Read,
    tenant: &Tenant,
    user: &User,
    facts: &mut SessionRecord,
    now: Timestamp,
) -> StoreResult<()> {
    facts.user_type = user.user_type;
    facts.display_name.clone_from(&user.display_name);
    facts.mail.clone_from(&user.mail);
    facts.app_roles = read.app_roles(user.id).await?;
    let groups = groups_of(read, tenant, user).await?;
    facts.groups = groups.iter().map(|group| group.display_name.clone()).collect();
    facts.assigned_apps = apps_of(read, tenant, user.id, &groups).await?;
    // What an app does not know as a role of its own any more is none.
    facts.app_roles.retain(|held| {
        let principal = tenant.service_principals.iter().find(|principal| principal.app == held.app);
        principal.is_some_and(|principal| principal.roles.contains(&held.role))
    });
    match user.user_type {
        UserType::Member => {
            facts.reviewed = true;
            facts.accepted = true;
        }
        UserType::Guest => {
            // Whoever redeems after a reset may be somebody else, and answers for themselves.
            let reset = read.last_reset(user.id).await?;
            let review = read.review(user.id).await?;
            facts.reviewed = user.identity.is_some()
                && review.is_some_and(|review| review.state == AcceptanceState::Accepted && review.is_since(reset));
            facts.acceptances = read
                .acceptances(user.id)
                .await?
                .into_iter()
                .filter(|acceptance| acceptance.is_since(reset))
                .filter(|acceptance| {
                    tenant.agreements.iter().any(|agreement| agreement.is_satisfied_by(acceptance, now))
                })
                // Who answered from where is proof, not a fact that a session needs.
                .map(|acceptance| Acceptance { circumstances: None, ..acceptance })
                .collect();
            facts.accepted = user.external_user_state == Some(ExternalUserState::Accepted)
                && needed(tenant, &facts.acceptances, None, now).next().is_none();
        }
    }
    Ok(())
}
