//! The public keys of an organization's own client, where its file declares none: kept in the directory (decision 6).

use super::own_domains::Claimant;
use super::snapshot::{SnapshotError, rebuild};
use super::stored::{REGISTRATION, UnreadableObject, body};
use crate::app::App;
use crate::model::{AppId, AuditEvent, ClientKeys, ClientKind, ManagedBy, Registration, TenantId, Timestamp};
use crate::oidc_client::check_client_keys;
use crate::storage::{Store, StoreError, StoredObject};

/// Kind of the objects that hold them; their id is the application's.
const KIND: &str = "client_keys";

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientKeysError {
    /// No client of this organization's own.
    #[error("the application is no client of this organization's provider")]
    NoClient,
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
/// the ones of before authenticate nobody.
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
    keep(app.store.as_ref(), app.clock.now(), tenant, by, client, keys).await?;
    rebuild(app).await?;
    Ok(())
}

async fn keep(
    store: &dyn Store,
    now: Timestamp,
    tenant: TenantId,
    by: Claimant,
    client: AppId,
    keys: Option<ClientKeys>,
) -> Result<(), ClientKeysError> {
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
    match keys {
        Some(keys) => tx.put_object(KIND, &id, &serde_json::json!(keys), now).await?,
        None => drop(tx.end_object(KIND, &id, now).await?),
    }
    let activity = "Update application - Certificates and secrets management";
    tx.audit(now, &by.sign(AuditEvent::success(activity).with("application", &id))).await?;
    Ok(tx.commit().await?)
}

/// Gives a client the keys that were set for it, where its file declares none.
pub(super) fn fill_in(client: &mut Registration, objects: &[StoredObject]) -> Result<(), UnreadableObject> {
    let id = client.app.to_string();
    let set = objects
        .iter()
        .find(|object| object.enabled && object.kind == KIND && object.id == id && object.tenant == client.home_tenant);
    if let (Some(set), None, ClientKind::Web) = (set, &client.keys, client.kind) {
        client.keys = Some(body(set)?);
    }
    Ok(())
}
