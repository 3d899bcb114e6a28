//! `/users`: guests and members, read by everybody with the right to; guests are changed, blocked and deleted here.

use http::StatusCode;

use super::errors::GraphError;
use super::odata::{LIST, ONE, QueryOption};
use super::operation::Verb::{Delete, Get, Patch};
use super::operation::{Call, Delegated, Gives, Operation, Reply};
use super::user_filter::{ASKING, Mark, query};
use super::user_view::{USER, user_row};
use crate::guests::delete::delete;
use crate::guests::directory::{self, UserOrder, UserQuery, UserTest, UserText, Within};
use crate::guests::manage::is_admin;
use crate::guests::update::{Change, update};
use crate::model::Permission::{
    self, DirectoryRead, DirectoryReadWrite, RoleManagement, UserDeleteRestore, UserEnableDisable, UserRead,
    UserReadSelf, UserReadWrite,
};
use crate::model::{User, UserId};

/// Who reads users.
pub const READERS: &[Permission] = &[UserRead, UserReadWrite, DirectoryRead, DirectoryReadWrite];

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new("users.list", Get, "/users", "List users, a page at a time.", READERS, Gives::List(&USER), |call| {
        Box::pin(list(call))
    })
    .with(LIST)
    .asking(&ASKING)
    .set("users"),
    Operation::new("users.count", Get, "/users/$count", "Count users.", READERS, Gives::Number, |call| {
        Box::pin(count(call))
    })
    .with(&[QueryOption::Filter, QueryOption::Search])
    .asking(&ASKING),
    Operation::new(
        "users.get",
        Get,
        "/users/{id}",
        "Read one user, by id or principal name.",
        READERS,
        Gives::One(&USER),
        |call| Box::pin(get(call)),
    )
    .with(ONE)
    .set("users"),
    Operation::new(
        "users.update",
        Patch,
        "/users/{id}",
        "Change a guest, block the guest, or let the guest in again.",
        &[UserReadWrite, DirectoryReadWrite, UserEnableDisable],
        Gives::Nothing,
        |call| Box::pin(change(call)),
    )
    .changing(&USER),
    Operation::new(
        "users.delete",
        Delete,
        "/users/{id}",
        "Put a guest into the bin for 30 days.",
        &[UserReadWrite, UserDeleteRestore],
        Gives::Nothing,
        |call| Box::pin(remove(call)),
    ),
    Operation::new(
        "me.get",
        Get,
        "/me",
        "Read the user of the token.",
        &[UserReadSelf, UserRead, UserReadWrite, DirectoryRead, DirectoryReadWrite],
        Gives::One(&USER),
        |call| Box::pin(me(call)),
    )
    .with(ONE)
    .set("users")
    .delegated(Delegated::UserOnly),
];

async fn list(call: Call) -> Result<Reply, GraphError> {
    page(&call, false).await
}

/// A page of users, or of the bin.
pub async fn page(call: &Call, bin: bool) -> Result<Reply, GraphError> {
    page_within(call, bin, None).await
}

/// A page of some of the users.
pub async fn page_within(call: &Call, bin: bool, within: Option<Within>) -> Result<Reply, GraphError> {
    let begin = call.begin::<Mark>()?;
    let query = UserQuery { within, ..query(&call.options, bin, begin.map(Into::into))? };
    let most = call.options.limit() as usize;
    let mut users = directory::page(call.guests(), &query).await.map_err(|error| call.broken(&error))?;
    let more = users.len() > most;
    users.truncate(most);
    let next = match users.last().filter(|_| more) {
        Some(last) => Some(call.link(&Mark::from(query.mark(last)))?),
        None => None,
    };
    let count = match call.options.count {
        true => Some(directory::count(call.guests(), &query).await.map_err(|error| call.broken(&error))?),
        false => None,
    };
    let rows = users.iter().map(|user| user_row(&call.tenant, user)).collect();
    Ok(Reply::List { rows, next, count })
}

async fn count(call: Call) -> Result<Reply, GraphError> {
    let query = query(&call.options, false, None)?;
    directory::count(call.guests(), &query).await.map(Reply::Number).map_err(|error| call.broken(&error))
}

async fn get(call: Call) -> Result<Reply, GraphError> {
    let user = named(&call, call.parameter(0)).await?;
    Ok(Reply::One(user_row(&call.tenant, &user)))
}

async fn me(call: Call) -> Result<Reply, GraphError> {
    let user = call.caller.user.as_ref().ok_or_else(GraphError::not_found)?;
    Ok(Reply::One(user_row(&call.tenant, user)))
}

/// The user whom a path names, by id or principal name.
pub async fn named(call: &Call, text: &str) -> Result<User, GraphError> {
    let found = match text.parse::<UserId>() {
        Ok(id) => directory::user(call.guests(), id).await.map_err(|error| call.broken(&error))?,
        Err(_) => {
            let query = UserQuery {
                within: None,
                test: UserTest::Is(UserText::UserPrincipalName, Some(text.to_owned())),
                bin: false,
                order: UserOrder::DisplayName,
                descending: false,
                after: None,
                skip: 0,
                limit: 1,
            };
            directory::page(call.guests(), &query).await.map_err(|error| call.broken(&error))?.pop()
        }
    };
    found.ok_or_else(GraphError::not_found)
}

/// As in the original, an application by itself does not act on whoever holds a role, unless it manages roles.
pub fn may_act_on(call: &Call, user: &User) -> Result<(), GraphError> {
    let holds_role = is_admin(user) || user.admin || user.guest_inviter;
    if call.caller.user.is_none() && holds_role && !call.caller.held.has(RoleManagement) {
        return Err(GraphError::denied(
            "This user holds a role. An administrator has to do this, or an application that manages roles.",
        ));
    }
    Ok(())
}

async fn change(call: Call) -> Result<Reply, GraphError> {
    let user = named(&call, call.parameter(0)).await?;
    may_act_on(&call, &user)?;
    let fields = &call.fields;
    let others = fields.texts("otherMails").iter().map(|text| text.parse()).collect::<Result<Vec<_>, _>>();
    let others =
        others.map_err(|error| GraphError::field("otherMails", format!("An other mail is no address: {error}.")))?;
    if fields.has("displayName") && fields.text("displayName").is_none() {
        return Err(GraphError::field("displayName", "A user has a name."));
    }
    let change = Change {
        display_name: fields.text("displayName").map(str::to_owned),
        mail: fields.has("mail").then(|| fields.address("mail")),
        other_mails: fields.has("otherMails").then_some(others),
        preferred_language: fields
            .has("preferredLanguage")
            .then(|| fields.text("preferredLanguage").map(str::to_owned)),
        account_enabled: fields.truth("accountEnabled"),
    };
    let done = update(&call.app, &call.tenant, call.caller.by(), user.id, change).await;
    done.map(|_| Reply::Nothing).map_err(|error| call.not_changed(error))
}

async fn remove(call: Call) -> Result<Reply, GraphError> {
    let user = named(&call, call.parameter(0)).await?;
    may_act_on(&call, &user)?;
    let done = delete(&call.app, &call.tenant, call.caller.by(), user.id).await;
    done.map(|()| Reply::Nothing).map_err(|error| call.not_changed(error))
}

/// The id at the end of a reference such as `https://…/v1.0/users/{id}`.
pub fn referred(reference: &str) -> Result<UserId, GraphError> {
    let last = reference.rsplit('/').next().unwrap_or_default();
    last.parse().map_err(|_| GraphError {
        status: StatusCode::BAD_REQUEST,
        ..GraphError::field("@odata.id", "Write the address of a user, ending in the id.")
    })
}
