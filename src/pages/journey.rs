//! The journey's page: ask the dispatcher, then show the step or lead on.

use axum::extract::Path;

use super::client_consent;
use super::consent::{ReviewFacts, ReviewPermissions, review_fragment};
use super::field_error::FieldError;
use super::no_administrator::NoAdministrator;
use super::notice::Notice;
use super::passkey::{self, PasskeyForm, split};
use super::second_factor::{NewPassword, enrolling, showing};
use super::sign_in::{
    ChooseWay, CodePurpose as Wording, Continue, CreateAccount, DeadEnd, EnterCode, InvitationEnded, MemberPassword,
    OfferCode, PersonalPassword, ProviderButton, Remedy, SignInAddress, WrongAccount,
};
use super::visit::{Answer, Here, with_session};
use super::{change_confirm, terms};
use crate::guests::change_sign_in::mark_of;
use crate::i18n::Language;
use crate::keys::sha256_hex;
use crate::model::{ClientAnswer, ConnectionName, Preset, Tenant};
use crate::oidc_client::FederationError;
use crate::signin::email_code::CodePurpose;
use crate::signin::home_realm::Route;
use crate::signin::{
    Arrival, Missing, Scene, SigninError, Step, Visit, abroad, advance, arrive, client, federated, passkeys,
};
use crate::web::client_answer;
use crate::web::interstitial::{Destination, see_other, see_provider};
use crate::web::render;

/// What a form answer has to say about the page that it shows again.
#[derive(Debug, Default)]
pub struct Remark {
    /// What is wrong.
    pub error: Option<FieldError>,
    /// What was typed.
    pub typed: String,
    /// Whether the form did what it should, and the page says so.
    pub done: bool,
}

/// `GET /{tenant}/sign-in`: whatever comes next in this browser's journey.
pub async fn journey(here: Here, Path(tenant): Path<String>) -> Answer {
    let visit = match open(&here, &tenant).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    match advance(&here.app, &visit).await {
        Ok(scene) => go(&here, &visit, scene, Remark::default()).await,
        Err(error) => here.failed(&visit, &error),
    }
}

/// The visit of a tab that carries its ticket in the query.
pub async fn open(here: &Here, tenant: &str) -> Result<Visit, Box<Answer>> {
    let (_, known) = here.tenant(tenant)?;
    let ticket = here.ticket(&known, &here.query("t").unwrap_or_default());
    here.visit(tenant, ticket).await
}

/// Shows the step, or leads on to where it happens.
pub async fn go(here: &Here, visit: &Visit, scene: Scene, remark: Remark) -> Answer {
    let cookie = scene.new_cookie.clone();
    if let Some(silent) = client::silently(&here.app, visit, &scene.step) {
        return with_session(to_client(here, visit, &scene, &silent), cookie.as_deref());
    }
    let answer = match &scene.step {
        Step::Federate(_) | Step::HomeTenant(_) | Step::Arrived => match lead(here, visit, &scene).await {
            Ok(answer) => answer,
            Err(SigninError::Federation(error)) => provider_failed(here, visit, &scene, None, &error),
            Err(error) => here.failed(visit, &error),
        },
        Step::SecondFactor => showing(here, visit, &scene, remark).await,
        Step::EnrollSecondFactor => enrolling(here, visit, &scene, remark).await,
        Step::Terms(agreement) => terms::show(here, visit, &scene, *agreement, remark).await,
        _ => show(here, visit, &scene, remark),
    };
    with_session(answer, cookie.as_deref())
}

