//! The public keys of an organization's own client, where its file declares none: kept in the directory (decision 6). Those of a
//! client that several organizations use are the operator's alone: whoever has the keys is the client, in each of them (decision 5).

use super::bodies::{Positioned, ServicePrincipalBody};
use super::own_domains::Claimant;
use super::snapshot::{SnapshotError, rebuild};
use super::stored::{REGISTRATION, UnreadableObject, body};
use crate::app::App;
use crate::model::{AppId, AuditEvent, ClientKeys, ClientKind, ManagedBy, Registration, TenantId, Timestamp};
use crate::oidc_client::check_client_keys;
use crate::storage::{Store, StoreError, StoredObject};

/// Kind of the objects that hold them; their id is the application's.
pub(super) const KIND: &str = "client_keys";

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientKeysError {
    /// No client of this organization's own.
    #[error("the application is no client of this organization's provider")]
    NoClient,
    /// Others use it as well.
    #[error("several organizations use the application, so its keys are for whoever runs the instance to declare")]
    Shared,
    /// What runs in browsers or on devices keeps no secret.
    #[error("what runs in browsers or on devices keeps no secret, so it has no keys")]
    Public,
    /// The file names them.
    #[error("its keys are named by the configuration file {0}")]
    Managed(String),
    /// Not every key is one that we would believe.
    #[error("{0}")]
    Keys(String),
    /// An object of the directory makes no sense.
    #[error(transparent)]
    Unreadable(#[from] UnreadableObject),
    /// The directory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// They are kept, but requests are still decided by what was before.
    #[error("the keys are kept, but could not be put in force: {0}")]
    NotInForce(#[from] SnapshotError),
}

/// Sets the keys by which a client authenticates (`private_key_jwt`), or removes them. In force when this returns: from then on
/// the ones of before authenticate nobody. What is so already changes nothing.
pub async fn set(
    app: &App,
    tenant: TenantId,
    by: Claimant,
    client: AppId,
    keys: Option<ClientKeys>,
) -> Result<(), ClientKeysError> {
    if let Some(ClientKeys::Inline(text)) = &keys {
        check_client_keys(text).map_err(ClientKeysError::Keys)?;
    }
    let snapshot = app.snapshot.load_full();
    if snapshot.tenants().any(|other| other.id != tenant && snapshot.service_principal(other, client).is_some()) {
        return Err(ClientKeysError::Shared);
    }
    if keep(app.store.as_ref(), app.clock.now(), tenant, by, client, keys).await? {
        rebuild(app).await?;
    }
    Ok(())
}

/// Whether anything changed.
async fn keep(
    store: &dyn Store,
    now: Timestamp,
    tenant: TenantId,
    by: Claimant,
    client: AppId,
    keys: Option<ClientKeys>,
) -> Result<bool, ClientKeysError> {
    let id = client.to_string();
    let mut tx = store.begin(tenant).await?;
    let objects = tx.own_objects().await?;
    let object = objects.iter().find(|object| object.kind == REGISTRATION && object.id == id);
    let object = object.ok_or(ClientKeysError::NoClient)?;
    let registration: Registration = body(object)?;
    if registration.kind != ClientKind::Web {
        return Err(ClientKeysError::Public);
    }
    if let (Some(_), ManagedBy::File { place }) = (&registration.keys, &object.managed_by) {
        return Err(ClientKeysError::Managed(place.clone()));
    }
    let kept = objects.iter().find(|object| object.enabled && object.kind == KIND && object.id == id);
    if kept.map(body::<ClientKeys>).transpose()? == keys {
        return Ok(false);
    }
    match keys {
        Some(keys) => tx.put_object(KIND, &id, &serde_json::json!(keys), now).await?,
        None => drop(tx.end_object(KIND, &id, now).await?),
    }
    let activity = "Update application - Certificates and secrets management";
    tx.audit(now, &by.sign(AuditEvent::success(activity).with("application", &id))).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether `file` declares keys of a client for which the store has others that were set by API, and did not before.
pub(super) fn overrules(file: &StoredObject, stored: &[StoredObject]) -> bool {
    let declares = |object: &StoredObject| body::<Registration>(object).is_ok_and(|client| client.keys.is_some());
    let same = |object: &&StoredObject| object.enabled && object.tenant == file.tenant && object.id == file.id;
    let mut kept = stored.iter().filter(same);
    file.kind == REGISTRATION
        && declares(file)
        && kept.clone().any(|object| object.kind == KIND)
        && !kept.any(|object| object.kind == REGISTRATION && declares(object))
}

/// Gives a client the keys that were set for it, where its file declares none, and no other organization uses it.
pub(super) fn fill_in(client: &mut Registration, objects: &[StoredObject]) -> Result<(), UnreadableObject> {
    let id = client.app.to_string();
    let set = objects
        .iter()
        .find(|object| object.enabled && object.kind == KIND && object.id == id && object.tenant == client.home_tenant);
    let (Some(set), None, ClientKind::Web) = (set, &client.keys, client.kind) else { return Ok(()) };
    let others = objects.iter().filter(|object| object.enabled && object.tenant != client.home_tenant);
    for object in others.filter(|object| object.kind == "service_principal") {
        if body::<Positioned<ServicePrincipalBody>>(object)?.body.app == client.app {
            tracing::warn!(app.id = %client.app, "several organizations use this client: keys that one of them set count for nothing");
            return Ok(());
        }
    }
    client.keys = Some(body(set)?);
    Ok(())
}
