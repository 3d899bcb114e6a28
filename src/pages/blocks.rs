//! Blocking invitation mails: by one click of a mail program, on the page behind the link, and on the list of a mailbox.

use axum::body::Body;
use axum::extract::Path;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::{BodyExt, Limited};

use super::answers::read;
use super::block_pages::{BlockAsk, BlockDone, BlockedRow, BlocksAddress, BlocksCode, BlocksList};
use super::chrome::Form;
use super::field_error::FieldError;
use super::notice::Notice;
use super::visit::{Answer, Here};
use crate::guests::mail_block::{self, Reach};
use crate::guests::{self, GuestsError};
use crate::model::{EmailAddress, TenantId};
use crate::signin::email_code::CodePurpose;
use crate::signin::mailbox_owner::{self, MailboxVisit};
use crate::signin::{Destination, SigninError, Ticket, Visit, limits};
use crate::web::form::{Form as Fields, FormError};
use crate::web::interstitial::see_other;
use crate::web::render;

/// Largest body of a one-click request: mail programs send one short field.
const ONE_CLICK: usize = 4 * 1024;
/// The field and its value (RFC 8058 §3.2).
const FIELD: &str = "List-Unsubscribe";
const VALUE: &str = "One-Click";
/// Digits of a code.
const DIGITS: u32 = 8;

/// `GET /{tenant}/blocks/{right}`: the page behind the link. It changes nothing, whoever opens it and how often.
pub async fn ask(here: Here, Path((tenant, right)): Path<(String, String)>) -> Answer {
    page_of_right(&here, &tenant, &right, None).await
}

/// `POST /{tenant}/blocks/{right}`: one click of a mail program (RFC 8058), or the form of the page. The right in the address
/// is all that it takes to stop this tenant's mails: a mail program sends neither cookies nor an origin.
pub async fn block(here: Here, Path((tenant, right)): Path<(String, String)>, body: Body) -> Answer {
    let (snapshot, known) = match here.tenant(&tenant) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let context = guests::context(&here.app, &snapshot, &known);
    let Some(address) = mail_block::address_of_right(&context, &right) else {
        return here.notice(Some(&known), Notice::NotFound);
    };
    let asked = match Asked::read(&here.headers, body).await {
        Ok(asked) => asked,
        Err(error) => return refused(&here, error),
    };
    let language = here.language(Some(&known));
    let done = match asked {
        Asked::OneClick => mail_block::block(context, &address, Reach::Tenant, None).await,
        // A mail is passed on, and what it says about every organization would go with it: that takes the mailbox itself.
        Asked::Page(Reach::Everybody) => return see_other(&format!("/{}/blocks", known.id)),
        Asked::Page(Reach::Tenant) => mail_block::block(context, &address, Reach::Tenant, Some(&language)).await,
        Asked::Nothing => {
            let error = Some(language.say("block-missing"));
            return page_of_right(&here, &tenant, &right, error).await;
        }
    };
    if let Err(error) = done {
        return here.broken(Some(&known), &error);
    }
    here.app.mail_queued.notify_one();
    match asked {
        // RFC 8058 §3.1: no redirect.
        Asked::OneClick => plain(StatusCode::OK, "blocked\n"),
        _ => see_other(&format!("/{}/blocks/{right}", known.id)),
    }
}

/// What a POST asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    OneClick,
    Page(Reach),
    Nothing,
}

impl Asked {
    async fn read(headers: &HeaderMap, body: Body) -> Result<Self, FormError> {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // RFC 8058 §3.2 lets mail programs send either form.
        if kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
            let body = match Limited::new(body, ONE_CLICK).collect().await {
                Ok(body) => body.to_bytes(),
                Err(error) if error.is::<http_body_util::LengthLimitError>() => return Err(FormError::TooLarge),
                Err(_) => return Err(FormError::Incomplete),
            };
            let text = std::str::from_utf8(&body).map_err(|_| FormError::Malformed)?;
            let said = text.contains(&format!("name=\"{FIELD}\"")) && text.lines().any(|line| line.trim() == VALUE);
            return Ok(if said { Self::OneClick } else { Self::Nothing });
        }
        let fields = Fields::read(headers, body).await?;
        Ok(match (fields.text(FIELD), fields.text("reach")) {
            (VALUE, _) => Self::OneClick,
            (_, "tenant") => Self::Page(Reach::Tenant),
            (_, "everybody") => Self::Page(Reach::Everybody),
            // A robot that presses the button and chooses nothing blocks nothing.
            _ => Self::Nothing,
        })
    }
}

