//! The verbs' findings in words of the reader's language.

use super::views::Fact;
use crate::guests::history::HistoryLine;
use crate::guests::invite::{InviteError, InviteRefusal, InviteWarning};
use crate::guests::life::LifeError;
use crate::guests::manage::ManageError;
use crate::guests::obstacle::Obstacle;
use crate::guests::predict::{PredictedRoute, Prediction};
use crate::guests::preview::Outcome;
use crate::guests::row_fault::RowFault;
use crate::guests::search::Attention;
use crate::guests::show::{GuestSummary, MailState};
use crate::i18n::Language;

/// How a guest will sign in, as a sentence.
pub fn route(language: &Language, prediction: &Prediction) -> String {
    match &prediction.route {
        PredictedRoute::Tenant { name } | PredictedRoute::Connection { name } => {
            language.say_with("route-at", &[("name", name)])
        }
        PredictedRoute::Passcode => language.say("route-passcode"),
        PredictedRoute::PersonalAccount => language.say("route-personal-account"),
        PredictedRoute::Social { names } => language.say_with("route-social", &[("names", &names.join(", "))]),
        PredictedRoute::Nowhere => language.say("route-nowhere"),
    }
}

/// What somebody should look at, and what to do about it.
pub fn attention(language: &Language, attention: Attention) -> String {
    language.say(match attention {
        Attention::NoMail => "attention-no-mail",
        Attention::Bounced => "attention-bounced",
        Attention::Declined => "attention-declined",
        Attention::LinkEnded => "attention-link-ended",
        Attention::Revoked => "attention-revoked",
        Attention::NoWayIn => "attention-no-way-in",
        Attention::DomainBlocked => "attention-domain-blocked",
        Attention::AccessEnded => "attention-access-ended",
    })
}

/// Which object holds a guest's address, and what to do about it.
pub fn in_the_way(language: &Language, obstacle: &Obstacle) -> String {
    let key = match obstacle.kind {
        "contact" => "in-the-way-contact",
        "member" => "in-the-way-member",
        _ => "in-the-way-guest",
    };
    language.say_with(key, &[("name", &obstacle.name), ("id", &obstacle.id)])
}

/// Where an invitation mail stands, and since when or until when.
pub fn mail(language: &Language, state: MailState, at: Option<&str>) -> String {
    let key = match state {
        MailState::Waiting => "mail-waiting",
        MailState::Sent => "mail-sent",
        MailState::Bounced => "mail-bounced",
        MailState::GivenUp => return language.say("mail-given-up"),
    };
    language.say_with(key, &[("at", &at.map(moment).unwrap_or_default())])
}

/// `externalUserState` as it is called everywhere, and the class of its badge.
pub fn state(language: &Language, guest: &GuestSummary) -> (String, &'static str) {
    if guest.deleted_date_time.is_some() {
        return (language.say("state-deleted"), "shut");
    }
    match (guest.account_enabled, guest.external_user_state) {
        (false, state) => (language.say_with("state-blocked", &[("state", state.unwrap_or_default())]), "shut"),
        (true, Some(state)) => (state.to_owned(), if guest.invitation_accepted { "good" } else { "open" }),
        (true, None) => (String::new(), "open"),
    }
}

/// A moment as people read it: `2026-11-28 05:01 UTC`, the same in every language.
pub fn moment(rfc3339: &str) -> String {
    match (rfc3339.get(..10), rfc3339.get(10..11), rfc3339.get(11..16)) {
        (Some(day), Some("T"), Some(time)) => format!("{day} {time} UTC"),
        _ => rfc3339.to_owned(),
    }
}

/// A fact under its name.
pub fn fact(language: &Language, label: &str, value: impl Into<String>) -> Fact {
    Fact { label: language.say(label), value: value.into(), url: None }
}

/// Yes or no.
pub fn yes_or_no(language: &Language, yes: bool) -> String {
    language.say(if yes { "yes" } else { "no" })
}

/// What an inviter should know.
pub fn invite_warning(language: &Language, warning: InviteWarning) -> String {
    language.say(match warning {
        InviteWarning::AddressTaken => "attention-no-mail",
        InviteWarning::OnlyByInvitationLink => "warning-only-by-link",
        InviteWarning::MailLimit => "warning-mail-limit",
        InviteWarning::MailBlocked => "warning-mail-blocked",
        InviteWarning::AlreadyAccepted => "outcome-accepted",
        InviteWarning::NoWayIn => "attention-no-way-in",
        InviteWarning::DomainBlocked => "attention-domain-blocked",
        InviteWarning::ProviderUnreachable => "warning-provider",
        InviteWarning::NoCopy => "warning-no-copy",
    })
}

/// What an invitation would do.
pub fn outcome(language: &Language, outcome: Outcome) -> String {
    language.say(match outcome {
        Outcome::New => "outcome-new",
        Outcome::Renewed => "outcome-renewed",
        Outcome::AlreadyAccepted => "outcome-accepted",
    })
}

