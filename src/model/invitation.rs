//! An invitation: who asked whom in, and where its link leads.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ConnectionName, EmailAddress, InvitationId, Timestamp, UserId};

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Waiting for the guest.
    Pending,
    /// Redeemed; its link leads to sign-in and the app.
    Accepted,
    /// The guest refused what was to be agreed to; any link lets the guest come back and accept (decision 24).
    Declined,
    /// The link's end has passed; only the link is over, and a new mail brings a new one.
    Expired,
    /// Ended by the tenant; no door redeems it.
    Revoked,
    /// The mail could not be delivered for good.
    Bounced,
}

impl InvitationState {
    /// The name in lists and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Bounced => "bounced",
        }
    }

    /// Whether the guest may still redeem, once the link is good.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Declined | Self::Expired | Self::Bounced)
    }
}

/// How the inviter wants this guest to sign in, whatever the address would lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum RouteOverride {
    /// At this identity provider of the tenant.
    Connection {
        /// Its name.
        name: ConnectionName,
    },
    /// With a code by mail.
    Passcode,
    /// With a personal account.
    PersonalAccount,
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
    /// One more reader of its mail.
    pub cc: Option<EmailAddress>,
    /// The user who invited; `None` for the operator.
    pub invited_by: Option<UserId>,
    /// How the guest shall sign in; `None` leaves it to home realm discovery.
    pub route: Option<RouteOverride>,
    /// When it came into its state.
    pub changed_at: Timestamp,
    /// Who brought it there; `None` for the operator, the mail system or the clock.
    pub changed_by: Option<UserId>,
    /// The life that was chosen for its link, in whole seconds, so that a new mail gives the same again.
    pub link_life: Option<Duration>,
}

impl Invitation {
    /// Whether its link still opens the door at `now`.
    pub fn link_works(&self, now: Timestamp) -> bool {
        match self.state {
            InvitationState::Revoked => false,
            // After redemption the link only leads to sign-in, which an expiry does not forbid.
            InvitationState::Accepted => true,
            state => state.is_open() && self.expires_at.is_none_or(|end| end > now),
        }
    }
}
