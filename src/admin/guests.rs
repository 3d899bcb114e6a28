//! The page *Guests*: the list with its search, and one guest.

use axum::extract::Path;

use super::actions;
use super::desk::Desk;
use super::here::Here;
use super::views::{Choice, Fact, FactGroup, Guest, GuestRow, Guests, Nav, Section};
use super::words::{self, fact, moment};
use crate::guests::GuestsError;
use crate::guests::history::{HistoryLine, history};
use crate::guests::search::{Attention, FoundGuest, GuestSearch, GuestSource, GuestState, LONGEST_SEARCH, search};
use crate::guests::show::{AgreementAnswer, GuestDetails, GuestSummary, show_by_id, show_deleted};
use crate::i18n::Language;
use crate::model::UserId;
use crate::web::answer::Answer;
use crate::web::notice::Notice;
use crate::web::render;

/// The states by their names in the address, with their words.
const STATES: [(&str, &str, Option<GuestState>); 5] = [
    ("", "guests-state-all", None),
    ("pending", "guests-state-pending", Some(GuestState::Pending)),
    ("accepted", "guests-state-accepted", Some(GuestState::Accepted)),
    ("blocked", "guests-state-blocked", Some(GuestState::Blocked)),
    ("deleted", "guests-state-deleted", Some(GuestState::Deleted)),
];

/// The sources that this tenant can have, by their names in the address, with their words.
fn sources(desk: &Desk, language: &Language) -> Vec<(String, String, Option<GuestSource>)> {
    let mut found = vec![
        (String::new(), language.say("guests-source-all"), None),
        ("invited".to_owned(), language.say("guests-source-invited"), Some(GuestSource::Invited)),
        ("passcode".to_owned(), language.say("guests-source-passcode"), Some(GuestSource::OneTimePasscode)),
        ("personal-account".to_owned(), language.say("guests-source-account"), Some(GuestSource::PersonalAccount)),
    ];
    found.extend(desk.tenant.connections.iter().map(|connection| {
        let name = connection.name.clone();
        (format!("connection:{name}"), connection.display_name.clone(), Some(GuestSource::Connection(name)))
    }));
    // Which other organizations there are is not for this one to know (attack row C2).
    found.push(("organization".to_owned(), language.say("guests-source-organization"), Some(GuestSource::Tenant)));
    found
}

/// `GET /{tenant}/guests?q=&state=&source=&after=`.
pub async fn list(here: Here, Path(tenant): Path<String>) -> Answer {
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    let text: String = desk.here.query("q").unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect();
    let named = desk.here.query("state").unwrap_or_default();
    let known = STATES.into_iter().find(|(name, ..)| *name == named);
    let (state_name, state) = known.map_or(("", None), |(name, _, state)| (name, state));
    let chrome = desk.chrome();
    let sources = sources(&desk, &chrome.language);
    let named = desk.here.query("source").unwrap_or_default();
    let known = sources.iter().find(|(name, ..)| *name == named);
    let (source_name, source) = known.map_or((String::new(), None), |(name, _, source)| (name.clone(), source.clone()));
    let after = desk.here.query("after").and_then(|after| after.parse::<UserId>().ok());
    let wanted = GuestSearch { text: text.clone(), state, source, after };
    let found = match search(desk.guests(), &wanted).await {
        Ok(found) => found,
        Err(error) => return desk.broken(&error),
    };
    let next_url = found.next.map(|next| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let next = next.to_string();
        let fields =
            [("q", text.as_str()), ("state", state_name), ("source", source_name.as_str()), ("after", next.as_str())];
        for (name, value) in fields {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("{}?{}", desk.path("guests"), query.finish())
    });
    render::page(&Guests {
        nav: nav(&desk),
        states: STATES
            .iter()
            .map(|(value, label, _)| Choice {
                value: (*value).to_owned(),
                label: chrome.say(label),
                chosen: *value == state_name,
            })
            .collect(),
        sources: sources
            .into_iter()
            .map(|(value, label, _)| Choice { chosen: value == source_name, value, label })
            .collect(),
        total: u32::try_from(found.total).unwrap_or(u32::MAX),
        guests: found.guests.iter().map(|guest| row(&desk, &chrome.language, guest)).collect(),
        search: text,
        next_url,
        later: after.is_some(),
        done: desk.here.query("done").and_then(|done| actions::done(&chrome.language, &done)),
        chrome,
    })
}

