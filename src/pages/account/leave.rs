//! Leaves an organization by proof of the mailbox alone: for guests who are blocked, or whose way to sign in is gone.
//! Every page is the same for every address until the mailbox is proved (decision 4).

use std::time::Duration;

use axum::body::Body;
use axum::extract::Path;
use serde::{Deserialize, Serialize};

use super::views::{ACCOUNT_ERASED, Confirm, Done, ERASED, LEAVE_BY_MAILBOX, LEAVE_PROOF, LEFT, MailboxProof, NOBODY};
use crate::guests::leave::{guest_of_mailbox, leave_by_mailbox};
use crate::keys::Purpose;
use crate::model::{EmailAddress, Timestamp, VerifiedAddress};
use crate::pages::answers::read;
use crate::pages::chrome::Form as FormView;
use crate::pages::field_error::FieldError;
use crate::pages::notice::Notice;
use crate::pages::visit::{Answer, Here};
use crate::signin::email_code::{CodeCheck, CodePurpose};
use crate::signin::{Destination, SigninError, Ticket, Visit, limits, mailbox};
use crate::web::form::Form;
use crate::web::interstitial::see_other;
use crate::web::render;

/// How long a proof counts.
const PROOF: Duration = Duration::from_secs(10 * 60);

/// What a browser carries from page to page, sealed for it.
#[derive(Clone, Serialize, Deserialize)]
struct State {
    address: EmailAddress,
    proved_at: Option<Timestamp>,
}

/// `GET /{tenant}/leave`.
pub async fn show(here: Here, Path(tenant): Path<String>) -> Answer {
    let visit = match here.visit(&tenant, Ticket::to(Destination::Page { path: "leave".to_owned() })).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let done = match here.query("done").as_deref() {
        Some("left") => Some(LEFT),
        Some("erased") => Some(ERASED),
        Some("account-erased") => Some(ACCOUNT_ERASED),
        _ => None,
    };
    if let Some(words) = done {
        return render::page(&Done { chrome: here.chrome(Some(&visit.tenant)), words });
    }
    match here.query("s").and_then(|sealed| open(&here, &visit, &sealed)) {
        None => ask(&here, &visit, None, None),
        Some(State { proved_at: None, address }) => ask(&here, &visit, Some(address), None),
        Some(state) => confirm(&here, &visit, &state).await,
    }
}

/// `POST /{tenant}/leave/{action}`.
pub async fn act(here: Here, Path((tenant, action)): Path<(String, String)>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let visit = match here.visit(&tenant, Ticket::to(Destination::Page { path: "leave".to_owned() })).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let start = || format!("/{}/leave", visit.tenant.id);
    if !here.is_ours(&visit, None, &fields) {
        let mut answer = here.notice(Some(&visit.tenant), Notice::StartAgain { url: Some(start()) });
        *answer.status_mut() = http::StatusCode::FORBIDDEN;
        return answer;
    }
    if let Err(error) = limits::attempt(&here.app, &visit).await {
        return here.failed(&visit, &error);
    }
    let state = open(&here, &visit, fields.text("s"));
    match (action.as_str(), state) {
        ("send", state) => send(&here, &visit, state, &fields).await,
        ("code", Some(state)) => code(&here, &visit, state, &fields).await,
        ("go", Some(State { address, proved_at: Some(at) })) if fields.text("answer") == "yes" => {
            go(&here, &visit, address, at).await
        }
        _ => see_other(&start()),
    }
}

async fn send(here: &Here, visit: &Visit, state: Option<State>, fields: &Form) -> Answer {
    let typed = fields.trimmed("address");
    let address = match (state, typed.parse::<EmailAddress>()) {
        (Some(state), _) => state.address,
        (None, Ok(address)) => address,
        (None, Err(error)) => return ask(here, visit, None, Some(FieldError::from(error))),
    };
    let wanted = VerifiedAddress::proved(address.clone(), here.app.clock.now());
    // Whether there is such a guest decides who gets the mail, and nothing that the browser sees.
    let deliver = match guest_of_mailbox(&here.app, &visit.tenant, &wanted).await {
        Ok(found) => found.is_some(),
        Err(error) => return here.broken(Some(&visit.tenant), &error),
    };
    let language = here.language(Some(&visit.tenant));
    match mailbox::send_proof(&here.app, visit, &address, CodePurpose::Leave, &language, deliver).await {
        Ok(()) => see_other(&url(here, visit, &State { address, proved_at: None })),
        Err(SigninError::MailStuck) => {
            let again_url = format!("/{}/leave", visit.tenant.id);
            here.notice(Some(&visit.tenant), Notice::MailDown { again_url, other_ways_url: None })
        }
        Err(error) => here.failed(visit, &error),
    }
}

