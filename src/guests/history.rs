//! Everything that became of a guest's invitations, with when and by whom.

use std::collections::HashMap;

use serde::Serialize;

use super::{GuestContext, GuestsError};
use crate::model::{InvitationId, UserId};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryLine {
    /// When, RFC 3339.
    pub at: String,
    /// `invited`, `renewed`, `accepted`, `declined`, `expired`, `bounced`, `revoked` or `reset`.
    pub what: &'static str,
    /// Name of who did it, or `the guest`, or `the operator or the system`.
    pub by: String,
    /// Which invitation.
    pub invitation: InvitationId,
}

/// The history of a guest's invitations, oldest first.
pub async fn history(context: GuestContext<'_>, guest: UserId) -> Result<Vec<HistoryLine>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let mut names: HashMap<UserId, String> = HashMap::new();
    let mut lines = Vec::new();
    for change in view.invitation_history(guest).await? {
        let by = match change.by {
            None => "the operator or the system".to_owned(),
            Some(actor) if actor == guest => "the guest".to_owned(),
            Some(actor) => match names.get(&actor) {
                Some(name) => name.clone(),
                None => {
                    let known = view.user(actor).await?;
                    let name = known.map_or_else(|| format!("{actor} (removed)"), |user| user.display_name);
                    names.insert(actor, name.clone());
                    name
                }
            },
        };
        lines.push(HistoryLine { at: change.at.to_string(), what: change.word(), by, invitation: change.invitation });
    }
    Ok(lines)
}