/// `GET /{tenant}/guests/{id}`.
pub async fn show(here: Here, Path((tenant, guest)): Path<(String, String)>) -> Answer {
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    let Ok(id) = guest.parse::<UserId>() else { return desk.notice(Notice::NotFound) };
    let details = match shown(&desk, id).await {
        Ok(Some(details)) => details,
        // Another tenant's guest is answered like one that does not exist (attack row C2).
        Ok(None) => return desk.notice(Notice::NotFound),
        Err(error) => return desk.broken(&error),
    };
    let history = match history(desk.guests(), id).await {
        Ok(history) => history,
        Err(error) => return desk.broken(&error),
    };
    let chrome = desk.chrome();
    let (state, mood) = words::state(&chrome.language, &details.summary);
    render::page(&Guest {
        nav: nav(&desk),
        name: details.summary.display_name.clone(),
        address: address(&details.summary),
        state,
        mood,
        done: desk.here.query("done").and_then(|done| actions::done(&chrome.language, &done)),
        warnings: warnings(&chrome.language, &details.summary),
        groups: groups(&chrome.language, &details, &history),
        actions: actions::links(&desk, &chrome.language, &details),
        csrf: desk.token(),
        explain_url: explain_url(&desk, &address(&details.summary)),
        chrome,
    })
}

/// The guest, also one who is in the bin.
pub(super) async fn shown(desk: &Desk, id: UserId) -> Result<Option<GuestDetails>, GuestsError> {
    match show_by_id(desk.guests(), id).await? {
        Some(details) => Ok(Some(details)),
        None => show_deleted(desk.guests(), id).await,
    }
}

fn explain_url(desk: &Desk, address: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("address", address)
        .append_pair("url", &desk.here.app.urls.panel(desk.tenant.id))
        .finish();
    format!("{}?{query}", desk.path("explain"))
}

pub(super) fn nav(desk: &Desk) -> Nav {
    Nav { base: format!("/{}", desk.tenant.id), section: Section::Guests }
}

pub(super) fn address(guest: &GuestSummary) -> String {
    guest.invited_address.as_ref().or(guest.mail.as_ref()).map(ToString::to_string).unwrap_or_default()
}

fn row(desk: &Desk, language: &Language, guest: &FoundGuest) -> GuestRow {
    let summary = &guest.summary;
    let (state, mood) = words::state(language, summary);
    let since = summary.external_user_state_change_date_time.as_deref().map(|at| ("fact-since", moment(at)));
    let facts = [
        since,
        Some(("fact-accepted", words::yes_or_no(language, summary.invitation_accepted))),
        Some(("fact-source", summary.source.clone())),
        guest.predicted.as_ref().map(|prediction| ("fact-route", words::route(language, prediction))),
        guest.link_ends.as_deref().map(|at| ("fact-link-ends", moment(at))),
        guest.access_ends.as_deref().map(|at| ("fact-access-ends", moment(at))),
    ];
    GuestRow {
        url: desk.path(&format!("guests/{}", summary.id)),
        name: summary.display_name.clone(),
        address: address(summary),
        state,
        mood,
        facts: facts.into_iter().flatten().map(|(label, value)| fact(language, label, value)).collect(),
        warnings: guest
            .attention
            .iter()
            .map(|attention| match (attention, &summary.in_the_way) {
                (Attention::NoMail, Some(obstacle)) => words::in_the_way(language, obstacle),
                (attention, _) => words::attention(language, *attention),
            })
            .collect(),
    }
}

/// What somebody should look at before anything else.
fn warnings(language: &Language, guest: &GuestSummary) -> Vec<String> {
    let deleted =
        guest.deleted_date_time.as_deref().map(|at| language.say_with("guest-deleted", &[("at", &moment(at))]));
    let held = guest.in_the_way.as_ref().map(|obstacle| words::in_the_way(language, obstacle));
    let mail = guest.mail_error.as_ref().map(|error| language.say_with("guest-mail-error", &[("error", error)]));
    deleted.into_iter().chain(held).chain(mail).collect()
}

