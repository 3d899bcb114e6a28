//! `/groups`: the organization's groups, and who is a member.

use serde_json::json;

use super::errors::GraphError;
use super::odata::{LIST, ONE};
use super::operation::Verb::{Delete, Get, Post};
use super::operation::{Call, Gives, Operation, Reply, Row, row};
use super::schema::{Entity, Kind, Property};
use super::sponsors::REFERENCE;
use super::user_view::USER;
use super::users::{page_within, referred};
use crate::guests::assign::{Given, assign, unassign_and_end_sessions};
use crate::guests::directory::{self, Within};
use crate::model::Permission::{self, DirectoryRead, DirectoryReadWrite, GroupMemberReadWrite, GroupRead};
use crate::model::{Group, GroupId, ManagedBy, UserId};

const READERS: &[Permission] = &[GroupRead, GroupMemberReadWrite, DirectoryRead, DirectoryReadWrite];
const WRITERS: &[Permission] = &[GroupMemberReadWrite, DirectoryReadWrite];

/// Graph `group`.
const GROUP: Entity = Entity {
    name: "group",
    properties: &[
        Property::of("id", Kind::Guid, "Id of the group."),
        Property::of("displayName", Kind::Text(256), "Its name, as apps read it."),
        Property::of("groupTypes", Kind::Texts(1), "Empty: members are assigned."),
        Property::of("mailEnabled", Kind::Truth, "Always false."),
        Property::of("securityEnabled", Kind::Truth, "Always true."),
    ],
};

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new("groups.list", Get, "/groups", "List groups.", READERS, Gives::List(&GROUP), |call| {
        Box::pin(async move { call.at_hand(&GROUP, call.tenant.groups.iter().map(group_row).collect()) })
    })
    .with(LIST)
    .set("groups"),
    Operation::new("groups.get", Get, "/groups/{id}", "Read a group.", READERS, Gives::One(&GROUP), |call| {
        Box::pin(async move { Ok(Reply::One(group_row(group(&call)?))) })
    })
    .with(ONE)
    .set("groups"),
    Operation::new(
        "groups.members.list",
        Get,
        "/groups/{id}/members",
        "List the members of a group, a page at a time.",
        READERS,
        Gives::List(&USER),
        |call| Box::pin(members(call)),
    )
    .with(LIST)
    .asking(&super::user_filter::ASKING)
    .set("directoryObjects"),
    Operation::new(
        "groups.members.add",
        Post,
        "/groups/{id}/members/$ref",
        "Make somebody a member of a group.",
        WRITERS,
        Gives::Nothing,
        |call| Box::pin(add(call)),
    )
    .making(&REFERENCE),
    Operation::new(
        "groups.members.remove",
        Delete,
        "/groups/{id}/members/{user}/$ref",
        "End a membership.",
        WRITERS,
        Gives::Nothing,
        |call| Box::pin(remove(call)),
    ),
];

fn group(call: &Call) -> Result<&Group, GraphError> {
    let id: GroupId = call.id(0)?;
    call.tenant.groups.iter().find(|group| group.id == id).ok_or_else(GraphError::not_found)
}

async fn members(call: Call) -> Result<Reply, GraphError> {
    let group = group(&call)?;
    let within = Within::Group(group.id, group.members.clone());
    page_within(&call, false, Some(within)).await
}

async fn add(call: Call) -> Result<Reply, GraphError> {
    let group = group(&call)?.id;
    let user = referred(call.fields.text("@odata.id").unwrap_or_default())?;
    let given = Given { groups: vec![group], ..Given::default() };
    let done = assign(call.guests(), &call.caller.inviter(), user, &given).await;
    done.map(|_| Reply::Nothing).map_err(|error| call.not_managed(error))
}

async fn remove(call: Call) -> Result<Reply, GraphError> {
    let group = group(&call)?.clone();
    let id: UserId = call.id(1)?;
    let user = directory::user(call.guests(), id).await.map_err(|error| call.broken(&error))?;
    let user = user.ok_or_else(GraphError::not_found)?;
    let addresses = user.mail.iter().chain(&user.invited_address).chain(&user.other_mails);
    if let ManagedBy::File { place } = &call.tenant.managed_by
        && addresses.into_iter().any(|address| group.members.contains(address))
    {
        return Err(GraphError::managed_by_file("This membership", place));
    }
    let given = Given { groups: vec![group.id], ..Given::default() };
    let done = unassign_and_end_sessions(&call.app, call.guests(), &call.caller.inviter(), id, &given).await;
    done.map(|_| Reply::Nothing).map_err(|error| call.not_managed(error))
}

fn group_row(group: &Group) -> Row {
    row(json!({
        "id": group.id,
        "displayName": group.display_name,
        "groupTypes": [],
        "mailEnabled": false,
        "securityEnabled": true,
    }))
}
