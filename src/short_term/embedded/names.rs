//! A set of names as one value: each with the time at which it ends.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::failed;
use crate::model::Timestamp;
use crate::short_term::{NAMES_PER_SET, ShortTermResult};

/// In place of a name: when the last one ends of those that were dropped for want of room.
const LACKING: &str = "";

/// Names and their ends.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Names(BTreeMap<String, Timestamp>);

impl Names {
    pub(super) fn read(value: &[u8]) -> ShortTermResult<Self> {
        serde_json::from_slice(value).map_err(|_| failed("what was to be read as a set of names is none"))
    }

    pub(super) fn write(&self) -> ShortTermResult<Vec<u8>> {
        serde_json::to_vec(self).map_err(failed)
    }

    pub(super) fn add(&mut self, name: &str, end: Timestamp) {
        self.0.insert(name.to_owned(), end);
        let mut dropped = self.0.remove(LACKING);
        while self.0.len() > NAMES_PER_SET {
            let soonest = self.0.iter().min_by_key(|(_, end)| **end).map(|(name, _)| name.clone());
            let Some(soonest) = soonest else { break };
            dropped = dropped.max(self.0.remove(&soonest));
        }
        if let Some(dropped) = dropped {
            self.0.insert(LACKING.to_owned(), dropped);
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub(super) fn drop_ended(&mut self, now: Timestamp) {
        self.0.retain(|_, end| *end > now);
    }

    pub(super) fn live(&self, now: Timestamp) -> Vec<String> {
        self.0.iter().filter(|(name, end)| **end > now && *name != LACKING).map(|(name, _)| name.clone()).collect()
    }

    /// Whether a name was dropped that would not have ended yet.
    pub(super) fn lacks(&self, now: Timestamp) -> bool {
        self.0.get(LACKING).is_some_and(|end| *end > now)
    }

    /// When the last name ends; `None` for a set without any.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.0.values().max().copied()
    }
}
