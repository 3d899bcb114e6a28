//! Policies that were set by API: kept in the directory, in force wherever the tenant's file leaves them out (decision 6).

use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::bodies::{PoliciesBody, TenantBody, policies};
use super::own_domains::Claimant;
use super::snapshot::{SnapshotError, rebuild};
use super::stored::{UnreadableObject, body, has_consumers, unreadable};
use crate::app::App;
use crate::model::{
    AllowInvitesFrom, AuditEvent, Contradiction, Domain, FallbackIdentityProvider, ManagedBy, MfaPolicy, Policies,
    PolicyKey, PrimaryIdentityProvider, TenantId, Timestamp,
};
use crate::storage::{Store, StoreError, StoredObject};

/// Kind of the objects that say what a file names, and where.
pub(super) const NAMED: &str = "policy";
/// Kind of the objects that say what was set by API.
const SET: &str = "policy_by_api";

/// Which of the original's policies it is, for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyPart {
    /// Who may invite, and whom.
    Inviting,
    /// In which order a guest's home is looked for.
    Redeeming,
    /// By which methods guests sign in.
    Methods,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file names it.
    #[error("`{}` is named by the configuration file {place}", key.as_str())]
    Managed {
        /// What.
        key: PolicyKey,
        /// Where, `contoso.toml:12`.
        place: String,
    },
    /// The value is none for it.
    #[error("`{}` cannot be set to this", .0.as_str())]
    Senseless(PolicyKey),
    /// It does not go together with what is in force besides.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// An object of the directory, or a value, makes no sense.
    #[error(transparent)]
    Unreadable(#[from] UnreadableObject),
    /// The directory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is kept, but requests are still decided by what was before.
    #[error("the policies are kept, but could not be put in force: {0}")]
    NotInForce(#[from] SnapshotError),
}

/// Sets policies, all or none, each in the form that it has in the tenant's object. They are in force when this returns, and open
/// streams were judged by them.
pub async fn set(
    app: &App,
    tenant: TenantId,
    by: Claimant,
    part: PolicyPart,
    wanted: &[(PolicyKey, Value)],
) -> Result<(), PolicyError> {
    if keep(app.store.as_ref(), app.clock.now(), tenant, (by, part), wanted).await? {
        rebuild(app).await?;
    }
    Ok(())
}

/// Whether anything changed.
async fn keep(
    store: &dyn Store,
    now: Timestamp,
    tenant: TenantId,
    (by, part): (Claimant, PolicyPart),
    wanted: &[(PolicyKey, Value)],
) -> Result<bool, PolicyError> {
    // What is judged is read where nobody else can write: two changes that do not go together must not both be kept.
    let mut tx = store.begin(tenant).await?;
    let objects = tx.own_objects().await?;
    let own: Vec<&StoredObject> = objects.iter().collect();
    for (key, _) in wanted {
        if let Some(place) = place_of(&own, *key) {
            return Err(PolicyError::Managed { key: *key, place: place.to_owned() });
        }
    }
    for (key, value) in wanted {
        if !makes_sense(*key, value) {
            return Err(PolicyError::Senseless(*key));
        }
    }
    let Some(object) = own.iter().find(|object| object.kind == "tenant") else { return Ok(false) };
    let mut changed = fitting(object, &own, set_there(&own))?;
    let wanted = wanted.iter().filter(|(key, value)| changed.get(key.as_str()) != Some(value));
    let wanted: Vec<&(PolicyKey, Value)> = wanted.collect();
    changed.extend(wanted.iter().map(|(key, value)| (key.as_str().to_owned(), value.clone())));
    let after = over(object, body::<TenantBody>(object)?.policies, changed)?;
    if let Some(contradiction) = after.contradictions(has_consumers(&own)?).into_iter().next() {
        return Err(contradiction.into());
    }
    if wanted.is_empty() {
        return Ok(false);
    }
    let mut names = Vec::new();
    for (key, value) in wanted {
        tx.put_object(SET, key.as_str(), value, now).await?;
        names.push(key.as_str());
    }
    let activity = match part {
        PolicyPart::Inviting => "Update authorization policy",
        PolicyPart::Redeeming => "Update the company default cross-tenant access setting",
        PolicyPart::Methods => "Authentication Methods Policy Update",
    };
    let event = by.sign(AuditEvent::success(activity).with("policies", names.join(" ")));
    tx.audit(now, &event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether a value is one that a file could hold as well.
fn makes_sense(key: PolicyKey, value: &Value) -> bool {
    fn is<T: DeserializeOwned>(value: &Value) -> bool {
        T::deserialize(value).is_ok()
    }
    match key {
        PolicyKey::AllowInvitesFrom => is::<AllowInvitesFrom>(value),
        PolicyKey::AllowedDomains | PolicyKey::BlockedDomains => is::<Vec<Domain>>(value),
        PolicyKey::PrimaryIdentityProviderPrecedenceOrder => Vec::<PrimaryIdentityProvider>::deserialize(value)
            .is_ok_and(|order| {
                order.iter().enumerate().all(|(at, one)| !order.iter().take(at).any(|other| other == one))
            }),
        PolicyKey::FallbackIdentityProvider => is::<FallbackIdentityProvider>(value),
        PolicyKey::EmailOneTimePasscode | PolicyKey::PersonalAccounts => value.is_boolean(),
        PolicyKey::Mfa => is::<MfaPolicy>(value),
    }
}

/// What is in force: the file's word where it has one, else what was set by API, else the default. Should some of the two not go
/// together after the file was changed, the file has the word there.
pub(super) fn in_force(
    tenant: TenantId,
    of_file: PoliciesBody,
    (object, own): (&StoredObject, &[&StoredObject]),
) -> Result<Policies, UnreadableObject> {
    let set = set_there(own);
    let counts = fitting(object, own, set.clone())?;
    if counts.len() < set.len() {
        let out: Vec<&str> = set.keys().filter(|key| !counts.contains_key(*key)).map(String::as_str).collect();
        tracing::warn!(tenant.id = %tenant, policies = out.join(" "),
            "what was set by API does not go together with the file any more, and counts for nothing");
    }
    over(object, of_file, counts)
}

/// As much of it as goes together with the file.
fn fitting(
    object: &StoredObject,
    own: &[&StoredObject],
    mut set: Map<String, Value>,
) -> Result<Map<String, Value>, UnreadableObject> {
    let consumers = has_consumers(own)?;
    loop {
        let both = over(object, body::<TenantBody>(object)?.policies, set.clone())?;
        let Some(contradiction) = both.contradictions(consumers).into_iter().next() else { return Ok(set) };
        let before = set.len();
        set.retain(|name, _| contradiction.between().iter().all(|key| key.as_str() != name));
        if set.len() == before {
            return Ok(set);
        }
    }
}

/// The kind and id under which the policy that a file names would be kept had it been set by API.
pub(super) fn set_by_api(named: &StoredObject) -> Option<(String, String)> {
    (named.kind == NAMED).then(|| (SET.to_owned(), named.id.clone()))
}

/// What was set by API and no file names.
fn set_there(own: &[&StoredObject]) -> Map<String, Value> {
    let set = own.iter().filter(|object| object.kind == SET);
    let known = set.filter_map(|object| {
        let key = PolicyKey::ALL.into_iter().find(|key| key.as_str() == object.id)?;
        place_of(own, key).is_none().then(|| (object.id.clone(), object.body.clone()))
    });
    known.collect()
}

/// Where the file names it.
fn place_of<'a>(own: &[&'a StoredObject], key: PolicyKey) -> Option<&'a str> {
    let named = own.iter().find(|object| object.kind == NAMED && object.id == key.as_str())?;
    match &named.managed_by {
        ManagedBy::File { place } => Some(place),
        ManagedBy::Directory => None,
    }
}

fn over(object: &StoredObject, of_file: PoliciesBody, set: Map<String, Value>) -> Result<Policies, UnreadableObject> {
    let mut whole = serde_json::to_value(of_file).map_err(|error| unreadable(object, error))?;
    if let Some(whole) = whole.as_object_mut() {
        whole.extend(set);
    }
    serde_json::from_value(whole).map(policies).map_err(|error| unreadable(object, error))
}
