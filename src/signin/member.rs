//! A member of this tenant signs in with a password of its own.

use super::advance::{Scene, SigninError, Visit};
use super::finish::{Finished, finish_member};
use super::limits::{PasswordScope, password_attempt, password_right};
use super::personal::Tried;
use super::refused::refused;
use crate::app::App;
use crate::model::Secret;

/// Checks the password of the member whose address was typed. An unknown address costs as much as a known one.
pub async fn sign_in(app: &App, visit: &Visit, scene: &Scene, password: &str) -> Result<Tried, SigninError> {
    let Some(address) = scene.journey.address.clone() else { return Err(SigninError::OutOfStep) };
    let scope = PasswordScope::Member(visit.tenant.id);
    let allowed = password_attempt(app, visit, scope, &address).await?;
    let mut read = app.store.read(visit.tenant.id).await?;
    let member = read.member(&address).await?.filter(|member| member.account_enabled);
    let hash = match &member {
        Some(member) => read.password_hash(member.id).await?,
        None => None,
    };
    drop(read);
    // A member without a password is checked like nobody: against the dummy, and never right.
    let right = app.passwords.verify(&Secret::new(password), hash.as_deref()).await? && hash.is_some();
    let (Some(member), Some(hash)) = (member.filter(|_| right && allowed), hash) else {
        refused(app, visit, "pwd", "wrong password").await?;
        return Ok(Tried::Wrong);
    };
    password_right(app, visit, scope, &address).await?;
    match finish_member(app, visit, &member, Some(&hash), None).await? {
        Finished::SignedIn { cookie, .. } => Ok(Tried::SignedIn(cookie)),
        Finished::Stranger => Ok(Tried::Wrong),
    }
}
