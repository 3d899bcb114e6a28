//! `/auditLogs`: what was changed, and who signed in, out of the chained log. The newest first.

use serde_json::{Value, json};

use super::asking::{Ask, Asking};
use super::errors::GraphError;
use super::odata::filter::{Comparison, Filter, Literal};
use super::odata::{FILTERED, ONE};
use super::operation::Verb::Get;
use super::operation::{Call, Gives, Operation, Reply, Row, row};
use super::schema::{Entity, Kind, Property};
use crate::guests::audit_log::{AuditQuery, People, SIGN_INS, page};
use crate::model::Permission::{self, AuditLogRead};
use crate::model::{AuditLine, AuditOutcome, Timestamp, UserId};

const READERS: &[Permission] = &[AuditLogRead];

const USER_IDENTITY: Entity =
    Entity { name: "userIdentity", properties: &[Property::of("id", Kind::Guid, "Id of the user.")] };
const APP_IDENTITY: Entity =
    Entity { name: "appIdentity", properties: &[Property::of("appId", Kind::Guid, "The client id.")] };
const INITIATOR: Entity = Entity {
    name: "auditActivityInitiator",
    properties: &[
        Property::of("user", Kind::Object(&USER_IDENTITY), "The user who did it.").or_null(),
        Property::of("app", Kind::Object(&APP_IDENTITY), "The application that did it.").or_null(),
    ],
};
const TARGET: Entity = Entity {
    name: "targetResource",
    properties: &[
        Property::of("id", Kind::Guid, "Id of the object."),
        Property::of("type", Kind::Text(32), "Always User."),
    ],
};
const PAIR: Entity = Entity {
    name: "keyValue",
    properties: &[
        Property::of("key", Kind::Text(64), "What it is."),
        Property::of("value", Kind::Text(1024), "The value; never personal data."),
    ],
};

/// Graph `directoryAudit`.
const AUDIT: Entity = Entity {
    name: "directoryAudit",
    properties: &[
        Property::of("id", Kind::Text(32), "Number of the line in the organization's chain."),
        Property::of("activityDateTime", Kind::Time, "When."),
        Property::of("activityDisplayName", Kind::Text(256), "What, in the original's words."),
        Property::of("category", Kind::Text(64), "UserManagement, Policy or ApplicationManagement."),
        Property::of("initiatedBy", Kind::Object(&INITIATOR), "Who; neither for the operator and the system."),
        Property::of("loggedByService", Kind::Text(64), "Always Vestibule."),
        Property::of("result", Kind::Word(&["success", "failure"]), "How it ended."),
        Property::of("resultReason", Kind::Text(1024), "Why it failed.").or_null(),
        Property::of("targetResources", Kind::Objects(&TARGET, 1), "To whom."),
        Property::of("additionalDetails", Kind::Objects(&PAIR, 100), "Further ids and facts."),
    ],
};

const STATUS: Entity = Entity {
    name: "signInStatus",
    properties: &[
        Property::of("errorCode", Kind::Number, "0 for a sign-in, else 50020: this account is nobody here."),
        Property::of("failureReason", Kind::Text(1024), "Why it failed.").or_null(),
    ],
};

/// Graph `signIn`.
const SIGN_IN: Entity = Entity {
    name: "signIn",
    properties: &[
        Property::of("id", Kind::Text(32), "Number of the line in the organization's chain."),
        Property::of("createdDateTime", Kind::Time, "When."),
        Property::of("userId", Kind::Guid, "Who; null if nobody was found.").or_null(),
        Property::of("userDisplayName", Kind::Text(256), "The name as it is now; null once it is erased.").or_null(),
        Property::of("userPrincipalName", Kind::Text(512), "The principal name as it is now.").or_null(),
        Property::of("userType", Kind::Word(&["guest", "member"]), "Guest or member.").or_null(),
        Property::of("isInteractive", Kind::Truth, "Always true."),
        Property::of("authenticationMethod", Kind::Text(64), "How (values of amr). (Not in the original.)").or_null(),
        Property::of("resourceTenantId", Kind::Guid, "The organization."),
        Property::of("status", Kind::Object(&STATUS), "How it ended."),
    ],
};

