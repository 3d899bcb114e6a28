//! `/invitations`: guests are invited as in the original; besides it, invitations can be listed, sent again and revoked.

use serde_json::json;

use super::asking::{Ask, Asking};
use super::body::Fields;
use super::errors::GraphError;
use super::odata::filter::{Comparison, Filter, Literal};
use super::odata::{FILTERED, ONE};
use super::operation::Verb::{Get, Post};
use super::operation::{Call, Delegated, Gives, Operation, Reply, Row, row};
use super::schema::Access::{Create, Required};
use super::schema::{Entity, Kind, LANGUAGE, LINE, LINES, Property};
use super::users::{READERS, may_act_on};
use crate::guests::directory::{self, InvitationQuery};
use crate::guests::invite::{Invite, InviteWarning, invite};
use crate::guests::reset::{Reset, Says, reset};
use crate::guests::revoke::revoke_and_end_sessions;
use crate::guests::send_again::send_again;
use crate::model::Permission::{self, DirectoryReadWrite, UserInvite, UserReadWrite};
use crate::model::{EmailAddress, Invitation, InvitationId, InvitationState, Timestamp, User, UserId, UserType};

const INVITERS: &[Permission] = &[UserInvite, UserReadWrite, DirectoryReadWrite];
const RESETTERS: &[Permission] = &[UserReadWrite, DirectoryReadWrite];

const MAIL_ADDRESS: Entity = Entity {
    name: "emailAddress",
    properties: &[
        Property::of("name", Kind::Text(256), "The name; it is not used.").or_null().sent(Create),
        Property::of("address", Kind::Address, "The address.").or_null().sent(Create),
    ],
};
const RECIPIENT: Entity = Entity {
    name: "recipient",
    properties: &[Property::of("emailAddress", Kind::Object(&MAIL_ADDRESS), "The mailbox.").or_null().sent(Create)],
};
const MESSAGE: Entity = Entity {
    name: "invitedUserMessageInfo",
    properties: &[
        Property::of("ccRecipients", Kind::Objects(&RECIPIENT, 1), "One more reader of the mail.")
            .or_null()
            .sent(Create),
        Property::of("customizedMessageBody", Kind::Text(2_000), "Plain text of the inviter.")
            .or_null()
            .sent(Create)
            .like(LINES),
        Property::of("messageLanguage", Kind::Text(35), "Language of the mail (BCP 47).")
            .or_null()
            .sent(Create)
            .like(LANGUAGE),
    ],
};
const OBJECT: Entity =
    Entity { name: "directoryObject", properties: &[Property::of("id", Kind::Guid, "Id of a user.").sent(Required)] };

/// Graph `invitation`.
pub const INVITATION: Entity = Entity {
    name: "invitation",
    properties: &[
        Property::of("id", Kind::Text(26), "Id of the invitation."),
        Property::of(
            "inviteRedeemUrl",
            Kind::Url,
            "The link in the mail. It only locates the invitation and proves nothing.",
        )
        .or_null(),
        Property::of("invitedUserDisplayName", Kind::Text(256), "Name of the guest.").or_null().sent(Create).like(LINE),
        Property::of("invitedUserType", Kind::Word(&["Guest"]), "Guest; members are not invited.")
            .or_null()
            .sent(Create),
        Property::of("invitedUserEmailAddress", Kind::Address, "Whom.").sent(Required),
        Property::of("sendInvitationMessage", Kind::Truth, "Whether to send the mail; not by default.").sent(Create),
        Property::of("resetRedemption", Kind::Truth, "Whether to reset the redemption of invitedUser.")
            .sent(Create)
            .sent_by(RESETTERS),
        Property::of("inviteRedirectUrl", Kind::Url, "Where the guest lands.").sent(Required),
        Property::of(
            "status",
            Kind::Word(&["PendingAcceptance", "Completed", "InProgress", "Error"]),
            "Where it stands, in the original's words.",
        ),
        Property::of("invitedUserMessageInfo", Kind::Object(&MESSAGE), "What the mail says.").or_null().sent(Create),
        Property::of("invitedUser", Kind::Object(&OBJECT), "The guest; sent with resetRedemption only.")
            .or_null()
            .sent(Create),
        Property::of("invitedUserSponsors", Kind::Objects(&OBJECT, 5), "Who answers for the guest.")
            .on_select()
            .sent(Create),
        Property::of(
            "state",
            Kind::Word(&["pending", "accepted", "declined", "expired", "revoked", "bounced"]),
            "Where it stands, in our words. (Not in the original.)",
        ),
        Property::of("createdDateTime", Kind::Time, "When it was made. (Not in the original.)"),
        Property::of("linkExpirationDateTime", Kind::Time, "When its link ends. (Not in the original.)").or_null(),
        Property::of("warnings", Kind::Texts(10), "What the inviter should know. (Not in the original.)"),
    ],
};