/// Why nobody was invited.
pub fn invite_error(language: &Language, error: &InviteError) -> String {
    refusal(language, InviteRefusal::of(error))
}

fn refusal(language: &Language, reason: InviteRefusal) -> String {
    language.say(match reason {
        InviteRefusal::NotAllowed => "invite-refused-not-allowed",
        InviteRefusal::DomainBlocked => "refused-domain",
        InviteRefusal::Member => "invite-refused-member",
        InviteRefusal::Blocked => "invite-refused-blocked",
        InviteRefusal::Barred => "invite-refused-barred",
        InviteRefusal::Full => "invite-refused-full",
        InviteRefusal::Redirect => "invite-refused-redirect",
        InviteRefusal::Unknown => "invite-refused-unknown",
        InviteRefusal::UnknownSponsor => "invite-refused-sponsor",
        InviteRefusal::TooManySponsors => "invite-refused-sponsors",
        InviteRefusal::NotYours => "invite-refused-not-yours",
        InviteRefusal::NoColleague => "invite-refused-colleague",
        InviteRefusal::LinkLife => "invite-refused-life",
        InviteRefusal::Route => "invite-refused-route",
        InviteRefusal::Text => "invite-refused-text",
        InviteRefusal::TooMany => "invite-refused-too-many",
        InviteRefusal::Failed => "refused-broken",
    })
}

/// What is wrong with a row of a file.
pub fn row_fault(language: &Language, fault: &RowFault) -> String {
    let quoting = |key: &str, text: &str| language.say_with(key, &[("text", text)]);
    match fault {
        RowFault::NoAddress => language.say("row-no-address"),
        RowFault::Address(text) => quoting("row-address", text),
        RowFault::Twice(line) => language.say_with("row-twice", &[("line", &line.to_string())]),
        RowFault::YesOrNo(text) => quoting("row-yes-or-no", text),
        RowFault::Cc(text) => quoting("row-cc", text),
        RowFault::LinkLife(text) => quoting("row-link-life", text),
        RowFault::App(text) => quoting("row-app", text),
        RowFault::Group(text) => quoting("row-group", text),
        RowFault::Role(text) => quoting("row-role", text),
        RowFault::Sponsor(text) => quoting("row-sponsor", text),
        RowFault::Refused { reason, .. } => refusal(language, *reason),
    }
}

/// Why nothing was done to an invitation or to what a guest was given.
pub fn manage_error(language: &Language, error: &ManageError) -> String {
    language.say(match error {
        ManageError::NotAllowed => "refused-not-allowed",
        ManageError::NoGuest => "refused-no-guest",
        ManageError::NoInvitation => "refused-no-invitation",
        ManageError::Refused(_) => "refused-state",
        ManageError::Blocked => "refused-blocked",
        ManageError::DomainBlocked(_) => "refused-domain",
        ManageError::Unknown | ManageError::NotGiven => "refused-unknown",
        ManageError::TooMany { .. } => "refused-too-many",
        ManageError::MailBlocked => "refused-mail-blocked",
        ManageError::Failed(_) => "refused-broken",
    })
}

/// Why nothing was done to a guest.
pub fn life_error(language: &Language, error: &LifeError) -> String {
    language.say(match error {
        LifeError::NoSuchGuest | LifeError::NotDeleted | LifeError::Member => "refused-no-guest",
        LifeError::AddressTaken(_) => "refused-address-taken",
        LifeError::OwnDomain(_) => "refused-own-domain",
        LifeError::DomainBlocked(_) => "refused-domain",
        LifeError::IdentityTaken => "refused-identity-taken",
        LifeError::Ended => "refused-ended",
        LifeError::PastEnd => "refused-past-end",
        LifeError::NotBound
        | LifeError::Redirect(_)
        | LifeError::Text(_)
        | LifeError::NoSuchSponsor
        | LifeError::TooManySponsors
        | LifeError::HoldsRole
        | LifeError::Failed(_) => "refused-broken",
    })
}

/// One step of an invitation's history.
pub fn history(language: &Language, line: &HistoryLine) -> String {
    let by = match line.by.as_str() {
        "the guest" => language.say("history-by-guest"),
        "the operator or the system" => language.say("history-by-system"),
        name => name.to_owned(),
    };
    let key = match line.what {
        "renewed" => "history-renewed",
        "accepted" => "history-accepted",
        "declined" => "history-declined",
        "expired" => return language.say("history-expired"),
        "bounced" => return language.say("history-bounced"),
        "revoked" => "history-revoked",
        "reset" => "history-reset",
        _ => "history-invited",
    };
    language.say_with(key, &[("by", &by)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_short_and_says_its_zone() {
        assert_eq!(moment("2026-11-28T05:01:22.123456Z"), "2026-11-28 05:01 UTC");
        assert_eq!(moment("soon"), "soon");
        assert_eq!(moment("é"), "é");
    }
}
