//! "My organizations": the tenants where the person of this session is a member, is a guest, or is waited for.

use serde::Serialize;

use super::GuestsError;
use crate::app::App;
use crate::model::{
    ConnectionKind, EmailAddress, Identity, InvitationState, Method, SessionRecord, Tenant, TenantId, User, UserId,
    UserType,
};
use crate::snapshot::Snapshot;
use crate::storage::{InstanceTask, StoreResult};

/// What somebody is in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// Belongs to it.
    Member,
    /// Is bound to a guest object of it.
    Guest,
    /// Was invited to it and has not redeemed yet.
    Invited,
    /// Was blocked by an administrator of it; can still leave.
    Blocked,
}

/// One organization of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Its first verified domain.
    pub primary_domain: String,
    /// The person's object there.
    pub user: UserId,
    /// What they are there.
    pub standing: Standing,
    /// Whether it is the organization of this session.
    pub current: bool,
}

/// The organizations of whoever this session proved to be, by name. Nobody learns from it what an address alone would
/// tell: only the identity that signed in, and a mailbox that this instance itself saw proved, are looked up (decision 3).
pub async fn organizations(
    app: &App,
    snapshot: &Snapshot,
    session: &SessionRecord,
) -> Result<Vec<Organization>, GuestsError> {
    let mut tenants = vec![session.tenant];
    let identity = travelling_identity(snapshot, session);
    let mailbox = proved_mailbox(session);
    if identity.is_some() || mailbox.is_some() {
        let mut instance = app.store.begin_instance(InstanceTask::MyOrganizations).await?;
        if let Some(identity) = identity {
            tenants.extend(instance.tenants_of(&identity.issuer, &identity.subject).await?);
        }
        if let Some(mailbox) = mailbox {
            tenants.extend(instance.tenants_inviting(mailbox).await?);
        }
    }
    if let Method::Tenant { tenant } = session.identity.method {
        tenants.push(tenant);
    }
    tenants.sort_unstable();
    tenants.dedup();
    let mut found = Vec::new();
    for tenant in tenants.into_iter().filter_map(|id| snapshot.tenant(id)) {
        if let Some((user, standing)) = standing_in(app, tenant, session, identity, mailbox).await? {
            found.push(Organization {
                tenant: tenant.id,
                name: tenant.display_name.clone(),
                primary_domain: tenant.primary_domain().map(ToString::to_string).unwrap_or_default(),
                user,
                standing,
                current: tenant.id == session.tenant,
            });
        }
    }
    found.sort_by(|one, other| (&one.name, one.tenant).cmp(&(&other.name, other.tenant)));
    Ok(found)
}

/// The identity as other tenants may know it. Who plain OAuth 2.0 names is the word of one tenant's configuration alone:
/// its endpoints could call themselves by any issuer, so that such a sign-in counts in its own tenant only.
fn travelling_identity<'a>(snapshot: &Snapshot, session: &'a SessionRecord) -> Option<&'a Identity> {
    let identity = &session.identity;
    let travels = match &identity.method {
        Method::Connection { name } => snapshot
            .tenant(session.tenant)
            .and_then(|tenant| tenant.connection(name))
            .is_some_and(|connection| connection.kind == ConnectionKind::Oidc),
        Method::Tenant { .. } | Method::PersonalAccount | Method::OneTimePasscode | Method::MemberPassword => true,
    };
    travels.then_some(identity)
}

/// An address of which this instance, and not one tenant's identity provider, knows that it is theirs.
fn proved_mailbox(session: &SessionRecord) -> Option<&EmailAddress> {
    match session.identity.method {
        Method::Connection { .. } => None,
        _ => session.verified_address.as_ref(),
    }
}

async fn standing_in(
    app: &App,
    tenant: &Tenant,
    session: &SessionRecord,
    identity: Option<&Identity>,
    mailbox: Option<&EmailAddress>,
) -> StoreResult<Option<(UserId, Standing)>> {
    let mut read = app.store.read(tenant.id).await?;
    if tenant.id == session.tenant {
        return Ok(read.user(session.user).await?.map(|user| (user.id, standing_of(&user))));
    }
    if let Method::Tenant { tenant: home } = session.identity.method
        && tenant.id == home
    {
        let member = session.identity.subject.parse::<UserId>().ok();
        let user = match member {
            Some(id) => read.user(id).await?,
            None => None,
        };
        return Ok(user.map(|user| (user.id, standing_of(&user))));
    }
    if let Some(identity) = identity
        && let Some(user) = read.user_by_identity(&identity.issuer, &identity.subject).await?
    {
        return Ok(Some((user.id, standing_of(&user))));
    }
    let Some(mailbox) = mailbox else { return Ok(None) };
    let Some(user) = read.unbound_guest(mailbox).await? else { return Ok(None) };
    let revoked =
        read.invitation_of(user.id).await?.is_some_and(|invitation| invitation.state == InvitationState::Revoked);
    // A guest without `mail` is found by the mail link alone, and so is not offered here.
    let offered = user.account_enabled && user.mail.is_some() && !revoked && tenant.allows_domain(mailbox.domain());
    Ok(offered.then_some((user.id, Standing::Invited)))
}

fn standing_of(user: &User) -> Standing {
    match user.user_type {
        _ if !user.account_enabled => Standing::Blocked,
        UserType::Member => Standing::Member,
        UserType::Guest => Standing::Guest,
    }
}
