//! `/identityGovernance/termsOfUse/agreements`: terms of use, their files and versions, and who answered what.

use std::path::Path;

use bytes::Bytes;
use data_encoding::BASE64;
use serde_json::json;

use super::asking::{Ask, Asking};
use super::errors::GraphError;
use super::odata::filter::{Comparison, Filter, Literal};
use super::odata::{FILTERED, LIST, ONE};
use super::operation::Verb::{Get, Post};
use super::operation::{Call, Gives, Operation, Reply, Row, Takes, row};
use super::schema::Access::{Create, Required};
use super::schema::{Entity, Kind, LANGUAGE, LINE, Property};
use crate::config::terms::{PDF_BYTES, TermsForm};
use crate::consent::publish::{Publish, PublishError, publish};
use crate::consent::read::{AcceptanceQuery, answers, content, versions};
use crate::model::Permission::{self, AgreementAcceptanceRead, AgreementRead, AgreementReadWrite};
use crate::model::{Acceptance, AcceptanceState, Agreement, AgreementId, AgreementVersion, Timestamp, User, UserId};

const READERS: &[Permission] = &[AgreementRead, AgreementReadWrite];

const EXPIRATION: Entity = Entity {
    name: "termsExpiration",
    properties: &[
        Property::of("startDateTime", Kind::Time, "The first expiry."),
        Property::of("frequency", Kind::Span, "How often after that."),
    ],
};

/// Graph `agreement`.
const AGREEMENT: Entity = Entity {
    name: "agreement",
    properties: &[
        Property::of("id", Kind::Guid, "Id of the agreement."),
        Property::of("displayName", Kind::Text(256), "Its name for administrators."),
        Property::of("isViewingBeforeAcceptanceRequired", Kind::Truth, "Whether it must have been opened."),
        Property::of("isPerDeviceAcceptanceRequired", Kind::Truth, "Always false."),
        Property::of("userReacceptRequiredFrequency", Kind::Span, "How long an acceptance counts.").or_null(),
        Property::of("termsExpiration", Kind::Object(&EXPIRATION), "When everybody's acceptance expires.").or_null(),
    ],
};

const DATA: Entity =
    Entity { name: "agreementFileData", properties: &[Property::of("data", Kind::Bytes, "The file.").sent(Required)] };

/// Graph `agreementFileLocalization` and `agreementFileVersion`.
const FILE: Entity = Entity {
    name: "agreementFile",
    properties: &[
        Property::of("id", Kind::Text(64), "Hash of what a guest is shown."),
        Property::of("displayName", Kind::Text(256), "Title that guests read.").sent(Create).like(LINE),
        Property::of("fileName", Kind::Text(256), "Name of the file; .md or .pdf.")
            .sent(Required)
            .like("^[A-Za-z0-9_. -]{0,200}[A-Za-z0-9_-]\\.(?:md|pdf)$"),
        Property::of("language", Kind::Text(35), "Language (BCP 47).").sent(Required).like(LANGUAGE),
        Property::of("isDefault", Kind::Truth, "Whether it is shown to guests who read none of the languages."),
        Property::of("isMajorVersion", Kind::Truth, "Whether it asks those again who accepted an earlier one.")
            .sent(Create),
        Property::of(
            "transitionDateTime",
            Kind::Time,
            "Until when acceptances of the version before count. (Not in the original.)",
        )
        .or_null()
        .sent(Create),
        Property::of("versionNumber", Kind::Number, "Which version of the language it is. (Not in the original.)"),
        Property::of("createdDateTime", Kind::Time, "When it came into force."),
        Property::of("fileData", Kind::Object(&DATA), "The file; shown on its own address alone.")
            .or_null()
            .on_select()
            .sent(Required),
    ],
};

