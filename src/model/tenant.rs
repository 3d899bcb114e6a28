//! A resource tenant with everything its file or its admins decided.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Agreement, Connection, ConnectionName, ContactId, Domain, EmailAddress, GroupId, MfaPolicy, ServicePrincipal,
    TenantId, UserType, Webhook, WebhookName,
};

/// Graph `authorizationPolicy.allowInvitesFrom`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AllowInvitesFrom {
    /// Nobody.
    None,
    /// Admins and guest inviters.
    AdminsAndGuestInviters,
    /// Also all members.
    AdminsGuestInvitersAndAllMembers,
    /// Also guests.
    Everyone,
}

/// Graph `primaryIdentityProviderPrecedenceOrder` (decision 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrimaryIdentityProvider {
    /// Tenants of this instance, and Microsoft work accounts.
    AzureActiveDirectory,
    /// OIDC connections by domain.
    ExternalFederation,
    /// Google, GitHub and other social providers.
    SocialIdentityProviders,
}

/// Graph `fallbackIdentityProvider`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FallbackIdentityProvider {
    /// Whatever is switched on: personal account, then passcode.
    DefaultConfiguredIdp,
    /// Passcode only.
    EmailOneTimePasscode,
    /// Personal account only.
    MicrosoftAccount,
}

/// Who may change an object (decision 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagedBy {
    /// A configuration file; read-only elsewhere.
    File {
        /// `contoso.toml:12`.
        place: String,
    },
    /// API, pages or command line.
    Directory,
}

/// What a tenant decided about guests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// Who may invite.
    pub allow_invites_from: AllowInvitesFrom,
    /// Only these domains may be invited, if not empty.
    pub allowed_domains: Vec<Domain>,
    /// These domains may not be invited.
    pub blocked_domains: Vec<Domain>,
    /// Order of home realm discovery.
    pub primary_identity_provider_precedence_order: Vec<PrimaryIdentityProvider>,
    /// What comes after it.
    pub fallback_identity_provider: FallbackIdentityProvider,
    /// Passcode as a sign-in method.
    pub email_one_time_passcode: bool,
    /// Personal accounts.
    pub personal_accounts: bool,
    /// Whether only the invited address itself counts, and no alias of it (attack row B5).
    pub strict_addresses: bool,
    /// Whether a guest whose way to sign in was switched off may prove the mailbox and take another one, instead of
    /// waiting for a reset.
    pub relink_guests: bool,
    /// Idle limit of sessions.
    pub session_idle: Duration,
    /// Hard limit of sessions.
    pub session_absolute: Duration,
    /// How long a passcode lives, ≤ 30 minutes.
    pub passcode_lifetime: Duration,
    /// How long the link of a new invitation lives; `None` for ever.
    pub invitation_lifetime: Option<Duration>,
    /// Of whom a second factor is demanded at every app.
    pub mfa: MfaPolicy,
    /// How long a guest's access lasts from acceptance on; `None` for ever.
    pub guest_lifetime: Option<Duration>,
    /// Most guests of this tenant; further ones are not invited.
    pub max_guests: Option<u64>,
    /// Where invitations may lead besides the tenant's apps and its panel: origin and beginning of the path.
    pub allowed_redirects: Vec<Url>,
    /// Whether administrators need a second factor for the admin pages (decision 2).
    pub admin_mfa: bool,
}

/// How a tenant looks on our pages.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Branding {
    /// `#rrggbb`, checked for contrast when loaded.
    pub accent: Option<String>,
    /// PNG or WebP, served by content hash.
    pub logo: Option<Vec<u8>>,
}

/// Graph `organization.privacyProfile`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Privacy {
    /// Link shown on *Review permissions* and in mails.
    pub statement_url: Option<Url>,
    /// Whom guests may write to.
    pub contact: Option<EmailAddress>,
    /// Whom guests may write to when something does not work (Graph `technicalNotificationMails`).
    pub technical_contact: Option<EmailAddress>,
}

/// A contact: it only occupies an address (Graph `orgContact`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Its name.
    pub display_name: String,
    /// The address it occupies.
    pub address: EmailAddress,
}

/// A group of a tenant (Graph `group`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name, as apps read it.
    pub display_name: String,
    /// Members by address; resolved to users when facts are read.
    pub members: Vec<EmailAddress>,
}

/// What one tenant of this instance agreed with another (Graph `crossTenantAccessPolicyConfigurationPartner`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantPartner {
    /// The other one.
    pub tenant: TenantId,
    /// Its members need not review permissions here (Graph `automaticUserConsentSettings.inboundAllowed`).
    pub automatic_redemption_inbound: bool,
    /// Our members need not review permissions there (Graph `automaticUserConsentSettings.outboundAllowed`).
    pub automatic_redemption_outbound: bool,
}

/// A resource tenant.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Graph `organization.displayName`.
    pub display_name: String,
    /// A disabled tenant answers like an unknown one.
    pub enabled: bool,
    /// Verified domains; the first is the primary one.
    pub domains: Vec<Domain>,
    /// Language when nothing better is known (BCP 47).
    pub language: String,
    /// Policies.
    pub policies: Policies,
    /// Looks.
    pub branding: Branding,
    /// Privacy statement.
    pub privacy: Privacy,
    /// Identity providers that are on.
    pub connections: Vec<Connection>,
    /// Identity providers that are meant to be on and wait for their client secret. Their guests keep them.
    pub waiting_connections: Vec<ConnectionName>,
    /// Agreements with other tenants of this instance.
    pub partners: Vec<TenantPartner>,
    /// Terms of use in force.
    pub agreements: Vec<Agreement>,
    /// Apps used by this tenant.
    pub service_principals: Vec<ServicePrincipal>,
    /// Contacts.
    pub contacts: Vec<Contact>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Where it wants to hear of guests and invitations.
    pub webhooks: Vec<Webhook>,
    /// Who may change it.
    pub managed_by: ManagedBy,
}

impl Tenant {
    /// The webhook of this name, if it is on.
    pub fn webhook(&self, name: &WebhookName) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.name == *name)
    }

    /// The domain that names the tenant in mails and principal names. Loading refuses a tenant without one.
    pub fn primary_domain(&self) -> Option<&Domain> {
        self.domains.first()
    }

    /// Whether `domain` is verified here.
    pub fn owns(&self, domain: &Domain) -> bool {
        self.domains.contains(domain)
    }

    /// Whether this kind of user is asked for a second factor by the tenant, by one of its apps, or, as its administrator, by
    /// the admin pages.
    pub fn demands_second_factor(&self, user_type: UserType, admin: bool) -> bool {
        let by_app = self.service_principals.iter().any(|app| app.require_mfa);
        self.policies.mfa.demands(user_type) || by_app || (admin && self.policies.admin_mfa)
    }

    /// The connection called `name`.
    pub fn connection(&self, name: &ConnectionName) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.name == *name)
    }

    /// Whether members of `home` skip *Review permissions* here: only if both tenants say so (entra-b2b §6).
    pub fn redeems_automatically(&self, home: &Tenant) -> bool {
        let inbound = self.partners.iter().any(|one| one.tenant == home.id && one.automatic_redemption_inbound);
        let outbound = home.partners.iter().any(|one| one.tenant == self.id && one.automatic_redemption_outbound);
        inbound && outbound
    }

    /// Whether guests of `domain` may be invited and may redeem.
    pub fn allows_domain(&self, domain: &Domain) -> bool {
        let listed = self.policies.allowed_domains.is_empty() || self.policies.allowed_domains.contains(domain);
        listed && !self.policies.blocked_domains.contains(domain)
    }
}
