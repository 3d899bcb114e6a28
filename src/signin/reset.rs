//! A new password for a personal account whose old one, or whose passkey, is lost: by proof of its mailbox, and by nothing
//! else. It ends every session of the account, and passkeys of before sign in
//! by themselves no more; a second step that is asked for stays.

use std::time::Duration;

use super::advance::{Scene, SigninError, Visit};
use super::finish::{Finished, finish};
use super::journey::Reset;
use super::limits::{PasswordScope, password_right};
use super::methods::{Judged, set_account_password};
use super::notices::{self, Change};
use super::password::{PasswordFault, check_new_password};
use super::personal::proved;
use super::proofs;
use crate::app::App;
use crate::clock::random_guid;
use crate::model::{AccountId, AuditEvent, EmailAddress, Factors, MailId, Secret, Tenant, Timestamp, UserType};
use crate::storage::{InstanceTask, InstanceTx};
use crate::urls::Urls;

/// How it went.
pub enum NewPassword {
    /// Set, and signed in with it: the new session cookie.
    SignedIn(String),
    /// Set, and nobody here.
    Stranger,
    /// Not good enough.
    Fault(PasswordFault),
}

/// The password was forgotten: from now on this journey is about a new one. The same for every address.
pub async fn ask(app: &App, visit: &Visit, scene: &mut Scene) -> Result<(), SigninError> {
    scene.journey.reset = Some(Reset::Asked);
    scene.journey.code = None;
    visit.keep(app, &scene.journey).await
}

/// It came back to mind.
pub async fn never_mind(app: &App, visit: &Visit, scene: &mut Scene) -> Result<(), SigninError> {
    scene.journey.reset = None;
    scene.journey.code = None;
    visit.keep(app, &scene.journey).await
}

/// Sets the password of the account whose mailbox was proved for this in this journey, and signs in with it.
pub async fn set_password(
    app: &App,
    visit: &Visit,
    scene: &mut Scene,
    password: &str,
    languages: &[String],
) -> Result<NewPassword, SigninError> {
    let Some(address) = scene.address() else { return Err(SigninError::OutOfStep) };
    if scene.journey.proved_for_reset(app.clock.now()) != Some(&address) {
        return Err(SigninError::OutOfStep);
    }
    let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    let account = accounts.account_by_address(&address).await?.ok_or(SigninError::OutOfStep)?;
    let since = accounts.account_proofs_since(account.id).await?;
    drop(accounts);
    // A mailbox that was proved before somebody else set a new password opens no second one.
    let proved_at = scene.journey.reset_proved_at().filter(|at| since.is_some_and(|since| *at > since));
    let Some(proved_at) = proved_at else { return proof_is_over(app, visit, scene).await };
    let password = Secret::new(password);
    let known = [address.as_str(), &visit.tenant.display_name, &app.settings.brand, &account.display_name];
    if let Err(fault) = check_new_password(&password, &known) {
        return Ok(NewPassword::Fault(fault));
    }
    let hash = app.passwords.hash(&password).await?;
    let judged = Judged::Mailbox(proved_at);
    let set = set_account_password(app, visit, (account.id, judged), &hash, languages, Change::PasswordReset).await?;
    let Some(ended_at) = set else { return proof_is_over(app, visit, scene).await };
    app.mail_queued.notify_one();
    password_right(app, visit, PasswordScope::PersonalAccount, &address).await?;
    scene.journey.reset = None;
    let mut stranger = proved(app, &account);
    // Later than the end of every other proof, even on a clock that did not move.
    stranger.signed_in_at = stranger.signed_in_at.max(ended_at.plus(Duration::from_micros(1)));
    match finish(app, visit, &mut scene.journey, scene.invitation.as_ref(), stranger).await? {
        Finished::SignedIn { cookie, .. } => Ok(NewPassword::SignedIn(cookie)),
        Finished::Stranger => Ok(NewPassword::Stranger),
    }
}