/// The steps that happen elsewhere.
async fn lead(here: &Here, visit: &Visit, scene: &Scene) -> Result<Answer, SigninError> {
    match &scene.step {
        Step::Federate(name) => {
            let Some(connection) = visit.tenant.connection(name) else {
                // The guest's connection waits for its secret: only the operator can help.
                let (provider, again_url) = (name.to_string(), here.journey_url(visit, false));
                let notice = Notice::IdpDown { provider, again_url, other_ways_url: None };
                return Ok(here.notice(Some(&visit.tenant), notice));
            };
            let invited = scene.invitation.as_ref().map(|invitation| &invitation.address);
            let hint = scene.journey.address.as_ref().or(invited);
            let url = federated::leave(&here.app, visit, connection, hint, &scene.journey).await?;
            Ok(leave(here, visit, scene, &url, true))
        }
        Step::HomeTenant(home) => {
            let url = abroad::leave(&here.app, visit, *home, &scene.journey, scene.invitation.as_ref()).await?;
            Ok(see_other(&url))
        }
        _ => match arrive::arrive(&here.app, visit, scene).await? {
            Arrival::Panel => Ok(see_other(&here.app.urls.panel(visit.tenant.id))),
            Arrival::Here(path) => Ok(see_other(&path)),
            Arrival::Away(url) => Ok(leave(here, visit, scene, &url, false)),
            Arrival::NotAMember => Ok(show_dead_end(here, visit, scene, Remark::default())),
            Arrival::Client(answer) => Ok(to_client(here, visit, scene, &answer)),
        },
    }
}

/// Leaves for an OIDC client with an answer.
fn to_client(here: &Here, visit: &Visit, scene: &Scene, answer: &ClientAnswer) -> Answer {
    let after_form = here.query("go").is_some() || here.method == http::Method::POST;
    client_answer::send(answer, here.chrome_of(visit, scene), after_form)
}

/// Leaves for another host: by a redirect, or by a page that goes on where the browser came here through a form.
fn leave(here: &Here, visit: &Visit, scene: &Scene, url: &str, to_provider: bool) -> Answer {
    let Some(destination) = Destination::parse(url) else {
        return here.notice(Some(&visit.tenant), Notice::Broken { again_url: None });
    };
    if here.query("go").is_some() || here.method == http::Method::POST {
        return render::page(&Continue { chrome: here.chrome_of(visit, scene), destination });
    }
    if to_provider { see_provider(&destination) } else { see_other(destination.as_str()) }
}

/// The page for an identity provider that is down or lies. The reason goes to the log alone.
pub fn provider_failed(
    here: &Here,
    visit: &Visit,
    scene: &Scene,
    connection: Option<&ConnectionName>,
    error: &FederationError,
) -> Answer {
    tracing::warn!(
        request.id = %here.client.request_id,
        tenant.id = %visit.tenant.id,
        reason = %super::visit::chain(error),
        "an identity provider could not be used"
    );
    let step = match &scene.step {
        Step::Federate(name) => Some(name),
        _ => None,
    };
    let connection = connection.or(step).and_then(|name| visit.tenant.connection(name));
    let provider = connection.map_or_else(|| visit.tenant.display_name.clone(), |one| one.display_name.clone());
    let again_url = here.journey_url(visit, false);
    let other_ways_url = may_ask_again(scene).then(|| another_address_url(here, visit));
    let notice = match error {
        FederationError::Down(_) => Notice::IdpDown { provider, again_url, other_ways_url },
        FederationError::ClocksDiffer { ahead, .. } => {
            Notice::ClocksDiffer { provider, ahead: *ahead, again_url, other_ways_url }
        }
        _ => Notice::IdpFault { provider, again_url, other_ways_url },
    };
    here.notice(Some(&visit.tenant), notice)
}

/// Whether the address may be typed anew: nobody is signed in, and no mail link says who it is about.
pub fn may_ask_again(scene: &Scene) -> bool {
    scene.session.is_none() && scene.invitation.is_none()
}

/// Where the address is asked for, whatever was typed, hinted or chosen before.
fn another_address_url(here: &Here, visit: &Visit) -> String {
    format!("/{}/sign-in/another-address?t={}", visit.tenant.id, visit.ticket.seal(&here.app.keys, visit.tenant.id))
}

