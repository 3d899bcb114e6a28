//! Turn the Markdown of terms of use into an HTML fragment that can do nothing (attack row C6).

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// Renders Markdown as HTML. Raw HTML becomes text, links lead to `https` and `mailto` only, images become their
/// description, and headings move down by one, since the page has the only `h1`. The same text gives the same bytes: they
/// are the evidence of what was shown (decision 23).
pub fn markdown_to_fragment(markdown: &str) -> String {
    let mut fragment = String::with_capacity(markdown.len() * 2);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut links = OpenLinks::default();
    let events = Parser::new_ext(markdown, options).filter_map(|event| links.make_safe(event));
    html::push_html(&mut fragment, events);
    fragment
}

/// Remembers which of the open links were allowed, so that their ends match.
#[derive(Default)]
struct OpenLinks {
    allowed: Vec<bool>,
}

impl OpenLinks {
    /// Everything that is not named here is either plain structure or becomes nothing: a new kind of event in a later
    /// version of the parser must not slip through.
    fn make_safe<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Some(Event::Text(text)),
            Event::Code(text) => Some(Event::Code(text)),
            Event::SoftBreak => Some(Event::SoftBreak),
            Event::HardBreak => Some(Event::HardBreak),
            Event::Rule => Some(Event::Rule),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {
                None
            }
        }
    }

    fn start<'a>(&mut self, tag: Tag<'a>) -> Option<Event<'a>> {
        let tag = match tag {
            Tag::Link { link_type, dest_url, .. } => return self.start_link(link_type, &dest_url),
            // The text inside is the description; it stays.
            Tag::Image { .. } => return None,
            // Ids, classes and attributes would be the tenant's words in our markup.
            Tag::Heading { level, .. } => {
                Tag::Heading { level: one_down(level), id: None, classes: Vec::new(), attrs: Vec::new() }
            }
            // The name of a language would become a class.
            Tag::CodeBlock(_) => Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Indented),
            // Raw HTML arrives as text; a paragraph keeps it apart from its neighbours.
            Tag::HtmlBlock => Tag::Paragraph,
            Tag::BlockQuote(_) => Tag::BlockQuote(None),
            // The renderer writes the alignment of columns as a `style`, which no page of ours allows.
            Tag::Table(columns) => Tag::Table(vec![pulldown_cmark::Alignment::None; columns.len()]),
            plain @ (Tag::Paragraph
            | Tag::List(_)
            | Tag::Item
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough) => plain,
            _ => return None,
        };
        Some(Event::Start(tag))
    }

    fn end<'a>(&mut self, end: TagEnd) -> Option<Event<'a>> {
        let end = match end {
            TagEnd::Link => return self.allowed.pop().unwrap_or(false).then(|| raw("</a>")),
            TagEnd::Heading(level) => TagEnd::Heading(one_down(level)),
            TagEnd::HtmlBlock => TagEnd::Paragraph,
            TagEnd::BlockQuote(_) => TagEnd::BlockQuote(None),
            plain @ (TagEnd::CodeBlock
            | TagEnd::Paragraph
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough) => plain,
            _ => return None,
        };
        Some(Event::End(end))
    }

    fn start_link<'a>(&mut self, link_type: LinkType, address: &str) -> Option<Event<'a>> {
        let address = match link_type {
            LinkType::Email => allowed_address(&format!("mailto:{address}")),
            _ => allowed_address(address),
        };
        self.allowed.push(address.is_some());
        let mut tag = String::from("<a href=\"");
        push_attribute(&mut tag, &address?);
        tag.push_str("\" rel=\"noopener nofollow ugc\">");
        Some(Event::Html(CowStr::from(tag)))
    }
}

/// An absolute `https` or `mailto` address as a browser would write it; everything else is no link.
fn allowed_address(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let harmless = match url.scheme() {
        "https" => url.host_str().is_some() && url.username().is_empty() && url.password().is_none(),
        "mailto" => true,
        _ => false,
    };
    harmless.then(|| url.to_string())
}

fn push_attribute(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
}

fn raw(html: &'static str) -> Event<'static> {
    Event::Html(CowStr::Borrowed(html))
}

fn one_down(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests;
