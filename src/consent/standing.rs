//! What an answer is worth today, and why.

use serde::Serialize;

use crate::model::{Acceptance, AcceptanceState, Review, Tenant, Timestamp};

/// What an answer is worth. An answer itself never changes; this does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// It was *Accept*, and nobody has to be asked again.
    Counts,
    /// It was *Decline*.
    Declined,
    /// The redemption was reset since: whoever redeems now answers for themselves.
    BeforeReset,
    /// Something newer replaced it, or its time is over.
    Over,
    /// The document is asked for no longer.
    Withdrawn,
    /// The guest left, or was deleted or erased.
    GuestGone,
}

impl Standing {
    /// Of an answer to terms of use by a guest who is there.
    pub fn of(tenant: &Tenant, acceptance: &Acceptance, reset: Option<Timestamp>, now: Timestamp) -> Self {
        let agreement = tenant.agreements.iter().find(|agreement| agreement.id == acceptance.agreement);
        match (acceptance.state, agreement) {
            _ if !acceptance.is_since(reset) => Self::BeforeReset,
            (AcceptanceState::Declined, _) => Self::Declined,
            (AcceptanceState::Accepted, None) => Self::Withdrawn,
            (AcceptanceState::Accepted, Some(agreement)) if agreement.is_satisfied_by(acceptance, now) => Self::Counts,
            (AcceptanceState::Accepted, Some(_)) => Self::Over,
        }
    }

    /// Of an answer to *Review permissions*; `newest` says whether there is none after it.
    pub fn of_review(review: &Review, newest: bool, reset: Option<Timestamp>) -> Self {
        match review.state {
            _ if !review.is_since(reset) => Self::BeforeReset,
            AcceptanceState::Declined => Self::Declined,
            AcceptanceState::Accepted if newest => Self::Counts,
            AcceptanceState::Accepted => Self::Over,
        }
    }

    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Declined => "declined",
            Self::BeforeReset => "beforeReset",
            Self::Over => "over",
            Self::Withdrawn => "withdrawn",
            Self::GuestGone => "guestGone",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Document;
    use crate::proxy::samples::{NOW, agreement, tenant};

    #[test]
    fn an_answer_is_worth_something_by_what_happened_since() {
        let mut contoso = tenant(1, &["contoso.example"], &[]);
        contoso.agreements = vec![agreement(1, "x")];
        let file = &mut contoso.agreements[0].files[0];
        file.document = Document::Html(String::new());
        let given = |version: &str, state| Acceptance {
            agreement: contoso.agreements[0].id,
            user: crate::proxy::samples::record(1).user,
            version: version.to_owned(),
            language: contoso.agreements[0].files[0].language.clone(),
            state,
            recorded_at: NOW,
            circumstances: None,
        };
        let current = contoso.agreements[0].files[0].version.clone();
        let later = NOW.plus(std::time::Duration::from_secs(60));
        let of = |answer: &Acceptance, reset| Standing::of(&contoso, answer, reset, later);
        let accepted = given(&current, AcceptanceState::Accepted);
        assert_eq!(of(&accepted, None), Standing::Counts);
        assert_eq!(of(&accepted, Some(Timestamp::from_micros(NOW.micros() - 1))), Standing::Counts, "reset before it");
        assert_eq!(of(&accepted, Some(NOW)), Standing::BeforeReset, "at the same instant, the reset is the later one");
        assert_eq!(of(&given(&current, AcceptanceState::Declined), None), Standing::Declined);
        assert_eq!(of(&given("older", AcceptanceState::Accepted), None), Standing::Over);
        let mut other = accepted;
        other.agreement = agreement(2, "x").id;
        assert_eq!(of(&other, None), Standing::Withdrawn);
    }
}