const ASKING: Asking = Asking {
    filters: &[
        Ask::Equal("invitedUserEmailAddress"),
        Ask::Equal("invitedUser/id"),
        Ask::Equal("status"),
        Ask::Equal("state"),
    ],
    or: false,
    searches: &[],
    orders: (&[], 0),
};

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        repeatable: true,
        ..Operation::new(
            "invitations.create",
            Post,
            "/invitations",
            "Invite a guest, or reset a redemption.",
            INVITERS,
            Gives::Created(&INVITATION),
            |call| Box::pin(create(call)),
        )
        .set("invitations")
        .making(&INVITATION)
        .delegated(Delegated::Anybody)
    },
    Operation::new(
        "invitations.list",
        Get,
        "/invitations",
        "List invitations, the newest first. (Not in the original.)",
        READERS,
        Gives::List(&INVITATION),
        |call| Box::pin(list(call)),
    )
    .with(FILTERED)
    .asking(&ASKING)
    .set("invitations"),
    Operation::new(
        "invitations.get",
        Get,
        "/invitations/{id}",
        "Read one invitation. (Not in the original.)",
        INVITERS,
        Gives::One(&INVITATION),
        |call| Box::pin(get(call)),
    )
    .with(ONE)
    .set("invitations"),
    Operation::new(
        "invitations.resend",
        Post,
        "/invitations/{id}/resend",
        "Send the mail again, with the same link. (Not in the original.)",
        INVITERS,
        Gives::One(&INVITATION),
        |call| Box::pin(resend(call)),
    )
    .set("invitations")
    .delegated(Delegated::Anybody),
    Operation::new(
        "invitations.revoke",
        Post,
        "/invitations/{id}/revoke",
        "End a pending invitation; no door redeems it any more. (Not in the original.)",
        INVITERS,
        Gives::Nothing,
        |call| Box::pin(revoke(call)),
    )
    .delegated(Delegated::Anybody),
];

async fn create(call: Call) -> Result<Reply, GraphError> {
    let fields = &call.fields;
    let address = fields.address("invitedUserEmailAddress").ok_or_else(GraphError::not_found)?;
    let says = says(&fields.object("invitedUserMessageInfo"), fields.text("inviteRedirectUrl"));
    let invited_user = fields.object("invitedUser");
    if fields.truth("resetRedemption") == Some(true) {
        return again(&call, &invited_user, address, says).await;
    }
    if !invited_user.is_empty() {
        let message =
            "invitedUser is sent together with resetRedemption; who is a user here already is not invited anew.";
        return Err(GraphError::field("invitedUser", message));
    }
    let wish = Invite {
        display_name: fields.text("invitedUserDisplayName").map(str::to_owned),
        message: says.message,
        language: says.language,
        cc: says.cc,
        redirect_url: says.redirect_url,
        send_mail: fields.truth("sendInvitationMessage").unwrap_or(false),
        sponsors: sponsors(&call).await?,
        ..Invite::of(address, call.caller.inviter())
    };
    let invited = invite(call.guests(), wish).await.map_err(|error| call.not_invited(error))?;
    if invited.mail_queued {
        call.app.mail_queued.notify_one();
    }
    let mut row = invitation_row(&call, &invited.invitation, &invited.user);
    row.insert("sendInvitationMessage".to_owned(), json!(fields.truth("sendInvitationMessage").unwrap_or(false)));
    row.insert("warnings".to_owned(), json!(invited.warnings.iter().map(|one| words(*one)).collect::<Vec<_>>()));
    Ok(Reply::One(row))
}

fn words(warning: InviteWarning) -> String {
    warning.sentence().to_owned()
}

fn says(message: &Fields, redirect_url: Option<&str>) -> Says {
    let cc = message.objects("ccRecipients").first().and_then(|one| one.object("emailAddress").address("address"));
    Says {
        redirect_url: redirect_url.map(str::to_owned),
        message: message.text("customizedMessageBody").map(str::to_owned),
        language: message.text("messageLanguage").map(str::to_owned),
        cc,
    }
}

