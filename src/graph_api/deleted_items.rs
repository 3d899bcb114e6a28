//! `/directory/deletedItems`: the bin of the last 30 days, and the ways out of it.

use super::errors::GraphError;
use super::odata::{LIST, ONE};
use super::operation::Verb::{Delete, Get, Post};
use super::operation::{Call, Gives, Operation, Reply};
use super::user_view::{USER, user_row};
use super::users::{READERS, may_act_on, page};
use crate::guests::delete::restore;
use crate::guests::directory::deleted_user;
use crate::guests::erase::purge;
use crate::model::Permission::{UserDeleteRestore, UserReadWrite};
use crate::model::User;

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new(
        "deletedItems.users.list",
        Get,
        "/directory/deletedItems/microsoft.graph.user",
        "List the guests in the bin.",
        READERS,
        Gives::List(&USER),
        |call| Box::pin(async move { page(&call, true).await }),
    )
    .with(LIST)
    .asking(&super::user_filter::ASKING)
    .set("directoryObjects/microsoft.graph.user"),
    Operation::new(
        "deletedItems.get",
        Get,
        "/directory/deletedItems/{id}",
        "Read one guest in the bin.",
        READERS,
        Gives::One(&USER),
        |call| Box::pin(get(call)),
    )
    .with(ONE)
    .set("directoryObjects"),
    Operation::new(
        "deletedItems.restore",
        Post,
        "/directory/deletedItems/{id}/restore",
        "Take a guest out of the bin, with everything as it was.",
        &[UserDeleteRestore, UserReadWrite],
        Gives::One(&USER),
        |call| Box::pin(take_out(call)),
    )
    .set("directoryObjects"),
    Operation::new(
        "deletedItems.delete",
        Delete,
        "/directory/deletedItems/{id}",
        "Erase a guest in the bin for good. There is no way back.",
        &[UserDeleteRestore],
        Gives::Nothing,
        |call| Box::pin(erase(call)),
    ),
];

async fn in_bin(call: &Call) -> Result<User, GraphError> {
    let found = deleted_user(call.guests(), call.id(0)?).await.map_err(|error| call.broken(&error))?;
    found.ok_or_else(GraphError::not_found)
}

async fn get(call: Call) -> Result<Reply, GraphError> {
    Ok(Reply::One(user_row(&call.tenant, &in_bin(&call).await?)))
}

async fn take_out(call: Call) -> Result<Reply, GraphError> {
    let user = in_bin(&call).await?;
    may_act_on(&call, &user)?;
    match restore(&call.app, &call.tenant, call.caller.by(), user.id).await {
        Ok(user) => Ok(Reply::One(user_row(&call.tenant, &user))),
        Err(error) => Err(call.not_changed(error)),
    }
}

async fn erase(call: Call) -> Result<Reply, GraphError> {
    let user = in_bin(&call).await?;
    may_act_on(&call, &user)?;
    let done = purge(&call.app, call.tenant.id, call.caller.by(), user.id).await;
    done.map(|()| Reply::Nothing).map_err(|error| call.not_changed(error))
}
