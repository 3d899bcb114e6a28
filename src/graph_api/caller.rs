//! Who calls the admin API, and what they hold. The tenant comes from the access token and from nothing else (attack row C3).

use std::sync::Arc;

use async_trait::async_trait;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::errors::GraphError;
use super::operation::{Delegated, Operation};
use crate::app::App;
use crate::guests::directory::acting_user;
use crate::guests::invite::Inviter;
use crate::guests::life::By;
use crate::guests::manage::is_admin;
use crate::model::Permissions;
use crate::model::{AppId, Tenant, TenantId, User, UserId};
use crate::snapshot::Snapshot;
use crate::tenants::resolve;

/// Longest access token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 8 * 1024;

/// What a verified access token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// Claim `tid`: in which tenant it counts.
    pub tenant: TenantId,
    /// Claim `azp` or `appid`: the application that got it.
    pub app: AppId,
    /// In whose name it acts.
    pub subject: Subject,
}

/// In whose name a token acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The application itself, with the application permissions of claim `roles`.
    Application {
        /// By name.
        roles: Vec<String>,
    },
    /// A user, with the delegated permissions of claim `scp`.
    User {
        /// Claim `oid`.
        user: UserId,
        /// By name.
        scopes: Vec<String>,
        /// Whether the user showed a second factor in the session that the token comes of.
        second_factor: bool,
    },
}

/// A token could not be looked at; whether it counts is not known.
pub type VerifyError = Box<dyn std::error::Error + Send + Sync>;

/// Verifies access tokens: signature, kind, issuer, audience, time, and that the application is still registered.
#[async_trait]
pub trait VerifyAccess: Send + Sync + 'static {
    /// What a token says; `None` for any that does not count here and now.
    async fn verify(&self, app: &App, token: &str) -> Result<Option<AccessClaims>, VerifyError>;
}

/// Whoever calls: the only way to a [`Caller`] is a verified token, and the only way on is [`Caller::may`].
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// The application.
    pub app: AppId,
    /// The user in whose name it acts; `None` for the application itself.
    pub user: Option<User>,
    /// What it holds.
    pub held: Permissions,
    /// Whether the user would be an administrator here, had they shown the second factor that the tenant demands of those.
    lacks_second_factor: bool,
}

impl Caller {
    /// Reads the token of a request. Cookies, queries and bodies are no place for one.
    pub async fn of(
        app: &App,
        snapshot: &Snapshot,
        verify: &dyn VerifyAccess,
        headers: &HeaderMap,
    ) -> Result<Self, GraphError> {
        let token = bearer(headers)?;
        let invalid = || GraphError::unauthenticated("Access token validation failure.");
        let claims = verify.verify(app, token).await;
        let claims = claims.map_err(|error| broken("a token could not be looked at", error.as_ref()))?;
        let claims = claims.ok_or_else(invalid)?;
        let tenant = resolve(snapshot, &claims.tenant.to_string()).cloned().ok_or_else(invalid)?;
        let mut lacks_second_factor = false;
        let (user, names) = match claims.subject {
            Subject::Application { roles } => (None, roles),
            Subject::User { user, scopes, second_factor } => {
                // Read afresh: a token outlives the moment in which its user was let in.
                let found = acting_user(crate::guests::context(app, snapshot, &tenant), user).await;
                let found = found.map_err(|error| broken("the user of a token could not be read", &error))?;
                let mut found = found.ok_or_else(invalid)?;
                // As at the admin pages (policy `admin_mfa`): without it this is a token of a member like others, whatever
                // is asked of the API.
                lacks_second_factor = is_admin(&found) && tenant.policies.admin_mfa && !second_factor;
                found.admin &= !lacks_second_factor;
                (Some(found), scopes)
            }
        };
        let held = Permissions::named(names.iter().map(String::as_str));
        Ok(Self { tenant, app: claims.app, user, held, lacks_second_factor })
    }

    /// Whether this caller may do that (attack row C4). A delegated token can do no more than its user: what is for
    /// administrators is refused to others, whatever scopes their application has.
    pub fn may(&self, operation: &Operation) -> Result<(), GraphError> {
        let allowed = match (&self.user, operation.delegated) {
            (None, Delegated::UserOnly) => {
                return Err(GraphError::denied("This address is for tokens of a user; an application has no profile."));
            }
            (None, _) => self.held.has_any(operation.needs),
            (Some(user), Delegated::Admin) => is_admin(user) && self.held.has_any(operation.needs),
            (Some(_), Delegated::Anybody | Delegated::UserOnly) => self.held.has_any(operation.needs),
        };
        if self.lacks_second_factor && operation.delegated == Delegated::Admin {
            return Err(GraphError::denied(
                "Administrators show a second factor first. Sign in again with two factors.",
            ));
        }
        if allowed { Ok(()) } else { Err(GraphError::denied("Insufficient privileges to complete the operation.")) }
    }

    /// The caller in one spelling, for limits, pages and repetitions.
    pub fn name(&self) -> String {
        match &self.user {
            Some(user) => format!("user {} by {}", user.id, self.app),
            None => format!("application {}", self.app),
        }
    }

    /// Who brings a change about.
    pub fn by(&self) -> By {
        self.user.as_ref().map_or(By::Application(self.app), |user| By::User(user.id))
    }

    /// Who invites.
    pub fn inviter(&self) -> Inviter {
        match &self.user {
            Some(user) => Inviter::User(Box::new(user.clone())),
            None => Inviter::Application { app: self.app },
        }
    }
}

/// Something of ours failed: the cause goes to the log, and the client learns nothing.
pub fn broken(what: &str, error: &dyn std::error::Error) -> GraphError {
    tracing::error!(error = %crate::web::answer::chain(error), "{what}");
    GraphError::broken()
}

/// The one bearer token (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Result<&str, GraphError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (one, more) = (values.next(), values.next());
    let Some(one) = one else { return Err(GraphError::unauthenticated("Access token is empty.")) };
    let text = one.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    let token = token.trim();
    let shaped = scheme.eq_ignore_ascii_case("bearer")
        && (1..=LONGEST_TOKEN).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    if more.is_none() && shaped {
        Ok(token)
    } else {
        Err(GraphError::unauthenticated("Access token validation failure."))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn m3_a_token_stands_in_one_header_and_nowhere_else() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
            }
            headers.append("cookie", HeaderValue::from_static("access_token=a.b.c; __Host-vestibule=x"));
            headers.append("x-access-token", HeaderValue::from_static("a.b.c"));
            bearer(&headers).map(str::to_owned).map_err(|error| error.status.as_u16())
        };
        assert_eq!(of(&["Bearer a.b.c"]), Ok("a.b.c".to_owned()));
        assert_eq!(of(&["bearer a.b.c"]), Ok("a.b.c".to_owned()));
        for wrong in [
            &[][..],
            &[""],
            &["Bearer"],
            &["Bearer "],
            &["Basic a.b.c"],
            &["a.b.c"],
            &["Bearer a b"],
            &["Bearer a.b.c, Bearer d.e.f"],
            &["Bearer a.b.c", "Bearer a.b.c"],
        ] {
            assert_eq!(of(wrong), Err(401), "{wrong:?}");
        }
        assert_eq!(of(&[&format!("Bearer {}", "a".repeat(LONGEST_TOKEN + 1))]), Err(401));
    }
}
