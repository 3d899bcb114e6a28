//! `/users/{id}/sponsors`: who answers for a guest.

use super::errors::GraphError;
use super::odata::LIST;
use super::operation::Verb::{Delete, Get, Post};
use super::operation::{Call, Gives, Operation, Reply};
use super::schema::Access::Required;
use super::schema::{ADDRESS, Entity, Kind, Property};
use super::user_view::{USER, user_row};
use super::users::{READERS, may_act_on, named, referred};
use crate::guests::sponsors;
use crate::model::Permission::{DirectoryReadWrite, UserReadWrite};

/// A reference to an object, as the original takes it.
pub const REFERENCE: Entity = Entity {
    name: "reference",
    properties: &[Property::of("@odata.id", Kind::Url, "The address of the object, e.g. {origin}/v1.0/users/{id}.")
        .sent(Required)
        .like(ADDRESS)],
};

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new(
        "users.sponsors.list",
        Get,
        "/users/{id}/sponsors",
        "List who answers for a guest.",
        READERS,
        Gives::List(&USER),
        |call| Box::pin(list(call)),
    )
    .with(LIST)
    .set("directoryObjects"),
    Operation::new(
        "users.sponsors.add",
        Post,
        "/users/{id}/sponsors/$ref",
        "Add somebody who answers for a guest; five at most.",
        &[UserReadWrite, DirectoryReadWrite],
        Gives::Nothing,
        |call| Box::pin(add(call)),
    )
    .making(&REFERENCE),
    Operation::new(
        "users.sponsors.remove",
        Delete,
        "/users/{id}/sponsors/{sponsor}/$ref",
        "Take somebody away who answers for a guest.",
        &[UserReadWrite, DirectoryReadWrite],
        Gives::Nothing,
        |call| Box::pin(remove(call)),
    ),
];

async fn list(call: Call) -> Result<Reply, GraphError> {
    let user = named(&call, call.parameter(0)).await?;
    let found = sponsors::sponsors(call.guests(), user.id).await.map_err(|error| call.broken(&error))?;
    let rows = found.unwrap_or_default().iter().map(|user| user_row(&call.tenant, user)).collect();
    call.at_hand(&USER, rows)
}

async fn add(call: Call) -> Result<Reply, GraphError> {
    let user = named(&call, call.parameter(0)).await?;
    may_act_on(&call, &user)?;
    let sponsor = referred(call.fields.text("@odata.id").unwrap_or_default())?;
    let done = sponsors::add(&call.app, &call.tenant, call.caller.by(), user.id, sponsor).await;
    done.map(|()| Reply::Nothing).map_err(|error| call.not_changed(error))
}

async fn remove(call: Call) -> Result<Reply, GraphError> {
    let user = named(&call, call.parameter(0)).await?;
    may_act_on(&call, &user)?;
    let done = sponsors::remove(&call.app, &call.tenant, call.caller.by(), user.id, call.id(1)?).await;
    done.map(|()| Reply::Nothing).map_err(|error| call.not_changed(error))
}