async fn page_of_right(here: &Here, tenant: &str, right: &str, error: Option<String>) -> Answer {
    let (snapshot, known) = match here.tenant(tenant) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let context = guests::context(&here.app, &snapshot, &known);
    let Some(address) = mail_block::address_of_right(&context, right) else {
        return here.notice(Some(&known), Notice::NotFound);
    };
    let blocked = match mail_block::blocks(context, &address).await {
        Ok(blocked) => blocked,
        Err(error) => return here.broken(Some(&known), &error),
    };
    let everybody = blocked.iter().any(|block| block.tenant.is_none());
    let chrome = here.chrome(Some(&known));
    if everybody || blocked.iter().any(|block| block.tenant == Some(known.id)) {
        let blocks_url = here.app.urls.blocks(known.id);
        return render::page(&BlockDone { chrome, address: address.to_string(), everybody, blocks_url });
    }
    let action = format!("/{}/blocks/{right}", known.id);
    render::page(&BlockAsk { chrome, action, address: address.to_string(), error })
}

fn refused(here: &Here, error: FormError) -> Answer {
    let mut answer = here.notice(None, Notice::StartAgain { url: None });
    *answer.status_mut() = match error {
        FormError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        FormError::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        FormError::Malformed | FormError::Duplicate | FormError::Incomplete => StatusCode::BAD_REQUEST,
    };
    answer
}

