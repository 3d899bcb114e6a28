//! What may be done to a guest who is there, by whom, and why not: shared by sending again, revoking and assigning.

use std::time::Duration;

use super::GuestsError;
use super::invite::Inviter;
use crate::model::{Domain, Invitation, InvitationRefusal, User, UserId, UserType};
use crate::short_term::ShortTermError;
use crate::storage::{Read, StoreError};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// Neither an administrator, nor the inviter or a sponsor of this guest, nor an owner of the app.
    #[error("you may not do this for this guest")]
    NotAllowed,
    /// Nobody of this id.
    #[error("there is no such guest")]
    NoGuest,
    /// The guest was never invited.
    #[error("this guest has no invitation")]
    NoInvitation,
    /// The state of the invitation forbids it.
    #[error(transparent)]
    Refused(#[from] InvitationRefusal),
    /// An administrator closed this guest's account.
    #[error("this guest was blocked by an administrator")]
    Blocked,
    /// The tenant lets nobody of this domain in any more.
    #[error("guests of {0} may not come into this organization")]
    DomainBlocked(Domain),
    /// The owner of the mailbox takes no invitation mails.
    #[error("this address does not take invitation mails; pass the redeem URL on in another way")]
    MailBlocked,
    /// This tenant has no such app, group or role.
    #[error("this organization has no such app, group or role")]
    Unknown,
    /// What was to be taken away was never given.
    #[error("the guest does not have that")]
    NotGiven,
    /// Row B15.
    #[error("this address was sent enough mails today; try again later")]
    TooMany {
        /// When it works again, at the latest.
        retry_after: Duration,
    },
    /// Something below failed.
    #[error(transparent)]
    Failed(#[from] GuestsError),
}

impl From<StoreError> for ManageError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ShortTermError> for ManageError {
    fn from(error: ShortTermError) -> Self {
        Self::Failed(error.into())
    }
}

/// Whether this is a live administrator of the tenant. The flag counts on members alone.
pub fn is_admin(user: &User) -> bool {
    user.user_type == UserType::Member && user.admin && user.account_enabled && user.deleted_at.is_none()
}

/// The guest and the invitation that somebody wants to change, if they may: operator, administrators, the inviter, and
/// the guest's sponsors.
pub(super) async fn managed(
    view: &mut (impl Read + ?Sized),
    by: &Inviter,
    guest: UserId,
) -> Result<(User, Invitation), ManageError> {
    let actor = match by {
        Inviter::Operator { .. } | Inviter::Application { .. } => None,
        Inviter::User(named) => {
            let fresh = view.user(named.id).await?;
            Some(fresh.filter(|user| user.account_enabled).ok_or(ManageError::NotAllowed)?)
        }
    };
    let found = view.user(guest).await?.filter(|user| user.user_type == UserType::Guest);
    let invitation = match &found {
        Some(user) => view.invitation_of(user.id).await?,
        None => None,
    };
    if let Some(actor) = &actor {
        let sponsor = found.as_ref().is_some_and(|user| user.sponsors.contains(&actor.id));
        let invited = invitation.as_ref().is_some_and(|invitation| invitation.invited_by == Some(actor.id));
        // Before anything is said about the guest: whoever may not manage learns nothing.
        if !is_admin(actor) && !sponsor && !invited {
            return Err(ManageError::NotAllowed);
        }
    }
    let user = found.ok_or(ManageError::NoGuest)?;
    let invitation = invitation.ok_or(ManageError::NoInvitation)?;
    Ok((user, invitation))
}
