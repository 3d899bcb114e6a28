//! How a federated sign-in fails: few kinds, each with a page of its own.

use super::id_token::Refusal;
use crate::outbound::FetchError;

/// Why a federated sign-in did not come to an end. The reasons are for operators: guests never read them, and no
/// personal data is in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FederationError {
    /// The provider did not answer. Trying again later may help.
    #[error("the identity provider could not be reached: {0}")]
    Down(String),
    /// The provider answered something that must not be believed.
    #[error("the identity provider's answer was refused: {0}")]
    Lied(String),
    /// The provider answered what must not be believed at this time, and would be at another.
    #[error("{}", clocks(*.ahead, .reason))]
    ClocksDiffer {
        /// By how many seconds its clock is ahead of ours; below zero: behind.
        ahead: i64,
        /// What was refused.
        reason: &'static str,
    },
    /// The guest, or the provider, said no.
    #[error("the sign-in was declined at the identity provider")]
    Declined,
    /// Too late, or a second time: start again.
    #[error("the sign-in took too long, was used already, or its connection changed")]
    Expired,
    /// The connection is set up in a way that cannot work.
    #[error("the connection is set up wrongly: {0}")]
    Misconfigured(String),
}

impl FederationError {
    pub(super) fn lied(reason: impl Into<String>) -> Self {
        Self::Lied(reason.into())
    }
}

fn clocks(ahead: i64, reason: &str) -> String {
    let (seconds, side) = (ahead.unsigned_abs(), if ahead < 0 { "behind" } else { "ahead of" });
    format!(
        "the clock of the identity provider is {seconds} s {side} the clock of this machine: {reason}; set the one that is \
         wrong, by a time service (NTP)"
    )
}

impl From<Refusal> for FederationError {
    fn from(refusal: Refusal) -> Self {
        match refusal.clock_ahead {
            Some(ahead) => Self::ClocksDiffer { ahead, reason: refusal.reason },
            None => Self::lied(refusal.reason),
        }
    }
}

impl From<FetchError> for FederationError {
    fn from(error: FetchError) -> Self {
        if error.is_refusal() { Self::Lied(error.to_string()) } else { Self::Down(error.to_string()) }
    }
}
