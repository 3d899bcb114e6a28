//! Mail: texts, the outbox that survives a crash, and the ways out, SMTP or a folder.

mod bounce;
pub mod browser;
pub mod folder;
mod message;
pub mod notice;
pub mod outbox;
#[cfg(test)]
mod outbox_tests;
pub mod smtp;
#[cfg(test)]
mod smtp_tests;
pub mod texts;
#[cfg(test)]
mod texts_tests;

use async_trait::async_trait;

use crate::model::{MailId, OutgoingMail};

/// Why a mail did not leave. The reason names codes and stages, never addresses or what a server wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct MailError {
    /// Trying again is pointless.
    pub permanent: bool,
    /// The relay itself cannot be used at the moment, so other mails need not be tried now.
    pub unreachable: bool,
    /// It was refused for good because of its recipient or content: the mail has bounced.
    pub refused: bool,
    /// For the log and the outbox.
    pub reason: String,
}

impl MailError {
    fn permanent(reason: impl Into<String>) -> Self {
        Self { permanent: true, unreachable: false, refused: false, reason: reason.into() }
    }

    fn refused(reason: impl Into<String>) -> Self {
        Self { permanent: true, unreachable: false, refused: true, reason: reason.into() }
    }

    fn temporary(reason: impl Into<String>) -> Self {
        Self { permanent: false, unreachable: false, refused: false, reason: reason.into() }
    }

    fn unreachable(reason: impl Into<String>) -> Self {
        Self { permanent: false, unreachable: true, refused: false, reason: reason.into() }
    }
}

/// A way out for mail.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Hands `mail` over. `Ok` means that somebody else is now responsible for it. The same `id` always gives the same
    /// Message-ID, so that a mail sent twice around a crash is recognizable.
    async fn send(&self, mail: &OutgoingMail, id: MailId) -> Result<(), MailError>;
}
