//! The double queues no messages for webhooks: their sender is tested on a real directory.

use async_trait::async_trait;

use super::store::MemoryTx;
use crate::model::*;
use crate::storage::*;

fn none() -> StoreError {
    StoreError::Failed("this double queues nothing for webhooks".into())
}

#[async_trait]
impl ReadWebhooks for MemoryTx {
    async fn due_deliveries(&mut self, _: &WebhookName, _: Timestamp, _: u32) -> StoreResult<Vec<DueDelivery>> {
        Err(none())
    }
    async fn deliveries(&mut self, _: Option<&WebhookName>, _: bool, _: u32) -> StoreResult<Vec<Delivery>> {
        Err(none())
    }
    async fn webhook_counts(&mut self) -> StoreResult<Vec<WebhookCounts>> {
        Err(none())
    }
    async fn gone_webhooks(&mut self) -> StoreResult<Vec<(WebhookName, String, Timestamp)>> {
        Err(none())
    }
}

#[async_trait]
impl WriteWebhooks for MemoryTx {
    async fn delivered(&mut self, _: &WebhookName, _: &str, _: Timestamp) -> StoreResult<()> {
        Err(none())
    }
    async fn not_delivered(
        &mut self,
        _: &WebhookName,
        _: &str,
        _: &str,
        _: Option<Timestamp>,
        _: Timestamp,
    ) -> StoreResult<()> {
        Err(none())
    }
    async fn webhook_is_gone(&mut self, _: &WebhookName, _: &str, _: Timestamp) -> StoreResult<u64> {
        Err(none())
    }
    async fn retry_deliveries(&mut self, _: &WebhookName, _: Option<&str>, _: Timestamp) -> StoreResult<u64> {
        Err(none())
    }
}

#[async_trait]
impl InstanceWebhooks for MemoryTx {
    async fn due_webhooks(&mut self, _: Timestamp) -> StoreResult<Vec<(TenantId, WebhookName)>> {
        Err(none())
    }
    async fn tidy_deliveries(&mut self, _: Timestamp, _: Timestamp, _: Timestamp) -> StoreResult<u64> {
        Err(none())
    }
}
