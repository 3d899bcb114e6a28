//! The guests of a tenant, as `guest list` shows them.

use serde::Serialize;

use super::show::{GuestSummary, summarize};
use super::{GuestContext, GuestsError};
use crate::model::UserType;
use crate::storage::UserFilter;

/// Most guests of one list.
const MOST: u32 = 10_000;

/// The guests of one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestList {
    /// Name of the tenant.
    pub tenant: String,
    /// By display name.
    pub guests: Vec<GuestSummary>,
    /// Whether there are more than were listed.
    pub truncated: bool,
}

/// Lists the guests.
pub async fn list(context: GuestContext<'_>) -> Result<GuestList, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let filter = UserFilter { user_type: Some(UserType::Guest), limit: MOST };
    let users = view.users(filter).await?;
    Ok(GuestList {
        tenant: context.tenant.display_name.clone(),
        truncated: users.len() >= MOST as usize,
        guests: users.iter().map(|user| summarize(&context, user)).collect(),
    })
}
