//! Find the tenant that a URL names: by GUID or by verified domain, and nothing else.

use std::sync::Arc;

use crate::model::{Domain, Tenant, TenantId};
use crate::snapshot::Snapshot;

/// The enabled tenant that `text` names; `text` is a path segment or the value of `tenantid`, percent-encoding and all.
///
/// Unknown, disabled and refused tenants are all `None`, so that no caller can tell them apart (decision 1). Every
/// spelling other than a hyphenated GUID or an ASCII domain without trailing dot is unknown: letter case is the only
/// freedom, because browsers and people change it and it cannot make two names of one (attack row C3).
pub fn resolve<'a>(snapshot: &'a Snapshot, text: &str) -> Option<&'a Arc<Tenant>> {
    if let Ok(id) = text.parse::<TenantId>() {
        return snapshot.tenant(id);
    }
    // A-labels only: a URL carries no others, and U-labels bring look-alikes along (attack row A3).
    let domain: Domain = text.is_ascii().then(|| text.parse().ok()).flatten()?;
    snapshot.tenant_by_domain(&domain)
}
