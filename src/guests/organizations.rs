//! My organizations: where the identity that was proved in this session is bound, or a guest waits for its mailbox.

use std::sync::Arc;

use super::GuestsError;
use crate::app::App;
use crate::model::{Method, SessionRecord, Tenant, UserId, UserType};
use crate::snapshot::Snapshot;
use crate::storage::InstanceTask;

/// One organization of whoever is signed in.
#[derive(Clone, Debug)]
pub struct Organization {
    /// It.
    pub tenant: Arc<Tenant>,
    /// The object there.
    pub user: UserId,
    /// Guest or member there.
    pub user_type: UserType,
    /// Whether something is left to agree to.
    pub pending: bool,
    /// Whether it is the one that this session is for.
    pub here: bool,
}

/// The organizations, this one first, then by name (decision 3). Only a mailbox that was proved by a code in this very
/// session finds guests who have not redeemed yet; an address that an identity provider wrote into a token does not.
pub async fn organizations(
    app: &App,
    snapshot: &Snapshot,
    session: &SessionRecord,
) -> Result<Vec<Organization>, GuestsError> {
    let by_code = session.identity.method == Method::OneTimePasscode;
    let mailbox = session.verified_address.as_ref().filter(|_| by_code);
    let mut instance = app.store.begin_instance(InstanceTask::MyOrganizations).await?;
    let mut places = instance.organizations_of(&session.identity, mailbox).await?;
    drop(instance);
    // A member has no bound identity at home, and a guest may not have redeemed yet.
    if !places.iter().any(|(tenant, _)| *tenant == session.tenant) {
        places.push((session.tenant, session.user));
    }
    let mut found = Vec::new();
    for (tenant, user) in places {
        let Some(tenant) = snapshot.tenant(tenant) else { continue };
        let Some(user) = app.store.read(tenant.id).await?.user(user).await? else { continue };
        let here = tenant.id == session.tenant;
        if here && user.id != session.user || !here && !user.account_enabled {
            continue;
        }
        found.push(Organization {
            tenant: Arc::clone(tenant),
            user: user.id,
            user_type: user.user_type,
            pending: user.is_pending(),
            here,
        });
    }
    found.sort_by(|one, other| (!one.here, &one.tenant.display_name).cmp(&(!other.here, &other.tenant.display_name)));
    Ok(found)
}
