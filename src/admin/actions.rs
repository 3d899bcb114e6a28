//! What an administrator does with a guest: each a POST, with a page before it that says what it ends.

use axum::body::Body;
use axum::extract::Path;

use super::desk::Desk;
use super::guests::{address, nav, shown};
use super::here::Here;
use super::views::{ActionField, ActionLink, GuestAction};
use super::words;
use crate::guests::block::{block, unblock};
use crate::guests::delete::{delete, restore};
use crate::guests::end_access::end_access;
use crate::guests::invite::Inviter;
use crate::guests::life::By;
use crate::guests::reset::{Reset, Says, reset};
use crate::guests::reset_second_factor::{ResetError, Resetter, reset_second_factor};
use crate::guests::revoke::revoke_and_end_sessions;
use crate::guests::send_again::send_again;
use crate::guests::show::GuestDetails;
use crate::i18n::Language;
use crate::model::{EmailAddress, Timestamp, UserId};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::interstitial::see_other;
use crate::web::notice::Notice;
use crate::web::render;

/// Something that can be done with a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Resend,
    Revoke,
    Reset,
    Block,
    Unblock,
    Expire,
    Delete,
    Restore,
    ResetFactor,
}

/// Texts of an action: label, what it does, what was done.
struct Texts {
    label: &'static str,
    lead: &'static str,
    done: &'static str,
}

impl Action {
    const ALL: [Self; 9] = [
        Self::Resend,
        Self::Restore,
        Self::Revoke,
        Self::Reset,
        Self::ResetFactor,
        Self::Block,
        Self::Unblock,
        Self::Expire,
        Self::Delete,
    ];

