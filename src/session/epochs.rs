//! When sessions of a tenant or user ended last (decision 20).

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::model::{SessionRecord, TenantId, Timestamp, UserId};
use crate::storage::Epoch;

/// The newest epoch of each tenant and user.
#[derive(Default)]
pub(super) struct Epochs(RwLock<HashMap<(TenantId, Option<UserId>), Timestamp>>);

impl Epochs {
    pub(super) fn add(&self, epochs: Vec<Epoch>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for epoch in epochs {
            let ended_at = known.entry((epoch.tenant, epoch.user)).or_insert(epoch.ended_at);
            *ended_at = epoch.ended_at.max(*ended_at);
        }
    }

    /// Whether the sign-in behind `record` lies at or before an epoch.
    pub(super) fn ended(&self, record: &SessionRecord) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        [None, Some(record.user)]
            .into_iter()
            .filter_map(|user| known.get(&(record.tenant, user)))
            .any(|ended_at| record.signed_in_at <= *ended_at)
    }
}
