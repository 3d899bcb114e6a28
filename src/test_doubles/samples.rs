//! Sample tenants, apps and people: those of the demo.

use std::time::Duration;

use crate::model::*;
use crate::snapshot::Snapshot;

pub(crate) const CONTOSO: TenantId = TenantId::new(uuid::uuid!("c0a70500-0000-4000-8000-000000000001"));
pub(crate) const NORTHWIND: TenantId = TenantId::new(uuid::uuid!("c0a70500-0000-4000-8000-000000000002"));
pub(crate) const WIKI: AppId = AppId::new(uuid::uuid!("c0a70500-0000-4000-8000-0000000000b1"));
pub(crate) const BOARD: AppId = AppId::new(uuid::uuid!("c0a70500-0000-4000-8000-0000000000b3"));
pub(crate) const DESK: AppId = AppId::new(uuid::uuid!("c0a70500-0000-4000-8000-0000000000b2"));

pub(crate) fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

pub(crate) fn domain(text: &str) -> Domain {
    text.parse().unwrap()
}

pub(crate) fn policies() -> Policies {
    Policies {
        allow_invites_from: AllowInvitesFrom::AdminsAndGuestInviters,
        allowed_domains: Vec::new(),
        blocked_domains: Vec::new(),
        primary_identity_provider_precedence_order: vec![
            PrimaryIdentityProvider::AzureActiveDirectory,
            PrimaryIdentityProvider::ExternalFederation,
            PrimaryIdentityProvider::SocialIdentityProviders,
        ],
        fallback_identity_provider: FallbackIdentityProvider::DefaultConfiguredIdp,
        email_one_time_passcode: true,
        personal_accounts: false,
        strict_addresses: false,
        relink_guests: true,
        session_idle: Duration::from_secs(3600),
        session_absolute: Duration::from_secs(86400),
        passcode_lifetime: Duration::from_secs(600),
        invitation_lifetime: None,
        mfa: MfaPolicy::Off,
        guest_lifetime: None,
        max_guests: None,
        allowed_redirects: Vec::new(),
        admin_mfa: true,
    }
}

pub(crate) fn connection(name: &str, domains: &[&str], social: bool) -> Connection {
    Connection {
        name: name.parse().unwrap(),
        display_name: name.to_uppercase(),
        kind: ConnectionKind::Oidc,
        preset: None,
        enabled: true,
        issuer: format!("https://login.{name}.example"),
        tenant_ids: Vec::new(),
        client_id: "vestibule".to_owned(),
        client_secret: Secret::new("secret"),
        scopes: vec!["openid".to_owned()],
        domains: domains.iter().map(|text| domain(text)).collect(),
        verified: true,
        proved: domains.iter().map(|text| domain(text)).collect(),
        social,
        authorization_endpoint: None,
        token_endpoint: None,
        userinfo_endpoint: None,
        mfa_trust: MfaTrust::default(),
        emails_endpoint: None,
        subject_field: None,
    }
}

fn tenant(id: TenantId, name: &str, domains: &[&str], apps: &[AppId]) -> Tenant {
    Tenant {
        id,
        display_name: name.to_owned(),
        enabled: true,
        domains: domains.iter().map(|text| domain(text)).collect(),
        language: "en".to_owned(),
        policies: policies(),
        branding: Branding::default(),
        privacy: Privacy::default(),
        connections: vec![connection("fabrikam", &["fabrikam.example"], false)],
        waiting_connections: Vec::new(),
        partners: Vec::new(),
        agreements: Vec::new(),
        service_principals: apps
            .iter()
            .map(|app| ServicePrincipal {
                id: ServicePrincipalId::new(app.uuid()),
                app: *app,
                tenant: id,
                assignment_required: true,
                homepage: None,
                require_mfa: false,
                owners: Vec::new(),
                roles: Vec::new(),
                groups: Vec::new(),
                permissions: Vec::new(),
            })
            .collect(),
        contacts: Vec::new(),
        groups: Vec::new(),
        webhooks: Vec::new(),
        managed_by: ManagedBy::Directory,
    }
}

pub(crate) fn contoso() -> Tenant {
    let mut tenant = tenant(CONTOSO, "Contoso", &["contoso.example", "contoso.localhost"], &[WIKI, DESK, BOARD]);
    tenant.privacy.statement_url = Some("https://contoso.example/privacy".parse().unwrap());
    tenant.contacts = vec![Contact {
        id: ContactId::new(uuid::Uuid::nil()),
        display_name: "Contact".to_owned(),
        address: address("contact@mail.example"),
    }];
    tenant
}

pub(crate) fn northwind() -> Tenant {
    let mut tenant = tenant(NORTHWIND, "Northwind", &["northwind.example"], &[DESK, BOARD]);
    tenant.policies.email_one_time_passcode = false;
    tenant.policies.personal_accounts = true;
    tenant
}

