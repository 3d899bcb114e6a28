//! The directory as programs read it: users by a filter, invitations, answers and audit lines, a page at a time.

use async_trait::async_trait;

use super::StoreResult;
use crate::model::{
    Acceptance, AcceptanceState, AgreementId, AppId, AuditLine, AuditOutcome, EmailAddress, GroupId, Invitation,
    InvitationId, InvitationState, Timestamp, User, UserId,
};

/// A text of a user that filters compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserText {
    /// Graph `id`.
    Id,
    /// Graph `userPrincipalName`.
    UserPrincipalName,
    /// Graph `displayName`.
    DisplayName,
    /// Graph `mail`.
    Mail,
    /// Graph `userType`.
    UserType,
    /// Graph `creationType`.
    CreationType,
    /// Graph `externalUserState`.
    ExternalUserState,
    /// Graph `preferredLanguage`.
    PreferredLanguage,
}

/// A time of a user that filters compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserTime {
    /// Graph `createdDateTime`.
    Created,
    /// Graph `externalUserStateChangeDateTime`.
    StateChanged,
    /// Graph `deletedDateTime`.
    Deleted,
    /// Graph `signInActivity/lastSignInDateTime`.
    LastSignIn,
}

/// How a part of a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextPart {
    /// At its beginning.
    Start,
    /// At its end.
    End,
    /// Anywhere.
    Anywhere,
}

/// How two times stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeOrder {
    /// `<`
    Before,
    /// `≤`
    Until,
    /// `>`
    After,
    /// `≥`
    Since,
}

/// A filter on users. Every test is true or false: what is missing equals `None` and stands in no order. Texts are
/// compared without regard to the case of ASCII letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserTest {
    /// All of them; true without any.
    All(Vec<UserTest>),
    /// At least one; false without any.
    Any(Vec<UserTest>),
    /// Not that.
    Not(Box<UserTest>),
    /// A text is exactly this, or missing.
    Is(UserText, Option<String>),
    /// A text has this part.
    Has(UserText, TextPart, String),
    /// Graph `accountEnabled`.
    Enabled(bool),
    /// A time is exactly this, to the second, or missing.
    At(UserTime, Option<Timestamp>),
    /// A time stands so to this one, both in whole seconds.
    When(UserTime, TimeOrder, Timestamp),
    /// This is among the other mails.
    OtherMail(String),
}

/// By what users are ordered; the id decides between equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserOrder {
    /// Graph `displayName`.
    DisplayName,
    /// Graph `userPrincipalName`.
    UserPrincipalName,
    /// Graph `createdDateTime`.
    Created,
}

/// Where a page ended: the value by which users are ordered, and the id. It need not be there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserMark {
    /// A text.
    Text(String, UserId),
    /// A time.
    Time(Timestamp, UserId),
}

/// Among whom users are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// Members of a group, by the directory or by one of these addresses, which a file names.
    Group(GroupId, Vec<EmailAddress>),
    /// Users who are assigned directly to an app.
    App(AppId),
}

/// Which users are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserQuery {
    /// Among whom; among everybody without.
    pub within: Option<Within>,
    /// The filter.
    pub test: UserTest,
    /// Whether to look in the bin instead.
    pub bin: bool,
    /// The order.
    pub order: UserOrder,
    /// Whether the order is turned around.
    pub descending: bool,
    /// The page begins after this.
    pub after: Option<UserMark>,
    /// So many are passed over first.
    pub skip: u32,
    /// At most so many.
    pub limit: u32,
}

impl UserQuery {
    /// The mark of `user` in this order.
    pub fn mark(&self, user: &User) -> UserMark {
        match self.order {
            UserOrder::DisplayName => UserMark::Text(user.display_name.clone(), user.id),
            UserOrder::UserPrincipalName => UserMark::Text(user.user_principal_name.clone(), user.id),
            UserOrder::Created => UserMark::Time(user.created_at, user.id),
        }
    }
}

/// Which invitations are looked for; the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvitationQuery {
    /// Of this guest.
    pub user: Option<UserId>,
    /// To this address.
    pub address: Option<EmailAddress>,
    /// In one of these states; in any if empty.
    pub states: Vec<InvitationState>,
    /// The page begins after this one.
    pub after: Option<(Timestamp, InvitationId)>,
    /// At most so many.
    pub limit: u32,
}

/// Which answers to terms of use are looked for, by user, then oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcceptanceQuery {
    /// To this agreement.
    pub agreement: Option<AgreementId>,
    /// Of this user.
    pub user: Option<UserId>,
    /// Only accepted or declined ones.
    pub state: Option<AcceptanceState>,
    /// The page begins after this answer: a user, and the number of the answer among that user's.
    pub after: Option<(UserId, i64)>,
    /// At most so many.
    pub limit: u32,
}

/// Which audit lines are looked for; the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only these activities, if any is named.
    pub activities: Vec<String>,
    /// None of these.
    pub without: Vec<String>,
    /// By this user.
    pub actor: Option<UserId>,
    /// About this user.
    pub target: Option<UserId>,
    /// With this outcome.
    pub outcome: Option<AuditOutcome>,
    /// At this time or later.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub before: Option<Timestamp>,
    /// This line alone.
    pub sequence: Option<i64>,
    /// The page begins with lines older than this one.
    pub older_than: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// Reading the directory page by page; part of [`super::Read`].
#[async_trait]
pub trait ReadDirectoryPages: Send {
    /// Users, one page of them.
    async fn user_page(&mut self, query: &UserQuery) -> StoreResult<Vec<User>>;
    /// How many users pass a filter; order, page and limit count for nothing.
    async fn user_count(&mut self, query: &UserQuery) -> StoreResult<u64>;
    /// Invitations, one page of them.
    async fn invitation_page(&mut self, query: &InvitationQuery) -> StoreResult<Vec<Invitation>>;
    /// Answers with their number among those of the same user, one page of them.
    async fn acceptance_page(&mut self, query: &AcceptanceQuery) -> StoreResult<Vec<(i64, Acceptance)>>;
    /// Audit lines, one page of them.
    async fn audit_page(&mut self, query: &AuditQuery) -> StoreResult<Vec<AuditLine>>;
}
