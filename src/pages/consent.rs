//! The pages of consent: what is shared, and the terms of use.

use askama::Template;
use http::StatusCode;

use crate::i18n::Language;
use crate::web::render::Page;

use super::assets::FRAGMENT_SCRIPT;
use super::chrome::{Chrome, Form};
use super::sign_in::journey_page;

/// *Review permissions*. Posts `answer` = `accept` or `decline`, and `evidence` as it was shown.
#[derive(Template)]
#[template(path = "review_permissions.html")]
pub struct ReviewPermissions {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// The evidence: what [`review_fragment`] returned, byte for byte.
    pub fragment: String,
    /// Its hash, which comes back as hidden field `evidence`.
    pub evidence: String,
}

/// What *Review permissions* states about a tenant.
#[derive(Clone, Debug)]
pub struct ReviewFacts {
    /// Name of the organization.
    pub organization: String,
    /// Its primary domain.
    pub primary_domain: String,
    /// Its privacy statement, `https` or `mailto`.
    pub privacy_statement: Option<String>,
    /// Whom to ask about privacy.
    pub privacy_contact: Option<String>,
    /// Whom to ask when something does not work.
    pub technical_contact: Option<String>,
}

#[derive(Template)]
#[template(path = "review_fragment.html")]
struct ReviewFragment<'a> {
    language: &'a Language,
    facts: &'a ReviewFacts,
}

impl ReviewFragment<'_> {
    fn say(&self, key: &str) -> String {
        self.language.say_with(key, &[("tenant", &self.facts.organization), ("domain", &self.facts.primary_domain)])
    }

    /// A tenant's file names the statement; a link of any other scheme is shown as text.
    fn privacy_link(&self) -> Option<&str> {
        let link = self.facts.privacy_statement.as_deref()?;
        (link.starts_with("https://") || link.starts_with("mailto:")).then_some(link)
    }
}

/// The canonical text of *Review permissions* as HTML: this, and not the page around it, is what a guest agrees to and
/// what is kept as evidence (decision 23). The same facts and language give the same bytes.
pub fn review_fragment(language: &Language, facts: &ReviewFacts) -> String {
    ReviewFragment { language, facts }.render().unwrap_or_default().trim().to_owned()
}

/// One document of terms. Posts `answer` = `accept` or `decline`, `version` and `language`.
#[derive(Template)]
#[template(path = "terms_of_use.html")]
pub struct TermsOfUse {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Title of the document.
    pub title: String,
    /// The document.
    pub document: TermsDocument,
    /// Version of the document: the hash of the evidence.
    pub version: String,
    /// Which version of this language it is.
    pub version_number: u32,
    /// Language of the document (BCP 47).
    pub language: String,
    /// The languages the document exists in; shown if there are several.
    pub languages: Vec<DocumentLanguage>,
    /// Whether the guest must have opened the document before *Accept* works.
    pub viewing_required: bool,
    /// Which document this is, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// Until when the version before counts, if this one is accepted early; there is nothing to decline then.
    pub early: Option<Early>,
    /// What is wrong, in words.
    pub error: Option<String>,
}

/// A document that nobody has to accept yet.
#[derive(Clone, Debug)]
pub struct Early {
    /// The last day on which what was accepted before counts.
    pub until: String,
    /// The way back without an answer.
    pub back_url: String,
}

/// A document to read.
#[derive(Clone, Debug)]
pub enum TermsDocument {
    /// A safe HTML fragment, see [`crate::config::markdown::markdown_to_fragment`].
    Html(String),
    /// An HTML fragment that must be opened first, at this address of ours.
    Unopened(String),
    /// Address of a PDF file on our host.
    Pdf(String),
}

/// A language in which a document exists.
#[derive(Clone, Debug)]
pub struct DocumentLanguage {
    /// BCP 47 tag.
    pub tag: String,
    /// Its own name, e.g. `Nederlands`.
    pub name: String,
    /// The page with the document in this language.
    pub url: String,
    /// Whether it is the one shown.
    pub current: bool,
}

impl TermsOfUse {
    /// Number and start of the version, enough to quote.
    fn short_version(&self) -> String {
        let start: String = self.version.chars().take(8).collect();
        format!("{} · {start}", self.version_number)
    }

    /// *Accept* stands under the document, so not before it was opened. A PDF opens in a tab of its own, after which this
    /// page is still the old one.
    fn may_accept(&self) -> bool {
        !matches!(self.document, TermsDocument::Unopened(_))
    }

    /// `2 of 3`; nothing if there is only one.
    fn position(&self) -> Option<String> {
        let (number, of) = (self.number.to_string(), self.of.to_string());
        (self.of > 1).then(|| self.chrome.language.say_with("terms-position", &[("number", &number), ("of", &of)]))
    }
}

/// The guest declined: nothing was shared, and the way back is open.
#[derive(Template)]
#[template(path = "declined.html")]
pub struct Declined {
    /// Around the page.
    pub chrome: Chrome,
    /// What was declined: the title of the document, or `None` for *Review permissions*.
    pub document: Option<String>,
    /// The app that asks for it, if not all do: the others stay open.
    pub app: Option<String>,
    /// The panel, if other apps are open.
    pub panel_url: Option<String>,
    /// The page that asks again.
    pub again_url: String,
}

journey_page! {
    ReviewPermissions => StatusCode::OK,
    TermsOfUse => StatusCode::OK,
}

impl Page for Declined {}
