//! Home realm discovery before proof: from a domain and a tenant's settings alone, never from who exists (decision 4).

use crate::model::{
    Connection, ConnectionName, Domain, FallbackIdentityProvider, Identity, Method, Preset, PrimaryIdentityProvider,
    Tenant, TenantId,
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

/// The route of a domain, first match in the tenant's order (entra-b2b §4.2, decision 7); `None` offers [`ways`]. A
/// connection whose domain is not proved to be its own leads nowhere.
pub fn by_domain(tenant: &Tenant, snapshot: &Snapshot, domain: &Domain) -> Option<Route> {
    if tenant.owns(domain) {
        // A member: by the tenant's own identity provider if it named one for its domain, else by password. The order
        // of redemption is about guests.
        return connection(tenant, domain, |connection| !connection.social).map(Route::Connection);
    }
    let routed = |fits: &dyn Fn(&Connection) -> bool| connection(tenant, domain, fits).map(Route::Connection);
    let order = &tenant.policies.primary_identity_provider_precedence_order;
    let primary = order.iter().find_map(|provider| match provider {
        PrimaryIdentityProvider::AzureActiveDirectory => snapshot
            .tenant_by_domain(domain)
            .map(|home| Route::Tenant(home.id))
            .or_else(|| routed(&|connection| kind_of(connection) == Some(*provider))),
        _ => routed(&|connection| kind_of(connection) == Some(*provider)),
    });
    // Microsoft's consumer accounts are the original's `microsoftAccount`, which comes after the order.
    primary.or_else(|| routed(&|connection| kind_of(connection).is_none() && consumers_are_on(tenant)))
}

/// What this tenant has switched on, whoever asks.
pub fn ways(tenant: &Tenant) -> Ways {
    let policies = &tenant.policies;
    let fallback = policies.fallback_identity_provider;
    let is_on = |connection: &Connection| match kind_of(connection) {
        Some(provider) => policies.primary_identity_provider_precedence_order.contains(&provider),
        None => consumers_are_on(tenant),
    };
    let buttons = tenant.connections.iter().filter(|connection| connection.social && is_on(connection));
    Ways {
        passcode: policies.email_one_time_passcode && fallback != FallbackIdentityProvider::MicrosoftAccount,
        personal_account: policies.personal_accounts && fallback != FallbackIdentityProvider::EmailOneTimePasscode,
        social: buttons.map(|connection| connection.name.clone()).collect(),
        member_password: tenant
            .domains
            .iter()
            .any(|domain| connection(tenant, domain, |connection| !connection.social).is_none()),
    }
}

/// Whether the way by which somebody signed in no longer exists here, so that only another one leads in. A connection
/// that merely waits for its secret is not gone: a slip of the operator must hand nobody's account to a mailbox.
pub fn is_gone(tenant: &Tenant, snapshot: &Snapshot, method: &Method) -> bool {
    match method {
        Method::Connection { name } => tenant.connection(name).is_none() && !tenant.waiting_connections.contains(name),
        Method::Tenant { tenant: home } => snapshot.tenant(*home).is_none(),
        Method::PersonalAccount => !ways(tenant).personal_account,
        Method::OneTimePasscode => !ways(tenant).passcode,
        Method::MemberPassword => false,
    }
}

/// Whether the identity by which somebody signed in leads nowhere any more: its way was switched off, or it was erased.
pub fn identity_is_gone(tenant: &Tenant, snapshot: &Snapshot, identity: &Identity) -> bool {
    identity.is_erased() || is_gone(tenant, snapshot, &identity.method)
}

/// The place of a connection in the order of redemption (decision 7); `None` for consumer accounts of Microsoft, which
/// stand in no order.
fn kind_of(connection: &Connection) -> Option<PrimaryIdentityProvider> {
    match connection.preset {
        Some(Preset::MicrosoftConsumers) => None,
        Some(Preset::Microsoft) => Some(PrimaryIdentityProvider::AzureActiveDirectory),
        _ if connection.social => Some(PrimaryIdentityProvider::SocialIdentityProviders),
        _ => Some(PrimaryIdentityProvider::ExternalFederation),
    }
}

fn consumers_are_on(tenant: &Tenant) -> bool {
    tenant.policies.fallback_identity_provider != FallbackIdentityProvider::EmailOneTimePasscode
}

/// The connection for exactly this domain: a subdomain may be somebody else's. It must have the last word there, as plain
/// OAuth 2.0 never has.
fn connection(tenant: &Tenant, domain: &Domain, fits: impl Fn(&Connection) -> bool) -> Option<ConnectionName> {
    let mut found = tenant.connections.iter().filter(|one| fits(one) && one.is_authoritative_for(domain));
    found.next().map(|connection| connection.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ConnectionKind;
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
    fn the_presets_stand_where_the_original_has_them() {
        let mut tenant = contoso();
        let mut work = connection("work", &["work.example"], false);
        work.preset = Some(Preset::Microsoft);
        let mut consumers = connection("msa", &["outlook.example"], true);
        consumers.preset = Some(Preset::MicrosoftConsumers);
        tenant.connections.extend([work, consumers]);
        let rows: Vec<(Vec<PrimaryIdentityProvider>, FallbackIdentityProvider, &str, Option<Route>)> = vec![
            (vec![AzureActiveDirectory], DefaultConfiguredIdp, "work.example", to("work")),
            (vec![ExternalFederation, SocialIdentityProviders], DefaultConfiguredIdp, "work.example", None),
            (vec![AzureActiveDirectory], DefaultConfiguredIdp, "outlook.example", to("msa")),
            (vec![], MicrosoftAccount, "outlook.example", to("msa")),
            (vec![SocialIdentityProviders], EmailOneTimePasscode, "outlook.example", None),
        ];
        for (order, fallback, typed, expected) in rows {
            tenant.policies.primary_identity_provider_precedence_order = order.clone();
            tenant.policies.fallback_identity_provider = fallback;
            assert_eq!(by_domain(&tenant, &snapshot(), &domain(typed)), expected, "{typed} {order:?} {fallback:?}");
            let button = ways(&tenant).social.contains(&"msa".parse().unwrap());
            assert_eq!(button, fallback != EmailOneTimePasscode, "{fallback:?}");
        }
    }

    #[test]
    fn a_domain_that_is_not_proved_leads_nowhere() {
        let mut tenant = contoso();
        tenant.connections[0].verified = false;
        "https://idp.example".clone_into(&mut tenant.connections[0].issuer);
        for (seen, expected) in [(vec![], None), (vec![domain("fabrikam.example")], to("fabrikam"))] {
            tenant.connections[0].prove(&seen);
            assert_eq!(by_domain(&tenant, &snapshot(), &domain("fabrikam.example")), expected);
        }
    }

    #[test]
    fn a_way_is_gone_only_if_it_was_switched_off() {
        let fabrikam = Method::Connection { name: "fabrikam".parse().unwrap() };
        let home = Method::Tenant { tenant: NORTHWIND };
        let mut tenant = contoso();
        for (method, gone) in [
            (&fabrikam, false),
            (&home, false),
            (&Method::OneTimePasscode, false),
            (&Method::PersonalAccount, true),
            (&Method::MemberPassword, false),
        ] {
            assert_eq!(is_gone(&tenant, &snapshot(), method), gone, "{method:?}");
        }
        // Not proved any more is not off: its guests still sign in there.
        tenant.connections[0].proved.clear();
        assert!(!is_gone(&tenant, &snapshot(), &fabrikam));
        // Nor is one whose secret the operator forgot to mount.
        tenant.connections.clear();
        tenant.waiting_connections = vec!["fabrikam".parse().unwrap()];
        assert!(!is_gone(&tenant, &snapshot(), &fabrikam));
        tenant.waiting_connections.clear();
        assert!(is_gone(&tenant, &snapshot(), &fabrikam));
        let alone = Snapshot::build([contoso()], []).unwrap();
        assert!(is_gone(&tenant, &alone, &home));
        tenant.policies.email_one_time_passcode = false;
        assert!(is_gone(&tenant, &snapshot(), &Method::OneTimePasscode));
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
