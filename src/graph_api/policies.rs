//! `/policies`: who may invite, in which order a guest's home is looked for, by which methods guests sign in.

use serde_json::{Value, json};

use super::body::Fields;
use super::errors::GraphError;
use super::odata::{LIST, ONE};
use super::operation::Verb::{Get, Patch, Post};
use super::operation::{Call, Gives, Handler, Operation, Reply, Row, row};
use super::schema::Access::Update;
use super::schema::{DOMAIN, Entity, Kind, Property};
use crate::model::Permission::{
    self, PolicyAuthenticationMethod, PolicyAuthorization, PolicyCrossTenantAccess, PolicyRead,
};
use crate::model::{MfaPolicy, PolicyKey};
use crate::tenants::set_policies::{self, PolicyError, PolicyPart};

/// Graph `authorizationPolicy`.
const AUTHORIZATION: Entity = Entity {
    name: "authorizationPolicy",
    properties: &[
        Property::of("id", Kind::Text(64), "Always authorizationPolicy."),
        Property::of("displayName", Kind::Text(64), "Always Authorization Policy."),
        Property::of(
            "allowInvitesFrom",
            Kind::Word(&["none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"]),
            "Who may invite.",
        )
        .sent(Update),
        Property::of("guestUserRoleId", Kind::Guid, "What guests see of the directory: themselves alone."),
        Property::of("allowEmailVerifiedUsersToJoinOrganization", Kind::Truth, "Always false: guests are invited."),
        Property::of("allowedDomains", Kind::Texts(1_000), "Only these may be invited, if any. (Not in the original.)")
            .or_null()
            .sent(Update)
            .like(DOMAIN),
        Property::of("blockedDomains", Kind::Texts(1_000), "These may not be invited. (Not in the original.)")
            .or_null()
            .sent(Update)
            .like(DOMAIN),
    ],
};

const ORDER: Entity = Entity {
    name: "defaultInvitationRedemptionIdentityProviderConfiguration",
    properties: &[
        Property::of("primaryIdentityProviderPrecedenceOrder", Kind::Texts(3), "The order, each at most once.")
            .sent(Update)
            .like("^(?:azureActiveDirectory|externalFederation|socialIdentityProviders)$"),
        Property::of(
            "fallbackIdentityProvider",
            Kind::Word(&["defaultConfiguredIdp", "emailOneTimePasscode", "microsoftAccount"]),
            "What comes after it.",
        )
        .sent(Update),
    ],
};
const CONSENT: Entity = Entity {
    name: "inboundOutboundPolicyConfiguration",
    properties: &[
        Property::of("inboundAllowed", Kind::Truth, "Members of the other one review no permissions here.")
            .or_null()
            .sent(Update),
        Property::of("outboundAllowed", Kind::Truth, "Ours review none there.").or_null().sent(Update),
    ],
};

/// Graph `crossTenantAccessPolicyConfigurationDefault`.
const CROSS_TENANT: Entity = Entity {
    name: "crossTenantAccessPolicyConfigurationDefault",
    properties: &[
        Property::of("isServiceDefault", Kind::Truth, "Always false."),
        Property::of("automaticUserConsentSettings", Kind::Object(&CONSENT), "Never by default."),
        Property::of(
            "invitationRedemptionIdentityProviderConfiguration",
            Kind::Object(&ORDER),
            "The redemption order.",
        )
        .sent(Update),
    ],
};

/// Graph `crossTenantAccessPolicyConfigurationPartner`.
const PARTNER: Entity = Entity {
    name: "crossTenantAccessPolicyConfigurationPartner",
    properties: &[
        Property::of("tenantId", Kind::Guid, "The other organization of this instance."),
        Property::of("automaticUserConsentSettings", Kind::Object(&CONSENT), "What was agreed with it."),
    ],
};

const METHOD: Entity = Entity {
    name: "authenticationMethodConfiguration",
    properties: &[
        Property::of("id", Kind::Text(64), "Email, PersonalAccount or SoftwareOath."),
        Property::of("state", Kind::Word(&["enabled", "disabled"]), "Whether it is on.").sent(Update),
    ],
};

/// Graph `authenticationMethodsPolicy`.
const METHODS: Entity = Entity {
    name: "authenticationMethodsPolicy",
    properties: &[
        Property::of("id", Kind::Text(64), "Always authenticationMethodsPolicy."),
        Property::of("displayName", Kind::Text(64), "Always Authentication Methods Policy."),
        Property::of("authenticationMethodConfigurations", Kind::Objects(&METHOD, 10), "The methods."),
    ],
};

