//! How many guests use an organization: distinct guests who signed in, by calendar month.

use serde::Serialize;

use super::GuestsError;
use crate::app::App;
use crate::model::{Tenant, Timestamp};
use crate::snapshot::Snapshot;
use crate::storage::InstanceTask;

/// Use of one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Name of the tenant.
    pub tenant: String,
    /// Its id.
    pub tenant_id: crate::model::TenantId,
    /// Guests there are, the bin not counted.
    pub guests: u64,
    /// Most guests there may be.
    pub max_guests: Option<u64>,
    /// Months in which somebody signed in, oldest first.
    pub months: Vec<Month>,
}

/// One month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Month {
    /// `2026-11`, UTC.
    pub month: String,
    /// Distinct guests who signed in.
    pub active_guests: u64,
}

/// The use of `tenant`, of one month or of all.
pub async fn usage(app: &App, tenant: &Tenant, month: Option<&str>) -> Result<Usage, GuestsError> {
    let mut read = app.store.read(tenant.id).await?;
    let counted = read.active_guests().await?;
    let mut months: Vec<Month> =
        counted.into_iter().map(|(month, active_guests)| Month { month, active_guests }).collect();
    if let Some(wanted) = month {
        months.retain(|counted| counted.month == wanted);
        if months.is_empty() {
            months.push(Month { month: wanted.to_owned(), active_guests: 0 });
        }
    }
    Ok(Usage {
        tenant: tenant.display_name.clone(),
        tenant_id: tenant.id,
        guests: read.guest_count().await?,
        max_guests: tenant.policies.max_guests,
        months,
    })
}

/// The calendar month of a time, in UTC.
pub fn month_of(at: Timestamp) -> String {
    at.to_string().chars().take(7).collect()
}

/// Shows this month's numbers among the metrics, of every tenant there is.
pub async fn publish(app: &App, snapshot: &Snapshot) -> Result<(), GuestsError> {
    let mut instance = app.store.begin_instance(InstanceTask::Sweeps).await?;
    let counted = instance.active_guests_by_tenant(&month_of(app.clock.now())).await?;
    drop(instance);
    for tenant in snapshot.tenants() {
        let guests = counted.iter().find(|(id, _)| *id == tenant.id).map_or(0, |(_, guests)| *guests);
        app.counters.active_guests(&tenant.id.to_string(), guests);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar_in_utc() {
        let second = Timestamp::from_seconds(1_793_491_199);
        assert_eq!(second.to_string(), "2026-10-31T23:59:59Z");
        assert_eq!(month_of(second), "2026-10");
        assert_eq!(month_of(Timestamp::from_seconds(1_793_491_200)), "2026-11");
    }
}
