//! Why there is no token, in the words of the specifications.

use crate::keys::KeysError;
use crate::short_term::ShortTermError;
use crate::storage::StoreError;

/// A refusal as the client reads it (RFC 6749 §5.2): the code for programs, the description for whoever writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `invalid_grant`, `invalid_client`, …
    pub code: &'static str,
    /// What to mend.
    pub description: &'static str,
}

impl Refusal {
    /// A refusal.
    pub const fn new(code: &'static str, description: &'static str) -> Self {
        Self { code, description }
    }

    /// The client did not prove who it is, or there is no such client here.
    pub const CLIENT: Self = Self::new("invalid_client", "The client is not known here or did not prove who it is.");
    /// The code, refresh token or device code is worth nothing: unknown, used, expired, somebody else's, or its guest may
    /// not get in any more. Which of these is nobody's business.
    pub const GRANT: Self = Self::new("invalid_grant", "This grant is worth nothing here, or not any more.");
}

/// Why there is no answer with tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Refused.
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
    /// Too many failures from this network; come back later.
    #[error("too many attempts")]
    Limited,
    /// The directory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The short-term store failed.
    #[error(transparent)]
    ShortTerm(#[from] ShortTermError),
    /// A key could not be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

impl From<Refusal> for TokenError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