fn plain(status: StatusCode, text: &str) -> Answer {
    let mut answer = Answer::new(text.to_owned());
    *answer.status_mut() = status;
    crate::web::headers::for_page(answer.headers_mut(), None);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

/// `GET /{tenant}/blocks`: asks whose mailbox, takes the code, shows the list; where it stands travels sealed in `t`.
pub async fn list(here: Here, Path(tenant): Path<String>) -> Answer {
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let known = here.query("t").and_then(|sealed| MailboxVisit::open(&here.app, &visit, CodePurpose::Blocks, &sealed));
    match known {
        Some(known) if known.proved => show_list(&here, &visit, &known).await,
        Some(known) => code_page(&here, &visit, &known, false, None),
        None => address_page(&here, &visit, "", None),
    }
}

/// `POST /{tenant}/blocks`.
pub async fn answer(here: Here, Path(tenant): Path<String>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    if !here.is_ours(&visit, None, &fields) {
        let url = Some(here.app.urls.blocks(visit.tenant.id));
        return here.notice(Some(&visit.tenant), Notice::StartAgain { url });
    }
    let known = MailboxVisit::open(&here.app, &visit, CodePurpose::Blocks, fields.text("t"));
    let taken = match (fields.text("do"), known) {
        ("send", Some(known)) if !fields.has("address") => send(&here, &visit, known, true).await,
        ("send", _) => match fields.trimmed("address").parse::<EmailAddress>() {
            Ok(address) => send(&here, &visit, MailboxVisit::to(&here.app, &visit, address), false).await,
            Err(error) => Ok(address_page(&here, &visit, fields.trimmed("address"), Some(FieldError::from(error)))),
        },
        ("code", Some(known)) => take_code(&here, &visit, known, fields.text("code")).await,
        ("allow", Some(known)) if known.proved => change(&here, &visit, &known, Some(fields.text("of"))).await,
        ("block-all", Some(known)) if known.proved => change(&here, &visit, &known, None).await,
        // The proof is over, or belongs to another browser.
        _ => Ok(see_other(&format!("/{}/blocks", visit.tenant.id))),
    };
    taken.unwrap_or_else(|error| failed(&here, &visit, error))
}

/// What stopped an answer.
enum Failed {
    Step(SigninError),
    Verb(GuestsError),
}

impl From<SigninError> for Failed {
    fn from(error: SigninError) -> Self {
        Self::Step(error)
    }
}

impl From<GuestsError> for Failed {
    fn from(error: GuestsError) -> Self {
        Self::Verb(error)
    }
}

fn failed(here: &Here, visit: &Visit, error: Failed) -> Answer {
    let again_url = here.app.urls.blocks(visit.tenant.id);
    match error {
        Failed::Step(SigninError::Limited | SigninError::Busy) => {
            here.notice(Some(&visit.tenant), Notice::TooMany { again_url: Some(again_url) })
        }
        Failed::Step(SigninError::MailStuck) => {
            here.notice(Some(&visit.tenant), Notice::MailDown { again_url, other_ways_url: None })
        }
        Failed::Step(error) => here.failed(visit, &error),
        Failed::Verb(error) => here.broken(Some(&visit.tenant), &error),
    }
}

async fn send(here: &Here, visit: &Visit, known: MailboxVisit, again: bool) -> Result<Answer, Failed> {
    limits::attempt(&here.app, visit).await?;
    let context = guests::context(&here.app, &visit.snapshot, &visit.tenant);
    let deliver = mail_block::is_known(context, &known.address).await?;
    let language = here.language(Some(&visit.tenant));
    mailbox_owner::send(&here.app, visit, &known, CodePurpose::Blocks, deliver, &language).await?;
    if again {
        return Ok(code_page(here, visit, &known, true, None));
    }
    Ok(see_other(&url_of(here, visit, &known)))
}

async fn take_code(here: &Here, visit: &Visit, known: MailboxVisit, typed: &str) -> Result<Answer, Failed> {
    limits::attempt(&here.app, visit).await?;
    let proved = mailbox_owner::prove(&here.app, visit, known.clone(), CodePurpose::Blocks, typed).await?;
    Ok(match proved {
        Ok(proved) => see_other(&url_of(here, visit, &proved)),
        Err(crate::signin::email_code::CodeCheck::Gone) => {
            code_page(here, visit, &known, false, Some(FieldError::CodeEnded))
        }
        Err(_) => code_page(here, visit, &known, false, Some(FieldError::CodeWrong)),
    })
}

/// Undoes the block of `of`, or blocks everybody.
async fn change(here: &Here, visit: &Visit, known: &MailboxVisit, of: Option<&str>) -> Result<Answer, Failed> {
    let context = guests::context(&here.app, &visit.snapshot, &visit.tenant);
    match of {
        None => {
            mail_block::block(context, &known.address, Reach::Everybody, None).await?;
        }
        Some("everybody") => {
            mail_block::allow(context, &known.address, None).await?;
        }
        Some(of) => {
            if let Ok(tenant) = of.parse::<TenantId>() {
                mail_block::allow(context, &known.address, Some(tenant)).await?;
            }
        }
    }
    Ok(see_other(&url_of(here, visit, known)))
}

/// The page's own address with where it stands.
fn url_of(here: &Here, visit: &Visit, known: &MailboxVisit) -> String {
    format!("/{}/blocks?t={}", visit.tenant.id, known.seal(&here.app, visit, CodePurpose::Blocks))
}

fn form(here: &Here, visit: &Visit, known: Option<&MailboxVisit>) -> Form {
    Form {
        action: format!("/{}/blocks", visit.tenant.id),
        ticket: known.map(|known| known.seal(&here.app, visit, CodePurpose::Blocks)).unwrap_or_default(),
        csrf: here.form_token(visit, None),
    }
}

fn address_page(here: &Here, visit: &Visit, typed: &str, error: Option<FieldError>) -> Answer {
    let chrome = here.chrome(Some(&visit.tenant));
    let error = error.map(|error| error.say(&chrome.language));
    render::page(&BlocksAddress { form: form(here, visit, None), address: typed.to_owned(), error, chrome })
}

fn code_page(here: &Here, visit: &Visit, known: &MailboxVisit, resent: bool, error: Option<FieldError>) -> Answer {
    let chrome = here.chrome(Some(&visit.tenant));
    render::page(&BlocksCode {
        form: form(here, visit, Some(known)),
        address: known.address.to_string(),
        digits: DIGITS,
        change_url: format!("/{}/blocks", visit.tenant.id),
        resent,
        error: error.map(|error| error.say(&chrome.language)),
        chrome,
    })
}

async fn show_list(here: &Here, visit: &Visit, known: &MailboxVisit) -> Answer {
    let context = guests::context(&here.app, &visit.snapshot, &visit.tenant);
    let blocked = match mail_block::blocks(context, &known.address).await {
        Ok(blocked) => blocked,
        Err(error) => return here.broken(Some(&visit.tenant), &error),
    };
    let everybody = blocked.iter().any(|block| block.tenant.is_none());
    let rows = blocked.into_iter().map(|block| BlockedRow {
        of: block.tenant.map_or_else(|| "everybody".to_owned(), |tenant| tenant.to_string()),
        name: block.tenant.map(|tenant| block.name.unwrap_or_else(|| tenant.to_string())),
        since: block.since.to_string().chars().take(10).collect(),
    });
    render::page(&BlocksList {
        chrome: here.chrome(Some(&visit.tenant)),
        form: form(here, visit, Some(known)),
        address: known.address.to_string(),
        blocked: rows.collect(),
        everybody,
    })
}
