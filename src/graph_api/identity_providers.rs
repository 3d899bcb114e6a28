//! `/identity/identityProviders` and OIDC federation: where guests sign in. No answer holds a secret.

use serde_json::json;

use super::errors::GraphError;
use super::odata::{LIST, ONE};
use super::operation::Verb::Get;
use super::operation::{Call, Gives, Operation, Reply, Row, row};
use super::permissions::Permission::{self, DirectoryRead, DirectoryReadWrite, IdentityProviderRead};
use super::schema::{Entity, Kind, Property};
use crate::model::{Connection, ConnectionKind, Preset};

const READERS: &[Permission] = &[IdentityProviderRead];
const FEDERATION_READERS: &[Permission] = &[IdentityProviderRead, DirectoryRead, DirectoryReadWrite];

/// Graph `identityProviderBase`.
const PROVIDER: Entity = Entity {
    name: "identityProviderBase",
    properties: &[
        Property::of("id", Kind::Text(64), "Its name."),
        Property::of("displayName", Kind::Text(256), "What guests read on the button."),
        Property::of(
            "identityProviderType",
            Kind::Text(64),
            "Google, GitHub, MicrosoftAccount, AADSignup, EmailOTP, OpenIDConnect or OAuth2.",
        ),
        Property::of("clientId", Kind::Text(512), "Our id there.").or_null(),
        Property::of("clientSecret", Kind::Text(8), "Stars where there is one, as in the original.").or_null(),
    ],
};

const DOMAIN: Entity = Entity {
    name: "externalDomainName",
    properties: &[
        Property::of("id", Kind::Text(253), "The domain."),
        Property::of(
            "isProved",
            Kind::Truth,
            "Whether its owner is known to use this provider. (Not in the original.)",
        ),
    ],
};

/// As Graph `samlOrWsFedExternalDomainFederation`, for OpenID Connect.
const FEDERATION: Entity = Entity {
    name: "oidcExternalDomainFederation",
    properties: &[
        Property::of("id", Kind::Text(64), "Its name."),
        Property::of("displayName", Kind::Text(256), "What guests read."),
        Property::of("issuerUri", Kind::Text(512), "The issuer."),
        Property::of("preferredAuthenticationProtocol", Kind::Text(32), "Always oidc."),
        Property::of("domains", Kind::Objects(&DOMAIN, 1_000), "Whose people sign in there."),
    ],
};

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::new(
        "identityProviders.list",
        Get,
        "/identity/identityProviders",
        "List where guests sign in.",
        READERS,
        Gives::List(&PROVIDER),
        |call| Box::pin(async move { call.at_hand(&PROVIDER, providers(&call)) }),
    )
    .with(LIST)
    .set("identity/identityProviders"),
    Operation::new(
        "identityProviders.get",
        Get,
        "/identity/identityProviders/{id}",
        "Read one identity provider.",
        READERS,
        Gives::One(&PROVIDER),
        |call| Box::pin(async move { call.one_of(providers(&call)) }),
    )
    .with(ONE)
    .set("identity/identityProviders"),
    Operation::new(
        "federationConfigurations.list",
        Get,
        "/directory/federationConfigurations",
        "List the identity providers of other organizations, with their domains.",
        FEDERATION_READERS,
        Gives::List(&FEDERATION),
        |call| Box::pin(async move { call.at_hand(&FEDERATION, federations(&call)) }),
    )
    .with(LIST)
    .set("directory/federationConfigurations"),
    Operation::new(
        "federationConfigurations.get",
        Get,
        "/directory/federationConfigurations/{id}",
        "Read the identity provider of another organization.",
        FEDERATION_READERS,
        Gives::One(&FEDERATION),
        |call| Box::pin(async move { call.one_of(federations(&call)) }),
    )
    .with(ONE)
    .set("directory/federationConfigurations"),
];

impl Call {
    /// Answers with the row whose `id` the path names.
    pub fn one_of(&self, rows: Vec<Row>) -> Result<Reply, GraphError> {
        let wanted = self.parameter(0);
        let found = rows.into_iter().find(|row| row.get("id").and_then(|id| id.as_str()) == Some(wanted));
        found.map(Reply::One).ok_or_else(GraphError::not_found)
    }
}

fn providers(call: &Call) -> Vec<Row> {
    let policies = &call.tenant.policies;
    let mut rows: Vec<Row> = call.tenant.connections.iter().map(provider_row).collect();
    let built_in = |id: &str, name: &str, kind: &str| {
        row(json!({
            "id": id, "displayName": name, "identityProviderType": kind, "clientId": null, "clientSecret": null,
        }))
    };
    if policies.email_one_time_passcode {
        rows.push(built_in("EmailOtpSignup-OAUTH", "Email One Time Passcode", "EmailOTP"));
    }
    if policies.personal_accounts {
        rows.push(built_in("MSASignup-OAUTH", "Personal account", "MicrosoftAccount"));
    }
    rows
}

fn provider_row(connection: &Connection) -> Row {
    let kind = match (connection.preset, connection.kind) {
        (Some(Preset::Google), _) => "Google",
        (Some(Preset::GitHub), _) => "GitHub",
        (Some(Preset::Microsoft), _) => "AADSignup",
        (Some(Preset::MicrosoftConsumers), _) => "MicrosoftAccount",
        (None, ConnectionKind::Oidc) => "OpenIDConnect",
        (None, ConnectionKind::OAuth2) => "OAuth2",
    };
    let secret = (!connection.client_secret.expose().is_empty()).then_some("****");
    row(json!({
        "id": connection.name,
        "displayName": connection.display_name,
        "identityProviderType": kind,
        "clientId": connection.client_id,
        "clientSecret": secret,
    }))
}

fn federations(call: &Call) -> Vec<Row> {
    let by_domain = |one: &&Connection| one.kind == ConnectionKind::Oidc && !one.domains.is_empty();
    call.tenant
        .connections
        .iter()
        .filter(by_domain)
        .map(|one| {
            let domains: Vec<_> = one
                .domains
                .iter()
                .map(|domain| json!({ "id": domain, "isProved": one.is_authoritative_for(domain) }))
                .collect();
            row(json!({
                "id": one.name,
                "displayName": one.display_name,
                "issuerUri": one.issuer,
                "preferredAuthenticationProtocol": "oidc",
                "domains": domains,
            }))
        })
        .collect()
}
