//! Build the snapshot: every enabled object of the store, the secrets of connections added.

use crate::config::ConnectionSecrets;
use crate::snapshot::{Snapshot, SnapshotFault};
use crate::storage::{InstanceTask, Store, StoreError};

use super::stored::{UnreadableObject, from_objects};

/// Why there is no new snapshot; the old one stays in use.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The directory did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An object makes no sense.
    #[error(transparent)]
    Object(#[from] UnreadableObject),
    /// Objects contradict each other.
    #[error(transparent)]
    Fault(#[from] SnapshotFault),
}

/// Reads everything and builds a snapshot aside; nothing changes for requests until the caller swaps it in.
pub async fn build_snapshot(store: &dyn Store, secrets: &ConnectionSecrets) -> Result<Snapshot, SnapshotError> {
    let mut view = store.begin_instance(InstanceTask::Snapshot).await?;
    let (objects, proofs) = (view.objects().await?, view.domain_proofs().await?);
    drop(view);
    let (tenants, applications) = from_objects(&objects, secrets, &proofs)?;
    Ok(Snapshot::build(tenants, applications)?)
}
