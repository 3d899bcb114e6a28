//! Reset a guest's second factor: what was registered for this tenant goes, every session ends, and the next sign-in
//! registers a new one where one is demanded.

use super::{GuestContext, GuestsError};
use crate::app::App;
use crate::clock::random_guid;
use crate::model::{AuditEvent, EmailAddress, Factors, MailId, Method, User, UserId, UserType};
use crate::signin::notices::{self, Change};
use crate::storage::StoreError;

/// Who wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resetter {
    /// The operator, on the command line.
    Operator,
    /// A member who administers the tenant, or a sponsor of the guest.
    User(UserId),
}

/// Why it was not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// There is no such guest.
    #[error("there is no guest {0}")]
    NoGuest(EmailAddress),
    /// Neither an administrator nor a sponsor of this guest.
    #[error("only an administrator, or a sponsor of the guest, may reset a second factor")]
    NotAllowed,
    /// Something below failed.
    #[error(transparent)]
    Failed(#[from] GuestsError),
}

impl From<StoreError> for ResetError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Resets it. The second factor of a personal account belongs to its owner and to every tenant: it stays, and from now on
/// this guest's is kept here, apart from it. So no tenant can weaken the account for another one.
pub async fn reset_second_factor(
    app: &App,
    context: GuestContext<'_>,
    by: Resetter,
    address: &EmailAddress,
) -> Result<User, ResetError> {
    let now = context.clock.now();
    let mut tx = context.store.begin(context.tenant.id).await?;
    let guest = tx.guest_invited_as(address).await?.filter(|guest| guest.user_type == UserType::Guest);
    let Some(guest) = guest else { return Err(ResetError::NoGuest(address.clone())) };
    let mut event = AuditEvent::success("Admin deleted security info").on(guest.id);
    if let Resetter::User(id) = by {
        let user = tx.user(id).await?.filter(|user| user.account_enabled);
        if !user.is_some_and(|user| may_reset(&user, &guest)) {
            return Err(ResetError::NotAllowed);
        }
        event = event.by(id);
    }
    let personal = guest.identity.as_ref().is_some_and(|identity| identity.method == Method::PersonalAccount);
    tx.keep_factors(guest.id, &Factors { apart: personal, ..Factors::default() }).await?;
    tx.bump_epoch(Some(guest.id), now).await?;
    tx.audit(now, &event).await?;
    if let Some(to) = &guest.mail {
        let languages: Vec<String> = guest.preferred_language.iter().cloned().collect();
        let mail = notices::about(app, context.tenant, to, &languages, Change::FactorReset);
        let mail = mail.map_err(|error| StoreError::Failed(Box::new(error)))?;
        tx.queue_mail(MailId(random_guid(context.random)), &mail, now).await?;
    }
    tx.commit().await?;
    app.mail_queued.notify_one();
    let ended = app.sessions.end_user(context.tenant.id, guest.id, now).await;
    ended.map_err(|error| ResetError::Failed(error.into()))?;
    Ok(guest)
}

/// Whether `user` may reset the second factor of `guest`: administrators are members, sponsors may be guests themselves,
/// and nobody resets the own one.
fn may_reset(user: &User, guest: &User) -> bool {
    let administrator = user.admin && user.user_type == UserType::Member;
    user.id != guest.id && (administrator || guest.sponsors.contains(&user.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::member;

    #[test]
    fn administrators_and_sponsors_may_and_nobody_for_themselves() {
        let id = |n: u128| UserId::new(uuid::Uuid::from_u128(n));
        let wanted =
            User { id: id(1), user_type: UserType::Guest, sponsors: vec![id(1), id(2)], admin: false, ..member() };
        let user = |n: u128, user_type, admin| User { id: id(n), user_type, admin, ..member() };
        let rows = [
            (user(2, UserType::Guest, false), true),
            (user(2, UserType::Member, false), true),
            (user(3, UserType::Member, true), true),
            (user(3, UserType::Member, false), false),
            (user(3, UserType::Guest, false), false),
            // A guest is no administrator, whatever its row says; and the own sponsor is nobody.
            (user(3, UserType::Guest, true), false),
            (user(1, UserType::Guest, false), false),
        ];
        for (user, may) in rows {
            assert_eq!(may_reset(&user, &wanted), may, "{user:?}");
        }
    }
}