const ASKING_CHANGES: Asking = Asking {
    filters: &[
        Ask::Span("activityDateTime"),
        Ask::Equal("activityDisplayName"),
        Ask::Equal("initiatedBy/user/id"),
        Ask::Equal("result"),
        Ask::AnyId("targetResources"),
    ],
    or: false,
    searches: &[],
    orders: (&[], 0),
};
const ASKING_SIGN_INS: Asking = Asking {
    filters: &[Ask::Span("createdDateTime"), Ask::Equal("userId"), Ask::Number("status/errorCode")],
    or: false,
    searches: &[],
    orders: (&[], 0),
};

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new(
        "auditLogs.directoryAudits.list",
        Get,
        "/auditLogs/directoryAudits",
        "List what was changed.",
        READERS,
        Gives::List(&AUDIT),
        |call| Box::pin(list(call, false)),
    )
    .with(FILTERED)
    .asking(&ASKING_CHANGES)
    .set("auditLogs/directoryAudits"),
    Operation::new(
        "auditLogs.directoryAudits.get",
        Get,
        "/auditLogs/directoryAudits/{id}",
        "Read one change.",
        READERS,
        Gives::One(&AUDIT),
        |call| Box::pin(get(call, false)),
    )
    .with(ONE)
    .set("auditLogs/directoryAudits"),
    Operation::new(
        "auditLogs.signIns.list",
        Get,
        "/auditLogs/signIns",
        "List sign-ins.",
        READERS,
        Gives::List(&SIGN_IN),
        |call| Box::pin(list(call, true)),
    )
    .with(FILTERED)
    .asking(&ASKING_SIGN_INS)
    .set("auditLogs/signIns"),
    Operation::new(
        "auditLogs.signIns.get",
        Get,
        "/auditLogs/signIns/{id}",
        "Read one sign-in.",
        READERS,
        Gives::One(&SIGN_IN),
        |call| Box::pin(get(call, true)),
    )
    .with(ONE)
    .set("auditLogs/signIns"),
];

/// The lines of one of the two logs.
fn kind(sign_ins: bool) -> AuditQuery {
    let named: Vec<String> = SIGN_INS.iter().map(|name| (*name).to_owned()).collect();
    match sign_ins {
        true => AuditQuery { activities: named, ..AuditQuery::default() },
        false => AuditQuery { without: named, ..AuditQuery::default() },
    }
}

async fn list(call: Call, sign_ins: bool) -> Result<Reply, GraphError> {
    let older_than = call.begin::<i64>()?;
    let mut query = kind(sign_ins);
    let possible = match &call.options.filter {
        Some(filter) => narrow(filter, sign_ins, &mut query)?,
        None => true,
    };
    if !possible {
        return Ok(Reply::List { rows: Vec::new(), next: None, count: None });
    }
    let most = call.options.limit() as usize;
    let query = AuditQuery { older_than, limit: call.options.limit() + 1, ..query };
    let (mut lines, people) = page(call.guests(), &query).await.map_err(|error| call.broken(&error))?;
    let more = lines.len() > most;
    lines.truncate(most);
    let next = match lines.last().filter(|_| more) {
        Some(last) => Some(call.link(&last.sequence)?),
        None => None,
    };
    let rows = lines.iter().map(|line| line_row(&call, line, sign_ins, &people)).collect();
    Ok(Reply::List { rows, next, count: None })
}

async fn get(call: Call, sign_ins: bool) -> Result<Reply, GraphError> {
    let query = AuditQuery { sequence: Some(call.id(0)?), limit: 1, ..kind(sign_ins) };
    let (lines, people) = page(call.guests(), &query).await.map_err(|error| call.broken(&error))?;
    let found = lines.first().map(|line| line_row(&call, line, sign_ins, &people));
    found.map(Reply::One).ok_or_else(GraphError::not_found)
}

