//! The admin pages as values and templates: what stands on each.

use askama::Template;
use http::StatusCode;

use crate::web::chrome::Chrome;
use crate::web::render::Page;

/// Which part of the admin pages is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The list and its guests.
    Guests,
    /// Inviting.
    Invite,
    /// Inviting by a file.
    Import,
    /// *Can this person get in?*
    Explain,
}

/// The links that stand on every admin page.
#[derive(Clone, Debug)]
pub struct Nav {
    /// Where the pages of this tenant begin, e.g. `/{tenant id}`.
    pub base: String,
    /// Which part is open.
    pub section: Section,
}

/// The page *Guests*. Searching is a GET with `q`, `state` and `source`.
#[derive(Template)]
#[template(path = "guests.html")]
pub struct Guests {
    /// Around the page.
    pub chrome: Chrome,
    /// Links to the other pages.
    pub nav: Nav,
    /// What was searched for; empty if nothing.
    pub search: String,
    /// The states to choose from.
    pub states: Vec<Choice>,
    /// The sources to choose from.
    pub sources: Vec<Choice>,
    /// How many guests there are, whatever was searched for.
    pub total: u32,
    /// The guests of this page.
    pub guests: Vec<GuestRow>,
    /// The next page, if there is one.
    pub next_url: Option<String>,
    /// Whether this is not the first page.
    pub later: bool,
    /// What was just done.
    pub done: Option<String>,
}

/// A guest in the list.
#[derive(Clone, Debug)]
pub struct GuestRow {
    /// The guest's own page.
    pub url: String,
    /// Display name.
    pub name: String,
    /// The invited address.
    pub address: String,
    /// `externalUserState`, as it is called on the wire.
    pub state: String,
    /// Class of its badge: `good`, `open` or `shut`.
    pub mood: &'static str,
    /// Facts, in order.
    pub facts: Vec<Fact>,
    /// What somebody should look at.
    pub warnings: Vec<String>,
}

/// A fact with its name.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What is so.
    pub value: String,
    /// Where a link on it leads, if it is one.
    pub url: Option<String>,
}

impl Fact {
    /// Whether it needs a line of its own.
    fn is_long(&self) -> bool {
        self.value.chars().count() > 50
    }
}

/// One guest.
#[derive(Template)]
#[template(path = "guest.html")]
pub struct Guest {
    /// Around the page.
    pub chrome: Chrome,
    /// Links to the other pages.
    pub nav: Nav,
    /// Display name.
    pub name: String,
    /// The invited address.
    pub address: String,
    /// `externalUserState`.
    pub state: String,
    /// Class of its badge.
    pub mood: &'static str,
    /// What was just done, in words.
    pub done: Option<String>,
    /// What somebody should look at.
    pub warnings: Vec<String>,
    /// Facts, in groups with a heading each.
    pub groups: Vec<FactGroup>,
    /// What can be done.
    pub actions: Vec<ActionLink>,
    /// The form token.
    pub csrf: String,
    /// *Can this person get in?*, with the address filled in.
    pub explain_url: String,
}

/// Facts under one heading.
#[derive(Clone, Debug)]
pub struct FactGroup {
    /// The heading.
    pub heading: String,
    /// The facts.
    pub facts: Vec<Fact>,
}

impl Guests {
    /// Whether something was looked for.
    fn is_narrowed(&self) -> bool {
        let mut choices = self.states.iter().chain(&self.sources);
        !self.search.is_empty() || choices.any(|choice| choice.chosen && !choice.value.is_empty())
    }
}

