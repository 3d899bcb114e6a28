//! A new member sets the first password, by a link that works once.

use axum::body::Body;
use axum::extract::Path;

use super::answers::read;
use super::chrome::Form;
use super::field_error::FieldError;
use super::sign_in::SetPassword;
use super::visit::{Answer, Here};
use crate::guests::member_add::{MemberError, set_password_and_end_sessions};
use crate::model::Secret;
use crate::signin::{Destination, Ticket, Visit};
use crate::web::interstitial::see_other;
use crate::web::render;

/// `GET /{tenant}/set-password#{token}`.
pub async fn ask(here: Here, Path(tenant): Path<String>) -> Answer {
    match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => page(&here, &visit, None, None),
        Err(answer) => *answer,
    }
}

/// `POST /{tenant}/set-password`.
pub async fn set(here: Here, Path(tenant): Path<String>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let say = |error: FieldError| Some(error.say(&here.language(Some(&visit.tenant))));
    if !here.is_ours(&visit, None, &fields) {
        return page(&here, &visit, say(FieldError::LinkEnded), None);
    }
    // Pasted whole, the link still holds the token behind the `#`.
    let typed = fields.trimmed("token");
    let token = typed.rsplit('#').next().unwrap_or(typed);
    let context = crate::guests::context(&here.app, &visit.snapshot, &visit.tenant);
    let password = Secret::new(fields.text("password"));
    match set_password_and_end_sessions(&here.app, context, token, &password).await {
        Ok(_) => see_other(&here.app.urls.panel(visit.tenant.id)),
        Err(MemberError::Password(fault)) => page(&here, &visit, None, say(FieldError::from(fault))),
        Err(MemberError::LinkGone) => page(&here, &visit, say(FieldError::LinkEnded), None),
        Err(error) => here.broken(Some(&visit.tenant), &error),
    }
}

fn page(here: &Here, visit: &Visit, token_error: Option<String>, password_error: Option<String>) -> Answer {
    render::page(&SetPassword {
        chrome: here.chrome(Some(&visit.tenant)),
        form: Form {
            action: format!("/{}/set-password", visit.tenant.id),
            ticket: String::new(),
            csrf: here.form_token(visit, None),
        },
        token_error,
        password_error,
    })
}
