//! Claims of domains in memory; objects are kept by the directory alone.

use async_trait::async_trait;

use super::store::MemoryTx;
use crate::model::*;
use crate::storage::*;

fn no_objects<T>() -> StoreResult<T> {
    Err(StoreError::Failed("the double keeps no objects".into()))
}

#[async_trait]
impl ReadOwnDomains for MemoryTx {
    async fn domain_claims(&mut self) -> StoreResult<Vec<DomainClaim>> {
        let mine = self.mine();
        Ok(self.content.claims.iter().filter(|(tenant, _)| *tenant == mine).map(|(_, claim)| claim.clone()).collect())
    }

    async fn manages_object(&mut self, _: &str, _: &str) -> StoreResult<bool> {
        no_objects()
    }

    async fn own_objects(&mut self) -> StoreResult<Vec<StoredObject>> {
        no_objects()
    }
}

#[async_trait]
impl WriteOwnDomains for MemoryTx {
    async fn claim_domain(&mut self, claim: &DomainClaim) -> StoreResult<()> {
        let mine = self.mine();
        if self.content.claims.iter().any(|(tenant, known)| *tenant == mine && known.domain == claim.domain) {
            return Err(StoreError::Conflict);
        }
        self.content.claims.push((mine, claim.clone()));
        Ok(())
    }

    async fn drop_claim(&mut self, domain: &Domain) -> StoreResult<bool> {
        let (mine, before) = (self.mine(), self.content.claims.len());
        self.content.claims.retain(|(tenant, claim)| *tenant != mine || claim.domain != *domain);
        Ok(self.content.claims.len() < before)
    }

    async fn put_object(&mut self, _: &str, _: &str, _: &serde_json::Value, _: Timestamp) -> StoreResult<()> {
        no_objects()
    }

    async fn end_object(&mut self, _: &str, _: &str, _: Timestamp) -> StoreResult<bool> {
        no_objects()
    }
}
