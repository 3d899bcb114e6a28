//! A mail on its way out.

use serde::{Deserialize, Serialize};

use super::{EmailAddress, InvitationId, TenantId};

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
    /// The invitation that it brings, so that a mail that comes back can be told there.
    #[serde(default)]
    pub invitation: Option<InvitationId>,
    /// Address that stops mails like this one (RFC 8058): shown by mail programs beside the sender.
    #[serde(default)]
    pub unsubscribe: Option<String>,
    /// The logo that the HTML part shows as `cid:logo`: a PNG in base64.
    #[serde(default)]
    pub logo: Option<String>,
}

/// `Content-ID` of the logo inside a mail.
pub const LOGO_CONTENT_ID: &str = "logo";