/// The sponsors by address, which is how the verb knows them.
async fn sponsors(call: &Call) -> Result<Vec<EmailAddress>, GraphError> {
    let nobody = || GraphError::field("invitedUserSponsors", "A sponsor is a member, or a guest who accepted.");
    let mut found = Vec::new();
    for sponsor in call.fields.objects("invitedUserSponsors") {
        let id: UserId = sponsor.text("id").and_then(|id| id.parse().ok()).ok_or_else(nobody)?;
        let user = directory::user(call.guests(), id).await.map_err(|error| call.broken(&error))?;
        let user = user.ok_or_else(nobody)?;
        let address = match user.user_type {
            UserType::Member => user.mail,
            UserType::Guest => user.invited_address,
        };
        found.push(address.ok_or_else(nobody)?);
    }
    Ok(found)
}

/// Resets a redemption. As in the original, the address must be one of the guest's own already: whoever may only invite
/// hands nobody's object to somebody else (attack row C4).
async fn again(call: &Call, invited: &Fields, address: EmailAddress, says: Says) -> Result<Reply, GraphError> {
    if call.caller.user.is_some() && !call.caller.user.as_ref().is_some_and(crate::guests::manage::is_admin) {
        return Err(GraphError::denied("Only administrators reset a redemption."));
    }
    let Some(id) = invited.text("id").and_then(|id| id.parse::<UserId>().ok()) else {
        return Err(GraphError::field("invitedUser", "To reset a redemption, say whose: invitedUser with the id."));
    };
    let user = directory::user(call.guests(), id).await.map_err(|error| call.broken(&error))?;
    let user = user.filter(|user| user.user_type == UserType::Guest).ok_or_else(GraphError::not_found)?;
    may_act_on(call, &user)?;
    let own = [&user.mail, &user.invited_address].into_iter().flatten().chain(&user.other_mails);
    if !own.into_iter().any(|known| *known == address) {
        let message = "This address is none of the user's. Add it to mail or otherMails first, then reset.";
        return Err(GraphError::field("invitedUserEmailAddress", message));
    }
    let send_mail = call.fields.truth("sendInvitationMessage").unwrap_or(false);
    let wish = Reset { user: id, address: Some(address), send_mail, says };
    let done = reset(&call.app, &call.snapshot, &call.tenant, call.caller.by(), wish).await;
    let done = done.map_err(|error| call.not_changed(error))?;
    let mut row = invitation_row(call, &done.invitation, &done.user);
    row.insert("sendInvitationMessage".to_owned(), json!(send_mail));
    row.insert("resetRedemption".to_owned(), json!(true));
    if send_mail && !done.mail_queued {
        row.insert("warnings".to_owned(), json!([words(InviteWarning::MailLimit)]));
    }
    Ok(Reply::One(row))
}

/// Where a page of invitations ends.
#[derive(serde::Serialize, serde::Deserialize)]
struct Mark(Timestamp, InvitationId);

async fn list(call: Call) -> Result<Reply, GraphError> {
    let after = call.begin::<Mark>()?.map(|Mark(at, id)| (at, id));
    let wanted = match &call.options.filter {
        Some(filter) => filtered(filter)?,
        None => Some(InvitationQuery::default()),
    };
    let Some(wanted) = wanted else { return Ok(Reply::List { rows: Vec::new(), next: None, count: None }) };
    let query = InvitationQuery { after, limit: call.options.limit(), ..wanted };
    let (found, last) = directory::invitations(call.guests(), &query).await.map_err(|error| call.broken(&error))?;
    let next = match last {
        Some(last) => Some(call.link(&Mark(last.created_at, last.id))?),
        None => None,
    };
    let rows = found.iter().map(|(invitation, user)| invitation_row(&call, invitation, user)).collect();
    Ok(Reply::List { rows, next, count: None })
}

