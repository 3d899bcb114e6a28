//! The directory in memory: change and end.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::store::MemoryTx;
use crate::model::*;
use crate::storage::*;

/// What the double holds about change and end.
#[derive(Clone, Default)]
pub(crate) struct Life {
    pub(crate) resets: Vec<(TenantId, UserId, Timestamp)>,
    pub(crate) keys: BTreeMap<(TenantId, UserId), String>,
    pub(crate) notices: BTreeSet<(TenantId, UserId, Timestamp, i64)>,
    pub(crate) active: BTreeSet<(TenantId, String, UserId)>,
    pub(crate) tombstones: BTreeSet<String>,
    pub(crate) purged: BTreeSet<(TenantId, UserId)>,
    pub(crate) reviews: Vec<(TenantId, AccessReview, Vec<AccessReviewItem>)>,
}

impl MemoryTx {
    fn row(&mut self, user: UserId) -> Option<&mut User> {
        let mine = self.mine();
        self.content.users.iter_mut().find(|(tenant, row)| *tenant == mine && row.id == user).map(|(_, row)| row)
    }
}

#[async_trait]
impl ReadLife for MemoryTx {
    async fn last_reset(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        let mine = self.mine();
        let own = self.content.life.resets.iter().filter(|(tenant, whose, _)| *tenant == mine && *whose == user);
        Ok(own.map(|(_, _, at)| *at).max())
    }

    async fn last_resets(&mut self) -> StoreResult<Vec<(UserId, Timestamp)>> {
        let mine = self.mine();
        let mut last = BTreeMap::new();
        for (_, user, at) in self.content.life.resets.iter().filter(|(tenant, _, _)| *tenant == mine) {
            let known: &mut Timestamp = last.entry(*user).or_insert(*at);
            *known = (*known).max(*at);
        }
        Ok(last.into_iter().collect())
    }

    async fn person_key(&mut self, user: UserId) -> StoreResult<Option<String>> {
        Ok(self.content.life.keys.get(&(self.mine(), user)).cloned())
    }

    async fn ended_at(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        let mine = self.mine();
        let of = |epoch: &&Epoch| epoch.tenant == mine && epoch.user.is_none_or(|whose| whose == user);
        Ok(self.content.epochs.iter().filter(of).map(|epoch| epoch.ended_at).max())
    }

    async fn invitations_of(&mut self, user: UserId) -> StoreResult<Vec<Invitation>> {
        let mine = self.mine();
        let own = self.content.invitations.iter().filter(|(tenant, row)| *tenant == mine && row.user == user);
        Ok(own.map(|(_, row)| row.clone()).collect())
    }

    async fn audit_about(&mut self, _: UserId) -> StoreResult<Vec<AuditLine>> {
        Ok(Vec::new())
    }

    async fn active_months(&mut self, user: UserId) -> StoreResult<Vec<String>> {
        let mine = self.mine();
        let own = self.content.life.active.iter().filter(|(tenant, _, whose)| *tenant == mine && *whose == user);
        Ok(own.map(|(_, month, _)| month.clone()).collect())
    }

    async fn active_guests(&mut self) -> StoreResult<Vec<(String, u64)>> {
        let mine = self.mine();
        let mut months = BTreeMap::new();
        for (_, month, _) in self.content.life.active.iter().filter(|(tenant, ..)| *tenant == mine) {
            *months.entry(month.clone()).or_default() += 1;
        }
        Ok(months.into_iter().collect())
    }

    async fn guest_count(&mut self) -> StoreResult<u64> {
        Ok(self.users(UserFilter { user_type: Some(UserType::Guest), limit: u32::MAX }).await?.len() as u64)
    }

    async fn end_noted(&mut self, user: UserId, ends_at: Timestamp, days: i64) -> StoreResult<bool> {
        Ok(self.content.life.notices.contains(&(self.mine(), user, ends_at, days)))
    }

    async fn access_review(&mut self, id: AccessReviewId) -> StoreResult<Option<AccessReview>> {
        let mine = self.mine();
        let mut all = self.content.life.reviews.iter();
        Ok(all.find(|(tenant, review, _)| *tenant == mine && review.id == id).map(|(_, review, _)| review.clone()))
    }

    async fn access_reviews(&mut self, limit: u32) -> StoreResult<Vec<AccessReview>> {
        let mine = self.mine();
        let own = self.content.life.reviews.iter().rev().filter(|(tenant, ..)| *tenant == mine);
        Ok(own.map(|(_, review, _)| review.clone()).take(limit as usize).collect())
    }

    async fn access_review_item(&mut self, id: AccessReviewId, user: UserId) -> StoreResult<Option<AccessReviewItem>> {
        Ok(self.access_review_items(id).await?.into_iter().find(|item| item.user == user))
    }

