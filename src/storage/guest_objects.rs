//! What the directory keeps around guests besides the user object: groups, app roles, owners, contacts, histories.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::{
    AppId, AppRole, Contact, ContactId, EmailAddress, GroupId, Invitation, InvitationChange, InvitationState,
    RouteOverride, Timestamp, User, UserId,
};

/// Where the invitation of a guest stands, for lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The guest.
    pub user: UserId,
    /// State of the open invitation, or else of the newest.
    pub state: InvitationState,
    /// End of its link.
    pub expires_at: Option<Timestamp>,
    /// How the inviter wants the guest to sign in.
    pub route: Option<RouteOverride>,
    /// What went wrong last with its newest mail; `None` once that was sent.
    pub mail_error: Option<String>,
}

impl Standing {
    /// Where it stands as people see it at `now`: an ended link counts as expired before that is written down.
    pub fn state_at(&self, now: Timestamp) -> InvitationState {
        let ended = self.expires_at.is_some_and(|end| end <= now);
        if self.state.is_open() && ended { InvitationState::Expired } else { self.state }
    }
}

/// Reading what stands around guests; part of [`super::Read`].
#[async_trait]
pub trait ReadGuestObjects: Send {
    /// Everything that ever became of the invitations of a guest, oldest first.
    async fn invitation_history(&mut self, user: UserId) -> StoreResult<Vec<InvitationChange>>;
    /// The one open invitation (neither accepted nor revoked) of an address.
    async fn open_invitation(&mut self, address: &EmailAddress) -> StoreResult<Option<Invitation>>;
    /// Open invitations whose link ended at or before `now`, and of which nobody has recorded that yet.
    async fn ended_invitations(&mut self, now: Timestamp, limit: u32) -> StoreResult<Vec<Invitation>>;
    /// Where the invitations of all guests stand, one line for each guest.
    async fn standings(&mut self) -> StoreResult<Vec<Standing>>;
    /// Groups of which the user is a member by the directory (a tenant's file names others by address).
    async fn group_memberships(&mut self, user: UserId) -> StoreResult<Vec<GroupId>>;
    /// App roles of the user.
    async fn app_roles(&mut self, user: UserId) -> StoreResult<Vec<AppRole>>;
    /// Apps that the user owns by the directory (a tenant's file names owners by address).
    async fn owned_apps(&mut self, user: UserId) -> StoreResult<Vec<AppId>>;
    /// The contact of the directory that occupies `address`.
    async fn contact(&mut self, address: &EmailAddress) -> StoreResult<Option<Contact>>;
    /// Contacts of the directory by name.
    async fn contacts(&mut self, limit: u32) -> StoreResult<Vec<Contact>>;
    /// A user who holds `address` as mail or among the other mails, except `except`. It tells who is in the way of an
    /// invitation, and never selects anybody for a sign-in.
    async fn holder(&mut self, address: &EmailAddress, except: Option<UserId>) -> StoreResult<Option<User>>;
}

/// Changing what stands around guests; part of [`super::Tx`].
#[async_trait]
pub trait WriteGuestObjects: Send {
    /// Takes an app away from a user, and the roles in it; `false` if it was not assigned.
    async fn unassign_app(&mut self, user: UserId, app: AppId) -> StoreResult<bool>;
    /// Gives a role in an app that is assigned already; giving it again is no change.
    async fn give_role(&mut self, user: UserId, role: &AppRole) -> StoreResult<()>;
    /// Takes a role away; `false` if there was none.
    async fn take_role(&mut self, user: UserId, role: &AppRole) -> StoreResult<bool>;
    /// Makes a user a member of a group; again is no change.
    async fn join_group(&mut self, user: UserId, group: GroupId) -> StoreResult<()>;
    /// Ends a membership; `false` if there was none.
    async fn leave_group(&mut self, user: UserId, group: GroupId) -> StoreResult<bool>;
    /// Makes a user an owner of an app, or ends that; `false` if nothing changed.
    async fn own_app(&mut self, user: UserId, app: AppId, owns: bool) -> StoreResult<bool>;
    /// Adds a contact, or renames the one that holds the address. [`super::StoreError::Conflict`] if the id is taken.
    async fn put_contact(&mut self, contact: &Contact, at: Timestamp) -> StoreResult<()>;
    /// Removes a contact; `false` if there is none.
    async fn remove_contact(&mut self, id: ContactId) -> StoreResult<bool>;
}
