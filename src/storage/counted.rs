//! A directory that counts how often it is opened.

use std::sync::Arc;

use async_trait::async_trait;

use super::{InstanceTask, InstanceTx, Read, Store, StoreResult, Tx};
use crate::model::TenantId;
use crate::observe::Counters;

/// Counts, and passes everything on.
pub struct Counted {
    inner: Arc<dyn Store>,
    counters: Counters,
}

impl Counted {
    /// Counts what is asked of `inner`.
    pub fn new(inner: Arc<dyn Store>, counters: Counters) -> Self {
        Self { inner, counters }
    }
}

#[async_trait]
impl Store for Counted {
    async fn read(&self, tenant: TenantId) -> StoreResult<Box<dyn Read>> {
        self.counters.directory("read");
        self.inner.read(tenant).await
    }

    async fn begin(&self, tenant: TenantId) -> StoreResult<Box<dyn Tx>> {
        self.counters.directory("write");
        self.inner.begin(tenant).await
    }

    async fn begin_instance(&self, task: InstanceTask) -> StoreResult<Box<dyn InstanceTx>> {
        self.counters.directory(match task {
            InstanceTask::Snapshot => "snapshot",
            InstanceTask::Outbox => "outbox",
            InstanceTask::PersonalAccounts => "personal_accounts",
            InstanceTask::MyOrganizations => "my_organizations",
            InstanceTask::Keys => "keys",
            InstanceTask::Epochs => "epochs",
            InstanceTask::Audit => "audit",
            InstanceTask::Sweeps => "sweeps",
            InstanceTask::MailBlocks => "mail_blocks",
            InstanceTask::Webhooks => "webhooks",
        });
        self.inner.begin_instance(task).await
    }

    async fn ping(&self) -> StoreResult<()> {
        self.inner.ping().await
    }

    async fn forget_log(&self) -> StoreResult<bool> {
        self.inner.forget_log().await
    }
}