/// Equalities joined by `and`; `None` if nothing can fulfil them.
fn filtered(filter: &Filter) -> Result<Option<InvitationQuery>, GraphError> {
    let parts = match filter {
        Filter::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut query = InvitationQuery::default();
    // What is asked twice must hold twice.
    for part in parts {
        let Filter::Compare { path, by: Comparison::Equal, value: Literal::Text(value) } = part else {
            return Err(unsupported());
        };
        match path.as_str() {
            "invitedUserEmailAddress" => match value.parse() {
                Ok(address) if query.address.as_ref().is_none_or(|before| *before == address) => {
                    query.address = Some(address);
                }
                _ => return Ok(None),
            },
            "invitedUser/id" => match value.parse() {
                Ok(id) if query.user.is_none_or(|before| before == id) => query.user = Some(id),
                _ => return Ok(None),
            },
            "status" | "state" => {
                let all = [
                    InvitationState::Pending,
                    InvitationState::Accepted,
                    InvitationState::Declined,
                    InvitationState::Expired,
                    InvitationState::Revoked,
                    InvitationState::Bounced,
                ];
                let word = |state: InvitationState| if path == "status" { status(state) } else { state.as_str() };
                let before = std::mem::take(&mut query.states);
                let holds = |state: &InvitationState| {
                    word(*state).eq_ignore_ascii_case(value) && (before.is_empty() || before.contains(state))
                };
                query.states = all.into_iter().filter(holds).collect();
                if query.states.is_empty() {
                    return Ok(None);
                }
            }
            _ => return Err(unsupported()),
        }
    }
    Ok(Some(query))
}

fn unsupported() -> GraphError {
    let message = "Invitations are filtered by invitedUserEmailAddress, invitedUser/id, status and state, each by eq and \
                   joined by and.";
    GraphError { target: Some("$filter".to_owned()), ..GraphError::unsupported(message) }
}

async fn found(call: &Call) -> Result<(Invitation, User), GraphError> {
    let id = InvitationId::parse(call.parameter(0)).ok_or_else(GraphError::not_found)?;
    let found = directory::invitation(call.guests(), &id).await.map_err(|error| call.broken(&error))?;
    found.ok_or_else(GraphError::not_found)
}

async fn get(call: Call) -> Result<Reply, GraphError> {
    let (invitation, user) = found(&call).await?;
    Ok(Reply::One(invitation_row(&call, &invitation, &user)))
}

async fn resend(call: Call) -> Result<Reply, GraphError> {
    let (_, user) = found(&call).await?;
    let sent = send_again(call.guests(), &call.caller.inviter(), user.id).await;
    let sent = sent.map_err(|error| call.not_managed(error))?;
    call.app.mail_queued.notify_one();
    let mut row = invitation_row(&call, &sent.invitation, &sent.user);
    row.insert("sendInvitationMessage".to_owned(), json!(true));
    Ok(Reply::One(row))
}

async fn revoke(call: Call) -> Result<Reply, GraphError> {
    let (_, user) = found(&call).await?;
    may_act_on(&call, &user)?;
    let done = revoke_and_end_sessions(&call.app, call.guests(), &call.caller.inviter(), user.id).await;
    done.map(|_| Reply::Nothing).map_err(|error| call.not_managed(error))
}

/// The original's word for a state.
fn status(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Pending | InvitationState::Declined | InvitationState::Expired => "PendingAcceptance",
        InvitationState::Accepted => "Completed",
        InvitationState::Revoked | InvitationState::Bounced => "Error",
    }
}

fn invitation_row(call: &Call, invitation: &Invitation, user: &User) -> Row {
    let now = call.app.clock.now();
    let state = invitation.state_at(now);
    let link = invitation.link_works(now).then(|| call.app.urls.redeem(call.tenant.id, &invitation.id));
    let panel = call.app.urls.panel(call.tenant.id);
    let cc: Vec<_> =
        invitation.cc.iter().map(|cc| json!({ "emailAddress": { "name": null, "address": cc } })).collect();
    row(json!({
        "id": invitation.id,
        "inviteRedeemUrl": link,
        "invitedUserDisplayName": user.display_name,
        "invitedUserType": "Guest",
        "invitedUserEmailAddress": invitation.address,
        "sendInvitationMessage": false,
        "resetRedemption": false,
        "inviteRedirectUrl": invitation.redirect_url.as_deref().unwrap_or(&panel),
        "status": status(state),
        "invitedUserMessageInfo": {
            "messageLanguage": invitation.language,
            "customizedMessageBody": invitation.message,
            "ccRecipients": cc,
        },
        "invitedUser": { "id": user.id },
        "invitedUserSponsors": user.sponsors.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
        "state": state.as_str(),
        "createdDateTime": invitation.created_at.to_string(),
        "linkExpirationDateTime": invitation.expires_at.map(|at| at.to_string()),
        "warnings": [],
    }))
}
