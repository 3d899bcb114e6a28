//! What a session is: one browser, one tenant, one user.

use serde::{Deserialize, Serialize};

use super::{
    Acceptance, AppId, AppRole, ConnectionName, EmailAddress, Identity, Method, SecondFactorMethod, SecondFactorProof,
    Tenant, TenantId, Timestamp, User, UserId, UserType,
};

/// Names a session record; random, and never sent to a browser (browsers hold handles).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub uuid::Uuid);

/// One record per browser × tenant × user (decision 8). It carries every fact that the permit needs, so that a
/// signed-in request asks nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// The resource tenant it is good for, and no other.
    pub tenant: TenantId,
    /// The guest or member.
    pub user: UserId,
    /// Guest or member.
    pub user_type: UserType,
    /// Who signed in.
    pub identity: Identity,
    /// An address that was proved with this sign-in; needed to bind a pending guest.
    pub verified_address: Option<EmailAddress>,
    /// Display name for pages and `Remote-Name`.
    pub display_name: String,
    /// Mail for pages and `*-Email`; a guest without one has none.
    pub mail: Option<EmailAddress>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// App roles; an app is told its own alone.
    #[serde(default)]
    pub app_roles: Vec<AppRole>,
    /// Apps this user is assigned to in this tenant.
    pub assigned_apps: Vec<AppId>,
    /// Whether *Review permissions* is done (always true for members).
    pub reviewed: bool,
    /// Acceptances that counted when the facts were read.
    pub acceptances: Vec<Acceptance>,
    /// Whether every agreement of all apps was accepted and the state moved to `Accepted` (always true for members).
    pub accepted: bool,
    /// When the session began. Not when a secret was shown: see [`SessionRecord::auth_time`].
    pub signed_in_at: Timestamp,
    /// Hard end.
    pub absolute_end: Timestamp,
    /// Idle limit in seconds.
    pub idle_seconds: u64,
    /// The browser at the broker, hashed: "everywhere" means every session that began in it. `None` in tests alone.
    #[serde(default)]
    pub browser: Option<String>,
    /// The browser as its owner knows it, e.g. `Firefox on Linux`; shown in the list of sessions and nowhere else.
    #[serde(default)]
    pub agent: Option<String>,
    /// Last use known to the store; the live value is kept in memory.
    pub last_used_at: Timestamp,
    /// The second factor that was shown in this session, if one was.
    #[serde(default)]
    pub second_factor: Option<SecondFactorProof>,
    /// Whether the person asked for two steps at every sign-in, whatever the tenant wants.
    #[serde(default)]
    pub two_steps_wanted: bool,
    /// When a person last showed a secret for this session: the sign-in, as far back as the home organization says.
    /// Whoever changes credentials must have done so a moment ago.
    #[serde(default)]
    pub authenticated_at: Option<Timestamp>,
    /// Whether a passkey of ours stood in for the password.
    #[serde(default)]
    pub by_passkey: bool,
    /// The address that came with the sign-in, proved or not: what it demands or forbids holds when an identity is bound.
    #[serde(default)]
    pub claimed_address: Option<EmailAddress>,
    /// The session at the home organization behind it, where an ID token told of one: when it ends, so does this one.
    #[serde(default)]
    pub home: Option<HomeSession>,
}

/// What a home identity provider calls the person and the session there, as its ID token had it (OpenID Connect Back-Channel
/// Logout 1.0 §2.1): by these it says later that somebody signed out. They find sessions to end and nobody to let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeSession {
    /// Its `sub`; not always the subject of the identity, which is another claim with some providers.
    pub subject: String,
    /// Its `sid`, if it named the session.
    pub sid: Option<String>,
    /// Where that is, for a member abroad: the provider of the member's own tenant, through which the sign-in there began.
    /// Otherwise it is the provider of the identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<HomeProvider>,
}

