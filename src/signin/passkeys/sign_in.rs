//! Sign in with a passkey, without a name being typed, or show one as the second factor of whoever is signed in.

use serde_json::Value;

use super::ceremony::{Ceremony, What, begin, take};
use super::{Claim, Fault, Party, verifier};
use crate::app::App;
use crate::model::{
    AuditEvent, EmailAddress, Factors, PersonalAccount, SecondFactorMethod, SecondFactorOwner, SessionRecord,
    StoredPasskey, Timestamp, User, UserType,
};
use crate::signin::advance::{Scene, SigninError, Visit};
use crate::signin::factors::{OwnerTx, standing};
use crate::signin::finish::{Finished, finish, finish_member};
use crate::signin::journey::Stranger;
use crate::signin::personal::proved;
use crate::signin::refused::refused;
use crate::signin::second_factor::{Shown, passed};
use crate::storage::InstanceTask;

/// How signing in with a passkey went.
pub enum Entered {
    /// A guest or member here.
    SignedIn {
        /// The new session cookie.
        cookie: String,
        /// The address whose owner it is.
        address: Option<EmailAddress>,
    },
    /// Right, and nobody here.
    Stranger,
    /// Wrong, unknown, or of somebody who does not sign in with it; the page says the same for each.
    Wrong,
    /// The page was open for too long, or its answer was used.
    Over,
}

/// Asks for whichever passkey the browser has for this host: nothing is typed, and the page is the same for everybody.
/// `None` where this tenant has nobody who could sign in with one.
pub fn ask_anybody(app: &App, visit: &Visit, scene: &Scene) -> Option<Ceremony> {
    (scene.ways.personal_account || scene.ways.member_password).then_some(())?;
    let asked = verifier::ask(&Party::of(app), &[])?;
    Some(begin(app, visit, (What::SignIn, None), asked, ""))
}

/// What whoever is signed in may show as the second factor.
pub struct Showable {
    /// Whether there is an authenticator app.
    pub app: bool,
    /// A passkey, if there is one.
    pub passkey: Option<Ceremony>,
}

/// Asks for the second factor of whoever is signed in.
pub async fn ask_owner(app: &App, visit: &Visit, session: &SessionRecord) -> Result<Showable, SigninError> {
    let known = standing(app, session).await?.factors;
    let credentials: Vec<&Value> = known.passkeys.iter().map(|passkey| &passkey.credential).collect();
    let asked = (!credentials.is_empty()).then(|| verifier::ask(&Party::of(app), &credentials)).flatten();
    let passkey = asked.map(|asked| begin(app, visit, (What::Show, Some(session)), asked, ""));
    Ok(Showable { app: known.totp.is_some(), passkey })
}

/// Who may sign in with a passkey of their own.
enum Person {
    Account(PersonalAccount),
    Member(Box<User>),
}

impl Person {
    fn owner(&self, visit: &Visit) -> SecondFactorOwner {
        match self {
            Self::Account(account) => SecondFactorOwner::Account(account.id),
            Self::Member(member) => SecondFactorOwner::User(visit.tenant.id, member.id),
        }
    }
}

/// Signs in with a passkey of a personal account, or of a member. Whoever unlocks one shows two factors at once.
pub async fn sign_in(
    app: &App,
    visit: &Visit,
    scene: &mut Scene,
    state: &str,
    answer: &str,
) -> Result<Entered, SigninError> {
    let Some(remembered) = take(app, visit, (What::SignIn, None), state).await? else {
        refused(app, visit, "hwk", "passkey page over").await?;
        return Ok(Entered::Over);
    };
    let claim = verifier::claim(answer);
    let person = match &claim {
        Some(claim) => person_of(app, visit, scene, claim).await?,
        None => None,
    };
    let (Some(claim), Some(person)) = (claim, person) else {
        refused(app, visit, "hwk", "unknown passkey").await?;
        return Ok(Entered::Wrong);
    };
    // Nobody was known before, so the authenticator must say whose it is (WebAuthn §7.2 step 6).
    if claim.user_handle.is_none() {
        refused(app, visit, "hwk", Fault::Wrong.reason()).await?;
        return Ok(Entered::Wrong);
    }
    let owner = person.owner(visit);
    let Some(checked) = use_passkey(app, visit, owner, (&claim, answer), &remembered.verifier, None).await? else {
        return Ok(Entered::Wrong);
    };
    let second_factor = checked.user_verified.then_some(SecondFactorMethod::Passkey);
    let (finished, address) = match person {
        Person::Account(account) => {
            // As of the check, so that a passkey that is removed from then on ends this sign-in too.
            let signed_in_at = checked.at;
            let stranger = Stranger { second_factor, signed_in_at, by_passkey: true, ..proved(app, &account) };
            let invitation = scene.invitation.as_ref();
            (finish(app, visit, &mut scene.journey, invitation, stranger).await?, Some(account.address))
        }
        Person::Member(member) => (finish_member(app, visit, &member, None, second_factor).await?, member.mail),
    };
    let Finished::SignedIn { record, cookie } = finished else { return Ok(Entered::Stranger) };
    if !still_opens(app, owner, &claim).await? {
        app.sessions.end(record.tenant, record.id).await?;
        return Ok(Entered::Wrong);
    }
    Ok(Entered::SignedIn { cookie, address })
}

