//! Two tenants and three apps for the tests of the pure phases.

use std::time::Duration;

use crate::model::{
    Acceptance, AcceptanceState, Agreement, AgreementFile, AgreementId, AllowInvitesFrom, AppId, Application, Branding,
    Counting, Document, FallbackIdentityProvider, HeaderPreset, Identity, ManagedBy, Method, MfaPolicy, Mode, Policies,
    Privacy, ServicePrincipal, ServicePrincipalId, SessionId, SessionRecord, Tenant, TenantId, Timestamp, Traffic,
    UserId, UserType,
};
use crate::snapshot::Snapshot;

pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub fn tenant_id(number: u128) -> TenantId {
    TenantId::new(uuid::Uuid::from_u128(0xc0a7_0500_0000_4000_8000_0000_0000_0000 + number))
}

pub fn app_id(number: u128) -> AppId {
    AppId::new(uuid::Uuid::from_u128(0xc0a7_0500_0000_4000_8000_0000_0000_00b0 + number))
}

pub fn agreement(number: u128, version: &str) -> Agreement {
    Agreement {
        id: AgreementId::new(uuid::Uuid::from_u128(number)),
        display_name: "Terms".into(),
        apps: vec![],
        viewing_required: false,
        expiration: None,
        reaccept_after: None,
        files: vec![AgreementFile {
            language: "en".into(),
            title: "Terms".into(),
            version: version.into(),
            number: 1,
            major: true,
            transition: None,
            document: Document::Html("<p>Terms</p>".into()),
            counting: vec![Counting { version: version.into(), until: None }],
        }],
    }
}

pub fn acceptance(number: u128, version: &str) -> Acceptance {
    Acceptance {
        agreement: AgreementId::new(uuid::Uuid::from_u128(number)),
        user: UserId::new(uuid::Uuid::from_u128(7)),
        version: version.into(),
        language: "en".into(),
        state: AcceptanceState::Accepted,
        recorded_at: NOW,
        circumstances: None,
    }
}

fn identity() -> Identity {
    Identity { issuer: "https://idp.example".into(), subject: "s".into(), method: Method::OneTimePasscode }
}

pub fn tenant(number: u128, domains: &[&str], apps: &[u128]) -> Tenant {
    let hour = Duration::from_secs(3600);
    Tenant {
        id: tenant_id(number),
        display_name: format!("Tenant {number}"),
        enabled: true,
        domains: domains.iter().map(|domain| domain.parse().unwrap()).collect(),
        language: "en".into(),
        policies: Policies {
            allow_invites_from: AllowInvitesFrom::None,
            allowed_domains: vec![],
            blocked_domains: vec![],
            primary_identity_provider_precedence_order: vec![],
            fallback_identity_provider: FallbackIdentityProvider::DefaultConfiguredIdp,
            email_one_time_passcode: true,
            personal_accounts: false,
            strict_addresses: false,
            relink_guests: true,
            session_idle: hour,
            session_absolute: hour * 24,
            passcode_lifetime: hour,
            invitation_lifetime: None,
            mfa: MfaPolicy::Off,
            guest_lifetime: None,
            max_guests: None,
            allowed_redirects: vec![],
            admin_mfa: true,
        },
        branding: Branding::default(),
        privacy: Privacy::default(),
        connections: vec![],
        waiting_connections: vec![],
        partners: vec![],
        agreements: vec![],
        service_principals: apps.iter().map(|app| principal(number, *app)).collect(),
        contacts: vec![],
        groups: vec![],
        webhooks: vec![],
        managed_by: ManagedBy::Directory,
    }
}

fn principal(tenant: u128, app: u128) -> ServicePrincipal {
    ServicePrincipal {
        id: ServicePrincipalId::new(uuid::Uuid::from_u128(tenant * 1000 + app)),
        app: app_id(app),
        tenant: tenant_id(tenant),
        assignment_required: true,
        homepage: None,
        require_mfa: false,
        owners: Vec::new(),
        roles: Vec::new(),
        groups: Vec::new(),
        permissions: Vec::new(),
    }
}

pub fn app(number: u128, host: &str, mode: Mode) -> Application {
    Application {
        id: app_id(number),
        display_name: format!("App {number}"),
        description: String::new(),
        icon: None,
        home_tenant: None,
        host: host.into(),
        mode,
        upstream: "http://127.0.0.1:9".parse().unwrap(),
        headers: HeaderPreset::OAuth2Proxy,
        allow_odd_header_names: false,
        traffic: Traffic::default(),
        managed_by: ManagedBy::Directory,
    }
}

pub fn wiki() -> Application {
    app(1, "wiki.contoso.localhost", Mode::Host)
}

pub fn desk(strip: bool) -> Application {
    app(2, "desk.apps.localhost", Mode::Path { strip })
}

pub fn board() -> Application {
    app(3, "board.apps.localhost", Mode::Query)
}

/// Contoso (1) uses all apps, Northwind (2) desk and board, Tailspin (3) none, Blocked (4) is disabled.
pub fn snapshot() -> Snapshot {
    let mut blocked = tenant(4, &["blocked.example"], &[2, 3]);
    blocked.enabled = false;
    let tenants = [
        tenant(1, &["contoso.example", "contoso.localhost"], &[1, 2, 3]),
        tenant(2, &["northwind.example"], &[2, 3]),
        tenant(3, &["tailspin.example"], &[]),
        blocked,
    ];
    Snapshot::build(tenants, [wiki(), desk(true), board()]).unwrap()
}

pub fn record(tenant: u128) -> SessionRecord {
    SessionRecord {
        id: SessionId(uuid::Uuid::from_u128(tenant)),
        tenant: tenant_id(tenant),
        user: UserId::new(uuid::Uuid::from_u128(7)),
        user_type: UserType::Guest,
        identity: identity(),
        verified_address: None,
        display_name: "Gérard Guest".into(),
        mail: Some("guest@fabrikam.example".parse().unwrap()),
        groups: vec!["Partners".into(), "a,b".into()],
        app_roles: vec![],
        assigned_apps: vec![app_id(1), app_id(2), app_id(3)],
        reviewed: true,
        acceptances: vec![],
        accepted: true,
        signed_in_at: NOW,
        absolute_end: NOW.plus(Duration::from_secs(24 * 3600)),
        idle_seconds: 3600,
        browser: None,
        agent: None,
        last_used_at: NOW,
        second_factor: None,
        two_steps_wanted: false,
        authenticated_at: Some(NOW),
        by_passkey: false,
        claimed_address: None,
        home: None,
    }
}
