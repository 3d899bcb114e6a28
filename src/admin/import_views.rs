//! What the pages about files of guests show.

use askama::Template;

use super::views::{Choice, Nav};
use crate::web::chrome::Chrome;
use crate::web::render::Page;

/// Asks for the file.
#[derive(Template)]
#[template(path = "import_form.html")]
pub struct ImportForm {
    /// Around the page.
    pub chrome: Chrome,
    /// Links to the other pages.
    pub nav: Nav,
    /// Where it posts to.
    pub action: String,
    /// The form token.
    pub csrf: String,
    /// Name of the field with the file.
    pub file: &'static str,
    /// How large the file may be.
    pub hint: String,
    /// Words for rows that have none.
    pub message: String,
    /// Where guests land whose row does not say.
    pub redirect_url: String,
    /// Apps for everybody.
    pub apps: Vec<Choice>,
    /// Roles for everybody.
    pub roles: Vec<Choice>,
    /// Groups for everybody.
    pub groups: Vec<Choice>,
    /// Whether mails go out where a row does not say.
    pub mail: bool,
    /// Whether everybody is invited again.
    pub again: bool,
    /// Whether the defaults are unfolded.
    pub open: bool,
    /// Why the file was not taken.
    pub error: Option<String>,
    /// The file that was uploaded last.
    pub last_url: Option<String>,
}

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was done.
    Foreseen,
    /// Somebody is at it.
    Running,
    /// It was begun, and stopped half way.
    Begun,
    /// Every row was worked on.
    Done,
}

impl Stage {
    fn heading(self) -> &'static str {
        match self {
            Self::Foreseen => "import-foreseen",
            Self::Running => "import-running",
            Self::Begun => "import-begun",
            Self::Done => "import-done",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Foreseen => "import-foreseen-lead",
            Self::Running => "import-running-lead",
            Self::Begun => "import-begun-lead",
            Self::Done => "import-done-lead",
        }
    }
}

/// The rows of a file.
#[derive(Template)]
#[template(path = "import_rows.html")]
pub struct ImportRows {
    /// Around the page.
    pub chrome: Chrome,
    /// Links to the other pages.
    pub nav: Nav,
    /// How far it has come.
    pub stage: Stage,
    /// How many rows there are.
    pub total: u32,
    /// What holds for the whole file.
    pub notes: Vec<String>,
    /// How many rows end how, each a link to them alone.
    pub counts: Vec<CountLink>,
    /// The rows of this page.
    pub rows: Vec<ImportRow>,
    /// The page before.
    pub previous_url: Option<String>,
    /// The next page.
    pub next_url: Option<String>,
    /// Which page this is, of how many.
    pub position: String,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub csrf: String,
    /// Whether there is anything to do.
    pub may_run: bool,
    /// All rows as a file.
    pub download_url: String,
    /// The list of guests.
    pub guests_url: String,
}

/// How many rows end one way.
#[derive(Clone, Debug)]
pub struct CountLink {
    /// Which way.
    pub label: String,
    /// How many.
    pub number: String,
    /// These rows alone.
    pub url: String,
    /// Whether they are shown.
    pub chosen: bool,
}

/// One row.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Line of the file.
    pub line: String,
    /// The address as it was written.
    pub address: String,
    /// What becomes of it.
    pub outcome: String,
    /// Class of the badge.
    pub mood: &'static str,
    /// Whether nothing is done.
    pub failed: bool,
    /// Everything there is to say.
    pub remarks: Vec<String>,
    /// To be passed on, where no mail does it.
    pub redeem_url: Option<String>,
}

impl Page for ImportForm {}

impl Page for ImportRows {}