/// Graph `agreementAcceptance`.
const ACCEPTANCE: Entity = Entity {
    name: "agreementAcceptance",
    properties: &[
        Property::of("id", Kind::Text(64), "Id of the answer."),
        Property::of("agreementId", Kind::Guid, "To which agreement."),
        Property::of("agreementFileId", Kind::Text(64), "To which version: the hash of what was shown."),
        Property::of("userId", Kind::Guid, "Who answered."),
        Property::of("userDisplayName", Kind::Text(256), "The name as it is now; null once it is erased.").or_null(),
        Property::of("userEmail", Kind::Address, "The mail as it is now.").or_null(),
        Property::of("userPrincipalName", Kind::Text(512), "The principal name as it is now.").or_null(),
        Property::of("state", Kind::Word(&["accepted", "declined"]), "The answer."),
        Property::of("recordedDateTime", Kind::Time, "When."),
        Property::of("expirationDateTime", Kind::Time, "When it stops counting, if that is known.").or_null(),
    ],
};

const ASKING: Asking = Asking {
    filters: &[Ask::Equal("agreementId"), Ask::Equal("userId"), Ask::Equal("state")],
    or: false,
    searches: &[],
    orders: (&[], 0),
};

/// Largest body of a file: base64 makes four bytes of three.
const FILE_LIMIT: usize = (PDF_BYTES as usize / 3 + 1) * 4 + super::body::LIMIT;

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new(
        "agreements.list",
        Get,
        "/identityGovernance/termsOfUse/agreements",
        "List the terms of use.",
        READERS,
        Gives::List(&AGREEMENT),
        |call| {
            Box::pin(
                async move { call.at_hand(&AGREEMENT, call.tenant.agreements.iter().map(agreement_row).collect()) },
            )
        },
    )
    .with(LIST)
    .set("identityGovernance/termsOfUse/agreements"),
    Operation::new(
        "agreements.get",
        Get,
        "/identityGovernance/termsOfUse/agreements/{id}",
        "Read one of the terms of use.",
        READERS,
        Gives::One(&AGREEMENT),
        |call| Box::pin(async move { Ok(Reply::One(agreement_row(agreement(&call)?))) }),
    )
    .with(ONE)
    .set("identityGovernance/termsOfUse/agreements"),
    Operation::new(
        "agreements.files.list",
        Get,
        "/identityGovernance/termsOfUse/agreements/{id}/files",
        "List the current file of each language.",
        READERS,
        Gives::List(&FILE),
        |call| Box::pin(files(call, true)),
    )
    .with(LIST)
    .set("agreementFiles"),
    Operation {
        takes: Some(Takes { entity: &FILE, creating: true, limit: FILE_LIMIT }),
        ..Operation::new(
            "agreements.files.create",
            Post,
            "/identityGovernance/termsOfUse/agreements/{id}/files",
            "Publish the next version of one language. It is in force at once.",
            &[AgreementReadWrite],
            Gives::Created(&FILE),
            |call| Box::pin(publish_file(call)),
        )
        .set("agreementFiles")
    },
    Operation::new(
        "agreements.versions.list",
        Get,
        "/identityGovernance/termsOfUse/agreements/{id}/versions",
        "List every version of every language, the newest last. (Not in the original.)",
        READERS,
        Gives::List(&FILE),
        |call| Box::pin(files(call, false)),
    )
    .with(LIST)
    .set("agreementFiles"),
    Operation::new(
        "agreements.versions.data",
        Get,
        "/identityGovernance/termsOfUse/agreements/{id}/versions/{version}/fileData",
        "Read what a version says, as a file. (Not in the original.)",
        READERS,
        Gives::File,
        |call| Box::pin(data(call)),
    ),
    Operation::new(
        "agreements.acceptances.list",
        Get,
        "/identityGovernance/termsOfUse/agreements/{id}/acceptances",
        "List the answers to an agreement, a page at a time.",
        &[AgreementAcceptanceRead],
        Gives::List(&ACCEPTANCE),
        |call| Box::pin(acceptances(call, true)),
    )
    .with(FILTERED)
    .asking(&ASKING)
    .set("agreementAcceptances"),
    Operation::new(
        "agreementAcceptances.list",
        Get,
        "/identityGovernance/termsOfUse/agreementAcceptances",
        "List the answers to all agreements, a page at a time.",
        &[AgreementAcceptanceRead],
        Gives::List(&ACCEPTANCE),
        |call| Box::pin(acceptances(call, false)),
    )
    .with(FILTERED)
    .asking(&ASKING)
    .set("agreementAcceptances"),
];

