//! Which agreements a guest still has to accept.

use crate::model::{Acceptance, Agreement, AppId, Tenant, Timestamp};

/// The agreements in force for `app` that no acceptance satisfies at `now`, in the tenant's order. `None` as app is the
/// panel, a mail link, and everything that decides whether a guest is `Accepted`: the agreements of all apps alone.
pub fn needed<'a>(
    tenant: &'a Tenant,
    acceptances: &'a [Acceptance],
    app: Option<AppId>,
    now: Timestamp,
) -> impl Iterator<Item = &'a Agreement> {
    tenant
        .agreements
        .iter()
        .filter(move |agreement| agreement.concerns(app))
        .filter(move |agreement| !acceptances.iter().any(|acceptance| agreement.is_satisfied_by(acceptance, now)))
}
