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

/// A new version that a guest may accept before it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming<'a> {
    /// The agreement.
    pub agreement: &'a Agreement,
    /// Until when the guest's acceptance of an earlier version counts.
    pub until: Timestamp,
    /// The language in which that version was accepted.
    pub language: &'a str,
}

/// The agreements that `acceptances` satisfy at `now` only until the transition of a newer version ends, in the tenant's
/// order. What merely grows old is not among them: nothing new can be read there.
pub fn coming<'a>(
    tenant: &'a Tenant,
    acceptances: &'a [Acceptance],
    now: Timestamp,
) -> impl Iterator<Item = Coming<'a>> {
    tenant.agreements.iter().filter_map(move |agreement| {
        let mut last: Option<Coming<'a>> = None;
        for acceptance in acceptances.iter().filter(|acceptance| agreement.is_satisfied_by(acceptance, now)) {
            // One that nothing replaces leaves nothing to accept.
            agreement.replaced_at(acceptance)?;
            let until = agreement.expires_at(acceptance, now)?;
            if last.is_none_or(|last| last.until < until) {
                last = Some(Coming { agreement, until, language: &acceptance.language });
            }
        }
        last
    })
}
