//! Who would be affected if a connection were switched off, and what each of them could still do.

use serde::Serialize;

use super::predict::predict;
use super::{GuestContext, GuestsError};
use crate::model::{ConnectionName, EmailAddress, Method, Tenant, User, UserId, UserType};
use crate::storage::UserFilter;

/// A guest who signs in there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AffectedGuest {
    /// Graph `id`.
    pub id: UserId,
    /// Graph `displayName`.
    pub display_name: String,
    /// Graph `mail`.
    pub mail: Option<EmailAddress>,
    /// Whether the guest gets in again without an administrator.
    pub relinks: bool,
    /// What happens at the next visit, in one sentence.
    pub next: String,
}

/// What switching a connection off means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// The connection.
    pub connection: ConnectionName,
    /// Whether it is on now.
    pub on: bool,
    /// Everybody who is bound to it, by display name.
    pub guests: Vec<AffectedGuest>,
}

/// Looks at everybody who is bound to `connection`, as if it were off.
pub async fn impact(context: GuestContext<'_>, connection: &ConnectionName) -> Result<Impact, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let users = view.users(UserFilter { user_type: Some(UserType::Guest), limit: u32::MAX }).await?;
    let without = without(context.tenant, connection);
    let bound = users.iter().filter(|user| is_bound(user, connection));
    let guests = bound.map(|user| affected(&context, &without, user)).collect();
    Ok(Impact { connection: connection.clone(), on: context.tenant.connection(connection).is_some(), guests })
}

/// Whether this user signs in by `connection`.
pub fn is_bound(user: &User, connection: &ConnectionName) -> bool {
    let method = user.identity.as_ref().map(|identity| &identity.method);
    matches!(method, Some(Method::Connection { name }) if name == connection)
}

/// The tenant as it would be.
fn without(tenant: &Tenant, connection: &ConnectionName) -> Tenant {
    let mut without = tenant.clone();
    without.connections.retain(|known| known.name != *connection);
    without.waiting_connections.retain(|known| known != connection);
    without
}

fn affected(context: &GuestContext<'_>, without: &Tenant, user: &User) -> AffectedGuest {
    let stuck = |why: &str| (false, format!("is locked out until the redemption is reset: {why}"));
    let (relinks, next) = match &user.mail {
        _ if !user.account_enabled => stuck("the account is blocked"),
        None => stuck("there is no mail to prove"),
        Some(_) if !without.policies.relink_guests => stuck("relink_guests is off"),
        Some(mail) if !without.allows_domain(mail.domain()) => stuck("the domain may not come in"),
        Some(mail) => match predict(without, context.snapshot, mail, true) {
            prediction if prediction.leads_nowhere() => stuck("no other way is on"),
            prediction => (true, format!("proves the mailbox by a code and {}", prediction.sentence())),
        },
    };
    AffectedGuest { id: user.id, display_name: user.display_name.clone(), mail: user.mail.clone(), relinks, next }
}
