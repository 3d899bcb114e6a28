//! The page where somebody lets a device in: the code that it shows is typed here, and then the usual way is gone.

use askama::Template;
use axum::body::Body;
use axum::extract::Path;
use http::StatusCode;

use super::answers::read;
use super::assets::FRAGMENT_SCRIPT;
use super::chrome::{Chrome, Form};
use super::sign_in::journey_page;
use super::visit::{Answer, Here};
use crate::signin::{Destination, SigninError, Ticket, Visit, limits};
use crate::tokens::device;
use crate::web::interstitial::see_other;
use crate::web::render::{self, Page};

/// Asks for the code. Posts `code`.
#[derive(Template)]
#[template(path = "device.html")]
pub struct DeviceCode {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// What was typed, or came with the link.
    pub code: String,
    /// What is wrong.
    pub error: Option<String>,
}

/// The device goes on by itself.
#[derive(Template)]
#[template(path = "device_done.html")]
pub struct DeviceDone {
    /// Around the page.
    pub chrome: Chrome,
    /// Whether it was let in.
    pub granted: bool,
}

journey_page! { DeviceCode => StatusCode::OK }

impl Page for DeviceDone {}

/// `GET /{tenant}/device`, with `?code=` where the device shows a link or a picture of one.
pub async fn ask(here: Here, Path(tenant): Path<String>) -> Answer {
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let code = here.query("code").unwrap_or_default();
    show(&here, &visit, code.chars().take(16).collect(), false)
}

/// `POST /{tenant}/device`: into the journey, at whose end the person is asked whether this is the device.
pub async fn enter(here: Here, Path(tenant): Path<String>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    if !here.is_ours(&visit, None, &fields) {
        return see_other(&format!("/{}/device", visit.tenant.id));
    }
    // Whoever tries codes is a stranger who tries codes.
    if let Err(error) = limits::attempt(&here.app, &visit).await {
        return here.failed(&visit, &error);
    }
    match device::typed(&here.app, visit.tenant.id, fields.trimmed("code")).await {
        Ok(Some(request)) => {
            let ticket = Ticket::to(Destination::Client { request: Box::new(request) });
            let ticket = ticket.seal(&here.app.keys, visit.tenant.id);
            see_other(&format!("/{}/sign-in?t={ticket}", visit.tenant.id))
        }
        Ok(None) => show(&here, &visit, fields.trimmed("code").chars().take(16).collect(), true),
        Err(error) => here.failed(&visit, &SigninError::from(error)),
    }
}

/// `GET /{tenant}/device/done?granted=…`.
pub async fn done(here: Here, Path(tenant): Path<String>) -> Answer {
    match here.tenant(&tenant) {
        Ok((_, tenant)) => render::page(&DeviceDone {
            chrome: here.chrome(Some(&tenant)),
            granted: here.query("granted").as_deref() == Some("yes"),
        }),
        Err(answer) => *answer,
    }
}

fn show(here: &Here, visit: &Visit, code: String, wrong: bool) -> Answer {
    let chrome = here.chrome(Some(&visit.tenant));
    render::page(&DeviceCode {
        form: Form {
            action: format!("/{}/device", visit.tenant.id),
            ticket: visit.ticket.seal(&here.app.keys, visit.tenant.id),
            csrf: here.form_token(visit, None),
        },
        code,
        error: wrong.then(|| chrome.say("device-wrong")),
        chrome,
    })
}