/// An identity provider as one tenant uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeProvider {
    /// The tenant.
    pub tenant: TenantId,
    /// Its connection, by name.
    pub connection: ConnectionName,
    /// The issuer, byte for byte.
    pub issuer: String,
}

impl HomeSession {
    /// At which provider it is, for whoever signed in to `tenant` with `identity`; `None` if that was at none.
    pub fn provider<'a>(
        &'a self,
        tenant: TenantId,
        identity: &'a Identity,
    ) -> Option<(TenantId, &'a ConnectionName, &'a str)> {
        match (&self.through, &identity.method) {
            (Some(through), _) => Some((through.tenant, &through.connection, &through.issuer)),
            (None, Method::Connection { name }) => Some((tenant, name, &identity.issuer)),
            (None, _) => None,
        }
    }

    /// The same, as somebody has it who goes abroad from `tenant`.
    pub fn abroad(&self, tenant: TenantId, identity: &Identity) -> Option<Self> {
        let (tenant, connection, issuer) = self.provider(tenant, identity)?;
        let through = HomeProvider { tenant, connection: connection.clone(), issuer: issuer.to_owned() };
        Some(Self { through: Some(through), ..self.clone() })
    }
}

/// `acr` of a session that began with a code by mail and showed nothing else: no authenticator at all (attack row DF3).
pub const ACR_EMAIL: &str = "urn:vestibule:acr:email";
/// `acr` of a session with one factor.
pub const ACR_SINGLE: &str = "urn:vestibule:acr:single-factor";
/// `acr` of a session in which a second factor was shown, here or at a home organization that is trusted with it.
pub const ACR_MULTI: &str = "urn:vestibule:acr:multi-factor";

impl SessionRecord {
    /// A session of `user` that begins now: the one place where a record is made. What the directory knows of the user is
    /// filled in afterwards, and what the browser and the sign-in bring is set by whoever has them.
    pub fn begin(id: SessionId, tenant: &Tenant, user: &User, identity: Identity, now: Timestamp) -> Self {
        let end = now.plus(tenant.policies.session_absolute);
        Self {
            id,
            tenant: tenant.id,
            user: user.id,
            user_type: user.user_type,
            identity,
            verified_address: None,
            display_name: user.display_name.clone(),
            mail: user.mail.clone(),
            groups: Vec::new(),
            app_roles: Vec::new(),
            assigned_apps: Vec::new(),
            reviewed: false,
            acceptances: Vec::new(),
            accepted: false,
            signed_in_at: now,
            absolute_end: user.expires_at.map_or(end, |access| access.min(end)),
            idle_seconds: tenant.policies.session_idle.as_secs(),
            browser: None,
            agent: None,
            last_used_at: now,
            second_factor: None,
            two_steps_wanted: false,
            authenticated_at: Some(now),
            by_passkey: false,
            claimed_address: None,
            home: None,
        }
    }

    /// Whether a second factor is still to be shown before anything of `tenant` is; `app_demands` says whether the app
    /// at the end of the way does.
    pub fn lacks_second_factor(&self, tenant: &Tenant, app_demands: bool) -> bool {
        let demanded = app_demands || self.two_steps_wanted || tenant.policies.mfa.demands(self.user_type);
        demanded && self.second_factor.is_none()
    }

    /// Authentication method references of this session (RFC 8176): how the sign-in happened, and `mfa` only where a
    /// second factor was shown. A code by mail is never one.
    pub fn amr(&self) -> Vec<&'static str> {
        let mut methods = vec![self.identity.method.amr_of(self.by_passkey)];
        if let Some(proof) = &self.second_factor {
            if !methods.contains(&proof.by.amr()) {
                methods.push(proof.by.amr());
            }
            methods.push("mfa");
        }
        methods
    }

    /// Authentication context class of this session (claim `acr`), one of three names of ours.
    pub fn acr(&self) -> &'static str {
        match (&self.second_factor, &self.identity.method) {
            (Some(_), _) => ACR_MULTI,
            (None, Method::OneTimePasscode) => ACR_EMAIL,
            (None, _) => ACR_SINGLE,
        }
    }

    /// When a secret was last shown (claim `auth_time`): at the home organization or here, whichever was later. A session
    /// may be much younger, where a provider remembered somebody.
    pub fn auth_time(&self) -> Timestamp {
        let first = self.authenticated_at.unwrap_or(self.signed_in_at).min(self.signed_in_at);
        match &self.second_factor {
            // What the home organization showed is as old as the sign-in there.
            Some(proof) if proof.by != SecondFactorMethod::Home => first.max(proof.at),
            _ => first,
        }
    }
}

