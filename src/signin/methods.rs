//! The ways to sign in of whoever is signed in: look at them, change the password, remove a factor, make new recovery codes.

use std::time::Duration;

use super::advance::{SigninError, Visit};
use super::enroll::{fill_recovery_codes, remember_codes};
use super::factors::{OwnerTx, Standing, account_of, standing};
use super::journey::Journey;
use super::notices::{self, Change};
use super::password::{PasswordFault, check_new_password};
use super::{proofs, reset};
use crate::app::App;
use crate::clock::random_guid;
use crate::model::{
    AccountId, AuditEvent, Factors, MailId, Method, SecondFactorOwner, Secret, SessionId, SessionRecord, StoredPasskey,
    TenantId, Timestamp, UserId, UserType,
};
use crate::storage::InstanceTask;

/// How long ago a secret may have been shown at most by whoever changes something.
pub const FRESH_FOR: Duration = Duration::from_secs(10 * 60);

/// What is registered, for the page.
pub struct Overview {
    /// Whether a password that is ours can be changed here.
    pub password: bool,
    /// Whether there is one: an account that was made with a passkey has none at first.
    pub has_password: bool,
    /// Since when there is an authenticator app.
    pub totp_since: Option<Timestamp>,
    /// Passkeys, oldest first.
    pub passkeys: Vec<Listed>,
    /// How many recovery codes are left.
    pub recovery_codes: usize,
    /// Whether what is registered serves this organization alone.
    pub here_only: bool,
    /// Whether it may be changed now.
    pub fresh: bool,
    /// Whether the password may be changed by this session. That of a personal account serves every organization, so one that
    /// asks for a second step of its own is not where it is changed.
    pub password_open: bool,
}

/// A passkey in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was used last.
    pub used: Option<Timestamp>,
}

impl Listed {
    fn of(passkey: &StoredPasskey) -> Self {
        Self {
            id: passkey.id.clone(),
            name: passkey.name.clone(),
            since: passkey.created_at,
            used: passkey.last_used_at,
        }
    }
}

/// How a change went.
pub enum Changed {
    /// Done. The session's cookie has a new value if every other session ended.
    Done(Option<String>),
    /// The password is not good enough.
    Password(PasswordFault),
}

/// Looks at what is registered.
pub async fn overview(app: &App, session: &SessionRecord) -> Result<Overview, SigninError> {
    let standing = standing(app, session).await?;
    let factors = &standing.factors;
    let has_password = match account_of(session) {
        Some(account) => {
            let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
            accounts.account(account).await?.is_some_and(|account| account.password_hash.is_some())
        }
        None => password_is_ours(session),
    };
    Ok(Overview {
        password: password_is_ours(session),
        has_password,
        totp_since: factors.totp.as_ref().map(|totp| totp.created_at),
        passkeys: factors.passkeys.iter().map(Listed::of).collect(),
        recovery_codes: factors.recovery_codes.len(),
        here_only: matches!(standing.owner, SecondFactorOwner::User(..)),
        fresh: may_change(app, session, &standing),
        password_open: match account_gate(app, session).await? {
            Some(gate) => gate == AccountGate::Open,
            None => may_change(app, session, &standing),
        },
    })
}

fn password_is_ours(session: &SessionRecord) -> bool {
    matches!(session.identity.method, Method::PersonalAccount | Method::MemberPassword)
}

/// Whether a secret was shown for this session a moment ago.
pub(super) fn is_fresh(app: &App, session: &SessionRecord) -> bool {
    session.authenticated_at.is_some_and(|at| app.clock.now().since(at) < FRESH_FOR)
}

/// Whether this session may change anything: signed in a moment ago, and with the second factor if there is one.
fn may_change(app: &App, session: &SessionRecord, standing: &Standing) -> bool {
    is_fresh(app, session) && (!standing.factors.is_registered() || session.second_factor.is_some())
}

/// The standing of a session that may change something; everybody else signs in anew first.
pub(super) async fn changeable(app: &App, session: &SessionRecord) -> Result<Standing, SigninError> {
    let standing = standing(app, session).await?;
    if may_change(app, session, &standing) { Ok(standing) } else { Err(SigninError::OutOfStep) }
}

