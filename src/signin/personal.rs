//! Personal accounts of this instance: signing in with one, and making one by the mail link.

use super::advance::{Scene, SigninError, Visit};
use super::finish::{Finished, finish};
use super::journey::Stranger;
use super::limits::{PasswordScope, password_attempt, password_right};
use super::password::{PasswordError, PasswordFault, check_new_password};
use super::refused::refused;
use crate::app::App;
use crate::clock::random_guid;
use crate::model::{AccountId, AuditEvent, EmailAddress, Identity, Method, PersonalAccount, Secret};
use crate::storage::{InstanceTask, StoreError};

/// How a password was taken.
pub enum Tried {
    /// Right, and a guest or member here: the new session cookie.
    SignedIn(String),
    /// Right, and nobody here.
    Stranger,
    /// Wrong, unknown, or tried too often today; the page says the same for each.
    Wrong,
}

/// How making an account went.
pub enum Created {
    /// Made, and signed in with it.
    SignedIn(String),
    /// The address has an account already; its owner signs in with that.
    Exists,
    /// The name is empty or no name.
    Name,
    /// The password is not good enough.
    Password(PasswordFault),
}

impl From<PasswordError> for SigninError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Busy,
            PasswordError::Failed => Self::Store(StoreError::Failed(Box::new(error))),
        }
    }
}

/// Signs in with the password of a personal account. An unknown address costs as much as a known one.
pub async fn sign_in(app: &App, visit: &Visit, scene: &mut Scene, password: &str) -> Result<Tried, SigninError> {
    let Some(address) = scene.address() else {
        return Err(SigninError::OutOfStep);
    };
    let allowed = password_attempt(app, visit, PasswordScope::PersonalAccount, &address).await?;
    let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    let account = accounts.account_by_address(&address).await?;
    drop(accounts);
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let right = app.passwords.verify(&Secret::new(password), hash).await?;
    let Some(account) = account.filter(|_| right && allowed) else {
        refused(app, visit, "pwd", "wrong password").await?;
        return Ok(Tried::Wrong);
    };
    password_right(app, visit, PasswordScope::PersonalAccount, &address).await?;
    match finish(app, visit, &mut scene.journey, scene.invitation.as_ref(), proved(app, &account)).await? {
        Finished::SignedIn { record, cookie } => {
            // A new password may have been set while the old one was checked. What it ended before this session began is
            // none of its sessions, so this one ends here; what it ends from now on includes it.
            let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
            let now = accounts.account(account.id).await?;
            drop(accounts);
            if now.is_none_or(|now| now.password_hash != account.password_hash) {
                app.sessions.end(record.tenant, record.id).await?;
                return Ok(Tried::Wrong);
            }
            Ok(Tried::SignedIn(cookie))
        }
        Finished::Stranger => Ok(Tried::Stranger),
    }
}

/// Makes an account for the mailbox that was proved in this journey, and signs in with it. The dispatcher offers this
/// step to holders of a mail link alone.
pub async fn create(
    app: &App,
    visit: &Visit,
    scene: &mut Scene,
    name: &str,
    password: &str,
) -> Result<Created, SigninError> {
    let Some(mailbox) = scene.journey.mailbox.clone() else { return Err(SigninError::OutOfStep) };
    let named = (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if !named {
        return Ok(Created::Name);
    }
    let password = Secret::new(password);
    let known = [mailbox.address().as_str(), &visit.tenant.display_name, &app.settings.brand, name];
    if let Err(fault) = check_new_password(&password, &known) {
        return Ok(Created::Password(fault));
    }
    let account = PersonalAccount {
        id: AccountId::new(random_guid(app.random.as_ref())),
        address: mailbox.address().clone(),
        display_name: name.to_owned(),
        password_hash: Some(app.passwords.hash(&password).await?),
        created_at: app.clock.now(),
    };
    if !insert(app, &account).await? {
        return Ok(Created::Exists);
    }
    match finish(app, visit, &mut scene.journey, scene.invitation.as_ref(), proved(app, &account)).await? {
        Finished::SignedIn { cookie, .. } => Ok(Created::SignedIn(cookie)),
        Finished::Stranger => Ok(Created::Exists),
    }
}

/// Adds an account with its audit line; `false` if the address has one.
pub async fn insert(app: &App, account: &PersonalAccount) -> Result<bool, SigninError> {
    let mut tx = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    match tx.insert_account(account).await {
        Ok(()) => {}
        Err(StoreError::Conflict) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    let event = AuditEvent::success("Create personal account").with("account", account.id);
    tx.audit(app.clock.now(), &event).await?;
    tx.commit().await?;
    Ok(true)
}

/// The account's owner; the instance itself proved the mailbox when the account was made.
pub(super) fn proved(app: &App, account: &PersonalAccount) -> Stranger {
    let address: EmailAddress = account.address.clone();
    Stranger {
        identity: Identity {
            issuer: app.urls.personal_issuer(),
            subject: account.id.to_string(),
            method: Method::PersonalAccount,
        },
        label: address.to_string(),
        claimed: Some(address.clone()),
        verified: Some(address),
        name: Some(account.display_name.clone()),
        signed_in_at: app.clock.now(),
        second_factor: None,
        authenticated_at: None,
        by_passkey: false,
        home: None,
    }
}