    /// Its name in addresses.
    fn name(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Revoke => "revoke",
            Self::Reset => "reset",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Expire => "expire",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::ResetFactor => "reset-factor",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    fn texts(self) -> Texts {
        let (label, lead, done) = match self {
            Self::Resend => ("action-resend", "action-resend-lead", "done-resend"),
            Self::Revoke => ("action-revoke", "action-revoke-lead", "done-revoke"),
            Self::Reset => ("action-reset", "action-reset-lead", "done-reset"),
            Self::Block => ("action-block", "action-block-lead", "done-block"),
            Self::Unblock => ("action-unblock", "action-unblock-lead", "done-unblock"),
            Self::Expire => ("action-expire", "action-expire-lead", "done-expire"),
            Self::Delete => ("action-delete", "action-delete-lead", "done-delete"),
            Self::Restore => ("action-restore", "action-restore-lead", "done-restore"),
            Self::ResetFactor => ("action-reset-factor", "action-reset-factor-lead", "done-reset-factor"),
        };
        Texts { label, lead, done }
    }

    /// Whether it makes sense for this guest.
    fn fits(self, guest: &GuestDetails) -> bool {
        let summary = &guest.summary;
        let open = !summary.invitation_accepted && summary.invitation_state.is_some();
        let revoked = summary.invitation_state == Some("revoked");
        // Whoever is in the bin can be taken out of it, and nothing else.
        if summary.deleted_date_time.is_some() {
            return self == Self::Restore;
        }
        match self {
            Self::Resend => open && !revoked && summary.account_enabled,
            Self::Revoke => open && !revoked,
            Self::Restore => false,
            Self::Reset | Self::ResetFactor => summary.invitation_accepted && summary.account_enabled,
            Self::Block => summary.account_enabled,
            Self::Unblock => !summary.account_enabled && !revoked,
            Self::Expire | Self::Delete => true,
        }
    }

    /// What else the form asks for.
    fn field(self) -> ActionField {
        match self {
            Self::Reset => ActionField::Address,
            Self::Expire => ActionField::End,
            _ => ActionField::None,
        }
    }

    fn ends_access(self) -> bool {
        matches!(self, Self::Revoke | Self::Reset | Self::ResetFactor | Self::Block | Self::Delete)
    }
}

/// The actions that this guest's page offers.
pub fn links(desk: &Desk, language: &Language, guest: &GuestDetails) -> Vec<ActionLink> {
    Action::ALL
        .into_iter()
        .filter(|action| action.fits(guest))
        .map(|action| ActionLink {
            label: language.say(action.texts().label),
            url: desk.path(&format!("guests/{}/{}", guest.summary.id, action.name())),
            at_once: matches!(action, Action::Resend | Action::Unblock | Action::Restore),
        })
        .collect()
}

/// What `done` in an address stands for, in words.
pub fn done(language: &Language, done: &str) -> Option<String> {
    match done {
        "invited" => Some(language.say("done-invited")),
        "invited-without-mail" => Some(language.say("done-invited-without-mail")),
        "assigned" => Some(language.say("done-assigned")),
        name => Action::named(name).map(|action| language.say(action.texts().done)),
    }
}

/// `GET /{tenant}/guests/{id}/{action}`: what it does, and the button.
pub async fn ask(here: Here, Path((tenant, guest, action)): Path<(String, String, String)>) -> Answer {
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    match found(&desk, &guest, &action).await {
        Ok((guest, action)) => page(&desk, &guest, action, None, ""),
        Err(answer) => *answer,
    }
}

/// `POST /{tenant}/guests/{id}/{action}`.
pub async fn perform(here: Here, Path((tenant, guest, action)): Path<(String, String, String)>, body: Body) -> Answer {
    let (desk, fields) = match Desk::enter_with_form(here, &tenant, body).await {
        Ok(entered) => entered,
        Err(answer) => return *answer,
    };
    let (guest, action) = match found(&desk, &guest, &action).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    match carry_out(&desk, &guest, action, &fields).await {
        Ok(()) if action == Action::Delete => see_other(&desk.path("guests?done=delete")),
        Ok(()) => {
            desk.here.app.mail_queued.notify_one();
            see_other(&desk.path(&format!("guests/{}?done={}", guest.summary.id, action.name())))
        }
        Err(refusal) => {
            tracing::info!(request.id = %desk.here.client.request_id, reason = %refusal.log, "an action was refused");
            page(&desk, &guest, action, Some(refusal.words), fields.trimmed("value"))
        }
    }
}

async fn found(desk: &Desk, guest: &str, action: &str) -> Result<(GuestDetails, Action), Box<Answer>> {
    let (Ok(id), Some(action)) = (guest.parse::<UserId>(), Action::named(action)) else {
        return Err(Box::new(desk.notice(Notice::NotFound)));
    };
    match shown(desk, id).await {
        Ok(Some(details)) => Ok((details, action)),
        Ok(None) => Err(Box::new(desk.notice(Notice::NotFound))),
        Err(error) => Err(Box::new(desk.broken(&error))),
    }
}

/// Why nothing was done: for the reader, and for the log.
struct Refusal {
    words: String,
    log: String,
}

async fn carry_out(desk: &Desk, guest: &GuestDetails, action: Action, fields: &Form) -> Result<(), Refusal> {
    let (app, tenant, id) = (&desk.here.app, &desk.tenant, guest.summary.id);
    let language = desk.chrome().language;
    let admin = desk.admin.user();
    let (by, inviter) = (By::User(admin.id), Inviter::User(Box::new(admin.clone())));
    let managed = |error: crate::guests::manage::ManageError| Refusal {
        words: words::manage_error(&language, &error),
        log: error.to_string(),
    };
    let lived = |error: crate::guests::life::LifeError| Refusal {
        words: words::life_error(&language, &error),
        log: error.to_string(),
    };
    let mistyped = |key: &str| Refusal { words: language.say(key), log: key.to_owned() };
    match action {
        Action::Resend => send_again(desk.guests(), &inviter, id).await.map(drop).map_err(managed),
        Action::Revoke => revoke_and_end_sessions(app, desk.guests(), &inviter, id).await.map(drop).map_err(managed),
        Action::Reset => {
            let typed = fields.trimmed("value");
            let address = match typed {
                "" => None,
                typed => Some(typed.parse::<EmailAddress>().map_err(|_| mistyped("error-address-shape"))?),
            };
            let wish = Reset { user: id, address, send_mail: fields.has("mail"), says: Says::default() };
            reset(app, &desk.snapshot, tenant, by, wish).await.map(drop).map_err(lived)
        }
        Action::Block => block(app, tenant, by, id).await.map(drop).map_err(lived),
        Action::Unblock => unblock(app, tenant, by, id).await.map(drop).map_err(lived),
        Action::Delete => delete(app, tenant, by, id).await.map_err(lived),
        Action::Restore => restore(app, tenant, by, id).await.map(drop).map_err(lived),
        Action::ResetFactor => {
            let Some(address) = &guest.summary.invited_address else { return Err(mistyped("refused-no-guest")) };
            let done = reset_second_factor(app, desk.guests(), Resetter::User(admin.id), address).await;
            done.map(drop).map_err(|error| Refusal {
                words: language.say(match error {
                    ResetError::NoGuest(_) => "refused-no-guest",
                    ResetError::NotAllowed => "refused-not-allowed",
                    ResetError::Failed(_) => "refused-broken",
                }),
                log: error.to_string(),
            })
        }
        Action::Expire => {
            let end = match fields.trimmed("value") {
                "" => None,
                typed => Some(end_of_day(typed).ok_or_else(|| mistyped("action-expire-wrong"))?),
            };
            end_access(app, tenant, by, id, end).await.map(drop).map_err(lived)
        }
    }
}

/// The last second of a day written `2027-01-31`, UTC.
fn end_of_day(typed: &str) -> Option<Timestamp> {
    let day: jiff::civil::Date = typed.parse().ok()?;
    let next = day.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_seconds(next.timestamp().as_second() - 1))
}

fn page(desk: &Desk, guest: &GuestDetails, action: Action, error: Option<String>, typed: &str) -> Answer {
    let chrome = desk.chrome();
    let texts = action.texts();
    render::page(&GuestAction {
        nav: nav(desk),
        name: guest.summary.display_name.clone(),
        address: address(&guest.summary),
        heading: chrome.say(texts.label),
        lead: chrome.say(texts.lead),
        action: desk.path(&format!("guests/{}/{}", guest.summary.id, action.name())),
        csrf: desk.token(),
        field: action.field(),
        typed: typed.to_owned(),
        caution: action.ends_access(),
        error,
        back_url: desk.path(&format!("guests/{}", guest.summary.id)),
        chrome,
    })
}