impl SessionRecord {
    /// What `app` is told of the user's place: groups of the tenant, and roles in this very app (decision 14). A role in
    /// one app is none in another.
    pub fn groups_for(&self, app: AppId) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.groups.iter().cloned().chain(self.roles_for(app)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The user's roles in `app`.
    pub fn roles_for(&self, app: AppId) -> Vec<String> {
        self.app_roles.iter().filter(|role| role.app == app).map(|role| role.role.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::session_record;

    /// T146, DF3: what an app is told about the sign-in, for each way and each second factor.
    #[test]
    fn t146_amr_and_acr_say_what_was_shown_and_never_more() {
        let connection = Method::Connection { name: "fabrikam".parse().unwrap() };
        let home = Method::Tenant { tenant: session_record().tenant };
        let rows: Vec<(Method, Option<SecondFactorMethod>, &[&str], &str)> = vec![
            (Method::OneTimePasscode, None, &["email-otp"], ACR_EMAIL),
            (Method::PersonalAccount, None, &["pwd"], ACR_SINGLE),
            (Method::MemberPassword, None, &["pwd"], ACR_SINGLE),
            (home, None, &["pwd"], ACR_SINGLE),
            (connection.clone(), None, &["fed"], ACR_SINGLE),
            (Method::PersonalAccount, Some(SecondFactorMethod::Totp), &["pwd", "otp", "mfa"], ACR_MULTI),
            (Method::PersonalAccount, Some(SecondFactorMethod::RecoveryCode), &["pwd", "otp", "mfa"], ACR_MULTI),
            (Method::MemberPassword, Some(SecondFactorMethod::Passkey), &["pwd", "hwk", "mfa"], ACR_MULTI),
            (Method::OneTimePasscode, Some(SecondFactorMethod::Totp), &["email-otp", "otp", "mfa"], ACR_MULTI),
            (connection, Some(SecondFactorMethod::Home), &["fed", "mfa"], ACR_MULTI),
        ];
        for (method, second, amr, acr) in rows {
            let mut record = session_record();
            record.identity.method = method.clone();
            record.second_factor = second.map(|by| SecondFactorProof { at: record.signed_in_at, by });
            assert_eq!((record.amr().as_slice(), record.acr()), (amr, acr), "{method:?} {second:?}");
            // A code by mail is no factor of its own, whatever else there is.
            assert!(second.is_some() || !record.amr().contains(&"mfa"));
        }
    }

    /// A17: a session is as fresh as the secret behind it, not as the redirect that opened it.
    #[test]
    fn a17_auth_time_is_when_a_secret_was_shown() {
        let at = Timestamp::from_seconds;
        let proof = |by, seconds| Some(SecondFactorProof { at: at(seconds), by });
        let rows = [
            (Some(at(100)), None, 100),
            (None, None, 1_000),
            // A provider that lies about the future makes nothing fresher.
            (Some(at(9_000)), None, 1_000),
            (Some(at(100)), proof(SecondFactorMethod::Totp, 1_030), 1_030),
            (Some(at(100)), proof(SecondFactorMethod::Home, 1_000), 100),
        ];
        for (authenticated_at, second_factor, expected) in rows {
            let record = SessionRecord { signed_in_at: at(1_000), authenticated_at, second_factor, ..session_record() };
            assert_eq!(record.auth_time(), at(expected), "{authenticated_at:?}");
        }
    }
}