const AUTHORIZATION_PATH: &str = "/policies/authorizationPolicy";
const DEFAULT_PATH: &str = "/policies/crossTenantAccessPolicy/default";
const METHOD_PATH: &str = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}";

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    read("authorizationPolicy.get", AUTHORIZATION_PATH, "Read who may invite.", Gives::One(&AUTHORIZATION), |call| {
        Box::pin(async move { Ok(Reply::One(authorization(&call))) })
    })
    .with(ONE)
    .set("policies/authorizationPolicy"),
    write(
        "authorizationPolicy.update",
        AUTHORIZATION_PATH,
        "Change who may invite; refused as far as a file names it.",
        &[PolicyAuthorization],
        |call| Box::pin(change_authorization(call)),
    )
    .changing(&AUTHORIZATION),
    read(
        "crossTenantAccessPolicy.default.get",
        DEFAULT_PATH,
        "Read the redemption order.",
        Gives::One(&CROSS_TENANT),
        |call| Box::pin(async move { Ok(Reply::One(cross_tenant(&call))) }),
    )
    .with(ONE)
    .set("policies/crossTenantAccessPolicy/default"),
    write(
        "crossTenantAccessPolicy.default.update",
        DEFAULT_PATH,
        "Change the redemption order; refused as far as a file names it.",
        &[PolicyCrossTenantAccess],
        |call| Box::pin(change_order(call)),
    )
    .changing(&CROSS_TENANT),
    Operation::new(
        "crossTenantAccessPolicy.default.reset",
        Post,
        "/policies/crossTenantAccessPolicy/default/resetToSystemDefault",
        "Take back what was set here of the redemption order; refused as far as a file names it.",
        &[PolicyCrossTenantAccess],
        Gives::Nothing,
        |call| Box::pin(reset_order(call)),
    ),
    read(
        "crossTenantAccessPolicy.partners.list",
        "/policies/crossTenantAccessPolicy/partners",
        "List what was agreed with other organizations of this instance.",
        Gives::List(&PARTNER),
        |call| Box::pin(async move { call.at_hand(&PARTNER, partners(&call)) }),
    )
    .with(LIST)
    .set("policies/crossTenantAccessPolicy/partners"),
    read(
        "authenticationMethodsPolicy.get",
        "/policies/authenticationMethodsPolicy",
        "Read by which methods guests sign in.",
        Gives::One(&METHODS),
        |call| Box::pin(async move { Ok(Reply::One(methods_policy(&call))) }),
    )
    .with(ONE)
    .set("policies/authenticationMethodsPolicy"),
    read("authenticationMethodsPolicy.method.get", METHOD_PATH, "Read one method.", Gives::One(&METHOD), |call| {
        Box::pin(method(call))
    })
    .with(ONE)
    .set("policies/authenticationMethodsPolicy/authenticationMethodConfigurations"),
    write(
        "authenticationMethodsPolicy.method.update",
        METHOD_PATH,
        "Switch a method on or off; refused as far as a file names it.",
        &[PolicyAuthenticationMethod],
        |call| Box::pin(change_method(call)),
    )
    .changing(&METHOD),
];

const fn read(id: &'static str, path: &'static str, words: &'static str, gives: Gives, handler: Handler) -> Operation {
    Operation::new(id, Get, path, words, &[PolicyRead], gives, handler)
}

const fn write(
    id: &'static str,
    path: &'static str,
    words: &'static str,
    needs: &'static [Permission],
    handler: Handler,
) -> Operation {
    Operation::new(id, Patch, path, words, needs, Gives::Nothing, handler)
}

fn authorization(call: &Call) -> Row {
    let policies = &call.tenant.policies;
    row(json!({
        "id": "authorizationPolicy",
        "displayName": "Authorization Policy",
        "allowInvitesFrom": policies.allow_invites_from,
        // The original's id for guests who see their own profile alone.
        "guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b",
        "allowEmailVerifiedUsersToJoinOrganization": false,
        "allowedDomains": policies.allowed_domains,
        "blockedDomains": policies.blocked_domains,
    }))
}

fn cross_tenant(call: &Call) -> Row {
    let policies = &call.tenant.policies;
    row(json!({
        "isServiceDefault": false,
        "automaticUserConsentSettings": { "inboundAllowed": null, "outboundAllowed": null },
        "invitationRedemptionIdentityProviderConfiguration": {
            "primaryIdentityProviderPrecedenceOrder": policies.primary_identity_provider_precedence_order,
            "fallbackIdentityProvider": policies.fallback_identity_provider,
        },
    }))
}

fn partners(call: &Call) -> Vec<Row> {
    let partners = call.tenant.partners.iter().map(|partner| {
        row(json!({
            "tenantId": partner.tenant,
            "automaticUserConsentSettings": {
                "inboundAllowed": partner.automatic_redemption_inbound,
                "outboundAllowed": partner.automatic_redemption_outbound,
            },
        }))
    });
    partners.collect()
}

