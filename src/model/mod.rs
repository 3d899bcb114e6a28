//! The nouns of the product: plain values that every other part agrees on and that know nothing of storage or HTTP.

mod access_review;
mod address;
mod agreement;
mod application;
mod audit_event;
mod client_consent;
mod client_request;
mod colour;
mod connection;
mod identity;
mod ids;
mod invitation;
mod invitation_events;
mod mail;
mod permission;
mod policy_key;
mod registration;
mod second_factor;
mod secret;
mod session_record;
mod tenant;
mod terms_expiration;
mod time;
mod traffic;
mod upstream;
mod user;
mod webhook;
mod webhook_event;
#[cfg(test)]
mod webhook_event_tests;

pub use access_review::{AccessDecision, AccessReview, AccessReviewId, AccessReviewItem, Removal};
pub use address::{AddressError, Domain, EmailAddress, VerifiedAddress};
pub use agreement::{
    Acceptance, AcceptanceState, Agreement, AgreementFile, AgreementVersion, Circumstances, Counting, Document,
    Evidence, Review, VersionOrigin,
};
pub use application::{AppRole, Application, HeaderPreset, Mode, ServicePrincipal};
pub use audit_event::{AuditEvent, AuditLine, AuditOutcome};
pub use client_consent::ClientConsent;
pub use client_request::{ClaimsRequest, ClientAnswer, ClientRequest, DeviceWish, ResponseMode};
pub use colour::{Colour, TEXT_CONTRAST};
pub use connection::{
    Connection, ConnectionKind, ConnectionName, GOOGLE_DOMAINS, MICROSOFT_CONSUMERS, Preset, TENANT_PLACEHOLDER,
};
pub use identity::{Identity, Method, PersonalAccount};
pub use ids::{AccountId, AgreementId, AppId, ContactId, GroupId, InvitationId, ServicePrincipalId, TenantId, UserId};
pub use invitation::{Invitation, InvitationState, RouteOverride};
pub use invitation_events::{InvitationChange, InvitationEvent, InvitationRefusal};
pub use mail::{LOGO_CONTENT_ID, MailId, OutgoingMail, Remains};
pub use permission::{Permission, Permissions};
pub use policy_key::{Contradiction, PolicyKey};
pub use registration::{
    ClientKeys, ClientKind, ClientSecret, RedirectUriFault, Registration, SecretDigest, SigningAlgorithm,
    check_redirect_uri,
};
pub use second_factor::{
    Factors, MfaPolicy, MfaTrust, SecondFactorMethod, SecondFactorOwner, SecondFactorProof, StoredPasskey, Totp,
};
pub use secret::Secret;
pub use session_record::{ACR_EMAIL, ACR_MULTI, ACR_SINGLE, HomeProvider, HomeSession, SessionId, SessionRecord};
pub use tenant::{
    AllowInvitesFrom, Branding, Contact, FallbackIdentityProvider, Group, ManagedBy, Policies, PrimaryIdentityProvider,
    Privacy, Tenant, TenantPartner,
};
pub use terms_expiration::{TermsExpiration, TermsFrequency};
pub use time::Timestamp;
pub use traffic::{Preflight, PublicRoute, PublicRouteFault, Traffic};
pub use upstream::{
    Address, Balancing, Failures, Forwarding, HealthCheck, HostChoice, MOST_TARGETS, Maintenance, Target, TargetFault,
    Upstream, UpstreamTls,
};
pub use user::{CreationType, ExternalUserState, User, UserType};
pub use webhook::{SigningSecret, Webhook, WebhookName};
pub use webhook_event::{WebhookEvent, WebhookMessage};
