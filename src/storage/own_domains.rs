//! Domains that an organization claims, and objects of the configuration that the directory itself manages.

use async_trait::async_trait;

use super::{StoreResult, StoredObject};
use crate::model::{Domain, Timestamp};

/// A domain that an organization says is its own; it counts for nothing before the record was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainClaim {
    /// The domain.
    pub domain: Domain,
    /// What its TXT record must say.
    pub record: String,
    /// When it was claimed.
    pub claimed_at: Timestamp,
}

/// Reading claims; part of [`super::Read`].
#[async_trait]
pub trait ReadOwnDomains: Send {
    /// Every open claim of this tenant, by domain.
    async fn domain_claims(&mut self) -> StoreResult<Vec<DomainClaim>>;
    /// Whether the directory itself manages this object, and it is on.
    async fn manages_object(&mut self, kind: &str, id: &str) -> StoreResult<bool>;
    /// Every object of this tenant that is on, whoever manages it, by kind and id.
    async fn own_objects(&mut self) -> StoreResult<Vec<StoredObject>>;
}

/// Changing claims; part of [`super::Tx`].
#[async_trait]
pub trait WriteOwnDomains: Send {
    /// Claims a domain. [`super::StoreError::Conflict`] if it is claimed here already.
    async fn claim_domain(&mut self, claim: &DomainClaim) -> StoreResult<()>;
    /// Ends a claim; `false` if there was none.
    async fn drop_claim(&mut self, domain: &Domain) -> StoreResult<bool>;
    /// Adds an object that the directory manages. [`super::StoreError::Conflict`] if a file manages it, or if it is a domain
    /// that another tenant has.
    async fn put_object(&mut self, kind: &str, id: &str, body: &serde_json::Value, at: Timestamp) -> StoreResult<()>;
    /// Switches an object off that the directory manages; `false` if there is none.
    async fn end_object(&mut self, kind: &str, id: &str, at: Timestamp) -> StoreResult<bool>;
}