/// A passkey may have been removed while it was checked, or its owner's password set anew, so that it opens nothing alone any
/// more. What that ended before this session began is none of its sessions, so this one ends; what it ends from now on includes
/// it.
async fn still_opens(app: &App, owner: SecondFactorOwner, claim: &Claim) -> Result<bool, SigninError> {
    match owner {
        SecondFactorOwner::Account(id) => {
            let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
            let since = accounts.account_passkeys_since(id).await?;
            Ok(opens_alone(&accounts.account_factors(id).await?, claim, since))
        }
        SecondFactorOwner::User(tenant, id) => {
            let mut read = app.store.begin(tenant).await?;
            let since = read.passkeys_since(id).await?;
            Ok(opens_alone(&read.factors(id).await?, claim, since))
        }
    }
}

/// Whose passkey an answer names, if that person signs in here with passkeys: the owner of a personal account where the tenant
/// takes those, or a member of this tenant with a password of its own. What a guest of another home registered as second
/// factor is none: the first one is shown at home.
async fn person_of(app: &App, visit: &Visit, scene: &Scene, claim: &Claim) -> Result<Option<Person>, SigninError> {
    if scene.ways.personal_account {
        let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
        if let Some(id) = accounts.account_of_passkey(&claim.id).await? {
            let since = accounts.account_passkeys_since(id).await?;
            if !opens_alone(&accounts.account_factors(id).await?, claim, since) {
                return Ok(None);
            }
            return Ok(accounts.account(id).await?.map(Person::Account));
        }
    }
    if !scene.ways.member_password {
        return Ok(None);
    }
    let mut read = app.store.read(visit.tenant.id).await?;
    let Some(id) = read.user_of_passkey(&claim.id).await? else { return Ok(None) };
    let since = read.passkeys_since(id).await?;
    if !opens_alone(&read.factors(id).await?, claim, since) {
        return Ok(None);
    }
    let own_password = read.password_hash(id).await?.is_some();
    let member = read.user(id).await?;
    let welcome = |member: &User| own_password && member.user_type == UserType::Member && member.account_enabled;
    Ok(member.filter(welcome).map(|member| Person::Member(Box::new(member))))
}

/// Whether the passkey is newer than the last password that was set without the old one: before that, somebody else may have
/// planted it, so it is a second step at most.
fn opens_alone(factors: &Factors, claim: &Claim, since: Option<Timestamp>) -> bool {
    let Some(since) = since else { return false };
    factors.passkeys.iter().any(|passkey| passkey.id == claim.id && passkey.created_at > since)
}

/// What the use of a passkey proved.
struct Used {
    /// When.
    at: Timestamp,
    /// Whether the person unlocked it.
    user_verified: bool,
}

/// Checks an answer against the passkey that it names, and keeps its counter: one transaction, so that of two copies that
/// answer at once one is found out. `shown` is what else is recorded when it is right.
async fn use_passkey(
    app: &App,
    visit: &Visit,
    owner: SecondFactorOwner,
    (claim, answer): (&Claim, &str),
    state: &Value,
    shown: Option<AuditEvent>,
) -> Result<Option<Used>, SigninError> {
    let mut tx = OwnerTx::begin(app, owner).await?;
    // Only now, when nobody else can write.
    let now = app.clock.now();
    let mut factors = tx.factors().await?;
    let checked = match named(&mut factors, claim) {
        Some(passkey) => {
            let checked = verifier::check(&Party::of(app), answer, state, &passkey.credential);
            if let Ok(checked) = &checked {
                passkey.credential = checked.credential.clone();
                passkey.last_used_at = Some(now);
            }
            checked
        }
        None => Err(Fault::Wrong),
    };
    match checked {
        Ok(checked) => {
            tx.keep(&factors).await?;
            if let Some(event) = shown {
                tx.audit(now, event).await?;
            }
            tx.commit().await?;
            Ok(Some(Used { at: now, user_verified: checked.user_verified }))
        }
        Err(fault) => {
            if fault == Fault::Copied {
                // The owner's own record says so too: somebody may have a copy.
                let event = AuditEvent::failure("Passkey refused").with("reason", fault.reason());
                tx.audit(now, event).await?;
                tx.commit().await?;
            } else {
                drop(tx);
            }
            refused(app, visit, "hwk", fault.reason()).await?;
            Ok(None)
        }
    }
}

/// The passkey that an answer names, if the authenticator says nothing else about whose it is.
fn named<'a>(factors: &'a mut Factors, claim: &Claim) -> Option<&'a mut StoredPasskey> {
    let same = |passkey: &StoredPasskey| claim.user_handle.as_ref().is_none_or(|handle| *handle == passkey.user_handle);
    factors.passkeys.iter_mut().find(|passkey| passkey.id == claim.id && same(passkey))
}

/// Shows a passkey as the second factor of whoever is signed in. It must be unlocked.
pub async fn show(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    state: &str,
    answer: &str,
) -> Result<Shown, SigninError> {
    let owner = standing(app, session).await?.owner;
    let remembered = take(app, visit, (What::Show, Some(session)), state).await?;
    let (Some(remembered), Some(claim)) = (remembered, verifier::claim(answer)) else {
        refused(app, visit, "hwk", "wrong second factor").await?;
        return Ok(Shown::Wrong);
    };
    let event = AuditEvent::success("Second factor shown").with("method", SecondFactorMethod::Passkey.amr());
    let answered = (&claim, answer);
    match use_passkey(app, visit, owner, answered, &remembered.verifier, Some(event)).await? {
        Some(checked) if checked.user_verified => {
            Ok(Shown::Passed(passed(app, visit, session, SecondFactorMethod::Passkey).await?))
        }
        Some(_) | None => Ok(Shown::Wrong),
    }
}