/// `GET /{tenant}/sign-in/another-address`: the way out of every hint, wrong provider and dead end. It changes nothing;
/// typing an address does.
pub async fn another_address(here: Here, Path(tenant): Path<String>) -> Answer {
    let visit = match open(&here, &tenant).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    match advance(&here.app, &visit).await {
        Ok(scene) if may_ask_again(&scene) => ask_address(&here, &visit, &scene, Remark::default()),
        Ok(scene) => go(&here, &visit, scene, Remark::default()).await,
        Err(error) => here.failed(&visit, &error),
    }
}

/// The page that asks for an address, and beside it for a passkey.
pub(super) fn ask_address(here: &Here, visit: &Visit, scene: &Scene, remark: Remark) -> Answer {
    let chrome = here.chrome_of(visit, scene);
    let (about_passkey, error) = split(&remark, &chrome.language);
    let passkey = passkey::of_anybody(here, visit, scene, about_passkey);
    // A hint that led nowhere is still the best guess.
    let guess = visit.ticket.login_hint.as_ref().map(ToString::to_string).unwrap_or_default();
    render::page(&SignInAddress {
        form: here.form(visit, scene, "address"),
        address: if remark.typed.is_empty() { guess } else { remark.typed },
        app: app_name(visit),
        another_way: !scene.ways.is_empty(),
        error,
        passkey: passkey.map(|form| PasskeyForm { conditional: true, ..form }),
        chrome,
    })
}

