//! What the small directory of this folder's tests does not keep.

use async_trait::async_trait;

use super::memory_store::{View, unused};
use crate::model::{
    AppId, AppRole, ClientConsent, Contact, ContactId, EmailAddress, GroupId, Invitation, InvitationChange, Timestamp,
    User, UserId,
};
use crate::storage::{
    ReadClientConsents, ReadGuestObjects, Standing, StoreResult, WriteClientConsents, WriteGuestObjects,
};

#[async_trait]
impl ReadGuestObjects for View {
    async fn invitation_history(&mut self, _: UserId) -> StoreResult<Vec<InvitationChange>> {
        unused()
    }
    async fn open_invitation(&mut self, _: &EmailAddress) -> StoreResult<Option<Invitation>> {
        unused()
    }
    async fn ended_invitations(&mut self, _: Timestamp, _: u32) -> StoreResult<Vec<Invitation>> {
        unused()
    }
    async fn standings(&mut self) -> StoreResult<Vec<Standing>> {
        unused()
    }
    async fn group_memberships(&mut self, _: UserId) -> StoreResult<Vec<GroupId>> {
        unused()
    }
    async fn app_roles(&mut self, _: UserId) -> StoreResult<Vec<AppRole>> {
        unused()
    }
    async fn owned_apps(&mut self, _: UserId) -> StoreResult<Vec<AppId>> {
        unused()
    }
    async fn contact(&mut self, _: &EmailAddress) -> StoreResult<Option<Contact>> {
        unused()
    }
    async fn contacts(&mut self, _: u32) -> StoreResult<Vec<Contact>> {
        unused()
    }
    async fn holder(&mut self, _: &EmailAddress, _: Option<UserId>) -> StoreResult<Option<User>> {
        unused()
    }
}

#[async_trait]
impl WriteGuestObjects for View {
    async fn unassign_app(&mut self, _: UserId, _: AppId) -> StoreResult<bool> {
        unused()
    }
    async fn give_role(&mut self, _: UserId, _: &AppRole) -> StoreResult<()> {
        unused()
    }
    async fn take_role(&mut self, _: UserId, _: &AppRole) -> StoreResult<bool> {
        unused()
    }
    async fn join_group(&mut self, _: UserId, _: GroupId) -> StoreResult<()> {
        unused()
    }
    async fn leave_group(&mut self, _: UserId, _: GroupId) -> StoreResult<bool> {
        unused()
    }
    async fn own_app(&mut self, _: UserId, _: AppId, _: bool) -> StoreResult<bool> {
        unused()
    }
    async fn put_contact(&mut self, _: &Contact, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn remove_contact(&mut self, _: ContactId) -> StoreResult<bool> {
        unused()
    }
}

#[async_trait]
impl ReadClientConsents for View {
    async fn client_consents(&mut self, _: UserId) -> StoreResult<Vec<ClientConsent>> {
        unused()
    }
}

#[async_trait]
impl WriteClientConsents for View {
    async fn keep_client_consent(&mut self, _: &ClientConsent) -> StoreResult<()> {
        unused()
    }
    async fn withdraw_client_consents(&mut self, _: UserId, _: Option<AppId>) -> StoreResult<u64> {
        unused()
    }
}
