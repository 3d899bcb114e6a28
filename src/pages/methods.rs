//! `/{tenant}/account/methods`: the ways to sign in of whoever is signed in, and every change of them.

use askama::Template;
use axum::body::Body;
use axum::extract::Path;

use super::answers::read;
use super::chrome::{Chrome, Form};
use super::field_error::FieldError;
use super::journey::Remark;
use super::passkey::{PasskeyForm, split};
use super::second_factor::{EnrollSecondFactor, RecoveryCodes};
use super::visit::{Answer, Here, with_session};
use crate::model::SessionRecord;
use crate::signin::enroll::{self, Enrolled};
use crate::signin::methods::{self, Changed, Overview, Removal};
use crate::signin::passkeys::{self, Registered};
use crate::signin::{Destination, Scene, SigninError, Step, Ticket, Visit, advance, limits};
use crate::urls::methods_path;
use crate::web::assets::PASSKEY_SCRIPT;
use crate::web::form::Form as Fields;
use crate::web::interstitial::see_other;
use crate::web::render::{self, Page};

/// The ways to sign in.
#[derive(Template)]
#[template(path = "methods.html")]
pub struct Methods {
    /// Around the page.
    pub chrome: Chrome,
    /// Hidden fields of every form; `to` names where each posts.
    pub form: Form,
    /// The page's own path, to which the actions are appended.
    pub path: String,
    /// Back to the apps.
    pub panel_url: String,
    /// What is registered.
    pub overview: Overview,
    /// What was just done, if anything: the end of a key of texts.
    pub done: Option<Done>,
    /// What is wrong with a new password, in words.
    pub error: Option<String>,
    /// Registers one more passkey. Posts `name` besides.
    pub passkey: Option<PasskeyForm>,
}

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A new password.
    Password,
    /// A factor is there.
    Added,
    /// A factor is gone.
    Removed,
    /// A passkey is gone.
    Passkey,
}

impl Page for Methods {
    fn script(&self) -> Option<&'static str> {
        self.passkey.is_some().then_some(PASSKEY_SCRIPT)
    }
}

impl Methods {
    /// A day as ISO 8601 has it.
    fn day(at: &crate::model::Timestamp) -> String {
        at.to_string().chars().take(10).collect()
    }

    fn left(&self) -> u32 {
        u32::try_from(self.overview.recovery_codes).unwrap_or(u32::MAX)
    }

    fn registered(&self) -> bool {
        self.overview.totp_since.is_some() || !self.overview.passkeys.is_empty()
    }

    /// Whether the one passkey is all there is to sign in with.
    fn only_way(&self) -> bool {
        self.overview.password && !self.overview.has_password && self.overview.passkeys.len() == 1
    }

    fn at(&self, action: &str) -> String {
        format!("{}/{action}", self.path)
    }
}

/// `GET /{tenant}/account/methods`.
pub async fn show(here: Here, Path(tenant): Path<String>) -> Answer {
    let (visit, session, scene) = match signed_in(&here, &tenant).await {
        Ok(signed_in) => signed_in,
        Err(answer) => return *answer,
    };
    page(&here, &visit, &session, &scene, Remark::default()).await
}

/// `GET /{tenant}/account/methods/{page}`.
pub async fn sub_page(here: Here, Path((tenant, name)): Path<(String, String)>) -> Answer {
    if name == "recovery-codes" {
        return recovery_codes(&here, &tenant).await;
    }
    let (visit, session, scene) = match signed_in(&here, &tenant).await {
        Ok(signed_in) => signed_in,
        Err(answer) => return *answer,
    };
    match name.as_str() {
        "authenticator" => offer(&here, &visit, &session, &scene, None).await,
        _ => see_other(&methods_path(visit.tenant.id)),
    }
}

/// `POST /{tenant}/account/methods/{action}`.
pub async fn change(here: Here, Path((tenant, action)): Path<(String, String)>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let (visit, session, scene) = match signed_in(&here, &tenant).await {
        Ok(signed_in) => signed_in,
        Err(answer) => return *answer,
    };
    if !here.is_ours(&visit, Some(session.user), &fields) {
        return see_other(&methods_path(visit.tenant.id));
    }
    match perform(&here, &visit, &session, &scene, &action, &fields).await {
        Ok(answer) => answer,
        // The sign-in is not fresh any more, or it changed in another tab: the page says what can be done.
        Err(SigninError::OutOfStep) => see_other(&methods_path(visit.tenant.id)),
        Err(error) => here.failed(&visit, &error),
    }
}

