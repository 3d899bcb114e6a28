//! Terms of use: Markdown or PDF files beside the tenant file → documents named by the hash of what a guest is shown.

use std::path::Path;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::markdown::markdown_to_fragment;
use super::section::{Placed, Section};
use super::{files, values};
use crate::model::{AgreementFile, Counting, Document, Timestamp};

/// Longest Markdown document, in bytes.
pub const MARKDOWN_BYTES: u64 = 256 * 1024;
/// Longest PDF document, in bytes.
pub const PDF_BYTES: u64 = 5 * 1024 * 1024;

/// In which form a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsForm {
    /// Markdown.
    Markdown,
    /// PDF.
    Pdf,
}

/// What is wrong with a document, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {hint}")]
pub struct TermsFault {
    /// What is wrong; begins with words that fit behind the file's name.
    pub message: &'static str,
    /// What to do.
    pub hint: &'static str,
    /// Whether the title is at fault, and not the file.
    pub about_title: bool,
}

const fn fault(message: &'static str, hint: &'static str) -> TermsFault {
    TermsFault { message, hint, about_title: false }
}

impl TermsForm {
    /// By the ending of the file's name.
    pub fn of(path: &Path) -> Result<Self, TermsFault> {
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        match extension.as_deref() {
            Some("md") => Ok(Self::Markdown),
            Some("pdf") => Ok(Self::Pdf),
            _ => Err(fault("is neither .md nor .pdf", "terms are Markdown or PDF files")),
        }
    }

    /// Most bytes of a document in this form.
    pub fn limit(self) -> u64 {
        match self {
            Self::Markdown => MARKDOWN_BYTES,
            Self::Pdf => PDF_BYTES,
        }
    }
}

/// The document that `content` makes, and the title that guests read above it.
pub fn document(
    form: TermsForm,
    content: Vec<u8>,
    language: &str,
    title: Option<String>,
) -> Result<(Document, String), TermsFault> {
    if content.len() as u64 > form.limit() {
        return Err(fault("is too large", "Markdown may have 256 KiB, a PDF 5 MiB"));
    }
    match form {
        TermsForm::Markdown => {
            let text = String::from_utf8(content).map_err(|_| fault("is not UTF-8", "save it as UTF-8"))?;
            if text.trim().is_empty() {
                return Err(fault("is empty", "write the terms"));
            }
            let untitled = fault("has no title", "set `title`, or begin the document with a heading: # Terms of use");
            let title = title.or_else(|| first_heading(&text)).ok_or(untitled)?;
            Ok((Document::Html(render(&text, language)), title))
        }
        TermsForm::Pdf => {
            if !content.starts_with(b"%PDF-") {
                return Err(fault("is no PDF", "a PDF file begins with %PDF-"));
            }
            let untitled = TermsFault {
                message: "`title` is missing",
                hint: "a PDF file needs a title to be shown with",
                about_title: true,
            };
            Ok((Document::Pdf(content), title.ok_or(untitled)?))
        }
    }
}

/// The hash by which a document is kept.
pub fn version_of(document: &Document) -> String {
    sha256_hex(document.bytes())
}

/// Reads one `[[agreements.files]]`.
pub(super) fn read(section: &Section<'_>, folder: &Path) -> Option<Placed<AgreementFile>> {
    let language = section.required("language", values::language, "a language tag, e.g. en");
    let title = section.parsed("title", values::name, "what guests read above the document");
    let major = section.boolean("reaccept", true);
    let transition =
        section.parsed("transition", values::day, "from that day on everybody must have accepted the new version");
    if !section.has("path") {
        section.reader.fault(&section.place, "`path` is missing", "name the Markdown or PDF file");
    }
    let path = files::path(section, "path", folder)?;
    let language = language?;
    let faulty = |fault: TermsFault| {
        if fault.about_title {
            section.reader.fault(&section.place, fault.message, fault.hint);
        } else {
            section.reader.fault(&path.place, format!("{} {}", path.display(), fault.message), fault.hint);
        }
    };
    let form = TermsForm::of(&path).map_err(&faulty).ok()?;
    let content = files::read(section, &path, form.limit())?;
    let title = title.map(|title| title.value);
    let (document, title) = document(form, content, &language.value, title).map_err(&faulty).ok()?;
    let version = version_of(&document);
    let file = AgreementFile {
        language: language.value,
        title,
        number: 1,
        major,
        transition: transition.map(|day| day.value),
        counting: vec![Counting { version: version.clone(), until: None }],
        version,
        document,
    };
    Some(Placed { value: file, place: language.place })
}

/// A language tag as files write it, e.g. `en` or `nl-BE`.
pub fn language(text: &str) -> Result<String, String> {
    values::language(text)
}

/// A title as files write it.
pub fn title(text: &str) -> Result<String, String> {
    values::name(text)
}

/// The beginning of a day, UTC, as files write it: `2026-12-31`.
pub fn day(text: &str) -> Result<Timestamp, String> {
    values::day(text)
}

/// Renders Markdown to the HTML fragment that guests read and that is kept as evidence (decision 23); see
/// [`markdown_to_fragment`] for what can stand in it.
///
/// The fragment carries the hash of its source, so that changed bytes are a new version even where the rendering
/// happens to be the same (decision 6).
pub fn render(markdown: &str, language: &str) -> String {
    let body = markdown_to_fragment(markdown);
    let source = sha256_hex(markdown.as_bytes());
    format!("<article lang=\"{language}\" data-source=\"{source}\">\n{body}</article>\n")
}

/// The text of the first heading.
fn first_heading(markdown: &str) -> Option<String> {
    let mut events = Parser::new(markdown).skip_while(|event| !matches!(event, Event::Start(Tag::Heading { .. })));
    events.next()?;
    let words = events.take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let text: String = words
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.to_string()),
            Event::SoftBreak | Event::HardBreak => Some(" ".to_owned()),
            _ => None,
        })
        .collect();
    values::name(&text).ok()
}

fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_what_was_written() {
        let html = render("# Terms\n\nBe *kind*. See [the rules](https://contoso.example/rules).\n", "en");
        assert!(html.starts_with("<article lang=\"en\" data-source=\""));
        assert!(html.contains("<h2>Terms</h2>"));
        assert!(html.contains("Be <em>kind</em>. See <a href=\"https://contoso.example/rules\" rel=\"noopener nofollow ugc\">the rules</a>."));
    }

    #[test]
    fn changed_bytes_are_a_new_version() {
        assert_ne!(render("# T\n", "en"), render("# T\n\n", "en"));
        assert_eq!(render("# T\n", "en"), render("# T\n", "en"));
        assert_ne!(render("# T\n", "en"), render("# T\n", "nl"));
    }

    #[test]
    fn the_first_heading_is_the_title() {
        assert_eq!(first_heading("x\n\n# Terms of *use*\n\n# Other").as_deref(), Some("Terms of use"));
        assert_eq!(first_heading("no heading"), None);
    }
}