/// The steps that have a page.
fn show(here: &Here, visit: &Visit, scene: &Scene, remark: Remark) -> Answer {
    let chrome = here.chrome_of(visit, scene);
    let form = |action: &str| here.form(visit, scene, action);
    let change = form("restart").action;
    let (about_passkey, error) = split(&remark, &chrome.language);
    let passkey = || passkey::of_anybody(here, visit, scene, about_passkey.clone());
    let remembered = |purpose| (purpose == CodePurpose::ResetPassword).then(|| form("remembered").action);
    match &scene.step {
        Step::AskAddress => ask_address(here, visit, scene, remark),
        Step::Choose => render::page(&ChooseWay {
            form: form("choose"),
            change_action: scene.invitation.is_none().then_some(change),
            address: shown_address(visit, scene),
            route: route_name(visit, scene),
            code: scene.ways.passcode,
            password: scene.ways.personal_account,
            makes_account: scene.account_missing,
            providers: providers(visit, scene),
            error: error.clone(),
            passkey: passkey().filter(|_| scene.ways.personal_account && !scene.account_missing),
            chrome,
        }),
        Step::OfferCode(purpose) => render::page(&OfferCode {
            form: form("send-code"),
            change_action: scene.invitation.is_none().then_some(change),
            address: shown_mailbox(visit, scene, *purpose),
            purpose: wording(*purpose),
            remembered_action: remembered(*purpose),
            error: error.clone(),
            chrome,
        }),
        Step::EnterCode(purpose) => render::page(&EnterCode {
            form: form("code"),
            resend_action: form("send-code").action,
            change_action: scene.invitation.is_none().then_some(change),
            address: shown_mailbox(visit, scene, *purpose),
            purpose: wording(*purpose),
            remembered_action: remembered(*purpose),
            sender: here.app.settings.mail.from.to_string(),
            digits: 8,
            minutes_left: minutes(visit.tenant.policies.passcode_lifetime),
            resent: remark.done,
            error: error.clone(),
            chrome,
        }),
        Step::PersonalPassword => render::page(&PersonalPassword {
            form: form("password"),
            change_action: change,
            other_ways_action: (scene.ways.passcode && scene.invitation.is_none()).then(|| form("other-ways").action),
            forgot_action: form("forgot").action,
            address: shown_address(visit, scene),
            error: error.clone(),
            passkey: passkey(),
            chrome,
        }),
        Step::MemberPassword => render::page(&MemberPassword {
            form: form("password"),
            change_action: change,
            address: shown_address(visit, scene),
            organization: visit.tenant.display_name.clone(),
            error: error.clone(),
            passkey: passkey(),
            chrome,
        }),
        Step::CreateAccount => render::page(&CreateAccount {
            form: form("create-account"),
            address: scene.invitation.as_ref().map(|invitation| invitation.address.to_string()).unwrap_or_default(),
            name: remark.typed,
            name_error: error.clone().filter(|_| remark.error.is_some_and(FieldError::is_about_names)),
            password_error: error.clone().filter(|_| !remark.error.is_some_and(FieldError::is_about_names)),
            passkey: offered_account(here, visit, scene, about_passkey),
            chrome,
        }),
        Step::NewPassword => render::page(&NewPassword {
            form: form("new-password"),
            address: shown_address(visit, scene),
            error: error.clone(),
            chrome,
        }),
        Step::WrongAccount | Step::AliasRefused => {
            let invitation = scene.invitation.as_ref();
            let provable = scene.session.is_none() && scene.to_prove.is_some();
            render::page(&WrongAccount {
                remedy: match &scene.step {
                    Step::AliasRefused => {
                        Remedy::Ask(invitation.map(|invitation| invitation.inviter.clone()).unwrap_or_default())
                    }
                    _ if provable => Remedy::Prove(form("send-code").action),
                    _ => Remedy::Switch,
                },
                form: form("switch"),
                signed_in_address: chrome.signed_in.as_ref().map(|person| person.address.clone()).unwrap_or_default(),
                invited: invitation.map(|invitation| invitation.address.masked()).unwrap_or_default(),
                chrome,
            })
        }
        Step::DeadEnd | Step::NoWay => show_dead_end(here, visit, scene, remark),
        Step::ConfirmChange { welcome } => match (&scene.journey.change, &scene.journey.stranger) {
            (Some(permit), Some(stranger)) => {
                let mark = welcome.then(|| mark_of(&stranger.identity));
                change_confirm::show(here, visit, scene, permit, stranger, mark)
            }
            _ => show_dead_end(here, visit, scene, remark),
        },
        Step::InvitationEnded => render::page(&InvitationEnded { form: form("resend"), sent: remark.done, chrome }),
        Step::NotAssigned => here.notice(
            Some(&visit.tenant),
            Notice::NotAssigned {
                app: app_name(visit).unwrap_or_default(),
                panel_url: here.app.urls.panel(visit.tenant.id),
            },
        ),
        Step::NoAdministrator(missing) => render::page(&NoAdministrator {
            form: form("switch"),
            address: chrome.signed_in.as_ref().map(|person| person.address.clone()).unwrap_or_default(),
            second_factor: *missing == Missing::SecondFactor,
            panel_url: here.app.urls.panel(visit.tenant.id),
            chrome,
        }),
        Step::Review => {
            let (fragment, evidence) = review(&chrome.language, &visit.tenant);
            render::page(&ReviewPermissions { form: form("review"), fragment, evidence, chrome })
        }
        Step::ClientConsent => client_consent::show(here, visit, scene),
        Step::Terms(_)
        | Step::Federate(_)
        | Step::HomeTenant(_)
        | Step::SecondFactor
        | Step::EnrollSecondFactor
        | Step::Arrived => {
            here.notice(Some(&visit.tenant), Notice::StartAgain { url: Some(here.journey_url(visit, false)) })
        }
    }
}

/// The form that makes a personal account with a passkey, for the invited address.
fn offered_account(here: &Here, visit: &Visit, scene: &Scene, error: Option<String>) -> Option<PasskeyForm> {
    let address = scene.invitation.as_ref().map(|invitation| &invitation.address)?;
    let ceremony = passkeys::offer_account(&here.app, visit, address)?;
    let form = here.form(visit, scene, "passkey");
    Some(PasskeyForm { named: true, ..PasskeyForm::create(form, ceremony, error) })
}