/// Everybody else signs in first, shows the second factor if one is registered, and comes back.
async fn signed_in(here: &Here, tenant: &str) -> Result<(Visit, SessionRecord, Scene), Box<Answer>> {
    let visit = here.visit(tenant, Ticket::to(Destination::Methods)).await?;
    let scene = match advance(&here.app, &visit).await {
        Ok(scene) => scene,
        Err(error) => return Err(Box::new(here.failed(&visit, &error))),
    };
    match (&scene.step, &scene.session) {
        (Step::Arrived, Some(session)) => {
            let session = session.as_ref().clone();
            Ok((visit, session, scene))
        }
        _ => {
            let answer = see_other(&here.journey_url(&visit, false));
            Err(Box::new(with_session(answer, scene.new_cookie.as_deref())))
        }
    }
}

async fn perform(
    here: &Here,
    visit: &Visit,
    session: &SessionRecord,
    scene: &Scene,
    action: &str,
    fields: &Fields,
) -> Result<Answer, SigninError> {
    limits::attempt(&here.app, visit).await?;
    let languages = [here.language(Some(&visit.tenant)).tag().to_owned()];
    let changed = match action {
        "sign-in-again" => {
            methods::sign_in_anew(&here.app, visit, session).await?;
            return Ok(see_other(&here.journey_url(visit, true)));
        }
        "password" => {
            let password = fields.text("password");
            methods::change_password(&here.app, visit, session, password, &languages).await?
        }
        "authenticator" => return register(here, visit, session, scene, fields, &languages).await,
        "passkey" => return add_passkey(here, visit, session, scene, fields, &languages).await,
        "remove-authenticator" => methods::remove(&here.app, visit, session, Removal::Totp, &languages).await?,
        "remove-passkey" => {
            let removal = Removal::Passkey(fields.text("passkey"));
            methods::remove(&here.app, visit, session, removal, &languages).await?
        }
        "recovery-codes" => {
            methods::new_recovery_codes(&here.app, visit, session, &languages).await?;
            return Ok(see_other(&format!("{}/recovery-codes", methods_path(visit.tenant.id))));
        }
        _ => return Err(SigninError::OutOfStep),
    };
    Ok(match changed {
        Changed::Done(cookie) => {
            let done = match action {
                "password" => "password",
                "remove-passkey" => "passkey",
                _ => "removed",
            };
            let url = format!("{}?done={done}", methods_path(visit.tenant.id));
            with_session(see_other(&url), cookie.as_deref())
        }
        Changed::Password(fault) => page(here, visit, session, scene, remark(FieldError::from(fault))).await,
    })
}

async fn register(
    here: &Here,
    visit: &Visit,
    session: &SessionRecord,
    scene: &Scene,
    fields: &Fields,
    languages: &[String],
) -> Result<Answer, SigninError> {
    methods::ready(&here.app, session).await?;
    match enroll::confirm(&here.app, visit, session, fields.text("code"), languages).await? {
        Enrolled::Done(cookie) => {
            let url = format!("{}/recovery-codes", methods_path(visit.tenant.id));
            Ok(with_session(see_other(&url), Some(&cookie)))
        }
        Enrolled::Wrong => Ok(offer(here, visit, session, scene, Some(FieldError::EnrollWrong)).await),
    }
}

fn remark(error: FieldError) -> Remark {
    Remark { error: Some(error), ..Remark::default() }
}

/// Registers a passkey; recovery codes are shown with the first one.
async fn add_passkey(
    here: &Here,
    visit: &Visit,
    session: &SessionRecord,
    scene: &Scene,
    fields: &Fields,
    languages: &[String],
) -> Result<Answer, SigninError> {
    methods::ready(&here.app, session).await?;
    let answer = (fields.text("state"), fields.text("credential"), fields.text("name"));
    Ok(match passkeys::register(&here.app, visit, session, answer, languages).await? {
        Registered::Done { cookie, codes } => {
            let path = methods_path(visit.tenant.id);
            let url = if codes { format!("{path}/recovery-codes") } else { format!("{path}?done=added") };
            with_session(see_other(&url), Some(&cookie))
        }
        Registered::Wrong => page(here, visit, session, scene, remark(FieldError::PasskeyNotAdded)).await,
    })
}

