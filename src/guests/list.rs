//! The guests of a tenant, as `guest list` shows them.

use std::collections::HashMap;

use serde::Serialize;

use super::foresee::Foresight;
use super::show::{GuestSummary, summarize};
use super::{GuestContext, GuestsError};
use crate::model::{InvitationState, UserId, UserType};
use crate::storage::{Standing, UserFilter};

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

/// Which guests to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Only those whose invitation stands so.
    pub invitation_state: Option<InvitationState>,
}

/// Lists the guests.
pub async fn list(context: GuestContext<'_>) -> Result<GuestList, GuestsError> {
    list_some(context, ListFilter::default()).await
}

/// Lists some of the guests, with where their invitations stand and what lies ahead of those who are pending.
pub async fn list_some(context: GuestContext<'_>, filter: ListFilter) -> Result<GuestList, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let users = view.users(UserFilter { user_type: Some(UserType::Guest), limit: MOST }).await?;
    let standings: HashMap<UserId, Standing> =
        view.standings().await?.into_iter().map(|standing| (standing.user, standing)).collect();
    let now = context.clock.now();
    let mut foresight = Foresight::new(&context);
    let mut guests = Vec::new();
    for user in &users {
        let standing = standings.get(&user.id);
        let state = standing.map(|standing| standing.state_at(now));
        if filter.invitation_state.is_some_and(|wanted| state != Some(wanted)) {
            continue;
        }
        let mut summary = summarize(&context, user);
        summary.invitation_state = state.map(InvitationState::as_str);
        summary.mail_error = standing.and_then(|standing| standing.mail_error.clone());
        let route = standing.and_then(|standing| standing.route.as_ref());
        summary.look_ahead(user, view.as_mut(), &mut foresight, route).await?;
        guests.push(summary);
    }
    Ok(GuestList { tenant: context.tenant.display_name.clone(), truncated: users.len() >= MOST as usize, guests })
}
