//! What a guest answered: every form of a journey. Each answer must fit the step that stands (attack row B18), and each
//! leads back to the dispatcher.

use axum::body::Body;
use axum::extract::Path;

use super::client_consent;
use super::field_error::FieldError;
use super::journey::{Remark, go, may_ask_again, open, review};
use super::notice::Notice;
use super::visit::{Answer, Here, with_device, with_session};
use super::{passkey, second_factor};
use crate::consent::record::{self, ConsentError};
use crate::consent::view;
use crate::guests;
use crate::guests::change_sign_in::mark_of;
use crate::model::{AcceptanceState, AgreementId, EmailAddress};
use crate::signin::email_code::CodePurpose;
use crate::signin::finish::{self, Finished};
use crate::signin::journey::Chosen;
use crate::signin::personal::Created;
use crate::signin::{
    Scene, SigninError, Step, Ticket, Visit, advance, limits, mailbox, member, methods, personal, reset,
};
use crate::web::form::{Form, FormError};
use crate::web::interstitial::see_other;

/// Why an answer was not taken.
pub(super) enum Refused {
    /// The page to send instead.
    Page(Box<Answer>),
    /// The step failed.
    Step(SigninError),
}

impl From<SigninError> for Refused {
    fn from(error: SigninError) -> Self {
        Self::Step(error)
    }
}

impl From<Box<Answer>> for Refused {
    fn from(answer: Box<Answer>) -> Self {
        Self::Page(answer)
    }
}

/// How an answer that was taken goes on.
pub(super) enum Next {
    /// To the dispatcher.
    On,
    /// To the dispatcher with a new session: somebody proved this address here.
    SignedIn {
        /// The new value of the session cookie.
        cookie: String,
        /// The address.
        address: Option<EmailAddress>,
    },
    /// The same page again, with a remark.
    Again(Remark),
    /// This page.
    Page(Box<Answer>),
}

/// `POST /{tenant}/sign-in/{action}`.
pub async fn answer(here: Here, Path((tenant, action)): Path<(String, String)>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let mut visit = match ticketed(&here, &tenant, &fields).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let taken = take(&here, &mut visit, &action, &fields).await;
    match taken {
        Ok(Next::On) => see_other(&here.journey_url(&visit, true)),
        Ok(Next::SignedIn { cookie, address }) => {
            let answer = with_session(see_other(&here.journey_url(&visit, true)), Some(&cookie));
            with_device(answer, &here, &visit, address.as_ref())
        }
        Ok(Next::Again(remark)) => match advance(&here.app, &visit).await {
            Ok(scene) => go(&here, &visit, scene, remark).await,
            Err(error) => here.failed(&visit, &error),
        },
        Ok(Next::Page(answer)) | Err(Refused::Page(answer)) => *answer,
        Err(Refused::Step(error)) => here.failed(&visit, &error),
    }
}

/// Reads the form, if it comes from a page of ours.
pub async fn read(here: &Here, body: Body) -> Result<Form, Box<Answer>> {
    let refuse = |status| {
        let mut answer = here.notice(None, Notice::StartAgain { url: None });
        *answer.status_mut() = status;
        Box::new(answer)
    };
    if !here.same_origin() {
        return Err(refuse(http::StatusCode::FORBIDDEN));
    }
    Form::read(&here.headers, body).await.map_err(|error| match error {
        FormError::TooLarge => refuse(http::StatusCode::PAYLOAD_TOO_LARGE),
        FormError::ContentType => refuse(http::StatusCode::UNSUPPORTED_MEDIA_TYPE),
        FormError::Malformed | FormError::Duplicate | FormError::Incomplete => refuse(http::StatusCode::BAD_REQUEST),
    })
}

/// The visit of a tab that carries its ticket in the form, with the fragment that its page found.
async fn ticketed(here: &Here, tenant: &str, fields: &Form) -> Result<Visit, Box<Answer>> {
    let (_, known) = here.tenant(tenant)?;
    let ticket: Ticket = here.ticket(&known, fields.text("t")).with_fragment(fields.text("fragment"));
    here.visit(tenant, ticket).await
}