fn agreement(call: &Call) -> Result<&Agreement, GraphError> {
    let id: AgreementId = call.id(0)?;
    call.tenant.agreements.iter().find(|agreement| agreement.id == id).ok_or_else(GraphError::not_found)
}

async fn files(call: Call, current: bool) -> Result<Reply, GraphError> {
    let agreement = agreement(&call)?;
    let all = versions(&call.app, &call.tenant, agreement.id).await.map_err(|error| call.broken(&error))?;
    let is_current = |version: &&AgreementVersion| {
        !current
            || agreement.files.iter().any(|file| file.language == version.language && file.number == version.number)
    };
    call.at_hand(&FILE, all.iter().filter(is_current).map(|version| file_row(agreement, version)).collect())
}

async fn data(call: Call) -> Result<Reply, GraphError> {
    let agreement = agreement(&call)?;
    let all = versions(&call.app, &call.tenant, agreement.id).await.map_err(|error| call.broken(&error))?;
    let version = all.iter().find(|version| version.version == call.parameter(1)).ok_or_else(GraphError::not_found)?;
    let evidence = content(&call.app, &call.tenant, version).await.map_err(|error| call.broken(&error))?;
    let evidence = evidence.ok_or_else(GraphError::not_found)?;
    // Never as something that a browser would run here.
    let media_type =
        if evidence.media_type == "application/pdf" { "application/pdf" } else { "text/plain; charset=utf-8" };
    Ok(Reply::File { bytes: Bytes::from(evidence.content), media_type })
}

async fn publish_file(call: Call) -> Result<Reply, GraphError> {
    let agreement = agreement(&call)?;
    let fields = &call.fields;
    let form = TermsForm::of(Path::new(fields.text("fileName").unwrap_or_default()))
        .map_err(|fault| GraphError::field("fileName", format!("The file {fault}.")))?;
    let data = fields.object("fileData");
    let content = BASE64.decode(data.text("data").unwrap_or_default().as_bytes());
    let content = content.map_err(|_| GraphError::field("fileData/data", "The data is no base64."))?;
    let wish = Publish {
        language: fields.text("language").unwrap_or_default().to_owned(),
        title: fields.text("displayName").map(str::to_owned),
        form,
        content,
        major: fields.truth("isMajorVersion").unwrap_or(false),
        transition: fields.time("transitionDateTime"),
    };
    if !is_language(&wish.language) {
        return Err(GraphError::field("language", "Write a language tag such as en or nl-BE."));
    }
    match publish(&call.app, &call.tenant, agreement, wish).await {
        Ok(version) => Ok(Reply::One(file_row(agreement, &version))),
        Err(PublishError::Document(fault)) => {
            let field = if fault.about_title { "displayName" } else { "fileData" };
            Err(GraphError::field(field, format!("The document {fault}.")))
        }
        Err(PublishError::Unchanged(number)) => {
            Err(GraphError::conflict(format!("Version {number} has exactly these bytes; nothing was published.")))
        }
        Err(error @ (PublishError::TransitionOver | PublishError::TransitionOfMinor)) => {
            Err(GraphError::field("transitionDateTime", error.to_string()))
        }
        Err(error @ (PublishError::Store(_) | PublishError::NotInForce(_))) => Err(call.broken(&error)),
    }
}