/// Comparisons joined by `and`; `false` if nothing can fulfil them.
fn narrow(filter: &Filter, sign_ins: bool, query: &mut AuditQuery) -> Result<bool, GraphError> {
    let parts = match filter {
        Filter::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut possible = true;
    for part in parts {
        possible &= narrow_by(part, sign_ins, query)?;
    }
    Ok(possible)
}

fn narrow_by(part: &Filter, sign_ins: bool, query: &mut AuditQuery) -> Result<bool, GraphError> {
    let time = if sign_ins { "createdDateTime" } else { "activityDateTime" };
    let (path, by, value) = match part {
        Filter::Compare { path, by, value } => (path.as_str(), *by, value),
        Filter::AnyOf { path, test: Some(test) } if path == "targetResources" && !sign_ins => match test.as_ref() {
            Filter::Compare { path, by: Comparison::Equal, value: Literal::Text(id) } if path == "id" => {
                return Ok(one_user(id, &mut query.target));
            }
            _ => return Err(unsupported(sign_ins)),
        },
        _ => return Err(unsupported(sign_ins)),
    };
    match (path, by, value) {
        (path, Comparison::GreaterOrEqual, Literal::Time(at)) if path == time => {
            query.since = Some(query.since.map_or(*at, |before| before.max(*at)));
        }
        (path, Comparison::Greater, Literal::Time(at)) if path == time => {
            let after = at.plus(std::time::Duration::from_secs(1));
            query.since = Some(query.since.map_or(after, |before| before.max(after)));
        }
        (path, Comparison::Less, Literal::Time(at)) if path == time => narrow_end(query, *at),
        (path, Comparison::LessOrEqual, Literal::Time(at)) if path == time => {
            narrow_end(query, at.plus(std::time::Duration::from_secs(1)));
        }
        ("activityDisplayName", Comparison::Equal, Literal::Text(name)) if !sign_ins => {
            let known = query.activities.is_empty() || query.activities.contains(name);
            query.activities = vec![name.clone()];
            return Ok(known && !SIGN_INS.contains(&name.as_str()));
        }
        ("initiatedBy/user/id", Comparison::Equal, Literal::Text(id)) if !sign_ins => {
            return Ok(one_user(id, &mut query.actor));
        }
        ("userId", Comparison::Equal, Literal::Text(id)) if sign_ins => return Ok(one_user(id, &mut query.target)),
        ("result", Comparison::Equal, Literal::Text(word)) if !sign_ins => {
            return Ok(match word.as_str() {
                "success" => one_outcome(AuditOutcome::Success, query),
                "failure" => one_outcome(AuditOutcome::Failure, query),
                _ => false,
            });
        }
        ("status/errorCode", by @ (Comparison::Equal | Comparison::NotEqual), Literal::Number(code)) if sign_ins => {
            let success = (*code == 0) == (by == Comparison::Equal);
            if by == Comparison::Equal && *code != 0 && *code != NOT_HERE {
                return Ok(false);
            }
            return Ok(one_outcome(if success { AuditOutcome::Success } else { AuditOutcome::Failure }, query));
        }
        _ => return Err(unsupported(sign_ins)),
    }
    Ok(true)
}

fn narrow_end(query: &mut AuditQuery, end: Timestamp) {
    query.before = Some(query.before.map_or(end, |before| before.min(end)));
}

fn one_user(id: &str, place: &mut Option<UserId>) -> bool {
    let Ok(id) = id.parse::<UserId>() else { return false };
    let possible = place.is_none_or(|before| before == id);
    *place = Some(id);
    possible
}

fn one_outcome(outcome: AuditOutcome, query: &mut AuditQuery) -> bool {
    let possible = query.outcome.is_none_or(|before| before == outcome);
    query.outcome = Some(outcome);
    possible
}

fn unsupported(sign_ins: bool) -> GraphError {
    let message = if sign_ins {
        "Sign-ins are filtered by createdDateTime (lt, le, gt, ge), userId and status/errorCode, joined by and."
    } else {
        "Changes are filtered by activityDateTime (lt, le, gt, ge), activityDisplayName, initiatedBy/user/id, result and \
         targetResources/any(t:t/id eq '…'), joined by and."
    };
    GraphError { target: Some("$filter".to_owned()), ..GraphError::unsupported(message) }
}

/// The original's code for an account that is nobody in this organization.
const NOT_HERE: i64 = 50_020;

fn line_row(call: &Call, line: &AuditLine, sign_ins: bool, people: &People) -> Row {
    let event = &line.event;
    let detail = |name: &str| event.details.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let success = event.outcome == AuditOutcome::Success;
    if sign_ins {
        let user = event.target.and_then(|id| people.get(&id));
        return row(json!({
            "id": line.sequence.to_string(),
            "createdDateTime": line.at.to_string(),
            "userId": event.target,
            "userDisplayName": user.map(|user| &user.display_name),
            "userPrincipalName": user.map(|user| &user.user_principal_name),
            "userType": user.map(|user| format!("{:?}", user.user_type).to_lowercase()),
            "isInteractive": true,
            "authenticationMethod": detail("method"),
            "resourceTenantId": call.tenant.id,
            "status": {
                "errorCode": if success { 0 } else { NOT_HERE },
                "failureReason": if success { None } else { detail("reason") },
            },
        }));
    }
    let initiator = json!({
        "user": event.actor.map(|id| json!({ "id": id })),
        "app": detail("application").map(|id| json!({ "appId": id })),
    });
    let details: Vec<Value> = event.details.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    row(json!({
        "id": line.sequence.to_string(),
        "activityDateTime": line.at.to_string(),
        "activityDisplayName": event.activity,
        "category": category(&event.activity),
        "initiatedBy": initiator,
        "loggedByService": "Vestibule",
        "result": if success { "success" } else { "failure" },
        "resultReason": if success { None } else { detail("reason") },
        "targetResources": event.target.iter().map(|id| json!({ "id": id, "type": "User" })).collect::<Vec<_>>(),
        "additionalDetails": details,
    }))
}

fn category(activity: &str) -> &'static str {
    let about = |words: &[&str]| words.iter().any(|word| activity.contains(word));
    if about(&["Terms", "policy", "domain", "configuration"]) {
        "Policy"
    } else if about(&["app role", "service principal", "application"]) {
        "ApplicationManagement"
    } else {
        "UserManagement"
    }
}
