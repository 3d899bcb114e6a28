//! Identifiers as types of their own, so that no two kinds can be confused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! guid {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a GUID that is known to be of this kind.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare GUID, for storage and for wire formats.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.as_hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Accepts the hyphenated form only: one spelling per id, so that no two URLs name the same thing.
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                if text.len() == 36 { Uuid::try_parse(text).map(Self) } else { Uuid::try_parse("").map(Self) }
            }
        }
    };
}

guid!(
    /// A resource tenant: the inviting organization (Graph `organization.id`, claim `tid`).
    TenantId
);
guid!(
    /// A guest or member of one tenant (Graph `user.id`, claim `oid`).
    UserId
);
guid!(
    /// An application: OIDC `client_id`, `aud` of the assertion, `{app id}` in links (Graph `application.appId`).
    AppId
);
impl AppId {
    /// The admin host, as a client of the broker. It is no application: no tenant uses it, and no file may declare it.
    pub const ADMIN: Self = Self(uuid::uuid!("76657374-6962-4c65-8000-0061646d696e"));
}

guid!(
    /// The use of an application by one tenant (Graph `servicePrincipal.id`).
    ServicePrincipalId
);
guid!(
    /// A group of one tenant (Graph `group.id`).
    GroupId
);
guid!(
    /// A contact of one tenant; it only occupies an address (Graph `orgContact.id`).
    ContactId
);
guid!(
    /// A terms-of-use agreement of one tenant (Graph `agreement.id`).
    AgreementId
);
guid!(
    /// A personal account of this instance.
    AccountId
);

/// Names one invitation in its redeem URL: opaque, unguessable, and a locator only: it never proves who holds it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InvitationId(String);

/// Length of an invitation id: 26 characters of base 32 carry 130 random bits.
const INVITATION_ID_LENGTH: usize = 26;

impl InvitationId {
    /// Makes the id from 17 random bytes.
    pub fn from_random(bytes: [u8; 17]) -> Self {
        let mut text = data_encoding::BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
        text.truncate(INVITATION_ID_LENGTH);
        Self(text)
    }

    /// Reads an id from a URL; anything that this program cannot have made is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = text.len() == INVITATION_ID_LENGTH
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte));
        shaped.then(|| Self(text.to_owned()))
    }

    /// The id as it stands in the redeem URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InvitationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for InvitationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvitationId({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_has_one_spelling() {
        let id = "c0a70500-0000-4000-8000-000000000001";
        assert!(id.parse::<TenantId>().is_ok());
        assert!("c0a7050000004000800000000000000 1".parse::<TenantId>().is_err());
        assert!("c0a70500000040008000000000000001".parse::<TenantId>().is_err());
        assert!("{c0a70500-0000-4000-8000-000000000001}".parse::<TenantId>().is_err());
        assert!("urn:uuid:c0a70500-0000-4000-8000-000000000001".parse::<TenantId>().is_err());
        assert!("".parse::<TenantId>().is_err());
    }

    #[test]
    fn an_invitation_id_survives_its_url() {
        let id = InvitationId::from_random([7; 17]);
        assert_eq!(InvitationId::parse(id.as_str()), Some(id));
        assert_eq!(InvitationId::parse("short"), None);
        assert_eq!(InvitationId::parse("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), None);
    }
}
