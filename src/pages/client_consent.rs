//! What somebody else's application would learn, and whether the guest wants that (decision 17).

use askama::Template;
use http::StatusCode;

use super::answers::{Next, Refused};
use super::assets::FRAGMENT_SCRIPT;
use super::chrome::{Chrome, Form};
use super::sign_in::journey_page;
use super::visit::{Answer, Here};
use crate::i18n::Language;
use crate::model::ClientRequest;
use crate::signin::{Scene, SigninError, Visit, client};
use crate::tokens::{client_consent as verb, device};
use crate::web::client_answer;
use crate::web::form::Form as Fields;
use crate::web::interstitial::{Destination, see_other};
use crate::web::render::{self, Page};

/// Asks. Posts `answer` = `accept` or `decline`.
#[derive(Template)]
#[template(path = "client_consent.html")]
pub struct ClientConsent {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Name of the application.
    pub app: String,
    /// Whether it belongs to somebody else than the tenant.
    pub third_party: bool,
    /// Where its answers go.
    pub host: String,
    /// What it would learn, in words.
    pub learns: Vec<String>,
    /// The code that the device must show, if a device asks.
    pub device: Option<String>,
}

journey_page! { ClientConsent => StatusCode::OK }

/// Shows what is asked.
pub fn show(here: &Here, visit: &Visit, scene: &Scene) -> Answer {
    let chrome = here.chrome_of(visit, scene);
    let Some(request) = visit.ticket.client() else { return here.failed(visit, &SigninError::OutOfStep) };
    let registration = visit.snapshot.registration(&visit.tenant, request.app);
    let host = Destination::of_client(&request.redirect_uri).map(|place| place.host()).unwrap_or_default();
    render::page(&ClientConsent {
        form: here.form(visit, scene, "client-consent"),
        app: visit.snapshot.app_name(request.app).unwrap_or_default().to_owned(),
        third_party: registration.is_some_and(|registration| registration.third_party),
        host,
        learns: in_words(&chrome.language, request),
        device: request.device.as_ref().map(|wish| wish.code.clone()),
        chrome,
    })
}

/// Takes the answer. One that declines goes to the application, which has to know.
pub(super) async fn answer(here: &Here, visit: &Visit, scene: &Scene, fields: &Fields) -> Result<Next, Refused> {
    let (Some(request), Some(session)) = (visit.ticket.client(), &scene.session) else {
        return Err(Refused::Step(SigninError::OutOfStep));
    };
    match (fields.text("answer"), client::declined(&here.app, visit)) {
        ("accept", _) => {
            let recorded = verb::record(&here.app, visit.tenant.id, session.user, request).await;
            recorded.map_err(SigninError::from)?;
            Ok(Next::On)
        }
        ("decline", _) if request.device.is_some() => {
            if let Some(wish) = &request.device {
                device::deny(&here.app, visit.tenant.id, wish).await.map_err(SigninError::from)?;
            }
            let over = format!("/{}/device/done", visit.tenant.id);
            Ok(Next::Page(Box::new(see_other(&over))))
        }
        ("decline", Some(declined)) => {
            let page = client_answer::send(&declined, here.chrome_of(visit, scene), true);
            Ok(Next::Page(Box::new(page)))
        }
        _ => Err(Refused::Step(SigninError::OutOfStep)),
    }
}

/// What scopes mean to the guest.
pub fn in_words(language: &Language, request: &ClientRequest) -> Vec<String> {
    let words = request.scopes.iter().map(|scope| match scope.as_str() {
        "openid" => language.say("client-scope-openid"),
        "profile" => language.say("client-scope-profile"),
        "email" => language.say("client-scope-email"),
        "offline_access" => language.say("client-scope-offline"),
        other => language.say_with("client-scope-permission", &[("permission", other)]),
    });
    words.collect()
}