fn is_language(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Where a page of answers ends.
#[derive(serde::Serialize, serde::Deserialize)]
struct Mark(UserId, i64);

async fn acceptances(call: Call, of_one: bool) -> Result<Reply, GraphError> {
    let after = call.begin::<Mark>()?.map(|Mark(user, number)| (user, number));
    let mut query = AcceptanceQuery { after, limit: call.options.limit() + 1, ..AcceptanceQuery::default() };
    if of_one {
        query.agreement = Some(agreement(&call)?.id);
    }
    if let Some(filter) = &call.options.filter
        && !narrow(filter, &mut query)?
    {
        return Ok(Reply::List { rows: Vec::new(), next: None, count: None });
    }
    let (mut found, people) = answers(&call.app, &call.tenant, &query).await.map_err(|error| call.broken(&error))?;
    let most = call.options.limit() as usize;
    let more = found.len() > most;
    found.truncate(most);
    let next = match found.last().filter(|_| more) {
        Some((number, last)) => Some(call.link(&Mark(last.user, *number))?),
        None => None,
    };
    let now = call.app.clock.now();
    let rows = found
        .iter()
        .map(|(number, answer)| acceptance_row(&call, *number, answer, people.get(&answer.user), now))
        .collect();
    Ok(Reply::List { rows, next, count: None })
}

/// Equalities joined by `and`; `false` if nothing can fulfil them.
fn narrow(filter: &Filter, query: &mut AcceptanceQuery) -> Result<bool, GraphError> {
    let parts = match filter {
        Filter::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let fault = || GraphError {
        target: Some("$filter".to_owned()),
        ..GraphError::unsupported(
            "Answers are filtered by agreementId, userId and state, each by eq and joined by and.",
        )
    };
    let mut possible = true;
    for part in parts {
        let Filter::Compare { path, by: Comparison::Equal, value: Literal::Text(value) } = part else {
            return Err(fault());
        };
        possible &= match path.as_str() {
            "agreementId" => value.parse().is_ok_and(|id: AgreementId| {
                let same = query.agreement.is_none_or(|before| before == id);
                query.agreement = Some(id);
                same
            }),
            "userId" => value.parse().is_ok_and(|id: UserId| {
                let same = query.user.is_none_or(|before| before == id);
                query.user = Some(id);
                same
            }),
            "state" => {
                let state = match value.as_str() {
                    "accepted" => AcceptanceState::Accepted,
                    "declined" => AcceptanceState::Declined,
                    _ => return Ok(false),
                };
                let same = query.state.is_none_or(|before| before == state);
                query.state = Some(state);
                same
            }
            _ => return Err(fault()),
        };
    }
    Ok(possible)
}

fn agreement_row(agreement: &Agreement) -> Row {
    let days = agreement.reaccept_after.map(|span| format!("P{}D", span.as_secs() / 86_400));
    let expiration = agreement.expiration.map(|expiration| {
        json!({
            "startDateTime": format!("{}T00:00:00Z", expiration.start),
            "frequency": format!("P{}M", expiration.frequency.months()),
        })
    });
    row(json!({
        "id": agreement.id,
        "displayName": agreement.display_name,
        "isViewingBeforeAcceptanceRequired": agreement.viewing_required,
        "isPerDeviceAcceptanceRequired": false,
        "userReacceptRequiredFrequency": days,
        "termsExpiration": expiration,
    }))
}

fn file_row(agreement: &Agreement, version: &AgreementVersion) -> Row {
    let default = agreement.files.first().is_some_and(|file| file.language == version.language);
    row(json!({
        "id": version.version,
        "displayName": version.title,
        "fileName": format!("{}.{}", version.language, version.number),
        "language": version.language,
        "isDefault": default,
        "isMajorVersion": version.major,
        "transitionDateTime": version.transition.map(|until| until.to_string()),
        "versionNumber": version.number,
        "createdDateTime": version.published_at.to_string(),
        "fileData": null,
    }))
}

fn acceptance_row(call: &Call, number: i64, answer: &Acceptance, user: Option<&User>, now: Timestamp) -> Row {
    let agreement = call.tenant.agreements.iter().find(|agreement| agreement.id == answer.agreement);
    let expires = agreement
        .filter(|agreement| agreement.is_satisfied_by(answer, now))
        .and_then(|agreement| agreement.expires_at(answer, now));
    row(json!({
        "id": format!("{}_{number}", answer.user),
        "agreementId": answer.agreement,
        "agreementFileId": answer.version,
        "userId": answer.user,
        "userDisplayName": user.map(|user| &user.display_name),
        "userEmail": user.and_then(|user| user.mail.as_ref()),
        "userPrincipalName": user.map(|user| &user.user_principal_name),
        "state": match answer.state { AcceptanceState::Accepted => "accepted", AcceptanceState::Declined => "declined" },
        "recordedDateTime": answer.recorded_at.to_string(),
        "expirationDateTime": expires.map(|at| at.to_string()),
    }))
}