async fn take(here: &Here, visit: &mut Visit, action: &str, fields: &Form) -> Result<Next, Refused> {
    let scene = advance(&here.app, visit).await?;
    if !here.is_ours(visit, scene.user().map(|(user, _)| user), fields) {
        let url = Some(here.journey_url(visit, false));
        let mut answer = here.notice(Some(&visit.tenant), Notice::StartAgain { url });
        *answer.status_mut() = http::StatusCode::FORBIDDEN;
        return Err(Refused::Page(Box::new(answer)));
    }
    match (action, scene.step.clone()) {
        ("address", _) if may_ask_again(&scene) => address(here, visit, scene, fields).await,
        ("choose", Step::Choose) => choose(here, visit, scene, fields).await,
        ("send-code", step) => send_code(here, visit, scene, step).await,
        ("code", Step::EnterCode(purpose)) => code(here, visit, scene, purpose, fields).await,
        ("password", Step::PersonalPassword) => personal_password(here, visit, scene, fields).await,
        ("password", Step::MemberPassword) => member_password(here, visit, scene, fields).await,
        ("create-account", Step::CreateAccount) => create_account(here, visit, scene, fields).await,
        ("passkey", Step::Choose | Step::PersonalPassword) => passkey::sign_in(here, visit, scene, fields).await,
        ("passkey", Step::SecondFactor) => passkey::show(here, visit, scene, fields).await,
        ("passkey", Step::EnrollSecondFactor) => passkey::enroll(here, visit, scene, fields).await,
        ("passkey", Step::CreateAccount) => passkey::create_account(here, visit, scene, fields).await,
        ("passkey", _) if may_ask_again(&scene) => passkey::sign_in(here, visit, scene, fields).await,
        ("forgot", Step::PersonalPassword) => forgot(here, visit, scene).await,
        ("remembered", Step::OfferCode(CodePurpose::ResetPassword) | Step::EnterCode(CodePurpose::ResetPassword)) => {
            remembered(here, visit, scene).await
        }
        ("new-password", Step::NewPassword) => second_factor::new_password(here, visit, scene, fields).await,
        ("confirm-change", Step::ConfirmChange { welcome: true }) => confirm_change(here, visit, scene, fields).await,
        ("second-factor", Step::SecondFactor) => second_factor::show(here, visit, scene, fields).await,
        ("enroll", Step::EnrollSecondFactor) => second_factor::enroll(here, visit, scene, fields).await,
        ("review", Step::Review) => answer_review(here, visit, scene, fields).await,
        ("terms", Step::Terms(agreement)) => answer_terms(here, visit, scene, agreement, fields).await,
        ("client-consent", Step::ClientConsent) => client_consent::answer(here, visit, &scene, fields).await,
        ("again", Step::EnrollSecondFactor) => again(here, visit, scene).await,
        ("switch", _) => switch(here, visit, scene).await,
        ("restart", _) => restart(here, visit, scene).await,
        ("other-ways", _) => other_ways(here, visit, scene).await,
        ("resend", Step::DeadEnd | Step::NoWay | Step::InvitationEnded) => resend(here, visit, scene, fields).await,
        // The step went on in another tab, or the address of the form was made up.
        _ => Err(Refused::Step(SigninError::OutOfStep)),
    }
}

async fn address(here: &Here, visit: &Visit, mut scene: Scene, fields: &Form) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let typed = fields.trimmed("address");
    match typed.parse::<EmailAddress>() {
        Ok(address) => {
            if scene.step != Step::AskAddress {
                // Whatever belongs to the address of before goes with it, a proof of a mailbox above all.
                scene.journey.switch();
            }
            scene.journey.is_about(address);
            scene.journey.another_way = fields.text("way") == "another";
            visit.keep(&here.app, &scene.journey).await?;
            Ok(Next::On)
        }
        Err(error) => Ok(wrong(FieldError::from(error), typed)),
    }
}

