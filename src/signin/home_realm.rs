//! Home realm discovery before proof: from a domain and a tenant's settings alone, never from who exists (decision 4).

use crate::model::{
    ConnectionKind, ConnectionName, Domain, FallbackIdentityProvider, PrimaryIdentityProvider, Tenant, TenantId,
};
use crate::snapshot::Snapshot;

/// Where a domain leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// Another tenant of this instance: its member signs in there.
    Tenant(TenantId),
    /// An identity provider of this tenant.
    Connection(ConnectionName),
}

/// The ways a tenant offers where the domain gives no route: one page, the same for every address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Send a code.
    pub passcode: bool,
    /// Password of a personal account; making one needs the invitation mail besides.
    pub personal_account: bool,
    /// Buttons of social providers.
    pub social: Vec<ConnectionName>,
    /// Password of a member of this very tenant.
    pub member_password: bool,
}

impl Ways {
    /// Whether a guest has no way at all here.
    pub fn is_empty(&self) -> bool {
        !self.passcode && !self.personal_account && self.social.is_empty()
    }
}

/// The route of a domain, first match in the tenant's order (entra-b2b §4.2, decision 7); `None` offers [`ways`].
pub fn by_domain(tenant: &Tenant, snapshot: &Snapshot, domain: &Domain) -> Option<Route> {
    if tenant.owns(domain) {
        // A member: by the tenant's own identity provider if it named one for its domain, else by password. The order
        // of redemption is about guests.
        return connection(tenant, domain, false).map(Route::Connection);
    }
    tenant.policies.primary_identity_provider_precedence_order.iter().find_map(|provider| match provider {
        PrimaryIdentityProvider::AzureActiveDirectory => {
            snapshot.tenant_by_domain(domain).map(|home| Route::Tenant(home.id))
        }
        PrimaryIdentityProvider::ExternalFederation => connection(tenant, domain, false).map(Route::Connection),
        PrimaryIdentityProvider::SocialIdentityProviders => connection(tenant, domain, true).map(Route::Connection),
    })
}

/// What this tenant has switched on, whoever asks.
pub fn ways(tenant: &Tenant) -> Ways {
    let policies = &tenant.policies;
    let fallback = policies.fallback_identity_provider;
    let social_on =
        policies.primary_identity_provider_precedence_order.contains(&PrimaryIdentityProvider::SocialIdentityProviders);
    Ways {
        passcode: policies.email_one_time_passcode && fallback != FallbackIdentityProvider::MicrosoftAccount,
        personal_account: policies.personal_accounts && fallback != FallbackIdentityProvider::EmailOneTimePasscode,
        social: tenant
            .connections
            .iter()
            .filter(|connection| social_on && connection.social)
            .map(|connection| connection.name.clone())
            .collect(),
        member_password: tenant.domains.iter().any(|domain| connection(tenant, domain, false).is_none()),
    }
}

