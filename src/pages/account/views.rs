//! What these pages show.

use askama::Template;

use crate::pages::chrome::{Chrome, Form};
use crate::pages::coming::ComingLine;
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
    /// New versions of terms that may be accepted already.
    pub coming: Vec<ComingLine>,
    /// Organizations, by name.
    pub organizations: Vec<OrganizationLine>,
    /// Open sessions, the one used last first.
    pub sessions: Vec<SessionLine>,
    /// The access panel.
    pub panel_url: String,
    /// Ways to sign in.
    pub methods_url: String,
    /// The applications of others that know the person.
    pub apps_url: String,
    /// What was accepted.
    pub accepted_url: Option<String>,
    /// Change how to sign in.
    pub change_url: Option<String>,
    /// Everything as a file.
    pub export_url: Option<String>,
    /// Erase everything.
    pub erase_url: Option<String>,
    /// Erase the personal account that signed in.
    pub erase_account_url: Option<String>,
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

/// Keys of the words of a page.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    title: &'static str,
    heading: &'static str,
    lead: &'static str,
    next: &'static str,
    /// Empty where the page has no button of its own.
    button: &'static str,
}

/// Whether to leave, asked of whoever is signed in.
pub const LEAVE: Words = Words {
    title: "leave-title",
    heading: "leave-heading",
    lead: "leave-lead",
    next: "leave-next",
    button: "leave-button",
};

/// The same, asked of whoever proved the mailbox.
pub const LEAVE_BY_MAILBOX: Words = Words {
    title: "leave-mailbox-title",
    heading: "leave-mailbox-heading",
    lead: "leave-mailbox-lead",
    next: "leave-mailbox-next",
    button: "leave-mailbox-button",
};

/// Whether to erase everything.
pub const ERASE: Words = Words {
    title: "erase-title",
    heading: "erase-heading",
    lead: "erase-lead",
    next: "erase-next",
    button: "erase-button",
};

/// Whether to erase the personal account, which serves every organization.
pub const ERASE_ACCOUNT: Words = Words {
    title: "erase-account-title",
    heading: "erase-account-heading",
    lead: "erase-account-lead",
    next: "erase-account-next",
    button: "erase-account-button",
};

/// The personal account is erased.
pub const ACCOUNT_ERASED: Words = Words {
    title: "account-erased-title",
    heading: "account-erased-heading",
    lead: "account-erased-lead",
    next: "account-erased-next",
    button: "",
};

/// The personal account is looked after where its own second step is asked for.
pub const ELSEWHERE: Words = Words {
    title: "erase-account-title",
    heading: "erase-elsewhere-heading",
    lead: "erase-elsewhere-lead",
    next: "erase-elsewhere-next",
    button: "",
};

/// The guest has left.
pub const LEFT: Words =
    Words { title: "left-title", heading: "left-heading", lead: "left-lead", next: "left-next", button: "" };

/// Everything is erased.
pub const ERASED: Words =
    Words { title: "erased-title", heading: "erased-heading", lead: "erased-lead", next: "erased-next", button: "" };

/// The mailbox belongs to no guest.
pub const NOBODY: Words =
    Words { title: "nobody-title", heading: "nobody-heading", lead: "nobody-lead", next: "nobody-next", button: "" };

/// Proof of the mailbox in order to leave.
pub const LEAVE_PROOF: Words = Words {
    title: "leave-proof-title",
    heading: "leave-proof-heading",
    lead: "leave-proof-lead",
    next: "leave-proof-next",
    button: "",
};

/// Proof of the mailbox in order to sign in another way.
pub const CHANGE_PROOF: Words = Words {
    title: "change-proof-title",
    heading: "change-proof-heading",
    lead: "change-proof-lead",
    next: "change-proof-next",
    button: "",
};

/// Asks again before something that cannot be undone, or not for long.
#[derive(Template)]
#[template(path = "account_confirm.html")]
pub struct Confirm {
    /// Around the page.
    pub chrome: Chrome,
    /// The form; posts `answer` = `yes`.
    pub form: Form,
    /// What is asked.
    pub words: Words,
    /// Sealed proof that comes back, where nobody is signed in.
    pub proof: Option<String>,
    /// The way back.
    pub stay_url: Option<String>,
    /// Whether the personal account may go as well; posts `answer` = `both`.
    pub also_account: bool,
}

/// It is done.
#[derive(Template)]
#[template(path = "account_done.html")]
pub struct Done {
    /// Around the page.
    pub chrome: Chrome,
    /// What was done.
    pub words: Words,
}

/// Proves a mailbox on a page of its own. The proof signs nobody in.
#[derive(Template)]
#[template(path = "mailbox_proof.html")]
pub struct MailboxProof {
    /// Around the page.
    pub chrome: Chrome,
    /// The form: posts `address` (where it is asked for), or `code`.
    pub form: Form,
    /// What for.
    pub words: Words,
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

/// The old sign-in must be fresh before it can be changed.
#[derive(Template)]
#[template(path = "sign_in_first.html")]
pub struct SignInFirst {
    /// Around the page.
    pub chrome: Chrome,
    /// What for: key of the sentence.
    pub lead: &'static str,
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
