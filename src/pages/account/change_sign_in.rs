//! Changes how a guest signs in: proof of the own mailbox, then a sign-in in the new way.

use axum::body::Body;
use axum::extract::Path;

use super::views::{CHANGE_PROOF, MailboxProof, SignInFirst};
use super::{form, signed_in};
use crate::guests::change_sign_in::{allow, mailbox_of};
use crate::model::{EmailAddress, SessionRecord};
use crate::pages::answers::read;
use crate::pages::field_error::FieldError;
use crate::pages::notice::Notice;
use crate::pages::visit::{Answer, Here};
use crate::signin::email_code::{CodeCheck, CodePurpose};
use crate::signin::{Scene, SigninError, Visit, limits, mailbox, methods};
use crate::web::interstitial::see_other;
use crate::web::render;

const PATH: &str = "account/sign-in";

/// `GET /{tenant}/account/sign-in`.
pub async fn show(here: Here, Path(tenant): Path<String>) -> Answer {
    let (visit, scene, session) = match signed_in(&here, &tenant, PATH).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let sent = here.query("sent").is_some();
    page(&here, &visit, &scene, &session, sent, None).await
}

/// `POST /{tenant}/account/sign-in/{action}`.
pub async fn act(here: Here, Path((tenant, action)): Path<(String, String)>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let (mut visit, scene, session) = match signed_in(&here, &tenant, PATH).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let back = format!("/{}/{PATH}", visit.tenant.id);
    if !here.is_ours(&visit, Some(session.user), &fields) {
        let mut answer = here.notice(Some(&visit.tenant), Notice::StartAgain { url: Some(back) });
        *answer.status_mut() = http::StatusCode::FORBIDDEN;
        return answer;
    }
    if let Err(error) = limits::attempt(&here.app, &visit).await {
        return here.failed(&visit, &error);
    }
    if action == "again" {
        // A provider must ask for its secret again, or nothing would be fresher than before.
        return match methods::sign_in_anew(&here.app, &visit, &session).await {
            Ok(()) => see_other(&here.journey_url(&visit, true)),
            Err(error) => here.failed(&visit, &error),
        };
    }
    // As fresh as for every other change of how somebody signs in, and with the factor that guards it.
    let ready = methods::ready(&here.app, &session).await.is_ok();
    let own = match own_mailbox(&here, &visit, &session).await {
        Ok(own) if ready => own,
        Ok(_) => return see_other(&back),
        Err(answer) => return *answer,
    };
    match action.as_str() {
        "send" => {
            let language = here.language(Some(&visit.tenant));
            match mailbox::send_proof(&here.app, &visit, &own, CodePurpose::ChangeSignIn, &language, true).await {
                Ok(()) => see_other(&format!("{back}?sent=1")),
                Err(SigninError::MailStuck) => {
                    here.notice(Some(&visit.tenant), Notice::MailDown { again_url: back, other_ways_url: None })
                }
                Err(error) => here.failed(&visit, &error),
            }
        }
        "code" => {
            let typed = fields.text("code");
            match mailbox::check_proof(&here.app, &visit, &own, CodePurpose::ChangeSignIn, typed).await {
                Ok(CodeCheck::Proved(proof)) => match allow(&here.app, &mut visit, &session, &proof).await {
                    Ok(()) => see_other(&here.journey_url(&visit, true)),
                    Err(error) => here.failed(&visit, &error),
                },
                Ok(CodeCheck::Wrong { .. }) => {
                    page(&here, &visit, &scene, &session, true, Some(FieldError::CodeWrong)).await
                }
                Ok(CodeCheck::Gone) => page(&here, &visit, &scene, &session, true, Some(FieldError::CodeEnded)).await,
                Err(error) => here.failed(&visit, &error),
            }
        }
        _ => see_other(&back),
    }
}

async fn page(
    here: &Here,
    visit: &Visit,
    scene: &Scene,
    session: &SessionRecord,
    sent: bool,
    error: Option<FieldError>,
) -> Answer {
    let own = match own_mailbox(here, visit, session).await {
        Ok(own) => own,
        Err(answer) => return *answer,
    };
    let chrome = here.chrome_of(visit, scene);
    if methods::ready(&here.app, session).await.is_err() {
        return render::page(&SignInFirst {
            lead: "sign-in-first-lead",
            form: form(here, visit, session, "account/sign-in/again"),
            stay_url: format!("/{}/account", visit.tenant.id),
            chrome,
        });
    }
    let error = error.map(|error| error.say(&chrome.language));
    render::page(&MailboxProof {
        form: form(here, visit, session, if sent { "account/sign-in/code" } else { "account/sign-in/send" }),
        words: CHANGE_PROOF,
        address: Some(own.to_string()),
        code: sent,
        state: None,
        resend_action: sent.then(|| format!("/{}/account/sign-in/send", visit.tenant.id)),
        error,
        chrome,
    })
}

/// The mailbox to prove; a page for whoever has no sign-in of their own to change.
async fn own_mailbox(here: &Here, visit: &Visit, session: &SessionRecord) -> Result<EmailAddress, Box<Answer>> {
    match mailbox_of(&here.app, session).await {
        Ok(Some(own)) => Ok(own),
        Ok(None) => Err(Box::new(here.notice(Some(&visit.tenant), Notice::NotFound))),
        Err(error) => Err(Box::new(here.broken(Some(&visit.tenant), &error))),
    }
}
