//! Pages of the directory, which the small one of this folder's tests does not have.

use async_trait::async_trait;

use super::memory_store::{View, unused};
use crate::model::{Acceptance, AuditLine, Domain, Invitation, Timestamp, User};
use crate::storage::{
    AcceptanceQuery, AuditQuery, DomainClaim, InvitationQuery, ReadDirectoryPages, ReadOwnDomains, StoreResult,
    StoredObject, UserQuery, WriteOwnDomains,
};

#[async_trait]
impl ReadDirectoryPages for View {
    async fn user_page(&mut self, _: &UserQuery) -> StoreResult<Vec<User>> {
        unused()
    }
    async fn user_count(&mut self, _: &UserQuery) -> StoreResult<u64> {
        unused()
    }
    async fn invitation_page(&mut self, _: &InvitationQuery) -> StoreResult<Vec<Invitation>> {
        unused()
    }
    async fn acceptance_page(&mut self, _: &AcceptanceQuery) -> StoreResult<Vec<(i64, Acceptance)>> {
        unused()
    }
    async fn audit_page(&mut self, _: &AuditQuery) -> StoreResult<Vec<AuditLine>> {
        unused()
    }
}

#[async_trait]
impl ReadOwnDomains for View {
    async fn domain_claims(&mut self) -> StoreResult<Vec<DomainClaim>> {
        unused()
    }
    async fn manages_object(&mut self, _: &str, _: &str) -> StoreResult<bool> {
        unused()
    }
    async fn own_objects(&mut self) -> StoreResult<Vec<StoredObject>> {
        unused()
    }
}

#[async_trait]
impl WriteOwnDomains for View {
    async fn claim_domain(&mut self, _: &DomainClaim) -> StoreResult<()> {
        unused()
    }
    async fn drop_claim(&mut self, _: &Domain) -> StoreResult<bool> {
        unused()
    }
    async fn put_object(&mut self, _: &str, _: &str, _: &serde_json::Value, _: Timestamp) -> StoreResult<()> {
        unused()
    }
    async fn end_object(&mut self, _: &str, _: &str, _: Timestamp) -> StoreResult<bool> {
        unused()
    }
}
