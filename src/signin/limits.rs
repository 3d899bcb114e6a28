//! How often one network may try: a brake on guessing that a person never feels.

use std::time::Duration;

use super::advance::{SigninError, Visit};
use crate::app::App;
use crate::keys::sha256_hex;
use crate::model::{EmailAddress, SecondFactorOwner};
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

/// Tries of second factors of one owner: six digits are soon guessed by somebody who may try often (attack row T148).
const SECOND_FACTOR_TRIES_PER_HOUR: u64 = 10;
const SECOND_FACTOR_TRIES_PER_DAY: u64 = 30;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Counts one try of a second factor, before it is looked at. Counted by owner alone: another browser, network, tenant or
/// journey is no new budget. Whoever tries has signed in already, so strangers cannot spend it.
pub async fn second_factor_attempt(app: &App, owner: SecondFactorOwner) -> Result<(), SigninError> {
    let [hour, day] = second_factor_counters(owner);
    let within_hour = app.short_term.count(&hour, HOUR).await? <= SECOND_FACTOR_TRIES_PER_HOUR;
    // The day is counted only within the hour's limit, so that refused tries do not lock the owner out for the day.
    if !within_hour || app.short_term.count(&day, DAY).await? > SECOND_FACTOR_TRIES_PER_DAY {
        return Err(SigninError::Limited);
    }
    Ok(())
}

/// The right one was shown: the counts start anew.
pub async fn second_factor_right(app: &App, owner: SecondFactorOwner) -> Result<(), SigninError> {
    for counter in second_factor_counters(owner) {
        app.short_term.remove(&counter).await?;
    }
    Ok(())
}

fn second_factor_counters(owner: SecondFactorOwner) -> [Key; 2] {
    ["hour", "day"].map(|span| match owner {
        SecondFactorOwner::Account(id) => Key::instance(Kind::Limit, format!("second-factor:{span}:{id}")),
        SecondFactorOwner::User(tenant, id) => Key::of(tenant, Kind::Limit, format!("second-factor:{span}:{id}")),
    })
}

fn failures(app: &App, visit: &Visit, scope: PasswordScope, address: &EmailAddress) -> Key {
    let device = visit.known_device(app, address).unwrap_or("any");
    let id = format!("passwords:{}:{device}", sha256_hex(address.as_str().as_bytes()));
    match scope {
        PasswordScope::Member(tenant) => Key::of(tenant, Kind::Limit, id),
        PasswordScope::PersonalAccount => Key::instance(Kind::Limit, id),
    }
}
