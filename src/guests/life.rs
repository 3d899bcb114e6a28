//! What every change in a guest's life shares: who changes, why it may be refused, and that it ends what is open.

use super::GuestsError;
use super::redirect::RedirectError;
use crate::app::App;
use crate::mail::texts::TextError;
use crate::model::{AppId, AuditEvent, Domain, EmailAddress, Tenant, TenantId, Timestamp, User, UserId, UserType};
use crate::short_term::ShortTermError;
use crate::storage::{Read, StoreError};

/// Who brings a change about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The operator, at the command line.
    Operator,
    /// A user of the tenant: the guest, a sponsor, an administrator.
    User(UserId),
    /// An application by its own permissions; whoever lets it in checks those.
    Application(AppId),
    /// Time.
    Clock,
}

impl By {
    /// The event with who did it.
    pub(super) fn sign(self, event: AuditEvent) -> AuditEvent {
        match self {
            Self::Operator => event,
            Self::User(user) => event.by(user),
            Self::Application(app) => event.with("application", app),
            Self::Clock => event.with("by", "clock"),
        }
    }
}

/// Why a guest was not changed; each says what to do instead.
#[derive(Debug, thiserror::Error)]
pub enum LifeError {
    /// Nobody here.
    #[error("there is no such guest in this organization; look for deleted ones with: vestibule guest deleted")]
    NoSuchGuest,
    /// Nobody in the bin.
    #[error("there is no such guest in the bin: it was restored, or erased for good after 30 days")]
    NotDeleted,
    /// Members are changed elsewhere.
    #[error("this is a member of the organization, and only guests are changed here")]
    Member,
    /// Somebody else was invited under the address.
    #[error("{0} belongs to another guest by now; delete that guest first, or invite this one under another address")]
    AddressTaken(EmailAddress),
    /// The address is a member's.
    #[error("{0} lies in a domain of this organization itself; its people are members and need no invitation")]
    OwnDomain(EmailAddress),
    /// The tenant invites nobody from there.
    #[error("guests of {0} may not be invited to this organization")]
    DomainBlocked(Domain),
    /// Somebody else signs in with this identity by now.
    #[error("another guest signs in with the same account by now; delete that guest first")]
    IdentityTaken,
    /// The access has ended.
    #[error("the access of this guest has ended; give it another end: vestibule guest expire")]
    Ended,
    /// A mailbox was proved, or an invitation opened, and nobody is bound to the guest.
    #[error("only the sign-in to which a guest is bound erases at once; leaving is open to the mailbox")]
    NotBound,
    /// The end lies in the past.
    #[error("the end lies in the past; to end the access now, use: vestibule guest block")]
    PastEnd,
    /// Decision 24.
    #[error(transparent)]
    Redirect(#[from] RedirectError),
    /// A text is too long or holds characters that belong in no text.
    #[error("the {0} is too long or holds characters that are not allowed")]
    Text(&'static str),
    /// A sponsor is a member, or a guest who accepted.
    #[error("there is nobody of this id who could be a sponsor")]
    NoSuchSponsor,
    /// Graph `sponsors`.
    #[error("a guest has at most five sponsors")]
    TooManySponsors,
    /// An application alone does not act on people who hold a role.
    #[error("this person holds a role; an administrator has to do this, or an application that manages roles")]
    HoldsRole,
    /// Something below failed; nothing was changed.
    #[error(transparent)]
    Failed(#[from] GuestsError),
}

impl From<StoreError> for LifeError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ShortTermError> for LifeError {
    fn from(error: ShortTermError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<TextError> for LifeError {
    fn from(error: TextError) -> Self {
        Self::Failed(error.into())
    }
}

/// The guest with this id; members and the bin are refused.
pub(super) async fn guest<R: Read + ?Sized>(read: &mut R, id: UserId) -> Result<User, LifeError> {
    let user = read.user(id).await?.ok_or(LifeError::NoSuchGuest)?;
    if user.user_type == UserType::Guest { Ok(user) } else { Err(LifeError::Member) }
}

/// The guest whom an administrator names, by object id or by invited address.
pub async fn named(app: &App, tenant: &Tenant, text: &str) -> Result<User, LifeError> {
    let mut read = app.store.read(tenant.id).await?;
    if let Ok(id) = text.parse::<UserId>() {
        return guest(read.as_mut(), id).await;
    }
    let address = text.parse::<EmailAddress>().map_err(|_| LifeError::NoSuchGuest)?;
    read.guest_invited_as(&address).await?.ok_or(LifeError::NoSuchGuest)
}

/// The guest in the bin whom an administrator names; of several under one address the one deleted last.
pub async fn named_in_bin(app: &App, tenant: &Tenant, text: &str) -> Result<User, LifeError> {
    let mut read = app.store.read(tenant.id).await?;
    if let Ok(id) = text.parse::<UserId>() {
        return read.deleted_user(id).await?.ok_or(LifeError::NotDeleted);
    }
    let address = text.parse::<EmailAddress>().map_err(|_| LifeError::NotDeleted)?;
    let bin = read.deleted_users(u32::MAX).await?;
    let found = bin.into_iter().rev().find(|user| user.invited_address.as_ref() == Some(&address));
    found.ok_or(LifeError::NotDeleted)
}

/// After the commit: sessions, streams and WebSockets of the user end at once. The epoch in the directory says the same,
/// so that a failure here only costs the second until other parts look there.
pub(super) async fn end_sessions(app: &App, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), LifeError> {
    Ok(app.sessions.end_user(tenant, user, at).await?)
}