async fn page(here: &Here, visit: &Visit, session: &SessionRecord, scene: &Scene, remark: Remark) -> Answer {
    let overview = match methods::overview(&here.app, session).await {
        Ok(overview) => overview,
        Err(error) => return here.failed(visit, &error),
    };
    let chrome = here.chrome_of(visit, scene);
    let (about_passkey, error) = split(&remark, &chrome.language);
    let ceremony = match overview.fresh {
        true => passkeys::offer(&here.app, visit, session).await,
        false => Ok(None),
    };
    let passkey = match ceremony {
        Ok(ceremony) => {
            ceremony.map(|it| PasskeyForm::create(form(here, visit, session, "/passkey"), it, about_passkey))
        }
        Err(error) => return here.failed(visit, &error),
    };
    render::page(&Methods {
        form: form(here, visit, session, ""),
        path: methods_path(visit.tenant.id),
        panel_url: here.app.urls.panel(visit.tenant.id),
        overview,
        done: match here.query("done").as_deref() {
            Some("password") => Some(Done::Password),
            Some("added") => Some(Done::Added),
            Some("removed") => Some(Done::Removed),
            Some("passkey") => Some(Done::Passkey),
            _ => None,
        },
        error,
        passkey,
        chrome,
    })
}

async fn offer(
    here: &Here,
    visit: &Visit,
    session: &SessionRecord,
    scene: &Scene,
    error: Option<FieldError>,
) -> Answer {
    let ready = methods::ready(&here.app, session).await;
    let offer = match ready {
        Ok(()) => enroll::offer(&here.app, session).await,
        Err(error) => Err(error),
    };
    match offer {
        Ok(offer) => {
            let chrome = here.chrome_of(visit, scene);
            let error = error.map(|error| error.say(&chrome.language));
            let form = form(here, visit, session, "/authenticator");
            render::page(&EnrollSecondFactor::new(chrome, form, false, offer, error))
        }
        Err(SigninError::OutOfStep) => see_other(&methods_path(visit.tenant.id)),
        Err(error) => here.failed(visit, &error),
    }
}

/// Shown after they were made, to the very session that made them; the page goes on to where the tab wanted to go. Also
/// before the documents: somebody who had to set up a second step has agreed to nothing yet.
async fn recovery_codes(here: &Here, tenant: &str) -> Answer {
    let visit = match here.visit(tenant, Ticket::to(Destination::Methods)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let scene = match advance(&here.app, &visit).await {
        Ok(scene) => scene,
        Err(error) => return here.failed(&visit, &error),
    };
    let session = match (&scene.step, &scene.session) {
        (Step::SecondFactor | Step::EnrollSecondFactor | Step::WrongAccount, _) | (_, None) => {
            return see_other(&here.journey_url(&visit, false));
        }
        (_, Some(session)) => session,
    };
    let codes = match enroll::codes_to_show(&here.app, session).await {
        Ok(codes) => codes,
        Err(error) => return here.failed(&visit, &error),
    };
    let onward = here.query("t").and_then(|sealed| Ticket::open(&here.app.keys, visit.tenant.id, &sealed));
    let continue_url = match onward {
        Some(ticket) => format!("/{}/sign-in?t={}", visit.tenant.id, ticket.seal(&here.app.keys, visit.tenant.id)),
        None => format!("{}?done=added", methods_path(visit.tenant.id)),
    };
    render::page(&RecoveryCodes { chrome: here.chrome_of(&visit, &scene), codes, continue_url })
}

fn form(here: &Here, visit: &Visit, session: &SessionRecord, action: &str) -> Form {
    Form {
        action: format!("{}{action}", methods_path(visit.tenant.id)),
        ticket: visit.ticket.seal(&here.app.keys, visit.tenant.id),
        csrf: here.form_token(visit, Some(session.user)),
    }
}
