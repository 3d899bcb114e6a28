//! A page as a guest without JavaScript meets it: words, forms, links, and the address it came from.

use std::collections::BTreeMap;

use http::{HeaderMap, StatusCode};
use url::Url;

/// An answer that was not a redirect.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The body as it came; `body` holds it as text, whatever it is.
    pub bytes: bytes::Bytes,
    /// From the request on an open connection to the end of the answer.
    pub took: std::time::Duration,
}

/// A form with its prefilled fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    pub method: String,
    pub fields: Vec<(String, String)>,
    pub buttons: Vec<(String, String, String)>,
}

impl Page {
    /// The words of the page: text without tags, entities decoded, white space folded.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.body.as_str();
        while let Some((before, after)) = rest.split_once('<') {
            text.push_str(before);
            // A place where a long word may break is no space.
            if !after.starts_with("wbr") {
                text.push(' ');
            }
            let lower = after.to_ascii_lowercase();
            let skipped = ["script", "style"].iter().find(|tag| lower.starts_with(**tag));
            rest = match skipped {
                Some(tag) => lower.find(&format!("</{tag}>")).map_or("", |end| &after[end + tag.len() + 3..]),
                None => after.split_once('>').map_or("", |(_, rest)| rest),
            };
        }
        text.push_str(rest);
        decode(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Fails with the whole page if `words` are not on it.
    #[track_caller]
    pub fn sees(&self, words: &str) -> &Self {
        assert!(
            self.text().contains(words),
            "{:?} is not on the page {} ({}):\n{}",
            words,
            self.url,
            self.status,
            self.text()
        );
        self
    }

    /// Fails with the whole page if `words` are on it.
    #[track_caller]
    pub fn does_not_see(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "{:?} is on the page {}:\n{}", words, self.url, self.text());
        self
    }

    #[track_caller]
    pub fn status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}:\n{}", self.url, self.text());
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{} is no JSON ({error}): {}", self.url, self.body))
    }

    /// What the page asks a passkey of the browser for: the options of its one ceremony.
    #[track_caller]
    pub fn passkey_options(&self) -> serde_json::Value {
        let (_, rest) = self
            .body
            .split_once(" data-options=\"")
            .unwrap_or_else(|| panic!("{} asks for no passkey: {}", self.url, self.text()));
        let (options, _) = rest.split_once('"').unwrap();
        serde_json::from_str(&decode(options)).unwrap()
    }

    /// What the form of its passkey ceremony carries along, sealed.
    #[track_caller]
    pub fn passkey_state(&self) -> String {
        let form = self.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "credential"));
        let form = form.unwrap_or_else(|| panic!("{} asks for no passkey: {}", self.url, self.text()));
        form.fields.into_iter().find(|(name, _)| name == "state").unwrap().1
    }

    /// All forms, in order.
    pub fn forms(&self) -> Vec<Form> {
        let mut forms = Vec::new();
        for part in self.body.split("<form").skip(1) {
            let (inside, _) = part.split_once("</form>").unwrap_or((part, ""));
            let (head, inside) = inside.split_once('>').unwrap_or((inside, ""));
            let head = attributes(head);
            let mut form = Form {
                action: head.get("action").cloned().unwrap_or_default(),
                method: head.get("method").map(|method| method.to_ascii_lowercase()).unwrap_or_else(|| "get".into()),
                fields: Vec::new(),
                buttons: Vec::new(),
            };
            for tag in inside.split('<').skip(1) {
                let (name, rest) = tag.split_at(tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len()));
                let (tag_attributes, after) = rest.split_once('>').unwrap_or((rest, ""));
                let attributes = attributes(tag_attributes);
                let named = attributes.get("name").cloned().unwrap_or_default();
                let value = attributes.get("value").cloned().unwrap_or_default();
                match name {
                    "input" => match attributes.get("type").map_or("text", String::as_str) {
                        "submit" => form.buttons.push((named, value.clone(), value)),
                        "checkbox" | "radio" if !attributes.contains_key("checked") => {}
                        _ if !named.is_empty() => form.fields.push((named, value)),
                        _ => {}
                    },
                    "textarea" | "select" if !named.is_empty() => form.fields.push((named, decode(after))),
                    "button" => {
                        let whole = inside.find(tag).map_or(after, |at| &inside[at..]);
                        let whole = whole.split_once('>').map_or("", |(_, rest)| rest);
                        let (label, _) = whole.split_once("</button>").unwrap_or((after, ""));
                        let label = Page { body: label.to_owned(), ..self.clone() }.text();
                        form.buttons.push((named, value, label));
                    }
                    _ => {}
                }
            }
            forms.push(form);
        }
        forms
    }

    /// The form that has this button (by its words), as it would be sent when the button is pressed.
    pub fn form_with_button(&self, words: &str) -> Option<Form> {
        let inner_text = |form: &Form| {
            form.buttons.iter().position(|(_, _, text)| text == words || text.starts_with(&format!("{words} ")))
        };
        self.forms().into_iter().find_map(|mut form| {
            let at = inner_text(&form)?;
            let (name, value, _) = form.buttons[at].clone();
            if !name.is_empty() {
                form.fields.push((name, value));
            }
            Some(form)
        })
    }

    /// Where the page goes on by itself.
    pub fn refresh(&self) -> Option<String> {
        let lower = self.body.to_ascii_lowercase();
        let at = lower.find("http-equiv=\"refresh\"")?;
        let tag_start = lower[..at].rfind('<')?;
        let tag = &self.body[tag_start + 5..];
        let (tag, _) = tag.split_once('>')?;
        let content = attributes(tag).get("content")?.clone();
        let (_, url) = content.split_once("url=").or_else(|| content.split_once("URL="))?;
        Some(url.trim_matches(['\'', '"']).to_owned())
    }

    /// Targets of links with these words.
    pub fn link(&self, words: &str) -> Option<String> {
        self.body.split("<a ").skip(1).find_map(|part| {
            let (head, rest) = part.split_once('>')?;
            let (inside, _) = rest.split_once("</a>")?;
            let text = Page { body: inside.to_owned(), ..self.clone() }.text();
            text.contains(words).then(|| attributes(head).get("href").cloned()).flatten()
        })
    }
}

fn attributes(tag: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = tag.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace() || c == '/').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            rest = after.get(1..).unwrap_or_default().trim_start();
            continue;
        }
        let (value, remaining) = match after.trim_start().strip_prefix('=') {
            Some(value) => match value.trim_start().strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => {
                    let value = value.trim_start();
                    value.split_at(value.find(char::is_whitespace).unwrap_or(value.len()))
                }
            },
            None => ("", after),
        };
        found.insert(name.to_ascii_lowercase(), decode(value));
        rest = remaining.trim_start();
    }
    found
}

fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';').filter(|end| *end <= 10) else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let entity = &rest[1..end];
        let decoded = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "nbsp" => Some(' '),
            _ => entity.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                None => number.parse().ok().and_then(char::from_u32),
            }),
        };
        match decoded {
            Some(character) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