async fn choose(here: &Here, visit: &Visit, mut scene: Scene, fields: &Form) -> Result<Next, Refused> {
    let way = fields.text("way");
    let chosen = match way {
        "code" => return send_code(here, visit, scene, Step::OfferCode(CodePurpose::SignIn)).await,
        "password" if scene.ways.personal_account => Chosen::PersonalAccount,
        // Not another way after all: where the domain leads.
        "route" if scene.route.is_some() && scene.invitation.is_none() => {
            scene.journey.another_way = false;
            visit.keep(&here.app, &scene.journey).await?;
            return Ok(Next::On);
        }
        named => {
            let creates = named.strip_prefix("create:").filter(|_| scene.invitation.is_some());
            let name = creates.unwrap_or(named);
            match scene.ways.social.iter().find(|connection| connection.as_str() == name) {
                Some(connection) => Chosen::Social { connection: connection.clone(), create: creates.is_some() },
                None => return Err(Refused::Step(SigninError::OutOfStep)),
            }
        }
    };
    scene.journey.chosen = Some(chosen);
    visit.keep(&here.app, &scene.journey).await?;
    Ok(Next::On)
}

async fn send_code(here: &Here, visit: &Visit, mut scene: Scene, step: Step) -> Result<Next, Refused> {
    let purpose = match step {
        Step::OfferCode(purpose) | Step::EnterCode(purpose) => purpose,
        // An alias: somebody is signed in, and the invited mailbox is still to be proved.
        Step::WrongAccount if scene.session.is_none() && scene.to_prove.is_some() => CodePurpose::Redeem,
        _ => return Err(Refused::Step(SigninError::OutOfStep)),
    };
    limits::attempt(&here.app, visit).await?;
    let again = scene.journey.code == Some(purpose);
    let language = here.language(Some(&visit.tenant));
    match mailbox::send(&here.app, visit, &mut scene, purpose, &language).await {
        Ok(()) if again => Ok(Next::Again(Remark { done: true, ..Remark::default() })),
        Ok(()) => Ok(Next::On),
        Err(SigninError::MailStuck) => {
            let again_url = here.journey_url(visit, false);
            let other_ways_url =
                (scene.ways.personal_account || !scene.ways.social.is_empty()).then(|| again_url.clone());
            let notice = Notice::MailDown { again_url, other_ways_url };
            Ok(Next::Page(Box::new(here.notice(Some(&visit.tenant), notice))))
        }
        Err(error) => Err(error.into()),
    }
}

async fn code(
    here: &Here,
    visit: &Visit,
    mut scene: Scene,
    purpose: CodePurpose,
    fields: &Form,
) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let typed = fields.text("code");
    let address = scene.mailbox(purpose);
    match mailbox::prove(&here.app, visit, &mut scene, purpose, typed).await? {
        mailbox::Proved::SignedIn(cookie) => Ok(Next::SignedIn { cookie, address }),
        mailbox::Proved::GoOn => Ok(Next::On),
        mailbox::Proved::Wrong => Ok(wrong(FieldError::CodeWrong, "")),
        mailbox::Proved::Over => Ok(wrong(FieldError::CodeEnded, "")),
    }
}

async fn personal_password(here: &Here, visit: &Visit, mut scene: Scene, fields: &Form) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let address = scene.address();
    let tried = personal::sign_in(&here.app, visit, &mut scene, fields.text("password")).await?;
    Ok(password_answer(tried, address))
}

/// *I forgot my password*: the same for every address.
async fn forgot(here: &Here, visit: &Visit, mut scene: Scene) -> Result<Next, Refused> {
    reset::ask(&here.app, visit, &mut scene).await?;
    Ok(Next::On)
}

async fn remembered(here: &Here, visit: &Visit, mut scene: Scene) -> Result<Next, Refused> {
    reset::never_mind(&here.app, visit, &mut scene).await?;
    Ok(Next::On)
}

async fn member_password(here: &Here, visit: &Visit, scene: Scene, fields: &Form) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let address = scene.address();
    let tried = member::sign_in(&here.app, visit, &scene, fields.text("password")).await?;
    Ok(password_answer(tried, address))
}

fn password_answer(tried: personal::Tried, address: Option<EmailAddress>) -> Next {
    match tried {
        personal::Tried::SignedIn(cookie) => Next::SignedIn { cookie, address },
        personal::Tried::Stranger => Next::On,
        personal::Tried::Wrong => wrong(FieldError::PasswordWrong, ""),
    }
}

/// The same page again, saying what is wrong.
pub(super) fn wrong(error: FieldError, typed: &str) -> Next {
    Next::Again(Remark { error: Some(error), typed: typed.to_owned(), done: false })
}

