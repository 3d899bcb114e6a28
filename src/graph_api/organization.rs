//! `/organization`: the tenant of the token, and no other.

use serde_json::json;

use super::errors::GraphError;
use super::odata::{LIST, ONE};
use super::operation::Verb::{Get, Patch};
use super::operation::{Call, Delegated, Gives, Operation, Reply, Row, row};
use super::permissions::Permission::{self, DirectoryRead, DirectoryReadWrite, OrganizationRead};
use super::schema::Access::Update;
use super::schema::{Entity, Kind, Property};
use crate::model::{ManagedBy, TenantId};

const READERS: &[Permission] = &[OrganizationRead, DirectoryRead, DirectoryReadWrite];

const VERIFIED: Entity = Entity {
    name: "verifiedDomain",
    properties: &[
        Property::of("name", Kind::Text(253), "The domain."),
        Property::of("isDefault", Kind::Truth, "Whether it names the organization."),
        Property::of("isInitial", Kind::Truth, "Always false: no domain is given away here."),
        Property::of("type", Kind::Text(32), "Always Managed."),
    ],
};
const PRIVACY: Entity = Entity {
    name: "privacyProfile",
    properties: &[
        Property::of("contactEmail", Kind::Address, "Whom guests write to.").or_null().sent(Update),
        Property::of("statementUrl", Kind::Url, "The privacy statement.").or_null().sent(Update),
    ],
};

/// Graph `organization`.
const ORGANIZATION: Entity = Entity {
    name: "organization",
    properties: &[
        Property::of("id", Kind::Guid, "Id of the tenant; claim tid of its tokens."),
        Property::of("displayName", Kind::Text(256), "The name that guests read."),
        Property::of("preferredLanguage", Kind::Text(35), "Language where nothing better is known.").sent(Update),
        Property::of("privacyProfile", Kind::Object(&PRIVACY), "The privacy statement and its contact.").sent(Update),
        Property::of(
            "technicalNotificationMails",
            Kind::Texts(1),
            "Whom guests write to when something does not work.",
        )
        .sent(Update),
        Property::of("tenantType", Kind::Text(16), "Always AAD, the original's word for an organization."),
        Property::of("verifiedDomains", Kind::Objects(&VERIFIED, 1_000), "The verified domains."),
    ],
};

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new(
        "organization.list",
        Get,
        "/organization",
        "Read the organization of the token, as a list of one.",
        READERS,
        Gives::List(&ORGANIZATION),
        |call| Box::pin(async move { call.at_hand(&ORGANIZATION, vec![organization_row(&call)]) }),
    )
    .with(LIST)
    .set("organization")
    .delegated(Delegated::Anybody),
    Operation::new(
        "organization.get",
        Get,
        "/organization/{id}",
        "Read the organization of the token.",
        READERS,
        Gives::One(&ORGANIZATION),
        |call| Box::pin(get(call)),
    )
    .with(ONE)
    .set("organization")
    .delegated(Delegated::Anybody),
    Operation::new(
        "organization.update",
        Patch,
        "/organization/{id}",
        "Change the organization; refused where a file manages it.",
        &[DirectoryReadWrite],
        Gives::Nothing,
        |call| Box::pin(update(call)),
    )
    .changing(&ORGANIZATION),
];

fn own(call: &Call) -> Result<(), GraphError> {
    if call.id::<TenantId>(0)? == call.tenant.id { Ok(()) } else { Err(GraphError::not_found()) }
}

async fn get(call: Call) -> Result<Reply, GraphError> {
    own(&call)?;
    Ok(Reply::One(organization_row(&call)))
}

async fn update(call: Call) -> Result<Reply, GraphError> {
    own(&call)?;
    Err(call.read_only("The organization"))
}

impl Call {
    /// The refusal of a change to what the tenant itself says: where it is managed instead (decision 6).
    pub fn read_only(&self, what: &str) -> GraphError {
        match &self.tenant.managed_by {
            ManagedBy::File { place } => GraphError::managed_by_file(what, place),
            ManagedBy::Directory => GraphError::conflict(format!("{what} cannot be changed here.")),
        }
    }
}

fn organization_row(call: &Call) -> Row {
    let tenant = &call.tenant;
    let primary = tenant.primary_domain();
    let domains: Vec<_> = tenant
        .domains
        .iter()
        .map(|domain| {
            json!({ "name": domain, "isDefault": Some(domain) == primary, "isInitial": false, "type": "Managed" })
        })
        .collect();
    row(json!({
        "id": tenant.id,
        "displayName": tenant.display_name,
        "preferredLanguage": tenant.language,
        "privacyProfile": {
            "contactEmail": tenant.privacy.contact,
            "statementUrl": tenant.privacy.statement_url,
        },
        "technicalNotificationMails": tenant.privacy.technical_contact.iter().collect::<Vec<_>>(),
        "tenantType": "AAD",
        "verifiedDomains": domains,
    }))
}