    async fn access_review_items(&mut self, id: AccessReviewId) -> StoreResult<Vec<AccessReviewItem>> {
        let mine = self.mine();
        let mut all = self.content.life.reviews.iter();
        let found = all.find(|(tenant, review, _)| *tenant == mine && review.id == id);
        Ok(found.map(|(_, _, items)| items.clone()).unwrap_or_default())
    }
}

#[async_trait]
impl WriteLife for MemoryTx {
    async fn unbind_identity(&mut self, user: UserId) -> StoreResult<()> {
        if let Some(row) = self.row(user) {
            row.identity = None;
        }
        Ok(())
    }

    async fn note_reset(&mut self, user: UserId, at: Timestamp) -> StoreResult<()> {
        let row = (self.mine(), user, at);
        self.content.life.resets.push(row);
        Ok(())
    }

    async fn keep_person_key(&mut self, user: UserId, sealed: &str, _: Timestamp) -> StoreResult<()> {
        let mine = self.mine();
        match self.content.life.keys.insert((mine, user), sealed.to_owned()) {
            None => Ok(()),
            Some(_) => Err(StoreError::Conflict),
        }
    }

    async fn note_active(&mut self, user: UserId, month: &str) -> StoreResult<()> {
        let row = (self.mine(), month.to_owned(), user);
        self.content.life.active.insert(row);
        Ok(())
    }

    async fn note_end(&mut self, user: UserId, ends_at: Timestamp, days: i64, _: Timestamp) -> StoreResult<()> {
        let row = (self.mine(), user, ends_at, days);
        self.content.life.notices.insert(row);
        Ok(())
    }

    async fn end_member_abroad(
        &mut self,
        issuer: &str,
        member: UserId,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        self.bump_epochs_of(issuer, &member.to_string(), at).await
    }

    async fn make_husk(&mut self, user: &User, at: Timestamp) -> StoreResult<()> {
        let mine = self.mine();
        let id = user.id;
        if let Some(row) = self.row(id) {
            *row = User {
                user_principal_name: format!("{id}#ERASED#"),
                display_name: String::new(),
                mail: None,
                invited_address: None,
                other_mails: Vec::new(),
                identity: None,
                account_enabled: false,
                sponsors: Vec::new(),
                expires_at: None,
                deleted_at: Some(row.deleted_at.unwrap_or(at)),
                ..row.clone()
            };
        }
        for (_, row) in self.content.invitations.iter_mut().filter(|(tenant, row)| *tenant == mine && row.user == id) {
            row.address = format!("{id}@erased.invalid").parse().unwrap();
            row.message = None;
            if row.state.is_open() {
                row.state = InvitationState::Revoked;
            }
        }
        self.content.assignments.retain(|(tenant, whose, _)| *tenant != mine || *whose != id);
        self.content.life.keys.remove(&(mine, id));
        self.content.factors.remove(&SecondFactorOwner::User(mine, id));
        self.content.life.purged.insert((mine, id));
        Ok(())
    }

    async fn bury(&mut self, hash: &str, _: Timestamp) -> StoreResult<()> {
        self.content.life.tombstones.insert(hash.to_owned());
        Ok(())
    }

    async fn insert_access_review(&mut self, review: &AccessReview, items: &[AccessReviewItem]) -> StoreResult<()> {
        let row = (self.mine(), review.clone(), items.to_vec());
        self.content.life.reviews.push(row);
        Ok(())
    }

    async fn update_access_review(&mut self, review: &AccessReview) -> StoreResult<()> {
        for (_, row, _) in self.content.life.reviews.iter_mut().filter(|(_, row, _)| row.id == review.id) {
            *row = review.clone();
        }
        Ok(())
    }

    async fn update_access_review_item(&mut self, id: AccessReviewId, item: &AccessReviewItem) -> StoreResult<()> {
        for (_, _, items) in self.content.life.reviews.iter_mut().filter(|(_, row, _)| row.id == id) {
            for row in items.iter_mut().filter(|row| row.user == item.user) {
                *row = item.clone();
            }
        }
        Ok(())
    }
}

#[async_trait]
impl InstanceLife for MemoryTx {
    async fn ending_guests(&mut self, at: Timestamp, days: i64, limit: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
        let notices = &self.content.life.notices;
        let due = self.content.users.iter().filter(|(tenant, user)| {
            user.deleted_at.is_none()
                && user.user_type == UserType::Guest
                && user.expires_at.is_some_and(|end| {
                    end <= at
                        && !notices.iter().any(|row| (row.0, row.1, row.2) == (*tenant, user.id, end) && row.3 <= days)
                })
        });
        Ok(due.map(|(tenant, user)| (*tenant, user.id)).take(limit as usize).collect())
    }

