//! What these pages show.

use askama::Template;

use crate::pages::chrome::{Chrome, Form};
use crate::web::render::Page;

/// The guest's own page.
#[derive(Template)]
#[template(path = "account.html")]
pub struct Account {
    /// Around the page.
    pub chrome: Chrome,
    /// Ends sessions: posts `session`, or `scope` = `others` or `all`.
    pub form: Form,
    /// Display name.
    pub name: String,
    /// Mail.
    pub address: Option<String>,
    /// Organizations, by name.
    pub organizations: Vec<OrganizationLine>,
    /// Open sessions, the one used last first.
    pub sessions: Vec<SessionLine>,
    /// The access panel.
    pub panel_url: String,
    /// What was accepted.
    pub accepted_url: Option<String>,
    /// Change how to sign in.
    pub change_url: Option<String>,
    /// Everything as a file.
    pub export_url: Option<String>,
    /// Erase everything.
    pub erase_url: Option<String>,
}

/// One organization.
#[derive(Clone, Debug)]
pub struct OrganizationLine {
    /// Its name.
    pub name: String,
    /// Its first verified domain.
    pub domain: String,
    /// Whether it is this one.
    pub here: bool,
    /// What the person is there, in words.
    pub standing: String,
    /// Its access panel.
    pub switch_url: Option<String>,
    /// Where to leave it.
    pub leave_url: Option<String>,
}

/// One session.
#[derive(Clone, Debug)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// The browser.
    pub browser: String,
    /// When it began: for machines, and for people.
    pub started: (String, String),
    /// When it was used last.
    pub used: (String, String),
    /// Whether it is the one that looks at the page.
    pub current: bool,
}

/// Asks again before something that cannot be undone, or not for long.
#[derive(Template)]
#[template(path = "account_confirm.html")]
pub struct Confirm {
    /// Around the page.
    pub chrome: Chrome,
    /// The form; posts `answer` = `yes`.
    pub form: Form,
    /// What is asked: `leave`, `leave-mailbox` or `erase`; its words are `{what}-title`, `-heading`, `-lead`, `-next`,
    /// `-button`.
    pub what: &'static str,
    /// Sealed proof that comes back, where nobody is signed in.
    pub proof: Option<String>,
    /// The way back.
    pub stay_url: Option<String>,
}

impl Confirm {
    fn say(&self, part: &str) -> String {
        self.chrome.say(&format!("{}-{part}", self.what))
    }
}

/// It is done.
#[derive(Template)]
#[template(path = "account_done.html")]
pub struct Done {
    /// Around the page.
    pub chrome: Chrome,
    /// What was done: `left`, `erased` or `nobody`; its words are `{what}-title`, `-heading`, `-lead`, `-next`.
    pub what: &'static str,
}

impl Done {
    fn say(&self, part: &str) -> String {
        self.chrome.say(&format!("{}-{part}", self.what))
    }
}

/// Proves a mailbox on a page of its own. The proof signs nobody in.
#[derive(Template)]
#[template(path = "mailbox_proof.html")]
pub struct MailboxProof {
    /// Around the page.
    pub chrome: Chrome,
    /// The form: posts `address` (where it is asked for), or `code`.
    pub form: Form,
    /// What for: `leave-proof` or `change-proof`; its words are `{what}-title`, `-heading`, `-lead`, `-next`.
    pub what: &'static str,
    /// The mailbox, once it is known.
    pub address: Option<String>,
    /// Whether a code was sent and is waited for.
    pub code: bool,
    /// What was sealed for the next step, where nobody is signed in.
    pub state: Option<String>,
    /// Where *Send a new code* posts to.
    pub resend_action: Option<String>,
    /// What is wrong, in words.
    pub error: Option<String>,
}

impl MailboxProof {
    fn say(&self, part: &str) -> String {
        self.chrome.say(&format!("{}-{part}", self.what))
    }
}

/// The old sign-in must be fresh before it can be changed.
#[derive(Template)]
#[template(path = "sign_in_first.html")]
pub struct SignInFirst {
    /// Around the page.
    pub chrome: Chrome,
    /// The form that signs out and in again.
    pub form: Form,
    /// The way back.
    pub stay_url: String,
}

/// A review of access, for those who were asked.
#[derive(Template)]
#[template(path = "access_review.html")]
pub struct AccessReviewPage {
    /// Around the page.
    pub chrome: Chrome,
    /// The form of each guest; posts `guest` and `decision` = `keep` or `remove`.
    pub form: Form,
    /// The last day.
    pub day: String,
    /// Whether answers are still taken.
    pub open: bool,
    /// What counts without an answer, in words.
    pub no_answer: String,
    /// The guests that this person was asked about.
    pub guests: Vec<ReviewedGuest>,
}

impl AccessReviewPage {
    /// How many guests still have no answer.
    fn left(&self) -> u32 {
        let left = self.guests.iter().filter(|guest| guest.decision.is_none()).count();
        u32::try_from(left).unwrap_or(u32::MAX)
    }
}

/// One guest in a review.
#[derive(Clone, Debug)]
pub struct ReviewedGuest {
    /// The object.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Mail.
    pub address: String,
    /// Last sign-in, in words.
    pub last_sign_in: String,
    /// `keep` or `remove`.
    pub decision: Option<&'static str>,
}

impl Page for Account {}
impl Page for Confirm {}
impl Page for Done {}
impl Page for MailboxProof {}
impl Page for SignInFirst {}
impl Page for AccessReviewPage {}
