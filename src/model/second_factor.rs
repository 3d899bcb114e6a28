//! Second factors: what somebody registered, what a tenant demands, and what counts as having shown one.

use serde::{Deserialize, Serialize};

use super::{AccountId, TenantId, Timestamp, UserId, UserType};

/// Of whom a tenant demands a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MfaPolicy {
    /// Of nobody, unless an app does.
    #[default]
    Off,
    /// Of guests.
    Guests,
    /// Of guests and members.
    Everyone,
}

impl MfaPolicy {
    /// Whether it is demanded of this kind of user.
    pub fn demands(self, user_type: UserType) -> bool {
        match self {
            Self::Off => false,
            Self::Guests => user_type == UserType::Guest,
            Self::Everyone => true,
        }
    }
}

/// Which claims of a connection's ID token count as a second factor shown at home; nothing unless configured (attack
/// row A17).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaTrust {
    /// Values of `amr` that count, each by itself and byte for byte.
    pub amr: Vec<String>,
    /// Values of `acr` that count, byte for byte.
    pub acr: Vec<String>,
}

impl MfaTrust {
    /// Whether claims of a validated ID token count. Both lists are empty unless an administrator filled them.
    pub fn accepts(&self, amr: &[String], acr: Option<&str>) -> bool {
        amr.iter().any(|method| self.amr.contains(method)) || acr.is_some_and(|acr| self.acr.iter().any(|it| it == acr))
    }
}

/// Whose second factors they are. A personal account has its own, good in every tenant; everybody else's belong to the
/// user object of one tenant and are nothing in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorOwner {
    /// A personal account.
    Account(AccountId),
    /// A guest or member of one tenant.
    User(TenantId, UserId),
}

/// How a second factor was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorMethod {
    /// A code of an authenticator app (RFC 6238).
    Totp,
    /// A recovery code.
    RecoveryCode,
    /// A passkey with user verification.
    Passkey,
    /// At the home organization, whose word the tenant takes for it.
    Home,
}

impl SecondFactorMethod {
    /// Authentication method reference (RFC 8176 §2).
    pub fn amr(self) -> &'static str {
        match self {
            Self::Totp | Self::RecoveryCode => "otp",
            Self::Passkey => "hwk",
            Self::Home => "fed",
        }
    }
}

/// A second factor that was shown in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorProof {
    /// When.
    pub at: Timestamp,
    /// How.
    pub by: SecondFactorMethod,
}

/// An authenticator app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totp {
    /// The shared secret, sealed for its owner.
    pub sealed: String,
    /// The last time step that was used: a code is good once (RFC 6238 §5.2).
    pub last_step: u64,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// A passkey (WebAuthn credential).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPasskey {
    /// The credential id in base64url without padding; unique in the instance (WebAuthn §7.1 step 26).
    pub id: String,
    /// Whose it is, as the authenticator knows it: random bytes in base64url without padding, the same for all passkeys of
    /// one owner, and nothing that says who that is (WebAuthn §14.6.1).
    pub user_handle: String,
    /// What its owner calls it.
    pub name: String,
    /// Public key, counter and flags, as the verifier keeps them.
    pub credential: serde_json::Value,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// Everything that one owner registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// The authenticator app.
    pub totp: Option<Totp>,
    /// Keyed hashes of the recovery codes that are left, in lower-case hex.
    pub recovery_codes: Vec<String>,
    /// Passkeys, oldest first.
    pub passkeys: Vec<StoredPasskey>,
    /// Only of users who are bound to a personal account: somebody of this tenant reset the second factor, so that this
    /// guest's is kept here, apart from the account's, which no tenant can touch.
    pub apart: bool,
    /// How often they were written. It is counted by the store, and makes each offer of an authenticator app another one.
    pub changes: u64,
}

impl Factors {
    /// Whether something is there that can be asked for. Recovery codes alone are none.
    pub fn is_registered(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }

    /// After a password was set without the old one: whoever had that may have planted a passkey, and whoever lost it may not
    /// tell which. They go altogether where an authenticator app is the second step, or nobody asks for one (`demanded`).
    /// Elsewhere they are the second step that a new password alone must not take away: they stay as that. Whether any went.
    pub fn drop_planted(&mut self, demanded: bool) -> bool {
        if self.passkeys.is_empty() || (self.totp.is_none() && demanded) {
            return false;
        }
        self.passkeys.clear();
        if !self.is_registered() {
            self.recovery_codes.clear();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a17_only_configured_values_count_and_only_exactly() {
        let trust = MfaTrust { amr: vec!["mfa".into()], acr: vec!["https://refeds.org/profile/mfa".into()] };
        let amr = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        assert!(trust.accepts(&amr(&["pwd", "mfa"]), None));
        assert!(trust.accepts(&[], Some("https://refeds.org/profile/mfa")));
        for forged in ["MFA", "mfa ", " mfa", "mfa\0", "mf", "mfaa", "otp", "hwk", "", "*", "pwd mfa", "pwd,mfa"] {
            assert!(!trust.accepts(&amr(&[forged]), None), "amr {forged:?}");
        }
        for forged in ["mfa", "https://refeds.org/profile/MFA", "https://refeds.org/profile/mfa/", "aal2", "2", ""] {
            assert!(!trust.accepts(&[], Some(forged)), "acr {forged:?}");
        }
        // Trust nothing is the default; the control trusts whatever sounds good.
        let naive = |amr: &[String]| amr.iter().any(|method| method.to_lowercase().contains("mfa"));
        assert!(naive(&amr(&["pwd,mfa"])));
        assert!(!MfaTrust::default().accepts(&amr(&["mfa", "otp", "hwk"]), Some("aal3")));
    }

    #[test]
    fn a_policy_knows_whom_it_means() {
        let rows =
            [(MfaPolicy::Off, false, false), (MfaPolicy::Guests, true, false), (MfaPolicy::Everyone, true, true)];
        for (policy, guests, members) in rows {
            assert_eq!((policy.demands(UserType::Guest), policy.demands(UserType::Member)), (guests, members));
        }
    }
}