    async fn bin_since(&mut self, at: Timestamp, limit: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
        let purged = &self.content.life.purged;
        let bin = self.content.users.iter().filter(|(tenant, user)| {
            user.deleted_at.is_some_and(|deleted| deleted <= at) && !purged.contains(&(*tenant, user.id))
        });
        Ok(bin.map(|(tenant, user)| (*tenant, user.id)).take(limit as usize).collect())
    }

    async fn ended_access_reviews(&mut self, at: Timestamp) -> StoreResult<Vec<(TenantId, AccessReviewId)>> {
        let open = self.content.life.reviews.iter().filter(|(_, row, _)| row.applied_at.is_none() && row.ends_at <= at);
        Ok(open.map(|(tenant, row, _)| (*tenant, row.id)).collect())
    }

    async fn tombstones(&mut self) -> StoreResult<Vec<String>> {
        Ok(self.content.life.tombstones.iter().cloned().collect())
    }

    async fn everybody(&mut self) -> StoreResult<Vec<(TenantId, UserId)>> {
        let purged = &self.content.life.purged;
        let users = self.content.users.iter().map(|(tenant, user)| (*tenant, user.id));
        Ok(users.filter(|place| !purged.contains(place)).collect())
    }

    async fn active_guests_by_tenant(&mut self, month: &str) -> StoreResult<Vec<(TenantId, u64)>> {
        let mut tenants = BTreeMap::new();
        for (tenant, _, _) in self.content.life.active.iter().filter(|(_, active, _)| active == month) {
            *tenants.entry(*tenant).or_default() += 1;
        }
        Ok(tenants.into_iter().collect())
    }
}

#[async_trait]
impl InstanceAccounts for MemoryTx {
    async fn account_proofs_since(&mut self, id: AccountId) -> StoreResult<Option<Timestamp>> {
        let known = self.content.accounts.iter().any(|account| account.id == id);
        Ok(known.then(|| self.content.proofs_since.get(&id).copied().unwrap_or(Timestamp::from_seconds(0))))
    }

    async fn end_account_proofs(&mut self, id: AccountId, at: Timestamp) -> StoreResult<()> {
        let since = self.content.proofs_since.entry(id).or_insert(at);
        *since = at.max(*since);
        Ok(())
    }

    async fn account_passkeys_since(&mut self, id: AccountId) -> StoreResult<Option<Timestamp>> {
        let known = self.account(id).await?.is_some();
        Ok(known.then(|| self.content.passkeys_since.get(&id).copied().unwrap_or(Timestamp::from_seconds(0))))
    }

    async fn suspend_account_passkeys(&mut self, id: AccountId, at: Timestamp) -> StoreResult<()> {
        let since = self.content.passkeys_since.entry(id).or_insert(at);
        *since = (*since).max(at);
        Ok(())
    }

    async fn erase_account(
        &mut self,
        id: AccountId,
        issuer: &str,
        tombstone: &str,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        self.content.life.tombstones.insert(tombstone.to_owned());
        let bound = self.bump_epochs_of(issuer, &id.to_string(), at).await?;
        for (_, user) in self.content.users.iter_mut().filter(|(tenant, user)| bound.contains(&(*tenant, user.id))) {
            let erased = Identity::erased_subject(user.id);
            if let Some(identity) = &mut user.identity {
                identity.subject = erased;
            }
        }
        self.content.accounts.retain(|account| account.id != id);
        self.content.factors.remove(&SecondFactorOwner::Account(id));
        Ok(bound)
    }

    async fn account_ids(&mut self) -> StoreResult<Vec<AccountId>> {
        Ok(self.content.accounts.iter().map(|account| account.id).collect())
    }
}

#[async_trait]
impl ReadBarred for MemoryTx {
    async fn is_barred(&mut self, hashes: &[String]) -> StoreResult<bool> {
        let mine = self.mine();
        Ok(self.content.barred.iter().any(|(tenant, _, hash)| *tenant == mine && hashes.contains(hash)))
    }
}

#[async_trait]
impl WriteBarred for MemoryTx {
    async fn bar(&mut self, user: UserId, hashes: &[String], _: Timestamp) -> StoreResult<()> {
        let mine = self.mine();
        self.content.barred.extend(hashes.iter().map(|hash| (mine, user, hash.clone())));
        Ok(())
    }

    async fn unbar(&mut self, hashes: &[String]) -> StoreResult<Vec<UserId>> {
        let mine = self.mine();
        let known = self.content.barred.iter().filter(|(tenant, _, hash)| *tenant == mine && hashes.contains(hash));
        let users: BTreeSet<UserId> = known.map(|(_, user, _)| *user).collect();
        self.content.barred.retain(|(tenant, user, _)| *tenant != mine || !users.contains(user));
        Ok(users.into_iter().collect())
    }
}