/// Everything that `guest show` prints.
fn groups(language: &Language, guest: &GuestDetails, history: &[HistoryLine]) -> Vec<FactGroup> {
    let summary = &guest.summary;
    let say = |label: &str, value: Option<String>| value.map(|value| fact(language, label, value));
    let others: Vec<&str> = guest.other_mails.iter().map(|mail| mail.as_str()).collect();
    let object = [
        say("fact-since", summary.external_user_state_change_date_time.as_deref().map(moment)),
        say("fact-accepted", Some(words::yes_or_no(language, summary.invitation_accepted))),
        say("fact-source", Some(summary.source.clone())),
        say("fact-mail", Some(summary.mail.as_ref().map_or_else(|| language.say("none"), ToString::to_string))),
        say("fact-other-mails", Some(others.join(", ")).filter(|text| !text.is_empty())),
        say("fact-principal-name", Some(summary.user_principal_name.clone())),
        say("fact-object-id", Some(summary.id.to_string())),
        say("fact-sponsors", Some(guest.sponsors.join(", ")).filter(|text| !text.is_empty())),
        guest.guest_inviter.then(|| fact(language, "fact-guest-inviter", language.say("yes"))),
        say("fact-access-ends", guest.access_ends.as_deref().map(moment)),
        say("fact-made", Some(moment(&guest.created_date_time))),
        say(
            "fact-last-sign-in",
            Some(guest.last_sign_in_date_time.as_deref().map_or_else(|| language.say("never"), moment)),
        ),
    ];
    let invitation = [
        say("fact-invited-by", guest.invited_by.clone()),
        say("fact-invitation", summary.invitation_state.map(str::to_owned)),
        say(
            "fact-invitation-mail",
            guest.mail.as_ref().map(|(state, at)| words::mail(language, *state, at.as_deref())),
        ),
        say("fact-link-ends", guest.invitation_expires.as_deref().map(moment)),
        say("fact-redeem-url", guest.redeem_url.clone()),
        say("fact-route", summary.predicted.as_ref().map(|prediction| words::route(language, prediction))),
        summary
            .predicted
            .as_ref()
            .filter(|prediction| prediction.only_by_invitation_link)
            .map(|_| fact(language, "fact-way-in", language.say("only-by-invitation-link"))),
    ];
    let answers = guest.reviewed.iter().chain(&guest.agreements).map(|answer| Fact {
        label: answer.agreement.clone(),
        value: answer_in_words(language, answer),
        url: None,
    });
    let apps = guest.apps.iter().map(|app| Fact { label: app.name.clone(), value: app.direct_link.clone(), url: None });
    let names = |label: &str, names: &[String]| (!names.is_empty()).then(|| fact(language, label, names.join(", ")));
    let apps = apps.chain(names("fact-roles", &guest.app_roles)).chain(names("fact-groups", &guest.groups));
    let group = |heading: &str, facts: Vec<Fact>| FactGroup { heading: language.say(heading), facts };
    [
        group("group-guest", object.into_iter().flatten().collect()),
        group("group-invitation", invitation.into_iter().flatten().collect()),
        group("group-apps", apps.collect()),
        group("group-consent", answers.collect()),
        group("group-history", history.iter().map(|line| step(language, line)).collect()),
    ]
    .into_iter()
    .filter(|group| !group.facts.is_empty())
    .collect()
}

fn step(language: &Language, line: &HistoryLine) -> Fact {
    Fact { label: moment(&line.at), value: words::history(language, line), url: None }
}

fn answer_in_words(language: &Language, answer: &AgreementAnswer) -> String {
    let key = match (answer.state, answer.before_reset) {
        ("declined", false) => "answer-declined",
        ("declined", true) => "answer-declined-before-reset",
        (_, false) => "answer-accepted",
        (_, true) => "answer-accepted-before-reset",
    };
    language.say_with(key, &[("at", &moment(&answer.at))])
}