fn show_dead_end(here: &Here, visit: &Visit, scene: &Scene, remark: Remark) -> Answer {
    let error = remark.error.map(|error| error.say(&here.language(Some(&visit.tenant))));
    render::page(&DeadEnd {
        chrome: here.chrome_of(visit, scene),
        form: here.form(visit, scene, "resend"),
        switch_action: here.form(visit, scene, "switch").action,
        address: remark.typed,
        sent: remark.done,
        error: error.clone(),
    })
}

/// What *Review permissions* shows, and its hash: the evidence of consent (decision 23).
pub fn review(language: &Language, tenant: &Tenant) -> (String, String) {
    let fragment = review_fragment(
        language,
        &ReviewFacts {
            organization: tenant.display_name.clone(),
            primary_domain: tenant.primary_domain().map(ToString::to_string).unwrap_or_default(),
            privacy_statement: tenant.privacy.statement_url.as_ref().map(ToString::to_string),
            privacy_contact: tenant.privacy.contact.as_ref().map(ToString::to_string),
            technical_contact: tenant.privacy.technical_contact.as_ref().map(ToString::to_string),
        },
    );
    let evidence = sha256_hex(fragment.as_bytes());
    (fragment, evidence)
}

fn wording(purpose: CodePurpose) -> Wording {
    match purpose {
        CodePurpose::SignIn => Wording::SignIn,
        CodePurpose::Redeem
        | CodePurpose::CreateAccount
        | CodePurpose::Blocks
        | CodePurpose::Leave
        | CodePurpose::ChangeSignIn => Wording::ProveMailbox,
        CodePurpose::ResetPassword => Wording::ResetPassword,
    }
}

/// The address as this page may show it: whole if it was typed here, masked if it only stands in the invitation.
fn shown_address(visit: &Visit, scene: &Scene) -> String {
    if let Some((hint, false)) = visit.ticket.hint()
        && scene.journey.address.as_ref() == Some(hint)
    {
        return hint.masked();
    }
    match (&scene.invitation, &scene.journey.address) {
        (Some(invitation), _) => invitation.address.masked(),
        (None, Some(address)) => address.to_string(),
        (None, None) => String::new(),
    }
}

/// The mailbox that a code goes to, as this page may show it.
fn shown_mailbox(visit: &Visit, scene: &Scene, purpose: CodePurpose) -> String {
    match (purpose, &scene.to_prove, &scene.invitation) {
        // The address that the guest's own provider named a moment ago.
        (CodePurpose::Redeem, Some(address), None) => address.to_string(),
        _ => shown_address(visit, scene),
    }
}

fn providers(visit: &Visit, scene: &Scene) -> Vec<ProviderButton> {
    let mut buttons = Vec::new();
    for connection in scene.ways.social.iter().filter_map(|name| visit.tenant.connection(name)) {
        let name = connection.display_name.clone();
        buttons.push(ProviderButton { value: connection.name.to_string(), name: name.clone(), creates: false });
        // As in the original, accounts are made through the mail link alone.
        if connection.preset == Some(Preset::MicrosoftConsumers) && scene.invitation.is_some() {
            buttons.push(ProviderButton { value: format!("create:{}", connection.name), name, creates: true });
        }
    }
    buttons
}

/// Where the domain leads, on the page of somebody who wants another way: known by the domain alone.
fn route_name(visit: &Visit, scene: &Scene) -> Option<String> {
    match scene.route.as_ref().filter(|_| scene.invitation.is_none())? {
        Route::Connection(name) => visit.tenant.connection(name).map(|connection| connection.display_name.clone()),
        Route::Tenant(home) => visit.snapshot.tenant(*home).map(|home| home.display_name.clone()),
    }
}

/// Name of the app that the tab wants to reach.
pub fn app_name(visit: &Visit) -> Option<String> {
    visit.ticket.app().and_then(|app| visit.snapshot.app_name(app)).map(str::to_owned)
}

fn minutes(span: std::time::Duration) -> u32 {
    u32::try_from(span.as_secs().div_ceil(60)).unwrap_or(u32::MAX)
}
