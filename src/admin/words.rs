//! The verbs' findings in words of the reader's language.

use super::views::Fact;
use crate::guests::predict::{PredictedRoute, Prediction};
use crate::guests::search::Attention;
use crate::guests::show::GuestSummary;
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

/// `externalUserState` as it is called everywhere, and the class of its badge.
pub fn state(language: &Language, guest: &GuestSummary) -> (String, &'static str) {
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
