//! What an inviter should know although the invitation stands.

use serde::{Deserialize, Serialize};

/// Something the inviter should know although the invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InviteWarning {
    /// A contact or another object holds the address, so the guest has no mail and gets in by the link alone.
    AddressTaken,
    /// The guest gets in only through the invitation's link.
    OnlyByInvitationLink,
    /// No mail was sent: the address had enough of them today.
    MailLimit,
    /// This guest accepted an earlier invitation; the apps were assigned and no mail was sent.
    AlreadyAccepted,
    /// Nothing is switched on by which this guest could sign in.
    NoWayIn,
    /// No mail was sent: the owner of the address takes no invitation mails. The invitation stands.
    MailBlocked,
    /// The tenant lets nobody of this domain in (any more).
    DomainBlocked,
    /// The identity provider at which the guest would sign in does not answer at the moment.
    ProviderUnreachable,
    /// No copy was sent: that mailbox takes no invitation mails, or was sent enough of them today.
    NoCopy,
}

impl InviteWarning {
    /// What an inviter reads.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AddressTaken => {
                "a contact or another object of the directory holds this address, so the guest has no mail here. \
                 Direct links will not work; the redeem URL does."
            }
            Self::OnlyByInvitationLink => {
                "this guest may have to make a personal account, which works only through the redeem URL. \
                 Pass that one on; the direct links work afterwards."
            }
            Self::MailLimit => {
                "no mail was sent, because this address was sent enough of them today. Pass the redeem URL on."
            }
            Self::AlreadyAccepted => "this guest accepted an earlier invitation; no mail was sent.",
            Self::NoWayIn => {
                "nothing is switched on by which this guest could sign in: no identity provider for the domain, \
                 no passcode, no personal accounts."
            }
            Self::MailBlocked => {
                "no mail was sent: this address does not take invitation mails. The invitation stands; pass the redeem \
                 URL on in another way."
            }
            Self::DomainBlocked => "guests of this domain may not come in any more; change the domain lists first.",
            Self::ProviderUnreachable => {
                "the identity provider of this guest does not answer at the moment; vestibule idp test tells more."
            }
            Self::NoCopy => {
                "no copy was sent: that mailbox takes no invitation mails, or was sent enough of them today."
            }
        }
    }
}
