//! Why nobody was invited: with its details for the caller, and as a bare reason for pages and files.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::GuestsError;
use super::redirect::RedirectError;
use crate::model::{AppId, EmailAddress, GroupId, InvitationRefusal};
use crate::storage::StoreError;

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The policy `allowInvitesFrom` says no.
    #[error("you may not invite guests to this organization")]
    NotAllowed,
    /// The tenant invites nobody from there.
    #[error("guests of {0} may not be invited to this organization")]
    DomainBlocked(crate::model::Domain),
    /// Decision 2.
    #[error("this address belongs to a member of this organization, who needs no invitation")]
    Member,
    /// An administrator closed this guest's account.
    #[error("this guest was blocked by an administrator")]
    Blocked,
    /// An administrator closed the account, and the guest has left or was erased since.
    #[error(
        "this guest was blocked by an administrator and has left since; an administrator lifts the block with: vestibule guest unblock ADDRESS"
    )]
    Barred,
    /// The tenant has as many guests as it may have.
    #[error(
        "this organization has {0} guests, which is all that its policy max_guests allows; remove guests who need no access any more, or raise the limit"
    )]
    Full(u64),
    /// Decision 24.
    #[error(transparent)]
    Redirect(#[from] RedirectError),
    /// This tenant does not use the app.
    #[error("this organization has no app {0}")]
    UnknownApp(AppId),
    /// There is no such group.
    #[error("this organization has no group {0}")]
    UnknownGroup(GroupId),
    /// The app has no such role here.
    #[error("the app {0} has no role of this name in this organization")]
    UnknownRole(AppId),
    /// No member, and no guest who accepted, has this address.
    #[error("{0} is nobody here who could be a sponsor")]
    UnknownSponsor(EmailAddress),
    /// Graph `invitedUserSponsors`.
    #[error("a guest has at most five sponsors")]
    TooManySponsors,
    /// An inviter gives no more than what is theirs.
    #[error("you may not give this app, group or role to others")]
    NotYours,
    /// A guest inviter among the guests brings colleagues.
    #[error("you may invite colleagues of {0} only")]
    NoColleague(crate::model::Domain),
    /// The tenant chose how long links live at most.
    #[error("the link may not live longer than this organization's invitations do, nor end at once")]
    LinkLife,
    /// What the override names is not switched on here.
    #[error("guests cannot sign in that way here: {0}")]
    Route(&'static str),
    /// A text is too long or holds characters that belong in no text.
    #[error("the {0} is too long or holds characters that are not allowed")]
    Text(&'static str),
    /// Row B15.
    #[error("too many invitations today; try again later")]
    TooMany {
        /// When it works again.
        retry_after: Duration,
    },
    /// Something below failed.
    #[error(transparent)]
    Failed(#[from] GuestsError),
}

/// The reasons of [`InviteError`] without their details: what is kept beside a row of a file, and what pages say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InviteRefusal {
    /// [`InviteError::NotAllowed`].
    NotAllowed,
    /// [`InviteError::DomainBlocked`].
    DomainBlocked,
    /// [`InviteError::Member`].
    Member,
    /// [`InviteError::Blocked`].
    Blocked,
    /// [`InviteError::Barred`].
    Barred,
    /// [`InviteError::Full`].
    Full,
    /// [`InviteError::Redirect`].
    Redirect,
    /// An app, group or role that is not there.
    Unknown,
    /// [`InviteError::UnknownSponsor`].
    UnknownSponsor,
    /// [`InviteError::TooManySponsors`].
    TooManySponsors,
    /// [`InviteError::NotYours`].
    NotYours,
    /// [`InviteError::NoColleague`].
    NoColleague,
    /// [`InviteError::LinkLife`].
    LinkLife,
    /// [`InviteError::Route`].
    Route,
    /// [`InviteError::Text`].
    Text,
    /// [`InviteError::TooMany`].
    TooMany,
    /// [`InviteError::Failed`].
    Failed,
}

impl InviteRefusal {
    /// The reason of an error.
    pub fn of(error: &InviteError) -> Self {
        match error {
            InviteError::NotAllowed => Self::NotAllowed,
            InviteError::DomainBlocked(_) => Self::DomainBlocked,
            InviteError::Member => Self::Member,
            InviteError::Blocked => Self::Blocked,
            InviteError::Barred => Self::Barred,
            InviteError::Full(_) => Self::Full,
            InviteError::Redirect(_) => Self::Redirect,
            InviteError::UnknownApp(_) | InviteError::UnknownGroup(_) | InviteError::UnknownRole(_) => Self::Unknown,
            InviteError::UnknownSponsor(_) => Self::UnknownSponsor,
            InviteError::TooManySponsors => Self::TooManySponsors,
            InviteError::NotYours => Self::NotYours,
            InviteError::NoColleague(_) => Self::NoColleague,
            InviteError::LinkLife => Self::LinkLife,
            InviteError::Route(_) => Self::Route,
            InviteError::Text(_) => Self::Text,
            InviteError::TooMany { .. } => Self::TooMany,
            InviteError::Failed(_) => Self::Failed,
        }
    }
}

impl From<InvitationRefusal> for InviteError {
    /// Only open invitations are renewed, so somebody else was faster: looking again finds what they made.
    fn from(_: InvitationRefusal) -> Self {
        StoreError::Conflict.into()
    }
}

impl From<StoreError> for InviteError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}
