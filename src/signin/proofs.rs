//! Whether what was proved with a personal account, or at home by a member abroad, still counts: a new password, lost factors
//! and an erasure end every proof of before, in every tenant, whether a guest is bound or somebody still stands at the door.

use super::factors::account_behind;
use crate::app::App;
use crate::model::{AccountId, Identity, Method, SessionRecord, TenantId, Timestamp, UserId};
use crate::short_term::ShortTermError;
use crate::storage::{InstanceTask, InstanceTx, StoreResult, Tx};
use crate::urls::Urls;

/// Whether a sign-in at `proved_at` still counts; one that another provider vouches for does. Holds no transaction
/// afterwards; never call it while one is open, for there is one writer.
pub async fn still_counts(app: &App, identity: &Identity, proved_at: Timestamp) -> StoreResult<bool> {
    if identity.is_erased() {
        return Ok(false);
    }
    if let Some((home, member)) = member_behind(identity) {
        let ended = app.store.read(home).await?.ended_at(member).await?;
        return Ok(ended.is_none_or(|ended| proved_at > ended));
    }
    let Some(account) = account_behind(identity) else { return Ok(true) };
    let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    Ok(accounts.account_proofs_since(account).await?.is_some_and(|since| proved_at > since))
}

/// Whether nothing ended `session` until now, by what the directory says. What is asked outside of a transaction is asked
/// again within it ([`goes_on`], [`account_goes_on`]): a password is hashed for seconds when many wait.
pub(super) async fn is_open(app: &App, session: &SessionRecord) -> StoreResult<bool> {
    let mut read = app.store.read(session.tenant).await?;
    let ended = read.ended_at(session.user).await?;
    drop(read);
    Ok(begun_after(session, ended) && still_counts(app, &session.identity, session.signed_in_at).await?)
}

/// The same within a transaction of its tenant, in which nobody else writes.
pub(super) async fn goes_on(tx: &mut dyn Tx, session: &SessionRecord) -> StoreResult<bool> {
    Ok(begun_after(session, tx.ended_at(session.user).await?))
}

/// The same within a transaction on the personal account behind it.
pub(super) async fn account_goes_on(
    tx: &mut dyn InstanceTx,
    account: AccountId,
    session: &SessionRecord,
) -> StoreResult<bool> {
    let counts = tx.account_proofs_since(account).await?.is_some_and(|since| session.signed_in_at > since);
    // Epochs at or after the sign-in, of this very user or of the whole tenant.
    let ended = tx.epochs(Timestamp::from_micros(session.signed_in_at.micros() - 1)).await?;
    let mine = |user: Option<UserId>| user.is_none_or(|user| user == session.user);
    let ended = ended
        .iter()
        .any(|epoch| epoch.tenant == session.tenant && mine(epoch.user) && !begun_after(session, Some(epoch.ended_at)));
    Ok(counts && !ended)
}

fn begun_after(session: &SessionRecord, ended: Option<Timestamp>) -> bool {
    ended.is_none_or(|ended| session.signed_in_at > ended)
}

/// The member behind a sign-in at the home organization, which is another tenant here.
fn member_behind(identity: &Identity) -> Option<(TenantId, UserId)> {
    match identity.method {
        Method::Tenant { tenant } => Some((tenant, identity.subject.parse().ok()?)),
        _ => None,
    }
}

/// After the commit that ended the proofs of an account: its sessions end at once, those of guests who are not bound yet
/// included.
pub(super) async fn end_sessions(app: &App, account: AccountId, at: Timestamp) -> Result<(), ShortTermError> {
    app.sessions.end_identity(&app.urls.personal_issuer(), &account.to_string(), at).await
}

/// In the transaction that changes a member's way in: ends what the member began here, and abroad with what was proved here.
/// Whose sessions that are is for [`end_member_sessions`].
pub(crate) async fn end_member(
    tx: &mut dyn Tx,
    urls: &Urls,
    tenant: TenantId,
    member: UserId,
    at: Timestamp,
) -> StoreResult<Vec<(TenantId, UserId)>> {
    tx.bump_epoch(Some(member), at).await?;
    let mut ended = tx.end_member_abroad(&urls.issuer(tenant), member, at).await?;
    ended.push((tenant, member));
    Ok(ended)
}

/// After the commit: the sessions of a member end at once, here and abroad.
pub(crate) async fn end_member_sessions(
    app: &App,
    (tenant, member): (TenantId, UserId),
    ended: &[(TenantId, UserId)],
    at: Timestamp,
) -> Result<(), ShortTermError> {
    for (tenant, user) in ended {
        app.sessions.end_user(*tenant, *user, at).await?;
    }
    app.sessions.end_identity(&app.urls.issuer(tenant), &member.to_string(), at).await
}