/// Whether a session may change what a personal account is everywhere: its password, and whether there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountGate {
    /// It may.
    Open,
    /// A secret has to be shown again first.
    SignInAgain,
    /// Not from here: this tenant asks its guest for another second factor than the account has.
    Elsewhere,
}

/// Judges by the account's own factors alone: what a tenant reset or registered for its own guest guards nothing of the other
/// tenants, so it opens nothing of theirs. `None` if no personal account signed in.
pub async fn account_gate(app: &App, session: &SessionRecord) -> Result<Option<AccountGate>, SigninError> {
    let Some(account) = account_of(session) else { return Ok(None) };
    let here = standing(app, session).await?;
    let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    let guarded = accounts.account_factors(account).await?.is_registered();
    drop(accounts);
    let fresh = is_fresh(app, session);
    Ok(Some(match (guarded, here.owner == SecondFactorOwner::Account(account), session.second_factor.is_some()) {
        (true, false, _) => AccountGate::Elsewhere,
        (true, true, false) => AccountGate::SignInAgain,
        (true, true, true) | (false, _, _) if fresh => AccountGate::Open,
        (true, true, true) | (false, _, _) => AccountGate::SignInAgain,
    }))
}

/// Whether this session may register one more factor for `known`. Whoever has one has shown it before (attack rows T016, T143).
/// Where it serves more than this tenant's own wish for a second step, a secret was shown a moment ago.
pub(super) fn may_add(app: &App, session: &SessionRecord, known: &Standing) -> bool {
    let unseen = known.factors.is_registered() && session.second_factor.is_none();
    let own = matches!(known.owner, SecondFactorOwner::Account(_)) || session.user_type == UserType::Member;
    !unseen && (!own || is_fresh(app, session))
}

/// Whether this session may register something.
pub async fn ready(app: &App, session: &SessionRecord) -> Result<(), SigninError> {
    changeable(app, session).await.map(drop)
}

/// Ends the session and begins a sign-in that asks for secrets again, whatever a provider remembers.
pub async fn sign_in_anew(app: &App, visit: &Visit, session: &SessionRecord) -> Result<(), SigninError> {
    app.sessions.end(visit.tenant.id, session.id).await?;
    let mut journey = Journey::begin(app.clock.now());
    journey.address = session.verified_address.clone().or_else(|| session.mail.clone());
    journey.switching = true;
    journey.anew = true;
    visit.keep(app, &journey).await
}

/// Sets a new password. Every other session ends, of a personal account in every organization.
pub async fn change_password(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    password: &str,
    languages: &[String],
) -> Result<Changed, SigninError> {
    match account_gate(app, session).await? {
        Some(AccountGate::Open) => {}
        Some(AccountGate::SignInAgain | AccountGate::Elsewhere) => return Err(SigninError::OutOfStep),
        None => drop(changeable(app, session).await?),
    }
    if !password_is_ours(session) {
        return Err(SigninError::OutOfStep);
    }
    let password = Secret::new(password);
    let address = session.verified_address.as_ref().map(|address| address.as_str()).unwrap_or_default();
    let known = [address, &visit.tenant.display_name, &app.settings.brand, &session.display_name];
    if let Err(fault) = check_new_password(&password, &known) {
        return Ok(Changed::Password(fault));
    }
    let hash = app.passwords.hash(&password).await?;
    let ended_at = match account_of(session) {
        Some(account) => {
            let judged = Judged::Session(session);
            let set = set_account_password(app, visit, (account, judged), &hash, languages, Change::PasswordChanged);
            set.await?.ok_or(SigninError::OutOfStep)?
        }
        None => {
            let mut tx = app.store.begin(visit.tenant.id).await?;
            // Hashing took a while: whoever set another password meanwhile ended this session.
            if !proofs::goes_on(tx.as_mut(), session).await? {
                return Err(SigninError::OutOfStep);
            }
            let now = app.clock.now();
            tx.set_password(session.user, &hash).await?;
            let ended = proofs::end_member(tx.as_mut(), &app.urls, visit.tenant.id, session.user, now).await?;
            let event = AuditEvent::success("Change password (self-service)").by(session.user).on(session.user);
            tx.audit(now, &event).await?;
            if let Some(to) = &session.mail {
                let mail = notices::about(app, &visit.tenant, to, languages, Change::PasswordChanged)?;
                tx.queue_mail(MailId(random_guid(app.random.as_ref())), &mail, now).await?;
            }
            tx.commit().await?;
            proofs::end_member_sessions(app, (visit.tenant.id, session.user), &ended, now).await?;
            now
        }
    };
    app.mail_queued.notify_one();
    Ok(Changed::Done(Some(reopen(app, visit, session, ended_at).await?)))
}

