//! Which guests have still to answer an agreement, now and when a transition ends.

use std::collections::BTreeMap;

use super::needed::{coming, needed};
use crate::model::{Acceptance, Agreement, AppId, Tenant, Timestamp, User};
use crate::storage::{Read, StoreResult};
use crate::tenants::assignments::{apps_of, groups_of};

/// Guests counted by the language of the version that they would be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outstanding {
    /// Who would be asked at the next navigation.
    pub now: BTreeMap<String, u32>,
    /// Who has accepted an earlier version, and will be asked when its transition ends.
    pub later: BTreeMap<String, u32>,
}

/// Counts. `answers` are those of each guest that were given since the last reset; a guest who is blocked, whose access has
/// ended, or who lies in the bin is asked for nothing.
pub(super) async fn outstanding(
    read: &mut dyn Read,
    tenant: &Tenant,
    agreement: &Agreement,
    guests: &[(&User, Vec<Acceptance>)],
    now: Timestamp,
) -> StoreResult<Outstanding> {
    let mut counted = Outstanding::default();
    for (guest, answers) in guests.iter().filter(|(guest, _)| guest.account_enabled && !guest.has_ended(now)) {
        let languages = guest.preferred_language.iter().chain([&tenant.language]).cloned();
        // The agreements of an app are looked at as if it were opened.
        let app = agreement.apps.first().copied();
        let asked = needed(tenant, answers, app, now).any(|asked| asked.id == agreement.id);
        let soon = coming(tenant, answers, now).find(|coming| coming.agreement.id == agreement.id);
        let (count, wanted): (_, Vec<String>) = match soon {
            _ if asked && may_open_any(read, tenant, guest, &agreement.apps).await? => {
                (&mut counted.now, languages.collect())
            }
            Some(soon) => (&mut counted.later, std::iter::once(soon.language.to_owned()).chain(languages).collect()),
            None => continue,
        };
        let Some(file) = agreement.file_for(&wanted) else { continue };
        let count: &mut u32 = count.entry(file.language.clone()).or_default();
        *count = count.saturating_add(1);
    }
    Ok(counted)
}

/// Whether the guest can come to where the agreement is asked for.
async fn may_open_any(read: &mut dyn Read, tenant: &Tenant, guest: &User, apps: &[AppId]) -> StoreResult<bool> {
    if apps.is_empty() {
        return Ok(true);
    }
    let groups = groups_of(read, tenant, guest).await?;
    let assigned = apps_of(read, tenant, guest.id, &groups).await?;
    let open = |app: &AppId| {
        let mut principals = tenant.service_principals.iter();
        principals.any(|used| used.app == *app && (!used.assignment_required || assigned.contains(app)))
    };
    Ok(apps.iter().any(open))
}
