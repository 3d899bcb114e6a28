//! A mail on its way out.

use serde::{Deserialize, Serialize};

use super::{EmailAddress, TenantId};

/// Row id of a mail in the outbox; also part of its Message-ID, so that a duplicate is recognizable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailId(pub uuid::Uuid);

/// A rendered mail: what the outbox stores and the mailer sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingMail {
    /// Which tenant it speaks for.
    pub tenant: Option<TenantId>,
    /// The one recipient.
    pub to: EmailAddress,
    /// Copy to one more person, as the inviter asked.
    pub cc: Option<EmailAddress>,
    /// Display name of the sender, e.g. `Vestibule Invitations on behalf of Contoso`.
    pub from_name: String,
    /// Where answers go; usually the inviter.
    pub reply_to: Option<EmailAddress>,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// BCP 47 tag of its language.
    pub language: String,
    /// Whether it carries a one-time passcode: such a mail is worthless after a few minutes, so the outbox drops it
    /// instead of retrying for a day.
    pub short_lived: bool,
}
