//! `/domains`: the organization's own domains. A new one counts once its DNS record was seen, and not before.

use serde_json::json;

use super::errors::GraphError;
use super::odata::{LIST, NONE, ONE};
use super::operation::Verb::{Delete, Get, Post};
use super::operation::{Call, Gives, Operation, Reply, Row, row};
use super::refusals::sentence;
use super::schema::Access::Required;
use super::schema::{DOMAIN as NAME, Entity, Kind, Property};
use crate::model::Domain;
use crate::model::Permission::{self, DirectoryRead, DirectoryReadWrite, DomainRead, DomainReadWrite};
use crate::tenants::own_domains::{DomainClaim, DomainError, claim, claims, remove, verify};

const READERS: &[Permission] = &[DomainRead, DomainReadWrite, DirectoryRead, DirectoryReadWrite];
const WRITERS: &[Permission] = &[DomainReadWrite];

/// Graph `domain`.
const DOMAIN: Entity = Entity {
    name: "domain",
    properties: &[
        Property::of("id", Kind::Text(253), "The domain.").sent(Required).like(NAME),
        Property::of("authenticationType", Kind::Text(32), "Always Managed."),
        Property::of("isAdminManaged", Kind::Truth, "Always true."),
        Property::of("isDefault", Kind::Truth, "Whether it names the organization."),
        Property::of("isInitial", Kind::Truth, "Always false."),
        Property::of("isVerified", Kind::Truth, "Whether it counts."),
        Property::of("supportedServices", Kind::Texts(1), "Always empty."),
    ],
};

/// Graph `domainDnsTxtRecord`.
const RECORD: Entity = Entity {
    name: "domainDnsRecord",
    properties: &[
        Property::of("id", Kind::Text(257), "Id of the record: txt- and the domain."),
        Property::of("label", Kind::Text(253), "Where it stands: the domain itself."),
        Property::of("recordType", Kind::Text(8), "Always Txt."),
        Property::of("text", Kind::Text(255), "What it says."),
        Property::of("ttl", Kind::Number, "Seconds."),
        Property::of("isOptional", Kind::Truth, "Always false."),
        Property::of("supportedService", Kind::Text(16), "Always empty."),
    ],
};

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new("domains.list", Get, "/domains", "List domains.", READERS, Gives::List(&DOMAIN), |call| {
        Box::pin(list(call))
    })
    .with(LIST)
    .set("domains"),
    Operation::new("domains.get", Get, "/domains/{id}", "Read a domain.", READERS, Gives::One(&DOMAIN), |call| {
        Box::pin(async move { call.one_of(rows(&call).await?) })
    })
    .with(ONE)
    .set("domains"),
    Operation::new(
        "domains.create",
        Post,
        "/domains",
        "Claim a domain; it counts once it is verified.",
        WRITERS,
        Gives::Created(&DOMAIN),
        |call| Box::pin(create(call)),
    )
    .making(&DOMAIN)
    .set("domains"),
    Operation::new(
        "domains.verificationDnsRecords.list",
        Get,
        "/domains/{id}/verificationDnsRecords",
        "Read the DNS record that verifies a claimed domain.",
        WRITERS,
        Gives::List(&RECORD),
        |call| Box::pin(records(call)),
    )
    .with(NONE)
    .set("domainDnsRecords"),
    Operation::new(
        "domains.verify",
        Post,
        "/domains/{id}/verify",
        "Look for the DNS record of a claimed domain. Once it is seen, its people are members.",
        WRITERS,
        Gives::One(&DOMAIN),
        |call| Box::pin(look(call)),
    )
    .set("domains"),
    Operation::new(
        "domains.delete",
        Delete,
        "/domains/{id}",
        "Remove a domain that was claimed here; refused for one that a file names.",
        WRITERS,
        Gives::Nothing,
        |call| Box::pin(take_away(call)),
    ),
];

fn refused(call: &Call, error: DomainError) -> GraphError {
    match error {
        DomainError::Unknown => GraphError::not_found(),
        DomainError::Managed(place) => GraphError::managed_by_file("This domain", &place),
        DomainError::Known => GraphError::conflict("This domain is in the list already."),
        DomainError::TooMany => GraphError::quota(sentence(&error)),
        DomainError::NotSeen => GraphError::bad(sentence(&error)),
        DomainError::Store(_) | DomainError::NotInForce(_) => call.broken(&error),
    }
}

async fn open(call: &Call) -> Result<Vec<DomainClaim>, GraphError> {
    claims(&call.app, &call.tenant).await.map_err(|error| call.broken(&error))
}

async fn rows(call: &Call) -> Result<Vec<Row>, GraphError> {
    let primary = call.tenant.primary_domain();
    let mut rows: Vec<Row> =
        call.tenant.domains.iter().map(|domain| domain_row(domain, true, Some(domain) == primary)).collect();
    rows.extend(open(call).await?.iter().map(|claim| domain_row(&claim.domain, false, false)));
    Ok(rows)
}

async fn list(call: Call) -> Result<Reply, GraphError> {
    let rows = rows(&call).await?;
    call.at_hand(&DOMAIN, rows)
}

async fn create(call: Call) -> Result<Reply, GraphError> {
    let domain: Domain = call
        .fields
        .text("id")
        .unwrap_or_default()
        .parse()
        .map_err(|error| GraphError::field("id", format!("This is no domain: {error}.")))?;
    match claim(&call.app, &call.tenant, call.claimant(), domain).await {
        Ok(claim) => Ok(Reply::One(domain_row(&claim.domain, false, false))),
        Err(error) => Err(refused(&call, error)),
    }
}

async fn records(call: Call) -> Result<Reply, GraphError> {
    let domain: Domain = call.id(0)?;
    let claim =
        open(&call).await?.into_iter().find(|claim| claim.domain == domain).ok_or_else(GraphError::not_found)?;
    let record = row(json!({
        "id": format!("txt-{domain}"),
        "label": domain,
        "recordType": "Txt",
        "text": claim.record,
        "ttl": 3600,
        "isOptional": false,
        "supportedService": "",
    }));
    Ok(Reply::List { rows: vec![record], next: None, count: None })
}

async fn look(call: Call) -> Result<Reply, GraphError> {
    let domain: Domain = call.id(0)?;
    if call.tenant.owns(&domain) {
        let primary = call.tenant.primary_domain() == Some(&domain);
        return Ok(Reply::One(domain_row(&domain, true, primary)));
    }
    match verify(&call.app, &call.tenant, call.claimant(), &domain).await {
        Ok(()) => Ok(Reply::One(domain_row(&domain, true, false))),
        Err(error) => Err(refused(&call, error)),
    }
}

async fn take_away(call: Call) -> Result<Reply, GraphError> {
    let domain: Domain = call.id(0)?;
    let done = remove(&call.app, &call.tenant, call.claimant(), &domain).await;
    done.map(|()| Reply::Nothing).map_err(|error| refused(&call, error))
}

fn domain_row(domain: &Domain, verified: bool, default: bool) -> Row {
    row(json!({
        "id": domain,
        "authenticationType": "Managed",
        "isAdminManaged": true,
        "isDefault": default,
        "isInitial": false,
        "isVerified": verified,
        "supportedServices": [],
    }))
}
