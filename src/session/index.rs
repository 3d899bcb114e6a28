//! Sessions by what they have in common: listed in a bounded set, and all of them looked through when that set lacks some.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;

use super::{Sessions, USED};
use crate::model::{SessionId, SessionRecord, TenantId};
use crate::short_term::{Key, Kind, ShortTermResult};

impl Sessions {
    /// The live sessions listed under `key` that `includes` is right about. Whoever signs in a thousand times pushes others off
    /// the list: then every session of the instance is asked, so that none is missed.
    pub(super) async fn indexed(
        &self,
        key: &Key,
        includes: impl Fn(&SessionRecord) -> bool + Sync,
    ) -> ShortTermResult<Vec<Arc<SessionRecord>>> {
        let mut found = self.listed(key, &includes).await?;
        if self.is_incomplete(key).await? {
            let mut others = self.all(includes).await?;
            others.retain(|record| found.iter().all(|known| known.id != record.id));
            found.extend(others);
        }
        Ok(found)
    }

    /// Those that are listed, and no search for others.
    pub(super) async fn listed(
        &self,
        key: &Key,
        includes: impl Fn(&SessionRecord) -> bool + Sync,
    ) -> ShortTermResult<Vec<Arc<SessionRecord>>> {
        let mut found = Vec::new();
        for name in self.short_term.sets().listed(key).await? {
            let session = match parse(&name) {
                Some((tenant, id)) => self.find(tenant, id).await?,
                None => None,
            };
            match session {
                Some(session) if includes(&session.record()) => found.push(session.record().clone()),
                Some(_) => {}
                None => self.short_term.sets().delist(key, &name).await?,
            }
        }
        Ok(found)
    }

    /// Whether others may have been pushed off the list.
    pub(super) async fn is_incomplete(&self, key: &Key) -> ShortTermResult<bool> {
        self.short_term.sets().lacks(key).await
    }

    pub(super) async fn list(&self, key: &Key, record: &SessionRecord, lifetime: Duration) -> ShortTermResult<()> {
        self.short_term.sets().enlist(key, &name(record), lifetime).await
    }

    pub(super) async fn unlist(&self, key: &Key, record: &SessionRecord) -> ShortTermResult<()> {
        self.short_term.sets().delist(key, &name(record)).await
    }

    /// Straight from the store: memory need not hold the sessions of everybody for this.
    pub(super) async fn all(
        &self,
        includes: impl Fn(&SessionRecord) -> bool + Sync,
    ) -> ShortTermResult<Vec<Arc<SessionRecord>>> {
        // One at a time: whoever can make us look through all sessions must not do so many times at once.
        let _turn = self.looking.lock().await;
        let mut found = Vec::new();
        let mut from = None;
        loop {
            let portion = self.short_term.sets().keys(Kind::Session, from.as_deref()).await?;
            let keys = portion.keys.iter().filter(|key| !key.id.ends_with(USED));
            let records = try_join_all(keys.map(|key| self.short_term.get::<SessionRecord>(key))).await?;
            found.extend(records.into_iter().flatten().filter(&includes).map(Arc::new));
            match portion.next {
                Some(next) => from = Some(next),
                None => return Ok(found),
            }
        }
    }
}

fn name(record: &SessionRecord) -> String {
    format!("{}/{}", record.tenant, record.id.0.as_hyphenated())
}

fn parse(name: &str) -> Option<(TenantId, SessionId)> {
    let (tenant, id) = name.split_once('/')?;
    Some((tenant.parse().ok()?, SessionId(uuid::Uuid::try_parse(id).ok()?)))
}
