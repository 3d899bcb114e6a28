//! Terms of use: Markdown or PDF files beside the tenant file → documents named by the hash of what a guest is shown.

use std::path::PathBuf;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::markdown::markdown_to_fragment;
use super::section::{Placed, Section};
use super::{files, values};
use crate::model::{AgreementFile, Document};

const MARKDOWN_BYTES: u64 = 256 * 1024;
const PDF_BYTES: u64 = 5 * 1024 * 1024;

/// Reads one `[[agreements.files]]`.
pub(super) fn read(section: &Section<'_>, folder: &std::path::Path) -> Option<Placed<AgreementFile>> {
    let language = section.required("language", values::language, "a language tag, e.g. en");
    let title = section.parsed("title", values::name, "what guests read above the document");
    if !section.has("path") {
        section.reader.fault(&section.place, "`path` is missing", "name the Markdown or PDF file");
    }
    let path = files::path(section, "path", folder)?;
    let language = language?;
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    let file = match extension.as_deref() {
        Some("md") => markdown_file(section, &path, &language.value, title),
        Some("pdf") => pdf_file(section, &path, &language.value, title),
        _ => {
            let message = format!("{} is neither .md nor .pdf", path.display());
            section.reader.fault(&path.place, message, "terms are Markdown or PDF files");
            None
        }
    }?;
    Some(Placed { value: file, place: language.place })
}

fn markdown_file(
    section: &Section<'_>,
    path: &Placed<PathBuf>,
    language: &str,
    title: Option<Placed<String>>,
) -> Option<AgreementFile> {
    let content = files::read(section, path, MARKDOWN_BYTES)?;
    let Ok(text) = std::str::from_utf8(&content) else {
        section.reader.fault(&path.place, format!("{} is not UTF-8", path.display()), "save it as UTF-8");
        return None;
    };
    if text.trim().is_empty() {
        section.reader.fault(&path.place, format!("{} is empty", path.display()), "write the terms");
        return None;
    }
    let Some(title) = title.map(|title| title.value).or_else(|| first_heading(text)) else {
        let hint = "set `title`, or begin the document with a heading: # Terms of use";
        section.reader.fault(&path.place, format!("{} has no title", path.display()), hint);
        return None;
    };
    let fragment = render(text, language);
    let version = sha256_hex(fragment.as_bytes());
    Some(AgreementFile { language: language.to_owned(), title, version, document: Document::Html(fragment) })
}

fn pdf_file(
    section: &Section<'_>,
    path: &Placed<PathBuf>,
    language: &str,
    title: Option<Placed<String>>,
) -> Option<AgreementFile> {
    let content = files::read(section, path, PDF_BYTES)?;
    if !content.starts_with(b"%PDF-") {
        section.reader.fault(&path.place, format!("{} is no PDF", path.display()), "a PDF file begins with %PDF-");
        return None;
    }
    let Some(title) = title else {
        section.reader.fault(&section.place, "`title` is missing", "a PDF file needs a title to be shown with");
        return None;
    };
    let version = sha256_hex(&content);
    let document = Document::Pdf(content);
    Some(AgreementFile { language: language.to_owned(), title: title.value, version, document })
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
