//! The memory: one shelf for each kind, by name and by time of expiry.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::Timestamp;
use crate::short_term::Kind;

/// Every kind, so that reading the file knows them by name.
pub(super) const KINDS: [Kind; 13] = [
    Kind::Session,
    Kind::Handle,
    Kind::Journey,
    Kind::Federation,
    Kind::Passcode,
    Kind::Code,
    Kind::Grant,
    Kind::OneTimeLink,
    Kind::Limit,
    Kind::Index,
    Kind::Upload,
    Kind::ApiAnswer,
    Kind::KeptForm,
];

/// Everything that lives.
#[derive(Default)]
pub(super) struct Memory {
    sessions: Mutex<Shelf>,
    handles: Mutex<Shelf>,
    journeys: Mutex<Shelf>,
    federation: Mutex<Shelf>,
    passcodes: Mutex<Shelf>,
    codes: Mutex<Shelf>,
    grants: Mutex<Shelf>,
    links: Mutex<Shelf>,
    limits: Mutex<Shelf>,
    indexes: Mutex<Shelf>,
    uploads: Mutex<Shelf>,
    api_answers: Mutex<Shelf>,
    kept_forms: Mutex<Shelf>,
}

impl Memory {
    /// The shelf of `kind`, locked.
    pub(super) fn shelf(&self, kind: Kind) -> MutexGuard<'_, Shelf> {
        let shelf = match kind {
            Kind::Session => &self.sessions,
            Kind::Handle => &self.handles,
            Kind::Journey => &self.journeys,
            Kind::Federation => &self.federation,
            Kind::Passcode => &self.passcodes,
            Kind::Code => &self.codes,
            Kind::Grant => &self.grants,
            Kind::OneTimeLink => &self.links,
            Kind::Limit => &self.limits,
            Kind::Index => &self.indexes,
            Kind::Upload => &self.uploads,
            Kind::ApiAnswer => &self.api_answers,
            Kind::KeptForm => &self.kept_forms,
        };
        shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn entries(&self) -> usize {
        KINDS.iter().map(|kind| self.shelf(*kind).len()).sum()
    }
}

/// One value.
pub(super) struct Entry {
    pub(super) value: Vec<u8>,
    pub(super) ends_at: Timestamp,
    version: u64,
}

/// Where an entry stands in the order of ends.
pub(super) type Place = (Timestamp, Arc<str>);

/// The values of one kind.
#[derive(Default)]
pub(super) struct Shelf {
    entries: HashMap<Arc<str>, Entry>,
    by_end: BTreeSet<Place>,
    touched: HashSet<Arc<str>>,
    version: u64,
}

impl Shelf {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The value under `name`, unless it has expired.
    pub(super) fn live(&self, name: &str, now: Timestamp) -> Option<&Entry> {
        self.entries.get(name).filter(|entry| entry.ends_at > now)
    }

    /// Sets a value and returns its version, which no other value of this shelf ever has.
    pub(super) fn set(&mut self, name: Arc<str>, value: Vec<u8>, ends_at: Timestamp) -> u64 {
        self.remove(&name);
        self.version += 1;
        self.by_end.insert((ends_at, Arc::clone(&name)));
        self.entries.insert(name, Entry { value, ends_at, version: self.version });
        self.version
    }

    /// Replaces a value that is there, and remembers to write it later.
    pub(super) fn touch(&mut self, name: &str, value: Vec<u8>, ends_at: Timestamp) {
        if let Some((name, _)) = self.remove(name) {
            self.set(Arc::clone(&name), value, ends_at);
            self.touched.insert(name);
        }
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<(Arc<str>, Entry)> {
        let (name, entry) = self.entries.remove_entry(name)?;
        self.by_end.remove(&(entry.ends_at, Arc::clone(&name)));
        self.touched.remove(&name);
        Some((name, entry))
    }

    /// Removes the value that would expire first.
    pub(super) fn drop_soonest(&mut self) -> Option<Arc<str>> {
        let (_, name) = self.by_end.first()?.clone();
        self.remove(&name).map(|(name, _)| name)
    }

    /// The names of the next entries after a place, in the order of their ends, and the place of the last one if there are more.
    pub(super) fn names_after(&self, place: &Place, most: usize) -> (Vec<Arc<str>>, Option<Place>) {
        let mut places = self.by_end.range((Bound::Excluded(place), Bound::Unbounded));
        let portion: Vec<&Place> = places.by_ref().take(most).collect();
        let next = places.next().and_then(|_| portion.last().map(|place| (*place).clone()));
        (portion.into_iter().map(|(_, name)| Arc::clone(name)).collect(), next)
    }

    /// Removes up to `most` expired values; `true` if there are more.
    pub(super) fn drop_expired(&mut self, now: Timestamp, most: usize) -> bool {
        for _ in 0..most {
            match self.by_end.first() {
                Some((ends_at, _)) if *ends_at <= now => drop(self.drop_soonest()),
                _ => return false,
            }
        }
        true
    }

    /// Removes `name` if it still is what had `version`.
    pub(super) fn forget(&mut self, name: &str, version: u64) {
        if self.entries.get(name).is_some_and(|entry| entry.version == version) {
            self.remove(name);
        }
    }

    /// Remembers to write `name` again if it still is what had `version`.
    pub(super) fn write_later(&mut self, name: Arc<str>, version: u64) {
        if self.entries.get(&name).is_some_and(|entry| entry.version == version) {
            self.touched.insert(name);
        }
    }

    /// Up to `most` touched values, no longer marked as touched.
    pub(super) fn take_touched(&mut self, most: usize) -> Vec<(Arc<str>, &Entry)> {
        let names: Vec<Arc<str>> = self.touched.iter().take(most).cloned().collect();
        for name in &names {
            self.touched.remove(name);
        }
        names.into_iter().filter_map(|name| self.entries.get(&name).map(|entry| (name, entry))).collect()
    }
}

impl Entry {
    pub(super) fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn every_kind_has_a_shelf_of_its_own() {
        let memory = Memory::default();
        for kind in KINDS {
            assert!(!memory.shelf(kind).has("name"), "{kind:?} shares a shelf");
            memory.shelf(kind).set("name".into(), Vec::new(), at(1));
        }
        assert_eq!(memory.entries(), KINDS.len());
    }

    #[test]
    fn the_two_orders_never_drift_apart() {
        let mut shelf = Shelf::default();
        for round in 0..10 {
            for name in ["a", "b", "c"] {
                shelf.set(name.into(), Vec::new(), at(round));
                shelf.touch(name, Vec::new(), at(20 - round));
            }
            shelf.remove("b");
            assert_eq!(shelf.entries.len(), shelf.by_end.len());
            assert_eq!(shelf.touched.len(), 2);
        }
        shelf.set("soon".into(), Vec::new(), at(1));
        assert_eq!(shelf.drop_soonest().as_deref(), Some("soon"));
        assert!(!shelf.drop_expired(at(100), 10));
        assert_eq!((shelf.len(), shelf.by_end.len(), shelf.touched.len()), (0, 0, 0));
    }

    #[test]
    fn a_refused_write_forgets_only_what_it_wrote() {
        let mut shelf = Shelf::default();
        let first = shelf.set("name".into(), vec![1], at(9));
        let second = shelf.set("name".into(), vec![2], at(9));
        shelf.forget("name", first);
        assert_eq!(shelf.live("name", at(0)).map(|entry| entry.value.clone()), Some(vec![2]));
        shelf.forget("name", second);
        assert!(!shelf.has("name"));
    }
}
