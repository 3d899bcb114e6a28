//! Prove a mailbox outside a journey: for pages about the mailbox itself, which sign nobody in.

use serde::{Deserialize, Serialize};

use super::advance::{SigninError, Visit};
use super::email_code::{CodeCheck, CodeLetter, CodePurpose, CodeSent, check_code, send_code};
use super::mailbox::{context, slot};
use crate::app::App;
use crate::i18n::Language;
use crate::keys::{Purpose, sha256_hex};
use crate::model::{EmailAddress, Timestamp};

/// How long a proof holds.
const PROOF: std::time::Duration = std::time::Duration::from_secs(30 * 60);

/// What travels sealed in the address of the page: whose mailbox it is about, and whether that was proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxVisit {
    /// The mailbox.
    pub address: EmailAddress,
    /// Whether its owner sits before this browser.
    pub proved: bool,
    /// Hash of the browser's sign-in cookie: in another browser this is worth nothing.
    browser: String,
    until: Timestamp,
}

impl MailboxVisit {
    /// Begins with an address that somebody typed.
    pub fn to(app: &App, visit: &Visit, address: EmailAddress) -> Self {
        Self { address, proved: false, browser: fingerprint(visit), until: app.clock.now().plus(PROOF) }
    }

    /// Seals it for the page's own address.
    pub fn seal(&self, app: &App, visit: &Visit, purpose: CodePurpose) -> String {
        // A struct of texts always becomes JSON; an empty text would open nowhere.
        let plain = serde_json::to_vec(self).unwrap_or_default();
        app.keys.seal(Purpose::MailBlock, &place(visit, purpose), &plain)
    }

    /// Opens what this browser was given for this purpose, while it holds.
    pub fn open(app: &App, visit: &Visit, purpose: CodePurpose, sealed: &str) -> Option<Self> {
        let plain = app.keys.open_sealed(Purpose::MailBlock, &place(visit, purpose), sealed)?;
        let known: Self = serde_json::from_slice(&plain).ok()?;
        (known.browser == fingerprint(visit) && known.until > app.clock.now()).then_some(known)
    }
}

/// Sends a code to the mailbox. With `deliver` unset all the work is done and the mail goes to nobody (decision 4).
pub async fn send(
    app: &App,
    visit: &Visit,
    known: &MailboxVisit,
    purpose: CodePurpose,
    deliver: bool,
    language: &Language,
) -> Result<CodeSent, SigninError> {
    let letter = CodeLetter {
        deliver,
        app: None,
        languages: &[language.tag().to_owned(), visit.tenant.language.clone()],
        browser: Some(visit.asker()),
    };
    let hash = |parts: &[&[u8]]| app.keys.keyed_hash(Purpose::Passcode, parts);
    let sent = send_code(context(app, visit, &hash), slot(app, visit, &known.address, purpose), letter).await?;
    if app.outbox.is_stuck() {
        return Err(SigninError::MailStuck);
    }
    app.mail_queued.notify_one();
    Ok(sent)
}

/// Takes a typed code; the right one makes a proof.
pub async fn prove(
    app: &App,
    visit: &Visit,
    known: MailboxVisit,
    purpose: CodePurpose,
    typed: &str,
) -> Result<Result<MailboxVisit, CodeCheck>, SigninError> {
    let hash = |parts: &[&[u8]]| app.keys.keyed_hash(Purpose::Passcode, parts);
    match check_code(context(app, visit, &hash), slot(app, visit, &known.address, purpose), typed).await? {
        CodeCheck::Proved(_) => Ok(Ok(MailboxVisit { proved: true, until: app.clock.now().plus(PROOF), ..known })),
        wrong => Ok(Err(wrong)),
    }
}

fn place(visit: &Visit, purpose: CodePurpose) -> String {
    format!("{} at {}", purpose.as_str(), visit.tenant.id)
}

fn fingerprint(visit: &Visit) -> String {
    sha256_hex(visit.browser.as_bytes())
}
