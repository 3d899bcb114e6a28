//! Whether what was proved with a personal account still counts: a new password, lost factors and an erasure end every proof
//! of before, in every tenant, whether a guest is bound to the account or somebody still stands at the door.

use super::factors::account_behind;
use crate::app::App;
use crate::model::{AccountId, Identity, Timestamp};
use crate::short_term::ShortTermError;
use crate::storage::{InstanceTask, StoreResult};

/// Whether a sign-in at `proved_at` still counts; every sign-in that is none with a personal account does. Holds no
/// transaction afterwards; never call it while one is open, for there is one writer.
pub async fn still_counts(app: &App, identity: &Identity, proved_at: Timestamp) -> StoreResult<bool> {
    if identity.is_erased() {
        return Ok(false);
    }
    let Some(account) = account_behind(identity) else { return Ok(true) };
    let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    Ok(accounts.account_proofs_since(account).await?.is_some_and(|since| proved_at > since))
}

/// After the commit that ended the proofs of an account: its sessions end at once, those of guests who are not bound yet
/// included.
pub(super) async fn end_sessions(app: &App, account: AccountId, at: Timestamp) -> Result<(), ShortTermError> {
    app.sessions.end_identity(&app.urls.personal_issuer(), &account.to_string(), at).await
}
