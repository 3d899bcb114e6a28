//! Erase a personal account: the wish of its owner, who has just signed in with it. Guest objects stay with their tenants, and
//! their guests take another way after proving the mailbox.

use super::advance::SigninError;
use super::factors::account_of;
use super::methods::{AccountGate, account_gate};
use super::proofs;
use crate::app::App;
use crate::guests::erase::{account_tombstone, forget_log};
use crate::model::{AuditEvent, SessionRecord};
use crate::storage::{InstanceTask, StoreError};

/// Erases the account of this session with its password and its second factors, and ends everything that began with it, in
/// every tenant.
pub async fn erase_account(app: &App, session: &SessionRecord) -> Result<(), SigninError> {
    let (Some(account), Some(AccountGate::Open)) = (account_of(session), account_gate(app, session).await?) else {
        return Err(SigninError::OutOfStep);
    };
    let tombstone = account_tombstone(account);
    let mut tx = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    // Whoever set a new password meanwhile ended this session and its wish.
    if !proofs::account_goes_on(tx.as_mut(), account, session).await? {
        return Err(SigninError::OutOfStep);
    }
    let now = app.clock.now();
    let ended = tx.erase_account(account, &app.urls.personal_issuer(), &tombstone, now).await?;
    tx.audit(now, &AuditEvent::success("Delete personal account").with("account", account)).await?;
    tx.commit().await?;
    app.tombstones.add(&tombstone, now).map_err(|error| StoreError::Failed(Box::new(error)))?;
    for (tenant, user) in ended {
        app.sessions.end_user(tenant, user, now).await?;
    }
    proofs::end_sessions(app, account, now).await?;
    forget_log(app).await;
    Ok(())
}
