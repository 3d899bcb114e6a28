//! Policies that were set by API: kept in the directory, in force wherever the tenant's file leaves them out (decision 6). No edit
//! of the file lifts a restriction that it does not name.

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

/// Sets policies, all or none, each in the form that it has in the tenant's object; `null` takes back what was set, so that the
/// default holds again. They are in force when this returns, and open streams were judged by them.
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
        if !value.is_null() && !makes_sense(*key, value) {
            return Err(PolicyError::Senseless(*key));
        }
    }
    let Some(object) = own.iter().find(|object| object.kind == "tenant") else { return Ok(false) };
    let mut changed = counting(object, &own)?;
    let consumers = has_consumers(&own)?;
    let of_file = || Ok::<_, UnreadableObject>(body::<TenantBody>(object)?.policies);
    // What the file brought about is no obstacle to changing something else, nor to lifting it.
    let mut known = over(object, of_file()?, changed.clone())?.contradictions(consumers);
    known.retain(|known| known.between().iter().all(|key| wanted.iter().all(|(other, _)| other != key)));
    let kept = set_there(&own);
    let wanted = wanted.iter().filter(|(key, value)| kept.get(key.as_str()).unwrap_or(&Value::Null) != value);
    let wanted: Vec<&(PolicyKey, Value)> = wanted.collect();
    changed.extend(wanted.iter().map(|(key, value)| (key.as_str().to_owned(), value.clone())));
    changed.retain(|_, value| !value.is_null());
    let after = over(object, of_file()?, changed)?.contradictions(consumers);
    if let Some(contradiction) = after.into_iter().find(|contradiction| !known.contains(contradiction)) {
        return Err(contradiction.into());
    }
    if wanted.is_empty() {
        return Ok(false);
    }
    let mut names = Vec::new();
    for (key, value) in wanted {
        if value.is_null() {
            tx.end_object(SET, key.as_str(), now).await?;
        } else {
            tx.put_object(SET, key.as_str(), value, now).await?;
        }
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
/// together after the file was changed, neither opens what the other closes.
pub(super) fn in_force(
    tenant: TenantId,
    of_file: PoliciesBody,
    (object, own): (&StoredObject, &[&StoredObject]),
) -> Result<Policies, UnreadableObject> {
    let out: Vec<&str> = at_odds(object, own)?.into_iter().map(PolicyKey::as_str).collect();
    if !out.is_empty() {
        tracing::warn!(tenant.id = %tenant, policies = out.join(" "),
            "what was set by API does not go together with the file any more: the stricter counts, until somebody changes either");
    }
    over(object, of_file, counting(object, own)?)
}

/// What was set by API and does not go together with what the file says.
pub(super) fn at_odds(object: &StoredObject, own: &[&StoredObject]) -> Result<Vec<PolicyKey>, UnreadableObject> {
    let set = set_there(own);
    let both = over(object, body::<TenantBody>(object)?.policies, set.clone())?;
    let contradictions = both.contradictions(has_consumers(own)?);
    let between = |key: &PolicyKey| contradictions.iter().any(|contradiction| contradiction.between().contains(key));
    Ok(PolicyKey::ALL.into_iter().filter(|key| set.contains_key(key.as_str()) && between(key)).collect())
}

/// As much of what was set by API as counts. Two lists of domains both restrict; a fallback that is off, or that leads past what
/// is on, opens nothing. Only a permission does not stand against the file: the passcode, where its sessions last too long for it.
fn counting(object: &StoredObject, own: &[&StoredObject]) -> Result<Map<String, Value>, UnreadableObject> {
    let mut set = set_there(own);
    let both = over(object, body::<TenantBody>(object)?.policies, set.clone())?;
    if both.contradictions(has_consumers(own)?).contains(&Contradiction::LongPasscodeSession)
        && let Some(passcode) = set.get_mut(PolicyKey::EmailOneTimePasscode.as_str())
    {
        *passcode = Value::Bool(false);
    }
    Ok(set)
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