fn methods(call: &Call) -> Vec<Row> {
    let policies = &call.tenant.policies;
    [
        ("Email", policies.email_one_time_passcode),
        ("PersonalAccount", policies.personal_accounts),
        ("SoftwareOath", policies.mfa != MfaPolicy::Off),
    ]
    .map(|(id, on)| row(json!({ "id": id, "state": if on { "enabled" } else { "disabled" } })))
    .into()
}

fn methods_policy(call: &Call) -> Row {
    row(json!({
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "authenticationMethodConfigurations": methods(call),
    }))
}

/// Clients write the id in either case.
fn named(call: &Call) -> Result<Row, GraphError> {
    let wanted = call.parameter(0);
    let mut all = methods(call).into_iter();
    let found =
        all.find(|row| row.get("id").and_then(|id| id.as_str()).is_some_and(|id| id.eq_ignore_ascii_case(wanted)));
    found.ok_or_else(GraphError::not_found)
}

async fn method(call: Call) -> Result<Reply, GraphError> {
    named(&call).map(Reply::One)
}

/// What the original calls the properties of a body, and what they are in a tenant's file.
type Named = &'static [(&'static str, PolicyKey)];

const INVITING: Named = &[
    ("allowInvitesFrom", PolicyKey::AllowInvitesFrom),
    ("allowedDomains", PolicyKey::AllowedDomains),
    ("blockedDomains", PolicyKey::BlockedDomains),
];
const REDEEMING: Named = &[
    ("primaryIdentityProviderPrecedenceOrder", PolicyKey::PrimaryIdentityProviderPrecedenceOrder),
    ("fallbackIdentityProvider", PolicyKey::FallbackIdentityProvider),
];

async fn change_authorization(call: Call) -> Result<Reply, GraphError> {
    let wanted = wanted(&call.fields, INVITING);
    change(&call, PolicyPart::Inviting, "", INVITING, wanted).await
}

async fn change_order(call: Call) -> Result<Reply, GraphError> {
    const WITHIN: &str = "invitationRedemptionIdentityProviderConfiguration";
    let wanted = wanted(&call.fields.object(WITHIN), REDEEMING);
    change(&call, PolicyPart::Redeeming, &format!("{WITHIN}/"), REDEEMING, wanted).await
}

async fn reset_order(call: Call) -> Result<Reply, GraphError> {
    let wanted = REDEEMING.iter().map(|(_, key)| (*key, Value::Null)).collect();
    change(&call, PolicyPart::Redeeming, "", REDEEMING, wanted).await
}

async fn change_method(call: Call) -> Result<Reply, GraphError> {
    let method = named(&call)?;
    let state = call.fields.text("state").map(|state| state == "enabled");
    let mfa = call.tenant.policies.mfa;
    let (key, value) = match (method.get("id").and_then(|id| id.as_str()), state) {
        (_, None) => return Ok(Reply::Nothing),
        (Some("Email"), Some(on)) => (PolicyKey::EmailOneTimePasscode, json!(on)),
        (Some("PersonalAccount"), Some(on)) => (PolicyKey::PersonalAccounts, json!(on)),
        // Whoever switches it on when it is on already does not take it from members.
        (_, Some(true)) if mfa != MfaPolicy::Off => (PolicyKey::Mfa, json!(mfa)),
        (_, Some(true)) => (PolicyKey::Mfa, json!(MfaPolicy::Guests)),
        (_, Some(false)) => (PolicyKey::Mfa, json!(MfaPolicy::Off)),
    };
    change(&call, PolicyPart::Methods, "", &[], vec![(key, value)]).await
}

fn wanted(fields: &Fields, named: Named) -> Vec<(PolicyKey, Value)> {
    named.iter().filter_map(|(name, key)| Some((*key, fields.value(name)?.clone()))).collect()
}

async fn change(
    call: &Call,
    part: PolicyPart,
    within: &str,
    named: Named,
    wanted: Vec<(PolicyKey, Value)>,
) -> Result<Reply, GraphError> {
    let property = |key: PolicyKey| {
        let name = named.iter().find(|(_, other)| *other == key).map_or("state", |(name, _)| *name);
        format!("{within}{name}")
    };
    match set_policies::set(&call.app, call.tenant.id, call.claimant(), part, &wanted).await {
        Ok(()) => Ok(Reply::Nothing),
        Err(PolicyError::Managed { key, place }) => {
            let what = format!("The property {}", property(key));
            Err(GraphError { target: Some(property(key)), ..GraphError::managed_by_file(&what, &place) })
        }
        Err(PolicyError::Senseless(key)) => {
            let message = format!("The property {} holds something that is none, or something twice.", property(key));
            Err(GraphError::field(property(key), message))
        }
        Err(PolicyError::Contradiction(contradiction)) => {
            Err(GraphError::conflict(format!("These policies do not go together: {contradiction}.")))
        }
        Err(error @ (PolicyError::Unreadable(_) | PolicyError::Store(_) | PolicyError::NotInForce(_))) => {
            Err(call.broken(&error))
        }
    }
}