/// Whoever had the old password may have planted a passkey, and whoever lost it may not tell which: none of those of before
/// signs in by itself after a reset. They go altogether where an authenticator app is the second step, or nobody asks this
/// account for one. Elsewhere they are the second step that a mailbox alone must not take away: they stay as that.
pub(super) async fn unplant(
    tx: &mut dyn InstanceTx,
    urls: &Urls,
    visit: &Visit,
    account: AccountId,
    now: Timestamp,
) -> Result<(), SigninError> {
    tx.suspend_account_passkeys(account, now).await?;
    let mut factors = tx.account_factors(account).await?;
    if factors.passkeys.is_empty() {
        return Ok(());
    }
    let bound = tx.tenants_of(&urls.personal_issuer(), &account.to_string()).await?;
    let mut tenants = bound.iter().filter_map(|id| visit.snapshot.tenant(*id));
    let demanded = demands(&visit.tenant) || tenants.any(|tenant| demands(tenant));
    if factors.totp.is_none() && demanded {
        return Ok(());
    }
    factors.passkeys.clear();
    if !factors.is_registered() {
        factors.recovery_codes.clear();
    }
    tx.keep_account_factors(account, &factors).await?;
    let event = AuditEvent::success("User deleted security info").with("method", "fido2").with("account", account);
    tx.audit(now, &event).await?;
    Ok(())
}

/// Whether a tenant, or one of its apps, asks guests for a second step.
fn demands(tenant: &Tenant) -> bool {
    tenant.policies.mfa.demands(UserType::Guest) || tenant.service_principals.iter().any(|app| app.require_mfa)
}

/// Somebody else set a new password since the mailbox was proved: it is to be proved again.
async fn proof_is_over(app: &App, visit: &Visit, scene: &mut Scene) -> Result<NewPassword, SigninError> {
    scene.journey.reset = Some(Reset::Asked);
    visit.keep(app, &scene.journey).await?;
    Err(SigninError::OutOfStep)
}