async fn code(here: &Here, visit: &Visit, state: State, fields: &Form) -> Answer {
    let typed = fields.text("code");
    match mailbox::check_proof(&here.app, visit, &state.address, CodePurpose::Leave, typed).await {
        Ok(CodeCheck::Proved(proof)) => {
            see_other(&url(here, visit, &State { address: state.address, proved_at: Some(proof.at()) }))
        }
        Ok(CodeCheck::Wrong { .. }) => ask(here, visit, Some(state.address), Some(FieldError::CodeWrong)),
        Ok(CodeCheck::Gone) => ask(here, visit, Some(state.address), Some(FieldError::CodeEnded)),
        Err(error) => here.failed(visit, &error),
    }
}

/// A mailbox alone lets its guest go, and erases nothing at once: whoever reads the mail of somebody else can undo no more than
/// an administrator can give back within 30 days. Then everything is erased.
async fn go(here: &Here, visit: &Visit, address: EmailAddress, at: Timestamp) -> Answer {
    let Some(proof) = fresh(here, address, at) else {
        return see_other(&format!("/{}/leave", visit.tenant.id));
    };
    let (app, tenant) = (&here.app, &visit.tenant);
    match leave_by_mailbox(app, tenant, &proof).await {
        Ok(_) => see_other(&format!("/{}/leave?done=left", visit.tenant.id)),
        Err(error) => here.broken(Some(&visit.tenant), &error),
    }
}

/// After the proof: the question, or the word that there is nothing to leave.
async fn confirm(here: &Here, visit: &Visit, state: &State) -> Answer {
    let proof = state.proved_at.and_then(|at| fresh(here, state.address.clone(), at));
    let Some(proof) = proof else { return ask(here, visit, None, Some(FieldError::CodeEnded)) };
    match guest_of_mailbox(&here.app, &visit.tenant, &proof).await {
        Ok(Some(_)) => render::page(&Confirm {
            chrome: here.chrome(Some(&visit.tenant)),
            form: form(here, visit, "go"),
            words: LEAVE_BY_MAILBOX,
            proof: Some(seal(here, visit, state)),
            stay_url: None,
            also_account: false,
        }),
        Ok(None) => render::page(&Done { chrome: here.chrome(Some(&visit.tenant)), words: NOBODY }),
        Err(error) => here.broken(Some(&visit.tenant), &error),
    }
}

fn ask(here: &Here, visit: &Visit, address: Option<EmailAddress>, error: Option<FieldError>) -> Answer {
    let chrome = here.chrome(Some(&visit.tenant));
    let error = error.map(|error| error.say(&chrome.language));
    let state = address.clone().map(|address| seal(here, visit, &State { address, proved_at: None }));
    render::page(&MailboxProof {
        form: form(here, visit, if address.is_some() { "code" } else { "send" }),
        words: LEAVE_PROOF,
        code: address.is_some(),
        resend_action: address.is_some().then(|| format!("/{}/leave/send", visit.tenant.id)),
        address: address.map(|address| address.to_string()),
        state,
        error,
        chrome,
    })
}

fn form(here: &Here, visit: &Visit, action: &str) -> FormView {
    FormView {
        action: format!("/{}/leave/{action}", visit.tenant.id),
        ticket: visit.ticket.seal(&here.app.keys, visit.tenant.id),
        csrf: here.form_token(visit, None),
    }
}

fn fresh(here: &Here, address: EmailAddress, at: Timestamp) -> Option<VerifiedAddress> {
    (here.app.clock.now().since(at) < PROOF).then(|| VerifiedAddress::proved(address, at))
}

fn url(here: &Here, visit: &Visit, state: &State) -> String {
    format!("/{}/leave?s={}", visit.tenant.id, seal(here, visit, state))
}

fn seal(here: &Here, visit: &Visit, state: &State) -> String {
    here.app.keys.seal(Purpose::Form, &context(visit), &serde_json::to_vec(state).unwrap_or_default())
}

fn open(here: &Here, visit: &Visit, sealed: &str) -> Option<State> {
    serde_json::from_slice(&here.app.keys.open_sealed(Purpose::Form, &context(visit), sealed)?).ok()
}

/// Worth nothing in another tenant or another browser.
fn context(visit: &Visit) -> String {
    format!("leave {} {}", visit.tenant.id, visit.browser_hash())
}
