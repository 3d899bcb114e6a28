//! An invitation: who asked whom in, and where its link leads.

use serde::{Deserialize, Serialize};

use super::{EmailAddress, InvitationId, Timestamp, UserId};

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Waiting for the guest.
    Pending,
    /// Redeemed; its link leads to sign-in and the app.
    Accepted,
    /// Ended by the tenant; no door redeems it.
    Revoked,
}

/// One invitation (Graph `invitation`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The locator in its redeem URL.
    pub id: InvitationId,
    /// The guest object it made or renewed (Graph `invitedUser.id`).
    pub user: UserId,
    /// Graph `invitedUserEmailAddress`.
    pub address: EmailAddress,
    /// Where the guest lands after redemption (Graph `inviteRedirectUrl`); `None` means the access panel.
    pub redirect_url: Option<String>,
    /// Language of its mail (Graph `invitedUserMessageInfo.messageLanguage`).
    pub language: Option<String>,
    /// Plain text of the inviter (Graph `customizedMessageBody`), ≤ 2,000 characters.
    pub message: Option<String>,
    /// Name of the inviter as the mail shows it.
    pub inviter: String,
    /// Where it stands.
    pub state: InvitationState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its link ends; `None` never (the default, as in the original).
    pub expires_at: Option<Timestamp>,
    /// When it was redeemed.
    pub redeemed_at: Option<Timestamp>,
}

impl Invitation {
    /// Whether its link still opens the door at `now`.
    pub fn link_works(&self, now: Timestamp) -> bool {
        match self.state {
            InvitationState::Revoked => false,
            // After redemption the link only leads to sign-in, which an expiry does not forbid.
            InvitationState::Accepted => true,
            InvitationState::Pending => self.expires_at.is_none_or(|end| end > now),
        }
    }
}
