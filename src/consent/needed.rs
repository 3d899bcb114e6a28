//! Which agreements a guest still has to accept.

use crate::model::{Acceptance, Agreement, Tenant, Timestamp};

/// The agreements in force that no acceptance satisfies at `now`, in the tenant's order.
pub fn needed<'a>(
    tenant: &'a Tenant,
    acceptances: &'a [Acceptance],
    now: Timestamp,
) -> impl Iterator<Item = &'a Agreement> {
    tenant
        .agreements
        .iter()
        .filter(move |agreement| !acceptances.iter().any(|acceptance| agreement.is_satisfied_by(acceptance, now)))
}
