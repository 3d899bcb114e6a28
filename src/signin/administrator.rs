//! Whether somebody who is signed in may see the admin pages of a tenant: asked at the end of the journey there, and again
//! at every request, from the directory as it is now (attack row C4).

use super::second_factor::satisfied;
use crate::app::App;
use crate::model::{SessionRecord, Tenant, User, UserType};
use crate::storage::StoreResult;

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The admin role of this very tenant.
    Role,
    /// A second factor, which the tenant demands of its administrators.
    SecondFactor,
}

/// Somebody who may administer one tenant. [`administrator`] alone makes one.
#[derive(Clone, Debug)]
pub struct Administrator {
    user: User,
}

impl Administrator {
    /// Who.
    pub fn user(&self) -> &User {
        &self.user
    }
}

/// Decides over the user as the directory has it. Only members administer: a guest never does, whatever its object says.
pub fn judge(tenant: &Tenant, user: &User, session: &SessionRecord) -> Result<(), Missing> {
    let theirs = session.tenant == tenant.id && session.user == user.id;
    if !theirs || user.user_type != UserType::Member || !user.admin || !user.account_enabled {
        return Err(Missing::Role);
    }
    if !satisfied(tenant, session, true) {
        return Err(Missing::SecondFactor);
    }
    Ok(())
}

/// The administrator behind a session, or what is missing.
pub async fn administrator(
    app: &App,
    tenant: &Tenant,
    session: &SessionRecord,
) -> StoreResult<Result<Administrator, Missing>> {
    let user = app.store.read(tenant.id).await?.user(session.user).await?;
    let Some(user) = user else { return Ok(Err(Missing::Role)) };
    Ok(judge(tenant, &user, session).map(|()| Administrator { user }))
}
