//! How a user looks to programs.

use serde_json::json;

use super::operation::{Row, row};
use super::schema::Access::Update;
use super::schema::{Entity, Kind, LANGUAGE, LINE, Property};
use crate::model::Permission::{AuditLogRead, DirectoryReadWrite, UserEnableDisable, UserReadWrite};
use crate::model::{Method, Tenant, User, UserType};

const CHANGED_BY: &[crate::model::Permission] = &[UserReadWrite, DirectoryReadWrite];

/// Graph `objectIdentity`.
const IDENTITY: Entity = Entity {
    name: "objectIdentity",
    properties: &[
        Property::of(
            "signInType",
            Kind::Text(64),
            "How one signs in: userPrincipalName before redemption, then federated.",
        ),
        Property::of(
            "issuer",
            Kind::Text(512),
            "The organization's domain before redemption, then who vouches: an issuer, or mail.",
        ),
        Property::of(
            "issuerAssignedId",
            Kind::Text(512),
            "The principal name before redemption; null afterwards, as in the original.",
        )
        .or_null(),
    ],
};

/// Graph `signInActivity`.
const ACTIVITY: Entity = Entity {
    name: "signInActivity",
    properties: &[Property::of("lastSignInDateTime", Kind::Time, "The last completed sign-in.").or_null()],
};

/// Graph `user`.
pub const USER: Entity = Entity {
    name: "user",
    properties: &[
        Property::of("id", Kind::Guid, "Id of the object; claim oid of its tokens."),
        Property::of("displayName", Kind::Text(256), "The name that others see.")
            .sent(Update)
            .sent_by(CHANGED_BY)
            .like(LINE),
        Property::of("mail", Kind::Address, "The address; null where another object holds it.")
            .or_null()
            .sent(Update)
            .sent_by(CHANGED_BY),
        Property::of("otherMails", Kind::Addresses(20), "Further addresses.").sent(Update).sent_by(CHANGED_BY),
        Property::of("preferredLanguage", Kind::Text(35), "Language of pages and mails (BCP 47).")
            .or_null()
            .sent(Update)
            .sent_by(CHANGED_BY)
            .like(LANGUAGE),
        Property::of("userPrincipalName", Kind::Text(512), "The principal name; of guests with #EXT#."),
        Property::of("accountEnabled", Kind::Truth, "False for whoever is blocked.")
            .on_select()
            .sent(Update)
            .sent_by(&[UserReadWrite, UserEnableDisable]),
        Property::of("createdDateTime", Kind::Time, "When the object was made.").on_select(),
        Property::of("creationType", Kind::Word(&["Invitation"]), "How the object came about; null for members.")
            .or_null()
            .on_select(),
        Property::of("deletedDateTime", Kind::Time, "Since when it lies in the bin.").or_null().on_select(),
        Property::of(
            "externalUserState",
            Kind::Word(&["PendingAcceptance", "Accepted"]),
            "Where the redemption stands; null for members.",
        )
        .or_null()
        .on_select(),
        Property::of("externalUserStateChangeDateTime", Kind::Time, "Since when it stands there.")
            .or_null()
            .on_select(),
        Property::of("identities", Kind::Objects(&IDENTITY, 1), "How this user signs in.").on_select(),
        Property::of("proxyAddresses", Kind::Texts(21), "The mail as SMTP:…, the other mails as smtp:….").on_select(),
        Property::of("signInActivity", Kind::Object(&ACTIVITY), "When this user signed in last.")
            .on_select()
            .seen_by(&[AuditLogRead]),
        Property::of("userType", Kind::Word(&["Guest", "Member"]), "Guest or member.").on_select(),
    ],
};

/// A user as a row.
pub fn user_row(tenant: &Tenant, user: &User) -> Row {
    let proxies = user.mail.iter().map(|mail| format!("SMTP:{mail}"));
    let proxies: Vec<String> = proxies.chain(user.other_mails.iter().map(|mail| format!("smtp:{mail}"))).collect();
    row(json!({
        "id": user.id,
        "displayName": user.display_name,
        "mail": user.mail,
        "otherMails": user.other_mails,
        "preferredLanguage": user.preferred_language,
        "userPrincipalName": user.user_principal_name,
        "accountEnabled": user.account_enabled,
        "createdDateTime": user.created_at.to_string(),
        "creationType": user.creation_type,
        "deletedDateTime": user.deleted_at.map(|at| at.to_string()),
        "externalUserState": user.external_user_state.map(|state| state.as_str()),
        "externalUserStateChangeDateTime": user.external_user_state_changed_at.map(|at| at.to_string()),
        "identities": [identity(tenant, user)],
        "proxyAddresses": proxies,
        "signInActivity": { "lastSignInDateTime": user.last_sign_in_at.map(|at| at.to_string()) },
        "userType": match user.user_type { UserType::Guest => "Guest", UserType::Member => "Member" },
    }))
}

fn identity(tenant: &Tenant, user: &User) -> serde_json::Value {
    let own = tenant.primary_domain().map(|domain| domain.as_str()).unwrap_or_default();
    match &user.identity {
        // Redeemed means agreed: until then whoever signed in is no source yet.
        Some(bound) if !user.is_pending() && bound.method != Method::MemberPassword => {
            let issuer = if bound.method == Method::OneTimePasscode { "mail" } else { &bound.issuer };
            json!({ "signInType": "federated", "issuer": issuer, "issuerAssignedId": null })
        }
        _ => json!({ "signInType": "userPrincipalName", "issuer": own, "issuerAssignedId": user.user_principal_name }),
    }
}
