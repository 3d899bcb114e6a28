//! What the small directory of this folder's tests does not keep: messages on their way to webhooks.

use async_trait::async_trait;

use super::memory_store::{Instance, View, unused};
use crate::model::{TenantId, Timestamp, WebhookName};
use crate::storage::{
    Delivery, DueDelivery, InstanceWebhooks, ReadWebhooks, StoreResult, WebhookCounts, WriteWebhooks,
};

#[async_trait]
impl ReadWebhooks for View {
    async fn due_deliveries(&mut self, _: &WebhookName, _: Timestamp, _: u32) -> StoreResult<Vec<DueDelivery>> {
        unused()
    }
    async fn deliveries(&mut self, _: Option<&WebhookName>, _: bool, _: u32) -> StoreResult<Vec<Delivery>> {
        unused()
    }
    async fn webhook_counts(&mut self) -> StoreResult<Vec<WebhookCounts>> {
        unused()
    }
    async fn gone_webhooks(&mut self) -> StoreResult<Vec<(WebhookName, String, Timestamp)>> {
        unused()
    }
}

#[async_trait]
impl WriteWebhooks for View {
    async fn delivered(&mut self, _: &WebhookName, _: &str, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn not_delivered(
        &mut self,
        _: &WebhookName,
        _: &str,
        _: &str,
        _: Option<Timestamp>,
        _: Timestamp,
    ) -> StoreResult<()> {
        unused()
    }
    async fn webhook_is_gone(&mut self, _: &WebhookName, _: &str, _: Timestamp) -> StoreResult<u64> {
        unused()
    }
    async fn retry_deliveries(&mut self, _: &WebhookName, _: Option<&str>, _: Timestamp) -> StoreResult<u64> {
        unused()
    }
}

#[async_trait]
impl InstanceWebhooks for Instance {
    async fn due_webhooks(&mut self, _: Timestamp) -> StoreResult<Vec<(TenantId, WebhookName)>> {
        unused()
    }
    async fn tidy_deliveries(&mut self, _: Timestamp, _: Timestamp, _: Timestamp) -> StoreResult<u64> {
        unused()
    }
}
