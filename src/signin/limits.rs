//! How often one network may try: a brake on guessing that a person never feels.

use std::time::Duration;

use super::advance::{SigninError, Visit};
use crate::app::App;
use crate::keys::sha256_hex;
use crate::model::EmailAddress;
use crate::short_term::{Key, Kind};

/// Failed passwords of one address and day before even the right one is refused (attack row B17).
const PASSWORD_FAILURES_PER_DAY: u64 = 100;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Counts one attempt of this network in this tenant.
pub async fn attempt(app: &App, visit: &Visit) -> Result<(), SigninError> {
    let key = Key::of(visit.tenant.id, Kind::Limit, format!("attempts:{}", visit.network));
    let count = app.short_term.count(&key, Duration::from_secs(60)).await?;
    if count > app.settings.limits.attempts_per_minute { Err(SigninError::Limited) } else { Ok(()) }
}

/// Whether passwords of `address` may still be tried today. `scope` says whose: a tenant's members, or the instance's
/// personal accounts. A browser that its owner signed in with before has a count of its own, which strangers cannot spend.
pub async fn password_attempt(
    app: &App,
    visit: &Visit,
    scope: PasswordScope,
    address: &EmailAddress,
) -> Result<bool, SigninError> {
    let count = app.short_term.count(&failures(app, visit, scope, address), DAY).await?;
    Ok(count <= PASSWORD_FAILURES_PER_DAY)
}

/// The right password was typed: the count starts anew.
pub async fn password_right(
    app: &App,
    visit: &Visit,
    scope: PasswordScope,
    address: &EmailAddress,
) -> Result<(), SigninError> {
    Ok(app.short_term.remove(&failures(app, visit, scope, address)).await?)
}

/// Whose password it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordScope {
    /// A member of this tenant.
    Member(crate::model::TenantId),
    /// A personal account, which belongs to the instance.
    PersonalAccount,
}

fn failures(app: &App, visit: &Visit, scope: PasswordScope, address: &EmailAddress) -> Key {
    let device = visit.known_device(app, address).unwrap_or("any");
    let id = format!("passwords:{}:{device}", sha256_hex(address.as_str().as_bytes()));
    match scope {
        PasswordScope::Member(tenant) => Key::of(tenant, Kind::Limit, id),
        PasswordScope::PersonalAccount => Key::instance(Kind::Limit, id),
    }
}
