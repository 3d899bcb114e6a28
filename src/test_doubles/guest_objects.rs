//! Groups, roles, owners, contacts and histories in memory.

use async_trait::async_trait;

use super::store::MemoryTx;
use crate::model::*;
use crate::storage::*;

impl MemoryTx {
    /// As the directory's triggers do.
    pub(super) fn remember(&mut self, before: Option<&Invitation>, after: &Invitation) {
        let moved = before.is_none_or(|row| row.state != after.state || row.changed_at != after.changed_at);
        if moved {
            let change = InvitationChange {
                invitation: after.id.clone(),
                previous: before.map(|row| row.state),
                state: after.state,
                at: after.changed_at,
                by: after.changed_by,
            };
            self.content.history.push((self.mine(), after.user, change));
        }
    }
}

#[async_trait]
impl ReadGuestObjects for MemoryTx {
    async fn invitation_history(&mut self, user: UserId) -> StoreResult<Vec<InvitationChange>> {
        let mine = self.mine();
        let own = self.content.history.iter().filter(|(tenant, whose, _)| *tenant == mine && *whose == user);
        Ok(own.map(|(_, _, change)| change.clone()).collect())
    }

    async fn open_invitation(&mut self, address: &EmailAddress) -> StoreResult<Option<Invitation>> {
        let mine = self.mine();
        let mut own = self.content.invitations.iter().filter(|(tenant, _)| *tenant == mine).map(|(_, row)| row);
        Ok(own.find(|row| row.address == *address && row.state.is_open()).cloned())
    }

    async fn ended_invitations(&mut self, now: Timestamp, limit: u32) -> StoreResult<Vec<Invitation>> {
        let mine = self.mine();
        let own = self.content.invitations.iter().filter(|(tenant, row)| *tenant == mine && row.has_ended(now));
        Ok(own.take(limit as usize).map(|(_, row)| row.clone()).collect())
    }

    async fn standings(&mut self) -> StoreResult<Vec<Standing>> {
        let mine = self.mine();
        let mut users: Vec<UserId> =
            self.content.invitations.iter().filter(|(tenant, _)| *tenant == mine).map(|(_, row)| row.user).collect();
        users.sort();
        users.dedup();
        let mut found = Vec::new();
        for user in users {
            if let Some(row) = self.invitation_of(user).await? {
                let mail_error = self.mail_of(&row.id).await?.and_then(|mail| mail.last_error);
                let (state, expires_at, route) = (row.state, row.expires_at, row.route);
                found.push(Standing { user, state, expires_at, route, mail_error });
            }
        }
        Ok(found)
    }

    async fn group_memberships(&mut self, user: UserId) -> StoreResult<Vec<GroupId>> {
        let mine = self.mine();
        let own = self.content.memberships.iter().filter(|(tenant, whose, _)| *tenant == mine && *whose == user);
        Ok(own.map(|(_, _, group)| *group).collect())
    }

    async fn app_roles(&mut self, user: UserId) -> StoreResult<Vec<AppRole>> {
        let mine = self.mine();
        let own = self.content.roles.iter().filter(|(tenant, whose, _)| *tenant == mine && *whose == user);
        Ok(own.map(|(_, _, role)| role.clone()).collect())
    }

    async fn owned_apps(&mut self, user: UserId) -> StoreResult<Vec<AppId>> {
        let mine = self.mine();
        let own = self.content.owners.iter().filter(|(tenant, whose, _)| *tenant == mine && *whose == user);
        Ok(own.map(|(_, _, app)| *app).collect())
    }

    async fn contact(&mut self, address: &EmailAddress) -> StoreResult<Option<Contact>> {
        let mine = self.mine();
        let mut own = self.content.contacts.iter().filter(|(tenant, _)| *tenant == mine).map(|(_, row)| row);
        Ok(own.find(|row| row.address == *address).cloned())
    }

    async fn contacts(&mut self, limit: u32) -> StoreResult<Vec<Contact>> {
        let mine = self.mine();
        let own = self.content.contacts.iter().filter(|(tenant, _)| *tenant == mine).map(|(_, row)| row.clone());
        Ok(own.take(limit as usize).collect())
    }

    async fn holder(&mut self, address: &EmailAddress, except: Option<UserId>) -> StoreResult<Option<User>> {
        Ok(self.find_user(|user| {
            Some(user.id) != except && (user.mail.as_ref() == Some(address) || user.other_mails.contains(address))
        }))
    }
}

#[async_trait]
impl WriteGuestObjects for MemoryTx {
    async fn unassign_app(&mut self, user: UserId, app: AppId) -> StoreResult<bool> {
        let row = (self.mine(), user, app);
        let before = self.content.assignments.len();
        self.content.assignments.retain(|kept| *kept != row);
        self.content.roles.retain(|(tenant, whose, role)| (*tenant, *whose, role.app) != row);
        Ok(self.content.assignments.len() < before)
    }

    async fn give_role(&mut self, user: UserId, role: &AppRole) -> StoreResult<()> {
        let row = (self.mine(), user, role.clone());
        if !self.content.assignments.contains(&(row.0, user, role.app)) {
            return Err(StoreError::Failed("the app is not assigned".into()));
        }
        if !self.content.roles.contains(&row) {
            self.content.roles.push(row);
        }
        Ok(())
    }

    async fn take_role(&mut self, user: UserId, role: &AppRole) -> StoreResult<bool> {
        let row = (self.mine(), user, role.clone());
        let before = self.content.roles.len();
        self.content.roles.retain(|kept| *kept != row);
        Ok(self.content.roles.len() < before)
    }

    async fn join_group(&mut self, user: UserId, group: GroupId) -> StoreResult<()> {
        let row = (self.mine(), user, group);
        if !self.content.memberships.contains(&row) {
            self.content.memberships.push(row);
        }
        Ok(())
    }

    async fn leave_group(&mut self, user: UserId, group: GroupId) -> StoreResult<bool> {
        let row = (self.mine(), user, group);
        let before = self.content.memberships.len();
        self.content.memberships.retain(|kept| *kept != row);
        Ok(self.content.memberships.len() < before)
    }

    async fn own_app(&mut self, user: UserId, app: AppId, owns: bool) -> StoreResult<bool> {
        let row = (self.mine(), user, app);
        let owned = self.content.owners.contains(&row);
        match (owned, owns) {
            (false, true) => self.content.owners.push(row),
            (true, false) => self.content.owners.retain(|kept| *kept != row),
            (true, true) | (false, false) => return Ok(false),
        }
        Ok(true)
    }

    async fn put_contact(&mut self, contact: &Contact, _: Timestamp) -> StoreResult<()> {
        let mine = self.mine();
        let mut own = self.content.contacts.iter_mut().filter(|(tenant, _)| *tenant == mine).map(|(_, row)| row);
        match own.find(|row| row.address == contact.address) {
            Some(row) => row.display_name.clone_from(&contact.display_name),
            None => self.content.contacts.push((mine, contact.clone())),
        }
        Ok(())
    }

    async fn remove_contact(&mut self, id: ContactId) -> StoreResult<bool> {
        let mine = self.mine();
        let before = self.content.contacts.len();
        self.content.contacts.retain(|(tenant, row)| *tenant != mine || row.id != id);
        Ok(self.content.contacts.len() < before)
    }
}
