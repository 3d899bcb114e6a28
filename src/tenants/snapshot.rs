//! Build the snapshot: every enabled object of the store, the secrets of connections added.

use std::sync::Arc;

use crate::app::App;
use crate::config::ConnectionSecrets;
use crate::keys::KeysError;
use crate::snapshot::{Snapshot, SnapshotFault};
use crate::storage::{InstanceTask, Store, StoreError};

use super::agreement_texts::AgreementTexts;
use super::stored::{UnreadableObject, from_objects, registrations};

/// Why there is no new snapshot; the old one stays in use.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The directory did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An object makes no sense.
    #[error(transparent)]
    Object(#[from] UnreadableObject),
    /// A tenant's key could not be made.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Objects contradict each other.
    #[error(transparent)]
    Fault(#[from] SnapshotFault),
}

/// Lets requests decide by what the directory holds now. Open streams are judged anew at once.
pub async fn rebuild(app: &App) -> Result<Arc<Snapshot>, SnapshotError> {
    let _one_at_a_time = app.rebuilding.lock().await;
    let mut snapshot = build_snapshot(app.store.as_ref(), &app.secrets.load()).await?;
    snapshot.inherit(&app.snapshot.load());
    let snapshot = Arc::new(snapshot);
    for tenant in snapshot.tenants() {
        app.keys.ensure_tenant(tenant.id).await?;
    }
    app.snapshot.store(Arc::clone(&snapshot));
    app.keys_wanted.notify_one();
    app.sessions.judge_again();
    Ok(snapshot)
}

/// Reads everything and builds a snapshot aside; nothing changes for requests until the caller swaps it in.
pub async fn build_snapshot(store: &dyn Store, secrets: &ConnectionSecrets) -> Result<Snapshot, SnapshotError> {
    let mut tx = store.begin_instance(InstanceTask::Snapshot).await?;
    let objects = tx.objects().await?;
    let texts = AgreementTexts::read(tx.as_mut()).await?;
    let proofs = tx.domain_proofs().await?;
    drop(tx);
    let (tenants, applications) = from_objects(&objects, secrets, &texts, &proofs)?;
    let registrations = registrations(&objects, secrets)?;
    Ok(Snapshot::build(tenants, applications)?.with_registrations(registrations))
}