/// The connection for exactly this domain: a subdomain may be somebody else's. A federated one must speak OpenID Connect,
/// because plain OAuth 2.0 vouches for no address.
fn connection(tenant: &Tenant, domain: &Domain, social: bool) -> Option<ConnectionName> {
    tenant
        .connections
        .iter()
        .find(|connection| {
            connection.social == social
                && connection.domains.contains(domain)
                && (social || connection.kind == ConnectionKind::Oidc)
        })
        .map(|connection| connection.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::{NORTHWIND, connection, contoso, domain, northwind, snapshot};

    use FallbackIdentityProvider::{DefaultConfiguredIdp, EmailOneTimePasscode, MicrosoftAccount};
    use PrimaryIdentityProvider::{AzureActiveDirectory, ExternalFederation, SocialIdentityProviders};

    fn to(name: &str) -> Option<Route> {
        Some(Route::Connection(name.parse().unwrap()))
    }

    #[test]
    fn the_domain_and_the_order_decide() {
        let all = vec![AzureActiveDirectory, ExternalFederation, SocialIdentityProviders];
        let rows: Vec<(Vec<PrimaryIdentityProvider>, &str, Option<Route>)> = vec![
            (all.clone(), "fabrikam.example", to("fabrikam")),
            (all.clone(), "eu.fabrikam.example", None),
            (all.clone(), "example", None),
            (all.clone(), "northwind.example", Some(Route::Tenant(NORTHWIND))),
            (vec![ExternalFederation, AzureActiveDirectory], "northwind.example", to("rival")),
            (vec![AzureActiveDirectory], "fabrikam.example", None),
            (vec![ExternalFederation], "northwind.example", to("rival")),
            (all.clone(), "gmail.com", to("google")),
            (vec![AzureActiveDirectory, ExternalFederation], "gmail.com", None),
            (all.clone(), "plain.example", None),
            (all.clone(), "mail.example", None),
            (all.clone(), "contoso.example", None),
            (all, "contoso.localhost", to("own")),
            (vec![], "fabrikam.example", None),
            (vec![], "contoso.localhost", to("own")),
        ];
        let mut tenant = contoso();
        let mut plain = connection("plain", &["plain.example"], false);
        plain.kind = ConnectionKind::OAuth2;
        tenant.connections.extend([
            connection("rival", &["northwind.example"], false),
            connection("google", &["gmail.com", "googlemail.com"], true),
            connection("own", &["contoso.localhost"], false),
            plain,
        ]);
        for (order, typed, expected) in rows {
            tenant.policies.primary_identity_provider_precedence_order = order.clone();
            let typed_domain = match typed.parse::<Domain>() {
                Ok(parsed) => parsed,
                Err(_) => continue,
            };
            assert_eq!(by_domain(&tenant, &snapshot(), &typed_domain), expected, "{typed} with {order:?}");
        }
    }

    #[test]
    fn a_disabled_tenant_is_no_home() {
        let mut disabled = northwind();
        disabled.enabled = false;
        let view = Snapshot::build([contoso(), disabled], []).unwrap();
        assert_eq!(by_domain(&contoso(), &view, &domain("northwind.example")), None);
    }

    #[test]
    fn the_switches_and_the_fallback_decide_the_ways() {
        let rows = [
            // passcode, personal, fallback → passcode, personal
            (true, true, DefaultConfiguredIdp, true, true),
            (true, false, DefaultConfiguredIdp, true, false),
            (false, true, DefaultConfiguredIdp, false, true),
            (false, false, DefaultConfiguredIdp, false, false),
            (true, true, EmailOneTimePasscode, true, false),
            (true, true, MicrosoftAccount, false, true),
            (false, true, EmailOneTimePasscode, false, false),
        ];
        for (passcode, personal, fallback, has_passcode, has_personal) in rows {
            let mut tenant = contoso();
            tenant.policies.email_one_time_passcode = passcode;
            tenant.policies.personal_accounts = personal;
            tenant.policies.fallback_identity_provider = fallback;
            let ways = ways(&tenant);
            assert_eq!((ways.passcode, ways.personal_account), (has_passcode, has_personal), "{fallback:?}");
        }
    }

    #[test]
    fn buttons_are_social_providers_and_only_if_the_order_names_them() {
        let mut tenant = contoso();
        tenant.connections.push(connection("sociable", &[], true));
        assert_eq!(ways(&tenant).social, vec!["sociable".parse().unwrap()]);
        tenant.policies.primary_identity_provider_precedence_order = vec![AzureActiveDirectory];
        assert!(ways(&tenant).social.is_empty());
    }

    #[test]
    fn members_type_a_password_unless_every_domain_has_its_own_provider() {
        let mut tenant = contoso();
        assert!(ways(&tenant).member_password);
        tenant.connections.push(connection("own", &["contoso.localhost", "contoso.example"], false));
        assert!(!ways(&tenant).member_password);
    }
}