async fn create_account(here: &Here, visit: &Visit, mut scene: Scene, fields: &Form) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let name = fields.trimmed("name").to_owned();
    let address = scene.address();
    match personal::create(&here.app, visit, &mut scene, &name, fields.text("password")).await? {
        Created::SignedIn(cookie) => Ok(Next::SignedIn { cookie, address }),
        Created::Exists => Ok(Next::On),
        Created::Name if name.is_empty() => Ok(wrong(FieldError::NameEmpty, &name)),
        Created::Name => Ok(wrong(FieldError::NameTooLong, &name)),
        Created::Password(fault) => Ok(wrong(FieldError::from(fault), &name)),
    }
}

/// *Use this from now on*: for the very identity that the page showed (attack row B2).
async fn confirm_change(here: &Here, visit: &Visit, mut scene: Scene, fields: &Form) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let Some(stranger) = scene.journey.stranger.clone() else { return Err(Refused::Step(SigninError::OutOfStep)) };
    if fields.text("identity") != mark_of(&stranger.identity) {
        return Err(Refused::Step(SigninError::OutOfStep));
    }
    match finish::finish_change(&here.app, visit, &mut scene.journey).await? {
        Finished::SignedIn { cookie, .. } => Ok(Next::SignedIn { cookie, address: stranger.verified }),
        Finished::Stranger => Ok(Next::On),
    }
}

/// *Sign in again*: shows a secret anew, and comes back to what asks for one that was shown a moment ago.
async fn again(here: &Here, visit: &Visit, scene: Scene) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let Some(session) = &scene.session else { return Err(Refused::Step(SigninError::OutOfStep)) };
    methods::sign_in_anew(&here.app, visit, session).await?;
    Ok(Next::On)
}

/// Accept or decline; anything else is no answer.
fn decision(fields: &Form) -> Option<AcceptanceState> {
    match fields.text("answer") {
        "accept" => Some(AcceptanceState::Accepted),
        "decline" => Some(AcceptanceState::Declined),
        _ => None,
    }
}

async fn answer_review(here: &Here, visit: &Visit, scene: Scene, fields: &Form) -> Result<Next, Refused> {
    let (Some(session), Some(state)) = (&scene.session, decision(fields)) else {
        return Err(Refused::Step(SigninError::OutOfStep));
    };
    // The page was shown in this language a moment ago; if it would read otherwise by now, it is shown again.
    let language = here.language(Some(&visit.tenant));
    let (shown, evidence) = review(&language, &visit.tenant);
    if fields.text("evidence") != evidence {
        return Err(Refused::Step(SigninError::OutOfStep));
    }
    let answer = record::Answer { state, language: language.tag(), network: &visit.network };
    let recorded = record::review(&here.app, &visit.tenant, session, &shown, answer).await;
    recorded_answer(here, visit, recorded, state).await
}

async fn answer_terms(
    here: &Here,
    visit: &Visit,
    scene: Scene,
    id: AgreementId,
    fields: &Form,
) -> Result<Next, Refused> {
    let (Some(session), Some(state)) = (&scene.session, decision(fields)) else {
        return Err(Refused::Step(SigninError::OutOfStep));
    };
    let agreement = visit.tenant.agreements.iter().find(|agreement| agreement.id == id);
    let version = fields.text("version");
    let found = agreement.and_then(|agreement| {
        let file =
            agreement.files.iter().find(|file| file.version == version && file.language == fields.text("language"))?;
        Some((agreement, file))
    });
    // A newer version was published while this one was being read: it is shown before anything is recorded.
    let Some((agreement, file)) = found else { return Err(Refused::Step(SigninError::OutOfStep)) };
    if state == AcceptanceState::Accepted && agreement.viewing_required {
        let opened = view::was_opened(&here.app, session, &file.version).await.map_err(SigninError::from)?;
        if !opened {
            return Ok(wrong(FieldError::NotViewed, &file.language));
        }
    }
    let answer = record::Answer { state, language: &file.language, network: &visit.network };
    let recorded = record::terms(&here.app, &visit.tenant, session, agreement, file, answer).await;
    recorded_answer(here, visit, recorded, state).await
}

