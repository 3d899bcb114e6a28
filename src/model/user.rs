//! Guests and members: the user object of a tenant.

use serde::{Deserialize, Serialize};

use super::{Domain, EmailAddress, Identity, Method, Timestamp, UserId};

/// Graph `user.userType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserType {
    /// Belongs to another organization.
    Guest,
    /// Belongs to this tenant.
    Member,
}

/// Graph `user.creationType`; `None` there is a regular member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CreationType {
    /// Made by an invitation.
    Invitation,
}

/// Graph `user.externalUserState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExternalUserState {
    /// Invited; has not agreed to everything yet.
    PendingAcceptance,
    /// Has redeemed the invitation and agreed to everything.
    Accepted,
}

impl ExternalUserState {
    /// The name on the wire and in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PendingAcceptance => "PendingAcceptance",
            Self::Accepted => "Accepted",
        }
    }
}

/// A guest or member of one tenant (Graph `user`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Graph `id`; claim `oid`.
    pub id: UserId,
    /// Graph `userPrincipalName`; of guests `local_domain#EXT#@primary-domain`.
    pub user_principal_name: String,
    /// Graph `displayName`.
    pub display_name: String,
    /// Graph `userType`.
    pub user_type: UserType,
    /// Graph `creationType`.
    pub creation_type: Option<CreationType>,
    /// Graph `externalUserState`; `None` for members.
    pub external_user_state: Option<ExternalUserState>,
    /// Graph `externalUserStateChangeDateTime`.
    pub external_user_state_changed_at: Option<Timestamp>,
    /// Graph `mail`; `None` where the address collided with another directory object.
    pub mail: Option<EmailAddress>,
    /// The address that was invited: what redemption must prove. `None` for members.
    pub invited_address: Option<EmailAddress>,
    /// Graph `otherMails`: remembered aliases.
    pub other_mails: Vec<EmailAddress>,
    /// The bound identity (Graph `identities`); `None` before redemption.
    pub identity: Option<Identity>,
    /// Graph `accountEnabled`.
    pub account_enabled: bool,
    /// Graph `preferredLanguage`.
    pub preferred_language: Option<String>,
    /// Whether the user administers the tenant (members only).
    pub admin: bool,
    /// Whether the user holds the original's role *Guest Inviter*; a guest may hold it as well.
    pub guest_inviter: bool,
    /// Graph `sponsors`: who answers for this guest, five at most. Empty where the operator invited.
    pub sponsors: Vec<UserId>,
    /// When this guest's access ends; `None` never.
    pub expires_at: Option<Timestamp>,
    /// Graph `deletedDateTime`: since when the object waits in the bin, where no sign-in and no list finds it.
    pub deleted_at: Option<Timestamp>,
    /// When the object was made.
    pub created_at: Timestamp,
    /// Last completed sign-in.
    pub last_sign_in_at: Option<Timestamp>,
}

impl User {
    /// Most sponsors of one guest, as in the original.
    pub const MOST_SPONSORS: usize = 5;

    /// Whether this guest was invited and still has to agree.
    pub fn is_pending(&self) -> bool {
        self.external_user_state == Some(ExternalUserState::PendingAcceptance)
    }

    /// Whether the access of this user has come to its end.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// The original's name for a guest: `local_domain#EXT#@primary`.
    pub fn guest_principal_name(address: &EmailAddress, primary: &Domain) -> String {
        format!("{}_{}#EXT#@{primary}", address.local(), address.domain())
    }

    /// *Source* as lists and `guest show` print it.
    pub fn source(&self, home: impl Fn(&Method) -> String) -> String {
        match (&self.identity, self.user_type) {
            (_, UserType::Member) => "Member".to_owned(),
            // Redeemed means agreed: until then the identity that signed in is no source yet.
            (None, _) => "Invited user".to_owned(),
            (Some(_), _) if self.is_pending() => "Invited user".to_owned(),
            (Some(identity), _) => match &identity.method {
                Method::PersonalAccount => "Personal account".to_owned(),
                Method::OneTimePasscode => "One-time passcode".to_owned(),
                Method::MemberPassword => "Member".to_owned(),
                method @ (Method::Connection { .. } | Method::Tenant { .. }) => home(method),
            },
        }
    }
}
