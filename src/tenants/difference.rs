//! Tell what loading the files would change, before it does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::config::Loaded;
use crate::model::{ConnectionName, ManagedBy, Method, TenantId, User, UserType};
use crate::storage::{InstanceTask, Store, StoreError, StoreResult, StoredObject, UserFilter};

use super::stored::to_objects;
use super::{client_keys, set_policies};

/// What would happen to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is new.
    Added,
    /// Its file says something else than the store.
    Changed,
    /// It vanished from the files.
    Disabled,
    /// API or pages made it, and a file names it now: loading fails.
    Conflict,
    /// It was set by API, and a file names it now: the file wins.
    Overruled,
    /// It was set by API, and does not go together with what a file says now: the stricter of both counts.
    Contradicted,
}

/// One object that differs between files and store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// What would happen.
    pub change: Change,
    /// `domain`, `connection`, …
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub tenant: Option<TenantId>,
    /// Where it stands or stood, `contoso.toml:12`.
    pub place: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let change = match self.change {
            Change::Added => "add",
            Change::Changed => "change",
            Change::Disabled => "disable",
            Change::Conflict => "conflict with",
            Change::Overruled => "overrule the API's",
            Change::Contradicted => "contradict (so that the stricter counts) the API's",
        };
        write!(f, "{change} {} {}", self.kind, self.id)?;
        if let Some(tenant) = self.tenant.filter(|tenant| tenant.to_string() != self.id) {
            write!(f, " of tenant {tenant}")?;
        }
        if self.place.is_empty() { Ok(()) } else { write!(f, " ({})", self.place) }
    }
}

/// What loading `files` into a store that holds `stored` would change. A moved line is no change.
pub fn difference(stored: &[StoredObject], files: &[StoredObject]) -> Vec<Difference> {
    let key = |object: &StoredObject| (object.tenant, object.kind.clone(), object.id.clone());
    let kept: BTreeMap<_, _> =
        stored.iter().filter(|object| object.enabled).map(|object| (key(object), object)).collect();
    let wanted: BTreeMap<_, _> = files.iter().map(|object| (key(object), object)).collect();
    let mut differences = Vec::new();
    for (key, object) in &wanted {
        let set_by_api = set_policies::set_by_api(object);
        let overruled = set_by_api.is_some_and(|(kind, id)| kept.contains_key(&(object.tenant, kind, id)));
        let change = match kept.get(key) {
            None if overruled => Change::Overruled,
            None => Change::Added,
            Some(kept) if kept.managed_by == ManagedBy::Directory => Change::Conflict,
            Some(kept) if kept.body != object.body => Change::Changed,
            Some(_) => continue,
        };
        differences.push(told(change, object));
    }
    for (key, object) in &kept {
        if matches!(object.managed_by, ManagedBy::File { .. }) && !wanted.contains_key(key) {
            differences.push(told(Change::Disabled, object));
        }
    }
    for object in files.iter().filter(|object| client_keys::overrules(object, stored)) {
        differences.push(Difference { kind: client_keys::KIND.to_owned(), ..told(Change::Overruled, object) });
    }
    differences.extend(contradicted(stored, files));
    differences.sort();
    differences
}

/// What was set by API, goes together with what the store has of the files, and will not with what they say now. Objects that
/// cannot be read are no concern of this: whoever loads them learns of it.
fn contradicted(stored: &[StoredObject], files: &[StoredObject]) -> Vec<Difference> {
    let kept = || stored.iter().filter(|object| object.enabled);
    let mut found = Vec::new();
    for object in files.iter().filter(|object| object.kind == "tenant") {
        let mine = |other: &&StoredObject| other.tenant == object.tenant;
        let by_api = kept().filter(mine).filter(|other| other.managed_by == ManagedBy::Directory);
        let then: Vec<&StoredObject> = files.iter().filter(mine).chain(by_api).collect();
        let now: Vec<&StoredObject> = kept().filter(mine).collect();
        let before =
            now.iter().find(|other| other.kind == "tenant").and_then(|it| set_policies::at_odds(it, &now).ok());
        let before = before.unwrap_or_default();
        let keys = set_policies::at_odds(object, &then).unwrap_or_default();
        for key in keys.into_iter().filter(|key| !before.contains(key)) {
            let difference = told(Change::Contradicted, object);
            found.push(Difference { kind: set_policies::NAMED.to_owned(), id: key.as_str().to_owned(), ..difference });
        }
    }
    found
}

/// The same, against a store.
pub async fn difference_to_store(store: &dyn Store, loaded: &Loaded) -> StoreResult<Vec<Difference>> {
    let files = to_objects(loaded).map_err(|error| StoreError::Failed(Box::new(error)))?;
    let stored = store.begin_instance(InstanceTask::Snapshot).await?.objects().await?;
    Ok(difference(&stored, &files))
}

/// A connection that loading the files would switch off, and how many guests sign in by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LosesGuests {
    /// Whose it is.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ConnectionName,
    /// Guests who are bound to it.
    pub guests: usize,
}

/// The connections that are on in the store and would be off, as far as guests sign in by them.
pub async fn guests_affected(store: &dyn Store, loaded: &Loaded) -> StoreResult<Vec<LosesGuests>> {
    let files = to_objects(loaded).map_err(|error| StoreError::Failed(Box::new(error)))?;
    let stored = store.begin_instance(InstanceTask::Snapshot).await?.objects().await?;
    let mut affected = Vec::new();
    for (tenant, connection) in switched_off(&stored, &files) {
        let filter = UserFilter { user_type: Some(UserType::Guest), limit: u32::MAX };
        let users = store.read(tenant).await?.users(filter).await?;
        let by_it = |user: &&User| {
            let method = user.identity.as_ref().map(|identity| &identity.method);
            matches!(method, Some(Method::Connection { name }) if *name == connection)
        };
        let guests = users.iter().filter(by_it).count();
        if guests > 0 {
            affected.push(LosesGuests { tenant, connection, guests });
        }
    }
    Ok(affected)
}

fn switched_off(stored: &[StoredObject], files: &[StoredObject]) -> Vec<(TenantId, ConnectionName)> {
    let is_on = |object: &&StoredObject| {
        object.kind == "connection"
            && object.enabled
            && object.body.get("enabled") != Some(&serde_json::Value::Bool(false))
    };
    let key = |object: &StoredObject| Some((object.tenant?, object.id.parse::<ConnectionName>().ok()?));
    let stay: BTreeSet<_> = files.iter().filter(is_on).filter_map(key).collect();
    let managed = stored.iter().filter(|object| matches!(object.managed_by, ManagedBy::File { .. }));
    managed.filter(is_on).filter_map(key).filter(|connection| !stay.contains(connection)).collect()
}

fn told(change: Change, object: &StoredObject) -> Difference {
    let place = match &object.managed_by {
        ManagedBy::File { place } => place.clone(),
        ManagedBy::Directory => String::new(),
    };
    Difference { change, kind: object.kind.clone(), id: object.id.clone(), tenant: object.tenant, place }
}