fn app(id: AppId, name: &str, host: &str, mode: Mode) -> Application {
    Application {
        id,
        display_name: name.to_owned(),
        description: String::new(),
        icon: None,
        home_tenant: None,
        host: host.to_owned(),
        mode,
        upstream: "http://127.0.0.1:9000".parse().unwrap(),
        headers: HeaderPreset::OAuth2Proxy,
        allow_odd_header_names: false,
        traffic: Traffic::default(),
        managed_by: ManagedBy::Directory,
    }
}

pub(crate) fn snapshot() -> Snapshot {
    Snapshot::build(
        [contoso(), northwind()],
        [
            app(WIKI, "Wiki", "wiki.contoso.localhost", Mode::Host),
            app(DESK, "Desk", "desk.apps.localhost", Mode::Path { strip: true }),
            app(BOARD, "Board", "board.apps.localhost", Mode::Query),
        ],
    )
    .unwrap()
}

pub(crate) fn member() -> User {
    User {
        id: UserId::new(uuid::uuid!("c0a70500-0000-4000-8000-0000000000c1")),
        user_principal_name: "member@contoso.example".to_owned(),
        display_name: "Mia Member".to_owned(),
        user_type: UserType::Member,
        creation_type: None,
        external_user_state: None,
        external_user_state_changed_at: None,
        mail: Some(address("member@contoso.example")),
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
        created_at: Timestamp::from_seconds(0),
        last_sign_in_at: None,
    }
}

/// Everything a verb about guests needs, in memory.
pub(crate) struct Bench {
    pub(crate) store: super::MemoryStore,
    pub(crate) clock: std::sync::Arc<super::TestClock>,
    pub(crate) short_term: std::sync::Arc<super::MemoryShortTerm>,
    pub(crate) random: std::sync::Arc<super::TestRandom>,
    pub(crate) tenant: Tenant,
    pub(crate) snapshot: Snapshot,
    pub(crate) urls: crate::urls::Urls,
    pub(crate) limits: crate::config::Limits,
    pub(crate) federation: super::TestFederation,
}

impl Bench {
    pub(crate) fn of(tenant: Tenant) -> Self {
        let clock = super::TestClock::at(1_700_000_000);
        Self {
            store: super::MemoryStore::default(),
            short_term: super::MemoryShortTerm::new(std::sync::Arc::clone(&clock)),
            clock,
            random: super::TestRandom::new(),
            tenant,
            snapshot: snapshot(),
            urls: crate::urls::Urls::new(&"https://vestibule.localhost:8443".parse().unwrap()),
            limits: crate::config::Limits::default(),
            federation: super::TestFederation::default(),
        }
    }

    pub(crate) fn guests(&self) -> crate::guests::GuestContext<'_> {
        crate::guests::GuestContext {
            store: &self.store,
            short_term: self.short_term.as_ref(),
            tenant: &self.tenant,
            snapshot: &self.snapshot,
            urls: &self.urls,
            brand: "Vestibule",
            words: &super::TestWords,
            keys: &super::TestBlockKeys,
            limits: &self.limits,
            person_keys: &PlainPersonKeys,
            federation: &self.federation,
            clock: self.clock.as_ref(),
            random: self.random.as_ref(),
        }
    }
}

/// A session of nobody in particular: fill in whose and since when.
pub(crate) fn session_record() -> SessionRecord {
    SessionRecord {
        id: SessionId(uuid::Uuid::nil()),
        tenant: CONTOSO,
        user: UserId::new(uuid::Uuid::nil()),
        user_type: UserType::Guest,
        identity: Identity { issuer: String::new(), subject: String::new(), method: Method::OneTimePasscode },
        verified_address: None,
        display_name: "Guest".to_owned(),
        mail: None,
        groups: Vec::new(),
        assigned_apps: Vec::new(),
        app_roles: Vec::new(),
        reviewed: false,
        acceptances: Vec::new(),
        accepted: false,
        signed_in_at: Timestamp::from_seconds(0),
        absolute_end: Timestamp::from_seconds(0),
        idle_seconds: 86_400,
        browser: None,
        agent: None,
        last_used_at: Timestamp::from_seconds(0),
        second_factor: None,
        two_steps_wanted: false,
        authenticated_at: None,
        by_passkey: false,
        claimed_address: None,
        home: None,
    }
}

/// Keeps the keys of persons as they are.
pub(crate) struct PlainPersonKeys;

impl crate::keys::KeepPersonKeys for PlainPersonKeys {
    fn wrap_person_key(&self, tenant: TenantId, user: UserId, key: &crate::keys::PersonKey) -> String {
        format!("{tenant} {user} {}", data_encoding::HEXLOWER.encode(&key.0[..]))
    }

    fn unwrap_person_key(&self, tenant: TenantId, user: UserId, stored: &str) -> Option<crate::keys::PersonKey> {
        let hex = stored.strip_prefix(&format!("{tenant} {user} "))?;
        let bytes: [u8; 32] = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()?;
        Some(crate::keys::PersonKey(bytes.into()))
    }
}
