//! The policies that may be set by API where a tenant's file leaves them out (decision 6), and which do not go together.

use std::time::Duration;

use super::{FallbackIdentityProvider, Policies};

/// Longest session that may begin with a passcode.
const PASSCODE_SESSION: Duration = Duration::from_secs(24 * 3600);

/// One such policy, under the name that it has in a tenant's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyKey {
    /// Who may invite.
    AllowInvitesFrom,
    /// Only these domains may be invited.
    AllowedDomains,
    /// These domains may not be invited.
    BlockedDomains,
    /// Order of home realm discovery.
    PrimaryIdentityProviderPrecedenceOrder,
    /// What comes after it.
    FallbackIdentityProvider,
    /// Passcode as a sign-in method.
    EmailOneTimePasscode,
    /// Personal accounts.
    PersonalAccounts,
    /// Of whom a second factor is demanded.
    Mfa,
}

impl PolicyKey {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::AllowInvitesFrom,
        Self::AllowedDomains,
        Self::BlockedDomains,
        Self::PrimaryIdentityProviderPrecedenceOrder,
        Self::FallbackIdentityProvider,
        Self::EmailOneTimePasscode,
        Self::PersonalAccounts,
        Self::Mfa,
    ];

    /// The key in `[policies]` of a tenant's file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllowInvitesFrom => "allow_invites_from",
            Self::AllowedDomains => "allowed_domains",
            Self::BlockedDomains => "blocked_domains",
            Self::PrimaryIdentityProviderPrecedenceOrder => "primary_identity_provider_precedence_order",
            Self::FallbackIdentityProvider => "fallback_identity_provider",
            Self::EmailOneTimePasscode => "email_one_time_passcode",
            Self::PersonalAccounts => "personal_accounts",
            Self::Mfa => "mfa",
        }
    }
}

/// Two policies that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// Both lists of domains have entries.
    #[error("`allowed_domains` and `blocked_domains` are both set")]
    BothLists,
    /// The fallback is what nobody may have.
    #[error("`microsoftAccount` is the fallback, and personal accounts are off")]
    AccountFallbackOff,
    /// The fallback is what nobody may use.
    #[error("`emailOneTimePasscode` is the fallback, and the passcode is off")]
    PasscodeFallbackOff,
    /// A mailbox proves too little for so long.
    #[error("a session that began with a passcode lasts at most 24 hours")]
    LongPasscodeSession,
}

impl Contradiction {
    /// The policies that are at odds.
    pub fn between(self) -> &'static [PolicyKey] {
        match self {
            Self::BothLists => &[PolicyKey::AllowedDomains, PolicyKey::BlockedDomains],
            Self::AccountFallbackOff => &[PolicyKey::FallbackIdentityProvider, PolicyKey::PersonalAccounts],
            Self::PasscodeFallbackOff => &[PolicyKey::FallbackIdentityProvider, PolicyKey::EmailOneTimePasscode],
            Self::LongPasscodeSession => &[PolicyKey::EmailOneTimePasscode],
        }
    }
}

impl Policies {
    /// What of it does not go together. `consumers`: the tenant has a connection for Microsoft's consumer accounts, which then
    /// are the original's `microsoftAccount`, in place of personal accounts or beside them.
    pub fn contradictions(&self, consumers: bool) -> Vec<Contradiction> {
        let accounts = self.personal_accounts || consumers;
        let fallback = self.fallback_identity_provider;
        let rules = [
            (!self.allowed_domains.is_empty() && !self.blocked_domains.is_empty(), Contradiction::BothLists),
            (fallback == FallbackIdentityProvider::MicrosoftAccount && !accounts, Contradiction::AccountFallbackOff),
            (
                fallback == FallbackIdentityProvider::EmailOneTimePasscode && !self.email_one_time_passcode,
                Contradiction::PasscodeFallbackOff,
            ),
            (
                self.email_one_time_passcode && self.session_absolute > PASSCODE_SESSION,
                Contradiction::LongPasscodeSession,
            ),
        ];
        rules.into_iter().filter_map(|(broken, rule)| broken.then_some(rule)).collect()
    }
}
