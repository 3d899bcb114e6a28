//! Sessions that ended and of which somebody may still have to be told: noted in the store, so that a restart forgets none.

use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use super::{Ending, Sessions};
use crate::model::{SessionId, TenantId};
use crate::short_term::{Key, Kind, ShortTermResult};

/// How long a note waits for somebody who serves. No session lives longer, and after it nobody misses the news.
const NOTED: Duration = Duration::from_secs(24 * 3600);

impl Sessions {
    /// Every session that somebody ends from now on; `None` if it was taken before. One that only grows too old is not among
    /// them.
    pub fn endings(&self) -> Option<UnboundedReceiver<Ending>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Those of a tenant that ended before, and of which nobody said [`Sessions::everybody_knows`]: the newest thousand.
    pub async fn noted_endings(&self, tenant: TenantId) -> ShortTermResult<Vec<Ending>> {
        let names = self.short_term.sets().listed(&key(tenant)).await?;
        let ids = names.iter().filter_map(|name| uuid::Uuid::try_parse(name).ok());
        Ok(ids.map(|id| Ending { tenant, session: SessionId(id) }).collect())
    }

    /// Whoever must know of this ending does, or cannot be told.
    pub async fn everybody_knows(&self, ending: Ending) -> ShortTermResult<()> {
        self.short_term.sets().delist(&key(ending.tenant), &name(ending)).await
    }

    pub(super) async fn note_ending(&self, ending: Ending) -> ShortTermResult<()> {
        self.short_term.sets().enlist(&key(ending.tenant), &name(ending), NOTED).await
    }
}

fn name(ending: Ending) -> String {
    ending.session.0.as_hyphenated().to_string()
}

fn key(tenant: TenantId) -> Key {
    Key::of(tenant, Kind::Index, "ended")
}
