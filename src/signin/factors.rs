//! Whose second factors a session may use, and one way to read and change them, wherever they are kept.

use super::advance::SigninError;
use super::proofs;
use crate::app::App;
use crate::model::{
    AccountId, AuditEvent, EmailAddress, Factors, Identity, Method, OutgoingMail, SecondFactorMethod,
    SecondFactorOwner, SessionRecord, TenantId, Timestamp, UserId, UserType,
};
use crate::storage::{InstanceTask, InstanceTx, StoreResult, Tx};

/// The second factors that count for a session.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whose they are.
    pub owner: SecondFactorOwner,
    /// What is registered.
    pub factors: Factors,
    /// Whether the person decides alone when they are asked for.
    own_wish: bool,
}

impl Standing {
    /// Whether the person wants two steps at every sign-in: an authenticator app of a personal account or of a member is
    /// asked for whatever the tenant's policy is. What a guest registered for one tenant serves that tenant's policy.
    pub fn wants_two_steps(&self) -> bool {
        self.own_wish && self.factors.totp.is_some()
    }

    /// Whether what was shown with the sign-in of `identity` counts as the second factor. A passkey of a personal account
    /// does not where somebody of this tenant reset the second factor: the guest's is kept apart from the account's since.
    pub fn counts(&self, by: SecondFactorMethod, identity: &Identity) -> bool {
        let of_account = by == SecondFactorMethod::Passkey && account_behind(identity).is_some();
        !of_account || matches!(self.owner, SecondFactorOwner::Account(_))
    }
}

/// Reads them. Holds no transaction afterwards; never call it while one is open, for there is one writer.
pub async fn standing(app: &App, session: &SessionRecord) -> StoreResult<Standing> {
    standing_of(app, session.tenant, (session.user, session.user_type), &session.identity).await
}

/// The same for somebody who is about to have a session.
pub async fn standing_of(
    app: &App,
    tenant: TenantId,
    (user, user_type): (UserId, UserType),
    identity: &Identity,
) -> StoreResult<Standing> {
    let here = app.store.read(tenant).await?.factors(user).await?;
    let own_wish = user_type == UserType::Member || here.apart;
    let Some(account) = account_behind(identity).filter(|_| !here.apart) else {
        let owner = SecondFactorOwner::User(tenant, user);
        return Ok(Standing { owner, factors: here, own_wish });
    };
    let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    let factors = accounts.account_factors(account).await?;
    Ok(Standing { owner: SecondFactorOwner::Account(account), factors, own_wish: true })
}

/// The personal account that signed in, if it was one.
pub fn account_of(session: &SessionRecord) -> Option<AccountId> {
    account_behind(&session.identity)
}

pub(super) fn account_behind(identity: &Identity) -> Option<AccountId> {
    match identity.method {
        Method::PersonalAccount => identity.subject.parse().ok(),
        _ => None,
    }
}

/// How an owner stands in what is sealed or hashed for it: nothing made for one is worth anything for another.
pub fn context_of(owner: SecondFactorOwner) -> String {
    match owner {
        SecondFactorOwner::Account(account) => format!("account:{account}"),
        SecondFactorOwner::User(tenant, user) => format!("user:{tenant}:{user}"),
    }
}

/// A transaction on the second factors of one owner: the instance's for an account, else the tenant's.
pub enum OwnerTx {
    /// Of a personal account.
    Account(AccountId, Box<dyn InstanceTx>),
    /// Of a guest or member.
    User(UserId, Box<dyn Tx>),
}

impl OwnerTx {
    /// Begins.
    pub async fn begin(app: &App, owner: SecondFactorOwner) -> StoreResult<Self> {
        Ok(match owner {
            SecondFactorOwner::Account(account) => {
                Self::Account(account, app.store.begin_instance(InstanceTask::PersonalAccounts).await?)
            }
            SecondFactorOwner::User(tenant, user) => Self::User(user, app.store.begin(tenant).await?),
        })
    }

    /// Begins for a change that `session` makes; refused if the session ended meanwhile, whatever was seen before.
    pub async fn of_session(app: &App, owner: SecondFactorOwner, session: &SessionRecord) -> Result<Self, SigninError> {
        // What a guest registered for one tenant lies there, and the account that signed in lies elsewhere.
        let open = matches!(owner, SecondFactorOwner::Account(_)) || proofs::is_open(app, session).await?;
        let mut tx = Self::begin(app, owner).await?;
        let goes_on = open
            && match &mut tx {
                Self::Account(account, tx) => proofs::account_goes_on(tx.as_mut(), *account, session).await?,
                Self::User(_, tx) => proofs::goes_on(tx.as_mut(), session).await?,
            };
        if goes_on { Ok(tx) } else { Err(SigninError::OutOfStep) }
    }

    /// What is registered, as this transaction sees it.
    pub async fn factors(&mut self) -> StoreResult<Factors> {
        match self {
            Self::Account(account, tx) => tx.account_factors(*account).await,
            Self::User(user, tx) => tx.factors(*user).await,
        }
    }

    /// Replaces what is registered.
    pub async fn keep(&mut self, factors: &Factors) -> StoreResult<()> {
        match self {
            Self::Account(account, tx) => tx.keep_account_factors(*account, factors).await,
            Self::User(user, tx) => tx.keep_factors(*user, factors).await,
        }
    }

    /// Records who did it: the account in the instance's chain, the user in the tenant's.
    pub async fn audit(&mut self, at: Timestamp, event: AuditEvent) -> StoreResult<()> {
        match self {
            Self::Account(account, tx) => tx.audit(at, &event.with("account", account)).await,
            Self::User(user, tx) => tx.audit(at, &event.by(*user).on(*user)).await,
        }
    }

    /// Where its owner reads mail.
    pub async fn address(&mut self) -> StoreResult<Option<EmailAddress>> {
        Ok(match self {
            Self::Account(account, tx) => tx.account(*account).await?.map(|account| account.address),
            Self::User(user, tx) => tx.user(*user).await?.and_then(|user| user.mail.or(user.invited_address)),
        })
    }

    /// Queues a mail.
    pub async fn queue_mail(&mut self, app: &App, mail: &OutgoingMail, at: Timestamp) -> StoreResult<()> {
        let id = crate::model::MailId(crate::clock::random_guid(app.random.as_ref()));
        match self {
            Self::Account(_, tx) => tx.queue_mail(id, mail, at).await,
            Self::User(_, tx) => tx.queue_mail(id, mail, at).await,
        }
    }

    /// Ends every session that its owner began until now: an account's or a member's in every tenant, and whatever else was
    /// proved with it.
    /// Whose they were is to be told to memory once this is durable.
    pub async fn end_sessions(
        &mut self,
        app: &App,
        tenant: TenantId,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        match self {
            Self::Account(account, tx) => {
                tx.end_account_proofs(*account, at).await?;
                tx.bump_epochs_of(&app.urls.personal_issuer(), &account.to_string(), at).await
            }
            Self::User(user, tx) => proofs::end_member(tx.as_mut(), &app.urls, tenant, *user, at).await,
        }
    }

    /// Makes it durable.
    pub async fn commit(self) -> StoreResult<()> {
        match self {
            Self::Account(_, tx) => tx.commit().await,
            Self::User(_, tx) => tx.commit().await,
        }
    }
}