/// Goes on after an answer was recorded durably, and only then.
async fn recorded_answer(
    here: &Here,
    visit: &Visit,
    recorded: Result<crate::model::SessionRecord, ConsentError>,
    state: AcceptanceState,
) -> Result<Next, Refused> {
    match recorded {
        Ok(facts) => {
            here.app.sessions.replace(facts).await.map_err(SigninError::from)?;
            match state {
                AcceptanceState::Accepted => Ok(Next::On),
                AcceptanceState::Declined => Ok(Next::Page(Box::new(see_other(&declined_url(here, visit))))),
            }
        }
        Err(ConsentError::Outdated) => Err(Refused::Step(SigninError::OutOfStep)),
        Err(ConsentError::Store(error)) => Err(Refused::Step(SigninError::Store(error))),
        Err(ConsentError::Gone) => {
            if let Some(session) = visit.handle.as_ref().and_then(|handle| handle.session(visit.tenant.id)) {
                let id = session.record().id;
                here.app.sessions.end(visit.tenant.id, id).await.map_err(SigninError::from)?;
            }
            Ok(Next::On)
        }
    }
}

fn declined_url(here: &Here, visit: &Visit) -> String {
    let ticket = visit.ticket.seal(&here.app.keys, visit.tenant.id);
    format!("/{}/sign-in/declined?t={ticket}", visit.tenant.id)
}

/// `GET /{tenant}/sign-in/declined`: nothing was shared, and the guest can come back.
pub async fn declined(here: Here, Path(tenant): Path<String>) -> Answer {
    let visit = match open(&here, &tenant).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    match advance(&here.app, &visit).await {
        Ok(scene) => {
            let chrome = here.chrome_of(&visit, &scene);
            let declined = match &scene.step {
                Step::Terms(id) => visit.tenant.agreements.iter().find(|agreement| agreement.id == *id),
                _ => None,
            };
            let scoped = declined.is_some_and(|agreement| !agreement.apps.is_empty());
            let wanted = [chrome.tag().to_owned(), visit.tenant.language.clone()];
            crate::web::render::page(&super::consent::Declined {
                again_url: here.journey_url(&visit, false),
                document: declined.and_then(|agreement| agreement.file_for(&wanted)).map(|file| file.title.clone()),
                app: super::journey::app_name(&visit).filter(|_| scoped),
                panel_url: scoped.then(|| here.app.urls.panel(visit.tenant.id)),
                chrome,
            })
        }
        Err(error) => here.failed(&visit, &error),
    }
}

/// Somebody else wants to sign in: this tenant's session ends, and the provider will show its account chooser.
async fn switch(here: &Here, visit: &Visit, mut scene: Scene) -> Result<Next, Refused> {
    if let Some(session) = &scene.session {
        here.app.sessions.end(visit.tenant.id, session.id).await.map_err(SigninError::from)?;
    }
    scene.journey.switch();
    visit.keep(&here.app, &scene.journey).await?;
    Ok(Next::On)
}

/// Back to the address.
async fn restart(here: &Here, visit: &Visit, mut scene: Scene) -> Result<Next, Refused> {
    // Everything that belongs to the old address goes with it, a proof of a mailbox above all.
    scene.journey.switch();
    visit.keep(&here.app, &scene.journey).await?;
    Ok(Next::On)
}

/// Back to the ways.
async fn other_ways(here: &Here, visit: &Visit, mut scene: Scene) -> Result<Next, Refused> {
    scene.journey.chosen = None;
    scene.journey.code = None;
    scene.journey.reset = None;
    visit.keep(&here.app, &scene.journey).await?;
    Ok(Next::On)
}

/// *Send it to me again*: the same answer for every address.
async fn resend(here: &Here, visit: &Visit, scene: Scene, fields: &Form) -> Result<Next, Refused> {
    limits::attempt(&here.app, visit).await?;
    let typed = fields.trimmed("address").to_owned();
    let address = match &scene.invitation {
        Some(invitation) => Ok(invitation.address.clone()),
        None => typed.parse::<EmailAddress>(),
    };
    let address = match address {
        Ok(address) => address,
        Err(error) => return Ok(wrong(FieldError::from(error), &typed)),
    };
    match guests::resend::resend(guests::context(&here.app, &visit.snapshot, &visit.tenant), &address).await {
        Ok(()) => {
            here.app.mail_queued.notify_one();
            Ok(Next::Again(Remark { error: None, typed, done: true }))
        }
        Err(error) => Ok(Next::Page(Box::new(here.broken(Some(&visit.tenant), &error)))),
    }
}