/// What lets somebody set a new password: judged again once nobody else can write.
#[derive(Clone, Copy)]
pub(super) enum Judged<'a> {
    /// This session, as long as nothing ended it.
    Session(&'a SessionRecord),
    /// The mailbox, proved at this time, as long as no proof of then was ended.
    Mailbox(Timestamp),
}

/// Sets the password of a personal account and ends its sessions everywhere: one transaction, then what memory knows. Returns
/// when it ended them; `None` if what was judged before the password was hashed is over by now, and nothing is changed.
pub(super) async fn set_account_password(
    app: &App,
    visit: &Visit,
    (account, judged): (AccountId, Judged<'_>),
    hash: &str,
    languages: &[String],
    change: Change,
) -> Result<Option<Timestamp>, SigninError> {
    let activity = match change {
        Change::PasswordReset => "Reset password (self-service)",
        _ => "Change password (self-service)",
    };
    let mut tx = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    let goes_on = match judged {
        Judged::Session(session) => proofs::account_goes_on(tx.as_mut(), account, session).await?,
        Judged::Mailbox(at) => tx.account_proofs_since(account).await?.is_some_and(|since| at > since),
    };
    if !goes_on {
        return Ok(None);
    }
    tx.set_account_password(account, hash).await?;
    let now = app.clock.now();
    if change == Change::PasswordReset {
        reset::unplant(tx.as_mut(), &app.urls, visit, account, now).await?;
    }
    tx.end_account_proofs(account, now).await?;
    let ended: Vec<(TenantId, UserId)> =
        tx.bump_epochs_of(&app.urls.personal_issuer(), &account.to_string(), now).await?;
    tx.audit(now, &AuditEvent::success(activity).with("account", account)).await?;
    if let Some(owner) = tx.account(account).await? {
        let mail = notices::about(app, &visit.tenant, &owner.address, languages, change)?;
        tx.queue_mail(MailId(random_guid(app.random.as_ref())), &mail, now).await?;
    }
    tx.commit().await?;
    for (tenant, user) in ended {
        app.sessions.end_user(tenant, user, now).await?;
    }
    proofs::end_sessions(app, account, now).await?;
    Ok(Some(now))
}

/// The session in which every other one was just ended, at `ended_at`, goes on as a new one. It begins right after that: what
/// somebody else ended since ends this one as well.
async fn reopen(app: &App, visit: &Visit, session: &SessionRecord, ended_at: Timestamp) -> Result<String, SigninError> {
    let begins = ended_at.plus(Duration::from_micros(1));
    let record = SessionRecord {
        id: SessionId(random_guid(app.random.as_ref())),
        signed_in_at: begins,
        last_used_at: app.clock.now(),
        ..session.clone()
    };
    let session = app.sessions.start(record).await?;
    let begun = session.record();
    if !proofs::is_open(app, &begun).await? {
        app.sessions.end(begun.tenant, begun.id).await?;
        return Err(SigninError::OutOfStep);
    }
    Ok(app.sessions.attach(&visit.host, visit.cookie.as_deref(), &session, false).await?)
}

/// Ends every session of this user but the one that asks, which goes on as a new one, and what they allowed.
pub async fn end_others(app: &App, visit: &Visit, session: &SessionRecord) -> Result<String, SigninError> {
    let mut tx = app.store.begin(visit.tenant.id).await?;
    if !proofs::goes_on(tx.as_mut(), session).await? {
        return Err(SigninError::OutOfStep);
    }
    let now = app.clock.now();
    let ended = proofs::end_member(tx.as_mut(), &app.urls, visit.tenant.id, session.user, now).await?;
    let event = AuditEvent::success("Update StsRefreshTokenValidFrom Timestamp").by(session.user).on(session.user);
    tx.audit(now, &event.with("sessions", "others")).await?;
    tx.commit().await?;
    proofs::end_member_sessions(app, (visit.tenant.id, session.user), &ended, now).await?;
    reopen(app, visit, session, now).await
}

/// What is to be removed.
pub enum Removal<'a> {
    /// The authenticator app.
    Totp,
    /// A passkey, by its id.
    Passkey(&'a str),
}

/// Removes a factor. Recovery codes go with the last one. A passkey is a way in: with it every other session ends.
pub async fn remove(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    removal: Removal<'_>,
    languages: &[String],
) -> Result<Changed, SigninError> {
    let owner = changeable(app, session).await?.owner;
    let mut tx = OwnerTx::of_session(app, owner, session).await?;
    let mut factors = tx.factors().await?;
    let way_in = matches!(removal, Removal::Passkey(_));
    let (found, method) = match removal {
        Removal::Totp => (factors.totp.take().is_some(), "softwareOath"),
        Removal::Passkey(id) => {
            let before = factors.passkeys.len();
            factors.passkeys.retain(|passkey| passkey.id != id);
            (factors.passkeys.len() < before, "fido2")
        }
    };
    if !found || locked_out(&mut tx, &factors).await? {
        return Err(SigninError::OutOfStep);
    }
    if !factors.is_registered() {
        factors.recovery_codes.clear();
    }
    tx.keep(&factors).await?;
    let now = app.clock.now();
    tx.audit(now, AuditEvent::success("User deleted security info").with("method", method)).await?;
    let change = if way_in { Change::PasskeyRemoved } else { Change::FactorRemoved };
    notices::queue(app, &visit.tenant, &mut tx, languages, change).await?;
    let ended = if way_in { tx.end_sessions(app, visit.tenant.id, now).await? } else { Vec::new() };
    tx.commit().await?;
    app.mail_queued.notify_one();
    match owner {
        _ if !way_in => {}
        SecondFactorOwner::Account(account) => {
            for (tenant, user) in ended {
                app.sessions.end_user(tenant, user, now).await?;
            }
            proofs::end_sessions(app, account, now).await?;
        }
        SecondFactorOwner::User(tenant, user) => {
            proofs::end_member_sessions(app, (tenant, user), &ended, now).await?;
        }
    }
    Ok(Changed::Done(if way_in { Some(reopen(app, visit, session, now).await?) } else { None }))
}

/// The last passkey of an account without a password is its only way in.
async fn locked_out(tx: &mut OwnerTx, factors: &Factors) -> Result<bool, SigninError> {
    let OwnerTx::Account(account, accounts) = tx else { return Ok(false) };
    let password = accounts.account(*account).await?.is_some_and(|account| account.password_hash.is_some());
    Ok(!password && factors.passkeys.is_empty())
}

/// Makes new recovery codes; the old ones are worth nothing from now on.
pub async fn new_recovery_codes(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    languages: &[String],
) -> Result<(), SigninError> {
    let owner = changeable(app, session).await?.owner;
    let mut tx = OwnerTx::of_session(app, owner, session).await?;
    let mut factors = tx.factors().await?;
    if !factors.is_registered() {
        return Err(SigninError::OutOfStep);
    }
    factors.recovery_codes.clear();
    let codes = fill_recovery_codes(app, owner, &mut factors);
    tx.keep(&factors).await?;
    let event = AuditEvent::success("User registered security info").with("method", "recoveryCodes");
    tx.audit(app.clock.now(), event).await?;
    notices::queue(app, &visit.tenant, &mut tx, languages, Change::RecoveryCodes).await?;
    tx.commit().await?;
    app.mail_queued.notify_one();
    remember_codes(app, session, &codes).await
}