/// The operator's last resort for somebody who lost everything: all second factors of a personal account go, and all its
/// sessions end. Its password stays; without one, a new one is set by proof of the mailbox. `false` if there is no account.
pub async fn forget_factors(app: &App, tenant: &Tenant, address: &EmailAddress) -> Result<bool, SigninError> {
    let mut tx = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    let Some(account) = tx.account_by_address(address).await? else { return Ok(false) };
    let now = app.clock.now();
    tx.keep_account_factors(account.id, &Factors::default()).await?;
    tx.end_account_proofs(account.id, now).await?;
    let ended = tx.bump_epochs_of(&app.urls.personal_issuer(), &account.id.to_string(), now).await?;
    tx.audit(now, &AuditEvent::success("Admin deleted security info").with("account", account.id)).await?;
    let mail = notices::about(app, tenant, &account.address, &[], Change::FactorRemoved)?;
    tx.queue_mail(MailId(random_guid(app.random.as_ref())), &mail, now).await?;
    tx.commit().await?;
    for (tenant, user) in ended {
        app.sessions.end_user(tenant, user, now).await?;
    }
    proofs::end_sessions(app, account.id, now).await?;
    app.mail_queued.notify_one();
    Ok(true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use crate::model::{EmailAddress, Identity, Method, Timestamp, VerifiedAddress};
    use crate::signin::email_code::CodePurpose;
    use crate::signin::home_realm::Ways;
    use crate::signin::journey::{Chosen, Facts, Journey, Reset, Step, Stranger, next_step};

    /// What somebody may press, in any order and as often as they like.
    #[derive(Clone, Copy, Debug)]
    enum Press {
        Address(u8),
        Password,
        Code,
        Forgot,
        NeverMind,
        SendCode,
        RightCode,
        OtherWays,
        Switch,
        Wait,
        Stranger,
    }

    fn any_press() -> impl Strategy<Value = Press> {
        prop_oneof![
            (0_u8..2).prop_map(Press::Address),
            Just(Press::Password),
            Just(Press::Code),
            Just(Press::Forgot),
            Just(Press::NeverMind),
            Just(Press::SendCode),
            Just(Press::RightCode),
            Just(Press::OtherWays),
            Just(Press::Switch),
            Just(Press::Wait),
            Just(Press::Stranger),
        ]
    }

    fn address(which: u8) -> EmailAddress {
        format!("person{which}@mail.example").parse().unwrap()
    }

    /// As the pages do it: each press counts only on the step to which it belongs.
    fn walk(presses: &[Press]) -> Result<(), TestCaseError> {
        let mut now = Timestamp::from_seconds(1_800_000_000);
        let mut journey = Journey::begin(now);
        // When the mailbox of the address that stands was proved for a reset; the walk's own memory.
        let mut proof: Option<(EmailAddress, Timestamp)> = None;
        for press in presses {
            let ways = Ways { passcode: true, personal_account: true, ..Ways::default() };
            let step = next_step(&journey, &Facts { ways, ..Facts::at(now) });
            if step == Step::NewPassword {
                let (proved, at) =
                    proof.clone().ok_or_else(|| TestCaseError::fail(format!("no proof: {presses:?}")))?;
                prop_assert_eq!(Some(&proved), journey.address.as_ref(), "{:?}", presses);
                prop_assert!(now.since(at).as_secs() < 600, "{:?}", presses);
            }
            match (press, &step) {
                (Press::Address(which), Step::AskAddress) => journey.is_about(address(*which)),
                (Press::Password, Step::Choose) => journey.chosen = Some(Chosen::PersonalAccount),
                (Press::Code, Step::Choose) => journey.chosen = Some(Chosen::Code),
                (Press::Forgot, Step::PersonalPassword) => journey.reset = Some(Reset::Asked),
                (Press::NeverMind, Step::OfferCode(CodePurpose::ResetPassword) | Step::NewPassword) => {
                    journey.reset = None;
                }
                (Press::SendCode, Step::OfferCode(purpose)) => journey.code = Some(*purpose),
                (Press::RightCode, Step::EnterCode(purpose)) => {
                    let verified = VerifiedAddress::proved(journey.address.clone().unwrap(), now);
                    journey.code = None;
                    match purpose {
                        CodePurpose::ResetPassword => {
                            proof = Some((verified.address().clone(), now));
                            journey.reset = Some(Reset::Proved(verified));
                        }
                        _ => journey.mailbox = Some(verified),
                    }
                }
                (Press::OtherWays, _) => {
                    journey.chosen = None;
                    journey.code = None;
                }
                (Press::Switch, _) => journey.switch(),
                (Press::Wait, _) => now = now.plus(std::time::Duration::from_secs(240)),
                (Press::Stranger, _) => {
                    journey.stranger = Some(Stranger {
                        identity: Identity {
                            issuer: "i".into(),
                            subject: Uuid::nil().to_string(),
                            method: Method::PersonalAccount,
                        },
                        verified: None,
                        claimed: None,
                        label: String::new(),
                        name: None,
                        signed_in_at: now,
                        second_factor: None,
                        authenticated_at: None,
                        by_passkey: false,
                        home: None,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn b17_no_order_of_steps_reaches_a_new_password_without_a_proof(
            presses in proptest::collection::vec(any_press(), 1..40),
        ) {
            walk(&presses)?;
        }
    }

    #[test]
    fn b17_the_right_order_does_reach_it() {
        let ways = || Ways { personal_account: true, ..Ways::default() };
        let now = Timestamp::from_seconds(1_800_000_000);
        let facts = || Facts { ways: ways(), ..Facts::at(now) };
        let mut journey = Journey::begin(now);
        journey.is_about(address(0));
        journey.chosen = Some(Chosen::PersonalAccount);
        assert_eq!(next_step(&journey, &facts()), Step::PersonalPassword);
        journey.reset = Some(Reset::Asked);
        assert_eq!(next_step(&journey, &facts()), Step::OfferCode(CodePurpose::ResetPassword));
        journey.reset = Some(Reset::Proved(VerifiedAddress::proved(address(0), now)));
        assert_eq!(next_step(&journey, &facts()), Step::NewPassword);
        // A proof of the other mailbox, or one for another purpose, is none.
        journey.reset = Some(Reset::Proved(VerifiedAddress::proved(address(1), now)));
        assert_eq!(next_step(&journey, &facts()), Step::OfferCode(CodePurpose::ResetPassword));
        journey.mailbox = Some(VerifiedAddress::proved(address(0), now));
        assert_eq!(next_step(&journey, &facts()), Step::OfferCode(CodePurpose::ResetPassword));
    }
}
