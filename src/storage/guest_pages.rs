//! Guests as administrators look for them, a page at a time; and the tenants where one address waits.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::{AppId, ConnectionName, EmailAddress, TenantId, User, UserId};

/// The states by which an administrator sorts guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuestState {
    /// `PendingAcceptance`.
    Pending,
    /// `Accepted`.
    Accepted,
    /// Blocked by an administrator, whatever the invitation says.
    Blocked,
    /// In the bin. Everywhere else, nobody who is in the bin is found.
    Deleted,
}

/// How a guest signs in (*Source*), for sorting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuestSource {
    /// Nobody has redeemed the invitation yet.
    Invited,
    /// An identity provider of the tenant.
    Connection(ConnectionName),
    /// Another tenant of this instance, whichever.
    Tenant,
    /// A personal account.
    PersonalAccount,
    /// A code to the mailbox.
    OneTimePasscode,
}

impl GuestSource {
    /// The kind of [`Method`](crate::model::Method) that the directory keeps for it; none before the invitation is redeemed.
    pub fn method_kind(&self) -> Option<&'static str> {
        match self {
            Self::Invited => None,
            Self::Connection(_) => Some("connection"),
            Self::Tenant => Some("tenant"),
            Self::PersonalAccount => Some("personal_account"),
            Self::OneTimePasscode => Some("one_time_passcode"),
        }
    }
}

/// Which guests are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestQuery {
    /// A part of the name, the mail or the invited address; ASCII letters in any case. `None` for every guest.
    pub search: Option<String>,
    /// Only guests in this state.
    pub state: Option<GuestState>,
    /// Only guests who sign in this way.
    pub source: Option<GuestSource>,
    /// The last guest of the page before. A guest of another tenant, or one who is gone for good, finds nothing.
    pub after: Option<UserId>,
    /// At most so many.
    pub limit: u32,
}

/// Looking for guests; part of [`super::Read`].
#[async_trait]
pub trait ReadGuestPages: Send {
    /// Guests by display name, one page of them.
    async fn guest_page(&mut self, query: &GuestQuery) -> StoreResult<Vec<User>>;
    /// Guests and members who are assigned directly to `app`, by display name.
    async fn users_of_app(&mut self, app: AppId, limit: u32) -> StoreResult<Vec<User>>;
}

/// Part of [`super::InstanceTx`]: one of the few questions that cross tenants.
#[async_trait]
pub trait ReadWaiting: Send {
    /// Tenants where a guest who was invited under `address` is bound to nobody yet and not blocked. Ask it only for
    /// somebody who proved the mailbox (decision 3).
    async fn tenants_inviting(&mut self, address: &EmailAddress) -> StoreResult<Vec<TenantId>>;
}
