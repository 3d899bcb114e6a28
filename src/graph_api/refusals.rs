//! From a verb's reasons to answers of the API: one table for each kind.

use super::errors::GraphError;
use super::operation::Call;
use crate::guests::invite::InviteError;
use crate::guests::life::LifeError;
use crate::guests::manage::ManageError;

impl Call {
    /// Why nobody was invited.
    pub fn not_invited(&self, error: InviteError) -> GraphError {
        let message = sentence(&error);
        match error {
            InviteError::NotAllowed => GraphError::denied(
                "Guest invitations are not allowed for this caller. The organization's policy allowInvitesFrom says who may.",
            ),
            InviteError::NotYours | InviteError::NoColleague(_) => GraphError::denied(message),
            InviteError::DomainBlocked(_) | InviteError::Member | InviteError::Blocked | InviteError::Barred => {
                GraphError::field("invitedUserEmailAddress", message)
            }
            InviteError::Full(_) => GraphError::quota(message),
            InviteError::Redirect(_) => GraphError::field("inviteRedirectUrl", message),
            InviteError::UnknownSponsor(_) | InviteError::TooManySponsors => {
                GraphError::field("invitedUserSponsors", message)
            }
            InviteError::Text(what) => GraphError::field(field_of(what), message),
            InviteError::UnknownApp(_)
            | InviteError::UnknownGroup(_)
            | InviteError::UnknownRole(_)
            | InviteError::LinkLife
            | InviteError::Route(_) => GraphError::bad(message),
            InviteError::TooMany { retry_after } => GraphError::too_many(retry_after),
            InviteError::Failed(error) => self.broken(&error),
        }
    }

    /// Why nothing happened to a guest.
    pub fn not_changed(&self, error: LifeError) -> GraphError {
        let message = sentence(&error);
        match error {
            LifeError::NoSuchGuest | LifeError::NotDeleted | LifeError::NoSuchSponsor => GraphError::not_found(),
            LifeError::Member => GraphError::denied(
                "This is a member of the organization. Members are managed where they are declared; the API changes guests.",
            ),
            LifeError::HoldsRole => GraphError::denied(message),
            LifeError::AddressTaken(_) | LifeError::IdentityTaken | LifeError::Ended | LifeError::NotBound => {
                GraphError::conflict(message)
            }
            LifeError::OwnDomain(_) | LifeError::DomainBlocked(_) => GraphError::field("mail", message),
            LifeError::Redirect(_) => GraphError::field("inviteRedirectUrl", message),
            LifeError::Text(what) => GraphError::field(field_of(what), message),
            LifeError::TooManySponsors => GraphError::quota(message),
            LifeError::PastEnd => GraphError::bad(message),
            LifeError::Failed(error) => self.broken(&error),
        }
    }

    /// Why nothing happened to an invitation or an assignment.
    pub fn not_managed(&self, error: ManageError) -> GraphError {
        let message = sentence(&error);
        match error {
            ManageError::NotAllowed => GraphError::denied("Insufficient privileges to complete the operation."),
            ManageError::NoGuest | ManageError::NoInvitation | ManageError::Unknown | ManageError::NotGiven => {
                GraphError::not_found()
            }
            ManageError::Refused(_) | ManageError::Blocked | ManageError::MailBlocked => GraphError::conflict(message),
            ManageError::DomainBlocked(_) => GraphError::bad(message),
            ManageError::TooMany { retry_after } => GraphError::too_many(retry_after),
            ManageError::Failed(error) => self.broken(&error),
        }
    }
}

/// A verb's words as a sentence.
pub(super) fn sentence(error: &dyn std::error::Error) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The property that a verb's word for a text means.
fn field_of(what: &str) -> &'static str {
    match what {
        "message" => "invitedUserMessageInfo/customizedMessageBody",
        "language" => "invitedUserMessageInfo/messageLanguage",
        "list of other mails" => "otherMails",
        _ => "displayName",
    }
}