/// *Can this person get in?* A GET with `address` and `url`.
#[derive(Template)]
#[template(path = "explain.html")]
pub struct Explain {
    /// Around the page.
    pub chrome: Chrome,
    /// Links to the other pages.
    pub nav: Nav,
    /// The address that was typed.
    pub address: String,
    /// The link that was typed.
    pub url: String,
    /// What is wrong with the address.
    pub error: Option<String>,
    /// Class and words of the verdict, once there is one.
    pub verdict: Option<(&'static str, String)>,
    /// The decision, step by step.
    pub steps: Vec<ExplainedStep>,
    /// What to do.
    pub next: Vec<String>,
    /// The guest's own page.
    pub guest_url: Option<String>,
}

/// A step of the decision.
#[derive(Clone, Debug)]
pub struct ExplainedStep {
    /// Its heading.
    pub heading: String,
    /// What was decided.
    pub found: String,
    /// Whether the way goes on.
    pub passes: bool,
}

impl Page for Guests {}

impl Page for Explain {}

impl Page for Guest {
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// What can be done with a guest, as a button.
#[derive(Clone, Debug)]
pub struct ActionLink {
    /// In words.
    pub label: String,
    /// Where it is done.
    pub url: String,
    /// Whether the button does it at once, rather than asking first.
    pub at_once: bool,
}

/// What an action asks for besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionField {
    /// Nothing.
    None,
    /// A new address.
    Address,
    /// A day.
    End,
}

/// What an action does to one guest, and its button.
#[derive(Template)]
#[template(path = "guest_action.html")]
pub struct GuestAction {
    /// Around the page.
    pub chrome: Chrome,
    /// Links to the other pages.
    pub nav: Nav,
    /// The guest's name.
    pub name: String,
    /// The guest's address.
    pub address: String,
    /// The action; also what the button says.
    pub heading: String,
    /// What it does.
    pub lead: String,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub csrf: String,
    /// What else is asked for.
    pub field: ActionField,
    /// What was typed.
    pub typed: String,
    /// Whether it ends access.
    pub caution: bool,
    /// Why it was not done.
    pub error: Option<String>,
    /// The guest's page.
    pub back_url: String,
}

/// The invite form.
#[derive(Template)]
#[template(path = "invite_form.html")]
pub struct InviteForm {
    /// Around the page.
    pub chrome: Chrome,
    /// Links to the other pages.
    pub nav: Nav,
    /// Where it posts to.
    pub action: String,
    /// The form token.
    pub csrf: String,
    /// Whom.
    pub address: String,
    /// The guest's name.
    pub name: String,
    /// The inviter's own words.
    pub message: String,
    /// Languages of the mail.
    pub languages: Vec<Choice>,
    /// One more reader of the mail.
    pub cc: String,
    /// Where the guest lands.
    pub redirect_url: String,
    /// Addresses of sponsors.
    pub sponsors: String,
    /// Days until the link ends.
    pub days: String,
    /// Apps to assign.
    pub apps: Vec<Choice>,
    /// Roles in apps.
    pub roles: Vec<Choice>,
    /// Groups to join.
    pub groups: Vec<Choice>,
    /// How the guest shall sign in.
    pub routes: Vec<Choice>,
    /// Whether a mail goes out.
    pub mail: bool,
    /// What is wrong.
    pub error: Option<String>,
}

/// Something to choose.
#[derive(Clone, Debug)]
pub struct Choice {
    /// As it is sent.
    pub value: String,
    /// In words.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The invitation as it would go out.
#[derive(Template)]
#[template(path = "invite_preview.html")]
pub struct InvitePreview {
    /// Around the page.
    pub chrome: Chrome,
    /// Links to the other pages.
    pub nav: Nav,
    /// What would become of it.
    pub outcome: String,
    /// How the guest will sign in.
    pub route: String,
    /// What the inviter should know.
    pub warnings: Vec<String>,
    /// What was chosen.
    pub facts: Vec<Fact>,
    /// The inviter's own words.
    pub message: Option<String>,
    /// Where the form posts to.
    pub action: String,
    /// The form token.
    pub csrf: String,
    /// Everything typed, by field.
    pub hidden: Vec<(String, String)>,
}

impl Page for GuestAction {}

impl Page for InviteForm {}

impl Page for InvitePreview {}
