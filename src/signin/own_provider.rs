//! Members whose organization has an identity provider of its own (decision 2): they sign in there, and are made at their first
//! sign-in. No other provider makes or finds a member.

use super::advance::{SigninError, Visit};
use super::home_realm::{Route, by_domain};
use super::journey::Stranger;
use super::may_bind::Rules;
use crate::app::App;
use crate::clock::random_guid;
use crate::guests::personal_data::{PersonalData, Sealer};
use crate::model::{AuditEvent, EmailAddress, Identity, Method, User, UserId, UserType};
use crate::storage::StoreError;

/// Whether `identity` is a member's: of the provider that the tenant named for the verified domain of `address` itself, and
/// that has the last word there.
pub fn is_members(rules: Rules<'_>, identity: &Identity, address: &EmailAddress) -> bool {
    let Method::Connection { name } = &identity.method else { return false };
    let route = by_domain(rules.tenant, rules.snapshot, address.domain());
    rules.tenant.owns(address.domain()) && route.is_some_and(|route| route == Route::Connection(name.clone()))
}

/// The member who has just signed in at the tenant's own provider and whom no identity found yet: one who was added before and
/// never signed in there, or a new one. `None` for everybody else; an address that another of the provider's people has here
/// already finds nobody (INV4).
pub(super) async fn member_of(app: &App, visit: &Visit, stranger: &Stranger) -> Result<Option<User>, SigninError> {
    let vouched = |address: &&EmailAddress| is_members(Rules::of(app, visit), &stranger.identity, address);
    let Some(address) = stranger.verified.as_ref().filter(vouched) else { return Ok(None) };
    let mut tx = app.store.begin(visit.tenant.id).await?;
    let now = app.clock.now();
    let found = tx.member(address).await?;
    if found.as_ref().is_some_and(|member| member.identity.is_some() || !member.account_enabled) {
        return Ok(None);
    }
    let known = found.is_some();
    let mut member = found.unwrap_or_else(|| User {
        id: UserId::new(random_guid(app.random.as_ref())),
        user_principal_name: address.to_string(),
        display_name: stranger.name.clone().unwrap_or_else(|| address.to_string()),
        user_type: UserType::Member,
        creation_type: None,
        external_user_state: None,
        external_user_state_changed_at: None,
        mail: Some(address.clone()),
        invited_address: None,
        other_mails: Vec::new(),
        identity: None,
        account_enabled: true,
        preferred_language: None,
        admin: false,
        guest_inviter: false,
        sponsors: Vec::new(),
        expires_at: None,
        deleted_at: None,
        created_at: now,
        last_sign_in_at: None,
    });
    if !known {
        match tx.insert_user(&member).await {
            // Somebody else holds the name, or another tab was faster: the next sign-in finds who is there then.
            Err(StoreError::Conflict) => return Ok(None),
            written => written?,
        }
    }
    if !tx.bind_identity(member.id, &stranger.identity).await? {
        return Ok(None);
    }
    // What a password opened before the provider had the word ends with it.
    tx.bump_epoch(Some(member.id), now).await?;
    let activity = if known { "Update user" } else { "Add user" };
    let event = AuditEvent::success(activity).on(member.id).with("by", "the organization's own identity provider");
    let data = PersonalData { address: Some(address.clone()), network: Some(visit.network.clone()) };
    let event = Sealer::of(app).seal(tx.as_mut(), visit.tenant.id, event, &data).await?;
    tx.audit(now, &event).await?;
    tx.commit().await?;
    app.sessions.end_user(visit.tenant.id, member.id, now).await?;
    member.identity = Some(stranger.identity.clone());
    Ok(Some(member))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::{TestBlockKeys, connection, contoso, snapshot};

    /// A1, A9: only the provider that the tenant named for its own domain, with the last word there, has members.
    #[test]
    fn a1_members_come_from_the_tenants_own_provider_alone() {
        let mut tenant = contoso();
        let mut unproved = connection("unproved", &["contoso.localhost"], false);
        unproved.verified = false;
        unproved.proved = Vec::new();
        tenant.connections.extend([
            unproved,
            connection("own", &["contoso.localhost"], false),
            connection("social", &["contoso.localhost"], true),
        ]);
        let snapshot = snapshot();
        let rows = [
            ("own", "m@contoso.localhost", true),
            ("own", "m@CONTOSO.localhost", true),
            // Of another domain of the tenant, of a partner, of a subdomain: not by this provider.
            ("own", "m@contoso.example", false),
            ("own", "m@fabrikam.example", false),
            ("fabrikam", "m@fabrikam.example", false),
            ("fabrikam", "m@contoso.localhost", false),
            ("social", "m@contoso.localhost", false),
            ("unproved", "m@contoso.localhost", false),
            ("nobody", "m@contoso.localhost", false),
        ];
        for (name, address, may) in rows {
            let method = Method::Connection { name: name.parse().unwrap() };
            let identity = Identity { issuer: "i".to_owned(), subject: "s".to_owned(), method };
            let rules = Rules { tenant: &tenant, snapshot: &snapshot, keys: &TestBlockKeys };
            let Ok(address) = address.parse::<EmailAddress>() else { continue };
            assert_eq!(is_members(rules, &identity, &address), may, "{name} {address}");
            for method in [Method::OneTimePasscode, Method::PersonalAccount, Method::MemberPassword] {
                let other = Identity { method, ..identity.clone() };
                assert!(!is_members(rules, &other, &address), "{other:?}");
            }
            // The control takes whoever says to have an address of the tenant.
            assert!(may || name == "nobody" || tenant.connection(&name.parse().unwrap()).is_some());
        }
    }
}
