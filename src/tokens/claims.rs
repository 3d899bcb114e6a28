//! What a client learns about a guest: the claims of the original, from facts that the gate has just read.

use serde_json::{Map, Value, json};

use super::gate::Admitted;
use super::pairwise;
use crate::app::App;
use crate::model::{AppId, Method, SessionRecord, Tenant, Timestamp, UserType};

/// Claims that say who the tenant and the guest are; in every answer about one.
const ALWAYS: [&str; 5] = ["sub", "tid", "oid", "acct", "idp"];
/// Claims of the scope `profile`.
const PROFILE: [&str; 4] = ["name", "preferred_username", "roles", "groups"];
/// Claims of the scope `email`.
const EMAIL: [&str; 3] = ["email", "email_verified", "xms_edov"];
/// Every claim about a guest, for metadata.
pub const ABOUT_GUESTS: [&str; 12] = [
    "sub",
    "tid",
    "oid",
    "acct",
    "idp",
    "name",
    "preferred_username",
    "roles",
    "groups",
    "email",
    "email_verified",
    "xms_edov",
];

/// The claims about a guest that `scopes` and single wishes (`more`) give.
pub fn about(
    app: &App,
    tenant: &Tenant,
    admitted: &Admitted,
    scopes: &[String],
    more: &[String],
) -> Map<String, Value> {
    let all = everything(app, tenant, admitted);
    let scope = |name: &str| scopes.iter().any(|scope| scope == name);
    let wanted = |name: &str| {
        ALWAYS.contains(&name)
            || scope("profile") && PROFILE.contains(&name)
            || scope("email") && EMAIL.contains(&name)
            || more.iter().any(|wish| wish == name)
    };
    all.into_iter().filter(|(name, _)| wanted(name)).collect()
}

fn everything(app: &App, tenant: &Tenant, admitted: &Admitted) -> Map<String, Value> {
    let record = admitted.record();
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("sub", json!(pairwise::subject(&app.keys, record.tenant, record.user, admitted.app())));
    put("tid", json!(record.tenant));
    put("oid", json!(record.user));
    put("acct", json!(i32::from(record.user_type == UserType::Guest)));
    if record.user_type == UserType::Guest {
        put("idp", json!(record.identity.issuer));
    }
    put("name", json!(record.display_name));
    if let Some(mail) = &record.mail {
        put("preferred_username", json!(mail.as_str()));
        put("email", json!(mail.as_str()));
        put("email_verified", json!(is_verified(record)));
        put("xms_edov", json!(is_domain_verified(tenant, record)));
    }
    let roles = roles(record, admitted.app());
    if !roles.is_empty() {
        put("roles", json!(roles));
    }
    if !record.groups.is_empty() {
        put("groups", json!(record.groups));
    }
    claims
}

/// Whether the mailbox itself was proved with this sign-in.
fn is_verified(record: &SessionRecord) -> bool {
    record.mail.is_some() && record.mail == record.verified_address
}

/// Whether the owner of the domain has the last word on the address (claim `xms_edov` of the original): a member's own
/// domain, a home organization or provider that is bound to the domain, or a code that was read in the mailbox.
fn is_domain_verified(tenant: &Tenant, record: &SessionRecord) -> bool {
    let Some(mail) = record.mail.as_ref().filter(|_| is_verified(record)) else { return false };
    match &record.identity.method {
        Method::OneTimePasscode | Method::PersonalAccount | Method::Tenant { .. } => true,
        Method::MemberPassword => tenant.owns(mail.domain()),
        Method::Connection { name } => {
            tenant.connection(name).is_some_and(|connection| connection.is_authoritative_for(mail.domain()))
        }
    }
}

/// What the guest is within `app`.
pub fn roles(record: &SessionRecord, app: AppId) -> Vec<String> {
    record.app_roles.iter().filter(|role| role.app == app).map(|role| role.role.clone()).collect()
}

/// When a person last showed a secret.
pub fn auth_time(record: &SessionRecord) -> Timestamp {
    record.authenticated_at.unwrap_or(record.signed_in_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::{address, contoso, session_record};

    #[test]
    fn a1_an_address_counts_as_verified_only_where_its_domain_has_a_say() {
        let tenant = contoso();
        let mut record = session_record();
        record.mail = Some(address("guest@fabrikam.example"));
        assert!(!is_domain_verified(&tenant, &record), "proved by nobody");
        record.verified_address = record.mail.clone();
        assert!(is_domain_verified(&tenant, &record), "read in the mailbox");
        record.identity.method = Method::Connection { name: "fabrikam".parse().unwrap() };
        assert!(is_domain_verified(&tenant, &record), "bound to the domain");
        record.mail = Some(address("guest@elsewhere.example"));
        assert!(!is_domain_verified(&tenant, &record), "another address than the one that was proved");
        record.verified_address = record.mail.clone();
        assert!(!is_domain_verified(&tenant, &record), "a provider without a say on that domain");
        record.identity.method = Method::MemberPassword;
        assert!(!is_domain_verified(&tenant, &record), "no domain of the tenant");
    }
}
