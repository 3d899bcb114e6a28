//! Who signed in: an issuer and a subject, never an address.

use serde::{Deserialize, Serialize};

use super::{AccountId, ConnectionName, EmailAddress, SecondFactorMethod, TenantId, Timestamp};

/// How somebody signed in. Determines the *Source* of a guest.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Method {
    /// A federated identity provider of this tenant.
    Connection {
        /// Its name.
        name: ConnectionName,
    },
    /// Another tenant of this instance, as its member.
    Tenant {
        /// The home organization.
        tenant: TenantId,
    },
    /// A personal account of this instance.
    PersonalAccount,
    /// A code sent to the mailbox.
    OneTimePasscode,
    /// A member's own password.
    MemberPassword,
}

impl Method {
    /// The same, where a passkey of ours may have stood in for the password.
    pub fn amr_of(&self, by_passkey: bool) -> &'static str {
        if by_passkey { SecondFactorMethod::Passkey.amr() } else { self.amr() }
    }

    /// Authentication method reference for tokens and audit (RFC 8176; `email-otp` is our own name, never `mfa`).
    pub fn amr(&self) -> &'static str {
        match self {
            Self::Connection { .. } => "fed",
            Self::Tenant { .. } | Self::PersonalAccount | Self::MemberPassword => "pwd",
            Self::OneTimePasscode => "email-otp",
        }
    }
}

/// A proved identity. `(issuer, subject)` within a tenant is the only key that ever finds a bound guest (INV4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The issuer: of the home organization, `{public_url}/personal`, or `mail` for passcodes.
    pub issuer: String,
    /// The issuer's stable, opaque name for the person.
    pub subject: String,
    /// How the sign-in happened.
    pub method: Method,
}

/// A personal account of this instance: one account, one guest object in each tenant.
#[derive(Clone, Debug)]
pub struct PersonalAccount {
    /// Its id; also the subject of its identities.
    pub id: AccountId,
    /// The mailbox that was proved when the account was made.
    pub address: EmailAddress,
    /// What others see.
    pub display_name: String,
    /// Argon2id in PHC form; `None` for an account that signs in with passkeys alone.
    pub password_hash: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Identity {
    /// What stands in place of the subject of an identity that was erased: unlike any subject, and the guest's alone.
    pub fn erased_subject(user: super::UserId) -> String {
        format!("{ERASED}{user}")
    }

    /// Whether nobody has this identity any more, because its owner erased it. Its guest is re-linked by mailbox proof.
    pub fn is_erased(&self) -> bool {
        self.method == Method::PersonalAccount && self.subject.starts_with(ERASED)
    }
}

/// Personal accounts are named by GUIDs, so that no account can have such a subject.
const ERASED: &str = "erased:";
