//! The sessions of one user: listed, and ended one by one or all but one.

use std::sync::Arc;
use std::time::Duration;

use super::{Session, Sessions};
use crate::model::{SessionId, SessionRecord, TenantId, UserId};
use crate::short_term::{Key, Kind, ShortTermResult};

impl Sessions {
    /// The live sessions of a user in one tenant, on whatever node they began; the one used last comes first.
    pub async fn of_user(&self, tenant: TenantId, user: UserId) -> ShortTermResult<Vec<Arc<Session>>> {
        let mut sessions = Vec::new();
        for id in self.begun_by(tenant, user).await? {
            match self.find(tenant, id).await? {
                Some(session) if session.record().user == user => sessions.push(session),
                _ => self.forget_begun(tenant, user, id).await?,
            }
        }
        sessions.sort_by_key(|session| std::cmp::Reverse((session.last_used(), session.record().signed_in_at)));
        Ok(sessions)
    }

    /// Ends one session of a user; `false` if this user has no such session.
    pub async fn end_one_of(&self, tenant: TenantId, user: UserId, id: SessionId) -> ShortTermResult<bool> {
        let own = self.find(tenant, id).await?.is_some_and(|session| session.record().user == user);
        if own {
            self.end(tenant, id).await?;
        }
        Ok(own)
    }

    /// Removes what an epoch ended from the store; the epoch alone makes it worthless already.
    pub(super) async fn forget_ended(&self, tenant: TenantId, user: UserId) -> ShortTermResult<()> {
        for id in self.begun_by(tenant, user).await? {
            if self.find(tenant, id).await?.is_none_or(|session| session.is_ended()) {
                self.end(tenant, id).await?;
                self.forget_begun(tenant, user, id).await?;
            }
        }
        Ok(())
    }

    /// Remembers whose session it is.
    pub(super) async fn remember_user(&self, record: &SessionRecord, lifetime: Duration) -> ShortTermResult<()> {
        let name = record.id.0.as_hyphenated().to_string();
        self.short_term.sets().enlist(&of_user_key(record.tenant, record.user), &name, lifetime).await
    }

    async fn begun_by(&self, tenant: TenantId, user: UserId) -> ShortTermResult<Vec<SessionId>> {
        let names = self.short_term.sets().listed(&of_user_key(tenant, user)).await?;
        Ok(names.iter().filter_map(|name| uuid::Uuid::try_parse(name).ok()).map(SessionId).collect())
    }

    pub(super) async fn forget_begun(&self, tenant: TenantId, user: UserId, id: SessionId) -> ShortTermResult<()> {
        self.short_term.sets().delist(&of_user_key(tenant, user), &id.0.as_hyphenated().to_string()).await
    }
}

fn of_user_key(tenant: TenantId, user: UserId) -> Key {
    Key::of(tenant, Kind::Index, format!("sessions:{user}"))
}
